"""What is asked of the register of use: words, state, seal, custodian, manner, days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from PyQt6.QtCore import QDate, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.moment import Moment, at_local, to_local
from workbench.rules.people import Role
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import LedgerState, Seal
from workbench.rules.words import _
from workbench.shell.seal_desk.words import manner_word, state_word
from workbench.shell.workplace import Workplace

S = LedgerState
UNDER_WAY: Final = (S.RESERVED, S.PREPARED, S.SIGNED)
EVER, TODAY, WEEK, MONTH, YEAR, CHOSEN = "", "today", "week", "month", "year", "chosen"


class RegisterFilters(QWidget):
    """``changed`` when something else is asked."""

    changed = pyqtSignal()

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.search = QLineEdit(self)
        self.state, self.seal, self.custodian = QComboBox(self), QComboBox(self), QComboBox(self)
        self.manner, self.days = QComboBox(self), QComboBox(self)
        day = to_local(work.clock.now()).date()
        self.first = QDateEdit(QDate(day.year, day.month, day.day), self)
        self.last = QDateEdit(QDate(day.year, day.month, day.day), self)
        self.clear = QPushButton(_("Clear filters"), self)
        self._filling = False
        self._fill()
        self._lay_out()
        self._connect()
        self._look()

    def _fill(self) -> None:
        self.search.setPlaceholderText(_("Search serial, case number or document number"))
        self.search.setAccessibleName(_("Search in the register of seal use"))
        self.search.setClearButtonEnabled(True)
        self._offer(self.state, _("State"), [
            (_("all states"), ""), (state_word(S.RELEASED), "released"),
            (state_word(S.VOID), "void"), (_("under way"), "under_way"),
        ])  # fmt: skip
        self._offer(self.manner, _("Pressed how"), [
            (_("all manners"), ""), *((manner_word(m), m) for m in ("electronic", "physical")),
        ])  # fmt: skip
        self._offer(self.days, _("Days"), [
            (_("all days"), EVER), (_("today"), TODAY), (_("the last 7 days"), WEEK),
            (_("this month"), MONTH), (_("this year"), YEAR), (_("from … to …"), CHOSEN),
        ])  # fmt: skip
        people = [one for one in self.work.people.values() if Role.SEAL_CUSTODIAN in one.roles]
        names = sorted((self.work.name_of(one.login), one.login) for one in people)
        self._offer(self.custodian, _("Custodian"), [(_("all custodians"), ""), *names])
        self._offer(self.seal, _("Seal"), [(_("all seals"), "")])
        for box, name in ((self.first, _("From day")), (self.last, _("To day"))):
            box.setAccessibleName(name)
            box.setCalendarPopup(True)
            box.setDisplayFormat("yyyy-MM-dd")

    def _offer(self, box: QComboBox, name: str, choices: Iterable[tuple[str, str]]) -> None:
        box.setAccessibleName(name)
        for text, code in choices:
            box.addItem(text, code)

    def show_seals(self, seals: Sequence[Seal]) -> None:
        """The seals there are; the chosen one stays chosen."""
        chosen = self.seal.currentData()
        self._filling = True
        self.seal.clear()
        rows = [(one.seal_id, one.seal_id) for one in seals]
        self._offer(self.seal, _("Seal"), [(_("all seals"), ""), *rows])
        self.seal.setCurrentIndex(max(0, self.seal.findData(chosen)))
        self._filling = False

    def asked(self) -> LedgerAsk:
        """The question as it stands."""
        states = {
            "released": (S.RELEASED,), "void": (S.VOID,), "under_way": UNDER_WAY
        }.get(str(self.state.currentData()), ())  # fmt: skip
        since, until = self._span()
        return LedgerAsk(
            text=self.search.text().strip(), states=states,
            seal_id=str(self.seal.currentData() or ""),
            custodian=str(self.custodian.currentData() or ""),
            manner=str(self.manner.currentData() or ""), since=since, until=until,
        )  # fmt: skip

    def _span(self) -> tuple[Moment | None, Moment | None]:
        """From the first local midnight up to the one after the last day."""
        choice = self.days.currentData()
        today = to_local(self.work.clock.now()).date()
        starts = {
            TODAY: today, WEEK: today - timedelta(days=6), MONTH: today.replace(day=1),
            YEAR: today.replace(month=1, day=1),
        }  # fmt: skip
        if choice == CHOSEN:
            first, last = self.first.date().toPyDate(), self.last.date().toPyDate()
            return at_local(first), at_local(last + timedelta(days=1))
        return (at_local(starts[choice]), None) if choice in starts else (None, None)

    def keep(self) -> Mapping[str, Any]:
        """For a rebuilt window."""
        boxes = (self.state, self.seal, self.custodian, self.manner, self.days)
        return {
            "words": self.search.text(), "choices": [box.currentData() for box in boxes],
            "first": self.first.date().toPyDate(), "last": self.last.date().toPyDate(),
        }  # fmt: skip

    def restore(self, kept: Mapping[str, Any]) -> None:
        """What :meth:`keep` gave."""
        if not kept:
            return
        self._filling = True
        self.search.setText(str(kept["words"]))
        boxes = (self.state, self.seal, self.custodian, self.manner, self.days)
        for box, code in zip(boxes, kept["choices"], strict=True):
            box.setCurrentIndex(max(0, box.findData(code)))
        self.first.setDate(kept["first"])
        self.last.setDate(kept["last"])
        self._filling = False
        self._look()

    def _clear(self) -> None:
        self._filling = True
        self.search.clear()
        for box in (self.state, self.seal, self.custodian, self.manner, self.days):
            box.setCurrentIndex(0)
        self._filling = False
        self._told()

    def _look(self) -> None:
        chosen = self.days.currentData() == CHOSEN
        for box in (self.first, self.dash, self.last):
            box.setVisible(chosen)

    def _told(self, _what: object = None) -> None:
        if not self._filling:
            self._look()
            self.changed.emit()

    def _lay_out(self) -> None:
        space = self.work.theme.space
        self.dash = QLabel("–", self)
        top, row, days = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.clear)
        for box in (self.state, self.seal, self.custodian, self.manner, self.days):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            row.addWidget(box)
        row.addStretch(1)
        for part in (self.first, self.dash, self.last):
            days.addWidget(part)
        days.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(0.75))
        column.addLayout(top)
        column.addLayout(row)
        column.addLayout(days)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._told)
        for box in (self.state, self.seal, self.custodian, self.manner, self.days):
            box.currentIndexChanged.connect(self._told)
        for day in (self.first, self.last):
            day.dateChanged.connect(self._told)
        self.clear.clicked.connect(self._clear)
