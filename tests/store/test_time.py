"""Moments: the ten minutes to the microsecond, silence, a clock set back, one overdue event."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.store.world import MONDAY, World
from workbench.rules.case import Case, NewEntry, State
from workbench.rules.case_view import WorklistQuery
from workbench.rules.moment import DAY, MINUTE, at_local
from workbench.rules.refusals import Refusal
from workbench.store import case_rows, worklists
from workbench.store.tables import supervision_event

NOTICE = NewEntry("acceptance_notice", {"n": 1})


def last_of(world: World, case: Case):
    with world.centre.administration(writing=False) as unit:
        return case_rows.events_of(unit.sql, case.case_id)[-1]


def supervised(world: World) -> list[tuple[str, str, str]]:
    columns = supervision_event.c
    with world.centre.administration(writing=False) as unit:
        rows = unit.sql.execute(select(columns.kind, columns.round, columns.responsible))
        return [tuple(row) for row in rows]


def test_a_microsecond_before_ten_minutes_is_express(world: World) -> None:
    """S133, E08: 09:59.999999 is the representative's own acceptance."""
    case = world.pushed()
    assert case.pushed_at is not None
    world.clock.set(case.pushed_at + 10 * MINUTE - 1_000_001)
    case = world.move("zhang", case, "accept", NOTICE)
    assert (case.acceptance_kind, case.holder) == ("express", "zhang")
    assert supervised(world) == []


def test_at_ten_minutes_the_case_is_deemed_accepted(world: World) -> None:
    """S133, T05: effective exactly then, by whoever touches the case later."""
    case = world.pushed()
    assert case.pushed_at is not None
    due = case.pushed_at + 10 * MINUTE
    world.clock.set(due - 1_000_000)
    with pytest.raises(Refusal) as caught:
        world.move("zhang", case, "accept", NOTICE)
    assert caught.value.code == "wrong_state"
    # The refused click has written down what had already come true.
    done = last_of(world, case)
    assert (done.kind, done.actor, done.effective_at) == ("deem_accepted", "system", due)
    assert done.fields() == {"responsible": "zhang"}
    assert supervised(world) == [("deemed", "1", "zhang")]


def test_a_list_derives_what_nobody_has_written_yet(world: World) -> None:
    """Domain 3.4, rule 1: the state is shown at once, and nothing is written for a list."""
    case = world.pushed()
    assert case.pushed_at is not None
    world.clock.set(case.pushed_at + 10 * MINUTE - 1)
    before = world.as_("zhang").worklist(WorklistQuery())
    world.clock.forward(1)
    after = world.as_("zhang").worklist(WorklistQuery())
    assert before.rows[0].shown_state is State.PENDING_ACCEPTANCE
    assert after.rows[0].shown_state is State.UNDER_REVIEW
    assert (after.rows[0].case.state, last_of(world, case).kind) == (
        State.PENDING_ACCEPTANCE, "push")  # fmt: skip
    assert (after.counts["under_review"], after.counts.get("pending_acceptance", 0)) == (1, 0)
    only = world.as_("zhang").worklist(WorklistQuery(group="under_review"))
    assert [row.case.case_id for row in only.rows] == [case.case_id]
    deemed = world.as_("zhang").case_view(case.case_no)
    assert deemed is not None
    assert deemed.case.acceptance_kind == "deemed"


