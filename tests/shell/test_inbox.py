"""The inbox on a real centre: order, counting seconds, groups, search, keys, live refresh."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QModelIndex, QObject, Qt
from PyQt6.QtGui import QPaintEvent, QRegion

from tests.shell.desk_kit import NINE, SampleCentre, desk, settle, sign_in, stock, take_in
from workbench import settings
from workbench.rules.calendar_reading import build_calendar
from workbench.rules.case_view import WorklistQuery
from workbench.rules.clocks import Length, Light, pause, start
from workbench.rules.moment import DAY, HOUR, MINUTE, SECOND, at_local
from workbench.shell.inbox import model as paging
from workbench.shell.inbox.groups import CODE, COUNT
from workbench.shell.inbox.model import Column, walk
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.inbox.time_left import time_left
from workbench.shell.main_window.window import MainWindow

pytestmark = pytest.mark.long(13)

CALENDAR = build_calendar(settings.load_calendar(), settings.load_office_hours())
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


class PaintWatcher(QObject):
    """Notes what of a widget is painted."""

    def __init__(self, regions: list[QRegion]) -> None:
        super().__init__()
        self.regions = regions

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QPaintEvent):
            self.regions.append(event.region())
        return False


def inbox_of(window: MainWindow) -> InboxScreen:
    screen = window.opened("inbox")
    assert isinstance(screen, InboxScreen)
    return screen


def shown(inbox: InboxScreen, column: Column) -> list[str]:
    model = inbox.model
    return [str(model.data(model.index(row, column))) for row in range(model.rowCount())]


# -- what a clock says -----------------------------------------------------------------------------


def test_minute_clocks_count_in_minutes_and_seconds_and_change_their_light() -> None:
    run = start("acceptance_response", NINE, Length(10, "office_minute"), CALENDAR)
    seen = [
        (left.text, left.light, left.word)
        for left in (
            time_left(run, NINE + seconds * SECOND, CALENDAR)
            for seconds in (1, 300, 480, 599, 600, 672)
        )
    ]
    assert seen == [
        ("09:59", Light.GREEN, "in time"),
        ("05:00", Light.YELLOW, "due soon"),
        ("02:00", Light.ORANGE, "very soon"),
        ("00:01", Light.ORANGE, "very soon"),
        ("+00:00", Light.RED, "overdue"),
        ("+01:12", Light.RED, "overdue"),
    ]
    afternoon = time_left(run, NINE + 150 * MINUTE, CALENDAR)
    assert (afternoon.text, afternoon.counted()) == ("2 h 20 min over", "2 h 20 min over")


def test_without_a_heading_a_minute_clock_cannot_be_taken_for_a_time_of_day() -> None:
    run = start("acceptance_response", NINE, Length(10, "office_minute"), CALENDAR)
    left = time_left(run, NINE + SECOND, CALENDAR)
    assert left.counted() == "09:59 left"
    # Where nobody draws the seconds, the end is named and not what was left of it once.
    assert left.due_line("2026-11-23") == "Ten-minute response · due 09:10"
    late = time_left(run, NINE + HOUR, CALENDAR)
    assert late.due_line("2026-11-24") == "Ten-minute response · due 11-23 09:10 · overdue"


def test_working_day_clocks_count_in_working_days_and_hours_of_office_time() -> None:
    friday = at_local(date(2026, 11, 27), 15)
    run = start("statutory", friday, Length(20, "working_day"), CALENDAR)
    assert time_left(run, friday, CALENDAR).text == "20 wd 2 h"
    assert time_left(run, friday + 3 * DAY, CALENDAR).text == "19 wd 2 h"
    friday_again = at_local(date(2026, 12, 25), 18)
    assert time_left(run, friday_again, CALENDAR).text == "over since 12-25"
    assert time_left(run, friday_again + 3 * DAY, CALENDAR).text == "1 wd over"


def test_a_stopped_clock_says_that_the_law_stopped_it() -> None:
    run = start("promised", NINE, Length(9, "working_day"), CALENDAR)
    left = time_left(pause(run, NINE + HOUR), NINE + DAY, CALENDAR)
    assert (left.light, left.word) == (Light.PAUSED, "stopped by law")


# -- the list --------------------------------------------------------------------------------------


def test_most_urgent_first_with_counters_that_match(qtbot: Any, sample: SampleCentre) -> None:
    stock(sample, 6)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"]))
        times = shown(inbox, Column.TIME)
        assert times == sorted(times) and len(times) == 6
        assert times[0].startswith(("03:5", "04:0"))
        items = [inbox.groups.item(row) for row in range(inbox.groups.count())]
        counts = {item.data(CODE): item.data(COUNT) for item in items if item is not None}
        assert counts == {"all": 6, "mine": 0, "pool": 6, "pending_acceptance": 6}
        assert inbox.count.text() == "All I see: 6 cases"


def test_a_group_lists_what_its_counter_says(qtbot: Any, sample: SampleCentre) -> None:
    stock(sample, 3)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"]))
        for row in range(inbox.groups.count()):
            inbox.groups.setCurrentRow(row)
            settle(qtbot, room)
            item = inbox.groups.item(row)
            assert item is not None and inbox.model.rowCount() == item.data(COUNT)
        assert inbox.groups.group() == "pending_acceptance"


def test_an_empty_list_says_why(qtbot: Any, sample: SampleCentre) -> None:
    stock(sample, 2)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "li.na", sample.passwords["li.na"]))
        assert inbox.empty.isVisible() and not inbox.table.isVisible()
        assert inbox.empty.text() == (
            "You are not on duty. Representative on duty: Zhang Wei, until 13:30."
        )


def test_search_by_the_end_of_the_short_number(qtbot: Any, sample: SampleCentre) -> None:
    cases = stock(sample, 5)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"]))
        qtbot.keyClicks(inbox.table, "/")
        assert inbox.search.hasFocus() or inbox.window().isActiveWindow() is False
        qtbot.keyClicks(inbox.search, cases[3].short_no[-4:])
        qtbot.waitUntil(lambda: inbox.model.rowCount() == 1)
        row = inbox.model.row_at(0)
        assert row is not None and row.case.case_no == cases[3].case_no
        qtbot.keyClicks(inbox.search, "999")
        qtbot.waitUntil(lambda: inbox.model.rowCount() == 0)
        assert inbox.empty.isVisible() and "999" in inbox.empty.text()


def test_enter_opens_the_chosen_case(qtbot: Any, sample: SampleCentre) -> None:
    cases = stock(sample, 3)
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        inbox = inbox_of(window)
        wanted: list[str] = []
        window.work.signposts.case_wanted.disconnect()
        window.work.signposts.case_wanted.connect(wanted.append)
        qtbot.keyClick(inbox.table, Qt.Key.Key_Down)
        qtbot.keyClick(inbox.table, Qt.Key.Key_Return)
        assert wanted == [cases[1].case_no]


def test_a_passing_second_repaints_the_time_column_only(qtbot: Any, sample: SampleCentre) -> None:
    stock(sample, 4)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"]))
        inbox._again.stop()
        regions: list[QRegion] = []
        viewport = inbox.table.viewport()
        assert viewport is not None

        watcher = PaintWatcher(regions)
        viewport.installEventFilter(watcher)
        before = shown(inbox, Column.TIME)
        begun = time.monotonic()
        qtbot.waitUntil(lambda: len(regions) >= 2, timeout=20_000)
        viewport.removeEventFilter(watcher)
        assert shown(inbox, Column.TIME) != before
        assert len(regions) <= time.monotonic() - begun + 2
        edge = inbox.table.columnViewportPosition(Column.ITEM)
        assert all(region.boundingRect().right() <= edge for region in regions)


def test_a_new_case_comes_by_itself_and_the_choice_stays(qtbot: Any, sample: SampleCentre) -> None:
    cases = stock(sample, 3)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"]))
        inbox.table.selectRow(1)
        opened = sample.open()
        clerk = opened.session_as("wang.fang")
        take_in(clerk, 77)
        clerk.close()
        opened.close()
        qtbot.waitUntil(lambda: inbox.model.rowCount() == 4, timeout=4_000)
        assert inbox.table.current_case() == cases[1].case_no
        assert inbox.table.currentIndex().row() == 1


def test_the_list_empties_within_ten_seconds_of_the_shifts_end(
    qtbot: Any, sample: SampleCentre
) -> None:
    stock(sample, 3)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"]))
        assert inbox.model.rowCount() == 3
        sample.clock.set(at_local(date(2026, 11, 23), 13, 30))
        qtbot.waitUntil(lambda: inbox.model.rowCount() == 0, timeout=10_000)
        assert "Li Na" in inbox.empty.text()


def test_nothing_is_reset_while_nothing_changes(qtbot: Any, sample: SampleCentre) -> None:
    stock(sample, 3)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"]))
        resets: list[int] = []
        inbox.model.modelReset.connect(lambda: resets.append(1))
        for _time in range(3):
            inbox.refresh()
            settle(qtbot, room)
        assert resets == []


def test_every_cell_speaks(qtbot: Any, sample: SampleCentre) -> None:
    stock(sample, 1)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"]))
        model = inbox.model
        spoken = [str(model.data(model.index(0, column), SPOKEN)) for column in Column]
        assert spoken[0].startswith("Ten-minute response: 0") and "due 2026-11-23" in spoken[0]
        assert "Individual business, set-up" in spoken[1]
        assert all(spoken)


# -- paging ----------------------------------------------------------------------------------------


def test_pages_come_by_key_while_scrolling_and_no_line_twice(
    qtbot: Any, sample: SampleCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 20)
    stock(sample, 50, apart_us=SECOND)
    sample.clock.set(NINE + 5 * MINUTE)
    with desk(sample) as room:
        inbox = inbox_of(sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"]))
        inbox._again.stop()
        model = inbox.model
        assert model.rowCount() == 50
        assert model.row_at(20) is None
        inbox.table.scrollToBottom()
        inbox.table.grab()
        qtbot.waitUntil(lambda: model.row_at(49) is not None)
        numbers = {model.row_at(row).case.case_no for row in range(50)}  # type: ignore[union-attr]
        assert len(numbers) == 50
        assert model.rowCount(model.index(0, 0)) == 0 and model.rowCount(QModelIndex()) == 50


def test_walking_to_a_far_page_asks_by_key_only() -> None:
    asked: list[Any] = []

    class Row:
        def __init__(self, number: int) -> None:
            self.key = (number, number)

    def ask(query: Any) -> Any:
        asked.append(query.after)
        first = 0 if query.after is None else query.after[0] + 1
        rows = tuple(Row(number) for number in range(first, min(first + 200, 1_000)))
        return type("W", (), {"rows": rows})()

    pages = walk(ask, WorklistQuery(limit=200), None, 0, 4)
    assert asked == [None, *((200 * n - 1, 200 * n - 1) for n in range(1, 5))]
    assert pages[4][-1].key == (999, 999)
