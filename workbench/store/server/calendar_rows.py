"""A calendar as rows: what ``sql/20_days.sql`` finds working days and office minutes in.

The yearly notices are read and laid out by ``rules.calendar_reading`` alone; a server only looks
up. Called by ``publishing`` when a calendar is published into PostgreSQL as the owner, and by
``server_catalogue`` for the verb.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, delete, insert

from workbench.rules.working_days import ONE_DAY, Calendar
from workbench.store.server.tables_server import (
    calendar_day,
    calendar_frame,
    calendar_year,
    office_span,
    working_day,
)


def write_calendar(sql: Connection, calendar_id: int, calendar: Calendar) -> None:
    """Reach, loaded years, days, working days and office spans of that calendar, written anew."""
    for table, rows in calendar_rows(calendar):
        sql.execute(delete(table).where(table.c.calendar_id == calendar_id))
        sql.execute(insert(table), [{"calendar_id": calendar_id, **row} for row in rows])


def calendar_rows(calendar: Calendar) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Every table with the rows of that calendar, without its number."""
    yield calendar_frame, [
        {"version": calendar.version, "first_day": calendar.first, "last_day": calendar.last}
    ]
    yield calendar_year, [{"year": year} for year in sorted(calendar.loaded_years)]
    yield calendar_day, list(_days(calendar))
    yield working_day, [
        {"ordinal": number, "day": day} for number, day in enumerate(calendar.days, start=1)
    ]
    yield office_span, [
        {"start_at": span.start, "end_at": span.end, "before_us": span.before_us}
        for span in calendar.spans
    ]


def _days(calendar: Calendar) -> Iterator[dict[str, Any]]:
    for step in range((calendar.last - calendar.first).days + 1):
        day = calendar.first + ONE_DAY * step
        yield {
            "day": day, "worked": calendar.is_working_day(day),
            "ordinal": calendar.working_day_ordinal(day),
            "opens_at": calendar.office_start(day), "closes_at": calendar.office_end(day),
        }  # fmt: skip
