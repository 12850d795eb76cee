"""A transferred case and its follow-up name each other (T11).

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Cases that were there before were taken over from nowhere."""
    op.add_column("case_file", sa.Column("origin_no", sa.Text(), nullable=True))
    op.add_column("case_file", sa.Column("follow_up_no", sa.Text(), nullable=True))
    op.create_index("ix_case_file_origin_no", "case_file", ["origin_no"], unique=True)


def downgrade() -> None:
    """The copy that was made before the upgrade is the way back."""
    raise RuntimeError("restore the copy that was made before the upgrade")
