"""A filter in words: one chip for each thing that narrows the list, and what could be chosen.

Used by the filter panel and the chips of the inbox screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from workbench.rules.case_view import DueWithin, WorklistFilter
from workbench.rules.catalogue import ItemVersion
from workbench.rules.intake_package import CHANNELS
from workbench.rules.moment import Moment, to_local
from workbench.rules.refusal_words import label
from workbench.rules.words import _, listed, pick
from workbench.shell.screens import CASE_WORKERS
from workbench.shell.workplace import Workplace

FIELDS: Final = ("items", "channels", "sites", "holders", "due", "received_from", "received_to")
NAMED: Final = 2
"""So many names a chip spells out; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list may be narrowed to: code and name, in the order to be shown."""

    items: tuple[tuple[str, str], ...]
    channels: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]
    holders: tuple[tuple[str, str], ...]


def choices(work: Workplace, items: Iterable[ItemVersion]) -> Choices:
    """One's own department's items stand first; people by name."""
    own = work.who.department
    known = sorted(items, key=lambda one: (one.department_code != own, one.item_code))
    people = sorted(work.people.values(), key=lambda one: work.name_of(one.login))
    sites = sorted({one.site for one in people if one.site})
    return Choices(
        tuple((one.item_code, pick(one.name_zh, one.name_en)) for one in known),
        tuple((code, label(code)) for code in CHANNELS),
        tuple((code, site_name(work, code)) for code in sites),
        (
            ("", _("not held")),
            *((one.login, work.name_of(one.login)) for one in people if one.roles & CASE_WORKERS),
        ),
    )


def site_name(work: Workplace, code: str) -> str:
    """A street office's site is called as it is; where only one is left, that is the centre."""
    if code in work.departments:
        return work.department_name(code)
    others = {one.site for one in work.people.values() if one.site} - set(work.departments)
    return work.centre.name or code if others == {code} else code


def due_name(due: DueWithin) -> str:
    """When it is due, as the panel and the chip call it."""
    names = {
        DueWithin.OVERDUE: _("overdue"),
        DueWithin.HOUR: _("due within the hour"),
        DueWithin.TODAY: _("due today"),
        DueWithin.SEVEN_DAYS: _("due within seven days"),
    }
    return names[due]


def chip_text(work: Workplace, what: WorklistFilter, field: str, known: Choices | None) -> str:
    """That field of the filter in words; nothing where it asks nothing."""
    value = getattr(what, field)
    if not value:
        return ""
    if field == "due":
        return due_name(value)
    if field == "received_from":
        return _("received from {day}").format(day=day_of(value))
    if field == "received_to":
        return _("received until {day}").format(day=day_of(value - 1))
    return _headed(field, _named(work, field, value, known))


def _headed(field: str, names: str) -> str:
    texts = {
        "items": _("Item: {names}"),
        "channels": _("Channel: {names}"),
        "sites": _("Site: {names}"),
        "holders": _("Held by: {names}"),
    }
    return texts[field].format(names=names)


def _named(work: Workplace, field: str, codes: tuple[str, ...], known: Choices | None) -> str:
    if len(codes) > NAMED:
        return _("{count} chosen").format(count=len(codes))
    if field == "holders":
        return listed([work.name_of(code) or _("not held") for code in codes])
    names = dict(getattr(known, field)) if known is not None else {}
    return listed([names.get(code) or label(code) for code in codes])


def without(what: WorklistFilter, field: str) -> WorklistFilter:
    """The filter that does not ask for that any more."""
    empty: object = None if field in ("due", "received_from", "received_to") else ()
    return replace(what, **{field: empty})  # type: ignore[arg-type]


def day_of(at: Moment) -> str:
    """The local day of a moment."""
    return f"{to_local(at):%Y-%m-%d}"


def day_after(at: Moment) -> Moment:
    """The same hour a day later: there is no summer time."""
    return at + int(timedelta(days=1).total_seconds()) * 1_000_000
