"""How a verb proposes its move: one place that names the operation and the version looked at.

Called by the verb files beside it and by the desk. The operation id makes a retry after a lost
connection safe; the version makes the loser of a race learn who was faster (E07).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.casework.ports import CaseRoom
from workbench.rules.case import Case, Move, NewEntry


def new_operation() -> str:
    """An operation id; a form makes one when it opens, so pressing twice is one operation."""
    return uuid.uuid4().hex


def propose(
    room: CaseRoom,
    case: Case,
    name: str,
    fields: Mapping[str, Any] | None = None,
    entries: Sequence[NewEntry] = (),
    operation_id: str = "",
) -> Case:
    """Make the move on the version that the caller holds. Raises Refusal; nothing is half-done."""
    move = Move(
        name,
        dict(fields or {}),
        tuple(entries),
        expected_version=case.version,
        operation_id=operation_id or new_operation(),
    )
    return room.make_move(case.case_id, move)
