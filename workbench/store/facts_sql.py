"""Every named fact of ``rules.facts`` a second time, as SQL over a case row, a person, a moment.

``FACTS_SQL`` has the same keys as ``rules.facts.FACTS``: a test fails if one lacks the other, and
another compares the answers on random histories. Facts about persons stand in
``facts_people_sql``; compiled into conditions by ``sight_sql``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, tuple_

from workbench.rules.case import OPEN_TASK_STATES, Part, TaskKind
from workbench.rules.case_flow import MOVES_OF_DUTY
from workbench.rules.catalogue import NOT_FROM_APPLICANT, ItemState, NeedKind
from workbench.rules.facts import DECIDED_SIGHT, HandlerMoves
from workbench.rules.flow_words import SYSTEM
from workbench.rules.seal_custody import LedgerState
from workbench.rules.separation import Duty
from workbench.store import facts_people_sql as people
from workbench.store.case_rows import item_changed_at
from workbench.store.dossiers import SIGNED_STATES
from workbench.store.facts_assent_sql import asked_by_me, department_disagrees
from workbench.store.facts_people_sql import Asker, Truth
from workbench.store.tables import (
    PART_TABLES,
    case_file,
    clock_run,
    event,
    item_material,
    item_material_situation,
    item_version,
    ledger_line,
    recusal,
    task,
)

C = case_file.c


def _same(column: ColumnElement[Any], value: ColumnElement[Any]) -> Truth:
    """Equality that is false, not unknown, where the column is empty: it may stand under NOT.

    Written without a function around the column, so that an index still finds it.
    """
    return and_(column.is_not(None), column == value)


# -- the row -----------------------------------------------------------------------------------


def state_in(a: Asker, arg: str) -> Truth:
    return C.state.in_(arg.split(","))


def registered_by_me(a: Asker, arg: str) -> Truth:
    return C.registrar == a.who


def decided_by_me(a: Asker, arg: str) -> Truth:
    return _same(C.decided_by, a.who)


def decided_within_90_days(a: Asker, arg: str) -> Truth:
    recent = and_(C.decided_at.is_not(None), C.decided_at > a.at - DECIDED_SIGHT)
    return and_(decided_by_me(a, ""), recent)


def assigned_reviewer(a: Asker, arg: str) -> Truth:
    return _same(C.reviewer, a.who)


def unassigned(a: Asker, arg: str) -> Truth:
    return C.reviewer.is_(None)


def claim_own_or_system(a: Asker, arg: str) -> Truth:
    return or_(a.who == SYSTEM, _same(C.holder, a.who))


def claim_free_or_own(a: Asker, arg: str) -> Truth:
    return or_(C.holder.is_(None), _same(C.holder, a.who), ~people.holder_keeps(a))


# -- the log -----------------------------------------------------------------------------------


def _cases_where(*where: Truth) -> Select[tuple[int]]:
    return select(event.c.case_id).where(*where)


def recused(a: Asker, arg: str) -> Truth:
    return C.case_id.in_(select(recusal.c.case_id).where(recusal.c.login == a.who))


def handled(a: Asker, arg: str) -> Truth:
    # Asked case by case: what a person has handled grows for years, a case's own log does not.
    # "|| ''" keeps the database from starting at everything this person ever did.
    mine = select(1).where(
        event.c.case_id == C.case_id, event.c.actor.concat("") == a.who,
        event.c.kind.not_in(sorted(HandlerMoves)),
    )  # fmt: skip
    return exists(mine.correlate(case_file))


def acted_as(a: Asker, arg: str) -> Truth:
    mine = select(1).where(event.c.case_id == C.case_id, *_acts(a, arg))
    return exists(mine.correlate(case_file))


def acted_in(a: Asker, arg: str) -> Truth:
    """The same truth from the person's side: where the whole list is wanted, not one case asked."""
    return C.case_id.in_(_cases_where(*_acts(a, arg)))


def _acts(a: Asker, arg: str) -> tuple[Truth, Truth]:
    moves: Iterable[str] = sorted(MOVES_OF_DUTY[Duty(arg)])
    return event.c.actor == a.who, event.c.kind.in_(moves)


def reviewed_by_another(a: Asker, arg: str) -> Truth:
    return C.case_id.in_(_cases_where(event.c.kind == "submit_opinion", event.c.actor != a.who))


def survey_recorded_by_me(a: Asker, arg: str) -> Truth:
    newest = (
        select(func.max(event.c.seq))
        .where(event.c.case_id == C.case_id, event.c.kind == "record_survey")
        .correlate(case_file)
        .scalar_subquery()
    )
    return exists(
        select(1)
        .where(event.c.case_id == C.case_id, event.c.seq == newest, event.c.actor == a.who)
        .correlate(case_file)
    )


