"""The one place that reads the time (house rule "One moment").

A moment is an ``int``: microseconds since 1970-01-01 UTC. Everybody passes moments on; only
:class:`SystemClock` and :class:`OffsetClock` ask the machine. Local time is China Standard Time,
which has had no daylight saving since 1991, so a fixed offset is exact for every date we store.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Protocol

Moment = int

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
LOCAL: Final = timezone(timedelta(hours=8), "CST")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Whoever needs the time is given one of these."""

    def now(self) -> Moment:
        """The current moment in UTC microseconds."""
        ...


class SystemClock:
    """The machine's clock: the only caller of ``time`` for wall time."""

    def now(self) -> Moment:
        return time.time_ns() // 1000


class OffsetClock:
    """The machine's clock moved by a fixed span: the sample centre's exercise time."""

    def __init__(self, offset_us: int) -> None:
        self.offset_us = offset_us

    def now(self) -> Moment:
        return time.time_ns() // 1000 + self.offset_us


class SetClock:
    """A clock that stands until it is moved: tests and the tour."""

    def __init__(self, at: Moment) -> None:
        self._at = at

    def now(self) -> Moment:
        return self._at

    def set(self, at: Moment) -> None:
        self._at = at

    def forward(self, span_us: int) -> None:
        self._at += span_us


def from_datetime(value: datetime) -> Moment:
    """An aware datetime as a moment. A naive one is refused: it names no moment."""
    if value.tzinfo is None:
        raise ValueError("a moment needs a datetime with a time zone")
    span = value - _EPOCH
    return (span.days * 86_400 + span.seconds) * SECOND + span.microseconds


def to_local(moment: Moment) -> datetime:
    """The moment as an aware datetime in China Standard Time."""
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(LOCAL)


def at_local(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> Moment:
    """The moment at which local clocks show that day and time."""
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=LOCAL)
    return from_datetime(local)


def local_midnight(moment: Moment) -> Moment:
    """The beginning of the moment's local day."""
    return at_local(to_local(moment).date())


def stamp(moment: Moment) -> str:
    """``YYYY-MM-DD HH:MM:SS`` local (S007, S039)."""
    return to_local(moment).strftime("%Y-%m-%d %H:%M:%S")
