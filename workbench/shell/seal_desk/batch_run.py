"""A batch under way: it takes documents in hand one by one and keeps what became of each.

It presses nothing itself: the custodian confirms each document on its page. Made and fed by the
screen, which reads documents, presses and returns; keys work only while a batch runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QAbstractButton, QApplication, QWidget

from workbench.rules.case_view import SealTask
from workbench.rules.refusals import Trouble
from workbench.rules.seal_custody import Pressed
from workbench.rules.words import _
from workbench.shell.notices import wording
from workbench.shell.seal_desk.batch import ASKS_AGAIN, Batch, End, is_of_one_document
from workbench.shell.seal_desk.batch_bar import BatchBar
from workbench.shell.seal_desk.returning import ReturnPanel, return_words

KEYS: Final = ("Return", "Enter", "R", "S", "Esc")


class BatchRun(QObject):
    """See the module. ``take`` the next task in hand; ``ended`` with outcomes and why."""

    take = pyqtSignal(object)
    confirm = pyqtSignal()
    to_the_ticks = pyqtSignal()
    to_the_reasons = pyqtSignal()
    ended = pyqtSignal(object, str)

    def __init__(self, bar: BatchBar, back: ReturnPanel, ground: QWidget) -> None:
        super().__init__(ground)
        self.batch: Batch | None = None
        self.bar = bar
        self._back = back
        self._busy = False
        self._news = ""
        self._keys = [self._key(name, ground) for name in KEYS]
        bar.skip_wanted.connect(self.skip)
        bar.return_wanted.connect(self.give_back)
        bar.end_wanted.connect(self._end)

    @property
    def running(self) -> bool:
        """Whether a batch is under way."""
        return self.batch is not None

    # -- what the screen tells -----------------------------------------------------------------

    def begin(self, tasks: Sequence[SealTask], queue: Sequence[SealTask]) -> None:
        """These documents, in this order."""
        self.batch = Batch(tasks, queue)
        for key in self._keys:
            key.setEnabled(True)
        self.bar.show()
        self._go_on(self.batch.current)

    def hear(self, queue: Sequence[SealTask]) -> tuple[SealTask, ...]:
        """What the queue holds now; the immediate cases that have come in are next."""
        if self.batch is None:
            return ()
        urgent = self.batch.hear(queue)
        if urgent:
            self._news = _("An immediate case has come in: it is the next document.")
            self.bar.show_batch(self.batch, self._news)
        return urgent

    def pressed(self, result: Pressed) -> None:
        """The document in hand is sealed."""
        self._note(End.SEALED, "", result.serial)

    def returned(self, reason: str) -> None:
        """The request of the document in hand was given back."""
        self._note(End.RETURNED, return_words().get(reason, reason))

    def failed(self, trouble: Trouble) -> bool:
        """What a press came to; whether the document stays in hand for another try."""
        if trouble.code in ASKS_AGAIN:
            return True
        said = wording(trouble)
        if is_of_one_document(trouble):
            self._note(End.FAILED, said)
        else:
            self.stop(said)
        return False

    def gone(self, said: str) -> None:
        """The document in hand cannot be shown, or has left the queue."""
        self._note(End.FAILED, said)

    def set_busy(self, busy: bool) -> None:
        """While a press or a return is under way the keys do nothing."""
        self._busy = busy
        self.bar.set_busy(busy)

    # -- what the custodian does ---------------------------------------------------------------

    def skip(self) -> None:
        """Leave this one in the queue, and go on."""
        if self.running and not self._busy:
            self._note(End.SKIPPED)

    def give_back(self) -> None:
        """To the reasons for a return; with one chosen, the request goes back."""
        if not self.running or self._busy:
            return
        if self._back.button.isEnabled():
            self._back.give_back()
        else:
            self.to_the_reasons.emit()

    def stop(self, why: str = "") -> None:
        """End the batch: by the custodian, or because nothing more can be sealed."""
        batch, self.batch = self.batch, None
        if batch is None:
            return
        for key in self._keys:
            key.setEnabled(False)
        self.bar.hide()
        self._news = ""
        self.ended.emit(batch.stop(), why)

    def _end(self) -> None:
        if not self._busy:
            self.stop()

    # -- inside --------------------------------------------------------------------------------

    def _note(self, end: End, why: str = "", serial: int = 0) -> None:
        if self.batch is not None:
            self._news = ""
            self._go_on(self.batch.note(end, why, serial))

    def _go_on(self, task: SealTask | None) -> None:
        if self.batch is None:
            return
        if task is None:
            self.stop()
            return
        self.bar.show_batch(self.batch, self._news)
        self.take.emit(task)

    def _key(self, name: str, ground: QWidget) -> QShortcut:
        key = QShortcut(QKeySequence(name), ground)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.setEnabled(False)
        acts = {"R": self.give_back, "S": self.skip, "Esc": self._escape}
        key.activated.connect(acts.get(name, self._enter))
        return key

    def _escape(self) -> None:
        """Out of the reasons first, then out of the batch."""
        if self._busy:
            return
        focus = QApplication.focusWidget()
        if focus is not None and self._back.isAncestorOf(focus):
            self._back.reset()
            self.to_the_ticks.emit()
        else:
            self.stop()

    def _enter(self) -> None:
        """Presses the seal, except on another button and among the reasons for a return."""
        focus = QApplication.focusWidget()
        if self._busy:
            return
        if focus is not None and self._back.isAncestorOf(focus):
            self._back.give_back()
        elif isinstance(focus, QAbstractButton) and self.bar.isAncestorOf(focus):
            focus.click()
        else:
            self.confirm.emit()
