"""What waits for a second person: confirmed, declined with a reason, or taken back (R55)."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from workbench.rules.moment import Moment, stamp
from workbench.rules.seal_states import STEPS, SealChange, step_word
from workbench.rules.words import _, listed
from workbench.shell.notices import RefusalLine
from workbench.shell.plain_table import PlainTable
from workbench.shell.seal_desk.cards import Card
from workbench.shell.seal_desk.face_compare import FaceCompare
from workbench.shell.seal_desk.step_form import field_word
from workbench.shell.seal_desk.words import short_hash
from workbench.shell.workplace import Workplace

STEP = 1
NOT_SHOWN = ("pem", "valid_from", "valid_to")
"""What a form holds for machines: the register of seals shows the certificate's end itself."""
MOST_SHOWN = 4
"""Lines before it scrolls."""


class OpenChanges(Card):
    """See the module. ``decided`` carries change, whether it is confirmed, and the reason."""

    decided = pyqtSignal(object, bool, str)
    withdrawn = pyqtSignal(object)

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work.theme, _("Waiting for a second person"), parent)
        self.work = work
        self.changes: tuple[SealChange, ...] = ()
        headings = (_("Seal"), _("Step"), _("Asked for by"), _("Asked for at"), _("Reason"))
        self.table = PlainTable(work.theme, headings, 4, self)
        self.form = QLabel(self)
        self.faces = FaceCompare(work, self)
        self.reason = QLineEdit(self)
        self.confirm = QPushButton(_("Confirm"), self)
        self.decline = QPushButton(_("Decline"), self)
        self.withdraw = QPushButton(_("Take back"), self)
        self.refusal = RefusalLine(self)
        self._build()
        self.show_changes(())

    def show_changes(self, changes: Sequence[SealChange]) -> None:
        """Oldest first; the chosen one stays chosen."""
        chosen = self.current()
        self.changes = tuple(changes)
        self.table.setRowCount(len(changes))
        for row, one in enumerate(changes):
            texts = (one.seal_id, step_word(one.step), self.work.name_of(one.actor),
                     stamp(one.at)[:16], one.reason)  # fmt: skip
            self.table.fill(row, texts, STEP, "clock")
        known = [one.change_id for one in changes]
        row = known.index(chosen.change_id) if chosen and chosen.change_id in known else 0
        if changes:
            self.table.selectRow(row)
        rows = self.table.verticalHeader()
        high = rows.defaultSectionSize() if rows is not None else 0
        # As high as its lines: the register above it has the room.
        self.table.setFixedHeight(high * (1 + max(1, min(len(changes), MOST_SHOWN))) + high // 2)
        self.setVisible(bool(changes))
        self._look()

    def current(self) -> SealChange | None:
        """The change that is chosen."""
        row = self.table.currentRow()
        return self.changes[row] if 0 <= row < len(self.changes) else None

    def _build(self) -> None:
        self.table.setAccessibleName(_("Changes of seals that wait for a second person"))
        self.form.setWordWrap(True)
        self.form.setProperty("role", "quiet")
        self.reason.setAccessibleName(_("Reason for the answer"))
        self.reason.setPlaceholderText(_("Reason; needed to decline"))
        self.confirm.setProperty("role", "primary")
        row = QHBoxLayout()
        row.addWidget(self.reason, 1)
        for button in (self.confirm, self.decline, self.withdraw):
            row.addWidget(button)
        for widget in (self.table, self.form, self.faces):
            self.column.addWidget(widget)
        self.column.addLayout(row)
        self.column.addWidget(self.refusal)
        self.table.currentCellChanged.connect(self._look)
        self.reason.textChanged.connect(self._look)
        self.faces.changed.connect(self._look)
        self.confirm.clicked.connect(lambda: self._decide(True))
        self.decline.clicked.connect(lambda: self._decide(False))
        self.withdraw.clicked.connect(self._withdraw)

    def _look(self, *_where: object) -> None:
        change, who = self.current(), self.work.who
        mine = change is not None and change.actor == who.login
        step = STEPS.get(change.step) if change is not None else None
        may = step is not None and any(who.has(role) for role in step.may_confirm)
        seen = change is not None and who.login in change.witnesses
        answers = may and not mine and not seen
        self.withdraw.setVisible(mine)
        for widget in (self.confirm, self.decline, self.reason):
            widget.setVisible(answers)
        self.decline.setEnabled(bool(self.reason.text().strip()))
        self.faces.show_change(change, answers)
        self.confirm.setEnabled(self.faces.compared)
        self.confirm.setToolTip("" if self.faces.compared else self.faces.box.text())
        self.form.setText(form_text(change, self.work) if change is not None else "")
        self.form.setVisible(bool(self.form.text()))

    def _decide(self, confirmed: bool) -> None:
        change = self.current()
        if change is not None:
            self.refusal.clear_trouble()
            self.decided.emit(change, confirmed, self.reason.text().strip())
            self.reason.clear()

    def _withdraw(self) -> None:
        change = self.current()
        if change is not None:
            self.refusal.clear_trouble()
            self.withdrawn.emit(change)


def form_text(change: SealChange, work: Workplace) -> str:
    """What the form of a change says: its fields and its witnesses, in one line."""
    parts = [
        _("{name}: {state}").format(name=field_word(name), state=short_hash(work.name_of(value)))
        for name, value in change.form.items() if value and name not in NOT_SHOWN
    ]  # fmt: skip
    if "valid_to" in change.form:
        first, last = (stamp(Moment(change.form[name]))[:10] for name in ("valid_from", "valid_to"))
        parts.append(_("valid from {first} to {last}").format(first=first, last=last))
    if change.witnesses:
        names = listed([work.name_of(one) for one in change.witnesses])
        parts.append(_("{name}: {state}").format(name=_("Witnesses"), state=names))
    return " · ".join(parts)
