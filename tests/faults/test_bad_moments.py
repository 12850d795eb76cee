"""Bad moments: races, shift ends, clocks set back, full disks, broken files, missing plugins.

Each gives a plain message, loses nothing, and leaves a centre that is whole.
"""

from __future__ import annotations

import os
import pty
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from tests.journeys.hall import REVIEWER, SUPERVISOR, WINDOW, Hall, Said, run
from tests.journeys.near import one_reader
from workbench.casework.moving import propose
from workbench.hosting.host import open_host
from workbench.rules.case import NewEntry
from workbench.rules.moment import at_local, to_local
from workbench.rules.refusals import Refusal
from workbench.store import open_centre

pytestmark = pytest.mark.long(14)

OFFICER, PARTNER = "zhang.wei", "li.na"
OPINION = {"conclusion": "grant", "reasons": "complete and in legal form", "points": {}}
DECISION = {"result": "granted", "content": "as applied for"}


def pending_decision(hall: Hall) -> str:
    """An I04-like promised case (I12) before its decision, held by nobody."""
    (case_no,) = hall.take_in("I12")
    hall.move("zhao.min", case_no, "accept", acceptance_notice={"item": "I12"},
              promise={"text": "it follows"})  # fmt: skip
    hall.move("zhao.min", case_no, "release")
    hall.move(REVIEWER, case_no, "claim")
    hall.move(REVIEWER, case_no, "submit_opinion", opinion=OPINION)
    hall.move(REVIEWER, case_no, "release")
    return case_no


def test_two_people_decide_at_once_and_one_is_told_who_was_faster(hall: Hall) -> None:
    """E07: both looked at the same version; one decision, nothing of the other's work is lost."""
    case_no = pending_decision(hall)
    hall.forward()
    ready = Barrier(2)

    def decide(step: str) -> Any:
        with hall.session("zhao.min") as room:
            view = room.case_view(case_no)
            assert view is not None
            ready.wait(timeout=30)
            body = DECISION | {"reason": "not fit", "basis": "art. 1", "remedies": "60 days"}
            fields = {"decision_no": f"D-{step}"}
            try:
                return propose(room, view.case, step, fields, [NewEntry("decision", body)])
            except Refusal as refused:
                return refused

    with ThreadPoolExecutor(2) as hands:
        said = list(hands.map(decide, ("grant", "refuse")))
    (refused,) = [one for one in said if isinstance(one, Refusal)]
    (case,) = [one for one in said if not isinstance(one, Refusal)]
    assert refused.code == "changed_meanwhile"
    assert "zhao.min" in refused.message or "Zhao Min" in refused.message
    assert hall.state(case_no) == case.state.value
    assert [step for step, _who, _state in hall.path(case_no)][-1] in ("grant", "refuse")
    hall.check()


def test_two_processes_accept_at_once(hall: Hall) -> None:
    """Two desks, two processes: one accepts, the other is told; the log has it once."""
    (case_no,) = hall.take_in("I01")
    words = [sys.executable, "-m", "workbench", "--language", "en", "move", case_no, "accept"]
    words += ["--as", OFFICER, "--entry", 'acceptance_notice={"n": 1}', "--centre", hall.url]
    both = [
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _desk in range(2)
    ]
    said = [one.communicate(timeout=60) for one in both]
    assert sorted(one.returncode for one in both) == [0, 1], said
    told = next(err for _out, err in said if err)
    assert "Traceback" not in told
    assert [step for step, _who, _state in hall.path(case_no)].count("accept") == 1


