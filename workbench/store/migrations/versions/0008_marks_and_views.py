"""Marks on materials, and saved views of the inbox (decision 021).

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Two new tables; nothing that is there changes."""
    op.create_table(
        "material_mark",
        sa.Column("mark_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("page", sa.BigInteger(), nullable=False),
        *(
            sa.Column(f"place_{side}", sa.Double(), nullable=False)
            for side in ("left", "top", "right", "bottom")
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("first_id", sa.BigInteger(), nullable=True),
        sa.Column("operation_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_material_mark_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["app_user.login"], name=op.f("fk_material_mark_made_by")
        ),
        sa.PrimaryKeyConstraint("mark_id", name=op.f("pk_material_mark")),
        sa.UniqueConstraint("operation_id", name=op.f("uq_material_mark_operation_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_material_mark_case_id"), "material_mark", ["case_id"])
    op.create_table(
        "saved_view",
        sa.Column("view_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["app_user.login"], name=op.f("fk_saved_view_owner")),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_saved_view_owner_name")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """The copy that was made before the upgrade is the way back."""
    raise RuntimeError("restore the copy that was made before the upgrade")
