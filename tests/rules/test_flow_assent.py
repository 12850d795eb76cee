"""What two have to agree on, and how long a case may stand still: T14, T20, T23b, E11."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.cases import (
    CHANGE,
    NOON,
    OTHER,
    a_case,
    a_dossier,
    a_task,
    an_item,
    steps,
    the_calendar,
)
from workbench.rules.case import Move, NewEntry, Part, State, Task, TaskKind
from workbench.rules.catalogue import DecisionPath
from workbench.rules.dossier import Dossier
from workbench.rules.facts import Answers
from workbench.rules.facts_assent import counts_as_agreement
from workbench.rules.judge import judge, possible_moves
from workbench.rules.moment import DAY, at_local
from workbench.rules.refusals import Refusal
from workbench.rules.suspension import LONGEST, SUSPENSION_KINDS, Source, last_day
from workbench.rules.visibility import visible_parts

S = State
AFTERNOON = CHANGE + DAY // 24


def refused(dossier: Dossier, who: str, move: Move, at: int = NOON) -> Refusal:
    with pytest.raises(Refusal) as told:
        judge(dossier, who, move, at)
    assert told.value.message and told.value.remedy
    return told.value


def entry(kind: str, **body: object) -> NewEntry:
    return NewEntry(kind, body)


# -- T14 -----------------------------------------------------------------------------------------

LAST_DAYS = {
    "hearing": date(2026, 12, 21), "bidding": date(2027, 1, 4), "auction": date(2026, 12, 21),
    "inspection": date(2026, 12, 14), "testing": date(2026, 12, 14),
    "quarantine": date(2026, 12, 14), "appraisal": date(2026, 12, 14),
    "expert_review": date(2026, 12, 21),
}  # fmt: skip
"""Counted by hand from Monday, 23 November 2026, which is not counted; 1 January is a holiday."""


def suspending(kind: str, end: object) -> Move:
    notice = entry("procedure_notice", text="N07")
    return Move("suspend", {"kind": kind, "planned_end": end}, (notice,))


@pytest.mark.parametrize("kind", SUSPENSION_KINDS)
def test_t14_each_kind_lasts_to_its_last_day_and_not_longer(kind: str) -> None:
    """R23, domain 3.4: the refusal names the kind and the last permitted day."""
    hearing = (a_task(TaskKind.HEARING, "ordered"),) if kind == "hearing" else ()
    dossier = a_dossier(a_case(S.UNDER_REVIEW), tasks=hearing)
    day = last_day(kind, NOON, the_calendar())
    assert day == LAST_DAYS[kind]
    latest = at_local(day, 17, 30)
    assert judge(dossier, "zhang", suspending(kind, latest), NOON).to is S.SUSPENDED
    last = at_local(day) + DAY - 1
    assert judge(dossier, "zhang", suspending(kind, last), NOON).to is S.SUSPENDED
    said = refused(dossier, "zhang", suspending(kind, last + 1))
    assert said.code == "suspension_too_long"
    words = {"quarantine": "quarantine inspection", "expert_review": "expert review"}
    assert words.get(kind, kind) in said.message
    assert day.isoformat() in said.message and str(LONGEST[kind].days) in said.message


def test_t14_whose_figure_each_length_is() -> None:
    """R24 gives the hearing's; domain 3.4 proposes six; two are ours (decision 013)."""
    whose = {kind: row.source for kind, row in LONGEST.items()}
    assert len(whose) == 8
    assert [k for k, one in whose.items() if one is Source.LAW] == ["hearing"]
    assert [k for k, one in whose.items() if one is Source.OURS] == ["bidding", "auction"]


def test_t14_the_end_lies_ahead_and_is_a_moment() -> None:
    dossier = a_dossier(a_case(S.UNDER_REVIEW))
    for end in (NOON - 1, "2026-12-01", None):
        said = refused(dossier, "zhang", suspending("appraisal", end))
        assert said.code in ("planned_end_past", "planned_end_missing")
    said = refused(dossier, "zhang", suspending("public_notice", NOON + DAY))
    assert said.code == "suspension_kind", "a public notice stops no clock"


def test_t14_without_a_calendar_no_length_is_allowed() -> None:
    dossier = a_dossier(a_case(S.UNDER_REVIEW), calendar=None)
    said = refused(dossier, "zhang", suspending("appraisal", NOON + DAY))
    assert said.code == "suspension_too_long"


# -- T20 -----------------------------------------------------------------------------------------

