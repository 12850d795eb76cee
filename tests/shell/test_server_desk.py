"""A real desk on a real PostgreSQL: lists, steps, other desks' steps, a line that breaks."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QLabel

from tests.shell.desk_kit import desk, picture, settle, sign_in, stock, take_in
from tests.shell.server_kit import ServerSample
from tests.shell.test_inbox import inbox_of
from workbench.app import place_of
from workbench.rules.case import Move, Part
from workbench.rules.material_marks import MarkKind, NewMark
from workbench.rules.materials import Clip
from workbench.rules.refusals import Refusal
from workbench.shell.seal_desk.screen import SealDeskScreen
from workbench.shell.sign_in.way import way_words

pytestmark = [pytest.mark.long(6), pytest.mark.timeout(180)]


def representative(sample: ServerSample) -> str:
    """Who is on duty at market supervision this morning."""
    return str(sample.server.admin.exec_driver_sql(
        "SELECT login FROM duty_shift WHERE department = 'market_supervision'"
        " AND start <= wb.moment() AND wb.moment() < \"end\" LIMIT 1"
    ).scalar_one())  # fmt: skip


def test_another_desks_step_is_painted_at_once(qtbot: Any, on_server: ServerSample) -> None:
    stock(on_server, 3)  # type: ignore[arg-type]
    who = representative(on_server)
    with desk(on_server) as room:  # type: ignore[arg-type]
        window = sign_in(qtbot, room, who, "any-word")
        inbox = inbox_of(window)
        assert inbox.model.rowCount() == 3
        other = on_server.open().session_as("wang.fang")
        case = take_in(other, 7)
        committed = time.monotonic()
        qtbot.waitUntil(lambda: inbox.model.rowCount() == 4, timeout=3_000)
        waited = time.monotonic() - committed
        found = [inbox.model.row_at(row) for row in range(4)]
        assert case.case_no in [row.case.case_no for row in found if row is not None]
        print(f"commit to row: {waited * 1000:.0f} ms")
        other.close()


def test_a_lost_race_says_who_was_faster(qtbot: Any, on_server: ServerSample) -> None:
    (case,) = stock(on_server, 1)  # type: ignore[arg-type]
    who = representative(on_server)
    session = on_server.open().session_as(who)
    view = session.case_view(case.case_no)
    assert view is not None
    other = on_server.open().session_as("ma.chao")
    other.make_move(case.case_id, Move("claim"))
    with pytest.raises(Refusal) as lost:
        session.make_move(case.case_id, Move("claim", expected_version=view.case.version))
    assert "Ma Chao" in lost.value.message
    session.close()
    other.close()


def crash(sample: ServerSample) -> None:
    """What was committed is on the disk before, as with a real server: ours does not wait for it
    (``QUIET``), and would lose the last half second."""
    sample.server.admin.exec_driver_sql("CHECKPOINT")
    sample.server.cluster.stop("immediate")


def test_a_desk_says_that_the_server_is_away_and_goes_on_by_itself(
    qtbot: Any, on_server: ServerSample, tmp_path: Path
) -> None:
    stock(on_server, 2)  # type: ignore[arg-type]
    cluster = on_server.server.cluster
    with desk(on_server) as room:  # type: ignore[arg-type]
        window = sign_in(qtbot, room, representative(on_server), "any-word")
        inbox = inbox_of(window)
        assert inbox.model.rowCount() == 2
        crash(on_server)
        try:
            qtbot.waitUntil(lambda: window.banners.texts() != (), timeout=20_000)
            picture(window, tmp_path / "away.png")
            assert inbox.model.rowCount() == 2, "what was shown stays"
        finally:
            cluster.start()
            on_server.server.reconnect()
        qtbot.waitUntil(lambda: window.banners.texts() == (), timeout=20_000)
        window_clerk = on_server.open().session_as("wang.fang")
        take_in(window_clerk, 9)
        window_clerk.close()
        qtbot.waitUntil(lambda: inbox.model.rowCount() == 3, timeout=5_000)
        settle(qtbot, room)


def test_a_server_that_goes_while_somebody_scrolls_leaves_rows_that_come_later(
    qtbot: Any, on_server: ServerSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.shell.inbox.model.PAGE", 5)
    stock(on_server, 24)  # type: ignore[arg-type]
    cluster = on_server.server.cluster
    with desk(on_server) as room:  # type: ignore[arg-type]
        window = sign_in(qtbot, room, representative(on_server), "any-word")
        inbox = inbox_of(window)
        assert inbox.model.rowCount() == 24 and inbox.model.row_at(23) is None
        crash(on_server)
        try:
            inbox.table.scrollToBottom()
            qtbot.waitUntil(lambda: window.banners.texts() != (), timeout=20_000)
            assert inbox.model.row_at(23) is None and inbox.model.rowCount() == 24
            inbox.table.scrollToTop()
            assert inbox.model.row_at(0) is not None, "what was there stays"
            inbox.table.scrollToBottom()
        finally:
            cluster.start()
            on_server.server.reconnect()
        qtbot.waitUntil(lambda: inbox.model.row_at(23) is not None, timeout=20_000)
        qtbot.waitUntil(lambda: window.banners.texts() == (), timeout=20_000)
        settle(qtbot, room)


def test_a_colleagues_mark_stands_in_the_list_of_an_opened_case(
    qtbot: Any, on_server: ServerSample
) -> None:
    (case,) = stock(on_server, 1)  # type: ignore[arg-type]
    who = representative(on_server)
    (other_one,) = {"zhang.wei", "ma.chao"} - {who}
    other = on_server.open().session_as(other_one)
    view = other.case_view(case.case_no)
    assert view is not None
    sha256 = view.of(Part.MATERIALS, "material")[0].body["sha256"]
    place = Clip(0.1, 0.1, 0.4, 0.2)
    doubt = NewMark(sha256, 1, place, MarkKind.DOUBT, "Whose signature is this?")
    other.make_material_mark(case.case_no, doubt)
    other.close()
    with desk(on_server) as room:  # type: ignore[arg-type]
        window = sign_in(qtbot, room, who, "any-word")
        window.open_case(case.case_no)
        settle(qtbot, room)
        case_screen = window.opened("case")
        box = case_screen.parts.frame.box
        qtbot.waitUntil(lambda: bool(box.book.marks), timeout=5_000)
        line = box.panel.lines.item(0).text()
        assert "Whose signature is this?" in line and case_screen.work.name_of(other_one) in line
        box.panel.lines.setCurrentRow(0)
        assert box.panel.remove.isHidden(), "a colleague's mark is not one's own"


def test_the_sign_in_window_says_where_and_how(on_server: ServerSample) -> None:
    """Before anybody types a password: which server, and who has proven what."""
    here = f"127.0.0.1:{on_server.server.cluster.port}/{on_server.server.name}"
    for options, address, told in (
        ("", here, ("The server is this computer.",)),
        ("?sslmode=verify-full&sslcert=/k/mine.crt&sslkey=/k/mine.key", here,
         ("The server proves itself with its certificate.", "With your certificate mine.crt.")),
        ("?sslmode=require", here, ("Encrypted, but nobody checks the server's certificate.",)),
    ):  # fmt: skip
        assert way_words(place_of(on_server.folder, on_server.url + options)) == (address, *told)
    far = place_of(on_server.folder, "postgresql://db.example.org/centre?sslmode=disable")
    assert way_words(far)[1].startswith("Not encrypted.")
    with desk(on_server) as room:  # type: ignore[arg-type]
        assert room.sign_in is not None
        shown = {one.text() for one in room.sign_in.findChildren(QLabel)}
        assert {here, on_server.server.name, "The server is this computer."} <= shown


def test_a_wrong_clock_of_this_computer_is_said(qtbot: Any, on_server: ServerSample) -> None:
    """The centre's is right by definition; nothing may be done with one that is far from it."""
    with desk(on_server) as room:  # type: ignore[arg-type]
        window = sign_in(qtbot, room, representative(on_server), "any-word")
        shown = " ".join(one.text() for one in window.header.findChildren(QLabel))
        assert "Clock wrong here; centre: 2026-11-" in shown


def test_the_custodians_desk_asks_the_server_for_everything_it_shows(
    qtbot: Any, on_server: ServerSample
) -> None:
    """Queue, register of use, counts, register of seals: each an answer of the server's verbs."""
    with desk(on_server) as room:  # type: ignore[arg-type]
        window = sign_in(qtbot, room, "lin.shu", "any-word")
        screen = window.opened("seal_desk")
        assert isinstance(screen, SealDeskScreen)
        for tab in (screen.register, screen.count, screen.seals):
            screen.tabs.setCurrentWidget(tab)
            settle(qtbot, room)
        assert screen.facts is not None and screen.facts.held_until("lin.shu") is not None
        assert screen.register.count.text() == "Lines: 0"
        assert screen.seals.counted.text() == "Seals: 0" and screen.seals.facts is not None
        assert [one.kind for one in room.notices.standing() if one.kind == "fault"] == []
