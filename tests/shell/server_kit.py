"""The sample centre on a real PostgreSQL, for desks: same people, catalogue and morning at nine.

Installed once a test process; each test gets a copy of the database. Nobody needs a password on
this cluster, so any word signs in; the clock is the test's (``wb.set_moment``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.shell.desk_kit import NINE
from tests.store.server.centres import KIND_OF, ROLES, ServerCentre, ServerClock, found_with
from tests.store.server.cluster import Cluster
from workbench import settings
from workbench.casework.sample_centre import Parts, sample_seed
from workbench.commands import founding
from workbench.store.content import ContentStore
from workbench.store.engine import Unit
from workbench.store.moves import Books
from workbench.store.server import connecting
from workbench.store.server.accounts import ServerOffice
from workbench.store.server.accounts_ground import take_in_hand
from workbench.store.server.line import Line
from workbench.store.server.server_content import found_content
from workbench.store.server.server_session import ServerSession
from workbench.store.shelf import Shelf

_NUMBERS = count(1)


def found_sample_server(cluster: Cluster, name: str = "sample_founded") -> str:
    """The database with the whole sample; nobody works in it."""
    people = founding._people()
    parts = Parts(
        publications=founding.shipped(), seals=(), certificates=(), calendar=founding.calendar(),
        calendar_years=settings.load_calendar(), office_hours=settings.load_office_hours(),
    )  # fmt: skip
    seed = replace(sample_seed(people, parts, NINE, {}), passwords={})
    groups = {
        user.login: {KIND_OF.get(str(role), str(role)) for role in user.roles}
        for user in seed.users
    }
    return found_with(cluster, name, seed, groups)


@dataclass
class ServerSample:
    """One copy, as the desk's kit wants a centre."""

    folder: Path
    server: ServerCentre
    clock: ServerClock
    passwords: dict[str, str]

    @property
    def url(self) -> str:
        return f"postgresql://127.0.0.1:{self.server.cluster.port}/{self.server.name}"

    def open(self) -> Any:
        """The centre, ready for signing in."""
        return _Opened(self)


class _Opened:
    def __init__(self, sample: ServerSample) -> None:
        self._sample = sample
        self._books = Books(Shelf(), ContentStore(sample.folder))

    def sign_in(self, login: str, password: str) -> ServerSession:
        address = self._sample.server.address
        engine = connecting.make_engine(address, login, None)
        return ServerSession(Line(address, engine), self._books, login)

    def session_as(self, login: str) -> ServerSession:
        return self.sign_in(login, "")

    def seal_pins(self) -> tuple[()]:
        return ()

    def sealed_files(self) -> tuple[()]:
        return ()

    def close(self) -> None:
        """Each session gives back its own line."""


@contextmanager
def login_given_back(sample: ServerSample, login: str) -> Iterator[None]:
    """Logins belong to the whole cluster: after it the person comes in as before, everywhere."""
    held = (
        "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid"
        " JOIN pg_roles p ON p.oid = m.member WHERE p.rolname = %s"
    )
    sql = sample.server.admin
    before = set(sql.exec_driver_sql(held, (login,)).scalars())
    try:
        yield
    finally:
        sql = sample.server.admin
        sql.exec_driver_sql(f'ALTER ROLE "{login}" LOGIN PASSWORD NULL')
        after = set(sql.exec_driver_sql(held, (login,)).scalars())
        for group in after - before:
            sql.exec_driver_sql(f'REVOKE {group} FROM "{login}"')
        for group in before - after:
            sql.exec_driver_sql(f'GRANT {group} TO "{login}"')
        take_in_hand(sql, ROLES)


@contextmanager
def asked_for_passwords(sample: ServerSample) -> Iterator[None]:
    """From now on this copy of the centre is entered with a password, as in an office (SCRAM)."""
    file = sample.server.cluster.folder / "data" / "pg_hba.conf"
    before, name = file.read_text(), sample.server.name
    sql = sample.server.admin
    file.write_text(
        f"host {name} cluster_admin 127.0.0.1/32 trust\n"
        f"host {name} all 127.0.0.1/32 scram-sha-256\n{before}"
    )
    sql.exec_driver_sql("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        file.write_text(before)
        sql.exec_driver_sql("SELECT pg_reload_conf()")


def office(sample: ServerSample) -> ServerOffice:
    """The accounts, in the hands of the security administrator."""
    address = sample.server.address
    return ServerOffice(connecting.sign_in(address, "sec.admin", "any-word"), address)


@contextmanager
def server_sample(cluster: Cluster, founded: str, folder: Path) -> Iterator[ServerSample]:
    """A copy of the founded sample for one test."""
    name = f"sample_{next(_NUMBERS)}"
    admin = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT",
                          poolclass=NullPool)  # fmt: skip
    with admin.connect() as sql:
        sql.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {founded}")
    server = ServerCentre(cluster, name)
    try:
        clock = ServerClock(server, NINE)
        engine = create_engine(cluster.url(name), poolclass=NullPool)
        with engine.begin() as owner:
            owner.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
            found_content(Unit(owner, NINE), folder / "share")
        (folder / "desk").mkdir()
        words = {login: "any-word" for login in ("chen.jing", "li.hua", "wang.fang")}
        yield ServerSample(folder / "desk", server, clock, words)
    finally:
        server.close()
        with admin.connect() as sql:
            sql.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
