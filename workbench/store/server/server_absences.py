"""The absence room on a server (``ports.AbsenceRoom``): leaves and stand-ins, a verb each.

Vacant office hours are found by the database, while nobody else changes that department's duty.
Called through ``server_session``.
"""

from __future__ import annotations

import uuid

from workbench.rules.moment import Moment
from workbench.rules.people import Leave
from workbench.rules.stand_ins import StandIn
from workbench.store.server.server_seat import ServerSeat


class ServerAbsences(ServerSeat):
    """Who is away, and who stands in."""

    def enter_leave(self, login: str, start: Moment, end: Moment, reason_kind: str) -> Leave:
        """See the port; a leave never begins in the past."""
        kept = self._call("enter_leave", login, start, end, reason_kind, uuid.uuid4().hex)
        return Leave(login, int(kept["start"]), int(kept["end"]), reason_kind)

    def name_stand_in(self, one: StandIn) -> int:
        """See the port."""
        letter = {
            "department": one.department, "login": one.login, "letter_no": one.letter_no,
            "item_codes": sorted(one.item_codes), "powers": sorted(one.powers),
            "start": one.start, "end": one.end,
        }  # fmt: skip
        return int(self._call("name_stand_in", letter, uuid.uuid4().hex)["shifts"])
