"""One maker for each kind of block: from a template's block to pieces of known height.

Called by ``compose_layout`` through :data:`MAKERS`. Text is never cut: it wraps, and a table row
too tall for a page goes on in another row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from workbench.paper.compose_marks import (
    GREY,
    INK,
    MM,
    Frame,
    LineMark,
    Mark,
    Piece,
    aligned,
    set_line,
)
from workbench.paper.compose_type import width_of, wrap
from workbench.rules.catalogue_records import Block, BlockRow

_LEADING: Final = 1.65
_ASCENT: Final = 0.88
_BELOW_CENTRE: Final = 0.10
"""Share of the diameter by which organ name and date lie below the seal's centre (R56)."""


def _lines(
    block: Block, frame: Frame, align: str, leading: float, colour: tuple[float, float, float] = INK
) -> list[Piece]:
    size = frame.size(block)
    indent = block.indent * size
    pieces = []
    text = frame.fill(block.text)
    first = True
    for part in text.split("\n"):
        for n, line in enumerate(wrap(part, size, block.bold, frame.width, indent)):
            x = aligned(line, frame.width, size, block.bold, align)
            if n == 0 and indent:
                x = indent
            y = size * (leading - 1) / 2 + size * _ASCENT
            marks = set_line(line, x, y, size, block.bold, colour)
            pieces.append(Piece(size * leading, marks, stay=first and bool(indent)))
            first = False
    if pieces:
        pieces[-1] = replace(pieces[-1], stay=False)
    return pieces


def _heading(block: Block, frame: Frame) -> list[Piece]:
    size = frame.size(block)
    text = frame.fill(block.text)
    widest = max(width_of(line, size, True) for line in text.split("\n"))
    if widest > frame.width:
        size = max(size * 0.6, size * frame.width / widest * 0.999)
    fitted = replace(block, size_pt=size / frame.scale, bold=True)
    lines = _lines(fitted, frame, block.align or "center", 1.4)
    return [*(replace(piece, stay=True) for piece in lines), Piece(0.12 * size, stay=True)]


def _line(block: Block, frame: Frame) -> list[Piece]:
    return _lines(block, frame, block.align or "left", 1.5)


def _paragraph(block: Block, frame: Frame) -> list[Piece]:
    return _lines(block, frame, block.align or "left", _LEADING)


def _note(block: Block, frame: Frame) -> list[Piece]:
    return _lines(block, frame, block.align or "left", 1.45, GREY)


def _list(block: Block, frame: Frame) -> list[Piece]:
    """One numbered entry a line, hanging by the width of its number."""
    size = frame.size(block)
    hang = 2.2 * size
    pieces = []
    entries = [entry for entry in frame.fill(block.text).split("\n") if entry.strip()]
    for number, entry in enumerate(entries, start=1):
        for n, line in enumerate(wrap(entry, size, block.bold, frame.width - hang)):
            y = size * (0.25 + _ASCENT)
            marks = set_line(line, hang, y, size, block.bold)
            if n == 0:
                marks = (*set_line(f"{number}.", size * 0.4, y, size, block.bold), *marks)
            pieces.append(Piece(size * 1.5, marks))
    return pieces


def _space(block: Block, frame: Frame) -> list[Piece]:
    return [Piece(block.height_mm * MM * frame.scale)]


def _rule(block: Block, frame: Frame) -> list[Piece]:
    return [Piece(3 * MM, (LineMark(0, 1.5 * MM, frame.width, 1.5 * MM, 1.0),), stay=True)]


def _new_page(block: Block, frame: Frame) -> list[Piece]:
    return [Piece(0.0, ends_page=True)]


def _box(width: float, height: float, x: float = 0.0) -> tuple[LineMark, ...]:
    return (
        LineMark(x, 0, x + width, 0),
        LineMark(x, height, x + width, height),
        LineMark(x, 0, x, height),
        LineMark(x + width, 0, x + width, height),
    )


def _frame(block: Block, frame: Frame) -> list[Piece]:
    size, height = frame.size(block), block.height_mm * MM * frame.scale
    lines = wrap(frame.fill(block.text), size, False, frame.width - 6 * MM)
    height = max(height, (len(lines) + 2) * size * 1.5)
    marks: list[Mark] = [*_box(frame.width, height)]
    y = (height - len(lines) * size * 1.5) / 2 + size * 1.1
    for line in lines:
        marks += set_line(line, aligned(line, frame.width, size, False, "center"), y, size)
        y += size * 1.5
    return [Piece(height, tuple(marks)), Piece(2 * MM)]


def _row_pairs(rows: Sequence[BlockRow]) -> list[list[BlockRow]]:
    """Rows as they stand side by side: two halves share a line."""
    pairs: list[list[BlockRow]] = []
    for row in rows:
        if row.half and pairs and len(pairs[-1]) == 1 and pairs[-1][0].half:
            pairs[-1].append(row)
        else:
            pairs.append([row])
    return pairs


def _fields(block: Block, frame: Frame) -> list[Piece]:
    pieces: list[Piece] = [Piece(1.5 * MM, stay=True)]
    for pair in _row_pairs(block.rows):
        pieces += _table_row(block, frame, pair)
    return [*pieces, Piece(2 * MM)]


