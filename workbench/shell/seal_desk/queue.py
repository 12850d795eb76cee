"""What awaits the seal: immediate cases in a lane on top, then by remaining time (domain 3.3).

The order is the store's; this list draws it and lets the seconds run. Texts hold item and number,
never the applicant. Lines are ticked for a batch: Space, Shift with the arrows, Ctrl+A.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QIcon, QKeyEvent, QKeySequence, QShowEvent
from PyQt6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.case_view import SealTask
from workbench.rules.clocks import Light
from workbench.rules.moment import SECOND
from workbench.rules.seal_custody import MOST_IN_A_BATCH
from workbench.rules.words import _, clauses, pick
from workbench.shell.icons import as_icon, pixmap
from workbench.shell.inbox.time_left import time_left
from workbench.shell.theme import light_icon
from workbench.shell.workplace import Workplace

DOCUMENT = Qt.ItemDataRole.UserRole
TICKED, FREE = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class QueueView(QListWidget):
    """The lines. ``all_wanted`` at Ctrl+A; Shift with an arrow ticks on the way."""

    all_wanted = pyqtSignal()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.all_wanted.emit()
            return
        moves = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if moves and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            after = max(0, min(self.currentRow() + step, self.count() - 1))
            for row in (self.currentRow(), after):
                item = self.item(row)
                if item is not None and item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
                    item.setCheckState(TICKED)
            self.setCurrentRow(after)
            return
        super().keyPressEvent(event)


class QueueList(QWidget):
    """The queue with its count; ``chosen`` gives the task in hand or ``None``."""

    chosen = pyqtSignal(object)
    batch_wanted = pyqtSignal(object)
    """The ticked tasks in the queue's order."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.tasks: tuple[SealTask, ...] = ()
        self.ticked: set[str] = set()
        self.by_hand: frozenset[str] = frozenset()
        """Documents that are pressed by hand: never in a batch of the key."""
        self.count = QLabel(self)
        self.count.setProperty("role", "title")
        self.count.setWordWrap(True)
        self.list = QueueView(self)
        self.empty = QLabel(_("Nothing awaits the seal."), self)
        self.empty.setProperty("role", "quiet")
        self.empty.setWordWrap(True)
        self.hint = QLabel(self)
        self.hint.setProperty("role", "small")
        self.hint.setWordWrap(True)
        self.begin = QPushButton(_("Seal the ticked ones"), self)
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(SECOND // 1000)
        self._timer.timeout.connect(self._tick)
        self._filling = False
        self.wanted = ""
        """A document to take in hand as soon as it is listed: after a rebuild of the window."""

    def _build(self) -> None:
        self.list.setAccessibleName(_("Documents awaiting the seal"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side = self.work.theme.icon_size()
        self.list.setIconSize(QSize(side, side))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.count)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        column.addWidget(self.begin)
        # Takes the room of the list while there is nothing to list.
        column.addStretch(0)
        self.list.currentItemChanged.connect(self._current)
        self.list.itemChanged.connect(self._changed)
        self.list.all_wanted.connect(self.tick_all)
        self.begin.clicked.connect(self._begin)

    # -- what the screen asks for ------------------------------------------------------------

    def show_tasks(self, tasks: Sequence[SealTask]) -> None:
        """Replace the list; the document in hand stays in hand where it is still there."""
        before = self.current()
        self.tasks = tuple(tasks)
        self.ticked &= {one.document_id for one in self.tasks} - self.by_hand
        self._filling = True
        self.list.clear()
        for task in self.tasks:
            item = QListWidgetItem()
            item.setData(DOCUMENT, task.document_id)
            if task.document_id not in self.by_hand:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(TICKED if task.document_id in self.ticked else FREE)
            self.list.addItem(item)
        self._tick()
        self._count_shown()
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

    def mark(self, document_id: str) -> None:
        """Show which document is in hand, without telling: a batch has taken it."""
        self._filling = True
        self.choose(document_id)
        self._filling = False

    def current(self) -> SealTask | None:
        """The document in hand."""
        row = self.list.currentRow()
        return self.tasks[row] if 0 <= row < len(self.tasks) else None

    def set_free(self, free: bool) -> None:
        """Whether another document may be taken in hand: not during a press or a batch."""
        self.list.setEnabled(free)
        self.begin.setEnabled(free and bool(self.ticked))

    def tick_all(self) -> None:
        """The first fifty, immediate ones among them; none where all of them are ticked."""
        fit = [one.document_id for one in self.tasks if one.document_id not in self.by_hand]
        first = set(fit[:MOST_IN_A_BATCH])
        self.tick(set() if self.ticked == first else first)

    def tick(self, documents: set[str]) -> None:
        """Exactly these are ticked."""
        self.ticked = set(documents)
        self._filling = True
        for row, task in enumerate(self.tasks):
            item = self.list.item(row)
            if item is not None and task.document_id not in self.by_hand:
                item.setCheckState(TICKED if task.document_id in self.ticked else FREE)
        self._filling = False
        self._count_shown()

    # -- inside ------------------------------------------------------------------------------

    def _row_of(self, document_id: str) -> int | None:
        found = (row for row, one in enumerate(self.tasks) if one.document_id == document_id)
        return next(found, None)

    def _current(self) -> None:
        if not self._filling:
            self.chosen.emit(self.current())

    def _changed(self, item: QListWidgetItem) -> None:
        """A tick came or went; the fifty-first does not stay."""
        document = str(item.data(DOCUMENT))
        on = item.checkState() == TICKED
        if self._filling or on == (document in self.ticked):
            return
        if on and len(self.ticked) >= MOST_IN_A_BATCH:
            item.setCheckState(FREE)
            self.work.notices.say(_("A batch holds {n} documents.").format(n=MOST_IN_A_BATCH))
            return
        (self.ticked.add if on else self.ticked.discard)(document)
        self._count_shown()

    def _count_shown(self) -> None:
        immediate = sum(one.case.immediate for one in self.tasks)
        text = _("Awaiting the seal: {n}").format(n=len(self.tasks))
        if immediate:
            text = _("Awaiting the seal: {n}, immediate: {m}").format(
                n=len(self.tasks), m=immediate
            )
        self.count.setText(text)
        self.empty.setVisible(not self.tasks)
        for widget in (self.list, self.begin, self.hint):
            widget.setVisible(bool(self.tasks))
        n = len(self.ticked)
        self.hint.setText(
            _("Ticked: {n} of at most {most}").format(n=n, most=MOST_IN_A_BATCH)
            if n
            else _("Space ticks a document for a batch, Ctrl+A all of them.")
        )
        self.begin.setEnabled(bool(n) and self.list.isEnabled())

    def _begin(self) -> None:
        chosen = tuple(one for one in self.tasks if one.document_id in self.ticked)
        if chosen and self.begin.isEnabled():
            self.batch_wanted.emit(chosen)

    def _tick(self) -> None:
        now = self.work.clock.now()
        filling, self._filling = self._filling, True
        for row, task in enumerate(self.tasks):
            item = self.list.item(row)
            if item is not None:
                self._write(item, task, now)
        self._filling = filling

    def _write(self, item: QListWidgetItem, task: SealTask, now: int) -> None:
        lines = [pick(task.title_zh, task.title_en), task.document_no]
        spoken = ""
        if task.clock is not None:
            left = time_left(task.clock, now, self.work.calendar)
            lines.append(f"{left.counted()} · {left.word}")
            colour = self.work.theme.ink.lights[left.light]
            item.setIcon(_light(left.light, colour, self.work.theme.icon_size()))
            spoken = left.spoken()
        if task.case.immediate:
            lines[0] = _("Immediate · {title}").format(title=lines[0])
        if task.document_id in self.by_hand:
            lines.append(_("pressed by hand"))
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


def _light(light: Light, colour: str, side: int) -> QIcon:
    """The light keeps its colour while a press or a batch holds the list."""
    drawn = pixmap(light_icon(light), colour, side)
    made = as_icon(drawn)
    made.addPixmap(drawn, QIcon.Mode.Disabled)
    return made
