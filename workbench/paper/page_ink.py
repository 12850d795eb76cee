"""Ink on pages that are there already, as page content in pyHanko's incremental revision.

What stood on a page before is wrapped, so nothing of its state reaches what is added; its resources
are copied with the new ones in them, inherited or shared ones stay as they are. Used by
``seam_seal`` and ``verification_code``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from workbench.paper.seal_placement import PageFrame, user_point

Drawing = Callable[[Mapping[str, str]], str]
"""From the names of its resources (``/XObject`` -> ``/Ink0``) to the operators."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and the resources that it has or inherits, as a raw value."""

    page: Any
    resources: Any


def sheets(writer: Any) -> tuple[Sheet, ...]:
    """Every page in the order of the document."""
    return tuple(_below(writer.root["/Pages"], None))


def _below(node: Any, inherited: Any) -> Iterator[Sheet]:
    resources = node.raw_get("/Resources") if "/Resources" in node else inherited
    if node["/Type"] == "/Page":
        yield Sheet(node, resources)
        return
    for kid in node["/Kids"]:
        yield from _below(kid.get_object() if hasattr(kid, "get_object") else kid, resources)


@dataclass(frozen=True, slots=True)
class Ink:
    """A pen for one document; what it shares between pages is written once."""

    writer: Any
    before: Any

    @classmethod
    def of(cls, writer: Any) -> Ink:
        """A pen for that writer."""
        return cls(writer, writer.add_object(generic.StreamObject(stream_data=b"q\n")))

    def draw(self, sheet: Sheet, kinds: Mapping[str, Any], drawing: Drawing) -> None:
        """Adds the drawing to the page; ``kinds`` are its resources, as references."""
        resources, names = _with(sheet.resources, kinds)
        after = generic.StreamObject(stream_data=f"Q q {drawing(names)} Q".encode("ascii"))
        page = sheet.page
        page[pdf_name("/Contents")] = generic.ArrayObject(
            (self.before, *_streams(page), self.writer.add_object(after))
        )
        page[pdf_name("/Resources")] = resources
        self.writer.update_container(page)


def matrix_to(frame: PageFrame, x_mm: float, y_mm: float, wide_mm: float, high_mm: float) -> str:
    """The ``cm`` that lays the unit square upright on that place of the page as it is seen; x and y
    are of its top left corner."""
    origin = user_point(frame, x_mm, y_mm + high_mm)
    right, up = user_point(frame, x_mm + wide_mm, y_mm + high_mm), user_point(frame, x_mm, y_mm)
    numbers = (
        right[0] - origin[0], right[1] - origin[1], up[0] - origin[0], up[1] - origin[1], *origin,
    )  # fmt: skip
    return " ".join(f"{value:.4f}" for value in numbers) + " cm"


def _streams(page: Any) -> tuple[Any, ...]:
    """The page's own contents, as references."""
    if "/Contents" not in page:
        return ()
    raw = page.raw_get("/Contents")
    held = raw.get_object() if isinstance(raw, generic.IndirectObject) else raw
    return tuple(held) if isinstance(held, generic.ArrayObject) else (raw,)


def _with(raw: Any, kinds: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
    """A copy of the resources with one more of each kind, and what these are called there."""
    made, names = _copied(raw), {}
    for kind, reference in kinds.items():
        held = _copied(made.raw_get(kind) if kind in made else None)
        name = next(one for n in range(len(held) + 1) if (one := f"/Ink{n}") not in held)
        held[pdf_name(name)] = reference
        made[pdf_name(kind)] = held
        names[kind] = name
    return made, names


def _copied(raw: Any) -> Any:
    held = raw.get_object() if isinstance(raw, generic.IndirectObject) else raw
    if held is None:
        return generic.DictionaryObject()
    return generic.DictionaryObject({key: held.raw_get(key) for key in held})
