"""Making a centre inside an empty PostgreSQL database, and making its verbs and policies anew.

``make`` is for a new centre, ``renew`` for an upgrade: functions, rule tables and policies are
dropped and written again from this version's rules in one transaction. Both run as a role that may
create roles. Called by ``centre`` and tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from workbench.store import schema
from workbench.store.server import case_marks, policies
from workbench.store.server.accounts_ground import lay_ground, renew_logins, take_in_hand
from workbench.store.server.constant_text import constant_functions
from workbench.store.server.flow_functions import flow_functions
from workbench.store.server.grants import (
    close,
    close_database,
    close_definitions,
    forget_samples,
    write_sight,
)
from workbench.store.server.inbox_functions import inbox_functions
from workbench.store.server.role_names import RoleNames
from workbench.store.server.rule_rows import write_rules
from workbench.store.server.sight_functions import sight_functions
from workbench.store.server.sql_texts import texts
from workbench.store.server.tables_server import SERVER
from workbench.store.tables import APPEND_ONLY, META

SCHEMA = "wb"
_MADE: Final = re.compile(
    r"CREATE OR REPLACE FUNCTION wb\.(\w+)\(.*?\bAS (\$\w*\$)(.*?)\2", re.DOTALL
)


def make(sql: Connection, roles: RoleNames) -> None:
    """Roles, schema, all tables, and everything that :func:`renew` writes."""
    lay_foundation(sql, roles)
    as_owner(sql, roles)
    META.create_all(sql)
    SERVER.create_all(sql)
    schema.mark_newest(sql)
    renew(sql, roles)


def lay_foundation(sql: Connection, roles: RoleNames) -> None:
    """The group roles, an empty schema, and a database that is shut to everybody else."""
    for name in roles.groups:
        _make_group(sql, name)
    sql.exec_driver_sql(f"CREATE SCHEMA {SCHEMA} AUTHORIZATION {roles.owner}")
    sql.exec_driver_sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {roles.user}")
    for kind in roles.groups[2:]:
        sql.exec_driver_sql(f"GRANT {roles.user} TO {kind}")
    close_database(sql, roles)
    lay_ground(sql, roles)


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
    renew_logins(sql, roles)
    as_owner(sql, roles)
    close(sql, roles)
    for text in function_texts(roles):
        sql.exec_driver_sql(text.replace("%", "%%"))
    write_rules(sql)
    write_sight(sql, roles)
    guard_the_log(sql)
    sql.exec_driver_sql("RESET ROLE")
    close_definitions(sql)
    as_owner(sql, roles)


def drop_strays(sql: Connection, roles: RoleNames) -> None:
    """Functions of an older version: a verb that takes other values now stands beside the new."""
    wanted = wanted_functions(roles)
    there = sql.exec_driver_sql(
        "SELECT p.oid::regprocedure::text, p.proname, p.prosrc FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = %s", (SCHEMA,),
    ).all()  # fmt: skip
    for signature, name, body in there:
        if body not in wanted.get(name, ()):
            sql.exec_driver_sql(f"DROP FUNCTION {signature}".replace("%", "%%"))


def wanted_functions(roles: RoleNames) -> dict[str, set[str]]:
    """Name -> bodies of the functions that this version makes in the schema ``wb``."""
    found: dict[str, set[str]] = {}
    marks = (*case_marks.statements(), *policies.functions())
    for text in (*function_texts(roles), *marks):
        for name, _mark, body in _MADE.findall(text):
            found.setdefault(name, set()).add(body)
    return found


def upgrade(sql: Connection, roles: RoleNames) -> None:
    """The schema brought forward by every step since, and everything that is generated anew."""
    as_owner(sql, roles)
    schema.bring_server_forward(sql)
    SERVER.create_all(sql)
    renew(sql, roles)
    drop_strays(sql, roles)
    sql.exec_driver_sql("RESET ROLE")
    forget_samples(sql)
    take_in_hand(sql, roles)
    as_owner(sql, roles)


def function_texts(roles: RoleNames) -> Iterator[str]:
    """Every function of this version, in the order in which they are made."""
    yield from constant_functions()
    yield from (text for _name, text in texts(roles))
    yield from flow_functions()
    yield from sight_functions()
    yield from inbox_functions()


def guard_the_log(sql: Connection) -> None:
    """What only grows is not changed even by its owner, nor emptied (S084)."""
    for table in APPEND_ONLY:
        sql.exec_driver_sql(
            f"CREATE OR REPLACE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON wb.{table} FOR EACH STATEMENT EXECUTE FUNCTION wb.refuse_change()"
        )
