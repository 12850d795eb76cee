"""Very many cases for a crowd: every state, sub-tasks, logs, clocks, entries of every part.

Rows are made once, a batch at a time, as tuples in the order of the tables' columns, and written
to a file and to a server alike. What only a server has is made from them by the server itself.
Called by ``test_sight_crowd``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, select

from tests.store.server.centres import ROLES, ServerCentre
from tests.store.server.sight_judge import KEYS
from tests.store.server.sight_people import END, SITES, VARIANT, Crowd, Values
from workbench.rules.case import Part, State, TaskKind
from workbench.rules.moment import DAY, HOUR, MINUTE
from workbench.rules.people import Role
from workbench.store.columns import META, NO_DUE
from workbench.store.tables import (
    PART_TABLES,
    case_file,
    clock_run,
    event,
    item_version,
    recusal,
    task,
)

BATCH: Final = 5_000
BULKY: Final = tuple(META.tables[name] for name in KEYS)
SCENES: Final = (
    (State.PENDING_ISSUE, TaskKind.VOIDING), (State.RECEIVED, TaskKind.TRANSFER),
    (State.UNDER_REVIEW, TaskKind.HEARING), (State.UNDER_REVIEW, TaskKind.SURVEY),
    (State.AWAITING_OPINIONS, TaskKind.OPINION), (State.PENDING_DECISION, TaskKind.OPINION),
    (State.CLOSED, TaskKind.EXTENSION), (State.PENDING_SEAL, TaskKind.SEAL_REQUEST),
    (State.DRAFT, TaskKind.RELEASE), (State.SUSPENDED, TaskKind.SUSPENSION),
    (State.AWAITING_CORRECTION, TaskKind.CORRECTION), (State.PENDING_DECISION, TaskKind.EXTENSION),
)  # fmt: skip
"""States with an open sub-task that some row of the table speaks of."""
TASK_STATES: Final = ("open", "assigned", "closed", "answered", "told", "held", "fixed")
STEPS: Final = ("accept", "claim", "stamp", "stamp", "send_message", "note_overdue")
PRESENT: Final = 0.2
"""In how many of the cases there is something in a part. Who sees it is decided by the case."""
SELDOM: Final = 0.02
"""The same for ``own_task``, whose rows are asked one by one; more where opinions are asked."""

Rows = dict[str, list[tuple[Any, ...]]]


def batches(crowd: Crowd, size: int) -> Iterator[Rows]:
    """The rows of so many cases, batch by batch, each table's in the order of its columns."""
    counts = dict.fromkeys(KEYS, 0)
    rows: Rows = {name: [] for name in KEYS}
    for case_id in range(1, size + 1):
        for table, values in _case(crowd, case_id):
            counts[table.name] += 1
            values[KEYS[table.name]] = counts[table.name]
            rows[table.name].append(tuple([values[name] for name in _COLUMNS[table.name]]))
        if case_id % BATCH == 0 or case_id == size:
            yield rows
            rows = {name: [] for name in KEYS}


_COLUMNS: Final = {one.name: tuple(column.name for column in one.columns) for one in BULKY}


def _case(crowd: Crowd, case_id: int) -> Iterator[tuple[Table, Values]]:
    dice = crowd.dice
    department = dice.choice(crowd.departments)
    lettered = crowd.letters.get(department, crowd.logins)
    scene = dice.choice(SCENES) if dice.random() < 0.5 else None
    state = scene[0] if scene else dice.choice(tuple(State))
    yield case_file, _file(crowd, case_id, department, lettered) | {"state": state.value}
    kinds = [scene[1]] if scene else []
    kinds += dice.sample(tuple(TaskKind), dice.choice((0, 0, 0, 1)))
    for number, kind in enumerate(kinds):
        still = {"state": "open", "closed_at": None} if scene and not number else {}
        yield task, _task(crowd, kind) | still | {"case_id": case_id, "no": number + 1}
    for number in range(dice.choice((1, 1, 2, 3))):
        yield event, _event(crowd, lettered) | {"case_id": case_id, "seq": number + 1}
    for number in range(dice.choice((0, 1, 1, 2))):
        yield clock_run, _CLOCK | {"case_id": case_id, "round": number + 1}
    for part, table in PART_TABLES.items():
        asked = TaskKind.OPINION in kinds and dice.random() < PRESENT
        present = SELDOM if part is Part.OWN_TASK and not asked else PRESENT
        if dice.random() < present or asked:
            yield table, _entry(crowd, lettered) | {"case_id": case_id}


def _entry(crowd: Crowd, lettered: Sequence[str]) -> Values:
    dice = crowd.dice
    author = dice.choice(lettered if dice.random() < 0.5 else crowd.logins)
    at = END + dice.choice((-40 * DAY, -20 * DAY, -2 * HOUR, -1, 0))
    return _ENTRY | {"author": author, "at": at}


def _file(crowd: Crowd, case_id: int, department: str, lettered: Sequence[str]) -> Values:
    dice = crowd.dice
    decided = END - dice.choice((90 * DAY - 1, 90 * DAY, 90 * DAY + 1, DAY, 60 * DAY, 200 * DAY))
    known = dice.random() < 0.7
    return _FILE | {
        "case_id": case_id, "case_no": f"N{case_id}", "short_no": f"S{case_id}",
        "package_id": f"P{case_id}", "item_code": dice.choice(crowd.items[department]),
        "department": department, "site": dice.choice(SITES), "last_hash": str(case_id),
        "registrar": crowd.one_of(Role.WINDOW_ACCEPTOR, Role.INTAKE_AGENT),
        "holder": dice.choice(lettered) if dice.random() < 0.6 else None,
        "reviewer": crowd.one_of(Role.REVIEWER) if dice.random() < 0.6 else None,
        "decided_at": decided if known else None,
        "decided_by": dice.choice(lettered) if known else None,
    }  # fmt: skip


