"""Tables of the centre itself: settings, people, letters, duty, custody, the published catalogue.

Rows and records are apart: ``people_rows`` and ``publishing`` translate. No table of this file
holds anything about a case.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from workbench.store.columns import (
    META,
    flag,
    key,
    moment,
    moment_or_none,
    number,
    raw,
    text,
    text_or_none,
)

setting: Final = Table("setting", META, text("name", primary_key=True), text("value"))

app_user: Final = Table(
    "app_user", META,
    text("login", primary_key=True), text("name_zh"), text("name_en"),
    text_or_none("department"), text_or_none("site"),
    raw("salt"), raw("password_hash"),
    number("failures"), moment_or_none("locked_until"),
)  # fmt: skip

department: Final = Table(
    "department", META,
    text("code", primary_key=True), text("name_zh"), text("name_en"), text("organ_name"),
    text("credit_code"), text("kind"), text_or_none("transferred_to"),
    moment_or_none("transferred_at"),
)  # fmt: skip


def _person() -> ForeignKey:
    return ForeignKey("app_user.login")


membership: Final = Table(
    "membership", META,
    key("membership_id"), text("login", _person()), text("role"),
    text_or_none("department"), text_or_none("site"), text_or_none("window"),
    moment("valid_from"), moment("valid_to"),
    Index(None, "login", "role"),
)  # fmt: skip

appointment: Final = Table(
    "appointment", META,
    key("appointment_id"), text("login", _person()), text("department"), text("post"),
    text("letter_no"), moment("valid_from"), moment("valid_to"), moment_or_none("revoked_at"),
    Index(None, "login", "department"), Index(None, "department"),
)  # fmt: skip

authorisation: Final = Table(
    "authorisation", META,
    key("authorisation_id"), text("login", _person()), text("department"), flag("all_items"),
    text("letter_no"), moment("valid_from"), moment("valid_to"), moment_or_none("revoked_at"),
    Index(None, "login", "department"), Index(None, "department"),
)  # fmt: skip

authorisation_item: Final = Table(
    "authorisation_item", META,
    number("authorisation_id", ForeignKey("authorisation.authorisation_id")), text("item_code"),
    PrimaryKeyConstraint("authorisation_id", "item_code"),
)  # fmt: skip

authorisation_power: Final = Table(
    "authorisation_power", META,
    number("authorisation_id", ForeignKey("authorisation.authorisation_id")), text("power"),
    PrimaryKeyConstraint("authorisation_id", "power"),
)  # fmt: skip

duty_shift: Final = Table(
    "duty_shift", META,
    text("shift_id", primary_key=True), text("department"), text("login", _person()),
    moment("start"), moment("end"), text("kind"), flag("joint"), text("created_by"),
    moment_or_none("published_at"), text("place"),
    Index(None, "login", "end"), Index(None, "department", "end"), Index(None, "end"),
)  # fmt: skip

leave: Final = Table(
    "leave", META,
    key("leave_id"), text("login", _person()), moment("start"), moment("end"),
    text("reason_kind"), Index(None, "login"),
)  # fmt: skip

custody_shift: Final = Table(
    "custody_shift", META,
    key("custody_id"), text("login", _person()), moment("start"), moment("end"),
    moment_or_none("taken_over_at"), Index(None, "login", "end"),
)  # fmt: skip

publication: Final = Table(
    "publication", META,
    key("publication_id"), text("plugin"), text("version"), text("build"), text("departments"),
    text("templates"), text("stamping"), moment("published_at"), text("published_by"),
    Index(None, "plugin"),
)  # fmt: skip
"""What a plugin published, each time it did; the newest of a plugin is in force."""

item_version: Final = Table(
    "item_version", META,
    text("item_code"), number("version"), text("department"), text("name_zh"), text("name_en"),
    text("state"), text("case_type"), flag("major"), flag("parallel"), flag("survey_required"),
    flag("wet_seal_only"), flag("single_officer_immediate"),
    text("canonical"), text("sha256"), moment("published_at"), text("published_by"),
    PrimaryKeyConstraint("item_code", "version"),
)  # fmt: skip

item_material: Final = Table(
    "item_material", META,
    text("item_code"), number("version"), text("code"), text("source"), text("need"),
    flag("every_situation"), flag("delegated"),
    PrimaryKeyConstraint("item_code", "version", "code"),
)  # fmt: skip

item_material_situation: Final = Table(
    "item_material_situation", META,
    text("item_code"), number("version"), text("code"), text("situation"),
    PrimaryKeyConstraint("item_code", "version", "code", "situation"),
)  # fmt: skip

calendar: Final = Table(
    "calendar", META,
    key("calendar_id"), text("version"), text("plan"), moment("published_at"),
    text("published_by"), UniqueConstraint("version"),
)  # fmt: skip

audit_line: Final = Table(
    "audit_line", META,
    key("audit_id"), moment("at"), text("actor"), text("act"), text("detail"),
)  # fmt: skip
"""What was done to the centre that is no case: roster, publishing, sign-in. Append-only."""
