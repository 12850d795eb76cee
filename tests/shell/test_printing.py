"""Printing: what stands in the PDF afterwards, and what is left when it was called off."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QFileDialog, QWidget

from tests.shell.case_kit import clerk, make_pdf, until, workplace
from tests.shell.desk_kit import BLOCKED_MS, Heartbeat
from workbench.shell.viewer.bundle import Bundle, Paper
from workbench.shell.viewer.print_desk import PrintDesk
from workbench.shell.viewer.print_targets import PrinterTarget, new_printer
from workbench.shell.workplace import Workplace

pytestmark = pytest.mark.long(8)

AT = 1_767_600_000_000_000
CASE = "QY20260105000017"

_READ = """
import json, sys, pymupdf
file = pymupdf.open(sys.argv[1])
print(json.dumps([[page.get_text(), page.rect.width, page.rect.height,
                   sum(255 - b for b in page.get_pixmap(dpi=20, colorspace="gray").samples)]
                  for page in file]))
"""


def read_pdf(path: Path) -> list[tuple[str, float, float, int]]:
    """Text, width, height and darkness of each page, read outside this process."""
    said = subprocess.run([sys.executable, "-c", _READ, str(path)], check=True, capture_output=True)
    return [(page[0], page[1], page[2], page[3]) for page in json.loads(said.stdout)]


@pytest.fixture
def work(tmp_path: Path, qapp: Any) -> Iterator[Workplace]:
    with workplace(tmp_path, object(), clerk(), AT) as made:
        yield made


@pytest.fixture
def owner(qtbot: Any) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


def desk_for(work: Workplace, owner: QWidget, papers: list[Paper]) -> PrintDesk:
    assert work.renderer is not None
    bundle = Bundle(work.lanes, work.renderer, papers, owner)
    desk = PrintDesk(work, owner)
    desk.case_no, desk.bundle = CASE, lambda: bundle
    return desk


def paper(name: str, path: Path) -> Paper:
    return Paper(name, lambda: path)


def test_all_of_a_case_as_pdf_with_the_number_on_each_page(
    work: Workplace, owner: QWidget, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_for(work, owner, [
        paper("申请书", make_pdf(tmp_path / "a.pdf", 2)),
        paper("平面图", make_pdf(tmp_path / "b.pdf", 3, "mixed")),
        paper("锁", make_pdf(tmp_path / "c.pdf", 2, "locked")),
    ])  # fmt: skip
    said: list[str] = []
    work.notices.said.connect(said.append)
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(out / "p"), ""))
    desk.begin()
    assert desk.dialog is not None and desk.dialog.isVisible()
    assert CASE not in desk.dialog.windowTitle() and "申请书" in desk.dialog.one.text()
    desk.dialog.all.click()
    beat = Heartbeat()
    with qtbot.waitSignal(desk.finished, timeout=20_000):
        qtbot.mouseClick(desk.dialog.pdf, Qt.MouseButton.LeftButton)
        assert desk.isVisible() and "0" in desk.label.text()
        beat.reset()
    assert beat.longest_ms < BLOCKED_MS
    assert [one.name for one in out.iterdir()] == ["p.pdf"]
    pages = read_pdf(out / "p.pdf")
    assert len(pages) == 5
    for text, *_size in pages:
        assert CASE in text and "2026-01-05" in text and "zhang.wei" in text
    assert "申请书 · page 2 of 2" in pages[1][0] and "平面图 · page 3 of 3" in pages[4][0]
    assert pages[4][1] > pages[4][2] and pages[3][1] < pages[3][2]
    assert all(dark > 3_000 for *_text, dark in pages)
    assert any("锁" in one for one in said) and any("5" in one for one in said)
    assert not desk.isVisible()


def test_a_print_that_is_stopped_leaves_no_file(
    work: Workplace, owner: QWidget, qtbot: Any, tmp_path: Path
) -> None:
    desk = desk_for(work, owner, [paper("长", make_pdf(tmp_path / "a.pdf", 12))])
    bundle = desk.bundle()
    assert bundle is not None
    out = tmp_path / "out"
    out.mkdir()
    desk.into_pdf(bundle.leaves, out / "half.pdf")
    until(qtbot, lambda: desk.job is not None and desk.job.pages >= 2)
    with qtbot.waitSignal(desk.finished):
        qtbot.mouseClick(desk.stop, Qt.MouseButton.LeftButton)
    assert not any(out.iterdir()) and not desk.isVisible()
    QApplication.processEvents()


def test_a_case_that_closes_while_it_is_printed_prints_nothing(
    work: Workplace, owner: QWidget, qtbot: Any, tmp_path: Path
) -> None:
    desk = desk_for(work, owner, [paper("长", make_pdf(tmp_path / "a.pdf", 12))])
    bundle = desk.bundle()
    assert bundle is not None
    out = tmp_path / "out"
    out.mkdir()
    said: list[str] = []
    work.notices.said.connect(said.append)
    desk.into_pdf(bundle.leaves, out / "half.pdf")
    until(qtbot, lambda: desk.job is not None and desk.job.pages >= 1)
    desk.bundle = lambda: None
    with qtbot.waitSignal(desk.finished):
        bundle.close()
        desk.let_go()
    assert not any(out.iterdir()) and any("closed" in one for one in said)


def test_the_renderer_dies_and_the_print_goes_on(
    work: Workplace, owner: QWidget, qtbot: Any, tmp_path: Path
) -> None:
    desk = desk_for(work, owner, [paper("长", make_pdf(tmp_path / "a.pdf", 4))])
    bundle = desk.bundle()
    assert bundle is not None and work.renderer is not None
    desk.into_pdf(bundle.leaves, tmp_path / "whole.pdf")
    until(qtbot, lambda: desk.job is not None and desk.job.pages >= 1)
    for ahead in (False, True):
        pid = work.renderer(ahead).child_pid
        if pid:
            os.kill(pid, signal.SIGKILL)
    with qtbot.waitSignal(desk.finished, timeout=20_000):
        pass
    assert len(read_pdf(tmp_path / "whole.pdf")) == 4


def test_the_dialogue_of_the_system_comes_up_and_may_be_closed(
    work: Workplace, owner: QWidget, qtbot: Any, tmp_path: Path
) -> None:
    from PyQt6.QtPrintSupport import QPrintDialog

    desk = desk_for(work, owner, [paper("图", make_pdf(tmp_path / "a.pdf", 1))])
    desk.begin()
    assert desk.dialog is not None and not desk.dialog.all.isVisible()
    qtbot.mouseClick(desk.dialog.paper, Qt.MouseButton.LeftButton)
    chooser = desk.findChild(QPrintDialog)
    assert chooser is not None and chooser.isVisible()
    chooser.reject()
    assert desk.job is None and not desk.isVisible()


def test_a_printer_that_prints_to_a_file_and_a_folder_that_cannot_be_written(
    work: Workplace, owner: QWidget, qtbot: Any, tmp_path: Path
) -> None:
    desk = desk_for(work, owner, [paper("图", make_pdf(tmp_path / "a.pdf", 1))])
    bundle = desk.bundle()
    assert bundle is not None
    printer = new_printer()
    printer.setOutputFileName(str(tmp_path / "by-printer.pdf"))
    with qtbot.waitSignal(desk.finished, timeout=10_000):
        desk.onto_paper(bundle.leaves, printer)
    assert CASE in read_pdf(tmp_path / "by-printer.pdf")[0][0]
    # What a printer gets: QPrinter's own painting, here into a file that can be looked into.
    printer.setOutputFileName(str(tmp_path / "painted.pdf"))
    with qtbot.waitSignal(desk.finished, timeout=10_000):
        desk._start(bundle.leaves, PrinterTarget(printer, CASE))
    assert CASE in read_pdf(tmp_path / "painted.pdf")[0][0]
    said: list[str] = []
    work.notices.said.connect(said.append)
    desk.into_pdf(bundle.leaves, tmp_path / "nowhere" / "x.pdf")
    assert desk.job is None and "cannot be written" in said[-1]
    assert desk.rect().contains(QPoint(0, 0))
