"""What ``rules.visibility`` grants of whole cases, as the numbers of the rows of every table.

The Python judge of the tests that compare what people's own statements see. Called by
``test_sight_agrees`` and ``test_sight_crowd``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from workbench.rules.case import Part, PartEntry
from workbench.rules.dossier import Dossier
from workbench.rules.facts import Answers
from workbench.rules.moment import Moment
from workbench.rules.visibility import explain
from workbench.store import case_rows, dossiers
from workbench.store.case_views import _own, _task_seen
from workbench.store.shelf import Shelf
from workbench.store.tables import PART_TABLES, clock_run, event

KEYS: Final = {"case_file": "case_id", "event": "event_id", "task": "task_id",
               "clock_run": "run_id"} | {one.name: "entry_id" for one in PART_TABLES.values()}
"""Every table of a case -> its own number."""

Seen = dict[str, set[int]]


@dataclass(frozen=True)
class Whole:
    """One case at one moment, its entries, and the numbers of its other rows."""

    dossier: Dossier
    events: tuple[int, ...]
    clocks: tuple[int, ...]
    entries: dict[Part, tuple[PartEntry, ...]]

    @property
    def case_id(self) -> int:
        assert self.dossier.case is not None
        return self.dossier.case.case_id

    def numbers(self, table: str) -> set[int]:
        """The numbers of all its rows in that table, whoever sees them."""
        plain = {"case_file": (self.case_id,), "event": self.events, "clock_run": self.clocks,
                 "task": tuple(one.task_id for one in self.dossier.tasks)}  # fmt: skip
        entries = {PART_TABLES[part].name: rows for part, rows in self.entries.items()}
        return set(plain.get(table) or (one.entry_id for one in entries.get(table, ())))


def whole(sql: Connection, shelf: Shelf, case_id: int, people: Iterable[str], at: Moment) -> Whole:
    """The case with everybody around it, good for every moment from ``at`` on."""
    case = case_rows.case_by_id(sql, case_id)
    assert case is not None
    rows = select(event.c.event_id).where(event.c.case_id == case_id)
    runs = select(clock_run.c.run_id).where(clock_run.c.case_id == case_id)
    return Whole(
        dossiers.load(sql, shelf, case, people, at), tuple(sql.execute(rows).scalars()),
        tuple(sql.execute(runs).scalars()),
        {part: case_rows.entries_of(sql, case_id, part) for part in PART_TABLES},
    )  # fmt: skip


def granted(cases: Iterable[Whole], login: str, at: Moment, matched: Counter[str]) -> Seen:
    """What the rules grant; the same rows that the desk's own room gives out."""
    seen: Seen = {table: set() for table in KEYS}
    for one in cases:
        told = explain(Answers(one.dossier, login, at))
        matched.update(row.row for row in told.rows)
        if Part.META not in told.parts:
            assert not told.parts
            continue
        seen["case_file"].add(one.case_id)
        seen["clock_run"].update(one.clocks)
        seen["event"].update(one.events if Part.LOG in told.parts else ())
        seen["task"].update(
            task.task_id for task in one.dossier.tasks
            if _task_seen(task, one.dossier, login, told.parts, at)
        )  # fmt: skip
        for part, table in PART_TABLES.items():
            everything = one.entries[part] if part in told.parts else ()
            own = part is Part.OWN_TASK and Part.OPINIONS not in told.parts
            seen[table.name].update(
                entry.entry_id for entry in everything
                if not own or _own(entry, one.dossier, login, at)
            )  # fmt: skip
    return seen
