"""Making, checking and upgrading a centre on a server, as the login that installs it.

The installer's login is a superuser of its PostgreSQL (it makes the group roles and the one role
that may make logins); it is used for nothing else, and no desk knows it. Called by the command
line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from workbench.rules.centre_seed import CentreSeed
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.store import seeding
from workbench.store.centre import OFFSET
from workbench.store.centre_check import Finding
from workbench.store.engine import Unit
from workbench.store.server import accounts, connecting, install, server_check
from workbench.store.server.address import ServerAddress
from workbench.store.server.connecting import plainly
from workbench.store.server.role_names import RoleNames
from workbench.store.server.server_content import found_content

FIRST_DATABASE: Final = "postgres"


def create_on_server(
    address: ServerAddress, login: str, password: str | None, seed: CentreSeed, content: Path
) -> None:
    """The whole centre or nothing: database, schema, verbs, policies, people and their logins.

    ``seed.passwords`` become logins; exercise time is left out: a server has one clock. Refusal
    ``centre_exists`` where the database holds a centre or anything else.
    """
    roles = RoleNames(address.database)
    make_database(address, login, password)
    with installing(address, login, password) as sql:
        refuse_full(sql, address)
        install.make(sql, roles)
        now = int(sql.exec_driver_sql("SELECT wb.moment()").scalar_one())
        unit = Unit(sql, now)
        real = {name: text for name, text in seed.settings.items() if name != OFFSET}
        seeding.fill(unit, replace(seed, passwords={}, settings=real))
        found_content(unit, content)
        accounts.found_logins(sql, seed.passwords)


def make_database(address: ServerAddress, login: str, password: str | None) -> bool:
    """The empty database, where it is not there yet; whether it was made."""
    with _beside(address, login, password) as sql:
        asked = "SELECT 1 FROM pg_database WHERE datname = %s"
        if sql.exec_driver_sql(asked, (address.database,)).first() is not None:
            return False
        # The name is one of RoleNames: small letters, digits and low lines.
        sql.exec_driver_sql(
            f"CREATE DATABASE {RoleNames(address.database).prefix} TEMPLATE template0"
            " ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        )
        return True


def drop_database(address: ServerAddress, login: str, password: str | None) -> None:
    """Take away a database that was made by the same call and did not become a centre."""
    with _beside(address, login, password) as sql:
        name = RoleNames(address.database).prefix
        sql.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _beside(address: ServerAddress, login: str, password: str | None) -> Iterator[Connection]:
    """A connection to the same server that stands in no centre's database."""
    first = replace(address, database=FIRST_DATABASE)
    engine = connecting.sign_in(first, login, password)
    try:
        with plainly(first), engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
    finally:
        engine.dispose()


def refuse_full(sql: Connection, address: ServerAddress) -> None:
    """Refusal ``centre_exists`` where the database holds anything at all."""
    there = sql.exec_driver_sql(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
    ).scalar_one()
    if there:
        raise Refusal(
            "centre_exists",
            _("There is already something in the database {place}.").format(place=address.shown),
            _("Open it, or choose another name for the new centre's database."),
        )


@contextmanager
def installing(
    address: ServerAddress, login: str, password: str | None
) -> Iterator[Connection]:
    """One transaction of the installer's."""
    engine = installer(address, login, password)
    try:
        with plainly(address), engine.begin() as sql:
            yield sql
    finally:
        engine.dispose()


def installer(address: ServerAddress, login: str, password: str | None) -> Engine:
    """The installer's connection; a check or an upgrade may take longer than a step."""
    engine = connecting.sign_in(address, login, password)
    try:
        with plainly(address), engine.begin() as sql:
            mine = "SELECT rolsuper FROM pg_roles WHERE rolname = session_user"
            if not sql.exec_driver_sql(mine).scalar_one():
                raise Refusal(
                    "installer_only",
                    _("{login} may not install or check a centre.").format(login=login),
                    _("Give the server's own administrator with --as."),
                )
    except BaseException:
        engine.dispose()
        raise
    return engine


def check_on_server(address: ServerAddress, login: str, password: str | None) -> list[Finding]:
    """Everything found. Refusal for whoever is not the installer."""
    engine = installer(address, login, password)
    try:
        with plainly(address):
            return server_check.check_server(engine)
    finally:
        engine.dispose()


def upgrade_on_server(address: ServerAddress, login: str, password: str | None) -> None:
    """Verbs, rules and policies of this version, in one transaction; people go on working."""
    with installing(address, login, password) as sql:
        roles = server_check.roles_of(sql)
        server_check.refuse_foreign(sql)
        install.upgrade(sql, roles)
