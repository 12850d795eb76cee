"""The desk for pressing by hand: numbered, printed, scanned back, registered (R44, R53, S167).

Real widgets and real paper; the printer is a PDF, the press and the glass are drawn.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from PyQt6.QtWidgets import QMessageBox, QPushButton

from tests.paper.scan_kit import Glass, Touch, kept, press, scanned, write
from tests.shell import desk_kit
from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import session_of, settle, workplace
from tests.shell.screen_check import check
from tests.shell.seal_kit import opened_desk, stocked_centre
from workbench import settings
from workbench.casework import paper_stamping
from workbench.rules.case import State
from workbench.rules.moment import MINUTE
from workbench.rules.paper_copies import standing
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import LedgerState
from workbench.shell.desk_parts import Look
from workbench.shell.issuing.screen import IssuingScreen
from workbench.shell.seal_desk.screen import SealDeskScreen

pytestmark = pytest.mark.long(30)
KEEPER = "lin.shu"
S = LedgerState


@pytest.fixture(scope="module")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The centre's seal is of metal alone; two licences wait, each in an original and a copy."""
    folder = stocked_centre(founded, tmp_path_factory.mktemp("metal"), 2)
    with sqlite3.connect(folder / "centre.db") as sql:
        sql.execute("UPDATE seal SET key_place = 'none', place = '二楼保险柜'")
        sql.execute("UPDATE task SET data = json_set(data, '$.duplicates', 1)"
                    " WHERE kind = 'seal_request'")  # fmt: skip
    sql.close()
    return folder


@pytest.fixture
def waiting(stocked: Path, tmp_path: Path) -> SampleCentre:
    return copied(stocked, tmp_path, NINE + 5 * MINUTE)


@pytest.fixture
def desk(qtbot: Any, waiting: SampleCentre) -> Iterator[tuple[SealDeskScreen, Any]]:
    with workplace(waiting, KEEPER) as work:
        screen = opened_desk(qtbot, work)
        qtbot.waitUntil(screen.side.copies.isVisible, timeout=20_000)
        yield screen, work


def press_step(qtbot: Any, screen: SealDeskScreen, work: Any, step: str) -> None:
    button = screen.side.copies.steps[step]
    qtbot.waitUntil(button.isEnabled, timeout=20_000)
    button.click()
    settle(qtbot, work)


def tick(screen: SealDeskScreen) -> None:
    for box in screen.side.press.compared.boxes:
        box.click()


def states(screen: SealDeskScreen) -> list[str]:
    table = screen.side.copies.table
    items = [table.topLevelItem(row) for row in range(table.topLevelItemCount())]
    return [item.text(2) for item in items if item is not None]


def printed(qtbot: Any, screen: SealDeskScreen, work: Any, target: Path) -> Path:
    """What the printer gives: both copies, one after the other."""
    press_step(qtbot, screen, work, "print")
    dialog = screen.stamping.copies.printing
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.frame.bundle is not None, timeout=20_000)
    plain = list(settings.place_in_memory().glob("oneseal-*/*.pdf"))
    assert plain, "what goes to the printer lies in memory, not on a disk"
    dialog.into_pdf(target)
    qtbot.waitUntil(lambda: "pages printed" in dialog.said.text(), timeout=60_000)
    dialog.accept()
    settle(qtbot, work)
    assert not any(one.exists() for one in plain)
    return target


def scans_of(screen: SealDeskScreen, paper: Path, *touches: Touch) -> list[Path]:
    """Each sheet pressed and scanned; ``touches`` happen to the first."""
    task = screen.stamping.task
    assert task is not None and task.placement is not None
    at = task.placement
    found = []
    with pymupdf.open(paper) as document:
        assert document.page_count == 2, "one page a copy"
        for number in range(2):
            single = paper.with_name(f"sheet{number}.pdf")
            with pymupdf.open() as one:
                one.insert_pdf(document, from_page=number, to_page=number)
                one.save(single)
            done = [(1, press(at.x_mm, at.y_mm))]
            done += [(1, touch) for touch in touches if number == 0]
            glass = Glass(skew=0.6 - number)
            pages = scanned(single, done, glass, random.Random(number))
            found.append(kept(pages, paper.with_name(f"scan{number}.jpg"), glass))
    return found


