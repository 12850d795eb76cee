"""Where every page of a bundle lies in the strip: plain geometry, no widget and no pixel.

Called by :mod:`workbench.shell.viewer.page_strip`. Lengths are device-independent pixels unless
they say otherwise; pages count from 1; a turn is 0, 90, 180 or 270 degrees clockwise.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workbench.rules.materials import Clip, PageSize

PX_PER_PT: Final = 96.0 / 72.0
"""100 % shows a page at its true size on a screen of 96 dots an inch."""
MM_PER_PT: Final = 25.4 / 72.0
SMALLEST, LARGEST = 0.05, 4.0
"""Zoom from 5 % to 400 % by steps."""
FINEST: Final = 13.0
"""A scan of 1,200 dpi shown pixel by pixel."""
STEPS: Final = (0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0)
GAP: Final = 12
"""Between two pages, and around the strip."""


class Fit(StrEnum):
    """What decides the size of a page."""

    WIDTH = "width"
    PAGE = "page"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Place:
    """One page in the strip."""

    x: int
    y: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """The first row below the page."""
        return self.y + self.height


def turned(size: PageSize, turn: int) -> tuple[float, float]:
    """Width and height in points of the page as it is shown after ``turn``."""
    if turn in (90, 270):
        return size.height_pt, size.width_pt
    return size.width_pt, size.height_pt


def turned_clip(clip: Clip, turn: int) -> Clip:
    """The same place on the page after it was turned clockwise."""
    if turn == 90:
        return Clip(1 - clip.bottom, clip.left, 1 - clip.top, clip.right)
    if turn == 180:
        return Clip(1 - clip.right, 1 - clip.bottom, 1 - clip.left, 1 - clip.top)
    if turn == 270:
        return Clip(clip.top, 1 - clip.right, clip.bottom, 1 - clip.left)
    return clip


def unturned_point(x: float, y: float, turn: int) -> tuple[float, float]:
    """A point of the page as it is shown after ``turn``, on the page as it lies in the file."""
    if turn == 90:
        return y, 1 - x
    if turn == 180:
        return 1 - x, 1 - y
    if turn == 270:
        return 1 - y, x
    return x, y


class Sheets:
    """All pages one below the other, centred. Made anew when size, zoom or a turn changes."""

    def __init__(
        self,
        sizes: Sequence[PageSize],
        turns: Mapping[int, int],
        fit: Fit,
        zoom: float,
        view_width: int,
        view_height: int,
        heads: Mapping[int, int] | None = None,
    ) -> None:
        """``heads``: page -> pixels that are kept free above it for the name of its material."""
        self.sizes = tuple(sizes)
        self.turns = turns
        room = max(view_width - 2 * GAP, 40), max(view_height - 2 * GAP, 40)
        measured = [
            self._measured(size, turns.get(number, 0), fit, zoom, room)
            for number, size in enumerate(self.sizes, start=1)
        ]
        widest = max((width for width, _height in measured), default=0)
        self.width = max(widest + 2 * GAP, view_width)
        self.places: list[Place] = []
        self._begins: list[int] = []
        y = GAP
        heads = heads or {}
        self._heads = heads
        for number, (width, height) in enumerate(measured, start=1):
            self._begins.append(y - GAP)
            y += heads.get(number, 0)
            self.places.append(Place((self.width - width) // 2, y, width, height))
            y += height + GAP
        self.height = max(y, view_height)

    @staticmethod
    def _measured(
        size: PageSize, turn: int, fit: Fit, zoom: float, room: tuple[int, int]
    ) -> tuple[int, int]:
        wide, high = turned(size, turn)
        scale = zoom * PX_PER_PT
        if fit is Fit.WIDTH:
            scale = room[0] / wide
        elif fit is Fit.PAGE:
            scale = min(room[0] / wide, room[1] / high)
        scale = min(max(scale, SMALLEST * PX_PER_PT), FINEST * PX_PER_PT)
        return max(round(wide * scale), 1), max(round(high * scale), 1)

    @property
    def count(self) -> int:
        """How many pages."""
        return len(self.places)

    def place(self, page: int) -> Place:
        """Where that page lies; the first or last where there is no such page."""
        return self.places[min(max(page, 1), self.count) - 1]

    def head_of(self, page: int) -> int:
        """Pixels above that page for the name of the material that begins with it."""
        return self._heads.get(page, 0)

    def position_of(self, y: int) -> float:
        """What stands at that height, in pages: 3.25 is a quarter down the third page, with what
        is free below a page counted to it. The head of a material is its first page's beginning."""
        if not self.places:
            return 1.0
        page = self.page_at(y)
        begin, end = self._span(page)
        return page + min(max((y - begin) / max(end - begin, 1), 0.0), 0.999)

    def height_of(self, position: float) -> int:
        """Where that stands."""
        if not self.places:
            return 0
        page = min(max(int(position), 1), self.count)
        begin, end = self._span(page)
        return round(begin + min(max(position - page, 0.0), 1.0) * (end - begin))

    def _span(self, page: int) -> tuple[int, int]:
        end = self._begins[page] if page < self.count else self.height
        return self._begins[page - 1], end

    def page_at(self, y: int) -> int:
        """The page at that height of the strip, what is free above it and the name of its material
        counted to it; 1 for none."""
        return min(max(bisect_right(self._begins, y), 1), max(self.count, 1))

    def between(self, top: int, bottom: int) -> range:
        """The pages of which something lies between the two heights."""
        if not self.places:
            return range(0)
        first = self.page_at(top)
        if self.place(first).bottom <= top and first < self.count:
            first += 1
        return range(first, min(self.page_at(bottom), self.count) + 1)

    def zoom_of(self, page: int) -> float:
        """How large that page is shown; 1.0 is its true size."""
        if not self.places:
            return 1.0
        number = min(max(page, 1), self.count)
        wide, _high = turned(self.sizes[number - 1], self.turns.get(number, 0))
        return self.place(number).width / (wide * PX_PER_PT)

    def px_per_mm(self, page: int) -> float:
        """Pixels that one millimetre of that page takes."""
        return self.zoom_of(page) * PX_PER_PT / MM_PER_PT


def next_zoom(now: float, up: bool) -> float:
    """The next rounder zoom in that direction."""
    if up:
        return next((step for step in STEPS if step > now * 1.01), max(now, LARGEST))
    return next((step for step in reversed(STEPS) if step < now * 0.99), STEPS[0])
