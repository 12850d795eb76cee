"""Cases through the flow on a real file: every row of the main line and the ways out of it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.store.world import (
    ABOLISHED,
    IMMEDIATE,
    MAJOR,
    MONDAY,
    ORGANS,
    PARALLEL,
    World,
)
from workbench.casework.seal_register import whole_ledger
from workbench.rules.case import Case, Move, NewEntry, Part, State
from workbench.rules.events import first_break
from workbench.rules.moment import MINUTE, at_local
from workbench.rules.refusals import Refusal
from workbench.store import case_rows

pytestmark = pytest.mark.long(8)


def log_of(world: World, case: Case) -> tuple[str, ...]:
    with world.centre.administration(writing=False) as unit:
        events = case_rows.events_of(unit.sql, case.case_id)
    assert first_break(case.case_no, events) is None
    return tuple(one.kind for one in events)


def refused(world: World, login: str, case: Case, name: str, *entries: NewEntry, **fields: object):
    with pytest.raises(Refusal) as caught:
        world.move(login, case, name, *entries, **fields)
    return caught.value


def test_the_main_line_from_registering_to_the_archive(world: World) -> None:
    case = world.press(world.awaiting_seal())
    assert case.state is State.PENDING_ISSUE
    receipt = NewEntry("delivery", {"receiver": "self", "manner": "direct", "identity": "shown"})
    case = world.move("xu", case, "issue", receipt, manner="direct")
    assert refused(world, "xu", case, "close").code == "not_acknowledged"
    known = NewEntry("acknowledgement", {"reference": "R-1"})
    case = world.move("xu", case, "record_acknowledgement", known)
    case = world.move("xu", case, "close")
    package = NewEntry("package", {"sha256": world.file("package")})
    case = world.move("deng", case, "archive", package)
    assert case.state is State.ARCHIVED
    assert log_of(world, case) == (
        "register", "receive", "push", "accept", "release", "claim", "submit_opinion", "release",
        "grant", "prepare_result", "request_seal", "stamp", "issue", "record_acknowledgement",
        "close", "archive",
    )  # fmt: skip
    assert world.check() == []


def test_a_package_that_comes_twice_is_one_case(world: World) -> None:
    session = world.as_("wang")
    fields = {"item_code": IMMEDIATE.item_code, "channel": "locker"}
    move = Move("register", fields, (NewEntry("form", {"applicant": {"name": "王小明"}}),))
    first = session.register(move, "王**", "P-1")
    assert session.register(move, "王**", "P-1") == first
    second = session.register(move, "王**", "P-2")
    assert first.case_no == f"{IMMEDIATE.item_code}202603020001"
    assert second.case_no == f"{IMMEDIATE.item_code}202603020002"
    assert (first.short_no, second.short_no) == ("SJ-20260302-0001", "SJ-20260302-0002")


def test_the_abolished_item_takes_no_case_and_no_number(world: World) -> None:
    with pytest.raises(Refusal) as caught:
        world.draft(ABOLISHED)
    assert caught.value.code == "item_abolished"
    assert world.draft().short_no == "SJ-20260302-0001"


def test_one_correction_notice_and_its_answer(world: World) -> None:
    """T07, T08, T08b: demands are struck off one by one and never grow."""
    case = world.pushed(PARALLEL, "site_plan")
    demands = [
        {"no": 1, "material": "id_card", "defect": "missing", "standard": "copy"},
        {"no": 2, "material": "site_plan", "defect": "blurred", "standard": "200 dpi"},
    ]
    notice = NewEntry("correction_notice", {"demands": demands})
    case = world.move(
        "zhang", case, "request_correction", notice,
        demands=[1, 2], unmet=[1, 2], materials=["id_card", "site_plan"],
    )  # fmt: skip
    assert (case.state, case.due_clock) == (State.AWAITING_CORRECTION, "applicant_correction")
    case = world.move("wang", case, "answer_demand", world.paper("id_card"), demand=1)
    assert refused(world, "wang", case, "answer_correction").code == "demands_open"
    case = world.move("wang", case, "answer_demand", world.paper("site_plan", "new"), demand=2)
    case = world.move("wang", case, "answer_correction")
    assert (case.state, case.due_clock) == (State.PENDING_ACCEPTANCE, "acceptance_response")
    assert refused(world, "zhang", case, "return_correction", unmet=[3]).code == "demand_new"
    case = world.move("zhang", case, "return_correction", unmet=[2])
    assert case.state is State.AWAITING_CORRECTION
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None
    assert view.tasks[-1].data["unmet"] == [2]


def test_nobody_corrects_and_the_application_goes_back_by_itself(world: World) -> None:
    """T09: ten working days, then returned at the end of the last, whoever looks later."""
    case = world.pushed()
    notice = NewEntry("correction_notice", {"demands": [
        {"no": 1, "material": "id_card", "defect": "old", "standard": "valid"}]})  # fmt: skip
    case = world.move("zhang", case, "request_correction", notice, demands=[1], unmet=[1],
                      materials=["id_card"])  # fmt: skip
    world.at(date(2026, 3, 20))
    view = world.as_("wang").case_view(case.case_no)
    assert view is not None
    assert view.shown_state is State.RETURNED
    with world.centre.administration(writing=False) as unit:
        last = case_rows.events_of(unit.sql, case.case_id)[-1]
    assert (last.kind, last.actor) == ("return_application", "system")
    assert last.effective_at == at_local(date(2026, 3, 16), 17)


def test_parallel_survey_opinions_and_an_extension(world: World) -> None:
    case = world.accepted(PARALLEL, "id_card", "site_plan")
    case = world.move("zhang", case, "assign_survey", NewEntry("survey_task", {"place": "x"}),
                      surveyor="guo", second_surveyor="he")  # fmt: skip
    case = world.move("zhang", case, "ask_opinions", departments=["estate", "civil"])
    record = NewEntry("survey_record", {"findings": "fit", "conclusion": "pass"})
    case = world.move("guo", case, "record_survey", record)
    assert refused(world, "guo", case, "confirm_survey").code == "second_surveyor_signs"
    case = world.move("he", case, "confirm_survey")
    seen = world.as_("chen").case_view(case.case_no)
    assert seen is not None
    assert seen.parts == {Part.META, Part.FORM, Part.MATERIALS, Part.OWN_TASK}
    case = world.move("chen", case, "answer_opinion", NewEntry("co_opinion",
                                                               {"conclusion": "agree"}))
    assert world.as_("zhao").case_view(case.case_no) is not None
    case = world.move("zhang", case, "request_extension", NewEntry("reason", {"text": "wait"}),
                      days=5)  # fmt: skip
    before = {run.name: run.due_at for run in _clocks(world, case)}
    case = world.move("peng", case, "approve_extension", NewEntry("extension_notice",
                                                                  {"text": "5 days"}))
    after = {run.name: run.due_at for run in _clocks(world, case)}
    assert after["promised"] > before["promised"]
    assert after["statutory"] > before["statutory"]
    # civil never answers: agreement is deemed after half the promised limit (T13).
    world.at(date(2026, 3, 9), 10)
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None
    assert view.shown_state is State.UNDER_REVIEW
    assert log_of(world, case)[-2:] == ("deem_opinion", "collect_opinions")
    with world.centre.administration(writing=False) as unit:
        wanted = "SELECT responsible FROM supervision_event WHERE kind = 'opinion_overdue'"
        assert unit.sql.exec_driver_sql(wanted).scalars().all() == ["civil"], "not the lead's"


def _clocks(world: World, case: Case):
    with world.centre.administration(writing=False) as unit:
        return case_rows.clocks_of(unit.sql, case.case_id)


def test_a_special_procedure_holds_two_clocks_and_ends_by_itself(world: World) -> None:
    """T14, T15: nothing runs meanwhile; the planned end is the true moment of the resumption."""
    case = world.accepted()
    end = at_local(date(2026, 3, 12), 10)
    case = world.move("zhang", case, "suspend", NewEntry("procedure_notice", {"text": "x"}),
                      kind="appraisal", planned_end=end)  # fmt: skip
    assert (case.state, case.due_at) == (State.SUSPENDED, None)
    world.at(date(2026, 3, 13))
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None
    assert (view.shown_state, view.case.due_clock) == (State.UNDER_REVIEW, "promised")
    dues = {run.name: run.due_at for run in view.clocks}
    # Nine working days from 2 March end on the 13th; seven whole days were held.
    assert dues["promised"] == at_local(date(2026, 3, 24), 17)


def test_a_major_matter_is_decided_in_a_meeting(world: World) -> None:
    case = world.reviewed(MAJOR)
    decision = NewEntry("decision", {"content": "granted"})
    assert refused(world, "chen", case, "grant", decision).code == "major_matter"
    case = world.move("chen", case, "call_meeting")
    minutes = NewEntry("minutes", {"text": "all agreed"})
    case = world.move("han", case, "grant_by_meeting", decision, minutes, decision_no="M-1")
    assert (case.state, case.decided_by) == (State.GRANTED, "han")
    assert case.document_no == "M-1", "the decision of a meeting has its number too"


def test_refusals_of_the_decision_and_of_acceptance(world: World) -> None:
    case = world.reviewed()
    bare = NewEntry("decision", {"reason": "not fit"})
    assert refused(world, "zhang", case, "refuse", bare).code == "basis_missing"
    full = NewEntry("decision", {"reason": "not fit", "basis": "art. 1", "remedies": "60 days"})
    assert world.move("zhang", case, "refuse", full).state is State.REFUSED
    other = world.pushed()
    notice = NewEntry("refusal_notice", {"reason": "not ours", "remedies": "60 days"})
    said = refused(world, "zhang", other, "refuse_acceptance", notice, reason="not_competent")
    assert said.code == "organ_missing"
    gone = world.move("zhang", other, "refuse_acceptance", notice, reason="not_competent",
                      competent_organ="estate")  # fmt: skip
    assert gone.state is State.NOT_ACCEPTED


def test_withdrawing_ends_every_clock(world: World) -> None:
    """T28: a case that ended early owes nothing any more."""
    case = world.accepted()
    case = world.move("wang", case, "withdraw", NewEntry("ending_notice", {"request": "letter"}))
    assert (case.state, case.due_at, case.due_clock) == (State.WITHDRAWN, None, None)


def test_ending_a_case_is_proposed_and_approved(world: World) -> None:
    case = world.accepted()
    case = world.move("zhang", case, "propose_termination", NewEntry("note", {"text": "died"}),
                      reason="death_or_incapacity")  # fmt: skip
    assert world.as_("han").case_view(case.case_no) is not None
    case = world.move("han", case, "terminate", NewEntry("ending_notice", {"reason": "died"}))
    assert case.state is State.TERMINATED


def test_voiding_before_issue_gives_a_new_document(world: World) -> None:
    """T23b: the custodian proposes, the decider confirms, the number is not used again."""
    case = world.press(world.awaiting_seal())
    promised = {run.name: run for run in _clocks(world, case)}["promised"]
    assert promised.stopped_at is not None
    case = world.move("lin", case, "propose_void", NewEntry("void_reason", {"text": "misprint"}))
    assert refused(world, "li", case, "confirm_void").code in ("not_visible", "not_your_role")
    case = world.move("zhang", case, "confirm_void")
    assert case.state is State.PREPARING_RESULT
    assert whole_ledger(world.as_("lin"))[-1].void_reason == "misprint"
    again = {run.name: run for run in _clocks(world, case)}["promised"]
    assert again.running and again.due_at == promised.due_at, "the clock keeps running (T23b)"


def test_a_frozen_case_goes_back_to_where_it_was(world: World) -> None:
    """T31, V24: supervisor and audit administrator only; two persons let it go."""
    case = world.accepted()
    case = world.move("tang", case, "quarantine", finding="hash_mismatch")
    assert world.as_("zhang").case_view(case.case_no) is None
    case = world.move("tang", case, "propose_release", reason_code="restored")
    case = world.move("aud", case, "release_quarantine")
    assert (case.state, case.state_before) == (State.UNDER_REVIEW, None)
    assert world.as_("zhang").case_view(case.case_no) is not None


def test_an_immediate_case_takes_under_thirty_minutes(world: World) -> None:
    """I01: one officer accepts, reviews and decides; the seal clock has five minutes."""
    start = world.clock.now()
    case = world.accepted(IMMEDIATE)
    opinion = NewEntry("opinion", {"conclusion": "grant", "reasons": "fit"})
    case = world.move("zhang", case, "submit_opinion", opinion)
    case = world.move("zhang", case, "grant", NewEntry("decision", {"content": "yes"}))
    case = world.move("zhang", case, "prepare_result", template="licence", document_no="D-1")
    frozen = world.file("frozen")
    case = world.move(
        "zhang", case, "request_seal",
        NewEntry("document", {"sha256": frozen, "template": "licence"}),
        document_id=f"{case.case_no}/D-1", document_no="D-1", seal_kind="approval_special",
        sha256=frozen, proof_shown="yes",
    )  # fmt: skip
    seal = next(run for run in _clocks(world, case) if run.name == "seal")
    assert seal.due_at - seal.started_at == 5 * MINUTE
    case = world.press(case)
    receipt = NewEntry("delivery", {"receiver": "self", "manner": "direct", "identity": "shown"})
    case = world.move("xu", case, "issue", receipt, manner="direct")
    assert case.state is State.ISSUED
    assert world.clock.now() - start < 30 * MINUTE


def test_the_thread_and_the_handing_over_of_a_claim(world: World) -> None:
    case = world.accepted()
    assert case.holder == "zhang"
    case = world.move("wang", case, "send_message", NewEntry("message", {"text": "why?"}))
    case = world.move("zhang", case, "hand_over", NewEntry("note", {"text": "half done"}), to="li")
    assert case.holder == "li"
    world.at(MONDAY, 14)
    view = world.as_("li").case_view(case.case_no)
    assert view is not None
    said = view.last(Part.THREAD, "message")
    assert said is not None
    assert said.body["text"] == "why?"


def test_every_organ_code_of_the_test_world_is_well_formed() -> None:
    from workbench.rules.identifiers import parse_credit_code

    assert [parse_credit_code(one).code for one in ORGANS.values()] == list(ORGANS.values())
