"""Somebody is revoked while his desk stands open: it closes, says why, and nothing stays (V08)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication

from tests.shell.desk_kit import SampleCentre, desk, picture, settle, sign_in, stock
from tests.shell.server_kit import ServerSample, login_given_back, office
from tests.shell.test_inbox import inbox_of
from tests.shell.test_server_desk import representative
from workbench.rules.case import Move
from workbench.rules.refusals import Outage
from workbench.shell.case.screen import CaseScreen
from workbench.shell.desk_parts import Look
from workbench.shell.desk_room import DeskRoom
from workbench.store.people_office import FileOffice

pytestmark = [pytest.mark.long(6), pytest.mark.timeout(180)]

SECONDS = 10.0
"""The issue's: so long after the revocation nothing of a case may be seen any more."""
WORDS = "材料与系统记录一致。"
NOTE = "hand_over"


def typing(qtbot: Any, room: DeskRoom, case_no: str) -> CaseScreen:
    """The person's own case is open, and a note to the colleague is being written."""
    assert room.window is not None
    room.window.open_case(case_no)
    settle(qtbot, room)
    screen = room.window.opened("case")
    assert isinstance(screen, CaseScreen)
    screen.parts.steps.take(NOTE)
    settle(qtbot, room)
    card = screen.parts.steps.card
    assert card is not None
    card.form.parts["note.text"].fill(WORDS)
    return screen


def closes(qtbot: Any, room: DeskRoom, act: Callable[[], object]) -> float:
    """Seconds from the revocation to the sign-in window, with nothing else standing there."""
    begun = time.monotonic()
    act()
    qtbot.waitUntil(lambda: room.sign_in is not None and room.sign_in.isVisible(), timeout=20_000)
    took = time.monotonic() - begun
    settle(qtbot, room)
    assert room.window is None
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [room.sign_in]
    return took


def test_a_revoked_persons_desk_closes_and_says_why(
    qtbot: Any, on_server: ServerSample, tmp_path: Path
) -> None:
    (case,) = stock(on_server, 1)  # type: ignore[arg-type]
    who = representative(on_server)
    session = on_server.open().session_as(who)
    session.make_move(case.case_id, Move("claim"))
    session.close()
    with login_given_back(on_server, who), desk(on_server, Look("zh_CN")) as room:  # type: ignore[arg-type]
        sign_in(qtbot, room, who, "any-word")
        screen = typing(qtbot, room, case.case_no)
        qtbot.waitUntil(lambda: drafts(on_server) == 1, timeout=5_000)
        screen.open_proof()
        security = office(on_server)
        took = closes(qtbot, room, lambda: security.revoke(who, None))
        security.close()
        assert took < SECONDS, took
        print(f"revoked to closed: {took * 1000:.0f} ms")
        assert room.sign_in is not None
        picture(room.sign_in, tmp_path / "shut-out.png")
        said = room.sign_in.login.accessibleDescription()
        assert "安全管理员" in said and "草稿" in said
        qtbot.keyClicks(room.sign_in.login, who)
        qtbot.keyClicks(room.sign_in.password, "any-word")
        room.sign_in.button.click()
        qtbot.waitUntil(lambda: room.sign_in.refusal.code == "account_locked", timeout=10_000)
        assert drafts(on_server) == 1
    assert room.notices.standing() == ()


def drafts(sample: ServerSample) -> int:
    found = sample.server.admin.exec_driver_sql("SELECT texts FROM private_draft").scalars()
    return len([one for one in found if WORDS in one])


def test_a_server_that_starts_anew_shuts_nobody_out(qtbot: Any, on_server: ServerSample) -> None:
    """Ended sessions, too, and a server that admits nobody yet, are outages: they pass."""
    stock(on_server, 1)  # type: ignore[arg-type]
    who = representative(on_server)
    with desk(on_server) as room:  # type: ignore[arg-type]
        window = sign_in(qtbot, room, who, "any-word")
        told: list[object] = []
        window.watch.refused.connect(told.append)
        for _time in range(3):
            on_server.server.admin.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (who,)
            )
            qtbot.wait(400)
        on_server.server.cluster.stop()
        qtbot.waitUntil(lambda: window.banners.texts() != (), timeout=20_000)
        on_server.server.cluster.start()
        on_server.server.reconnect()
        qtbot.waitUntil(lambda: window.banners.texts() == (), timeout=20_000)
        assert told == [] and room.window is window
        assert inbox_of(window).model.rowCount() == 1


def test_on_a_file_too(qtbot: Any, sample: SampleCentre) -> None:
    (case,) = stock(sample, 1)
    who = "zhang.wei"
    with desk(sample) as room:
        window = sign_in(qtbot, room, who, sample.passwords[who])
        window.open_case(case.case_no)
        settle(qtbot, room)
        owner = FileOffice(sample.open())
        took = closes(qtbot, room, lambda: owner.revoke(who, None))
        assert took < SECONDS, took
        assert room.sign_in is not None
        assert "can no longer sign in" in room.sign_in.login.accessibleDescription()
        owner.give_password(who, "another-word-5")
        qtbot.keyClicks(room.sign_in.login, who)
        owner.close()


def test_an_outage_of_the_file_is_none_of_it(qtbot: Any, sample: SampleCentre) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        window.watch._failed(Outage("store_busy", "Busy."))
        assert room.window is window
