"""The page of the audit days: what waits to be signed, what is closed, and the closing itself.

Loaded through ``screens.SCREENS`` for audit administrators, as the first thing they see after
signing in (S084). A day that has been open for more than two working days is red. The passphrase
is typed here and forgotten at once; the page shows numbers and hashes, never a case (R90).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.audit import Closed
from workbench.casework.ports import Session
from workbench.rules.audit_days import (
    AuditStanding,
    OpenDay,
    SignedDay,
    fingerprint,
    record_of,
    short_print,
)
from workbench.rules.moment import stamp
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.plain_table import PlainTable
from workbench.shell.screens import Screen
from workbench.shell.workplace import Workplace

SHOWN: Final = 60
"""So many closed days; ``workbench audit days`` lists all."""
STATE: Final = 1


class AuditDaysScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._open = 0
        self._has_key = False
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        headings = (_("Day"), _("State"), _("Entries"), _("Cases so far"), _("Closed by"))
        self.table = PlainTable(work.theme, headings, 4, self)
        self.table.setAccessibleName(_("Audit days"))
        self.anchor = QLineEdit(work.doors.last_anchor, self)
        self.anchor.setPlaceholderText(_("A file on a stick or another machine"))
        self.choose = QPushButton(_("Choose file …"), self)
        self.passphrase = QLineEdit(self)
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.close_button = QPushButton(_("Sign and close"), self)
        self.close_button.setProperty("role", "primary")
        self.refusal = RefusalLine(self)
        self._lay_out()
        self.anchor.textChanged.connect(self._look)
        self.passphrase.textChanged.connect(self._look)
        self.passphrase.returnPressed.connect(self._sign)
        self.choose.clicked.connect(self._choose)
        self.close_button.clicked.connect(self._sign)
        self._look()

    @classmethod
    def first_question(cls, session: Session) -> None:
        session.audit_standing()

    def title(self) -> str:
        return _("Audit days")

    def refresh(self) -> None:
        session = self.work.session
        self.work.lanes.ask(
            session.audit_standing, then=self._show, otherwise=self.refusal.show_trouble,
            scope=self, key="audit", label=_("Audit days"),
        )  # fmt: skip

    # -- what stands there -----------------------------------------------------------------------

    def _show(self, standing: AuditStanding) -> None:
        self._open, self._has_key = len(standing.open_days), standing.key is not None
        self.note.setText(_said(standing))
        closed = standing.closed[:SHOWN]
        self.table.setRowCount(self._open + len(closed))
        for row, waiting in enumerate(standing.open_days):
            self._fill_open(row, waiting)
        for row, day in enumerate(closed, start=self._open):
            self._fill_closed(row, day)
        self._look()

    def _fill_open(self, row: int, one: OpenDay) -> None:
        state = _("open for more than two working days") if one.late else _("not closed yet")
        texts = (one.day.isoformat(), state, "", "", "")
        self.table.fill(row, texts, STATE, "warning" if one.late else "circle")
        item = self.table.item(row, STATE)
        if one.late and item is not None:
            item.setForeground(QColor(self.work.theme.ink.danger))

    def _fill_closed(self, row: int, one: SignedDay) -> None:
        said = record_of(one.record)
        if said is None:
            self.table.fill(row, (one.day, _("cannot be read"), "", "", ""), STATE, "warning")
            return
        entries = said.events + said.steps + said.lines
        by = "  ".join((
            self.work.name_of(said.closed_by), stamp(said.closed_at),
            short_print(fingerprint(one.public_key)),
        ))  # fmt: skip
        texts = (one.day, _("signed and closed"), str(entries), str(said.cases), by)
        self.table.fill(row, texts, STATE, "check")

    # -- closing ---------------------------------------------------------------------------------

    def _look(self) -> None:
        typed = bool(self.anchor.text().strip() and self.passphrase.text())
        self.close_button.setEnabled(bool(self._open and self._has_key and typed))

    def _choose(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Anchor file"), self.anchor.text(), options=_KEEP_FILE
        )
        if chosen:
            self.anchor.setText(chosen)

    def _sign(self) -> None:
        door = self.work.doors.close_days
        if door is None or not self.close_button.isEnabled():
            return
        passphrase, anchor = self.passphrase.text(), Path(self.anchor.text().strip())
        self.passphrase.clear()
        self.refusal.clear_trouble()
        self.work.lanes.change(
            lambda: door(passphrase, anchor), then=self._closed,
            otherwise=self.refusal.show_trouble, scope=self, label=_("Sign and close"),
        )  # fmt: skip

    def _closed(self, done: Closed) -> None:
        self.work.notices.say(_("{count} days are closed and anchored.").format(
            count=len(done.days)
        ))  # fmt: skip
        self.refresh()

    def _lay_out(self) -> None:
        space = self.work.theme.space
        card = QFrame(self)
        card.setProperty("role", "card")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(space(1.5), space(), space(1.5), space())
        for text, field in ((_("Anchor file"), self.anchor),
                            (_("Passphrase of your key"), self.passphrase)):  # fmt: skip
            label = QLabel(text, card)
            label.setBuddy(field)
            field.setAccessibleName(text)
            line = QHBoxLayout()
            line.setSpacing(space())
            line.addWidget(field, 1)
            line.addWidget(self.choose if field is self.anchor else self.close_button)
            rows.addWidget(label)
            rows.addLayout(line)
        rows.addWidget(self.refusal)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(1.5), space(1.5), space(1.5), space(1.5))
        column.setSpacing(space(1.5))
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addWidget(card)
        self.setTabOrder(self.choose, self.passphrase)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)


_KEEP_FILE = QFileDialog.Option.DontConfirmOverwrite
"""The file is added to, never written over."""


def _said(standing: AuditStanding) -> str:
    """The one sentence above the list."""
    if standing.key is None:
        return _("You have no signing key yet: workbench audit new-key URL --as USER.")
    late = sum(one.late for one in standing.open_days)
    if late:
        text = _("{count} days have been open for more than two working days. Sign them now.")
        return text.format(count=late)
    if standing.open_days:
        return _("{count} days can be signed.").format(count=len(standing.open_days))
    return _("Every day that is over is signed.")
