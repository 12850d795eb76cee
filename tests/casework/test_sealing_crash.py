"""The seal worker killed at every step it reports, and at random: stamped once or not at all.

The real worker as a child process on a real centre with a real key. A full pipe holds the worker
where it wants to tell of a step, so the place is exact; afterwards the ledger, the content store,
the staging folder and the case must agree, whatever the moment was (seal design section 7).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.hall import CUSTODIAN, DEPUTY, SUPERVISOR, Hall, Template, run
from tests.journeys.near import NearSealWorker, near_verifier
from workbench.casework.sealing import STEPS
from workbench.rules.refusals import Outage, Refusal
from workbench.seal_pipe import SealWorker, write_line

pytestmark = pytest.mark.long(32)

LEASE_OVER = 2.5
"""Minutes: longer than a worker may be silent."""


PIPE = 4096
"""The smallest pipe: one page. What does not fit any more blocks whoever writes it."""


class Child:
    """A worker of the test's own, spoken to line by line."""

    def __init__(self, hall: Hall, greeting: dict[str, Any] | None = None) -> None:
        self.hall = hall
        reading, self.writing = os.pipe()
        fcntl.fcntl(self.writing, fcntl.F_SETPIPE_SZ, PIPE)
        self.heard = os.fdopen(reading, encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workbench.seal_worker"],
            stdin=subprocess.PIPE, stdout=self.writing, text=True, encoding="utf-8",
        )  # fmt: skip
        self.tell(greeting or hello(hall))
        self.first = self.hear()

    def tell(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        write_line(self.process.stdin, message)

    def hear(self) -> dict[str, Any]:
        return dict(json.loads(self.heard.readline()))

    def press_until(self, step: str, document: str) -> None:
        """Press, and hold the worker exactly where it wants to tell of this step; then kill it.

        The pipe is filled so far that the lines before that step still fit and its own does not.
        """
        before = STEPS[: STEPS.index(step)]
        free = sum(len(json.dumps({"step": one})) + 1 for one in before)
        os.write(self.writing, b" " * (PIPE - free))
        self.tell({"press": document, "pin": self.hall.pin})
        while not self.arrived(document, step):
            assert self.process.poll() is None, "the worker went away by itself"
            time.sleep(0.01)
        self.kill()

    def arrived(self, document: str, step: str) -> bool:
        """Whether everything that belongs to this step has been done."""
        return arrived(self.hall, document, step)

    def kill(self) -> None:
        self.process.kill()
        self.end()

    def end(self) -> None:
        """Close the pipe and wait; the worker may still finish the press in hand."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(timeout=60)
        os.close(self.writing)
        self.heard.close()


def hello(hall: Hall) -> dict[str, Any]:
    """What a desk tells its worker first."""
    return {"folder": str(hall.folder), "centre": hall.url, "language": "en",
            "login": hall.keeper()}  # fmt: skip


def arrived(hall: Hall, document: str, step: str) -> bool:
    """Whether everything that belongs to this step has been done."""
    wanted = {"verified": "SIGNED"}.get(step, step.upper())
    query = "SELECT state, sha256_after FROM ledger_line WHERE document_id = ? AND state <> 'VOID'"
    found = hall.sql(query, document)
    if not found or found[-1][0] != wanted:
        return False
    return step != "verified" or hall.stored(found[-1][1]).is_file()


def recovered(hall: Hall) -> list[str]:
    """What the next worker says it settled, once the lease of the dead one is over."""
    hall.forward(LEASE_OVER)
    child = Child(hall)
    child.end()
    assert "recovered" in child.first, child.first
    return list(child.first["recovered"])


def settled(hall: Hall) -> list[str]:
    """The same by a worker on a thread of this process, where the dead one is the point."""
    hall.forward(LEASE_OVER)
    with near_verifier():
        worker = NearSealWorker(hall.folder, hall.url, hall.keeper())
        done = worker.start()
        worker.close()
    return list(done)


def document_of(hall: Hall, case_no: str) -> str:
    with hall.session(hall.keeper()) as room:
        return next(x.document_id for x in room.seal_queue() if x.case.case_no == case_no)


def lines(hall: Hall, document: str) -> list[dict[str, Any]]:
    return [x for x in hall.ledger() if x["document_id"] == document]


def assert_settled(hall: Hall, case_no: str, document: str) -> str:
    """Once or not at all, and everything says the same; the state of the newest line."""
    found = lines(hall, document)
    states = [line["state"] for line in found]
    assert set(states) <= {"RELEASED", "VOID"}, states
    assert states.count("RELEASED") <= 1
    assert all(line["void_reason"] for line in found if line["state"] == "VOID")
    stamped = [step for step, _actor, _state in hall.path(case_no) if step == "stamp"]
    assert len(stamped) == states.count("RELEASED")
    assert list((hall.folder / "staging").iterdir()) == []
    for line in found:
        if line["state"] == "RELEASED":
            with near_verifier():
                said = run("verify", hall.stored(line["sha256_after"]), "--centre", hall.url)
            assert said.code == 0, said
    assert hall.state(case_no) == ("pending_issue" if stamped else "pending_seal")
    return states[-1] if states else ""


# -- killed at each step --------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_it_is_sealed_once_or_not_at_all(
    sealing: Hall, step: str, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Up to PREPARED the press is void; from SIGNED on the next worker finishes it.

    Without ``--deep`` the next one is a process of its own where the signature is to be finished.
    """
    case_no = sealing.waiting()[0]
    document = document_of(sealing, case_no)
    Child(sealing).press_until(step, document)
    if step in ("reserved", "prepared"):
        # Nobody may take it over yet, and the custodian is told who holds it since when.
        said = sealing.press(case_no, code=1)
        assert "is sealing this document since" in said.err
    before = lines(sealing, document)[-1]
    done = recovered(sealing) if step == "signed" or depth > 1 else settled(sealing)
    after = assert_settled(sealing, case_no, document)
    if step in ("reserved", "prepared"):
        assert (done, after) == ([f"{before['serial']}:void"], "VOID")
        assert lines(sealing, document)[-1]["void_reason"] == "worker_gone"
        # The document can be pressed again, under a serial of its own.
        pressed = sealing.press(case_no)
        assert f"No. {before['serial'] + 1}" in pressed.out
        assert assert_settled(sealing, case_no, document) == "RELEASED"
    elif step == "released":
        assert (done, after) == ([], "RELEASED")
    else:
        assert (done, after) == ([f"{before['serial']}:released"], "RELEASED")
        assert lines(sealing, document)[-1]["sha256_after"] == before["sha256_after"]
    sealing.check()
    counted("kill -9 of the seal worker, at each step of a press", 1)


def test_a_press_settles_what_broke_off_before_it(sealing: Hall) -> None:
    """The same desk goes on after its worker died: no restart, no waiting for anybody."""
    case_no = sealing.waiting()[0]
    document = document_of(sealing, case_no)
    worker = SealWorker(sealing.folder, sealing.url, sealing.keeper())
    worker.start()
    try:

        def on_step(step: str) -> None:
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)

        with pytest.raises(Outage) as gone:
            worker.press(document, sealing.pin, on_step)
        assert gone.value.code == "seal_worker_gone"
        with pytest.raises(Refusal) as held:
            worker.press(document, sealing.pin, lambda step: None)
        assert held.value.code == "being_stamped"
        sealing.sql("UPDATE ledger_line SET lease_until = 0")
        # The same running worker, whose own start was too early to recover anything.
        done = worker.press(document, sealing.pin, lambda step: None)
    finally:
        worker.close()
    first, second = lines(sealing, document)
    assert (first["state"], second["state"]) == ("VOID", "RELEASED")
    assert done.serial == second["serial"]
    assert_settled(sealing, case_no, document)


