"""Supervision events: each exists once for a case, a kind and a round (S008, S040).

Called by ``carry_out`` and read by ``moves`` (what is noted already) and the supervision room.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from workbench.rules.moment import Moment
from workbench.store.tables import supervision_event

_OVERDUE: Final = select(supervision_event.c.round).where(
    supervision_event.c.case_id == bindparam("case_id"), supervision_event.c.kind == "overdue"
)


def supervise(
    sql: Connection, case_id: int, kind: str, round: str, effective_at: Moment, now: Moment,
    responsible: str,
) -> None:  # fmt: skip
    """Write the event unless it is there; the unique key decides between two desks (rule 2)."""
    column = supervision_event.c
    same = (column.case_id == case_id) & (column.kind == kind) & (column.round == round)
    if sql.execute(select(column.supervision_id).where(same)).first() is None:
        sql.execute(insert(supervision_event).values(
            case_id=case_id, kind=kind, round=round, effective_at=effective_at, recorded_at=now,
            responsible=responsible,
        ))  # fmt: skip


def noted(sql: Connection, case_id: int) -> frozenset[str]:
    """``clock:round`` of every clock whose running over is already an event."""
    return frozenset(sql.execute(_OVERDUE, {"case_id": case_id}).scalars())
