"""The window officer's screen: a folder in, its report, own cases, demands, withdrawal, thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt

from tests.shell.desk_kit import SampleCentre
from tests.shell.desks_kit import session_of, settle, take_in, workplace
from workbench.casework import acceptance
from workbench.casework.intake import Outcome
from workbench.paper.sample_bad import make_bad_packages
from workbench.paper.sample_scans import make_sample_packages
from workbench.rules.case import Part, State
from workbench.rules.moment import MINUTE
from workbench.shell.intake.screen import IntakeScreen


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    make_sample_packages(folder, ("I07",), quick=True)
    return folder


def opened(qtbot: Any, work: Any) -> IntakeScreen:
    screen = IntakeScreen(work)
    qtbot.addWidget(screen)
    screen.show()
    screen.refresh()
    settle(qtbot, work)
    return screen


def run_batch(qtbot: Any, screen: IntakeScreen) -> None:
    qtbot.waitUntil(lambda: screen.batch is None, timeout=60_000)
    settle(qtbot, screen.work)


def test_a_folder_is_taken_in_with_the_button_and_reported(
    qtbot: Any, sample: SampleCentre, packages: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    make_bad_packages(folder)
    for name in ("missing_file", "abolished_item"):
        assert (folder / name).is_dir()
    for place in folder.iterdir():
        if place.name not in ("missing_file", "abolished_item"):
            for file in place.iterdir():
                file.unlink()
            place.rmdir()
    make_sample_packages(folder, ("I07",), quick=True)
    with workplace(sample, "wang.fang") as work:
        screen = opened(qtbot, work)
        screen.pick_folder = lambda: str(folder)
        qtbot.mouseClick(screen.begin, Qt.MouseButton.LeftButton)
        assert not screen.begin.isEnabled() and screen.cancel.isVisible()
        run_batch(qtbot, screen)
        outcomes = sorted(r.outcome for r in screen.reports.reports)
        assert outcomes == [Outcome.REFUSED, Outcome.REFUSED, Outcome.TAKEN_IN]
        assert screen.reports.sum.text() == "1 taken in, 2 not taken in"
        words = " ".join(
            screen.reports.list.item(row).text() for row in range(screen.reports.list.count())
        )
        assert "missing_file" in words and "M02.pdf" in words
        assert "nothing has to be applied for" in words
        assert screen.cases.list.count() == 1
        assert screen.begin.isEnabled() and not screen.cancel.isVisible()
        assert screen.panel.view is not None
        assert screen.panel.view.shown_state is State.PENDING_ACCEPTANCE


def test_cancel_is_heard_between_two_packages(
    qtbot: Any, sample: SampleCentre, tmp_path: Path
) -> None:
    make_sample_packages(tmp_path / "in", ("I01", "I07"), quick=True)
    with workplace(sample, "wang.fang") as work:
        screen = opened(qtbot, work)
        screen.take_in(tmp_path / "in")
        assert screen.batch is not None and not screen.may_leave()
        screen.batch.reported.connect(lambda _report: screen.cancel.click())
        run_batch(qtbot, screen)
        outcomes = [r.outcome for r in screen.reports.reports]
        assert outcomes[0] is Outcome.TAKEN_IN
        assert set(outcomes[1:]) == {Outcome.CALLED_OFF}
        assert screen.cases.list.count() == 1
        assert screen.may_leave()


def test_a_folder_without_packages_is_said_beside_the_button(
    qtbot: Any, sample: SampleCentre, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with workplace(sample, "wang.fang") as work:
        screen = opened(qtbot, work)
        screen.take_in(tmp_path / "empty")
        run_batch(qtbot, screen)
        assert screen.refusal.code == "no_packages" and screen.refusal.isVisible()
        assert screen.begin.isEnabled()


def test_demands_are_answered_with_files_and_sent(
    qtbot: Any, sample: SampleCentre, packages: Path, tmp_path: Path
) -> None:
    report = take_in(sample, tmp_path / "in", ("I07",))[0]
    sample.clock.forward(MINUTE)
    with session_of(sample, "chen.jing") as session:
        case = session.case_view(report.case_no).case
        demands = [acceptance.Demand("M04", "a page is missing", "all pages")]
        acceptance.request_correction(session, case, demands)
    with workplace(sample, "wang.fang") as work:
        screen = opened(qtbot, work)
        panel = screen.panel
        assert panel.demands.isVisible() and list(panel.attach_buttons) == [1]
        assert not panel.answer.isEnabled()
        bad = tmp_path / "bad.pdf"
        bad.write_bytes(b"")
        panel.pick_file = lambda: str(bad)
        panel.attach_buttons[1].click()
        settle(qtbot, work)
        assert panel.answer_refusal.code == "file_refused"
        assert "bad.pdf" in panel.answer_refusal.text()
        good = next((tmp_path / "in").glob("*/M04.*"))
        panel.pick_file = lambda: str(good)
        panel.attach_buttons[1].click()
        settle(qtbot, work)
        qtbot.waitUntil(panel.answer.isEnabled, timeout=10_000)
        assert panel.attach_buttons == {} and panel.answer_refusal.isHidden()
        panel.answer.click()
        settle(qtbot, work)
        assert panel.view is not None and panel.view.shown_state is State.PENDING_ACCEPTANCE


def test_a_message_goes_into_the_thread_and_what_is_typed_survives_a_refresh(
    qtbot: Any, sample: SampleCentre, packages: Path, tmp_path: Path
) -> None:
    take_in(sample, tmp_path / "in", ("I07",))
    with workplace(sample, "wang.fang") as work:
        screen = opened(qtbot, work)
        panel = screen.panel
        assert not panel.send.isEnabled()
        qtbot.keyClicks(panel.message, "the original contract is here")
        screen.refresh()
        settle(qtbot, work)
        assert panel.message.toPlainText() == "the original contract is here"
        assert not screen.may_leave()
        panel.send.click()
        settle(qtbot, work)
        assert panel.message.toPlainText() == "" and "original contract" in panel.messages.text()
        assert panel.view is not None
        assert panel.view.last(Part.THREAD, "message") is not None


def test_withdrawing_asks_for_the_written_request(
    qtbot: Any, sample: SampleCentre, packages: Path, tmp_path: Path
) -> None:
    take_in(sample, tmp_path / "in", ("I07",))
    with workplace(sample, "wang.fang") as work:
        screen = opened(qtbot, work)
        panel = screen.panel
        assert not panel.withdraw.isEnabled()
        panel.request.setText("2026-11-23, in the applicant's own hand")
        panel.withdraw.click()
        settle(qtbot, work)
        assert panel.view is not None and panel.view.shown_state is State.WITHDRAWN
        assert panel.ending.isHidden()


def test_every_control_has_a_name_for_screen_readers(qtbot: Any, sample: SampleCentre) -> None:
    from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QListWidget

    with workplace(sample, "wang.fang") as work:
        screen = opened(qtbot, work)
        for kind in (QAbstractButton, QComboBox, QLineEdit, QListWidget):
            for control in screen.findChildren(kind):
                if isinstance(control.parent(), QLineEdit):
                    continue  # Qt's own button that empties a field
                text = control.text() if isinstance(control, QAbstractButton) else ""
                assert control.accessibleName() or text, control
