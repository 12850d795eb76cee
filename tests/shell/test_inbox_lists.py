"""The inbox's list narrowed and ordered: headings, filters, chips, views, news, look-up."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit

from tests.shell.desk_kit import I02, SampleCentre, desk, settle, sign_in, stock, take_in
from tests.shell.screen_check import check
from workbench.rules.case_view import DueWithin, WorklistOrder
from workbench.rules.moment import MINUTE, SECOND
from workbench.shell.desk_parts import Look
from workbench.shell.desk_room import DeskRoom
from workbench.shell.inbox.filter_panel import FilterPanel
from workbench.shell.inbox.groups import CODE, COUNT, VIEW
from workbench.shell.inbox.look_up import Sought, sought
from workbench.shell.inbox.model import Column
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.inbox.views import ViewDialog
from workbench.shell.main_window.window import MainWindow

pytestmark = pytest.mark.long(10)

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier

def enter(
    qtbot: Any, room: DeskRoom, sample: SampleCentre, login: str = "zhang.wei"
) -> InboxScreen:
    window = sign_in(qtbot, room, login, sample.passwords[login])
    return inbox_of(window)


def inbox_of(window: MainWindow) -> InboxScreen:
    screen = window.opened("inbox")
    assert isinstance(screen, InboxScreen)
    return screen


def numbers(inbox: InboxScreen) -> list[str]:
    """The short numbers' last figures, top down, as the list stands."""
    rows = (inbox.model.row_at(row) for row in range(inbox.model.rowCount()))
    return [row.case.short_no[-4:] for row in rows if row is not None]


def counters(inbox: InboxScreen) -> dict[str, int]:
    items = [inbox.groups.item(row) for row in range(inbox.groups.count())]
    return {str(one.data(CODE)): one.data(COUNT) for one in items if one is not None}


