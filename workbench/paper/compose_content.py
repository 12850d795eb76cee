"""Writing marks as the content of a PDF page. Used by ``compose``.

Written here and not through PyMuPDF's drawing calls: those measure every character up to the
highest one for each page and face, which is most of the time a document takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import cos, radians, sin
from typing import Final

from workbench.paper.compose_marks import LineMark, Mark
from workbench.paper.compose_type import REGULAR, CutFace, width_of
from workbench.rules.composed_documents import SAMPLE_MARK

_PALE: Final = (0.93, 0.93, 0.93)
_SLANT: Final = 30.0


def page_content(
    marks: Iterable[Mark],
    faces: Mapping[str, CutFace],
    width: float,
    height: float,
    sample: bool,
) -> bytes:
    """The content stream of one page of ``width`` by ``height`` points.

    Marks count y downwards, PDF upwards. ``sample`` puts the slanting mark under everything.
    """
    parts = [_watermark(faces[REGULAR], width, height)] if sample else []
    for mark in marks:
        if isinstance(mark, LineMark):
            parts.append(_line(mark, height))
        else:
            matrix = f"1 0 0 1 {mark.x:.3f} {height - mark.y:.3f}"
            parts.append(_text(mark.text, mark.face, mark.size, mark.colour, matrix, faces))
    return "\n".join(parts).encode("ascii")


def _line(mark: LineMark, height: float) -> str:
    start = f"{mark.x0:.3f} {height - mark.y0:.3f}"
    end = f"{mark.x1:.3f} {height - mark.y1:.3f}"
    return f"q {mark.width:.2f} w 0 G 2 J {start} m {end} l S Q"


def _text(
    text: str,
    face: str,
    size: float,
    colour: tuple[float, float, float],
    matrix: str,
    faces: Mapping[str, CutFace],
) -> str:
    places = faces[face].places
    codes = "".join(f"{places[char]:04x}" for char in text)
    shade = " ".join(f"{part:.2f}" for part in colour)
    return f"BT /{face} {size:.3f} Tf {shade} rg {matrix} Tm <{codes}> Tj ET"


def _watermark(face: CutFace, width: float, height: float) -> str:
    """The sample mark once more, large, pale and slanting upwards across the middle."""
    size = min(width, height) / 11
    half = width_of(SAMPLE_MARK, size) / 2
    across, up = cos(radians(_SLANT)), sin(radians(_SLANT))
    x = width / 2 - half * across + size / 3 * up
    y = height / 2 - half * up - size / 3 * across
    matrix = f"{across:.5f} {up:.5f} {-up:.5f} {across:.5f} {x:.3f} {y:.3f}"
    return _text(SAMPLE_MARK, REGULAR, size, _PALE, matrix, {REGULAR: face})