def _task(crowd: Crowd, kind: TaskKind) -> Values:
    dice = crowd.dice
    named = crowd.one_of(Role.SURVEYOR) if kind is TaskKind.SURVEY else dice.choice(crowd.logins)
    return _TASK | {
        "kind": kind.value, "state": dice.choice(TASK_STATES),
        "department": dice.choice((None, *crowd.departments)),
        "login": named if dice.random() < 0.7 else None,
        "second_login": crowd.one_of(Role.SURVEYOR) if dice.random() < 0.3 else None,
        "closed_at": dice.choice((None, END - MINUTE)),
    }  # fmt: skip


def _event(crowd: Crowd, lettered: Sequence[str]) -> Values:
    dice = crowd.dice
    kind = dice.choice(STEPS)
    who = dice.choice(lettered if dice.random() < 0.6 else crowd.logins)
    actor = crowd.one_of(Role.SEAL_CUSTODIAN) if kind == "stamp" else who
    return _EVENT | {"kind": kind, "actor": actor}


_FILE: Final[Values] = dict.fromkeys(one.name for one in case_file.columns) | {
    "item_version": 1, "applicant_masked": "王**", "channel": "window", "version": 1,
    "situation": "", "received_at": END - DAY, "immediate": False, "exercise": False,
    "sort_due": NO_DUE, "registered_at": END - DAY,
}  # fmt: skip
_TASK: Final[Values] = {
    "opened_at": END - HOUR, "due_at": None, "data": "{}", "unmet": 0, "planned_end": 0,
    "document_id": "",
}  # fmt: skip
_EVENT: Final[Values] = {
    "effective_at": END - HOUR, "recorded_at": END - HOUR, "payload": "{}", "prev_hash": "",
    "hash": "",
}  # fmt: skip
_ENTRY: Final[Values] = {
    "kind": "note", "code": "", "content_sha256": "", "body": "{}", "sha256": "",
}  # fmt: skip
_CLOCK: Final[Values] = {
    "name": "decision", "started_at": END - DAY, "unit": "working_day", "length": 9,
    "due_at": END + DAY, "stopped_at": None, "paused_at": None, "paused_us": 0,
    "provisional": False, "pauses": "[]", "calendar_version": "",
}  # fmt: skip


# -- writing them down -------------------------------------------------------------------------


def write_people(sql: Connection, crowd: Crowd) -> None:
    """Everything about the people into the file, and the variants of items."""
    for name, rows in crowd.rows.items():
        sql.execute(insert(META.tables[name]), rows)
    for row in sql.execute(select(item_version)).all():
        code = row.item_code + VARIANT
        values = dict(row._mapping) | {
            "item_code": code, "canonical": row.canonical.replace(row.item_code, code),
        }
        sql.execute(insert(item_version).values(values))


def write_recusals(sql: Connection, crowd: Crowd, size: int) -> None:
    """Everybody is recused from some cases."""
    cases = range(1, size + 1)
    sql.execute(insert(recusal), [
        {"login": login, "case_id": case_id, "reason": "kin", "by": login, "at": END - DAY}
        for login in crowd.logins for case_id in crowd.dice.sample(cases, 5 + size // 5_000)
    ])  # fmt: skip


def write_file(sql: Connection, rows: Rows) -> None:
    """One batch into the file."""
    for name, values in rows.items():
        marks = ", ".join("?" * len(_COLUMNS[name]))
        text = f"INSERT INTO {name} ({', '.join(_COLUMNS[name])}) VALUES ({marks})"
        if values:
            sql.exec_driver_sql(text, values)


def write_server(sql: Connection, rows: Rows) -> None:
    """The same batch into the server, by COPY."""
    cursor: Any = sql.connection.cursor()
    for name, values in rows.items():
        with cursor.copy(f"COPY wb.{name} ({', '.join(_COLUMNS[name])}) FROM STDIN") as copy:
            for one in values:
                copy.write_row(one)
    cursor.close()


def clear(sql: Connection) -> None:
    """The server has nothing any more."""
    for table in META.sorted_tables:
        sql.exec_driver_sql(f"DELETE FROM wb.{table.name}")


def copy_rest(source: Connection, sql: Connection) -> None:
    """Every table but those of cases as the file has it."""
    for table in META.sorted_tables:
        rows = [] if table in BULKY else [dict(r._mapping) for r in source.execute(select(table))]
        if rows:
            sql.execute(insert(table), rows)


def give_logins(server: ServerCentre, crowd: Crowd) -> None:
    """Everybody can sign in, in the groups of every post that he has or had."""
    made = [
        f"CREATE ROLE {login} LOGIN IN ROLE "
        + ", ".join((ROLES.user, *(ROLES.kind(one) for one in sorted(kinds - {""}))))
        for login, kinds in crowd.kinds.items()
    ]
    server.admin.exec_driver_sql("; ".join(made))


def take_logins(server: ServerCentre, crowd: Crowd) -> None:
    """Nobody of them can any more; roles outlive the database."""
    server.admin.exec_driver_sql(f"DROP ROLE IF EXISTS {', '.join(crowd.logins)}")
