"""What a reader finds on a sealed page to look it up: serial, code, and both as a QR code.

Drawn with the seal, before the signature, in the same revision: the serial is known from the
reservation on, and what was approved stays the beginning of the file (decision note 028). The code
is the first 16 hex digits of the approved file's SHA-256, which ``verify-page`` asks for. Black, at
a place where the page is empty; on a page without one it is left out. Called by ``sign``.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pymupdf
import segno
from PIL import Image, ImageDraw, ImageFont

from workbench.paper.page_ink import Ink, matrix_to, sheets
from workbench.paper.seal_art import DPI
from workbench.paper.seal_mark import stencil
from workbench.paper.seal_placement import POINTS_PER_MM, frame_of
from workbench.rules.seal_custody import Placement
from workbench.settings import resources_dir

#: The QR code with its quiet zone, and the words beside it, in mm.
SIDE: Final = 18.0
WORDS: Final = 30.0
#: From the edges of the page, and from whatever else stands on it.
_MARGIN: Final = 12.0
_CLEAR: Final = 1.5
_QUIET: Final = 4
_FONT: Final = "NotoSerifSC-Regular-gb2312.otf"
_LINE_MM: Final = 4.0


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """``address`` is where this centre's page of verification is; empty where there is none."""

    serial: int
    code: str
    address: str = ""

    @property
    def content(self) -> str:
        """What a reader's telephone finds: an address, or the same two facts as text."""
        asked = urlencode({"serial": self.serial, "code": self.code})
        return f"{self.address}?{asked}" if self.address else asked

    @property
    def lines(self) -> tuple[str, ...]:
        """Beside the code, for whoever types: in Chinese, like the document."""
        halves = (self.code[:8], self.code[8:])
        return (f"用印编号 {self.serial}", f"校验码 {halves[0]}", f"　　　 {halves[1]}")


def code_of(frozen_sha256: str) -> str:
    """The code of an approved file."""
    return frozen_sha256[:16].upper()


def free_place(
    frozen: Path, page: int, seal: Placement, diameter_mm: float
) -> tuple[float, float] | None:
    """The top left corner of an empty place on that page (from 1), in mm as it is seen.

    The four corners are tried, the bottom left one first; None where something stands in each.
    """
    with pymupdf.open(frozen) as document:
        sheet = document[page - 1]
        wide, high = sheet.rect.width / POINTS_PER_MM, sheet.rect.height / POINTS_PER_MM
        taken = [*things_on(sheet), _round(seal, diameter_mm)]
    left, right = _MARGIN, wide - _MARGIN - SIDE - WORDS
    bottom, top = high - _MARGIN - SIDE, _MARGIN
    for x, y in ((left, bottom), (right, bottom), (left, top), (right, top)):
        block = _wider(pymupdf.Rect(x, y, x + SIDE + WORDS, y + SIDE), _CLEAR)
        if x >= _MARGIN and not any(block.intersects(one) for one in taken):
            return x, y
    return None


def things_on(sheet: pymupdf.Page) -> list[pymupdf.Rect]:
    """Text, pictures and strokes of a page, in mm as it is seen; a frame around it is its sides."""
    found = [pymupdf.Rect(one[:4]) for one in sheet.get_text("blocks")]
    found += [pymupdf.Rect(one["bbox"]) for one in sheet.get_image_info()]
    for drawn in sheet.get_drawings():
        found += _sides(pymupdf.Rect(drawn["rect"]), sheet.rect, drawn.get("fill") is None)
    turn = sheet.rotation_matrix
    return [pymupdf.Rect(*(edge / POINTS_PER_MM for edge in one * turn)) for one in found]


def _sides(box: Any, whole: Any, hollow: bool) -> list[pymupdf.Rect]:
    """A drawing as what it covers: a hollow frame around half the page and more is four lines."""
    if not hollow or box.width < whole.width / 2 or box.height < whole.height / 2:
        return [_wider(box, 0.5)]
    edges = (
        (box.x0, box.y0, box.x1, box.y0), (box.x0, box.y1, box.x1, box.y1),
        (box.x0, box.y0, box.x0, box.y1), (box.x1, box.y0, box.x1, box.y1),
    )  # fmt: skip
    return [_wider(pymupdf.Rect(*edge), 0.5) for edge in edges]


def _wider(box: Any, by: float) -> pymupdf.Rect:
    return pymupdf.Rect(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def _round(seal: Placement, diameter_mm: float) -> pymupdf.Rect:
    half = diameter_mm / 2
    return pymupdf.Rect(seal.x_mm - half, seal.y_mm - half, seal.x_mm + half, seal.y_mm + half)


@lru_cache(maxsize=4)
def code_picture(printed: PrintedCode) -> Image.Image:
    """QR code and words, black on white, 1 bit a pixel at 600 dpi."""
    side, wide = round(SIDE / 25.4 * DPI), round((SIDE + WORDS) / 25.4 * DPI)
    picture = Image.new("1", (wide, side), 1)
    modules = [list(row) for row in segno.make(printed.content, error="m", micro=False).matrix]
    cell = side // (len(modules) + 2 * _QUIET)
    begin = (side - cell * len(modules)) // 2
    pen = ImageDraw.Draw(picture)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                left, top = begin + x * cell, begin + y * cell
                pen.rectangle((left, top, left + cell - 1, top + cell - 1), fill=0)
    step = round(_LINE_MM / 25.4 * DPI)
    font = ImageFont.truetype(str(resources_dir() / "fonts" / _FONT), round(step * 0.75))
    for number, line in enumerate(printed.lines):
        pen.text((side, begin + number * step), line, font=font, fill=0)
    return picture


def draw_code(writer: Any, page: int, printed: PrintedCode, at: tuple[float, float]) -> None:
    """Draws the block on that page (from 1) of pyHanko's incremental writer, at that corner."""
    sheet = sheets(writer)[page - 1]
    place = matrix_to(frame_of(sheet.page), *at, SIDE + WORDS, SIDE)
    picture = code_picture(printed)
    ink = stencil(picture.width, picture.height, zlib.compress(picture.tobytes(), 9))
    kinds = {"/XObject": writer.add_object(ink)}
    Ink.of(writer).draw(sheet, kinds, lambda names: f"0 g {place} {names['/XObject']} Do")
