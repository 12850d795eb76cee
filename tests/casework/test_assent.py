"""T14, T20, T23b, E11 on the sample centre: what the people at its desks are told and shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.journeys.hall import CLERK, DEPUTY, HEAD, REVIEWER, WINDOW, Hall
from workbench.casework import voiding
from workbench.casework.seal_register import whole_ledger
from workbench.rules.case import Part, State, TaskKind
from workbench.rules.case_view import WorklistQuery
from workbench.rules.catalogue import CaseType, DecisionPath
from workbench.rules.moment import DAY, MINUTE, at_local
from workbench.rules.publication import Publication
from workbench.rules.seal_custody import LedgerState

pytestmark = pytest.mark.long(8)
A, B, ESTATE, CIVIL = "zhang.wei", "li.na", "chen.jing", "zhao.min"
PARALLEL = "11990101MB000111174000131999001"
MAJOR = "11990101MB000111174000131999002"
I04 = "11990101MB000111174000131902000"
OPINION = {"conclusion": "grant", "reasons": "complete and in legal form", "points": {}}
DECISION = {"result": "granted", "content": "as applied for"}
REASON = {"text": "a misprint in the name"}


@pytest.fixture
def bureau(hall: Hall) -> Hall:
    """With one parallel and one major item, made from the published food licence."""
    with hall.session("sys.admin") as room:
        known = room.item(I04)
        assert known is not None
        items = (
            replace(known, item_code=PARALLEL, case_type=CaseType.PARALLEL, survey_required=False),
            replace(known, item_code=MAJOR, decision_path=DecisionPath.MAJOR,
                    survey_required=False),
        )  # fmt: skip
        room.publish(Publication("test_items", "1.0", "development", (), items))
    hall.step = 0.2
    return hall


def accepted(hall: Hall, item_code: str) -> str:
    (case_no,) = hall.take_in("I04", item_code=item_code)
    hall.move(A, case_no, "accept", acceptance_notice={"item": "I04"})
    return case_no


def reviewed(hall: Hall, case_no: str) -> None:
    hall.move(A, case_no, "release")
    hall.move(REVIEWER, case_no, "claim")
    hall.move(REVIEWER, case_no, "submit_opinion", opinion=OPINION)
    hall.move(REVIEWER, case_no, "release")


# -- T14 -----------------------------------------------------------------------------------------


def test_a_procedure_longer_than_its_kind_allows_is_refused_with_the_last_day(
    bureau: Hall,
) -> None:
    """T14, R23: the calendar in force is counted; up to that day the case may stand still."""
    case_no = accepted(bureau, MAJOR)
    last = bureau.workday(15)
    notice = {"text": "told in writing"}

    def until(end: int, code: int = 0) -> str:
        said = bureau.move(A, case_no, "suspend", code=code, kind="testing", planned_end=end,
                           procedure_notice=notice)  # fmt: skip
        return said.err

    said = until(at_local(last) + DAY, code=1)
    assert "testing" in said and last.isoformat() in said and "15 working days" in said
    assert bureau.state(case_no) == "under_review", "nothing was changed"
    assert "past" in until(bureau.now() - MINUTE, code=1)
    until(at_local(last, 17, 30))
    assert bureau.state(case_no) == "suspended"


# -- T20 -----------------------------------------------------------------------------------------


def test_the_approver_records_what_the_meeting_decided(bureau: Hall) -> None:
    """T20: A may; the minutes come with it; the case goes on like any granted one."""
    case_no = accepted(bureau, MAJOR)
    reviewed(bureau, case_no)
    bureau.move(HEAD, case_no, "call_meeting")
    said = bureau.move(A, case_no, "grant_by_meeting", code=1, decision=DECISION)
    assert "minutes" in said.err
    assert "post" in bureau.move(REVIEWER, case_no, "grant_by_meeting", code=1,
                                 decision=DECISION, minutes=REASON).err  # fmt: skip
    bureau.move(A, case_no, "grant_by_meeting", decision=DECISION, decision_no="M-1",
                minutes={"text": "all agreed"})  # fmt: skip
    with bureau.session(A) as room:
        view = room.case_view(case_no)
    assert view is not None
    assert (view.case.state, view.case.decided_by) == (State.GRANTED, A)
    kept = view.last(Part.OPINIONS, "minutes")
    assert kept is not None and kept.body["text"] == "all agreed"


# -- T23b ----------------------------------------------------------------------------------------


def pressed(sealing: Hall) -> str:
    case_no = sealing.waiting()[0]
    sealing.step = 0.2
    sealing.press(case_no)
    return case_no


def handed_out(hall: Hall, case_no: str, code: int = 0) -> str:
    hall.forward()
    words = ("issue", case_no, "--receiver", "x", "--identity", "y", "--as", CLERK)
    return hall.run(*words, code=code).err


def test_custodian_and_approver_void_a_document_together(sealing: Hall) -> None:
    """T23b, E14: neither alone; the sealed file stays as void, its number is not used again."""
    case_no, keeper = pressed(sealing), sealing.keeper()
    assert "post" in sealing.move(A, case_no, "propose_void", code=1, void_reason=REASON).err
    assert "Nobody asked" in sealing.move(A, case_no, "confirm_void", code=1).err
    assert "reason" in sealing.move(keeper, case_no, "propose_void", code=1,
                                    void_reason={"text": " "}).err  # fmt: skip
    sealing.move(keeper, case_no, "propose_void", void_reason=REASON)
    assert "post" in sealing.move(keeper, case_no, "confirm_void", code=1).err
    assert handed_out(sealing, case_no, code=1), "nothing is issued meanwhile"
    assert sealing.state(case_no) == "pending_issue"
    with sealing.session(A) as room:
        listed = room.worklist(WorklistQuery("pending_issue"))
        view = room.case_view(case_no)
    marks = {row.case.case_no: row.asks for row in listed.rows}
    assert marks[case_no] == "voiding", "on the approver's list, and marked"
    said = sealing.run("cases", "--as", A).lines
    assert [line for line in said if case_no in line and "voiding asked for" in line]
    assert "voiding" not in sealing.run("cases", "--as", WINDOW).out, "no business of the window"
    assert view is not None and {"confirm_void", "decline_void"} <= set(view.moves)
    asked = view.last(Part.DOCUMENT, "void_reason")
    assert asked is not None and (asked.author, asked.body) == (keeper, REASON)
    sealing.move(A, case_no, "confirm_void")
    line = next(one for one in sealing.ledger() if one["case_no"] == case_no)
    assert line["state"] == LedgerState.VOID.value
    assert sealing.stored(line["sha256_after"]).is_file(), "the sealed file is kept"
    sealing.run("freeze", case_no, "--as", A)
    sealing.press(case_no)
    first, second = [one for one in sealing.ledger() if one["case_no"] == case_no]
    assert first["document_id"] != second["document_id"], "the number is not used again"
    handed_out(sealing, case_no)
    sealing.check()


def test_b_answers_in_the_afternoon_and_sees_nothing_where_nothing_is_asked(
    sealing: Hall,
) -> None:
    """V28: the request goes to the post, not to the person who decided (A2)."""
    case_no, keeper = pressed(sealing), sealing.keeper()
    sealing.move(keeper, case_no, "propose_void", void_reason=REASON)
    assert sealing.run("case", case_no, "--as", B, code=1).err, "not on duty"
    sealing.later(1, 14)
    with sealing.session(B) as room:
        view = room.case_view(case_no)
    assert view is not None and view.parts == {Part.META, Part.DOCUMENT}
    assert "V28" in sealing.run("explain", B, case_no).out
    assert "not on duty" in sealing.move(A, case_no, "confirm_void", code=1).err
    sealing.move(B, case_no, "decline_void", void_answer={"reason": "the name is right"})
    assert "document" not in sealing.case(case_no, B)["parts"], "nothing is asked any more"
    handed_out(sealing, case_no)


@pytest.mark.parametrize("end", ["declined", "withdrawn"])
def test_a_refused_or_withdrawn_request_changes_nothing(sealing: Hall, end: str) -> None:
    """T23b: same state, same document, same register; the custodian reads why it was declined."""
    case_no, keeper = pressed(sealing), sealing.keeper()
    register = sealing.ledger()
    sealing.move(keeper, case_no, "propose_void", void_reason=REASON)
    if end == "declined":
        assert "reason" in sealing.move(A, case_no, "decline_void", code=1,
                                        void_answer={"reason": ""}).err  # fmt: skip
        sealing.move(A, case_no, "decline_void", void_answer={"reason": "the name is right"})
    else:
        assert sealing.move(DEPUTY if keeper != DEPUTY else "lin.shu", case_no, "withdraw_void",
                            code=1).err, "only who asked"  # fmt: skip
        sealing.move(keeper, case_no, "withdraw_void")
    assert "Nobody asked" in sealing.move(A, case_no, "confirm_void", code=1).err
    assert sealing.state(case_no) == "pending_issue" and sealing.ledger() == register
    with sealing.session(keeper) as room:
        line = next(one for one in whole_ledger(room) if one.case_no == case_no)
        now = voiding.standing(room, line)
    assert now is not None and now.asked is None and "propose_void" in now.moves
    said = now.declined.body["reason"] if now.declined is not None else None
    assert said == ("the name is right" if end == "declined" else None)
    handed_out(sealing, case_no)
    sealing.check()


# -- E11 -----------------------------------------------------------------------------------------


def answered(bureau: Hall, **opinion: str) -> str:
    case_no = accepted(bureau, PARALLEL)
    bureau.move(A, case_no, "ask_opinions", departments=["real_estate", "civil_affairs"])
    bureau.move(CIVIL, case_no, "answer_opinion", co_opinion={"conclusion": "agree"})
    bureau.move(ESTATE, case_no, "answer_opinion", co_opinion=opinion)
    assert bureau.case(case_no, A)["state"] == "under_review"
    reviewed(bureau, case_no)
    return case_no


def test_granting_against_a_department_needs_reasons_on_the_file(bureau: Hall) -> None:
    """E11: without them refused in plain words; with them granted, and they stay there."""
    case_no = answered(bureau, conclusion="disagree", reason="the yard is not theirs")
    said = bureau.move(A, case_no, "grant", code=1, decision=DECISION)
    assert "A department disagrees" in said.err
    why = "the lease of the yard was handed in since"
    bureau.move(A, case_no, "grant", decision=DECISION | {"despite": why})
    with bureau.session(A) as room:
        view = room.case_view(case_no)
    assert view is not None and view.case.state is State.GRANTED
    decision = view.last(Part.OPINIONS, "decision")
    assert decision is not None and decision.body["despite"] == why
    states = {t.department: t.state for t in view.tasks if t.kind is TaskKind.OPINION}
    assert states == {"real_estate": "disagreed", "civil_affairs": "answered"}


def test_a_disagreement_without_a_reason_counts_as_agreement(bureau: Hall) -> None:
    """E11: it is taken as written and does not stand in the way of the grant."""
    case_no = answered(bureau, conclusion="disagree", reason="")
    with bureau.session(A) as room:
        view = room.case_view(case_no)
    assert view is not None
    assert {e.body["conclusion"] for e in view.of_kind("co_opinion")} == {"agree", "disagree"}
    bureau.move(A, case_no, "grant", decision=DECISION)
    assert bureau.state(case_no) == "granted"
