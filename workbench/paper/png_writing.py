"""A drawn page as a PNG file, for ``workbench render``. Used inside the child only.

A page of one single colour is never handed out silently: a picture with nothing on it looks the
same whether the page is empty or could not be drawn, so a frame and a note are put on it.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from workbench.paper.drawn import Drawn

_MODES: Final = {"RGB888": "RGB", "GRAY8": "L"}
_INK: Final = (150, 60, 60)
_PAPER: Final = (255, 255, 255)


def write_png(drawn: Drawn, out: Path, dpi: float, blank_note: str) -> None:
    """Write the picture to ``out``. Raises OSError where the disk or the folder says no."""
    size = (drawn.width, drawn.height)
    mode = _MODES[drawn.format]
    picture = Image.frombuffer(mode, size, bytes(drawn.pixels), "raw", mode, drawn.stride, 1)
    if drawn.blank:
        picture = _noted(picture.convert("RGB"), blank_note)
    picture.save(out, format="PNG", dpi=(dpi, dpi))


def _noted(picture: Image.Image, note: str) -> Image.Image:
    """The blank picture with a frame and the note in its middle, readable at any size."""
    pen = ImageDraw.Draw(picture)
    wide, high = picture.size
    pen.rectangle((0, 0, wide - 1, high - 1), outline=_INK, width=max(1, wide // 400))
    font = ImageFont.truetype(io.BytesIO(_letters()), max(6, wide // 30))
    left, top, right, bottom = pen.textbbox((wide / 2, high / 2), note, font=font, anchor="mm")
    pen.rectangle((left - 4, top - 4, right + 4, bottom + 4), fill=_PAPER)
    pen.text((wide / 2, high / 2), note, fill=_INK, font=font, anchor="mm")
    return picture


def _letters() -> bytes:
    """A font with Chinese that the page engine carries, so no system font is needed."""
    import pymupdf

    letters: bytes = pymupdf.Font("cjk").buffer
    return letters
