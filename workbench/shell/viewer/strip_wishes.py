"""What a strip wishes to have drawn, most urgent first: what is seen, then what lies near.

The middle storey of :mod:`workbench.shell.viewer.page_strip`, which paints what has come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QWidget

from workbench.rules.materials import Clip
from workbench.shell.theme import Theme
from workbench.shell.viewer.pictures import BIG, TILE, Wish, small
from workbench.shell.viewer.sheets import Place
from workbench.shell.viewer.strip_ground import StripGround, nothing

BASE_WIDTH: Final = 1200
"""Device pixels: how wide a page that is drawn in tiles is drawn whole beneath them."""
HALF_FROM: Final = 3_000_000
"""Device pixels of a page from which on half its width is drawn first, then all of it."""


class StripWishes(StripGround):
    """Wishes of the pages in sight and around them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.words: Callable[[int], str] = nothing
        """What stands on a page that is there instead of a picture."""

    def wishes(self) -> Iterator[Wish]:
        """What is to be drawn, most urgent first: what is seen, then what lies near."""
        yield from self.seen_wishes()
        yield from self.near_wishes()

    def seen_wishes(self) -> Iterator[Wish]:
        """What is seen: small where nothing is there yet and pages come slowly, large pages at half
        their width, then as sharp as the screen can show it."""
        if self.pictures is None or not self.sizes or not self.isVisible():
            return
        pages = sorted(self.seen(), key=lambda one: abs(one - self.page))
        best = {page: self._best(page) for page in pages}
        for page in () if self.pictures.quick else pages:
            if best[page] is None:
                yield small(self.key(page), self.turns.get(page, 0))
        for page in pages:
            whole = self._whole(page)
            kept = best[page]
            half = whole.width_px // 2
            if self._is_large(page) and (kept is None or kept.width() < half):
                yield Wish(whole.page, whole.turn, half)
        for page in pages:
            yield from self._sharp(page)

    def near_wishes(self) -> Iterator[Wish]:
        """The next two pages and the one before, so that a page is there when it is turned to."""
        if self.pictures is None or not self.sizes or not self.isVisible():
            return
        seen = self.seen()
        for page in (seen[-1] + 1, seen[-1] + 2, seen[0] - 1):
            if 1 <= page <= len(self.sizes):
                yield replace(self._whole(page), loosely=False)

    def drawn(self) -> bool:
        """Whether everything that is seen is as sharp as it is going to be."""
        kept = self.pictures
        return kept is not None and bool(self.sizes) and all(
            wish in kept.cache or wish.page in kept.failed
            for page in self.seen() if not self.words(page) for wish in self._sharp(page)
        )  # fmt: skip

    def _best(self, page: int) -> QImage | None:
        assert self.pictures is not None
        return self.pictures.cache.best(self.key(page), self.turns.get(page, 0))

    def _is_large(self, page: int) -> bool:
        wide, high = self.device_size(self.sheets.place(page))
        return HALF_FROM < wide * high <= BIG

    def _whole(self, page: int) -> Wish:
        wide, high = self.device_size(self.sheets.place(page))
        if wide * high > BIG:
            wide = min(wide, BASE_WIDTH)
        return Wish(self.key(page), self.turns.get(page, 0), wide)

    def _sharp(self, page: int) -> Iterator[Wish]:
        place = self.sheets.place(page)
        yield self._whole(page)
        if self._in_tiles(place):
            yield from (wish for wish, _box in self._tiles(page, place))

    def _in_tiles(self, place: Place) -> bool:
        wide, high = self.device_size(place)
        return wide * high > BIG

    def _tiles(self, page: int, place: Place) -> Iterator[tuple[Wish, QRectF]]:
        """The tiles of the page that can be seen, and where they lie in the strip."""
        wide, high = self.device_size(place)
        ratio = self.devicePixelRatioF()
        left = max(self.across.value() - place.x, 0) * ratio
        top = max(self.down.value() - place.y, 0) * ratio
        right = min(left + self.glass.width() * ratio, wide - 1)
        bottom = min(top + self.glass.height() * ratio, high - 1)
        turn = self.turns.get(page, 0)
        for row in range(int(top) // TILE, int(bottom) // TILE + 1):
            for column in range(int(left) // TILE, int(right) // TILE + 1):
                x0, y0 = column * TILE, row * TILE
                x1, y1 = min(x0 + TILE, wide), min(y0 + TILE, high)
                clip = Clip(x0 / wide, y0 / high, x1 / wide, y1 / high)
                box = QRectF(place.x + x0 / ratio, place.y + y0 / ratio,
                             (x1 - x0) / ratio, (y1 - y0) / ratio)  # fmt: skip
                yield Wish(self.key(page), turn, wide, clip), box
