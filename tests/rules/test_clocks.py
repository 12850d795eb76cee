"""The clock table and engine of domain 3.4: due moments, colours, pauses, explanations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import settings
from workbench.rules import clocks
from workbench.rules.calendar_reading import build_calendar
from workbench.rules.clock_table import (
    CALENDAR_DAY,
    CLOCKS,
    MONTH,
    OFFICE_MINUTE,
    UNITS,
    WORKING_DAY,
    clock_label,
)
from workbench.rules.clocks import ClockRun, Length, Light
from workbench.rules.moment import DAY, HOUR, MINUTE, SECOND, Moment, at_local, stamp
from workbench.rules.refusals import Refusal
from workbench.rules.working_days import Calendar


@cache
def cal() -> Calendar:
    return build_calendar(settings.load_calendar(), settings.load_office_hours())


def at(text: str) -> Moment:
    """``2026-02-13 10:00`` local."""
    day, _space, clock = text.partition(" ")
    hour, minute = clock.split(":")
    return at_local(date.fromisoformat(day), int(hour), int(minute))


def run(name: str, begun: str, length: int, unit: str) -> ClockRun:
    return clocks.start(name, at(begun), Length(length, unit), cal())


def nine_days() -> ClockRun:
    return run("promised", "2026-02-13 10:00", 9, WORKING_DAY)


moments = st.integers(at("2025-01-02 00:00"), at("2026-06-30 00:00"))
limits = st.one_of(
    st.builds(Length, st.integers(1, 600), st.just(OFFICE_MINUTE)),
    st.builds(Length, st.integers(1, 60), st.sampled_from([WORKING_DAY, CALENDAR_DAY])),
    st.builds(Length, st.integers(1, 6), st.just(MONTH)),
)


def test_every_clock_has_a_known_unit_and_a_label() -> None:
    assert len(CLOCKS) == 16
    for name, kind in CLOCKS.items():
        assert kind.unit in UNITS and kind.starts and kind.stops
        assert clock_label(name)
    assert {name for name, kind in CLOCKS.items() if kind.pausable} == {"promised", "statutory"}
    assert {name for name, kind in CLOCKS.items() if kind.deems} == {
        "acceptance_response",
        "correction_notice",
    }


def test_working_day_limits_end_with_office_hours_of_the_last_day() -> None:
    assert stamp(nine_days().due_at) == "2026-03-04 17:00:00"
    assert not nine_days().provisional


def test_calendar_days_and_months_end_with_the_day() -> None:
    assert stamp(run("archive", "2026-02-13 10:00", 30, CALENDAR_DAY).due_at) == (
        "2026-03-15 23:59:59"
    )
    three_months = run("statutory", "2025-11-30 10:00", 3, MONTH)
    assert stamp(three_months.due_at) == "2026-02-28 23:59:59"


def test_the_licence_end_date_is_its_own_limit() -> None:
    expiry = clocks.start_until("renewal_expiry", at("2026-03-02 09:00"), date(2026, 3, 20), cal())
    assert stamp(expiry.due_at) == "2026-03-20 23:59:59"
    assert clocks.light(expiry, at("2026-03-09 10:00"), cal()) is Light.GREEN
    assert clocks.light(expiry, at("2026-03-11 10:00"), cal()) is Light.YELLOW
    assert clocks.recompute(expiry, cal()) == expiry


def test_e09_and_the_lights_of_the_ten_minutes() -> None:
    clock = run("acceptance_response", "2026-02-12 16:55", 10, OFFICE_MINUTE)
    assert stamp(clock.due_at) == "2026-02-13 08:35:00"
    pushed = at("2026-02-12 10:00")
    clock = clocks.start("acceptance_response", pushed, Length(10, OFFICE_MINUTE), cal())
    changes = [
        (0, Light.GREEN),
        (5 * MINUTE, Light.YELLOW),
        (8 * MINUTE, Light.ORANGE),
        (10 * MINUTE, Light.RED),
    ]
    for span, colour in changes:
        assert clocks.light(clock, pushed + span, cal()) is colour
    for (span, _new), (_span, old) in zip(changes[1:], changes, strict=False):
        assert clocks.light(clock, pushed + span - 1, cal()) is old


@pytest.mark.parametrize(("length", "yellow"), [(5, 3), (240, 180)])
def test_the_seal_turns_yellow_at_3_of_5_and_180_of_240(length: int, yellow: int) -> None:
    begun = at("2026-03-02 08:30")
    clock = clocks.start("seal", begun, Length(length, OFFICE_MINUTE), cal())
    turn = cal().add_office_time(begun, yellow * MINUTE)
    assert clocks.light(clock, turn - 1, cal()) is Light.GREEN
    assert clocks.light(clock, turn, cal()) is Light.YELLOW
    assert clocks.light(clock, clock.due_at, cal()) is Light.RED


@pytest.mark.parametrize(
    ("name", "length", "green", "yellow"),
    [
        ("statutory", 20, "2026-03-25 16:59", "2026-03-25 17:00"),
        ("correction_notice", 5, "2026-03-06 16:59", "2026-03-06 17:00"),
        ("promised", 1, "2026-03-02 16:59", "2026-03-02 17:00"),
        ("promised", 10, "2026-03-12 16:59", "2026-03-12 17:00"),
    ],
)
def test_day_clocks_turn_yellow_when_so_many_days_are_left(
    name: str, length: int, green: str, yellow: str
) -> None:
    clock = run(name, "2026-03-02 10:00", length, WORKING_DAY)
    assert clocks.light(clock, at(green), cal()) is Light.GREEN
    assert clocks.light(clock, at(yellow), cal()) is Light.YELLOW
    assert clocks.light(clock, clock.due_at - 1, cal()) is Light.YELLOW
    assert clocks.light(clock, clock.due_at, cal()) is Light.RED


def test_what_is_left_is_said_in_days_and_hours_or_minutes_and_seconds() -> None:
    left = clocks.remaining(nine_days(), at("2026-02-28 15:00"), cal())
    assert (left.days, left.us) == (3, 2 * HOUR)
    assert left.text(WORKING_DAY) == "3 wd 2 h"
    pushed = at("2026-03-02 10:00")
    clock = clocks.start("acceptance_response", pushed, Length(10, OFFICE_MINUTE), cal())
    left = clocks.remaining(clock, pushed + 61 * SECOND, cal())
    assert left.text(OFFICE_MINUTE) == "08:59"
    assert clocks.remaining(clock, clock.due_at, cal()).late


def test_a_stopped_clock_stays_as_it_was() -> None:
    stopped = clocks.stop(nine_days(), at("2026-03-02 10:00"))
    assert clocks.light(stopped, at("2026-05-01 10:00"), cal()) is Light.STOPPED
    assert not stopped.over(at("2026-05-01 10:00"))
    assert clocks.stop(stopped, at("2026-03-09 10:00")) == stopped
    late = clocks.stop(nine_days(), at("2026-03-04 17:00"))
    assert late.over(at("2026-03-04 17:00"))


def held(clock: ClockRun, start: str, end: str) -> ClockRun:
    return clocks.resume(clocks.pause(clock, at(start)), at(end), cal())


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        # Parts of days give nothing back, and two parts do not make a whole.
        ("2026-02-24 09:00", "2026-02-24 16:00", "2026-03-04"),
        ("2026-02-24 09:00", "2026-02-25 16:00", "2026-03-04"),
        # From opening to closing of one day is a whole working day.
        ("2026-02-24 08:30", "2026-02-24 17:00", "2026-03-05"),
        ("2026-02-24 14:00", "2026-02-27 10:00", "2026-03-06"),
        # Nine days of festival are no working days.
        ("2026-02-14 17:00", "2026-02-24 08:30", "2026-03-04"),
        # The day of acceptance was never counted, so it is not given back.
        ("2026-02-13 10:00", "2026-02-14 18:00", "2026-03-05"),
    ],
)
def test_a_pause_gives_back_only_whole_working_days(start: str, end: str, due: str) -> None:
    assert stamp(held(nine_days(), start, end).due_at) == f"{due} 17:00:00"


def test_the_day_of_acceptance_is_not_given_back() -> None:
    early = run("promised", "2026-03-02 07:00", 5, WORKING_DAY)
    assert held(early, "2026-03-02 07:30", "2026-03-02 18:00").due_at == early.due_at


def test_a_minute_clock_gets_office_time_back_exactly() -> None:
    clock = run("promised", "2026-03-02 11:50", 30, OFFICE_MINUTE)
    assert stamp(clock.due_at) == "2026-03-02 13:50:00"
    again = held(clock, "2026-03-02 11:55", "2026-03-02 14:00")
    assert stamp(again.due_at) == "2026-03-02 14:25:00"
    assert again.paused_us == 125 * MINUTE


def test_a_clock_over_when_held_stays_over() -> None:
    late = clocks.pause(nine_days(), at("2026-03-05 09:00"))
    assert clocks.light(late, at("2026-03-05 09:01"), cal()) is Light.RED
    again = clocks.resume(late, at("2026-04-05 09:00"), cal())
    assert again.due_at == nine_days().due_at
    assert clocks.light(again, at("2026-04-05 09:00"), cal()) is Light.RED


def test_a_held_clock_shows_a_pause_and_does_not_run() -> None:
    paused = clocks.pause(nine_days(), at("2026-02-24 09:00"))
    assert clocks.light(paused, at("2026-12-01 09:00"), cal()) is Light.PAUSED
    early = clocks.remaining(paused, at("2026-02-24 09:00"), cal())
    assert clocks.remaining(paused, at("2026-12-01 09:00"), cal()) == early


def test_what_cannot_be_held_is_refused() -> None:
    minute_clock = run("acceptance_response", "2026-03-02 10:00", 10, OFFICE_MINUTE)
    paused = clocks.pause(nine_days(), at("2026-02-24 09:00"))
    stopped = clocks.stop(nine_days(), at("2026-02-24 09:00"))
    now = at("2026-02-25 09:00")
    for wrong in (minute_clock, paused, stopped):
        with pytest.raises(Refusal):
            clocks.pause(wrong, now)
    for wrong in (nine_days(), stopped):
        with pytest.raises(Refusal):
            clocks.resume(wrong, now, cal())


def test_an_extension_moves_the_end_by_working_days() -> None:
    longer = clocks.extend(nine_days(), 10, cal())
    assert stamp(longer.due_at) == "2026-03-18 17:00:00"
    with pytest.raises(Refusal):
        clocks.extend(nine_days(), 0, cal())


@pytest.mark.parametrize("limit", [Length(0, WORKING_DAY), Length(3, "week")])
def test_a_limit_that_cannot_be_counted_is_refused(limit: Length) -> None:
    with pytest.raises(Refusal) as caught:
        clocks.start("promised", at("2026-03-02 10:00"), limit, cal())
    assert caught.value.code == "limit_wrong"


def test_past_the_loaded_years_is_provisional_and_moves_with_the_notice() -> None:
    clock = run("statutory", "2026-12-25 10:00", 10, WORKING_DAY)
    assert clock.provisional
    year = {
        "year": 2027,
        "version": 1,
        "source": {"document": "made up"},
        "off": [{"from": "2027-01-01", "to": "2027-01-03", "zh": "元旦", "en": "New Year"}],
        "working": [],
    }
    loaded = build_calendar([*settings.load_calendar(), year], settings.load_office_hours())
    firm = clocks.recompute(clock, loaded)
    assert not firm.provisional and firm.due_at > clock.due_at
    assert firm.calendar_version == loaded.version != clock.calendar_version


def test_the_explanation_shows_days_and_what_each_pause_gave() -> None:
    clock = held(nine_days(), "2026-02-24 14:00", "2026-02-27 10:00")
    clock = held(clock, "2026-03-02 09:00", "2026-03-02 10:00")
    told = clocks.explain(clock, cal())
    assert told.given_back == (2, 0)
    assert told.report is not None
    assert told.report.due == date(2026, 3, 6)
    assert len(told.report.counted) == 11
    plain = clocks.explain(run("seal", "2026-03-02 09:00", 5, OFFICE_MINUTE), cal())
    assert plain.report is None and plain.given_back == ()


@given(moments, limits)
def test_a_clock_is_due_later_than_it_starts_and_turns_red_just_then(
    begun: Moment, limit: Length
) -> None:
    clock = clocks.start("promised", begun, limit, cal())
    assert clock.due_at > begun
    assert clocks.light(clock, clock.due_at, cal()) is Light.RED
    assert clocks.light(clock, clock.due_at - 1, cal()) is not Light.RED


@given(moments, limits, st.integers(0, 40 * DAY), st.integers(0, 40 * DAY))
def test_a_pause_never_shortens_and_never_gives_back_more_than_it_took(
    begun: Moment, limit: Length, wait: int, span: int
) -> None:
    clock = clocks.start("promised", begun, limit, cal())
    again = clocks.resume(clocks.pause(clock, begun + wait), begun + wait + span, cal())
    assert again.due_at >= clock.due_at
    if limit.unit == OFFICE_MINUTE:
        gain = cal().office_elapsed(clock.due_at, again.due_at)
        assert gain <= cal().office_elapsed(begun + wait, begun + wait + span)
    assert replace(again, pauses=(), paused_us=0, due_at=clock.due_at) == clock


@given(moments, st.integers(1, 200), st.integers(0, 10 * DAY), st.integers(0, 10 * DAY))
def test_what_was_left_of_a_minute_clock_is_left_after_the_pause(
    begun: Moment, length: int, wait: int, span: int
) -> None:
    clock = clocks.start("promised", begun, Length(length, OFFICE_MINUTE), cal())
    paused = clocks.pause(clock, begun + wait)
    before = clocks.remaining(paused, begun + wait, cal())
    again = clocks.resume(paused, begun + wait + span, cal())
    assert clocks.remaining(again, begun + wait + span, cal()) == before


@given(moments, limits, st.lists(st.integers(0, 90 * DAY), min_size=2, max_size=2))
def test_colours_only_get_worse(begun: Moment, limit: Length, waits: list[int]) -> None:
    clock = clocks.start("promised", begun, limit, cal())
    order = [Light.GREEN, Light.YELLOW, Light.ORANGE, Light.RED]
    early, late = (clocks.light(clock, begun + wait, cal()) for wait in sorted(waits))
    assert order.index(early) <= order.index(late)