DECISION = entry("decision", content="c", reason="r", basis="b", remedies="m")
MINUTES = entry("minutes", text="all agreed")


@pytest.mark.parametrize("name", ["grant_by_meeting", "refuse_by_meeting"])
@pytest.mark.parametrize("who", ["zhang", "han"])
def test_t20_approver_or_head_decides_on_the_minutes(name: str, who: str) -> None:
    """Row T20: A, H; item major; minutes attached."""
    item = an_item(decision_path=DecisionPath.MAJOR)
    past = steps(("submit_opinion", "ma"))
    dossier = a_dossier(a_case(S.COLLECTIVE_REVIEW), item=item, steps=past)
    bare = Move(name, {"decision_no": "1"}, (DECISION,))
    assert refused(dossier, who, bare).code == "minutes_missing"
    full = replace(bare, entries=(DECISION, MINUTES))
    assert judge(dossier, who, full, NOON).to in (S.GRANTED, S.REFUSED)
    assert name in possible_moves(dossier, who, NOON)


def test_t20_who_may_not_decide_after_the_meeting() -> None:
    item = an_item(decision_path=DecisionPath.MAJOR)
    decide = Move("grant_by_meeting", {"decision_no": "1"}, (DECISION, MINUTES))
    dossier = a_dossier(a_case(S.COLLECTIVE_REVIEW), item=item)
    assert refused(dossier, "li", decide).code == "not_visible", "not on duty"
    assert refused(dossier, "ma", decide).code == "not_your_role"
    surveyed = replace(dossier, steps=steps(("record_survey", "zhang")))
    assert refused(surveyed, "zhang", decide).code == "separation"
    held = replace(dossier, case=a_case(S.COLLECTIVE_REVIEW, holder="ma", reviewer="ma"))
    assert refused(held, "zhang", decide).code == "held_by_other"
    assert judge(held, "han", decide, NOON).to is S.GRANTED
    waiting = a_dossier(a_case(S.PENDING_DECISION), item=item)
    assert judge(waiting, "han", Move("call_meeting"), NOON).to is S.COLLECTIVE_REVIEW
    assert refused(waiting, "han", Move("send_back")).code == "not_your_role"


# -- T23b ----------------------------------------------------------------------------------------

ASK = Move("propose_void", {}, (entry("void_reason", text="a misprint"),))
CONFIRM, WITHDRAW = Move("confirm_void"), Move("withdraw_void")
DECLINE = Move("decline_void", {}, (entry("void_answer", reason="it is right"),))


def sealed(*tasks: Task) -> Dossier:
    past = steps(("submit_opinion", "ma"), ("grant", "zhang"), ("stamp", "lin"))
    case = a_case(S.PENDING_ISSUE, decided_by="zhang")
    return a_dossier(case, steps=past, tasks=tasks)


def test_t23b_one_person_alone_voids_nothing() -> None:
    """Custodian and approver together: each is refused what belongs to the other."""
    assert refused(sealed(), "lin", CONFIRM).code == "not_your_role"
    assert refused(sealed(), "zhang", ASK).code == "not_your_role"
    assert refused(sealed(), "zhang", CONFIRM).code == "no_void_asked"
    assert judge(sealed(), "lin", ASK, NOON).to is None, "asking changes no state"
    asked = sealed(a_task(TaskKind.VOIDING, login="lin"))
    assert refused(asked, "lin", ASK).code == "void_open"
    assert refused(asked, "lin", CONFIRM).code == "not_your_role"
    assert judge(asked, "zhang", CONFIRM, NOON).to is S.PREPARING_RESULT
    assert refused(asked, "xu", Move("issue")).code == "void_pending"


def test_t23b_the_same_person_is_never_both() -> None:
    """Even where somebody was given both posts: who asked does not confirm, who decided not ask."""
    mine = sealed(a_task(TaskKind.VOIDING, login="zhang"))
    assert refused(mine, "zhang", CONFIRM).code == "void_same_person"
    assert refused(mine, "zhang", DECLINE).code == "void_same_person"
    stamped = a_dossier(a_case(S.PENDING_ISSUE), steps=steps(("stamp", "zhang")),
                        tasks=(a_task(TaskKind.VOIDING, login="lin"),))  # fmt: skip
    assert refused(stamped, "zhang", CONFIRM).code == "separation"
    decided = replace(sealed(), steps=steps(("stamp", "lin"), ("grant", "lin")))
    assert refused(decided, "lin", ASK).code == "separation"


