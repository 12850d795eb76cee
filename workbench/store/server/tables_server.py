"""Tables that only a server has: what its interpreters read, written from ``rules`` and the shelf.

A centre's own tables (``store.tables``) are the same on both engines; these stand beside them in
the same schema, so that PL/pgSQL finds limits, working days and the flow as rows. Filled by
``server.install`` and whoever publishes.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from workbench.store.columns import META

SERVER: Final = MetaData(naming_convention=META.naming_convention)

flow_row: Final = Table(
    "flow_row", SERVER,
    Column("row_no", Integer, primary_key=True, autoincrement=False),
    Column("row_id", Text, nullable=False),
    Column("move", Text, nullable=False),
    Column("from_states", ARRAY(Text), nullable=False),
    Column("to_state", Text),
    Column("duty", Text),
    Column("changes_due", Boolean, nullable=False),
    Column("changes_stage", Boolean, nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("entries", ARRAY(Text), nullable=False),
    Index(None, "move"),
)  # fmt: skip
"""One row of the case flow (``rules.case_flow``) as the verb reads it. ``changes_due`` and
``changes_stage``: whether the step can change a due moment, or the public stage, at all."""

flow_text: Final = Table(
    "flow_text", SERVER,
    Column("row_no", Integer, primary_key=True, autoincrement=False),
    Column("canonical", JSONB, nullable=False),
)  # fmt: skip
"""The whole row with its guards and effects, from which its functions were made."""

entry_kind: Final = Table(
    "entry_kind", SERVER,
    Column("kind", Text, primary_key=True), Column("part", Text, nullable=False),
    Column("with_content", Boolean, nullable=False),
)  # fmt: skip
"""To which part a kind of content belongs, and whether it names a stored file."""

item_limit: Final = Table(
    "item_limit", SERVER,
    Column("item_code", Text, nullable=False), Column("version", BigInteger, nullable=False),
    Column("clock", Text, nullable=False), Column("length", Integer, nullable=False),
    Column("unit", Text, nullable=False),
    PrimaryKeyConstraint("item_code", "version", "clock"),
)  # fmt: skip
"""How long each clock runs for an item version; no row where it does not run at all."""

role_group: Final = Table(
    "role_group", SERVER,
    Column("role", Text, primary_key=True), Column("kind", Text),
)  # fmt: skip
"""Every role of ``rules.people`` with the kind of post whose group plans its policies."""

role_exclusion: Final = Table(
    "role_exclusion", SERVER,
    Column("role", Text, nullable=False), Column("excludes", Text, nullable=False),
    PrimaryKeyConstraint("role", "excludes"),
)  # fmt: skip
"""Which roles cannot meet in one person (R90, domain 3.6), both ways round."""

longest_procedure: Final = Table(
    "longest_procedure", SERVER,
    Column("kind", Text, primary_key=True), Column("days", Integer, nullable=False),
    Column("word", Text, nullable=False),
)  # fmt: skip
"""How long each special procedure may stop the clocks (R23, T14)."""

calendar_frame: Final = Table(
    "calendar_frame", SERVER,
    Column("calendar_id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Text, nullable=False),
    Column("first_day", Date, nullable=False), Column("last_day", Date, nullable=False),
)  # fmt: skip
"""From when to when a calendar reaches."""

calendar_day: Final = Table(
    "calendar_day", SERVER,
    Column("calendar_id", BigInteger, nullable=False), Column("day", Date, nullable=False),
    Column("worked", Boolean, nullable=False), Column("ordinal", Integer, nullable=False),
    Column("opens_at", BigInteger, nullable=False), Column("closes_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("calendar_id", "day"),
)  # fmt: skip
"""Every day within reach: whether it counts, working days up to and including it, office hours."""

calendar_year: Final = Table(
    "calendar_year", SERVER,
    Column("calendar_id", BigInteger, nullable=False), Column("year", Integer, nullable=False),
    PrimaryKeyConstraint("calendar_id", "year"),
)  # fmt: skip
"""The years whose notice is loaded."""

working_day: Final = Table(
    "working_day", SERVER,
    Column("calendar_id", BigInteger, nullable=False), Column("ordinal", Integer, nullable=False),
    Column("day", Date, nullable=False),
    PrimaryKeyConstraint("calendar_id", "ordinal"),
)  # fmt: skip
"""The working days in order, numbered from 1."""

office_span: Final = Table(
    "office_span", SERVER,
    Column("calendar_id", BigInteger, nullable=False),
    Column("start_at", BigInteger, nullable=False), Column("end_at", BigInteger, nullable=False),
    Column("before_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("calendar_id", "start_at"), UniqueConstraint("calendar_id", "before_us"),
)  # fmt: skip
"""Each stretch of open office with all office time before it, in microseconds."""

public_stage: Final = Table(
    "public_stage", SERVER,
    Column("state", Text, nullable=False), Column("survey_open", Boolean, nullable=False),
    Column("review_begun", Boolean, nullable=False), Column("stage", Text, nullable=False),
    PrimaryKeyConstraint("state", "survey_open", "review_begun"),
)  # fmt: skip
"""What the public is told of a state (S083, ``rules.case.public_stage``)."""

review_kind: Final = Table("review_kind", SERVER, Column("move", Text, primary_key=True))
"""The moves after which a case counts as under review (``rules.outside.REVIEW_KINDS``)."""

public_message: Final = Table(
    "public_message", SERVER,
    Column("move", Text, primary_key=True), Column("notice", Text, nullable=False),
    Column("text", Text, nullable=False),
)  # fmt: skip
"""What an applicant is told of a step, and the document it goes with (``rules.outside.TEXTS``)."""

content_blob: Final = Table(
    "content_blob", SERVER,
    Column("sha256", Text, primary_key=True), Column("bytes", BigInteger, nullable=False),
    Column("stored_at", BigInteger, nullable=False), Column("key", LargeBinary),
)  # fmt: skip
"""The stored files by the SHA-256 of their bytes; the bytes themselves stand outside, encrypted
with the key. Without a key nothing of it can be released."""

content_brought: Final = Table(
    "content_brought", SERVER,
    Column("sha256", Text, nullable=False), Column("login", Text, nullable=False),
    Column("at", BigInteger, nullable=False), PrimaryKeyConstraint("sha256", "login"),
)  # fmt: skip
"""Who has shown that he has the bytes: only he, or who sees them, may point an entry to them."""

office_operation: Final = Table(
    "office_operation", SERVER,
    Column("operation_id", Text, primary_key=True), Column("actor", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
)  # fmt: skip
"""What was done to the centre itself, and answered: asked again, it is not done again."""

case_opening: Final = Table(
    "case_opening", SERVER,
    Column("pid", Integer, primary_key=True, autoincrement=False),
    Column("login", Text, nullable=False), Column("case_id", BigInteger, nullable=False),
)  # fmt: skip
"""Which case stands on the screen of a session (decision note 019). No record of anything: the line
goes with the session, and whatever a killed one has left counts for nothing."""

task_kind: Final = Table(
    "task_kind", SERVER,
    Column("kind", Text, primary_key=True), Column("part", Text, nullable=False),
)  # fmt: skip
"""By which part a kind of sub-task is seen (``case_views.TASK_PARTS``)."""
