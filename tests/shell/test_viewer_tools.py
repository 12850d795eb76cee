"""Look and loupe over real pages: what a reader of faint and leaning scans sees."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication

from tests.shell.case_kit import clerk, make_pdf, until, workplace
from workbench.shell.viewer.look import PLAIN, Setting, adjusted
from workbench.shell.viewer.material_frame import MaterialFrame
from workbench.shell.workplace import Workplace

pytestmark = pytest.mark.long(20)

AT = 1_767_600_000_000_000
SHA = "ab" * 32
KEY = Qt.Key

_MAKE_SCAN = """
import sys, pymupdf
out, lean, ink = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
text = pymupdf.open()
page = text.new_page(width=595, height=842)
for line in range(40):
    page.insert_text((72, 90 + 17 * line), f"{line} " + "lorem ipsum dolor " * 5, fontsize=10,
                     color=(ink, ink, ink))
turned = pymupdf.open()
target = turned.new_page(width=595, height=842)
around = pymupdf.Matrix(1, 0, 0, 1, -297, -421) * pymupdf.Matrix(lean)
pix = page.get_pixmap(dpi=150, colorspace="gray")
from PIL import Image
image = Image.frombytes("L", (pix.width, pix.height), pix.samples).rotate(
    lean, fillcolor=255, resample=Image.Resampling.BICUBIC)
