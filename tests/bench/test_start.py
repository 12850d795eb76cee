"""How long the first window takes, and the short commands, beside what they cannot go below.

Every run is a process of its own. Processor time (user and system) of the process is what counts;
the wall time beside it says how busy the machine was.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from tests.bench.crowded_centre import Crowd
from tests.bench.figures import FigureTable
from tests.bench.map_watch import Mapped, MapWatch
from tests.shell.private_bus import private_bus

pytestmark = [pytest.mark.timeout(600), pytest.mark.long(14)]
"""The crowded centre is filled once, in whichever test comes first."""

ROUNDS: Final = {1: 1, 10: 3}
"""By depth."""

BARE_WINDOW: Final = """
from PyQt6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.resize(900, 600)
"""
SHOWN: Final = """
import os, sys
window.show()
app.processEvents()
assert window.isVisible()
heavy = {"sqlalchemy", "pymupdf", "PIL", "pyhanko", "pikepdf", "keyring", "pluggy", "logging",
         "dataclasses"}
print("loaded:", *sorted(heavy & set(sys.modules)), flush=True)
os._exit(0)
"""
DESK: Final = """
import sys
from pathlib import Path
from workbench.app import look_of_last_time, parts
from workbench.shell.application import make_application
from workbench.shell.desk_room import DeskRoom
app = make_application()
folder = Path(sys.argv[1]).parent
room = DeskRoom(app, parts(folder, f"sqlite:///{sys.argv[1]}"), look_of_last_time(folder.parent))
room.start()
window = room.sign_in
"""
NO_BYTECODE: Final = "PYTHONDONTWRITEBYTECODE"
COMPILED: Final = TemporaryDirectory(prefix="bench-compiled-")
FIRST_WINDOW_WITHOUT: Final = frozenset(
    {"sqlalchemy", "pymupdf", "PIL", "pyhanko", "pikepdf", "logging", "dataclasses"}
)
"""What must not be loaded before a clerk sees something (house: start of the desk)."""


@dataclass
class Ran:
    """One process: milliseconds on the wall and of the processor, and what it printed."""

    wall: float
    cpu: float
    out: str


def run(*words: str) -> Ran:
    """Run Python with these arguments and wait for it; it must end well."""
    # As installed, with compiled modules; they are kept outside the checkout.
    environment = {key: value for key, value in os.environ.items() if key != NO_BYTECODE}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": COMPILED.name}
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *words], env=environment, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        out = child.stdout.read()
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, out
    return Ran((time.perf_counter() - begun) * 1e3, (used.ru_utime + used.ru_stime) * 1e3, out)


def in_turns(depth: int, **what: tuple[str, ...]) -> dict[str, list[Ran]]:
    """Each in turns, one round beforehand so that all files are in memory."""
    done: dict[str, list[Ran]] = {name: [] for name in what}
    for turn in range(ROUNDS[depth] + 1):
        for name, words in what.items():
            found = run(*words)
            if turn:
                done[name].append(found)
    return done


def add_all(table: FigureTable, names: dict[str, str], done: dict[str, list[Ran]]) -> None:
    """A line each; the first is what the others are compared with."""
    floor = median(one.cpu for one in done[next(iter(names))])
    for name, shown in names.items():
        cpu = median(one.cpu for one in done[name])
        table.add(shown, cpu, f"{cpu / floor:.2f}x", median(one.wall for one in done[name]))


COLUMNS: Final = ("process", "cpu ms", "ratio", "wall ms")


def test_the_first_window(
    crowd: Crowd, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """Sign-in window, offscreen, against an empty PyQt6 window; no slow library before it."""
    show = ("-c", DESK + SHOWN, str(crowd.path))
    done = in_turns(depth, bare=("-c", BARE_WINDOW + SHOWN), desk=show)
    loaded = set(done["desk"][0].out.split("loaded:")[1].split())
    assert not loaded & FIRST_WINDOW_WITHOUT, loaded
    table = FigureTable("Start to the first window (offscreen)", COLUMNS)
    names = {"bare": "an empty PyQt6 window", "desk": "the desk's sign-in window"}
    add_all(table, names, done)
    table.notes.append(f"Loaded before it is seen: {', '.join(sorted(loaded)) or 'none of them'}.")
    measured(table)


SHELL_WINDOW: Final = """
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QApplication, QDockWidget, QLabel, QMainWindow, QTableWidget, QTableWidgetItem)
app = QApplication([])
window = QMainWindow()
table = QTableWidget(30, 9, window)
for row in range(30):
    for column in range(9):
        table.setItem(row, column, QTableWidgetItem(f"cell {row} {column}"))
window.setCentralWidget(table)
for name in ("one", "two", "three"):
    dock = QDockWidget(name, window)
    dock.setWidget(QLabel(name, dock))
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
window.resize(1200, 800)
window.show()
app.exec()
"""
"""The floor: PyQt6 alone, one table and three docks, without a line of anybody's program."""

PEERS: Final = {
    "picard": "Python", "vorta": "Python", "napari": "Python",
    "okular": "C++", "evince": "C", "qpdfview": "C++",
}  # fmt: skip
"""Taken where they are found: on the PATH, or as programs in the folder of WORKBENCH_PEERS."""

PEER_SECONDS: Final = 30.0
AT_MOST: Final = 2.0
"""Times the floor, in processor time: what a regression would break. The aim is 1.5."""


def peer(name: str) -> str | None:
    """Where that program is, if it is installed."""
    folders = [os.environ.get("WORKBENCH_PEERS", ""), os.environ.get("PATH", "")]
    return shutil.which(name, path=os.pathsep.join(one for one in folders if one))


