"""One opened case: the parts that the visibility rows grant, and what may be done with it.

Called by ``case_room``. The dossier is loaded whole, asked once, and only what is granted leaves
the store.
"""

from __future__ import annotations

from typing import Final

from workbench.rules.case import Case, Part, PartEntry, State, Task, TaskKind
from workbench.rules.case_flow import TRANSITIONS
from workbench.rules.case_view import CaseView
from workbench.rules.dossier import Dossier
from workbench.rules.duty_roster import appointed, on_duty
from workbench.rules.facts import Answers
from workbench.rules.flow_words import CLAIM_OPEN
from workbench.rules.judge import possible_moves, why_not
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.visibility import visible_parts
from workbench.store import case_rows, dossiers, people_rows
from workbench.store.engine import Unit
from workbench.store.moves import Books
from workbench.store.tables import PART_TABLES

TASK_PARTS: Final[dict[TaskKind, Part]] = {
    TaskKind.CORRECTION: Part.NOTICES,
    TaskKind.OPINION: Part.OPINIONS,
    TaskKind.SURVEY: Part.SURVEY,
    TaskKind.SUSPENSION: Part.NOTICES,
    TaskKind.SEAL_REQUEST: Part.DOCUMENT,
    TaskKind.DELIVERY: Part.DELIVERY,
    TaskKind.TRANSFER: Part.FORM,
    TaskKind.EXTENSION: Part.OPINIONS,
    TaskKind.VOIDING: Part.DOCUMENT,
    TaskKind.TERMINATION: Part.OPINIONS,
    TaskKind.RELEASE: Part.META,
    TaskKind.HEARING: Part.NOTICES,
    TaskKind.HANDOVER: Part.OPINIONS,
}
"""A sub-task is seen by whoever sees the part that it is about."""

NOT_HIS: Final = frozenset({"not_your_role", "wrong_state", "not_visible"})
"""Codes of moves that do not concern the person at all: they are not shown as blocked."""


def view_of(unit: Unit, books: Books, who: str, case: Case) -> CaseView | None:
    """The granted parts; ``None`` where the person sees nothing of the case."""
    dossier = dossiers.current(unit, books.shelf, case, (who,))
    parts = visible_parts(Answers(dossier, who, unit.now))
    if Part.META not in parts:
        return None
    moves = possible_moves(dossier, who, unit.now)
    return CaseView(
        case=case,
        item=dossier.item,
        parts=parts,
        shown_state=case.state,
        at=unit.now,
        entries=_entries(unit, dossier, who, parts),
        events=case_rows.events_of(unit.sql, case.case_id) if Part.LOG in parts else (),
        tasks=tuple(t for t in dossier.tasks if _task_seen(t, dossier, who, parts, unit.now)),
        clocks=dossier.clocks,
        moves=moves,
        blocked=_blocked(unit, dossier, who, moves),
    )


def _entries(
    unit: Unit, dossier: Dossier, who: str, parts: frozenset[Part]
) -> dict[Part, tuple[PartEntry, ...]]:
    assert dossier.case is not None
    case_id = dossier.case.case_id
    found = {
        part: case_rows.entries_in_force(unit.sql, case_id, part)
        for part in PART_TABLES
        if part in parts
    }
    if Part.OWN_TASK in found and Part.OPINIONS not in parts:
        own = found[Part.OWN_TASK]
        found[Part.OWN_TASK] = tuple(e for e in own if _own(e, dossier, who, unit.now))
    return found


def _own(entry: PartEntry, dossier: Dossier, who: str, at: int) -> bool:
    """Written by the person, or for a department where the person is on duty now (V09, V10)."""
    if entry.author == who:
        return True
    asked = {one.department for one in dossier.tasks if one.kind is TaskKind.OPINION}
    return any(
        code is not None
        and on_duty(dossier.roster, who, code, at)
        and appointed(dossier.roster, entry.author, code, entry.at)
        for code in asked
    )


def _task_seen(one: Task, dossier: Dossier, who: str, parts: frozenset[Part], at: int) -> bool:
    if TASK_PARTS[one.kind] in parts or who in (one.login, one.second_login):
        return True
    mine = one.department is not None and on_duty(dossier.roster, who, one.department, at)
    return one.kind is TaskKind.OPINION and Part.OWN_TASK in parts and mine


def naming(unit: Unit, refused: Refusal, case: Case | None) -> Refusal:
    """The refusal with the holder's name in place of the sign-in name that the rules know."""
    if refused.code != CLAIM_OPEN.code or case is None or case.holder is None:
        return refused
    return refusal(refused.code, holder=people_rows.shown_name(unit.sql, case.holder))


def _blocked(
    unit: Unit, dossier: Dossier, who: str, moves: tuple[str, ...]
) -> dict[str, Refusal]:
    state: State | None = dossier.state
    names = dict.fromkeys(row.move for row in TRANSITIONS if state in row.from_states)
    found: dict[str, Refusal] = {}
    for name in names:
        refused = why_not(dossier, who, name, unit.now) if name not in moves else None
        if refused is not None and refused.code not in NOT_HIS:
            found[name] = naming(unit, refused, dossier.case)
    return found