def test_the_shift_ends_with_the_case_open(hall: Hall) -> None:
    """E06, V06: for fifteen minutes he may hand it on and see it, not decide; then nothing."""
    (case_no,) = hall.take_in("I01")
    hall.move(OFFICER, case_no, "accept", acceptance_notice={"n": 1})
    hall.move(OFFICER, case_no, "submit_opinion", opinion=OPINION)
    day = to_local(hall.now()).date()
    hall.at(at_local(day, 13, 29, 50))
    grant = {"decision": DECISION, "decision_no": "D-1"}
    hall.at(at_local(day, 13, 35))
    said = hall.move(OFFICER, case_no, "grant", code=1, **grant)
    assert "not on duty" in said.err
    assert "opinions" in hall.case(case_no, OFFICER)["parts"], "he may still see and save"
    assert "V06: shift ended" in hall.run("explain", OFFICER, case_no).out
    held = hall.move(PARTNER, case_no, "grant", code=1, **grant)
    assert "working on this case" in held.err
    hall.move(OFFICER, case_no, "hand_over", to=PARTNER, note={"text": "only to decide"})
    hall.at(at_local(day, 13, 50))
    assert hall.case(case_no, OFFICER)["parts"] == ["meta", "own_task", "thread"]
    hall.move(PARTNER, case_no, "grant", **grant)
    hall.check()


def test_after_the_grace_the_claim_is_nobodys(hall: Hall) -> None:
    (case_no,) = hall.take_in("I01")
    hall.move(OFFICER, case_no, "accept", acceptance_notice={"n": 1})
    hall.at(at_local(to_local(hall.now()).date(), 13, 46))
    hall.move(PARTNER, case_no, "submit_opinion", opinion=OPINION)
    assert hall.state(case_no) == "pending_decision"


def test_a_clock_set_back_stops_the_case_and_nothing_else(hall: Hall) -> None:
    """The log never goes back in time; reading goes on, and the check says what is wrong."""
    (case_no,) = hall.take_in("I01")
    hall.forward(5)
    hall.move(OFFICER, case_no, "accept", acceptance_notice={"n": 1})
    before = hall.events(case_no)
    hall.forward(-4)
    said = hall.run("move", case_no, "release", "--as", OFFICER, code=1)
    assert "clock" in said.err.lower()
    assert hall.events(case_no) == before
    found = run("centre", "check", hall.url)
    assert (found.code, "the last step was recorded" in found.out) == (1, True)
    hall.forward(5)
    hall.run("move", case_no, "release", "--as", OFFICER)
    hall.check()


def test_ctrl_c_during_intake_tells_what_was_taken_in(hall: Hall) -> None:
    """What is taken in is told, the rest is named as not begun and goes in at the next try."""
    folder = hall.folder / "incoming"
    for number in range(6):
        hall.package("I04", folder, f"package-{number:02}")
    words = [sys.executable, "-m", "workbench", "--language", "en", "intake", str(folder)]
    words += ["--as", WINDOW, "--centre", hall.url]
    terminal, slave = pty.openpty()
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=slave, text=True) as running:
        os.close(slave)
        shown = b""
        while b"2/6" not in shown:
            shown += os.read(terminal, 1_000)
        running.send_signal(signal.SIGINT)
        told, _none = running.communicate(timeout=60)
    os.close(terminal)
    assert b"Traceback" not in shown and running.returncode == 1
    outcomes = [line.split()[0] for line in told.splitlines() if not line.startswith(" ")]
    assert len(outcomes) == 6 and set(outcomes) == {"taken_in", "called_off"}, told
    assert hall.sql("SELECT count(*) FROM case_file") == [(outcomes.count("taken_in"),)]
    with one_reader():
        again = hall.run("intake", folder, "--as", WINDOW)
    assert sum(line.startswith(("taken_in", "already")) for line in again.lines) == 6
    hall.check()


# -- the disk --------------------------------------------------------------------------------------