def test_the_mapped_window(
    crowd: Crowd, depth: int, real_screen: dict[str, str], tmp_path: Path,
    measured: Callable[[FigureTable], None],
) -> None:  # fmt: skip
    """``workbench run`` from the start of the process until another X client sees its window."""
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "QT_QPA_PLATFORM": "xcb"}
    ours = {**real_screen, **home, "PYTHONPYCACHEPREFIX": COMPILED.name}
    ours.pop(NO_BYTECODE, None)
    run_desk = [sys.executable, "-m", "workbench", "run", "--centre", f"sqlite:///{crowd.path}"]
    calls = {"bare": [sys.executable, "-c", SHELL_WINDOW], "desk": run_desk}
    found = {name: place for name in PEERS if (place := peer(name))} if depth > 1 else {}
    taken: dict[str, list[Mapped | None]] = {name: [] for name in (*calls, *found)}
    watch = MapWatch(real_screen["DISPLAY"])
    with private_bus() as bus:
        theirs = {**bus, **home}
        for turn in range(ROUNDS[depth] * 2 + 1):
            for name, seen_so_far in taken.items():
                words = calls.get(name) or [found[name]]
                seen = watch.start(words, ours if name in calls else theirs, PEER_SECONDS)
                if turn:
                    seen_so_far.append(seen)
    watch.close()
    table = FigureTable("Start to the mapped window (a real X screen)", COLUMNS)
    lines = {"bare": "bare PyQt6: a table, three docks", "desk": "workbench run: its sign-in"}
    lines |= {name: f"{name} ({kind})" for name, kind in PEERS.items()}
    cpu, wall = {}, {}
    for name, shown in lines.items():
        there = [one for one in taken.get(name, []) if one is not None]
        if not there:
            table.add(shown, "absent" if name not in taken else "no window", "", "")
            continue
        cpu[name], wall[name] = median(x.cpu for x in there), median(x.wall for x in there)
        table.add(shown, cpu[name], f"{cpu[name] / cpu['bare']:.2f}x", wall[name])
    table.notes.append(f"Wall time: {wall['desk'] / wall['bare']:.2f}x bare; the aim is 1.50x.")
    measured(table)
    assert cpu["desk"] <= AT_MOST * cpu["bare"]
    python_peers = [wall[name] for name, kind in PEERS.items() if kind == "Python" and name in wall]
    assert all(wall["desk"] < one for one in python_peers)


IMPORTS: Final = {
    "PyQt6.QtWidgets": "PyQt6.QtWidgets", "the desk": "workbench.app, workbench.shell.desk_room",
    "the store": "workbench.store.opening", "the renderer's client": "workbench.paper.renderer",
    "the seal worker": "workbench.seal_worker", "the command line": "workbench.__main__",
}  # fmt: skip
LINE: Final = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def test_imports(depth: int, measured: Callable[[FigureTable], None]) -> None:
    """Totals of ``-X importtime``, beyond what every Python loads, and the dearest modules."""
    table = FigureTable("Imports (-X importtime)", ("what", "modules", "ms", "dearest packages"))
    always = {name for _us, name in imported("sys", depth)}
    for shown, what in IMPORTS.items():
        found = [(us, name) for us, name in imported(what, depth) if name not in always]
        by_package: dict[str, int] = {}
        for us, name in found:
            package = name.partition(".")[0]
            by_package[package] = by_package.get(package, 0) + us
        assert found
        dearest = sorted(by_package.items(), key=lambda one: -one[1])[:3]
        named = ", ".join(f"{name} {us / 1e3:.0f}" for name, us in dearest)
        table.add(shown, len(found), sum(us for us, _name in found) / 1e3, named)
    measured(table)


def imported(what: str, depth: int) -> list[tuple[int, str]]:
    """Microseconds of its own and the name of every module that this import loads."""
    if depth > 1:
        run("-c", f"import {what}")  # so that all files are in memory
    out = run("-X", "importtime", "-c", f"import {what}").out
    return [(int(us), name) for us, name in LINE.findall(out)]


def test_short_commands(
    crowd: Crowd, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """``due`` needs the calendar only; ``cases`` opens the crowded centre."""
    centre = f"sqlite:///{crowd.path}"
    work = ("-m", "workbench", "--language", "en")
    done = in_turns(
        depth,
        bare=("-c", "pass"),
        due=(*work, "due", "2026-11-22", "--working-days", "10"),
        cases=(*work, "cases", "--as", "tang", "--centre", centre),
    )
    assert "2026-12-0" in done["due"][0].out
    assert len(done["cases"][0].out.splitlines()) >= 200
    table = FigureTable(f"Short commands ({crowd.size:,} cases)", COLUMNS)
    names = {"bare": "python -c pass", "due": "workbench due", "cases": "workbench cases"}
    add_all(table, names, done)
    measured(table)


def test_the_measured_file_can_be_kept(tmp_path: Path) -> None:
    """A table reads as Markdown: a header, a rule, and as many cells in every line."""
    table = FigureTable("Title", ("name", "ms"))
    table.add("one|half", 1.234)
    table.add("many", 1234.5)
    place = tmp_path / "kept.md"
    place.write_text(table.markdown(), encoding="utf-8")
    lines = [one for one in place.read_text(encoding="utf-8").splitlines() if one.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", one)) for one in lines} == {3}
    assert "1.23" in lines[2] and "1234" in lines[3]
