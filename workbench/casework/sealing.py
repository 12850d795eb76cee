"""Pressing the one seal exactly once: reserve, prepare, sign, release (T23, T24).

The protocol of seal design section 7. Called by the seal worker only. What paper does comes in as
a :class:`Presser`; what must survive a crash stands in the ledger before the next step is taken.
Up to PREPARED a press that broke off is void; from SIGNED on it is finished by whoever comes next
(:mod:`workbench.casework.press_recovery`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from workbench.casework.moving import new_operation, propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.case_view import SealTask
from workbench.rules.moment import Moment
from workbench.rules.refusals import Fault, Outage, Refusal, Trouble
from workbench.rules.seal_balance import MOST_TOKEN_ERRORS
from workbench.rules.seal_custody import (
    HalfPress,
    LedgerState,
    Placement,
    Prepared,
    Pressed,
    Seal,
)
from workbench.rules.words import _

STEPS: Final = ("reserved", "prepared", "signed", "verified", "released")
"""What is told while pressing, in order."""
TOKEN_ERRORS: Final = frozenset({"token_gone", "token_error", "token_module"})
"""Outages of the key itself: three in a row suspend the seal (seal design section 7)."""

OnStep = Callable[[str], None]


class Presser(Protocol):
    """The paper side of a press; the key is behind ``sign``, already opened with the PIN."""

    def gate(self, frozen: Path) -> tuple[str, ...]:
        """Sentences on what must not stand in a file that is sealed; none where it is clean."""
        ...

    def prepare(
        self, frozen: Path, seal: Seal, at: Placement, staging: Path, moment: Moment, *,
        seam: bool, serial: int,
    ) -> Prepared:  # fmt: skip
        """The frozen file with the seal drawn (``seam``: over the pages' edges too), the serial for
        whoever looks it up, and an empty signature."""
        ...

    def rebuild(self, frozen: Path, prepared: Prepared) -> None:
        """The prepared file again, from the frozen one and the kept tail."""
        ...

    def sign(self, seal: Seal, digest: bytes) -> bytes:
        """The signature value of a stored digest."""
        ...

    def level(self, value: bytes) -> str:
        """``B-B``, ``B-T`` or ``B-LT``."""
        ...

    def fill(self, prepared: Prepared, value: bytes, target: Path) -> str:
        """The sealed file; returns its SHA-256. The same arguments give the same bytes."""
        ...

    def faults(self, seal: Seal, frozen: Path, sealed: Path) -> tuple[str, ...]:
        """What an independent verification finds; the frozen file must be a byte prefix."""
        ...


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
    """Press the seal on one frozen document. Raises Trouble; nothing is half-done.

    ``staging`` is a folder of mode 0700 on the custodian's machine; it is left empty.
    """
    line = session.reserve(task.document_id, task.case.case_id, seal.seal_id, owner)
    on_step("reserved")
    signing = False
    try:
        frozen = _clean(presser, session.content_path(task.sha256))
        part, sealed = staged(staging, line.serial, owner)
        prepared = presser.prepare(
            frozen, seal, at, part, session.moment(), seam=task.seam, serial=line.serial
        )
        if prepared.frozen_sha256 != task.sha256:
            raise _changed(task)
        kept = session.put_content(Path(prepared.tail_path))
        session.mark_prepared(line.serial, owner, prepared, kept)
        on_step("prepared")
        value = _signed(session, presser, seal, prepared.digest)
        after = presser.fill(prepared, value, sealed)
        faults = presser.faults(seal, frozen, sealed)
        if faults:
            raise Fault("sealed_file_faulty", _("The sealed file did not pass its own check."))
        signing = True
        session.mark_signed(line.serial, owner, value, after, presser.level(value))
        on_step("signed")
    except Exception as error:
        clear_staging(staging, line.serial, owner)
        trouble = error if isinstance(error, Trouble) else _broken_off(error)
        # Whether it is signed nobody here knows: whoever takes the line over reads it and ends it.
        if not (signing and isinstance(trouble, Outage)):
            trouble = _given_up(session, line.serial, owner, trouble)
        raise trouble from error
    half = _half(line.serial, task, seal, prepared, value, after, presser.level(value))
    try:
        session.put_content(sealed)
        on_step("verified")
        released(session, half, owner)
    except OSError as error:
        raise _unfinished(line.serial) from error
    finally:
        clear_staging(staging, line.serial, owner)
    on_step("released")
    return _pressed(half)


def _given_up(session: Session, serial: int, owner: str, trouble: Trouble) -> Trouble:
    """VOID with the reason. Where another worker has the press by now, that is the trouble."""
    try:
        session.void_line(serial, owner, trouble.code)
    except Refusal as overtaken:
        return overtaken
    except Outage:
        pass  # out of reach: the lease runs out, and the next worker ends the line
    return trouble


def _unfinished(serial: int) -> Outage:
    return Outage(
        "press_unfinished",
        _("Press {serial} is signed, but its file could not be stored.").format(serial=serial),
        _("The seal worker finishes it by itself as soon as it can; press nothing again."),
    )


def _clean(presser: Presser, frozen: Path) -> Path:
    """The gate once more, on the very bytes that were approved (seal design section 6)."""
    found = presser.gate(frozen)
    if found:
        raise Refusal(
            "not_clean",
            _("This document must not be sealed: {found}").format(found=" ".join(found)),
            _("Return the request; the document has to be composed again."),
        )
    return frozen


def _changed(task: SealTask) -> Refusal:
    """The file is not the approved one any more, in the moment between look and copy."""
    return Refusal(
        "frozen_file_changed",
        _("The file of {document} changed while it was being sealed.").format(
            document=task.document_no
        ),
        _("Nothing was sealed. Have the centre checked before anything is pressed again."),
    )


def _signed(session: Session, presser: Presser, seal: Seal, digest: bytes) -> bytes:
    """One call of the key, counted before it is made: never fewer calls than presses."""
    session.count_token_call(seal.seal_id)
    try:
        return presser.sign(seal, digest)
    except Trouble as trouble:
        note_key_trouble(session, seal, trouble)
        raise


def note_key_trouble(session: Session, seal: Seal, trouble: Trouble) -> None:
    """Count a failure of the token; the third one in a row suspends the seal and says so."""
    if trouble.code not in TOKEN_ERRORS:
        return
    if session.note_token_error(seal.seal_id, trouble.code) >= MOST_TOKEN_ERRORS:
        raise Refusal(
            "seal_suspended_by_errors",
            _("The key of the seal {seal_id} failed three times in a row: it is suspended.").format(
                seal_id=seal.seal_id
            ),
            _("Have the token looked at; the organ's head or the security administrator brings "
              "the seal back into use."),
        ) from trouble  # fmt: skip


def _broken_off(error: Exception) -> Trouble:
    """What no room here raises by itself: a full memory, a disk, a library."""
    return Fault(
        "press_broke_off",
        _("The press broke off: {kind}. Nothing was sealed.").format(kind=type(error).__name__),
    )


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


def released(session: Session, half: HalfPress, owner: str) -> Case:
    """RELEASED and T23 in one transaction of the store; the case as it is then."""
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


def staged(staging: Path, serial: int, owner: str) -> tuple[Path, Path]:
    """The unfinished files of one worker's press: prepared, and filled."""
    name = f"{serial}-{owner[:8]}"
    return staging / f"{name}.part", staging / f"{name}.pdf"


def clear_staging(staging: Path, serial: int, owner: str = "") -> None:
    """Take the unfinished files away, every worker's where none is named: they look sealed and are
    not."""
    for left in staging.glob(f"{serial}-{owner[:8]}*"):
        left.unlink(missing_ok=True)


def return_request(session: Session, case: Case, reason: str, note: str) -> Case:
    """T24: give the request back with a reason; the document is unfrozen, the clock runs on."""
    entry = NewEntry("stamping_return", {"reason": reason, "note": note})
    return propose(session, case, "return_stamping", {"reason": reason}, [entry])
