"""How many random histories a test of the server lives through."""

from __future__ import annotations

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``@pytest.mark.histories(5, 17)``: the first seed, with ``--deep`` all of them."""
    mark = metafunc.definition.get_closest_marker("histories")
    if mark is not None:
        seeds = mark.args if metafunc.config.getoption("--deep") else mark.args[:1]
        metafunc.parametrize("seed", seeds)
