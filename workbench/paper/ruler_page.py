"""The page that proves a filed impression's size: the seal at 1:1 between millimetre rulers.

Printed, measured with a ruler of metal and signed by two persons before the impression is used
(R46, R57). The line of 100 mm shows whether the printer scaled the page. Called by the commands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pymupdf

from workbench.paper.seal_art import SealArt, preview_png
from workbench.rules.words import _
from workbench.settings import resources_dir

_MM: Final = 72 / 25.4
_LEFT, _TOP = 60.0, 60.0
_LINE_MM: Final = 100.0


def ruler_page(art: SealArt, seal_id: str, target: Path) -> None:
    """Writes an A4 page: seal, rulers along two sides, a line of 100 mm, room for two names."""
    with pymupdf.open() as document:
        page = document.new_page(width=210 * _MM, height=297 * _MM)
        page.insert_font("song", str(resources_dir() / "fonts" / "NotoSerifSC-Regular-gb2312.otf"))
        side = float(art.diameter_mm)
        page.insert_image(_rect(_LEFT, _TOP, _LEFT + side, _TOP + side), stream=preview_png(art))
        _ruler(page, _LEFT, _TOP - 3, side, across=True)
        _ruler(page, _LEFT - 3, _TOP, side, across=False)
        bottom = _TOP + side
        _words(page, bottom + 20, _check_lines(seal_id, art.diameter_mm))
        _line(page, _LEFT, bottom + 58, _LEFT + _LINE_MM, bottom + 58)
        for end in (_LEFT, _LEFT + _LINE_MM):
            _line(page, end, bottom + 56, end, bottom + 60)
        _words(page, bottom + 72, (_("First person: ____________________  Date: ____________"),
                                   _("Second person: ____________________  Date: ____________")))
        document.save(target, garbage=4, deflate=True)


def _check_lines(seal_id: str, diameter_mm: int) -> tuple[str, ...]:
    return (
        _("Proof of size of the seal {seal_id}: {diameter} mm").format(
            seal_id=seal_id, diameter=diameter_mm
        ),
        _("Print without scaling. Measure with a ruler of metal:"),
        _("the seal from edge to edge, {diameter} mm;").format(diameter=diameter_mm),
        _("the line below, 100 mm."),
    )


def _ruler(page: pymupdf.Page, x_mm: float, y_mm: float, length_mm: float, across: bool) -> None:
    """Strokes away from the seal: every millimetre, longer at five, numbered at ten."""
    for at in range(round(length_mm) + 1):
        reach = 5.0 if at % 10 == 0 else 3.5 if at % 5 == 0 else 2.0
        if across:
            _line(page, x_mm + at, y_mm, x_mm + at, y_mm - reach)
            place = (x_mm + at - 1.5, y_mm - 6)
        else:
            _line(page, x_mm, y_mm + at, x_mm - reach, y_mm + at)
            place = (x_mm - 10, y_mm + at + 1)
        if at % 10 == 0:
            page.insert_text(_point(*place), str(at), fontsize=8, fontname="song")


def _words(page: pymupdf.Page, y_mm: float, lines: tuple[str, ...]) -> None:
    for number, line in enumerate(lines):
        page.insert_text(_point(30, y_mm + 9 * number), line, fontsize=12, fontname="song")


def _line(page: pymupdf.Page, x0: float, y0: float, x1: float, y1: float) -> None:
    page.draw_line(_point(x0, y0), _point(x1, y1), width=0.4)


def _point(x_mm: float, y_mm: float) -> pymupdf.Point:
    return pymupdf.Point(x_mm * _MM, y_mm * _MM)


def _rect(x0: float, y0: float, x1: float, y1: float) -> pymupdf.Rect:
    return pymupdf.Rect(x0 * _MM, y0 * _MM, x1 * _MM, y1 * _MM)
