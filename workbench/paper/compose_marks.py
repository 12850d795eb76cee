"""Marks, pieces and frames: what laying out speaks in. Used by the other ``compose_*`` parts.

All lengths here are points (72 to the inch); templates speak millimetres. Nothing is drawn here:
marks are data, so that typefaces can be cut down to the characters used before drawing begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from workbench.paper.compose_type import runs_of, width_of
from workbench.rules.catalogue_records import Block, SealPlacement

MM: Final = 72 / 25.4
INK: Final = (0.0, 0.0, 0.0)
GREY: Final = (0.36, 0.36, 0.36)
_USUAL_SIZE: Final = {
    "heading": 26.0, "line": 12.0, "paragraph": 14.0, "fields": 12.0, "plain_fields": 14.0,
    "list": 12.0, "frame": 11.0, "signature": 14.0, "note": 9.5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextMark:
    """Characters of one face; ``x``, ``y`` are the start of the base line."""

    x: float
    y: float
    face: str
    text: str
    size: float
    colour: tuple[float, float, float] = INK


@dataclass(frozen=True, slots=True)
class LineMark:
    """A straight rule."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.6


Mark = TextMark | LineMark


@dataclass(frozen=True, slots=True)
class Piece:
    """What stays together. Marks are relative to the piece's top left corner.

    ``seal`` is the seal's centre in it; ``stay`` keeps the piece on the page of the next one.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    stay: bool = False
    seal: tuple[float, float] | None = None
    ends_page: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What a block needs to know of its page: width of the text area, scale, filled-in texts."""

    width: float
    scale: float
    fill: Callable[[str], str]
    placement: SealPlacement | None

    def size(self, block: Block) -> float:
        return (block.size_pt or _USUAL_SIZE.get(block.kind, 12.0)) * self.scale


def set_line(
    text: str,
    x: float,
    y: float,
    size: float,
    bold: bool = False,
    colour: tuple[float, float, float] = INK,
) -> tuple[Mark, ...]:
    """The marks of one line that starts at ``x`` with its base line at ``y``."""
    marks: list[Mark] = []
    for run in runs_of(text, size, bold):
        marks.append(TextMark(x, y, run.face, run.text, size, colour))
        x += run.width
    return tuple(marks)


def aligned(text: str, width: float, size: float, bold: bool, align: str) -> float:
    """Where a line starts so that it is left, centred or right in ``width``."""
    slack = width - width_of(text, size, bold)
    return {"center": slack / 2, "right": slack}.get(align, 0.0)


def moved(mark: Mark, dx: float, dy: float) -> Mark:
    """The mark shifted right and down."""
    if isinstance(mark, TextMark):
        return replace(mark, x=mark.x + dx, y=mark.y + dy)
    return LineMark(mark.x0 + dx, mark.y0 + dy, mark.x1 + dx, mark.y1 + dy, mark.width)
