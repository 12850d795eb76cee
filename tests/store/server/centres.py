"""The small centre of ``tests.store.world`` inside PostgreSQL, its clock in the test's hand.

The clock is the table ``wb.set_moment``, which only the owner may read: the test's own
``wb.moment()``, which a real centre does not have (house section 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.cluster import Cluster
from tests.store.world import NINE, OTHERS, REPRESENTATIVES, World, seed
from workbench.rules.case import Case
from workbench.rules.centre_seed import CentreSeed
from workbench.rules.moment import DAY, Moment, SetClock
from workbench.store import seeding
from workbench.store.content import ContentStore
from workbench.store.engine import Unit
from workbench.store.moves import Books
from workbench.store.server import connecting, install, server_check
from workbench.store.server.accounts_ground import take_in_hand
from workbench.store.server.address import ServerAddress
from workbench.store.server.line import Line
from workbench.store.server.role_names import RoleNames
from workbench.store.server.server_content import found_content
from workbench.store.server.server_session import ServerSession
from workbench.store.shelf import Shelf

ROLES = RoleNames("founded")
SET_MOMENT = """
CREATE TABLE wb.set_moment (at bigint NOT NULL);
INSERT INTO wb.set_moment VALUES ({at});
CREATE OR REPLACE FUNCTION wb.moment() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT at FROM wb.set_moment $$;
"""
KIND_OF = {"government_head": "organ_head"}
"""Roles whose group bears another name."""


FOUNDED: set[tuple[int, str]] = set()


def found(cluster: Cluster, name: str) -> str:
    """The small centre of ``tests.store.world`` as a database of that name, made once a cluster:
    several rooms of tests begin from it."""
    if (cluster.port, name) in FOUNDED:
        return name
    FOUNDED.add((cluster.port, name))
    people = {login: {"representative"} for login in REPRESENTATIVES} | {
        login: {KIND_OF.get(one[0].value, one[0].value) for one in rows}
        for login, rows in OTHERS.items()
    }
    return found_with(cluster, name, seed(), people)


def found_with(
    cluster: Cluster, name: str, filled: CentreSeed, people: Mapping[str, Iterable[str]]
) -> str:
    """Make the database, install the centre, fill it, give every person a login.

    ``people``: sign-in name -> kinds of post whose groups he is in.
    """
    admin = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT",
                          poolclass=NullPool)  # fmt: skip
    with admin.connect() as sql:
        sql.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = create_engine(cluster.url(name), poolclass=NullPool)
    with engine.begin() as sql:
        install.make(sql, ROLES)
        sql.exec_driver_sql(SET_MOMENT.format(at=NINE))
        seeding.fill(Unit(sql, NINE), filled)
        sql.exec_driver_sql("RESET ROLE")
        for login, kinds in people.items():
            sql.exec_driver_sql(f'CREATE ROLE "{login}" LOGIN IN ROLE {ROLES.user}')
            for kind in kinds:
                sql.exec_driver_sql(f'GRANT {ROLES.kind(kind)} TO "{login}"')
        take_in_hand(sql, ROLES)
    return name


@dataclass
class ServerCentre:
    """One database of the cluster, with a connection for the owner and one for each person."""

    cluster: Cluster
    name: str
    engines: dict[str, Engine] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)

    @property
    def address(self) -> ServerAddress:
        """Where the product would find it."""
        return ServerAddress("127.0.0.1", self.name, port=self.cluster.port, sslmode="disable",
                             channel_binding="disable")  # fmt: skip

    def connection(self, login: str) -> Connection:
        """The person's own connection, in autocommit: as with ``psql``."""
        if login not in self.connections:
            engine = create_engine(self.cluster.url(self.name, login), poolclass=NullPool,
                                   isolation_level="AUTOCOMMIT")  # fmt: skip
            self.engines[login] = engine
            self.connections[login] = engine.connect()
        return self.connections[login]

    @property
    def admin(self) -> Connection:
        """The superuser's connection, in autocommit, on the schema of the centre."""
        known = "cluster_admin" in self.connections
        made = self.connection("cluster_admin")
        if not known:
            made.exec_driver_sql("SET search_path = wb, pg_catalog")
        return made

    def admit(self, login: str) -> None:
        """Give the person an account and a row, where there is none; a representative."""
        sql = self.admin
        row = "INSERT INTO app_user (login, name_zh, name_en, failures) VALUES (%s, %s, %s, 0)"
        sql.exec_driver_sql(f"{row} ON CONFLICT DO NOTHING", (login, login, login))
        known = sql.exec_driver_sql(
            "SELECT pg_has_role(rolname, %s, 'member') FROM pg_roles WHERE rolname = %s",
            (ROLES.user, login),
        ).scalar()
        if known is None:
            sql.exec_driver_sql(f"CREATE ROLE {login} LOGIN")
        if not known:
            groups = f"{ROLES.user}, {ROLES.kind('representative')}"
            sql.exec_driver_sql(f"GRANT {groups} TO {login}")

    def set_moment(self, at: Moment) -> None:
        """The centre's clock shows this from now on."""
        self.admin.exec_driver_sql("UPDATE wb.set_moment SET at = %s", (at,))

    def reconnect(self) -> None:
        """The server was away: every connection is made anew when it is wanted."""
        self.close()
        self.connections.clear()
        self.engines.clear()

    def close(self) -> None:
        """Give everything back."""
        for one in self.connections.values():
            one.close()
        for engine in self.engines.values():
            engine.dispose()


