"""The screen check on the windows of the journey: two languages, light and dark, 100 and 200 %.

It stands on a copy of the centre that the tour left, where one more document awaits the seal and
one more waits at the issuing window. The frame and the case screen have checks of their own in
``tests/shell``.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from tests.journeys.hall import run
from tests.journeys.near import near_seal, near_verifier
from tests.shell import desk_kit
from tests.shell.screen_check import check
from workbench.commands.surroundings import sample_passwords
from workbench.rules.case_view import WorklistQuery
from workbench.rules.moment import SetClock, SystemClock
from workbench.shell.case.screen import CaseScreen
from workbench.shell.desk_parts import Look
from workbench.shell.desk_room import DeskRoom
from workbench.shell.intake.screen import IntakeScreen
from workbench.shell.issuing.screen import IssuingScreen
from workbench.shell.notices import Notice
from workbench.shell.seal_desk.screen import SealDeskScreen
from workbench.store import open_centre

pytestmark = [pytest.mark.timeout(900), pytest.mark.long(14)]
"""Later than it is long: it stands on what the tour leaves, which another process may be making."""

POST_B, CUSTODIAN = "li.na", "lin.shu"
LOOKS = tuple(product(("zh_CN", "en"), (False, True), (1.0, 2.0)))
PAIRS = tuple(
    look for look in LOOKS if ((look[0] == "en") + look[1] + (look[2] == 2.0)) % 2 == 0
)  # fmt: skip
"""Half of them, in which every language, shade and size still meets every other."""
# Names and places of the sample data, the mark of the test key, levels of signatures, seals.
DATA = frozenset({"TEST", "Seal", "seal-approval", "seal-registration"})
OPINION = {"conclusion": "grant", "reasons": "材料齐全，符合法定形式。", "points": {}}
DECISION = {"result": "granted", "content": "准予登记。", "values": {}}


@dataclass(frozen=True)
class Staged:
    """A centre with work at every desk."""

    centre: desk_kit.SampleCentre
    waiting: str
    """The number of a case whose document awaits the seal."""
    open_case: str
    """The number of a case in the pool of post B."""


def said(url: str, *words: str, pin: str = "") -> str:
    """One command at the centre, and what it printed."""
    with near_seal():
        done = run(*words, "--centre", url, pin=pin)
    assert done.code == 0, (words, done)
    return done.out


@pytest.fixture(scope="module", autouse=True)
def _near() -> Iterator[None]:
    """Looks are looked at: sealed files are judged in this process."""
    with near_verifier():
        yield


@pytest.fixture(scope="module")
def staged(tour: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    """Post B decides the two cases that were deemed accepted; one of them is sealed."""
    folder = tmp_path_factory.mktemp("staged") / "demo"
    shutil.copytree(tour / "demo", folder)
    _as_it_was_left(tour, folder / "centre.db")
    url = f"sqlite:///{folder / 'centre.db'}"
    passwords = sample_passwords(folder)
    deemed = [row for row in _listed(url, POST_B) if row["state"] == "under_review"
              and row["short_no"].endswith(("-0002", "-0003"))]  # fmt: skip
    numbers = [str(row["case_no"]) for row in deemed]
    assert len(numbers) == 2
    for number in numbers:
        opinion, decision = json.dumps(OPINION), json.dumps(DECISION)
        said(url, "move", number, "submit_opinion", "--as", POST_B, "--entry", f"opinion={opinion}")
        said(url, "move", number, "grant", "--as", POST_B, "--entry", f"decision={decision}")
        said(url, "freeze", number, "--as", POST_B)
    said(url, "press", numbers[0], "--as", CUSTODIAN, pin=passwords["PIN"])
    pool = next(row for row in _listed(url, POST_B) if row["state"] == "pending_acceptance")
    opened = open_centre(url)
    clock = SetClock(opened.moment())
    opened.close()
    centre = desk_kit.SampleCentre(folder, clock, passwords)
    return Staged(centre, numbers[1], str(pool["case_no"]))


def _as_it_was_left(tour: Path, base: Path) -> None:
    """The exercise clock goes on where the tour ended: in ten minutes the pool would be deemed."""
    passed = SystemClock().now() - (tour / "report.json").stat().st_mtime_ns // 1000
    with contextlib.closing(sqlite3.connect(base)) as centre:
        centre.execute(
            "UPDATE setting SET value = CAST(value AS INTEGER) - ? WHERE name = 'clock_offset_us'",
            (passed,),
        )
        centre.commit()


def _listed(url: str, login: str) -> list[dict[str, Any]]:
    lines = said(url, "cases", "--as", login, "--json").splitlines()
    return [json.loads(line) for line in lines]


def intake(qtbot: Any, room: DeskRoom, staged: Staged) -> QWidget:
    window = desk_kit_window(room)
    window.open_screen("intake")
    desk_kit.settle(qtbot, room)
    screen = window.opened("intake")
    assert isinstance(screen, IntakeScreen) and screen.cases.list.count() > 3
    return window


def case_in_pane(qtbot: Any, room: DeskRoom, staged: Staged) -> QWidget:
    window = desk_kit_window(room)
    window.open_case(staged.open_case)
    desk_kit.settle(qtbot, room)
    screen = window.opened("case")
    assert isinstance(screen, CaseScreen) and screen.parts.pane.plugin == "market_supervision"
    return window


def viewer_tools(qtbot: Any, room: DeskRoom, staged: Staged) -> QWidget:
    """Small pages, two halves, the lamp and the list of marks; for a while a field for words over
    them. Small pages and marks share one place where both are too wide."""
    window = case_in_pane(qtbot, room, staged)
    screen = desk_kit_window(room).opened("case")
    assert isinstance(screen, CaseScreen)
    frame = screen.parts.frame
    qtbot.waitUntil(lambda: frame.source is not None and frame.source.file is not None)
    frame.tools.thumbs.setChecked(True)
    frame.split(True)
    frame.box.look_panel.begin()
    frame.box.panel.begin()
    if not frame.box.book.marks:
        qtbot.keyClick(frame.hand, Qt.Key.Key_H)
        qtbot.keyClick(frame.hand, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(frame.box.book.marks), timeout=10_000)
    qtbot.keyClick(frame.hand, Qt.Key.Key_D)
    qtbot.keyClick(frame.hand, Qt.Key.Key_Return)
    editor = frame.box.editor
    assert editor.isVisible() and frame.rect().contains(editor.geometry())
    qtbot.keyClick(editor.field, Qt.Key.Key_Escape)
    desk_kit.settle(qtbot, room)
    assert frame.box.panel.isVisible() and frame.box.look_panel.isVisible()
    return window


def proof(qtbot: Any, room: DeskRoom, staged: Staged) -> QWidget:
    window = desk_kit_window(room)
    window.open_screen("seal_desk")
    desk_kit.settle(qtbot, room)
    screen = window.opened("seal_desk")
    assert isinstance(screen, SealDeskScreen)
    qtbot.waitUntil(lambda: screen.frozen is not None, timeout=20_000)
    desk_kit.settle(qtbot, room)
    assert screen.frozen is not None and screen.frozen.task.case.case_no == staged.waiting
    return window


def register(qtbot: Any, room: DeskRoom, staged: Staged) -> QWidget:
    window = proof(qtbot, room, staged)
    screen = desk_kit_window(room).opened("seal_desk")
    assert isinstance(screen, SealDeskScreen)
    screen.tabs.setCurrentWidget(screen.register)
    desk_kit.settle(qtbot, room)
    return window


def issuing(qtbot: Any, room: DeskRoom, staged: Staged) -> QWidget:
    window = desk_kit_window(room)
    window.open_screen("issuing")
    desk_kit.settle(qtbot, room)
    screen = window.opened("issuing")
    assert isinstance(screen, IssuingScreen)
    qtbot.waitUntil(lambda: screen.verdict.verification is not None, timeout=60_000)
    desk_kit.settle(qtbot, room)
    return window


def roster(qtbot: Any, room: DeskRoom, staged: Staged) -> QWidget:
    window = desk_kit_window(room)
    window.open_screen("roster")
    desk_kit.settle(qtbot, room)
    return window


def timeline(qtbot: Any, room: DeskRoom, staged: Staged) -> QWidget:
    window = desk_kit_window(room)
    window.open_case(staged.waiting)
    desk_kit.settle(qtbot, room)
    screen = window.opened("case")
    assert isinstance(screen, CaseScreen) and screen.view is not None
    assert len(screen.view.events) > 8
    return window


def desk_kit_window(room: DeskRoom) -> Any:
    assert room.window is not None
    return room.window


every_window = pytest.mark.parametrize(
    ("login", "show"),
    [
        ("wang.fang", intake), (POST_B, case_in_pane), (POST_B, viewer_tools),
        (CUSTODIAN, proof), (CUSTODIAN, register),
        ("xu.jie", issuing), ("song.ning", roster), ("tang.bo", timeline),
    ],
    ids=[
        "intake", "case", "viewer-tools", "seal-desk", "register", "issuing", "roster", "timeline"
    ],
)  # fmt: skip


@every_window
def test_nothing_is_cut_missing_faint_or_left_untranslated(
    qtbot: Any, staged: Staged, login: str, show: Callable[..., QWidget], depth: int
) -> None:
    """In half of the looks; in all eight with ``--deep``."""
    found: dict[str, list[str]] = {}
    with desk_kit.desk(staged.centre, Look("zh_CN")) as room:
        desk_kit.sign_in(qtbot, room, login, staged.centre.passwords[login])
        for language, dark, scale in LOOKS if depth > 1 else PAIRS:
            room._wear(Look(language, dark, scale))
            desk_kit_window(room).resize(1440, 900)
            window = show(qtbot, room, staged)
            name = f"{language} {'dark' if dark else 'light'} {scale:.0%}"
            if check(window, language, DATA):
                qtbot.wait(500)  # on a busy machine a layout may still be on its way
            findings = check(window, language, DATA)
            if findings:
                found[name] = sorted({str(one) for one in findings})
    assert found == {}


OLD_SCREENS = [(1.0, 1366, 768), (1.5, 1366, 768), (2.0, 1920, 1080)]


@every_window
def test_no_window_is_larger_than_an_old_screen(
    qtbot: Any, staged: Staged, login: str, show: Callable[..., QWidget]
) -> None:
    """English is the wider of the two: it is looked at where most stands side by side."""
    looks = [("zh_CN", *one) for one in OLD_SCREENS]
    looks += [("en", *OLD_SCREENS[-1]), ("en", *OLD_SCREENS[1])] if show is viewer_tools else []
    with desk_kit.desk(staged.centre, Look("zh_CN")) as room:
        desk_kit.sign_in(qtbot, room, login, staged.centre.passwords[login])
        for language, scale, width, height in looks:
            room._wear(Look(language, False, scale))
            if (language, height) == ("en", 768):
                _post_a_banner(room)
            desk_kit_window(room).resize(width, height)
            window = show(qtbot, room, staged)
            said = f"{language} at {scale:.0%}"
            assert (window.width(), window.height()) == (width, height), said


def _post_a_banner(room: DeskRoom) -> None:
    """A banner that stays while one works on."""
    text = "This workstation's clock is wrong by five minutes; the centre's time counts. " * 2
    room.notices.post(Notice("standing", "info", text))
    assert desk_kit_window(room).banners.texts()


def test_the_staged_centre_has_work_for_everybody(staged: Staged) -> None:
    opened = staged.centre.open()
    try:
        for login in ("wang.fang", POST_B, "xu.jie", "tang.bo"):
            room = opened.session_as(login)
            assert room.worklist(WorklistQuery()).total > 0, login
            room.close()
    finally:
        opened.close()
