"""A list as a CSV table: headings in Chinese or English, columns in any order, empty rows left out.

What a cell has to say is the list's own matter. Called by ``seal_list`` and ``account_list``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from workbench.rules.person_list import RowFault, read_text
from workbench.rules.words import _

Cells = Mapping[str, str]


def read_table(
    raw: bytes, columns: Mapping[str, tuple[str, ...]], needed: Sequence[str]
) -> tuple[tuple[tuple[int, Cells], ...], tuple[RowFault, ...]]:
    """Row number (the headings are row 1) and cells by column, or why it is no such table.

    ``columns``: name -> the headings that mean it; a needed one must be there.
    """
    text = read_text(raw)
    if text is None:
        return (), (RowFault(1, "", _("The file is no table in UTF-8 or GB18030.")),)
    rows = list(csv.reader(io.StringIO(text)))
    heads = {_heading(name, columns): at for at, name in enumerate(rows[0] if rows else ())}
    missing = [name for name in needed if name not in heads]
    if missing:
        told = _("The column {name} is missing.")
        return (), tuple(RowFault(1, name, told.format(name=name)) for name in missing)
    return tuple(
        (number, {name: row[at].strip() if at < len(row) else "" for name, at in heads.items()})
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ), ()


def empty_cells(row: int, cells: Cells, needed: Sequence[str]) -> tuple[RowFault, ...]:
    """A fault for every needed cell that says nothing."""
    return tuple(RowFault(row, name, _("It is empty.")) for name in needed if not cells.get(name))


def repeated(row: int, cells: Cells, name: str, seen: dict[str, int]) -> tuple[RowFault, ...]:
    """A fault where an earlier row has the same value; ``seen`` remembers which."""
    first = seen.setdefault(cells[name], row)
    if first == row or not cells[name]:
        return ()
    return (RowFault(row, name, _("Row {first} has the same number.").format(first=first)),)


def _heading(text: str, columns: Mapping[str, tuple[str, ...]]) -> str:
    wanted = text.strip().lower()
    return next((name for name, known in columns.items() if wanted in known), wanted)
