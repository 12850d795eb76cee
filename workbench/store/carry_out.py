"""Carrying out a transition: its effects, read as data, change one case's row, tasks and clocks.

``carry_out`` is called by ``moves`` inside the writing transaction, after the judge has said yes
and before the event is appended. It knows the vocabulary of ``rules.effects`` and no single move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection

from workbench.rules import clocks
from workbench.rules.case import OPEN_TASK_STATES, SHORT_ENDS, Move, Task, TaskKind, brought
from workbench.rules.clock_table import WORKING_DAY
from workbench.rules.clocks import ClockRun
from workbench.rules.conditions import holds
from workbench.rules.dossier import Dossier
from workbench.rules.duty_roster import on_duty, representatives_on_duty
from workbench.rules.effects import (
    AdvanceTask,
    ExtendClock,
    GoOnClock,
    OpenTask,
    PauseClocks,
    Put,
    Relist,
    ResumeClocks,
    StartClock,
    StopClock,
    StrikeOff,
    Supervise,
)
from workbench.rules.facts import Answers
from workbench.rules.flow_words import Transition
from workbench.rules.moment import Moment
from workbench.rules.supervision import RETURNS_BEFORE_EVENT
from workbench.rules.working_days import Calendar
from workbench.store import case_rows
from workbench.store.clock_lengths import limit_for
from workbench.store.supervision_rows import supervise

REPEATED: Final = {"send_back": "repeated_return", "return_stamping": "repeated_seal_return"}
"""Moves whose third time on one case is an event of its own (T19, E13)."""


@dataclass
class Doing:
    """One move under way. ``row`` holds the case's columns as they become."""

    sql: Connection
    dossier: Dossier
    calendar: Calendar
    move: Move
    actor: str
    effective_at: Moment
    now: Moment
    case_id: int
    row: dict[str, Any]
    tasks: list[Task]
    clocks: list[ClockRun]

    def source(self, text: str) -> Any:
        """The value of a source of ``rules.effects``."""
        if text.startswith("="):
            return text[1:]
        if text.startswith("field:"):
            return self.move.fields.get(text[6:])
        if text == "none":
            return None
        if text in ("actor", "effective_at"):
            return getattr(self, text)
        return self.row[text]


def carry_out(doing: Doing, transition: Transition) -> None:
    """Every effect in order, then the new state; a case that ended early keeps no clock (T28)."""
    for effect in transition.effects:
        _DO[type(effect)](doing, effect)
    if transition.to is not None:
        doing.row["state"] = transition.to.value
        if transition.to in SHORT_ENDS:
            for run in list(doing.clocks):
                _set_clock(doing, clocks.stop(run, doing.effective_at))
    _repeated(doing)


def _repeated(doing: Doing) -> None:
    kind = REPEATED.get(doing.move.name)
    before = sum(step.kind == doing.move.name for step in doing.dossier.steps)
    if kind and before + 1 >= RETURNS_BEFORE_EVENT:
        _supervise(doing, Supervise(kind))


# -- the row -----------------------------------------------------------------------------------


def _put(doing: Doing, effect: Put) -> None:
    field = effect.source.removeprefix("field:")
    if effect.source.startswith("field:") and field not in doing.move.fields:
        return
    doing.row[effect.column] = doing.source(effect.source)


# -- clocks ------------------------------------------------------------------------------------


def _runs(doing: Doing, *names: str) -> Iterator[ClockRun]:
    """Runs of these clocks that have not been stopped."""
    return (r for r in list(doing.clocks) if r.name in names and r.stopped_at is None)


def _set_clock(doing: Doing, run: ClockRun) -> None:
    for place, known in enumerate(doing.clocks):
        if (known.name, known.round) == (run.name, run.round):
            if known != run:
                doing.clocks[place] = run
                case_rows.save_clock(doing.sql, doing.case_id, run, new=False)
            return
    doing.clocks.append(run)
    case_rows.save_clock(doing.sql, doing.case_id, run, new=True)


def _start_clock(doing: Doing, effect: StartClock) -> None:
    limit = limit_for(effect.name, doing.dossier.item)
    if limit is None:
        return
    at = doing.row[effect.from_column] if effect.from_column else doing.effective_at
    for run in _runs(doing, effect.name):
        _set_clock(doing, clocks.stop(run, at))
    before = sum(run.name == effect.name for run in doing.clocks)
    _set_clock(doing, clocks.start(effect.name, at, limit, doing.calendar, round=before + 1))


def _stop_clock(doing: Doing, effect: StopClock) -> None:
    for run in _runs(doing, effect.name):
        _set_clock(doing, clocks.stop(run, doing.effective_at))


def _go_on_clock(doing: Doing, effect: GoOnClock) -> None:
    stopped = [r for r in doing.clocks if r.name == effect.name and r.stopped_at is not None]
    for run in stopped[-1:]:
        _set_clock(doing, replace(run, stopped_at=None))


def _pause_clocks(doing: Doing, _effect: PauseClocks) -> None:
    for run in _runs(doing, "statutory", "promised"):
        if run.running:
            _set_clock(doing, clocks.pause(run, doing.effective_at))


def _resume_clocks(doing: Doing, _effect: ResumeClocks) -> None:
    for run in _runs(doing, "statutory", "promised"):
        if run.paused_at is not None:
            _set_clock(doing, clocks.resume(run, doing.effective_at, doing.calendar))


