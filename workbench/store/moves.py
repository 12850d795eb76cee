"""``make_move``: the one way in which a case moves, as one transaction (house section 1).

Under the writer's turn: the moment is read, a known operation is answered with the case as it is,
deemed results that fell due are written at their true moment, the version is compared, the judge is
asked, entries and one chained event are written, effects are carried out and the case row is
projected. Called by ``case_room`` and, for the stamp, by ``seal_room``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from workbench.rules.case import Case, Move, State
from workbench.rules.clocks import ClockRun
from workbench.rules.dossier import Dossier
from workbench.rules.events import chained
from workbench.rules.facts import HandlerMoves
from workbench.rules.flow_words import SYSTEM, Transition
from workbench.rules.hand_over import LAPSE, lapsed
from workbench.rules.judge import check_version, judge
from workbench.rules.moment import Moment, stamp
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.settle import Settlement, next_settlement, overdue
from workbench.rules.words import _
from workbench.store import case_rows, dossiers, draft_rows, ledger_rows, outgoing, people_rows
from workbench.store.carry_out import Doing, carry_out
from workbench.store.content import ContentStore
from workbench.store.engine import Unit
from workbench.store.entry_rows import check_content, write_entries
from workbench.store.settled import BESIDE, Deemed, clock_then, settles
from workbench.store.shelf import Shelf
from workbench.store.supervision_rows import noted
from workbench.store.tables import NO_DUE, case_file, event, operation

MOST_SETTLEMENTS: Final = 100
"""More deemed results than this at one touch means that the flow runs in a circle: a fault."""

TAKES_NOTHING: Final = HandlerMoves | {LAPSE}
"""What may come between looking at a case and moving it without anybody's work being lost."""

VOIDING: Final = "confirm_void"
"""The move that takes a sealed document back before it is issued (T23b, E14)."""

_PROJECTED: Final = update(case_file).where(
    case_file.c.case_id == bindparam("this_case"),
    case_file.c.version == bindparam("version_before"),
)


@dataclass(frozen=True, slots=True)
class Books:
    """What every move needs besides its transaction: published records and stored files."""

    shelf: Shelf
    content: ContentStore


def make_move(unit: Unit, books: Books, case_id: int, who: str, move: Move) -> Case:
    """Carry the move out, or raise Refusal and change nothing at all but what was due before."""
    case = _case(unit, case_id)
    known = known_operation(unit, move.operation_id, who, case_id)
    if known is not None:
        return known
    refuse_clock_back(unit, event.c.case_id == case_id)
    case = settle(unit, books, case)
    _check_version(unit, case, move)
    check_content(books.content, move)
    dossier = dossiers.current(unit, books.shelf, case, (who,))
    row = judge(dossier, who, move, unit.now)
    case = record(unit, books, dossier, row, move, who, unit.now)
    remember_operation(unit, move.operation_id, case, who)
    if row.move == VOIDING:
        ledger_rows.void_sealed(unit, case_id, who)
    return case


def settle(unit: Unit, books: Books, case: Case) -> Case:
    """Write every deemed result that is due, each at its own true moment (domain 3.4, rule 1)."""
    for _turn in range(MOST_SETTLEMENTS):
        dossier = dossiers.current(unit, books.shelf, case, ())
        owed = next_settlement(dossier, unit.now) or lapsed(dossier, unit.now)
        if owed is None:
            return _note_overdue(unit, books, dossier, case)
        case = _system_move(unit, books, dossier, owed)
    raise RuntimeError(f"case {case.case_id} settles without end")


def _note_overdue(unit: Unit, books: Books, dossier: Dossier, case: Case) -> Case:
    """One event for each watched clock that ran over, once (S008, S040)."""
    if case.state is State.QUARANTINED:
        return case
    for owed in overdue(dossier, unit.now, noted(unit.sql, case.case_id)):
        case = _system_move(unit, books, replace(dossier, case=case), owed)
    return case


def _system_move(unit: Unit, books: Books, dossier: Dossier, owed: Settlement) -> Case:
    fields = {key: value for key, value in owed.fields.items() if not key.startswith("_")}
    move = Move(owed.move, fields)
    row = judge(dossier, SYSTEM, move, owed.effective_at)
    return record(unit, books, dossier, row, move, SYSTEM, owed.effective_at)


def system_move(unit: Unit, books: Books, case: Case, move: Move) -> Case:
    """A move of the system now: freezing after a failed integrity check (T31)."""
    dossier = dossiers.current(unit, books.shelf, case, ())
    row = judge(dossier, SYSTEM, move, unit.now)
    return record(unit, books, dossier, row, move, SYSTEM, unit.now)