def heading(qtbot: Any, inbox: InboxScreen, column: Column) -> None:
    header = inbox.table.columns.header
    place = QPoint(header.sectionViewportPosition(column) + 12, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def filter_panel(qtbot: Any, room: DeskRoom, inbox: InboxScreen) -> FilterPanel:
    """The filter, opened over the list."""
    inbox.open_filter()
    settle(qtbot, room)
    panel = inbox.findChild(FilterPanel)
    assert panel is not None
    return panel


def arrives(sample: SampleCentre, number: int) -> None:
    """Half a minute later another case is pushed."""
    sample.clock.forward(30 * SECOND)
    opened = sample.open()
    clerk = opened.session_as("wang.fang")
    take_in(clerk, number)
    clerk.close()
    opened.close()


# -- order and columns -----------------------------------------------------------------------------


def test_a_click_on_a_heading_sorts_and_the_next_one_turns_it_round(
    qtbot: Any, sample: SampleCentre
) -> None:
    stock(sample, 4)
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        assert numbers(inbox) == ["0001", "0002", "0003", "0004"]
        for column, there, back in (
            (Column.TIME, None, ["0004", "0003", "0002", "0001"]),
            (Column.ITEM, ["0001", "0002", "0003", "0004"], ["0004", "0003", "0002", "0001"]),
        ):
            for wanted in (there, back):
                if wanted is None:
                    continue
                heading(qtbot, inbox, column)
                settle(qtbot, room)
                assert numbers(inbox) == wanted
                assert inbox.table.columns.header.sortIndicatorSection() == column
        assert "descending" in inbox.table.columns.header.accessibleDescription()
        # By the state nothing is sorted: the arrow stays where it tells the truth.
        heading(qtbot, inbox, Column.STATE)
        settle(qtbot, room)
        assert numbers(inbox) == ["0004", "0003", "0002", "0001"]
        assert inbox.table.columns.header.sortIndicatorSection() == Column.ITEM


def test_columns_widths_and_order_are_there_again_next_time(
    qtbot: Any, sample: SampleCentre
) -> None:
    stock(sample, 2)
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        columns = inbox.table.columns
        columns.set_shown(Column.RECEIVED, True)
        columns.set_shown(Column.APPLICANT, False)
        columns.header.moveSection(
            columns.header.visualIndex(Column.HOLDER), columns.header.visualIndex(Column.STATE)
        )
        columns.header.resizeSection(Column.STATE, 250)
        columns.sort(WorklistOrder.NUMBER, True)
        settle(qtbot, room)
    kept = list((sample.folder.parent / "habits").iterdir())
    assert len(kept) == 1 and "zhang" not in kept[0].name
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        header = inbox.table.columns.header
        assert not header.isSectionHidden(Column.RECEIVED)
        assert header.isSectionHidden(Column.APPLICANT)
        assert header.visualIndex(Column.HOLDER) < header.visualIndex(Column.STATE)
        assert abs(header.sectionSize(Column.STATE) - 250) <= 2
        assert header.visualIndex(Column.TICK) == 0
        assert numbers(inbox) == ["0002", "0001"]
    with desk(sample) as room:
        # Another person at the same desk finds it as shipped.
        header = enter(qtbot, room, sample, "tang.bo").table.columns.header
        assert header.isSectionHidden(Column.RECEIVED)
        assert not header.isSectionHidden(Column.APPLICANT)


# -- filters ---------------------------------------------------------------------------------------


def test_a_filter_narrows_list_and_counters_alike_and_del_on_its_chip_ends_it(
    qtbot: Any, sample: SampleCentre
) -> None:
    stock(sample, 3)
    opened = sample.open()
    clerk = opened.session_as("wang.fang")
    take_in(clerk, 50, I02)
    clerk.close()
    opened.close()
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        inbox.table.setFocus()
        qtbot.keyClick(inbox.table, KEY.Key_F)
        settle(qtbot, room)
        panel = inbox.findChild(FilterPanel)
        assert panel is not None and check(panel, "en") == []
        panel.items.setCurrentRow([c for c, _n in inbox.desk.known.items].index(I02))  # type: ignore[union-attr]
        qtbot.keyClick(panel.items, KEY.Key_Space)
        qtbot.keyClick(panel.items, KEY.Key_Return)
        settle(qtbot, room)
        assert numbers(inbox) == ["0004"]
        assert counters(inbox) == {"all": 1, "mine": 0, "pool": 1, "pending_acceptance": 1}
        assert inbox.count.text() == "All I see: 1 case"
        (chip,) = inbox.parts.chip_bar.chips
        assert chip.text().startswith("Item: ")
        qtbot.keyClick(chip, KEY.Key_Delete)
        settle(qtbot, room)
        assert len(numbers(inbox)) == 4 and not inbox.parts.chip_bar.isVisible()
        assert counters(inbox)["all"] == 4


def test_a_filter_that_leaves_nothing_says_so(qtbot: Any, sample: SampleCentre) -> None:
    stock(sample, 2)
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        panel = filter_panel(qtbot, room, inbox)
        panel.due.setCurrentIndex(panel.due.findData(DueWithin.OVERDUE))
        panel.first.on.setChecked(True)
        panel.last.on.setChecked(True)
        qtbot.mouseClick(panel.apply_button, Qt.MouseButton.LeftButton)
        settle(qtbot, room)
        assert inbox.empty.isVisible() and "No case fits the filter" in inbox.empty.text()
        assert [chip.text() for chip in inbox.parts.chip_bar.chips] == [
            "overdue", "received from 2026-11-23", "received until 2026-11-23",
        ]  # fmt: skip
        qtbot.keyClick(inbox.parts.chip_bar.chips[0], KEY.Key_Backspace)
        settle(qtbot, room)
        assert len(numbers(inbox)) == 2


def test_an_empty_list_leaves_the_keyboard_somewhere(qtbot: Any, sample: SampleCentre) -> None:
    """What stands in the list's place hears its keys; Esc takes the filter away."""
    stock(sample, 2)
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        panel = filter_panel(qtbot, room, inbox)
        panel.due.setCurrentIndex(panel.due.findData(DueWithin.OVERDUE))
        qtbot.mouseClick(panel.apply_button, Qt.MouseButton.LeftButton)
        settle(qtbot, room)
        assert inbox.window().focusWidget() is inbox.empty
        qtbot.keyClick(inbox.empty, KEY.Key_F)
        settle(qtbot, room)
        again = next(one for one in inbox.findChildren(FilterPanel) if one.isVisible())
        again.close()
        assert inbox.window().focusWidget() is inbox.empty
        qtbot.keyClick(inbox.empty, KEY.Key_Escape)
        settle(qtbot, room)
        assert len(numbers(inbox)) == 2 and not inbox.parts.chip_bar.isVisible()
        assert inbox.window().focusWidget() is inbox.table


# -- views -----------------------------------------------------------------------------------------


def test_a_view_is_saved_shared_chosen_renamed_and_removed_by_keyboard(
    qtbot: Any, sample: SampleCentre
) -> None:
    stock(sample, 3)
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        inbox.table.setFocus()
        inbox.table.columns.sort(WorklistOrder.NUMBER, True)
        settle(qtbot, room)
        qtbot.keyClick(inbox.table, KEY.Key_S, CTRL)
        dialog = inbox.findChild(ViewDialog)
        assert dialog is not None
        qtbot.keyClick(dialog.name, KEY.Key_Return)
        assert dialog.refusal.isVisible() and "no name" in dialog.refusal.text()
        qtbot.keyClicks(dialog.name, "Newest first")
        dialog.shared.setChecked(True)
        qtbot.keyClick(dialog.name, KEY.Key_Return)
        settle(qtbot, room)
        line = inbox.groups.currentItem()
        assert line is not None and line.text() == "Newest first" and line.data(COUNT) == 3
        inbox.groups.setCurrentRow(0)
        inbox.table.columns.sort(WorklistOrder.DUE, False)
        settle(qtbot, room)
        assert numbers(inbox) == ["0001", "0002", "0003"]
        inbox.groups.setCurrentRow(inbox.groups.count() - 1)
        settle(qtbot, room)
        assert numbers(inbox) == ["0003", "0002", "0001"]
        qtbot.waitUntil(lambda: inbox.findChild(ViewDialog) is None)
        qtbot.keyClick(inbox.groups, KEY.Key_F2)
        dialog = inbox.findChild(ViewDialog)
        assert dialog is not None and dialog.name.text() == "Newest first"
        dialog.name.selectAll()
        qtbot.keyClicks(dialog.name, "Last ones")
        qtbot.keyClick(dialog.name, KEY.Key_Return)
        settle(qtbot, room)
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        last = inbox.groups.item(inbox.groups.count() - 1)
        assert last is not None and last.text() == "Last ones"
        inbox.groups.setCurrentRow(inbox.groups.count() - 1)
        settle(qtbot, room)
        qtbot.keyClick(inbox.groups, KEY.Key_Delete)
        dialog = inbox.findChild(ViewDialog)
        assert dialog is not None
        qtbot.keyClick(dialog.remove, KEY.Key_Space)
        settle(qtbot, room)
        assert not [code for code in counters(inbox) if code.startswith(VIEW)]


# -- news ------------------------------------------------------------------------------------------


def test_what_has_come_is_marked_told_and_shown_and_then_seen(
    qtbot: Any, sample: SampleCentre
) -> None:
    stock(sample, 3)
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        bar = inbox.parts.news_bar
        assert not bar.isVisible()
        arrives(sample, 77)
        qtbot.waitUntil(bar.isVisible, timeout=8_000)
        assert bar.text.text() == "1 new case"
        # The order is what it was: most urgent first.
        assert numbers(inbox) == ["0001", "0002", "0003", "0004"]
        places = (inbox.model.index(row, Column.ITEM) for row in range(4))
        spoken = [inbox.model.data(one, Qt.ItemDataRole.AccessibleTextRole) for one in places]
        assert [text.startswith("new ") for text in spoken] == [False, False, False, True]
        inbox.table.setFocus()
        qtbot.keyClick(inbox.table, KEY.Key_N)
        settle(qtbot, room)
        assert numbers(inbox) == ["0004"] and not bar.isVisible()
        assert inbox.parts.chip_bar.chips[0].text() == "New cases: 1"
        qtbot.keyClick(inbox.table, KEY.Key_Escape)
        settle(qtbot, room)
        assert len(numbers(inbox)) == 4 and not inbox.model.news
    arrives(sample, 78)
    with desk(sample) as room:
        # What came while one was away is news; what was seen is not.
        inbox = enter(qtbot, room, sample)
        qtbot.waitUntil(inbox.parts.news_bar.isVisible, timeout=8_000)
        assert inbox.parts.news_bar.text.text() == "1 new case"
        qtbot.mouseClick(inbox.parts.news_bar.all_seen, Qt.MouseButton.LeftButton)
        assert not inbox.parts.news_bar.isVisible() and len(numbers(inbox)) == 5


# -- looking an applicant up -----------------------------------------------------------------------


def test_what_is_typed_is_known_as_number_name_or_identity() -> None:
    assert [sought(one) for one in ("0003", "SJ-20261123-0001", "", "SJ", "张", "I01")] == [
        Sought.NUMBER
    ] * 6
    assert [sought(one) for one in ("张伟", "欧阳 测试", "Li Na", "测试3")] == [Sought.NAME] * 4
    assert sought("990101199003070012") is Sought.IDENTITY
    assert sought("９９０１０１１９９００３０７００１x") is Sought.IDENTITY
    # A department's code, with which the numbers of its cases begin, and an applicant's.
    code = "11990101MB00011117"
    assert (sought(code, [code]), sought(code)) == (Sought.NUMBER, Sought.IDENTITY)


def test_a_name_is_looked_up_with_a_purpose_and_stands_nowhere_afterwards(
    qtbot: Any, sample: SampleCentre, caplog: pytest.LogCaptureFixture
) -> None:
    stock(sample, 4)
    caplog.set_level(logging.DEBUG)
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        said: list[str] = []
        inbox.work.notices.said.connect(said.append)
        asked: list[str] = []
        inbox.work.signposts.listed.connect(lambda query, _found: asked.append(query.text))
        inbox.search.setFocus()
        # As an input method commits it.
        inbox.search.insert("测试2")
        strip = inbox.parts.strip
        assert strip.isVisible() and "written down" in strip.said.text()
        assert check(inbox.window(), "en") == []
        qtbot.keyClick(inbox.search, KEY.Key_Return)
        line = strip.purpose.lineEdit()
        assert isinstance(line, QLineEdit)
        qtbot.keyClick(line, KEY.Key_Return)
        settle(qtbot, room)
        assert strip.refusal.isVisible() and strip.refusal.code == "reason_missing"
        qtbot.keyClicks(line, "The applicant asks at the window")
        qtbot.keyClick(line, KEY.Key_Return)
        settle(qtbot, room)
        assert numbers(inbox) == ["0003"] and not strip.isVisible()
        assert "The look-up was written down." in said
        assert [one.text() for one in inbox.parts.chip_bar.chips] == ["Looked-up applicant: 1"]
        # Counters say what the list says, and the name is nowhere.
        assert counters(inbox)["all"] == 1
        assert "测试2" not in "".join([*said, *asked, caplog.text, inbox.window().windowTitle()])
        assert "测试2" not in json.dumps([str(one) for one in inbox.keep().values()])
        assert not inbox.search.text() and strip.purpose.currentText()
        labels = [one.text() for one in inbox.window().findChildren(QLabel)]
        assert not [text for text in labels if "测试2" in text]
        qtbot.keyClick(inbox.table, KEY.Key_Escape)
        settle(qtbot, room)
        assert len(numbers(inbox)) == 4
    written = "".join(
        one.read_text(encoding="utf-8", errors="ignore")
        for one in Path(sample.folder.parent).rglob("*.json")
    )
    assert "测试2" not in written


def test_an_applicant_that_is_not_there_is_said_and_was_written_down(
    qtbot: Any, sample: SampleCentre
) -> None:
    stock(sample, 1)
    with desk(sample) as room:
        inbox = enter(qtbot, room, sample)
        inbox.search.insert("欧阳锋")
        strip = inbox.parts.strip
        strip.purpose.setEditText("The applicant asks by telephone")
        qtbot.mouseClick(strip.button, Qt.MouseButton.LeftButton)
        settle(qtbot, room)
        assert strip.isVisible() and "You see no case" in strip.said.text()
        assert len(numbers(inbox)) == 1
        qtbot.keyClick(strip.purpose, KEY.Key_Escape)
        assert not strip.isVisible()


# -- how it looks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("dark", "scale"), [(False, 1.0), (True, 1.5)])
def test_every_new_part_passes_the_screen_check_in_chinese(
    qtbot: Any, sample: SampleCentre, dark: bool, scale: float
) -> None:
    stock(sample, 3)
    letters = frozenset({"N", "F", "C", "R", "S", "SJ"})
    with desk(sample, Look("zh_CN", dark, scale)) as room:
        inbox = enter(qtbot, room, sample)
        window = inbox.window()
        window.resize(1366, 768)
        inbox.model.tick_loaded()
        arrives(sample, 77)
        qtbot.waitUntil(inbox.parts.news_bar.isVisible, timeout=8_000)
        panel = filter_panel(qtbot, room, inbox)
        assert check(panel, "zh_CN", letters) == []
        panel.holders.item(0).setCheckState(Qt.CheckState.Checked)  # type: ignore[union-attr]
        panel.apply()
        settle(qtbot, room)
        inbox.search.insert("欧阳锋")
        assert check(window, "zh_CN", letters) == []
        inbox.save_view()
        dialog = inbox.findChild(ViewDialog)
        assert dialog is not None and check(dialog, "zh_CN", letters) == []
        dialog.reject()
        menu = inbox.table.columns.menu()
        assert [one.text() for one in menu.actions() if one.isCheckable() and one.isChecked()] == [
            "剩余时间", "申请人", "状态", "认领人",
        ]  # fmt: skip
        menu.close()
        assert QApplication.activePopupWidget() is None
        sample.clock.forward(MINUTE)
