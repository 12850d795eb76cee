"""Random stories of custody through both engines: the same answers, refusals and rows.

S166, S172, R55, V16: entering and importing seals, steps of two persons, counted uses, balances,
hand-overs, planned shifts and the mode of an organ, mixed with presses.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.store.custody_story import custody_story
from tests.store.server.centres import ServerCentre
from tests.store.server.custody_twins import custody_differences
from tests.store.server.twins import Twins
from tests.store.world import new_world

pytestmark = [pytest.mark.long(4), pytest.mark.timeout(900)]

STEPS = 600
ALL_VERBS = {
    "enter seal", "import seals", "token call", "token error", "balance", "hand over seal",
    "plan custody", "drop custody", "seal mode", "seal change", "take over custody", "reserve",
}  # fmt: skip


@pytest.mark.histories(*range(1, 21))
def test_random_stories_of_custody_go_the_same_way_in_both(
    server: ServerCentre, tmp_path: Path, founded: Path, seed: int,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    """Every verb is taken at least once in the first story; both refuse for the same reason."""
    with new_world(tmp_path, founded) as world:
        twins = Twins(world, server)
        custody_story(world, random.Random(seed), 6, STEPS)
        assert twins.differences() == []
        with twins.real_administration(writing=False) as unit:
            assert custody_differences(unit, server.admin) == []
        assert seed > 1 or set(twins.counts) >= ALL_VERBS, ALL_VERBS - set(twins.counts)
    counted("steps of custody alike in both engines", sum(twins.counts.values()))