def with_room_for(size: int, hall: Hall, *words: object, pin: str = "") -> Said:
    """The command in a process that can write no file longer than ``size`` bytes: a full disk."""

    def no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [sys.executable, "-m", "workbench", "--language", "en", *map(str, words)]
    done = subprocess.run(
        [*command, "--centre", hall.url], input=f"{pin}\n", capture_output=True, text=True,
        preexec_fn=no_more, check=False, env=None,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


def test_the_disk_is_full_during_intake(hall: Hall) -> None:
    """Nothing of the package is kept; with room again the same folder goes in."""
    folder = hall.folder / "incoming"
    place = hall.package("I04", folder, "thick")
    largest = max(path.stat().st_size for path in place.iterdir())
    assert largest > 20_000
    said = with_room_for(largest - 1_000, hall, "intake", folder, "--as", WINDOW)
    assert said.code == 1
    assert said.out.startswith("refused    thick: ")
    assert "is full" in said.out
    assert hall.sql("SELECT count(*) FROM case_file") == [(0,)]
    assert not list((hall.folder / "content").glob("incoming-*"))
    assert hall.run("intake", folder, "--as", WINDOW).out.startswith("taken_in")
    hall.check()


def test_the_disk_is_full_during_stamping(sealing: Hall) -> None:
    """No half press: whatever could still be written, it is settled and pressed once with room."""
    case_no, _other = sealing.waiting()
    with sealing.session(sealing.keeper()) as room:
        task = next(one for one in room.seal_queue() if one.case.case_no == case_no)
    size = sealing.stored(task.sha256).stat().st_size
    for room_left in (size + 1_000, size // 2):
        sealing.forward(3)
        words = ("press", case_no, "--as", sealing.keeper())
        said = with_room_for(room_left, sealing, *words, pin=sealing.pin)
        assert said.code == 3, said
        assert "disk" in said.err
        assert sealing.state(case_no) == "pending_seal"
        assert "RELEASED" not in {line["state"] for line in sealing.ledger()}
    sealing.forward(3)
    sealing.press(case_no)
    states = [line["state"] for line in sealing.ledger()]
    assert states.count("RELEASED") == 1
    assert set(states) <= {"RELEASED", "VOID"}
    assert list((sealing.folder / "staging").iterdir()) == []
    sealing.check()


def test_the_database_is_damaged(hall: Hall) -> None:
    database = hall.folder / "centre.db"
    data = bytearray(database.read_bytes())
    data[: len(data) // 2] = b"\0" * (len(data) // 2)
    database.write_bytes(data)
    said = hall.run("cases", "--as", WINDOW, code=3)
    assert "damaged" in said.err
    found = run("centre", "check", hall.url)
    assert (found.code, "damaged" in found.out) == (1, True)


def test_a_file_that_is_no_centre(hall: Hall) -> None:
    database = hall.folder / "centre.db"
    database.write_text("a shopping list", encoding="utf-8")
    said = hall.run("cases", "--as", WINDOW, code=3)
    assert "centre.db is damaged" in said.err


def test_a_database_that_cannot_be_written(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read-only: told at once, before anybody has typed anything."""
    database = hall.folder / "centre.db"
    # Mode bits stop no administrator, so the write lock itself is what fails here.
    if _writable_all_the_same(database):
        hall.sql("PRAGMA journal_mode = DELETE")
        monkeypatch.setattr("workbench.store.engine.URL", _ReadOnly)
    said = hall.run("cases", "--as", WINDOW, code=3)
    assert "cannot be written" in said.err


class _ReadOnly:
    """The same file, opened the way a read-only file system gives it."""

    @staticmethod
    def create(kind: str, database: str) -> str:
        return f"{kind}:///file:{database}?mode=ro&uri=true"


def _writable_all_the_same(database: Path) -> bool:
    database.chmod(0o400)
    database.parent.chmod(0o500)
    try:
        with (database.parent / "probe").open("w"):
            pass
    except OSError:
        return False
    finally:
        database.parent.chmod(0o700)
    (database.parent / "probe").unlink()
    return True


# -- a plugin that is not there --------------------------------------------------------------------


def test_cases_of_a_missing_plugin_stay_with_the_standard_pane(hall: Hall) -> None:
    """E30: the item is published, so the case goes on without its department's code."""
    case_no = hall.granted("I01")
    host = open_host(without_plugins=True)
    centre = open_centre(hall.url)
    room = centre.session_as(OFFICER)
    view = room.case_view(case_no)
    room.close()
    centre.close()
    assert view is not None
    assert host.serving(view.item).name == "standard"
    assert host.pane(view.item) is not None
    # The command line asks no plugin at all: the flow, the clocks and the document go on.
    hall.forward()
    hall.run("freeze", case_no, "--as", OFFICER)
    hall.press(case_no)
    assert hall.state(case_no) == "pending_issue"
    assert hall.run("explain", SUPERVISOR, case_no).out.startswith("V18")
