"""A department's own viewer that raises or holds the desk up: the pages are shown all the same."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt

from tests.shell import desk_kit, desks_kit
from tests.shell.desk_kit import SampleCentre
from tests.shell.test_case import case_screen, settle
from workbench.api.panes import MaterialViewer
from workbench.shell.case.field_links import LinkButton
from workbench.shell.case.screen import CaseScreen
from workbench.shell.case.standard_pane import StandardPane

pytestmark = pytest.mark.long(7)

PLAN = "M03"
OWNER = "chen.jing"


@pytest.fixture
def house(founded: Path, tmp_path: Path) -> tuple[SampleCentre, str]:
    """A centre with a house to be registered; its plan has a viewer of the department's own."""
    centre = desk_kit.copied(founded, tmp_path)
    case = desks_kit.take_in(centre, tmp_path / "packages", ("I05",))[0]
    return centre, str(case.case_no)


def plan_opened(qtbot: Any, screen: CaseScreen) -> None:
    """Choose the material for which the department has a viewer."""
    listed = screen.parts.materials
    assert screen.view is not None
    plan = next(one for one in screen.view.of_kind("material") if one.body["code"] == PLAN)
    listed.setFocus()
    assert listed.choose_entry(plan)
    settle(qtbot, screen.work)


def test_it_is_shown_in_the_frame_with_the_frames_keys(
    house: tuple[SampleCentre, str], qtbot: Any
) -> None:
    """And with the badge, however narrow the frame is: there are no sheets here that say it."""
    with case_screen(*house, qtbot, OWNER, plugins=True) as screen:
        frame = screen.parts.frame
        screen.resize(screen.minimumSizeHint())
        settle(qtbot, screen.work)
        badge = frame.tools.badge
        assert not badge.isVisible(), "the sheets say it"
        plan_opened(qtbot, screen)
        assert type(frame.own_viewer).__name__ == "PlanViewer"
        assert frame.own_viewer is not None and frame.own_viewer.isVisible()
        assert frame.entry is not None
        assert frame.entry.body["sha256"][:8] in badge.text.text()
        assert badge.isVisible() and frame.tools.rect().contains(badge.geometry())
        assert badge.width() >= badge.sizeHint().width(), "whole"
        # The watermark lies over it too; the mouse goes through.
        whole, side = frame.own_viewer, frame.sides[0]
        under = side.childAt(frame.stack.geometry().center())
        assert under is not None and (under is whole or whole.isAncestorOf(under))
        marked = side.grab().toImage()
        assert frame.pane.geometry() == frame.stack.geometry()
        frame.pane.set_text("")
        assert side.grab().toImage() != marked
        chains = [one.field for one in frame.own_viewer.findChildren(LinkButton)]
        assert "unit_no" in chains
        # Names stand above values where it is narrow: no number, no button, no chain is cut off.
        pane = screen.parts.pane.pane
        assert isinstance(pane, StandardPane)
        inside, port = pane._area.widget(), pane._area.viewport()
        assert inside is not None and port is not None
        assert inside.minimumSizeHint().width() <= port.width()
        qtbot.keyClick(frame, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
        settle(qtbot, screen.work)
        assert frame.own_viewer is None and frame.strip.isVisible()
        assert not frame.pane.isVisible(), "the strip has its own"
        assert frame.tools.larger.isVisible() and not badge.isVisible()


def test_one_that_raises_gives_its_place_to_the_pages(
    house: tuple[SampleCentre, str], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: MaterialViewer, *_shown: object) -> None:
        raise RuntimeError("no register today")

    from real_estate.plan_viewer import PlanViewer

    monkeypatch.setattr(PlanViewer, "show_material", broken)
    with case_screen(*house, qtbot, OWNER, plugins=True) as screen:
        plan_opened(qtbot, screen)
        frame, hosting = screen.parts.frame, screen.work.hosting
        assert frame.own_viewer is None and frame.strip.isVisible()
        assert frame.entry is not None and frame.entry.body["code"] == PLAN
        assert hosting.rest.faults("real_estate") == 1
        assert not hosting.rest.rests("real_estate"), "once is no reason to pause it"


def test_one_that_holds_the_desk_up_is_paused_by_name_and_never_asked_again(
    house: tuple[SampleCentre, str], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from real_estate.plan_viewer import PlanViewer

    shown = PlanViewer.show_material

    def slow(self: Any, *what: Any) -> None:
        time.sleep(2.1)
        shown(self, *what)

    monkeypatch.setattr(PlanViewer, "show_material", slow)
    with case_screen(*house, qtbot, OWNER, plugins=True) as screen:
        plan_opened(qtbot, screen)
        hosting = screen.work.hosting
        assert hosting.rest.rests("real_estate") and "2." in hosting.rest.why("real_estate")
        first = screen.parts.materials
        first.setCurrentRow(0)
        settle(qtbot, screen.work)
        plan_opened(qtbot, screen)
        frame = screen.parts.frame
        assert frame.own_viewer is None and frame.strip.isVisible()
