"""Random histories through both engines: no difference in state, due time, refusal, chain."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.store.histories import PEOPLE, history
from tests.store.server.centres import ServerCentre
from tests.store.server.twins import Twins
from tests.store.world import PROMISED, new_world

pytestmark = [pytest.mark.long(6), pytest.mark.timeout(900)]

CASES, MOVES = 40, 30


def test_a_case_goes_the_same_way_in_both(
    server: ServerCentre, tmp_path: Path, founded: Path
) -> None:
    with new_world(tmp_path, founded) as world:
        twins = Twins(world, server)
        world.granted(PROMISED)
        assert twins.differences() == []


@pytest.mark.histories(*range(250))
def test_random_histories_go_the_same_way_in_both(
    server: ServerCentre, tmp_path: Path, founded: Path, seed: int, depth: int,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    """With ``--deep`` ten thousand cases, each of them with thirty steps on average (issue 3)."""
    dice = random.Random(seed)
    cases = CASES if depth > 1 else 5
    with new_world(tmp_path, founded) as world:
        twins = Twins(world, server)
        made = history(world, dice, cases=cases, steps=cases * MOVES)
        assert twins.differences() == []
        looked = dice.sample(made, 1 + min(depth, 4))
        for case in looked:
            for login in PEOPLE:
                here, there = twins.views(login, case.case_no)
                assert here == there, (login, case.case_no)
        assert twins.differences() == []
    counted("random histories alike in both engines", len(made))
    counted("moves alike in both engines", sum(twins.counts.values()))
    counted("opened cases alike in both engines", len(looked) * len(PEOPLE))
