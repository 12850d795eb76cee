"""The audit days: signed records, their lists of leaves, keys of audit administrators (S084).

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No day is closed yet: the first that can be is the day of the oldest entry."""
    op.create_table(
        "audit_key",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["app_user.login"], name=op.f("fk_audit_key_login")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_audit_key")),
    )
    op.create_index(op.f("ix_audit_key_login"), "audit_key", ["login"])
    op.create_table(
        "audit_day",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_day")),
    )
    op.create_table(
        "audit_leaves",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("piece", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("day", "piece", name=op.f("pk_audit_leaves")),
    )


def downgrade() -> None:
    """The copy that was made before the upgrade is the way back."""
    raise RuntimeError("restore the copy that was made before the upgrade")
