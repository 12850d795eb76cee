"""House sections 2, 3 and 6: names, docstrings, texts and the one place that reads the time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import (
    ROOT,
    everything,
    modules,
    name_of,
    product_modules,
    tree,
)

NOT_A_NAME = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
THE_CLOCK = "workbench/rules/moment.py"
WALL_TIME = {
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "time.strftime",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "QDateTime.currentDateTime",
    "QDateTime.currentDateTimeUtc",
    "QDateTime.currentMSecsSinceEpoch",
    "QDate.currentDate",
    "QTime.currentTime",
}
SQL_TIME = re.compile(
    r"CURRENT_TIMESTAMP|\bdatetime\('now'|\bstrftime\([^)]*'now'|func\.now\(", re.I
)
SPAN = re.compile(r"time\.(monotonic|perf_counter|process_time)(_ns)?")
# Durations only, never a moment. A room stands here with its reason or may not do it.
SPANS = {
    "workbench/paper": "time-outs of the renderer process",
    "workbench/shell": "progress after 0.3 s, heartbeat, blocks of the event loop",
    "workbench/hosting": "a plugin that blocks for more than 2 s",
    "workbench/vault": "time-out of the desktop's password store",
    "workbench/store": "waiting for the writer lock",
    "workbench/app.py": "time a start takes; the tour's report",
    "workbench/seal_worker.py": "how long the PIN may be held",
    "workbench/commands/tour.py": "how long the tour took, for its report",
    "workbench/commands/audit.py": "progress after 0.3 s",
}
MAIN_WINDOW_LINES = 300
PLAIN = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript)


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a chain of attributes, or an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (front := dotted(node.value)):
        return f"{front}.{node.attr}"
    return ""


def wall_time_reads(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of every use, called or handed on, of a function that tells the wall time."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and dotted(node) in WALL_TIME:
            yield node.lineno, dotted(node)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if f"time.{alias.name}" in WALL_TIME:
                    yield node.lineno, f"time.{alias.name}"


def span_reads(module: ast.Module) -> Iterator[int]:
    """Lines that read a clock which knows durations only."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and SPAN.fullmatch(dotted(node)):
            yield node.lineno


def translated_in_f_strings(module: ast.Module) -> Iterator[int]:
    """Lines where ``_()`` stands inside an f-string: Babel would not extract it."""
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            for part in ast.walk(node):
                if isinstance(part, ast.Call) and dotted(part.func) == "_":
                    yield part.lineno


def formatted_in_translation(module: ast.Module) -> Iterator[int]:
    """Lines with ``_(f"...")``: a text that no catalogue can hold."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or dotted(node.func) != "_":
            continue
        if any(not isinstance(one, PLAIN) for one in node.args):
            yield node.lineno


def test_the_searches_find_what_they_look_for() -> None:
    bad = ast.parse(
        "import time\nfrom time import time_ns\nx = datetime.now(UTC)\ny = field(f=time.time)\n"
        "z = time.monotonic()\nt = f'{_(\"a\")}'\nu = _(f'{x}')\nv = _('a' + x)\n"
    )
    assert [line for line, _name in wall_time_reads(bad)] == [2, 3, 4]
    assert list(span_reads(bad)) == [5]
    assert list(translated_in_f_strings(bad)) == [6]
    assert list(formatted_in_translation(bad)) == [7, 8]
    assert SQL_TIME.search("DEFAULT current_timestamp")


def test_nothing_is_named_after_nothing() -> None:
    assert [name_of(path) for path in everything() if path.stem.lower() in NOT_A_NAME] == []


def test_every_module_says_what_lives_there() -> None:
    found = modules("workbench", "plugins", "tests", "conftest.py", "setup.py")
    assert len(found) > 10
    assert [name_of(path) for path in found if not ast.get_docstring(tree(path))] == []


def test_no_text_is_hidden_from_the_translators() -> None:
    wrong = [
        f"{name_of(path)}:{line}"
        for path in product_modules()
        for line in [*translated_in_f_strings(tree(path)), *formatted_in_translation(tree(path))]
    ]
    assert wrong == []


def test_only_the_clock_reads_the_time() -> None:
    wrong = [
        f"{name_of(path)}:{line} {what}"
        for path in product_modules()
        if name_of(path) != THE_CLOCK
        for line, what in wall_time_reads(tree(path))
    ]
    wrong += [
        f"{name_of(path)} asks the database for the time"
        for path in everything()
        if path.suffix in {".py", ".sql"}
        and path.relative_to(ROOT).parts[0] in {"workbench", "plugins"}
        and SQL_TIME.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_durations_are_read_only_where_the_list_says_why() -> None:
    wrong = [
        f"{name_of(path)}:{line}"
        for path in product_modules()
        if not any(name_of(path).startswith(place) for place in SPANS)
        for line in span_reads(tree(path))
    ]
    assert wrong == []


def test_no_stub_is_left() -> None:
    mark = re.compile(r"#\s*(TODO|FIXME|XXX)\b|raise NotImplementedError")
    wrong = [
        name_of(path) for path in product_modules() if mark.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def classes_of(folder: str) -> dict[str, tuple[Path, list[str]]]:
    """Class name -> its file and the names of its bases."""
    found = {}
    for path in modules("workbench"):
        if not name_of(path).startswith(folder):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                bases = [dotted(base).rpartition(".")[2] for base in node.bases]
                found[node.name] = (path, bases)
    return found


def files_behind(name: str, known: dict[str, tuple[Path, list[str]]]) -> set[Path]:
    """The files that define the class and every base of it that is ours."""
    if name not in known:
        return set()
    path, bases = known[name]
    return {path}.union(*(files_behind(base, known) for base in bases))


def test_the_main_window_stays_small() -> None:
    known = classes_of("workbench/shell")
    windows = [name for name, (_path, bases) in known.items() if "QMainWindow" in bases]
    assert windows, "no class in workbench/shell has the base QMainWindow"
    for name in windows:
        files = files_behind(name, known)
        lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
        assert lines < MAIN_WINDOW_LINES, (name, sorted(name_of(path) for path in files), lines)


@pytest.mark.parametrize("name", ["run.sh", "test.sh", "setup.sh", "relock.sh"])
def test_the_installer_is_plain_shell(name: str) -> None:
    text = (ROOT / "installer" / name).read_text(encoding="utf-8")
    assert "\r" not in text
    assert not re.search(r"\[\[|\bfunction \w+|<<<|\blocal ", text), "bash only"


def test_only_settings_knows_where_the_resources_lie() -> None:
    """Beside the package in a checkout, inside it once installed: one place may know (settings)."""
    wrong = [
        name_of(path)
        for path in product_modules()
        if '/ "resources"' in path.read_text(encoding="utf-8")
    ]
    assert wrong == ["workbench/settings.py"]