def record(
    unit: Unit, books: Books, dossier: Dossier, row: Transition, move: Move, who: str,
    effective_at: Moment,
) -> Case:  # fmt: skip
    """Entries, effects, the chained event, and the projected row. The judge has already agreed."""
    case, calendar = dossier.case, dossier.calendar
    assert case is not None and calendar is not None
    references = write_entries(unit.sql, case.case_id, move, who, effective_at)
    payload: dict[str, Any] = dict(move.fields)
    if references:
        payload["entries"] = references
    seq = case.version + 1
    doing = Doing(
        unit.sql, dossier, calendar, move, who, effective_at, unit.now,
        case.case_id, {name: getattr(case, name) for name in case_rows.CASE_FIELDS},
        list(dossier.tasks), list(dossier.clocks),
    )  # fmt: skip
    carry_out(doing, row)
    done = chained(
        case.case_id, seq, move.name, who, effective_at, unit.now, payload, case.last_hash
    )
    case_rows.add_event(unit.sql, done)
    after = _project(unit, books, doing, seq, done.hash)
    outgoing.keep(doing, after, done)
    return after


def _project(unit: Unit, books: Books, doing: Doing, seq: int, last_hash: str) -> Case:
    due = _earliest(doing.clocks)
    deemed = settles(str(doing.row["state"]), doing.clocks, doing.tasks)
    values = doing.row | {
        "version": seq, "last_hash": last_hash, "due_at": due.due_at if due else None,
        "due_clock": due.name if due else None, "sort_due": due.due_at if due else NO_DUE,
        "settle_at": deemed.at if deemed else None, "settle_to": deemed.to if deemed else None,
        "settle_due": _due_then(unit, books, doing, deemed) if deemed else None,
    }  # fmt: skip
    del values["case_id"]
    same = {"this_case": doing.case_id, "version_before": seq - 1}
    changed = unit.sql.execute(_PROJECTED, values | same).rowcount
    if changed != 1:
        raise RuntimeError(f"case {doing.case_id} changed inside the writer's turn")
    draft_rows.end(unit.sql, doing, moved_on=values["state"] != doing.dossier.state)
    return _case(unit, doing.case_id)


def _due_then(unit: Unit, books: Books, doing: Doing, deemed: Deemed) -> Moment:
    state, received = State(str(doing.row["state"])), doing.row["received_at"]
    # The item as it becomes: a move may change it (E18).
    item = books.shelf.item(unit.sql, doing.row["item_code"], doing.row["item_version"])
    assert item is not None
    then = clock_then(deemed, state, doing.clocks, received, item, doing.calendar)
    return then.due_at if then is not None else NO_DUE


def _earliest(clocks: list[ClockRun]) -> ClockRun | None:
    running = [run for run in clocks if run.running and run.name not in BESIDE]
    return min(running, key=lambda run: (run.due_at, run.name), default=None)


def _case(unit: Unit, case_id: int) -> Case:
    case = case_rows.case_now(unit, case_id)
    if case is None:
        raise not_there()
    return case


def not_there() -> Refusal:
    """The refusal for a case that is not there; it never says whether it once was."""
    return Refusal(
        "not_visible",
        _("You are not on duty, or the case is outside your post."),
        _("Ask the representative on duty."),
    )


def _check_version(unit: Unit, case: Case, move: Move) -> None:
    """E07, but a message, an overdue note or a lapsed claim takes nothing away from anybody."""
    if move.expected_version is None or move.expected_version == case.version:
        return
    since = [
        one
        for one in case_rows.events_of(unit.sql, case.case_id)
        if one.seq > move.expected_version and one.kind not in TAKES_NOTHING
    ]
    if since or move.expected_version > case.version:
        last = since[-1] if since else case_rows.events_of(unit.sql, case.case_id)[-1]
        name = people_rows.shown_name(unit.sql, last.actor)
        check_version(case, move, name, last.kind, last.effective_at)


# -- operations and the clock ------------------------------------------------------------------


def known_operation(
    unit: Unit, operation_id: str, who: str, case_id: int | None
) -> Case | None:
    """The case as it is, where this operation was already carried out; a retry changes nothing."""
    if not operation_id:
        return None
    wanted = select(operation).where(operation.c.operation_id == operation_id)
    found = unit.sql.execute(wanted).one_or_none()
    if found is None:
        return None
    if found.actor != who or case_id not in (None, found.case_id):
        raise refusal("operation_reused")
    return _case(unit, found.case_id)


def remember_operation(unit: Unit, operation_id: str, case: Case, who: str) -> None:
    """From now on a retry of this operation is answered and not carried out."""
    if operation_id:
        unit.sql.execute(insert(operation).values(
            operation_id=operation_id, case_id=case.case_id, seq=case.version, actor=who
        ))  # fmt: skip


def clock_is_back(unit: Unit, where: ColumnElement[bool]) -> Moment | None:
    """The newest recorded moment where the clock stands before it, else ``None``."""
    newest = select(func.max(event.c.recorded_at)).where(where)
    last = unit.sql.execute(newest).scalar_one_or_none()
    return last if last is not None and unit.now < last else None


def refuse_clock_back(unit: Unit, where: ColumnElement[bool]) -> None:
    """Refusal ``clock_back`` where the clock stands before what is already recorded."""
    last = clock_is_back(unit, where)
    if last is not None:
        raise refusal("clock_back", now=stamp(unit.now), last=stamp(last))


