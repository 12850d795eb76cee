"""Alembic's door: runs the revisions on the connection that ``store.schema`` hands in.

The transaction is the caller's. After every upgrade the append-only triggers are made anew and
asserted, because SQLite drops a table's triggers when the table is altered.
"""

from __future__ import annotations

from alembic import context

from workbench.store import triggers
from workbench.store.tables import META

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=META, render_as_batch=True, transactional_ddl=True
)
context.run_migrations()
if connection is not None and connection.dialect.name == "sqlite":
    triggers.recreate(connection)
