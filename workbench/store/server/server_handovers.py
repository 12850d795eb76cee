"""The hand-over room on a server (``ports.HandoverRoom``, domain 4.6): one verb, one round trip.

Called through ``server_session``.
"""

from __future__ import annotations

from workbench.rules.case import State
from workbench.rules.hand_over import HandoverLine
from workbench.store.server.server_seat import ServerSeat


class ServerHandovers(ServerSeat):
    """What was handed over to the signed-in person, by him, or by time alone."""

    def handovers(self) -> tuple[HandoverLine, ...]:
        """See the port; claims that are over are written down on the way."""
        said = self._call("handovers")
        return tuple(HandoverLine(**{**one, "state": State(one["state"])}) for one in said)