@pytest.mark.parametrize("few", [0, 2_000], ids=["walked", "listed"])
def test_a_deemed_case_stands_where_its_new_limit_puts_it(
    world: World, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Domain 4.3, most urgent first: nine days left stand below two, though nobody wrote it."""
    monkeypatch.setattr(worklists, "FEW", few)
    sooner = world.accepted()
    world.clock.forward(MINUTE)
    deemed = world.pushed()
    world.clock.forward(30 * MINUTE)
    fresh = world.pushed()
    later = world.accepted()
    wanted = [fresh.case_id, sooner.case_id, deemed.case_id, later.case_id]
    listed = world.as_("zhang").worklist(WorklistQuery()).rows
    assert [row.case.case_id for row in listed] == wanted
    for size in (1, 2, 3):
        query, seen = WorklistQuery(limit=size), []
        while rows := world.as_("zhang").worklist(query).rows:
            seen += [row.case.case_id for row in rows]
            query = WorklistQuery(limit=size, after=rows[-1].key)
        assert seen == wanted


def test_a_suspended_case_over_its_planned_end_stands_where_its_limit_puts_it(
    world: World,
) -> None:
    """T15: held clocks go on from the planned end; the list says so before anybody writes it."""
    case = world.accepted()
    notice = NewEntry("procedure_notice", {"text": "x"})
    planned = world.clock.now() + 3 * DAY
    case = world.move("zhang", case, "suspend", notice, kind="appraisal", planned_end=planned)
    world.clock.forward(4 * DAY)
    row = world.as_("zhang").worklist(WorklistQuery(text=case.case_no)).rows[0]
    assert row.shown_state is State.UNDER_REVIEW
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None and row.clock is not None
    assert (row.key[0], row.clock.due_at) == (view.case.due_at, view.case.due_at)


def test_the_night_does_not_count(world: World) -> None:
    """E09: five minutes before closing, and the other five after the next opening."""
    world.at(MONDAY, 16, 54, 58)
    case = world.pushed()
    assert case.due_at is not None
    assert case.pushed_at == at_local(MONDAY, 16, 55, 1)
    assert case.due_at == at_local(date(2026, 3, 3), 8, 35, 1)


def test_silence_for_five_days_accepts_from_the_day_of_receipt(world: World) -> None:
    """T06, R10: never pushed, so the law's own consequence remains."""
    case = world.move("wang", world.draft(), "receive")
    world.at(date(2026, 3, 10))
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None
    assert view.case.acceptance_kind == "statutory_silence"
    assert view.case.accepted_at == case.received_at
    assert last_of(world, case).effective_at == case.received_at
    # Every clock began with the receipt, so the promise is half used already.
    assert view.case.due_at == at_local(date(2026, 3, 13), 17)


def test_a_clock_that_runs_over_is_one_event(world: World) -> None:
    """S008, S040: one overdue event a clock, however many people look and touch."""
    case = world.accepted()
    world.at(date(2026, 3, 16))
    case = world.move("zhang", case, "claim")
    case = world.move("zhang", case, "claim")
    assert [one for one in supervised(world) if one[0] == "overdue"] == [
        ("overdue", "promised:1", "li")
    ]
    with world.centre.administration(writing=False) as unit:
        kinds = [one.kind for one in case_rows.events_of(unit.sql, case.case_id)]
    assert kinds.count("note_overdue") == 1


def test_an_overdue_note_takes_nothing_from_a_form_that_is_open(world: World) -> None:
    case = world.accepted()
    world.at(date(2026, 3, 16))
    world.move("wang", case, "send_message", NewEntry("message", {"text": "hurry"}))
    session = world.as_("zhang")
    from workbench.rules.case import Move

    world.clock.forward(1)
    done = session.make_move(case.case_id, Move("claim", expected_version=case.version))
    assert done.version > case.version + 1


def test_a_clock_set_back_writes_nothing(world: World) -> None:
    case = world.pushed()
    world.clock.forward(-2 * DAY)
    for act in (lambda: world.move("zhang", case, "claim"), world.draft):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.code == "clock_back"
        assert "2026-03-02" in caught.value.message
    assert last_of(world, case).kind == "push"
    assert world.check() == []
    world.clock.forward(2 * DAY)
    assert world.move("zhang", case, "claim").holder == "zhang"


def test_a_claim_lapses_a_quarter_of_an_hour_after_the_shift(world: World) -> None:
    """E06, V06: full sight for saving; then the partner may take it."""
    case = world.accepted()
    world.at(MONDAY, 13, 44, 58)
    assert world.as_("zhang").case_view(case.case_no) is not None
    with pytest.raises(Refusal) as caught:
        world.move("li", case, "claim")
    assert caught.value.code == "held_by_other"
    assert "Zhang" in caught.value.message
    world.at(MONDAY, 13, 45)
    assert world.move("li", case, "claim").holder == "li"


def test_the_mouse_passes_from_one_to_the_other_at_the_shift_change(world: World) -> None:
    """4.4, fixed point 1: in the same second one list empties and the other fills."""
    case = world.pushed()
    query = WorklistQuery()
    world.at(MONDAY, 13, 29, 59)
    assert [len(world.as_(who).worklist(query).rows) for who in ("zhang", "li")] == [1, 0]
    empty = world.as_("li").worklist(query).empty_because
    assert empty == "You are not on duty. Representative on duty: Zhang, until 13:30."
    world.at(MONDAY, 13, 30)
    assert [len(world.as_(who).worklist(query).rows) for who in ("zhang", "li")] == [0, 1]
    assert world.as_("zhang").case_view(case.case_no) is None
