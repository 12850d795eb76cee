"""The roster room on a server (``ports.RosterRoom``): one verb publishes, the rest is read.

The database looks for faults itself and names them by code; what they are in words is said from
the same roster here. Called through ``server_session``.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from workbench.rules.people import DutyShift
from workbench.rules.refusals import Refusal
from workbench.store import people_rows
from workbench.store.roster_room import RosterRoomOf, refuse_faults, same_shift, unstarted
from workbench.store.server.server_seat import ServerSeat


class ServerRoster(ServerSeat, RosterRoomOf):
    """Who is on duty, and who keeps the seal."""

    def publish_shifts(self, department: str, shifts: Sequence[DutyShift], reason: str) -> None:
        """See the port."""
        told = [
            {
                "shift_id": one.shift_id, "department": one.department, "login": one.login,
                "start": one.start, "end": one.end, "kind": one.kind.value, "joint": one.joint,
                "place": one.place.value,
            }
            for one in shifts
        ]  # fmt: skip
        try:
            self._call("publish_shifts", department, told, reason.strip(), uuid.uuid4().hex)
        except Refusal as said:
            if said.code == "roster_faults":
                self._say_faults(department, shifts)
            raise

    def _say_faults(self, department: str, shifts: Sequence[DutyShift]) -> None:
        with self._work.read() as unit:
            before = people_rows.roster(unit.sql, (department,))
            coming = unstarted(before, unit.now)
            fresh = [replace(one, created_by=self.login, published_at=next(
                (old.published_at for old in coming if same_shift(old, one)), None
            )) for one in shifts]  # fmt: skip
            refuse_faults(self._faults(unit, before, department, fresh))
