"""Building in slices: little is done at once, much leaves room for keys, and it can be stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QApplication, QLabel, QTabWidget, QWidget

from tests.shell.desk_kit import SampleCentre, desk, settle, sign_in, stock
from workbench.shell import building
from workbench.shell.building import SLICE_SECONDS, Slices, in_slices, inside_of
from workbench.shell.case.screen import CaseScreen
from workbench.shell.lanes import Lanes


def steps(done: list[int], count: int, seconds: float = 0.0) -> Iterator[None]:
    for number in range(count):
        time.sleep(seconds)
        done.append(number)
        yield


@pytest.fixture
def owner(qapp: QApplication) -> Iterator[QObject]:
    made = QObject()
    yield made
    made.deleteLater()


def test_what_is_quick_is_done_before_the_call_returns(
    owner: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "SLICE_SECONDS", 60.0)
    done: list[int] = []
    assert in_slices(steps(done, 20), owner).done
    assert done == list(range(20)) and not building.under_way()


def test_other_events_come_in_between_and_the_lanes_wait_for_the_end(
    qtbot: Any, lanes: Lanes, owner: QObject
) -> None:
    done: list[int] = []
    seen: list[int] = []
    clock = QTimer(owner)
    clock.timeout.connect(lambda: seen.append(len(done)))
    clock.start(0)
    work = in_slices(steps(done, 8, SLICE_SECONDS), owner)
    assert len(done) == 1 and not work.done and not lanes.idle
    qtbot.waitUntil(lambda: work.done)
    assert done == list(range(8)) and lanes.idle
    assert len({count for count in seen if 0 < count < 8}) >= 4


def test_who_needs_the_whole_of_it_gets_it_at_once(owner: QObject) -> None:
    done: list[int] = []
    work = Slices(steps(done, 5, SLICE_SECONDS), owner).later()
    assert done == [] and not work.done
    work.finish()
    assert done == list(range(5)) and work.done


def test_something_newer_stops_it(qtbot: Any, owner: QObject) -> None:
    done: list[int] = []
    work = in_slices(steps(done, 5, SLICE_SECONDS), owner)
    work.drop()
    qtbot.wait(60)
    assert done == [0] and work.done


def test_it_ends_with_its_owner(qtbot: Any) -> None:
    done: list[int] = []
    place = QWidget()
    in_slices(steps(done, 5, SLICE_SECONDS), place)
    place.deleteLater()
    qtbot.waitUntil(lambda: not building.under_way())
    assert len(done) < 5


def test_a_step_that_raises_ends_the_building(owner: QObject) -> None:
    def broken() -> Iterator[None]:
        yield
        raise ValueError("a broken pane")

    with pytest.raises(ValueError, match="a broken pane"):
        in_slices(broken(), owner)
    assert not building.under_way()


def test_a_page_made_inside_the_tabs_need_not_move(qtbot: Any) -> None:
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    page = QLabel("page", inside_of(tabs))
    before = page.parentWidget()
    tabs.addTab(page, "Page")
    assert page.parentWidget() is before


def test_a_case_wanted_while_another_comes_in_is_the_one_that_stays(
    qtbot: Any, sample: SampleCentre
) -> None:
    cases = stock(sample, 2)
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        window.open_case(cases[0].case_no)
        screen = window.opened("case")
        assert isinstance(screen, CaseScreen)
        qtbot.waitUntil(lambda: screen.view is not None)
        window.open_case(cases[1].case_no)
        # Nothing of the one case can be clicked at while the other comes in.
        assert screen.parts.steps.view is None and not screen.parts.steps.buttons
        settle(qtbot, room)
        assert screen.parts.steps.view is not None
        assert screen.parts.steps.view.case.case_no == cases[1].case_no
        assert screen.parts.header.number.text() == cases[1].short_no
        assert screen.parts.pane.pane is not None and screen.parts.pane.pane.isVisible()


def test_the_case_screen_stands_ready_before_the_first_case(
    qtbot: Any, sample: SampleCentre
) -> None:
    with desk(sample) as room:
        window = sign_in(qtbot, room, "zhang.wei", sample.passwords["zhang.wei"])
        ready = window.findChildren(CaseScreen)
        assert len(ready) == 1 and not ready[0].isVisible() and window.opened("case") is None
        window.lock()
        window.lock_page.unlocked.emit()
        assert not ready[0].isVisible()
        window.open_screen("case")
        assert window.opened("case") is ready[0] and ready[0].isVisible()