import io
data = io.BytesIO()
image.save(data, "JPEG", quality=90)
target.insert_image(target.rect, stream=data.getvalue())
turned.save(out)
"""


def make_scan(out: Path, lean: float = 0.0, ink: float = 0.0) -> Path:
    """A scanned page whose lines lean by so many degrees and are so faint, made outside."""
    made = [sys.executable, "-c", _MAKE_SCAN, str(out), str(lean), str(ink)]
    subprocess.run(made, check=True)
    return out


@pytest.fixture
def work(tmp_path: Path, qapp: Any) -> Iterator[Workplace]:
    with workplace(tmp_path, object(), clerk(), AT) as made:
        yield made


@pytest.fixture
def frame(work: Workplace, qtbot: Any) -> MaterialFrame:
    made = MaterialFrame.whole(work)
    qtbot.addWidget(made)
    made.resize(900, 900)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def open_file(frame: MaterialFrame, qtbot: Any, path: Path, sha256: str = SHA) -> None:
    with qtbot.waitSignal(frame.source_opened, timeout=20_000):
        frame.show_file(lambda: path, sha256)
    until(qtbot, lambda: frame.work.lanes.idle)
    frame.strip.setFocus()


def shown(frame: MaterialFrame) -> QImage:
    """The pages as they are on the screen, without the watermark over them."""
    frame.strip.set_watermark("")
    return frame.strip.glass.grab().toImage()


def darkest(image: QImage) -> int:
    points = ((x, y) for x in range(100, 700, 3) for y in range(60, 600, 3))
    return min(image.pixelColor(x, y).lightness() for x, y in points)


def row_contrast(image: QImage) -> float:
    """How much rows of pixels differ from each other: most where lines of text stand level."""
    rows = [
        sum(image.pixelColor(x, y).lightness() for x in range(150, 700, 4)) / 138
        for y in range(150, 650)
    ]
    mean = sum(rows) / len(rows)
    return sum((row - mean) ** 2 for row in rows) / len(rows)


def test_contrast_brings_out_faint_writing_and_reset_takes_it_back(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path
) -> None:
    open_file(frame, qtbot, make_scan(tmp_path / "faint.pdf", ink=0.75))
    faint = darkest(shown(frame))
    assert faint > 150
    qtbot.keyClick(frame.strip, KEY.Key_I)
    panel = frame.box.look_panel
    assert panel.isVisible() and panel.brightness.hasFocus()
    for _step in range(12):
        qtbot.keyClick(panel.brightness, KEY.Key_Left)
    panel.contrast.setFocus()
    for _step in range(16):
        qtbot.keyClick(panel.contrast, KEY.Key_Right)
    assert (panel.brightness.value(), panel.contrast.value()) == (-60, 80)
    until(qtbot, lambda: darkest(shown(frame)) < 110)
    panel.inverted.click()
    until(qtbot, lambda: shown(frame).pixelColor(60, 60).lightness() < 40)
    other = make_pdf(tmp_path / "b.pdf", 1)
    open_file(frame, qtbot, other, "cd" * 32)
    assert panel.contrast.value() == 0 and shown(frame).pixelColor(60, 60).lightness() > 240
    open_file(frame, qtbot, tmp_path / "faint.pdf")
    assert panel.contrast.value() == 80
    panel.reset.click()
    until(qtbot, lambda: darkest(shown(frame)) == faint)
    panel.brightness.setFocus()
    qtbot.keyClick(panel.brightness, KEY.Key_Escape)
    assert not panel.isVisible() and frame.strip.hasFocus()


def test_a_leaning_scan_is_put_straight(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path
) -> None:
    open_file(frame, qtbot, make_scan(tmp_path / "lean.pdf", lean=2.5))
    before = row_contrast(shown(frame))
    qtbot.keyClick(frame.strip, KEY.Key_S)
    until(qtbot, lambda: frame.box.look.lean(frame.strip.key(1)) != 0.0)
    straight = row_contrast(shown(frame))
    assert straight > 3 * before
    qtbot.keyClick(frame.strip, KEY.Key_S)
    assert row_contrast(shown(frame)) == pytest.approx(before, rel=0.02)


def test_a_look_costs_less_than_a_frame(qapp: QApplication) -> None:
    image = QImage(1200, 1697, QImage.Format.Format_RGB32)
    image.fill(0xFFC0B0A0)
    costs = []
    for number in range(7):
        began = time.process_time()
        made = adjusted(image, Setting(brightness=number + 1, contrast=40))
        costs.append(time.process_time() - began)
        assert made.size() == image.size()
    assert sorted(costs)[3] < 0.016
    same = adjusted(image, PLAIN)
    assert same.pixelColor(5, 5) == image.pixelColor(5, 5)


def test_the_loupe_shows_real_pixels_and_follows_mouse_and_arrows(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path
) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 2))
    strip, loupe = frame.strip, frame.strip.loupe
    qtbot.keyPress(strip, KEY.Key_L)
    assert loupe.isVisible()
    qtbot.mouseMove(strip.glass, QPoint(260, 300))
    QApplication.processEvents()
    assert loupe.geometry().center() in (QPoint(259, 299), QPoint(260, 300), QPoint(259, 300))
    cache = strip.pictures.cache if strip.pictures is not None else None
    assert cache is not None
    until(qtbot, lambda: all(wish in cache for wish in loupe.wishes()))
    widths = {wish.width_px for wish in loupe.wishes()}
    assert widths == {strip.device_size(strip.sheets.place(1))[0] * 3}
    sharp = edges(loupe.grab().toImage())
    mush = strip.glass.grab().toImage().copy(197, 257, 126, 86).scaled(
        loupe.size(), transformMode=Qt.TransformationMode.SmoothTransformation)  # fmt: skip
    assert sharp > 1.5 * edges(mush)
    watermarked = loupe.grab().toImage()
    strip.set_watermark("")
    assert loupe.grab().toImage() != watermarked
    before = loupe.pos()
    qtbot.keyClick(strip, KEY.Key_Right)
    qtbot.keyClick(strip, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert loupe.pos() - before == QPoint(12, 60)
    assert strip.down.value() == 0
    qtbot.keyRelease(strip, KEY.Key_L)
    assert not loupe.isVisible()
    frame.tools.loupe.click()
    assert loupe.isVisible()
    qtbot.keyClick(strip, KEY.Key_Escape)
    assert not loupe.isVisible() and not frame.tools.loupe.isChecked()


def edges(image: QImage) -> int:
    """The steepest steps from one pixel to the next: sharp letters have them, mush has not."""
    total = 0
    for y in range(20, image.height() - 20, 5):
        line = [image.pixelColor(x, y).lightness() for x in range(20, image.width() - 20)]
        steps = sorted(abs(a - b) for a, b in pairwise(line))
        total += sum(steps[-10:])
    return total


def test_both_halves_have_look_marks_and_watermark(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path
) -> None:
    for strip in frame.strips:
        assert strip.look is frame.box.look and strip.tool is frame.box.tool
        assert strip.overlays.count(frame.box.layer) == 1
        assert strip._watermark_text.startswith("Zhang Wei zhang.wei · 2026-01-05")
