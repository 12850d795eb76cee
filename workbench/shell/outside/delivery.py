"""Handing over what waits for the outside, after each change that this desk hears of.

Made with each main window. It runs in *errands*, because a folder may be slow; nothing that fails
there disturbs the person at work, the slot keeps the trouble for its page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PyQt6.QtCore import QObject

from workbench.rules.refusals import Fault, Trouble
from workbench.shell.watch import ChangeWatch
from workbench.shell.workplace import Workplace

log = logging.getLogger("workbench.shell")


class Delivery(QObject):
    """One hand-over at a time; what changes meanwhile is asked for once more at its end."""

    def __init__(self, work: Workplace, watch: ChangeWatch, parent: QObject) -> None:
        super().__init__(parent)
        self._lanes = work.lanes
        self._hand_over = work.doors.hand_over
        self._under_way = False
        self._again = False
        watch.changed.connect(self.now)

    def now(self) -> None:
        """Something has changed, or the desk has just begun."""
        if self._hand_over is None:
            return
        self._again = self._under_way
        if not self._under_way:
            self._under_way = True
            self._lanes.errand(self._quietly(self._hand_over), after=self._done)

    @staticmethod
    def _quietly(hand_over: Callable[[], int]) -> Callable[[], int]:
        def handing() -> int:
            try:
                return hand_over()
            except Trouble as trouble:
                # The centre itself is away: the watch shows that with its banner. A refusal is for
                # whoever may do nothing any more, and the desk tells him so itself.
                level = logging.WARNING if isinstance(trouble, Fault) else logging.INFO
                log.log(level, "nothing could be handed to the outside systems: %s", trouble)
                return 0

        return handing

    def _done(self) -> None:
        self._under_way = False
        if self._again:
            self._again = False
            self.now()
