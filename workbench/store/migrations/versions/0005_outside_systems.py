"""The outbox of outward messages and the slots of outside systems (S005, decision 012).

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Steps from before this revision tell the outside nothing; the log still holds them."""
    op.create_table(
        "exchange_outbox",
        sa.Column("message_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_exchange_outbox_case_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_exchange_outbox")),
        sa.UniqueConstraint(
            "slot", "case_id", "seq", name=op.f("uq_exchange_outbox_slot_case_id_seq")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_exchange_outbox_slot_state_message_id"),
        "exchange_outbox",
        ["slot", "state", "message_id"],
        unique=False,
    )
    op.create_table(
        "exchange_slot",
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_exchange_slot")),
    )


def downgrade() -> None:
    """The copy that was made before the upgrade is the way back."""
    raise RuntimeError("restore the copy that was made before the upgrade")
