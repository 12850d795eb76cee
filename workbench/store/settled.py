"""What a case will be once time alone has passed: the projection behind deemed states in lists.

``settle_at``, ``settle_to`` and ``settle_due`` of the case row are computed here from the same
clocks and tasks that ``rules.settle`` reads, so a list of thousands of cases shows deemed states,
each at its own place, from three columns (database design section 5). Called by ``moves`` for every
projected row and by ``worklists``; a test compares it with ``rules.settle``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workbench.rules import clocks as clock_engine
from workbench.rules.case import AFTER_ACCEPTANCE, OPEN_TASK_STATES, State, Task, TaskKind
from workbench.rules.catalogue import ItemVersion
from workbench.rules.clocks import ClockRun
from workbench.rules.moment import Moment
from workbench.rules.working_days import Calendar
from workbench.store.clock_lengths import limit_for

S = State

END_BY_THEMSELVES: Final = frozenset(
    {"acceptance_response", "correction_notice", "applicant_correction", "opinion",
     "hearing_request"}
)  # fmt: skip
"""Clocks whose running over is the deemed change; the others go on (rules.settle)."""

BESIDE: Final = frozenset({"hearing_request"})
"""The applicant's time that runs beside the department's own and lapses without moving the case
(R24): no list is ordered by it, or it would stand there as the most urgent until somebody looks."""

BEGIN_ACCEPTED: Final = ("promised", "statutory", "assign_inspectors")
"""Clocks that every way of being accepted starts, where the item has them (R19, R28)."""


@dataclass(frozen=True, slots=True)
class Deemed:
    """From that moment on the case is in that state, written or not."""

    at: Moment
    to: str


def settles(state: str, clocks: Sequence[ClockRun], tasks: Sequence[Task]) -> Deemed | None:
    """The first deemed change of state that time will bring, else what else it will bring."""
    return _changes(state, clocks, tasks) or _right_lapses(state, clocks, tasks)


def _right_lapses(
    state: str, clocks: Sequence[ClockRun], tasks: Sequence[Task]
) -> Deemed | None:
    """R24: the right to a hearing lapses and the case stays where it is."""
    told = any(one.kind is TaskKind.HEARING and one.state == "told" for one in tasks)
    may_lapse = State(state) in AFTER_ACCEPTANCE
    return _first(clocks, State(state), "hearing_request") if told and may_lapse else None


def _changes(state: str, clocks: Sequence[ClockRun], tasks: Sequence[Task]) -> Deemed | None:
    match State(state):
        case S.PENDING_ACCEPTANCE:
            return _first(clocks, S.UNDER_REVIEW, "acceptance_response", "correction_notice")
        case S.RECEIVED:
            return _first(clocks, S.UNDER_REVIEW, "correction_notice")
        case S.AWAITING_CORRECTION:
            return _first(clocks, S.RETURNED, "applicant_correction")
        case S.AWAITING_OPINIONS:
            return _opinions(tasks)
        case S.SUSPENDED:
            ends = [
                int(task.data["planned_end"])
                for task in tasks
                if task.kind is TaskKind.SUSPENSION and task.state in OPEN_TASK_STATES
            ]
            return Deemed(min(ends), S.UNDER_REVIEW.value) if ends else None
        case _:
            return None


def _first(clocks: Sequence[ClockRun], to: State, *names: str) -> Deemed | None:
    newest = {run.name: run for run in clocks if run.name in names}
    dues = [run.due_at for run in newest.values() if run.running]
    return Deemed(min(dues), to.value) if dues else None


def _opinions(tasks: Sequence[Task]) -> Deemed | None:
    """The case goes on once the last opinion is given or deemed."""
    asked = [task for task in tasks if task.kind is TaskKind.OPINION]
    waiting = [task for task in asked if task.state in OPEN_TASK_STATES]
    if any(task.due_at is None for task in waiting) or not asked:
        return None
    ends = [task.due_at for task in waiting if task.due_at is not None]
    closed = [task.closed_at for task in asked if task.closed_at is not None]
    return Deemed(max(ends or closed), S.UNDER_REVIEW.value)


def clock_then(
    deemed: Deemed, state: State, clocks: Sequence[ClockRun], received_at: Moment | None,
    item: ItemVersion | None, calendar: Calendar,
) -> ClockRun | None:  # fmt: skip
    """The clock that runs out next once the deemed change holds; ``None`` where none runs.

    T05: promised and statutory limits count from the deemed moment; T06: from the receipt; T15:
    what was held goes on from the planned end.
    """
    if deemed.to == S.RETURNED.value:
        return None
    left = [run for run in clocks if run.stopped_at is None and run.name not in END_BY_THEMSELVES]
    if state is S.SUSPENDED:
        left = [
            run if run.running else clock_engine.resume(run, deemed.at, calendar) for run in left
        ]
    if state in (S.RECEIVED, S.PENDING_ACCEPTANCE) and item is not None:
        begun = _accepted_from(deemed, clocks, received_at)
        limits = {name: limit_for(name, item) for name in BEGIN_ACCEPTED}
        left += [
            clock_engine.start(name, begun, limit, calendar)
            for name, limit in limits.items()
            if limit is not None
        ]
    return min(left, key=lambda run: (run.due_at, run.name), default=None)


def _accepted_from(
    deemed: Deemed, clocks: Sequence[ClockRun], received_at: Moment | None
) -> Moment:
    ended = next((run for run in clocks if run.running and run.due_at == deemed.at), None)
    silent = ended is not None and ended.name == "correction_notice"
    return received_at if silent and received_at is not None else deemed.at
