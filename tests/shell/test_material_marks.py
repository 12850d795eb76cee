"""Notes, highlights, doubts and links on the scans of a real centre: made, read, reworded, taken
away; fields that lead to the place that proves them, and the form copied as one block."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QMouseEvent
from PyQt6.QtWidgets import QApplication

from tests.shell import desk_kit, desks_kit
from tests.shell.case_kit import until
from tests.shell.desk_kit import SampleCentre
from tests.shell.test_case import CTRL_SHIFT, case_screen, settle
from workbench.api.records import PaneOffer
from workbench.api.views import form_of
from workbench.rules.material_marks import MarkKind, NewMark
from workbench.rules.materials import Clip
from workbench.rules.moment import stamp
from workbench.shell.case.field_block import block_of
from workbench.shell.case.field_links import LinkButton
from workbench.shell.case.screen import CaseScreen
from workbench.shell.viewer.mark_panel import MarkPanel
from workbench.shell.viewer.strip_hands import PageStrip
from workbench.shell.viewer.tool_box import ToolBox

pytestmark = pytest.mark.long(8)

KEY = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def taken(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A centre with one case taken in, and the case's number."""
    place = tmp_path_factory.mktemp("marked")
    centre = desk_kit.copied(founded, place)
    number = desks_kit.take_in(centre, place / "packages")[0].case_no
    return centre.folder, str(number)


@pytest.fixture
def sample(taken: tuple[Path, str], tmp_path: Path) -> SampleCentre:
    """A copy of that centre."""
    return desk_kit.copied(taken[0], tmp_path)


@pytest.fixture
def case_no(taken: tuple[Path, str]) -> str:
    """An immediate case with its scans, just pushed."""
    return taken[1]


def at_hand(screen: CaseScreen, qtbot: Any) -> tuple[PageStrip, ToolBox]:
    """The strip with the first page drawn and the keys in it, and its tools."""
    frame = screen.parts.frame
    until(qtbot, lambda: frame.source is not None and frame.source.file is not None)
    settle(qtbot, screen.work)
    frame.strip.setFocus()
    return frame.strip, frame.box


def drag(strip: PageStrip, first: QPoint, last: QPoint) -> None:
    """The mouse as a hand moves it, straight to the pages."""
    left = Qt.MouseButton.LeftButton
    for kind, at, held in (
        (QEvent.Type.MouseButtonPress, first, left),
        (QEvent.Type.MouseMove, (first + last) / 2, left),
        (QEvent.Type.MouseMove, last, left),
        (QEvent.Type.MouseButtonRelease, last, Qt.MouseButton.NoButton),
    ):
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else left
        where = QPointF(strip.glass.mapToGlobal(at))
        event = QMouseEvent(kind, QPointF(at), where, button, held,
                            Qt.KeyboardModifier.NoModifier)  # fmt: skip
        QApplication.sendEvent(strip.glass, event)


def on_page(strip: PageStrip, x: float, y: float) -> QPoint:
    """A point of the glass: that far right and down on the first page."""
    place = strip.sheets.place(1)
    return QPoint(round(place.x + x * place.width - strip.across.value()),
                  round(place.y + y * place.height - strip.down.value()))  # fmt: skip


