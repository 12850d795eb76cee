"""The crowded centre of the benches, in the sizes that are asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.crowded_centre import Crowd, crowded_centre
from tests.paper.timestamp_authority import authority
from tests.store.conftest import founded_server, server

__all__ = ["authority", "founded_server", "server"]

SMALL, LARGE, LARGEST = 10_000, 100_000, 1_000_000


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """10,000 cases; with ``--deep`` the same again at 100,000 and, for the inbox, at a million."""
    deep = metafunc.config.getoption("--deep")
    sizes = (SMALL, LARGE, LARGEST) if deep else (SMALL,)
    if "busy_server" in metafunc.fixturenames:
        metafunc.parametrize("busy_server", sizes, indirect=True, scope="module", ids="{:,}".format)
    if "crowd" in metafunc.fixturenames:
        if "test_inbox" not in metafunc.module.__name__:
            sizes = sizes[:2]
        metafunc.parametrize("crowd", sizes, indirect=True, scope="session", ids="{:,}".format)


@pytest.fixture(scope="session")
def crowd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crowd]:
    """A centre with that many cases."""
    with crowded_centre(tmp_path_factory.mktemp("crowd"), request.param) as made:
        yield made
