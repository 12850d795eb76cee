"""Pressing the one seal exactly once: reserve, prepare, sign, release; and recovery (T23, T24).

The protocol of seal design section 7. Called by the seal worker only. What paper does comes in as
a :class:`Presser`; what must survive a crash stands in the ledger before the next step is taken.
Up to PREPARED a press that broke off is void; from SIGNED on it is finished by whoever comes next.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from workbench.casework.moving import new_operation, propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.case_view import SealTask
from workbench.rules.moment import Moment, stamp
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Fault, Outage, Refusal, Trouble
from workbench.rules.seal_custody import (
    HalfPress,
    LedgerLine,
    LedgerState,
    Placement,
    Prepared,
    Pressed,
    Seal,
)
from workbench.rules.words import _, pick

STEPS: Final = ("reserved", "prepared", "signed", "verified", "released")
"""What is told while pressing, in order."""

OnStep = Callable[[str], None]


class Presser(Protocol):
    """The paper side of a press; the key is behind ``sign``, already opened with the PIN."""

    def prepare(
        self, frozen: Path, seal: Seal, at: Placement, staging: Path, moment: Moment
    ) -> Prepared:
        """The frozen file with the seal drawn and an empty signature."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """The signature value of a stored digest."""
        ...

    def level(self, value: bytes) -> str:
        """``B-B`` or ``B-T``."""
        ...

    def fill(self, prepared: Prepared, value: bytes, target: Path) -> str:
        """The sealed file; returns its SHA-256. The same arguments give the same bytes."""
        ...

    def faults(self, frozen: Path, sealed: Path, sha256: str) -> tuple[str, ...]:
        """What an independent verification finds; the frozen file must be a byte prefix."""
        ...


def task_of_case(session: Session, case_no: str) -> SealTask:
    """What awaits the seal in that case. Refusal that says why nothing does."""
    return _waiting(session, lambda one: one.case.case_no == case_no,
                    lambda line: line.case_no == case_no)  # fmt: skip


def task_of(session: Session, document_id: str) -> SealTask:
    """The request for that document. Refusal: not on shift, sealed already, nothing asked."""
    return _waiting(session, lambda one: one.document_id == document_id,
                    lambda line: line.document_id == document_id)  # fmt: skip


def _waiting(
    session: Session, wanted: Callable[[SealTask], bool], pressed: Callable[[LedgerLine], bool]
) -> SealTask:
    found = next((one for one in session.seal_queue() if wanted(one)), None)
    if found is not None:
        return found
    done = [x for x in session.ledger() if pressed(x) and x.state is LedgerState.RELEASED]
    if done:
        raise _sealed_before(session, done[-1])
    if not _on_shift(session):
        raise refusal("not_on_custody_shift")
    raise Refusal("no_seal_request", _("No document awaits the seal."), _("Refresh the queue."))


def _on_shift(session: Session) -> bool:
    login, at = session.who.login, session.moment()
    return any(one.login == login and one.in_force(at) for one in session.custody())


def _sealed_before(session: Session, line: LedgerLine) -> Refusal:
    names = {one.login: pick(one.name_zh, one.name_en) for one in session.people()}
    return Refusal(
        "already_stamped",
        _("{name} has sealed this document: serial {serial}, {time}.").format(
            name=names.get(line.custodian, line.custodian),
            serial=line.serial,
            time=stamp(line.released_at or line.reserved_at),
        ),
        _("Open the result; nothing has to be pressed."),
    )


def press(
    session: Session,
    presser: Presser,
    task: SealTask,
    seal: Seal,
    at: Placement,
    staging: Path,
    owner: str,
    on_step: OnStep,
) -> Pressed:
    """Press the seal on one frozen document. Raises Refusal or Outage; nothing is half-done.

    ``staging`` is a folder of mode 0700 on the custodian's machine; it is left empty.
    """
    line = session.reserve(task.document_id, task.case.case_id, seal.seal_id, owner)
    on_step("reserved")
    signing = False
    try:
        frozen = session.content_path(task.sha256)
        prepared = presser.prepare(
            frozen, seal, at, staging / f"{line.serial}.part", session.moment()
        )
        kept = session.put_content(Path(prepared.path))
        session.mark_prepared(line.serial, owner, prepared, kept)
        on_step("prepared")
        value = presser.sign(prepared.digest)
        sealed = staging / f"{line.serial}.pdf"
        after = presser.fill(prepared, value, sealed)
        faults = presser.faults(frozen, sealed, after)
        if faults:
            raise Fault("sealed_file_faulty", _("The sealed file did not pass its own check."))
        signing = True
        session.mark_signed(line.serial, owner, value, after, presser.level(value))
        on_step("signed")
    except Trouble as trouble:
        _clear(staging, line.serial)
        # Whether it is signed nobody here knows: whoever takes the line over reads it and ends it.
        if not (signing and isinstance(trouble, Outage)):
            session.void_line(line.serial, owner, trouble.code)
        raise
    session.put_content(sealed)
    on_step("verified")
    half = _half(line.serial, task, seal, prepared, value, after, presser.level(value))
    _release(session, half, owner)
    _clear(staging, line.serial)
    on_step("released")
    return _pressed(half)


def _half(
    serial: int, task: SealTask, seal: Seal, prepared: Prepared,
    value: bytes, after: str, level: str,
) -> HalfPress:  # fmt: skip
    return HalfPress(
        serial=serial,
        state=LedgerState.SIGNED,
        document_id=task.document_id,
        case_id=task.case.case_id,
        case_no=task.case.case_no,
        seal_id=seal.seal_id,
        custodian="",
        frozen_sha256=task.sha256,
        placement=prepared.placement,
        cms=value,
        sha256_after=after,
        level=level,
    )


def _release(session: Session, half: HalfPress, owner: str) -> Case:
    """RELEASED and T23 in one transaction of the store."""
    at = half.placement or Placement(1, 0.0, 0.0)
    number = half.document_id.rpartition("/")[2]
    fields = {
        "document_id": half.document_id,
        "serial": half.serial,
        "hash_before": half.frozen_sha256,
        "hash_after": half.sha256_after,
        "page": at.page,
        "x_mm": at.x_mm,
        "y_mm": at.y_mm,
        "level": half.level,
    }
    body = {"sha256": half.sha256_after, "document_no": number, "serial": half.serial}
    entry = NewEntry("sealed_document", body)
    return session.release(
        half.serial, owner, Move("stamp", fields, (entry,), operation_id=new_operation())
    )


def _pressed(half: HalfPress) -> Pressed:
    return Pressed(
        half.serial,
        half.document_id,
        half.frozen_sha256,
        half.sha256_after,
        half.level,
        half.placement or Placement(1, 0.0, 0.0),
    )


def _clear(staging: Path, serial: int) -> None:
    """Take the unfinished files away: they look sealed and are not."""
    for name in (f"{serial}.part", f"{serial}.pdf"):
        (staging / name).unlink(missing_ok=True)


def recover(session: Session, presser: Presser, staging: Path, owner: str) -> tuple[str, ...]:
    """Finish or void every press whose worker is gone; says per serial what was done.

    Whoever wins the lease recovers; the others find nothing. RESERVED and PREPARED become void,
    SIGNED is finished from the ledger and the content store and gives the very same file. A line
    that cannot be finished now (nobody on shift, the case frozen) stays as it is and is named with
    the reason: it must not keep the custodian from pressing other documents.
    """
    done = []
    for half in session.unfinished():
        if not session.take_lease(half.serial, owner):
            continue
        _clear(staging, half.serial)
        if half.state is not LedgerState.SIGNED:
            session.void_line(half.serial, owner, "worker_gone")
            done.append(f"{half.serial}:void")
            continue
        try:
            _finish(session, presser, half, staging, owner)
            done.append(f"{half.serial}:released")
        except Refusal as stuck:
            _clear(staging, half.serial)
            done.append(f"{half.serial}:{stuck.code}")
    _sweep(session, staging)
    return tuple(done)


def _sweep(session: Session, staging: Path) -> None:
    """Files of presses that had ended when their worker was killed, between its last two steps."""
    left = {int(one.stem) for one in staging.iterdir() if one.stem.isdigit()}
    if left:
        ended = (LedgerState.RELEASED, LedgerState.VOID)
        over = {line.serial for line in session.ledger() if line.state in ended}
        for serial in left & over:
            _clear(staging, serial)


def _finish(session: Session, presser: Presser, half: HalfPress, staging: Path, owner: str) -> None:
    prepared = Prepared(
        str(session.content_path(half.prepared_sha256)),
        half.digest,
        half.hole_start,
        half.hole_end,
        half.frozen_sha256,
        half.placement or Placement(1, 0.0, 0.0),
    )
    sealed = staging / f"{half.serial}.pdf"
    after = presser.fill(prepared, half.cms, sealed)
    if after != half.sha256_after:
        raise Fault(
            "recovered_file_differs",
            _("Press {serial} cannot be finished: the file differs from the ledger.").format(
                serial=half.serial
            ),
        )
    session.put_content(sealed)
    _release(session, half, owner)
    _clear(staging, half.serial)


def return_request(session: Session, case: Case, reason: str, note: str) -> Case:
    """T24: give the request back with a reason; the document is unfrozen, the clock runs on."""
    entry = NewEntry("stamping_return", {"reason": reason, "note": note})
    return propose(session, case, "return_stamping", {"reason": reason}, [entry])
