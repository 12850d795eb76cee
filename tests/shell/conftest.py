"""Fixtures of the shell tests: the founded sample centre, copies of it, a heartbeat."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication

from tests.shell import desk_kit
from tests.shell.server_kit import ServerSample, found_sample_server, server_sample
from tests.store.server.cluster import Cluster
from workbench import settings
from workbench.rules import words
from workbench.shell.garbage import collect_what_is_due
from workbench.shell.lane_thread import claim_ui_thread
from workbench.shell.lanes import Lanes
from workbench.shell.notices import Notices


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """A lane of one test must not destroy the windows of the test before it."""
    gc.disable()
    yield
    collect_what_is_due()
    gc.enable()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample centre, founded once; never opened for writing by a test."""
    return desk_kit.found(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def sample(founded: Path, tmp_path: Path) -> desk_kit.SampleCentre:
    """A sample centre of the test's own, at nine on a working morning."""
    return desk_kit.copied(founded, tmp_path)


@pytest.fixture(scope="session")
def founded_sample(postgres: Cluster) -> str:
    """The sample centre on the server, founded once; tests copy it."""
    return found_sample_server(postgres)


@pytest.fixture
def on_server(postgres: Cluster, founded_sample: str, tmp_path: Path) -> Iterator[ServerSample]:
    """A sample centre of the test's own on a real server, at nine on a working morning."""
    with server_sample(postgres, founded_sample, tmp_path) as made:
        yield made


@pytest.fixture
def lanes(qapp: QApplication) -> Iterator[Lanes]:
    """The three lanes with notices behind them, closed afterwards."""
    claim_ui_thread()
    made = Lanes()
    made.trouble_desk = Notices(made)
    yield made
    assert made.close() == ()


@pytest.fixture
def heartbeat(qapp: QApplication) -> Iterator[desk_kit.Heartbeat]:
    """The longest gap of the event loop while the test runs."""
    beat = desk_kit.Heartbeat()
    yield beat
    beat._timer.stop()


@pytest.fixture(autouse=True)
def _english_afterwards(qapp: QApplication) -> Iterator[None]:
    """A test may speak Chinese and dress the application; the next one finds it plain."""
    yield
    words.use(settings.translations("en"), "en")
    qapp.setStyleSheet(desk_kit.PLAIN)


@pytest.fixture
def notices(lanes: Any) -> Notices:
    """Where the lanes of the test leave what no control shows."""
    assert isinstance(lanes.trouble_desk, Notices)
    return lanes.trouble_desk