def _extend_clock(doing: Doing, effect: ExtendClock) -> None:
    asked = _last(doing, effect.kind)
    days = int(asked.data.get(effect.key, 0)) if asked else 0
    for run in _runs(doing, effect.name):
        # An extension is counted in working days; a clock of minutes has none to add (R19).
        if days and run.unit == WORKING_DAY:
            _set_clock(doing, clocks.extend(run, days, doing.calendar))


# -- sub-tasks ---------------------------------------------------------------------------------


def _last(doing: Doing, kind: TaskKind) -> Task | None:
    return next((one for one in reversed(doing.tasks) if one.kind is kind), None)


def _open_task(doing: Doing, effect: OpenTask) -> None:
    if effect.each:
        members = doing.move.fields.get(effect.each)
        names: Sequence[Any] = members if isinstance(members, list | tuple) else (members,)
    else:
        names = (doing.source(effect.department) if effect.department else None,)
    for department in dict.fromkeys(names):
        _open_one(doing, effect, department)


def _open_one(doing: Doing, effect: OpenTask, department: str | None) -> None:
    limit = limit_for(effect.due_clock, doing.dossier.item) if effect.due_clock else None
    due = clocks.due_at(doing.effective_at, limit, doing.calendar) if limit else None
    doing.tasks.append(case_rows.add_task(doing.sql, Task(
        task_id=0,
        case_id=doing.case_id,
        kind=effect.kind,
        no=1 + sum(one.kind is effect.kind for one in doing.tasks),
        state=effect.state,
        department=department,
        login=doing.source(effect.login) if effect.login else None,
        second_login=doing.source(effect.second_login) if effect.second_login else None,
        opened_at=doing.effective_at,
        due_at=due,
        data=_kept(doing.move.fields, effect.keep) | _kept(doing.row, effect.stamped),
    )))  # fmt: skip


def _kept(fields: Mapping[str, Any], keep: Sequence[str]) -> dict[str, Any]:
    return {name: fields[name] for name in keep if name in fields}


def _save(doing: Doing, old: Task, **changes: Any) -> None:
    new = replace(old, **changes)
    doing.tasks[doing.tasks.index(old)] = new
    case_rows.save_task(doing.sql, new)


def _open_ones(doing: Doing, kind: TaskKind) -> list[Task]:
    return [t for t in doing.tasks if t.kind is kind and t.state in OPEN_TASK_STATES]


def _advance_task(doing: Doing, effect: AdvanceTask) -> None:
    waiting = _open_ones(doing, effect.kind)
    named = doing.move.fields.get("department")
    if effect.of_mine:
        waiting = [t for t in waiting if t.department and _on_duty_at(doing, t.department)]
    elif named is not None:
        waiting = [t for t in waiting if t.department == named]
    for old in waiting[:1]:
        closed = doing.effective_at if effect.closes else old.closed_at
        data = {**old.data, **_kept(doing.move.fields, effect.keep)}
        login = doing.source(effect.login) if effect.login else old.login
        _save(doing, old, state=_next(doing, effect), closed_at=closed, data=data, login=login)


def _next(doing: Doing, effect: AdvanceTask) -> str:
    if effect.unless is None:
        return effect.to
    asked = Answers(doing.dossier, doing.actor, doing.effective_at)
    return effect.instead if holds(effect.unless, asked, brought(doing.move)) else effect.to


def _on_duty_at(doing: Doing, department: str) -> bool:
    return on_duty(doing.dossier.roster, doing.actor, department, doing.effective_at)


def _strike_off(doing: Doing, effect: StrikeOff) -> None:
    answered = str(doing.move.fields.get(effect.field))
    for old in _open_ones(doing, effect.kind)[-1:]:
        left = [one for one in old.data.get(effect.key, ()) if str(one) != answered]
        _save(doing, old, data={**old.data, effect.key: left})


def _relist(doing: Doing, effect: Relist) -> None:
    old = _last(doing, effect.kind)
    if old is not None:
        unmet = list(doing.move.fields.get(effect.field) or ())
        _save(doing, old, state="open", closed_at=None, data={**old.data, effect.key: unmet})


# -- supervision -------------------------------------------------------------------------------


def _supervise(doing: Doing, effect: Supervise) -> None:
    dossier = doing.dossier
    named = doing.move.fields.get("responsible")
    if named is None:
        at = doing.effective_at
        named = ",".join(representatives_on_duty(dossier.roster, dossier.department, at))
    supervise(
        doing.sql, doing.case_id, effect.kind, _round(doing, effect.kind),
        doing.effective_at, doing.now, str(named),
    )  # fmt: skip


def _round(doing: Doing, kind: str) -> str:
    """What the event may exist only once for (``rules.supervision``, column ``per``)."""
    fields = doing.move.fields
    if kind == "overdue":
        return str(fields.get("clock", ""))
    if kind == "deemed":
        return str(sum(run.name == "acceptance_response" for run in doing.clocks))
    if kind == "opinion_overdue":
        return str(fields.get("department", ""))
    return str(fields.get("finding", "")) if kind == "integrity" else ""


_DO: Final[dict[type, Any]] = {
    Put: _put, StartClock: _start_clock, StopClock: _stop_clock, GoOnClock: _go_on_clock,
    PauseClocks: _pause_clocks, ResumeClocks: _resume_clocks, ExtendClock: _extend_clock,
    OpenTask: _open_task, AdvanceTask: _advance_task, StrikeOff: _strike_off, Relist: _relist,
    Supervise: _supervise,
}  # fmt: skip
