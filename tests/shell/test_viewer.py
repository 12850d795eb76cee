"""The viewer with a real renderer: what a reader of scans sees and does, by keys and mouse."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QImage, QWheelEvent
from PyQt6.QtWidgets import QApplication

from tests.paper import made_files
from tests.shell.case_kit import clerk, make_pdf, until, workplace
from tests.shell.desk_kit import BLOCKED_MS, Heartbeat
from tests.shell.test_material_marks import on_page
from workbench.rules.materials import Clip
from workbench.rules.refusals import Outage
from workbench.shell.viewer.marks import Mark
from workbench.shell.viewer.material_frame import MaterialFrame
from workbench.shell.viewer.sheets import Fit
from workbench.shell.workplace import Workplace

pytestmark = pytest.mark.long(15)

AT = 1_767_600_000_000_000
SHA = "ab" * 32


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
    return made


def open_file(frame: MaterialFrame, qtbot: Any, path: Path, sha256: str = SHA) -> None:
    with qtbot.waitSignal(frame.source_opened, timeout=20_000):
        frame.show_file(lambda: path, sha256)
    until(qtbot, lambda: sharp(frame))


def sharp(frame: MaterialFrame) -> bool:
    """Whether every page that is seen has its full pixels."""
    strip = frame.strip
    assert strip.pictures is not None
    return all(
        wish in strip.pictures.cache for page in strip.seen() for wish in strip._sharp(page)
    )


def dark_share(image: QImage, box: tuple[int, int, int, int]) -> float:
    """How much of a box of the picture is ink."""
    x0, y0, x1, y1 = box
    points = [(x, y) for x in range(x0, x1, 2) for y in range(y0, y1, 2)]
    inked = sum(image.pixelColor(x, y).lightness() < 128 for x, y in points)
    return inked / len(points)


def test_pages_are_drawn_and_the_badge_says_as_received(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path
) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 3))
    assert frame.tools.pages.text().endswith("3")
    assert frame.tools.badge.isVisible() and SHA[:8] in frame.tools.badge.text.text()
    place = frame.strip.sheets.place(1)
    shown = frame.strip.grab().toImage()
    ratio = place.width / 595
    heading = (int(place.x + 72 * ratio), int(place.y + 65 * ratio), int(place.x + 160 * ratio),
               int(place.y + 92 * ratio))  # fmt: skip
    assert dark_share(shown, heading) > 0.05


def test_keys_turn_pages_zoom_and_fit(frame: MaterialFrame, qtbot: Any, tmp_path: Path) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 5, "mixed"))
    strip = frame.strip
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert strip.page == 2
    qtbot.keyClick(strip, Qt.Key.Key_End)
    assert strip.page == 5
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    assert strip.page == 1
    qtbot.keyClick(strip, Qt.Key.Key_0)
    assert strip.shown_zoom() == pytest.approx(1.0, abs=0.01)
    qtbot.keyClick(strip, Qt.Key.Key_Plus)
    assert strip.shown_zoom() == pytest.approx(1.25, abs=0.01)
    qtbot.keyClick(strip, Qt.Key.Key_P)
    assert strip.fit is Fit.PAGE
    assert strip.sheets.place(1).height <= strip.viewport().height()
    qtbot.keyClick(strip, Qt.Key.Key_W)
    assert abs(strip.sheets.place(3).width - (strip.viewport().width() - 24)) <= 1
    qtbot.keyClick(strip, Qt.Key.Key_G)
    qtbot.keyClicks(frame.tools.page, "4")
    qtbot.keyClick(frame.tools.page, Qt.Key.Key_Return)
    assert strip.page == 4 and strip.hasFocus()


def test_zoom_by_wheel_keeps_the_point_under_the_cursor(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path
) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 2))
    strip = frame.strip
    at = QPoint(300, 400)

    def under_cursor() -> tuple[float, float]:
        place = strip.sheets.place(1)
        x = at.x() + strip.across.value() - place.x
        y = at.y() + strip.down.value() - place.y
        return x / place.width, y / place.height

    before = under_cursor()
    for _step in range(20):
        wheel = QWheelEvent(
            QPointF(at), QPointF(strip.mapToGlobal(at)), QPoint(0, 120), QPoint(0, 120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(strip.viewport(), wheel)
    assert strip.shown_zoom() == pytest.approx(4.0, abs=0.01)
    assert under_cursor() == pytest.approx(before, abs=0.01)
    until(qtbot, lambda: sharp(frame))
    kept = strip.pictures.cache if strip.pictures else None
    assert kept is not None and kept.bytes < 60_000_000


def test_a_page_is_turned_and_stays_turned(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path
) -> None:
    path = make_pdf(tmp_path / "a.pdf", 2)
    open_file(frame, qtbot, path)
    upright = frame.strip.sheets.place(1)
    qtbot.keyClick(frame.strip, Qt.Key.Key_R)
    turned = frame.strip.sheets.place(1)
    assert turned.height < upright.height and turned.width == upright.width
    assert frame.strip.sheets.place(2).height == upright.height
    other = make_pdf(tmp_path / "b.pdf", 1)
    open_file(frame, qtbot, other, "cd" * 32)
    open_file(frame, qtbot, path)
    assert frame.strip.sheets.place(1).height == turned.height


def test_words_are_found_and_marked(frame: MaterialFrame, qtbot: Any, tmp_path: Path) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 12))
    qtbot.keyClick(frame.strip, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert frame.find_bar.isVisible()
    qtbot.keyClicks(frame.find_bar.field, "needle11")
    qtbot.keyClick(frame.find_bar.field, Qt.Key.Key_Return)
    until(qtbot, lambda: len(frame.strip.hits) == 1)
    assert frame.strip.page == 11 or frame.strip.hits[0].page in frame.strip.seen()
    frame.find_bar.field.clear()
    qtbot.keyClicks(frame.find_bar.field, "nowhere")
    qtbot.keyClick(frame.find_bar.field, Qt.Key.Key_Return)
    until(qtbot, lambda: "no text" in frame.find_bar.count.text())
    qtbot.keyClick(frame.find_bar.field, Qt.Key.Key_Escape)
    assert not frame.find_bar.isVisible() and not frame.strip.hits


def test_a_locked_file_asks_for_its_password_and_forgets_it(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_pdf(tmp_path / "l.pdf", 2, "locked")
    frame.show_file(lambda: path, SHA)
    until(qtbot, frame.password.isVisible)
    qtbot.keyClicks(frame.password.field, "wrong")
    qtbot.keyClick(frame.password.field, Qt.Key.Key_Return)
    until(qtbot, lambda: frame.password.isVisible() and not frame.password.field.text())
    with qtbot.waitSignal(frame.source_opened, timeout=10_000):
        qtbot.keyClicks(frame.password.field, "open sesame")
        qtbot.keyClick(frame.password.field, Qt.Key.Key_Return)
    assert not frame.password.isVisible()
    assert frame.password.field.text() == ""
    assert frame.source is not None and frame.source._password is None
    kept = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert path in kept and not [one for one in kept if b"open sesame" in one.read_bytes()]
    assert "sesame" not in caplog.text


def test_active_content_is_named(frame: MaterialFrame, qtbot: Any, tmp_path: Path) -> None:
    """Everything that the file would do elsewhere, in the bar."""
    open_file(frame, qtbot, made_files.active_pdf(tmp_path / "s.pdf"))
    said = frame.warning.text()
    for word in ("JavaScript", "prints itself", "starts another program", "files embedded",
                 "form fields", "sends form data", "outside addresses"):  # fmt: skip
        assert word in said, (word, said)


def test_nothing_of_it_runs(frame: MaterialFrame, qtbot: Any, tmp_path: Path) -> None:
    """The program that it would start is there and could be started; the door is open too."""
    ran, program = tmp_path / "ran", tmp_path / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch '{ran}'\n")
    program.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.3)
        web = f"http://127.0.0.1:{door.getsockname()[1]}/"
        open_file(frame, qtbot, made_files.active_pdf(tmp_path / "a.pdf", str(program), web))
        frame.strip.set_fit(Fit.PAGE)
        until(qtbot, lambda: sharp(frame))
        link = on_page(frame.strip, 0.03, 0.98)
        qtbot.mouseClick(frame.strip.viewport(), Qt.MouseButton.LeftButton, pos=link)
        qtbot.mouseDClick(frame.strip.viewport(), Qt.MouseButton.LeftButton, pos=link)
        with pytest.raises(TimeoutError):
            door.accept()
    assert not ran.exists()


def test_the_renderer_dies_and_the_page_comes_back(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path
) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 30))
    renderer = frame.work.renderer(False) if frame.work.renderer else None
    said: list[str] = []
    assert frame.source is not None and renderer is not None
    frame.source.interrupted.connect(lambda _trouble: said.append(frame.trouble.text()))
    os.kill(renderer.child_pid, signal.SIGKILL)
    frame.go_to(20)
    until(qtbot, lambda: sharp(frame), 20_000)
    assert frame.strip.page == 20
    assert frame.trouble.text() == ""
    # The client starts a fresh reader by itself where nothing was under way; what the user must
    # never see is a page that stays white.


def test_the_renderer_dies_at_work_and_the_bar_says_so(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path
) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 60))
    renderer = frame.work.renderer(False) if frame.work.renderer else None
    assert frame.source is not None and renderer is not None
    said: list[bool] = []
    frame.source.interrupted.connect(lambda _trouble: said.append(frame.trouble.isVisible()))

    def outage(*_args: Any) -> Any:
        del renderer.page
        raise Outage("paper.reader-died", "The page reader ended unexpectedly.")

    renderer.page = outage
    frame.go_to(40)
    until(qtbot, lambda: bool(said), 5_000)
    until(qtbot, lambda: sharp(frame), 20_000)
    until(qtbot, lambda: not frame.trouble.isVisible())


def test_a_seal_lands_in_millimetres(frame: MaterialFrame, qtbot: Any, tmp_path: Path) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 2), "")
    strip = frame.strip
    strip.set_fit(Fit.PAGE)
    strip.set_marks([Mark(-1, 150.0, 240.0, 42.0, 42.0, text="42 mm")])
    strip.go_to(2)
    until(qtbot, lambda: sharp(frame))
    place, shown = strip.sheets.place(2), strip.grab().toImage()
    px = strip.sheets.px_per_mm(2)
    left = round(place.x + (150 - 21) * px)
    y = round(place.y + 240 * px - strip.down.value())
    near = [shown.pixelColor(x, y + dy) for x in range(left - 3, left + 4) for dy in range(-6, 7)]
    assert any(one.red() > 130 and one.green() < 90 for one in near)


def test_a_place_is_framed(frame: MaterialFrame, qtbot: Any, tmp_path: Path) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 9))
    frame.go_to(7, Clip(0.1, 0.9, 0.5, 0.95))
    assert 7 in frame.strip.seen()
    assert frame.strip.shown_place is not None


def test_300_pages_scroll_without_a_stall(
    frame: MaterialFrame, qtbot: Any, tmp_path: Path, heartbeat: Heartbeat
) -> None:
    path = make_pdf(tmp_path / "big.pdf", 300)
    frame.tools.thumbs.setChecked(True)
    open_file(frame, qtbot, path)
    qtbot.wait(100)
    heartbeat.reset()
    strip = frame.strip
    for _turn in range(120):
        strip.down.setValue(strip.down.value() + 2_000)
        qtbot.wait(10)
    until(qtbot, lambda: sharp(frame), 20_000)
    qtbot.wait(50)
    print(f"longest gap while scrolling 300 pages: {heartbeat.longest_ms:.1f} ms")
    assert heartbeat.longest_ms < BLOCKED_MS
    kept = strip.pictures.cache if strip.pictures else None
    assert kept is not None and kept.bytes <= kept.most_bytes


def test_nothing_stays_after_closing(frame: MaterialFrame, qtbot: Any, tmp_path: Path) -> None:
    open_file(frame, qtbot, make_pdf(tmp_path / "a.pdf", 3))
    source = frame.source
    assert source is not None
    frame.clear("Closed.")
    assert source.pictures.cache.bytes == 0 and frame.source is None
    assert frame.message.isVisible() and frame.message.text() == "Closed."
    until(qtbot, lambda: frame.work.lanes.idle)
