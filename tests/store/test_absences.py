"""Leaves and stand-ins: sudden illness, and both representatives away (E04, E05, V22)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.world import IMMEDIATE, MONDAY, PROMISED, World
from workbench.rules.case import Move, NewEntry
from workbench.rules.moment import MINUTE, Moment, at_local
from workbench.rules.people import Power
from workbench.rules.refusals import Refusal
from workbench.rules.stand_ins import StandIn

EVENING = at_local(MONDAY, 18)
ALL = frozenset(Power)


def refused(world: World, login: str, one: StandIn) -> str:
    with pytest.raises(Refusal) as caught:
        world.as_(login).name_stand_in(one)
    return caught.value.code


def stand_in(login: str = "guo", end: Moment = EVENING, **changes: object) -> StandIn:
    known = {
        "department": "market", "login": login, "item_codes": frozenset({PROMISED.item_code}),
        "powers": ALL, "letter_no": "E-1", "start": 0, "end": end,
    }  # fmt: skip
    return StandIn(**{**known, **changes})  # type: ignore[arg-type]


def both_away(world: World) -> None:
    for login in ("zhang", "li"):
        world.as_(login).enter_leave(login, 0, EVENING, "illness")


def test_who_falls_ill_enters_it_himself_and_the_partner_finds_the_case(world: World) -> None:
    case = world.accepted(PROMISED)
    world.clock.forward(20 * MINUTE)
    one = world.as_("zhang").enter_leave("zhang", 0, EVENING, "illness")
    assert one.start == world.clock.now(), "never backwards: what was done stays done"
    with pytest.raises(Refusal) as caught:
        world.as_("zhang").make_move(case.case_id, Move("release"))
    assert caught.value.code == "not_on_duty"
    world.at(MONDAY, 13, 30)
    (line,) = world.as_("li").handovers()
    assert (line.why, line.at, line.from_login) == ("leave", one.start, "zhang")
    after = world.as_("li").case_view(case.case_no)
    assert after is not None and after.case.due_at == case.due_at, "no clock pauses"


def test_only_oneself_or_the_roster_manager_enters_a_leave(world: World) -> None:
    with pytest.raises(Refusal) as caught:
        world.as_("li").enter_leave("zhang", 0, EVENING, "illness")
    assert caught.value.code == "not_your_role"
    world.as_("song").enter_leave("zhang", 0, EVENING, "illness")
    roster = world.as_("song").roster(["market"])
    assert [one.login for one in roster.leaves] == ["zhang"]
    for login, end, code in (("nobody", EVENING, "person_unknown"),
                             ("zhang", world.clock.now(), "leave_over")):  # fmt: skip
        with pytest.raises(Refusal) as caught:
            world.as_("song").enter_leave(login, 0, end, "illness")
        assert caught.value.code == code


def test_the_head_names_a_stand_in_who_acts_on_the_named_item_only(world: World) -> None:
    case, other = world.pushed(PROMISED), world.pushed(IMMEDIATE)
    both_away(world)
    assert world.as_("guo").case_view(case.case_no) is None
    assert world.as_("han").name_stand_in(stand_in()) == 2, "morning and afternoon"
    world.move("guo", case, "accept", NewEntry("acceptance_notice", {"n": 1}))
    seen = world.as_("guo").case_view(other.case_no)
    assert seen is not None and "accept" not in seen.moves and not seen.entries
    world.at(MONDAY, 18)
    assert world.as_("guo").case_view(other.case_no) is None


def test_until_then_the_ten_minutes_run_on_and_deem(world: World) -> None:
    case = world.pushed(PROMISED)
    both_away(world)
    world.clock.forward(10 * MINUTE)
    world.as_("han").name_stand_in(stand_in())
    view = world.as_("guo").case_view(case.case_no)
    assert view is not None and view.case.acceptance_kind == "deemed"


def test_the_claims_of_the_stand_in_end_with_his_shift(world: World) -> None:
    both_away(world)
    world.as_("han").name_stand_in(stand_in(end=at_local(MONDAY, 12)))
    case = world.pushed(PROMISED)
    world.move("guo", case, "accept", NewEntry("acceptance_notice", {"n": 1}))
    world.at(MONDAY + timedelta(days=1), 9)
    (line,) = world.as_("zhang").handovers()
    assert line.from_login == "guo" and line.automatic


def test_nobody_stands_in_where_somebody_is_on_duty(world: World) -> None:
    assert refused(world, "han", stand_in()) == "not_vacant"
    world.as_("zhang").enter_leave("zhang", 0, EVENING, "illness")
    assert world.as_("han").name_stand_in(stand_in()) == 1
    (mine,) = (one for one in world.as_("song").roster(["market"]).shifts if one.login == "guo")
    assert (mine.start, mine.end) == (world.clock.now(), at_local(MONDAY, 12)), "not B's hours"


@pytest.mark.parametrize(
    ("by", "changes", "code"),
    [
        ("song", {}, "not_your_role"),
        ("zhang", {}, "not_your_role"),
        ("han", {"item_codes": frozenset()}, "stand_in_items"),
        ("han", {"letter_no": " "}, "stand_in_items"),
        ("han", {"end": at_local(MONDAY + timedelta(days=7), 12)}, "stand_in_long"),
        ("han", {"end": 0}, "stand_in_long"),
        ("han", {"login": "lin"}, "stand_in_conflict"),
        ("han", {"login": "sys"}, "stand_in_conflict"),
        ("han", {"login": "nobody"}, "person_unknown"),
    ],
)
def test_what_an_emergency_authorisation_may_not_be(
    world: World, by: str, changes: dict[str, object], code: str
) -> None:
    both_away(world)
    assert refused(world, by, stand_in(**changes)) == code
    assert all(one.login != "guo" for one in world.as_("song").roster(["market"]).appointments)


def test_five_working_days_are_allowed(world: World) -> None:
    for login in ("zhang", "li"):
        far = at_local(MONDAY + timedelta(days=30), 18)
        world.as_(login).enter_leave(login, 0, far, "illness")
    friday = at_local(MONDAY + timedelta(days=4), 18)
    assert world.as_("han").name_stand_in(stand_in(end=friday)) == 10
