"""The verbs of acceptance as the desk calls them: notices say what the rules ask for."""

from __future__ import annotations

import pytest

from tests.journeys.hall import Hall
from workbench.casework import acceptance
from workbench.casework.acceptance import Demand
from workbench.casework.completing import carry_out
from workbench.casework.ports import Session
from workbench.rules.case import NewEntry, Part, State
from workbench.rules.case_view import CaseView
from workbench.rules.refusals import Refusal

OFFICER = "zhang.wei"


def seen(room: Session, case_no: str) -> CaseView:
    view = room.case_view(case_no)
    assert view is not None
    return view


def test_the_acceptance_notice_names_item_basis_and_officer(hall: Hall) -> None:
    """T04, N03: made by the core, so no pane can forget a part of it."""
    (case_no,) = hall.take_in("I01")
    with hall.session(OFFICER) as room:
        view = seen(room, case_no)
        case = acceptance.accept(room, view.case)
        notice = seen(room, case_no).last(Part.NOTICES, "acceptance_notice")
    assert (case.state, case.holder) == (State.UNDER_REVIEW, OFFICER)
    assert notice is not None
    assert notice.body["item"] == view.item.name_zh
    assert notice.body["legal_basis"] == view.item.legal_basis
    assert notice.body["accepted_by"] == OFFICER


def test_a_minor_gap_needs_the_signed_promise(hall: Hall) -> None:
    """R71: blanks are no promise."""
    (case_no,) = hall.take_in("I12")
    with hall.session("zhao.min") as room:
        case = seen(room, case_no).case
        with pytest.raises(Refusal) as refused:
            acceptance.accept(room, case, promise="   ")
        assert refused.value.code == "promise_missing"
        acceptance.accept(room, case, promise=" within ten days ")
        kept = seen(room, case_no).last(Part.NOTICES, "promise")
    assert kept is not None
    assert kept.body["text"] == "within ten days"


def test_everything_is_told_once_and_only_the_unmet_again(hall: Hall) -> None:
    """T07, T08b, R10: numbered demands; nothing new the second time."""
    (case_no,) = hall.take_in("I01")
    demands = [Demand("M01", "not signed", "signed"), Demand("M03", "unreadable", "200 dpi")]
    with hall.session(OFFICER) as room:
        case = acceptance.request_correction(room, seen(room, case_no).case, demands)
        view = seen(room, case_no)
        assert case.state is State.AWAITING_CORRECTION
        assert acceptance.open_demands(view) == (1, 2)
        assert [line["no"] for line in acceptance.demand_lines(view)] == [1, 2]
        assert {line["defect"] for line in acceptance.demand_lines(view)} == {
            "not signed", "unreadable",
        }  # fmt: skip
    for demand in (1, 2):
        scan = next(hall.packages.glob("*/M01.pdf"))
        hall.move("wang.fang", case_no, "answer_demand", demand=demand, file=scan,
                  code_of_file="M01")  # fmt: skip
    hall.move("wang.fang", case_no, "answer_correction")
    with hall.session(OFFICER) as room:
        case = seen(room, case_no).case
        with pytest.raises(Refusal) as again:
            acceptance.request_correction(room, case, demands)
        assert again.value.code == "second_notice"
        with pytest.raises(Refusal) as new:
            acceptance.return_unmet(room, case, [3], "one more")
        assert new.value.code == "demand_new"
        acceptance.return_unmet(room, case, [2], "still unreadable")
        assert acceptance.open_demands(seen(room, case_no)) == (2,)


def test_a_demand_needs_defect_and_standard_and_nothing_that_is_shared(hall: Hall) -> None:
    """R10, R38: a vague demand, and one for what sharing gives, are refused."""
    (case_no,) = hall.take_in("I01")
    with hall.session(OFFICER) as room:
        case = seen(room, case_no).case
        for demand, code in (
            (Demand("M01", "not signed", ""), "demand_incomplete"),
            (Demand("M02", "old", "valid"), "demand_foreign"),
        ):
            with pytest.raises(Refusal) as refused:
                acceptance.request_correction(room, case, [demand])
            assert refused.value.code == code


def test_a_refusal_to_accept_names_the_remedies(hall: Hall) -> None:
    """T10: the paragraph on remedies is the core's, not the writer's."""
    (case_no,) = hall.take_in("I01")
    with hall.session(OFFICER) as room:
        case = seen(room, case_no).case
        with pytest.raises(Refusal) as refused:
            acceptance.refuse_acceptance(room, case, "bad_mood", "no")
        assert refused.value.code == "reason_code"
        acceptance.refuse_acceptance(room, case, "not_competent", "the city decides", "city bureau")
    with hall.session("deng.hua") as room:
        notice = seen(room, case_no).last(Part.NOTICES, "refusal_notice")
    assert notice is not None
    assert notice.body["competent_organ"] == "city bureau"
    assert "六个月" in notice.body["remedies"]


def test_the_window_sends_the_notice_that_the_department_delegated(hall: Hall) -> None:
    """T07, W within delegated check: I12 delegates form, bank card and promise; I01 nothing."""
    demand = {"material": "M03", "defect": "unreadable", "standard": "clear"}
    notice = NewEntry("correction_notice", {"demands": [demand]})
    mine, other = hall.take_in("I12"), hall.take_in("I01")
    with hall.session("wang.fang") as room:
        case = seen(room, mine[0]).case
        done = carry_out(room, case, "request_correction_at_window", {}, [notice])
        view = seen(room, mine[0])
        assert (done.state, acceptance.open_demands(view)) == (State.AWAITING_CORRECTION, (1,))
        served = view.last(Part.NOTICES, "correction_notice")
        assert served is not None and served.body["told_by"] == "wang.fang"
        view = seen(room, other[0])
        assert "request_correction_at_window" not in view.moves
        said = view.blocked["request_correction_at_window"]
        assert said.code == "check_not_delegated" and "delegated" in said.message
    said_here = hall.move("wang.fang", other[0], "request_correction_at_window", code=1)
    assert "delegated" in said_here.err
