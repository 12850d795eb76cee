"""Asking a timestamp server (RFC 3161) over HTTP, with a short patience and no trust.

Called by ``sign`` where the centre has configured a server, and by the check before the first
press. Written on the standard library, so that no HTTP package is needed on the custodian's
machine. What a server sends is believed only as far as :func:`timestamp_for` and
:func:`refuse_untrue` have proven it.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import secrets
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from asn1crypto import tsp  # type: ignore[import-untyped]
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

from workbench.paper.verify_trust import context, trust_of
from workbench.rules.moment import SECOND, Moment, from_datetime
from workbench.rules.refusals import Outage
from workbench.rules.words import _

#: Seconds; a dead server costs 6 s and more with the usual patience (seal design 1.4).
PATIENCE: Final = 3.0
#: How far the server's clock may be from ours: beyond it one of the two is wrong.
OFF: Final = 300 * SECOND
_LONGEST_REPLY: Final = 64 * 1024
_UNREADABLE: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A token (asn1crypto ``ContentInfo``) that answers our request, and the time it states."""

    token: Any
    at: Moment


class TimestampServer(TimeStamper):
    """One server, asked once for each stamp."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url
        self.patience = patience

    def probe(self, now: Moment) -> int:
        """How far the server's clock is ahead of ours, in microseconds.

        Asks for a timestamp over chance and throws it away. Outage as :func:`timestamp_for`.
        """
        return timestamp_for(self, secrets.token_bytes(32)).at - now

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
        with contextlib.closing(connection):
            connection.connect()
            with _in_time(connection.sock, self.patience):
                headers = {"Content-Type": "application/timestamp-query"}
                connection.request("POST", path, request, headers)
                with connection.getresponse() as reply:
                    status, body = reply.status, reply.read(_LONGEST_REPLY)
        if status != 200:
            raise TimestampRequestError(f"the timestamp server answered {status}")
        return tsp.TimeStampResp.load(body)


@contextlib.contextmanager
def _in_time(line: socket.socket, seconds: float) -> Iterator[None]:
    """A server that sends a byte now and then never runs into the time-out of a single read."""

    def break_off() -> None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    bell = threading.Timer(seconds, break_off)
    bell.daemon = True
    bell.start()
    try:
        yield
    finally:
        bell.cancel()


def timestamp_for(server: TimeStamper, digest: bytes) -> Timestamp:
    """A timestamp over this SHA-256, made for this very request.

    Outage ``timestamp_unreachable`` where the server is not there, refuses, or sends what is no
    timestamp; Outage ``timestamp_untrue`` where it is one over something else, or an old one sent
    again. Who signed it, and whether the time can be, is for :func:`refuse_untrue`.
    """
    nonce, request = server.request_cms(digest, "sha256")
    try:
        reply = asyncio.run(server.async_request_tsa_response(request))
        if reply["status"]["status"].native not in ("granted", "granted_with_mods"):
            raise TimestampRequestError("the timestamp server refused the request")
        token = reply["time_stamp_token"]
        told = token["content"]["encap_content_info"]["content"].parsed
        imprint = told["message_imprint"]
        answers = (imprint["hash_algorithm"]["algorithm"].native,
                   imprint["hashed_message"].native, told["nonce"].native)  # fmt: skip
        at = from_datetime(told["gen_time"].native)
    except (OSError, http.client.HTTPException, *_UNREADABLE) as trouble:
        raise Outage(
            "timestamp_unreachable",
            _("The timestamp server does not answer or refuses."),
            _("Try again, or have the administrator check the server."),
        ) from trouble
    if answers != ("sha256", digest, nonce):
        raise _untrue(_("it is not a timestamp over this document"))
    return Timestamp(token, at)


@dataclass(frozen=True, slots=True)
class Stamping:
    """How a press gets its timestamp: from where, by whom it may be signed, and at what moment.

    ``needed``: no press without one. Else a server that is away lowers the level, which the ledger
    stores and the screen shows; one that lies is never taken for one that is away (decision 027).
    """

    server: TimeStamper
    authority_pems: Sequence[str]
    now: Moment
    needed: bool

    def token_over(self, imprint: bytes) -> Any | None:
        """A token that was proven, or None. Outage as :func:`timestamp_for`, refuse_untrue."""
        try:
            stamp = timestamp_for(self.server, imprint)
        except Outage as trouble:
            if self.needed or trouble.code != "timestamp_unreachable":
                raise
            return None
        refuse_untrue(stamp, imprint, self.authority_pems, self.now)
        return stamp.token


def refuse_untrue(
    stamp: Timestamp, digest: bytes, authority_pems: Iterable[str], now: Moment
) -> None:
    """Outage ``timestamp_untrue``: signature broken, authority unknown, its certificate not valid
    then or not for timestamps, or its clock more than five minutes from ours."""
    if abs(stamp.at - now) > OFF:
        raise _untrue(_("its clock is more than five minutes from ours"))
    known = trust_of((), authority_pems).timestamps
    at = datetime.fromtimestamp(stamp.at / SECOND, tz=UTC)
    try:
        found = asyncio.run(
            validate_tst_signed_data(
                stamp.token["content"], context(known, at), lambda _algorithm: digest
            )
        )
    except Exception as trouble:  # whatever a foreign structure makes a parser raise is a no
        raise _untrue(_("its signature cannot be checked")) from trouble
    if not (found["intact"] and found["valid"]):
        raise _untrue(_("its signature is broken"))
    if found["trust_problem_indic"] is not None:
        raise _untrue(_("it was signed by nobody whom this centre knows"))


def _untrue(why: str) -> Outage:
    return Outage(
        "timestamp_untrue",
        _("The timestamp server sent a timestamp that is not to be trusted: {why}.").format(
            why=why
        ),
        _("Do not press again before the administrator has checked the server."),
    )
