"""The seam seal (骑缝章): one seal over the right edges of a group of pages, a strip on each.

Written as page content in the same revision as the signature: the only way that every verifier
calls unchanged (seal design section 3, way A). One shared stencil, a clip a page; what stood on a
page before is wrapped, so nothing of its state reaches the strip. Called by ``sign``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from workbench.paper.seal_art import RED, SealArt
from workbench.paper.seal_mark import multiply, stencil_of
from workbench.paper.seal_placement import PageFrame, frame_of, user_point

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
    pages = tuple(_pages(writer.root["/Pages"], {}))
    wanted = strips(len(pages), art.size_px)
    if not wanted:
        return 0
    seam = _Seam(
        writer, art, writer.add_object(stencil_of(art)), writer.add_object(multiply()),
        writer.add_object(generic.StreamObject(stream_data=b"q\n")),
    )  # fmt: skip
    for strip in wanted:
        seam.draw(*pages[strip.page], strip)
    return len(wanted)


def _pages(node: Any, inherited: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Every page with the raw values that it inherits, in the order of the document."""
    known = dict(inherited)
    if "/Resources" in node:
        known["/Resources"] = node.raw_get("/Resources")
    if node["/Type"] == "/Page":
        yield node, known
        return
    for kid in node["/Kids"]:
        yield from _pages(kid.get_object() if hasattr(kid, "get_object") else kid, known)


@dataclass(frozen=True, slots=True)
class _Seam:
    """The objects that all pages share, and how a page takes its strip."""

    writer: Any
    art: SealArt
    stencil: Any
    blend: Any
    before: Any

    def draw(self, page: Any, inherited: dict[str, Any], strip: Strip) -> None:
        kinds = {"/XObject": self.stencil, "/ExtGState": self.blend}
        resources, names = _with(inherited.get("/Resources"), kinds)
        drawing = self._drawing(frame_of(page), strip, names["/XObject"], names["/ExtGState"])
        after = self.writer.add_object(generic.StreamObject(stream_data=drawing))
        page[pdf_name("/Contents")] = generic.ArrayObject(
            (self.before, *_streams(page), after)
        )
        page[pdf_name("/Resources")] = resources
        self.writer.update_container(page)

    def _drawing(self, frame: PageFrame, strip: Strip, name: str, blend: str) -> bytes:
        """The strip's right edge is the page's; the rest of the seal is clipped away."""
        side, (wide, high) = float(self.art.diameter_mm), frame.size_mm
        left, top = wide - strip.last / self.art.size_px * side, (high - side) / 2
        origin = user_point(frame, left, top + side)
        right, up = user_point(frame, left + side, top + side), user_point(frame, left, top)
        matrix = (
            right[0] - origin[0], right[1] - origin[1], up[0] - origin[0], up[1] - origin[1],
            *origin,
        )  # fmt: skip
        begin, end = strip.first / self.art.size_px, strip.last / self.art.size_px
        red = " ".join(f"{part / 255:.4f}" for part in RED)
        numbers = " ".join(f"{value:.4f}" for value in matrix)
        return (
            f"Q q {blend} gs {red} rg {numbers} cm "
            f"{begin:.6f} 0 {end - begin:.6f} 1 re W n {name} Do Q"
        ).encode("ascii")


def _streams(page: Any) -> tuple[Any, ...]:
    """The page's own contents, as references."""
    if "/Contents" not in page:
        return ()
    raw = page.raw_get("/Contents")
    held = raw.get_object() if isinstance(raw, generic.IndirectObject) else raw
    return tuple(held) if isinstance(held, generic.ArrayObject) else (raw,)


def _with(raw: Any, kinds: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    """A copy of the resources with one more of each kind, and what these are called there."""
    made, names = _copied(raw), {}
    for kind, reference in kinds.items():
        held = _copied(made.raw_get(kind) if kind in made else None)
        name = next(one for n in range(len(held) + 1) if (one := f"/Seam{n}") not in held)
        held[pdf_name(name)] = reference
        made[pdf_name(kind)] = held
        names[kind] = name
    return made, names


def _copied(raw: Any) -> Any:
    held = raw.get_object() if isinstance(raw, generic.IndirectObject) else raw
    if held is None:
        return generic.DictionaryObject()
    return generic.DictionaryObject({key: held.raw_get(key) for key in held})
