"""T11, E19: a case of the wrong department goes on in the right one, as of its original receipt."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.store.world import MAJOR, MONDAY, PARALLEL, PROMISED, World, item
from workbench.rules.case import Case, Move, NewEntry, Part, State, TaskKind
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import Situation
from workbench.rules.events import Event, first_break
from workbench.rules.moment import MINUTE
from workbench.rules.publication import Publication
from workbench.rules.refusals import Refusal
from workbench.store import case_rows

TUESDAY = date(2026, 3, 3)


def proposed(world: World, **more: Any) -> Case:
    """At the market's desk, to be transferred to the estate department."""
    case = world.pushed(PROMISED, "id_card", "site_plan", **more)
    return world.move("zhang", case, "propose_transfer", department="estate", agreed_by="applicant")


def confirmed(world: World, case: Case, **fields: Any) -> tuple[Case, CaseView]:
    """The first case afterwards, and its follow-up as the receiving representative sees it."""
    done = world.move("chen", case, "confirm_transfer", item_code=MAJOR.item_code, **fields)
    assert done.follow_up_no is not None
    view = world.as_("chen").case_view(done.follow_up_no)
    assert view is not None
    return done, view


def events(world: World, case: Case) -> dict[str, Event]:
    with world.centre.administration(writing=False) as unit:
        found = case_rows.events_of(unit.sql, case.case_id)
    assert first_break(case.case_no, found) is None
    return {one.kind: one for one in found}


def code(world: World, login: str, case: Case, name: str, **fields: Any) -> str:
    with pytest.raises(Refusal) as caught:
        world.move(login, case, name, **fields)
    return caught.value.code


def test_both_cases_name_each_other_and_the_first_owes_nothing(world: World) -> None:
    case = proposed(world)
    done, view = confirmed(world, case)
    assert (done.state, done.due_at) == (State.TRANSFERRED_OUT, None)
    new = view.case
    assert (new.state, new.department, new.item_code) == (
        State.RECEIVED, "estate", MAJOR.item_code,
    )  # fmt: skip
    assert (new.origin_no, done.follow_up_no) == (case.case_no, new.case_no)
    assert events(world, done)["confirm_transfer"].fields()["follow_up"] == new.case_no
    first = events(world, new)["begin_after_transfer"]
    assert (first.seq, first.actor, first.fields()["origin"]) == (1, "chen", case.case_no)
    assert world.check() == []


def test_the_whole_package_goes_along_by_reference(world: World) -> None:
    """R14: nothing is asked for again; no file is copied; the list says what was handed over."""
    case = proposed(world)
    before = world.as_("wang").case_view(case.case_no)
    files = len(list((world.path.parent / "content").rglob("*")))
    done, view = confirmed(world, case)
    assert before is not None
    carried = {e.body["carried_code"]: e.body for e in view.of(Part.MATERIALS, "material")}
    given = {e.body["code"]: e.body["sha256"] for e in before.of(Part.MATERIALS, "material")}
    assert {name: body["sha256"] for name, body in carried.items()} == given
    assert len(list((world.path.parent / "content").rglob("*"))) == files
    assert carried["id_card"]["code"] == "id_card", "the same line of the new list"
    assert carried["site_plan"]["code"] == "carried.site_plan", "no line of the new list"
    form = view.last(Part.FORM, "form")
    assert form is not None and form.body["applicant"]["name"] == "王小明"
    assert view.case.applicant_masked == case.applicant_masked
    for one in (done, view.case):
        there = world.as_("wang").case_view(one.case_no)
        assert there is not None
        listed = there.last(Part.NOTICES, "transfer_list")
        assert listed is not None
        assert [m["code"] for m in listed.body["materials"]] == ["id_card", "site_plan"]
        assert (listed.body["from_case"], listed.body["to_case"]) == (
            case.case_no, view.case.case_no,
        )  # fmt: skip


def test_ten_minutes_of_its_own_and_five_days_from_the_first_receipt(world: World) -> None:
    """The five-day clock is the same one; the ten minutes begin with the push there."""
    case = proposed(world)
    held = {c.name: c for c in _clocks(world, case)}
    _done, view = confirmed(world, case)
    five = {c.name: c for c in view.clocks}
    assert set(five) == {"correction_notice"}
    assert five["correction_notice"].due_at == held["correction_notice"].due_at
    assert five["correction_notice"].running
    assert view.case.received_at == case.received_at
    world.clock.forward(60 * MINUTE)
    pushed = world.move("wang", view.case, "push", NewEntry("checklist", {"answers": ["yes"]}))
    assert pushed.due_at == world.clock.now() + 10 * MINUTE
    accepted = world.move("chen", pushed, "accept", NewEntry("acceptance_notice", {"n": 1}))
    assert accepted.state is State.UNDER_REVIEW