@pytest.mark.timeout(1200)
def test_killed_at_random_moments_never_two_releases(
    sealing_template: Template, tmp_path: Path, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Seeded rounds: some kills within the time of a press, then everything must agree."""
    chance = random.Random(20261123)
    for turn in range(depth):
        hall = Hall(sealing_template, tmp_path / f"round-{turn}")
        measured, case_no = hall.waiting()
        worker = SealWorker(hall.folder, hall.url, hall.keeper())
        worker.start()
        begin = time.monotonic()
        worker.press(document_of(hall, measured), hall.pin, lambda step: None)
        span = time.monotonic() - begin
        worker.close()
        document = document_of(hall, case_no)
        for _kill in range(2):
            if hall.state(case_no) != "pending_seal":
                break
            child = Child(hall)
            child.tell({"press": document, "pin": hall.pin})
            time.sleep(chance.random() * span)
            child.kill()
            settled(hall)
            assert_settled(hall, case_no, document)
            counted("kill -9 of the seal worker, at random moments", 1)
        if hall.state(case_no) == "pending_seal":
            hall.press(case_no)
        assert assert_settled(hall, case_no, document) == "RELEASED"
        serials = [line["serial"] for line in hall.ledger()]
        assert serials == sorted(set(serials)), "a burned serial is never given again"
        hall.check()


def test_recovery_itself_may_be_killed(sealing: Hall) -> None:
    """A second recovery finishes what the first could not: the same file, released once."""
    case_no = sealing.waiting()[0]
    document = document_of(sealing, case_no)
    Child(sealing).press_until("signed", document)
    sealing.forward(LEASE_OVER)
    again = subprocess.Popen(
        [sys.executable, "-m", "workbench.seal_worker"], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, text=True, encoding="utf-8",
    )  # fmt: skip
    with again:
        assert again.stdin is not None
        write_line(again.stdin, hello(sealing))
        while not sealing.sql("SELECT 1 FROM ledger_step WHERE payload LIKE '%owner%' AND seq > 3"):
            assert again.poll() is None
            time.sleep(0.005)
        again.kill()
    settled(sealing)
    assert assert_settled(sealing, case_no, document) == "RELEASED"
    sealing.check()


def test_a_line_that_cannot_be_finished_keeps_nobody_from_sealing(sealing: Hall) -> None:
    """Signed, then the case was frozen, out of the custodian's sight too (T31): the line stays, is
    named, and others can be pressed."""
    stuck, other = sealing.waiting()
    document = document_of(sealing, stuck)
    Child(sealing).press_until("signed", document)
    sealing.move(SUPERVISOR, stuck, "quarantine", finding="looked at by hand")
    (said,) = settled(sealing)
    assert said.endswith(":not_visible")
    assert lines(sealing, document)[-1]["state"] == "SIGNED"
    assert list((sealing.folder / "staging").iterdir()) == []
    sealing.press(other)
    assert sealing.state(other) == "pending_issue"
    # Once two persons have let the case go, the very same signature is released.
    sealing.move(SUPERVISOR, stuck, "propose_release", reason_code="restored")
    sealing.move("aud.admin", stuck, "release_quarantine")
    assert settled(sealing) == [f"{lines(sealing, document)[-1]['serial']}:released"]
    assert_settled(sealing, stuck, document)


# -- the desk gone, two desks ---------------------------------------------------------------------


def test_the_pipe_closes_and_the_press_in_hand_is_finished(sealing: Hall) -> None:
    """The desk is killed in the middle: the worker finishes, then exits by itself."""
    case_no = sealing.waiting()[0]
    document = document_of(sealing, case_no)
    child = Child(sealing)
    child.tell({"press": document, "pin": sealing.pin})
    assert child.hear() == {"step": "reserved"}
    child.end()
    assert child.process.returncode is not None
    assert assert_settled(sealing, case_no, document) == "RELEASED"


def test_pressing_twice_is_refused_with_name_and_serial(sealing: Hall) -> None:
    case_no = sealing.waiting()[0]
    sealing.press(case_no)
    said = sealing.press(case_no, code=1)
    serial = sealing.ledger()[-1]["serial"]
    name = {"lin.shu": "Lin Shu", "gao.yun": "Gao Yun"}[sealing.keeper()]
    assert said.err.startswith(f"{name} has sealed this document: serial {serial},")
    assert len(sealing.ledger()) == 1


def test_two_custodians_at_once_and_one_seal(sealing: Hall, depth: int) -> None:
    """Two workers press the same document in the same moment: one wins, the other is told."""
    now = sealing.now()
    for login in (CUSTODIAN, DEPUTY):
        sealing.sql(
            "INSERT INTO custody_shift (login, start, end, taken_over_at) VALUES (?, ?, ?, ?)",
            login, now - 1, now + 10**12, now - 1,
        )  # fmt: skip
    desks = [SealWorker(sealing.folder, sealing.url, who) for who in (CUSTODIAN, DEPUTY)]
    try:
        for desk in desks:
            desk.start()
        for case_no in sealing.waiting()[: None if depth > 1 else 1]:
            document = document_of(sealing, case_no)
            said = pressed_by_both(desks, document, sealing.pin)
            (refused,) = [one for one in said if isinstance(one, Refusal)]
            assert refused.code in ("being_stamped", "already_stamped")
            assert "serial" in str(refused)
            assert [line["state"] for line in lines(sealing, document)] == ["RELEASED"]
            assert_settled(sealing, case_no, document)
    finally:
        for desk in desks:
            desk.close()


def pressed_by_both(desks: list[SealWorker], document: str, pin: str) -> list[Any]:
    """What each of the two was told: a press, or a refusal."""
    start = threading.Barrier(2)

    def press(desk: SealWorker) -> Any:
        start.wait(timeout=60)
        try:
            return desk.press(document, pin, lambda step: None)
        except Refusal as refused:
            return refused

    with ThreadPoolExecutor(2) as hands:
        return list(hands.map(press, desks))


def test_nothing_of_the_staging_folder_is_open_to_others(sealing: Hall) -> None:
    """Until it is filled the file looks sealed and is not: mode 0700, and empty afterwards."""
    sealing.press(sealing.waiting()[0])
    staging: Path = sealing.folder / "staging"
    assert staging.stat().st_mode & 0o777 == 0o700
    assert list(staging.iterdir()) == []
