"""First revision, chapter: settings, people, letters, duty, the published catalogue.

Frozen: whatever changes later is a revision of its own. Called by ``versions/0001_first``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create() -> None:
    """Make the tables and indexes of this chapter."""
    op.create_table(
        "app_user",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("password_hash", sa.LargeBinary(), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_app_user")),
    )
    op.create_table(
        "audit_line",
        sa.Column("audit_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_line")),
    )
    op.create_table(
        "calendar",
        sa.Column("calendar_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("calendar_id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("version", name=op.f("uq_calendar_version")),
    )
    op.create_table(
        "department",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("organ_name", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("transferred_to", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_department")),
    )
    op.create_table(
        "item_material",
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("every_situation", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("item_code", "version", "code", name=op.f("pk_item_material")),
    )
    op.create_table(
        "item_material_situation",
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "item_code", "version", "code", "situation", name=op.f("pk_item_material_situation")
        ),
    )
    op.create_table(
        "item_version",
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("case_type", sa.Text(), nullable=False),
        sa.Column("major", sa.Boolean(), nullable=False),
        sa.Column("parallel", sa.Boolean(), nullable=False),
        sa.Column("survey_required", sa.Boolean(), nullable=False),
        sa.Column("wet_seal_only", sa.Boolean(), nullable=False),
        sa.Column("single_officer_immediate", sa.Boolean(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item_code", "version", name=op.f("pk_item_version")),
    )
    op.create_table(
        "publication",
        sa.Column("publication_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("build", sa.Text(), nullable=False),
        sa.Column("departments", sa.Text(), nullable=False),
        sa.Column("templates", sa.Text(), nullable=False),
        sa.Column("stamping", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_plugin"), "publication", ["plugin"], unique=False)
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "appointment",
        sa.Column("appointment_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("letter_no", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["app_user.login"], name=op.f("fk_appointment_login")),
        sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_department"), "appointment", ["department"], unique=False)
    op.create_index(
        op.f("ix_appointment_login_department"),
        "appointment",
        ["login", "department"],
        unique=False,
    )
    op.create_table(
        "authorisation",
        sa.Column("authorisation_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("all_items", sa.Boolean(), nullable=False),
        sa.Column("letter_no", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["app_user.login"], name=op.f("fk_authorisation_login")),
        sa.PrimaryKeyConstraint("authorisation_id", name=op.f("pk_authorisation")),
    )
    op.create_index(
        op.f("ix_authorisation_department"), "authorisation", ["department"], unique=False
    )
    op.create_index(
        op.f("ix_authorisation_login_department"),
        "authorisation",
        ["login", "department"],
        unique=False,
    )
    op.create_table(
        "custody_shift",
        sa.Column("custody_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("taken_over_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["app_user.login"], name=op.f("fk_custody_shift_login")),
        sa.PrimaryKeyConstraint("custody_id", name=op.f("pk_custody_shift")),
    )
    op.create_index(
        op.f("ix_custody_shift_login_end"), "custody_shift", ["login", "end"], unique=False
    )
    op.create_table(
        "duty_shift",
        sa.Column("shift_id", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("joint", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["app_user.login"], name=op.f("fk_duty_shift_login")),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_duty_shift")),
    )
    op.create_index(
        op.f("ix_duty_shift_department_end"), "duty_shift", ["department", "end"], unique=False
    )
    op.create_index(op.f("ix_duty_shift_end"), "duty_shift", ["end"], unique=False)
    op.create_index(op.f("ix_duty_shift_login_end"), "duty_shift", ["login", "end"], unique=False)
    op.create_table(
        "leave",
        sa.Column("leave_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("reason_kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["app_user.login"], name=op.f("fk_leave_login")),
        sa.PrimaryKeyConstraint("leave_id", name=op.f("pk_leave")),
    )
    op.create_index(op.f("ix_leave_login"), "leave", ["login"], unique=False)
    op.create_table(
        "membership",
        sa.Column("membership_id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("window", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["app_user.login"], name=op.f("fk_membership_login")),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_login_role"), "membership", ["login", "role"], unique=False)
    op.create_table(
        "authorisation_item",
        sa.Column("authorisation_id", sa.BigInteger(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.authorisation_id"],
            name=op.f("fk_authorisation_item_authorisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "authorisation_id", "item_code", name=op.f("pk_authorisation_item")
        ),
    )
    op.create_table(
        "authorisation_power",
        sa.Column("authorisation_id", sa.BigInteger(), nullable=False),
        sa.Column("power", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisation.authorisation_id"],
            name=op.f("fk_authorisation_power_authorisation_id"),
        ),
        sa.PrimaryKeyConstraint("authorisation_id", "power", name=op.f("pk_authorisation_power")),
    )