def test_t23b_the_approver_on_duty_answers_whoever_decided() -> None:
    """V28: B sees the request in the afternoon; A, whose shift is over, does not act."""
    asked = sealed(a_task(TaskKind.VOIDING, login="lin"))
    assert visible_parts(Answers(asked, "li", AFTERNOON)) == {Part.META, Part.DOCUMENT}
    assert judge(asked, "li", CONFIRM, AFTERNOON).to is S.PREPARING_RESULT
    assert refused(asked, "zhang", CONFIRM, AFTERNOON).code == "not_on_duty"
    assert visible_parts(Answers(sealed(), "li", AFTERNOON)) == frozenset(), "nothing is asked"


def test_t23b_the_head_answers_for_what_a_meeting_decided() -> None:
    item = an_item(decision_path=DecisionPath.MAJOR)
    other = replace(sealed(a_task(TaskKind.VOIDING, login="lin")), item=item)
    asked = replace(other, case=a_case(S.PENDING_ISSUE, decided_by="han"))
    assert judge(asked, "han", CONFIRM, NOON).to is S.PREPARING_RESULT
    assert refused(other, "han", CONFIRM).code == "not_your_role"


def test_t23b_declined_with_a_reason_or_taken_back() -> None:
    asked = sealed(a_task(TaskKind.VOIDING, login="lin"))
    assert judge(asked, "zhang", DECLINE, NOON).to is None
    bare = replace(DECLINE, entries=(entry("void_answer", reason=" "),))
    assert refused(asked, "zhang", bare).code == "reason_missing"
    assert judge(asked, "lin", WITHDRAW, NOON).to is None
    others = sealed(a_task(TaskKind.VOIDING, login="gao"))
    assert refused(others, "lin", WITHDRAW).code == "void_not_yours"
    for end in ("declined", "withdrawn"):
        over = sealed(a_task(TaskKind.VOIDING, end, login="lin"))
        assert refused(over, "zhang", CONFIRM).code == "no_void_asked"
        assert judge(over, "lin", ASK, NOON), "it can be asked again"


# -- E11 -----------------------------------------------------------------------------------------


def opinion(state: str, no: int = 1, department: str = OTHER) -> Task:
    return a_task(TaskKind.OPINION, state, no=no, department=department, closed_at=NOON)


@pytest.mark.parametrize("to", [S.PENDING_DECISION, S.COLLECTIVE_REVIEW])
def test_e11_granting_against_a_department_needs_written_reasons(to: State) -> None:
    major = to is S.COLLECTIVE_REVIEW
    item = an_item(decision_path=DecisionPath.MAJOR if major else DecisionPath.ORDINARY)
    name, more = ("grant_by_meeting", (MINUTES,)) if major else ("grant", ())

    def granting(despite: str) -> Move:
        body = entry("decision", content="c", despite=despite)
        return Move(name, {"decision_no": "1"}, (body, *more))

    past = steps(("submit_opinion", "ma"))
    against = a_dossier(a_case(to), item=item, steps=past, tasks=(opinion("disagreed"),))
    assert refused(against, "zhang", granting("")).code == "disagreement_unanswered"
    assert refused(against, "zhang", granting("  ")).code == "disagreement_unanswered"
    assert judge(against, "zhang", granting("the fire report settles it"), NOON).to is S.GRANTED
    agreed = replace(against, tasks=(opinion("answered"), opinion("overdue_deemed", 2, "civil")))
    assert judge(agreed, "zhang", granting(""), NOON).to is S.GRANTED


def test_e11_what_a_department_said_last_counts() -> None:
    """E12: asked again it may agree; another department's disagreement stays."""
    both = (opinion("disagreed", 1), opinion("disagreed", 2, "civil"), opinion("answered", 3))
    grant = Move("grant", {"decision_no": "1"}, (entry("decision", content="c"),))
    past = steps(("submit_opinion", "ma"))
    again = a_dossier(a_case(S.PENDING_DECISION), steps=past, tasks=both)
    assert refused(again, "zhang", grant).code == "disagreement_unanswered"
    alone = replace(again, tasks=(both[0], both[2]))
    assert judge(alone, "zhang", grant, NOON).to is S.GRANTED


def test_e11_a_disagreement_without_a_reason_counts_as_agreement() -> None:
    assert counts_as_agreement({"conclusion": "disagree", "reason": "  "})
    assert not counts_as_agreement({"conclusion": "disagree", "reason": "too near the school"})
    assert not counts_as_agreement({"conclusion": "agree"})
