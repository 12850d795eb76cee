"""Builds the calendar from plain dicts: yearly notices, office hours, ad-hoc closures.

The dicts come from ``resources/calendars`` through ``settings``, or from what the system
administrator signed in at a centre. Nothing here opens a file. Wrong data is refused by name,
because a silent day too many moves every due date after it. Called by whoever starts a process.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

from workbench.rules.moment import MINUTE, at_local
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.rules.working_days import (
    ONE_DAY,
    WORKED,
    Calendar,
    DayKind,
    DayNote,
    MinuteSpan,
    OfficeSpan,
    kind_of,
)

PROVISIONAL_YEARS: Final = 5
"""How many years past the last loaded one are laid out from weekends alone."""

DEFAULT_HOURS: Final[tuple[MinuteSpan, ...]] = ((510, 720), (810, 1020))
"""08:30-12:00 and 13:30-17:00, where the centre has not published its own (S145)."""


def build_calendar(
    years: Sequence[Mapping[str, Any]],
    office_hours: Mapping[str, Any] | None = None,
    closures: Sequence[Mapping[str, Any]] = (),
) -> Calendar:
    """A calendar from the yearly notices, the office hours and ad-hoc closures.

    ``years``: dicts of ``resources/calendars/cn-YYYY.json`` (``year``, ``version``, ``source``,
    ``off`` with ``from``, ``to``, ``zh``, ``en``; ``working`` with ``day``, ``zh``, ``en``).
    ``office_hours``: ``default`` and ``overrides`` (``day``, ``hours``), hours as pairs of
    ``"HH:MM"``. ``closures``: ``day``, ``zh``, ``en``, ``source``. Wrong data is a ``Refusal``.
    """
    if not years:
        raise _bad(_("No year is loaded."))
    plan = office_hours or {}
    hours = _hours(plan["default"]) if "default" in plan else DEFAULT_HOURS
    if not hours:
        raise _bad(_("The usual office hours are empty."))
    overrides = {_date(row["day"]): _hours(row["hours"]) for row in plan.get("overrides", ())}
    notes: dict[date, DayNote] = {}
    for year in years:
        notes.update({note.day: note for note in _year_notes(year)})
    notes.update({note.day: note for note in map(_closure, closures)})
    loaded = frozenset(int(year["year"]) for year in years)
    if len(loaded) != len(years):
        raise _bad(_("A year is loaded twice."))
    # One year before the first: a case received in December may be looked at from January.
    first, last = date(min(loaded) - 1, 1, 1), date(max(loaded) + PROVISIONAL_YEARS, 12, 31)
    days = tuple(day for day in _each_day(first, last) if kind_of(notes, day) in WORKED)
    spans = tuple(_office_spans(first, last, set(days), hours, overrides))
    return Calendar(
        version=_version(years, plan, closures),
        first=first,
        last=last,
        loaded_years=loaded,
        notes=notes,
        days=days,
        spans=spans,
        starts=tuple(span.start for span in spans),
        befores=tuple(span.before_us for span in spans),
        hours=hours,
    )


def _year_notes(year: Mapping[str, Any]) -> Iterator[DayNote]:
    source = str(year["source"]["document"])
    seen: set[date] = set()
    for note in (*_off_notes(year, source), *_working_notes(year, source)):
        if note.day.year != int(year["year"]):
            raise _bad(_("{day} is not in the year of its file.").format(day=note.day))
        if note.day in seen:
            raise _bad(_("{day} stands twice in its file.").format(day=note.day))
        seen.add(note.day)
        yield note


def _off_notes(year: Mapping[str, Any], source: str) -> Iterator[DayNote]:
    for row in year["off"]:
        for day in _each_day(_date(row["from"]), _date(row["to"])):
            yield DayNote(day, DayKind.STATUTORY_HOLIDAY, row["zh"], row["en"], source)


def _working_notes(year: Mapping[str, Any], source: str) -> Iterator[DayNote]:
    for row in year["working"]:
        day = _date(row["day"])
        if day.weekday() < 5:
            raise _bad(_("{day} is no Saturday or Sunday: nothing to adjust.").format(day=day))
        yield DayNote(day, DayKind.ADJUSTED_WORKDAY, row["zh"], row["en"], source)


def _closure(row: Mapping[str, Any]) -> DayNote:
    if not row.get("zh") and not row.get("en"):
        raise _bad(_("A closure needs a reason."))
    source = str(row.get("source", ""))
    return DayNote(_date(row["day"]), DayKind.CLOSURE, row.get("zh", ""), row.get("en", ""), source)


def _office_spans(
    first: date,
    last: date,
    working: set[date],
    hours: tuple[MinuteSpan, ...],
    overrides: Mapping[date, tuple[MinuteSpan, ...]],
) -> Iterator[OfficeSpan]:
    total = 0
    for day in _each_day(first, last):
        midnight = at_local(day)
        for start, end in overrides.get(day, hours if day in working else ()):
            yield OfficeSpan(midnight + start * MINUTE, midnight + end * MINUTE, total)
            total += (end - start) * MINUTE


def _hours(pairs: Sequence[Sequence[str]]) -> tuple[MinuteSpan, ...]:
    spans = tuple((_minutes(start), _minutes(end)) for start, end in pairs)
    edges = [edge for span in spans for edge in span]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise _bad(_("Office hours must follow each other without overlap."))
    return spans


def _minutes(text: str) -> int:
    hour, _colon, minute = text.partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(minute) < 60):
        raise _bad(_("{text} is no time of day.").format(text=text))
    total = int(hour) * 60 + int(minute)
    if total > 24 * 60:
        raise _bad(_("{text} is no time of day.").format(text=text))
    return total


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _bad(_("{text} is no date.").format(text=text)) from None


def _each_day(first: date, last: date) -> Iterator[date]:
    for step in range((last - first).days + 1):
        yield first + ONE_DAY * step


def _version(
    years: Sequence[Mapping[str, Any]],
    plan: Mapping[str, Any],
    closures: Sequence[Mapping[str, Any]],
) -> str:
    """Names the loaded notices and proves the rest: ``2025.1 2026.1 #3f2a90c1``."""
    ordered = sorted(years, key=lambda year: int(year["year"]))
    text = json.dumps([list(ordered), plan, list(closures)], sort_keys=True, ensure_ascii=False)
    names = " ".join(f"{year['year']}.{year['version']}" for year in ordered)
    return f"{names} #{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _bad(message: str) -> Refusal:
    return Refusal("calendar_data", message, _("Correct the calendar file and load it again."))
