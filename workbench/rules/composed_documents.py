"""A document as it came out of composing, and the values that go in.

:class:`Composed` crosses from paper to casework (which refuses to freeze what is not whole) and to
the shell (proof page). :func:`form_values` turns a case's stored form into the texts a template
shows; casework adds the values of the case itself (:data:`catalogue.SYSTEM_VALUES`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from workbench.rules.catalogue_records import FormField
from workbench.rules.moment import Moment, to_local
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Placement
from workbench.rules.seal_places import refuse_misplaced
from workbench.rules.words import _, listed

SAMPLE_MARK: Final = "样本 不具法律效力"
"""Stands on every page of a sample document (3.5)."""
SUIT_WORDING: Final = (
    "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，"
    "或者自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。"
)
"""The remedy paragraph of a refusal (R16, N12)."""


@dataclass(frozen=True, slots=True)
class Composed:
    """What composing gave: ``sha256`` is the hash h0 once frozen (T22).

    ``missing_glyphs`` lists characters no typeface of ours can draw, ``empty_values`` the names a
    shown block uses but that have no text. ``seal_at`` is the seal's centre in mm, ``None`` for a
    document without a seal; ``place_faults`` why it must not land there (codes of
    :data:`workbench.rules.seal_places.PLACE_FAULTS`).
    """

    pages: int
    sha256: str
    size_bytes: int
    page_width_mm: float
    page_height_mm: float
    missing_glyphs: tuple[str, ...]
    empty_values: tuple[str, ...]
    seal_at: Placement | None
    place_faults: tuple[str, ...]


def refuse_unfit(composed: Composed) -> None:
    """Raise when the document may not be frozen (T22, 3.5, R56): Refusal ``missing_glyph``,
    ``empty_value`` or ``seal_misplaced``."""
    if composed.missing_glyphs:
        shown = " ".join(f"{char} (U+{ord(char):04X})" for char in composed.missing_glyphs)
        raise Refusal(
            "missing_glyph",
            _("The document cannot be frozen: no typeface here can draw {shown}.").format(
                shown=shown
            ),
            _("Register a typeface that has the character; never replace it by another one."),
        )
    if composed.empty_values:
        raise Refusal(
            "empty_value",
            _("The document cannot be frozen: these fields are empty: {names}.").format(
                names=listed(composed.empty_values)
            ),
            _("Fill them in and look at the proof page again."),
        )
    refuse_misplaced(composed.place_faults)


def chinese_date(moment: Moment) -> str:
    """``2026年1月5日`` in local time, the form of a date of document."""
    local = to_local(moment)
    return f"{local.year}年{local.month}月{local.day}日"


def valid_until(valid_from: Moment, months: int) -> str:
    """The last day of a validity of ``months`` from that day, as :func:`chinese_date` writes it;
    an empty text for 0 months, which means without end."""
    if months < 1:
        return ""
    first = to_local(valid_from).date()
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    days = (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    last = date(year, month, min(first.day, days)) - timedelta(days=1 if first.day <= days else 0)
    return f"{last.year}年{last.month}月{last.day}日"


def form_values(fields: tuple[FormField, ...], form: Mapping[str, str]) -> dict[str, str]:
    """Field code to the Chinese text a document shows: choices by label, dates in full, yes as 是.

    A value the field's kind cannot read is kept as it stands, so that nothing gets lost.
    """
    return {field.code: _shown(field, form.get(field.code, "").strip()) for field in fields}


def _shown(field: FormField, value: str) -> str:
    if field.kind == "choice":
        return next((c.label_zh for c in field.choices if c.code == value), value)
    if field.kind == "yes_no":
        return {"yes": "是", "no": "否"}.get(value, value)
    if field.kind == "date":
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return f"{day.year}年{day.month}月{day.day}日"
    return value
