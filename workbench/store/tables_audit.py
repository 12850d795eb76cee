"""Tables of the audit days: signed records, the lists of leaves behind them, registered keys.

A closed day and its list only grow (triggers refuse the rest). The list holds hashes and numbers
alone; it makes it possible to name the entry that was changed where only the day's root is signed.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Table

from workbench.store.columns import META, moment, moment_or_none, number, raw, text

audit_key: Final = Table(
    "audit_key", META,
    text("fingerprint", primary_key=True), text("login", ForeignKey("app_user.login")),
    text("public_key"), moment("valid_from"), moment_or_none("revoked_at"),
    Index(None, "login"),
)  # fmt: skip
"""Public keys of audit administrators, in hex; the private ones never come here (R90)."""

audit_day: Final = Table(
    "audit_day", META,
    text("day", primary_key=True), text("record"), text("hash"), text("signature"),
    text("fingerprint"),
)  # fmt: skip
"""One row a closed day: the text that was signed, verbatim, with its hash and signature."""

audit_leaves: Final = Table(
    "audit_leaves", META,
    text("day"), number("piece"), raw("body"), PrimaryKeyConstraint("day", "piece"),
)  # fmt: skip
"""The leaves of a closed day in order, deflated, so many a piece (``audit_rows``)."""