def decided_refusal(a: Asker, arg: str) -> Truth:
    return C.case_id.in_(_cases_where(event.c.kind.in_(("refuse", "refuse_by_meeting"))))


# -- sub-tasks and clocks ----------------------------------------------------------------------


def _tasks(kind: TaskKind, *where: Truth) -> Select[tuple[int]]:
    return select(task.c.case_id).where(task.c.kind == kind.value, *where)


def _open() -> Truth:
    return task.c.state.in_(OPEN_TASK_STATES)


def task_open(a: Asker, arg: str) -> Truth:
    return C.case_id.in_(_tasks(TaskKind(arg), _open()))


def task_any(a: Asker, arg: str) -> Truth:
    return C.case_id.in_(_tasks(TaskKind(arg)))


def _newest_task(kind: TaskKind, *where: Truth) -> Truth:
    newest = (
        select(func.max(task.c.no))
        .where(task.c.case_id == C.case_id, task.c.kind == kind.value)
        .correlate(case_file)
        .scalar_subquery()
    )
    this = (task.c.case_id == C.case_id, task.c.kind == kind.value, task.c.no == newest)
    return exists(select(1).where(*this, *where).correlate(case_file))


def task_state(a: Asker, arg: str) -> Truth:
    kind, state = arg.split(":")
    return _newest_task(TaskKind(kind), task.c.state == state)


def demands_met(a: Asker, arg: str) -> Truth:
    return _newest_task(TaskKind.CORRECTION, task.c.unmet == 0)


def suspension_over(a: Asker, arg: str) -> Truth:
    return _newest_open_planned(TaskKind.SUSPENSION, task.c.planned_end <= a.at)


def _newest_open_planned(kind: TaskKind, *where: Truth) -> Truth:
    newest_open = (
        select(func.max(task.c.no))
        .where(task.c.case_id == C.case_id, task.c.kind == kind.value, _open())
        .correlate(case_file)
        .scalar_subquery()
    )
    this = (task.c.case_id == C.case_id, task.c.kind == kind.value)
    found = select(1).where(*this, task.c.no == newest_open, *where)
    return exists(found.correlate(case_file))


def _chair(a: Asker) -> Truth:
    return _same(task.c.login, a.who)


def chairs_hearing(a: Asker, arg: str) -> Truth:
    return C.case_id.in_(_tasks(TaskKind.HEARING, _open(), _chair(a)))


def chaired(a: Asker, arg: str) -> Truth:
    return C.case_id.in_(_tasks(TaskKind.HEARING, _chair(a)))


def hearing_hour_come(a: Asker, arg: str) -> Truth:
    hour = task.c.planned_end
    return _newest_open_planned(TaskKind.HEARING, hour > 0, hour <= a.at)


def hearing_held(a: Asker, arg: str) -> Truth:
    return C.case_id.in_(_tasks(TaskKind.HEARING, task.c.state == "held"))


def survey_names_me(a: Asker, arg: str) -> Truth:
    named = or_(task.c.login == a.who, _same(task.c.second_login, a.who))
    return C.case_id.in_(_tasks(TaskKind.SURVEY, _open(), func.coalesce(named, false())))


def opinion_task_mine(a: Asker, arg: str) -> Truth:
    mine = task.c.department.in_(people.my_duty(a))
    return C.case_id.in_(_tasks(TaskKind.OPINION, _open(), mine))


def opinion_answered_mine(a: Asker, arg: str) -> Truth:
    mine = task.c.department.in_(people.my_duty(a))
    return C.case_id.in_(_tasks(TaskKind.OPINION, task.c.closed_at.is_not(None), mine))


def transfer_to_mine(a: Asker, arg: str) -> Truth:
    mine = task.c.department.in_(people.my_duty(a))
    return C.case_id.in_(_tasks(TaskKind.TRANSFER, _open(), mine))


def clock_over(a: Asker, arg: str) -> Truth:
    newest = (
        select(func.max(clock_run.c.round))
        .where(clock_run.c.case_id == C.case_id, clock_run.c.name == arg)
        .correlate(case_file)
        .scalar_subquery()
    )
    this = (clock_run.c.case_id == C.case_id, clock_run.c.name == arg, clock_run.c.round == newest)
    runs = (clock_run.c.stopped_at.is_(None), clock_run.c.paused_at.is_(None))
    over = select(1).where(*this, *runs, clock_run.c.due_at <= a.at)
    return exists(over.correlate(case_file))


# -- item, materials, seal ---------------------------------------------------------------------


def _some_delegated() -> Truth:
    m, v = item_material.c, item_version.c
    same = (m.item_code == v.item_code, m.version == v.version, m.delegated)
    return exists(select(1).where(*same).correlate(item_version))


