"""Hand-over in the centre's file: lists, confirmations, lapsed claims (4.6, T32)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.world import MONDAY, NINE, PROMISED, World, leave, new_world
from workbench.rules.case import Case, Move, NewEntry, State
from workbench.rules.moment import HOUR, at_local
from workbench.rules.refusals import Refusal

TUESDAY = MONDAY + timedelta(days=1)
NOTE = NewEntry("note", {"text": "现场照片还缺一张"})


@pytest.fixture
def case(world: World) -> Case:
    """A promised case that post A has accepted at nine and holds."""
    return world.accepted(PROMISED)


def given(world: World, case: Case, to: str = "li", hour: int = 13, minute: int = 20) -> Case:
    """Post A hands it over at that time with a note and the papers."""
    world.at(MONDAY, hour, minute)
    return world.move("zhang", case, "hand_over", NOTE, to=to, list="N24-1", papers="yes")


def test_the_list_says_how_the_case_stood_when_it_was_given(world: World, case: Case) -> None:
    given(world, case)
    world.at(MONDAY, 13, 31)
    (line,) = world.as_("li").handovers()
    assert (line.from_login, line.to_login, line.list_id) == ("zhang", "li", "N24-1")
    assert (line.state, line.clock, line.due_at) == (State.UNDER_REVIEW, "promised", case.due_at)
    assert line.note == "现场照片还缺一张" and line.papers and line.open and not line.automatic
    assert line.at == at_local(MONDAY, 13, 20, 1)
    assert line.case_no == case.case_no and line.taken_by == ""


def test_the_next_one_sees_it_when_his_shift_begins_and_not_before(
    world: World, case: Case
) -> None:
    given(world, case)
    assert world.as_("li").handovers() == (), "off duty nothing of the pool is shown (V03)"
    assert len(world.as_("zhang").handovers()) == 1
    world.at(MONDAY, 13, 30)
    assert len(world.as_("li").handovers()) == 1
    for other in ("chen", "ma", "song", "wang", "aud"):
        assert world.as_(other).handovers() == ()


def test_taking_over_is_recorded_in_ones_own_name(world: World, case: Case) -> None:
    case = given(world, case)
    world.at(MONDAY, 13, 35)
    case = world.move("li", case, "take_over", list="N24-1")
    last = world.as_("tang").events_of(case.case_no)[-1]
    assert (last.kind, last.actor, last.fields()) == ("take_over", "li", {"list": "N24-1"})
    assert case.holder == "li"
    (line,) = world.as_("li").handovers()
    assert (line.open, line.taken_by, line.taken_at) == (False, "li", last.effective_at)
    with pytest.raises(Refusal) as caught:
        world.move("li", case, "take_over", list="N24-1")
    assert caught.value.code == "nothing_handed_over"


def test_the_note_is_content_and_stays_out_of_the_log(world: World, case: Case) -> None:
    given(world, case)
    last = world.as_("tang").events_of(case.case_no)[-1]
    assert last.kind == "hand_over" and "现场" not in last.payload
    assert last.fields()["entries"][0]["part"] == "opinions"


def test_without_action_the_claim_ends_with_the_grace_and_stands_on_an_automatic_list(
    world: World, case: Case
) -> None:
    """E06: kept for fifteen minutes for saving, then released; 4.6: note "automatic"."""
    world.at(MONDAY, 13, 44, 59)
    assert world.as_("li").handovers() == ()
    with pytest.raises(Refusal) as caught:
        world.as_("li").make_move(case.case_id, Move("claim"))
    assert caught.value.code == "held_by_other"
    world.at(MONDAY, 15)
    (line,) = world.as_("li").handovers()
    assert (line.why, line.automatic, line.from_login) == ("shift_over", True, "zhang")
    assert line.at == at_local(MONDAY, 13, 45), "at its true moment, not when somebody looked"
    view = world.as_("li").case_view(case.case_no)
    assert view is not None and view.case.holder is None and "take_over" in view.moves
    world.as_("li").handovers()
    kinds = [one.kind for one in world.as_("tang").events_of(case.case_no)]
    assert kinds.count("lapse_claim") == 1, "two who look write it once"
    case = world.move("li", view.case, "take_over")
    assert case.holder == "li" and not world.as_("li").handovers()[0].open


def move(name: str, case: Case, **fields: str) -> Move:
    """The move on the version that the person looked at."""
    return Move(name, fields, expected_version=case.version)


def test_opening_the_case_is_enough_to_write_it_down(world: World, case: Case) -> None:
    world.at(MONDAY, 14)
    view = world.as_("li").case_view(case.case_no)
    assert view is not None and view.case.holder is None
    assert [t.kind.value for t in view.tasks if t.state == "open"] == ["handover"]


def test_a_claim_that_ended_takes_nobodys_work_away(world: World, case: Case) -> None:
    """E07: who looked before the claim ended may go on with what he had before him."""
    world.at(MONDAY, 14)
    done = world.as_("li").make_move(case.case_id, move("assign_reviewer", case, reviewer="ma"))
    assert done.reviewer == "ma"


@pytest.fixture
def ill(tmp_path: Path) -> Iterator[World]:
    """Post A falls ill at eleven, in the middle of the shift (E04)."""
    away = leave("zhang", NINE + 2 * HOUR, NINE + 9 * HOUR)
    with new_world(tmp_path, leaves=(away,)) as made:  # type: ignore[arg-type]
        yield made


def test_a_leave_releases_at_its_start_and_pauses_no_clock(ill: World) -> None:
    case = ill.accepted(PROMISED)
    before = ill.as_("zhang").case_view(case.case_no)
    ill.at(MONDAY, 13, 31)
    (line,) = ill.as_("li").handovers()
    assert (line.why, line.from_login, line.at) == ("leave", "zhang", at_local(MONDAY, 11))
    now = ill.as_("li").case_view(case.case_no)
    assert before is not None and now is not None
    assert now.case.due_at == before.case.due_at and now.case.holder is None


def test_a_case_handed_over_a_day_ahead_waits_for_the_shift(world: World, case: Case) -> None:
    """4.1: A hands over one day ahead; the claim does not end before the shift it waits for."""
    given(world, case, hour=9, minute=30)
    world.at(MONDAY, 13, 29)
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None and view.case.holder == "li"
    world.at(TUESDAY, 9)
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None and view.case.holder is None
    open_lines = [one for one in world.as_("zhang").handovers() if one.open]
    assert [(one.from_login, one.why) for one in open_lines] == [("li", "shift_over")]


def test_who_comes_second_is_told_who_was_faster(world: World, case: Case) -> None:
    """E07 holds for taking over too."""
    world.at(MONDAY, 14)
    before = world.as_("li").case_view(case.case_no)
    assert before is not None
    world.move("li", before.case, "take_over")
    with pytest.raises(Refusal) as caught:
        world.as_("li").make_move(case.case_id, move("take_over", before.case))
    assert caught.value.code == "changed_meanwhile"
