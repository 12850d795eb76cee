"""First revision, chapter: seals, the ledger of presses, wrong PINs.

Frozen: whatever changes later is a revision of its own. Called by ``versions/0001_first``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create() -> None:
    """Make the tables and indexes of this chapter."""
    op.create_table(
        "seal",
        sa.Column("seal_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organ_name", sa.Text(), nullable=False),
        sa.Column("face_text", sa.Text(), nullable=False),
        sa.Column("bottom_text", sa.Text(), nullable=False),
        sa.Column("diameter_mm", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=False),
        sa.Column("certificate_sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seal_id", name=op.f("pk_seal")),
    )
    op.create_table(
        "ledger_line",
        sa.Column("serial", NUMBER, autoincrement=True, nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seal_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("custodian", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("reserved_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("sha256_before", sa.Text(), nullable=False),
        sa.Column("prepared_sha256", sa.Text(), nullable=False),
        sa.Column("sha256_after", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("hole_start", sa.BigInteger(), nullable=False),
        sa.Column("hole_end", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.BigInteger(), nullable=False),
        sa.Column("x_mm", sa.Float(), nullable=True),
        sa.Column("y_mm", sa.Float(), nullable=True),
        sa.Column("cms", sa.LargeBinary(), nullable=True),
        sa.Column("signature_level", sa.Text(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_ledger_line_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian"], ["app_user.login"], name=op.f("fk_ledger_line_custodian")
        ),
        sa.ForeignKeyConstraint(["seal_id"], ["seal.seal_id"], name=op.f("fk_ledger_line_seal_id")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_ledger_line")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ledger_line_case_id"), "ledger_line", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_ledger_line_sha256_after"), "ledger_line", ["sha256_after"], unique=False
    )
    op.create_index(
        "uq_ledger_line_live_document",
        "ledger_line",
        ["document_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'VOID'"),
        postgresql_where=sa.text("state <> 'VOID'"),
    )
    op.create_table(
        "pin_failure",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("in_a_row", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["app_user.login"], name=op.f("fk_pin_failure_login")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_pin_failure")),
    )
    op.create_table(
        "ledger_step",
        sa.Column("step_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["serial"], ["ledger_line.serial"], name=op.f("fk_ledger_step_serial")
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_ledger_step")),
        sa.UniqueConstraint("serial", "seq", name=op.f("uq_ledger_step_serial_seq")),
    )
