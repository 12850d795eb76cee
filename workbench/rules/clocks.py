"""The clock engine: when a clock is due, what colour it shows, what a pause gives back.

Every function is pure: a clock depends on its stored start, its pauses, the calendar and the moment
asked about, never on a running process (domain 3.4, rule 1). Called by the case flow, the store,
the worklist and ``explain``. The table itself is :mod:`workbench.rules.clock_table`.

A due moment is the first one that is late: ``now >= due_at`` is over (E08: 09:59.999 is express).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

from workbench.rules.clock_table import (
    CALENDAR_DAY,
    CLOCKS,
    MONTH,
    OFFICE_MINUTE,
    WORKING_DAY,
    Threshold,
)
from workbench.rules.due_times import Length, Limit, Pause, checked, day_end, due_at
from workbench.rules.moment import DAY, MINUTE, SECOND, Moment, at_local, to_local
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.rules.working_days import ONE_DAY, Calendar, DueReport

__all__ = [
    "ClockRun",
    "Explanation",
    "Length",
    "Light",
    "Limit",
    "Pause",
    "Remaining",
    "due_at",
    "explain",
    "extend",
    "light",
    "pause",
    "recompute",
    "remaining",
    "resume",
    "start",
    "start_until",
    "stop",
]


class Light(StrEnum):
    """What the worklist paints; words, because colour alone says nothing to many eyes."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    STOPPED = "stopped"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One run of one clock of one case. ``paused_us`` is the sum of ``pauses``.

    ``round`` counts the runs of the same clock (a second push is round 2), so that two desks which
    derive the same deemed result write it once (rule 2).
    """

    name: str
    round: int
    started_at: Moment
    unit: str
    length: int
    due_at: Moment
    stopped_at: Moment | None = None
    paused_at: Moment | None = None
    paused_us: int = 0
    provisional: bool = False
    pauses: tuple[Pause, ...] = ()
    calendar_version: str = ""

    @property
    def running(self) -> bool:
        """Neither stopped nor paused."""
        return self.stopped_at is None and self.paused_at is None

    def over(self, now: Moment) -> bool:
        """Whether it ran past its limit, judged when it stopped or was paused, else ``now``."""
        return self.measured_at(now) >= self.due_at

    def measured_at(self, now: Moment) -> Moment:
        """The moment up to which it has run."""
        held = [at for at in (self.stopped_at, self.paused_at, now) if at is not None]
        return min(held)


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left: ``days`` whole days and ``us`` on top, both 0 or more; ``late`` if over.

    Working-day clocks: working days after today, and the office time left today. Minute clocks:
    office time in ``us`` alone. Calendar clocks: plain time.
    """

    days: int
    us: int
    late: bool = False

    def text(self, unit: str) -> str:
        """``3 wd 2 h`` for day clocks, ``mm:ss`` for minute clocks (rule 4)."""
        if self.late:
            return _("overdue")
        if unit == OFFICE_MINUTE:
            minutes, seconds = divmod(self.us // SECOND, 60)
            return f"{minutes:02d}:{seconds:02d}"
        hours = self.us // (60 * MINUTE)
        text = _("{days} wd {hours} h") if unit == WORKING_DAY else _("{days} d {hours} h")
        return text.format(days=self.days, hours=hours)


def start(name: str, at: Moment, limit: Limit, calendar: Calendar, *, round: int = 1) -> ClockRun:
    """The clock ``name`` from ``at`` on. An unknown name is a KeyError: the flow names it."""
    length, unit = checked(limit)
    due = due_at(at, limit, calendar)
    return ClockRun(
        name=CLOCKS[name].name,
        round=round,
        started_at=at,
        unit=unit,
        length=length,
        due_at=due,
        provisional=_provisional(calendar, at, due),
        calendar_version=calendar.version,
    )


def start_until(
    name: str, at: Moment, last_day: date, calendar: Calendar, *, round: int = 1
) -> ClockRun:
    """A clock whose end is a date of its own, such as the licence's last day (R26)."""
    days = max((last_day - to_local(at).date()).days, 0)
    return ClockRun(
        name=CLOCKS[name].name,
        round=round,
        started_at=at,
        unit=CALENDAR_DAY,
        length=days,
        due_at=day_end(last_day),
        calendar_version=calendar.version,
    )


def pause(run: ClockRun, at: Moment) -> ClockRun:
    """The clock held from this second on (T14). Only a pausable clock that runs can be held."""
    if not CLOCKS[run.name].pausable:
        raise _refused(_("This clock cannot be stopped by a special procedure."))
    if not run.running:
        raise _refused(_("The clock does not run."))
    if at < run.started_at:
        raise _refused(_("A clock cannot be held before it began."))
    return replace(run, paused_at=at)


def resume(run: ClockRun, at: Moment, calendar: Calendar) -> ClockRun:
    """The clock going again (T15), its due moment moved by what the pause gives back (rule 5).

    Minute clocks get the office time of the pause back exactly. Working-day clocks get one day for
    each working day covered from opening to closing and nothing for parts. A clock that was over
    when it was held stays over: overdue is never undone.
    """
    if run.paused_at is None or run.stopped_at is not None:
        raise _refused(_("The clock is not held."))
    held = Pause(run.paused_at, max(at, run.paused_at))
    freed = replace(
        run,
        paused_at=None,
        pauses=(*run.pauses, held),
        paused_us=run.paused_us + held.end - held.start,
    )
    return recompute(freed, calendar)


def recompute(run: ClockRun, calendar: Calendar) -> ClockRun:
    """The same run under another calendar version (E22), or after its pauses changed."""
    if run.name == "renewal_expiry":
        return run
    due = due_at(run.started_at, Length(run.length, run.unit), calendar, run.pauses)
    return replace(
        run,
        due_at=due,
        provisional=_provisional(calendar, run.started_at, due),
        calendar_version=calendar.version,
    )


def stop(run: ClockRun, at: Moment) -> ClockRun:
    """The clock at its end; stopping twice keeps the first moment."""
    return run if run.stopped_at is not None else replace(run, stopped_at=at)


def extend(run: ClockRun, extra: int, calendar: Calendar) -> ClockRun:
    """The limit made longer by ``extra`` of its own units (T30, R19); kept as a longer length."""
    if extra < 1:
        raise _refused(_("An extension is at least one day."))
    return recompute(replace(run, length=run.length + extra), calendar)


def remaining(run: ClockRun, now: Moment, calendar: Calendar) -> Remaining:
    """What is left at that moment, or was left when the clock was stopped or held."""
    at = run.measured_at(now)
    if at >= run.due_at:
        return Remaining(0, 0, late=True)
    if run.unit == OFFICE_MINUTE:
        return Remaining(0, calendar.office_elapsed(at, run.due_at))
    if run.unit == WORKING_DAY:
        today, last = to_local(at).date(), to_local(run.due_at).date()
        days = calendar.working_days_between(today, last)
        return Remaining(days, _office_left(today, at, calendar))
    return Remaining(*divmod(run.due_at - at, DAY))


def light(run: ClockRun, now: Moment, calendar: Calendar) -> Light:
    """The colour at that moment. A held clock that was already over shows red, not a pause."""
    if run.stopped_at is not None:
        return Light.STOPPED
    if run.over(now):
        return Light.RED
    if run.paused_at is not None:
        return Light.PAUSED
    kind = CLOCKS[run.name]
    left = _left_us(run, now, calendar)
    if kind.orange and left <= _begins_at(kind.orange, run):
        return Light.ORANGE
    if kind.yellow and left <= _begins_at(kind.yellow, run):
        return Light.YELLOW
    return Light.GREEN


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a due moment came about: shown with every yellow and red (domain 3.4)."""

    run: ClockRun
    report: DueReport | None
    given_back: tuple[int, ...]
    """For each pause: working or calendar days, or office microseconds, given back."""


def explain(run: ClockRun, calendar: Calendar) -> Explanation:
    """Start, pauses and what each gave back, and for working days every day counted or not."""
    limit = Length(run.length, run.unit)
    dues = [
        due_at(run.started_at, limit, calendar, run.pauses[:number])
        for number in range(len(run.pauses) + 1)
        if run.pauses
    ]
    given = tuple(_gain(run.unit, before, after, calendar) for before, after in pairwise(dues))
    report = None
    if run.unit == WORKING_DAY:
        first, last = to_local(run.started_at).date(), to_local(run.due_at).date()
        report = calendar.due_report(first, calendar.working_days_between(first, last))
    return Explanation(run, report, given)


def _gain(unit: str, before: Moment, after: Moment, calendar: Calendar) -> int:
    if unit == OFFICE_MINUTE:
        return calendar.office_elapsed(before, after)
    first, last = to_local(before).date(), to_local(after).date()
    if unit == WORKING_DAY:
        return calendar.working_days_between(first, last)
    return (last - first).days


def _office_left(today: date, at: Moment, calendar: Calendar) -> int:
    if not calendar.is_working_day(today):
        return 0
    return sum(high - low for low, high in calendar.open_between(at, at_local(today + ONE_DAY)))


_UNIT_US: Final = {OFFICE_MINUTE: MINUTE, WORKING_DAY: DAY, CALENDAR_DAY: DAY, MONTH: DAY}


def _left_us(run: ClockRun, now: Moment, calendar: Calendar) -> int:
    """What is left on one scale: a working day counts as a whole day, its part in proportion."""
    left = remaining(run, now, calendar)
    if run.unit != WORKING_DAY:
        return left.days * DAY + left.us
    today = to_local(run.measured_at(now)).date()
    whole = sum(span.end - span.start for span in calendar.day_spans(today))
    return left.days * DAY + (left.us * DAY // whole if whole else 0)


def _begins_at(threshold: Threshold, run: ClockRun) -> int:
    unit = _UNIT_US[run.unit]
    whole = run.due_at - run.started_at if run.unit == MONTH else run.length * unit
    return max(threshold.units * unit, whole * threshold.percent // 100)


def _provisional(calendar: Calendar, first: Moment, last: Moment) -> bool:
    return calendar.is_provisional(to_local(first).date(), to_local(last).date())


def _refused(message: str) -> Refusal:
    return Refusal("clock_not_possible", message, _("Look at the clock's explanation."))
