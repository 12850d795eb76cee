"""The legal calendar and the office hours: which days count, and which minutes.

They are two calendars (S045): opening on a Saturday gives minutes, never a working day. Both are
held as sorted spans with a running total, so that a due time is one look-up here and one indexed
comparison in a database; the store writes :attr:`Calendar.days` and :attr:`Calendar.spans` into
tables. :mod:`workbench.rules.calendar_reading` builds one from the yearly notices. Called by
``clocks``, ``duty_roster``, the store and ``workbench due``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from workbench.rules.moment import MINUTE, Moment, at_local, to_local
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.words import _, pick

ONE_DAY: Final = timedelta(days=1)
MinuteSpan = tuple[int, int]
"""From and to, in minutes after local midnight."""


class DayKind(StrEnum):
    """What makes a day count or not."""

    WORKDAY = "workday"
    ADJUSTED_WORKDAY = "adjusted_workday"
    WEEKEND = "weekend"
    STATUTORY_HOLIDAY = "statutory_holiday"
    CLOSURE = "closure"


WORKED: Final = frozenset({DayKind.WORKDAY, DayKind.ADJUSTED_WORKDAY})


@dataclass(frozen=True, slots=True)
class DayNote:
    """An entry that says something else than Monday to Friday: a holiday, a swap, a typhoon."""

    day: date
    kind: DayKind
    zh: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class OfficeSpan:
    """One stretch of open office, half-open, and all office time before it in microseconds."""

    start: Moment
    end: Moment
    before_us: int


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A day that does not count, with the reason in words."""

    day: date
    kind: DayKind
    reason: str


