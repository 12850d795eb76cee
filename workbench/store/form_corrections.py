"""R09: a form corrected on the spot keeps the applicant who was registered.

The window may put values right with trace; who applies is fixed by the receipt, and the identity
stands in a table of its own that no correction reaches. Called by ``case_room``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workbench.rules.case import Move, NewEntry, Part
from workbench.store import case_rows
from workbench.store.engine import Unit

MOVE: Final = "correct_form"


def same_applicant(unit: Unit, case_id: int, move: Move) -> Move:
    """The move with everything of the newest form but its values."""
    forms = [e for e in case_rows.entries_of(unit.sql, case_id, Part.FORM) if e.kind == "form"]
    if not forms:
        return move
    known = dict(forms[-1].body)
    entries = tuple(
        NewEntry(one.kind, known | {"values": one.body.get("values")})
        if one.kind == "form"
        else one
        for one in move.entries
    )
    return replace(move, entries=entries)
