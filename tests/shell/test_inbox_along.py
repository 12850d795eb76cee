"""From case to case without going back to the list, a million rows, the keys page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel, QWidget

from tests.shell.case_kit import clerk, workplace
from tests.shell.desk_kit import NINE, SampleCentre, desk, settle, sign_in, stock, take_in
from workbench.rules.case import Case, Move, State
from workbench.rules.case_view import Worklist, WorklistFilter, WorklistQuery, WorklistRow
from workbench.rules.moment import SECOND
from workbench.shell.case.screen import CaseScreen
from workbench.shell.inbox.model import PAGE, WorklistModel
from workbench.shell.inbox.pages import KEPT
from workbench.shell.inbox.question import Question
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.main_window.keys_page import KeysPage
from workbench.shell.main_window.window import MainWindow

pytestmark = pytest.mark.long(5)

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


def enter(qtbot: Any, room: Any, sample: SampleCentre) -> tuple[MainWindow, InboxScreen]:
    window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
    screen = window.opened("inbox")
    assert isinstance(screen, InboxScreen)
    window.activateWindow()
    screen.table.setFocus()
    return window, screen


def press(qtbot: Any, room: Any, window: MainWindow, key: Any, keys: Any = None) -> CaseScreen:
    """A key where the keyboard is, and everything that follows."""
    to: QWidget = QApplication.focusWidget() or window
    qtbot.keyClick(to, key, keys or Qt.KeyboardModifier.NoModifier)
    settle(qtbot, room)
    screen = window.opened("case")
    assert isinstance(screen, CaseScreen)
    return screen


def place(screen: CaseScreen) -> str:
    along = screen.parts.header.along
    return along.place.text() if along.isVisible() else ""


def test_next_and_previous_case_from_the_open_one(qtbot: Any, sample: SampleCentre) -> None:
    cases = [one.case_no for one in stock(sample, 4)]
    with desk(sample) as room:
        window, inbox = enter(qtbot, room, sample)
        case = press(qtbot, room, window, KEY.Key_Return)
        assert (case.case_no, place(case)) == (cases[0], "1 of 4")
        assert not case.parts.header.along.before.isEnabled()
        case = press(qtbot, room, window, KEY.Key_PageDown, CTRL_SHIFT)
        case = press(qtbot, room, window, KEY.Key_PageDown, CTRL_SHIFT)
        assert (case.case_no, place(case)) == (cases[2], "3 of 4")
        case = press(qtbot, room, window, KEY.Key_PageUp, CTRL_SHIFT)
        assert (case.case_no, place(case)) == (cases[1], "2 of 4")
        # The list stands where one has gone to.
        window.open_screen("inbox")
        settle(qtbot, room)
        assert inbox.table.current_case() == cases[1]
        window.open_screen("case")
        said: list[str] = []
        window.work.notices.said.connect(said.append)
        for _time in range(3):
            case = press(qtbot, room, window, KEY.Key_PageDown, CTRL_SHIFT)
        assert case.case_no == cases[3] and said[-1] == "This is the last case of the list."


def test_a_case_that_has_left_the_list_keeps_its_place_for_the_next_step(
    qtbot: Any, sample: SampleCentre
) -> None:
    cases = stock(sample, 3)
    with desk(sample) as room:
        window, inbox = enter(qtbot, room, sample)
        inbox.ask_for(Question(WorklistFilter(holders=("",))))
        settle(qtbot, room)
        qtbot.keyClick(inbox.table, KEY.Key_Down)
        case = press(qtbot, room, window, KEY.Key_Return)
        assert (case.case_no, place(case)) == (cases[1].case_no, "2 of 3")
        # It is claimed, so it is not one of those that nobody holds any more.
        opened = sample.open()
        other = opened.session_as("zhang.wei")
        other.make_move(cases[1].case_id, Move("claim", expected_version=cases[1].version))
        other.close()
        opened.close()
        inbox.refresh()
        settle(qtbot, room)
        assert inbox.model.rowCount() == 2
        case = press(qtbot, room, window, KEY.Key_PageDown, CTRL_SHIFT)
        assert (case.case_no, place(case)) == (cases[2].case_no, "2 of 2")
        case = press(qtbot, room, window, KEY.Key_PageUp, CTRL_SHIFT)
        assert case.case_no == cases[0].case_no


def test_the_most_urgent_case_that_nobody_works_on(qtbot: Any, sample: SampleCentre) -> None:
    cases = stock(sample, 3)
    with desk(sample) as room:
        window, _inbox = enter(qtbot, room, sample)
        case = press(qtbot, room, window, KEY.Key_F8)
        assert case.case_no == cases[0].case_no
        # From the open case the next one, and one that came meanwhile is not forgotten.
        case = press(qtbot, room, window, KEY.Key_F8)
        assert case.case_no == cases[1].case_no
        sample.clock.forward(SECOND)
        opened = sample.open()
        clerk_of = opened.session_as("wang.fang")
        late = take_in(clerk_of, 9)
        for_him = opened.session_as("zhang.wei")
        for one in cases:
            for_him.make_move(one.case_id, Move("claim", expected_version=one.version))
        clerk_of.close()
        for_him.close()
        opened.close()
        case = press(qtbot, room, window, KEY.Key_F8)
        assert case.case_no == cases[0].case_no and case.case_no != late.case_no


# -- a million rows --------------------------------------------------------------------------------


@dataclass
class Million:
    """A centre of a million cases that counts what it is asked."""

    asked: list[WorklistQuery]
    total: int = 1_000_000

    def worklist(self, query: WorklistQuery) -> Worklist:
        self.asked.append(query)
        first = query.offset if query.after is None else int(query.after[0]) + 1
        rows = tuple(self.row(at) for at in range(first, min(first + query.limit, self.total)))
        return Worklist(rows, self.total, NINE, {"all": self.total})

    @staticmethod
    def row(at: int) -> WorklistRow:
        case = Case(
            at, f"N{at}", f"S{at}", "I", 1, "d", State.PENDING_ACCEPTANCE, "测*", "window", "s",
            "wang.fang", 1, "",
        )  # fmt: skip
        return WorklistRow(case, "事项", "Item", State.PENDING_ACCEPTANCE, None, (at, at))


def test_a_jump_in_a_million_rows_is_one_question_and_little_is_kept(
    qtbot: Any, tmp_path: Any
) -> None:
    centre = Million([])
    with workplace(tmp_path, centre, clerk(), NINE) as work:
        holder = QWidget()
        qtbot.addWidget(holder)
        model = WorklistModel(work, holder)
        model.reload()
        qtbot.waitUntil(lambda: model.rowCount() == 1_000_000)
        for row in (999_999, 500_000, 250_001):
            centre.asked.clear()
            assert model.look_at(row) is None
            QApplication.processEvents()
            # Painted once more while the page is on its way.
            assert model.look_at(row) is None
            qtbot.waitUntil(lambda at=row: model.row_at(at) is not None)
            qtbot.waitUntil(lambda: work.lanes.idle)
            (query,) = centre.asked
            assert (query.after, query.offset) == (None, row // PAGE * PAGE)
            found = model.row_at(row)
            assert found is not None and found.case.case_id == row
        # The neighbour of a page that is there is asked for by its key.
        centre.asked.clear()
        model.look_at(250_001 + PAGE)
        qtbot.waitUntil(lambda: model.row_at(250_001 + PAGE) is not None)
        assert centre.asked[-1].after is not None and len(centre.asked) == 1
        # A dragged scroll bar passes many pages; only the last of them are asked for.
        centre.asked.clear()
        for row in range(0, 900_000, 10_000):
            model.look_at(row + 400)
        qtbot.waitUntil(lambda: model.row_at(890_400) is not None)
        assert len(centre.asked) <= 4
        assert len(list(model._pages.loaded())) <= KEPT * PAGE


def test_old_rows_stay_in_sight_until_newer_ones_come(qtbot: Any, tmp_path: Any) -> None:
    centre = Million([])
    with workplace(tmp_path, centre, clerk(), NINE) as work:
        holder = QWidget()
        qtbot.addWidget(holder)
        model = WorklistModel(work, holder)
        model.reload()
        qtbot.waitUntil(lambda: model.rowCount() > 0)
        model.look_at(700_000)
        qtbot.waitUntil(lambda: model.row_at(700_000) is not None)
        centre.total -= 1
        model.reload()
        qtbot.waitUntil(lambda: model.rowCount() == 999_999)
        assert model.row_at(700_000) is not None
        centre.asked.clear()
        assert model.look_at(700_000) is not None
        qtbot.waitUntil(lambda: bool(centre.asked) and work.lanes.idle)
        assert [query.offset for query in centre.asked] == [700_000]


# -- keys ------------------------------------------------------------------------------------------


def test_the_question_mark_shows_the_keys_on_every_screen(qtbot: Any, sample: SampleCentre) -> None:
    stock(sample, 1)
    with desk(sample) as room:
        window, inbox = enter(qtbot, room, sample)
        press(qtbot, room, window, KEY.Key_Return)
        window.resize(1366, 768)
        for code in window.kinds:
            window.open_screen(code)
            settle(qtbot, room)
            screen = window.opened(code)
            assert screen is not None
            screen.setFocus()
            window.activateWindow()
            qtbot.waitUntil(window.isActiveWindow)
            QTest.keyClick(window, "?")
            page = window.findChild(KeysPage)
            assert page is not None and page.isVisible(), code
            texts = {one.text() for one in page.findChildren(QLabel)}
            assert {keys for keys, _what in screen.shortcuts()} <= texts
            assert {"F8", "Ctrl+L"} <= texts
            bars = (page.area.verticalScrollBar(), page.area.horizontalScrollBar())
            assert [bar.maximum() for bar in bars if bar is not None] == [0, 0], code
            assert page.height() <= 768 and page.width() <= 1366, code
            page.reject()
            qtbot.waitUntil(lambda: window.findChild(KeysPage) is None)
        assert inbox.shortcuts()
