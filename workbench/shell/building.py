"""How screens are built without the window standing still: from the outside inwards, in slices.

Qt styles a widget again, with everything in it, whenever it moves into another one. So what holds
comes first, and what it holds is made where it will stand (:func:`inside_of`). What takes longer
than a blink is written as a generator that yields between its steps; :func:`in_slices` takes it up
again in every turn of the event loop, so that keys and paint events come in between.

Every state between two steps must be safe to click at: a part shows its case whole or nothing of
it. ``lanes.idle`` is False while anything here is under way: tests and the tour wait for that.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from PyQt6 import sip
from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QStackedWidget, QTabWidget, QWidget

SLICE_SECONDS: Final = 0.006
"""A slice ends with the first step that ends after this: an eighth of what is felt (50 ms)."""

_under_way: set[Slices] = set()


class Slices(QObject):
    """One piece of building. It ends with its owner, whatever is left of it."""

    def __init__(self, steps: Iterator[None], owner: QObject) -> None:
        super().__init__(owner)
        self._steps = steps
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.go_on)
        _under_way.add(self)

    @property
    def done(self) -> bool:
        """Whether nothing is left to build."""
        return self not in _under_way

    def go_on(self) -> None:
        """One slice now; the others follow, one in each turn of the event loop."""
        self._timer.stop()
        end = time.monotonic() + SLICE_SECONDS
        while self.step():
            if time.monotonic() >= end:
                self._timer.start(0)
                return

    def step(self) -> bool:
        """One step now, for who builds more around it; whether something is left."""
        if self.done:
            return False
        # A step that raises ends the building; who called, or the desk's own hook, tells of it.
        _under_way.discard(self)
        for _step in self._steps:
            _under_way.add(self)
            return True
        self._timer.stop()
        self.deleteLater()
        return False

    def steps(self) -> Iterator[None]:
        """What is left, step by step, for who builds more around it."""
        while self.step():
            yield

    def later(self) -> Slices:
        """Begin with the next turn of the event loop."""
        self._timer.start(0)
        return self

    def finish(self) -> None:
        """All that is left, at once: for who needs the whole of it now."""
        at_once(self.steps())

    def drop(self) -> None:
        """Leave it as it is: something newer takes its place."""
        if not self.done:
            _under_way.discard(self)
            self._timer.stop()
            self.deleteLater()


def in_slices(steps: Iterator[None], owner: QObject) -> Slices:
    """Build now as far as one slice goes, and the rest in slices: little is done at once."""
    made = Slices(steps, owner)
    made.go_on()
    return made


def at_once(steps: Iterator[None]) -> None:
    """Build the whole of it now, without a turn of the event loop in between."""
    for _step in steps:
        pass


def under_way() -> bool:
    """Whether something is being built in slices."""
    _under_way.difference_update([one for one in _under_way if sip.isdeleted(one)])
    return bool(_under_way)


def polished(screen: QWidget) -> Iterator[None]:
    """Style what is not to be seen yet, step by step; showing it then costs less."""
    for child in screen.findChildren(QWidget):
        if not sip.isdeleted(child):
            child.ensurePolished()
        yield


def inside_of(tabs: QTabWidget) -> QWidget:
    """Where the pages of the tabs stand: made there, they need not move."""
    found = tabs.findChild(QStackedWidget)
    return found if found is not None else tabs
