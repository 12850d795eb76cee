"""Every named fact, once in Python: a pure function of dossier, person, argument and moment.

The store holds each a second time as SQL; a test compares the two on random histories and fails if
one is missing. Conditions in the flow and visibility tables name facts from here only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workbench.rules import duty_roster, suspension
from workbench.rules.case import TaskKind
from workbench.rules.case_flow import MOVES_OF_DUTY
from workbench.rules.catalogue import (
    NOT_FROM_APPLICANT,
    CaseType,
    DecisionPath,
    ItemState,
)
from workbench.rules.dossier import Dossier
from workbench.rules.facts_assent import asked_by_me, department_disagrees
from workbench.rules.facts_materials import gaps_delegated, materials_complete, tolerable_gap
from workbench.rules.flow_words import SYSTEM
from workbench.rules.moment import DAY, MINUTE, Moment
from workbench.rules.people import Membership, Post
from workbench.rules.separation import Duty

GRACE: Final = 15 * MINUTE
"""After a shift ends: saving, not deciding (E06, V06) [decided: 15 min]."""

DECIDED_SIGHT: Final = 90 * DAY
"""How long a decided, closed case stays readable for its decider (V05) [decided: 90 days]."""

HandlerMoves: Final = frozenset({"note_overdue", "send_message"})
"""Moves that do not make somebody a handler of the case (V04)."""


def memberships(d: Dossier, who: str, at: Moment) -> tuple[Membership, ...]:
    """The roles of the person that are in force at the moment."""
    return tuple(
        m for m in d.memberships if m.login == who and m.valid_from <= at < m.valid_to
    )


def is_system(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return who == SYSTEM


def role(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return any(m.role == arg for m in memberships(d, who, at))


def own_site(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """The case was registered at a site where the person works; a new case is always at his own."""
    if d.case is None:
        return True
    return any(m.site == d.case.site for m in memberships(d, who, at) if m.site)


def member_of_department(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return any(m.department == d.department for m in memberships(d, who, at))


def registered_by_me(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.case is None or d.case.registrar == who


def appointed(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return duty_roster.appointed(d.roster, who, d.department, at)


def was_appointed(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """Held an appointment here once that has begun, in force or not (V08)."""
    return any(
        a.login == who and a.department == d.department and a.valid_from <= at
        for a in d.roster.appointments
    )


def temporary(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """Appointed only by emergency authorisation (V22, E05)."""
    posts = [
        a.post
        for a in d.roster.appointments
        if a.login == who and a.department == d.department and a.in_force(at)
    ]
    return bool(posts) and all(post is Post.TEMP for post in posts)


def on_duty(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return duty_roster.on_duty(d.roster, who, d.department, at)


def department_staffed(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return bool(duty_roster.representatives_on_duty(d.roster, d.department, at))


def item_authorised(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """Some authorisation of the person in this department covers the item."""
    return bool(duty_roster.powers(d.roster, who, d.department, d.item.item_code, at))


def power(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return arg in duty_roster.powers(d.roster, who, d.department, d.item.item_code, at)


def recused(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return who in d.recused


def handled(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return any(s.actor == who and s.kind not in HandlerMoves for s in d.steps)


def acted_as(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    moves = MOVES_OF_DUTY[Duty(arg)]
    return any(s.actor == who and s.kind in moves for s in d.steps)


def reviewed_by_another(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return any(s.kind == "submit_opinion" and s.actor != who for s in d.steps)


def survey_recorded_by_me(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    records = [s for s in d.steps if s.kind == "record_survey"]
    return bool(records) and records[-1].actor == who


def decided_by_me(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.case is not None and d.case.decided_by == who


def decided_within_90_days(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    decided = d.case.decided_at if d.case else None
    return decided is not None and decided_by_me(d, who, "", at) and at < decided + DECIDED_SIGHT


def decided_refusal(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return any(s.kind in ("refuse", "refuse_by_meeting") for s in d.steps)


def claim_free_or_own(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """Nobody else holds the case; a claim lapses when its holder's duty ended over 15 min ago."""
    holder = d.case.holder if d.case else None
    return holder is None or holder == who or not _holds_still(d, holder, at)


def _holds_still(d: Dossier, holder: str, at: Moment) -> bool:
    if d.case is not None and d.case.reviewer == holder:
        return True
    return duty_roster.on_duty(d.roster, holder, d.department, at) or _grace(d, holder, at)


def _grace(d: Dossier, who: str, at: Moment) -> bool:
    return duty_roster.shift_ended_within(d.roster, who, d.department, at, GRACE)


