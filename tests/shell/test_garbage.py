"""The cycle collector makes its rounds on the UI thread, and on no lane (Qt breaks otherwise)."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from workbench.shell.garbage import GarbageRounds
from workbench.shell.lanes import Lanes


class Ring:
    """Something that only the collector throws away; says on which thread it went."""

    def __init__(self, went: list[int]) -> None:
        self.went, self.itself = went, self

    def __del__(self) -> None:
        self.went.append(threading.get_ident())


@pytest.fixture
def rounds(lanes: Lanes) -> Iterator[GarbageRounds]:
    gc.enable()
    parent = QObject()
    made = GarbageRounds(parent)
    made.begin()
    yield made
    made.end()
    assert gc.isenabled()


def test_a_busy_lane_destroys_nothing_and_the_next_round_does(
    rounds: GarbageRounds, lanes: Lanes, qtbot: QtBot
) -> None:
    went: list[int] = []
    Ring(went)

    def many_objects() -> list[list[int]]:
        return [[n] for n in range(50 * gc.get_threshold()[0])]

    done: list[list[list[int]]] = []
    lanes.ask(many_objects, then=done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert not went
    qtbot.waitUntil(lambda: bool(went), timeout=5_000)
    assert went == [threading.get_ident()]
