"""The page of the audit days at a real desk: the first thing the audit administrator sees."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt

from tests.shell.desk_kit import NINE, SampleCentre, desk, settle, sign_in, stock
from tests.shell.desks_kit import session_of
from tests.shell.screen_check import check
from workbench import settings
from workbench.exchange.anchor_file import AnchorFile
from workbench.rules.moment import DAY, to_local
from workbench.shell.audit_days.screen import AuditDaysScreen
from workbench.shell.desk_parts import Look
from workbench.vault.audit_key import make_key

WORDS = "plum rain ferry lantern"
MONDAY = to_local(NINE).date()
WAITS = "not closed yet"


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person's keys are kept; never that of whoever runs the tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    return tmp_path / "own"


def with_key(sample: SampleCentre) -> None:
    made = make_key(settings.audit_keys(), WORDS)
    with session_of(sample, "aud.admin") as session:
        session.add_audit_key(made.public_key)


def page(qtbot: Any, room: Any, sample: SampleCentre) -> AuditDaysScreen:
    """It is there after signing in, without a click."""
    window = sign_in(qtbot, room, "aud.admin", sample.passwords["aud.admin"])
    qtbot.waitUntil(lambda: window.opened("audit") is not None)
    settle(qtbot, room)
    screen = window.opened("audit")
    assert isinstance(screen, AuditDaysScreen)
    assert window.pages.currentWidget() is screen
    return screen


def rows(screen: AuditDaysScreen) -> list[tuple[str, str]]:
    table = screen.table
    return [(table.item(row, 0).text(), table.item(row, 1).text())  # type: ignore[union-attr]
            for row in range(table.rowCount())]  # fmt: skip


def test_days_are_offered_signed_and_shown_as_closed(
    qtbot: Any, sample: SampleCentre, tmp_path: Path
) -> None:
    stock(sample, 2)
    sample.clock.set(NINE + 4 * DAY)
    with_key(sample)
    anchor = tmp_path / "stick.jsonl"
    with desk(sample) as room:
        screen = page(qtbot, room, sample)
        found = rows(screen)
        late = "open for more than two working days"
        assert found[-4:] == [
            (str(MONDAY), late), (str(MONDAY + timedelta(days=1)), late),
            (str(MONDAY + timedelta(days=2)), WAITS), (str(MONDAY + timedelta(days=3)), WAITS),
        ]  # fmt: skip
        red = screen.table.item(len(found) - 4, 1)
        plain = screen.table.item(len(found) - 1, 1)
        assert red is not None and plain is not None
        assert red.foreground().color().name() == screen.work.theme.ink.danger.lower()
        assert plain.foreground().style() == Qt.BrushStyle.NoBrush
        assert "Sign them now" in screen.note.text()
        assert not screen.close_button.isEnabled()
        qtbot.keyClicks(screen.anchor, str(anchor))
        qtbot.keyClicks(screen.passphrase, "not the passphrase")
        qtbot.keyClick(screen.passphrase, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: screen.refusal.code == "passphrase_wrong")
        assert screen.passphrase.text() == ""
        qtbot.keyClicks(screen.passphrase, WORDS)
        screen.close_button.click()
        qtbot.waitUntil(lambda: {state for _day, state in rows(screen)} == {"signed and closed"},
                        timeout=20_000)  # fmt: skip
        settle(qtbot, room)
        assert len(AnchorFile(anchor).lines()) == len(found)
        assert screen.note.text() == "Every day that is over is signed."
        assert rows(screen)[0][0] == str(MONDAY + timedelta(days=3)), "newest first"
    with desk(sample) as room:
        assert page(qtbot, room, sample).anchor.text() == str(anchor), "remembered"


def test_without_a_key_it_says_how_to_get_one(qtbot: Any, sample: SampleCentre) -> None:
    sample.clock.set(NINE + DAY)
    with desk(sample) as room:
        screen = page(qtbot, room, sample)
        assert "workbench audit new-key" in screen.note.text()
        qtbot.keyClicks(screen.anchor, "x")
        qtbot.keyClicks(screen.passphrase, "x")
        assert not screen.close_button.isEnabled()


def test_nobody_else_has_the_page(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "sys.admin", sample.passwords["sys.admin"])
        window.open_screen("audit")
        settle(qtbot, room)
        assert window.opened("audit") is None
        assert window.work.doors.close_days is None


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_page_in_every_language_look_and_size(
    qtbot: Any, sample: SampleCentre, language: str, dark: bool, scale: float
) -> None:
    sample.clock.set(NINE + 4 * DAY)
    with_key(sample)
    with desk(sample, Look(language, dark, scale)) as room:
        screen = page(qtbot, room, sample)
        assert check(screen, language, frozenset({"qingyun", "workbench"})) == []