@dataclass
class ServerWorld(World):
    """The small centre on a server, with the same hands as the one on a file."""

    server: ServerCentre | None = None

    def as_(self, login: str) -> Any:
        """The person's session, through his own login."""
        assert self.server is not None
        self.server.set_moment(self.clock.now())
        if login not in self.sessions:
            self.sessions[login] = self.centre.session_as(login)
        return self.sessions[login]

    def check(self) -> list[str]:
        """What the centre check finds wrong; the clock of a test is another, and is said to be."""
        assert self.server is not None
        # As on a file, where the check reads the machine's clock and not the test's.
        self.server.set_moment(self.clock.now() + 900 * DAY)
        engine = create_engine(self.server.cluster.url(self.server.name), poolclass=NullPool)
        found = [one for one in server_check.check_server(engine) if one.wrong]
        self.server.set_moment(self.clock.now())
        assert "clock_replaced" in [one.code for one in found]
        mine = ("clock_replaced", "no_row_security")
        return [one.text for one in found if one.code not in mine]

    def settle(self, case: Case) -> None:
        """As the owner: whoever opens the case writes it down."""
        assert self.server is not None
        self.server.set_moment(self.clock.now())
        self.server.admin.exec_driver_sql(
            "SELECT wb.settle(c, wb.moment()) FROM wb.case_file c WHERE c.case_id = %s",
            (case.case_id,),
        )

    def change(self, table: str, key: str, of: str, **values: Any) -> None:
        """As the owner of the database."""
        assert self.server is not None
        names = ", ".join(f"{name} = %s" for name in values)
        self.server.admin.exec_driver_sql(
            f"UPDATE wb.{table} SET {names} WHERE {key} = %s", (*values.values(), of)
        )

    def file(self, text: str = "scan") -> str:
        """A stored file; its SHA-256. Everybody has shown that he has it, to point to it."""
        assert self.server is not None
        sha256 = str(self.as_("wang").put_content(text.encode()))
        self.server.admin.exec_driver_sql(
            "INSERT INTO content_brought (sha256, login, at) SELECT %s, login, 0 FROM app_user"
            " ON CONFLICT DO NOTHING", (sha256,),
        )  # fmt: skip
        return sha256


class ServerClock(SetClock):
    """A clock in the test's hand that the server hears of at once."""

    def __init__(self, server: ServerCentre, at: Moment) -> None:
        self._server = server
        super().__init__(at)
        server.set_moment(at)

    def set(self, at: Moment) -> None:
        super().set(at)
        self._server.set_moment(at)

    def forward(self, span: int) -> None:
        super().forward(span)
        self._server.set_moment(self.now())


class OwnerCentre:
    """What tests do beside any session: the store's own code as the owner of the database."""

    def __init__(self, server: ServerCentre, clock: SetClock, content: Path) -> None:
        self.server, self.clock = server, clock
        self.sessions: list[ServerSession] = []
        self.books = Books(Shelf(), ContentStore(content))

    @contextmanager
    def administration(self, writing: bool = True) -> Iterator[Unit]:
        """One transaction with everything allowed."""
        self.server.set_moment(self.clock.now())
        engine = create_engine(self.server.cluster.url(self.server.name), poolclass=NullPool)
        with engine.begin() as sql:
            sql.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
            yield Unit(sql, self.clock.now())
            if not writing:
                sql.rollback()

    def session_as(self, login: str) -> Any:
        """A session of the person's own login; every call makes another one."""
        self.server.admit(login)
        engine = connecting.make_engine(self.server.address, login, None)
        made = ServerSession(Line(self.server.address, engine), self.books, login)
        self.sessions.append(made)
        return made

    def close(self) -> None:
        """Sessions give back their lines; every transaction has closed its own connection."""
        for one in self.sessions:
            one.close()


@contextmanager
def server_world(server: ServerCentre, folder: Path) -> Iterator[ServerWorld]:
    """The world of a test on that database."""
    clock = ServerClock(server, NINE)
    centre: Any = OwnerCentre(server, clock, folder / "content")
    world = ServerWorld(folder / "none", clock, centre, server=server)
    try:
        with world.centre.administration() as unit:
            found_content(unit, folder / "share")
        yield world
    finally:
        world.close()
