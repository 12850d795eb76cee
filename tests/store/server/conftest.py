"""How many random histories a test of the server lives through, and the centre that is probed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.server.accounts_world import accounts_of
from tests.store.server.centres import ServerCentre, server_world
from tests.store.server.probed_centre import ProbedCentre


@pytest.fixture
def centre(server: ServerCentre, tmp_path: Path) -> Iterator[ProbedCentre]:
    """Cases in many states with canaries in them, and somebody of every kind of post."""
    with accounts_of(server) as accounts, server_world(server, tmp_path) as world:
        made = ProbedCentre(world, accounts)
        made.work()
        yield made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``@pytest.mark.histories(5, 17)``: the first seed, with ``--deep`` all of them."""
    mark = metafunc.definition.get_closest_marker("histories")
    if mark is not None:
        seeds = mark.args if metafunc.config.getoption("--deep") else mark.args[:1]
        metafunc.parametrize("seed", seeds)
