"""When a case is due once its deemed change holds: what lists are sorted by from then on.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A case of before keeps its old place in the lists until its next step."""
    with op.batch_alter_table("case_file") as table:
        table.add_column(sa.Column("settle_due", sa.BigInteger(), nullable=True))
    op.execute("UPDATE case_file SET settle_due = sort_due WHERE settle_at IS NOT NULL")


def downgrade() -> None:
    """The copy that was made before the upgrade is the way back."""
    raise RuntimeError("restore the copy that was made before the upgrade")
