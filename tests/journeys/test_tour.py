"""``workbench demo --tour``: one case through every window, as a user of the command meets it.

The tour is run once, as a command in a process of its own. The screen check then walks the windows
of the centre that it leaves, in both languages, light and dark, at 100 and 200 %.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtGui import QImage

from tests.journeys.tour_kit import command, surroundings
from workbench.commands.tour import MARK, MORNING, run_tour
from workbench.rules.case_view import WorklistQuery
from workbench.rules.refusals import Refusal
from workbench.store import open_centre

pytestmark = [pytest.mark.timeout(900), pytest.mark.long(70)]

BUSY = 2
"""How much longer the same computing may take on a machine that others use."""

PICTURES = (
    "sign-in", "intake-report", "inbox-of-post-A", "scans-beside-the-pane", "accepted",
    "opinion-to-confirm", "decision-to-confirm", "proof-page", "seal-requested",
    "correction-notice", "message-thread", "refused-beside-the-control", "post-B-sees-nothing",
    "demands-at-the-window", "answered-at-the-window", "where-the-seal-will-land",
    "compared-and-PIN", "pressed", "sealed-file", "register-of-seal-use", "count-of-the-day",
    "register-of-seals", "deputy-sees-nothing",
    "verified-at-the-issuing-window", "delivery-receipt", "acknowledged", "closed",
    "found-by-its-number", "timeline", "duty-roster", "title-plan-beside-register-data",
    "tolerant-acceptance", "opinion-of-the-reviewer", "title-to-be-pressed-by-hand",
    "inbox-in-the-dark", "case-in-the-dark", "case-in-English-in-the-dark", "case-in-English",
    "inbox-in-English", "change-of-shift", "copies-to-press-by-hand",
)  # fmt: skip
MAIN_LINE = (
    ("register", "draft", "wang.fang"), ("receive", "received", "wang.fang"),
    ("push", "pending_acceptance", "wang.fang"), ("accept", "under_review", "zhang.wei"),
    ("submit_opinion", "pending_decision", "zhang.wei"), ("grant", "granted", "zhang.wei"),
    ("prepare_result", "preparing_result", "zhang.wei"),
    ("request_seal", "pending_seal", "zhang.wei"), ("stamp", "pending_issue", "lin.shu"),
    ("issue", "issued", "xu.jie"), ("record_acknowledgement", "issued", "xu.jie"),
    ("close", "closed", "xu.jie"),
)  # fmt: skip


@pytest.fixture
def report(tour: Path) -> dict[str, Any]:
    """What the tour says of itself."""
    found = json.loads((tour / "report.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_report_names_centre_case_file_and_verdict(tour: Path, report: dict[str, Any]) -> None:
    assert report["centre"].startswith("sqlite:///") and str(tour) in report["centre"]
    assert Path(report["sealed_pdf"]).parent == tour and Path(report["sealed_pdf"]).is_file()
    assert report["verify"]["verdict"] == "sealed-intact"
    assert report["verify"]["compared_with_register"] is True
    assert report["seconds"] > 0 and len(report["case_no"]) == 43


def test_another_program_finds_the_signature_valid_and_total(report: dict[str, Any]) -> None:
    said = subprocess.run(
        ["pdfsig", "-nocert", report["sealed_pdf"]], capture_output=True, text=True, check=True
    ).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert said.count("Signature #") == 1


def test_every_step_left_its_picture(tour: Path, report: dict[str, Any]) -> None:
    wanted = [f"screenshots/{n:02d}-{name}.png" for n, name in enumerate(PICTURES, start=1)]
    assert report["screenshots"] == wanted
    for name in wanted:
        image = QImage(str(tour / name))
        assert image.width() >= 1_000 and image.height() >= 800, name
        if not re.search("proof-page|by-hand|change-of-shift", name):
            assert (image.width(), image.height()) == (1440, 900), name
        colours = {image.pixel(x, y) for x in range(0, image.width(), 7)
                   for y in range(0, image.height(), 7)}  # fmt: skip
        assert len(colours) > 10, f"{name} shows nothing"


def test_the_case_went_straight_through_and_every_hand_is_named(report: dict[str, Any]) -> None:
    told = [(one["event"], one["state"], one["actor"]) for one in report["events"]]
    assert tuple(told) == MAIN_LINE


def test_from_receipt_to_hand_over_in_thirty_minutes(report: dict[str, Any]) -> None:
    at = {one["event"]: datetime.fromisoformat(one["time"]) for one in report["events"]}
    minutes = (at["issue"] - at["receive"]).total_seconds() / 60
    assert 0 <= minutes <= 30


def test_the_pool_changes_hands_within_ten_seconds(report: dict[str, Any]) -> None:
    assert 0 < report["shift_change_seconds"] <= 10


def test_the_seal_was_pressed_once(report: dict[str, Any]) -> None:
    centre = open_centre(report["centre"])
    try:
        lines = centre.sealed_files()
    finally:
        centre.close()
    assert [line.document_id.partition("/")[0] for line in lines] == [report["case_no"]]


def test_the_windows_kept_answering(report: dict[str, Any], record_property: Any) -> None:
    """Gaps between two beats of a 5 ms timer, all steps of the tour.

    Others use this machine too, so the wall clock alone proves nothing: a gap counts by the
    processor time of the UI thread in it, and the median of the gaps says whether the loop ran at
    all. None passes 50 ms on a quiet machine (issue 2): on two cores the longest are 32 to 36 ms of
    processor time and 35 to 38 ms by the clock. This guards against falling back on a busy one, at
    twice the aim.
    """
    names = ("longest_ui_stall_ms", "longest_ui_work_ms", "median_gap_ms", "long_gap_share")
    figures = {name: report[name] for name in names}
    print(figures)
    for one in sorted(report["stalls"], key=lambda one: -one["of_our_work_ms"])[:5]:
        print(f"{one['of_our_work_ms']} of {one['ms']} ms: {one['step']}")
    for name, value in figures.items():
        record_property(name, value)
    assert report["median_gap_ms"] < 50
    assert report["long_gap_share"] < 0.001
    assert report["longest_ui_work_ms"] < 50 * BUSY


def test_spoilt_packages_are_refused_and_the_others_taken(report: dict[str, Any]) -> None:
    centre = open_centre(report["centre"])
    try:
        room = centre.session_as("wang.fang")
        packages = {one.name for one in (Path(report["sealed_pdf"]).parent / "packages").rglob("*")
                    if (one / "package.json").is_file()}  # fmt: skip
        taken = room.worklist(WorklistQuery()).total
        room.close()
    finally:
        centre.close()
    assert len(packages) == 11
    # Two are spoilt, and the window no longer sees the case that is closed (V14).
    assert taken == len(packages) - 3


# -- bad moments -----------------------------------------------------------------------------------


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "letter.txt"
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        run_tour(tmp_path)
    assert refused.value.code == "folder_in_use" and str(tmp_path) in str(refused.value)
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_an_interrupt_ends_the_tour_and_leaves_nobody_behind(tmp_path: Path) -> None:
    running = subprocess.Popen(
        command(tmp_path), env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        first = tmp_path / "screenshots"
        end = time.monotonic() + 300
        while not list(first.glob("*.png")) and time.monotonic() < end:
            assert running.poll() is None, running.communicate()
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _out, said = running.communicate(timeout=120)
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()
    assert running.returncode == 130, said
    assert "Traceback" not in said
    assert (tmp_path / "report.json").is_file() and (tmp_path / MARK).is_file()
    assert (tmp_path / "packages" / MORNING).is_dir()
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)
