"""A copy for the printer: the frozen document with its control code on every page (R53, S167).

Two QR codes of the same words at opposite corners, so that a scan can be laid over the page it
came from, and words to be read by people: code, original or duplicate and which of how many,
document number, page. The pages themselves are not touched. The file goes to a printer and nowhere
else. Called by ``hand_copies``.
"""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any, Final

import pymupdf
import segno
from PIL import Image, ImageDraw, ImageFont
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from workbench.paper.compose_type import REGULAR, face_bytes
from workbench.paper.page_ink import Drawing, Ink, Sheet, matrix_to, sheets
from workbench.paper.seal_art import DPI
from workbench.paper.seal_mark import stencil
from workbench.paper.seal_placement import frame_of
from workbench.paper.verification_code import things_on
from workbench.rules.copy_comparison import CopyMark
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

#: A code without its quiet zone, its distance from the edges, and the quiet zone, in mm: inside
#: the frames of licences, outside the margins of letters.
SIDE, EDGE, QUIET = 11.7, 13.7, 2.2
#: Beside the lower code, left of the page's number: two lines.
_WORDS_WIDE, _WORDS_HIGH = 60.0, 6.4
_MM: Final = 72 / 25.4
_KINDS: Final = {"original": "正本", "duplicate": "副本"}


def code_places(wide_mm: float, high_mm: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The centres of the two codes on a page of that size as it is seen: bottom left, top right."""
    inset = EDGE + SIDE / 2
    return (inset, high_mm - inset), (wide_mm - inset, inset)


def marked_places(wide_mm: float, high_mm: float) -> tuple[tuple[float, float, float, float], ...]:
    """What the marks of a copy cover, as left, top, right, bottom in mm: two codes and words."""
    half = SIDE / 2 + QUIET
    (x0, y0), (x1, y1) = code_places(wide_mm, high_mm)
    return (
        (x0 - half, y0 - half, x0 + half, y0 + half),
        (x1 - half, y1 - half, x1 + half, y1 + half),
        (x0 + half, y0 - _WORDS_HIGH / 2, x0 + half + _WORDS_WIDE, y0 + _WORDS_HIGH / 2),
    )


def print_copy(frozen: Path, mark: CopyMark, target: Path) -> None:
    """Write the copy; the pages of the document themselves stay as they are.

    Refusal ``copy_no_room`` where something of the document stands where the marks have to be.
    """
    with pymupdf.open(frozen) as document:
        sizes = [(one.rect.width / _MM, one.rect.height / _MM) for one in document]
        for page in document:
            _refuse_crowded(page, mark)
    writer = IncrementalPdfFileWriter(io.BytesIO(frozen.read_bytes()))
    ink = Ink.of(writer)
    for number, (sheet, size) in enumerate(zip(sheets(writer), sizes, strict=True), start=1):
        code = _code(f"{mark.control_code}/{number}")
        _draw_marks(ink, sheet, size, code, _words(mark, number, len(sizes)))
    with target.open("wb") as stream:
        writer.write(stream)


def _draw_marks(
    ink: Ink, sheet: Sheet, size: tuple[float, float], code: Image.Image, words: Image.Image
) -> None:
    half, square = SIDE / 2, _stencil(ink.writer, code)
    boxes = [(square, x - half, y - half, SIDE, SIDE) for x, y in code_places(*size)]
    left, top, right, bottom = marked_places(*size)[2]
    boxes.append((_stencil(ink.writer, words), left, top, right - left, bottom - top))
    here = sheet
    for picture, *box in boxes:
        ink.draw(here, {"/XObject": picture}, _drawing(matrix_to(frame_of(sheet.page), *box)))
        # What it has been given so far stays among its resources.
        here = Sheet(sheet.page, sheet.page.raw_get("/Resources"))


def _drawing(place: str) -> Drawing:
    return lambda names: f"0 g {place} {names['/XObject']} Do"


def _refuse_crowded(page: pymupdf.Page, mark: CopyMark) -> None:
    boxes = [pymupdf.Rect(*one) for one in marked_places(page.rect.width / _MM,
                                                         page.rect.height / _MM)]  # fmt: skip
    if any(box.intersects(thing) for box in boxes for thing in things_on(page)):
        raise Refusal(
            "copy_no_room",
            _("Page {page} of {document} leaves no room for the control code.").format(
                page=page.number + 1, document=mark.document_no
            ),
            _("Return the request: the corners at the bottom left and the top right have to be "
              "empty."),
        )  # fmt: skip


def _words(mark: CopyMark, number: int, pages: int) -> Image.Image:
    """The lines for people, in Chinese like the document: 1 bit a pixel, black on white."""
    lines = (
        f"{mark.control_code}　{_KINDS[mark.copy_kind]}　共{mark.copies}份之{mark.copy_no}",
        f"{mark.document_no}　第{number}页/共{pages}页",
    )
    wide, high = (round(mm / 25.4 * DPI) for mm in (_WORDS_WIDE, _WORDS_HIGH))
    picture = Image.new("1", (wide, high), 1)
    pen, size = ImageDraw.Draw(picture), high // 3
    for place, text in enumerate(lines):
        font = _font(size)
        while font.getlength(text) > wide:
            font = _font(int(font.size) - 1)
        pen.text((0, high * (2 * place + 1) // 4), text, font=font, fill=0, anchor="lm")
    return picture


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(face_bytes(REGULAR)), size)


def _code(content: str) -> Image.Image:
    """The QR code without its quiet zone, which is the empty room around it."""
    drawn = io.BytesIO()
    segno.make(content, error="m", micro=False).save(drawn, kind="png", scale=12, border=0)
    with Image.open(drawn) as one:
        return one.convert("1")


def _stencil(writer: Any, picture: Image.Image) -> Any:
    packed = zlib.compress(picture.tobytes(), 9)
    return writer.add_object(stencil(picture.width, picture.height, packed))

