"""First revision, chapter: one table for each part of a case.

Frozen: whatever changes later is a revision of its own. Called by ``versions/0001_first``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create() -> None:
    """Make the tables and indexes of this chapter."""
    op.create_table(
        "part_delivery",
        sa.Column("entry_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_part_delivery_case_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_part_delivery")),
    )
    op.create_index(
        op.f("ix_part_delivery_case_id_kind_code"),
        "part_delivery",
        ["case_id", "kind", "code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_part_delivery_content_sha256"), "part_delivery", ["content_sha256"], unique=False
    )
    op.create_table(
        "part_document",
        sa.Column("entry_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_part_document_case_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_part_document")),
    )
    op.create_index(
        op.f("ix_part_document_case_id_kind_code"),
        "part_document",
        ["case_id", "kind", "code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_part_document_content_sha256"), "part_document", ["content_sha256"], unique=False
    )
    op.create_table(
        "part_form",
        sa.Column("entry_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_part_form_case_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_part_form")),
    )
    op.create_index(
        op.f("ix_part_form_case_id_kind_code"),
        "part_form",
        ["case_id", "kind", "code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_part_form_content_sha256"), "part_form", ["content_sha256"], unique=False
    )
    op.create_table(
        "part_materials",
        sa.Column("entry_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_part_materials_case_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_part_materials")),
    )
    op.create_index(
        op.f("ix_part_materials_case_id_kind_code"),
        "part_materials",
        ["case_id", "kind", "code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_part_materials_content_sha256"), "part_materials", ["content_sha256"], unique=False
    )
    op.create_table(
        "part_notices",
        sa.Column("entry_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_part_notices_case_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_part_notices")),
    )
    op.create_index(
        op.f("ix_part_notices_case_id_kind_code"),
        "part_notices",
        ["case_id", "kind", "code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_part_notices_content_sha256"), "part_notices", ["content_sha256"], unique=False
    )
    op.create_table(
        "part_opinions",
        sa.Column("entry_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_part_opinions_case_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_part_opinions")),
    )
    op.create_index(
        op.f("ix_part_opinions_case_id_kind_code"),
        "part_opinions",
        ["case_id", "kind", "code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_part_opinions_content_sha256"), "part_opinions", ["content_sha256"], unique=False
    )
    op.create_table(
        "part_own_task",
        sa.Column("entry_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_part_own_task_case_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_part_own_task")),
    )
    op.create_index(
        op.f("ix_part_own_task_case_id_kind_code"),
        "part_own_task",
        ["case_id", "kind", "code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_part_own_task_content_sha256"), "part_own_task", ["content_sha256"], unique=False
    )
    op.create_table(
        "part_survey",
        sa.Column("entry_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_part_survey_case_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_part_survey")),
    )
    op.create_index(
        op.f("ix_part_survey_case_id_kind_code"),
        "part_survey",
        ["case_id", "kind", "code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_part_survey_content_sha256"), "part_survey", ["content_sha256"], unique=False
    )
    op.create_table(
        "part_thread",
        sa.Column("entry_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_part_thread_case_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_part_thread")),
    )
    op.create_index(
        op.f("ix_part_thread_case_id_kind_code"),
        "part_thread",
        ["case_id", "kind", "code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_part_thread_content_sha256"), "part_thread", ["content_sha256"], unique=False
    )
