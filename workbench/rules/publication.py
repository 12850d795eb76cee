"""What a department publishes for the seal: offers and pre-press checks as data, and the whole.

Records only, because a session signed in as custodian admits no department code (house section 1):
the seal desk and the seal worker read these from the centre's database. Made by the plugin
interface, collected by hosting, stored by the store, read by the shell and by casework.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from workbench.rules.catalogue import DocumentTemplate, ItemVersion, SealPlacement

PRESS_RULES: Final = ("filled", "equals", "same_as", "not_before")
"""What a pre-press check may ask; see :class:`PressCheck`."""

_DAY: Final = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")


@dataclass(frozen=True, slots=True)
class PressCheck:
    """One thing that must hold of a document's values before the seal may be pressed.

    ``rule``: ``filled`` the value is there · ``equals`` it is the text ``other`` · ``same_as`` it
    is the same as the value named ``other`` · ``not_before`` its date is not before the date of
    the value named ``other``. ``text_…`` says what is checked, for the custodian.
    """

    code: str
    text_zh: str
    text_en: str
    value: str
    rule: str = "filled"
    other: str = ""


@dataclass(frozen=True, slots=True)
class StampingOffer:
    """How one kind of document is sealed: hook ``seal_stamping``.

    ``document_code`` is the template's code; ``item_codes`` the items it belongs to; ``seal_kind``
    one of :data:`catalogue.SEAL_KINDS`; ``placement`` in millimetres or by anchor. ``compare``
    names the values shown beside the page for the custodian to compare, in that order.
    """

    document_code: str
    item_codes: tuple[str, ...]
    seal_kind: str
    placement: SealPlacement
    compare: tuple[str, ...] = ()
    checks: tuple[PressCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What ``plugin publish`` writes for one plugin. ``build`` is 64 hex digits or
    ``development``."""

    plugin: str
    version: str
    build: str
    departments: tuple[str, ...]
    items: tuple[ItemVersion, ...]
    templates: tuple[DocumentTemplate, ...] = ()
    stamping: tuple[StampingOffer, ...] = ()


def failed_press_checks(
    checks: tuple[PressCheck, ...], values: Mapping[str, str]
) -> tuple[PressCheck, ...]:
    """The checks that do not hold; a date that cannot be read does not hold (7.3)."""
    return tuple(check for check in checks if not _holds(check, values))


def _holds(check: PressCheck, values: Mapping[str, str]) -> bool:
    value = values.get(check.value, "").strip()
    if check.rule == "equals":
        return value == check.other
    other = values.get(check.other, "").strip()
    if check.rule == "same_as":
        return bool(value) and value == other
    if check.rule == "not_before":
        one, two = _day(value), _day(other)
        return one is not None and two is not None and one >= two
    return check.rule == "filled" and bool(value)


def _day(text: str) -> date | None:
    found = _DAY.search(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
