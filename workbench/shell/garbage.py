"""Python's cycle collector, on the UI thread and nowhere else.

It runs on whichever thread happens to make the next object. A lane that meets it would destroy the
windows of a desk that has been left, and Qt breaks when a widget dies on another thread than the
one it lives on. So it is switched off as long as a desk stands, and its rounds are made here.
"""

from __future__ import annotations

import gc

from PyQt6.QtCore import QObject, QTimer

_EVERY_MS = 1_000


class GarbageRounds(QObject):
    """The rounds of the collector from :meth:`begin` to :meth:`end`, while the event loop runs."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_what_is_due)

    def begin(self) -> None:
        """From now on it does not run by itself any more."""
        gc.disable()
        self._timer.start(_EVERY_MS)

    def end(self) -> None:
        """No lane is at work any more: the collector runs by itself again."""
        self._timer.stop()
        gc.enable()


def collect_what_is_due() -> None:
    """The generations that Python itself would have collected by now, the oldest one of them."""
    due = [
        generation
        for generation, (count, most) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if count > most
    ]
    if due:
        gc.collect(due[-1])
