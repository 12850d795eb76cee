"""The published catalogue and calendar as records, read once: published versions never change.

One shelf a centre, shared by its sessions. A new item version or calendar has a key of its own, so
nothing on the shelf can go stale. Called by ``dossiers``, the rooms and ``registering``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, func, select

from workbench.rules.calendar_reading import build_calendar
from workbench.rules.catalogue import ItemVersion, from_canonical
from workbench.rules.moment import Moment
from workbench.rules.refusals import Outage
from workbench.rules.words import _
from workbench.rules.working_days import Calendar
from workbench.store.tables import calendar, item_version

KEPT_CALENDARS: Final = 4
_NEWEST_CALENDAR: Final = select(func.max(calendar.c.calendar_id))


class Shelf:
    """Published records by their keys."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, int], ItemVersion] = {}
        self._calendars: dict[int, Calendar] = {}

    def item(self, sql: Connection, item_code: str, version: int) -> ItemVersion | None:
        """One published item version."""
        known = self._items.get((item_code, version))
        if known is not None:
            return known
        same = (item_version.c.item_code == item_code) & (item_version.c.version == version)
        text = sql.execute(select(item_version.c.canonical).where(same)).scalar_one_or_none()
        if text is None:
            return None
        return self._items.setdefault((item_code, version), from_canonical(text))

    def newest(self, sql: Connection, item_code: str) -> ItemVersion | None:
        """The newest version of an item, whatever its state; also found by its short code."""
        newest = select(func.max(item_version.c.version))
        version = sql.execute(newest.where(item_version.c.item_code == item_code)).scalar_one()
        return self.item(sql, item_code, version) if version is not None else None

    def in_force(self, sql: Connection, item_code: str, at: Moment) -> ItemVersion | None:
        """The version of an item that was the newest at that moment (E18)."""
        newest = select(func.max(item_version.c.version)).where(
            item_version.c.item_code == item_code, item_version.c.published_at <= at
        )
        version = sql.execute(newest).scalar_one()
        return self.item(sql, item_code, version) if version is not None else None

    def items_in_force(self, sql: Connection, at: Moment) -> tuple[ItemVersion, ...]:
        """Of every item the version in force at that moment, in order of code."""
        codes = select(item_version.c.item_code).distinct().order_by(item_version.c.item_code)
        found = (self.in_force(sql, code, at) for code in sql.execute(codes).scalars().all())
        return tuple(one for one in found if one is not None)

    def items(self, sql: Connection) -> tuple[ItemVersion, ...]:
        """The newest version of every item, in order of code."""
        rows = sql.execute(
            select(item_version.c.item_code, func.max(item_version.c.version))
            .group_by(item_version.c.item_code)
            .order_by(item_version.c.item_code)
        ).all()
        found = (self.item(sql, code, version) for code, version in rows)
        return tuple(one for one in found if one is not None)

    def calendar(self, sql: Connection) -> Calendar:
        """The calendar in force: the one published last."""
        number = sql.execute(_NEWEST_CALENDAR).scalar_one()
        if number is None:
            raise Outage(
                "calendar_missing",
                _("No working-day calendar has been published."),
                _("Ask the system administrator to publish the calendar."),
            )
        if number not in self._calendars:
            text = sql.execute(
                select(calendar.c.plan).where(calendar.c.calendar_id == number)
            ).scalar_one()
            if len(self._calendars) >= KEPT_CALENDARS:
                self._calendars.clear()
            self._calendars[number] = calendar_of(json.loads(text))
        return self._calendars[number]


def calendar_of(plan: Mapping[str, Any]) -> Calendar:
    """A calendar from ``years``, ``office_hours`` and ``closures`` as they were published."""
    return build_calendar(plan["years"], plan.get("office_hours"), plan.get("closures") or ())
