"""A centre with a security administrator and people of its own, for the tests of accounts.

Roles belong to the whole cluster, so every centre of a test uses names that no other one uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ROLES, ServerCentre
from tests.store.server.cluster import Cluster
from workbench.rules.refusals import Trouble
from workbench.store.server import install
from workbench.store.server.accounts import ServerOffice, change_password, found_logins
from workbench.store.server.address import ServerAddress
from workbench.store.server.connecting import plainly, sign_in
from workbench.store.server.role_names import RoleNames

NUMBERS = count(1)
FIRST, OWN = "first-password-77", "my-own-words-88"


@dataclass
class Accounts:
    """One centre. ``security`` is its administrator's login."""

    server: ServerCentre
    roles: RoleNames = ROLES
    number: int = field(default_factory=lambda: next(NUMBERS))
    engines: list[Engine] = field(default_factory=list)

    @property
    def security(self) -> str:
        return self.name("sec")

    @property
    def address(self) -> ServerAddress:
        return ServerAddress("127.0.0.1", self.server.name, port=self.server.cluster.port,
                             sslmode="prefer", channel_binding="prefer")  # fmt: skip

    def name(self, word: str) -> str:
        """A login that only this centre uses."""
        return f"{word}.{self.number}"

    def engine(self, login: str, password: str = OWN) -> Engine:
        """The person's own connection, as the desk opens it."""
        made = sign_in(self.address, login, password)
        self.engines.append(made)
        return made

    def office(self, login: str = "") -> ServerOffice:
        """The office of the security administrator, or what another gets who tries it."""
        return ServerOffice(self.engine(login or self.security), self.address)

    def found(self, *words: tuple[str, str]) -> None:
        """People with one role each, as the installer makes them, their passwords changed."""
        with create_engine(self.server.cluster.url(self.server.name),
                           poolclass=NullPool).begin() as sql:  # fmt: skip
            install.as_owner(sql, self.roles)
            for login, role in words:
                _enter(sql, login, role)
            found_logins(sql, {login: FIRST for login, _role in words})
        for login, _role in words:
            change_password(self.engine(login, FIRST), self.address, login, OWN)

    def code(self, login: str, statement: str, *values: object) -> str:
        """The code of the trouble that the statement makes for this person; empty if none."""
        try:
            with plainly(self.address), self.engine(login).begin() as sql:
                sql.exec_driver_sql(statement, tuple(values))
        except Trouble as trouble:
            return trouble.code
        return ""

    def close(self) -> None:
        for one in self.engines:
            one.dispose()


def _enter(sql: Connection, login: str, role: str) -> None:
    sql.exec_driver_sql(
        "INSERT INTO app_user (login, name_zh, name_en, failures) VALUES (%s, %s, %s, 0)",
        (login, "某某", login),
    )
    sql.exec_driver_sql(
        "INSERT INTO membership (login, role, valid_from, valid_to) VALUES (%s, %s, 0, %s)",
        (login, role, 1 << 60),
    )


@contextmanager
def accounts_of(server: ServerCentre, roles: RoleNames = ROLES) -> Iterator[Accounts]:
    """The centre with its security administrator, everything closed at the end."""
    made = Accounts(server, roles)
    try:
        made.found((made.security, "security_admin"))
        yield made
    finally:
        made.close()


def second_centre(cluster: Cluster, name: str, roles: RoleNames) -> ServerCentre:
    """Another centre on the same cluster, empty, with its real clock."""
    admin = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT",
                          poolclass=NullPool)  # fmt: skip
    with admin.connect() as sql:
        sql.exec_driver_sql(f"CREATE DATABASE {name}")
    with create_engine(cluster.url(name), poolclass=NullPool).begin() as sql:
        install.make(sql, roles)
    return ServerCentre(cluster, name)
