"""What the benches share: where figures go, and the crowded centre.

``--measured FILE`` appends every table to a Markdown file; without it they are only printed at the
end of the run. No bench asserts a time.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bench.crowded_centre import Crowd, crowded_centre
from tests.bench.figures import FigureTable

TABLES = pytest.StashKey[list[FigureTable]]()


@pytest.fixture(scope="session")
def measured(pytestconfig: pytest.Config) -> Callable[[FigureTable], None]:
    """Hand over a finished table: it is printed when all tests are done, and kept if asked for."""
    return pytestconfig.stash.setdefault(TABLES, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """All tables together, after the dots."""
    tables = config.stash.get(TABLES, [])
    if not tables:
        return
    text = "\n".join(one.markdown() for one in tables)
    terminalreporter.section("measured (trust ratios inside one run, not milliseconds)")
    terminalreporter.write_line(text)
    place = config.getoption("--measured")
    if place:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(f"\n## {_circumstances()}\n\n{text}")


def _circumstances() -> str:
    busy = os.getloadavg()[0]
    python = ".".join(str(part) for part in sys.version_info[:3])
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    return f"{day}: {os.cpu_count()} cores, load {busy:.1f}, {platform.machine()}, Python {python}"


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory, depth: int) -> Iterator[Crowd]:
    """A centre with 10,000 cases, or 100,000 with ``--deep``."""
    with crowded_centre(tmp_path_factory.mktemp("crowd"), 10_000 * depth) as made:
        yield made
