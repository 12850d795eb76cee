"""Two desks, one case: each shows that the other has it open, at once (decision note 019)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.shell.desk_kit import desk, settle, sign_in, stock
from tests.shell.server_kit import ServerSample
from tests.shell.test_inbox import inbox_of
from workbench.rules.case_view import WorklistQuery
from workbench.rules.moment import HOUR
from workbench.shell.case.screen import CaseScreen
from workbench.shell.inbox.model import Column

pytestmark = [pytest.mark.long(10), pytest.mark.timeout(180)]

ME, REVIEWER, STRANGER, SUPERVISOR = "zhang.wei", "ma.chao", "chen.jing", "tang.bo"
LIVE_SECONDS = 1.0


def names_in(sample: ServerSample, login: str) -> dict[str, tuple[str, ...]]:
    session = sample.open().session_as(login)
    try:
        found = session.worklist(WorklistQuery())
        return {row.case.case_no: row.open_by for row in found.rows}
    finally:
        session.close()


def test_row_and_case_show_who_has_it_open_and_that_he_has_closed_it(
    qtbot: Any, on_server: ServerSample
) -> None:
    first, second = stock(on_server, 2)  # type: ignore[arg-type]
    other = on_server.open().session_as(REVIEWER)
    with desk(on_server) as room:  # type: ignore[arg-type]
        window = sign_in(qtbot, room, ME, "any-word")
        inbox = inbox_of(window)
        row = next(r for r in range(2) if inbox.model.row_at(r).case.case_no == first.case_no)  # type: ignore[union-attr]

        def held(role: int = 0) -> str:
            found = inbox.model.row_at(row)
            assert found is not None
            cell = inbox.table.itemDelegate().cell(found, Column.HOLDER)
            return f"{cell.first} / {cell.second}"

        assert held() == "not held / "
        begun = time.monotonic()
        other.note_open(first.case_no)
        qtbot.waitUntil(lambda: "open: Ma Chao" in held(), timeout=5_000)
        took = time.monotonic() - begun
        assert took < LIVE_SECONDS, took
        print(f"opened to row: {took * 1000:.0f} ms")
        window.open_case(first.case_no)
        settle(qtbot, room)
        screen = window.opened("case")
        assert isinstance(screen, CaseScreen)
        assert "open: Ma Chao" in screen.parts.header.quiet.text()
        qtbot.waitUntil(lambda: other.case_view(first.case_no).open_by == (ME,), timeout=5_000)
        other.note_open("")
        qtbot.waitUntil(lambda: "Ma Chao" not in screen.parts.header.quiet.text(), timeout=5_000)
        # Going elsewhere closes it, and so does whatever ends the session.
        window.open_screen("inbox")
        qtbot.waitUntil(lambda: other.case_view(first.case_no).open_by == (), timeout=5_000)
        window.open_case(second.case_no)
        qtbot.waitUntil(lambda: other.case_view(second.case_no).open_by == (ME,), timeout=5_000)
        cut(on_server, ME)
        qtbot.waitUntil(lambda: other.case_view(second.case_no).open_by == (ME,), timeout=15_000)
        window.lock()
        qtbot.waitUntil(lambda: other.case_view(second.case_no).open_by == (), timeout=5_000)
    other.close()


def cut(sample: ServerSample, login: str) -> None:
    """His lines break; his desk makes new ones."""
    sample.server.admin.exec_driver_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (login,)
    )


def test_only_who_sees_the_case_is_told_and_a_lost_desk_counts_for_nothing(
    on_server: ServerSample,
) -> None:
    (case,) = stock(on_server, 1)  # type: ignore[arg-type]
    centre = on_server.open()
    mine, reviewer = centre.session_as(ME), centre.session_as(REVIEWER)
    mine.note_open(case.case_no)
    assert names_in(on_server, REVIEWER) == {case.case_no: (ME,)}
    assert names_in(on_server, SUPERVISOR) == {case.case_no: (ME,)}
    assert names_in(on_server, ME) == {case.case_no: ()}, "not of oneself"
    stranger = on_server.server.connection(STRANGER)
    ask = "SELECT * FROM wb.inbox_open(ARRAY[%s]::bigint[])"
    assert stranger.exec_driver_sql(ask, (case.case_id,)).all() == []
    reviewer_asks = on_server.server.connection(REVIEWER)
    assert reviewer_asks.exec_driver_sql(ask, (case.case_id,)).all() == [(case.case_id, ME)]
    # Of what one does not see one cannot say that one has it open.
    away = centre.session_as(STRANGER)
    away.note_open(case.case_no)
    assert rows(on_server) == [ME]
    # After the shift the case is no longer his: what he says now takes the line away.
    on_server.clock.forward(6 * HOUR)
    mine.note_open(case.case_no)
    assert rows(on_server) == []
    on_server.clock.forward(-6 * HOUR)
    mine.note_open(case.case_no)
    assert rows(on_server) == [ME]
    cut(on_server, ME)
    limit = time.monotonic() + 5
    while names_in(on_server, REVIEWER)[case.case_no] and time.monotonic() < limit:
        time.sleep(0.02)
    assert names_in(on_server, REVIEWER) == {case.case_no: ()}
    reviewer.note_open(case.case_no)
    assert rows(on_server) == [REVIEWER], "whoever comes next sweeps up"
    for one in (mine, reviewer, away):
        one.close()


def rows(sample: ServerSample) -> list[str]:
    found = sample.server.admin.exec_driver_sql("SELECT login FROM wb.case_opening ORDER BY 1")
    return [str(one) for one in found.scalars()]


def test_looking_again_writes_nothing(on_server: ServerSample) -> None:
    (case,) = stock(on_server, 1)  # type: ignore[arg-type]
    session = on_server.open().session_as(ME)
    session.note_open(case.case_no)
    stamp = "SELECT xmin::text, ctid::text FROM wb.case_opening"
    before = on_server.server.admin.exec_driver_sql(stamp).all()
    for _time in range(3):
        session.note_open(case.case_no)
        assert session.case_view(case.case_no).noted
    assert on_server.server.admin.exec_driver_sql(stamp).all() == before
    session.close()