_MOST_LINES: Final = 24
"""A row longer than this goes on in another row, so that no row can outgrow a page."""


def _table_row(block: Block, frame: Frame, pair: Sequence[BlockRow]) -> list[Piece]:
    size, pad = frame.size(block), 2.2 * MM
    cell = frame.width / len(pair)
    label_width = min((block.label_mm or 34.0) * MM, cell * (0.38 if len(pair) > 1 else 0.6))
    cells = []
    for row in pair:
        label = wrap(frame.fill(row.label), size, False, label_width - 2 * pad)
        value = wrap(frame.fill(row.value), size, False, cell - label_width - 2 * pad)
        cells.append((label, value))
    count = max(len(value) for _label, value in cells)
    pieces = []
    for start in range(0, count, _MOST_LINES):
        part = [(label if not start else [], v[start : start + _MOST_LINES]) for label, v in cells]
        pieces.append(_cells(part, size, pad, label_width, cell))
    return pieces


def _cells(
    cells: Sequence[tuple[list[str], list[str]]],
    size: float,
    pad: float,
    label_width: float,
    cell: float,
) -> Piece:
    step = size * 1.4
    height = max(len(lines) for pair in cells for lines in pair) * step + 2 * pad
    marks: list[Mark] = []
    for n, (label, value) in enumerate(cells):
        x = n * cell
        marks += _box(label_width, height, x)
        marks += _box(cell - label_width, height, x + label_width)
        for lines, start, width, align in (
            (label, x, label_width, "center"),
            (value, x + label_width + pad, cell - label_width - 2 * pad, "left"),
        ):
            y = (height - len(lines) * step) / 2 + (step - size) / 2 + size * _ASCENT
            for line in lines:
                marks += set_line(line, start + aligned(line, width, size, False, align), y, size)
                y += step
    return Piece(height, tuple(marks))


def _plain_fields(block: Block, frame: Frame) -> list[Piece]:
    """Label and value without rules, as on a licence; labels spread to one width."""
    size = frame.size(block)
    label_width = (block.label_mm or 32.0) * MM * frame.scale
    pieces = []
    for pair in _row_pairs(block.rows):
        cell = frame.width / len(pair)
        wrapped = [
            wrap(frame.fill(row.value), size, block.bold, cell - label_width - 3 * MM)
            for row in pair
        ]
        for line_no in range(max(map(len, wrapped))):
            y = size * (_LEADING - 1) / 2 + size * _ASCENT
            marks: list[Mark] = []
            for n, (row, lines) in enumerate(zip(pair, wrapped, strict=True)):
                if line_no == 0:
                    marks += _spread(frame.fill(row.label), n * cell, y, size, label_width)
                if line_no < len(lines):
                    marks += set_line(lines[line_no], n * cell + label_width, y, size, block.bold)
            pieces.append(Piece(size * _LEADING, tuple(marks)))
    return pieces


def _spread(text: str, x: float, y: float, size: float, width: float) -> list[Mark]:
    """A label whose characters are spread over the label column, as printed forms do."""
    room = width - 1.2 * size
    natural = width_of(text, size, True)
    if len(text) < 2 or natural > room:
        fitted = size * min(1.0, room / natural) if natural else size
        return list(set_line(text, x, y, fitted, True))
    gap = (room - natural) / (len(text) - 1)
    marks: list[Mark] = []
    for char in text:
        marks += set_line(char, x, y, size, True)
        x += width_of(char, size, True) + gap
    return marks


def _signature(block: Block, frame: Frame) -> list[Piece]:
    """Organ name over date, both a little below the seal's centre, the seal's top less than a line
    below the text (R56). Without a seal only the two lines are set."""
    size = frame.size(block)
    lines = []
    for part in frame.fill(block.text or "{organ_name}\n{issue_date}").split("\n"):
        lines += wrap(part, size, block.bold, frame.width * 0.62)
    step = size * 1.6
    seal_mm = frame.placement.diameter_mm if frame.placement else 0.0
    diameter = seal_mm * MM
    widest = max(width_of(line, size, block.bold) for line in lines)
    half = max(widest / 2, diameter / 2) + 1.0 * MM
    axis = frame.width / 2 if block.align == "center" else frame.width - half - 0.5 * size
    centre = 1.0 * MM + diameter / 2 if diameter else 0.0
    middle = centre + diameter * _BELOW_CENTRE if diameter else 4 * MM + len(lines) * step / 2
    y = middle - len(lines) * step / 2 + (step - size) / 2 + size * _ASCENT
    marks: list[Mark] = []
    for line in lines:
        marks += set_line(line, axis - width_of(line, size, block.bold) / 2, y, size, block.bold)
        y += step
    height = max(diameter + 2 * MM, middle + len(lines) * step / 2 + 2 * MM)
    return [Piece(height, tuple(marks), seal=(axis, centre) if diameter else None)]


MAKERS: Final[Mapping[str, Callable[[Block, Frame], list[Piece]]]] = {
    "heading": _heading,
    "line": _line,
    "paragraph": _paragraph,
    "fields": _fields,
    "plain_fields": _plain_fields,
    "list": _list,
    "frame": _frame,
    "signature": _signature,
    "note": _note,
    "space": _space,
    "rule": _rule,
    "new_page": _new_page,
}
