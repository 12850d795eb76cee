"""Every row of the visibility table (domain 4.4), one second before, at and after its boundary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.cases import (
    CHANGE,
    DEP,
    EVENING,
    EVERYBODY,
    LONG_AGO,
    MORNING,
    NOON,
    OTHER,
    a_case,
    a_dossier,
    a_roster,
    a_task,
    promised_item,
    steps,
    without,
)
from workbench.rules.case import FULL, POOL, Part, State, TaskKind
from workbench.rules.case_flow import TRANSITIONS
from workbench.rules.conditions import facts_in, holds
from workbench.rules.dossier import Dossier
from workbench.rules.facts import FACTS, GRACE, Answers
from workbench.rules.flow_words import ACTORS, SYSTEM
from workbench.rules.moment import DAY, SECOND
from workbench.rules.people import Appointment, Authorisation, CustodyShift, Leave, Post, Power
from workbench.rules.visibility import ROWS, explain, visible_parts

S = State


def rows(dossier: Dossier, who: str, at: int) -> list[str]:
    return [one.row for one in explain(Answers(dossier, who, at)).rows]


def parts(dossier: Dossier, who: str, at: int = NOON) -> frozenset[Part]:
    return visible_parts(Answers(dossier, who, at))


@pytest.mark.parametrize("state", POOL)
def test_v01_v03_shift_change_moves_the_pool_in_one_second(state: State) -> None:
    """V01, V03, fixed point 1: A's list empties and B's fills at the boundary, never both."""
    dossier = a_dossier(a_case(state))
    assert parts(dossier, "zhang", MORNING) == FULL
    assert parts(dossier, "zhang", CHANGE - 1) == FULL
    assert parts(dossier, "li", CHANGE - 1) == frozenset()
    assert parts(dossier, "zhang", CHANGE) == frozenset()
    assert parts(dossier, "li", CHANGE) == FULL
    assert rows(dossier, "li", EVENING - 1) == ["V01"]
    assert parts(dossier, "li", EVENING) == frozenset()


def test_v00_a_recused_representative_sees_nothing_though_on_duty() -> None:
    dossier = a_dossier(recused=frozenset({"zhang"}))
    assert rows(dossier, "zhang", NOON) == ["V00"]
    assert parts(dossier, "zhang") == frozenset()


def test_v02_outside_the_own_authorisation_only_meta_shows() -> None:
    narrow = Authorisation("zhang", DEP, frozenset({"9" * 31}), frozenset(Power), "n", LONG_AGO)
    dossier = a_dossier(roster=without(a_roster(), authorisations=[narrow]))
    assert parts(dossier, "zhang") == {Part.META}
    assert rows(dossier, "zhang", NOON) == ["V02"]


def test_v04_who_handled_an_open_case_keeps_meta_and_the_thread() -> None:
    dossier = a_dossier(a_case(S.UNDER_REVIEW), steps=steps(("accept", "li")))
    assert parts(dossier, "li", NOON) == {Part.META, Part.OWN_TASK, Part.THREAD}
    assert parts(dossier, "li", CHANGE) == FULL, "V01 holds then, V04 does not add or take away"
    closed = a_dossier(a_case(S.CLOSED), steps=steps(("accept", "li")))
    assert parts(closed, "li") == frozenset()


def test_v05_a_decider_reads_his_closed_case_for_90_days() -> None:
    decided = a_case(S.CLOSED, decided_by="zhang", decided_at=MORNING)
    dossier = a_dossier(decided)
    assert parts(dossier, "zhang", MORNING + 90 * DAY - 1) == FULL
    assert parts(dossier, "zhang", MORNING + 90 * DAY) == frozenset()
    assert parts(dossier, "li", EVENING) == frozenset()


def test_v06_fifteen_minutes_of_grace_for_the_own_claim_only() -> None:
    dossier = a_dossier(a_case(S.UNDER_REVIEW, holder="zhang"))
    assert rows(dossier, "zhang", CHANGE) == ["V06"]
    assert parts(dossier, "zhang", CHANGE + GRACE - 1) == FULL
    assert parts(dossier, "zhang", CHANGE + GRACE) == frozenset()
    other = a_dossier(a_case(S.UNDER_REVIEW, holder="li"))
    assert parts(other, "zhang", CHANGE) == frozenset()


def test_v07_leave_beats_the_shift() -> None:
    leave = Leave("zhang", MORNING, EVENING)
    dossier = a_dossier(roster=without(a_roster(), leaves=[leave]))
    assert parts(dossier, "zhang") == frozenset()
    handled = replace(dossier, steps=steps(("claim", "zhang")))
    assert parts(handled, "zhang") == {Part.META, Part.OWN_TASK, Part.THREAD}


def test_v08_a_revoked_letter_takes_the_sight_at_that_second() -> None:
    roster = a_roster()
    revoked = [
        replace(a, revoked_at=NOON) if a.login == "zhang" else a for a in roster.appointments
    ]
    dossier = a_dossier(
        roster=without(roster, appointments=revoked), steps=steps(("accept", "zhang"))
    )
    assert parts(dossier, "zhang", NOON - 1) == FULL
    assert rows(dossier, "zhang", NOON) == ["V08"]
    assert parts(dossier, "zhang", NOON) == {Part.META, Part.OWN_TASK, Part.THREAD}


def test_v09_v10_v11_a_co_department_sees_its_own_task_and_no_more() -> None:
    case = a_case(S.AWAITING_OPINIONS)
    asked = a_dossier(case, tasks=(a_task(TaskKind.OPINION, department=OTHER),))
    assert parts(asked, "chen") == {Part.META, Part.FORM, Part.MATERIALS, Part.OWN_TASK}
    done = a_task(TaskKind.OPINION, "answered", department=OTHER, closed_at=NOON)
    assert parts(a_dossier(case, tasks=(done,)), "chen") == {Part.META, Part.OWN_TASK}
    assert parts(a_dossier(case), "chen") == frozenset(), "V11"


def test_v12_the_assigned_reviewer_and_v12b_the_queue_while_somebody_is_on_duty() -> None:
    mine = a_dossier(a_case(S.UNDER_REVIEW, reviewer="ma"))
    assert parts(mine, "ma", EVENING) == FULL
    queue = a_dossier(a_case(S.UNDER_REVIEW))
    assert parts(queue, "ma", EVENING - 1) == FULL
    assert parts(queue, "ma", EVENING) == frozenset()
    others = a_dossier(a_case(S.UNDER_REVIEW, reviewer="somebody"))
    assert parts(others, "ma") == frozenset()


def test_v13_a_surveyor_sees_the_survey_part_of_a_task_that_names_him() -> None:
    task = a_task(TaskKind.SURVEY, "assigned", login="guo", second_login="he")
    dossier = a_dossier(a_case(S.UNDER_REVIEW), tasks=(task,))
    assert parts(dossier, "guo") == parts(dossier, "he") == {Part.META, Part.SURVEY}
    ended = replace(task, state="confirmed", closed_at=NOON)
    assert parts(a_dossier(a_case(S.UNDER_REVIEW), tasks=(ended,)), "guo") == frozenset()


def test_v14_the_window_sees_its_site_until_closed_but_no_opinions() -> None:
    seen = parts(a_dossier(), "wang")
    assert seen == {Part.META, Part.FORM, Part.MATERIALS, Part.NOTICES, Part.THREAD}
    assert parts(a_dossier(a_case(S.CLOSED)), "wang") == frozenset()
    assert parts(a_dossier(a_case(site="elsewhere")), "wang") == frozenset()


def test_v15_an_intake_agent_sees_his_own_drafts() -> None:
    assert parts(a_dossier(a_case(S.DRAFT, registrar="agent", site="x")), "agent")
    assert not parts(a_dossier(a_case(S.DRAFT, registrar="wang", site="x")), "agent")
    assert not parts(a_dossier(a_case(S.RECEIVED, registrar="agent", site="x")), "agent")


def test_v16_only_the_custodian_who_took_the_seal_over_sees_the_document() -> None:
    request = a_task(TaskKind.SEAL_REQUEST)
    dossier = a_dossier(a_case(S.PENDING_SEAL), tasks=(request,))
    assert parts(dossier, "lin") == {Part.META, Part.DOCUMENT}, "document, never the scans"
    assert parts(dossier, "gao") == frozenset(), "V16b: not taken over"
    later = replace(dossier, custody=(CustodyShift("lin", MORNING, EVENING, NOON),))
    assert parts(later, "lin", NOON - 1) == frozenset()
    assert parts(later, "lin", NOON)
    assert parts(dossier, "lin", EVENING) == frozenset()


def test_v17_the_issuing_clerk_sees_results_from_pending_issue_on() -> None:
    for state in (S.PENDING_ISSUE, S.ISSUED):
        assert parts(a_dossier(a_case(state)), "xu") == {Part.META, Part.DOCUMENT, Part.DELIVERY}
    assert parts(a_dossier(a_case(S.PENDING_SEAL)), "xu") == frozenset()


def test_v18_the_supervisor_sees_meta_opinions_and_log_of_all() -> None:
    for state in S:
        assert parts(a_dossier(a_case(state)), "tang") == {Part.META, Part.OPINIONS, Part.LOG}


def test_v19_the_head_sees_full_only_where_he_has_to_act() -> None:
    assert parts(a_dossier(), "han") == {Part.META}
    asked = a_dossier(a_case(S.UNDER_REVIEW), tasks=(a_task(TaskKind.EXTENSION),))
    assert parts(asked, "han") == FULL


def test_v20_v21_roster_manager_and_administrators_see_no_case() -> None:
    for state in S:
        if state is S.QUARANTINED:
            continue
        for who in ("song", "sys", "sec", "aud"):
            assert parts(a_dossier(a_case(state)), who) == frozenset()


def test_v22_a_temporary_representative_acts_for_named_items_only() -> None:
    temp = Appointment("temp", DEP, Post.TEMP, "e", LONG_AGO)
    roster = a_roster()
    shift = replace(roster.shifts[0], login="temp", shift_id="t")
    letter = Authorisation("temp", DEP, frozenset({a_case().item_code}), frozenset(Power), "e",
                           LONG_AGO)  # fmt: skip
    temporary = replace(
        roster, appointments=(temp,), shifts=(shift,), authorisations=(letter,)
    )
    assert rows(a_dossier(roster=temporary), "temp", NOON) == ["V22"]
    unnamed = replace(letter, item_codes=frozenset({"9" * 31}))
    other = a_dossier(roster=replace(temporary, authorisations=(unnamed,)))
    assert parts(other, "temp") == {Part.META}


def test_v24_a_frozen_case_shows_to_supervisor_and_audit_only() -> None:
    dossier = a_dossier(a_case(S.QUARANTINED, state_before=S.UNDER_REVIEW))
    seeing = {who for who in EVERYBODY if parts(dossier, who)}
    assert seeing == {"tang", "aud"}
    assert parts(dossier, "aud") == {Part.META}


def test_v25_the_archivist_sees_ended_cases() -> None:
    for state in (S.CLOSED, S.ARCHIVED, S.RETURNED, S.WITHDRAWN, S.TERMINATED):
        assert Part.DOCUMENT in parts(a_dossier(a_case(state)), "deng")
    assert parts(a_dossier(a_case(S.ISSUED)), "deng") == frozenset()


def test_v27_the_chair_sees_what_is_heard_until_the_minutes_are_signed() -> None:
    """R25: application and materials, no internal opinion; nothing before and nothing after."""
    named = a_task(TaskKind.HEARING, "fixed", login="guo")
    dossier = a_dossier(a_case(S.UNDER_REVIEW), tasks=(named,))
    assert parts(dossier, "guo") == {Part.META, Part.FORM, Part.MATERIALS, Part.OWN_TASK}
    assert parts(dossier, "he") == frozenset()
    signed = replace(dossier, tasks=(replace(named, state="held", closed_at=NOON),))
    assert parts(signed, "guo") == frozenset()


def test_v26_the_receiving_department_sees_what_it_is_to_take() -> None:
    task = a_task(TaskKind.TRANSFER, department=OTHER)
    dossier = a_dossier(a_case(S.RECEIVED), tasks=(task,))
    assert parts(dossier, "chen") == {Part.META, Part.FORM, Part.MATERIALS}
    assert parts(dossier, "chen", EVENING) == frozenset()
    accepted = replace(dossier, case=a_case(S.UNDER_REVIEW))
    assert parts(accepted, "chen") == frozenset(), "E19: no transfer after acceptance"


def test_pool_is_the_sum_of_what_representatives_on_duty_see() -> None:
    """Fixed point 2: while somebody is on duty, no pool case is invisible to all of them."""
    for minute in range(0, 9 * 60, 7):
        at = MORNING + minute * 60 * SECOND
        for state in POOL:
            dossier = a_dossier(a_case(state))
            seeing = [who for who in ("zhang", "li") if parts(dossier, who, at)]
            assert len(seeing) == 1


def witness(letter: str, dossier: Dossier) -> tuple[Dossier, str, int]:
    """The dossier arranged so that the letter's condition can hold, and the person it holds for."""
    assert dossier.case is not None
    case = dossier.case
    task = {
        "D2": a_task(TaskKind.OPINION, department=OTHER),
        "DR": a_task(TaskKind.TRANSFER, department=OTHER),
        "S": a_task(TaskKind.SURVEY, "assigned", login="guo", second_login="he"),
        "C": a_task(TaskKind.SEAL_REQUEST),
        "H": a_task(TaskKind.EXTENSION),
        "CHAIR": a_task(TaskKind.HEARING, "fixed", login="chen"),
        "H_DECIDED": a_task(TaskKind.VOIDING, login="lin"),
    }.get(letter)
    if letter == "A" and case.state is S.PENDING_ISSUE:
        task = a_task(TaskKind.VOIDING, login="lin")
    people = {"W": "wang", "W_CHECK": "wang", "G": "agent", "D": "zhang",
              "A": "zhang", "D2": "chen", "DR": "chen", "V": "ma", "S": "guo",
              "H": "han", "H_DECIDED": "han", "C": "lin", "I": "xu", "M": "tang", "X3": "aud",
              "R": "deng", "HOLDER": "zhang", "HANDLER": "li", "CHAIR": "chen"}  # fmt: skip
    changes = {"G": {"registrar": "agent"}, "H_DECIDED": {"decided_by": "han"},
               "HOLDER": {"holder": "zhang"}}.get(letter, {})  # fmt: skip
    acts = {"HANDLER": ("accept", "li"), "C": ("stamp", "lin")}.get(letter)
    arranged = replace(
        dossier,
        case=replace(case, **changes),
        tasks=(task,) if task else (),
        steps=steps(acts) if acts else (),
    )
    at = CHANGE + SECOND if letter == "HOLDER" else NOON
    return arranged, people[letter], at


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.row}-{row.move}")
def test_every_actor_of_every_transition_sees_the_state_he_acts_from(row) -> None:  # type: ignore[no-untyped-def]
    """Domain 3.8: flow and visibility walked against each other."""
    for letter in row.actors:
        if letter == "SYS":
            continue
        for state in row.from_states:
            item = promised_item() if row.move == "submit_opinion" else a_dossier().item
            item = replace(item, delegated_check=("form",)) if letter == "W_CHECK" else item
            dossier, who, at = witness(letter, a_dossier(a_case(state), item=item))
            assert holds(ACTORS[letter], Answers(dossier, who, at), {}), (letter, state)
            assert parts(dossier, who, at), f"{row.move}: {letter} does not see {state}"


def test_every_fact_named_in_a_table_exists() -> None:
    named = {f.name for one in ROWS for f in facts_in(one.condition)}
    named |= {f.name for c in ACTORS.values() for f in facts_in(c)}
    named |= {f.name for t in TRANSITIONS for g in t.guards for f in facts_in(g.condition)}
    assert named <= set(FACTS)


def test_the_system_is_nobody_who_sees_anything() -> None:
    assert parts(a_dossier(), SYSTEM) == frozenset()
