"""Tables of what people put beside the work: marks on materials and saved views of the inbox.

No record of a case: nothing here is an event, decides anything or goes into an archive (decision
021). Marks belong to the part *materials*, views to whoever saved them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint

from workbench.store.columns import (
    META,
    flag,
    fraction,
    key,
    moment,
    moment_or_none,
    number,
    number_or_none,
    text,
)

material_mark: Final = Table(
    "material_mark", META,
    key("mark_id"), number("case_id", ForeignKey("case_file.case_id")), text("sha256"),
    number("page"), fraction("place_left"), fraction("place_top"), fraction("place_right"),
    fraction("place_bottom"), text("kind"), text("words"), text("field"),
    text("made_by", ForeignKey("app_user.login")), moment("made_at"), moment("written_at"),
    moment_or_none("removed_at"), number_or_none("first_id"), text("operation_id"),
    UniqueConstraint("operation_id"), Index(None, "case_id"), sqlite_autoincrement=True,
)  # fmt: skip
"""One wording of a mark. Other words are another row with the ``first_id`` of the mark; what is
removed or reworded stays with ``removed_at``. A retry bears the number of its operation."""

saved_view: Final = Table(
    "saved_view", META,
    key("view_id"), text("owner", ForeignKey("app_user.login")), text("name"), flag("shared"),
    text("body"), moment("saved_at"), UniqueConstraint("owner", "name"),
    sqlite_autoincrement=True,
)  # fmt: skip
"""A question to the inbox under a name: group, order and filter as canonical JSON."""
