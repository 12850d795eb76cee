"""The last scan of which a part was drawn: its next part need not decode it again.

Used by ``scan_pages`` and ``image_pages``. Whoever zooms in and drags asks for one tile after the
other of the same page; whoever turns pages asks for whole ones, and then nothing is kept.
"""

from __future__ import annotations

from typing import Final

from PIL import Image

from workbench.paper.drawn import Target

_MOST_PIXELS: Final = 40_000_000
"""A4 at 600 dpi is 35 million. Colour takes four bytes for each."""


class LastScan:
    """At most one decoded picture, by the name of the page that it is."""

    def __init__(self) -> None:
        self._name = self._side = 0
        self._image: Image.Image | None = None

    def of(self, name: int, want: Target) -> Image.Image | None:
        """The picture for a part of that page, if it was decoded for one as large; a wish for a
        whole page lets it go."""
        if want.whole or name != self._name or _long_side(want) > self._side:
            self.forget()
        return self._image

    def keep(self, name: int, want: Target, image: Image.Image) -> None:
        """Keep what was decoded for a part, unless it is too large."""
        if not want.whole and image.width * image.height <= _MOST_PIXELS:
            self._name, self._side, self._image = name, _long_side(want), image

    def forget(self) -> None:
        """Give its memory back."""
        self._name, self._side, self._image = 0, 0, None


def _long_side(want: Target) -> int:
    """How large the page is wished, however it is turned."""
    return max(want.page_width, want.page_height)
