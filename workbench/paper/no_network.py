"""pyHanko without the network client that it loads: this room never fetches anything.

pyHanko imports a client for HTTP whether or not it is asked to fetch: a third of the time in which
a verifier starts, and a network library beside an open key. Two modules of it are stood in for
before pyHanko is loaded (``workbench.paper`` does so). Time stamps go through :mod:`.timestamps`;
revocation lists are not asked (``verify_signatures``).
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Final

from workbench.rules.refusals import Fault


class NoNetwork:
    """What pyHanko makes, closes, and is never to ask for anything."""

    async def close(self) -> None:
        """Nothing was opened."""

    def __getattr__(self, name: str) -> Any:
        raise Fault("no_network", f"pyHanko asked for its network client: {name}")


STANDING_IN: Final = {
    "pyhanko.sign.timestamps.aiohttp_client": "HTTPTimeStamper",
    "pyhanko_certvalidator.fetchers.aiohttp_fetchers": "AIOHttpFetcherBackend",
}
"""Each module, and the one name that other modules of pyHanko take from it."""


def stand_in() -> None:
    """Before pyHanko is imported; whoever has loaded the real modules already keeps them."""
    for module, name in STANDING_IN.items():
        made = ModuleType(module, NoNetwork.__doc__)
        setattr(made, name, NoNetwork)
        sys.modules.setdefault(module, made)
