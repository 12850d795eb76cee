"""A centre of ``tests.store.world`` copied row by row into a server's database.

So the very same centre stands on both engines, and what the one shows can be held against the
other. What only a server has is made from the copied rows.
"""

from __future__ import annotations

from sqlalchemy import Connection, create_engine, insert, select
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ROLES, ServerCentre
from workbench.store.tables import META


def copy_rows(source: Connection, server: ServerCentre) -> None:
    """Every row of every table, in place of what the server had."""
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    with engine.begin() as sql:
        sql.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
        # Neither keys nor triggers: rows that only grow are replaced here as a whole.
        sql.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in META.sorted_tables:
            sql.exec_driver_sql(f"DELETE FROM wb.{table.name}")
            rows = [dict(row._mapping) for row in source.execute(select(table))]
            if rows:
                sql.execute(insert(table), rows)
        sql.exec_driver_sql("SELECT wb.note_marks(case_id) FROM wb.case_file")
        sql.exec_driver_sql("ANALYZE")
    engine.dispose()


def give_login(server: ServerCentre, login: str, *kinds: str) -> None:
    """The person can sign in, as a member of the groups of these kinds of post."""
    known = server.admin.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (login,))
    if known.first() is None:
        server.admin.exec_driver_sql(f"CREATE ROLE {login} LOGIN")
    for group in (ROLES.user, *(ROLES.kind(one) for one in kinds)):
        server.admin.exec_driver_sql(f"GRANT {group} TO {login}")
