"""Two people bring two approval seals of one organ into use at the same moment: one of them does.

S166; twenty times on a file and on a server, three hundred times with ``--deep``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.store.test_seal_register import HEAD, SECURITY, approval, ask
from tests.store.world import World
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import SealStatus

pytestmark = pytest.mark.long(20)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Every act in a thread of its own, let go together: what came of each."""
    gate, told = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
            told[number] = "done"
        except Refusal as no:
            told[number] = no.code

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return told


def test_of_two_activations_at_once_one_comes_into_use(
    world: World, pytestconfig: pytest.Config
) -> None:
    rounds = 300 if pytestconfig.getoption("--deep") else 20
    desks: dict[str, Any] = {who: world.as_(who) for who in (HEAD, SECURITY)}
    for number in range(rounds):
        organ = f"第{number}局"
        asked = []
        for name, by in (("a", SECURITY), ("b", HEAD)):
            made = approval(seal_id=f"{name}{number}", organ_name=organ)
            desks[by].enter_seal(made, "made")
            asked.append(ask(world, by, "activate", made.seal_id))
        told = at_once(*(
            lambda who=who, change=change: decide_anew(world, who, change)
            for who, change in zip((HEAD, SECURITY), asked, strict=True)
        ))  # fmt: skip
        assert sorted(told) == ["done", "seal_twin"], number
        found = [one.status for one in desks[HEAD].seals() if one.organ_name == organ]
        assert sorted(one.value for one in found) == ["active", "made"], number
    assert all(
        one.status is not SealStatus.ACTIVE or one.sole for one in desks[HEAD].seals()
    )


def decide_anew(world: World, who: str, change: Any) -> None:
    """A session belongs to one thread: this one makes its own."""
    room = world.centre.session_as(who)
    try:
        room.decide_seal_change(change.change_id, confirm=True, reason="looked at it")
    finally:
        room.close()


def test_one_change_is_answered_once_however_many_answer_it(world: World) -> None:
    change = ask(world, HEAD, "renew")
    told = at_once(*(lambda: decide_anew(world, SECURITY, change),) * 4)
    assert sorted(told) == ["done", *["seal_change_not_open"] * 3]
