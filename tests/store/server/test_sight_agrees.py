"""What a person's own statements see is what ``rules.visibility`` says, row by row."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from tests.store.histories import PEOPLE, history
from tests.store.server.centres import ServerCentre
from tests.store.server.copies import copy_rows, give_login
from tests.store.server.perturbed import MIXED, perturb
from tests.store.test_facts_agree import moments
from tests.store.world import new_world
from workbench.rules.case import Part, PartEntry
from workbench.rules.dossier import Dossier
from workbench.rules.facts import FACTS, Answers
from workbench.rules.moment import Moment
from workbench.rules.visibility import ROWS, explain
from workbench.store import case_rows, dossiers
from workbench.store.case_views import _own, _task_seen
from workbench.store.shelf import Shelf
from workbench.store.tables import PART_TABLES, case_file, clock_run, event

pytestmark = [pytest.mark.long(60), pytest.mark.timeout(900)]

KEYS = {"case_file": "case_id", "event": "event_id", "task": "task_id", "clock_run": "run_id"} | {
    table.name: "entry_id" for table in PART_TABLES.values()
}
Seen = dict[str, set[int]]


@dataclass(frozen=True)
class Whole:
    """One case at one moment, and the numbers of its rows."""

    dossier: Dossier
    events: tuple[int, ...]
    clocks: tuple[int, ...]

    @property
    def case_id(self) -> int:
        assert self.dossier.case is not None
        return self.dossier.case.case_id


@pytest.mark.histories(5, 17)
def test_everybody_sees_what_the_rows_grant(
    seed: int, server: ServerCentre, tmp_path: Path, depth: int,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    """No difference for all persons, all tables of cases, on both sides of shifts' ends."""
    dice = random.Random(seed)
    with new_world(tmp_path) as world:
        made = history(world, dice, cases=10 + 2 * depth, steps=80 * depth)
        with world.centre.administration() as unit:
            perturb(unit, dice, made, each=5 + depth)
        give_login(server, "dai", "representative")
        for login, roles in MIXED.items():
            give_login(server, login, *(role.value for role in roles))
        with world.centre.administration(writing=False) as unit:
            copy_rows(unit.sql, server)
            matched, answers = Counter[str](), 0
            for at in moments(world)[: None if depth > 1 else 5]:
                server.set_moment(at)
                cases = _cases(unit.sql, world.centre.books.shelf, at)
                entries = _entries(unit.sql)
                for login in PEOPLE:
                    wanted = _granted(cases, entries, login, at, matched)
                    said = _read(server.connection(login))
                    assert _stands_in(cases, login, at) == _asked(server.connection(login))
                    for table, rows in wanted.items():
                        assert said[table] == rows, (login, at, table)
                    answers += len(cases) * len(KEYS)
    assert {row.row for row in ROWS} == set(matched)
    counted("answers of sight alike", answers)


def _cases(sql: Connection, shelf: Shelf, at: Moment) -> list[Whole]:
    found = []
    for case_id in sql.execute(select(case_file.c.case_id)).scalars().all():
        case = case_rows.case_by_id(sql, case_id)
        assert case is not None
        rows = select(event.c.event_id).where(event.c.case_id == case_id)
        runs = select(clock_run.c.run_id).where(clock_run.c.case_id == case_id)
        found.append(Whole(
            dossiers.load(sql, shelf, case, PEOPLE, at), tuple(sql.execute(rows).scalars()),
            tuple(sql.execute(runs).scalars()),
        ))  # fmt: skip
    return found


Entries = dict[Part, dict[int, tuple[PartEntry, ...]]]


def _entries(sql: Connection) -> Entries:
    ids = sql.execute(select(case_file.c.case_id)).scalars().all()
    return {
        part: {one: case_rows.entries_of(sql, one, part) for one in ids} for part in PART_TABLES
    }


def _granted(
    cases: list[Whole], entries: Entries, login: str, at: Moment, matched: Counter[str]
) -> Seen:
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
            everything = entries[part][one.case_id] if part in told.parts else ()
            own = part is Part.OWN_TASK and Part.OPINIONS not in told.parts
            seen[table.name].update(
                entry.entry_id for entry in everything
                if not own or _own(entry, one.dossier, login, at)
            )  # fmt: skip
    return seen


def _stands_in(cases: list[Whole], login: str, at: Moment) -> set[str]:
    """Departments with cases where the person has an emergency letter alone (V22)."""
    return {
        one.dossier.department for one in cases if FACTS["temporary"](one.dossier, login, "", at)
    }


def _asked(sql: Connection) -> set[str]:
    """The same by the lookup, which no policy needs as long as V01 and V22 grant as much."""
    return set(sql.exec_driver_sql("SELECT unnest(wb.my_stand_ins())").scalars()) - {"civil"}


def _read(sql: Connection) -> Seen:
    """What the person's own plain statements give."""
    return {
        table: set(sql.exec_driver_sql(f"SELECT {key} FROM wb.{table}").scalars())
        for table, key in KEYS.items()
    }
