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

import pytest

from tests.store.press_floor import Desk, Floor
from tests.store.world import World

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


def killed_at_random(floor: Floor, desks: list[Desk], dice: random.Random, limit: float) -> int:
    """Until all is sealed: a worker dies, and every press is nobody's any more. How many died."""
    kills, ends = 0, time.monotonic() + limit
    while len(floor.done()) < len(floor.documents):
        assert time.monotonic() < ends, sorted(set(floor.documents) - floor.done())
        time.sleep(dice.random() * 3)
        pid = dice.choice(desks).worker.pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            kills += 1
        floor.leases_are_over()
    return kills


def test_three_workers_killed_at_random_never_release_twice(
    world: World, tmp_path: Path, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Leases run out while their owners live, too: a slow worker is told that it has lost."""
    floor = Floor(world, tmp_path)
    floor.prepare(50 if depth == 1 else 500)
    dice, over = random.Random(20261123), threading.Event()
    with opened([floor.desk(f"desk-{number}") for number in range(3)]) as desks:
        with ThreadPoolExecutor(3) as hands:
            orders = [dice.sample(list(floor.documents), len(floor.documents)) for _ in desks]
            jobs = [hands.submit(one.press_all, order, over)
                    for one, order in zip(desks, orders, strict=True)]  # fmt: skip
            try:
                kills = killed_at_random(floor, desks, dice, 120 * depth)
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
    world: World, tmp_path: Path, counted: Callable[[str, int], None]
) -> None:
    """Both take them in the same order: each is sealed by one, and the other is told by whom."""
    floor = Floor(world, tmp_path)
    floor.prepare(40)
    floor.both_on_shift()
    wanted = list(floor.documents)
    with opened([floor.desk("first"), floor.desk("second", "gao")]) as desks:
        with ThreadPoolExecutor(2) as hands:
            list(hands.map(lambda desk: [desk.press(one) for one in wanted], desks))
        told = {code for one in desks for code in one.told}
        assert told <= {"being_stamped", "already_stamped", "no_seal_request"}
        assert floor.done() == set(wanted)
        assert sum(len(one.serials) for one in desks) == 40
        assert all(one.serials for one in desks), "neither of them kept the other out"
        floor.assert_settled(desks)
    counted("documents pressed by two custodians at once", 40)
