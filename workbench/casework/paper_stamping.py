"""Pressing by hand: copies numbered, printed once, pressed, scanned back, compared, registered.

For items that are sealed on paper only (R44) and seals without a key. The seal never touches the
computer; what is registered is proved by each copy's control code and by its scan, which is filed
beside the frozen document (R53, S167). Called by the seal desk and the command line; what paper
does comes in as a :class:`PaperSide`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workbench.casework.moving import new_operation
from workbench.casework.ports import Session
from workbench.casework.seal_choice import seal_for
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.case_view import SealTask
from workbench.rules.copy_comparison import CopyComparison, CopyMark, new_control_code
from workbench.rules.paper_copies import DIFFERS, SAME, copy_numbers, standing
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerLine, LedgerState, Placement, Seal
from workbench.rules.words import _


class PaperSide(Protocol):
    """What paper can do: the copy to be printed, and what a scan shows."""

    def print_copy(self, frozen: Path, mark: CopyMark, target: Path) -> None:
        """The frozen document with its control code on every page, for the printer."""
        ...

    def compare_copy(
        self, scan: Path, frozen: Path, codes: Iterable[str], seal_at: Placement,
        diameter_mm: float,
    ) -> CopyComparison:  # fmt: skip
        """The scan of one of the copies with these codes beside the frozen document. Refusals name
        what is wrong with the scan."""
        ...


@dataclass(frozen=True, slots=True)
class ScannedCopy:
    """A scan, the copy that it shows, and what comparing has found; nothing is filed yet."""

    line: LedgerLine
    scan: Path
    comparison: CopyComparison


def hand_seal(session: Session, task: SealTask, named: str = "") -> Seal | None:
    """The seal that is pressed on this document by hand; ``None`` where its key seals it.

    Refusals of :func:`seal_choice.seal_for`.
    """
    seal = seal_for(session, task, named)
    return seal if task.paper_only or seal.key_place == "none" else None


def key_seal(session: Session, task: SealTask, named: str = "") -> Seal:
    """The seal whose key seals this document. Refusal ``wet_seal_only`` or ``seal_has_no_key``
    where none does; those of :func:`seal_choice.seal_for`."""
    seal = seal_for(session, task, named)
    if task.paper_only:
        raise refusal("wet_seal_only")
    if seal.key_place == "none":
        raise refusal("seal_has_no_key", seal_id=seal.seal_id)
    return seal


def number_copies(session: Session, task: SealTask, seal: Seal) -> tuple[LedgerLine, ...]:
    """A serial and a control code for every copy of the request that has none."""
    wanted = copy_numbers(task.originals, task.duplicates)
    codes = [new_control_code() for _copy in wanted]
    return session.number_copies(task.document_id, task.case.case_id, seal.seal_id, codes)


def copy_for_printing(
    session: Session, paper: PaperSide, task: SealTask, line: LedgerLine, folder: Path
) -> Path:
    """The file for the printer; written down as printed before it is made. Once a copy.

    What cannot be printed after all is recorded as spoiled and gets another code.
    """
    mark = CopyMark(
        line.control_code, line.copy_no, task.originals + task.duplicates, line.copy_kind,
        task.document_no,
    )  # fmt: skip
    frozen = session.content_path(task.sha256)
    target = folder / f"{line.serial}-{line.control_code}.pdf"
    paper.print_copy(frozen, mark, target)
    try:
        session.copy_printed(line.serial)
    except Refusal:
        target.unlink(missing_ok=True)
        raise
    return target


def read_back(paper: PaperSide, task: SealTask, frozen: Path, scan: Path) -> ScannedCopy:
    """Which copy of this document the scan shows, and how it compares with the frozen file. Asks
    no centre, so it may take its time off the store's lane.

    The refusals of the comparison: ``scan_of_no_copy`` where its code is of no copy that waits.
    """
    waiting = {
        one.control_code: one for one in standing(task.copies).values()
        if one.state is LedgerState.PREPARED
    }  # fmt: skip
    at = task.placement or Placement(-1, 0.0, 0.0)
    compared = paper.compare_copy(scan, frozen, waiting, at, task.diameter_mm)
    return ScannedCopy(waiting[compared.control_code], scan, compared)


def file_copy(session: Session, task: SealTask, back: ScannedCopy, note: str) -> LedgerLine:
    """File the scan. Where it differs the note says what was seen. Refusal without a seal on it."""
    at = back.comparison.seal_at
    if at is None:
        raise Refusal(
            "scan_without_seal",
            _("The scan {name} shows no seal.").format(name=back.scan.name),
            _("Press the seal on the copy and scan it in colour."),
        )
    sha256 = session.put_content(back.scan)
    found = SAME if back.comparison.same else DIFFERS
    return session.file_copy(back.line.serial, sha256, at, found, note)


def spoil_copy(session: Session, line: LedgerLine, reason: str) -> LedgerLine:
    """Record a numbered copy as spoiled, with one of ``paper_copies.SPOIL_REASONS``."""
    return session.spoil_copy(line.serial, reason)


def register_copies(session: Session, task: SealTask) -> Case:
    """T23: every copy is filed, so the document is sealed; the issuing window may hand it out."""
    filed = [line for _no, line in sorted(standing(task.copies).items())]
    if not filed or any(line.state is not LedgerState.SIGNED for line in filed):
        raise refusal("copies_missing")
    first = filed[0]
    at = first.placement or Placement(1, 0.0, 0.0)
    fields = {
        "document_id": task.document_id, "serial": first.serial,
        "hash_before": first.sha256_before, "hash_after": first.scan_sha256,
        "page": at.page, "x_mm": at.x_mm, "y_mm": at.y_mm, "level": "",
    }  # fmt: skip
    entries = tuple(_entry(task, line, line is first) for line in filed)
    move = Move("stamp", fields, entries, operation_id=new_operation())
    return session.release_copies(task.document_id, task.case.case_id, move)


def _entry(task: SealTask, line: LedgerLine, first: bool) -> NewEntry:
    body = {
        "sha256": line.scan_sha256, "document_no": task.document_no, "serial": line.serial,
        "manner": "physical", "copy_no": line.copy_no, "copy_kind": line.copy_kind,
        "control_code": line.control_code,
    }  # fmt: skip
    return NewEntry("sealed_document" if first else "sealed_copy", body)
