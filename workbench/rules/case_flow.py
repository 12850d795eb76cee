"""The one table of transitions (domain 3.3), put together from its chapters, and look-ups in it.

Interpreted by :mod:`workbench.rules.judge` on SQLite and, written into the database, by the generic
verb of a server. All departments use this table (S073); a plugin cannot add to it.
"""

from __future__ import annotations

from typing import Final

from workbench.rules import flow_back, flow_front, flow_hearing, flow_result, flow_side
from workbench.rules.case import State
from workbench.rules.flow_words import Transition
from workbench.rules.separation import Duty

TRANSITIONS: Final[tuple[Transition, ...]] = (
    *flow_front.ROWS, *flow_back.ROWS, *flow_hearing.ROWS, *flow_result.ROWS, *flow_side.ROWS,
)  # fmt: skip

MOVES: Final[frozenset[str]] = frozenset(row.move for row in TRANSITIONS)

_ROWS_OF: Final[dict[str, tuple[Transition, ...]]] = {
    move: tuple(row for row in TRANSITIONS if row.move == move) for move in MOVES
}


def rows_of(move: str) -> tuple[Transition, ...]:
    """Every row of that move; most moves have one."""
    return _ROWS_OF.get(move, ())


def row_for(move: str, state: State | None) -> Transition | None:
    """The row of that move out of that state; ``None`` as state means registration (T01)."""
    for row in rows_of(move):
        if state in row.from_states or (state is None and not row.from_states):
            return row
    return None


MOVES_OF_DUTY: Final[dict[Duty, frozenset[str]]] = {
    duty: frozenset(row.move for row in TRANSITIONS if row.duty is duty) for duty in Duty
}
"""Which recorded moves count as having done a duty on a case (domain 3.6)."""
