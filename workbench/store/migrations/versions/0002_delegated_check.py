"""Which materials the department lets the window check in form (T07, decision 010).

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was published before delegates nothing."""
    with op.batch_alter_table("item_material") as table:
        table.add_column(
            sa.Column("delegated", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("item_material") as table:
        table.alter_column("delegated", server_default=None)


def downgrade() -> None:
    """The copy that was made before the upgrade is the way back."""
    raise RuntimeError("restore the copy that was made before the upgrade")