def shown_scan(qtbot: Any, screen: SealDeskScreen) -> Any:
    run = screen.stamping.copies
    qtbot.waitUntil(lambda: run.dialog is not None and run.dialog.isVisible(), timeout=60_000)
    return run.dialog


def test_from_numbers_to_the_register(
    qtbot: Any, desk: tuple[SealDeskScreen, Any], waiting: SampleCentre, tmp_path: Path
) -> None:
    screen, work = desk
    panel = screen.side.copies
    assert not screen.side.press.isVisible(), "there is no key, so no PIN is asked for"
    assert "二楼保险柜" in panel.seal.text()
    assert states(screen) == ["not numbered yet"] * 2
    assert not panel.steps["number"].isEnabled() and "Compare first" in panel.said.text()
    tick(screen)
    press_step(qtbot, screen, work, "number")
    assert states(screen) == ["to be printed"] * 2
    assert all(box.isChecked() for box in screen.side.press.compared.boxes), "what is ticked stays"
    paper = printed(qtbot, screen, work, tmp_path / "printed.pdf")
    assert states(screen) == ["printed, to be pressed and scanned"] * 2
    run = screen.stamping.copies
    run.read(scans_of(screen, paper))
    for _copy in range(2):
        dialog = shown_scan(qtbot, screen)
        assert dialog.back.comparison.same, dialog.back.comparison
        qtbot.waitUntil(lambda: len(dialog.scan.strip.sizes) == 1, timeout=20_000)  # noqa: B023
        dialog.file.click()
        qtbot.waitUntil(lambda: run.dialog is not dialog, timeout=20_000)  # noqa: B023
    settle(qtbot, work)
    assert states(screen) == ["scanned back"] * 2
    number = screen.stamping.task.case.case_no  # type: ignore[union-attr]
    press_step(qtbot, screen, work, "register")
    with session_of(waiting, KEEPER) as session:
        lines = session.ledger_page(LedgerAsk(text=number)).lines
        assert {(one.state, one.manner) for one in lines} == {(S.RELEASED, "physical")}
    with session_of(waiting, "xu.jie") as session:
        view = session.case_view(number)
        assert view is not None and view.case.state is State.PENDING_ISSUE
    settle(qtbot, work)
    assert [one.case.case_no for one in screen.queue.tasks] != [number]
    assert len(screen.queue.tasks) == 1


def test_a_scan_that_differs_takes_words(
    qtbot: Any, desk: tuple[SealDeskScreen, Any], tmp_path: Path
) -> None:
    screen, work = desk
    tick(screen)
    press_step(qtbot, screen, work, "number")
    paper = printed(qtbot, screen, work, tmp_path / "printed.pdf")
    changed = scans_of(screen, paper, write(60, 60))[0]
    screen.stamping.copies.read([changed])
    dialog = shown_scan(qtbot, screen)
    assert dialog.list.count() >= 1 and "added" in dialog.list.item(0).text()
    qtbot.waitUntil(lambda: bool(dialog.frozen.strip.marks), timeout=20_000)
    assert len(dialog.frozen.strip.marks) == dialog.list.count()
    assert not dialog.file.isEnabled()
    qtbot.keyClicks(dialog.note, "a clerk signed beside the text")
    assert dialog.file.isEnabled()
    dialog.reject()
    settle(qtbot, work)
    assert states(screen) == ["printed, to be pressed and scanned"] * 2, "nothing was filed"
    (tmp_path / "letter.pdf").write_bytes(b"no scan")
    screen.stamping.copies.read([tmp_path / "letter.pdf"])
    qtbot.waitUntil(screen.side.copies.refusal.isVisible, timeout=20_000)
    assert screen.side.copies.refusal.code == "scan_unreadable"


