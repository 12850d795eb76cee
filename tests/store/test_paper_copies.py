"""Pressing by hand, on a file and on a server: one ledger, each copy exactly once (R44, S167).

Items that are sealed on paper only, and seals that have no key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from threading import Barrier, Thread

import pytest

from tests.store.world import NINE, ON_PAPER, PROMISED, World, document_of, duty_of
from workbench.rules.case import Case, Move, NewEntry, Part, State
from workbench.rules.case_view import SealTask
from workbench.rules.catalogue import ItemVersion
from workbench.rules.copy_comparison import new_control_code
from workbench.rules.moment import HOUR
from workbench.rules.refusals import Refusal
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import LedgerLine, LedgerState, Placement
from workbench.rules.seal_states import SealStepAsked

S = LedgerState
KEEPER, DEPUTY = "lin", "gao"
PLACE = Placement(1, 120.0, 200.5)
SCANS = count(1)


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


def asked(
    world: World, originals: int = 1, duplicates: int = 1, *, item: ItemVersion = ON_PAPER,
    template: str = "licence", kind: str = "approval_special",
) -> Case:  # fmt: skip
    """A document that waits for its copies to be pressed (T22)."""
    case, who = world.granted(item), duty_of(item)
    case = world.move(who, case, "prepare_result", template=template, document_no="D-1")
    frozen = world.file(f"frozen {case.case_no}")
    document = NewEntry("document", {"sha256": frozen, "template": template})
    return world.move(
        who, case, "request_seal", document, document_id=document_of(case), document_no="D-1",
        seal_kind=kind, sha256=frozen, proof_shown="yes", originals=originals,
        duplicates=duplicates,
    )  # fmt: skip


def numbered(
    world: World, case: Case, seal: str = "approval", login: str = KEEPER, codes: int = 5
) -> tuple[LedgerLine, ...]:
    made = [new_control_code() for _code in range(codes)]
    return world.as_(login).number_copies(document_of(case), case.case_id, seal, made)


def scan(world: World, login: str = KEEPER) -> str:
    """A scan that nobody has filed yet, brought by that custodian."""
    return world.as_(login).put_content(f"scan {next(SCANS)}".encode())


def filed(world: World, line: LedgerLine, found: str = "same", note: str = "") -> LedgerLine:
    """Printed, pressed, scanned back."""
    desk = world.as_(KEEPER)
    desk.copy_printed(line.serial)
    return desk.file_copy(line.serial, scan(world), PLACE, found, note)


def task_of(world: World, case: Case, login: str = KEEPER) -> SealTask:
    return next(one for one in world.as_(login).seal_queue() if one.case.case_id == case.case_id)


def stamp(world: World, case: Case, copies: tuple[LedgerLine, ...], **changes: object) -> Move:
    """What the desk says of the copies when it registers them (T23)."""
    first = copies[0]
    fields = {"document_id": document_of(case), "serial": first.serial,
              "hash_after": first.scan_sha256, **changes}  # fmt: skip
    kinds = ["sealed_document", *["sealed_copy"] * (len(copies) - 1)]
    entries = tuple(
        NewEntry(kind, {"sha256": one.scan_sha256, "serial": one.serial, "copy_no": one.copy_no})
        for kind, one in zip(kinds, copies, strict=True)
    )
    return Move("stamp", fields, entries, operation_id=f"copies-{first.serial}")


def lines(world: World, case: Case, login: str = KEEPER) -> tuple[LedgerLine, ...]:
    page = world.as_(login).ledger_page(LedgerAsk(text=case.case_no))
    return tuple(reversed(page.lines))


def test_copies_are_numbered_printed_filed_and_registered(world: World) -> None:
    case = asked(world, originals=1, duplicates=2)
    copies = numbered(world, case)
    assert [(one.copy_no, one.copy_kind, one.state) for one in copies] == [
        (1, "original", S.RESERVED), (2, "duplicate", S.RESERVED), (3, "duplicate", S.RESERVED),
    ]  # fmt: skip
    assert len({one.control_code for one in copies}) == 3
    assert numbered(world, case) == copies, "numbered already: nothing is burned"
    desk = world.as_(KEEPER)
    assert desk.copy_printed(copies[0].serial).state is S.PREPARED
    assert code(lambda: desk.copy_printed(copies[0].serial)) == "copy_moved_on", "printed once"
    task = task_of(world, case)
    assert task.paper_only and (task.originals, task.duplicates) == (1, 2)
    assert [one.state for one in task.copies] == [S.PREPARED, S.RESERVED, S.RESERVED]
    one = desk.file_copy(copies[0].serial, scan(world), PLACE, "same", "")
    assert (one.state, one.placement) == (S.SIGNED, PLACE)
    others = tuple(filed(world, line) for line in copies[1:])
    done = desk.release_copies(document_of(case), case.case_id, stamp(world, case, (one, *others)))
    assert done.state is State.PENDING_ISSUE
    again = desk.release_copies(
        document_of(case), case.case_id, stamp(world, case, (one, *others))
    )
    assert again.state is State.PENDING_ISSUE, "asked again, done once"
    register = lines(world, case)
    assert [line.state for line in register] == [S.RELEASED] * 3
    assert {line.manner for line in register} == {"physical"}
    assert all(line.released_at is not None and line.scan_sha256 for line in register)
    window = world.as_("xu").case_view(case.case_no)
    assert window is not None
    brought = [entry.body["sha256"] for entry in window.entries[Part.DOCUMENT]
               if entry.kind in ("sealed_document", "sealed_copy")]  # fmt: skip
    assert brought == [line.scan_sha256 for line in register]
    for sha256 in brought:
        assert world.as_("xu").content_path(sha256).read_bytes().startswith(b"scan")


def test_not_before_every_copy_is_scanned_back(world: World) -> None:
    case = asked(world)
    copies = numbered(world, case)
    desk, first = world.as_(KEEPER), filed(world, copies[0])
    early = stamp(world, case, (first,))
    assert code(lambda: desk.release_copies(document_of(case), case.case_id, early)) == (
        "copies_missing"
    )
    assert code(lambda: world.move(KEEPER, case, "stamp", *early.entries, **early.fields)) == (
        "not_in_ledger"
    )
    assert code(lambda: desk.file_copy(copies[1].serial, scan(world), PLACE, "same", "")) == (
        "copy_moved_on"
    ), "not printed yet"
    second = filed(world, copies[1])
    right = (first, second)
    for wrong in (
        stamp(world, case, right, serial=second.serial),
        stamp(world, case, right, hash_after=second.scan_sha256),
        stamp(world, case, (first, replace(second, scan_sha256=first.scan_sha256))),
        stamp(world, case, (second, first)),
        replace(stamp(world, case, right), entries=stamp(world, case, right).entries[:1]),
    ):
        assert code(lambda: desk.release_copies(document_of(case), case.case_id, wrong)) == (  # noqa: B023
            "ledger_differs"
        )
    assert [line.state for line in lines(world, case)] == [S.SIGNED] * 2


def test_a_spoiled_copy_is_printed_anew_under_another_code(world: World) -> None:
    case = asked(world)
    copies, desk = numbered(world, case), world.as_(KEEPER)
    desk.copy_printed(copies[1].serial)
    assert code(lambda: desk.spoil_copy(copies[1].serial, "no_such_reason")) == "spoil_reason"
    spoiled = desk.spoil_copy(copies[1].serial, "torn")
    assert (spoiled.state, spoiled.void_reason) == (S.VOID, "torn")
    assert code(lambda: desk.spoil_copy(copies[1].serial, "torn")) == "copy_moved_on"
    first, second = numbered(world, case)
    assert first == copies[0] and second.serial > copies[1].serial
    assert (second.copy_no, second.copy_kind) == (2, "duplicate")
    assert second.control_code != copies[1].control_code
    done = tuple(filed(world, line) for line in (first, second))
    desk.release_copies(document_of(case), case.case_id, stamp(world, case, done))
    assert [line.state for line in lines(world, case)] == [S.RELEASED, S.VOID, S.RELEASED]
    assert code(lambda: desk.spoil_copy(first.serial, "torn")) == "wrong_state"


def test_one_scan_proves_one_copy_and_a_difference_takes_words(world: World) -> None:
    case = asked(world)
    copies, desk = numbered(world, case), world.as_(KEEPER)
    first = filed(world, copies[0])
    desk.copy_printed(copies[1].serial)
    for sha256, found, note, expected in (
        (first.scan_sha256, "same", "", "scan_taken"),
        ("ab" * 32, "same", "", "content_missing"),
        (scan(world), "differs", " ", "copy_note_missing"),
        (scan(world), "perhaps", "x", "copy_note_missing"),
    ):
        assert code(
            lambda: desk.file_copy(copies[1].serial, sha256, PLACE, found, note)  # noqa: B023
        ) == expected
    line = desk.file_copy(copies[1].serial, scan(world), PLACE, "differs", "a coffee stain")
    assert line.state is S.SIGNED


def test_who_takes_over_goes_on_and_a_hand_over_waits_for_the_copies(world: World) -> None:
    """V16: the seal goes to the deputy between printing and scanning; he reads the scan too."""
    case = asked(world)
    copies = numbered(world, case)
    first = filed(world, copies[0])
    desk = world.as_(KEEPER)
    assert code(lambda: desk.hand_over_seal("approval", DEPUTY, -1, "")) == "copies_under_way"
    world.as_(KEEPER).copy_printed(copies[1].serial)
    deputy = world.as_(DEPUTY)
    assert code(lambda: deputy.spoil_copy(copies[1].serial, "torn")) == "not_on_custody_shift"
    deputy.take_over_custody()
    assert deputy.content_path(first.scan_sha256).read_bytes().startswith(b"scan")
    second = deputy.file_copy(copies[1].serial, scan(world, DEPUTY), PLACE, "same", "")
    done = deputy.release_copies(
        document_of(case), case.case_id, stamp(world, case, (first, second))
    )
    assert done.state is State.PENDING_ISSUE


def test_a_request_is_returned_only_when_its_copies_are_called_back(world: World) -> None:
    """T24: no numbered paper stays behind under a document that is made anew."""
    case = asked(world)
    copies, desk = numbered(world, case), world.as_(KEEPER)
    desk.copy_printed(copies[0].serial)
    back = NewEntry("stamping_return", {"reason": "layout", "note": ""})
    view = desk.case_view(case.case_no)
    assert view is not None and "return_stamping" not in view.moves
    assert code(lambda: world.move(KEEPER, case, "return_stamping", back, reason="layout")) == (
        "copies_out"
    )
    for line in copies:
        desk.spoil_copy(line.serial, "recalled")
    returned = world.move(KEEPER, case, "return_stamping", back, reason="layout")
    assert returned.state is State.PREPARING_RESULT


def test_voiding_takes_back_every_copy(world: World) -> None:
    """T23b, E14: found wrong before it was handed out."""
    case = asked(world)
    copies = tuple(filed(world, line) for line in numbered(world, case))
    world.as_(KEEPER).release_copies(document_of(case), case.case_id, stamp(world, case, copies))
    world.move(KEEPER, case, "propose_void", NewEntry("void_reason", {"text": "wrong name"}))
    assert world.move(duty_of(ON_PAPER), case, "confirm_void").state is State.PREPARING_RESULT
    assert [(line.state, line.void_reason) for line in lines(world, case)] == [
        (S.VOID, "wrong name")
    ] * 2


def test_key_and_hand_keep_out_of_each_others_way(world: World) -> None:
    """R44 and S167: what is for paper is never signed, what has a key is never pressed by hand."""
    desk, paper = world.as_(KEEPER), asked(world)
    assert code(
        lambda: desk.reserve(document_of(paper), paper.case_id, "approval", "worker")
    ) == "wet_seal_only"
    keyed = world.awaiting_seal(PROMISED)
    assert code(lambda: numbered(world, keyed)) == "seal_has_key"
    own = asked(world, item=PROMISED, template="revocation", kind="organ_official")
    assert code(
        lambda: desk.reserve(document_of(own), own.case_id, "official", "worker")
    ) == "seal_has_no_key"
    assert code(lambda: numbered(world, own)) == "seal_wrong_kind", "R51: N19 with the organ's own"
    first, _second = numbered(world, own, "official")
    for act in (
        lambda: desk.void_line(first.serial, "", "x"),
        lambda: desk.mark_signed(first.serial, "", b"cms", "ab" * 32, "B-B"),
    ):
        assert code(act) == "ledger_moved_on", "no verb of the key touches a copy"
    world.clock.set(NINE + HOUR)
    assert desk.unfinished() == (), "and nobody recovers it: paper has no lease"
    assert not desk.take_lease(first.serial, "worker")


def test_codes_limits_and_the_seals_state_are_asked(world: World) -> None:
    desk, case = world.as_(KEEPER), asked(world)

    def number(*codes: str) -> object:
        return desk.number_copies(document_of(case), case.case_id, "approval", codes)

    assert code(lambda: number("K7Q2M-9XD4T", "x")) == "control_code_form"
    same = new_control_code()
    assert code(lambda: number(same, same)) == "control_code_taken"
    assert code(lambda: number(same)) == "control_codes_few"
    assert lines(world, case) == (), "all or none"
    first, _second = numbered(world, case)
    desk.copy_printed(first.serial)
    world.as_("han").ask_seal_change("approval", SealStepAsked("suspend", "looked at"))
    assert code(lambda: desk.file_copy(first.serial, scan(world), PLACE, "same", "")) == (
        "seal_suspended"
    )
    assert code(lambda: numbered(world, asked(world))) == "seal_suspended"


def test_nobody_else_touches_a_copy(world: World) -> None:
    """V16, V16b: the window, the maker, the decider and the deputy off shift."""
    case = asked(world)
    first, _second = numbered(world, case)
    for login in ("wang", "zhang", "xu", "sec", "han"):
        desk = world.as_(login)
        for act in (
            lambda: desk.copy_printed(first.serial),  # noqa: B023
            lambda: desk.spoil_copy(first.serial, "torn"),  # noqa: B023
            lambda: numbered(world, case, login=login),  # noqa: B023
        ):
            assert code(act) == "not_your_role", login
    assert code(lambda: world.as_(DEPUTY).copy_printed(first.serial)) == (
        "not_on_custody_shift"
    )
    assert code(lambda: numbered(world, case, login=DEPUTY)) == "not_on_custody_shift"
    assert code(lambda: world.as_(KEEPER).copy_printed(first.serial + 99)) == "copy_moved_on"


def test_the_balance_counts_the_scans(world: World) -> None:
    case = asked(world)
    copies = tuple(filed(world, line) for line in numbered(world, case))
    desk = world.as_(KEEPER)
    desk.release_copies(document_of(case), case.case_id, stamp(world, case, copies))
    struck = desk.balance_seal("approval", -1, "")
    assert (struck.released, struck.files, struck.differences) == (2, 2, ())


def test_two_desks_at_one_document_number_it_once(world: World) -> None:
    """The same custodian at two machines; whoever comes second sees the first one's copies."""
    case, begin = asked(world, duplicates=4), Barrier(2)
    found: list[tuple[LedgerLine, ...]] = []
    desks = [world.centre.session_as(KEEPER) for _desk in range(2)]

    def work(desk: object) -> None:
        begin.wait()
        made = [new_control_code() for _code in range(5)]
        found.append(desk.number_copies(document_of(case), case.case_id, "approval", made))  # type: ignore[attr-defined]

    threads = [Thread(target=work, args=(desk,)) for desk in desks]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for desk in desks:
        desk.close()
    assert len(found) == 2 and found[0] == found[1]
    assert len(lines(world, case)) == 5
