"""What every test of the product and of its plugins runs under.

Depth (``--deep``), the offscreen Qt platform, the two leak checks, and the paths a test may ask
for. A log record of ``workbench`` at WARNING or above that the test did not announce with
``@pytest.mark.expected_log("pattern")`` fails it; so does a thread or child process left behind.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent
WIND_DOWN_SECONDS = 2.0

# Widgets are tested without a screen; a test that needs real X input starts a child process
# with the environment of ``real_screen``. Set before pytest-qt makes the application.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "small",
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep", settings.get_profile("small"), max_examples=1500, derandomize=False
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--deep``: the long form of every test that knows one; ``--measured``: keep figures."""
    parser.addoption("--deep", action="store_true", help="more examples, larger inputs")
    # Read by tests/conftest.py, which is found too late to add an option of its own.
    parser.addoption("--measured", metavar="FILE", help="append the tables of the run to this file")


def pytest_configure(config: pytest.Config) -> None:
    """The small depth is seeded, so that a red run can be repeated as it was."""
    settings.load_profile("deep" if config.getoption("--deep") else "small")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes the longest files come first: none is left alone at the end.

    Everything else keeps its random order. One process takes all of it as it comes.
    """
    if os.environ.get("PYTEST_XDIST_WORKER"):
        marks = {item: item.get_closest_marker("long") for item in items}
        items.sort(key=lambda item: -marks[item].args[0] if marks[item] else 0)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What the collection made stays to the end: no garbage collection looks at it again.

    Nor at the rest so often, unless the run measures: then the product has Python's own habits.
    """
    if not session.config.getoption("--deep"):
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The application that the tests share has the product's style."""
    from workbench.shell.application import STYLE

    return ["pytest", *STYLE]


@pytest.fixture(scope="session")
def depth(pytestconfig: pytest.Config) -> int:
    """How much work a test may do: 1, or 10 with ``--deep``. Multiply rounds and sizes by it."""
    return 10 if pytestconfig.getoption("--deep") else 1


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path | None:
    """The folder of real files, where it stands beside the checkout; otherwise None."""
    folder = ROOT.parent / "shared" / "corpus"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def real_screen() -> dict[str, str]:
    """The environment of a child process that shall open real X windows.

    ``installer/test.sh`` starts the screen. Without one the test fails: it is never skipped.
    """
    if not os.environ.get("DISPLAY"):
        pytest.fail("no DISPLAY: run the tests through installer/test.sh", pytrace=False)
    return {**os.environ, "QT_QPA_PLATFORM": "xcb"}


class _Collector(logging.Handler):
    """Keeps the records that a user would have found in the log."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _compare_log(records: list[logging.LogRecord], expected: list[str]) -> list[str]:
    """What was logged and not expected, and what was expected and not logged."""
    texts = [record.getMessage() for record in records]
    complaints = [
        f"logged {record.levelname} by {record.name}: {text}"
        for record, text in zip(records, texts, strict=True)
        if not any(re.search(pattern, text) for pattern in expected)
    ]
    complaints += [
        f"expected in the log, not found: {pattern}"
        for pattern in expected
        if not any(re.search(pattern, text) for text in texts)
    ]
    return complaints


@pytest.fixture(autouse=True)
def _quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test on an unannounced warning of ours."""
    expected = [str(mark.args[0]) for mark in request.node.iter_markers("expected_log")]
    collector = _Collector()
    logger = logging.getLogger("workbench")
    logger.addHandler(collector)
    yield
    logger.removeHandler(collector)
    complaints = _compare_log(collector.records, expected)
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def _running() -> set[object]:
    """Threads and child processes alive now. Dummies stand for Qt's own threads and never end."""
    threads = {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}
    return threads | set(multiprocessing.active_children())


@pytest.fixture(autouse=True)
def _nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test when a thread or child process it started is still there two seconds later."""
    before = _running()
    yield
    if request.node.get_closest_marker("keeps_threads"):
        return
    give_up = time.monotonic() + WIND_DOWN_SECONDS
    while (left := _running() - before) and time.monotonic() < give_up:
        time.sleep(0.01)
    if left:
        names = ", ".join(sorted(str(one) for one in left))
        pytest.fail(f"left running: {names}", pytrace=False)