def test_silence_in_the_new_department_is_effective_from_the_first_receipt(world: World) -> None:
    """T06, R10, E19: nobody gains time by handing a case on."""
    case = world.pushed(PROMISED, "id_card")
    world.at(MONDAY, 9, 5)
    case = world.move("zhang", case, "propose_transfer", department="estate", agreed_by="applicant")
    _done, view = confirmed(world, case)
    world.at(date(2026, 3, 9), 16, 59, 59)
    assert _shown(world, view).state is State.RECEIVED
    world.at(date(2026, 3, 9), 17)
    accepted = _shown(world, view)
    assert accepted.acceptance_kind == "statutory_silence"
    assert accepted.accepted_at == case.received_at


def test_the_one_correction_round_goes_along(world: World) -> None:
    """R10, S099: told once is told once, and the period it stopped stays stopped."""
    case = world.pushed(PROMISED, "id_card")
    demand = {"no": 1, "material": "id_card", "defect": "d", "standard": "s"}
    notice = NewEntry("correction_notice", {"demands": [demand]})
    told: dict[str, Any] = {"demands": [1], "unmet": [1], "materials": ["id_card"]}
    case = world.move("zhang", case, "request_correction", notice, **told)
    case = world.move("wang", case, "answer_demand", world.paper("id_card", "new"), demand=1)
    case = world.move("wang", case, "answer_correction")
    case = world.move("zhang", case, "propose_transfer", department="estate",
                      agreed_by="organ_rule")  # fmt: skip
    _done, view = confirmed(world, case)
    assert [c.running for c in view.clocks if c.name == "correction_notice"] == [False]
    pushed = world.move("wang", view.case, "push", NewEntry("checklist", {"answers": ["yes"]}))
    with pytest.raises(Refusal) as caught:
        world.move("chen", pushed, "request_correction", notice, **told)
    assert caught.value.code == "second_notice"
    again = world.move("chen", pushed, "return_correction", unmet=[1])
    assert again.state is State.AWAITING_CORRECTION


def test_what_the_receiving_side_may_not_do(world: World) -> None:
    assert code(world, "zhang", world.pushed(), "propose_transfer", department="nowhere",
                agreed_by="applicant") == "department_unknown"  # fmt: skip
    assert code(world, "zhang", world.pushed(), "propose_transfer", department="market",
                agreed_by="applicant") == "department_unknown"  # fmt: skip
    case = proposed(world)
    assert code(world, "chen", case, "confirm_transfer") == "item_missing"
    assert code(world, "chen", case, "confirm_transfer", item_code=PROMISED.item_code) == (
        "item_not_theirs"
    )
    assert code(world, "chen", case, "confirm_transfer", item_code="X") == "item_unknown"
    assert code(world, "chen", case, "confirm_transfer", item_code=MAJOR.item_code,
                matches={"id_card": "no_such_line"}) == "match_unknown"  # fmt: skip
    assert code(world, "zhao", case, "confirm_transfer", item_code=MAJOR.item_code) == (
        "not_visible"
    )
    with world.centre.administration(writing=False) as unit:
        assert len(unit.sql.exec_driver_sql("SELECT 1 FROM case_file").all()) == 3, "none begun"


def test_a_refused_confirmation_burns_no_number(world: World) -> None:
    """One transaction: the follow-up's number is given back with everything else."""
    case = proposed(world)
    world.at(TUESDAY, 9)
    assert code(world, "chen", case, "confirm_transfer", item_code=MAJOR.item_code) == (
        "wrong_state"
    ), "deemed accepted meanwhile: E19"
    other = proposed(world)
    _done, view = confirmed(world, other)
    assert view.case.case_no.endswith("0001")


