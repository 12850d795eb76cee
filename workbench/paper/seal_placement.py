"""From millimetres on the page as it is seen to a rectangle in the file's own space, and back.

``sign`` places the seal with this, the seal desk shows the same numbers beforehand. Pure geometry
plus the search for an anchor text, which opens the file with PyMuPDF.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

import pymupdf

from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import AnchorPlacement, PageRule, Placement
from workbench.rules.words import _

POINTS_PER_MM: Final = 72 / 25.4


@dataclass(frozen=True, slots=True)
class PageFrame:
    """The visible part of one page: CropBox in user space units, clockwise turn, unit size."""

    x0: float
    y0: float
    x1: float
    y1: float
    turn: int
    user_unit: float = 1.0

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height as seen, after the turn."""
        wide, high = self.x1 - self.x0, self.y1 - self.y0
        if self.turn % 180:
            wide, high = high, wide
        unit = self.user_unit / POINTS_PER_MM
        return wide * unit, high * unit


def frame_of(page: Any) -> PageFrame:
    """The frame of a page dictionary (pyHanko or pikepdf: both look like mappings)."""
    media = _box(_inherited(page, "/MediaBox"))
    cut = _inherited(page, "/CropBox")
    crop = media if cut is None else _box(cut)
    x0, y0 = max(crop[0], media[0]), max(crop[1], media[1])
    x1, y1 = min(crop[2], media[2]), min(crop[3], media[3])
    if x1 <= x0 or y1 <= y0:
        x0, y0, x1, y1 = media
    turn = int(_inherited(page, "/Rotate") or 0) % 360
    unit = float(page["/UserUnit"]) if "/UserUnit" in page else 1.0
    return PageFrame(x0, y0, x1, y1, turn, unit)


def _inherited(page: Any, key: str) -> Any:
    node, depth = page, 0
    while node is not None and depth < 64:
        if key in node:
            return node[key]  # indexing follows references, pyHanko's ``get`` does not
        if "/Parent" not in node:
            return None
        node, depth = node["/Parent"], depth + 1
    return None


def _box(values: Any) -> tuple[float, float, float, float]:
    if values is None or len(values) != 4:
        raise Refusal("page_without_size", _("The page does not say how large it is."))
    a, b, c, d = (float(value) for value in values)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def user_point(frame: PageFrame, x_mm: float, y_mm: float) -> tuple[float, float]:
    """The user space point that is seen ``x_mm`` right of and ``y_mm`` below the top left."""
    x = x_mm * POINTS_PER_MM / frame.user_unit
    y = y_mm * POINTS_PER_MM / frame.user_unit
    match frame.turn:
        case 90:
            return frame.x0 + y, frame.y0 + x
        case 180:
            return frame.x1 - x, frame.y0 + y
        case 270:
            return frame.x1 - y, frame.y1 - x
        case _:
            return frame.x0 + x, frame.y1 - y


def seal_rectangle(
    frame: PageFrame, placement: Placement, diameter_mm: float
) -> tuple[float, float, float, float]:
    """/Rect of the seal in user space. Refusal ``seal_off_page`` unless the whole seal is seen."""
    wide, high = frame.size_mm
    half = diameter_mm / 2
    x, y = placement.x_mm, placement.y_mm
    if not (half <= x <= wide - half and half <= y <= high - half):
        raise Refusal(
            "seal_off_page",
            _("The seal would reach over the edge of the page."),
            _("Place its centre at least {half} mm from every edge.").format(half=half),
        )
    cx, cy = user_point(frame, x, y)
    reach = half * POINTS_PER_MM / frame.user_unit
    return cx - reach, cy - reach, cx + reach, cy + reach


def upright_matrix(turn: int) -> tuple[int, int, int, int, int, int]:
    """The form matrix that turns the seal against the page's own turn, so it is seen upright."""
    cosine, sine = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turn % 360]
    return cosine, sine, -sine, cosine, 0, 0


def resolve_anchor(pdf_path: str, anchor: AnchorPlacement) -> Placement:
    """Where the anchor text stands, as a placement with a real page number.

    Text and needle are compared in NFKC without blanks, so full-width brackets match half-width
    ones. Refusals: ``anchor_missing``, ``anchor_ambiguous`` (never decided silently).
    """
    needle = _plain(anchor.text)
    with pymupdf.open(pdf_path) as document:
        for number in _pages_to_search(len(document), anchor.page_rule):
            hits = _hits(document[number], needle)
            if len(hits) > 1:
                raise Refusal(
                    "anchor_ambiguous",
                    _("The text {text} stands {count} times on page {page}.").format(
                        text=anchor.text, count=len(hits), page=number + 1
                    ),
                    _("The template must name a text that stands there once."),
                )
            if hits:
                x, y = hits[0]
                return Placement(number + 1, x + anchor.dx_mm, y + anchor.dy_mm)
    raise Refusal(
        "anchor_missing",
        _("The text {text} is not on the page.").format(text=anchor.text),
        _("Use a placement in millimetres."),
    )


def _pages_to_search(count: int, rule: PageRule) -> range:
    if rule is PageRule.FIRST_PAGE:
        return range(0, min(1, count))
    if rule is PageRule.LAST_PAGE:
        return range(count - 1, max(count - 2, -1), -1)
    return range(count - 1, -1, -1)


def _hits(page: Any, needle: str) -> list[tuple[float, float]]:
    """Centres of every occurrence in mm from the visible top left."""
    found: list[tuple[float, float]] = []
    for block in page.get_text("rawdict")["blocks"]:
        for line in block.get("lines", ()):
            letters = [
                (plain, sign["bbox"])
                for span in line["spans"]
                for sign in span["chars"]
                for plain in _plain(sign["c"])
            ]
            text = "".join(letter for letter, _box_of in letters)
            at = text.find(needle)
            while needle and at >= 0:
                boxes = [box for _letter, box in letters[at : at + len(needle)]]
                found.append(_centre(page, boxes))
                at = text.find(needle, at + len(needle))
    return found


def _centre(page: Any, boxes: list[Any]) -> tuple[float, float]:
    x = (min(box[0] for box in boxes) + max(box[2] for box in boxes)) / 2
    y = (min(box[1] for box in boxes) + max(box[3] for box in boxes)) / 2
    seen = pymupdf.Point(x, y) * page.rotation_matrix
    return seen.x / POINTS_PER_MM, seen.y / POINTS_PER_MM


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
