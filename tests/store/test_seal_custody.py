"""Custody of the seal on a file and on a server: uses, balances, hand-over, shifts, limits, modes.

S166, S172, V16; seal design sections 7 and 8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.store.world import NINE, ORGAN, World, document_of, seed
from workbench.rules.case import Case
from workbench.rules.moment import DAY, HOUR
from workbench.rules.refusals import Refusal
from workbench.rules.seal_balance import LedgerAsk, Occasion, TokenUse
from workbench.rules.seal_custody import LedgerState, SealStatus
from workbench.rules.seal_states import SealMode, SealStepAsked

pytestmark = pytest.mark.long(9)
KEEPER, DEPUTY, HEAD, SECURITY, PLANNER = "lin", "gao", "han", "sec", "song"
SEAL = "approval"


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


def reserve(world: World, case: Case, login: str = KEEPER, seal: str = SEAL) -> Any:
    return world.as_(login).reserve(document_of(case), case.case_id, seal, f"{login}-worker")


def pressed(world: World) -> Case:
    """A press as the worker makes it, its call of the key counted."""
    case = world.awaiting_seal()
    world.as_(KEEPER).count_token_call(SEAL)
    return world.press(case)


# -- the key's uses ---------------------------------------------------------------------------


def test_a_key_is_counted_before_it_is_asked(world: World) -> None:
    desk = world.as_(KEEPER)
    assert desk.token_use(SEAL) == TokenUse(SEAL)
    assert [desk.count_token_call(SEAL) for _call in range(3)] == [1, 2, 3]
    assert desk.token_use(SEAL).calls == 3
    assert code(lambda: world.as_(HEAD).count_token_call(SEAL)) == "not_your_role"
    assert code(lambda: desk.count_token_call("missing")) == "seal_unknown"


def test_three_errors_in_a_row_suspend_the_seal_and_a_press_ends_the_row(world: World) -> None:
    desk = world.as_(KEEPER)
    assert [desk.note_token_error(SEAL, "token_gone") for _error in range(2)] == [1, 2]
    pressed(world)
    assert desk.token_use(SEAL).errors_in_a_row == 0
    case = world.awaiting_seal()
    assert [desk.note_token_error(SEAL, "token_error") for _error in range(3)] == [1, 2, 3]
    assert code(lambda: reserve(world, case)) == "seal_suspended"
    assert code(lambda: desk.count_token_call(SEAL)) == "seal_suspended"
    (change,) = world.as_(DEPUTY).seal_changes(SEAL)
    assert (change.step, change.after, change.actor) == ("suspend", SealStatus.SUSPENDED, KEEPER)
    assert desk.note_token_error(SEAL, "token_error") == 4, "and is not suspended twice"
    assert len(desk.seal_changes(SEAL)) == 1
    world.as_(HEAD).ask_seal_change(SEAL, SealStepAsked("resume", "a new token"))
    assert reserve(world, case).state is LedgerState.RESERVED


# -- balances and hand-over --------------------------------------------------------------------


def test_the_evening_balance_holds_ledger_files_and_key_against_each_other(world: World) -> None:
    pressed(world)
    pressed(world)
    desk = world.as_(KEEPER)
    struck = desk.balance_seal(SEAL, 2, " all there ")
    assert (struck.released, struck.void, struck.files, struck.calls) == (2, 0, 2, 2)
    assert (struck.differences, struck.note, struck.occasion) == ((), "all there", Occasion.DAY)
    assert desk.balance_seal(SEAL, -1, "").differences == (), "a key that counts nothing itself"
    assert desk.balance_seal(SEAL, 3, "").differences == ("token_above_calls",)
    assert desk.balance_seal(SEAL, 1, "").differences == ("token_below_ledger",)
    assert [one.balance_id for one in desk.seal_balances(SEAL)] == sorted(
        one.balance_id for one in desk.seal_balances(SEAL)
    )
    assert code(lambda: desk.balance_seal("missing", -1, "")) == "seal_unknown"
    assert code(lambda: world.as_(DEPUTY).balance_seal(SEAL, -1, "")) == "not_on_custody_shift"
    assert code(lambda: world.as_(HEAD).balance_seal(SEAL, -1, "")) == "not_your_role"
    assert world.as_(DEPUTY).seal_balances(SEAL) == (), "off his shift he sees his own"


def test_a_press_that_nobody_counted_and_an_open_one_show(world: World) -> None:
    world.press(world.awaiting_seal())
    reserve(world, world.awaiting_seal())
    found = world.as_(KEEPER).balance_seal(SEAL, -1, "").differences
    assert found == ("lines_open", "calls_below_ledger")


def test_a_sealed_file_that_is_gone_shows(file_world: World) -> None:
    pressed(file_world)
    (line,) = file_world.as_(KEEPER).ledger_page(LedgerAsk()).lines
    stored = file_world.as_(KEEPER).content_path(line.sha256_after)
    stored.unlink()
    assert file_world.as_(KEEPER).balance_seal(SEAL, -1, "").differences == ("files_missing",)


def test_the_seal_is_handed_over_with_the_balance(world: World) -> None:
    """V16: from then on the receiver has the queue, once he has taken over."""
    pressed(world)
    waiting = world.awaiting_seal()
    giver, receiver = world.as_(KEEPER), world.as_(DEPUTY)
    assert code(lambda: receiver.hand_over_seal(SEAL, KEEPER, -1, "")) == "not_on_custody_shift"
    for wrong in (KEEPER, HEAD, "nobody"):
        assert code(lambda to=wrong: giver.hand_over_seal(SEAL, to, -1, "")) == "not_a_custodian"
    struck = giver.hand_over_seal(SEAL, DEPUTY, 1, "with both tokens")
    assert (struck.occasion, struck.receiver, struck.received_at) == (
        Occasion.HAND_OVER, DEPUTY, None,
    )  # fmt: skip
    assert giver.seal_queue() == ()
    assert code(lambda: reserve(world, waiting)) == "not_on_custody_shift"
    assert code(lambda: reserve(world, waiting, DEPUTY)) == "not_on_custody_shift"
    receiver.take_over_custody()
    assert receiver.seal_balances(SEAL)[-1].received_at == world.clock.now()
    assert [one.case.case_no for one in receiver.seal_queue()] == [waiting.case_no]
    assert reserve(world, waiting, DEPUTY).custodian == DEPUTY


def test_whoever_is_pressing_does_not_hand_over(world: World) -> None:
    reserve(world, world.awaiting_seal())
    desk = world.as_(KEEPER)
    assert code(lambda: desk.hand_over_seal(SEAL, DEPUTY, -1, "")) == "press_under_way"
    assert desk.seal_balances(SEAL) == (), "and nothing is half-done"


def test_a_receiver_without_a_shift_gets_the_rest_of_it(world: World) -> None:
    planner, giver = world.as_(PLANNER), world.as_(KEEPER)
    (gao,) = (one for one in giver.custody() if one.login == DEPUTY)
    planner.drop_custody(DEPUTY, gao.start)
    giver.hand_over_seal(SEAL, DEPUTY, -1, "")
    (rest,) = (one for one in giver.custody() if one.login == DEPUTY)
    assert (rest.start, rest.end) == (world.clock.now(), gao.end)


def test_custody_is_planned_by_the_roster_manager_and_never_twice(world: World) -> None:
    planner, free = world.as_(PLANNER), NINE + 91 * DAY
    planner.plan_custody(DEPUTY, free, free + 8 * HOUR)
    assert free in [one.start for one in planner.custody() if one.login == DEPUTY]
    for login, start, end, said in (
        (KEEPER, free + HOUR, free + 2 * HOUR, "custody_overlaps"),
        (HEAD, free + DAY, free + DAY + HOUR, "not_a_custodian"),
        (KEEPER, free + DAY, free + DAY, "custody_span"),
        (KEEPER, NINE - 2 * DAY, NINE - DAY, "custody_span"),
    ):
        assert code(lambda: planner.plan_custody(login, start, end)) == said  # noqa: B023
    assert code(lambda: world.as_(KEEPER).plan_custody(DEPUTY, free, free)) == "not_your_role"
    planner.drop_custody(DEPUTY, free)
    assert code(lambda: planner.drop_custody(DEPUTY, free)) == "custody_not_there"
    (held,) = (one for one in planner.custody() if one.login == KEEPER)
    assert code(lambda: planner.drop_custody(KEEPER, held.start)) == "custody_taken_over"


# -- what may be pressed --------------------------------------------------------------------------


def change_seal(world: World, **values: Any) -> None:
    """The register as two persons would have changed it."""
    world.change("seal", "seal_id", SEAL, **values)


def test_the_daily_limit_begins_anew_at_midnight(world: World) -> None:
    change_seal(world, daily_limit=2)
    for _press in range(2):
        pressed(world)
    third = world.awaiting_seal()
    assert code(lambda: reserve(world, third)) == "seal_daily_limit"
    world.clock.set(world.clock.now() + DAY)
    assert reserve(world, third).state is LedgerState.RESERVED


def test_a_seal_of_metal_is_not_pressed_by_a_key(world: World) -> None:
    change_seal(world, key_place="none")
    assert code(lambda: reserve(world, world.awaiting_seal())) == "seal_has_no_key"


# -- the register of use ------------------------------------------------------------------------


def test_the_register_of_use_comes_by_page(world: World) -> None:
    cases = [pressed(world) for _press in range(5)]
    desk = world.as_(KEEPER)
    first = desk.ledger_page(LedgerAsk(count=2))
    assert ([one.serial for one in first.lines], first.total, first.more) == ([5, 4], 5, True)
    rest = desk.ledger_page(LedgerAsk(count=3, before=first.lines[-1].serial))
    assert ([one.serial for one in rest.lines], rest.total, rest.more) == ([3, 2, 1], 5, False)
    found = desk.ledger_page(LedgerAsk(text=cases[1].case_no)).lines
    assert [one.case_no for one in found] == [cases[1].case_no]
    assert desk.ledger_page(LedgerAsk(text="100%")).lines == ()
    assert desk.ledger_page(LedgerAsk(states=(LedgerState.VOID,))).total == 0
    assert desk.ledger_page(LedgerAsk(seal_id=SEAL, custodian=KEEPER)).total == 5
    assert desk.ledger_page(LedgerAsk(since=world.clock.now() + 1)).total == 0
    assert desk.ledger_page(LedgerAsk(until=world.clock.now() + 1)).total == 5
    assert world.as_(DEPUTY).ledger_page(LedgerAsk()).total == 0, "V16b: his own lines"
    assert world.as_("zhang").ledger_page(LedgerAsk()).total == 0


def test_who_holds_the_seal_sees_what_others_have_pressed(world: World) -> None:
    """V16b: the whole register, by the number of each case, whether he sees that case or not."""
    cases = [pressed(world) for _press in range(3)]
    world.as_(KEEPER).hand_over_seal(SEAL, DEPUTY, -1, "")
    world.as_(DEPUTY).take_over_custody()
    page = world.as_(DEPUTY).ledger_page(LedgerAsk(text=cases[0].case_no))
    assert [(one.case_no, one.custodian, one.state) for one in page.lines] == [
        (cases[0].case_no, KEEPER, LedgerState.RELEASED)
    ]
    assert world.as_(DEPUTY).ledger_page(LedgerAsk()).total == 3
    assert world.as_(KEEPER).ledger_page(LedgerAsk()).total == 3, "his own lines"


# -- one seal or many -----------------------------------------------------------------------------


def test_an_organ_works_with_one_seal_or_with_many(world: World) -> None:
    """S166, S020: back to one only when no second one is in use."""
    head = world.as_(HEAD)
    assert head.seal_modes() == {}
    assert code(lambda: world.as_(KEEPER).set_seal_mode(ORGAN, SealMode.MANY_SEALS)) == (
        "not_your_role"
    )
    head.set_seal_mode(ORGAN, SealMode.MANY_SEALS)
    second = replace(seed().seals[0], seal_id="approval-2", category="estate", sole=False)
    head.enter_seal(second, "for the estate")
    change = head.ask_seal_change("approval-2", SealStepAsked("activate", "a trade of its own"))
    world.as_(SECURITY).decide_seal_change(change.change_id, confirm=True, reason="agreed")
    active = [one for one in head.seals() if one.status is SealStatus.ACTIVE]
    assert {"approval", "approval-2"} <= {one.seal_id for one in active}
    assert code(lambda: head.set_seal_mode(ORGAN, SealMode.ONE_SEAL)) == "seal_twin"
    assert head.seal_modes() == {ORGAN: SealMode.MANY_SEALS}
    head.ask_seal_change("approval-2", SealStepAsked("suspend", "one is enough"))
    head.set_seal_mode(ORGAN, SealMode.ONE_SEAL)
    assert all(one.sole for one in head.seals() if one.organ_name == ORGAN)


# -- transfer ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("moved", "legacy"), [(-DAY, False), (DAY, True)])
def test_only_cases_from_before_the_transfer_keep_the_old_seal(
    world: World, moved: int, legacy: bool
) -> None:
    """S172: by the moment of acceptance, not by the fact that the department was transferred."""
    case = world.awaiting_seal()
    at = case.accepted_at + moved
    world.change("department", "code", "market", transferred_to="bureau", transferred_at=at)
    change_seal(world, status=SealStatus.ACTIVE_FOR_LEGACY.value)
    (task,) = world.as_(KEEPER).seal_queue()
    assert (task.organ, task.legacy) == (ORGAN, legacy)
    if legacy:
        assert reserve(world, case).state is LedgerState.RESERVED
    else:
        assert code(lambda: reserve(world, case)) == "seal_active_for_legacy"
