"""Count and hand-over: ledger against files against key, the next custodian, a new PIN (7.3).

Every count is filed and stays. The hand-over is signed with the person's own password, ends his
shift, and names who takes the seal over; that one signs for the very same count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QIntValidator
from PyQt6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.ports import Session
from workbench.rules.moment import stamp
from workbench.rules.people import Role
from workbench.rules.seal_balance import SealBalance
from workbench.rules.seal_custody import Seal
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.plain_table import PlainTable
from workbench.shell.seal_desk.cards import Card
from workbench.shell.seal_desk.count_words import (
    counted_text,
    differences_text,
    occasion_text,
    token_text,
)
from workbench.shell.seal_desk.facts import DeskFacts
from workbench.shell.seal_desk.lazy_tab import Ground, LazyTab
from workbench.shell.seal_desk.pin_change import PinChange
from workbench.shell.seal_desk.words import kind_word
from workbench.shell.workplace import Workplace

COUNTS_NOTHING: Final = -1
STATE: Final = 7
SHOWN: Final = 60
"""So many counts, newest first."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of one seal, newest first."""

    seal_id: str
    balances: tuple[SealBalance, ...]


class CountTab(LazyTab):
    """See the module. ``handed_over`` when this person's shift has ended."""

    handed_over = pyqtSignal()

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        theme = work.theme
        self._holds = False
        self._seals: tuple[Seal, ...] = ()
        self.ground = Ground(self)
        inside = self.inside = self.ground.inside
        self.seal = QComboBox(inside)
        self.said = QLabel(inside)
        self.day = Card(theme, _("Count of the day"), inside)
        self.token = QLineEdit(self.day)
        self.note = QLineEdit(self.day)
        self.count = QPushButton(_("Count now"), self.day)
        self.day_refusal = RefusalLine(self.day)
        self.over = Card(theme, _("Hand over the seal"), inside)
        self.receiver = QComboBox(self.over)
        self.password = QLineEdit(self.over)
        self.give = QPushButton(_("Hand over with this count"), self.over)
        self.over_refusal = RefusalLine(self.over)
        self.pins = PinChange(work, inside)
        headings = (_("Time"), _("Occasion"), _("Sealed"), _("Void"), _("Files"),
                    _("Calls of the key"), _("Token"), _("What was found"), _("By"))  # fmt: skip
        self.table = PlainTable(theme, headings, STATE, inside)
        self._build()
        self._connect()
        self._look()

    # -- asking ------------------------------------------------------------------------------

    def ask(self) -> None:
        session, seal_id = self.work.session, str(self.seal.currentData() or "")
        if not seal_id:
            return

        def asking() -> Counted:
            return Counted(seal_id, tuple(reversed(session.seal_balances(seal_id)))[:SHOWN])

        self.work.lanes.ask(asking, then=self._show, otherwise=self.day_refusal.show_trouble,
                            scope=self, key="balances")  # fmt: skip

    def show_facts(self, facts: DeskFacts) -> None:
        """Which seals there are to count, and whether this person holds them now."""
        self._holds = facts.held_until(self.work.who.login) is not None
        seals = facts.seals_in_use()
        if seals != self._seals:
            self._seals = seals
            chosen = self.seal.currentData()
            self.seal.blockSignals(True)
            self.seal.clear()
            for one in seals:
                self.seal.addItem(f"{one.seal_id} · {kind_word(one.kind.value)}", one.seal_id)
            self.seal.setCurrentIndex(max(0, self.seal.findData(chosen)))
            self.seal.blockSignals(False)
            self.pins.show_seals(seals)
            self.refresh()
        self._look()

    def forget_pins(self) -> None:
        """The desk is locked: nothing typed of a PIN or a password stays."""
        self.pins.forget()
        self.password.clear()

    def _show(self, counted: Counted) -> None:
        self.none.setVisible(not counted.balances)
        self.table.setRowCount(len(counted.balances))
        for row, one in enumerate(counted.balances):
            texts = (
                stamp(one.at)[:16], occasion_text(one, self.work.name_of(one.receiver)),
                str(one.released), str(one.void), str(one.files), str(one.calls),
                token_text(one), differences_text(one), self.work.name_of(one.actor),
            )  # fmt: skip
            self.table.fill(row, texts, STATE, "warning" if one.differences else "check")

    # -- acting ------------------------------------------------------------------------------

    def _counter(self) -> int:
        return int(self.token.text()) if self.token.text().strip() else COUNTS_NOTHING

    def _count(self) -> None:
        seal_id, token, note = str(self.seal.currentData()), self._counter(), self._note()
        self._strike(
            lambda session: session.balance_seal(seal_id, token, note),
            self.day_refusal, _("Count of the day"),
        )  # fmt: skip

    def _hand_over(self) -> None:
        sign = self.work.doors.sign_again
        if sign is None or not self.give.isEnabled():
            return
        seal_id, token, note = str(self.seal.currentData()), self._counter(), self._note()
        receiver, password = str(self.receiver.currentData()), self.password.text()
        self.password.clear()

        def handing(session: Session) -> SealBalance:
            sign(password)
            return session.hand_over_seal(seal_id, receiver, token, note)

        self._strike(handing, self.over_refusal, _("Hand over the seal"))

    def _strike(
        self, what: Callable[[Session], SealBalance], refusal: RefusalLine, label: str
    ) -> None:
        session = self.work.session
        refusal.clear_trouble()
        self.work.lanes.change(
            lambda: what(session), then=self._struck, otherwise=refusal.show_trouble, scope=self,
            label=label,
        )  # fmt: skip

    def _struck(self, balance: SealBalance) -> None:
        self.token.clear()
        self.note.clear()
        self.said.setText(counted_text(balance))
        self.said.setProperty("role", "refusal" if balance.differences else "notice")
        style = self.said.style()
        if style is not None:
            style.polish(self.said)
        self.said.show()
        self.ask()
        if balance.receiver:
            self.work.notices.say(_("The seal is handed over to {name}.").format(
                name=self.work.name_of(balance.receiver)))  # fmt: skip
            self.handed_over.emit()

    def _note(self) -> str:
        return self.note.text().strip()

    # -- looks -------------------------------------------------------------------------------

    def _look(self) -> None:
        there = self._holds and self.seal.count() > 0
        for field in (self.token, self.note, self.count, self.receiver, self.password):
            field.setEnabled(there)
        signed = bool(self.receiver.currentData()) and bool(self.password.text())
        self.give.setEnabled(there and signed and self.work.doors.sign_again is not None)
        self.off.setVisible(not self._holds)

    def _build(self) -> None:
        self.off = QLabel(_("Who holds the seal counts it and hands it over; "
                            "take it over first."), self.inside)  # fmt: skip
        self.off.setProperty("role", "quiet")
        self.none = QLabel(_("This seal has not been counted yet."), self.inside)
        self.none.setProperty("role", "quiet")
        self.none.hide()
        for label in (self.off, self.said):
            label.setWordWrap(True)
        self.said.hide()
        self.seal.setAccessibleName(_("Seal"))
        self.token.setValidator(QIntValidator(0, 2_000_000_000, self.token))
        self.token.setPlaceholderText(_("If it has one"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(_("Your password, as signature"))
        self.receiver.addItem(_("choose the next custodian"), "")
        for one in sorted(self.work.people.values(), key=lambda one: one.login):
            if one.has(Role.SEAL_CUSTODIAN) and one.login != self.work.who.login:
                self.receiver.addItem(self.work.name_of(one.login), one.login)
        self.table.setAccessibleName(_("Counts of the seal, newest first"))
        add_form(self.day, ((_("Counter of the token"), self.token), (_("Note"), self.note)))
        self.day.column.addWidget(self.count)
        self.day.column.addWidget(self.day_refusal)
        add_form(self.over, ((_("Next custodian"), self.receiver), (_("Password"), self.password)))
        self.over.column.addWidget(self.give)
        self.over.column.addWidget(self.over_refusal)
        self._lay_out()

    def _lay_out(self) -> None:
        space = self.work.theme.space
        top, cards = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.seal)
        top.addWidget(self.off, 1)
        top.addStretch(0)
        for card in (self.day, self.over, self.pins):
            card.column.addStretch(1)
            cards.addWidget(card, 1)
        self.table.setMinimumHeight(self.work.theme.row_height() * 4)
        column = QVBoxLayout(self.inside)
        column.setContentsMargins(0, space(), 0, 0)
        column.setSpacing(space())
        column.addLayout(top)
        column.addLayout(cards)
        column.addWidget(self.said)
        column.addWidget(self.none)
        column.addWidget(self.table, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.ground)

    def _connect(self) -> None:
        self.seal.currentIndexChanged.connect(self.ask)
        self.receiver.currentIndexChanged.connect(self._look)
        self.password.textChanged.connect(self._look)
        self.password.returnPressed.connect(self._hand_over)
        self.count.clicked.connect(self._count)
        self.give.clicked.connect(self._hand_over)


def add_form(card: Card, rows: tuple[tuple[str, QWidget], ...]) -> None:
    """Labels and fields in a card; the label is the field's accessible name as well."""
    form = QFormLayout()
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for text, field in rows:
        field.setAccessibleName(text)
        form.addRow(text, field)
    card.column.addLayout(form)
