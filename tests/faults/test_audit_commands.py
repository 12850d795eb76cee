"""``workbench audit`` as it is called: exit codes, questions, progress, Ctrl-C (S084, R90)."""

from __future__ import annotations

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.hall import Hall, Said, run
from workbench.rules.events import event_hash, genesis

pytestmark = pytest.mark.long(9)

WORDS = "plum rain ferry lantern"
AUDITOR = "aud.admin"


class Desk:
    """The auditor's own place: his keys, his stick."""

    def __init__(self, hall: Hall, folder: Path) -> None:
        self.hall = hall
        self.home = folder / "own"
        self.stick = folder / "stick" / "anchor.jsonl"
        self.stick.parent.mkdir()

    def audit(self, verb: str, *words: object, code: int = 0, pin: str = WORDS) -> Said:
        said = run("--home", self.home, "audit", verb, self.hall.url, *words, pin=pin)
        assert said.code == code, said
        return said

    def close(self, *words: object, code: int = 0, pin: str = WORDS) -> Said:
        return self.audit("close-day", "--as", AUDITOR, "--anchor", self.stick, *words, code=code,
                          pin=pin)  # fmt: skip

    def verify(self, *words: object, code: int = 0) -> Said:
        return self.audit("verify", "--anchor", self.stick, *words, code=code)


@pytest.fixture
def desk(hall: Hall, tmp_path: Path) -> Desk:
    """Cases on the first day; three working days have gone by."""
    hall.granted("I01")
    hall.later(3)
    return Desk(hall, tmp_path)


def test_from_the_first_key_to_a_proven_log(desk: Desk) -> None:
    said = desk.audit("days", "--as", AUDITOR, code=1)
    assert "open for more than two working days" in said.lines[0]
    first, last = said.lines[0].split()[0], said.lines[-1].split()[0]
    assert "audit new-key" in desk.close(code=1).err
    said = desk.audit("new-key", "--as", AUDITOR)
    (key,) = (desk.home / "audit-keys").glob("*.json")
    assert str(key) in said.out
    said = desk.close("--day", first)
    assert said.out == f"{first} is closed and anchored.\n"
    assert f"{last} is closed and anchored." in desk.close().out
    assert desk.close().out == "No day was closed.\n"
    days = desk.audit("days", "--as", AUDITOR)
    assert all("signed and closed  aud.admin" in line for line in days.lines)
    said = desk.verify()
    assert said.lines[-1] == "Nothing was changed, removed or inserted as far as this proves."
    assert f"{len(days.lines)} closed days, {len(days.lines)} anchored" in said.lines[-2]
    without = desk.audit("verify")
    assert "only an anchor kept elsewhere shows it" in without.out
    desk.hall.check()


def test_what_is_wrong_is_named_with_exit_code_one(desk: Desk) -> None:
    desk.audit("new-key", "--as", AUDITOR)
    desk.close()
    desk.hall.sql("DROP TRIGGER event_no_update")
    desk.hall.sql("UPDATE event SET actor = 'li.na' WHERE seq = 2")
    said = desk.verify(code=1)
    assert "step 2: changed, it does not have the hash it was recorded with." in said.lines[0]
    assert said.lines[-1].startswith("The log is not as it was recorded.")
    (found,) = desk.verify("--json", code=1).records
    assert (found["sound"], found["findings"][0]["code"]) == (False, "event_changed")


def test_wrong_words_and_wrong_persons_are_told(desk: Desk, tmp_path: Path) -> None:
    assert "another post" in desk.audit("new-key", "--as", "sys.admin", code=1).err
    assert list(desk.home.rglob("*.json")) == []
    assert "fewer than 12" in desk.audit("new-key", "--as", AUDITOR, pin="short", code=1).err
    desk.audit("new-key", "--as", AUDITOR)
    assert "does not open your key" in desk.close(pin="not the passphrase", code=1).err
    assert "is no date" in desk.close("--day", "yesterday", code=2).err
    assert "not over yet" in desk.close("--day", "2099-01-01", code=1).err
    inside = desk.hall.folder / "anchor.jsonl"
    said = desk.audit("close-day", "--as", AUDITOR, "--anchor", inside, code=1)
    assert "proves nothing" in said.err
    gone = tmp_path / "no stick" / "anchor.jsonl"
    said = desk.audit("close-day", "--as", AUDITOR, "--anchor", gone, code=3)
    assert "Put in the stick" in said.err
    assert "There is no file" in desk.audit("verify", "--anchor", gone, code=1).err
    assert run("audit", "verify", tmp_path / "none.db").code == 3
    assert desk.audit("days", "--as", AUDITOR, code=1).lines[0].endswith("working days")


# -- a log that takes a while ----------------------------------------------------------------------


def grown(hall: Hall, events: int) -> None:
    """Make the longest log that there is: one case with so many steps, well chained."""
    with closing(sqlite3.connect(hall.folder / "centre.db", isolation_level=None)) as base:
        base.execute("BEGIN")
        base.execute("DROP TRIGGER event_no_delete")
        case_id, case_no = base.execute("SELECT case_id, case_no FROM case_file").fetchone()
        at = base.execute("SELECT min(recorded_at) FROM event").fetchone()[0]
        base.execute("DELETE FROM event WHERE case_id = ?", (case_id,))
        prev, rows = genesis(case_no), []
        for seq in range(1, events + 1):
            made = event_hash(prev, seq, "comment", "li.na", at, at, "{}")
            rows.append((case_id, seq, "comment", "li.na", at, at, "{}", prev, made))
            prev = made
        base.executemany("INSERT INTO event (case_id, seq, kind, actor, effective_at, recorded_at,"
                         " payload, prev_hash, hash) VALUES (?,?,?,?,?,?,?,?,?)", rows)  # fmt: skip
        base.execute("UPDATE case_file SET version = ?, last_hash = ? WHERE case_id = ?",
                     (events, prev, case_id))  # fmt: skip
        base.execute("COMMIT")


def test_progress_is_told_and_ctrl_c_ends_it(hall: Hall) -> None:
    """At a terminal: a line after 0.3 s, and Ctrl-C leaves nothing behind but exit code 130."""
    hall.take_in("I01")
    grown(hall, 250_000)
    reading, writing = pty.openpty()
    command = [sys.executable, "-m", "workbench", "--language", "en", "audit", "verify", hall.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writing) as child:
        os.close(writing)
        seen = b""
        give_up = time.monotonic() + 60
        while b" of 250" not in seen and time.monotonic() < give_up:
            seen += os.read(reading, 4096)
        child.send_signal(signal.SIGINT)
        assert child.stdout is not None
        out = child.stdout.read()
        assert child.wait(30) == 130, (seen, out)
    os.close(reading)
    assert b"entries" in seen
    assert b"Traceback" not in seen
    said = run("audit", "verify", hall.url, "--json")
    assert (said.code, json.loads(said.out)["entries"] > 250_000) == (0, True)
