"""The ledger of presses: exactly once, leases, recovery, and what a custodian is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert

from tests.store.world import NINE, World, document_of, seed, stamp_move
from workbench.casework.seal_register import whole_ledger
from workbench.rules.case import Case, NewEntry, State
from workbench.rules.moment import DAY, MINUTE
from workbench.rules.people import CustodyShift, Membership, Role
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerState, SealStatus
from workbench.rules.seal_states import SealStepAsked
from workbench.store import seeding
from workbench.store.tables import membership

pytestmark = pytest.mark.long(9)


def refused(act) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value


def reserve(world: World, case: Case, login: str = "lin", seal: str = "approval"):
    return world.as_(login).reserve(document_of(case), case.case_id, seal, f"{login}-worker")


def half_way(world: World, case: Case, state: LedgerState) -> tuple[int, str]:
    """A press that has come as far as that state."""
    session, line = world.as_("lin"), reserve(world, case)
    prepared, sealed = world.prepare(line.sha256_before, line.serial)
    if state is not LedgerState.RESERVED:
        session.mark_prepared(line.serial, "lin-worker", prepared, world.file("prepared"))
    if state is LedgerState.SIGNED:
        session.mark_signed(line.serial, "lin-worker", b"cms", sealed, "B-B")
    return line.serial, sealed


def test_a_second_press_of_the_same_document_is_impossible(world: World) -> None:
    case = world.press(world.awaiting_seal())
    said = refused(lambda: reserve(world, case))
    assert said.code == "already_stamped"
    assert "Lin" in said.message
    assert "RELEASED" in said.message
    line = whole_ledger(world.as_("lin"))[-1]
    assert line.state is LedgerState.RELEASED
    assert world.as_("xu").ledger(line.sha256_after) == (line,)
    assert world.check() == []


def test_whoever_opens_the_file_of_a_centre_may_ask_for_its_sealed_files(
    file_world: World,
) -> None:
    file_world.press(file_world.awaiting_seal())
    (line,) = file_world.centre.sealed_files()
    assert whole_ledger(file_world.as_("lin"))[-1] == line


def test_the_queue_shows_the_document_and_never_the_scans(world: World) -> None:
    """V16, V16b."""
    case = world.awaiting_seal()
    (task,) = world.as_("lin").seal_queue()
    assert (task.document_id, task.title_en) == (document_of(case), "Licence")
    assert (task.requested_by, task.decided_by) == ("zhang", "zhang")
    for named in (task.document_id, task.case.case_no):
        assert world.as_("lin").seal_queue(named) == (task,)
    assert world.as_("lin").seal_queue("another") == ()
    assert world.as_("gao").seal_queue() == ()
    assert world.as_("tang").seal_queue() == ()
    assert refused(lambda: reserve(world, case, "gao")).code == "not_on_custody_shift"
    reserve(world, case)
    assert world.as_("lin").seal_queue()[0].ledger_state == "RESERVED"


def test_which_seal_may_be_pressed(world: World) -> None:
    """Domain 2.4 (a), (d): kind, organ, state and validity, at the second of stamping."""
    case = world.awaiting_seal()
    assert refused(lambda: reserve(world, case, seal="registration")).code == "seal_wrong_kind"
    assert refused(lambda: reserve(world, case, seal="none")).code == "seal_unknown"
    approval = seed().seals[0]
    others = (
        ("lost", "seal_lost", {"status": SealStatus.LOST}),
        ("late", "seal_expired", {"valid_to": NINE}),
        ("early", "seal_not_yet_valid", {"valid_from": NINE + DAY}),
        ("other", "seal_wrong_organ", {"organ_name": "乙局"}),
    )
    for name, code, changes in others:
        with world.centre.administration() as unit:
            seeding.add_seal(unit, replace(approval, seal_id=name, sole=False, **changes))
        assert refused(lambda name=name: reserve(world, case, seal=name)).code == code
    assert reserve(world, case).serial == 1


def test_whoever_decided_the_case_never_presses_the_seal_on_it(world: World) -> None:
    """Section 3.6, a hard rule of both engines: refused with nothing reserved; another presses."""
    case = world.awaiting_seal()
    decider = "zhang"
    assert whole_ledger(world.as_("tang")) == ()
    now = world.clock.now()
    with world.centre.administration() as unit:
        keeper = Membership(decider, Role.SEAL_CUSTODIAN, None, None, None, now - DAY)
        with pytest.raises(Refusal, match="may not work on what is sealed"):
            seeding.add_membership(unit, keeper)
        # Past the rule on roles, as somebody with the database in his hands would enter it.
        unit.sql.execute(insert(membership).values(
            login=decider, role="seal_custodian", valid_from=now - DAY, valid_to=now + DAY
        ))  # fmt: skip
        seeding.add_custody_shift(unit, CustodyShift(decider, now - DAY, now + DAY, now - 1))
    assert refused(lambda: reserve(world, case, decider)).code == "separation"
    assert whole_ledger(world.as_("tang")) == ()
    assert world.press(case).state is State.PENDING_ISSUE


def test_only_the_owner_moves_a_line_until_its_lease_is_over(world: World) -> None:
    case = world.awaiting_seal()
    serial, sealed = half_way(world, case, LedgerState.SIGNED)
    session = world.as_("lin")
    foreign = stamp_move(case, serial, sealed)
    assert refused(lambda: session.release(serial, "x", foreign)).code == "ledger_moved_on"
    assert (session.unfinished(), session.take_lease(serial, "x")) == ((), False)
    world.clock.forward(3 * MINUTE)
    (half,) = session.unfinished()
    assert (half.state, half.cms, half.sha256_after) == (LedgerState.SIGNED, b"cms", sealed)
    assert session.take_lease(serial, "x")
    assert not session.take_lease(serial, "y")
    done = session.release(serial, "x", foreign)
    assert done.state is State.PENDING_ISSUE
    # The worker that was given up comes back and asks again: nothing happens a second time.
    assert refused(
        lambda: session.release(serial, "lin-worker", replace(foreign, operation_id="late"))
    ).code == "ledger_moved_on"  # fmt: skip


@pytest.mark.parametrize("state", [LedgerState.RESERVED, LedgerState.PREPARED])
def test_a_press_that_broke_off_gives_the_document_back(world: World, state: LedgerState) -> None:
    case = world.awaiting_seal()
    half_way(world, case, state)
    assert refused(lambda: reserve(world, case)).code == "being_stamped"
    world.clock.forward(3 * MINUTE)
    line = reserve(world, case)
    assert line.serial == 2
    assert [one.state for one in whole_ledger(world.as_("lin"))] == [
        LedgerState.VOID, LedgerState.RESERVED]  # fmt: skip


def test_a_signed_press_is_finished_and_never_repeated(world: World) -> None:
    case = world.awaiting_seal()
    half_way(world, case, LedgerState.SIGNED)
    world.clock.forward(3 * MINUTE)
    assert refused(lambda: reserve(world, case)).code == "being_stamped"


def test_release_and_stamp_are_one(world: World) -> None:
    """A stamp that the judge refuses leaves the line SIGNED."""
    case = world.awaiting_seal()
    serial, sealed = half_way(world, case, LedgerState.SIGNED)
    session = world.as_("lin")
    wrong = stamp_move(case, serial, world.file("another file"))
    assert refused(lambda: session.release(serial, "lin-worker", wrong)).code == "ledger_differs"
    hand = stamp_move(case, serial, sealed)
    bad = replace(hand, fields={**hand.fields, "made_up": 1})
    assert refused(lambda: session.release(serial, "lin-worker", bad)).code == "unknown_field"
    assert whole_ledger(session)[-1].state is LedgerState.SIGNED
    assert session.release(serial, "lin-worker", hand).state is State.PENDING_ISSUE
    assert session.release(serial, "lin-worker", hand).state is State.PENDING_ISSUE
    assert len(whole_ledger(session)) == 1


def test_a_stamping_is_never_entered_by_hand(world: World) -> None:
    case = world.awaiting_seal()
    said = refused(lambda: world.as_("lin").make_move(
        case.case_id, stamp_move(case, 1, world.file("x"))))  # fmt: skip
    assert said.code == "not_in_ledger"


def test_a_request_returned_meanwhile_stops_the_press(world: World) -> None:
    """T24 while a worker prepares: the signature never counts."""
    case = world.awaiting_seal()
    serial, _sealed = half_way(world, case, LedgerState.PREPARED)
    back = NewEntry("stamping_return", {"reason": "layout"})
    world.move("lin", case, "return_stamping", back, reason="layout")
    said = refused(
        lambda: world.as_("lin").mark_signed(serial, "lin-worker", b"c", world.file("s"), "B-B")
    )
    assert said.code == "wrong_state"
    world.as_("lin").void_line(serial, "lin-worker", said.code)
    assert whole_ledger(world.as_("lin"))[-1].void_reason == "wrong_state"


def test_a_signed_press_cannot_be_returned(world: World) -> None:
    case = world.awaiting_seal()
    half_way(world, case, LedgerState.SIGNED)
    back = NewEntry("stamping_return", {"reason": "layout"})
    said = refused(lambda: world.move("lin", case, "return_stamping", back, reason="layout"))
    assert said.code == "stamping_under_way"


def test_a_custodian_off_his_shift_sees_his_own_lines(world: World) -> None:
    """V16b."""
    world.press(world.awaiting_seal())
    seen = [len(whole_ledger(world.as_(who))) for who in ("lin", "gao", "tang", "zhang")]
    assert seen == [1, 0, 1, 0]


def test_taking_over_custody(world: World) -> None:
    taken = world.as_("gao").take_over_custody()
    assert taken.taken_over_at == world.clock.now()
    assert world.as_("gao").take_over_custody() == taken
    assert refused(world.as_("zhang").take_over_custody).code == "not_your_role"
    with world.centre.administration() as unit:
        later = CustodyShift("gao", NINE + 200 * DAY, NINE + 201 * DAY)
        seeding.add_custody_shift(unit, later)
    world.clock.set(NINE + 150 * DAY)
    assert refused(world.as_("gao").take_over_custody).code == "no_custody_shift"


def test_five_wrong_pins_lock_the_seal_desk(world: World) -> None:
    session = world.as_("lin")
    session.note_wrong_pin()
    session.clear_wrong_pins()
    assert [session.note_wrong_pin() for _ in range(5)] == [1, 2, 3, 4, 5]
    session.clear_wrong_pins()
    assert session.seal_desk_locked()
    assert not world.as_("gao").seal_desk_locked()
    with world.centre.administration() as unit:
        seeding.unlock_seal_desk(unit, "lin")
    assert not session.seal_desk_locked()


def test_a_seal_suspended_in_the_middle_of_a_press_signs_nothing(world: World) -> None:
    """R57: the brake holds for a press in hand too, until its signature counts."""
    case = world.awaiting_seal()
    serial, sealed = half_way(world, case, LedgerState.PREPARED)
    world.as_("lin").ask_seal_change("approval", SealStepAsked("suspend", "the PIN was seen"))
    said = refused(
        lambda: world.as_("lin").mark_signed(serial, "lin-worker", b"cms", sealed, "B-B")
    )
    assert said.code == "seal_suspended"
    assert whole_ledger(world.as_("lin"))[-1].state is LedgerState.PREPARED


def test_a_press_that_was_signed_is_finished_under_a_suspended_seal(world: World) -> None:
    """The signature is out: the ledger must say so, or the file would be known to nobody."""
    case = world.awaiting_seal()
    serial, sealed = half_way(world, case, LedgerState.SIGNED)
    world.as_("lin").ask_seal_change("approval", SealStepAsked("suspend", "the PIN was seen"))
    done = world.as_("lin").release(serial, "lin-worker", stamp_move(case, serial, sealed))
    assert done.state is State.PENDING_ISSUE
