"""The desk on a real centre: signing in, the main window, locking, switching, signing out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication, QDialog, QLabel, QTableWidget, QWidget

from tests.shell.desk_kit import BLOCKED_MS, Heartbeat, SampleCentre, desk, settle, sign_in, stock
from workbench.rules.moment import HOUR, MINUTE
from workbench.rules.refusals import Fault, Outage
from workbench.shell.case import case_layout
from workbench.shell.desk_parts import Look
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.main_window.header import Header
from workbench.shell.main_window.idle_lock import IDLE_MS, IdleWatch
from workbench.shell.main_window.keys_page import desk_keys
from workbench.shell.main_window.window import MainWindow
from workbench.shell.screens import SCREENS, ScreenKind

pytestmark = pytest.mark.long(15)


def duty(window: MainWindow) -> str:
    return window.header.duty.full_text


def test_a_wrong_password_is_said_beside_the_field_and_the_fifth_locks(
    qtbot: Any, sample: SampleCentre
) -> None:
    with desk(sample) as room:
        window = room.sign_in
        assert window is not None
        for _time in range(5):
            assert window.refusal.isHidden() or window.refusal.code == "wrong_password"
            qtbot.keyClicks(window.login if not window.login.text() else window.password, "li.na")
            qtbot.keyClicks(window.password, "guess")
            qtbot.keyClick(window.password, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: not window.refusal.isHidden() and window.button.isEnabled())
            assert window.password.text() == ""
        assert window.refusal.code == "locked"
        qtbot.keyClicks(window.password, sample.passwords["li.na"])
        qtbot.mouseClick(window.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not window.refusal.isHidden() and window.button.isEnabled())
        assert room.window is None


def test_caps_lock_is_noticed(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = room.sign_in
        assert window is not None
        qtbot.keyClick(window.password, Qt.Key.Key_A)
        assert window.caps.isHidden()
        # With Caps Lock a letter comes out large although Shift is up.
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, none, "A")
        QApplication.sendEvent(window.password, event)
        assert not window.caps.isHidden()


def test_the_header_says_who_one_is_and_until_when_on_duty(
    qtbot: Any, sample: SampleCentre
) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        assert window.header.person.text() == "Zhang Wei"
        assert window.header.post.text() == "Market Supervision · Chief representative, post A"
        assert duty(window) == "You are on duty until 13:30"
        assert "Exercise clock: 2026-11-23 09:00" in window.header.exercise.full_text


def test_who_is_off_duty_is_told_who_is_on(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "li.na", sample.passwords["li.na"])
        assert "You are not on duty. On duty: Zhang Wei, until 13:30" in duty(window)
        inbox = window.opened("inbox")
        assert isinstance(inbox, InboxScreen)
        assert "Zhang Wei" in inbox.empty.text()


@pytest.mark.parametrize(
    ("login", "codes"),
    [
        ("zhang.wei", ["inbox", "case", "roster", "handover", "plugins"]),
        ("wang.fang", ["inbox", "case", "intake", "roster", "plugins"]),
        ("lin.shu", ["seal_desk"]),
        ("sec.admin", ["seals", "plugins"]),
        ("xu.jie", ["case", "issuing", "plugins"]),
        ("song.ning", ["roster", "plugins"]),
        ("sys.admin", ["plugins", "outside"]),
    ],
)
def test_the_rail_shows_the_screens_of_the_role(
    qtbot: Any, sample: SampleCentre, login: str, codes: list[str]
) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, login, sample.passwords[login])
        assert list(window.kinds) == codes
        shown = [code for code, button in window.rail._buttons.items() if button.isVisible()]
        assert shown == [code for code in codes if code != "case"]


def test_a_custodians_desk_admits_no_plugin_code(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "lin.shu", sample.passwords["lin.shu"])
        assert window.work.hosting.admitted == {}
        assert "plugins" not in window.kinds


def test_everybody_else_has_the_departments_plugins(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        window.open_screen("plugins")
        page = window.opened("plugins")
        assert page is not None
        assert {"market_supervision", "real_estate", "civil_affairs"} == set(
            window.work.hosting.admitted
        )
        table = page.findChild(QTableWidget)
        assert table is not None and table.rowCount() == 4
        states = {table.item(row, 4).text() for row in range(4)}  # type: ignore[union-attr]
        assert states == {"in use"}


def test_a_fault_in_a_plugins_slow_function_names_the_plugin(
    qtbot: Any, sample: SampleCentre
) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        folder = window.work.hosting.admitted["real_estate"].folder
        body = compile("def lookup():\n    return 1 // 0\n", f"{folder}/lookup.py", "exec")
        names: dict[str, Any] = {}
        exec(body, names)
        room.lanes.errand(names["lookup"])
        qtbot.waitUntil(lambda: bool(window.banners.texts()))
        text = window.banners.texts()[0]
        version = window.work.hosting.admitted["real_estate"].version
        assert text.startswith("Plugin ") and version in text and "has a fault" in text


def test_a_screen_that_cannot_be_loaded_is_a_fault_and_the_others_go_on(
    qtbot: Any, sample: SampleCentre
) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        window.kinds["roster"] = replace(window.kinds["roster"], factory="no.such.module:Screen")
        window.open_screen("roster")
        assert window.banners.texts()[0].startswith("The screen Duty roster cannot be opened.")
        assert window.header.heading.text() == "Inbox"
        window.open_screen("plugins")
        assert window.header.heading.text() == "Plugins"


def test_a_screen_that_breaks_off_while_it_is_made_ahead_is_never_shown_half_made(
    qtbot: Any, sample: SampleCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_parts: Any) -> None:
        raise RuntimeError("no steps today")

    monkeypatch.setattr(case_layout, "Steps", broken)
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        settle(qtbot, room)
        assert window.header.heading.text() == "Inbox" and not window.banners.texts()
        window.open_screen("case")
        assert window.header.heading.text() == "Inbox"
        assert window.banners.texts()[0].startswith("The screen Case cannot be opened.")
        monkeypatch.undo()
        window.open_screen("case")
        assert window.header.heading.text() == "Case"


def test_ten_idle_minutes_hide_everything_until_the_password(
    qtbot: Any, sample: SampleCentre
) -> None:
    stock(sample, 2)
    assert IDLE_MS == 600_000
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        window.idle.idle.emit()
        page = window.lock_page
        assert page.isVisible()
        assert not window.rail.isVisible() and not window.header.isVisible()
        qtbot.keyClicks(page.password, "wrong")
        qtbot.keyClick(page.password, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not page.refusal.isHidden())
        assert page.refusal.code == "wrong_password" and page.isVisible()
        qtbot.waitUntil(page.button.isEnabled)
        qtbot.keyClicks(page.password, sample.passwords["zhang.wei"])
        qtbot.keyClick(page.password, Qt.Key.Key_Return)
        qtbot.waitUntil(window.rail.isVisible)


def test_a_key_or_the_mouse_puts_the_lock_off(qtbot: Any) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    place.show()
    watch = IdleWatch(place, after_ms=1_500)
    locked: list[int] = []
    watch.idle.connect(lambda: locked.append(1))
    for _time in range(6):
        qtbot.wait(300)
        qtbot.keyClick(place, Qt.Key.Key_A)
    assert locked == []
    qtbot.waitUntil(lambda: locked == [1], timeout=15_000)
    watch.stop()


def test_a_dialog_is_hidden_by_the_lock_and_comes_back(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        dialog = QDialog(window)
        QLabel("a draft", dialog)
        dialog.show()
        window.lock()
        assert not dialog.isVisible()
        qtbot.keyClicks(window.lock_page.password, sample.passwords["zhang.wei"])
        qtbot.keyClick(window.lock_page.password, Qt.Key.Key_Return)
        qtbot.waitUntil(dialog.isVisible)


def test_a_language_switch_rebuilds_the_window_where_it_stood(
    qtbot: Any, sample: SampleCentre
) -> None:
    stock(sample, 3)
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        inbox = window.opened("inbox")
        assert isinstance(inbox, InboxScreen)
        qtbot.keyClicks(inbox.search, "0002")
        qtbot.waitUntil(lambda: inbox.model.rowCount() == 1)
        qtbot.mouseClick(window.header.language, Qt.MouseButton.LeftButton)
        again = room.window
        assert again is not None and again is not window
        settle(qtbot, room)
        assert again.windowTitle() == "一枚章审批工作台"
        other = again.opened("inbox")
        assert isinstance(other, InboxScreen)
        assert other.search.text() == "0002"
        qtbot.waitUntil(lambda: other.model.rowCount() == 1)
        assert "您在班，至 13:30" in duty(again)
        qtbot.mouseClick(again.header.language, Qt.MouseButton.LeftButton)
        assert room.window is not None and room.window.windowTitle() == "OneSeal Workbench"


def test_dark_and_larger_type(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        row = window.work.theme.row_height()
        qtbot.mouseClick(window.header.look, Qt.MouseButton.LeftButton)
        assert room.window is not None
        assert room.app.palette().window().color().lightness() < 60
        qtbot.mouseClick(room.window.header.size_switch, Qt.MouseButton.LeftButton)
        assert room.look == Look("en", True, 1.25)
        assert room.window is not None and room.window.work.theme.row_height() > row


def test_signing_out_leaves_nothing_of_the_person(qtbot: Any, sample: SampleCentre) -> None:
    stock(sample, 2)
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        qtbot.mouseClick(window.rail.sign_out, Qt.MouseButton.LeftButton)
        assert room.window is None and room.sign_in is not None
        other = sign_in(qtbot, room, "li.na", sample.passwords["li.na"])
        inbox = other.opened("inbox")
        assert isinstance(inbox, InboxScreen)
        assert inbox.model.rowCount() == 0


def test_an_outage_has_a_banner_with_try_again_and_a_fault_one_with_its_report(
    qtbot: Any, sample: SampleCentre
) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        tried: list[int] = []
        room.notices.outage(Outage("disk_full", "The disk is full."), lambda: tried.append(1))
        room.notices.fault(Fault("bug", "Something went wrong."), "Traceback of the bug")
        assert window.banners.texts() == ("Something went wrong.", "The disk is full.")
        fault, outage = window.banners._shown
        buttons = {b.text(): b for b in fault.findChildren(QWidget) if hasattr(b, "text")}
        qtbot.mouseClick(buttons["Copy report"], Qt.MouseButton.LeftButton)
        clipboard = QApplication.clipboard()
        assert clipboard is not None and clipboard.text() == "Traceback of the bug"
        buttons = {b.text(): b for b in outage.findChildren(QWidget) if hasattr(b, "text")}
        qtbot.mouseClick(buttons["Try again"], Qt.MouseButton.LeftButton)
        assert tried == [1]
        assert window.banners.texts() == ("Something went wrong.",)


def test_question_mark_shows_the_keys(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        window.show_keys()
        page = QApplication.activeModalWidget() or window.findChild(QDialog)
        assert page is not None
        texts = {label.text() for label in page.findChildren(QLabel)}
        assert {"Open the case", "Enter", "Ctrl+L", "Lock", "Ctrl+1"} <= texts
        page.close()


def test_no_key_of_a_screen_is_also_a_key_of_the_desk(qtbot: Any, sample: SampleCentre) -> None:
    """Two shortcuts on the same key cancel each other in Qt: neither would act."""
    stock(sample, 1)
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        row = window.opened("inbox").model.row_at(0)  # type: ignore[union-attr]
        window.open_case(row.case.case_no)
        settle(qtbot, room)
        everywhere = {key for key, _what in desk_keys(tuple(window.kinds.values()))}
        screens = [window.opened(code) for code in ("inbox", "case")]
        own = {
            key.strip()
            for screen in screens
            if screen is not None
            for keys, _what in screen.shortcuts()
            for key in keys.split(" / ")
        }
        assert own & everywhere <= {"F5"}


def test_every_screen_kind_is_well_formed() -> None:
    assert len({kind.code for kind in SCREENS}) == len(SCREENS)
    assert len({kind.shortcut for kind in SCREENS}) == len(SCREENS)
    for kind in SCREENS:
        assert isinstance(kind, ScreenKind) and kind.roles and ":" in kind.factory


def test_the_duty_line_changes_at_the_end_of_the_shift(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        header: Header = window.header
        sample.clock.forward(4 * HOUR + 31 * MINUTE)
        window.work.clock.set(sample.clock.now())
        header._show_duty()
        assert "You are not on duty. On duty: Li Na, until 17:30" in duty(window)


def test_signing_in_does_not_stall_the_event_loop(
    qtbot: Any, sample: SampleCentre, heartbeat: Heartbeat
) -> None:
    stock(sample, 5)
    with desk(sample, ahead=True) as room:
        sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        heartbeat.reset()
        qtbot.wait(1_500)
        assert heartbeat.longest_ms < BLOCKED_MS
        # Nobody has looked at a page yet, and the processes that will draw them are there.
        renderers = room._renderers.values()
        qtbot.waitUntil(lambda: sum(one.child_pid is not None for one in renderers) == 2)


def test_a_banner_that_comes_when_the_line_is_back_already_goes_too(
    qtbot: Any, sample: SampleCentre
) -> None:
    """A question of before fails a moment later than the watch has found the centre again."""
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        window.watch._lost = True
        qtbot.waitUntil(lambda: not window.watch._lost)
        room.notices.outage(Outage("connection_lost", "The line was lost.", "Wait."), None)
        assert window.banners.texts() != ()
        qtbot.waitUntil(lambda: window.banners.texts() == ())


def test_a_custodian_is_sent_to_a_fresh_process(qtbot: Any, sample: SampleCentre) -> None:
    """House section 1: where department code was loaded before, nobody gives a PIN."""
    with desk(sample) as room:
        sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
    with desk(sample, many_people=False) as room:
        window = room.sign_in
        assert window is not None
        qtbot.keyClicks(window.login, "lin.shu")
        qtbot.keyClicks(window.password, sample.passwords["lin.shu"])
        qtbot.keyClick(window.password, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.refusal.code == "code_loaded_before", timeout=15_000)
        assert room.window is None


def test_signing_out_starts_a_new_process_once_code_was_loaded(
    qtbot: Any, sample: SampleCentre
) -> None:
    again: list[str] = []
    with desk(sample) as room:
        room.parts = room.parts._replace(start_again=lambda: again.append("again"))
        sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        room.sign_out()
        assert again == ["again"]
        assert room.sign_in is None
