"""Rows of a case to frozen records and back: the one translator for cases, tasks, clocks, events.

Called by ``dossiers``, ``moves``, ``carry_out`` and the rooms. Records are frozen and cross
threads; rows never leave the store.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from workbench.rules.case import Case, Part, PartEntry, State, Task, TaskKind
from workbench.rules.clocks import ClockRun, Pause
from workbench.rules.events import Event, canonical
from workbench.store.engine import Unit
from workbench.store.tables import PART_TABLES, case_file, clock_run, event, task

CASE_FIELDS: Final = tuple(one.name for one in fields(Case))
CASE_COLUMNS: Final = tuple(case_file.c[name] for name in CASE_FIELDS)
CHANGE_ITEM: Final = "change_item"
"""The move of E18."""

_EVENT_FIELDS: Final = tuple(one.name for one in fields(Event))
_EVENT_COLUMNS: Final = tuple(event.c[name] for name in _EVENT_FIELDS)
_ADD_EVENT: Final = insert(event)


_STATE: Final = CASE_FIELDS.index("state")
_STATE_BEFORE: Final = CASE_FIELDS.index("state_before")


_CASE: Final[Any] = bindparam("case_id")
_BY_ID: Final = select(*CASE_COLUMNS).where(case_file.c.case_id == _CASE)


def case_of(row: Row[Any] | tuple[Any, ...]) -> Case:
    """A case from a row that begins with :data:`CASE_COLUMNS`."""
    values = list(row[: len(CASE_FIELDS)])
    values[_STATE] = State(values[_STATE])
    values[_STATE_BEFORE] = State(values[_STATE_BEFORE]) if values[_STATE_BEFORE] else None
    return Case(*values)


def case_by_id(sql: Connection, case_id: int) -> Case | None:
    """The case row, masked as it is kept."""
    row = sql.execute(_BY_ID, {"case_id": case_id}).one_or_none()
    return case_of(row) if row else None


def case_now(unit: Unit, case_id: int) -> Case | None:
    """As :func:`case_by_id`; not read twice in a transaction that has changed nothing."""
    return unit.once("case", case_id, lambda: case_by_id(unit.sql, case_id))


def case_by_no(sql: Connection, case_no: str) -> Case | None:
    """By the full number, or by the short one."""
    same = (case_file.c.case_no == case_no) | (case_file.c.short_no == case_no)
    row = sql.execute(select(*CASE_COLUMNS).where(same)).first()
    return case_of(row) if row else None


def task_of(row: Row[Any]) -> Task:
    """A sub-task from its row."""
    return Task(
        row.task_id, row.case_id, TaskKind(row.kind), row.no, row.state, row.department,
        row.login, row.second_login, row.opened_at, row.due_at, row.closed_at,
        json.loads(row.data),
    )  # fmt: skip


_TASKS: Final = select(task).where(task.c.case_id == _CASE).order_by(task.c.task_id)


def tasks_of(sql: Connection, case_id: int) -> tuple[Task, ...]:
    """All sub-tasks of the case, oldest first."""
    return tuple(task_of(row) for row in sql.execute(_TASKS, {"case_id": case_id}))


def _task_values(one: Task) -> dict[str, Any]:
    unmet = one.data.get("unmet")
    return {
        "state": one.state, "department": one.department, "login": one.login,
        "second_login": one.second_login, "due_at": one.due_at, "closed_at": one.closed_at,
        "data": canonical(dict(one.data)),
        "unmet": len(unmet) if isinstance(unmet, list | tuple) else int(bool(unmet)),
        "planned_end": int(one.data.get("planned_end") or one.data.get("held_at") or 0),
        "document_id": str(one.data.get("document_id") or ""),
    }  # fmt: skip


def add_task(sql: Connection, one: Task) -> Task:
    """A new sub-task; the answer carries the number the database gave."""
    values = _task_values(one)
    values |= {"case_id": one.case_id, "kind": one.kind.value, "no": one.no,
               "opened_at": one.opened_at}  # fmt: skip
    made = sql.execute(insert(task).values(**values)).inserted_primary_key
    assert made is not None
    row = sql.execute(select(task).where(task.c.task_id == made[0])).one()
    return task_of(row)


def save_task(sql: Connection, one: Task) -> None:
    """The changed state of a sub-task."""
    sql.execute(update(task).where(task.c.task_id == one.task_id).values(**_task_values(one)))


CLOCK_FIELDS: Final = tuple(one.name for one in fields(ClockRun))
_CLOCKS: Final = select(
    clock_run.c.case_id, *(clock_run.c[name] for name in CLOCK_FIELDS)
).order_by(clock_run.c.run_id)
_CLOCKS_OF: Final = _CLOCKS.where(clock_run.c.case_id == _CASE)
_PAUSES: Final = CLOCK_FIELDS.index("pauses")


def clock_of(row: Row[Any] | tuple[Any, ...]) -> ClockRun:
    """A clock from a row of the case's number and then :data:`CLOCK_FIELDS`."""
    values: list[Any] = list(row[1:])
    found = values[_PAUSES]
    pauses = json.loads(found) if found != "[]" else ()
    values[_PAUSES] = tuple(Pause(start, end) for start, end in pauses)
    return ClockRun(*values)


