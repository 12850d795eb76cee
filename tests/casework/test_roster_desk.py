"""Laying out, changing and publishing a roster on a real centre (domain 4.5, 3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.store.world import MONDAY, NINE, World, new_world, shifts
from workbench.casework.roster_desk import (
    PATTERNS,
    RosterDraft,
    draft_of,
    faults,
    give_to,
    lay_out,
    monday_of,
    pair_of,
    planned,
    publish,
    take_out,
)
from workbench.rules.duty_roster import Roster, on_duty
from workbench.rules.moment import DAY, at_local, to_local
from workbench.rules.people import Leave, ShiftKind
from workbench.rules.refusals import Refusal

NEXT_MONDAY = date(2026, 3, 9)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A roster of three weeks without an adjusted Saturday, so that it has no gap of its own."""
    with new_world(tmp_path, shifts=tuple(shifts(3))) as made:
        yield made


def desk(world: World) -> tuple[Any, Roster]:
    session = world.as_("song")
    return session, session.roster(["market"])


def laid_out(world: World, pattern: str = "half_days", weeks: int = 2) -> RosterDraft:
    session, roster = desk(world)
    pair = pair_of(roster, "market", NINE, "song")
    return lay_out(roster, pair, pattern, NEXT_MONDAY, weeks, session.calendar(), NINE)


def found(world: World, draft: RosterDraft) -> tuple[str, ...]:
    session, roster = desk(world)
    return tuple(f.code for f in faults(roster, draft, session.calendar(), session.items(), NINE))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_covers_its_weeks_without_a_fault(world: World, pattern: str) -> None:
    draft = laid_out(world, pattern)
    assert found(world, draft) == ()
    new = [s for s in draft.shifts if s.published_at is None]
    assert {to_local(s.start).date().isocalendar().week for s in new} == {11, 12}
    assert {s.login for s in new} == {"zhang", "li"}


def test_shifts_outside_the_pattern_stay_and_the_started_one_is_not_touched(world: World) -> None:
    session, roster = desk(world)
    draft = laid_out(world)
    before = {s.shift_id for s in roster.shifts if NINE < s.start < at_local(NEXT_MONDAY)}
    assert before and before <= {s.shift_id for s in draft.shifts}
    publish(session, draft, (), "")
    after = session.roster(["market"])
    assert on_duty(after, "zhang", "market", NINE)
    running = [s for s in after.shifts if s.start <= NINE < s.end]
    assert running == [s for s in roster.shifts if s.start <= NINE < s.end]


def test_what_is_published_gives_the_right_and_the_plan_does_not(world: World) -> None:
    session, roster = desk(world)
    draft = laid_out(world, "weeks", 1)
    at = at_local(NEXT_MONDAY, 15)
    # Week 11 is odd: post A all day; until it is published post B has the afternoon.
    assert on_duty(roster, "li", "market", at)
    assert not on_duty(planned(roster, draft, NINE), "zhang", "market", at)
    publish(session, draft, (), "")
    assert on_duty(session.roster(["market"]), "zhang", "market", at)
    assert not on_duty(session.roster(["market"]), "li", "market", at)


def test_a_gap_is_a_fault_and_needs_a_reason(world: World) -> None:
    session, roster = desk(world)
    draft = laid_out(world)
    first = next(s for s in draft.shifts if s.published_at is None)
    gap = take_out(draft, first.shift_id)
    open_faults = faults(roster, gap, session.calendar(), session.items(), NINE)
    assert [f.code for f in open_faults] == ["gap"]
    assert open_faults[0].start == first.start
    with pytest.raises(Refusal) as caught:
        publish(session, gap, open_faults, "  ")
    assert caught.value.code == "open_faults"
    publish(session, gap, open_faults, "The pair is at a training, the head of office agrees.")
    assert not on_duty(session.roster(["market"]), first.login, "market", first.start)


def test_giving_a_shift_to_the_other_is_a_swap(world: World) -> None:
    session, roster = desk(world)
    draft = draft_of(roster, "market", NINE, "song")
    later = next(s for s in draft.shifts if s.login == "li" and s.start > NINE + 3 * DAY)
    given = give_to(draft, later.shift_id, "zhang")
    changed = next(s for s in given.shifts if s.shift_id == later.shift_id)
    assert (changed.login, changed.kind, changed.created_by) == ("zhang", ShiftKind.SWAP, "song")
    assert found(world, given) == ()
    publish(session, given, (), "")
    assert on_duty(session.roster(["market"]), "zhang", "market", later.start)


def test_leave_is_found_before_publishing(world: World) -> None:
    session, roster = desk(world)
    draft = laid_out(world, "days", 1)
    away = replace(
        roster, leaves=(Leave("zhang", at_local(NEXT_MONDAY), at_local(NEXT_MONDAY) + DAY),)
    )
    codes = [f.code for f in faults(away, draft, session.calendar(), session.items(), NINE)]
    assert "leave" in codes


def test_nobody_rosters_himself_even_with_a_reason(world: World) -> None:
    session, _roster = desk(world)
    draft = laid_out(world)
    mine = replace(draft, shifts=(replace(draft.shifts[-1], login="song"),))
    with pytest.raises(Refusal) as caught:
        publish(session, mine, (), "because")
    assert caught.value.code == "rostered_himself"


@pytest.mark.parametrize(
    ("first", "weeks", "code"),
    [(MONDAY, 2, "roster_in_past"), (NEXT_MONDAY, 0, "roster_span"),
     (NEXT_MONDAY, 27, "roster_span"), (date(2050, 1, 3), 1, "roster_span")],
)  # fmt: skip
def test_days_that_cannot_be_laid_out_are_refused(
    world: World, first: date, weeks: int, code: str
) -> None:
    session, roster = desk(world)
    pair = pair_of(roster, "market", NINE, "song")
    with pytest.raises(Refusal) as caught:
        lay_out(roster, pair, "days", first, weeks, session.calendar(), NINE)
    assert caught.value.code == code


def test_an_empty_post_is_said(world: World) -> None:
    _session, roster = desk(world)
    alone = replace(roster, appointments=roster.appointments[:1])
    with pytest.raises(Refusal) as caught:
        pair_of(alone, "market", NINE, "song")
    assert caught.value.code == "no_pair"


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2026, 3, 8)) == MONDAY
    assert monday_of(MONDAY) == MONDAY
