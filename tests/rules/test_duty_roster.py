"""Who is on duty (domain 4.3), patterns, and what is wrong with a roster (4.5, 4.1, E05)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import settings
from workbench.rules import duty_roster, rotation
from workbench.rules.calendar_reading import build_calendar
from workbench.rules.duty_roster import Roster, on_duty, powers, representatives_on_duty
from workbench.rules.moment import DAY, MINUTE, Moment, at_local, to_local
from workbench.rules.people import (
    NO_END,
    Appointment,
    Authorisation,
    CustodyShift,
    DutyShift,
    Leave,
    Place,
    Post,
    Power,
    Recusal,
    ShiftKind,
)
from workbench.rules.roster_faults import RosterFault, RosterPlan, faults_of, within, without
from workbench.rules.working_days import Calendar

HEALTH = "health"
ITEM = "11990101MB0004444A4000123901001"
OTHER = "11990101MB0004444A4000123901002"
MONDAY = date(2026, 3, 2)
T = at_local(MONDAY, 10)
ALL = frozenset(Power)
PAIR = rotation.Pair(HEALTH, "wang", "li", "roster")


@cache
def cal() -> Calendar:
    return build_calendar(settings.load_calendar(), settings.load_office_hours())


def letters(*logins: str) -> tuple[Appointment, ...]:
    posts = (Post.A, Post.B)
    return tuple(
        Appointment(login, HEALTH, posts[n % 2], f"T{n}", 0) for n, login in enumerate(logins)
    )


def grants(*logins: str) -> tuple[Authorisation, ...]:
    return tuple(Authorisation(login, HEALTH, None, ALL, "S1", 0) for login in logins)


def shift(login: str, start: Moment, end: Moment, **more: object) -> DutyShift:
    one = DutyShift(f"{login}-{start}", HEALTH, login, start, end, created_by="roster")
    return replace(one, published_at=0, **more)  # type: ignore[arg-type]


def roster(*shifts: DutyShift, **more: object) -> Roster:
    base = Roster(letters("wang", "li"), grants("wang", "li"), shifts)
    return replace(base, **more)  # type: ignore[arg-type]


def test_on_duty_is_half_open_at_the_shift_change() -> None:
    """Fixed point 1 and 4 of domain 4.4: one instant before, at, and one after."""
    both = roster(shift("wang", T, T + DAY), shift("li", T + DAY, T + 2 * DAY))
    change = T + DAY
    assert representatives_on_duty(both, HEALTH, T - 1) == ()
    assert representatives_on_duty(both, HEALTH, T) == ("wang",)
    assert representatives_on_duty(both, HEALTH, change - 1) == ("wang",)
    assert representatives_on_duty(both, HEALTH, change) == ("li",)
    assert representatives_on_duty(both, HEALTH, T + 2 * DAY) == ()
    assert representatives_on_duty(both, "civil_affairs", T) == ()


def test_a_plan_that_is_not_published_gives_no_right() -> None:
    plan = replace(shift("wang", T, T + DAY), published_at=None)
    assert not on_duty(roster(plan), "wang", HEALTH, T)
    later = replace(plan, published_at=T + 5)
    assert not on_duty(roster(later), "wang", HEALTH, T + 4)
    assert on_duty(roster(later), "wang", HEALTH, T + 5)


def test_v07_leave_beats_the_shift() -> None:
    away = roster(shift("wang", T, T + DAY), leaves=(Leave("wang", T + 10, T + 20),))
    held = [on_duty(away, "wang", HEALTH, T + n) for n in (9, 10, 19, 20)]
    assert held == [True, False, False, True]


def test_v08_a_revoked_letter_ends_duty_in_that_second() -> None:
    revoked = replace(letters("wang")[0], revoked_at=T + 10)
    now = roster(shift("wang", T, T + DAY), appointments=(revoked,))
    assert [on_duty(now, "wang", HEALTH, T + n) for n in (9, 10)] == [True, False]
    letter = replace(grants("wang")[0], revoked_at=T + 10)
    now = roster(authorisations=(letter,))
    assert powers(now, "wang", HEALTH, ITEM, T + 9) == ALL
    assert powers(now, "wang", HEALTH, ITEM, T + 10) == frozenset()


def test_powers_are_the_union_of_the_letters_that_cover_the_item() -> None:
    some = frozenset({Power.ACCEPT})
    more = frozenset({Power.REVIEW, Power.DECIDE})
    now = roster(
        authorisations=(
            Authorisation("wang", HEALTH, frozenset({ITEM}), some, "S1", 0),
            Authorisation("wang", HEALTH, None, more, "S2", 0, T + 10),
            Authorisation("li", HEALTH, None, ALL, "S3", 0),
            Authorisation("wang", "education", None, ALL, "S4", 0),
        )
    )
    assert powers(now, "wang", HEALTH, ITEM, T) == some | more
    assert powers(now, "wang", HEALTH, OTHER, T) == more
    assert powers(now, "wang", HEALTH, OTHER, T + 10) == frozenset()
    assert not duty_roster.item_authorised(now, "wang", HEALTH, OTHER, T + 10)


def test_one_person_answers_even_on_a_joint_shift() -> None:
    joint = roster(shift("li", T, T + DAY, joint=True), shift("wang", T, T + DAY, joint=True))
    assert representatives_on_duty(joint, HEALTH, T) == ("li", "wang")
    assert duty_roster.representative_on_duty(joint, HEALTH, T) == "wang", "post A answers"
    assert duty_roster.representative_on_duty(joint, HEALTH, T - 1) is None


def test_a_hall_shift_is_told_apart() -> None:
    hall = roster(shift("wang", T, T + DAY, place=Place.HALL))
    assert on_duty(hall, "wang", HEALTH, T, Place.HALL)
    assert not on_duty(hall, "wang", HEALTH, T, Place.BACK_OFFICE)


def test_v06_the_grace_time_is_fifteen_minutes_and_not_more() -> None:
    over = roster(shift("wang", T - DAY, T))
    grace = 15 * MINUTE
    held = [
        duty_roster.shift_ended_within(over, "wang", HEALTH, T + n, grace)
        for n in (-1, 0, grace - 1, grace)
    ]
    assert held == [False, True, True, False]
    ill = replace(over, leaves=(Leave("wang", T, T + DAY),))
    assert not duty_roster.shift_ended_within(ill, "wang", HEALTH, T, grace)


def test_the_next_shift_is_the_one_that_has_not_ended() -> None:
    shifts = [shift("wang", T, T + DAY), shift("li", T + DAY, T + 2 * DAY)]
    found = duty_roster.next_shift(shifts, HEALTH, T + DAY)
    assert found is not None and found.login == "li"
    mine = duty_roster.next_shift(shifts, HEALTH, T, "li")
    assert mine is not None and mine.start == T + DAY
    assert duty_roster.next_shift(shifts, HEALTH, T + 2 * DAY) is None


def test_recusal_and_custody() -> None:
    now = roster(
        recusals=(Recusal("wang", "C1", "brother", "head"),),
        custody_shifts=(CustodyShift("song", T, T + DAY, T + 5),),
    )
    assert duty_roster.recused(now, "wang", "C1")
    assert not duty_roster.recused(now, "wang", "C2")
    held = [duty_roster.custodian_on_shift(now, "song", T + n) for n in (4, 5)]
    assert held == [False, True]


# -- patterns ---------------------------------------------------------------------------------

PATTERNS = [rotation.alternate_weeks, rotation.alternate_days, rotation.alternate_half_days]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(first=st.dates(date(2025, 1, 1), date(2026, 11, 1)), days=st.integers(0, 45))
def test_every_pattern_fills_office_hours_and_needs_no_repair(
    pattern: object, first: date, days: int
) -> None:
    last = first + timedelta(days=days)
    shifts = pattern(PAIR, first, last, cal())  # type: ignore[operator]
    codes = {fault.code for fault in faults(*shifts, first=first, last=last)}
    assert codes <= {"too_many_days"}
    if pattern is not rotation.alternate_weeks:
        assert not codes
    assert len({one.shift_id for one in shifts}) == len(shifts)


def test_a_has_odd_weeks_and_b_even_ones() -> None:
    shifts = rotation.alternate_weeks(PAIR, date(2026, 1, 1), date(2026, 12, 31), cal())
    assert len(shifts) == 248
    for one in shifts:
        week = to_local(one.start).isocalendar().week
        assert one.login == ("wang" if week % 2 else "li")


def test_half_days_change_hands_at_noon_and_swap_the_next_day() -> None:
    shifts = rotation.alternate_half_days(PAIR, MONDAY, MONDAY + timedelta(days=1), cal())
    assert [one.login for one in shifts] == ["wang", "li", "li", "wang"]


# -- faults -----------------------------------------------------------------------------------


def faults(
    *shifts: DutyShift,
    first: date = MONDAY,
    last: date = MONDAY,
    items: frozenset[str] = frozenset({ITEM}),
    publish_at: Moment | None = None,
    **more: object,
) -> tuple[RosterFault, ...]:
    plan = RosterPlan(roster(*shifts, **more), HEALTH, first, last, cal(), items, publish_at)
    return faults_of(plan)


def day_shift(login: str = "wang", day: date = MONDAY) -> DutyShift:
    return shift(login, cal().office_start(day), cal().office_end(day))


def codes(found: tuple[RosterFault, ...]) -> list[str]:
    assert all(fault.text for fault in found)
    return [fault.code for fault in found]


def test_a_full_day_has_no_fault() -> None:
    assert faults(day_shift()) == ()


def test_a_gap_in_office_hours_is_found_and_lunch_is_none() -> None:
    morning = shift("wang", at_local(MONDAY, 8, 30), at_local(MONDAY, 11, 30))
    afternoon = shift("li", at_local(MONDAY, 13, 30), at_local(MONDAY, 17))
    (gap,) = faults(morning, afternoon)
    assert (gap.code, gap.start, gap.end) == (
        "gap",
        at_local(MONDAY, 11, 30),
        at_local(MONDAY, 12),
    )
    assert "11:30" in gap.text


def test_a_leave_on_a_shift_and_both_away() -> None:
    leaves = (Leave("wang", at_local(MONDAY, 9), at_local(MONDAY, 10)),)
    assert codes(faults(day_shift(), leaves=leaves)) == ["leave"]
    leaves += (Leave("li", at_local(MONDAY, 9, 30), at_local(MONDAY, 12)),)
    both = [one for one in faults(day_shift(), leaves=leaves) if one.code == "both_away"]
    assert [(one.start, one.end) for one in both] == [
        (at_local(MONDAY, 9, 30), at_local(MONDAY, 10))
    ]


def test_an_overlap_must_be_marked_joint_on_both_sides() -> None:
    first, second = day_shift(), day_shift("li")
    assert codes(faults(first, second)) == ["overlap"]
    assert codes(faults(replace(first, joint=True), second)) == ["overlap"]
    assert codes(faults(replace(first, joint=True), replace(second, joint=True))) == []


def test_ten_days_in_a_row_pass_and_eleven_do_not() -> None:
    days = [cal().add_working_days(MONDAY, n) for n in range(11)]
    ten = faults(*[day_shift(day=day) for day in days[:10]], last=days[9])
    assert ten == ()
    (long,) = faults(*[day_shift(day=day) for day in days], last=days[10])
    assert long.code == "too_many_days" and long.logins == ("wang",)


def test_letters_must_hold_through_the_shift() -> None:
    ended = (replace(letters("wang")[0], valid_to=at_local(MONDAY, 16)),)
    assert codes(faults(day_shift(), appointments=ended)) == ["not_appointed"]
    named = (Authorisation("wang", HEALTH, frozenset({ITEM}), ALL, "S1", 0),)
    (fault,) = faults(day_shift(), items=frozenset({ITEM, OTHER}), authorisations=named)
    assert fault.code == "not_authorised" and OTHER in fault.text


def test_nobody_rosters_himself() -> None:
    own = replace(day_shift(), created_by="wang")
    assert codes(faults(own)) == ["rostered_himself"]


def test_a_roster_is_published_one_working_day_ahead() -> None:
    plan = replace(day_shift(), published_at=None)
    friday = MONDAY - timedelta(days=3)
    saturday_worked = date(2026, 2, 28)  # the adjusted Saturday before that Monday
    assert codes(faults(plan, publish_at=at_local(friday, 16))) == []
    assert codes(faults(plan, publish_at=at_local(saturday_worked, 16))) == []
    assert codes(faults(plan, publish_at=at_local(MONDAY, 7))) == ["late"]
    swap = replace(plan, kind=ShiftKind.SWAP)
    assert codes(faults(swap, publish_at=at_local(MONDAY, 7))) == []


def test_e05_an_emergency_lasts_five_working_days_at_most() -> None:
    def temp(last: date) -> tuple[Appointment, ...]:
        end = at_local(last + timedelta(days=1))
        stand_in = Appointment("zhao", HEALTH, Post.TEMP, "E1", at_local(MONDAY), end)
        return (*letters("wang", "li"), stand_in)

    assert codes(faults(day_shift(), appointments=temp(date(2026, 3, 6)))) == []
    assert codes(faults(day_shift(), appointments=temp(date(2026, 3, 9)))) == ["emergency_long"]
    endless = (*letters("wang"), Appointment("zhao", HEALTH, Post.TEMP, "E2", T, NO_END))
    assert codes(faults(day_shift(), appointments=endless)) == ["emergency_long"]


def test_a_shift_that_ends_before_it_begins() -> None:
    wrong = shift("wang", at_local(MONDAY, 17), at_local(MONDAY, 8))
    assert "backwards" in codes(faults(day_shift(), wrong))


stretches = st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda p: (p[0], p[0] + p[1]))


@given(stretches, st.lists(stretches, max_size=6))
def test_without_and_within_cut_a_stretch_in_two(
    stretch: tuple[int, int], covers: list[tuple[int, int]]
) -> None:
    outside = {t for low, high in without(stretch, covers) for t in range(low, high)}
    inside = {t for low, high in within(stretch, covers) for t in range(low, high)}
    covered = {t for low, high in covers for t in range(low, high)}
    whole = set(range(*stretch))
    assert inside == whole & covered
    assert outside == whole - covered
