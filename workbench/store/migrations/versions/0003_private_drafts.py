"""Private drafts: what somebody typed for a step and has not made yet (E06, decision 011).

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table; nothing that is there changes."""
    op.create_table(
        "private_draft",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_private_draft_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["author"], ["app_user.login"], name=op.f("fk_private_draft_author")
        ),
        sa.PrimaryKeyConstraint("case_id", "author", "move", name=op.f("pk_private_draft")),
    )
    op.create_index(op.f("ix_private_draft_author"), "private_draft", ["author"])


def downgrade() -> None:
    """The copy that was made before the upgrade is the way back."""
    raise RuntimeError("restore the copy that was made before the upgrade")
