"""The small centre of ``tests.store.world`` inside PostgreSQL, its clock in the test's hand.

The clock is the table ``wb.set_moment``, which only the owner may read: the test's own
``wb.moment()``, which a real centre does not have (house section 1).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.cluster import Cluster
from tests.store.world import NINE, OTHERS, REPRESENTATIVES, seed
from workbench.rules.moment import Moment
from workbench.store import seeding
from workbench.store.engine import Unit
from workbench.store.server import install
from workbench.store.server.role_names import RoleNames

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


def found(cluster: Cluster, name: str) -> str:
    """Make the database, install the centre, fill it, give every person a login."""
    admin = create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT",
                          poolclass=NullPool)  # fmt: skip
    with admin.connect() as sql:
        sql.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = create_engine(cluster.url(name), poolclass=NullPool)
    with engine.begin() as sql:
        install.make(sql, ROLES)
        sql.exec_driver_sql(SET_MOMENT.format(at=NINE))
        seeding.fill(Unit(sql, NINE), seed())
        sql.exec_driver_sql("RESET ROLE")
        for login in (*REPRESENTATIVES, *OTHERS):
            sql.exec_driver_sql(f"CREATE ROLE {login} LOGIN IN ROLE {ROLES.user}")
        for login in REPRESENTATIVES:
            sql.exec_driver_sql(f"GRANT {ROLES.kind('representative')} TO {login}")
        for login, rows in OTHERS.items():
            for role in {KIND_OF.get(one[0].value, one[0].value) for one in rows}:
                sql.exec_driver_sql(f"GRANT {ROLES.kind(role)} TO {login}")
    return name


@dataclass
class ServerCentre:
    """One database of the cluster, with a connection for the owner and one for each person."""

    cluster: Cluster
    name: str
    engines: dict[str, Engine] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)

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

    def set_moment(self, at: Moment) -> None:
        """The centre's clock shows this from now on."""
        self.admin.exec_driver_sql("UPDATE wb.set_moment SET at = %s", (at,))

    def close(self) -> None:
        """Give everything back."""
        for one in self.connections.values():
            one.close()
        for engine in self.engines.values():
            engine.dispose()
