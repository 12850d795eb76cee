"""What awaits the seal: immediate cases in a lane on top, then by remaining time (domain 3.3).

The order is the store's; this list draws it and lets the seconds run. Texts hold item and number,
never the applicant.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from workbench.rules.case_view import SealTask
from workbench.rules.moment import SECOND
from workbench.rules.words import _, clauses, pick
from workbench.shell.icons import icon
from workbench.shell.inbox.time_left import time_left
from workbench.shell.theme import light_icon
from workbench.shell.workplace import Workplace

DOCUMENT = Qt.ItemDataRole.UserRole


class QueueList(QWidget):
    """The queue with its count; ``chosen`` gives the task in hand or ``None``."""

    chosen = pyqtSignal(object)

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.tasks: tuple[SealTask, ...] = ()
        self.count = QLabel(self)
        self.count.setProperty("role", "title")
        self.list = QListWidget(self)
        self.list.setAccessibleName(_("Documents awaiting the seal"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(work.theme.icon_size(), work.theme.icon_size()))
        self.empty = QLabel(_("Nothing awaits the seal."), self)
        self.empty.setProperty("role", "quiet")
        self.empty.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.count)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        # Takes the room of the list while there is nothing to list.
        column.addStretch(0)
        self.list.currentItemChanged.connect(self._current)
        self._timer = QTimer(self)
        self._timer.setInterval(SECOND // 1000)
        self._timer.timeout.connect(self._tick)
        self._filling = False
        self.wanted = ""
        """A document to take in hand as soon as it is listed: after a rebuild of the window."""

    def show_tasks(self, tasks: Sequence[SealTask]) -> None:
        """Replace the list; the document in hand stays in hand where it is still there."""
        before = self.current()
        self.tasks = tuple(tasks)
        self._filling = True
        self.list.clear()
        for task in self.tasks:
            item = QListWidgetItem()
            item.setData(DOCUMENT, task.document_id)
            self.list.addItem(item)
        self._tick()
        self.count.setText(_("Awaiting the seal: {n}").format(n=len(self.tasks)))
        self.empty.setVisible(not self.tasks)
        self.list.setVisible(bool(self.tasks))
        wanted, self.wanted = self.wanted, ""
        number = wanted or (before.document_id if before is not None else "")
        row = self._row_of(number) if number else None
        if row is None and before is None and self.tasks:
            row = 0
        if row is not None:
            self.list.setCurrentRow(row)
        self._filling = False
        # A refresh must not undo what is confirmed of the document in hand: only news is told.
        now = self.current()
        if now is not None and (before is None or now.document_id != before.document_id):
            self.chosen.emit(now)

    def choose(self, document_id: str) -> None:
        """Take that document in hand."""
        row = self._row_of(document_id)
        if row is not None:
            self.list.setCurrentRow(row)

    def current(self) -> SealTask | None:
        """The document in hand."""
        row = self.list.currentRow()
        return self.tasks[row] if 0 <= row < len(self.tasks) else None

    def _row_of(self, document_id: str) -> int | None:
        found = (row for row, one in enumerate(self.tasks) if one.document_id == document_id)
        return next(found, None)

    def _current(self) -> None:
        if not self._filling:
            self.chosen.emit(self.current())

    def _tick(self) -> None:
        now = self.work.clock.now()
        for row, task in enumerate(self.tasks):
            item = self.list.item(row)
            if item is not None:
                self._write(item, task, now)

    def _write(self, item: QListWidgetItem, task: SealTask, now: int) -> None:
        lines = [pick(task.title_zh, task.title_en), task.document_no]
        spoken = ""
        if task.clock is not None:
            left = time_left(task.clock, now, self.work.calendar)
            lines.append(f"{left.counted()} · {left.word}")
            colour = self.work.theme.ink.lights[left.light]
            item.setIcon(icon(light_icon(left.light), colour, self.work.theme.icon_size()))
            spoken = left.spoken()
        if task.case.immediate:
            lines[0] = _("Immediate · {title}").format(title=lines[0])
        if task.ledger_state:
            holder = self.work.name_of(task.ledger_holder)
            lines.append(_("{who} is pressing").format(who=holder))
        text = "\n".join(lines)
        if item.text() != text:
            item.setText(text)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, clauses([*lines[:2], spoken, *lines[3:]])
            )

    def showEvent(self, event: QShowEvent | None) -> None:
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._timer.stop()
        super().hideEvent(event)
