"""The catalogue room of a session: published items, calendar, departments, people.

``ports.CatalogueRoom``. Nothing here is about a case; everybody who is signed in may read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.rules.catalogue import ItemVersion
from workbench.rules.moment import Moment
from workbench.rules.people import Department, Role, User
from workbench.rules.publication import Publication, StampingOffer
from workbench.rules.working_days import Calendar
from workbench.store import people_rows, publishing
from workbench.store.seat import Seat


class CatalogueRoomOf(Seat):
    """Published records, as they were frozen."""

    def items(self) -> tuple[ItemVersion, ...]:
        """The newest version of every published item, abolished ones too."""
        with self._work.read() as unit:
            return self._books.shelf.items(unit.sql)

    def item(self, item_code: str, version: int | None = None) -> ItemVersion | None:
        """One item version; the newest without ``version``."""
        with self._work.read() as unit:
            if version is None:
                return self._books.shelf.newest(unit.sql, item_code)
            return self._books.shelf.item(unit.sql, item_code, version)

    def items_in_force(self, at: Moment) -> tuple[ItemVersion, ...]:
        """Of every item the version that was in force at that moment."""
        with self._work.read() as unit:
            return self._books.shelf.items_in_force(unit.sql, at)

    def published_build(self, plugin: str) -> str | None:
        """SHA-256 of the published build, ``development``, or ``None``."""
        with self._work.read() as unit:
            return publishing.build_of(unit, plugin)

    def publish(self, publication: Publication) -> str:
        """Freeze a plugin's items, templates and build; only the system administrator may."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.SYSTEM_ADMIN,))
            return publishing.publish(unit, publication, self.login)

    def publish_calendar(self, plan: Mapping[str, Any]) -> str:
        """Publish working days and office hours; only the system administrator may."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.SYSTEM_ADMIN,))
            return publishing.publish_calendar(unit, plan, self.login)

    def stamping_offers(self) -> tuple[StampingOffer, ...]:
        """How each kind of document is sealed and compared, as published."""
        with self._work.read() as unit:
            return publishing.stamping_offers(unit)

    def calendar(self) -> Calendar:
        """Working days and office hours in force."""
        with self._work.read() as unit:
            return self._books.shelf.calendar(unit.sql)

    def departments(self) -> tuple[Department, ...]:
        """All departments and street offices."""
        with self._work.read() as unit:
            return people_rows.departments(unit.sql)

    def people(self) -> tuple[User, ...]:
        """Everybody, with the roles in force now."""
        with self._work.read() as unit:
            return people_rows.users(unit.sql, unit.now)
