"""The register of seal use at the desk: asked by page, filtered, on paper and as a table (N23)."""

from __future__ import annotations

import csv
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QFileDialog

from tests.shell.desk_kit import NINE, SampleCentre, copied
from tests.shell.desks_kit import session_of, settle, workplace
from tests.shell.seal_kit import PaperPress, opened_desk, stocked_centre, with_press
from workbench.rules.moment import MINUTE, SetClock
from workbench.rules.refusals import Cancelled
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import LedgerLine, LedgerState
from workbench.shell import lane_thread
from workbench.shell.lane_thread import Ticket
from workbench.shell.seal_desk.reading import read_all, read_page
from workbench.shell.seal_desk.register import RegisterTab
from workbench.shell.seal_desk.register_csv import BOM, guarded_cell, write_csv
from workbench.shell.seal_desk.register_paper import Paper, RegisterPaper
from workbench.shell.seal_desk.screen import SealDeskScreen

pytestmark = pytest.mark.long(10)

ROUNDS = 4


@pytest.fixture(scope="module")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two documents; of each, presses that broke off: eight void serials, the last one alive."""
    folder = stocked_centre(founded, tmp_path_factory.mktemp("used"))
    centre = SampleCentre(folder, SetClock(NINE + MINUTE), {})
    with session_of(centre, "lin.shu") as session:
        tasks = session.seal_queue()
        for task in tasks * ROUNDS:
            case_id = task.case.case_id
            line = session.reserve(task.document_id, case_id, "seal-approval", "test")
            session.void_line(line.serial, "test", "worker_gone")
        session.reserve(tasks[0].document_id, tasks[0].case.case_id, "seal-approval", "elsewhere")
    return folder


@pytest.fixture
def used(stocked: Path, tmp_path: Path) -> SampleCentre:
    return copied(stocked, tmp_path, NINE + 5 * MINUTE)


def shown(qtbot: Any, work: Any) -> tuple[SealDeskScreen, RegisterTab]:
    screen = opened_desk(qtbot, with_press(work, PaperPress()))
    screen.tabs.setCurrentWidget(screen.register)
    settle(qtbot, work)
    return screen, screen.register


def serials(register: RegisterTab) -> list[int]:
    return [line.serial for line in register.model.lines]


def choose(box: Any, code: str) -> None:
    place = box.findData(code)
    assert place >= 0, code
    box.setCurrentIndex(place)


def test_void_serials_are_shown_and_searched_like_all_others(
    qtbot: Any, used: SampleCentre
) -> None:
    with workplace(used, "lin.shu") as work:
        _screen, register = shown(qtbot, work)
        every = list(range(2 * ROUNDS + 1, 0, -1))
        assert serials(register) == every and register.count.text() == f"Lines: {len(every)}"
        register.search.setText("11230002")
        settle(qtbot, work)
        assert len(serials(register)) == ROUNDS
        register.search.setText("3")
        settle(qtbot, work)
        assert serials(register)[0] == 3, "a serial is found by its number"
        register.search.setText("nobody")
        settle(qtbot, work)
        assert serials(register) == [] and register.empty.isVisible()
        assert not register.paper.isEnabled() and not register.csv.isEnabled()
        register.filters.clear.click()
        settle(qtbot, work)
        assert serials(register) == every


def test_filters_by_state_custodian_manner_and_day(qtbot: Any, used: SampleCentre) -> None:
    with workplace(used, "lin.shu") as work:
        _screen, register = shown(qtbot, work)
        filters = register.filters
        choose(filters.state, "under_way")
        settle(qtbot, work)
        assert serials(register) == [2 * ROUNDS + 1]
        choose(filters.state, "void")
        choose(filters.days, "today")
        settle(qtbot, work)
        assert len(serials(register)) == 2 * ROUNDS
        choose(filters.custodian, "gao.yun")
        settle(qtbot, work)
        assert serials(register) == []
        choose(filters.custodian, "")
        choose(filters.manner, "physical")
        settle(qtbot, work)
        assert serials(register) == []
        choose(filters.manner, "")
        choose(filters.days, "chosen")
        assert filters.first.isVisible()
        filters.first.setDate(filters.first.date().addDays(-2))
        filters.last.setDate(filters.last.date().addDays(-1))
        settle(qtbot, work)
        assert serials(register) == []


def test_it_is_read_page_by_page(used: SampleCentre) -> None:
    with session_of(used, "lin.shu") as session:
        page = read_page(session, LedgerAsk(count=2), wanted=5)
        assert [line.serial for line in page.lines] == [9, 8, 7, 6, 5, 4]
        assert page.total == 2 * ROUNDS + 1 and page.more
        lines = read_all(session, LedgerAsk(count=2), lambda work: work())
    assert [line.serial for line in lines] == list(range(1, 2 * ROUNDS + 2))
    assert {line.approver for line in lines} == {"zhang.wei"}


def test_the_next_keeper_prints_who_approved_what_the_one_before_sealed(
    used: SampleCentre,
) -> None:
    """N23: the register names approver and custodian of every line, whoever keeps it now."""
    with session_of(used, "lin.shu") as session:
        for task in session.seal_queue():
            for line in session.ledger_page(LedgerAsk(text=task.document_no)).lines:
                if line.state is LedgerState.RESERVED:
                    session.void_line(line.serial, "elsewhere", "worker_gone")
        session.hand_over_seal("seal-approval", "gao.yun", -1, "")
        own = session.ledger_page(LedgerAsk()).lines
    with session_of(used, "gao.yun") as session:
        assert session.ledger_page(LedgerAsk()).lines == (), "not before it is taken over (V16b)"
        session.take_over_custody()
        lines = read_all(session, LedgerAsk(), lambda work: work())
    assert {line.approver for line in (*own, *lines)} == {"zhang.wei"}
    assert {line.custodian for line in lines} == {"lin.shu"} and len(lines) == len(own)


def test_scrolling_down_brings_the_next_page(
    qtbot: Any, used: SampleCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.shell.seal_desk.register.LEDGER_PAGE", 3)
    monkeypatch.setattr(
        "workbench.shell.seal_desk.register_filters.LedgerAsk",
        lambda **asked: LedgerAsk(count=3, **asked),
    )
    with workplace(used, "lin.shu") as work:
        _screen, register = shown(qtbot, work)
        first = len(serials(register))
        assert 3 <= first <= 2 * ROUNDS + 1
        while register.model.more:
            register.model.fetchMore(register.table.rootIndex())
            settle(qtbot, work)
        assert serials(register) == list(range(2 * ROUNDS + 1, 0, -1))


def test_the_chosen_line_is_shown_whole(qtbot: Any, used: SampleCentre) -> None:
    with workplace(used, "lin.shu") as work:
        _screen, register = shown(qtbot, work)
        register.table.selectRow(1)
        settle(qtbot, work)
        rows = dict(register.details.rows())
        assert register.details.isVisible() and rows["Serial of the stamping"] == "8"
        assert rows["Hash before"].replace(" ", "") == register.model.lines[1].sha256_before
        register.refresh()
        settle(qtbot, work)
        assert register.table.currentIndex().row() == 1, "a refresh keeps the chosen line"


def test_the_paper_register_has_every_serial(
    qtbot: Any, used: SampleCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A4 landscape, void serials with their reason, read back by another program."""
    target = tmp_path / "register.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), ""))
    with workplace(used, "lin.shu") as work:
        _screen, register = shown(qtbot, work)
        register.paper.click()
        settle(qtbot, work)
        assert register.refusal.isHidden()
    said = subprocess.run(
        ["pdfinfo", target], capture_output=True, text=True, check=True
    ).stdout
    assert "(A4)" in said and ("841" in said or "842" in said)
    text = subprocess.run(
        ["pdftotext", "-layout", target, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Register of seal use" in text and "Sheet 1 of" in text
    assert "Test seal" in text and "Custodian: ____" in text
    assert text.count("void") >= 2 * ROUNDS and "Zhang" in text and "number taken" in text


def test_the_table_opens_in_excel_and_starts_no_formula(
    qtbot: Any, used: SampleCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "register"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), ""))
    with workplace(used, "lin.shu") as work:
        _screen, register = shown(qtbot, work)
        register.csv.click()
        settle(qtbot, work)
    data = (tmp_path / "register.csv").read_bytes()
    assert data.startswith(BOM.encode()) and b"\r\n" in data
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(1, 2 * ROUNDS + 2)]
    for text in ("=1+1", "+1", "-1", "@a", "\t=1", "=HYPERLINK()"):
        assert guarded_cell(text).startswith("'"), text
    assert guarded_cell("青审〔2026〕1号") == "青审〔2026〕1号"


