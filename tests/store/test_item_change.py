"""E18: the wrong item of the same department, put right before acceptance and only then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.store.test_facts_agree import loaded
from tests.store.world import ABOLISHED, IMMEDIATE, MAJOR, PROMISED, World, item
from workbench.casework.deciding import decision_number
from workbench.rules.case import Case, NewEntry, Part, State, TaskKind
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import (
    FormField,
    MaterialForm,
    MaterialSource,
    MaterialSpec,
    NeedKind,
)
from workbench.rules.clocks import ClockRun
from workbench.rules.facts import Answers
from workbench.rules.moment import MINUTE
from workbench.rules.publication import Publication
from workbench.rules.refusals import Refusal
from workbench.store.facts_sql import FACTS_SQL
from workbench.store.sight_sql import ASKER, asked_by
from workbench.store.tables import case_file

YES = NewEntry("checklist", {"answers": ["yes"]})


def paper(code: str, name: str) -> MaterialSpec:
    return MaterialSpec(code, name, name, MaterialForm.COPY, MaterialSource.APPLICANT,
                        NeedKind.MUST)  # fmt: skip


WRONG = item(
    21, materials=(paper("M01", "申请书"),),
    form=(FormField("place", "场所", "Place"), FormField("trade", "行业", "Trade")),
)  # fmt: skip
RIGHT = item(
    22, materials=(paper("M01", "营业执照"), paper("M02", "申请书")),
    form=(FormField("place", "场所", "Place"), FormField("area", "面积", "Area", "number")),
)  # fmt: skip


@pytest.fixture
def stocked(world: World) -> World:
    """With two items whose lists use the same codes for different papers."""
    offered = Publication("more", "1.0", "development", (), (WRONG, RIGHT))
    world.as_("sys").publish(offered)
    world.clock.forward(MINUTE)
    return world


def seen(world: World, case: Case, who: str = "zhang") -> CaseView:
    view = world.as_(who).case_view(case.case_no)
    assert view is not None
    return view


def clock(world: World, case: Case, name: str) -> ClockRun:
    return [one for one in seen(world, case).clocks if one.name == name][-1]


def changed(world: World, case: Case, wanted: Any, who: str = "wang", **values: str) -> Case:
    return world.move(who, case, "change_item", NewEntry("form", {"values": values}),
                      item_code=wanted.item_code)  # fmt: skip


def code(world: World, case: Case, wanted: Any, who: str = "wang") -> str:
    with pytest.raises(Refusal) as caught:
        changed(world, case, wanted, who, place="x", area="1")
    assert caught.value.message and caught.value.remedy
    return caught.value.code


def test_the_receipt_stays_and_the_check_list_is_answered_anew(world: World) -> None:
    """Number, receipt and five days as they were; new ten minutes from the new push."""
    case = world.pushed(PROMISED)
    case = world.move("zhang", case, "claim")
    five_days = clock(world, case, "correction_notice")
    now = changed(world, case, IMMEDIATE)
    assert (now.case_no, now.received_at) == (case.case_no, case.received_at)
    assert (now.state, now.pushed_at, now.holder) == (State.RECEIVED, None, None)
    assert (now.item_code, now.item_version, now.immediate) == (IMMEDIATE.item_code, 1, True)
    assert clock(world, now, "acceptance_response").stopped_at is not None
    assert clock(world, now, "correction_notice") == five_days
    told = seen(world, now).events[-1]
    assert (told.kind, told.actor) == ("change_item", "wang")
    assert told.fields()["old_item_code"] == PROMISED.item_code, "the trace"
    with pytest.raises(Refusal) as unanswered:
        world.move("wang", now, "push")
    assert unanswered.value.code == "checklist_missing"
    world.clock.forward(8 * MINUTE)
    now = world.move("wang", now, "push", YES)
    assert clock(world, now, "acceptance_response").due_at == world.clock.now() + 10 * MINUTE
    now = world.move("zhang", now, "accept", NewEntry("acceptance_notice", {"n": 1}))
    assert clock(world, now, "promised").unit == "office_minute", "the new item's own limit"
    assert world.check() == []


def complete(world: World, case: Case) -> bool:
    """Whether nothing is missing, asked of both engines, which have to agree."""
    at = world.clock.now()
    with world.centre.administration(writing=False) as unit:
        ours = Answers(loaded(world, unit, case, at), "zhang", at).fact("materials_complete", "")
        asking = select(FACTS_SQL["materials_complete"](ASKER, "")).where(
            case_file.c.case_id == case.case_id
        )
        said = unit.sql.execute(asking, asked_by("zhang", at)).scalar_one()
    assert bool(said) is ours
    return ours


def test_a_paper_counts_for_its_own_line_and_never_for_its_old_code(stocked: World) -> None:
    """M01 of the old list is another paper than M01 of the new one."""
    case = stocked.pushed(WRONG, "M01")
    assert complete(stocked, case)
    case = changed(stocked, case, RIGHT, place="x", area="12")
    assert not complete(stocked, case)
    (held,) = seen(stocked, case).of(Part.MATERIALS, "material")
    assert (held.body["code"], held.body["carried_code"]) == ("M02", "M01")
    assert held.body["carried_name_zh"] == "申请书" and held.body["sha256"]
    case = stocked.move("wang", case, "push", YES)
    with pytest.raises(Refusal) as caught:
        stocked.move("zhang", case, "accept", NewEntry("acceptance_notice", {"n": 1}))
    assert caught.value.code == "materials_incomplete"
    case = stocked.move("wang", case, "attach_material", stocked.paper("M01", "licence"))
    assert complete(stocked, case)
    case = stocked.move("zhang", case, "accept", NewEntry("acceptance_notice", {"n": 1}))
    assert case.state is State.UNDER_REVIEW


def test_the_form_is_asked_for_anew_and_the_applicant_stays(stocked: World) -> None:
    case = stocked.pushed(WRONG, "M01")
    with pytest.raises(Refusal) as caught:
        changed(stocked, case, RIGHT, place="1 Market Street")
    assert caught.value.code == "form_incomplete" and "Area" in caught.value.message
    assert seen(stocked, case).case.item_code == WRONG.item_code, "nothing half-done"
    case = changed(stocked, case, RIGHT, place="1 Market Street", area="12", trade="x")
    forms = seen(stocked, case).of(Part.FORM, "form")
    assert forms[-1].body["values"] == {"place": "1 Market Street", "area": "12"}
    assert forms[-1].body["applicant"] == forms[0].body["applicant"]
    assert len(forms) == 2, "what stood there is kept"


def test_only_an_item_of_the_department_in_force_at_the_receipt(world: World) -> None:
    case = world.pushed(PROMISED)
    assert code(world, case, MAJOR) == "item_other_department"
    assert code(world, case, PROMISED) == "item_same"
    assert code(world, case, ABOLISHED) == "item_not_in_force"
    later = Publication("more", "1.0", "development", (), (WRONG, RIGHT))
    world.as_("sys").publish(later)
    assert code(world, case, RIGHT) == "item_not_in_force", "published after the receipt"
    offered = {one.item_code for one in world.as_("wang").items_in_force(case.received_at or 0)}
    assert PROMISED.item_code in offered and RIGHT.item_code not in offered
    with pytest.raises(Refusal) as unnamed:
        world.move("wang", case, "change_item")
    assert unnamed.value.code == "new_item_missing"
    assert code(world, case, MAJOR, "zhang") == "not_your_role"
    assert code(world, case, MAJOR, "hu") == "not_visible", "another site learns nothing"


def test_after_acceptance_it_is_withdrawn_or_decided(world: World) -> None:
    """By a person or by time: from then on the item stays."""
    accepted = world.accepted(PROMISED)
    assert code(world, accepted, IMMEDIATE) == "wrong_state"
    assert "change_item" not in seen(world, accepted, "wang").moves
    case = world.pushed(PROMISED)
    world.clock.forward(10 * MINUTE)
    assert code(world, case, IMMEDIATE) == "wrong_state"
    assert seen(world, case).case.acceptance_kind == "deemed"
    case = world.move("wang", case, "withdraw", NewEntry("ending_notice", {"request": "letter"}))
    assert case.state is State.WITHDRAWN


def test_an_open_transfer_is_answered_first(world: World) -> None:
    case = world.pushed(PROMISED)
    case = world.move("zhang", case, "propose_transfer", department="estate",
                      agreed_by="applicant")  # fmt: skip
    assert code(world, case, IMMEDIATE) == "transfer_open"


def test_told_once_is_told_once_under_the_right_item_too(stocked: World) -> None:
    """R10: the one notice was served; its demands go under the codes of the new list."""
    case = stocked.pushed(WRONG, "M01")
    demand = {"no": 1, "material": "M01", "defect": "unsigned", "standard": "signed"}
    notice = NewEntry("correction_notice", {"demands": [demand]})
    told = {"demands": [1], "unmet": [1], "materials": ["M01"]}
    case = stocked.move("zhang", case, "request_correction", notice, **told)
    assert code(stocked, case, RIGHT) == "wrong_state", "the applicant is being waited for"
    case = stocked.move("wang", case, "answer_demand", stocked.paper("M01", "signed"), demand=1)
    case = stocked.move("wang", case, "answer_correction")
    case = changed(stocked, case, RIGHT, place="x", area="1")
    case = stocked.move("wang", case, "push", YES)
    with pytest.raises(Refusal) as caught:
        stocked.move("zhang", case, "request_correction", notice, **told)
    assert caught.value.code == "second_notice"
    lines = seen(stocked, case).of(Part.NOTICES, "correction_notice")[-1].body["demands"]
    assert [one["material"] for one in lines] == ["M02"]
    tasks = [t for t in seen(stocked, case).tasks if t.kind is TaskKind.CORRECTION]
    assert len(tasks) == 1


def test_twice_changed_keeps_the_papers_and_their_names(stocked: World) -> None:
    case = stocked.pushed(WRONG, "M01", "loose")
    case = changed(stocked, case, RIGHT, place="x", area="1")
    case = changed(stocked, case, WRONG, trade="y")
    held = {str(e.body["code"]) for e in seen(stocked, case).of(Part.MATERIALS, "material")}
    assert held == {"M01", "carried.carried.loose"}
    assert complete(stocked, case)


def test_no_decision_number_is_given_twice(world: World) -> None:
    """The case keeps the number of its old item; its serial there is not one of the new item."""
    genuine = world.pushed(IMMEDIATE)
    case = world.pushed(PROMISED)
    assert genuine.case_no[-8:] == case.case_no[-8:]
    case = changed(world, case, IMMEDIATE)
    room = world.as_("zhang")
    assert decision_number(room, case) != decision_number(room, genuine)


def test_silence_of_five_days_takes_the_new_items_limits(world: World) -> None:
    """R10: nobody pushed it again; accepted as of the receipt, its limits those of the new item."""
    case = changed(world, world.pushed(PROMISED), IMMEDIATE)
    world.at(date(2026, 3, 10), 9)
    view = seen(world, case)
    assert view.case.acceptance_kind == "statutory_silence"
    promised = next(one for one in view.clocks if one.name == "promised")
    assert promised.unit == "office_minute"


