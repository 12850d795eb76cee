"""The fixtures of the store's tests: one small centre a test, on a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.world import World, new_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A fresh centre on Monday 2026-03-02 at nine, everybody on duty."""
    with new_world(tmp_path) as made:
        yield made
