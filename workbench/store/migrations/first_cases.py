"""First revision, chapter: cases, their log, sub-tasks and clocks.

Frozen: whatever changes later is a revision of its own. Called by ``versions/0001_first``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create() -> None:
    """Make the tables and indexes of this chapter."""
    op.create_table(
        "case_counter",
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("item_code", "day", name=op.f("pk_case_counter")),
    )
    op.create_table(
        "case_file",
        sa.Column("case_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("short_no", sa.Text(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("item_version", sa.BigInteger(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("applicant_masked", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("registrar", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("held_since", sa.BigInteger(), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("acceptance_kind", sa.Text(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("pushed_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("document_no", sa.Text(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("due_clock", sa.Text(), nullable=True),
        sa.Column("immediate", sa.Boolean(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("state_before", sa.Text(), nullable=True),
        sa.Column("sort_due", sa.BigInteger(), nullable=False),
        sa.Column("settle_at", sa.BigInteger(), nullable=True),
        sa.Column("settle_to", sa.Text(), nullable=True),
        sa.Column("package_id", sa.Text(), nullable=True),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("case_no", name=op.f("uq_case_file_case_no")),
        sa.UniqueConstraint("package_id", name=op.f("uq_case_file_package_id")),
        sa.UniqueConstraint("short_no", name=op.f("uq_case_file_short_no")),
    )
    op.create_index(
        "ix_case_file_decided_by",
        "case_file",
        ["decided_by", "decided_at", "state", "department"],
        unique=False,
    )
    op.create_index(
        op.f("ix_case_file_department_sort_due_case_id"),
        "case_file",
        ["department", "sort_due", "case_id"],
        unique=False,
    )
    for columns in (["department", "state"], ["state", "site", "holder", "reviewer"]):
        op.create_index(op.f(f"ix_case_file_{'_'.join(columns)}"), "case_file", columns)
    op.create_index(
        "ix_case_file_holder",
        "case_file",
        ["holder"],
        unique=False,
        sqlite_where=sa.text("holder IS NOT NULL"),
        postgresql_where=sa.text("holder IS NOT NULL"),
    )
    op.create_index(
        "ix_case_file_reviewer",
        "case_file",
        ["reviewer", "state"],
        unique=False,
        sqlite_where=sa.text("reviewer IS NOT NULL"),
        postgresql_where=sa.text("reviewer IS NOT NULL"),
    )
    op.create_index(
        "ix_case_file_settle_at",
        "case_file",
        ["settle_at"],
        unique=False,
        sqlite_where=sa.text("settle_at IS NOT NULL"),
        postgresql_where=sa.text("settle_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_case_file_site_sort_due_case_id"),
        "case_file",
        ["site", "sort_due", "case_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_case_file_sort_due_case_id"), "case_file", ["sort_due", "case_id"], unique=False
    )
    op.create_index(
        op.f("ix_case_file_state_sort_due_case_id"),
        "case_file",
        ["state", "sort_due", "case_id"],
        unique=False,
    )
    op.create_table(
        "applicant",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_applicant_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_applicant")),
    )
    op.create_index(op.f("ix_applicant_id_number"), "applicant", ["id_number"], unique=False)
    op.create_table(
        "clock_run",
        sa.Column("run_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_us", sa.BigInteger(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("pauses", sa.Text(), nullable=False),
        sa.Column("calendar_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_clock_run_case_id")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_clock_run")),
        sa.UniqueConstraint(
            "case_id", "name", "round", name=op.f("uq_clock_run_case_id_name_round")
        ),
    )
    op.create_table(
        "event",
        sa.Column("event_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_event_case_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_event_case_id_seq")),
    )
    op.create_index(
        op.f("ix_event_actor_kind_case_id"), "event", ["actor", "kind", "case_id"], unique=False
    )
    op.create_index(
        op.f("ix_event_kind_case_id_actor"), "event", ["kind", "case_id", "actor"], unique=False
    )
    op.create_index(op.f("ix_event_recorded_at"), "event", ["recorded_at"], unique=False)
    op.create_table(
        "operation",
        sa.Column("operation_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_operation_case_id")
        ),
        sa.PrimaryKeyConstraint("operation_id", name=op.f("pk_operation")),
    )
    op.create_table(
        "recusal",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_recusal_case_id")
        ),
        sa.ForeignKeyConstraint(["login"], ["app_user.login"], name=op.f("fk_recusal_login")),
        sa.PrimaryKeyConstraint("login", "case_id", name=op.f("pk_recusal")),
    )
    op.create_table(
        "supervision_event",
        sa.Column("supervision_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.case_id"], name=op.f("fk_supervision_event_case_id")
        ),
        sa.PrimaryKeyConstraint("supervision_id", name=op.f("pk_supervision_event")),
        sa.UniqueConstraint(
            "case_id", "kind", "round", name=op.f("uq_supervision_event_case_id_kind_round")
        ),
    )
    op.create_table(
        "task",
        sa.Column("task_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("second_login", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("unmet", sa.BigInteger(), nullable=False),
        sa.Column("planned_end", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_task_case_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_task")),
        sa.UniqueConstraint("case_id", "kind", "no", name=op.f("uq_task_case_id_kind_no")),
    )
    op.create_index(
        op.f("ix_task_kind_state_case_id"), "task", ["kind", "state", "case_id"], unique=False
    )
    op.create_index(
        op.f("ix_task_kind_department_case_id"), "task", ["kind", "department", "case_id"]
    )