def own_claim_in_grace(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    mine = d.case is not None and d.case.holder == who
    return mine and not on_duty(d, who, "", at) and _grace(d, who, at)


def claim_own_or_system(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return who == SYSTEM or (d.case is not None and d.case.holder == who)


def assigned_reviewer(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.case is not None and d.case.reviewer == who


def unassigned(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.case is not None and d.case.reviewer is None


def survey_names_me(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return any(who in (t.login, t.second_login) for t in d.open_tasks(TaskKind.SURVEY))


def chairs_hearing(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """The person is named to chair a hearing that is not held yet (R25)."""
    return any(t.login == who for t in d.open_tasks(TaskKind.HEARING))


def chaired(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """The person is or was named to chair a hearing of the case: he does not review it (R25)."""
    return any(t.login == who for t in d.tasks if t.kind is TaskKind.HEARING)


def hearing_hour_come(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    tasks = d.open_tasks(TaskKind.HEARING)
    return bool(tasks) and 0 < int(tasks[-1].data.get("held_at", 0)) <= at


def hearing_held(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """Some hearing of the case was held: its minutes bind the decision (R25)."""
    return any(t.state == "held" for t in d.tasks if t.kind is TaskKind.HEARING)


def _on_duty_in(d: Dossier, who: str, departments: Sequence[str | None], at: Moment) -> bool:
    return any(
        dep is not None and duty_roster.on_duty(d.roster, who, dep, at) for dep in departments
    )


def opinion_task_mine(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    asked = [t.department for t in d.open_tasks(TaskKind.OPINION)]
    return _on_duty_in(d, who, asked, at)


def opinion_answered_mine(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    done = [t.department for t in d.tasks if t.kind is TaskKind.OPINION and t.closed_at is not None]
    return _on_duty_in(d, who, done, at)


def transfer_to_mine(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return _on_duty_in(d, who, [t.department for t in d.open_tasks(TaskKind.TRANSFER)], at)


def on_custody_shift(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return any(c.login == who and c.in_force(at) for c in d.custody)


def state_in(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.state is not None and d.state in arg.split(",")


def item(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """A property of the item version: see :data:`ITEM_FLAGS`."""
    return ITEM_FLAGS[arg](d)


def task_open(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return bool(d.open_tasks(TaskKind(arg)))


def task_any(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.last_task(TaskKind(arg)) is not None


def task_state(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """``kind:state`` of the newest sub-task of that kind."""
    kind, state = arg.split(":")
    last = d.last_task(TaskKind(kind))
    return last is not None and last.state == state


def demands_met(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    last = d.last_task(TaskKind.CORRECTION)
    return last is not None and not last.data.get("unmet")


def suspension_over(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    tasks = d.open_tasks(TaskKind.SUSPENSION)
    return bool(tasks) and int(tasks[-1].data.get("planned_end", 0)) <= at


def clock_over(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    run = d.clock(arg)
    if run is None or run.paused_at is not None or run.due_at is None:
        return False
    return run.stopped_at is None and run.due_at <= at


def entry(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return arg in d.entries


def ledger_signed(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.ledger.signed


def ledger_released(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.ledger.released


def copies_out(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return d.ledger.copies_out


ITEM_FLAGS: Final[dict[str, Callable[[Dossier], bool]]] = {
    "active": lambda d: d.item.state is ItemState.ACTIVE,
    "abolished": lambda d: d.item.state is ItemState.ABOLISHED,
    "major": lambda d: d.item.decision_path is DecisionPath.MAJOR,
    "parallel": lambda d: d.item.case_type is CaseType.PARALLEL,
    "survey_required": lambda d: d.item.survey_required,
    "inspection": lambda d: bool(d.item.inspection_standard),
    "wet_seal_only": lambda d: d.item.wet_seal_only,
    "check_delegated": lambda d: bool(d.item.delegated_check),
    "single_officer_immediate": lambda d: (
        d.item.single_officer and d.item.case_type is CaseType.IMMEDIATE
    ),
}

FactFunction = Callable[[Dossier, str, str, Moment], bool]
FACTS: Final[dict[str, FactFunction]] = {
    one.__name__: one
    for one in (
        is_system, role, own_site, member_of_department, registered_by_me, appointed,
        was_appointed, temporary, on_duty, department_staffed, item_authorised, power, recused,
        handled, acted_as, reviewed_by_another, survey_recorded_by_me, decided_by_me,
        decided_within_90_days, decided_refusal, chairs_hearing, chaired, hearing_hour_come,
        hearing_held,
        claim_free_or_own, own_claim_in_grace, claim_own_or_system, assigned_reviewer,
        unassigned, survey_names_me, opinion_task_mine,
        opinion_answered_mine, transfer_to_mine, on_custody_shift, state_in, item, task_open,
        task_any, task_state, demands_met, suspension_over, clock_over, entry,
        materials_complete, tolerable_gap, gaps_delegated, ledger_signed, ledger_released,
        copies_out, asked_by_me, department_disagrees,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answers:
    """Facts and lists of one dossier for one person at one moment (:class:`conditions.Asked`)."""

    dossier: Dossier
    who: str
    at: Moment

    def fact(self, name: str, arg: str) -> bool:
        return FACTS[name](self.dossier, self.who, arg, self.at)

    def latest_end(self, kind: Any) -> Moment | None:
        days = self.dossier.calendar
        return suspension.latest_end(kind, self.at, days) if days is not None else None

    def seal_of(self, template: Any) -> str | None:
        carried = {one.code: one.seal_kind for one in self.dossier.item.documents}
        return carried.get(template) if isinstance(template, str) else None

    def values(self, source: str) -> Sequence[Any]:
        kind, _, key = source.partition(":")
        if source == "case:reviewers":
            case = self.dossier.case
            assigned = [case.reviewer] if case is not None and case.reviewer else []
            wrote = [s.actor for s in self.dossier.steps if s.kind == "submit_opinion"]
            return [*assigned, *wrote]
        if source == "case:minutes":
            hearings = (t for t in self.dossier.tasks if t.kind is TaskKind.HEARING)
            return [t.data.get("minutes_no") for t in hearings if t.state == "held"]
        if source == "item:delegated":
            return self.dossier.item.delegated_check
        if kind == "item":
            wanted = self.dossier.item.materials
            return [m.code for m in wanted if m.source not in NOT_FROM_APPLICANT]
        task_kind, _, key = key.partition(":")
        last = self.dossier.last_task(TaskKind(task_kind))
        found = last.data.get(key, ()) if last else ()
        return [found] if isinstance(found, str) else list(found)


