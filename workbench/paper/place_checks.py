"""Where a seal may land on a page (R54, R56): on text, whole, over the date, close below the text.

``check_place`` looks at the frozen file as a reader sees it, after /CropBox and /Rotate. Called
before freezing and once more before the seal is drawn. The date of a document is the last line of
the page that says a date and has nothing beside it: dates in sentences and tables are not the
signature's. A page without such a line (a scan, a card) is judged by its edges and content only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pymupdf

from workbench.paper.seal_placement import POINTS_PER_MM
from workbench.rules.seal_custody import Placement

#: A line that is a date: 2026年11月23日, or in Chinese numerals, after NFKC and without blanks.
_DATE: Final = re.compile(r"[0-9〇○零一二三四五六七八九]{4}年[0-9一二三四五六七八九十]{1,3}月"
                          r"[0-9一二三四五六七八九十]{1,3}日")  # fmt: skip
#: Of the radius: how far the date's middle may stand above the seal's, and below it.
_ABOVE: Final = 0.1
_BELOW: Final = 0.75
#: Of the radius: how far the date's middle may stand to either side.
_ASIDE: Final = 0.5
#: One line of text with its leading, by the height of the last line above the seal.
_ONE_LINE: Final = 2.0
#: Parts of a seal, to know how wide a strip of its seam is.
_FINE: Final = 1000
#: What rounding to hundredths of a millimetre and to points may add.
_SLACK_MM: Final = 0.5


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line as it is seen: mm from the visible top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def check_place(pdf: Path, at: Placement, diameter_mm: float, seam: bool) -> tuple[str, ...]:
    """Reason codes why the seal must not land there, sorted; empty where it may.

    Codes and their words: :data:`workbench.rules.seal_places.PLACE_FAULTS`. ``at.page`` counts from
    1, -1 is the last. ``seam``: a seam seal goes over the edges of the pages; seals never touch.
    """
    with pymupdf.open(pdf) as document:
        index = len(document) - 1 if at.page == -1 else at.page - 1
        if not 0 <= index < len(document):
            return ("no_page",)
        page = document[index]
        found = set()
        if not _whole(page, at, diameter_mm / 2):
            found.add("off_page")
        lines = lines_of(page)
        if not lines and not page.get_image_info():
            found.add("blank_page")
        if seam and _touches_seam(page, len(document), index, at, diameter_mm):
            found.add("touches_seam")
    found.update(_by_the_text(lines, at, diameter_mm / 2))
    return tuple(sorted(found))


def lines_of(page: pymupdf.Page) -> tuple[TextLine, ...]:
    """The lines of text that are seen on the page, from top to bottom."""
    wide, high = _size(page)
    found = [
        _seen(page, line)
        for block in page.get_text("dict")["blocks"]
        for line in block.get("lines", ())
    ]
    return tuple(sorted(
        (one for one in found
         if one.text and 0 <= one.middle[0] <= wide and 0 <= one.middle[1] <= high),
        key=lambda one: one.top,
    ))  # fmt: skip


def _seen(page: pymupdf.Page, line: Any) -> TextLine:
    text = "".join(span["text"] for span in line["spans"])
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    box = pymupdf.Rect(line["bbox"]) * page.rotation_matrix
    return TextLine(plain, *(edge / POINTS_PER_MM for edge in box))


def _size(page: pymupdf.Page) -> tuple[float, float]:
    """Width and height in mm as it is seen."""
    return float(page.rect.width) / POINTS_PER_MM, float(page.rect.height) / POINTS_PER_MM


def _whole(page: pymupdf.Page, at: Placement, radius: float) -> bool:
    wide, high = _size(page)
    return radius <= at.x_mm <= wide - radius and radius <= at.y_mm <= high - radius


def _touches_seam(
    page: pymupdf.Page, count: int, index: int, at: Placement, diameter_mm: float
) -> bool:
    """Whether the square around the seal meets the strip at the middle of the right edge."""
    from workbench.paper.seam_seal import strips  # brings the whole signing library along

    shown = next((one for one in strips(count, _FINE) if one.page == index), None)
    if shown is None:
        return False
    strip_mm = (shown.last - shown.first) / _FINE * diameter_mm
    wide, high = _size(page)
    right = at.x_mm + diameter_mm / 2 > wide - strip_mm
    return right and abs(at.y_mm - high / 2) < diameter_mm


def _by_the_text(lines: tuple[TextLine, ...], at: Placement, radius: float) -> set[str]:
    dates = [one for one in lines if _DATE.fullmatch(one.text) and _alone(one, lines)]
    if not dates:
        return set()
    date, found = dates[-1], set()
    x, y = date.middle
    low = -_ABOVE * radius - _SLACK_MM <= y - at.y_mm <= _BELOW * radius
    if not low or abs(x - at.x_mm) > _ASIDE * radius:
        found.add("beside_date")
    body = _body_above(lines, date)
    if body is None:
        found.add("blank_page")
    elif at.y_mm - radius - body.bottom > _ONE_LINE * (body.bottom - body.top) + _SLACK_MM:
        found.add("far_below_text")
    return found


def _alone(line: TextLine, lines: tuple[TextLine, ...]) -> bool:
    """Nothing beside it: a date in a table has its label there and is not the signature's."""
    return all(one is line or not line.top < one.middle[1] < line.bottom for one in lines)


def _body_above(lines: tuple[TextLine, ...], date: TextLine) -> TextLine | None:
    """The last line of the text proper: above the date, and not the organ's name right above it.

    None where the page carries only the signature: that is a page without text (R56).
    """
    above = [one for one in lines if one.bottom <= date.top + _SLACK_MM]
    height = date.bottom - date.top
    if above and _is_name(above[-1], date, height):
        above.pop()
    return above[-1] if above else None


def _is_name(line: TextLine, date: TextLine, height: float) -> bool:
    near = date.top - line.bottom <= 1.5 * height
    return near and abs(line.middle[0] - date.middle[0]) <= 4 * height
