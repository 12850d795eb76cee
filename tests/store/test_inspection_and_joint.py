"""R28, two officers and the technical standard; R20, the matter of several departments."""

from __future__ import annotations

from datetime import date

import pytest

from tests.store.world import PARALLEL, PROMISED, World, item
from workbench.casework import review
from workbench.rules.case import Case, NewEntry, Part, State
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import CaseType, Limit, LimitUnit, ResultKind, canonical, validate
from workbench.rules.clocks import ClockRun, Light, light
from workbench.rules.moment import at_local
from workbench.rules.publication import Publication
from workbench.rules.refusals import Refusal
from workbench.store.clock_lengths import limit_for
from workbench.store.supervision_rows import noted

STANDARD = "GB 31654"
INSPECTED = item(31, survey_required=True, inspection_standard=STANDARD)


@pytest.fixture
def inspected(world: World) -> World:
    offered = Publication("more", "1.0", "development", (), (INSPECTED,))
    world.as_("sys").publish(offered)
    return world


def seen(world: World, case: Case, who: str = "zhang") -> CaseView:
    view = world.as_(who).case_view(case.case_no)
    assert view is not None
    return view


def clock(world: World, case: Case, name: str, who: str = "zhang") -> ClockRun | None:
    found = [one for one in seen(world, case, who).clocks if one.name == name]
    return found[-1] if found else None


def test_two_officers_are_named_within_five_working_days(inspected: World) -> None:
    """R28: one name alone is refused and stops nothing; yellow on the last day but one."""
    case = inspected.accepted(INSPECTED)
    run = clock(inspected, case, "assign_inspectors")
    assert run is not None and run.due_at == at_local(date(2026, 3, 9), 17)
    days = inspected.as_("zhang").calendar()
    assert light(run, at_local(date(2026, 3, 5), 9), days) is Light.GREEN
    assert light(run, at_local(date(2026, 3, 6), 17), days) is Light.YELLOW
    with pytest.raises(Refusal) as alone:
        inspected.move("zhang", case, "assign_survey", surveyor="guo")
    assert alone.value.code == "two_surveyors"
    with pytest.raises(Refusal) as twice:
        inspected.move("zhang", case, "assign_survey", surveyor="guo", second_surveyor="guo")
    assert twice.value.code == "two_surveyors"
    run = clock(inspected, case, "assign_inspectors")
    assert run is not None and run.stopped_at is None
    case = inspected.move("zhang", case, "assign_survey", surveyor="guo", second_surveyor="he")
    run = clock(inspected, case, "assign_inspectors")
    assert run is not None and run.stopped_at == inspected.clock.now()


def test_nobody_named_in_time_is_an_event(inspected: World) -> None:
    """S008: once, with the clock's name; an item without inspection has no such clock."""
    case, plain = inspected.accepted(INSPECTED), inspected.accepted(PROMISED)
    inspected.at(date(2026, 3, 10), 9)
    for one in (case, plain):
        inspected.settle(one)
    with inspected.centre.administration(writing=False) as unit:
        assert "assign_inspectors:1" in noted(unit.sql, case.case_id)
        assert "assign_inspectors:1" not in noted(unit.sql, plain.case_id)
    assert clock(inspected, plain, "assign_inspectors") is None


def before_decision(world: World) -> Case:
    """Named, recorded, confirmed, reviewed."""
    case = world.accepted(INSPECTED)
    case = world.move("zhang", case, "assign_survey", surveyor="guo", second_surveyor="he")
    record = NewEntry("survey_record", {"findings": "no sink", "conclusion": "fail"})
    case = world.move("guo", case, "record_survey", record)
    case = world.move("he", case, "confirm_survey")
    case = world.move("zhang", case, "release")
    case = world.move("ma", case, "claim")
    opinion = NewEntry("opinion", {"conclusion": "refuse", "reasons": "no sink"})
    case = world.move("ma", case, "submit_opinion", opinion)
    return world.move("ma", case, "release")


