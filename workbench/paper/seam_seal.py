"""The seam seal (骑缝章): one seal over the right edges of a group of pages, a strip on each.

Written as page content in the same revision as the signature: the only way that every verifier
calls unchanged (seal design section 3, way A). One shared stencil, a clip a page. Called by
``sign``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Final

from workbench.paper.page_ink import Ink, matrix_to, sheets
from workbench.paper.seal_art import RED, SealArt
from workbench.paper.seal_mark import multiply, stencil_of
from workbench.paper.seal_placement import PageFrame, frame_of

#: 42 mm over 20 pages are strips of 2.1 mm; narrower ones would say nothing.
MOST_PAGES: Final = 20


@dataclass(frozen=True, slots=True)
class Strip:
    """What one page shows: columns ``first`` to ``last`` (exclusive) of the seal's pixels."""

    page: int
    first: int
    last: int


def strips(pages: int, size_px: int) -> tuple[Strip, ...]:
    """The strip of every page, counted from 0; none for a single page.

    Groups are of nearly equal size, so none is left with one page; the pixels that do not divide
    evenly are shared out, and no strip is empty.
    """
    found = []
    for group in _groups(pages):
        edges = [round(part * size_px / len(group)) for part in range(len(group) + 1)]
        found += [
            Strip(page, edges[at], edges[at + 1]) for at, page in enumerate(group)
        ]
    return tuple(found)


def _groups(pages: int) -> Iterator[range]:
    if pages < 2:
        return
    count = -(-pages // MOST_PAGES)
    edges = [part * pages // count for part in range(count + 1)]
    for begin, end in pairwise(edges):
        yield range(begin, end)


def draw_seam(writer: Any, art: SealArt) -> int:
    """Draws the strips on the pages of pyHanko's incremental writer; on how many pages."""
    pages = sheets(writer)
    wanted = strips(len(pages), art.size_px)
    if wanted:
        pen = Ink.of(writer)
        kinds = {
            "/XObject": writer.add_object(stencil_of(art)),
            "/ExtGState": writer.add_object(multiply()),
        }
        for strip in wanted:
            sheet = pages[strip.page]
            pen.draw(sheet, kinds, partial(_drawing, art, frame_of(sheet.page), strip))
    return len(wanted)


def _drawing(art: SealArt, frame: PageFrame, strip: Strip, names: Mapping[str, str]) -> str:
    """The strip's right edge is the page's; the rest of the seal is clipped away."""
    side, (wide, high) = float(art.diameter_mm), frame.size_mm
    left = wide - strip.last / art.size_px * side
    begin, end = strip.first / art.size_px, strip.last / art.size_px
    red = " ".join(f"{part / 255:.4f}" for part in RED)
    return (
        f"{names['/ExtGState']} gs {red} rg {matrix_to(frame, left, (high - side) / 2, side, side)}"
        f" {begin:.6f} 0 {end - begin:.6f} 1 re W n {names['/XObject']} Do"
    )
