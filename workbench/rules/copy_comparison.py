"""Control codes of paper copies, and what comparing a scan with the frozen document has found.

Pure records between ``paper`` (prints and reads back), ``casework.paper_stamping`` and the seal
desk (R53: the copy in hand is the one that was approved).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from workbench.rules.seal_custody import Placement

COPY_KINDS: Final = ("original", "duplicate")
#: How far the pressed seal may lie from the frozen document's place.
SEAL_WITHIN_MM: Final = 10.0
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: x^5 + x^2 + 1, which makes a field of five bits.
_FIELD: Final = 0b100101


def new_control_code() -> str:
    """Ten random letters (50 bits) and a check letter: ``K7Q2M-9XD4T-C``."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{body[:5]}-{body[5:]}-{_check(body)}"


def control_code_fault(text: str) -> str | None:
    """``form`` or ``check`` where the text is no control code; ``None`` where it is one."""
    parts = text.split("-")
    if [len(one) for one in parts] != [5, 5, 1] or not set("".join(parts)) <= set(_LETTERS):
        return "form"
    return None if _check(parts[0] + parts[1]) == parts[2] else "check"


def _check(body: str) -> str:
    """The letters as a polynomial over the field of 32 elements, taken at its generator: each wrong
    letter and each exchange of two different neighbours gives another check letter."""
    value = 0
    for letter in body:
        value <<= 1
        if value & 32:
            value ^= _FIELD
        value ^= _LETTERS.index(letter)
    return _LETTERS[value]


@dataclass(frozen=True, slots=True)
class CopyMark:
    """What is printed on every page of a copy beside its document."""

    control_code: str
    copy_no: int
    copies: int
    copy_kind: str
    document_no: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the scan is not the frozen page, in mm from the page's top left corner.

    ``kind`` is ``added`` or ``missing``; ``page`` counts from 1.
    """

    page: int
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    kind: str


@dataclass(frozen=True, slots=True)
class CopyComparison:
    """A scan beside the frozen document; ``seal_off_mm`` is how far the seal is off its place."""

    control_code: str
    pages: int
    differences: tuple[Difference, ...]
    seal_at: Placement | None
    seal_off_mm: float
    dpi: int

    @property
    def same(self) -> bool:
        """Nothing added, nothing missing, and the seal is where it has to be."""
        return (
            not self.differences
            and self.seal_at is not None
            and self.seal_off_mm <= SEAL_WITHIN_MM
        )
