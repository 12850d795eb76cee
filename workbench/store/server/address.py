"""Where a centre on a server is: ``postgresql://[login@]host[:port]/database[?option=value…]``.

A password has no place in an address: it would stand in the list of processes and in the shell's
history. Called by ``connecting`` and the command line.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from workbench.rules.refusals import Refusal
from workbench.rules.words import _

SCHEMES: Final = ("postgresql", "postgres")
EXAMPLE: Final = "postgresql://db.example.org/centre"
PORT: Final = 5432
FULL: Final = "verify-full"
SSL_MODES: Final = ("disable", "prefer", "require", "verify-ca", FULL)
BINDINGS: Final = ("disable", "prefer", "require")
OPTIONS: Final = (
    "sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding", "application_name",
)  # fmt: skip
"""``channel_binding=prefer`` is for a connection pooler that cannot bind (decision note 015)."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A centre's database and how to reach it. ``login`` is whose name the address bears, if any.

    ``host`` is a name, a number or the folder of a Unix socket. ``sslrootcert`` is the certificate
    of the authority that the server's certificate is checked with.
    """

    host: str
    database: str
    login: str | None = None
    port: int = PORT
    sslmode: str = FULL
    sslrootcert: str = ""
    sslcert: str = ""
    sslkey: str = ""
    channel_binding: str = "require"
    application_name: str = "workbench"

    @property
    def shown(self) -> str:
        """The address without any name or option: for windows, messages and the keyring."""
        host = quote(self.host, safe=":") if self.host.startswith("/") else self.host
        if ":" in host:
            host = f"[{host}]"
        port = "" if self.port == PORT else f":{self.port}"
        return f"postgresql://{host}{port}/{quote(self.database, safe='')}"


def is_server(text: str) -> bool:
    """Whether the text speaks of a database server at all."""
    return text.partition(":")[0].partition("+")[0] in SCHEMES and "://" in text


def read_address(text: str) -> ServerAddress:
    """The address. Refusal ``server_address``, ``password_in_address``, ``address_option``.

    Without ``sslmode`` a server elsewhere must prove its name (``verify-full``); on this machine
    the connection is encrypted where the server offers it.
    """
    try:
        parts = urlsplit(text)
        port = parts.port or PORT
    except ValueError as trouble:
        raise _unreadable(_("its host or port cannot be read")) from trouble
    if parts.scheme not in SCHEMES:
        raise _unreadable(_("it does not begin with postgresql://"))
    if parts.password is not None:
        raise _password_inside()
    host, database = _host(parts), unquote(parts.path.removeprefix("/"))
    if not host:
        raise _unreadable(_("it names no host"))
    if not database or "/" in database or parts.fragment:
        raise _unreadable(_("it names no database"))
    given = _options(parts.query)
    mode = given.get("sslmode") or ("prefer" if is_local(host) else FULL)
    binding = given.get("channel_binding") or ("prefer" if mode in ("disable", "prefer")
                                               else "require")  # fmt: skip
    return ServerAddress(
        host=host, database=database, port=port, sslmode=mode, channel_binding=binding,
        login=unquote(parts.username) if parts.username else None,
        sslrootcert=given.get("sslrootcert", ""), sslcert=given.get("sslcert", ""),
        sslkey=given.get("sslkey", ""),
        application_name=given.get("application_name") or "workbench",
    )  # fmt: skip


def is_local(host: str) -> bool:
    """Whether the host is this machine: a socket's folder, localhost, or a loopback number."""
    if host.startswith("/") or host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(parts: SplitResult) -> str:
    return unquote(parts.hostname or "") if "%2f" not in parts.netloc.lower() else unquote(
        parts.netloc.rpartition("@")[2].partition(":")[0]
    )  # fmt: skip


def _options(query: str) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError as trouble:
        raise _unreadable(_("its options cannot be read")) from trouble
    found = dict(pairs)
    if "password" in found or "sslpassword" in found:
        raise _password_inside()
    for name, value in found.items():
        if name not in OPTIONS:
            raise _bad_option(name, OPTIONS)
        allowed = {"sslmode": SSL_MODES, "channel_binding": BINDINGS}.get(name)
        if allowed and value not in allowed:
            raise _bad_option(f"{name}={value}", allowed)
    if bool(found.get("sslcert")) != bool(found.get("sslkey")):
        raise _unreadable(_("a client certificate needs both sslcert and sslkey"))
    return found


def _unreadable(why: str) -> Refusal:
    return Refusal(
        "server_address",
        _("This is no address of a centre on a server: {why}.").format(why=why),
        _("Write it like {example}.").format(example=EXAMPLE),
    )


def _password_inside() -> Refusal:
    return Refusal(
        "password_in_address",
        _("A password does not belong into an address: others can read it in the list of "
          "programs, and it stays in the history of the command line."),
        _("Leave it out; it is asked for. Change the password if others may have seen it."),
    )  # fmt: skip


def _bad_option(name: str, allowed: tuple[str, ...]) -> Refusal:
    return Refusal(
        "address_option",
        _("The address has an option that is not known: {name}.").format(name=name),
        _("Possible are: {names}.").format(names=", ".join(allowed)),
    )
