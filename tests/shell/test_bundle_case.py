"""The checklist beside the scans and the strip that goes with it: the case screen in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from tests.shell import desk_kit
from tests.shell.desk_kit import SampleCentre
from tests.shell.test_case import Taken, case_screen, parts, settle, taken
from workbench.shell.case.check_rows import CheckRow
from workbench.shell.case.material_list import ROW, MaterialList
from workbench.shell.case.screen import CaseScreen
from workbench.shell.case.standard_pane import StandardPane

pytestmark = pytest.mark.long(7)
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier

__all__ = ["taken"]
"""The sample centre of the case screen's tests."""


@pytest.fixture
def screen(taken: Taken, tmp_path: Path, qtbot: Any) -> Iterator[CaseScreen]:
    """An accepted-or-pushed case with its scans, open and drawn."""
    sample: SampleCentre = desk_kit.copied(taken.folder, tmp_path)
    with case_screen(sample, taken.immediate, qtbot) as made:
        qtbot.waitUntil(parts(made).frame.drawn, timeout=20_000)
        yield made


def rows(materials: MaterialList) -> list[CheckRow]:
    found = []
    for number in range(materials.count()):
        item = materials.item(number)
        assert item is not None
        found.append(item.data(ROW))
        assert item.text() == f"{found[-1].name}\n{found[-1].note}"
    return found


def test_every_file_of_the_case_stands_in_the_strip(screen: CaseScreen) -> None:
    frame, listed = parts(screen).frame, rows(parts(screen).materials)
    files = [row for row in listed if row.entry is not None and not row.point]
    assert frame.bundle is not None and len(files) > 2
    assert [leaf.paper.name for leaf in frame.bundle.leaves] == [row.name for row in files]
    assert list(frame.strip.heads.values()) == [row.name for row in files]


def test_the_list_follows_the_page_and_the_page_the_list(
    screen: CaseScreen, qtbot: Any
) -> None:
    frame, materials = parts(screen).frame, parts(screen).materials
    assert frame.bundle is not None
    qtbot.waitUntil(lambda: all(leaf.drawable for leaf in frame.bundle.leaves), timeout=20_000)
    third = frame.bundle.leaves[2]
    frame.strip.go_to(third.first)
    assert materials.current_entry() == third.paper.entry
    qtbot.keyClick(screen, Qt.Key.Key_PageUp, ALT)
    second = frame.bundle.leaves[1]
    assert materials.current_entry() == second.paper.entry
    assert frame.strip.page == second.first
    materials.setCurrentRow(materials.row_of_file(0))
    assert frame.strip.page == 1 and frame.entry == frame.bundle.leaves[0].paper.entry


def test_each_line_says_how_it_stands_in_words_and_mark(screen: CaseScreen) -> None:
    listed = rows(parts(screen).materials)
    given = [row for row in listed if row.entry is not None and not row.point]
    assert all("handed in" in row.note or "licence library" in row.note for row in given)
    assert all("required" in row.note or "situation" in row.note or "gap" in row.note
               for row in listed if not row.point and row.code)  # fmt: skip
    assert {row.mark for row in given} == {"check"}
    points = [row for row in listed if row.point]
    assert points and {row.note for row in points} == {"not checked yet"}
    for number, row in enumerate(listed):
        if row.point and row.code:
            above = next(one for one in reversed(listed[:number]) if not one.point)
            assert above.code == row.code, "a point stands under its material"


def test_a_point_goes_to_its_material(screen: CaseScreen, qtbot: Any) -> None:
    frame, materials = parts(screen).frame, parts(screen).materials
    listed = rows(materials)
    number = max(n for n, row in enumerate(listed) if row.point and row.entry is not None)
    item = materials.item(number)
    where = materials.visualItemRect(item)
    materials.scrollToItem(item)
    where = materials.visualItemRect(item)
    view: QWidget | None = materials.viewport()
    assert view is not None
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=where.center())
    assert frame.entry == listed[number].entry
    assert frame.bundle is not None
    assert frame.strip.page == frame.bundle.leaf_for(listed[number].entry).first


def test_a_verdict_in_the_pane_stands_beside_the_scan(screen: CaseScreen, qtbot: Any) -> None:
    pane = parts(screen).pane.pane
    assert isinstance(pane, StandardPane)
    code, row = next((c, r) for c, r in pane._points.items() if r.point.material_code)
    for one in pane._points.values():
        one.allow(True)
    chosen, page = parts(screen).materials.currentRow(), parts(screen).frame.strip.page
    qtbot.mouseClick(row.buttons["doubt"], Qt.MouseButton.LeftButton)
    qtbot.keyClicks(row.reason, "the date is missing")
    said = next(one for one in rows(parts(screen).materials) if one.point == code)
    assert said.note == "Doubt: the date is missing" and said.mark != "circle"
    assert parts(screen).materials.currentRow() == chosen, "what is chosen stays chosen"
    assert parts(screen).frame.strip.page == page


def test_an_answer_of_the_centre_keeps_the_place(screen: CaseScreen, qtbot: Any) -> None:
    frame = parts(screen).frame
    qtbot.keyClick(frame.strip, Qt.Key.Key_PageDown, CONTROL)
    frame.strip.zoom_by_step(True)
    frame.strip.down.setValue(frame.strip.down.value() + 57)
    before = (frame.bundle, frame.strip.down.value(), frame.strip.shown_zoom())
    screen.refresh()
    settle(qtbot, screen.work)
    assert (frame.bundle, frame.strip.down.value(), frame.strip.shown_zoom()) == before


def test_a_line_without_a_file_says_so_and_lets_nothing_go(
    screen: CaseScreen, qtbot: Any
) -> None:
    frame, materials = parts(screen).frame, parts(screen).materials
    empty = next((n for n, row in enumerate(rows(materials)) if row.entry is None), None)
    assert empty is not None
    bundle = frame.bundle
    materials.setCurrentRow(empty)
    assert frame.message.isVisible() and rows(materials)[empty].name in frame.message.text()
    materials.setCurrentRow(materials.row_of_file(1))
    assert frame.strip.isVisible() and frame.bundle is bundle is not None
    assert frame.strip.page == bundle.leaves[1].first


def test_side_by_side_in_the_case(screen: CaseScreen, qtbot: Any) -> None:
    frame, materials = parts(screen).frame, parts(screen).materials
    frame.strip.setFocus()
    qtbot.keyClick(frame.strip, Qt.Key.Key_B)
    qtbot.keyClick(screen, Qt.Key.Key_PageDown, ALT)
    assert frame.bundle is not None
    assert (frame.strip.page, frame.second.page) == (1, frame.bundle.leaves[1].first)
    frame.strip.setFocus()
    assert materials.current_entry() == frame.bundle.leaves[0].paper.entry
    qtbot.keyClick(frame.strip, Qt.Key.Key_Escape)
    assert not frame.second.isVisible()
