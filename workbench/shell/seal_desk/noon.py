"""At noon the seal is locked away (domain 7.3): the desk covers itself when the morning ends."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QObject, QTimer

from workbench.rules.moment import Moment, to_local
from workbench.rules.refusals import Refusal
from workbench.rules.working_days import Calendar
from workbench.shell.workplace import Workplace

LOOK_MS: Final = 10_000


class NoonLock(QObject):
    """Asks the main window to lock once, in the look after the morning's office hours end."""

    def __init__(self, work: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self.work = work
        self._before = work.clock.now()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on; what was before is before."""
        self._before = self.work.clock.now()
        self._timer.start()

    def stop(self) -> None:
        """The desk goes."""
        self._timer.stop()

    def look(self) -> None:
        """Lock where noon has come since the last look."""
        before, self._before = self._before, self.work.clock.now()
        noon = noon_of(self.work.calendar, self._before)
        if noon is not None and before < noon <= self._before:
            self.work.signposts.lock_wanted.emit()


def noon_of(calendar: Calendar, at: Moment) -> Moment | None:
    """When that day's first stretch of office hours ends; ``None`` on a day without a break."""
    try:
        spans = calendar.day_spans(to_local(at).date())
    except Refusal:
        return None
    return spans[0].end if len(spans) > 1 else None
