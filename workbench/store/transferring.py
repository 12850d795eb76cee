"""T11: the receiving department confirms, and the application goes on as a case of its own there.

One transaction: the first case ends with the hand-over list and the number of its follow-up; the
follow-up begins with the same list, the whole package by reference (R14), the identity, and the
five-day clock and correction round as they stand, so that it counts from the original receipt
(E19). Called by ``case_room``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import insert, select

from workbench.rules.case import Case, Move, NewEntry, Part, PartEntry, State, Task, TaskKind
from workbench.rules.case_flow import row_for
from workbench.rules.catalogue import ItemState, ItemVersion
from workbench.rules.duty_roster import powers
from workbench.rules.moment import stamp
from workbench.rules.people import Power
from workbench.rules.refusal_texts import refusal
from workbench.store import case_rows, dossiers, people_rows
from workbench.store.completing import open_to
from workbench.store.engine import Unit
from workbench.store.matching import matches_of, new_code, situation_of
from workbench.store.moves import Books, known_operation, make_move, record
from workbench.store.registering import add_row, new_number, published
from workbench.store.tables import applicant

PROPOSE: Final = "propose_transfer"
CONFIRM: Final = "confirm_transfer"
BEGIN: Final = "begin_after_transfer"

CLOCK: Final = "correction_notice"
"""The clock that runs on from the original receipt."""

CARRIED: Final = (
    (Part.FORM, "form"), (Part.MATERIALS, "material"), (Part.NOTICES, "correction_notice"),
    (Part.NOTICES, "correction_note"),
)  # fmt: skip
"""What goes along; the check list is answered anew, for another material list."""


@dataclass(frozen=True, slots=True)
class _Going:
    """One transfer under way. ``matches``: carried material code -> line of the new list."""

    origin: Case
    task: Task
    old: ItemVersion
    item: ItemVersion
    situation: str
    matches: Mapping[str, str]
    entries: tuple[PartEntry, ...]


def check_proposal(unit: Unit, books: Books, case_id: int, who: str, move: Move) -> None:
    """Refusal ``department_unknown`` where nobody could ever confirm."""
    if known_operation(unit, move.operation_id, who, case_id) is not None:
        return
    wanted = move.fields.get("department")
    case = open_to(unit, books, case_id, who, PROPOSE)
    known = {one.code for one in people_rows.departments(unit.sql)}
    if wanted and case is not None and (wanted == case.department or wanted not in known):
        raise refusal("department_unknown")


def confirm(unit: Unit, books: Books, case_id: int, who: str, move: Move) -> Case:
    """The first case as transferred; ``follow_up_no`` names the one that goes on."""
    known = known_operation(unit, move.operation_id, who, case_id)
    if known is not None:
        return known
    origin = open_to(unit, books, case_id, who, CONFIRM)
    going = _going(unit, books, origin, move) if origin is not None else None
    if going is None:
        return make_move(unit, books, case_id, who, move)
    number = new_number(unit, going.item)
    listed = NewEntry("transfer_list", _hand_over_list(unit, going, number, who))
    fields = {**move.fields, "follow_up": number, "matches": dict(going.matches)}
    done = make_move(
        unit, books, case_id, who, replace(move, fields=fields, entries=(listed,))
    )
    _check_letter(unit, going, who)
    _begin(unit, books, replace(going, origin=done), number, who, listed)
    return done


def _going(unit: Unit, books: Books, origin: Case, move: Move) -> _Going | None:
    """``None`` where the judge has to say what is missing: no transfer, or no item named."""
    tasks = case_rows.tasks_of(unit.sql, origin.case_id)
    waiting = [t for t in tasks if t.kind is TaskKind.TRANSFER and t.state == "open"]
    code = str(move.fields.get("item_code") or "")
    if not waiting or not code:
        return None
    item = published(unit, books, code)
    old = books.shelf.item(unit.sql, origin.item_code, origin.item_version)
    if item.department_code != waiting[-1].department or item.state is not ItemState.ACTIVE:
        raise refusal("item_not_theirs")
    assert old is not None
    entries = tuple(
        entry
        for part, kind in CARRIED
        for entry in case_rows.entries_in_force(unit.sql, origin.case_id, part)
        if entry.kind == kind
    )
    held = [str(e.body.get("code", "")) for e in entries if e.part is Part.MATERIALS]
    matches = matches_of(move, old, item, held)
    return _Going(origin, waiting[-1], old, item, situation_of(move, item), matches, entries)


def _check_letter(unit: Unit, going: _Going, who: str) -> None:
    """D of the receiving side: his letter has to cover the item, with the power of T11 (3.8)."""
    roster = people_rows.roster(unit.sql, {going.item.department_code})
    held = powers(roster, who, going.item.department_code, going.item.item_code, unit.now)
    if Power.REFUSE_ACCEPTANCE not in held:
        raise refusal("no_power", power=Power.REFUSE_ACCEPTANCE.value)


# -- what is handed over -----------------------------------------------------------------------


def _hand_over_list(unit: Unit, going: _Going, number: str, who: str) -> dict[str, Any]:
    names = {m.code: m.name_zh for m in going.old.materials}
    papers = [e.body for e in going.entries if e.part is Part.MATERIALS]
    received = going.origin.received_at
    return {
        "from_case": going.origin.case_no, "to_case": number,
        "from_department": going.origin.department, "to_department": going.item.department_code,
        "agreed_by": str(going.task.data.get("agreed_by", "")), "confirmed_by": who,
        "received_at": stamp(received) if received is not None else "",
        "handed_over_at": stamp(unit.now),
        "materials": [
            {"code": str(one.get("code", "")), "file": str(one.get("file", "")),
             "name_zh": names.get(str(one.get("code", "")), ""), "pages": one.get("pages"),
             "sha256": str(one.get("sha256", "")),
             "counts_as": going.matches.get(str(one.get("code", "")), "")}
            for one in papers
        ],
    }  # fmt: skip


def _carried(going: _Going) -> list[NewEntry]:
    """Every entry of the package once more, by reference: the files stay where they are."""
    return [NewEntry(entry.kind, _carried_body(going, entry)) for entry in going.entries]


def _carried_body(going: _Going, entry: PartEntry) -> dict[str, Any]:
    body = {**entry.body, "carried_from": going.origin.case_no, "carried_by": entry.author}
    if entry.kind == "material":
        code = str(entry.body.get("code", ""))
        name = next((m.name_zh for m in going.old.materials if m.code == code), "")
        now = new_code(going.matches, code)
        body |= {"code": now, "carried_code": code, "carried_name_zh": name}
    if entry.kind == "correction_notice":
        body["demands"] = [
            {**one, "material": new_code(going.matches, str(one.get("material", "")))}
            for one in entry.body.get("demands", ())
        ]
    return body


# -- the follow-up -----------------------------------------------------------------------------


def _begin(
    unit: Unit, books: Books, going: _Going, number: str, who: str, listed: NewEntry
) -> None:
    origin = going.origin
    case = add_row(
        unit, going.item, number, applicant_masked=origin.applicant_masked,
        channel=origin.channel, site=origin.site, registrar=origin.registrar,
        situation=going.situation, exercise=origin.exercise, received_at=origin.received_at,
    )  # fmt: skip
    _copy_identity(unit, origin.case_id, case.case_id)
    _copy_running(unit, origin.case_id, case.case_id)
    row = row_for(BEGIN, None)
    assert row is not None and row.to is State.RECEIVED
    fields = {"item_code": going.item.item_code, "situation": going.situation,
              "origin": origin.case_no, "received_at": origin.received_at}  # fmt: skip
    move = Move(BEGIN, fields, (*_carried(going), listed))
    dossier = dossiers.current(unit, books.shelf, case, (who,))
    record(unit, books, dossier, row, move, who, unit.now)


def _copy_identity(unit: Unit, old: int, new: int) -> None:
    a = applicant.c
    known = unit.sql.execute(select(a.name, a.id_number).where(a.case_id == old)).one_or_none()
    if known is not None:
        unit.sql.execute(insert(applicant).values(
            case_id=new, name=known.name, id_number=known.id_number
        ))  # fmt: skip


def _copy_running(unit: Unit, old: int, new: int) -> None:
    """The five-day clock as it stood, and the correction round: told once is told once (R10)."""
    for task in case_rows.tasks_of(unit.sql, old):
        if task.kind is TaskKind.CORRECTION:
            case_rows.add_task(unit.sql, replace(task, case_id=new))
    round_held = any(t.kind is TaskKind.CORRECTION for t in case_rows.tasks_of(unit.sql, new))
    for run in case_rows.clocks_of(unit.sql, old):
        if run.name == CLOCK:
            # The end of the first case stopped its run; only the notice stops the period itself.
            running = run if round_held else replace(run, stopped_at=None)
            case_rows.save_clock(unit.sql, new, running, new=True)