def test_a_highlight_is_dragged_a_note_is_typed_and_both_are_there_again(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        strip, box = at_hand(screen, qtbot)
        inside = on_page(strip, 0.25, 0.12)
        white = strip.grab().toImage().pixelColor(inside)
        qtbot.keyClick(strip, KEY.Key_H)
        drag(strip, on_page(strip, 0.2, 0.1), on_page(strip, 0.6, 0.15))
        until(qtbot, lambda: len(box.book.marks) == 1)
        mark = box.book.marks[0].mark
        assert mark.kind is MarkKind.HIGHLIGHT and mark.page == 1
        assert (mark.place.left, mark.place.bottom) == pytest.approx((0.2, 0.15), abs=0.01)
        entry = screen.parts.frame.entry
        assert entry is not None and mark.sha256 == entry.body["sha256"]
        inked = strip.grab().toImage().pixelColor(inside)
        assert inked.blue() < white.blue() - 40 and inked.red() > 200

        qtbot.keyClick(strip, KEY.Key_N)
        assert box.tool.busy()
        drag(strip, on_page(strip, 0.2, 0.2), on_page(strip, 0.4, 0.22))
        assert box.editor.isVisible() and box.editor.field.hasFocus()
        qtbot.keyClicks(box.editor.field, "compare with the lease")
        qtbot.keyClick(box.editor.field, KEY.Key_Return)
        until(qtbot, lambda: len(box.book.marks) == 2)
        assert strip.hasFocus() and not box.editor.isVisible()
        tip = box.tool.tip(strip, on_page(strip, 0.3, 0.21))
        assert "compare with the lease" in tip and "Zhang Wei" in tip
        settle(qtbot, screen.work)
    with case_screen(sample, case_no, qtbot) as again:
        _strip, box = at_hand(again, qtbot)
        assert [one.mark.kind for one in box.book.marks] == [MarkKind.HIGHLIGHT, MarkKind.NOTE]


def test_a_doubt_is_made_moved_and_reasoned_by_keys_alone(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        strip, box = at_hand(screen, qtbot)
        where = strip.down.value()
        qtbot.keyClick(strip, KEY.Key_D)
        first = box.layer.draft
        assert first is not None and first.kind is MarkKind.DOUBT
        qtbot.keyClick(strip, KEY.Key_Right)
        qtbot.keyClick(strip, KEY.Key_Down)
        qtbot.keyClick(strip, KEY.Key_Right, SHIFT)
        moved = box.layer.draft
        assert moved is not None and strip.down.value() == where
        place = strip.sheets.place(moved.page)
        assert (moved.place.left - first.place.left) * place.width == pytest.approx(12, abs=1)
        wider = (moved.place.right - moved.place.left) - (first.place.right - first.place.left)
        assert wider * place.width == pytest.approx(12, abs=1)
        qtbot.keyClick(strip, KEY.Key_Return)
        assert box.editor.isVisible()
        qtbot.keyClick(box.editor.field, KEY.Key_Return)
        assert box.editor.isVisible() and not box.book.marks
        qtbot.keyClicks(box.editor.field, "the seal is unreadable")
        qtbot.keyClick(box.editor.field, KEY.Key_Return)
        until(qtbot, lambda: len(box.book.marks) == 1)
        assert box.book.marks[0].mark.text == "the seal is unreadable"
        qtbot.keyClick(strip, KEY.Key_N)
        qtbot.keyClick(strip, KEY.Key_Escape)
        assert not box.tool.busy() and box.layer.draft is None


def test_the_list_leads_to_the_place_and_only_own_marks_are_changed(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        strip, box = at_hand(screen, qtbot)
        bundle = screen.parts.frame.bundle
        assert bundle is not None and bundle.leaves[-1].paper.entry is not None
        sha256 = bundle.leaves[-1].paper.sha256
        place, lower = Clip(0.1, 0.3, 0.4, 0.35), Clip(0.1, 0.7, 0.4, 0.75)
        with desks_kit.session_of(sample, "zhang.wei") as own:
            own.make_material_mark(case_no, NewMark(sha256, 1, place, MarkKind.NOTE, "mine"))
        with desks_kit.session_of(sample, "ma.chao") as other:
            theirs = NewMark(sha256, 1, lower, MarkKind.DOUBT, "a colleague's")
            other.make_material_mark(case_no, theirs)
        screen.refresh()
        until(qtbot, lambda: len(box.book.marks) == 2)
        qtbot.keyClick(strip, KEY.Key_M)
        panel = box.panel
        assert panel.isVisible() and panel.lines.hasFocus()
        assert "mine" in line(panel, 0) and "Zhang Wei" in line(panel, 0)
        assert "a colleague's" in line(panel, 1) and "Ma Chao" in line(panel, 1)
        assert bundle.leaves[-1].paper.name in line(panel, 1)

        qtbot.keyClick(panel.lines, KEY.Key_Return)
        settle(qtbot, screen.work)
        frame = screen.parts.frame
        assert frame.entry == bundle.leaves[-1].paper.entry
        assert frame.hand.shown_place is not None and frame.hand.shown_place[1] == place

        panel.lines.setFocus()
        qtbot.keyClick(panel.lines, KEY.Key_Down)
        assert panel.remove.isHidden() and panel.change.isHidden()
        for key in (KEY.Key_Delete, KEY.Key_F2):
            qtbot.keyClick(panel.lines, key)
        settle(qtbot, screen.work)
        assert len(box.book.marks) == 2 and not box.editor.isVisible()

        qtbot.keyClick(panel.lines, KEY.Key_Up)
        assert panel.remove.isVisible() and panel.change.isVisible()
        qtbot.keyClick(panel.lines, KEY.Key_F2)
        assert box.editor.isVisible() and box.editor.field.toPlainText() == "mine"
        qtbot.keyClicks(box.editor.field, "said better")
        qtbot.keyClick(box.editor.field, KEY.Key_Return)
        until(qtbot, lambda: "said better" in line(panel, 0))
        panel.lines.setCurrentRow(0)
        panel.lines.setFocus()
        qtbot.keyClick(panel.lines, KEY.Key_Delete)
        until(qtbot, lambda: [one.mark for one in box.book.marks] == [theirs])
        qtbot.keyClick(panel, KEY.Key_Escape)
        assert not panel.isVisible() and strip.hasFocus()


def line(panel: MarkPanel, row: int) -> str:
    """What stands in that line of the list."""
    item = panel.lines.item(row)
    return item.text() if item is not None else ""


def test_both_halves_show_the_marks_and_who_looks(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        strip, box = at_hand(screen, qtbot)
        frame = screen.parts.frame
        qtbot.keyClick(strip, KEY.Key_B)
        settle(qtbot, screen.work)
        assert frame.second.isVisible() and frame.hand is frame.second
        frame.second.go_to(1)
        strip.go_to(1)
        settle(qtbot, screen.work)
        qtbot.keyClick(frame.second, KEY.Key_H)
        drag(frame.second, on_page(frame.second, 0.3, 0.1), on_page(frame.second, 0.6, 0.2))
        until(qtbot, lambda: len(box.book.marks) == 1)
        for half in frame.strips:
            shown = half.glass.grab().toImage()
            inked = shown.pixelColor(on_page(half, 0.32, 0.12))
            assert inked.red() > 200 and inked.blue() < inked.red() - 40
            who, now = screen.work.who, stamp(screen.work.clock.now())
            for word in (screen.work.name_of(who.login), who.login, now[:16]):
                assert word in half._watermark_text
            half.set_watermark("")
            assert half.glass.grab().toImage() != shown


def test_a_mark_stays_on_its_place_when_the_page_is_turned(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        strip, box = at_hand(screen, qtbot)
        qtbot.keyClick(strip, KEY.Key_R)
        settle(qtbot, screen.work)
        qtbot.keyClick(strip, KEY.Key_H)
        drag(strip, on_page(strip, 0.1, 0.2), on_page(strip, 0.3, 0.4))
        until(qtbot, lambda: len(box.book.marks) == 1)
        place = box.book.marks[0].mark.place
        expected = (0.2, 0.7, 0.4, 0.9)
        found = (place.left, place.top, place.right, place.bottom)
        assert found == pytest.approx(expected, abs=0.02)
        shown = strip.grab().toImage().pixelColor(on_page(strip, 0.2, 0.3))
        assert shown.blue() < QColor("#ffffff").blue() - 40
        assert box.tool.mark_at(strip, on_page(strip, 0.2, 0.3)) == box.book.marks[0]


def chain(screen: CaseScreen, field: str) -> LinkButton:
    """The button beside that field."""
    return next(one for one in screen.parts.pane.findChildren(LinkButton) if one.field == field)


def test_a_field_is_linked_in_one_drag_and_leads_there_from_then_on(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        strip, box = at_hand(screen, qtbot)
        button = chain(screen, "applicant_name")
        assert "drag" in button.toolTip()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert box.tool.busy() and strip.hasFocus()
        drag(strip, on_page(strip, 0.2, 0.3), on_page(strip, 0.5, 0.33))
        until(qtbot, lambda: "applicant_name" in box.book.links())
        settle(qtbot, screen.work)
        assert "Go to the place" in chain(screen, "applicant_name").toolTip()
        place = box.book.links()["applicant_name"].mark.place
        sha256 = box.book.links()["applicant_name"].mark.sha256
        tip = box.tool.tip(strip, on_page(strip, 0.3, 0.31))
        assert "Applicant" in tip

        drag(strip, on_page(strip, 0.3, 0.31), on_page(strip, 0.3, 0.31))
        assert chain(screen, "applicant_name").hasFocus()

        screen.parts.materials.step(1)
        settle(qtbot, screen.work)
        frame = screen.parts.frame
        assert frame.entry is not None and frame.entry.body["sha256"] != sha256
        again = chain(screen, "applicant_name")
        again.setFocus()
        qtbot.keyClick(again, KEY.Key_J, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, screen.work)
        assert frame.entry.body["sha256"] == sha256
        assert frame.hand.shown_place is not None and frame.hand.shown_place[1] == place
        linked = chain(screen, "applicant_phone")
        linked.setFocus()
        qtbot.keyClick(linked, KEY.Key_J, Qt.KeyboardModifier.ControlModifier)
        assert box.tool.busy()
        qtbot.keyClick(strip, KEY.Key_Escape)
        assert not box.tool.busy() and "applicant_phone" not in box.book.links()


def test_the_form_is_copied_in_the_order_of_the_departments_own_system(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        said: list[str] = []
        screen.work.notices.said.connect(said.append)
        assert screen.parts.pane.copy.isVisible()
        qtbot.keyClick(screen, KEY.Key_B, CTRL_SHIFT)
        clipboard = QApplication.clipboard()
        assert clipboard is not None and screen.view is not None
        form = form_of(screen.view)
        lines = clipboard.text().split("\n")
        assert lines[0] == form["applicant_name"] and form["applicant_id"] in lines
        assert any(str(len(lines)) in one for one in said)
        offer = PaneOffer(("*",), copy_order=("applicant_id", "applicant_name", "agent_name"),
                          copy_separator="tab")  # fmt: skip
        text, count = block_of(screen.view, offer)
        assert text == f"{form['applicant_id']}\t{form['applicant_name']}\t" and count == 3


@pytest.mark.parametrize("others", [False, True], ids=["the form", "something else"])
def test_a_copied_form_does_not_stay_for_the_next_person(
    sample: SampleCentre, case_no: str, qtbot: Any, others: bool
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        qtbot.keyClick(screen, KEY.Key_B, CTRL_SHIFT)
        clipboard = QApplication.clipboard()
        assert clipboard is not None and clipboard.text()
        if others:
            clipboard.setText("copied elsewhere")
        screen.put_down()
        assert clipboard.text() == ("copied elsewhere" if others else "")
