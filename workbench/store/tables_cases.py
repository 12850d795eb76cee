"""Tables of cases: the masked row, its log, its parts, its sub-tasks and its clocks (domain 4.4).

``case_file`` is a projection of the log and holds the part *meta* alone; each other part has a
table of its own with the same columns, so that a server can guard each by its own policy. Log and
parts are append-only by triggers.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy import text as sql

from workbench.rules.case import Part
from workbench.store.columns import (
    META,
    flag,
    key,
    moment,
    moment_or_none,
    number,
    text,
    text_or_none,
)

case_file: Final = Table(
    "case_file", META,
    key("case_id"), text("case_no"), text("short_no"), text("item_code"), number("item_version"),
    text("department"), text("state"), text("applicant_masked"), text("channel"), text("site"),
    text("registrar"), number("version"), text("last_hash"), text("situation"),
    text_or_none("holder"), moment_or_none("held_since"), text_or_none("reviewer"),
    text_or_none("acceptance_kind"), moment_or_none("received_at"), moment_or_none("pushed_at"),
    moment_or_none("accepted_at"), moment_or_none("decided_at"), text_or_none("decided_by"),
    text_or_none("document_no"), moment_or_none("due_at"), text_or_none("due_clock"),
    flag("immediate"), flag("exercise"), text_or_none("state_before"),
    text_or_none("origin_no"), text_or_none("follow_up_no"),
    # Beside the record: what lists are sorted by, and what already holds (house: deemed results).
    moment("sort_due"), moment_or_none("settle_at"), text_or_none("settle_to"),
    moment_or_none("settle_due"),
    text_or_none("package_id"), moment("registered_at"),
    UniqueConstraint("case_no"), UniqueConstraint("short_no"), UniqueConstraint("package_id"),
    Index(None, "department", "sort_due", "case_id"),
    # A server has both with more beside them (server_indexes).
    Index(None, "sort_due", "case_id").ddl_if(dialect="sqlite"),
    Index(None, "item_code", "case_id").ddl_if(dialect="sqlite"),
    Index(None, "state", "sort_due", "case_id"), Index(None, "site", "sort_due", "case_id"),
    Index("ix_case_file_holder", "holder", sqlite_where=sql("holder IS NOT NULL"),
          postgresql_where=sql("holder IS NOT NULL")),
    # What each visibility row finds its cases by, and what supervisors' counts are read from.
    Index(None, "department", "state"), Index(None, "state", "site", "holder", "reviewer"),
    Index("ix_case_file_reviewer", "reviewer", "state", sqlite_where=sql("reviewer IS NOT NULL"),
          postgresql_where=sql("reviewer IS NOT NULL")),
    Index("ix_case_file_decided_by", "decided_by", "decided_at", "state", "department"),
    Index("ix_case_file_origin_no", "origin_no", unique=True),
    Index("ix_case_file_settle_at", "settle_at", sqlite_where=sql("settle_at IS NOT NULL"),
          postgresql_where=sql("settle_at IS NOT NULL")),
)  # fmt: skip


def _case() -> ForeignKey:
    return ForeignKey("case_file.case_id")


event: Final = Table(
    "event", META,
    key("event_id"), number("case_id", _case()), number("seq"), text("kind"), text("actor"),
    moment("effective_at"), moment("recorded_at"), text("payload"), text("prev_hash"),
    text("hash"),
    UniqueConstraint("case_id", "seq"), Index(None, "actor", "kind", "case_id"),
    Index(None, "kind", "case_id", "actor"), Index(None, "recorded_at"),
)  # fmt: skip

operation: Final = Table(
    "operation", META,
    text("operation_id", primary_key=True), number("case_id", _case()), number("seq"),
    text("actor"),
)  # fmt: skip

case_counter: Final = Table(
    "case_counter", META,
    text("item_code"), text("day"), number("last"), PrimaryKeyConstraint("item_code", "day"),
)  # fmt: skip
"""The last sequence number given for an item and a day; gap-free, because it rolls back too."""

applicant: Final = Table(
    "applicant", META,
    number("case_id", _case(), primary_key=True), text("name"), text("id_number"),
    Index(None, "id_number"),
)  # fmt: skip
"""The real identity, apart from the case row: on a server nobody may read this table directly."""

recusal: Final = Table(
    "recusal", META,
    text("login", ForeignKey("app_user.login")), number("case_id", _case()), text("reason"),
    text("by"), moment("at"), PrimaryKeyConstraint("login", "case_id"),
)  # fmt: skip

task: Final = Table(
    "task", META,
    key("task_id"), number("case_id", _case()), text("kind"), number("no"), text("state"),
    text_or_none("department"), text_or_none("login"), text_or_none("second_login"),
    moment("opened_at"), moment_or_none("due_at"), moment_or_none("closed_at"), text("data"),
    # Taken out of ``data`` for the facts in SQL: unmet demands, planned end (or the hour of a
    # hearing), frozen document.
    number("unmet"), moment("planned_end"), text("document_id"),
    UniqueConstraint("case_id", "kind", "no"), Index(None, "kind", "state", "case_id"),
    Index(None, "kind", "department", "case_id"),
)  # fmt: skip

clock_run: Final = Table(
    "clock_run", META,
    key("run_id"), number("case_id", _case()), text("name"), number("round"),
    moment("started_at"), text("unit"), number("length"), moment("due_at"),
    moment_or_none("stopped_at"), moment_or_none("paused_at"), number("paused_us"),
    flag("provisional"), text("pauses"), text("calendar_version"),
    UniqueConstraint("case_id", "name", "round"),
)  # fmt: skip

supervision_event: Final = Table(
    "supervision_event", META,
    key("supervision_id"), number("case_id", _case()), text("kind"), text("round"),
    moment("effective_at"), moment("recorded_at"), text("responsible"),
    UniqueConstraint("case_id", "kind", "round"),
)  # fmt: skip

private_draft: Final = Table(
    "private_draft", META,
    number("case_id", _case()), text("author", ForeignKey("app_user.login")), text("move"),
    text("texts"), moment("at"),
    PrimaryKeyConstraint("case_id", "author", "move"), Index(None, "author"),
)  # fmt: skip
"""What one person typed for a step and has not made: no part, read by its author alone (E06)."""


def _part(name: str) -> Table:
    return Table(
        name, META,
        key("entry_id"), number("case_id", _case()), text("kind"), text("author"), moment("at"),
        text("code"), text("content_sha256"), text("body"), text("sha256"),
        Index(None, "case_id", "kind", "code"), Index(None, "content_sha256"),
    )  # fmt: skip


PART_TABLES: Final[dict[Part, Table]] = {
    part: _part(f"part_{part.value}")
    for part in (
        Part.FORM, Part.MATERIALS, Part.SURVEY, Part.OPINIONS, Part.NOTICES, Part.DOCUMENT,
        Part.DELIVERY, Part.OWN_TASK, Part.THREAD,
    )
}  # fmt: skip
"""One table a part; *meta* is ``case_file`` and *log* is ``event``."""