def clocks_of(sql: Connection, case_id: int) -> tuple[ClockRun, ...]:
    """All runs of all clocks of the case, oldest first."""
    return tuple(clock_of(row) for row in sql.execute(_CLOCKS_OF, {"case_id": case_id}))


def clocks_of_cases(sql: Connection, case_ids: tuple[int, ...]) -> dict[int, list[ClockRun]]:
    """The running clocks of many cases at once, for one page of a list."""
    wanted = _CLOCKS.where(clock_run.c.case_id.in_(case_ids), clock_run.c.stopped_at.is_(None))
    found: dict[int, list[ClockRun]] = {}
    for row in sql.execute(wanted):
        found.setdefault(row[0], []).append(clock_of(row))
    return found


def save_clock(sql: Connection, case_id: int, run: ClockRun, new: bool) -> None:
    """One run of a clock, new or changed."""
    values = {
        "started_at": run.started_at, "unit": run.unit, "length": run.length,
        "due_at": run.due_at, "stopped_at": run.stopped_at, "paused_at": run.paused_at,
        "paused_us": run.paused_us, "provisional": run.provisional,
        "pauses": canonical([[one.start, one.end] for one in run.pauses]),
        "calendar_version": run.calendar_version,
    }  # fmt: skip
    if new:
        same = {"case_id": case_id, "name": run.name, "round": run.round}
        sql.execute(insert(clock_run).values(**same, **values))
        return
    table = clock_run.c
    this = (table.case_id == case_id) & (table.name == run.name) & (table.round == run.round)
    sql.execute(update(clock_run).where(this).values(**values))


def _events(sql: Connection, wanted: Select[Any]) -> tuple[Event, ...]:
    return tuple(Event(*row) for row in sql.execute(wanted))


def events_of(sql: Connection, case_id: int) -> tuple[Event, ...]:
    """The whole log of the case, in order of seq."""
    wanted = select(*_EVENT_COLUMNS).where(event.c.case_id == case_id).order_by(event.c.seq)
    return _events(sql, wanted)


def last_event(sql: Connection, case_id: int) -> Event | None:
    """The newest event of the case."""
    wanted = select(*_EVENT_COLUMNS).where(event.c.case_id == case_id)
    found = _events(sql, wanted.order_by(event.c.seq.desc()).limit(1))
    return found[0] if found else None


def add_event(sql: Connection, one: Event) -> None:
    """Append one event; UNIQUE(case_id, seq) is the last word on the order."""
    sql.execute(_ADD_EVENT, {name: getattr(one, name) for name in _EVENT_FIELDS})


def item_changed_at(case_id: Any) -> Any:
    """When the item of the case was changed last, as a scalar sub-select; 0 where it never was.

    What was handed in before counts for nothing under the item in force: the change itself has
    brought the same papers once more, each under the line for which it counts now (E18).
    """
    changed = (event.c.case_id == case_id) & (event.c.kind == CHANGE_ITEM)
    newest = func.coalesce(func.max(event.c.effective_at), 0)
    return select(newest).where(changed)


def entries_in_force(sql: Connection, case_id: int, part: Part) -> tuple[PartEntry, ...]:
    """The entries of one part; of the materials those under the item in force (E18)."""
    everything = entries_of(sql, case_id, part)
    if part is not Part.MATERIALS:
        return everything
    since: int = sql.execute(item_changed_at(case_id)).scalar_one()
    return tuple(one for one in everything if one.at >= since)


def entries_of(sql: Connection, case_id: int, part: Part) -> tuple[PartEntry, ...]:
    """The entries of one part, oldest first."""
    table = PART_TABLES[part]
    wanted = select(table).where(table.c.case_id == case_id).order_by(table.c.entry_id)
    return tuple(
        PartEntry(row.entry_id, row.case_id, part, row.kind, row.author, row.at,
                  json.loads(row.body), row.sha256)
        for row in sql.execute(wanted)
    )  # fmt: skip
