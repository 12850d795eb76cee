"""Making a centre inside an empty PostgreSQL database, and making its verbs and policies anew.

``make`` is for a new centre, ``renew`` for an upgrade: functions, rule tables and policies are
dropped and written again from this version's rules in one transaction. Both run as a role that may
create roles. Called by ``centre`` and tests.
"""

from __future__ import annotations

from sqlalchemy import Connection

from workbench.store.server.role_names import RoleNames
from workbench.store.server.rule_rows import write_rules
from workbench.store.server.sql_texts import texts
from workbench.store.server.tables_server import SERVER
from workbench.store.tables import META

SCHEMA = "wb"


def make(sql: Connection, roles: RoleNames) -> None:
    """Roles, schema, all tables, and everything that :func:`renew` writes."""
    for name in roles.groups:
        _make_group(sql, name)
    sql.exec_driver_sql(f"CREATE SCHEMA {SCHEMA} AUTHORIZATION {roles.owner}")
    sql.exec_driver_sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {roles.user}")
    for kind in roles.groups[2:]:
        sql.exec_driver_sql(f"GRANT {roles.user} TO {kind}")
    as_owner(sql, roles)
    META.create_all(sql)
    SERVER.create_all(sql)
    renew(sql, roles)


def _make_group(sql: Connection, name: str) -> None:
    known = sql.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).first()
    if known is None:
        sql.exec_driver_sql(f"CREATE ROLE {name} NOLOGIN")


def as_owner(sql: Connection, roles: RoleNames) -> None:
    """From here to the end of the transaction everything is made and written as the owner."""
    sql.exec_driver_sql(f"SET LOCAL ROLE {roles.owner}")
    sql.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}, pg_catalog")


def renew(sql: Connection, roles: RoleNames) -> None:
    """Functions, rule tables, policies and grants of this version, as the owner."""
    for _name, text in texts(roles):
        sql.exec_driver_sql(text.replace("%", "%%"))
    write_rules(sql)
