"""Three seal workers that are killed again and again, and two custodians at forty documents.

On both engines, with real processes, files and signatures: never two releases, never a file without
a line of the register, never a line without its file or a reason why not (seal design section 7).
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from tests.casework.test_sealing_crash import Child
from tests.paper.seal_kit import PIN
from tests.store.press_floor import Desk, Floor
from tests.store.world import World
from workbench.casework.sealing import STEPS
from workbench.rules.moment import HOUR

if TYPE_CHECKING:
    from tests.journeys.hall import Hall

pytestmark = [pytest.mark.long(30), pytest.mark.timeout(1800)]

EXPECTED = {
    "being_stamped", "already_stamped", "no_seal_request", "ledger_moved_on", "press_again",
    "seal_worker_gone", "wrong_state",
}  # fmt: skip
"""What a custodian may be told while others press the same documents and workers die."""


@contextmanager
def opened(desks: list[Desk]) -> Iterator[list[Desk]]:
    try:
        yield desks
    finally:
        for one in desks:
            one.worker.close()


def killed_at_random(
    floor: Floor, desks: list[Desk], dice: random.Random, wanted: int, apart: float
) -> int:
    """So many times, ``apart`` seconds at most: a worker dies, and every press is nobody's any
    more. Fewer times where all is sealed before. How many died."""
    kills = 0
    while kills < wanted and len(floor.done()) < len(floor.documents):
        time.sleep(dice.random() * apart)
        pid = dice.choice(desks).worker.pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            kills += 1
        floor.leases_are_over()
    return kills


def all_sealed(floor: Floor, limit: float) -> None:
    """After the storm whoever lives seals what is left; what the last one dead held is free."""
    ends = time.monotonic() + limit
    floor.leases_are_over()
    while len(floor.done()) < len(floor.documents):
        assert time.monotonic() < ends, sorted(set(floor.documents) - floor.done())
        time.sleep(0.2)


def test_three_workers_killed_at_random_never_release_twice(
    world: World, tmp_path: Path, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Leases run out while their owners live, too: a slow worker is told that it has lost.

    25 deaths on each engine, with ``--deep`` 500 on each.
    """
    floor, deep = Floor(world, tmp_path), depth > 1
    floor.prepare(500 if deep else 15)
    dice, over = random.Random(20261123), threading.Event()
    with opened([floor.desk(f"desk-{number}") for number in range(3)]) as desks:
        with ThreadPoolExecutor(3) as hands:
            orders = [dice.sample(list(floor.documents), len(floor.documents)) for _ in desks]
            jobs = [hands.submit(one.press_all, order, over)
                    for one, order in zip(desks, orders, strict=True)]  # fmt: skip
            try:
                kills = killed_at_random(
                    floor, desks, dice, 500 if deep else 25, 1.5 if deep else 0.5
                )
                all_sealed(floor, 900 if deep else 120)
            finally:
                over.set()
            for job in jobs:
                job.result()
        floor.leases_are_over()
        desks[0].recover()
        for one in desks[1:]:
            one.recover()  # each sweeps its own folder
        floor.assert_settled(desks)
        assert {code for one in desks for code in one.told} <= EXPECTED
    counted(f"presses by three workers, {kills} of them killed", len(floor.documents))


def test_two_custodians_at_forty_documents(
    world: World, tmp_path: Path, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Both take them in the same order, with one PIN for the batch: every document is sealed by
    one of the two, and the other is told. Fourteen; forty with ``--deep``."""
    floor, count = Floor(world, tmp_path), 40 if depth > 1 else 14
    floor.prepare(count)
    floor.both_on_shift()
    wanted = list(floor.documents)
    with opened([floor.desk("first"), floor.desk("second", "gao")]) as desks:
        with ThreadPoolExecutor(2) as hands:
            list(hands.map(lambda desk: desk.press_batch(wanted), desks))
        told = {code for one in desks for code in one.told}
        assert told <= {"being_stamped", "already_stamped", "no_seal_request"}
        assert floor.done() == set(wanted)
        assert sum(len(one.serials) for one in desks) == count
        assert all(one.serials for one in desks), "neither of them kept the other out"
        floor.assert_settled(desks)
    counted("documents pressed by two custodians at once", count)


class FloorChild(Child):
    """The worker that is held at a step, at the centre of either engine."""

    def __init__(self, floor: Floor, desk: Desk) -> None:
        self.floor = floor
        super().__init__(cast("Hall", SimpleNamespace(pin=PIN)), desk.worker._hello)

    def arrived(self, document: str, step: str) -> bool:
        found = [one for one in self.floor.lines() if one.document_id == document]
        return bool(found) and found[0].state.value == step.upper()


@pytest.mark.parametrize("world", ["server"], indirect=True)
def test_killed_at_each_step_on_a_server(
    world: World, tmp_path: Path, counted: Callable[[str, int], None]
) -> None:
    """As on a file (``tests/casework``): void up to PREPARED, finished by another machine after.

    Of ``verified`` the register shows nothing; there only the random kills strike.
    """
    floor, steps = Floor(world, tmp_path), [one for one in STEPS if one != "verified"]
    floor.prepare(len(steps))
    documents = dict(zip(steps, floor.documents, strict=True))
    for step, document in documents.items():
        FloorChild(floor, floor.desk(f"killed-{step}")).press_until(step, document)
    before = {one.document_id: one for one in floor.lines()}
    floor.leases_are_over()
    with opened([floor.desk("another")]) as desks:
        said = dict(one.split(":") for one in desks[0].recover())
        for step, document in documents.items():
            line = before[document]
            ends = {"reserved": "void", "prepared": "void", "released": None}.get(step, "released")
            assert said.get(str(line.serial)) == ends, step
            if ends == "void":
                assert desks[0].press(document) == ""
        after = {one.serial: one for one in floor.lines()}
        signed = before[documents["signed"]]
        assert after[signed.serial].sha256_after == signed.sha256_after
        floor.assert_settled(desks)
    counted("kill -9 of the seal worker, at each step of a press", len(steps))


@pytest.mark.parametrize("world", ["server"], indirect=True)
def test_a_desk_whose_clock_is_off_presses_nothing(world: World, tmp_path: Path) -> None:
    """The centre's clock is months behind this machine's: told before, and refused at the press."""
    floor = Floor(world, tmp_path)
    floor.prepare(1)
    (document,) = floor.documents
    now = world.clock.now()
    with opened([floor.desk("one")]) as (desk,):
        world.clock.set(now - HOUR)
        assert {one.code: one.passed for one in desk.worker.preflight("approval")}["clock"] is False
        assert desk.press(document) == "desk_clock_off"
        assert floor.lines() == ()
        world.clock.set(now)
        desk.recover()
        assert desk.press(document) == ""
