"""What PostgreSQL and its client library say, in plain words with what to do next.

An error inside a statement bears a SQLSTATE; one before the sign-in is done bears only a text, in
English or in the server's language, so both are looked at. Called by ``connecting``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Outage, Refusal, Trouble
from workbench.rules.words import N_, _
from workbench.store.server.address import ServerAddress


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of trouble. ``again``: the same step may be tried again by itself."""

    message: str
    remedy: str
    again: bool = False


ASK: Final = N_("Ask the system administrator.")
OUTAGES: Final[dict[str, Words]] = {
    "server_unreachable": Words(
        N_("The centre's server {host} does not answer."),
        N_("Check the network. If others cannot work either, tell the system administrator."),
        True),
    "server_name_unknown": Words(
        N_("This network knows no computer with the name {host}."),
        N_("Check the address of the centre and the network."), True),
    "server_starting": Words(
        N_("The centre's server is starting or stopping."),
        N_("Wait a minute, then try again."), True),
    "server_crowded": Words(
        N_("Too many desks are connected to the centre's server."),
        N_("Try again in a minute; if it stays so, tell the system administrator."), True),
    "connection_lost": Words(
        N_("The connection to the centre's server was lost."),
        N_("Try again. Whether the last step was kept shows in the case."), True),
    "session_ended": Words(
        N_("The server ended this session."),
        N_("Sign in again. If that is not possible, ask the security administrator."), True),
    "statement_timeout": Words(
        N_("The centre's server took too long and broke off. Nothing of this step was kept."),
        N_("Try again; if it stays so, tell the system administrator."), True),
    "store_busy": Words(
        N_("Somebody else is writing at the same place. Nothing of this step was kept."),
        N_("Try again."), True),
    "disk_full": Words(
        N_("The disk of the centre's server is full. Nothing of this step was kept."),
        N_("Tell the system administrator: there has to be room on the server's disk.")),
    "server_memory": Words(
        N_("The centre's server has no memory left. Nothing of this step was kept."), ASK, True),
    "server_read_only": Words(
        N_("The centre's server only lets read at present: it is a stand-by or is being kept up."),
        N_("Try again later, or ask the system administrator which server is in charge."), True),
    "database_missing": Words(
        N_("There is no database {database} on the server {host}."),
        N_("Check the address of the centre.")),
    "certificate_untrusted": Words(
        N_("The certificate of the server {host} comes from an authority that is not known here."),
        N_("Do not go on. Ask the system administrator for the authority's certificate and name "
           "it in the address: sslrootcert=FILE.")),
    "certificate_root_missing": Words(
        N_("There is no authority's certificate with which the server {host} could be checked."),
        N_("Ask the system administrator for it and name it in the address: sslrootcert=FILE.")),
    "certificate_other_name": Words(
        N_("The server's certificate is made out to another name than {host}."),
        N_("Use the name that stands in the certificate, or ask the system administrator.")),
    "encryption_missing": Words(
        N_("The server {host} offers no encrypted connection."),
        N_("Do not go on. Ask the system administrator.")),
    "binding_missing": Words(
        N_("The server {host} cannot prove that nobody stands between (channel binding)."),
        N_("Do not go on. Ask the system administrator which way to sign in this server has.")),
    "client_certificate_missing": Words(
        N_("The server {host} asks for a certificate of yours that fits your sign-in name."),
        N_("Name it in the address: sslcert=FILE and sslkey=FILE. The security administrator "
           "gives it out.")),
    "client_certificate_unreadable": Words(
        N_("Your certificate or its key cannot be read."),
        N_("Check the files named by sslcert and sslkey; the key may be readable by you alone.")),
    "not_admitted": Words(
        N_("The server {host} admits no connection of this kind from this computer."), ASK),
    "centre_not_here": Words(
        N_("The database {database} holds no centre that this version knows."),
        N_("Check the address, or have the system administrator run the centre check.")),
    "store_failed": Words(
        N_("The centre's database does not answer: {said}."),
        N_("Try again; then ask the system administrator to run the centre check.")),
}  # fmt: skip

REFUSALS: Final[dict[str, Words]] = {
    "account_locked": Words(
        N_("This account cannot sign in at present."), N_("Ask the security administrator.")),
    "not_of_this_centre": Words(
        N_("This account does not belong to the centre."), N_("Ask the security administrator.")),
    "access_denied": Words(
        N_("The database gives this to another post."),
        N_("Ask the person in charge, or the security administrator.")),
}  # fmt: skip

