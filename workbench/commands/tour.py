"""``demo --tour``: a fresh sample centre, one case through every window, pictures and a report.

Called by ``commands.desk``. The windows are driven by :mod:`workbench.shell.tour`; what the desk
cannot do for itself (founding, moving the exercise clock, answering for the supervising department)
is done here. ``report.json`` is written at the end whether or not everything went well.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from workbench import settings
from workbench.commands.founding import found_sample
from workbench.commands.surroundings import complain, demo_url
from workbench.commands.tour_act import AFTERNOON, MORNING, play, play_apart
from workbench.exchange.result_push import write_whole
from workbench.rules.case_flow import row_for
from workbench.rules.disk_words import cause
from workbench.rules.events import Event
from workbench.rules.moment import stamp
from workbench.rules.refusals import Outage, Refusal, Trouble
from workbench.rules.seal_custody import SealVerdict
from workbench.rules.words import _
from workbench.shell.tour.backstage import LATE, MAIN, Seen

MARK: Final = ".oneseal-tour"
REPORT: Final = "report.json"
MADE: Final = ("demo", "packages", "screenshots", REPORT, MARK)
"""What a tour leaves in its folder, beside the sealed file; only these are ever removed."""
SUPERVISOR, ARCHIVIST = "tang.bo", "deng.hua"
"""Who reads the log of the closed case (V18), and who its document (V25)."""
SPOILT: Final = ("truncated", "abolished_item")
"""Two packages that are refused, so that one sees what is said."""


def run_tour(out: Path) -> int:
    """Drive the tour into the folder ``out``; 0 only if all of it succeeded and the seal verifies.

    Refusal ``folder_in_use`` where the folder holds anything but an earlier tour.
    """
    began = time.monotonic()
    out = out.absolute()
    _make_room(out)
    report: dict[str, Any] = {"centre": demo_url(out)}
    seen = Seen()
    try:
        _drive(out, report, seen)
        _look_at_result(out, report, seen)
    except (Trouble, KeyboardInterrupt) as trouble:
        report["failed"] = str(trouble) or type(trouble).__name__
        raise
    finally:
        report["seconds"] = round(time.monotonic() - began, 1)
        _keep(out, report, seen)
    _say(out, report)
    return 0 if report["verify"]["verdict"] == SealVerdict.SEALED_INTACT.value else 1


def _make_room(out: Path) -> None:
    """An empty folder with our mark; an earlier tour is replaced, anything else is refused."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()) and not (out / MARK).is_file():
            raise Refusal(
                "folder_in_use",
                _("The folder {name} holds other things than an earlier tour.").format(name=out),
                _("Name an empty folder: workbench demo --tour --out FOLDER."),
            )
        for name in (*MADE, *(path.name for path in out.glob("sealed-*.pdf"))):
            place = out / name
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
        (out / MARK).write_text(_("Made by workbench demo --tour.") + "\n", encoding="utf-8")
        (out / "screenshots").mkdir()
    except OSError as error:
        raise Outage(
            "folder_not_writable",
            _("The folder {name} cannot be used: {why}.").format(name=out, why=cause(error)),
            _("Name another folder: workbench demo --tour --out FOLDER."),
        ) from error


def _drive(out: Path, report: Mapping[str, Any], seen: Seen) -> None:
    from workbench.shell.tour.tour import ACTS, APART

    url = str(report["centre"])
    complain(_("Making the sample centre and its scans."))
    found_sample(url)
    _make_packages(out / "packages")
    complain(_("Driving the windows."))
    for act in ACTS:
        if act in APART:
            play_apart(out, url, act, seen)
        else:
            play(out, url, act, seen)


def _make_packages(folder: Path) -> None:
    """The morning's packages, two of them spoilt, and the one that comes late."""
    from workbench.paper.sample_bad import make_bad_packages
    from workbench.paper.sample_scans import make_sample_packages

    morning, late = folder / MORNING, folder / AFTERNOON
    make_sample_packages(morning)
    late.mkdir(parents=True)
    (morning / LATE).rename(late / LATE)
    with tempfile.TemporaryDirectory(prefix="oneseal-") as place:
        for number, (name, made) in enumerate(make_bad_packages(Path(place)).items(), start=11):
            if name in SPOILT:
                shutil.copytree(made, morning / f"QY-2026-00{number}")


# -- what came of it -------------------------------------------------------------------------------


def _look_at_result(out: Path, report: dict[str, Any], seen: Seen) -> None:
    """The log of the case, the sealed file out of the content store, and our verdict on it."""
    from workbench.paper.verify import verification_json, verify_file
    from workbench.store import open_centre

    url = str(report["centre"])
    folder = Path(url.removeprefix("sqlite:///")).parent
    centre = open_centre(url)
    try:
        room, shelf = centre.session_as(SUPERVISOR), centre.session_as(ARCHIVIST)
        report["events"] = list(_told(room.events_of(seen.cases[MAIN])))
        lines = {line.sha256_after: line for line in centre.sealed_files()}
        line = next(one for one in lines.values() if one.document_id.startswith(seen.cases[MAIN]))
        sealed = out / f"sealed-{line.document_id.rpartition('/')[2]}.pdf"
        shutil.copyfile(shelf.content_path(line.sha256_after), sealed)
        room.close()
        shelf.close()
    finally:
        centre.close()
    found = verify_file(
        sealed, settings.seal_authorities(folder), lines.get,
        timestamp_pems=settings.timestamp_authorities(folder),
        revocation_lists=settings.revocation_lists(folder),
    )  # fmt: skip
    report["sealed_pdf"] = str(sealed)
    report["verify"] = verification_json(found)


def _told(events: tuple[Event, ...]) -> Iterator[dict[str, Any]]:
    """State after the event, who, when."""
    state = None
    for one in events:
        row = row_for(one.kind, state)
        state = (row.to if row is not None else None) or state
        yield {
            "event": one.kind,
            "state": state.value if state is not None else "",
            "actor": one.actor,
            "time": stamp(one.effective_at),
        }


def _keep(out: Path, report: dict[str, Any], seen: Seen) -> None:
    report["case_no"] = seen.cases.get(MAIN, "")
    report["screenshots"] = [f"screenshots/{name}" for name in seen.screenshots]
    report["longest_ui_stall_ms"] = round(seen.longest_ui_stall_ms, 1)
    report["longest_ui_work_ms"] = round(seen.longest_ui_work_ms, 1)
    report["shift_change_seconds"] = round(seen.shift_seconds, 2)
    report["median_gap_ms"] = round(seen.median_gap_ms, 2)
    report["long_gap_share"] = round(seen.long_gap_share, 5)
    report["stalls"] = seen.stalls
    text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    write_whole(out / REPORT, text.encode())


def _say(out: Path, report: Mapping[str, Any]) -> None:
    print(_("Case {case_no}: {verdict}.").format(
        case_no=report["case_no"], verdict=report["verify"]["verdict"]))  # fmt: skip
    print(_("{count} screenshots, sealed file and report in {folder}.").format(
        count=len(report["screenshots"]), folder=out))  # fmt: skip
    text = _(
        "Longest stall of the windows: {ms} ms by the clock; the longest computing of their "
        "thread without a pause: {work} ms; {seconds} s."
    )
    print(text.format(
        ms=report["longest_ui_stall_ms"], work=report["longest_ui_work_ms"],
        seconds=report["seconds"]))  # fmt: skip
