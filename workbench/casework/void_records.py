"""The record of a voided document as values for its template: T23b, E14, R53.

A document of its own that names the old number, its serial and its fingerprints, and the document
that took its place. The sealed file is kept and never touched. Called by ``workbench seal
void-record``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from workbench.rules.moment import Moment, stamp
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerLine, LedgerState
from workbench.rules.words import _

TEMPLATE: Final = "void_record"
"""The file in ``resources/templates``."""
NOTHING: Final = "（无）"


def voided_line(lines: Sequence[LedgerLine], serial: int) -> LedgerLine:
    """The line of a document that was sealed and then voided. Refusal ``not_voided``."""
    for line in lines:
        if line.serial == serial and line.state is LedgerState.VOID and line.released_at:
            return line
    raise Refusal(
        "not_voided",
        _("The serial {serial} is not that of a sealed document that was voided.").format(
            serial=serial
        ),
        _("Look it up with: workbench seal ledger."),
    )


def void_values(
    line: LedgerLine, lines: Sequence[LedgerLine], name_of: Callable[[str], str], at: Moment
) -> dict[str, str]:
    """The values of the template. ``lines``: the register, oldest first; ``at``: of printing."""
    later = _in_its_place(line, lines)
    assert line.released_at is not None
    return {
        "case_no": line.case_no, "old_number": number_of(line), "serial": str(line.serial),
        "sealed_at": stamp(line.released_at), "seal_id": line.seal_id, "reason": line.void_reason,
        "custodian": name_of(line.custodian),
        "approver": name_of(line.approver) if line.approver else NOTHING,
        "new_number": number_of(later) if later else NOTHING,
        "new_serial": str(later.serial) if later else NOTHING,
        "fingerprints": f"用印前文件 SHA-256：{line.sha256_before}\n"
                        f"用印后文件 SHA-256：{line.sha256_after}",
        "printed_at": stamp(at),
    }  # fmt: skip


def number_of(line: LedgerLine) -> str:
    """The document's own number: what follows the case's in its identifier."""
    return line.document_id.removeprefix(f"{line.case_no}/")


def _in_its_place(line: LedgerLine, lines: Sequence[LedgerLine]) -> LedgerLine | None:
    """The newest document of the case that was sealed after this one and stands."""
    found = [
        one for one in lines
        if one.case_no == line.case_no and one.serial > line.serial
        and one.state is LedgerState.RELEASED
    ]  # fmt: skip
    return found[-1] if found else None
