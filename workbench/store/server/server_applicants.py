"""Looking cases up by who applied, on a server (``desk_ports.ApplicantRoom``): one verb.

Called through ``server_session``.
"""

from __future__ import annotations

from workbench.rules.case_view import LookUp
from workbench.store.applicant_room import MOST, asked_for
from workbench.store.server.server_seat import ServerSeat


class ServerApplicants(ServerSeat):
    """The one way from a name to its cases."""

    def look_up_applicant(self, text: str, purpose: str) -> LookUp:
        """The visible cases of that applicant, newest first; see the port."""
        kind, looked, why = asked_for(text, purpose)
        found = tuple(int(one) for one in self._call("look_up_applicant", kind, looked, why))
        return LookUp(found[:MOST], len(found) > MOST)
