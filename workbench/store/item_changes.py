"""E18: a case registered under the wrong item of the same department gets the right one.

One move with a trace: the event says from which item to which, what stood in the form stays below
the new form, and every paper is brought once more under the line of the new list for which it
counts, by reference (R14). What was handed in under the old item counts for nothing any more
(``case_rows.item_changed_at``). Number, receipt and identity stay. Called by ``case_room``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from workbench.rules.case import Case, Move, NewEntry, Part, PartEntry
from workbench.rules.catalogue import CaseType, ItemState, ItemVersion
from workbench.rules.refusal_texts import refusal
from workbench.rules.words import listed, pick
from workbench.store import case_rows
from workbench.store.completing import open_to
from workbench.store.engine import Unit
from workbench.store.matching import matches_of, new_code, situation_of
from workbench.store.moves import Books, known_operation, make_move
from workbench.store.registering import published

MOVE: Final = case_rows.CHANGE_ITEM


def change(unit: Unit, books: Books, case_id: int, who: str, move: Move) -> Case:
    """The case under its new item. Refusals of the judge, and ``item_same``,
    ``item_other_department``, ``item_not_in_force``, ``situation_missing``, ``match_unknown``,
    ``form_incomplete``."""
    known = known_operation(unit, move.operation_id, who, case_id)
    if known is not None:
        return known
    case = open_to(unit, books, case_id, who, MOVE)
    code = str(move.fields.get("item_code") or "")
    if case is None or not code:
        return make_move(unit, books, case_id, who, move)
    return make_move(unit, books, case_id, who, _completed(unit, books, case, code, move))


def _completed(unit: Unit, books: Books, case: Case, code: str, move: Move) -> Move:
    old = books.shelf.item(unit.sql, case.item_code, case.item_version)
    assert old is not None
    item = _new_item(unit, books, case, code)
    papers = _of_kind(unit, case, Part.MATERIALS, "material")
    matches = matches_of(move, old, item, [str(one.body.get("code", "")) for one in papers])
    fields = {
        "item_code": item.item_code, "item_version": item.version,
        "situation": situation_of(move, item),
        "immediate": item.case_type is CaseType.IMMEDIATE, "matches": dict(matches),
        "old_item_code": old.item_code, "old_item_version": old.version,
        "old_situation": case.situation,
    }  # fmt: skip
    entries = [_form(unit, case, item, move)]
    entries += [NewEntry("material", _counts_as(one, old, matches)) for one in papers]
    told = _of_kind(unit, case, Part.NOTICES, "correction_notice")
    entries += [NewEntry("correction_notice", _renamed(one, matches)) for one in told[-1:]]
    return replace(move, fields=fields, entries=tuple(entries))


def _new_item(unit: Unit, books: Books, case: Case, code: str) -> ItemVersion:
    """The version in force when the application was received: the receipt stays as it is."""
    newest = published(unit, books, code)
    if newest.item_code == case.item_code:
        raise refusal("item_same")
    if newest.department_code != case.department:
        raise refusal("item_other_department")
    item = books.shelf.in_force(unit.sql, code, case.received_at or unit.now)
    if item is None or item.state is not ItemState.ACTIVE:
        raise refusal("item_not_in_force")
    return item


def _of_kind(unit: Unit, case: Case, part: Part, kind: str) -> tuple[PartEntry, ...]:
    found = case_rows.entries_in_force(unit.sql, case.case_id, part)
    return tuple(one for one in found if one.kind == kind)


def _form(unit: Unit, case: Case, item: ItemVersion, move: Move) -> NewEntry:
    """The applicant as registered, and the values that the new item asks for."""
    forms = _of_kind(unit, case, Part.FORM, "form")
    before: Mapping[str, Any] = forms[-1].body if forms else {}
    brought = next((one.body for one in move.entries if one.kind == "form"), {})
    given = {**dict(before.get("values") or {}), **dict(brought.get("values") or {})}
    values = {one.code: given[one.code] for one in item.form if given.get(one.code)}
    lacking = [one for one in item.form if one.required and one.code not in values]
    if lacking:
        names = listed([pick(one.label_zh, one.label_en) for one in lacking])
        raise refusal("form_incomplete", fields=names)
    return NewEntry("form", {**before, "values": values})


def _counts_as(entry: PartEntry, old: ItemVersion, matches: Mapping[str, str]) -> dict[str, Any]:
    code = str(entry.body.get("code", ""))
    name = next((m.name_zh for m in old.materials if m.code == code), "")
    more = {"code": new_code(matches, code), "carried_code": code, "carried_by": entry.author}
    return {**entry.body, **more, "carried_name_zh": name or entry.body.get("carried_name_zh", "")}


def _renamed(entry: PartEntry, matches: Mapping[str, str]) -> dict[str, Any]:
    """The one notice as it was served, its demands under the codes of the new list (T08b)."""
    demands = [{**one, "material": new_code(matches, str(one.get("material", "")))}
               for one in entry.body.get("demands", ())]  # fmt: skip
    return {**entry.body, "demands": demands, "carried_by": entry.author}
