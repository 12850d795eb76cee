"""What is asked of a centre on a file, asked of one on a server: the very same tests.

Each of them on a copy of the database. Without ``--deep`` those about time, and of the others every
sixth, always the same ones: the tests themselves run on the file in any case.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.server.centres import ServerCentre, ServerWorld, server_world

HERE = Path(__file__).parent
ALWAYS = "test_time_there.py"


@pytest.fixture
def world(server: ServerCentre, tmp_path: Path) -> Iterator[ServerWorld]:
    """The small centre on a server, Monday at nine."""
    with server_world(server, tmp_path) as made:
        yield made


def _chosen(item: pytest.Item) -> bool:
    return item.path.name == ALWAYS or zlib.crc32(item.name.encode()) % 6 == 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only tests that live in a world; those that make a file of their own have had it."""
    mine = [one for one in items if one.path.parent == HERE]
    left = [
        one for one in mine
        if "world" not in getattr(one, "fixturenames", ())
        or not (config.getoption("--deep") or _chosen(one))
    ]  # fmt: skip
    config.hook.pytest_deselected(items=left)
    items[:] = [one for one in items if one not in left]
