"""The fixtures of the store's tests: one small centre a test, on a real file or a real server.

Tests that ask for ``world`` run twice: against the Python rules on SQLite, and against the verbs
and policies inside PostgreSQL, each person signed in as himself. One server a test process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ROLES, ServerCentre, found, server_world
from tests.store.server.cluster import Cluster
from tests.store.world import NINE, World, new_world, seed
from workbench.rules.moment import SetClock
from workbench.store import create_centre
from workbench.store.server.accounts_ground import take_in_hand

_NUMBERS = count(1)
MEMBERS = """SELECT m.roleid::regrole::text, m.member::regrole::text FROM pg_auth_members m
JOIN pg_roles r ON r.oid = m.member WHERE r.rolcanlogin"""


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre nobody works in, made once; each test gets a copy of its file."""
    path = tmp_path_factory.mktemp("founded") / "centre.db"
    create_centre(str(path), seed(), SetClock(NINE))
    return path


@pytest.fixture(scope="session")
def founded_server(postgres: Cluster) -> str:
    """The name of a database with the small centre in which nobody works; tests copy it."""
    return found(postgres, "founded")


@pytest.fixture
def server(postgres: Cluster, founded_server: str) -> Iterator[ServerCentre]:
    """A centre of its own for one test, on Monday 2026-03-02 at nine, everybody on duty."""
    with copied(postgres, founded_server) as made:
        yield made


@contextmanager
def copied(postgres: Cluster, founded_server: str) -> Iterator[ServerCentre]:
    """A database of its own, dropped at the end."""
    name = f"centre_{next(_NUMBERS)}"
    admin = create_engine(postgres.url("postgres"), isolation_level="AUTOCOMMIT",
                          poolclass=NullPool)  # fmt: skip
    with admin.connect() as sql:
        sql.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {founded_server}")
        # Logins too: another test's centre may have taken them over (PostgreSQL 16).
        take_in_hand(sql, ROLES)
        before = set(map(tuple, sql.exec_driver_sql(MEMBERS)))
    made = ServerCentre(postgres, name)
    try:
        yield made
    finally:
        made.close()
        with admin.connect() as sql:
            sql.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
            # Groups belong to the whole server: what a test gave must not help the next one.
            for group, login in set(map(tuple, sql.exec_driver_sql(MEMBERS))) - before:
                sql.exec_driver_sql(f"REVOKE {group} FROM {login}")


@pytest.fixture
def file_world(tmp_path: Path, founded: Path) -> Iterator[World]:
    """A fresh centre on a file, for what only a file has."""
    with new_world(tmp_path, founded) as made:
        yield made


@pytest.fixture(params=["file", "server"])
def world(request: pytest.FixtureRequest, tmp_path: Path, founded: Path) -> Iterator[World]:
    """A fresh centre on Monday 2026-03-02 at nine, everybody on duty, on either engine."""
    if request.param == "file":
        with new_world(tmp_path, founded) as made:
            yield made
        return
    server: ServerCentre = request.getfixturevalue("server")
    with server_world(server, tmp_path) as on_server:
        yield on_server