def test_the_refusal_names_the_technical_standard(inspected: World) -> None:
    """R28: no caller goes round it; the verb names the item's own where no other is given."""
    case = before_decision(inspected)
    body = {"reason": "no sink", "basis": "article 5", "remedies": "review, suit"}
    with pytest.raises(Refusal) as caught:
        inspected.move("zhang", case, "refuse", NewEntry("decision", body))
    assert caught.value.code == "standard_missing"
    case = review.refuse(inspected.as_("zhang"), case, "no sink", "article 5")
    written = seen(inspected, case).last(Part.OPINIONS, "decision")
    assert case.state is State.REFUSED and written is not None
    assert written.body["standard"] == STANDARD


def test_another_standard_may_be_named_and_a_grant_needs_none(inspected: World) -> None:
    case = before_decision(inspected)
    refused = review.refuse(inspected.as_("zhang"), case, "no sink", "article 5", "GB 31621")
    written = seen(inspected, refused).last(Part.OPINIONS, "decision")
    assert written is not None and written.body["standard"] == "GB 31621"
    granted = review.grant(inspected.as_("zhang"), before_decision(inspected), "granted")
    assert granted.state is State.GRANTED


def test_an_item_with_inspection_needs_its_survey_and_others_keep_their_text() -> None:
    bare = item(32, inspection_standard=STANDARD)
    assert any("inspection" in one for one in validate(bare))
    assert not any("inspection" in one for one in validate(INSPECTED))
    assert "inspection_standard" not in canonical(PROMISED), "published versions keep their hash"


# -- R20 -----------------------------------------------------------------------------------------


def asked(world: World, case: Case, days: int) -> Case:
    reason = NewEntry("reason", {"text": "the fire report"})
    return world.move("zhang", case, "request_extension", reason, days=days)


NOTICE = NewEntry("extension_notice", {"text": "told with the reason"})


def refused(world: World, who: str, case: Case, name: str, entry: NewEntry) -> str:
    with pytest.raises(Refusal) as caught:
        world.move(who, case, name, entry)
    assert caught.value.message and caught.value.remedy
    return caught.value.code


def test_a_joint_matter_is_extended_by_the_head_of_government(world: World) -> None:
    """R20: fifteen days, and the head of the organ is told who decides."""
    case = world.accepted(PARALLEL, "id_card", "site_plan")
    before = clock(world, case, "statutory")
    case = asked(world, case, 15)
    for name, entry in (("approve_extension", NOTICE),
                        ("decline_extension", NewEntry("reason", {"text": "no"}))):  # fmt: skip
        assert refused(world, "han", case, name, entry) == "government_head_approves"
    view = seen(world, case, "han")
    assert "head of government" in str(view.blocked["approve_extension"])
    assert "approve_extension" in seen(world, case, "peng").moves
    case = world.move("peng", case, "approve_extension", NOTICE)
    after = clock(world, case, "statutory")
    assert before is not None and after is not None
    assert after.length == before.length + 15


def test_a_single_departments_matter_stays_with_the_head_of_the_organ(world: World) -> None:
    """R19."""
    case = world.accepted(PROMISED)
    with pytest.raises(Refusal) as many:
        asked(world, case, 11)
    assert many.value.code == "extension_days"
    case = asked(world, case, 10)
    assert refused(world, "peng", case, "approve_extension", NOTICE) == "organ_head_approves"
    case = world.move("han", case, "approve_extension", NOTICE)
    run = clock(world, case, "statutory")
    assert run is not None and run.length == 30


def test_a_joint_licence_without_a_limit_of_its_own_has_forty_five_days() -> None:
    """R20; what is no licence has no default (2.1)."""
    joint = item(33, case_type=CaseType.PARALLEL, statutory_limit=None)
    limit = limit_for("statutory", joint)
    assert limit is not None and (limit.length, limit.unit) == (45, "working_day")
    own = item(34, case_type=CaseType.PARALLEL, statutory_limit=Limit(30, LimitUnit.WORKING_DAY))
    kept = limit_for("statutory", own)
    assert kept is not None and kept.length == 30
    confirmed = item(35, case_type=CaseType.PARALLEL, statutory_limit=None,
                     result_kind=ResultKind.CONFIRMATION)  # fmt: skip
    assert limit_for("statutory", confirmed) is None
    assert limit_for("statutory", item(36, statutory_limit=None)) is None
