"""A dossier as it stood at an earlier moment, put together from the log (``explain --at``).

Called by ``supervision_room``. State, holder, reviewer and decision follow from the events recorded
by then and the flow table; sub-tasks and clocks from their own moments. Entries and materials are
left as they are today, because no visibility row looks at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from workbench.rules.case import Case, State, Task
from workbench.rules.case_flow import row_for
from workbench.rules.dossier import Dossier
from workbench.rules.effects import Put
from workbench.rules.events import Event
from workbench.rules.moment import Moment

FIRST_TASK_STATE = {"survey": "assigned", "delivery": "delivered"}
NULL_WHEN_NEW = (
    "holder", "held_since", "reviewer", "acceptance_kind", "received_at", "pushed_at",
    "accepted_at", "decided_at", "decided_by", "document_no", "state_before",
)  # fmt: skip
"""Columns of the case row that the log alone fills; before the first step they are empty."""


def as_of(dossier: Dossier, events: Sequence[Event], at: Moment) -> Dossier | None:
    """The dossier at that moment; ``None`` where the case did not exist yet."""
    past = [one for one in events if one.recorded_at <= at]
    if dossier.case is None or not past:
        return None
    return replace(
        dossier,
        case=_case_then(dossier.case, past),
        steps=dossier.steps[: len(past)],
        tasks=tuple(_task_then(one, at) for one in dossier.tasks if one.opened_at <= at),
        clocks=tuple(run for run in dossier.clocks if run.started_at <= at),
    )


def _case_then(case: Case, past: Sequence[Event]) -> Case:
    """The row rebuilt event by event: the flow says what each did to state and columns."""
    columns: dict[str, Any] = dict.fromkeys(NULL_WHEN_NEW)
    state: State | None = None
    for one in past:
        row = row_for(one.kind, state if one.seq > 1 else None)
        if row is None:
            continue
        for effect in row.effects:
            if isinstance(effect, Put):
                columns[effect.column] = _value(effect.source, one, columns, state)
        state = _state(columns.pop("state", None)) or row.to or state
    columns["state_before"] = _state(columns["state_before"])
    known = {name: value for name, value in columns.items() if name in NULL_WHEN_NEW}
    return replace(case, state=state or case.state, version=len(past), **known)


def _state(value: Any) -> State | None:
    return State(value) if value else None


def _value(source: str, one: Event, columns: dict[str, Any], state: State | None) -> Any:
    if source.startswith("="):
        return source[1:]
    if source.startswith("field:"):
        return one.fields().get(source[6:])
    if source == "none":
        return None
    if source in ("actor", "effective_at"):
        return getattr(one, source)
    return state.value if source == "state" and state else columns.get(source)


def _task_then(one: Task, at: Moment) -> Task:
    if one.closed_at is None or one.closed_at <= at:
        return one
    return replace(one, state=FIRST_TASK_STATE.get(one.kind.value, "open"), closed_at=None)
