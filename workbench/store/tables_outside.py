"""Tables of the outside world: the one outbox of every outward message, and the slots (S005).

A message is written in the transaction of the step that it tells of, whether its slot is switched
on or not, so the outbox holds all of them in order.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint

from workbench.store.columns import META, key, moment, moment_or_none, number, text

exchange_outbox: Final = Table(
    "exchange_outbox", META,
    key("message_id"), text("slot"), number("case_id", ForeignKey("case_file.case_id")),
    number("seq"), text("body"), text("sha256"), text("state"), number("tries"), moment("made_at"),
    moment_or_none("sent_at"),
    UniqueConstraint("slot", "case_id", "seq"), Index(None, "slot", "state", "message_id"),
    sqlite_autoincrement=True,
)  # fmt: skip

exchange_slot: Final = Table(
    "exchange_slot", META,
    text("slot", primary_key=True), text("folder"), text("trouble"), number("tries"),
    text("owner"), moment("lease_until"), text("changed_by"), moment("changed_at"),
)  # fmt: skip
"""A slot without a row, or without a folder, is off. ``owner`` is who hands over just now."""
