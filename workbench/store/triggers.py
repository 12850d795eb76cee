"""Triggers that refuse to change what only grows, and the check that they are still there.

SQLite's way of altering a table drops its triggers without a word, so every migration recreates
them at its end and asserts the list; ``centre check`` asserts it again.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect

from workbench.store.tables import APPEND_ONLY


def wanted() -> dict[str, str]:
    """Trigger name -> the statement that makes it, for SQLite."""
    made = {}
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            name = f"{table}_no_{verb}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    return made


def recreate(connection: Connection) -> None:
    """Drop and make every trigger anew, then assert that all are there.

    At an older revision some tables are still to come; their triggers come with the newest one.
    """
    tables = set(inspect(connection).get_table_names())
    there = {name: text for name, text in wanted().items() if name.rsplit("_no_", 1)[0] in tables}
    for name, statement in there.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(statement)
    lost = [name for name in missing(connection) if name in there]
    if lost:
        raise RuntimeError(f"triggers are missing after the migration: {', '.join(lost)}")


def missing(connection: Connection) -> tuple[str, ...]:
    """Names of triggers that are not there, or that say something else than they should."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    there = {str(name): str(statement) for name, statement in rows}
    return tuple(name for name, statement in wanted().items() if there.get(name) != statement)
