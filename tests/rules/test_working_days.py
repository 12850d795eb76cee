"""Working days and office hours: domain 2.9, E09, S045, and two outside calendars."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from functools import cache
from typing import Any

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import settings
from workbench.rules.calendar_reading import build_calendar
from workbench.rules.moment import HOUR, MINUTE, at_local, stamp
from workbench.rules.refusals import Refusal
from workbench.rules.working_days import Calendar, DayKind

YEARS = settings.load_calendar()
HOURS = settings.load_office_hours()
STEPS = (1, 5, 9, 10, 20, 30)


@cache
def cal() -> Calendar:
    return build_calendar(YEARS, HOURS)


loaded_days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
moments = st.integers(at_local(date(2025, 1, 1)), at_local(date(2026, 12, 31)))
spans = st.integers(1, 60 * 7 * HOUR)


def every_day() -> list[date]:
    return [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("2026-02-13", "02-14 02-27 03-04 03-05 03-19 04-02"),
        ("2026-04-30", "05-06 05-11 05-15 05-18 06-01 06-15"),
        ("2026-09-18", "09-20 09-24 10-08 10-09 10-22 11-05"),
        ("2025-09-26", "09-28 10-10 10-15 10-16 10-30 11-13"),
    ],
)
def test_the_vectors_of_domain_2_9(accepted: str, due: str) -> None:
    start = date.fromisoformat(accepted)
    found = [f"{cal().add_working_days(start, step):%m-%d}" for step in STEPS]
    assert found == due.split()


def test_the_seed_limits_s077_to_s080() -> None:
    assert cal().add_working_days(date(2026, 2, 13), 9) == date(2026, 3, 4)
    assert cal().add_working_days(date(2026, 2, 13), 6) == date(2026, 2, 28)
    assert cal().kind(date(2026, 2, 28)) is DayKind.ADJUSTED_WORKDAY
    assert cal().add_working_days(date(2026, 3, 6), 1) == date(2026, 3, 9)


def test_both_years_agree_with_chinesecalendar() -> None:
    for day in every_day():
        assert cal().is_working_day(day) == chinese_calendar.is_workday(day), day


def test_both_years_agree_with_holidays() -> None:
    china = holidays.country_holidays("CN", years=(2025, 2026))
    for day in every_day():
        assert cal().is_working_day(day) == china.is_working_day(day), day


def test_each_year_has_248_working_days() -> None:
    for year, adjusted in ((2025, 5), (2026, 6)):
        mine = [day for day in every_day() if day.year == year]
        assert sum(map(cal().is_working_day, mine)) == 248
        assert sum(cal().kind(day) is DayKind.ADJUSTED_WORKDAY for day in mine) == adjusted


@given(loaded_days, st.integers(0, 300))
def test_adding_working_days_moves_the_ordinal(day: date, count: int) -> None:
    due = cal().add_working_days(day, count)
    assert cal().working_day_ordinal(due) == cal().working_day_ordinal(day) + count
    if count:
        assert cal().is_working_day(due) and due > day


@given(loaded_days, st.integers(1, 60), st.integers(1, 60))
def test_adding_twice_is_adding_the_sum(day: date, one: int, two: int) -> None:
    step = cal().add_working_days(cal().add_working_days(day, one), two)
    assert step == cal().add_working_days(day, one + two)


@given(loaded_days, st.integers(1, 60))
def test_before_undoes_add(day: date, count: int) -> None:
    earlier = cal().working_day_before(day, count)
    assert earlier < day and cal().is_working_day(earlier)
    later = cal().add_working_days(earlier, count)
    assert later == day if cal().is_working_day(day) else later > day


@given(loaded_days, st.integers(1, 40))
def test_the_report_counts_every_day_once(day: date, count: int) -> None:
    report = cal().due_report(day, count)
    assert len(report.counted) == count and report.counted[-1] == report.due
    walked = sorted([*report.counted, *(one.day for one in report.not_counted)])
    assert walked == [day + timedelta(days=n + 1) for n in range((report.due - day).days)]
    assert all(one.reason for one in report.not_counted)


def test_the_report_names_the_notice() -> None:
    report = cal().due_report(date(2026, 2, 13), 5)
    assert report.due == date(2026, 2, 27)
    festival = [one for one in report.not_counted if one.kind is DayKind.STATUTORY_HOLIDAY]
    assert len(festival) == 9
    assert "Spring Festival" in festival[0].reason and "国办发明电〔2025〕7号" in festival[0].reason
    assert not report.provisional


def test_e09_ten_minutes_pushed_at_16_55_end_after_the_next_opening() -> None:
    pushed = at_local(date(2026, 2, 12), 16, 55)
    assert stamp(cal().add_office_time(pushed, 10 * MINUTE)) == "2026-02-13 08:35:00"
    before_festival = at_local(date(2026, 2, 14), 16, 55)
    assert stamp(cal().add_office_time(before_festival, 10 * MINUTE)) == "2026-02-24 08:35:00"
    over_lunch = at_local(date(2026, 2, 12), 11, 58)
    assert stamp(cal().add_office_time(over_lunch, 10 * MINUTE)) == "2026-02-12 13:38:00"
    to_the_bell = at_local(date(2026, 2, 12), 16, 50)
    assert stamp(cal().add_office_time(to_the_bell, 10 * MINUTE)) == "2026-02-12 17:00:00"


@given(moments, spans)
def test_office_time_added_is_office_time_elapsed(start: int, span: int) -> None:
    due = cal().add_office_time(start, span)
    assert cal().office_elapsed(start, due) == span
    assert cal().office_elapsed(start, due - 1) == span - 1, "due is the earliest such moment"


@given(moments, moments, moments)
def test_office_time_adds_up_and_equals_the_sum_of_its_stretches(a: int, b: int, c: int) -> None:
    low, mid, high = sorted((a, b, c))
    whole = cal().office_elapsed(low, high)
    assert whole == cal().office_elapsed(low, mid) + cal().office_elapsed(mid, high)
    assert whole == sum(end - start for start, end in cal().open_between(low, high))
    assert cal().office_elapsed(high, low) == 0


@given(moments)
def test_the_next_opening_is_open(moment: int) -> None:
    opening = cal().next_opening(moment)
    assert cal().is_open(opening)
    assert cal().office_elapsed(moment, opening) == 0


def test_opening_and_closing_are_half_open() -> None:
    day = date(2026, 3, 2)
    for hour, minute, is_open in ((8, 30, True), (12, 0, False), (13, 30, True), (17, 0, False)):
        moment = at_local(day, hour, minute)
        assert cal().is_open(moment) is is_open
        assert cal().is_open(moment - 1) is not is_open


def test_s045_an_open_saturday_gives_minutes_but_no_working_day() -> None:
    saturday = date(2026, 3, 7)
    plan = {**HOURS, "overrides": [{"day": "2026-03-07", "hours": [["09:00", "11:00"]]}]}
    opened = build_calendar(YEARS, plan)
    assert opened.add_working_days(date(2026, 3, 6), 1) == date(2026, 3, 9)
    assert not opened.is_working_day(saturday)
    pushed = at_local(date(2026, 3, 6), 16, 55)
    assert stamp(opened.add_office_time(pushed, 10 * MINUTE)) == "2026-03-07 09:05:00"
    assert opened.version != cal().version


def test_a_typhoon_closure_moves_days_and_minutes_and_says_why() -> None:
    closure = {"day": "2026-08-05", "zh": "台风停工", "en": "typhoon", "source": "青云区通告1号"}
    closed = build_calendar(YEARS, HOURS, [closure])
    assert closed.add_working_days(date(2026, 8, 4), 1) == date(2026, 8, 6)
    pushed = at_local(date(2026, 8, 4), 16, 55)
    assert stamp(closed.add_office_time(pushed, 10 * MINUTE)) == "2026-08-06 08:35:00"
    (left_out,) = closed.due_report(date(2026, 8, 4), 1).not_counted
    assert "typhoon" in left_out.reason


def test_a_working_day_without_hours_still_ends_at_the_usual_hour() -> None:
    plan = {**HOURS, "overrides": [{"day": "2026-03-02", "hours": []}]}
    shut = build_calendar(YEARS, plan)
    assert stamp(shut.office_end(date(2026, 3, 2))) == "2026-03-02 17:00:00"
    assert not shut.is_open(at_local(date(2026, 3, 2), 10))


def test_past_the_last_notice_is_provisional_and_firm_once_loaded() -> None:
    report = cal().due_report(date(2026, 12, 25), 10)
    assert report.provisional and report.due == date(2027, 1, 8)
    year = {
        "calendar": "cn",
        "year": 2027,
        "version": 1,
        "source": {"document": "made up"},
        "off": [{"from": "2027-01-01", "to": "2027-01-03", "zh": "元旦", "en": "New Year"}],
        "working": [],
    }
    firm = build_calendar([*YEARS, year], HOURS).due_report(date(2026, 12, 25), 10)
    assert not firm.provisional and firm.due == date(2027, 1, 11)


def test_beyond_the_calendar_is_a_refusal() -> None:
    for ask in (
        lambda: cal().is_working_day(date(1999, 1, 4)),
        lambda: cal().add_working_days(date(2031, 12, 30), 30),
        lambda: cal().add_office_time(at_local(date(2031, 12, 31), 16, 59), HOUR),
        lambda: cal().working_day_before(date(2024, 1, 1)),
    ):
        with pytest.raises(Refusal) as caught:
            ask()
        assert caught.value.code == "calendar_outside"


def broken(change: Any) -> list[dict[str, Any]]:
    years = copy.deepcopy(YEARS)
    change(years)
    return years


@pytest.mark.parametrize(
    "change",
    [
        lambda years: years[1]["working"].append({"day": "2026-03-02", "zh": "", "en": ""}),
        lambda years: years[1]["off"].append({"from": "2027-01-01", "to": "2027-01-01",
                                              "zh": "", "en": ""}),
        lambda years: years[1]["working"].append({"day": "2026-02-15", "zh": "", "en": ""}),
        lambda years: years.append(years[0]),
        lambda years: years[0]["working"].append({"day": "26 Jan", "zh": "", "en": ""}),
        lambda years: years.clear(),
    ],
    ids=["no weekend", "other year", "twice", "year twice", "no date", "no year"],
)  # fmt: skip
def test_wrong_calendar_data_is_refused(change: Any) -> None:
    with pytest.raises(Refusal) as caught:
        build_calendar(broken(change), HOURS)
    assert caught.value.code == "calendar_data"


@pytest.mark.parametrize(
    "hours", [[["08:30", "08:00"]], [["9", "10:00"]], [["08:00", "25:00"]], []]
)
def test_wrong_office_hours_are_refused(hours: list[list[str]]) -> None:
    with pytest.raises(Refusal):
        build_calendar(YEARS, {"default": hours})


def test_the_version_names_the_loaded_years() -> None:
    assert cal().version.startswith("2025.1 2026.1 #")
    assert build_calendar(list(reversed(YEARS)), HOURS) == cal()
