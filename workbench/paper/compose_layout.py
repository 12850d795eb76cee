"""From template blocks to pages: which piece goes on which page, and where the seal lands.

Called by ``compose``. A piece is what stays together: a line, a table row, the signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from workbench.paper.compose_blocks import MAKERS
from workbench.paper.compose_marks import MM, Frame, Mark, Piece, TextMark, moved
from workbench.rules.catalogue_records import Block, DocumentTemplate

_NAME: Final = re.compile(r"\{([a-z0-9_]+)\}")


@dataclass(slots=True)
class Sheet:
    """One page being filled."""

    marks: list[Mark] = field(default_factory=list)
    used: float = 0.0


@dataclass(frozen=True, slots=True)
class Pages:
    """All marks page by page, in page coordinates, and the seal's centre (page from 1)."""

    sheets: tuple[tuple[Mark, ...], ...]
    seal: tuple[int, float, float] | None


def lay_out(template: DocumentTemplate, values: Mapping[str, str]) -> Pages:
    """Blocks laid out on as many pages as they need; ``one_page`` shrinks the type first."""
    scales = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7) if template.one_page else (1.0,)
    for scale in scales:
        pages = _paginate(template, _pieces(template, values, scale))
        if len(pages.sheets) == 1:
            return pages
    return pages if not template.one_page else _paginate(template, _pieces(template, values, 0.82))


def shown_blocks(template: DocumentTemplate, values: Mapping[str, str]) -> list[Block]:
    """The blocks that appear: those whose ``only_if`` is empty or names a value with text."""
    return [b for b in template.blocks if not b.only_if or values.get(b.only_if, "").strip()]


def _pieces(template: DocumentTemplate, values: Mapping[str, str], scale: float) -> list[Piece]:
    def fill(text: str) -> str:
        return _NAME.sub(lambda found: _clean(values.get(found[1], "")), text)

    margins = (template.margin_left_mm + template.margin_right_mm) * MM
    frame = Frame(template.page_width_mm * MM - margins, scale, fill, template.placement)
    pieces: list[Piece] = []
    for block in shown_blocks(template, values):
        made = MAKERS[block.kind](block, frame)
        if block.kind == "signature":
            _hold_text(pieces)
        pieces += made
    return pieces


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()


def _hold_text(pieces: list[Piece]) -> None:
    """No seal on a page without text (R56): the last two text pieces go where the seal goes."""
    held = 0
    for at in range(len(pieces) - 1, -1, -1):
        pieces[at] = replace(pieces[at], stay=True)
        held += any(isinstance(mark, TextMark) for mark in pieces[at].marks)
        if held == 2:
            return


def _paginate(template: DocumentTemplate, pieces: Sequence[Piece]) -> Pages:
    left, top = template.margin_left_mm * MM, template.margin_top_mm * MM
    room = template.page_height_mm * MM - top - template.margin_bottom_mm * MM
    sheets = [Sheet()]
    seal: tuple[int, float, float] | None = None
    for group in _groups(pieces):
        height = sum(piece.height for piece in group)
        if sheets[-1].used and sheets[-1].used + height > room + 0.01:
            sheets.append(Sheet())
        for piece in group:
            if sheets[-1].used and sheets[-1].used + piece.height > room + 0.01:
                sheets.append(Sheet())
            y = top + sheets[-1].used
            sheets[-1].marks += [moved(mark, left, y) for mark in piece.marks]
            if piece.seal is not None:
                seal = (len(sheets), left + piece.seal[0], y + piece.seal[1])
            sheets[-1].used += piece.height
            if piece.ends_page:
                sheets.append(Sheet())
    return Pages(tuple(tuple(sheet.marks) for sheet in sheets), seal)


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = [[]]
    for piece in pieces:
        groups[-1].append(piece)
        if not piece.stay:
            groups.append([])
    return [group for group in groups if group]
