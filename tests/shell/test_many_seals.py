"""An organ with a seal for each trade: the custodian says which one is pressed (S020)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel

from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import session_of, settle, workplace
from tests.shell.seal_kit import (
    FOOD,
    USUAL,
    PaperPress,
    many_seals,
    opened_desk,
    stocked_centre,
)
from workbench.rules.moment import MINUTE, SetClock
from workbench.rules.seal_balance import LedgerAsk
from workbench.shell.seal_desk.screen import SealDeskScreen

pytestmark = pytest.mark.long(10)


@pytest.fixture(scope="module")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = stocked_centre(founded, tmp_path_factory.mktemp("many"), 2)
    many_seals(SampleCentre(folder, SetClock(NINE + 2 * MINUTE), {}))
    return folder


@pytest.fixture
def waiting(stocked: Path, tmp_path: Path) -> SampleCentre:
    return copied(stocked, tmp_path, NINE + 5 * MINUTE)


def with_paper_press(work: Any, press: PaperPress) -> Any:
    """Everything real but the worker."""
    return replace(work, doors=replace(work.doors, press=press))


def choose(screen: SealDeskScreen, seal_id: str) -> None:
    box = screen.side.press.choice.box
    place = box.findData(seal_id)
    assert place > 0
    box.setCurrentIndex(place)


def compare(qtbot: Any, screen: SealDeskScreen) -> None:
    qtbot.waitUntil(screen.side.press.compared.isEnabled, timeout=20_000)
    for box in screen.side.press.compared.boxes:
        box.setChecked(True)


def test_nothing_is_pressed_before_the_seal_is_chosen(qtbot: Any, waiting: SampleCentre) -> None:
    """Then circle, face, register of the card and press follow the chosen one."""
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_paper_press(real, press))
        qtbot.waitUntil(lambda: screen.ready is not None, timeout=5_000)
        settle(qtbot, real)
        choice = screen.side.press.choice
        assert choice.isVisible() and choice.missing and choice.box.count() == 3
        assert not screen.side.press.compared.isEnabled()
        assert screen.side.press.why_not.text() == "Choose the seal to press with."
        assert screen.page.strip.marks[0].width_mm < 35, "no size is claimed yet"
        said = [one.text() for one in screen.side.checks.findChildren(QLabel) if one.isVisible()]
        assert "Seal: not chosen yet\nChoose the one of the trade." in said

        choose(screen, FOOD)
        qtbot.waitUntil(lambda: screen.page.strip.marks[0].picture is not None, timeout=10_000)
        (mark,) = screen.page.strip.marks
        assert mark.width_mm == mark.height_mm == 45
        drawn = mark.picture
        assert drawn.width() == drawn.height() == 45 * 12
        assert drawn.pixelColor(drawn.width() // 2, drawn.height() // 2).red() > 200, "its star"
        assert drawn.pixelColor(2, 2).alpha() == 0, "no paper of its own"
        about = choice.about.text()
        assert choice.about.isVisible()
        assert all(part in about for part in ("三楼", "二号柜", "45 mm", "青云区行政审批局"))
        assert ("Diameter", "45 mm") in screen.side.place.rows()

        compare(qtbot, screen)
        screen.side.press.pin.setText("123")
        choose(screen, USUAL)
        assert screen.side.press.pin.text() == "", "another seal has another PIN"
        assert screen.page.strip.marks[0].width_mm == 42
        choose(screen, FOOD)
        qtbot.keyClicks(screen.side.press.pin, "123456")
        qtbot.keyClick(screen.side.press.pin, Qt.Key.Key_Return)
        settle(qtbot, real)
        assert press.seals == [FOOD]


def test_each_document_is_chosen_for_by_itself(qtbot: Any, waiting: SampleCentre) -> None:
    """Outside of a batch nothing is carried over from the document before."""
    with workplace(waiting, "lin.shu") as real:
        screen = opened_desk(qtbot, with_paper_press(real, PaperPress()))
        settle(qtbot, real)
        choose(screen, FOOD)
        screen.queue.list.setCurrentRow(1)
        settle(qtbot, real)
        assert screen.side.press.choice.missing


def test_in_a_batch_it_is_chosen_once(qtbot: Any, waiting: SampleCentre) -> None:
    """By keyboard: the choice comes first, then the lines; the next document asks no more."""
    with workplace(waiting, "lin.shu") as real:
        press = PaperPress()
        screen = opened_desk(qtbot, with_paper_press(real, press))
        qtbot.waitUntil(lambda: screen.ready is not None, timeout=5_000)
        settle(qtbot, real)
        screen.activateWindow()
        screen.queue.tick_all()
        screen.queue.begin.click()
        settle(qtbot, real)
        box = screen.side.press.choice.box
        assert QApplication.focusWidget() is box
        for _step in range(box.findData(FOOD)):
            qtbot.keyClick(box, Qt.Key.Key_Down)
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert QApplication.focusWidget() is screen.side.press.compared.boxes[0]
        compare(qtbot, screen)
        screen.side.press.pin.setFocus()
        qtbot.keyClicks(screen.side.press.pin, "123456")
        qtbot.keyClick(screen.side.press.pin, Qt.Key.Key_Return)
        settle(qtbot, real)
        assert screen.stamping.batch.running and not screen.side.press.choice.missing
        assert screen.side.press.choice.box.currentData() == FOOD
        assert not screen.side.press.pin.isVisible(), "the same key is open"
        compare(qtbot, screen)
        screen.side.press.confirm()
        settle(qtbot, real)
        assert press.seals == [FOOD, FOOD] and press.opened == ["123456"]


def test_the_real_worker_presses_the_chosen_seal(qtbot: Any, waiting: SampleCentre) -> None:
    with workplace(waiting, "lin.shu") as work:
        screen = opened_desk(qtbot, work)
        qtbot.waitUntil(lambda: screen.ready is not None, timeout=20_000)
        settle(qtbot, work)
        choose(screen, USUAL)
        compare(qtbot, screen)
        qtbot.keyClicks(screen.side.press.pin, waiting.passwords["PIN"])
        qtbot.keyClick(screen.side.press.pin, Qt.Key.Key_Return)
        settle(qtbot, work)
        assert screen.result is not None, screen.side.press.refusal.text()
    with session_of(waiting, "lin.shu") as session:
        assert [one.seal_id for one in session.ledger_page(LedgerAsk()).lines] == [USUAL]


def test_with_one_seal_nothing_is_asked(qtbot: Any, founded: Path, tmp_path: Path) -> None:
    centre = copied(stocked_centre(founded, tmp_path, 1), tmp_path / "own", NINE + 5 * MINUTE)
    with workplace(centre, "lin.shu") as real:
        screen = opened_desk(qtbot, with_paper_press(real, PaperPress()))
        settle(qtbot, real)
        assert not screen.side.press.choice.isVisible()
        qtbot.waitUntil(lambda: screen.page.strip.marks[0].picture is not None, timeout=10_000)
        assert screen.page.strip.marks[0].width_mm == 42