INSPECTION: Final = '"inspection_standard":"'
"""How the key begins in an item's canonical text, where it stands only if it says something; inside
any other text its quotes would be escaped."""


def _item_flags() -> dict[str, Truth]:
    v = item_version.c
    return {
        "active": v.state == ItemState.ACTIVE.value,
        "abolished": v.state == ItemState.ABOLISHED.value,
        "major": v.major,
        "parallel": v.parallel,
        "survey_required": v.survey_required,
        "inspection": v.canonical.contains(INSPECTION),
        "wet_seal_only": v.wet_seal_only,
        "check_delegated": _some_delegated(),
        "single_officer_immediate": v.single_officer_immediate,
    }


def item(a: Asker, arg: str) -> Truth:
    wanted = select(item_version.c.item_code, item_version.c.version).where(_item_flags()[arg])
    return tuple_(C.item_code, C.item_version).in_(wanted)


def entry(a: Asker, arg: str) -> Truth:
    part, kind = arg.split(":")
    table = PART_TABLES[Part(part)]
    return C.case_id.in_(select(table.c.case_id).where(table.c.kind == kind))


def _no_material_missing(tolerable_too: bool, *among: Truth) -> Truth:
    m, s = item_material.c, item_material_situation.c
    held = PART_TABLES[Part.MATERIALS].c
    named = exists(
        select(1)
        .where(
            s.item_code == m.item_code, s.version == m.version, s.code == m.code,
            s.situation == C.situation,
        )
        .correlate(item_material, case_file)
    )  # fmt: skip
    must = and_(m.need == NeedKind.MUST.value, or_(m.every_situation, named))
    wanted = or_(must, and_(m.need == NeedKind.SITUATION.value, named))
    if tolerable_too:
        wanted = or_(wanted, m.need == NeedKind.TOLERABLE.value)
    since = item_changed_at(C.case_id).correlate(case_file).scalar_subquery()
    there = exists(
        select(1)
        .where(held.case_id == C.case_id, held.kind == "material", held.code == m.code,
               held.at >= since)
        .correlate(item_material, case_file)
    )
    missing = select(1).where(
        m.item_code == C.item_code, m.version == C.item_version,
        m.source.not_in(one.value for one in NOT_FROM_APPLICANT), wanted, ~there, *among,
    )  # fmt: skip
    return ~exists(missing.correlate(case_file))


def materials_complete(a: Asker, arg: str) -> Truth:
    return _no_material_missing(tolerable_too=True)


def tolerable_gap(a: Asker, arg: str) -> Truth:
    return _no_material_missing(tolerable_too=False)


def gaps_delegated(a: Asker, arg: str) -> Truth:
    return _no_material_missing(False, ~item_material.c.delegated)


def _in_ledger(*where: Truth) -> Truth:
    """The document of the newest stamping request has a line like that."""
    line = ledger_line.c
    pressed = exists(
        select(1)
        .where(line.case_id == C.case_id, line.document_id == task.c.document_id, *where)
        .correlate(case_file, task)
    )
    return _newest_task(TaskKind.SEAL_REQUEST, pressed)


def ledger_signed(a: Asker, arg: str) -> Truth:
    return _in_ledger(ledger_line.c.state.in_(SIGNED_STATES))


def ledger_released(a: Asker, arg: str) -> Truth:
    return _in_ledger(ledger_line.c.state == LedgerState.RELEASED.value)


def copies_out(a: Asker, arg: str) -> Truth:
    ended = (LedgerState.RELEASED.value, LedgerState.VOID.value)
    line = ledger_line.c
    return _in_ledger(line.manner == "physical", line.state.not_in(ended))


LISTED_SQL: Final = {"acted_as": acted_in}
"""Facts that have a second form for ``sight_lists``."""

FactSql = Callable[[Asker, str], Truth]
FACTS_SQL: Final[dict[str, FactSql]] = {
    one.__name__: one
    for one in (
        people.is_system, people.role, people.own_site, people.member_of_department,
        registered_by_me, people.appointed, people.was_appointed, people.temporary,
        people.on_duty, people.department_staffed, people.item_authorised, people.power, recused,
        handled, acted_as, reviewed_by_another, survey_recorded_by_me, decided_by_me,
        decided_within_90_days, decided_refusal, chairs_hearing, chaired, hearing_hour_come,
        hearing_held,
        claim_free_or_own, people.own_claim_in_grace, claim_own_or_system,
        assigned_reviewer, unassigned, survey_names_me, opinion_task_mine,
        opinion_answered_mine, transfer_to_mine, people.on_custody_shift, state_in, item,
        task_open, task_any, task_state, demands_met, suspension_over, clock_over, entry,
        materials_complete, tolerable_gap, gaps_delegated, ledger_signed, ledger_released,
        copies_out, asked_by_me, department_disagrees,
    )
}  # fmt: skip