STATES: Final = {
    "28P01": "wrong_password", "28000": "not_admitted", "3D000": "database_missing",
    "53100": "disk_full", "53200": "server_memory", "53300": "server_crowded",
    "25006": "server_read_only", "57014": "statement_timeout", "55P03": "store_busy",
    "40P01": "store_busy", "40001": "store_busy", "57P01": "session_ended",
    "57P02": "connection_lost", "57P03": "server_starting", "25P03": "session_ended",
    "25P04": "session_ended", "57P05": "session_ended", "42501": "access_denied",
    "3F000": "centre_not_here", "42P01": "centre_not_here", "42883": "centre_not_here",
}  # fmt: skip
"""SQLSTATE -> our code. Every state of class 08 is a lost connection."""

TEXTS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), code)
    for pattern, code in (
        (r"root certificate file .* does not exist|could not (read|load) root certificate|"
         r"locate root certificate file", "certificate_root_missing"),
        (r"certificate verify failed", "certificate_untrusted"),
        (r"server certificate for .* does not match host name", "certificate_other_name"),
        (r"could not (load|open|read) (certificate|private key) file|certificate file .* does not "
         r"exist|private key file .* (does not exist|has group|must be)|certificate present, but "
         r"not private key|certificate does not match private key",
         "client_certificate_unreadable"),
        (r"requires a valid client certificate|certificate authentication failed|"
         r"client certificate|alert (unknown ca|bad certificate|certificate )|"
         r"certificate required|连接需要有效的客户端证书|的证书认证失败",
         "client_certificate_missing"),
        (r"server does not support SSL|SSL was required", "encryption_missing"),
        (r"channel binding", "binding_missing"),
        (r"password authentication failed|的密码认证失败|no password supplied", "wrong_password"),
        (r"is not permitted to log in|不允许角色[^。]*进行登录", "account_locked"),
        (r"permission denied for database|CONNECT privilege|访问数据库[^。]*的权限不足",
         "not_of_this_centre"),
        (r"no pg_hba\.conf entry|没有适用于主机|host rejected|主机连接被拒绝", "not_admitted"),
        (r"too many clients|too many connections|connection slots are reserved|客户端连接过多|"
         r"的连接过多|剩余连接槽位", "server_crowded"),
        (r"the database system is|not currently accepting connections|数据库系统|当前不接受连接",
         "server_starting"),
        (r"database .* does not exist|数据库[^。]*不存在", "database_missing"),
        (r"could not translate host name|failed to resolve host|name or service not known|"
         r"getaddrinfo", "server_name_unknown"),
        (r"connection refused|timeout expired|connection timeout|timed out|no route to host|"
         r"network is unreachable|no such file or directory", "server_unreachable"),
        (r"terminating connection|由于管理员命令中断联接|正在终止连接", "session_ended"),
        (r"server closed the connection|connection is closed|connection (was )?lost|SSL SYSCALL|"
         r"unexpected eof|connection reset|broken pipe|consuming input failed|not connected|"
         r"could not (receive|send) data", "connection_lost"),
    )
)  # fmt: skip
"""Tried in this order: what the client library says of certificates comes before what it tried."""


def code_of(state: str | None, said: str, signing_in: bool) -> str:
    """Our code for a SQLSTATE, or for the words where there is none."""
    if state:
        lost = "connection_lost" if state.startswith("08") else "store_failed"
        found = STATES.get(state, lost)
        return "not_admitted" if found == "access_denied" and signing_in else found
    return next((code for pattern, code in TEXTS if pattern.search(said)), "store_failed")


def trouble_of(code: str, address: ServerAddress, said: str = "") -> Trouble:
    """The trouble for one of our codes, in the language in use."""
    if code == "wrong_password":
        return refusal(code)
    words = REFUSALS.get(code) or OUTAGES[code]
    kind = Refusal if code in REFUSALS else Outage
    first = (said.strip().splitlines() or [""])[0].rstrip(".")
    text = _(words.message).format(host=address.host, database=address.database, said=first)
    return kind(code, text, _(words.remedy))


def retryable(trouble: Trouble) -> bool:
    """Whether the same step may be tried again by itself: nothing has to be put right first."""
    words = OUTAGES.get(trouble.code)
    return isinstance(trouble, Outage) and words is not None and words.again
