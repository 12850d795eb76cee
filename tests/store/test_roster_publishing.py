"""Publishing a roster through the store, on both engines: what needs a reason, what is no shift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.store.server.rosters import MARKET, coming
from tests.store.world import MONDAY, NINE, World
from workbench.rules.moment import DAY, HOUR, at_local
from workbench.rules.people import Power, ShiftKind
from workbench.rules.refusals import Refusal
from workbench.rules.stand_ins import StandIn


def refused(act: Callable[[], Any]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value


def test_the_desk_says_the_faults_in_words(world: World) -> None:
    plan = coming()
    told_now = refused(lambda: world.as_("song").publish_shifts("market", plan[1:], ""))
    assert told_now.code == "roster_faults"
    assert "1 open faults. Nobody on duty from" in told_now.message


def test_what_is_taken_away_at_the_end_is_a_gap_too(world: World) -> None:
    """Faults are looked for on the days of what was there, not only of what is left."""
    session = world.as_("song")
    session.publish_shifts("market", coming(), "")
    for left in (coming()[:-3], []):
        assert refused(lambda one=left: session.publish_shifts("market", one, "")).code == (
            "roster_faults")  # fmt: skip
    session.publish_shifts("market", [], "the department closes")
    assert all(one.start <= NINE for one in session.roster(["market"]).shifts)


def test_a_new_shift_is_published_a_working_day_ahead(world: World) -> None:
    """Whatever the desk says of when it was published; what stood there before may stay."""
    session = world.as_("song")
    session.publish_shifts("market", coming(), "")
    world.at(MONDAY + timedelta(days=1), 7)
    session = world.as_("song")
    kept = [one for one in session.roster(["market"]).shifts if one.start > world.clock.now()]
    session.publish_shifts("market", kept, "")
    new = [replace(kept[0], shift_id="new", published_at=NINE - DAY), *kept[1:]]
    said = refused(lambda: session.publish_shifts("market", new, ""))
    assert "1 open faults" in said.message and "less than one working day ahead" in said.message
    session.publish_shifts("market", new, "agreed by both")


def test_a_stand_in_keeps_his_shifts_when_the_roster_is_published_again(world: World) -> None:
    for login in ("zhang", "li"):
        world.as_(login).enter_leave(login, NINE + DAY, NINE + 2 * DAY, "illness")
    tomorrow = at_local(MONDAY + timedelta(days=1), 8)
    named = StandIn("market", "guo", MARKET, frozenset(Power), "E-1", tomorrow, tomorrow + 4 * HOUR)
    assert world.as_("han").name_stand_in(named) == 1
    session = world.as_("song")
    plan = [one for one in session.roster(["market"]).shifts if one.start > world.clock.now()]
    session.publish_shifts("market", plan, "both are ill")
    again = session.roster(["market"]).shifts
    assert [one.kind for one in again if one.login == "guo"] == [ShiftKind.EMERGENCY]
    moved = [replace(one, end=one.end + HOUR) if one.login == "guo" else one for one in plan]
    assert refused(lambda: session.publish_shifts("market", moved, "x")).code == (
        "shift_not_publishable")  # fmt: skip


def test_a_letter_names_a_stand_in_once(world: World) -> None:
    """The stand-in falls ill too: the next one needs a letter of his own."""
    for login in ("zhang", "li", "guo"):
        world.as_(login).enter_leave(login, 0, NINE + 9 * HOUR, "illness")
    first = StandIn("market", "guo", MARKET, frozenset(Power), "E-1", 0, NINE + 9 * HOUR)
    assert world.as_("han").name_stand_in(first) == 2
    again = replace(first, login="he")
    assert refused(lambda: world.as_("han").name_stand_in(again)).code == "letter_used"
    assert world.as_("han").name_stand_in(replace(again, letter_no="E-2")) == 2
