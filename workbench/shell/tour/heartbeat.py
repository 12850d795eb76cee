"""How long the event loop stood still: a 5 ms timer that notes its own gaps.

A gap is what the person at the desk feels as a window that does not answer. Beside its length, what
the UI thread computed in it is noted, so that another program's load is not taken for ours. A
watcher looks at the UI thread's stack while a long gap lasts, so that a stall names its cause. Used
by the tour, and by tests.
"""

from __future__ import annotations

import os
import statistics
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import QObject, Qt, QTimer

BEAT_MS: Final = 5
LONG_MS: Final = 50.0
"""A gap above this is felt (issue 2: no event-loop gap over 50 ms)."""
WATCHED_MS: Final = 30.0
"""From this length on the watcher looks where the UI thread is."""
LOOK_SECONDS: Final = 0.005
LOOKS: Final = 12
"""So many looks at one gap tell enough."""
LEVELS: Final = 7
OF_PYTHON: Final = os.path.dirname(os.__file__)


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between two beats, in milliseconds.

    ``work`` is the processor time of the UI thread alone: on a machine that others use a gap may be
    long although nobody here did anything. Never more than ``wall``.
    """

    wall: float
    work: float


@dataclass(frozen=True, slots=True)
class Stall:
    """One long gap: how long, during which step of the tour, and where the UI thread was."""

    gap: Gap
    step: str
    where: tuple[str, ...]
    """Each look of the watcher: the calls from the event loop inwards, our own code only."""


class Heartbeat(QObject):
    """See the module. Made and stopped on the UI thread."""

    def __init__(self) -> None:
        super().__init__()
        self.step = ""
        self.gaps: list[Gap] = []
        self.stalls: list[Stall] = []
        self._last, self._computed = time.monotonic(), time.thread_time()
        self._resting = 0
        self._caught: list[str] = []
        self._ui = threading.get_ident()
        self._end = threading.Event()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)
        self._watcher = threading.Thread(target=self._watch, name="heartbeat", daemon=True)
        self._watcher.start()

    @property
    def longest_ms(self) -> float:
        """The longest gap so far, in milliseconds."""
        return max((one.wall for one in self.gaps), default=0.0)

    @property
    def longest_work_ms(self) -> float:
        """The longest gap that we filled ourselves: the part of it in which we computed."""
        return max((one.work for one in self.gaps), default=0.0)

    @property
    def long_share(self) -> float:
        """The share of all gaps in which we computed longer than anybody should have to wait."""
        long = sum(1 for one in self.gaps if one.work > LONG_MS)
        return long / len(self.gaps) if self.gaps else 0.0

    @property
    def median_ms(self) -> float:
        """The usual gap: 5 ms on a machine with time to spare."""
        return statistics.median(one.wall for one in self.gaps) if self.gaps else 0.0

    @contextmanager
    def resting(self) -> Iterator[None]:
        """What happens in here is the tour's own doing (a screenshot), not the desk's."""
        self._note()
        self._resting += 1
        try:
            yield
        finally:
            self._resting -= 1
            self._last, self._computed = time.monotonic(), time.thread_time()
            self._caught = []

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()
        self._end.set()
        self._watcher.join(1.0)

    def _beat(self) -> None:
        if not self._resting:
            self._note()

    def _note(self) -> None:
        now, computed = time.monotonic(), time.thread_time()
        wall = (now - self._last) * 1000.0
        gap = Gap(wall, min(wall, (computed - self._computed) * 1000.0))
        self._last, self._computed = now, computed
        if self._resting:
            return
        self.gaps.append(gap)
        if gap.wall > LONG_MS:
            self.stalls.append(Stall(gap, self.step, tuple(self._caught)))
        self._caught = []

    def _watch(self) -> None:
        """In a thread of its own: what the UI thread is doing while it does not beat."""
        while not self._end.wait(LOOK_SECONDS):
            caught = self._caught
            silent = (time.monotonic() - self._last) * 1000.0
            if silent < WATCHED_MS or self._resting or len(caught) >= LOOKS:
                continue
            frame = sys._current_frames().get(self._ui)
            if frame is not None:
                caught.append(_said(traceback.extract_stack(frame)))


def _said(stack: traceback.StackSummary) -> str:
    """The calls of a stack that are ours, without those of the tour itself."""
    ours = [one for one in stack if not one.filename.startswith((OF_PYTHON, "<"))]
    while len(ours) > 1 and f"{os.sep}tour{os.sep}" in ours[0].filename:
        ours.pop(0)
    names = (f"{os.path.basename(one.filename)}:{one.lineno} {one.name}" for one in ours[-LEVELS:])
    return " > ".join(names)
