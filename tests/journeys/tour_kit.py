"""A finished tour for the journeys, made once a run by the command that a user types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.once import made_once


def command(out: Path) -> list[str]:
    """The tour as a user starts it."""
    return [sys.executable, "-m", "workbench", "demo", "--tour", "--out", str(out)]


def surroundings() -> dict[str, str]:
    """Without a screen, in the language that the desk speaks by default."""
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}


@pytest.fixture(scope="session")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished tour; never written to by a test."""

    def make(folder: Path) -> None:
        done = subprocess.run(
            command(folder), env=surroundings(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return made_once(tmp_path_factory, "tour", make)
