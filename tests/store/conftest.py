"""The fixtures of the store's tests: one small centre a test, on a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.world import NINE, World, new_world, seed
from workbench.rules.moment import SetClock
from workbench.store import create_centre


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre nobody works in, made once; each test gets a copy of its file."""
    path = tmp_path_factory.mktemp("founded") / "centre.db"
    create_centre(str(path), seed(), SetClock(NINE))
    return path


@pytest.fixture
def world(tmp_path: Path, founded: Path) -> Iterator[World]:
    """A fresh centre on Monday 2026-03-02 at nine, everybody on duty."""
    with new_world(tmp_path, founded) as made:
        yield made
