"""The register of seals with its changes, certificates and faces; copies pressed by hand; balances.

The suspensions and resumptions that stood in the audit lines become lines of the register as well;
the audit lines stay where they are.

Revision ID: 0010
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("state <> 'VOID'")
ONE_SEAL = sa.text("kind = 'approval_special' AND status = 'active' AND sole")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _seal_of(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["seal_id"], ["seal.seal_id"], name=op.f(f"fk_{table}_seal_id"))


def upgrade() -> None:
    """New columns with the value that every line has had so far, and eight tables."""
    _widen("seal", {"sole": True, "category": "", "place": "", "box": "", "key_place": "pkcs12",
                    "daily_limit": 0, "face_sha256": "", "batch_limit": 50,
                    "needs_timestamp": False})  # fmt: skip
    _widen("ledger_line", {"manner": "electronic", "copy_no": 0, "copy_kind": "",
                           "control_code": "", "scan_sha256": ""})  # fmt: skip
    op.drop_index("uq_ledger_line_live_document", "ledger_line")
    _one("uq_ledger_line_live_document", "ledger_line", ["document_id", "copy_no"], LIVE)
    _one("uq_ledger_line_control_code", "ledger_line", ["control_code"],
         sa.text("control_code <> ''"))  # fmt: skip
    _one("uq_ledger_line_live_scan", "ledger_line", ["scan_sha256"],
         sa.text("scan_sha256 <> '' AND state <> 'VOID'"))  # fmt: skip
    _one("uq_seal_one_approval_seal", "seal", ["organ_name"], ONE_SEAL)
    op.add_column("department", _moment("transferred_at", True))
    _register()
    _custody()
    _count_old_calls()
    _carry_changes_over()


def _widen(table: str, columns: dict[str, str | int | bool]) -> None:
    """A column with the value that the lines have which are there."""
    kinds: dict[type, type[sa.Text] | type[sa.BigInteger] | type[sa.Boolean]] = {
        str: sa.Text, int: sa.BigInteger, bool: sa.Boolean,
    }  # fmt: skip
    for name, value in columns.items():
        first = sa.text(f"'{value}'" if isinstance(value, str) else str(value).lower())
        op.add_column(
            table, sa.Column(name, kinds[type(value)], nullable=False, server_default=first)
        )


def _one(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(
        name, table, columns, unique=True, sqlite_where=where, postgresql_where=where
    )


def _register() -> None:
    op.create_table(
        "issuing_organ", _text("organ_name"), _text("seal_mode"),
        sa.PrimaryKeyConstraint("organ_name", name=op.f("pk_issuing_organ")),
    )  # fmt: skip
    op.create_table(
        "seal_change",
        sa.Column("change_id", NUMBER, autoincrement=True, nullable=False),
        *map(_text, ("seal_id", "step", "before", "after", "reason", "witnesses", "form", "state",
                     "actor")),
        _moment("at"), _text("decided_by"), _moment("decided_at", True), _text("decision_reason"),
        _seal_of("seal_change"),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_seal_change")),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index(op.f("ix_seal_change_seal_id"), "seal_change", ["seal_id"])
    _one("uq_seal_change_open", "seal_change", ["seal_id"], sa.text("state = 'asked'"))
    op.create_table(
        "seal_certificate", *map(_text, ("sha256", "seal_id", "pem")), _moment("valid_from"),
        _moment("valid_to"), _moment("entered_at"), _seal_of("seal_certificate"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_seal_certificate")),
    )  # fmt: skip
    op.create_index(op.f("ix_seal_certificate_seal_id"), "seal_certificate", ["seal_id"])
    op.create_table(
        "seal_face",
        sa.Column("face_id", NUMBER, autoincrement=True, nullable=False), _text("seal_id"),
        _moment("version"), _text("sha256"), _moment("diameter_mm"), _text("asked_by"),
        _text("confirmed_by"), _moment("entered_at"), _seal_of("seal_face"),
        sa.PrimaryKeyConstraint("face_id", name=op.f("pk_seal_face")),
        sa.UniqueConstraint("seal_id", "version", name=op.f("uq_seal_face_seal_id_version")),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "seal_picture", _text("sha256"), _text("stored_sha256"),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_seal_picture")),
    )  # fmt: skip
    op.create_table(
        "special_account",
        *map(_text, ("account_id", "category", "system", "login_name", "holder", "place")),
        _moment("entered_at"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_special_account")),
    )  # fmt: skip


def _custody() -> None:
    op.create_table(
        "token_use", _text("seal_id"), _moment("calls"), _moment("errors_in_a_row"),
        _moment("last_at"), _seal_of("token_use"),
        sa.PrimaryKeyConstraint("seal_id", name=op.f("pk_token_use")),
    )  # fmt: skip
    op.create_table(
        "seal_balance",
        sa.Column("balance_id", NUMBER, autoincrement=True, nullable=False),
        _text("seal_id"), _text("occasion"), _moment("at"), _text("actor"),
        *map(_moment, ("released", "void", "files", "calls", "token_count")),
        *map(_text, ("differences", "note", "receiver")), _moment("received_at", True),
        _seal_of("seal_balance"),
        sa.PrimaryKeyConstraint("balance_id", name=op.f("pk_seal_balance")),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index(op.f("ix_seal_balance_seal_id"), "seal_balance", ["seal_id"])


def _count_old_calls() -> None:
    """Every press that was signed before anybody counted was a call of its key."""
    op.execute(
        "INSERT INTO token_use (seal_id, calls, errors_in_a_row, last_at) "
        "SELECT seal_id, count(*), 0, max(changed_at) FROM ledger_line "
        "WHERE sha256_after <> '' GROUP BY seal_id"
    )


def _carry_changes_over() -> None:
    """Audit lines ``seal_suspended`` and ``seal_resumed`` as lines of the register."""
    audit = sa.table(
        "audit_line", *map(sa.column, ("audit_id", "act", "actor", "at", "detail"))
    )
    change = sa.table("seal_change", *map(sa.column, (
        "seal_id", "step", "before", "after", "reason", "witnesses", "form", "state", "actor",
        "at", "decided_by", "decided_at", "decision_reason")))  # fmt: skip
    steps = {"seal_suspended": "suspend", "seal_resumed": "resume"}
    filed = sa.select(audit).where(audit.c.act.in_(steps)).order_by(audit.c.audit_id)
    for row in op.get_bind().execute(filed).all():
        said = json.loads(row.detail)
        op.get_bind().execute(change.insert().values(
            seal_id=said["seal_id"], step=steps[row.act], before=said["before"],
            after=said["after"], reason=said["reason"], witnesses="[]", form="{}", state="done",
            actor=row.actor, at=row.at, decided_by=row.actor, decided_at=row.at,
            decision_reason="",
        ))  # fmt: skip


def downgrade() -> None:
    """The copy that was made before the upgrade is the way back."""
    raise RuntimeError("restore the copy that was made before the upgrade")