def test_spoiled_and_called_back(
    qtbot: Any, desk: tuple[SealDeskScreen, Any], waiting: SampleCentre
) -> None:
    screen, work = desk
    panel = screen.side.copies
    tick(screen)
    press_step(qtbot, screen, work, "number")
    assert not screen.side.back.reason.isEnabled(), "T24 waits for the numbered copies"
    panel.table.setCurrentItem(panel.table.topLevelItem(1))
    assert not panel.spoil.isEnabled()
    panel.reason.setCurrentIndex(panel.reason.findData("torn"))
    panel.spoil.click()
    settle(qtbot, work)
    assert states(screen) == ["to be printed", "not numbered yet", "spoiled · Torn or soiled"]
    press_step(qtbot, screen, work, "number")
    panel.recall.click()
    box = screen.findChild(QMessageBox)
    assert box is not None
    box.button(QMessageBox.StandardButton.Ok).click()
    settle(qtbot, work)
    assert standing(screen.stamping.task.copies) == {}  # type: ignore[union-attr]
    assert screen.side.back.reason.isEnabled()


@pytest.mark.parametrize(
    ("language", "dark", "scale"),
    [("zh_CN", False, 1.0), ("en", True, 1.5), ("zh_CN", True, 2.0)],
)
def test_nothing_is_cut_faint_unnamed_or_left_untranslated(
    qtbot: Any, waiting: SampleCentre, language: str, dark: bool, scale: float
) -> None:
    """Before the numbers and with a copy that is spoiled, on the screens that a desk has."""
    size = (1920, 1080) if scale == 2.0 else (1366, 768)
    with desk_kit.desk(waiting, Look(language, dark, scale)) as room:
        window = desk_kit.sign_in(qtbot, room, KEEPER, waiting.passwords[KEEPER])
        window.resize(*size)
        screen = window.opened("seal_desk")
        assert isinstance(screen, SealDeskScreen)
        qtbot.waitUntil(screen.side.copies.isVisible, timeout=20_000)
        desk_kit.settle(qtbot, room)
        seen = check(window, language, frozenset({"R"}))
        tick(screen)
        press_step(qtbot, screen, room, "number")
        panel = screen.side.copies
        panel.table.setCurrentItem(panel.table.topLevelItem(0))
        panel.reason.setCurrentIndex(1)
        panel.spoil.click()
        desk_kit.settle(qtbot, room)
        seen += check(window, language, frozenset({"R"}))
        assert (window.width(), window.height()) == size
        assert sorted({str(one) for one in seen}) == []


def test_by_hand_is_never_in_a_batch(qtbot: Any, desk: tuple[SealDeskScreen, Any]) -> None:
    screen, _work = desk
    assert len(screen.queue.tasks) == 2
    screen.queue.tick_all()
    assert screen.queue.ticked == set()
    item = screen.queue.list.item(0)
    assert item is not None and "pressed by hand" in item.text()
    for button in screen.side.copies.findChildren(QPushButton):
        assert button.text() and button.focusPolicy()


def test_the_issuing_window_says_which_copies_have_to_lie_there(
    qtbot: Any, waiting: SampleCentre
) -> None:
    """No verdict on a signature that is not there: the register's copies, by code and serial."""
    with session_of(waiting, KEEPER) as session:
        task = session.seal_queue()[0]
        (seal,) = [one for one in session.seals() if one.seal_id == "seal-approval"]
        lines = paper_stamping.number_copies(session, task, seal)
        assert task.placement is not None
        for line in lines:
            session.copy_printed(line.serial)
            scan = session.put_content(f"scan of {line.serial}".encode())
            session.file_copy(line.serial, scan, task.placement, "same", "")
        task = session.seal_queue()[0]
        paper_stamping.register_copies(session, task)
    with workplace(waiting, "xu.jie") as work:
        screen = IssuingScreen(work)
        screen.finish()
        qtbot.addWidget(screen)
        screen.show()
        screen.refresh()
        settle(qtbot, work)
        qtbot.waitUntil(screen.verdict.reasons.isVisible, timeout=20_000)
        assert screen.verdict.word.text() == "Pressed by hand: 2 copies are registered"
        said = screen.verdict.reasons.text()
        assert all(one.control_code in said and f"serial {one.serial}" in said for one in lines)
        assert not screen.verdict.checks.isVisible()
