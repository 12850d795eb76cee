"""What lists are sorted by beside the due moment: items, receipt, who holds the case.

Revision ID: 0009
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_case_file_received": "coalesce(received_at, 4611686018427387904)",
    "ix_case_file_held": "coalesce(holder, '')",
}


def upgrade() -> None:
    """Indexes alone. Those of expressions are written out; a server has its own of them, with the
    columns that policies ask (``server_indexes``)."""
    if op.get_bind().dialect.name == "sqlite":
        op.create_index(
            op.f("ix_case_file_item_code_case_id"), "case_file", ["item_code", "case_id"]
        )
        for name, expression in INDEXES.items():
            op.execute(f"CREATE INDEX {name} ON case_file ({expression}, case_id)")


def downgrade() -> None:
    """The copy that was made before the upgrade is the way back."""
    raise RuntimeError("restore the copy that was made before the upgrade")
