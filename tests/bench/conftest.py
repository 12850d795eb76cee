"""The crowded centre of the benches, in the sizes that are asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.crowded_centre import Crowd, crowded_centre

SMALL, LARGE, LARGEST = 10_000, 100_000, 1_000_000


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """10,000 cases; with ``--deep`` the same again at 100,000, on a server at a million too."""
    deep = metafunc.config.getoption("--deep")
    if "busy_server" in metafunc.fixturenames:
        sizes = (SMALL, LARGE, LARGEST) if deep else (SMALL,)
        metafunc.parametrize("busy_server", sizes, indirect=True, scope="module", ids="{:,}".format)
    if "crowd" in metafunc.fixturenames:
        sizes = (SMALL, LARGE) if deep else (SMALL,)
        metafunc.parametrize("crowd", sizes, indirect=True, scope="session", ids="{:,}".format)


@pytest.fixture(scope="session")
def crowd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crowd]:
    """A centre with that many cases."""
    with crowded_centre(tmp_path_factory.mktemp("crowd"), request.param) as made:
        yield made
