"""A random story of custody: seals entered, counted, handed over, shifts planned, modes set.

Whoever may do a step and whoever may not does it, in seeded disorder, well and badly filled in.
Used by the test that compares the two engines row by row.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from tests.store.histories import press_one
from tests.store.world import LONG_AGO, NINE, ORGAN, World
from workbench.rules.moment import DAY, HOUR, MINUTE
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Seal, SealKind, SealStatus
from workbench.rules.seal_list import ListedSeal
from workbench.rules.seal_states import SealMode, SealStepAsked

PEOPLE: Final = (
    "lin", "lin", "gao", "han", "han", "sec", "sec", "song", "zhang", "aud",
)  # fmt: skip
SEALS: Final = (
    "approval", "approval", "registration", "official", "missing", "n1", "n2", "n3", "n4",
)  # fmt: skip
OTHER_ORGAN: Final = "青云区水务局"
FORM: Final = {"box": "B-1", "sealed_on": "2026-02-01", "giver": "giver", "receiver": "receiver",
               "custodian": "lin", "place": "hall"}  # fmt: skip


def _seal(dice: random.Random, status: SealStatus = SealStatus.MADE) -> Seal:
    kind = dice.choice((SealKind.APPROVAL_SPECIAL, SealKind.APPROVAL_SPECIAL, SealKind.STEEL))
    return Seal(
        dice.choice(("approval", "n1", "n2", "n3", "n4")), kind, dice.choice((ORGAN, OTHER_ORGAN)),
        "演示", "专用", dice.choice((42, 45)), status, LONG_AGO, NINE + 900 * DAY, "",
        key_place=dice.choice(("pkcs12", "none")),
    )  # fmt: skip


def _listed(dice: random.Random) -> list[ListedSeal]:
    made = []
    for _row in range(dice.randrange(1, 3)):
        status = dice.choice((SealStatus.MADE, SealStatus.ACTIVE, SealStatus.SEALED_AWAY))
        witnesses = dice.choice(((), ("first", "second"), ("first", "second"), ("first",)))
        made.append(ListedSeal(_seal(dice, status), witnesses, FORM))
    return made


def custody_step(world: World, dice: random.Random) -> None:
    """One act by one person; a refusal is an answer like any other."""
    who = dice.choice(PEOPLE)
    desk, seal_id = world.as_(who), dice.choice(SEALS)
    reason = dice.choice(("a reason", "another reason", "a third one", " "))
    start = world.clock.now() + dice.choice((-2, 1, 24, 2400)) * HOUR
    count = dice.choice((-1, 0, 1, 2, 3))
    acts: tuple[Callable[[], Any], ...] = (
        lambda: desk.enter_seal(_seal(dice), reason),
        lambda: desk.import_seals(_listed(dice), reason),
        lambda: desk.ask_seal_change(seal_id, SealStepAsked(
            dice.choice(("activate", "suspend", "resume", "seal_away")), reason,
            ("first", "second"), FORM,
        )),
        lambda: _answer(world, who, dice, reason),
        lambda: world.as_("lin").count_token_call("approval"),
        lambda: desk.count_token_call(seal_id),
        lambda: desk.note_token_error(seal_id, "token_gone"),
        lambda: _holder(world, dice).balance_seal(seal_id, count, " a note "),
        lambda: _holder(world, dice).hand_over_seal(
            "approval", dice.choice(("lin", "gao", "gao", "zhang")), count, ""
        ),
        lambda: world.as_(dice.choice(("lin", "gao"))).take_over_custody(),
        lambda: desk.plan_custody(dice.choice(("lin", "gao", "han")), start, start + 8 * HOUR),
        lambda: world.as_("song").plan_custody(dice.choice(("lin", "gao")), start, start + HOUR),
        lambda: world.as_("song").drop_custody(dice.choice(("lin", "gao")), start),
        lambda: _drop_planned(world, dice),
        lambda: desk.set_seal_mode(dice.choice((ORGAN, OTHER_ORGAN)), dice.choice(tuple(SealMode))),
        lambda: press_one(world, dice),
        lambda: _recover(world),
    )  # fmt: skip
    with suppress(Refusal):
        dice.choice(acts)()


def _holder(world: World, dice: random.Random) -> Any:
    return world.as_(dice.choice(("lin", "lin", "gao", "gao", "sec")))


def _answer(world: World, who: str, dice: random.Random, reason: str) -> None:
    """The second person's answer to what waits, or its withdrawal by whoever asked."""
    for one in world.as_(who).open_seal_changes():
        by = dice.choice(("han", "sec", who))
        if dice.random() < 0.2:
            world.as_(one.actor).withdraw_seal_change(one.change_id)
        else:
            world.as_(by).decide_seal_change(
                one.change_id, confirm=dice.random() < 0.8, reason=reason
            )


def _recover(world: World) -> None:
    """What a press left behind is void; only then is the seal handed over."""
    desk = world.as_("lin")
    for one in desk.unfinished():
        if desk.take_lease(one.serial, "again"):
            desk.void_line(one.serial, "again", "left behind")


def _drop_planned(world: World, dice: random.Random) -> None:
    """A shift that really stands in the plan, taken over or not."""
    shift = dice.choice(world.as_("song").custody())
    world.as_("song").drop_custody(shift.login, shift.start)


def custody_story(world: World, dice: random.Random, documents: int, steps: int) -> None:
    """Some documents await the seal; then so many steps, minutes apart."""
    for _document in range(documents):
        world.awaiting_seal()
    for _step in range(steps):
        world.clock.forward(dice.randrange(1, 20) * MINUTE)
        custody_step(world, dice)
