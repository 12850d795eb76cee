"""Tables of the seal: the register with every change, the ledger of presses with its chained
history, custody, balances, and what the token was asked for.

A ledger line is the present state of one press; each change of it is a step, append-only and
chained, so that the line can be proved (seal design section 7).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy import text as sql

from workbench.store.columns import META, flag, key, moment, moment_or_none, number, raw, text

seal: Final = Table(
    "seal", META,
    text("seal_id", primary_key=True), text("kind"), text("organ_name"), text("face_text"),
    text("bottom_text"), number("diameter_mm"), text("status"), moment("valid_from"),
    moment("valid_to"), text("certificate_sha256"), flag("sole", server_default=sql("true")),
    *(text(name, server_default=sql("''")) for name in ("category", "place", "box")),
    text("key_place", server_default=sql("'pkcs12'")),
    number("daily_limit", server_default=sql("0")), text("face_sha256", server_default=sql("''")),
    number("batch_limit", server_default=sql("50")),
    flag("needs_timestamp", server_default=sql("false")),
    # S166: the index is the last word, whoever brings a second approval seal into use at once.
    Index("uq_seal_one_approval_seal", "organ_name", unique=True,
          sqlite_where=sql("kind = 'approval_special' AND status = 'active' AND sole"),
          postgresql_where=sql("kind = 'approval_special' AND status = 'active' AND sole")),
)  # fmt: skip

issuing_organ: Final = Table(
    "issuing_organ", META, text("organ_name", primary_key=True), text("seal_mode"),
)  # fmt: skip
"""Whether an organ works with one approval seal or with many; without a line it has one."""

seal_change: Final = Table(
    "seal_change", META,
    key("change_id"), text("seal_id", ForeignKey("seal.seal_id")), text("step"), text("before"),
    text("after"), text("reason"), text("witnesses"), text("form"), text("state"), text("actor"),
    moment("at"), text("decided_by"), moment_or_none("decided_at"), text("decision_reason"),
    Index(None, "seal_id"),
    # One question at a time about a seal: two people answering two of them would contradict.
    Index("uq_seal_change_open", "seal_id", unique=True,
          sqlite_where=sql("state = 'asked'"), postgresql_where=sql("state = 'asked'")),
)  # fmt: skip
"""``witnesses`` and ``form`` are canonical texts; a change of one person is ``done`` at once."""

seal_certificate: Final = Table(
    "seal_certificate", META,
    text("sha256", primary_key=True), text("seal_id", ForeignKey("seal.seal_id")), text("pem"),
    moment("valid_from"), moment("valid_to"), moment("entered_at"), Index(None, "seal_id"),
)  # fmt: skip
"""Every certificate a seal ever had: what was sealed with an old one is verified against it."""

seal_face: Final = Table(
    "seal_face", META,
    key("face_id"), text("seal_id", ForeignKey("seal.seal_id")), number("version"), text("sha256"),
    number("diameter_mm"), text("asked_by"), text("confirmed_by"), moment("entered_at"),
    UniqueConstraint("seal_id", "version"),
)  # fmt: skip
"""The filed impressions (印模) of a seal; the picture itself stands in the content store."""

seal_picture: Final = Table(
    "seal_picture", META,
    text("sha256", primary_key=True), text("stored_sha256"), raw("key"),
)  # fmt: skip
"""Of a centre on a file: which stored file holds the picture of that name, encrypted, and its key.
A server keeps the keys of all files (``content_blob``); there this table is empty."""

special_account: Final = Table(
    "special_account", META,
    text("account_id", primary_key=True), text("category"), text("system"), text("login_name"),
    text("holder"), text("place"), moment("entered_at"),
)  # fmt: skip
"""Accounts at other systems (S019): who holds which and where. Never a password."""

token_use: Final = Table(
    "token_use", META,
    text("seal_id", ForeignKey("seal.seal_id"), primary_key=True), number("calls"),
    number("errors_in_a_row"), moment("last_at"),
)  # fmt: skip
"""How often a key was asked to sign, counted before it is asked, so never below the ledger."""

seal_balance: Final = Table(
    "seal_balance", META,
    key("balance_id"), text("seal_id", ForeignKey("seal.seal_id")), text("occasion"),
    moment("at"), text("actor"), number("released"), number("void"), number("files"),
    number("calls"), number("token_count"), text("differences"), text("note"), text("receiver"),
    moment_or_none("received_at"), Index(None, "seal_id"),
)  # fmt: skip
"""A count of ledger against files against token: ``day`` each evening, ``hand_over`` at a shift's
end, where ``receiver`` takes the seal over with that balance."""

ledger_line: Final = Table(
    "ledger_line", META,
    key("serial"), text("document_id"), number("case_id", ForeignKey("case_file.case_id")),
    text("seal_id", ForeignKey("seal.seal_id")), text("state"),
    text("custodian", ForeignKey("app_user.login")), text("owner"), moment("lease_until"),
    moment("reserved_at"), moment("changed_at"), moment_or_none("released_at"),
    text("sha256_before"), text("prepared_sha256"), text("sha256_after"), raw("digest"),
    number("hole_start"), number("hole_end"), number("page"), Column("x_mm", Float),
    Column("y_mm", Float), raw("cms"), text("signature_level"), text("void_reason"),
    text("manner", server_default=sql("'electronic'")), number("copy_no", server_default=sql("0")),
    *(text(name, server_default=sql("''")) for name in
      ("copy_kind", "control_code", "scan_sha256")),
    # One live press a copy: the index is the last word, whatever the code above it does. What is
    # sealed electronically has copy 0.
    Index("uq_ledger_line_live_document", "document_id", "copy_no", unique=True,
          sqlite_where=sql("state <> 'VOID'"), postgresql_where=sql("state <> 'VOID'")),
    Index("uq_ledger_line_control_code", "control_code", unique=True,
          sqlite_where=sql("control_code <> ''"), postgresql_where=sql("control_code <> ''")),
    # One scan proves one copy.
    Index("uq_ledger_line_live_scan", "scan_sha256", unique=True,
          sqlite_where=sql("scan_sha256 <> '' AND state <> 'VOID'"),
          postgresql_where=sql("scan_sha256 <> '' AND state <> 'VOID'")),
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
