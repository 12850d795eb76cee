"""What the whole run tells when it is over: how often each long proof was done, and the figures.

``--measured FILE`` appends it to a Markdown file. The long run (``--deep``) always prints it;
without ``--deep`` only the tables of the benches are shown. Nothing here asserts a time.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pytestqt.qtbot import QtBot

from tests.bench.figures import FigureTable
from tests.store.server.cluster import QUIET, Cluster, cluster
from workbench.store import signing_in
from workbench.store.server import install

TABLES = pytest.StashKey[list[FigureTable]]()
COUNTS = pytest.StashKey[Counter[str]]()
ROOT = Path(__file__).resolve().parent.parent
LOOK_MS = 3


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One real token for a process; its tests make keys with names of their own in it."""
    from tests.paper.token_kit import session_token

    yield from session_token(tmp_path_factory)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A real PostgreSQL for this test process; it has nobody's data and forgets everything."""
    with cluster(**QUIET) as made:
        yield made


@pytest.fixture(scope="session", autouse=True)
def _generated_once() -> Iterator[None]:
    """The functions that are generated from the rules are the same every time, and dear.

    A test process installs and checks dozens of centres; commands in a process of their own
    generate them anew, as a user's do.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in ("flow_functions", "sight_functions", "inbox_functions"):
            patch.setattr(install, name, cache(_whole(getattr(install, name))))
        yield


@pytest.fixture(scope="session", autouse=True)
def _stretched_once(pytestconfig: pytest.Config) -> Iterator[None]:
    """Dozens sign in to copies of one centre: the same password with the same salt again and again.

    The slow hash is worth what a test is; the long run pays it each time.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not pytestconfig.getoption("--deep"):
            patch.setattr(signing_in, "scrypt", cache(signing_in.scrypt))
        yield


@pytest.fixture(scope="session", autouse=True)
def _looked_at_often() -> Iterator[None]:
    """``waitUntil`` looks every few milliseconds; its own ten, thousands of times, are minutes."""
    whole, until = QtBot.wait, QtBot.waitUntil

    def wait_until(bot: QtBot, so: Callable[[], Any], *, timeout: int = 5_000) -> None:
        with patch.object(bot, "wait", lambda _ms: whole(bot, LOOK_MS)):
            until(bot, so, timeout=timeout)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(QtBot, "waitUntil", wait_until)
        yield


def _whole(generated: Callable[[], Iterator[str]]) -> Callable[[], tuple[str, ...]]:
    return lambda: tuple(generated())


@pytest.fixture(scope="session")
def measured(pytestconfig: pytest.Config) -> Callable[[FigureTable], None]:
    """Hand over a finished table: it is printed when all tests are done, and kept if asked for."""
    return pytestconfig.stash.setdefault(TABLES, []).append


@pytest.fixture(scope="session")
def counted(pytestconfig: pytest.Config) -> Callable[[str, int], None]:
    """Tell how many were done of what, after they were: ``counted("bytes changed", 18_000)``."""
    counts = pytestconfig.stash.setdefault(COUNTS, Counter())

    def add(what: str, number: int) -> None:
        counts[what] += number

    return add


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """All tables together, after the dots; pytest's own line stays the last."""
    tables = list(config.stash.get(TABLES, []))
    if config.getoption("--deep"):
        tables = [_rooms(terminalreporter), _proofs(config), *tables]
    if not tables:
        return
    text = "\n".join(one.markdown() for one in tables)
    terminalreporter.section("measured (trust ratios inside one run, not milliseconds)")
    terminalreporter.write_line(f"{_circumstances()}\n\n{text}")
    place = config.getoption("--measured")
    if place:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(f"\n## {_circumstances()}\n\n{text}")


def _rooms(reporter: pytest.TerminalReporter) -> FigureTable:
    """Tests, failures and wall seconds of each room."""
    tests, failed, seconds = Counter[str](), Counter[str](), Counter[str]()
    for outcome in ("passed", "failed", "error"):
        for report in reporter.getreports(outcome):
            room = "/".join(report.nodeid.split("/")[:2])
            tests[room] += report.when == "call"
            failed[room] += outcome != "passed"
    for reports in reporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds["/".join(report.nodeid.split("/")[:2])] += report.duration
    table = FigureTable("Long run, room by room", ("room", "tests", "not passed", "wall s"))
    for room in sorted(tests):
        table.add(room, tests[room], failed[room], round(seconds[room]))
    table.add("all", tests.total(), failed.total(), round(seconds.total()))
    return table


def _proofs(config: pytest.Config) -> FigureTable:
    table = FigureTable("Long run, how often", ("what", "number"))
    for what, number in sorted(config.stash.get(COUNTS, Counter()).items()):
        table.add(what, f"{number:,}")
    return table


def _circumstances() -> str:
    busy = os.getloadavg()[0]
    python = ".".join(str(part) for part in sys.version_info[:3])
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    machine = f"{os.cpu_count()} cores, load {busy:.1f}, {platform.machine()}, Python {python}"
    return f"{day}, {_commit()}: {machine}"


def _commit() -> str:
    """The commit that was tested, and whether the checkout differs from it."""
    words = ("git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*")
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        said = ""
    return f"commit {said}" if said else "no commit"
