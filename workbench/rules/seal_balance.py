"""What a custodian answers for, as records: uses counted, balances struck, what is asked of them.

A key is counted before it is asked to sign, so its count is never below the presses of the ledger
(seal design section 7). A balance holds ledger against files against key; a hand-over carries one
(seal design section 8, 交接). Called by the store, the seal worker and the seal desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workbench.rules.moment import Moment
from workbench.rules.seal_custody import LedgerLine, LedgerState
from workbench.rules.words import N_, _

#: Seal design section 7: three errors of the token in a row suspend the seal.
MOST_TOKEN_ERRORS: Final = 3
#: Lines of the register of use that one question brings.
LEDGER_PAGE: Final = 200
#: Why a seal was suspended by its key's failures, as the register of the centre keeps it.
TOKEN_ERRORS_REASON: Final = "密钥连续三次故障，系统自动暂停"


class Occasion(StrEnum):
    """When a balance is struck."""

    DAY = "day"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class TokenUse:
    """How often a seal's key was asked to sign, and how often in a row it failed."""

    seal_id: str
    calls: int = 0
    errors_in_a_row: int = 0
    last_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class SealBalance:
    """One count of a seal: presses released and void, files that are there, calls of the key.

    ``token_count`` is what the token itself has counted, -1 where it counts nothing.
    ``differences`` are codes of what does not add up, empty where all does. ``receiver`` takes the
    seal over with this balance at ``received_at`` (``Occasion.HAND_OVER`` only).
    """

    balance_id: int
    seal_id: str
    occasion: Occasion
    at: Moment
    actor: str
    released: int
    void: int
    files: int
    calls: int
    token_count: int
    differences: tuple[str, ...] = ()
    note: str = ""
    receiver: str = ""
    received_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class LedgerAsk:
    """One question to the register of use; everything that is given has to hold.

    ``text`` is found in the case's number or the document's. ``before`` is the serial above which
    nothing is brought: the last one of the page that was brought before.
    """

    text: str = ""
    states: tuple[LedgerState, ...] = ()
    seal_id: str = ""
    custodian: str = ""
    manner: str = ""
    since: Moment | None = None
    until: Moment | None = None
    before: int | None = None
    count: int = LEDGER_PAGE


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Lines newest first, how many the question finds in all, and whether older ones follow."""

    lines: tuple[LedgerLine, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class SealCertificate:
    """A certificate that a seal has or had; what it sealed is verified against it for ever."""

    sha256: str
    seal_id: str
    pem: str
    valid_from: Moment
    valid_to: Moment


@dataclass(frozen=True, slots=True)
class SealFace:
    """One filed impression (印模) of a seal, versioned; the picture stands in the content store."""

    seal_id: str
    version: int
    sha256: str
    diameter_mm: int
    asked_by: str
    confirmed_by: str
    entered_at: Moment


def differences(
    *, released: int, signed: int, open_lines: int, files: int, calls: int, token_count: int
) -> tuple[str, ...]:
    """What does not add up, as codes (:data:`DIFFERENCES`): lines released, signed by the key,
    and not ended, files there, calls counted, and the token's own count or -1.
    """
    found = {
        "files_missing": files < released, "lines_open": open_lines > 0,
        "calls_below_ledger": calls < signed,
        "token_below_ledger": 0 <= token_count < signed,
        "token_above_calls": token_count > calls,
    }  # fmt: skip
    return tuple(code for code, holds in found.items() if holds)


DIFFERENCES: Final = {
    "files_missing": N_("Sealed files or scans are missing."),
    "lines_open": N_("A press has not ended yet."),
    "calls_below_ledger": N_("The register has more signatures than the key was asked for."),
    "token_below_ledger": N_("The token has signed less often than the register says."),
    "token_above_calls": N_("The token has signed more often than this desk has asked it to."),
}
"""Code of :func:`differences` -> the sentence, as its source."""


def difference_text(code: str) -> str:
    """The sentence for one difference."""
    return _(DIFFERENCES[code]) if code in DIFFERENCES else code
