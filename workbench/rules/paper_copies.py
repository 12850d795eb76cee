"""Copies that are pressed by hand: how many, of what kind, and how each of them stands.

For items that are sealed on paper only (R44) and organs whose seal has no key. Every copy is a line
of the register of use with its own serial and control code (R53, N23): RESERVED, its code is given;
PREPARED, it was printed, once; SIGNED, it was pressed and its scan is filed; RELEASED with all the
others of the document; VOID, spoiled, with the reason. A spoiled copy is printed anew under another
code. Called by the store, ``casework.paper_stamping`` and the seal desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from workbench.rules.seal_custody import LedgerLine, LedgerState
from workbench.rules.words import N_, _

ORIGINAL: Final = "original"
DUPLICATE: Final = "duplicate"
#: 正本 and 副本 of one document; more than these nobody has asked for.
MOST_ORIGINALS, MOST_DUPLICATES = 9, 20

SPOIL_REASONS: Final = {
    "not_printed": N_("Printing failed"),
    "badly_pressed": N_("Pressed badly, or in the wrong place"),
    "torn": N_("Torn or soiled"),
    "lost": N_("Lost"),
    "recalled": N_("Called back: the request is returned"),
}
"""Why a numbered copy is not used: code -> words, as their source."""

SAME, DIFFERS = "same", "differs"
"""What comparing the scan with the frozen document has found; a copy that differs is filed only
with the custodian's words on it."""

COPY_STATES: Final = {
    LedgerState.RESERVED: N_("to be printed"),
    LedgerState.PREPARED: N_("printed, to be pressed and scanned"),
    LedgerState.SIGNED: N_("scanned back"),
    LedgerState.RELEASED: N_("registered"),
    LedgerState.VOID: N_("spoiled"),
}
"""How a copy stands -> words, as their source."""


def copy_numbers(originals: int, duplicates: int) -> tuple[tuple[int, str], ...]:
    """Number and kind of every copy of a document, originals first, counted from 1."""
    kinds = [ORIGINAL] * originals + [DUPLICATE] * duplicates
    return tuple(enumerate(kinds, start=1))


def spoil_text(code: str) -> str:
    """A reason in words; what was voided otherwise keeps its own words."""
    return _(SPOIL_REASONS[code]) if code in SPOIL_REASONS else code


def standing(copies: Iterable[LedgerLine]) -> dict[int, LedgerLine]:
    """Copy number -> its line that is not spoiled."""
    return {one.copy_no: one for one in copies if one.state is not LedgerState.VOID}


def all_filed(copies: Iterable[LedgerLine], originals: int, duplicates: int) -> bool:
    """Whether every copy that was asked for is pressed and scanned back."""
    live = standing(copies)
    wanted = [number for number, _kind in copy_numbers(originals, duplicates)]
    return all(number in live and live[number].state is LedgerState.SIGNED for number in wanted)
