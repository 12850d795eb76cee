"""The fixtures of the server's tests: one real PostgreSQL a test process, one database a test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre, found
from tests.store.server.cluster import QUIET, Cluster, cluster

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A server for this test process."""
    with cluster(**QUIET) as made:
        yield made


@pytest.fixture(scope="session")
def founded_server(postgres: Cluster) -> str:
    """The name of a database with the small centre in which nobody works; tests copy it."""
    return found(postgres, "founded")


@pytest.fixture
def server(postgres: Cluster, founded_server: str) -> Iterator[ServerCentre]:
    """A centre of its own for one test, on Monday 2026-03-02 at nine, everybody on duty."""
    name = f"centre_{next(_NUMBERS)}"
    admin = create_engine(postgres.url("postgres"), isolation_level="AUTOCOMMIT",
                          poolclass=NullPool)  # fmt: skip
    with admin.connect() as sql:
        sql.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {founded_server}")
    made = ServerCentre(postgres, name)
    try:
        yield made
    finally:
        made.close()
        with admin.connect() as sql:
            sql.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
