"""Whether the policies in the database are those that this version generates (``centre check``).

PostgreSQL keeps a policy's expression in its own words, so the generated ones are written once more
on empty copies of the tables, and the words of both are compared. Nothing of it stays.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from workbench.store.server.policies import generated
from workbench.store.server.role_names import RoleNames

SCRATCH: Final = "wb_compared"

Told = dict[tuple[str, str], tuple[str, ...]]


def differences(sql: Connection, roles: RoleNames) -> list[str]:
    """``table.policy`` with what is wrong about it; needs the right to make a schema."""
    wanted, there = _wanted(sql, roles), _told(sql, "wb")
    missing = [f"{table}.{name}: missing" for table, name in sorted(set(wanted) - set(there))]
    more = [
        f"{table}.{name}: not of this version" for table, name in sorted(set(there) - set(wanted))
    ]
    other = [
        f"{table}.{name}: says something else"
        for table, name in sorted(set(there) & set(wanted))
        if there[table, name] != wanted[table, name]
    ]
    return [*missing, *more, *other]


def _wanted(sql: Connection, roles: RoleNames) -> Told:
    policies = generated(roles)
    scratch = sql.begin_nested()
    try:
        sql.exec_driver_sql(f"CREATE SCHEMA {SCRATCH}")
        for table in dict.fromkeys(table for table, _name in policies):
            sql.exec_driver_sql(f"CREATE TABLE {SCRATCH}.{table} (LIKE wb.{table})")
        for (table, name), text in policies.items():
            made = f"CREATE POLICY {name} ON {SCRATCH}.{table} {text}"
            sql.exec_driver_sql(made.replace("%", "%%"))
        return _told(sql, SCRATCH)
    finally:
        scratch.rollback()


def _told(sql: Connection, schema: str) -> Told:
    rows = sql.exec_driver_sql(
        "SELECT tablename, policyname, permissive, roles::text, cmd, coalesce(qual, ''), "
        "coalesce(with_check, '') FROM pg_policies WHERE schemaname = %s",
        (schema,),
    )
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}
