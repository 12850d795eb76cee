"""What the page readers inside the child share: faults by code, notes, pixels, geometry.

Used by ``pdf_pages``, ``scan_pages``, ``image_pages``, ``ofd_outline`` and ``renderer_process``.
No library is imported here, so the geometry can be tested alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from mmap import mmap
from typing import Any, Final, Protocol

from workbench.rules.materials import Clip, PageSize, StatedSeal

Box = tuple[float, float, float, float]
Memory = memoryview | mmap

WHOLE: Final = Clip(0.0, 0.0, 1.0, 1.0)
_LONGEST_SIDE: Final = 60_000
"""Pixels: beyond 65,535 both engines count wrongly; only a page far too thin comes here."""


class PageTrouble(Exception):
    """This file or page cannot be read; ``code`` is one of ``reasons``."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Note:
    """A warning by code, for ``reasons.warning``."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pixels as they leave a page reader; ``pixels`` is any buffer of ``stride * height`` bytes."""

    width: int
    height: int
    stride: int
    format: str
    page_width: int
    page_height: int
    blank: bool
    pixels: bytes | memoryview
    at: int = -1
    """Where they begin in the memory that was given to the drawing; -1: they stand elsewhere."""
    owner: object = None
    """What must live as long as ``pixels``: the engine takes its memory back with the picture."""


@dataclass(frozen=True, slots=True)
class Target:
    """The wished picture: size of the whole turned page in pixels, and the part to draw."""

    page_width: int
    page_height: int
    left: int
    top: int
    width: int
    height: int
    room: int = 0
    """Pixels that the whole page may have where the desk itself paints it smaller; 0: exactly so
    large as wished."""

    @property
    def whole(self) -> bool:
        """Whether all of the page is wished."""
        return (self.width, self.height) == (self.page_width, self.page_height)


@dataclass(slots=True)
class Found:
    """What an inspection found in a file that can be opened."""

    pages: int
    notes: list[Note] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    seals: list[StatedSeal] = field(default_factory=list)


class Document(Protocol):
    """An open file inside the child."""

    kind: str

    def sizes(self) -> list[PageSize]:
        """The size of every page as shown."""
        ...

    def draw(
        self, page: int, width_px: int, turn: int, clip: Clip, loosely: bool = False,
        into: Memory | None = None,
    ) -> Drawn:  # fmt: skip
        """Draw ``page`` (from 1) so that the whole turned page is ``width_px`` wide; ``loosely``:
        a scan may come out up to half as wide again, where that saves scaling it. The pixels may
        be put into ``into``."""
        ...

    def density(self, page: int) -> float:
        """Pixels of the page's scan to a point of the page; 0.0 for none."""

    def search(self, words: str, first: int, last: int, most: int) -> list[tuple[int, Box]]:
        """Places of ``words`` on the pages ``first``..``last``, boxes as fractions."""
        ...

    def examine(self, check_seconds: float) -> Found:
        """Look at every page as far as time allows. Raises PageTrouble for a bad file."""
        ...

    def brief(self, seconds: float) -> Found:
        """Warnings and active content without drawing, for a file already taken in."""
        ...

    def close(self) -> None:
        """Give the file back."""
        ...


def target(
    size: PageSize, width_px: int, turn: int, clip: Clip, most_pixels: int, room: int = 0
) -> Target:
    """The picture for a page of ``size`` turned clockwise by ``turn`` degrees (0, 90, 180, 270).

    A part that would hold more than ``most_pixels`` is drawn at a smaller scale instead, so that
    no wish of the desk and no giant page can take the memory.
    """
    wide, high = size.width_pt, size.height_pt
    if turn in (90, 270):
        wide, high = high, wide
    left, right = _ordered(clip.left, clip.right)
    top, bottom = _ordered(clip.top, clip.bottom)
    width = float(max(1, width_px))
    height = max(1.0, width * high / wide)
    area = width * (right - left) * height * (bottom - top)
    shrink = min(1.0, math.sqrt(most_pixels / area), _LONGEST_SIDE / width, _LONGEST_SIDE / height)
    found = _sized(width, height, shrink, (left, top, right, bottom), room)
    while found.width * found.height > most_pixels and shrink * max(width, height) > 1:
        # whole pixels round up: on a page that is very thin that is more than a little
        shrink *= 0.995
        found = _sized(width, height, shrink, (left, top, right, bottom), room)
    return found


def _sized(width: float, height: float, shrink: float, part: Box, room: int) -> Target:
    left, top, right, bottom = part
    page_width, page_height = max(1, int(width * shrink)), max(1, round(height * shrink))
    x, y = int(left * page_width), int(top * page_height)
    return Target(
        page_width,
        page_height,
        x,
        y,
        max(1, min(page_width, math.ceil(right * page_width)) - x),
        max(1, min(page_height, math.ceil(bottom * page_height)) - y),
        room,
    )


def _ordered(low: float, high: float) -> tuple[float, float]:
    """Both ends inside the page, at least a thousandth apart."""
    low = min(max(low, 0.0), 0.999)
    return low, min(max(high, low + 0.001), 1.0)


def one_colour(pixels: bytes | memoryview, pixel_bytes: int) -> bool:
    """Whether every pixel equals the first; rows must follow each other without gaps."""
    view = memoryview(pixels).cast("B") if isinstance(pixels, memoryview) else memoryview(pixels)
    if len(view) <= pixel_bytes:
        return True
    some = view[:: pixel_bytes * _SAMPLE]
    if some[1:] != some[:-1]:
        return False
    return view[pixel_bytes:] == view[:-pixel_bytes]


_SAMPLE: Final = 1_367
"""Every so many pixels one is looked at first: nearly every page with something on it is told
from a blank one by that."""
