"""Private drafts in the centre's file: whose they are and how long they last (E06)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.store.world import MONDAY, PROMISED, World
from workbench.rules.case import Case, NewEntry
from workbench.rules.refusals import Refusal
from workbench.store.tables import META, private_draft

TEXTS = {"opinion.reasons": "王小明的材料齐全", "opinion.conclusion": "grant"}
OPINION = "submit_opinion"


@pytest.fixture
def case(world: World) -> Case:
    """A promised case that post A has accepted at nine and holds."""
    return world.accepted(PROMISED)


def test_a_draft_comes_back_to_its_author_and_to_nobody_else(world: World, case: Case) -> None:
    world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    world.as_("zhang").keep_draft(case.case_no, OPINION, {**TEXTS, "opinion.reasons": "新"})
    found = world.as_("zhang").my_draft(case.case_no, OPINION)
    assert found is not None and found.texts["opinion.reasons"] == "新"
    assert found.at == world.clock.now()
    assert world.as_("zhang").my_draft(case.case_no, "grant") is None
    for login in ("li", "ma", "tang", "han", "song", "wang", "sys", "aud"):
        assert world.as_(login).my_drafts() == ()
        assert world.as_(login).my_draft(case.case_no, OPINION) is None


def test_nobody_can_overwrite_or_drop_anothers_draft(world: World, case: Case) -> None:
    world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    world.as_("ma").keep_draft(case.case_no, OPINION, {"opinion.reasons": "another"})
    world.as_("li").drop_draft(case.case_no, OPINION)
    mine, other = (world.as_(one).my_draft(case.case_no, OPINION) for one in ("zhang", "ma"))
    assert mine is not None and mine.texts == TEXTS
    assert other is not None and other.texts == {"opinion.reasons": "another"}


def test_no_event_and_no_line_of_the_audit_speaks_of_a_draft(world: World, case: Case) -> None:
    before = world.as_("tang").events_of(case.case_no)
    world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    world.as_("zhang").drop_draft(case.case_no, OPINION)
    world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    assert world.as_("tang").events_of(case.case_no) == before
    assert holding(world, "王小明的材料齐全") == ["private_draft"]


def holding(world: World, text: str) -> list[str]:
    """The tables of the centre in which that text stands."""
    with world.centre.administration(writing=False) as unit:
        return [
            table.name for table in META.sorted_tables
            if any(text in str(row) for row in unit.sql.execute(select(table)))
        ]  # fmt: skip


def test_after_the_shift_one_may_still_save_for_fifteen_minutes(world: World, case: Case) -> None:
    world.at(MONDAY, 13, 29, 59)
    world.as_("zhang").keep_draft(case.case_no, OPINION, {"opinion.reasons": "on duty"})
    world.at(MONDAY, 13, 44, 59)
    zhang = world.as_("zhang")
    assert OPINION not in zhang.case_view(case.case_no).moves  # type: ignore[union-attr]
    zhang.keep_draft(case.case_no, OPINION, {"opinion.reasons": "in grace"})
    world.at(MONDAY, 13, 45)
    with pytest.raises(Refusal) as caught:
        world.as_("zhang").keep_draft(case.case_no, OPINION, {"opinion.reasons": "too late"})
    assert caught.value.code == "draft_not_kept"
    assert zhang.my_draft(case.case_no, OPINION) is None, "off duty he does not see the case"
    world.at(MONDAY + timedelta(days=1), 8, 30)
    back = world.as_("zhang").my_draft(case.case_no, OPINION)
    assert back is not None and back.texts == {"opinion.reasons": "in grace"}


def test_the_grace_does_not_need_a_claim_but_is_no_grace_for_others(
    world: World, case: Case
) -> None:
    world.move("zhang", case, "release")
    world.at(MONDAY, 13, 40)
    assert world.as_("zhang").case_view(case.case_no) is not None
    world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    assert world.as_("zhang").my_draft(case.case_no, OPINION) is not None
    for stranger in ("chen", "song", "sys"):
        with pytest.raises(Refusal) as caught:
            world.as_(stranger).keep_draft(case.case_no, OPINION, TEXTS)
        assert caught.value.code == "draft_not_kept"


def test_making_the_step_spends_its_draft_and_leaves_the_others(world: World, case: Case) -> None:
    zhang = world.as_("zhang")
    for move in ("hand_over", OPINION):
        zhang.keep_draft(case.case_no, move, TEXTS)
    world.move("zhang", case, "hand_over", to="li")
    assert [one.move for one in zhang.my_drafts()] == [OPINION]


def test_a_draft_ends_with_the_state_it_was_written_in(world: World, case: Case) -> None:
    world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    world.as_("ma").keep_draft(case.case_no, "suspend", TEXTS)
    case = world.move("zhang", case, "release")
    case = world.move("ma", case, "claim")
    opinion = NewEntry("opinion", {"conclusion": "grant", "reasons": "all in order"})
    world.move("ma", case, OPINION, opinion)
    assert world.as_("zhang").my_drafts() == world.as_("ma").my_drafts() == ()


def test_when_the_case_ends_nothing_typed_is_left(world: World, case: Case) -> None:
    world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    world.move("wang", case, "withdraw", NewEntry("ending_notice", {"request": "please"}))
    with world.centre.administration(writing=False) as unit:
        assert unit.sql.execute(select(private_draft)).all() == []
    with pytest.raises(Refusal) as caught:
        world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    assert caught.value.code == "draft_not_kept"


def test_who_is_recused_keeps_nothing(world: World, case: Case) -> None:
    from workbench.rules.people import Recusal
    from workbench.store import seeding

    world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    with world.centre.administration() as unit:
        seeding.add_recusal(unit, Recusal("zhang", str(case.case_id), "kin", "han"))
    assert world.as_("zhang").my_drafts() == ()
    with pytest.raises(Refusal):
        world.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)


def test_only_steps_of_the_flow_and_texts_of_a_human_length(world: World, case: Case) -> None:
    for move, texts, code in (
        ("scribble", TEXTS, "unknown_move"),
        (OPINION, {"opinion.reasons": "长" * 100_001}, "draft_too_long"),
    ):
        with pytest.raises(Refusal) as caught:
            world.as_("zhang").keep_draft(case.case_no, move, texts)
        assert caught.value.code == code
