"""The register of seals: steps of one and of two persons, forms, one approval seal an organ.

R54, R55, R57, S165, S166, S173, on a file and on a server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.store.world import World, seed
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Seal, SealKind, SealStatus
from workbench.rules.seal_states import STEPS, AskState, SealChange, SealMode, SealStepAsked
from workbench.store import seeding

AWAY = SealStepAsked(
    "seal_away", "put away with the others", ("guo", "he"),
    {"box": "box 3", "giver": "lin", "receiver": "deng"},
)  # fmt: skip
OTHER_FORMS = {
    "sha256": "x", "pem": "x", "diameter_mm": "42", "daily_limit": "0", "batch_limit": "1",
    "needs_timestamp": "no",
}  # fmt: skip
HEAD, SECURITY, KEEPER = "han", "sec", "lin"


def approval(**changes: Any) -> Seal:
    return replace(seed().seals[0], **changes)


def seal(world: World, seal_id: str) -> Seal:
    return next(one for one in world.as_(KEEPER).seals() if one.seal_id == seal_id)


def ask(world: World, who: str, step: str, seal_id: str = "approval", **more: Any) -> SealChange:
    asked = SealStepAsked(step, more.pop("reason", "because"), **more)
    return world.as_(who).ask_seal_change(seal_id, asked)


def decide(world: World, who: str, change: SealChange, confirm: bool = True) -> SealChange:
    return world.as_(who).decide_seal_change(
        change.change_id, confirm=confirm, reason="looked at it"
    )


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


def test_a_new_seal_is_entered_by_one_and_brought_into_use_by_two(world: World) -> None:
    """R55, R57: who owns controls; a made seal presses nothing."""
    made = approval(seal_id="approval-2", category="trade", key_place="pkcs11:OneSeal")
    entered = world.as_(SECURITY).enter_seal(made, "came from the maker")
    assert (entered.step, entered.state) == ("enter", AskState.DONE)
    assert seal(world, "approval-2") == replace(made, status=SealStatus.MADE)
    assert code(lambda: world.as_(KEEPER).enter_seal(made, "again")) == "not_your_role"
    assert code(lambda: world.as_(HEAD).enter_seal(made, "again")) == "seal_entered"
    ask(world, KEEPER, "suspend")
    asked = ask(world, SECURITY, "activate", "approval-2")
    assert seal(world, "approval-2").status is SealStatus.MADE
    assert world.as_(KEEPER).open_seal_changes() == (asked,)
    assert code(lambda: decide(world, SECURITY, asked)) == "seal_second_person"
    assert code(lambda: decide(world, KEEPER, asked)) == "not_your_role"
    done = decide(world, HEAD, asked)
    assert (done.state, done.decided_by) == (AskState.DONE, HEAD)
    assert seal(world, "approval-2").status is SealStatus.ACTIVE
    assert world.as_(KEEPER).open_seal_changes() == ()
    assert [one.step for one in world.as_(KEEPER).seal_changes("approval-2")] == [
        "enter", "activate",
    ]  # fmt: skip


def test_an_organ_has_one_approval_seal_in_use(world: World) -> None:
    """S166: in one-seal mode a second one is refused, of another trade too; others have many."""
    for name, changes in (
        ("second", {}), ("trade", {"category": "trade"}),
        ("business", {"kind": SealKind.BUSINESS_SPECIAL, "category": "one"}),
        ("business-2", {"kind": SealKind.BUSINESS_SPECIAL, "category": "two"}),
        ("business-3", {"kind": SealKind.BUSINESS_SPECIAL, "category": "two"}),
    ):
        world.as_(SECURITY).enter_seal(approval(seal_id=name, **changes), "made")
    for name in ("second", "trade"):
        assert code(lambda name=name: ask(world, SECURITY, "activate", name)) == "seal_twin"
    for name in ("business", "business-2"):
        decide(world, HEAD, ask(world, SECURITY, "activate", name))
    assert code(lambda: ask(world, SECURITY, "activate", "business-3")) == "seal_twin"
    with world.centre.administration() as unit:
        seeding.add_seal(unit, approval(seal_id="many", organ_name="乙局", sole=False,
                                        category="one"))  # fmt: skip
    claimed = approval(seal_id="claimed", organ_name="乙局", sole=False, category="two")
    world.as_(SECURITY).enter_seal(claimed, "made")
    assert seal(world, "claimed").sole, "the register says how an organ works, not who enters"
    assert code(lambda: ask(world, SECURITY, "activate", "claimed")) == "seal_twin"
    world.as_(HEAD).set_seal_mode("乙局", SealMode.MANY_SEALS)
    world.as_(SECURITY).enter_seal(
        approval(seal_id="many-2", organ_name="乙局", category="two"), "made"
    )
    assert decide(world, HEAD, ask(world, SECURITY, "activate", "many-2")).after.value == "active"


def test_two_that_wait_for_their_second_person_do_not_both_come_into_use(world: World) -> None:
    """S166: judged again when it is carried out, not only when it is asked for."""
    ask(world, KEEPER, "suspend")
    asked = []
    for name in ("first", "second"):
        world.as_(SECURITY).enter_seal(approval(seal_id=name), "made")
        asked.append(ask(world, SECURITY, "activate", name))
    decide(world, HEAD, asked[0])
    assert code(lambda: decide(world, HEAD, asked[1])) == "seal_twin"
    assert code(lambda: ask(world, HEAD, "resume")) == "seal_twin"
    assert seal(world, "second").status is SealStatus.MADE


def test_sealing_away_takes_two_witnesses_a_box_and_a_second_person(world: World) -> None:
    """S165, S173, R55; and no step leads back."""
    keeper = world.as_(KEEPER)

    def asking(**changes: Any) -> str:
        return code(lambda: keeper.ask_seal_change("approval", replace(AWAY, **changes)))

    assert asking(witnesses=("guo",)) == "seal_witnesses_missing"
    assert asking(witnesses=("guo", "guo")) == "seal_witnesses_missing"
    assert asking(witnesses=("guo", " ")) == "seal_witnesses_missing"
    assert asking(witnesses=("guo", KEEPER)) == "seal_witness_is_asker"
    assert asking(form={"box": "3", "giver": "lin"}) == "seal_form_incomplete"
    assert asking(reason=" ") == "reason_missing"
    asked = keeper.ask_seal_change("approval", AWAY)
    assert seal(world, "approval").status is SealStatus.ACTIVE
    assert code(lambda: keeper.ask_seal_change("approval", AWAY)) == "seal_change_open"
    done = decide(world, SECURITY, asked)
    assert (done.after, dict(done.form), done.witnesses) == (
        SealStatus.SEALED_AWAY, dict(AWAY.form), AWAY.witnesses,
    )  # fmt: skip
    assert (seal(world, "approval").status, seal(world, "approval").box) == (
        SealStatus.SEALED_AWAY, "box 3",
    )  # fmt: skip
    for step in sorted(code for code, one in STEPS.items() if one.before and code != "destroy"):
        again = replace(AWAY, step=step, form={**AWAY.form, **OTHER_FORMS})
        by = SECURITY if security_may(step) else KEEPER
        assert code(
            lambda again=again, by=by: world.as_(by).ask_seal_change("approval", again)
        ) == "seal_step_wrong_state", step  # fmt: skip


def security_may(step: str) -> bool:
    return any(role.value == "security_admin" for role in STEPS[step].may_ask)


def test_a_witness_does_not_confirm_what_he_saw(world: World) -> None:
    asked = world.as_(KEEPER).ask_seal_change(
        "approval", replace(AWAY, witnesses=("guo", HEAD))
    )
    assert code(lambda: decide(world, HEAD, asked)) == "seal_second_person"
    assert decide(world, SECURITY, asked).after is SealStatus.SEALED_AWAY


def test_what_was_asked_for_is_declined_or_withdrawn(world: World) -> None:
    asked = world.as_(KEEPER).ask_seal_change("approval", AWAY)
    assert code(lambda: world.as_(HEAD).withdraw_seal_change(asked.change_id)) == (
        "seal_change_not_yours"
    )
    assert world.as_(KEEPER).withdraw_seal_change(asked.change_id).state is AskState.WITHDRAWN
    again = world.as_(KEEPER).ask_seal_change("approval", AWAY)
    assert code(lambda: world.as_(HEAD).decide_seal_change(
        again.change_id, confirm=False, reason=" ")) == "reason_missing"  # fmt: skip
    assert decide(world, HEAD, again, confirm=False).state is AskState.DECLINED
    assert code(lambda: decide(world, HEAD, again)) == "seal_change_not_open"
    assert seal(world, "approval").status is SealStatus.ACTIVE


@pytest.mark.parametrize("who", ["zhang", "wang", "tang", "sys", "aud", "deng"])
def test_nobody_else_changes_a_seal(world: World, who: str) -> None:
    for step in STEPS:
        if STEPS[step].before:
            assert code(lambda step=step: ask(world, who, step)) == "not_your_role", step
