"""Count, hand-over, take-over with the count, and a new PIN (domain 7.3, seal design section 8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt

from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import session_of, settle, workplace
from tests.shell.seal_kit import PaperPress, opened_desk, stocked_centre, with_press
from workbench.rules.moment import MINUTE
from workbench.rules.refusals import Refusal
from workbench.rules.seal_balance import Occasion, SealBalance
from workbench.shell.seal_desk.count_tab import CountTab
from workbench.shell.seal_desk.count_words import counted_text, occasion_text
from workbench.shell.seal_desk.pin_change import pin_fault
from workbench.shell.seal_desk.screen import SealDeskScreen

pytestmark = pytest.mark.long(8)


@pytest.fixture(scope="module")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stocked_centre(founded, tmp_path_factory.mktemp("count"), 1)


@pytest.fixture
def waiting(stocked: Path, tmp_path: Path) -> SampleCentre:
    return copied(stocked, tmp_path, NINE + 5 * MINUTE)


def shown(
    qtbot: Any, work: Any, press: PaperPress | None = None
) -> tuple[SealDeskScreen, CountTab]:
    screen = opened_desk(qtbot, with_press(work, press or PaperPress()))
    screen.tabs.setCurrentWidget(screen.count)
    settle(qtbot, work)
    return screen, screen.count


def test_the_day_is_counted_and_the_count_is_filed(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as work:
        _screen, tab = shown(qtbot, work)
        assert tab.table.rowCount() == 0 and tab.none.isVisible()
        tab.note.setText("evening")
        tab.count.click()
        settle(qtbot, work)
        assert tab.day_refusal.isHidden(), tab.day_refusal.text()
        assert tab.said.isVisible() and "Everything agrees." in tab.said.text()
        assert tab.table.rowCount() == 1 and tab.none.isHidden() and tab.note.text() == ""
    with session_of(waiting, "lin.shu") as session:
        (balance,) = session.seal_balances("seal-approval")
    assert balance.occasion is Occasion.DAY and balance.note == "evening"


def test_the_seal_is_handed_over_with_the_count_and_the_own_password(
    qtbot: Any, waiting: SampleCentre
) -> None:
    with workplace(waiting, "lin.shu") as work:
        screen, tab = shown(qtbot, work)
        tab.receiver.setCurrentIndex(tab.receiver.findData("gao.yun"))
        assert not tab.give.isEnabled(), "not without a signature"
        qtbot.keyClicks(tab.password, "not my password")
        tab.give.click()
        settle(qtbot, work)
        assert tab.over_refusal.isVisible() and tab.password.text() == ""
        assert screen.facts is not None and screen.facts.held_until("lin.shu") is not None
        qtbot.keyClicks(tab.password, waiting.passwords["lin.shu"])
        qtbot.keyClick(tab.password, Qt.Key.Key_Return)
        settle(qtbot, work)
        assert tab.over_refusal.isHidden(), tab.over_refusal.text()
        assert screen.facts is not None and screen.facts.held_until("lin.shu") is None
        screen.tabs.setCurrentIndex(0)
        assert screen.stack.currentWidget() is screen.custody
        assert not tab.give.isEnabled() and not tab.off.isHidden()
    with workplace(waiting, "gao.yun") as work:
        screen = opened_desk(qtbot, with_press(work, PaperPress()))
        said = screen.custody.text.text()
        assert "Lin Shu hands seal-approval over with this count: sealed 0" in said
        assert screen.queue.tasks == (), "nothing of the queue before the signature"
        qtbot.keyClicks(screen.custody.password, waiting.passwords["gao.yun"])
        screen.custody.button.click()
        settle(qtbot, work)
        assert screen.stack.currentWidget() is screen.stand and len(screen.queue.tasks) == 1
    with session_of(waiting, "gao.yun") as session:
        assert session.seal_balances("seal-approval")[-1].received_at is not None


def test_who_does_not_hold_the_seal_counts_nothing(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "gao.yun") as work:
        _screen, tab = shown(qtbot, work)
        assert tab.off.isVisible()
        for field in (tab.count, tab.give, tab.note, tab.password, tab.receiver):
            assert not field.isEnabled()


def test_a_new_pin_goes_to_the_worker_and_stays_nowhere(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as work:
        press = PaperPress()
        _screen, tab = shown(qtbot, work, press)
        pins = tab.pins
        for field, text in ((pins.old, "111111"), (pins.new, "222222"), (pins.again, "222223")):
            qtbot.keyClicks(field, text)
        pins.button.click()
        assert pins.refusal.code == "pins_differ" and press.changed == []
        assert pins.old.text() == pins.new.text() == pins.again.text() == ""
        for field, text in ((pins.old, "111111"), (pins.new, "222222"), (pins.again, "222222")):
            qtbot.keyClicks(field, text)
        qtbot.keyClick(pins.again, Qt.Key.Key_Return)
        settle(qtbot, work)
        assert press.changed == [("111111", "222222")] and pins.refusal.isHidden()
        assert pins.old.text() == pins.new.text() == pins.again.text() == ""


def test_what_can_be_said_of_a_new_pin_without_the_key() -> None:
    assert pin_fault("111111", "222222", "222222") is None
    for old, new, again, code in (
        ("1", "222222", "222223", "pins_differ"), ("1", "22", "22", "pin_too_short"),
        ("111111", "111111", "111111", "pin_same"),
    ):  # fmt: skip
        fault = pin_fault(old, new, again)
        assert isinstance(fault, Refusal) and fault.code == code and fault.remedy


def test_a_count_in_words_names_what_does_not_agree() -> None:
    balance = SealBalance(
        1, "seal-approval", Occasion.HAND_OVER, NINE, "lin.shu", 12, 1, 11, 12, -1,
        ("files_missing", "something_new"), receiver="gao.yun",
    )  # fmt: skip
    text = counted_text(balance)
    assert "sealed 12, void 1, files 11" in text and "token counts nothing" in text
    assert "Sealed files or scans are missing." in text and "something_new" in text
    assert occasion_text(balance, "Gao Yun") == "handed over to Gao Yun, not taken over yet"
