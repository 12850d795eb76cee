"""Deemed results: facts of time, derived by whoever looks and written by whoever touches (3.4).

``due_settlements`` is pure. The store carries its moves out one after another inside the next
writing transaction on the case, each at its own true effective moment; a reader uses the first one
to show what already holds. Nothing here depends on a running process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from workbench.rules.case import AFTER_ACCEPTANCE, Case, State, TaskKind
from workbench.rules.clocks import ClockRun
from workbench.rules.dossier import Dossier
from workbench.rules.duty_roster import representatives_on_duty
from workbench.rules.moment import Moment

S = State


@dataclass(frozen=True, slots=True)
class Settlement:
    """A move that the system owes: its name, its true moment, its codes."""

    move: str
    effective_at: Moment
    fields: dict[str, Any]


def next_settlement(d: Dossier, now: Moment) -> Settlement | None:
    """The earliest deemed result that is due, or ``None``."""
    case = d.case
    if case is None:
        return None
    owed = [one for one in _owed(d, case, now) if _falls_due(one, case) <= now]
    return min(owed, key=lambda one: (_falls_due(one, case), one.move), default=None)


def _falls_due(one: Settlement, case: Case) -> Moment:
    return int(one.fields.get("_due", one.effective_at))


def _owed(d: Dossier, case: Case, now: Moment) -> Iterator[Settlement]:
    if case.state is S.PENDING_ACCEPTANCE:
        yield from _ten_minutes(d)
    if case.state in (S.RECEIVED, S.PENDING_ACCEPTANCE):
        yield from _silence(d, case)
    if case.state is S.AWAITING_CORRECTION:
        yield from _at_due(d, "applicant_correction", "return_application")
    if case.state is S.AWAITING_OPINIONS:
        yield from _opinions(d, now)
    told = any(one.state == "told" for one in d.open_tasks(TaskKind.HEARING))
    if told and case.state in AFTER_ACCEPTANCE:
        # R24: nobody asked for a hearing within the five days.
        yield from _at_due(d, "hearing_request", "lapse_hearing_right")
    for task in d.open_tasks(TaskKind.SUSPENSION):
        if case.state is S.SUSPENDED:
            yield Settlement("resume", int(task.data["planned_end"]), {})


def _running(d: Dossier, name: str) -> ClockRun | None:
    run = d.clock(name)
    if run is None or run.stopped_at is not None or run.paused_at is not None:
        return None
    return run


def _ten_minutes(d: Dossier) -> Iterator[Settlement]:
    """T05, S133: ten office minutes without a decision; effective exactly then."""
    run = _running(d, "acceptance_response")
    if run is not None and run.due_at is not None:
        names = representatives_on_duty(d.roster, d.department, run.due_at - 1)
        yield Settlement("deem_accepted", run.due_at, {"responsible": ",".join(names)})


def _silence(d: Dossier, case: Case) -> Iterator[Settlement]:
    """T06, R10: five working days of silence; effective from the day of receipt."""
    run = _running(d, "correction_notice")
    if run is not None and run.due_at is not None and case.received_at is not None:
        names = representatives_on_duty(d.roster, d.department, run.due_at - 1)
        fields = {"responsible": ",".join(names), "_due": run.due_at}
        yield Settlement("accept_by_silence", case.received_at, fields)


def _at_due(d: Dossier, clock: str, move: str) -> Iterator[Settlement]:
    run = _running(d, clock)
    if run is not None and run.due_at is not None:
        yield Settlement(move, run.due_at, {})


def _opinions(d: Dossier, now: Moment) -> Iterator[Settlement]:
    """T13: an opinion not given in time is deemed agreement; all in, back to review."""
    waiting = d.open_tasks(TaskKind.OPINION)
    for task in waiting:
        if task.due_at is not None:
            # The event is the silent department's, not the lead's (T13, F26).
            fields = {"department": task.department, "responsible": task.department}
            yield Settlement("deem_opinion", task.due_at, fields)
    if not waiting and d.last_task(TaskKind.OPINION) is not None:
        done = [t.closed_at for t in d.tasks if t.kind is TaskKind.OPINION and t.closed_at]
        yield Settlement("collect_opinions", max(done, default=now), {})


WATCHED: Final = (
    "promised", "statutory", "opinion", "survey", "assign_inspectors", "hearing_hold", "seal",
    "delivery", "archive",
)  # fmt: skip
"""Clocks whose running over is an event of its own; the others end in a deemed result."""


def overdue(d: Dossier, now: Moment, noted: frozenset[str]) -> tuple[Settlement, ...]:
    """One overdue event for each watched clock that ran over and is not noted (S008, S040)."""
    found = []
    for name in WATCHED:
        run = _running(d, name)
        if run is None or run.due_at is None or run.due_at > now or f"{name}:{run.round}" in noted:
            continue
        names = representatives_on_duty(d.roster, d.department, run.due_at - 1)
        fields = {"clock": f"{name}:{run.round}", "due_at": run.due_at,
                  "responsible": ",".join(names)}  # fmt: skip
        found.append(Settlement("note_overdue", run.due_at, fields))
    return tuple(found)


