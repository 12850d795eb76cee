"""When a limit ends: the arithmetic of due moments, pauses given back.

Called by :mod:`workbench.rules.clocks` and by the catalogue's display of limits. Units are those of
``clock_table.UNITS``: office minutes are exact, everything else ends with a day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from workbench.rules.clock_table import MONTH, OFFICE_MINUTE, UNITS, WORKING_DAY
from workbench.rules.moment import MINUTE, Moment, at_local, to_local
from workbench.rules.refusal_texts import refusal
from workbench.rules.working_days import ONE_DAY, Calendar


class Limit(Protocol):
    """What carries a limit: a length in whole units, and the unit's name (clock_table.UNITS)."""

    @property
    def length(self) -> int:
        """How many units, at least 1."""
        ...

    @property
    def unit(self) -> str:
        """One of ``clock_table.UNITS``."""
        ...


@dataclass(frozen=True, slots=True)
class Length:
    """The plain limit: ``Length(9, "working_day")``."""

    length: int
    unit: str


@dataclass(frozen=True, slots=True)
class Pause:
    """One ended suspension, half-open."""

    start: Moment
    end: Moment


def due_at(at: Moment, limit: Limit, calendar: Calendar, pauses: Iterable[Pause] = ()) -> Moment:
    """When a clock started at ``at`` is due, its pauses given back.

    Office minutes: exact. Working days: end of office hours of the last day, the day of the start
    not counted. Calendar days and months: the last second of the last day; a month ends on the same
    day number, or on the month's last day where it is shorter.
    """
    length, unit = checked(limit)
    if unit == OFFICE_MINUTE:
        return _minutes_due(at, length * MINUTE, calendar, pauses)
    first = to_local(at).date()
    if unit == WORKING_DAY:
        return _working_days_due(first, length, calendar, pauses)
    return _calendar_due(first, length, unit, pauses)


def checked(limit: Limit) -> tuple[int, str]:
    """Length and unit of a limit as plain values; a wrong one is a ``Refusal``."""
    length, unit = limit.length, str(limit.unit)
    if unit not in UNITS or length < 1:
        raise refusal("limit_wrong", length=length, unit=unit)
    return length, unit


def _minutes_due(at: Moment, left: int, calendar: Calendar, pauses: Iterable[Pause]) -> Moment:
    for held in pauses:
        if calendar.add_office_time(at, left) <= held.start:
            break
        left -= calendar.office_elapsed(at, held.start)
        at = held.end
    return calendar.add_office_time(at, left)


def _working_days_due(
    first: date, count: int, calendar: Calendar, pauses: Iterable[Pause]
) -> Moment:
    last = calendar.add_working_days(first, count)
    for held in pauses:
        if calendar.office_end(last) <= held.start:
            break
        last = calendar.add_working_days(last, _working_days_covered(first, held, calendar))
    return calendar.office_end(last)


def _working_days_covered(first: date, held: Pause, calendar: Calendar) -> int:
    """Working days after ``first`` that the pause covers from opening to closing."""
    low, high = to_local(held.start).date(), to_local(held.end).date()
    if held.start > calendar.office_start(low):
        low += ONE_DAY
    if held.end < calendar.office_end(high):
        high -= ONE_DAY
    low = max(low, first + ONE_DAY)
    return calendar.working_days_between(low - ONE_DAY, high) if low <= high else 0


def _calendar_due(first: date, length: int, unit: str, pauses: Iterable[Pause]) -> Moment:
    last = _months_later(first, length) if unit == MONTH else first + ONE_DAY * length
    for held in pauses:
        if day_end(last) <= held.start:
            break
        low = to_local(held.start).date()
        low = max(low if held.start == at_local(low) else low + ONE_DAY, first + ONE_DAY)
        last += max(to_local(held.end).date() - low, timedelta(0))
    return day_end(last)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_end(day: date) -> Moment:
    """23:59:59: the last whole second, so that a stamp shows the day itself."""
    return at_local(day, 23, 59, 59)
