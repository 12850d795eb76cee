"""Asking a timestamp server (RFC 3161) over HTTP, with a short patience.

Called by ``sign`` where the centre has configured a server. Written on the standard library, so
that no HTTP package is needed on the custodian's machine.
"""

from __future__ import annotations

import asyncio
import http.client
from typing import Any, Final
from urllib.parse import urlsplit

from asn1crypto import tsp  # type: ignore[import-untyped]
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from workbench.rules.refusals import Outage
from workbench.rules.words import _

#: Seconds; a dead server costs 6 s and more with the usual patience (seal design 1.4).
PATIENCE: Final = 3.0
_LONGEST_REPLY: Final = 64 * 1024


class TimestampServer(TimeStamper):
    """One server, asked once for each stamp."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url
        self.patience = patience

    async def async_request_tsa_response(self, req: Any) -> Any:
        """pyHanko's hook: the reply to this request."""
        return await asyncio.to_thread(self._post, req.dump())

    def _post(self, request: bytes) -> Any:
        parts = urlsplit(self.url)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        if parts.scheme not in kinds or not parts.hostname:
            raise TimestampRequestError("the address of the timestamp server is not http(s)")
        connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=self.patience)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(
                "POST", path, request, {"Content-Type": "application/timestamp-query"}
            )
            reply = connection.getresponse()
            body = reply.read(_LONGEST_REPLY)
        finally:
            connection.close()
        if reply.status != 200:
            raise TimestampRequestError(f"the timestamp server answered {reply.status}")
        return tsp.TimeStampResp.load(body)


def timestamp_for(server: TimeStamper, digest: bytes) -> Any:
    """A token over this SHA-256. Outage ``timestamp_unreachable``; nothing is sealed then."""
    try:
        return asyncio.run(server.async_timestamp(digest, "sha256"))
    except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError) as trouble:
        raise Outage(
            "timestamp_unreachable",
            _("The timestamp server does not answer or refuses."),
            _("Try again, or have the administrator check the server."),
        ) from trouble
