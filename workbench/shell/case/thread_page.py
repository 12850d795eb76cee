"""The thread between window and department, and the box to write in (S118)."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from workbench.rules.case import NewEntry, Part
from workbench.rules.case_view import CaseView
from workbench.rules.refusals import Trouble
from workbench.rules.words import _
from workbench.shell.case.mover import Mover, Wanted
from workbench.shell.case.part_pages import EntriesPage
from workbench.shell.notices import RefusalLine
from workbench.shell.workplace import Workplace


class ThreadPage(QWidget):
    """Messages, oldest first; Enter sends. What could not be sent stays in the box."""

    sent = pyqtSignal(object)
    """The case as it is after the message."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.view: CaseView | None = None
        self._mover = Mover(work, self)
        self._drafts: dict[str, str] = {}
        space = work.theme.space
        self.messages = EntriesPage(work, (Part.THREAD,), _("No message yet."), self)
        self.box = QLineEdit(self)
        self.box.setPlaceholderText(_("Message to the other side of this case"))
        self.box.setAccessibleName(_("Message to the other side of this case"))
        self.send = QPushButton(_("Send"), self)
        self.refusal = RefusalLine(self)
        self.box.returnPressed.connect(self.send_now)
        self.send.clicked.connect(self.send_now)
        row = QHBoxLayout()
        row.setSpacing(space())
        row.addWidget(self.box, 1)
        row.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(space(2), space(0.75), space(2), space())
        foot.addWidget(self.refusal)
        foot.addLayout(row)
        column.addLayout(foot)

    def show_case(self, view: CaseView | None) -> None:
        """Show the thread; a half-written message stays with its case."""
        new = view.case.case_no if view is not None else ""
        old = self.view.case.case_no if self.view is not None else ""
        if new != old:
            self._drafts[old] = self.box.text()
            self.box.setText(self._drafts.get(new, ""))
            self.refusal.clear_trouble()
        self.view = view
        self.messages.show_case(view)
        may = view is not None and "send_message" in view.moves
        self.box.setEnabled(may)
        self.send.setEnabled(may)

    def send_now(self) -> None:
        """Send what stands in the box."""
        text = self.box.text().strip()
        if self.view is None or not text or not self.send.isEnabled():
            return
        self.refusal.clear_trouble()
        self.send.setEnabled(False)
        wanted = Wanted(self.view, "send_message", entries=[NewEntry("message", {"text": text})])
        self._mover.make(wanted, self._went, self._refused, self._over)

    def _went(self, view: CaseView | None) -> None:
        self.box.clear()
        self.sent.emit(view)

    def _refused(self, trouble: Trouble) -> None:
        self.refusal.show_trouble(trouble)

    def _over(self) -> None:
        self.send.setEnabled(self.view is not None and "send_message" in self.view.moves)