def test_a_retry_begins_no_second_case(world: World) -> None:
    case = proposed(world)
    move = Move("confirm_transfer", {"item_code": MAJOR.item_code}, operation_id="once")
    first = world.as_("chen").make_move(case.case_id, move)
    again = world.as_("chen").make_move(case.case_id, move)
    assert first.follow_up_no == again.follow_up_no
    with world.centre.administration(writing=False) as unit:
        assert len(unit.sql.exec_driver_sql("SELECT 1 FROM case_file").all()) == 2


def test_who_sees_which_of_the_two(world: World) -> None:
    """V14, V25, V26, V11: the first department sees nothing of the follow-up."""
    case = proposed(world)
    done, view = confirmed(world, case)
    number = view.case.case_no
    assert world.as_("zhang").case_view(number) is None
    assert world.as_("chen").case_view(done.case_no) is None, "V26 ends with the transfer"
    assert world.as_("deng").case_view(done.case_no) is not None
    wang = world.as_("wang").case_view(number)
    assert wang is not None and "push" in wang.moves
    assert world.as_("hu").case_view(number) is None


def test_an_item_with_situations_has_one_named(world: World) -> None:
    known = tuple(Situation(one, one, one) for one in ("sale", "gift"))
    wanted = item(7, "estate", situations=known)
    world.as_("sys").publish(Publication("p", "1", "development", (), (wanted,)))
    case = proposed(world)
    asked: dict[str, Any] = {"item_code": wanted.item_code}
    assert code(world, "chen", case, "confirm_transfer", **asked) == "situation_missing"
    done = world.move("chen", case, "confirm_transfer", **asked, situation="gift")
    view = world.as_("chen").case_view(str(done.follow_up_no))
    assert view is not None and view.case.situation == "gift"


def test_an_open_transfer_ends_where_the_case_is_accepted(world: World) -> None:
    """E19: deemed accepted while the other side thinks about it; its sight ends too."""
    case = proposed(world)
    world.clock.forward(11 * MINUTE)
    assert world.as_("chen").case_view(case.case_no) is None
    shown = world.as_("zhang").case_view(case.case_no)
    assert shown is not None
    states = [t.state for t in shown.tasks if t.kind is TaskKind.TRANSFER]
    assert (shown.case.state, states) == (State.UNDER_REVIEW, ["lapsed"])


def test_the_form_is_put_right_and_the_applicant_stays(world: World) -> None:
    """R09: with trace; who applies was fixed by the receipt."""
    case = world.pushed()
    wrong = {"applicant": {"name": "somebody else"}, "values": {"place": "1 North Street"}}
    world.move("wang", case, "correct_form", NewEntry("form", wrong))
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None
    first, second = view.of(Part.FORM, "form")
    assert second.body["applicant"] == first.body["applicant"]
    assert second.body["values"] == {"place": "1 North Street"}


def test_t07_at_the_window_within_delegated_check(world: World) -> None:
    """The parallel item delegates the identity card; the promised one delegates nothing."""
    demand = {"no": 1, "material": "id_card", "defect": "d", "standard": "s"}
    notice = NewEntry("correction_notice", {"demands": [demand]})
    told: dict[str, Any] = {"demands": [1], "unmet": [1], "materials": ["id_card"]}
    case = world.pushed(PARALLEL, "id_card", situation="gift")
    done = world.move("wang", case, "request_correction_at_window", notice, **told)
    assert done.state is State.AWAITING_CORRECTION
    done = world.move("wang", done, "answer_demand", world.paper("id_card", "new"), demand=1)
    done = world.move("wang", done, "answer_correction")
    view = world.as_("zhang").case_view(done.case_no)
    assert view is not None and view.blocked["request_correction"].code == "second_notice"
    lacking = world.pushed(PARALLEL, "id_card", situation="sale")
    with pytest.raises(Refusal) as caught:
        world.move("wang", lacking, "request_correction_at_window", notice, **told)
    assert caught.value.code == "gap_not_delegated", "the sale deed is not the window's to ask for"
    with pytest.raises(Refusal) as caught:
        world.move("wang", world.pushed(), "request_correction_at_window", notice, **told)
    assert caught.value.code == "check_not_delegated"


def _clocks(world: World, case: Case) -> tuple[Any, ...]:
    with world.centre.administration(writing=False) as unit:
        return case_rows.clocks_of(unit.sql, case.case_id)


def _shown(world: World, view: CaseView) -> Case:
    now = world.as_("wang").case_view(view.case.case_no)
    assert now is not None
    return now.case


