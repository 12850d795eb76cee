"""The checks of the root ``conftest.py`` bite: unannounced warnings, threads left, the depth."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

SUITE = '''"""One test for each thing the watchers look at."""

import logging
import threading

import pytest

LOG = logging.getLogger("workbench.somewhere")


def test_quiet() -> None:
    LOG.info("nothing to see")


def test_warns() -> None:
    LOG.warning("the disk is nearly full")


@pytest.mark.expected_log("nearly full")
def test_warns_as_announced() -> None:
    LOG.warning("the disk is nearly full")


@pytest.mark.expected_log("nearly full")
def test_does_not_warn_as_announced() -> None:
    LOG.info("plenty of room")


def test_leaves_a_thread() -> None:
    threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()


@pytest.mark.keeps_threads("the point of the test")
def test_may_leave_a_thread() -> None:
    threading.Thread(target=threading.Event().wait, name="wanted", daemon=True).start()


def test_depth(depth: int) -> None:
    print("DEPTH", depth)
'''
VERDICTS = {
    "test_quiet": "PASSED",
    "test_warns": "ERROR",
    "test_warns_as_announced": "PASSED",
    "test_does_not_warn_as_announced": "ERROR",
    "test_leaves_a_thread": "ERROR",
    "test_may_leave_a_thread": "PASSED",
    "test_depth": "PASSED",
}


@pytest.mark.parametrize(("option", "depth"), [((), 1), (("--deep",), 10)], ids=["small", "deep"])
def test_the_watchers_bite(tmp_path: Path, option: tuple[str, ...], depth: int) -> None:
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "test_watched.py").write_text(SUITE, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-vs", "-p", "no:cacheprovider", *option, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    summary = result.stdout.partition("short test summary info")[2]
    failed = {name for name in VERDICTS if f"::{name} " in summary}
    assert failed == {name for name, verdict in VERDICTS.items() if verdict == "ERROR"}, summary
    assert "forgotten" in result.stdout
    assert f"DEPTH {depth}\n" in result.stdout
