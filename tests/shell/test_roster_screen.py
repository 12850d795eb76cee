"""The roster screen: who is on duty, the week, and the manager's plan until it is published."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PyQt6.QtCore import Qt

from tests.shell.desk_kit import SampleCentre
from tests.shell.desks_kit import session_of, settle, workplace
from workbench.rules.duty_roster import on_duty
from workbench.rules.moment import HOUR, at_local
from workbench.rules.people import Post
from workbench.shell.roster.screen import RosterScreen

MONDAY = date(2026, 11, 23)


def opened(qtbot: Any, work: Any, department: str = "") -> RosterScreen:
    screen = RosterScreen(work)
    qtbot.addWidget(screen)
    screen.resize(1200, 800)
    screen.show()
    if department:
        screen.department.setCurrentIndex(screen.department.findData(department))
    screen.refresh()
    settle(qtbot, work)
    return screen


def test_a_representative_sees_his_week_and_who_is_on_duty_but_plans_nothing(
    qtbot: Any, sample: SampleCentre
) -> None:
    with workplace(sample, "li.na") as work:
        screen = opened(qtbot, work)
        assert screen.department.currentData() == "market_supervision"
        assert screen.duty.text() == "On duty now: Zhang Wei (post A, until 13:30)"
        assert screen.plan.isHidden()
        week = screen.grid.week
        assert week is not None and week.monday == MONDAY
        shown = [(b.day, b.post, b.hours()) for b in week.bars if b.day == 0]
        assert shown == [(0, Post.A, "08:30-13:30"), (0, Post.B, "13:30-17:30")]
        assert week.notes[5] == "" and week.spans[5] == ()


def test_nobody_on_duty_in_office_hours_is_an_alarm(qtbot: Any, sample: SampleCentre) -> None:
    """V23: shown as such, while a closed office is not."""
    sample.clock.set(at_local(date(2027, 3, 1), 10))
    with workplace(sample, "tang.bo") as work:
        screen = opened(qtbot, work)
        assert "Nobody on duty now" in screen.duty.text()
        assert screen.duty.property("role") == "refusal"
    sample.clock.set(at_local(date(2027, 3, 1), 20))
    with workplace(sample, "tang.bo") as work:
        screen = opened(qtbot, work)
        assert "closed" in screen.duty.text() and screen.duty.property("role") == "title"


def test_the_arrow_keys_go_from_shift_to_shift_and_tell_it_in_words(
    qtbot: Any, sample: SampleCentre
) -> None:
    with workplace(sample, "li.na") as work:
        screen = opened(qtbot, work)
        grid = screen.grid
        grid.setFocus()
        qtbot.keyClick(grid, Qt.Key.Key_Down)
        assert grid.accessibleDescription() == "2026-11-23, Zhang Wei, post A, 08:30-13:30"
        qtbot.keyClick(grid, Qt.Key.Key_Down)
        assert "Li Na" in grid.accessibleDescription()
        qtbot.keyClick(grid, Qt.Key.Key_Up)
        assert "Zhang Wei" in grid.accessibleDescription()


def test_bars_lie_at_their_hours_and_share_a_day_only_when_they_overlap(
    qtbot: Any, sample: SampleCentre
) -> None:
    with workplace(sample, "li.na") as work:
        grid = opened(qtbot, work).grid
        assert grid.week is not None
        first, second = [b for b in grid.week.bars if b.day == 0]
        upper, lower = grid.box(first), grid.box(second)
        assert upper.bottom() <= lower.top() and upper.left() == lower.left()
        an_hour = upper.height() / ((first.end - first.start) / HOUR)
        assert abs(lower.height() - 4 * an_hour) < 4


def test_the_manager_lays_out_mends_and_publishes(qtbot: Any, sample: SampleCentre) -> None:
    with workplace(sample, "song.ning") as work:
        screen = opened(qtbot, work, "market_supervision")
        plan = screen.plan
        assert plan.isVisible() and not plan.publish.isEnabled()
        plan.pattern.setCurrentIndex(plan.pattern.findData("weeks"))
        plan.weeks.setValue(2)
        plan.lay_out.click()
        assert screen.draft is not None and not screen.may_leave()
        assert screen.grid.week is not None
        assert screen.grid.week.monday == MONDAY + timedelta(days=7)
        assert all(b.draft for b in screen.grid.week.bars)
        assert plan.publish.isEnabled(), plan.state.text()
        bar = screen.grid.week.bars[0]
        screen.grid.choose(bar.key)
        plan.take.click()
        assert not plan.publish.isEnabled() and plan.faults.count() == 2
        assert "Nobody on duty" in plan.faults.item(0).text()
        plan.reason.setText("agreed with the head of the department")
        assert plan.publish.isEnabled()
        plan.publish.click()
        settle(qtbot, work)
        assert screen.draft is None and screen.may_leave()
        assert plan.refusal.isHidden(), plan.refusal.text()
    with session_of(sample, "song.ning") as session:
        roster = session.roster(["market_supervision"])
    # Week 49 is odd: post A all week, but for the shift that was taken out.
    assert on_duty(roster, "zhang.wei", "market_supervision", at_local(date(2026, 12, 1), 15))
    assert not on_duty(roster, bar.login, "market_supervision", bar.start)


def test_a_shift_is_given_to_the_other_by_name(qtbot: Any, sample: SampleCentre) -> None:
    with workplace(sample, "song.ning") as work:
        screen = opened(qtbot, work, "market_supervision")
        week = screen.grid.week
        assert week is not None
        running = next(b for b in week.bars if not b.movable)
        screen.grid.choose(running.key)
        assert not screen.plan.give.isEnabled()
        later = next(b for b in week.bars if b.movable and b.login == "li.na" and b.day == 2)
        screen.grid.choose(later.key)
        screen.plan.give.click()
        assert screen.grid.week is not None
        moved = screen.grid.week.bar(later.key)
        assert moved is not None and moved.login == "zhang.wei" and moved.draft
        screen.plan.discard.click()
        assert screen.draft is None
        kept = screen.grid.week.bar(later.key)
        assert kept is not None and kept.login == "li.na" and not kept.draft


def test_a_plan_survives_a_rebuilt_window(qtbot: Any, sample: SampleCentre) -> None:
    with workplace(sample, "song.ning") as work:
        screen = opened(qtbot, work, "market_supervision")
        screen.plan.lay_out.click()
        kept = screen.keep()
        again = opened(qtbot, work)
        again.restore(kept)
        settle(qtbot, work)
        assert again.department.currentData() == "market_supervision"
        assert again.draft == screen.draft and again.monday == screen.monday


def test_a_first_day_in_the_past_is_refused_beside_the_button(
    qtbot: Any, sample: SampleCentre
) -> None:
    with workplace(sample, "song.ning") as work:
        screen = opened(qtbot, work, "market_supervision")
        screen.plan.first.setDate(screen.plan.first.date().addDays(-30))
        screen.plan.lay_out.click()
        assert screen.plan.refusal.code == "roster_in_past"
        assert screen.draft is None