def a_line(serial: int, reason: str = "") -> LedgerLine:
    return LedgerLine(
        serial, f"SJ/青审〔2026〕{serial}号", f"case-{serial}", "seal-approval",
        LedgerState.VOID if reason else LedgerState.RELEASED, "lin.shu", NINE, NINE,
        "a" * 64, "b" * 64, None, "B-B", reason,
    )  # fmt: skip


def test_a_persons_reason_is_guarded_in_the_table(tmp_path: Path) -> None:
    target = tmp_path / "one.csv"
    lines = [replace(a_line(1), case_no='=cmd|"/c calc"!A1')]
    write_csv(target, lines, str)
    (row,) = list(csv.reader(target.read_text("utf-8-sig").splitlines()))[1:]
    assert row[3].startswith("'=")


def test_a_long_register_goes_over_many_sheets_and_can_be_called_off(
    qtbot: Any, tmp_path: Path
) -> None:
    rows = [tuple(f"{n} 青云区行政审批局" for _cell in range(9)) for n in range(300)]
    paper = Paper("青云区行政审批局", "2026-01-01", "", "Noto Sans CJK SC")
    count = RegisterPaper(paper, rows).write(tmp_path / "long.pdf")
    said = subprocess.run(
        ["pdfinfo", tmp_path / "long.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert count > 5 and f"Pages:           {count}" in said
    ticket = Ticket()
    ticket.call_off()
    lane_thread._local.ticket = ticket
    try:
        with pytest.raises(Cancelled):
            RegisterPaper(paper, rows).write(tmp_path / "off.pdf")
    finally:
        lane_thread._local.ticket = None
    assert not (tmp_path / "off.pdf").exists(), "nothing half-written stays"
