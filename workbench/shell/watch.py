"""Finding out that something changed, here or at another desk: one small question a second.

The main window starts it and refreshes the visible screen when it says so. A question that fails is
an outage with its banner; the watch goes on and takes the banner away when the centre is back. One
that is refused means that the person may no longer sign in: the desk is closed then (V08).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from workbench.casework.ports import Session
from workbench.rules.refusals import Refusal, Trouble
from workbench.shell.lanes import Lanes

ASK_MS: Final = 1_000
LATE_SECONDS: Final = 5.0
"""So long after the line is back, questions of before may still come back with its loss."""


class Bell:
    """What a thread of the session rings. Silenced before the window goes, because a signal of a
    widget that is just being deleted takes the process with it."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._turn = threading.Lock()

    def ring(self) -> None:
        """From any thread."""
        with self._turn:
            self._act()

    def silence(self) -> None:
        """Nobody hears it any more; it does not ring when this returns."""
        with self._turn:
            self._act = _nothing


def _nothing() -> None:
    """What a silenced bell does."""


class ChangeWatch(QObject):
    """``changed`` is sent on the UI thread after each change by anybody, never without one."""

    changed = pyqtSignal()
    _told = pyqtSignal()
    reachable = pyqtSignal(bool)
    """Sent when the centre is lost and when it is back; that more than once, because a banner may
    come late and would stay for ever."""
    refused = pyqtSignal(object)
    """The :class:`Refusal` with which the centre has shut the person out."""
    ended = pyqtSignal()
    """The window is about to go: whoever goes by this watch stops too."""

    def __init__(self, session: Session, lanes: Lanes, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._lanes = lanes
        self._mark: int | None = None
        self._waiting = False
        self._again = False
        self._lost = False
        self._late_until = 0.0
        self._bell = Bell(_nothing)
        self._timer = QTimer(self)
        self._timer.setInterval(ASK_MS)
        self._timer.timeout.connect(self._ask)

    def start(self) -> None:
        """Ask once now, then every second."""
        self._timer.start()
        self._lanes.something_changed.connect(self._ask)
        # Emitted in a thread of the session, received here: Qt queues it for the UI thread.
        self._told.connect(self._ask)
        bell = self._bell = Bell(self._told.emit)
        self._lanes.ask(lambda: self._session.on_change(bell.ring))
        self._ask()

    def stop(self) -> None:
        """Ask no more: the window is about to go."""
        self._bell.silence()
        if self._timer.isActive():
            self._timer.stop()
            self._lanes.something_changed.disconnect(self._ask)
            self.ended.emit()

    def _ask(self) -> None:
        if not self._timer.isActive():
            return
        # One question at a time: behind a long change they would pile up.
        if self._waiting:
            self._again = True
            return
        self._waiting = True
        session = self._session
        self._lanes.ask(
            session.change_mark, then=self._answered, otherwise=self._failed, after=self._done,
            at_once=True,
        )  # fmt: skip

    def _answered(self, mark: int) -> None:
        if self._lost:
            self._lost = False
            self._late_until = time.monotonic() + LATE_SECONDS
        if time.monotonic() < self._late_until:
            self.reachable.emit(True)
        before, self._mark = self._mark, mark
        if before is not None and before != mark and self._timer.isActive():
            self.changed.emit()

    def _failed(self, trouble: Trouble) -> None:
        if isinstance(trouble, Refusal):
            if self._timer.isActive():
                self.refused.emit(trouble)
        elif not self._lost:
            self._lost = True
            self.reachable.emit(False)

    def _done(self) -> None:
        self._waiting = False
        if self._again:
            self._again = False
            self._ask()
