"""Tables that only a server has: what its interpreters read, written from ``rules`` and the shelf.

A centre's own tables (``store.tables``) are the same on both engines; these stand beside them in the
same schema, so that PL/pgSQL finds limits, working days and the flow as rows. Filled by
``server.install`` and whoever publishes.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
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
    Column("fields", ARRAY(Text), nullable=False),
    Column("entries", ARRAY(Text), nullable=False),
    Column("effects", JSONB, nullable=False),
    Column("canonical", JSONB, nullable=False),
)  # fmt: skip
"""One row of the case flow (``rules.case_flow``), its effects as data."""

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
    Column("opens_minute", Integer, nullable=False),
    Column("closes_minute", Integer, nullable=False),
)  # fmt: skip
"""From when to when a calendar reaches, and its usual office hours in minutes after midnight."""

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
    PrimaryKeyConstraint("calendar_id", "start_at"),
)  # fmt: skip
"""Each stretch of open office with all office time before it, in microseconds."""
