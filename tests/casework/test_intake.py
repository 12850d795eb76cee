"""Folders of packages into a real centre: T01 to T03, what is refused, what a second try does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.near import one_reader
from tests.shell.desk_kit import NINE, SampleCentre, copied, found
from workbench.casework import acceptance
from workbench.casework.intake import Outcome, PackageReport, intake_folder
from workbench.casework.window_desk import answer_demand, look_at, send_answer, withdraw
from workbench.paper import inspection
from workbench.paper.inspection import inspect_file
from workbench.paper.sample_bad import make_bad_packages
from workbench.paper.sample_scans import make_sample_packages
from workbench.rules.case import Part, State
from workbench.rules.case_view import WorklistQuery
from workbench.rules.materials import Inspection
from workbench.rules.moment import MINUTE, at_local
from workbench.rules.refusals import Outage, Refusal

pytestmark = pytest.mark.long(8)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("founded"))


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good packages of two items, at 100 dpi; copied by tests that change them."""
    folder = tmp_path_factory.mktemp("packages")
    made = make_sample_packages(folder, ("I01", "I07"), quick=True)
    for place in made[2:-1]:
        shutil.rmtree(place)
    return folder


@pytest.fixture
def sample(founded: Path, tmp_path: Path) -> SampleCentre:
    return copied(founded, tmp_path)


@pytest.fixture
def window(sample: SampleCentre) -> Iterator[Any]:
    """The window clerk's session."""
    centre = sample.open()
    session = centre.session_as("wang.fang")
    yield session
    session.close()
    centre.close()


@pytest.fixture(scope="module", autouse=True)
def _one_reader(packages: Path) -> Iterator[None]:
    """One child looks at the files of all these tests, but for the bad ones."""
    with one_reader():
        assert look(next(packages.rglob("M01.*"))).accepted
        yield


def look(path: Path) -> Inspection:
    """``inspect_file`` by the child of these tests."""
    return inspection.inspect_file(path)


def one(packages: Path, to: Path, number: int = 0) -> Path:
    """A copy of one good package, in a folder of its own."""
    source = sorted(packages.iterdir())[number]
    shutil.copytree(source, to / source.name)
    return to


