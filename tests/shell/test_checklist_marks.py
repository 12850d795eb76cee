"""Review points marked in the checklist beside the scans, by keys and by mouse: the pane has the
mark, whoever brought the pane, and what goes wrong in a department's own is noted and no more. Its
fields have the chain of the standard pane to the place that proves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from tests.shell import desk_kit
from tests.shell.desk_kit import SampleCentre
from tests.shell.test_bundle_case import rows
from tests.shell.test_case import Taken, case_screen, click, confirm_step, settle, taken
from tests.shell.test_material_marks import at_hand, drag, on_page
from workbench.api import read_items
from workbench.api.panes import CasePane
from workbench.api.testing import FakeDesk, sample_view
from workbench.rules.case import Part
from workbench.shell.case.field_links import LinkButton
from workbench.shell.case.material_list import MaterialList
from workbench.shell.case.pane_holder import results_of
from workbench.shell.case.point_bar import Marking
from workbench.shell.case.screen import CaseScreen
from workbench.shell.case.standard_pane import StandardPane

pytestmark = pytest.mark.long(12)
KEY = Qt.Key
(ITEM,) = read_items("civil_affairs")

__all__ = ["taken"]
"""The sample centre of the case screen's tests."""


@pytest.fixture
def sample(taken: Taken, tmp_path: Path) -> SampleCentre:
    """A copy of the centre with a case that has just been pushed."""
    return desk_kit.copied(taken.folder, tmp_path)


def stand_on(materials: MaterialList, point: str) -> None:
    """The keys in the list, the point in hand."""
    number = next(n for n, row in enumerate(rows(materials)) if row.point == point)
    materials.setFocus()
    materials.setCurrentRow(number)


def note(materials: MaterialList, point: str) -> str:
    """What the row of that point says."""
    return next(row.note for row in rows(materials) if row.point == point)


def own_pane(screen: CaseScreen, qtbot: Any) -> Any:
    """The department's own pane, with the case accepted: points may be marked now."""
    pane: Any = screen.parts.pane.pane
    assert not isinstance(pane, StandardPane)
    pane.desk.propose("accept")
    settle(qtbot, screen.work)
    assert screen.parts.pane.pane is pane
    return pane


def test_marked_by_keys_beside_the_scan_and_in_the_pane_alike(
    sample: SampleCentre, taken: Taken, qtbot: Any
) -> None:
    with case_screen(sample, taken.immediate, qtbot) as screen:
        materials, holder = screen.parts.materials, screen.parts.pane
        stand_on(materials, "R03")
        qtbot.keyClick(materials, KEY.Key_1)
        assert materials.bar.isHidden() and holder.review_results() == {}, "not before acceptance"
        confirm_step(qtbot, screen, "accept")
        frame = screen.parts.frame
        stand_on(materials, "R03")
        page, entry = frame.strip.page, frame.entry
        qtbot.keyClick(materials, KEY.Key_2)
        assert QApplication.focusWidget() is materials.bar.reason, "the reason is typed in place"
        qtbot.keyClicks(materials.bar.reason, "the number differs")
        qtbot.keyClick(materials.bar.reason, KEY.Key_Return)
        assert QApplication.focusWidget() is materials
        pane = holder.pane
        assert isinstance(pane, StandardPane)
        row = pane._points["R03"]
        assert row.buttons["doubt"].isChecked() and row.reason.text() == "the number differs"
        assert note(materials, "R03") == "Doubt: the number differs"
        assert (frame.strip.page, frame.entry) == (page, entry), "the page stays"

        qtbot.keyClick(materials, KEY.Key_3)
        qtbot.keyClicks(materials.bar.reason, "x")
        qtbot.keyClick(materials.bar.reason, KEY.Key_Escape)
        assert note(materials, "R03") == "Fail: the number differs"
        qtbot.keyClick(materials, KEY.Key_1)
        assert note(materials, "R03") == "Pass" and not materials.bar.reason.isVisible()
        assert holder.review_results()["R03"] == {"result": "pass", "reason": ""}
        qtbot.keyClick(materials, KEY.Key_Delete)
        assert note(materials, "R03") == "not checked yet" and "R03" not in holder.review_results()
        assert not any(one.isChecked() for one in row.buttons.values())

        # A point that is about no material leaves the page where it is.
        stand_on(materials, "R05")
        assert frame.strip.isVisible() and frame.entry == entry
        click(qtbot, materials.bar.buttons["pass"])
        assert note(materials, "R05") == "Pass" and pane._points["R05"].buttons["pass"].isChecked()
        pane._points["R05"].buttons["fail"].click()
        assert materials.bar.result() == "fail", "and the other way"


def test_the_marks_of_a_departments_own_pane_are_the_checklists(
    sample: SampleCentre, taken: Taken, qtbot: Any
) -> None:
    with case_screen(sample, taken.immediate, qtbot, plugins=True) as screen:
        materials, holder = screen.parts.materials, screen.parts.pane
        pane = own_pane(screen, qtbot)
        pane.points.findings["R06"].setCurrentText("doubt")
        pane.points.reasons["R06"].setText("another hand")
        assert note(materials, "R06") == "Doubt: another hand"
        stand_on(materials, "R03")
        qtbot.keyClick(materials, KEY.Key_3)
        qtbot.keyClicks(materials.bar.reason, "not this house")
        assert pane.points.findings["R03"].currentText() == "fail"
        assert pane.points.reasons["R03"].text() == "not this house"
        pane.reasons.setPlainText("存疑。")
        pane.steps.buttons["submit_opinion"].click()
        pane.steps.yes.click()
        settle(qtbot, screen.work)
        assert screen.view is not None
        opinion = screen.view.last(Part.OPINIONS, "opinion")
        assert opinion is not None and opinion.body["points"]["R03"]["reason"] == "not this house"
        assert holder.marking(screen.view) is Marking.CLOSED and materials.bar.isHidden()
        assert note(materials, "R06") == "Doubt: another hand"


