"""A sample centre on real files, and the command line at it: what the journeys work with.

Commands run in this process through ``workbench.__main__.main``; the centre's exercise clock is
moved by its own setting, as the sample centre does it. Founding costs seconds, so it is done once
a run and the folder is copied.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.near import near_seal, one_reader
from tests.journeys.once import made_once
from workbench.__main__ import main
from workbench.casework.ports import Session
from workbench.commands.founding import calendar, found_sample
from workbench.commands.surroundings import sample_passwords
from workbench.paper.sample_applications import APPLICATIONS
from workbench.paper.sample_scans import make_sample_packages, package_id
from workbench.rules.case import State
from workbench.rules.case_flow import row_for
from workbench.rules.events import Event, first_break
from workbench.rules.moment import MINUTE, SECOND, Moment, SystemClock, at_local, to_local
from workbench.rules.working_days import Calendar
from workbench.store import open_centre

WINDOW, REVIEWER, CUSTODIAN, DEPUTY = "wang.fang", "ma.chao", "lin.shu", "gao.yun"
CLERK, SUPERVISOR, ARCHIVIST, HEAD = "xu.jie", "tang.bo", "deng.hua", "han.lei"
GOVERNMENT_HEAD = "peng.hui"
MORNING = {
    "market_supervision": "zhang.wei", "real_estate": "chen.jing", "civil_affairs": "zhao.min",
    "qingshi_street": "wu.gang",
}  # fmt: skip
"""Post A of each department: on duty until half past one."""


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def records(self) -> list[dict[str, Any]]:
        """The output of ``--json``: one object a line."""
        return [json.loads(line) for line in self.lines]


def run(*words: object, pin: str = "") -> Said:
    """One call of ``workbench --language en …`` in this process; a PIN comes through the pipe."""
    out, err = io.StringIO(), io.StringIO()
    kept, sys.stdin = sys.stdin, io.StringIO(f"{pin}\n")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(["--language", "en", *map(str, words)])
            except SystemExit as ended:
                code = int(ended.code or 0)
    finally:
        sys.stdin = kept
    assert "Traceback" not in err.getvalue(), err.getvalue()
    return Said(code, out.getvalue(), err.getvalue())


@dataclass
class Template:
    """The centre as it was founded, and the sample packages."""

    folder: Path
    packages: Path
    begin: Moment


class Hall:
    """One centre of a test's own."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(template.folder, folder)
        self.url = f"sqlite:///{folder / 'centre.db'}"
        self.packages = template.packages
        self.begin = template.begin
        self.days: Calendar = calendar()
        self.pin = sample_passwords(folder)["PIN"]
        self.step = 1.0
        """Minutes that pass before each step."""
        self._taken = 0
        self.at(self.begin)

    # -- the clock -----------------------------------------------------------------------------

    def at(self, moment: Moment) -> None:
        """Set the exercise clock; it runs on from there."""
        self._sql(
            "UPDATE setting SET value = ? WHERE name = 'clock_offset_us'",
            str(moment - SystemClock().now()),
        )

    def now(self) -> Moment:
        """The centre's moment."""
        rows = self._sql("SELECT value FROM setting WHERE name = 'clock_offset_us'")
        return SystemClock().now() + int(rows[0][0])

    def forward(self, minutes: float = 0) -> None:
        """Let minutes pass."""
        self.at(self.now() + round((minutes or self.step) * MINUTE))

    def later(self, days: int, hour: int = 9, minute: int = 0) -> None:
        """So many working days later, at that local time."""
        day = self.workday(days)
        self.at(at_local(day, hour, minute))

    def workday(self, days: int) -> date:
        """The date so many working days after today."""
        day = to_local(self.now()).date()
        while days:
            day += timedelta(days=1)
            days -= self.days.is_working_day(day)
        return day

    def _sql(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / "centre.db", timeout=30)) as base:
            rows = base.execute(text, values).fetchall()
            base.commit()
            return rows

    def sql(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """Straight at the file, for what no rule allows: tampering, and looking behind."""
        return self._sql(text, *values)

    # -- commands ------------------------------------------------------------------------------

    def run(self, *words: object, code: int = 0, pin: str = "") -> Said:
        """A command at this centre that ends with that exit code; without, the test fails."""
        said = run(*words, "--centre", self.url, pin=pin)
        assert said.code == code, f"{words}: {said}"
        return said

    def take_in(self, *names: str, code: int = 0, **changes: Any) -> list[str]:
        """Take in sample applications (``I01`` …) under fresh package ids; their case numbers."""
        return self.take_in_all([(name, changes) for name in names], code)

    def take_in_all(self, wanted: Sequence[tuple[str, dict[str, Any]]], code: int = 0) -> list[str]:
        """The same for applications that differ from their sample in their own way."""
        self._taken += 1
        folder = self.folder / f"packages-{self._taken}"
        for number, (name, changes) in enumerate(wanted):
            self.package(name, folder, f"T-{self._taken}-{number:02d}", **changes)
        with one_reader():
            said = self.run("intake", folder, "--as", WINDOW, code=code)
        return [line.split()[1] for line in said.lines if line.startswith("taken_in")]

    def package(self, name: str, folder: Path, identifier: str, **changes: Any) -> Path:
        """A copy of the first sample package of that item, under another identifier."""
        source = next(package_id(one) for one in APPLICATIONS if one.item == name)
        place = folder / identifier
        shutil.copytree(self.packages / source, place)
        manifest = place / "package.json"
        table = json.loads(manifest.read_text(encoding="utf-8"))
        table |= {"package_id": identifier, **changes}
        manifest.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
        return place

    def move(self, who: str, case_no: str, step: str, code: int = 0, **brought: Any) -> Said:
        """``workbench move``: dicts are entries, everything else is a field; a minute passes."""
        self.forward()
        words: list[object] = ["move", case_no, step, "--as", who]
        for name, value in brought.items():
            if name in ("file", "code_of_file"):
                words += [{"file": "--file", "code_of_file": "--code"}[name], value]
                continue
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            words += ["--entry" if isinstance(value, dict) else "--field", f"{name}={text}"]
        return self.run(*words, code=code)

    def press(
        self, case_no: str, who: str = "", code: int = 0, pin: str = "", apart: bool = False
    ) -> Said:
        """``workbench press`` by whoever keeps the seal; ``apart``: in the worker's own process."""
        self.forward()
        login = who or self.keeper()
        with contextlib.nullcontext() if apart else near_seal():
            return self.run("press", case_no, "--as", login, code=code, pin=pin or self.pin)

    def keeper(self) -> str:
        """Who has the seal in custody now."""
        at = self.now()
        with self.session(CUSTODIAN) as room:
            return next(one.login for one in room.custody() if one.in_force(at))

    # -- looking -------------------------------------------------------------------------------

    @contextlib.contextmanager
    def session(self, login: str) -> Iterator[Session]:
        """A session on the same file, for what the command line shows to nobody."""
        centre = open_centre(self.url)
        room = centre.session_as(login)
        try:
            yield room
        finally:
            room.close()
            centre.close()

    def case(self, case_no: str, who: str = SUPERVISOR) -> dict[str, Any]:
        """``workbench case``."""
        return self.run("case", case_no, "--as", who).records[0]

    def state(self, case_no: str) -> str:
        """The state that the supervisor is shown."""
        return str(self.case(case_no)["state"])

    def events(self, case_no: str) -> tuple[Event, ...]:
        """The whole log; the chain must hold."""
        with self.session(SUPERVISOR) as room:
            events = room.events_of(case_no)
        assert first_break(case_no, events) is None
        return events

    def path(self, case_no: str) -> list[tuple[str, str, State]]:
        """Each event: what, by whom, and the state that it led to (by the flow table)."""
        state: State | None = None
        before: State | None = None
        path = []
        for one in self.events(case_no):
            row = row_for(one.kind, state)
            assert row is not None, one
            if one.kind == "quarantine":
                before = state
            state = before if one.kind == "release_quarantine" else row.to or state
            assert state is not None
            path.append((one.kind, one.actor, state))
        return path

    def check(self) -> None:
        """``centre check`` finds nothing wrong."""
        said = run("centre", "check", self.url)
        assert said.code == 0, said.out
        assert "The centre is whole." in said.out

    def ledger(self, who: str = SUPERVISOR) -> list[dict[str, Any]]:
        """``workbench seal ledger``."""
        return self.run("seal", "ledger", "--json", "--as", who).records

    def waiting(self) -> list[str]:
        """The cases whose document awaits the seal."""
        with self.session(self.keeper()) as room:
            return [one.case.case_no for one in room.seal_queue()]

    def stored(self, sha256: str) -> Path:
        """Where the centre keeps that file."""
        return self.folder / "content" / sha256[:2] / sha256

    # -- the way of a case -----------------------------------------------------------------------

    def granted(self, name: str = "I01", department: str = "market_supervision") -> str:
        """Taken in, accepted, reviewed, granted: an immediate item by its one officer."""
        (case_no,) = self.take_in(name)
        officer = MORNING[department]
        # A minor material is missing: accepted on a signed promise (R71).
        promise = {"promise": {"text": "it follows"}} if name in ("I05", "I12") else {}
        self.move(officer, case_no, "accept", acceptance_notice={"item": name}, **promise)
        opinion = {"conclusion": "grant", "reasons": "complete and in legal form", "points": {}}
        if name in ("I01", "S01"):
            self.move(officer, case_no, "submit_opinion", opinion=opinion)
        else:
            self.move(officer, case_no, "release")
            self.move(REVIEWER, case_no, "claim")
            self.move(REVIEWER, case_no, "submit_opinion", opinion=opinion)
            self.move(REVIEWER, case_no, "release")
        decision = {"result": "granted", "content": "as applied for"}
        self.move(officer, case_no, "grant", decision=decision, decision_no=f"D-{case_no[-6:]}")
        return case_no

    def frozen(self, name: str = "I01", department: str = "market_supervision") -> str:
        """Granted, composed and frozen: it awaits the seal."""
        case_no = self.granted(name, department)
        self.forward()
        self.run("freeze", case_no, "--as", MORNING[department])
        return case_no

    def handed_over(self, case_no: str) -> None:
        """T25 to T26 for a sealed result."""
        self.forward()
        self.run("issue", case_no, "--receiver", "林青川", "--identity", "ID card shown",
                 "--as", CLERK)  # fmt: skip
        self.acknowledged(case_no)
        self.forward()
        self.run("acknowledge", case_no, "--as", CLERK)
        self.move(CLERK, case_no, "close")

    def acknowledged(self, case_no: str) -> None:
        """The supervising department puts its file into the exchange folder."""
        inbox = self.folder / "exchange" / "in" / "acknowledgements"
        record = {"case_no": case_no, "reference": "R-1", "at": "today"}
        (inbox / f"{case_no}.json").write_text(json.dumps(record), encoding="utf-8")

    def another_key(self, seal_id: str = "seal-other") -> Path:
        """A key beside the approval seal's, certified by the same authority; its certificate."""
        words, at = sample_passwords(self.folder)["AUTHORITY"], ("--centre", self.url)
        request, answer = self.folder / "keys" / f"{seal_id}.csr", self.folder / f"{seal_id}.pem"
        for pin, call in (
            (self.pin, ("key", "new", seal_id)),
            (self.pin, ("key", "request", seal_id, "--organ", "青云区自然资源和规划局")),
            (words, ("authority", "issue", request, answer)),
            (self.pin, ("key", "install", seal_id, answer)),
        ):
            said = run("seal", *call, *at, pin=pin)
            assert said.code == 0, said.err
        return answer

    def fetch(self, case_no: str, who: str = CLERK) -> Path:
        """``workbench document``: the sealed file."""
        target = self.folder / f"{case_no}-{len(list(self.folder.glob('*.pdf')))}.pdf"
        self.run("document", case_no, "--as", who, "--out", target)
        return target


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Founded once; every test works on a copy."""

    def make(base: Path) -> None:
        found_sample(f"sqlite:///{base / 'sample' / 'centre.db'}")
        make_sample_packages(base / "packages", quick=True)
        begin = SystemClock().now() + _offset(base / "sample")
        (base / "begin").write_text(str(begin - begin % SECOND), encoding="ascii")

    base = made_once(tmp_path_factory, "hall-founded", make)
    begin = int((base / "begin").read_text(encoding="ascii"))
    return Template(base / "sample", base / "packages", begin)


def _offset(folder: Path) -> int:
    with contextlib.closing(sqlite3.connect(folder / "centre.db")) as base:
        query = "SELECT value FROM setting WHERE name = 'clock_offset_us'"
        return int(base.execute(query).fetchone()[0])


@pytest.fixture
def hall(template: Template, tmp_path: Path) -> Hall:
    """A sample centre of the test's own, on a working morning at nine."""
    return Hall(template, tmp_path / "centre")


@pytest.fixture(scope="session")
def sealing_template(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Two documents are frozen and await the seal: made once, every test presses on a copy."""

    def make(base: Path) -> None:
        made = Hall(template, base / "centre")
        made.step = 0.2
        for _number in range(2):
            made.frozen("I01")
        (base / "begin").write_text(str(made.now()), encoding="ascii")

    base = made_once(tmp_path_factory, "hall-awaiting-the-seal", make)
    begin = int((base / "begin").read_text(encoding="ascii"))
    return Template(base / "centre", template.packages, begin)


@pytest.fixture
def sealing(sealing_template: Template, tmp_path: Path) -> Hall:
    """A centre of the test's own with two documents awaiting the seal."""
    return Hall(sealing_template, tmp_path / "centre")
