"""What anybody may do in a centre's database: read through policies, and call what is named here.

``close`` takes everything away before the functions of a version are made; ``write_sight`` makes
columns, lookups' grants and policies anew. ``close_database`` shuts what PostgreSQL leaves open to
everybody, as far as whoever installs may. Called by ``install``.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, exc

from workbench.store.server import case_marks, policies, server_indexes
from workbench.store.server.inbox_functions import INBOX
from workbench.store.server.role_names import RoleNames
from workbench.store.server.table_policies import DECISIONS
from workbench.store.tables import META, PART_TABLES

LOOKUPS: Final = (
    "who()", "moment()", "my_moment()", "holds(text[])", "my_roles()", "my_departments()",
    "my_sites()", "my_appointments()", "my_past_appointments()", "my_stand_ins()", "my_duty()",
    "my_grace()", "my_staffed_departments()", "my_letters()", "my_recusals()", "my_custody()",
    "my_marks(text[])", "my_tasks(text[])", "own_entry(bigint, text, bigint)", "my_colleagues()",
)  # fmt: skip
"""What a policy calls in the name of the person who asks: each tells him about himself alone."""

LARGE_OBJECTS: Final = (
    "lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)", "lo_open(oid, integer)",
    "lo_put(oid, bigint, bytea)", "lowrite(integer, bytea)", "lo_truncate(integer, integer)",
    "lo_truncate64(integer, bigint)", "lo_unlink(oid)", "lo_get(oid)",
    "lo_get(oid, bigint, integer)", "loread(integer, integer)",
)  # fmt: skip
"""Contents of large objects stand under no policy, and anybody may make one."""


CONTENT: Final = tuple(
    [(table.name, "body") for table in PART_TABLES.values()]
    + [("event", "payload"), ("task", "data"), ("private_draft", "texts"),
       ("exchange_outbox", "body"), ("audit_line", "detail"), ("ledger_step", "payload"),
       ("ledger_line", "void_reason"), ("recusal", "reason"), ("leave", "reason_kind"),
       ("material_mark", "words"), ("saved_view", "name"), ("saved_view", "body")]
)  # fmt: skip
"""Columns of which no statistics are kept: PostgreSQL takes samples of whole texts, and what
``EXPLAIN`` guesses for ``body < 'x'`` would give them away, letter by letter, to anybody."""


def close(sql: Connection, roles: RoleNames) -> None:
    """Nothing in the schema is anybody's; new functions will not be everybody's either."""
    groups = ", ".join(("PUBLIC", *roles.groups[1:]))
    for what in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        sql.exec_driver_sql(f"REVOKE ALL ON ALL {what} IN SCHEMA wb FROM {groups}")
    sql.exec_driver_sql(
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {roles.owner} REVOKE ALL ON FUNCTIONS FROM PUBLIC"
    )


def write_sight(sql: Connection, roles: RoleNames) -> None:
    """Marks of cases, lookups, policies and the right to read, all as this version has them."""
    for statement in (
        *case_marks.statements(), *server_indexes.statements(), *policies.functions()
    ):
        sql.exec_driver_sql(statement.replace("%", "%%"))
    for table in _tables(sql):
        sql.exec_driver_sql(f"ALTER TABLE wb.{table} ENABLE ROW LEVEL SECURITY")
    for table, column in CONTENT:
        sql.exec_driver_sql(f"ALTER TABLE wb.{table} ALTER COLUMN {column} SET STATISTICS 0")
    _drop_policies(sql)
    for (table, name), text in policies.generated(roles).items():
        sql.exec_driver_sql(f"CREATE POLICY {name} ON wb.{table} {text}".replace("%", "%%"))
    sql.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA wb FROM PUBLIC, {roles.user}")
    sql.exec_driver_sql("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA wb FROM PUBLIC")
    for statement in granted(roles):
        sql.exec_driver_sql(statement)


def forget_samples(sql: Connection) -> None:
    """Samples taken before a column was known to be content; no later ANALYZE removes them.

    As whoever installs: only a superuser may, and the centre check names what is left.
    """
    _if_allowed(sql, (
        "DELETE FROM pg_catalog.pg_statistic s USING pg_catalog.pg_attribute a"
        " WHERE a.attrelid = s.starelid AND a.attnum = s.staattnum"
        f" AND (a.attrelid::regclass::text, a.attname) IN ({_content_columns()})"
    ))  # fmt: skip


def kept_samples(sql: Connection) -> list[str]:
    """Content columns of which something is sampled, or would be at the next ANALYZE."""
    found = sql.exec_driver_sql(
        "SELECT a.attrelid::regclass || '.' || a.attname FROM pg_catalog.pg_attribute a"
        f" WHERE (a.attrelid::regclass::text, a.attname) IN ({_content_columns()})"
        " AND (a.attstattarget IS DISTINCT FROM 0 OR EXISTS (SELECT 1 FROM pg_catalog.pg_statistic"
        " s WHERE s.starelid = a.attrelid AND s.staattnum = a.attnum)) ORDER BY 1"
    )
    return [str(one) for one in found.scalars()]


def _content_columns() -> str:
    # regclass names the table as it would have to be written here: with or without its schema.
    return ", ".join(
        f"('wb.{table}'::regclass::text, '{column}')" for table, column in CONTENT
    )  # fmt: skip


def granted(roles: RoleNames) -> list[str]:
    """Every GRANT to read, and to ask what a policy asks."""
    found = []
    for table, decision in DECISIONS.items():
        if not decision.closed:
            columns = f" ({', '.join(decision.columns)})" if decision.columns else ""
            found.append(f"GRANT SELECT{columns} ON wb.{table} TO {roles.user}")
    asked = [f"wb.{one}" for one in (*LOOKUPS, *INBOX)]
    asked += [f"wb.{one}(bigint)" for one in policies.function_names()]
    asked.append("wb.visible_among(bigint[])")
    return [*found, f"GRANT EXECUTE ON FUNCTION {', '.join(asked)} TO {roles.user}"]


def close_database(sql: Connection, roles: RoleNames) -> None:
    """Temporary objects, other databases' people and large objects; see :data:`LARGE_OBJECTS`."""
    name = sql.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
    _if_allowed(sql, f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    _if_allowed(sql, f"GRANT CONNECT ON DATABASE {name} TO {roles.user}")
    _if_allowed(sql, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    # What a statement carries, names and keys, must not stand in the server's log.
    for one in ("log_parameter_max_length", "log_parameter_max_length_on_error"):
        _if_allowed(sql, f"ALTER DATABASE {name} SET {one} = 0")
    # The policies are planned in no time and compiled in a second: no statement is worth it.
    _if_allowed(sql, f"ALTER DATABASE {name} SET jit = off")
    for one in LARGE_OBJECTS:
        _if_allowed(sql, f"REVOKE ALL ON FUNCTION pg_catalog.{one} FROM PUBLIC")


DEFINITIONS: Final = "wb_definitions"
"""The trigger before every statement that defines something, in the whole database."""


def close_definitions(sql: Connection) -> None:
    """Nobody of the centre makes, changes or drops anything (decision 020)."""
    _if_allowed(sql, f"DROP EVENT TRIGGER IF EXISTS {DEFINITIONS}")
    _if_allowed(sql, f"CREATE EVENT TRIGGER {DEFINITIONS} ON ddl_command_start"
                     " EXECUTE FUNCTION wb.refuse_definitions()")  # fmt: skip


def definitions_closed(sql: Connection) -> bool:
    """Whether that trigger stands, for every statement, and is on."""
    asked = (
        "SELECT EXISTS (SELECT 1 FROM pg_event_trigger e WHERE e.evtname = %s"
        " AND e.evtevent = 'ddl_command_start' AND e.evtenabled IN ('O', 'A') AND e.evttags IS NULL"
        " AND e.evtfoid = to_regprocedure('wb.refuse_definitions()'))"
    )
    return bool(sql.exec_driver_sql(asked, (DEFINITIONS,)).scalar_one())


def _if_allowed(sql: Connection, statement: str) -> None:
    """Who installs without being superuser cannot shut all of it; the centre check names it."""
    try:
        with sql.begin_nested():
            sql.exec_driver_sql(statement)
    except exc.ProgrammingError as trouble:
        if getattr(trouble.orig, "sqlstate", "") != "42501":
            raise


def _tables(sql: Connection) -> list[str]:
    rows = sql.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'wb' ORDER BY 1")
    found = [str(row[0]) for row in rows]
    lost = set(META.tables) - set(found) | set(DECISIONS) - set(found)
    if lost:
        raise RuntimeError(f"tables are missing: {', '.join(sorted(lost))}")
    return found


def _drop_policies(sql: Connection) -> None:
    rows = sql.exec_driver_sql(
        "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'wb'"
    )
    for table, name in rows.all():
        sql.exec_driver_sql(f'DROP POLICY "{name}" ON wb.{table}')
