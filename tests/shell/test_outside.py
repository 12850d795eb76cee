"""The page of outside systems at a real desk: what stands there, and that a desk hands over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.shell.desk_kit import SampleCentre, desk, settle, sign_in
from tests.shell.desks_kit import session_of, take_in
from tests.shell.screen_check import check
from workbench.rules.outside import SLOTS, SWITCHED
from workbench.shell.desk_parts import Look
from workbench.shell.outside.screen import OutsideScreen

pytestmark = pytest.mark.long(6)


def page(qtbot: Any, room: Any, sample: SampleCentre) -> tuple[Any, OutsideScreen]:
    window = sign_in(qtbot, room, "sys.admin", sample.passwords["sys.admin"])
    window.open_screen("outside")
    settle(qtbot, room)
    screen = window.opened("outside")
    assert isinstance(screen, OutsideScreen)
    return window, screen


def rows(screen: OutsideScreen) -> dict[str, list[str]]:
    table = screen.table
    return {
        slot.code: [table.item(row, column).text() for column in range(4)]  # type: ignore[union-attr]
        for row, slot in enumerate(SLOTS)
    }


def test_every_slot_stands_there_with_its_state(
    qtbot: Any, sample: SampleCentre, tmp_path: Path
) -> None:
    taken = take_in(sample, tmp_path / "packages")
    with session_of(sample, "sys.admin") as session:
        session.switch_slot("supervision_feed", str(tmp_path / "gone"))
    with desk(sample) as room:
        window, screen = page(qtbot, room, sample)
        found = rows(screen)
        assert found["progress_feed"][1:3] == ["switched off", str(len(taken))]
        assert found["hotline_port"][1] == "no adapter yet"
        assert found["courier_port"][1] == "by hand, no adapter yet"
        assert found["intake_channel"][1] == "works"
        qtbot.waitUntil(lambda: rows(screen)["supervision_feed"][1] == "does not get through")
        screen.table.setCurrentCell([one.code for one in SLOTS].index("supervision_feed"), 0)
        assert f"The folder {tmp_path / 'gone'} is not there." in screen.detail.text()
        assert screen.table.editTriggers() == screen.table.EditTrigger.NoEditTriggers
        settle(qtbot, room)
        assert window.statusBar().isVisible()


def test_the_desk_of_anybody_hands_over_after_a_change(
    qtbot: Any, sample: SampleCentre, tmp_path: Path
) -> None:
    """The window officer's desk is open; a case is taken in elsewhere; its lines go out."""
    folder = tmp_path / "share"
    folder.mkdir()
    with session_of(sample, "sys.admin") as session:
        for code in SWITCHED:
            session.switch_slot(code, str(folder))
    with desk(sample) as room:
        sign_in(qtbot, room, "wang.fang", sample.passwords["wang.fang"])
        settle(qtbot, room)
        taken = take_in(sample, tmp_path / "packages")
        feed = folder / "progress.jsonl"

        def out() -> list[dict[str, Any]]:
            there = feed.read_text("utf-8").splitlines() if feed.exists() else []
            return [json.loads(one) for one in there]

        qtbot.waitUntil(lambda: len(out()) >= len(taken), timeout=10_000)
        assert [one["case_no"] for one in out()] == [one.case_no for one in taken]
        assert {one["stage"] for one in out()} == {"registered"}
        settle(qtbot, room)
    with session_of(sample, "sys.admin") as session:
        stands = {one.code: one for one in session.slot_states()}
    assert (stands["progress_feed"].waiting, stands["progress_feed"].sent) == (0, len(taken))


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_page_in_every_language_look_and_size(
    qtbot: Any, sample: SampleCentre, language: str, dark: bool, scale: float
) -> None:
    with desk(sample, Look(language, dark, scale)) as room:
        _window, screen = page(qtbot, room, sample)
        words = frozenset({"qingyun", "workbench", "slot", "on", "SLOT", "as", "USER", "intake"})
        screen.table.setCurrentCell(1, 0)
        words |= {"progress_feed", "progress", "feed"}
        assert check(screen, language, words) == []