@dataclass(frozen=True, slots=True)
class DueReport:
    """The answer of ``workbench due``: the due day, and every day between that counts or not."""

    start: date
    due: date
    counted: tuple[date, ...]
    not_counted: tuple[NotCounted, ...]
    provisional: bool
    calendar_version: str
    unknown_years: tuple[int, ...] = ()
    """Years whose holidays and adjusted days are not known: the reason for ``provisional``."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days and office hours of one centre; a value, told apart by its ``version``.

    It covers whole local years from ``first`` to ``last``; years without a loaded notice are laid
    out from weekends alone and called provisional (domain 2.9). Outside it every question is a
    ``Refusal``.
    """

    version: str
    first: date
    last: date
    loaded_years: frozenset[int]
    notes: Mapping[date, DayNote] = field(compare=False, repr=False)
    days: tuple[date, ...] = field(compare=False, repr=False)
    """The working days in order: the n-th has ordinal n + 1."""
    spans: tuple[OfficeSpan, ...] = field(compare=False, repr=False)
    starts: tuple[Moment, ...] = field(compare=False, repr=False)
    befores: tuple[int, ...] = field(compare=False, repr=False)
    hours: tuple[MinuteSpan, ...] = field(compare=False, repr=False)

    # -- days --------------------------------------------------------------------------------

    def kind(self, day: date) -> DayKind:
        """What sort of day it is."""
        return kind_of(self.notes, self._covered(day))

    def is_working_day(self, day: date) -> bool:
        """Whether the day counts in a limit of working days."""
        return self.kind(day) in WORKED

    def is_provisional(self, first: date, last: date | None = None) -> bool:
        """Whether any day of the span lies in a year whose notice is not loaded."""
        return bool(self.unknown_years(first, last or first))

    def unknown_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years of the span whose notice is not loaded."""
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.loaded_years)

    def working_day_ordinal(self, day: date) -> int:
        """How many working days the calendar has up to and including that day."""
        return bisect_right(self.days, self._covered(day))

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which is not itself counted; 0 is ``day``."""
        if count < 0:
            raise ValueError("count is 0 or more; to go back use working_day_before")
        if count == 0:
            return self._covered(day)
        place = self.working_day_ordinal(day) + count
        if place > len(self.days):
            raise _outside(self.last)
        return self.days[place - 1]

    def working_day_before(self, day: date, count: int = 1) -> date:
        """The ``count``-th working day before ``day``: publication and filing are due then."""
        place = bisect_left(self.days, self._covered(day)) - count
        if count < 1 or place < 0:
            raise _outside(self.first)
        return self.days[place]

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie after ``first`` up to and including ``last``."""
        return self.working_day_ordinal(last) - self.working_day_ordinal(first)

    def reason(self, day: date) -> str:
        """Why the day is what it is, in words: ``Spring Festival (document number)``."""
        note = self.notes.get(day)
        if note is None:
            return _("weekend") if day.weekday() >= 5 else _("working day")
        labels = {
            DayKind.STATUTORY_HOLIDAY: _("public holiday"),
            DayKind.ADJUSTED_WORKDAY: _("adjusted working day"),
            DayKind.CLOSURE: _("office closed"),
        }
        name = pick(note.zh, note.en)
        text = _("{kind}: {name} ({source})") if note.source else _("{kind}: {name}")
        return text.format(kind=labels[note.kind], name=name, source=note.source)

    def due_report(self, day: date, count: int) -> DueReport:
        """The ``count``-th working day after ``day`` and every day looked at on the way."""
        due = self.add_working_days(day, count)
        walked = [day + ONE_DAY * step for step in range(1, (due - day).days + 1)]
        counted = tuple(one for one in walked if self.is_working_day(one))
        left_out = tuple(
            NotCounted(one, self.kind(one), self.reason(one))
            for one in walked
            if not self.is_working_day(one)
        )
        unknown = self.unknown_years(day, due)
        return DueReport(day, due, counted, left_out, bool(unknown), self.version, unknown)

    # -- office time -------------------------------------------------------------------------

    def day_spans(self, day: date) -> tuple[OfficeSpan, ...]:
        """The office hours of that day; empty when the office stays shut."""
        low = bisect_left(self.starts, at_local(self._covered(day)))
        high = bisect_left(self.starts, at_local(day + ONE_DAY))
        return self.spans[low:high]

    def office_end(self, day: date) -> Moment:
        """When the office closes that day: the moment a working-day limit ends.

        A working day without office hours (an override shut it) still ends at the usual hour.
        """
        spans = self.day_spans(day)
        if spans:
            return spans[-1].end
        return at_local(day) + self.hours[-1][1] * MINUTE

    def office_start(self, day: date) -> Moment:
        """When the office opens that day; the usual hour where it stays shut."""
        spans = self.day_spans(day)
        return spans[0].start if spans else at_local(day) + self.hours[0][0] * MINUTE

    def is_open(self, moment: Moment) -> bool:
        """Whether the office is open at that moment."""
        place = bisect_right(self.starts, moment) - 1
        return place >= 0 and moment < self.spans[place].end

    def next_opening(self, moment: Moment) -> Moment:
        """The moment itself when the office is open, else when it next opens."""
        if self.is_open(moment):
            return moment
        place = bisect_left(self.starts, moment)
        if place == len(self.spans):
            raise _outside(self.last)
        return self.starts[place]

    def office_elapsed(self, start: Moment, end: Moment) -> int:
        """Office time in microseconds between two moments; 0 when ``end`` is not later."""
        return max(0, self._total(end) - self._total(start))

    def add_office_time(self, moment: Moment, span_us: int) -> Moment:
        """The earliest moment at which ``span_us`` of office time has passed since ``moment``.

        E09: a push at 16:55 and ten minutes end five minutes after the next opening.
        """
        if span_us < 0:
            raise ValueError("span_us is 0 or more")
        if span_us == 0:
            return moment
        goal = self._total(moment) + span_us
        # The last span that begins before the goal is reached holds it: its total before is < goal.
        span = self.spans[bisect_left(self.befores, goal) - 1]
        due = span.start + goal - span.before_us
        if due > span.end:
            raise _outside(self.last)
        return due

    def open_between(self, start: Moment, end: Moment) -> Iterator[tuple[Moment, Moment]]:
        """The stretches of open office inside ``[start, end)``, cut to it."""
        place = max(0, bisect_right(self.starts, start) - 1)
        while place < len(self.spans) and self.spans[place].start < end:
            span = self.spans[place]
            low, high = max(span.start, start), min(span.end, end)
            if low < high:
                yield low, high
            place += 1

    def _total(self, moment: Moment) -> int:
        """All office time of the calendar up to that moment."""
        self._covered(to_local(moment).date())
        place = bisect_right(self.starts, moment) - 1
        if place < 0:
            return 0
        span = self.spans[place]
        return span.before_us + min(moment, span.end) - span.start

    def _covered(self, day: date) -> date:
        if not self.first <= day <= self.last:
            raise _outside(day)
        return day


def kind_of(notes: Mapping[date, DayNote], day: date) -> DayKind:
    """What the entries say of that day; without one the week decides."""
    note = notes.get(day)
    if note is not None:
        return note.kind
    return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY


def _outside(day: date) -> Refusal:
    return refusal("calendar_outside", day=day)
