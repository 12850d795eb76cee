"""Opening a centre by its address, wherever it is: a file of this machine, or a server.

Called by ``app``, the command line and the seal worker. What speaks to a server is loaded where
there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.store.centre import StoreCentre, open_centre
from workbench.store.server.address import is_server, read_address

if TYPE_CHECKING:
    from workbench.store.server.server_centre import ServerCentre


def open_any(url: str) -> StoreCentre | ServerCentre:
    """The centre there. Outage where a file cannot be opened; a server is reached at sign-in."""
    if not is_server(url):
        return open_centre(url)
    from workbench.store.server.server_centre import ServerCentre

    return ServerCentre(read_address(url))
