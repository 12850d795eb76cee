"""Reaching a centre's server as one person: one connection, kept alive, its troubles in our words.

``sign_in`` gives an engine that has already signed in. ``plainly`` surrounds everything that runs
on it: a refusal of the database comes out as the :class:`Refusal` of its code, all else as an
:class:`Outage`. Called by ``accounts`` and by whoever opens a centre on a server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from string import Formatter
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from workbench.rules.people import Role, role_conflicts, role_label
from workbench.rules.refusal_texts import TEXTS, refusal
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.seal_custody import SealStatus
from workbench.rules.seal_states import status_word, step_word
from workbench.rules.words import _, listed, pick
from workbench.store.server.address import ServerAddress
from workbench.store.server.server_words import code_of, retryable, trouble_of
from workbench.store.server.versions import API

__all__ = ["Engine", "make_engine", "plainly", "refused", "retryable", "sign_in"]

REFUSED: Final = "WB001"
"""SQLSTATE of ``wb.refuse``: the code stands in the message, the values in the detail."""
CONNECT_SECONDS: Final = 10
STATEMENT_MS: Final = 60_000
"""Longer than any step takes, short enough that a stray query does not hold the server."""
LOCK_MS: Final = 15_000
IDLE_MS: Final = 60_000
"""A transaction is left open no longer than this: it would hold back everybody's cleaning up."""
KEPT_ALIVE: Final = {
    "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 3, "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}  # fmt: skip
"""A dead line is noticed within about 20 seconds, also while an answer is awaited."""
RECYCLE_SECONDS: Final = 3600


def make_engine(address: ServerAddress, login: str, password: str | None) -> Engine:
    """An engine with one connection, checked before use. Nothing is connected yet."""
    url = URL.create(
        "postgresql+psycopg", username=login, password=password, host=address.host,
        port=address.port, database=address.database,
    )  # fmt: skip
    return create_engine(
        url, connect_args=_options(address), poolclass=QueuePool, pool_size=1, max_overflow=0,
        pool_pre_ping=True, pool_recycle=RECYCLE_SECONDS, pool_timeout=30,
        # What a statement carries may be anybody's name: no error repeats it.
        hide_parameters=True,
    )  # fmt: skip


def _options(address: ServerAddress) -> dict[str, Any]:
    files = {
        name: getattr(address, name)
        for name in ("sslrootcert", "sslcert", "sslkey")
        if getattr(address, name)
    }
    session = {
        "search_path": "wb,pg_temp", "wb.api": API, "statement_timeout": STATEMENT_MS,
        "lock_timeout": LOCK_MS,
        "idle_in_transaction_session_timeout": IDLE_MS,
    }  # fmt: skip
    return {
        **KEPT_ALIVE, **files,
        "sslmode": address.sslmode, "channel_binding": address.channel_binding,
        "gssencmode": "disable", "connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8",
        "application_name": address.application_name,
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
    }  # fmt: skip


def sign_in(address: ServerAddress, login: str, password: str | None) -> Engine:
    """An engine whose connection stands. Refusal for the person, Outage for the way there."""
    engine = make_engine(address, login, password)
    try:
        with plainly(address, signing_in=True), engine.connect():
            pass
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def plainly(address: ServerAddress, signing_in: bool = False) -> Iterator[None]:
    """What goes wrong inside comes out as one of our troubles."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as trouble:
        raise told(trouble.orig, address, signing_in, trouble.connection_invalidated) from trouble
    except psycopg.Error as trouble:
        raise told(trouble, address, signing_in) from trouble
    except PoolTimeout as trouble:
        raise trouble_of("store_busy", address) from trouble


def told(
    error: BaseException | None, address: ServerAddress, signing_in: bool = False,
    lost: bool = False,
) -> Trouble:  # fmt: skip
    """The trouble that an error of the driver stands for."""
    state = error.sqlstate if isinstance(error, psycopg.Error) else None
    values = refused_values(error)
    if values is not None:
        code = str(values.pop("code"))
        return refused(code, values)
    said = str(error)
    code = code_of(state, said, signing_in)
    if code == "store_failed" and lost:
        code = "connection_lost"
    # What a statement's own error says may hold what was typed; its number never does.
    return trouble_of(code, address, f"SQLSTATE {state}" if state else said)


def refused_values(error: BaseException | None) -> dict[str, Any] | None:
    """Code and values of a refusal that the database raised; ``None`` for anything else."""
    if not isinstance(error, psycopg.Error) or error.sqlstate != REFUSED:
        return None
    values = dict(_values(error.diag.message_detail))
    return {**values, "code": error.diag.message_primary or ""}


def _values(detail: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(detail or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _worded(code: str, name: str, said: Any) -> Any:
    """A value in the language in use, where the server could only name it."""
    if name == "role" and said in set(Role):
        return role_label(Role(said))
    if code == "seal_step_wrong_state":
        return status_word(SealStatus(said)) if name == "state" else step_word(str(said))
    if code == "form_incomplete":
        return listed([pick(one["label_zh"], one["label_en"]) for one in said])
    return said


def refused(code: str, values: Mapping[str, Any]) -> Refusal:
    """The refusal that the database named, worded as everywhere else. Roles get their names."""
    if code in ("roles_exclude", "stand_in_conflict"):
        told_why = role_conflicts([Role(values["first"]), Role(values["second"])])
        return Refusal(code, told_why[0], refusal(code, first="", second="").remedy)
    if code not in TEXTS:
        return Refusal(
            code,
            _("The centre's database does not take this step: {code}.").format(code=code),
            _("Refresh, then try again; then ask the system administrator."),
        )
    named = {name: _worded(code, name, said) for name, said in values.items()}
    # A newer server may leave out a value that this version's text names.
    places = {name for one in TEXTS[code] for _t, name, _s, _c in Formatter().parse(one) if name}
    return refusal(code, **dict.fromkeys(places - named.keys(), "–"), **named)
