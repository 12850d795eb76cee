"""Patterns that fill a duty roster from the calendar (domain 4.5, 轮流值守).

Each pattern gives unpublished shifts over office days, adjusted Saturdays and open weekends
included; the roster manager looks at them, changes them and publishes. Called by the roster screen
and the sample centre.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from workbench.rules.moment import Moment
from workbench.rules.people import DutyShift, Place
from workbench.rules.working_days import ONE_DAY, Calendar


@dataclass(frozen=True, slots=True)
class Pair:
    """The two representatives of a department, and who makes the roster."""

    department: str
    post_a: str
    post_b: str
    created_by: str
    place: Place = Place.BACK_OFFICE

    def shift(self, login: str, start: Moment, end: Moment, day: date, number: int) -> DutyShift:
        """One unpublished shift; its id is the same each time the pattern is laid out."""
        return DutyShift(
            shift_id=f"{self.department}-{day:%Y%m%d}-{number}",
            department=self.department,
            login=login,
            start=start,
            end=end,
            created_by=self.created_by,
            place=self.place,
        )


def alternate_weeks(
    pair: Pair, first: date, last: date, calendar: Calendar
) -> tuple[DutyShift, ...]:
    """A in odd weeks, B in even weeks, one shift a day from opening to closing.

    Weeks are those of ISO 8601. After a year of 53 weeks two odd weeks meet and A has both: the
    check for more than ten days in a row tells the roster manager when that is too much.
    """
    return tuple(
        pair.shift(
            pair.post_a if day.isocalendar().week % 2 else pair.post_b,
            calendar.office_start(day),
            calendar.office_end(day),
            day,
            1,
        )
        for day in _office_days(first, last, calendar)
    )


def alternate_days(
    pair: Pair, first: date, last: date, calendar: Calendar
) -> tuple[DutyShift, ...]:
    """A and B day by day, beginning with A on the first office day."""
    return tuple(
        pair.shift(
            pair.post_b if number % 2 else pair.post_a,
            calendar.office_start(day),
            calendar.office_end(day),
            day,
            1,
        )
        for number, day in enumerate(_office_days(first, last, calendar))
    )


def alternate_half_days(
    pair: Pair, first: date, last: date, calendar: Calendar
) -> tuple[DutyShift, ...]:
    """Each stretch of office hours its own shift: A, then B; the next day B, then A."""
    shifts = []
    for number, day in enumerate(_office_days(first, last, calendar)):
        for place, span in enumerate(calendar.day_spans(day)):
            login = pair.post_b if (number + place) % 2 else pair.post_a
            shifts.append(pair.shift(login, span.start, span.end, day, place + 1))
    return tuple(shifts)


def _office_days(first: date, last: date, calendar: Calendar) -> Iterator[date]:
    for step in range((last - first).days + 1):
        day = first + ONE_DAY * step
        if calendar.day_spans(day):
            yield day