def test_a_pane_that_takes_no_marks_shows_them_and_says_where_they_are_made(
    sample: SampleCentre, taken: Taken, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from market_supervision.set_up_pane import SetUpPane

    monkeypatch.setattr(SetUpPane, "takes_marks", False)
    with case_screen(sample, taken.immediate, qtbot, plugins=True) as screen:
        materials = screen.parts.materials
        pane = own_pane(screen, qtbot)
        pane.points.findings["R06"].setCurrentText("pass")
        stand_on(materials, "R06")
        qtbot.keyClick(materials, KEY.Key_3)
        assert note(materials, "R06") == "Pass"
        assert "own pane" in materials.bar.elsewhere.text() and materials.bar.elsewhere.isVisible()
        assert not materials.bar.buttons["pass"].isVisible()


def test_a_pane_that_raises_over_marks_is_noted_once_and_the_desk_goes_on(
    sample: SampleCentre, taken: Taken, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from market_supervision.set_up_pane import SetUpPane

    def broken(_self: Any, *_given: Any) -> None:
        raise RuntimeError("no marks today")

    monkeypatch.setattr(SetUpPane, "review_results", broken)
    with case_screen(sample, taken.immediate, qtbot, plugins=True) as screen:
        materials, hosting = screen.parts.materials, screen.work.hosting
        own_pane(screen, qtbot)
        assert hosting.rest.faults("market_supervision") == 1, "and not asked again"
        assert note(materials, "R06") == "not checked yet" and materials.count() > 4
        monkeypatch.setattr(SetUpPane, "mark_point", broken)
        stand_on(materials, "R06")
        qtbot.keyClick(materials, KEY.Key_1)
        assert hosting.rest.faults("market_supervision") == 2
        assert materials.bar.elsewhere.isVisible(), "from now on it is marked in the pane"
        qtbot.keyClick(materials, KEY.Key_1)
        assert hosting.rest.faults("market_supervision") == 2
        assert screen.parts.frame.strip.isVisible()


def test_fields_of_a_departments_own_pane_lead_to_their_proof(
    sample: SampleCentre, taken: Taken, qtbot: Any
) -> None:
    with case_screen(sample, taken.immediate, qtbot, plugins=True) as screen:
        strip, box = at_hand(screen, qtbot)
        pane: Any = screen.parts.pane.pane
        chains = {one.field: one for one in pane.findChildren(LinkButton)}
        assert {"trade_name", "scope"} <= set(chains)
        qtbot.mouseClick(chains["trade_name"], Qt.MouseButton.LeftButton)
        assert box.tool.busy() and strip.hasFocus()
        drag(strip, on_page(strip, 0.2, 0.3), on_page(strip, 0.5, 0.33))
        qtbot.waitUntil(lambda: "trade_name" in box.book.links(), timeout=10_000)
        settle(qtbot, screen.work)
        assert chains["trade_name"].isChecked() and "Go to" in chains["trade_name"].toolTip()
        place = box.book.links()["trade_name"].mark
        screen.parts.materials.step(1)
        settle(qtbot, screen.work)
        # From the name itself, as from a field of the standard pane.
        pane.name_box.choices[0].setFocus()
        qtbot.keyClick(pane.name_box.choices[0], KEY.Key_J, Qt.KeyboardModifier.ControlModifier)
        frame = screen.parts.frame
        assert frame.entry is not None and frame.entry.body["sha256"] == place.sha256
        assert strip.shown_place is not None and strip.shown_place[1] == place.place
        drag(strip, on_page(strip, 0.3, 0.31), on_page(strip, 0.3, 0.31))
        assert chains["trade_name"].hasFocus(), "the chain on the page leads back to the field"


def test_the_window_corrects_a_form_beside_the_place_that_proves_it(
    sample: SampleCentre, taken: Taken, qtbot: Any
) -> None:
    with case_screen(sample, taken.immediate, qtbot, "wang.fang") as screen:
        _strip, box = at_hand(screen, qtbot)
        screen.parts.steps.take("correct_form")
        card = screen.parts.steps.card
        assert card is not None
        chains = {one.field: one for one in card.findChildren(LinkButton)}
        assert chains["trade_name"].isVisible()
        field = card.form.parts["trade_name"].widget
        field.setFocus()
        qtbot.keyClick(field, KEY.Key_J, Qt.KeyboardModifier.ControlModifier)
        assert box.tool.busy(), "where is it proved? the next drag says it"


@pytest.mark.parametrize(
    "answer", [None, {"R01": "pass"}, {"R01": {}}, {"R01": {"result": "perhaps"}}, ["R01"]]
)
def test_what_is_no_answer_is_a_fault_of_the_pane_and_not_a_mark(answer: Any, qtbot: Any) -> None:
    class Odd(CasePane):
        def review_results(self) -> Any:
            return answer

    pane = Odd(FakeDesk(sample_view(ITEM)))
    qtbot.addWidget(pane)
    with pytest.raises((TypeError, ValueError, AttributeError, KeyError)):
        results_of(pane)


def test_an_answer_is_taken_as_plain_texts(qtbot: Any) -> None:
    class Plain(CasePane):
        def review_results(self) -> Any:
            return {"R01": {"result": "fail", "reason": 7, "by": "x"}}

    pane = Plain(FakeDesk(sample_view(ITEM)))
    qtbot.addWidget(pane)
    assert results_of(pane) == {"R01": {"result": "fail", "reason": "7"}}