def change(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the only package of a folder."""
    manifest = next(folder.glob("*/package.json"))
    table = json.loads(manifest.read_text(encoding="utf-8"))
    edit(table)
    manifest.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")


def only(reports: tuple[PackageReport, ...]) -> PackageReport:
    assert len(reports) == 1
    return reports[0]


def states(session: Any) -> list[State]:
    return [row.shown_state for row in session.worklist(WorklistQuery(limit=500)).rows]


def test_a_folder_is_registered_received_and_pushed(window: Any, packages: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    reports = intake_folder(
        window, packages, look, lambda done, total, name: seen.append((done, total, name))
    )
    count = len(list(packages.iterdir()))
    assert [r.outcome for r in reports] == [Outcome.TAKEN_IN] * count
    assert states(window) == [State.PENDING_ACCEPTANCE] * count
    assert seen[0][:2] == (0, count) and seen[-1] == (count, count, "")
    view = window.case_view(reports[0].case_no)
    assert view.case.received_at == NINE and view.case.pushed_at == NINE
    assert [clock.name for clock in view.clocks if clock.name == "acceptance_response"]
    answers = view.last(Part.FORM, "checklist").body["answers"]
    assert {line["answer"] for line in answers if line["code"] in ("M01", "M02")} == {"handed_in"}
    material = view.of(Part.MATERIALS, "material")[0].body
    assert window.content_path(material["sha256"]).stat().st_size == material["bytes"]


def test_the_registrar_is_the_clerk_whatever_the_package_says(
    window: Any, packages: Path, tmp_path: Path
) -> None:
    folder = one(packages, tmp_path / "in")
    change(folder, lambda table: table.update(registrar="tang.bo"))
    report = only(intake_folder(window, folder, look))
    assert window.case_view(report.case_no).case.registrar == "wang.fang"


def test_lists_show_a_person_masked_and_an_organisation_by_name(
    window: Any, packages: Path
) -> None:
    intake_folder(window, packages, look)
    shown = {row.case.applicant_masked for row in window.worklist(WorklistQuery()).rows}
    assert "林**" in shown and "青云区云溪文具有限公司" in shown
    assert not any("林青川" in one for one in shown)


def test_each_bad_package_is_refused_by_name_and_the_good_ones_go_on(
    window: Any, packages: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    shutil.copytree(packages, folder)
    bad = make_bad_packages(folder)
    reports = {r.folder: r for r in intake_folder(window, folder, inspect_file)}
    good = {path.name for path in packages.iterdir()}
    assert {name for name, r in reports.items() if r.outcome is Outcome.TAKEN_IN} == good
    assert len(states(window)) == len(good)
    codes = {
        "missing_file": "file_missing", "zero_byte": "file_refused", "encrypted": "file_refused",
        "bomb": "file_refused", "wrong_name": "file_refused", "active_content": "file_active",
        "wrong_checksum": "file_differs", "abolished_item": "item_abolished",
        "broken_json": "package_unreadable", "escaping_path": "package_shape",
        "bad_number": "package_shape", "truncated": "file_refused",
    }  # fmt: skip
    assert {name: reports[name].code for name in bad} == codes
    for name in bad:
        assert name in reports[name].text and reports[name].remedy
    for name in ("missing_file", "zero_byte", "encrypted", "bomb", "active_content", "truncated"):
        assert "M02.pdf" in reports[name].text
    assert "breaks off" in reports["truncated"].text
    assert "990101" not in reports["bad_number"].text


def test_the_abolished_item_gets_the_not_required_notice(window: Any, tmp_path: Path) -> None:
    make_bad_packages(tmp_path)
    report = only(intake_folder(window, tmp_path / "abolished_item", look))
    assert report.outcome is Outcome.REFUSED
    assert "no application is required" in report.text and "2018" in report.text
    assert "nothing has to be applied for" in report.remedy
    assert states(window) == []


def test_the_same_package_twice_is_one_case(window: Any, packages: Path, tmp_path: Path) -> None:
    folder = one(packages, tmp_path / "in")
    first = only(intake_folder(window, folder, look))
    again = only(intake_folder(window, folder, look))
    assert again.outcome is Outcome.ALREADY
    assert again.case_no == first.case_no and first.short_no in again.text
    assert len(states(window)) == 1


def test_a_package_id_of_another_application_is_not_taken_for_it(
    window: Any, packages: Path, tmp_path: Path
) -> None:
    first, other = one(packages, tmp_path / "a"), one(packages, tmp_path / "b", 1)
    known = json.loads(next(first.glob("*/package.json")).read_text(encoding="utf-8"))
    change(other, lambda table: table.update(package_id=known["package_id"]))
    intake_folder(window, first, look)
    report = only(intake_folder(window, other, look))
    assert (report.outcome, report.code) == (Outcome.REFUSED, "package_id_used")
    assert len(states(window)) == 1


def test_what_broke_off_after_registering_is_gone_on_with(
    window: Any, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = one(packages, tmp_path / "in")
    whole = window.make_move

    def broken(case_id: int, move: Any) -> Any:
        if move.name == "push":
            raise Outage("disk_full", "The disk is full.", "Make room.")
        return whole(case_id, move)

    monkeypatch.setattr(window, "make_move", broken)
    report = only(intake_folder(window, folder, look))
    assert report.outcome is Outcome.REFUSED and "The disk is full." in report.text
    assert states(window) == [State.RECEIVED]
    monkeypatch.setattr(window, "make_move", whole)
    again = only(intake_folder(window, folder, look))
    assert again.outcome is Outcome.CONTINUED and again.case_no == report.case_no
    assert states(window) == [State.PENDING_ACCEPTANCE]


def test_a_full_disk_leaves_nothing_of_the_package(
    window: Any, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path | bytes) -> str:
        raise Outage("disk_full", "The disk is full.", "Make room, then try again.")

    whole = window.put_content
    monkeypatch.setattr(window, "put_content", full)
    folder = one(packages, tmp_path / "in")
    report = only(intake_folder(window, folder, look))
    assert (report.outcome, report.code) == (Outcome.REFUSED, "disk_full")
    assert states(window) == []
    monkeypatch.setattr(window, "put_content", whole)
    assert only(intake_folder(window, folder, look)).outcome is Outcome.TAKEN_IN


def test_nothing_is_written_before_every_file_was_looked_at(
    window: Any, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = one(packages, tmp_path / "in")
    looked: list[str] = []
    written: list[int] = []
    whole = window.put_content

    def inspect(path: Path) -> Inspection:
        looked.append(path.name)
        return look(path)

    def put(source: Path | bytes) -> str:
        written.append(len(looked))
        return whole(source)

    monkeypatch.setattr(window, "put_content", put)
    report = only(intake_folder(window, folder, inspect))
    files = len(window.case_view(report.case_no).of(Part.MATERIALS, "material"))
    assert written == [files] * files


def test_a_file_changed_between_looking_and_taking_is_refused(
    window: Any, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = one(packages, tmp_path / "in")
    whole = window.put_content

    def put(source: Path) -> str:
        source.write_bytes(b"something else")
        return whole(source)

    monkeypatch.setattr(window, "put_content", put)
    assert only(intake_folder(window, folder, look)).code == "file_changed"
    assert states(window) == []


def test_a_wrong_ending_and_a_link_are_refused(window: Any, packages: Path, tmp_path: Path) -> None:
    named, linked = one(packages, tmp_path / "a", 1), one(packages, tmp_path / "b", 1)
    material = json.loads(next(named.glob("*/package.json")).read_text())["materials"][0]["file"]
    place = next(named.glob("*/package.json")).parent
    (place / material).rename(place / f"{material}.png")
    change(named, lambda table: table["materials"][0].update(file=f"{material}.png"))
    assert only(intake_folder(window, named, look)).code == "file_misnamed"
    place = next(linked.glob("*/package.json")).parent
    (place / material).rename(tmp_path / "elsewhere.pdf")
    (place / material).symlink_to(tmp_path / "elsewhere.pdf")
    assert only(intake_folder(window, linked, look)).code == "file_foreign"


@pytest.mark.parametrize(
    ("active", "taken"),
    [(("form", "external-link"), True), (("javascript",), False), (("embedded-files",), False)],
)
def test_only_active_content_that_does_nothing_is_let_in_with_a_warning(
    window: Any, packages: Path, tmp_path: Path, active: tuple[str, ...], taken: bool
) -> None:
    folder = one(packages, tmp_path / "in")

    def inspect(path: Path) -> Inspection:
        return replace(look(path), active_content=active)

    report = only(intake_folder(window, folder, inspect))
    assert (report.outcome is Outcome.TAKEN_IN) is taken
    said = report.text + " ".join(report.warnings)
    assert ("form fields" in said) is taken


def test_foreign_materials_and_wrong_form_values_are_told_together(
    window: Any, packages: Path, tmp_path: Path
) -> None:
    folder = one(packages, tmp_path / "in")

    def spoil(table: dict[str, Any]) -> None:
        table["materials"][0]["code"] = "M99"
        table["form"]["nonsense"] = "1"
        table["situation"] = "unheard_of"

    change(folder, spoil)
    report = only(intake_folder(window, folder, look))
    assert report.code == "package_content"
    for word in ("M99", "nonsense", "situation"):
        assert word in report.text


def test_a_missing_required_material_is_taken_in_and_said(
    window: Any, packages: Path, tmp_path: Path
) -> None:
    """R10: telling what is missing, once, is the department's; the window only notes it."""
    folder = one(packages, tmp_path / "in")
    change(folder, lambda table: table["materials"].pop(2))
    report = only(intake_folder(window, folder, look))
    assert report.outcome is Outcome.TAKEN_IN
    assert any("Not handed in" in warning for warning in report.warnings)
    checklist = window.case_view(report.case_no).last(Part.FORM, "checklist").body
    assert {"M03"} == {a["code"] for a in checklist["answers"] if a["answer"] == "missing"}


def test_a_second_application_for_the_same_item_warns(
    window: Any, packages: Path, tmp_path: Path
) -> None:
    folder = one(packages, tmp_path / "in")
    first = only(intake_folder(window, folder, look))
    change(folder, lambda table: table.update(package_id="another-package"))
    second = only(intake_folder(window, folder, look))
    assert second.outcome is Outcome.TAKEN_IN and second.case_no != first.case_no
    assert any(first.short_no in warning for warning in second.warnings)
    assert not any("already has" in warning for warning in first.warnings)


def test_cancel_begins_no_further_package(window: Any, packages: Path) -> None:
    asked = 0

    def off() -> bool:
        nonlocal asked
        asked += 1
        return len(states(window)) > 0

    reports = intake_folder(window, packages, look, cancelled=off)
    assert [r.outcome for r in reports][:2] == [Outcome.TAKEN_IN, Outcome.CALLED_OFF]
    assert len(states(window)) == 1


def test_the_clerk_is_told_that_nobody_is_on_duty_or_the_office_is_shut(
    sample: SampleCentre, window: Any, packages: Path, tmp_path: Path
) -> None:
    sample.clock.set(at_local(date(2026, 11, 23), 18))
    shut = only(intake_folder(window, one(packages, tmp_path / "a"), look))
    assert any("office is closed" in warning for warning in shut.warnings)
    # The sample roster has shifts for eight weeks only: later nobody is on duty at ten.
    sample.clock.set(at_local(date(2027, 3, 1), 10))
    alone = only(intake_folder(window, one(packages, tmp_path / "b", 1), look))
    assert alone.outcome is Outcome.TAKEN_IN
    assert any("No representative is on duty" in warning for warning in alone.warnings)


def test_an_empty_folder_says_so(window: Any, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        intake_folder(window, tmp_path / "nowhere", look)
    assert caught.value.code == "folder_unreadable"
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refusal) as caught:
        intake_folder(window, tmp_path / "empty", look)
    assert caught.value.code == "no_packages"


def test_demands_are_answered_one_by_one_and_then_sent(
    sample: SampleCentre, window: Any, packages: Path, tmp_path: Path
) -> None:
    folder = one(packages, tmp_path / "in")
    report = only(intake_folder(window, folder, look))
    centre = sample.open()
    representative = centre.session_as("zhang.wei")
    sample.clock.forward(MINUTE)
    case = representative.case_view(report.case_no).case
    acceptance.request_correction(
        representative, case, [acceptance.Demand("M03", "unreadable", "a readable copy")]
    )
    representative.close()
    centre.close()
    view = window.case_view(report.case_no)
    assert acceptance.open_demands(view) == (1,)
    with pytest.raises(Refusal) as caught:
        send_answer(window, view.case)
    assert caught.value.code == "demands_open"
    scan = next(folder.glob("*/M03.*"))
    case = answer_demand(window, view.case, 1, look_at(scan, "M03", look))
    assert acceptance.open_demands(window.case_view(report.case_no)) == ()
    assert send_answer(window, case).state is State.PENDING_ACCEPTANCE


def test_a_bad_answer_is_refused_with_the_name_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"")
    with pytest.raises(Refusal) as caught:
        look_at(tmp_path / "scan.pdf", "M02", look)
    assert "scan.pdf" in caught.value.message and caught.value.remedy


def test_withdrawing_needs_the_applicants_request(
    window: Any, packages: Path, tmp_path: Path
) -> None:
    report = only(intake_folder(window, one(packages, tmp_path / "in"), look))
    case = window.case_view(report.case_no).case
    with pytest.raises(Refusal) as caught:
        withdraw(window, case, "  ")
    assert caught.value.code == "request_missing"
    assert withdraw(window, case, "2026-11-23 written request").state is State.WITHDRAWN
