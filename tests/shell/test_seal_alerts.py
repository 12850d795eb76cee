"""A custodian is called when an immediate case comes to the seal; nobody else is (V16b)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.shell import desk_kit
from tests.shell.desk_kit import SampleCentre, copied
from tests.shell.desks_kit import take_in, to_the_seal
from workbench.shell.alerts.alerts import KEY
from workbench.shell.alerts.seal_alerts import SealAlerts
from workbench.shell.desk_room import DeskRoom

pytestmark = pytest.mark.long(9)


@pytest.fixture(scope="module")
def pushed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Any, ...]]:
    """A centre with immediate cases taken in, none of them decided."""
    folder = tmp_path_factory.mktemp("pushed")
    centre = copied(founded, folder)
    return centre.folder, tuple(take_in(centre, folder / "in"))


def told(room: DeskRoom) -> list[str]:
    return [one.text for one in room.notices.standing() if one.key == KEY]


def alerts_of(qtbot: Any, room: DeskRoom) -> SealAlerts:
    window = room.window
    assert window is not None
    qtbot.waitUntil(lambda: window.findChild(SealAlerts) is not None)
    desk_kit.settle(qtbot, room)
    found = window.findChild(SealAlerts)
    assert found is not None
    return found


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_the_custodian_on_shift_is_called_once(
    qtbot: Any, pushed: tuple[Path, tuple[Any, ...]], tmp_path: Path
) -> None:
    centre = copied(pushed[0], tmp_path)
    with desk_kit.desk(centre) as room:
        desk_kit.sign_in(qtbot, room, "lin.shu", centre.passwords["lin.shu"])
        alerts = alerts_of(qtbot, room)
        assert told(room) == []
        case = to_the_seal(centre, pushed[1][0], tmp_path / "draft")
        qtbot.waitUntil(lambda: bool(told(room)), timeout=10_000)
        (text,) = told(room)
        assert "An immediate case awaits the seal" in text
        assert case.case_no not in text and case.short_no not in text
        assert "林" not in text, "a call names nobody"
        assert alerts.bell is not None and alerts.bell.text() == "1"
        room.notices.withdraw(KEY)
        alerts.look()
        desk_kit.settle(qtbot, room)
        assert told(room) == [], "once"
        alerts.bring_up()
        assert room.window is not None and room.window.opened("seal_desk") is not None


def test_the_deputy_is_told_nothing(
    qtbot: Any, pushed: tuple[Path, tuple[Any, ...]], tmp_path: Path
) -> None:
    centre = copied(pushed[0], tmp_path)
    with desk_kit.desk(centre) as room:
        desk_kit.sign_in(qtbot, room, "gao.yun", centre.passwords["gao.yun"])
        alerts = alerts_of(qtbot, room)
        to_the_seal(centre, pushed[1][0], tmp_path / "draft")
        alerts.look()
        desk_kit.settle(qtbot, room)
        assert told(room) == []
        assert alerts.bell is not None and alerts.bell.text() == "0"


def test_the_custodians_desk_locks_at_noon_and_after_five_minutes(
    qtbot: Any, sample: SampleCentre
) -> None:
    """Domain 7.3: the seal is locked away over noon; what is open is closed with it."""
    with desk_kit.desk(sample) as room:
        window = desk_kit.sign_in(qtbot, room, "lin.shu", sample.passwords["lin.shu"])
        assert window.idle._timer.interval() == 5 * 60 * 1000
        screen = window.opened("seal_desk")
        assert screen is not None
        noon = window.work.calendar.day_spans(desk_kit.date(2026, 11, 23))[0].end
        window.work.clock.set(noon - 1_000_000)
        screen.noon.look()
        assert window.whole.currentWidget() is not window.lock_page
        window.work.clock.set(noon + 1_000_000)
        screen.side.press.pin.setText("123456")
        screen.noon.look()
        assert window.whole.currentWidget() is window.lock_page
        assert screen.side.press.pin.text() == ""
        qtbot.keyClicks(window.lock_page.password, sample.passwords["lin.shu"])
        window.lock_page.button.click()
        qtbot.waitUntil(lambda: window.whole.currentWidget() is not window.lock_page)
        screen.noon.look()
        assert window.whole.currentWidget() is not window.lock_page, "once a noon"


def test_others_keep_ten_minutes(qtbot: Any, sample: SampleCentre) -> None:
    with desk_kit.desk(sample) as room:
        window = desk_kit.sign_in(qtbot, room, "xu.jie", sample.passwords["xu.jie"])
        assert window.idle._timer.interval() == 10 * 60 * 1000
