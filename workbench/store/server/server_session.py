"""One signed-in person's session on a server: the rooms of ``casework.ports.Session``.

What only reads runs the same statements as on a file, under the person's own policies; what writes
is one verb in one round trip. Made by ``server_centre.sign_in``; a session belongs to one thread.
"""

from __future__ import annotations

from workbench.store.server.server_absences import ServerAbsences
from workbench.store.server.server_cases import ServerCases
from workbench.store.server.server_catalogue import ServerCatalogue
from workbench.store.server.server_content import ServerContent
from workbench.store.server.server_drafts import ServerDrafts
from workbench.store.server.server_handovers import ServerHandovers
from workbench.store.server.server_outside import ServerOutside
from workbench.store.server.server_roster import ServerRoster
from workbench.store.server.server_supervision import ServerSupervision


class ServerSession(
    ServerCases, ServerOutside, ServerContent, ServerDrafts, ServerHandovers, ServerSupervision,
    ServerCatalogue, ServerRoster, ServerAbsences,
):  # fmt: skip
    """Everything that a session may be asked; the rooms are in files of their own."""
