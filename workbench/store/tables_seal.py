"""Tables of the seal: the register, the ledger of presses with its chained history, wrong PINs.

A ledger line is the present state of one press; each change of it is a step, append-only and
chained, so that the line can be proved (seal design section 7).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy import text as sql

from workbench.store.columns import META, key, moment, moment_or_none, number, raw, text

seal: Final = Table(
    "seal", META,
    text("seal_id", primary_key=True), text("kind"), text("organ_name"), text("face_text"),
    text("bottom_text"), number("diameter_mm"), text("status"), moment("valid_from"),
    moment("valid_to"), text("certificate_sha256"),
)  # fmt: skip

ledger_line: Final = Table(
    "ledger_line", META,
    key("serial"), text("document_id"), number("case_id", ForeignKey("case_file.case_id")),
    text("seal_id", ForeignKey("seal.seal_id")), text("state"),
    text("custodian", ForeignKey("app_user.login")), text("owner"), moment("lease_until"),
    moment("reserved_at"), moment("changed_at"), moment_or_none("released_at"),
    text("sha256_before"), text("prepared_sha256"), text("sha256_after"), raw("digest"),
    number("hole_start"), number("hole_end"), number("page"), Column("x_mm", Float),
    Column("y_mm", Float), raw("cms"), text("signature_level"), text("void_reason"),
    # One live press a document: the index is the last word, whatever the code above it does.
    Index("uq_ledger_line_live_document", "document_id", unique=True,
          sqlite_where=sql("state <> 'VOID'"), postgresql_where=sql("state <> 'VOID'")),
    Index(None, "case_id"), Index(None, "sha256_after"),
    sqlite_autoincrement=True,
)  # fmt: skip
"""``sqlite_autoincrement``: a burned serial is never given again."""

ledger_step: Final = Table(
    "ledger_step", META,
    key("step_id"), number("serial", ForeignKey("ledger_line.serial")), number("seq"),
    text("state"), text("actor"), moment("at"), text("payload"), text("prev_hash"), text("hash"),
    UniqueConstraint("serial", "seq"),
)  # fmt: skip

pin_failure: Final = Table(
    "pin_failure", META,
    text("login", ForeignKey("app_user.login"), primary_key=True), number("in_a_row"),
    moment("last_at"),
)  # fmt: skip
