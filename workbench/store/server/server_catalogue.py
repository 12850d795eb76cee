"""The catalogue room on a server (``ports.CatalogueRoom``): reading under policies, publishing.

Of an item only the canonical text goes to the server, which makes every row from it; a calendar
goes as its notices with the days laid out from them. Called through ``server_session``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from workbench.rules.catalogue import canonical, canonical_sha256
from workbench.rules.catalogue_reading import plain
from workbench.rules.publication import Publication
from workbench.store.catalogue_room import CatalogueRoomOf
from workbench.store.publishing import what_is_new
from workbench.store.server.calendar_rows import calendar_rows
from workbench.store.server.server_seat import ServerSeat
from workbench.store.shelf import calendar_of


class ServerCatalogue(ServerSeat, CatalogueRoomOf):
    """Published records, as they were frozen."""

    def publish(self, publication: Publication) -> str:
        """See the port; an item version that is there with other content is refused (S023)."""
        one = publication
        answer = self._call(
            "publish",
            {
                "plugin": one.plugin, "version": one.version, "build": one.build,
                "departments": list(one.departments),
                "templates": [plain(each) for each in one.templates],
                "stamping": [plain(each) for each in one.stamping],
            },
            [{"canonical": canonical(i), "sha256": canonical_sha256(i)} for i in one.items],
            uuid.uuid4().hex,
        )  # fmt: skip
        return what_is_new(one, int(answer["fresh"]))

    def publish_calendar(self, plan: Mapping[str, Any]) -> str:
        """See the port."""
        laid_out = calendar_of(plan)
        rows = {
            table.name: [{name: _told(value) for name, value in row.items()} for row in found]
            for table, found in calendar_rows(laid_out)
        }
        answer = self._call("publish_calendar", laid_out.version, dict(plan), rows)
        return str(answer["version"])


def _told(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
