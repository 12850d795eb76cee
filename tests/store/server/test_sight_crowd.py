"""A crowd's own statements on a server against the same crowd's conditions on a file: the same.

Small depth: 24 people, 1,000 cases. ``--deep``: 300 people, 100,000 cases, half a million rows.
Some of the cases are also put before ``rules.visibility``, the judge that both engines must equal.
Which rows differ is looked up only where the sums over a table do.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre
from tests.store.server.sight_cases import (
    batches,
    clear,
    copy_rest,
    give_logins,
    take_logins,
    write_file,
    write_people,
    write_recusals,
    write_server,
)
from tests.store.server.sight_judge import KEYS, Seen, Whole, granted, whole
from tests.store.server.sight_people import MOMENTS, Crowd, crowd
from tests.store.server.sight_sums import OWN_MOMENT, OnFile, Sums, on_server, rows_on_server
from tests.store.world import World, new_world
from workbench.rules.case import State, TaskKind
from workbench.rules.facts import Answers
from workbench.rules.moment import Moment
from workbench.rules.visibility import ROWS, explain
from workbench.store.tables import META, case_file, task

pytestmark = [pytest.mark.long(8), pytest.mark.timeout(7200)]

SMALL: Final = (24, 1_000, 3, MOMENTS[:2])
DEEP: Final = (300, 100_000, 8, MOMENTS)
"""People, cases, departments, moments."""
SEED: Final = 25
JUDGED: Final = 4
"""So many cases of each state, and with each kind of sub-task, are put before the Python rules."""
TOLD: Final = 20
"""So many tables that differ are looked at row by row."""


def test_a_crowd_sees_the_same_in_both_engines(
    server: ServerCentre, tmp_path: Path, depth: int, counted: Callable[[str, int], None]
) -> None:
    """For everybody, every table of cases, on both sides of a shift's end and of its grace."""
    people, cases, departments, moments = DEEP if depth > 1 else SMALL
    with crowded(server, tmp_path, people, cases, departments) as both:
        both.compare(moments)
        assert not both.suspects + both.differences, "\n".join(both.differences)
        assert {row.row for row in ROWS} == set(both.matched)
        counted("sight of a crowd alike in both engines", people * cases * len(moments))
        counted("sight of a crowd alike in both engines, rows shown", both.shown)
        counted("sight of a crowd as the rules in Python grant it", both.judged)


# -- both beside each other --------------------------------------------------------------------


@dataclass
class Both:
    """The same rows in two engines, some of them as whole cases for the judge."""

    server: ServerCentre
    file: OnFile
    crowd: Crowd
    cases: list[Whole]
    load: Callable[[int], Whole]
    matched: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    suspects: list[tuple[str, Moment, str]] = field(default_factory=list)
    shown: int = 0
    judged: int = 0

    def compare(self, moments: Sequence[Moment]) -> None:
        """Everybody at every moment: the server looks in threads while the file looks here."""
        with ThreadPoolExecutor(2) as server:
            chosen = {login: self._chosen(login) for login in self.crowd.logins}
            asked = {
                login: server.submit(
                    on_server, self.server, login, moments,
                    [one.case_id for one in chosen[login]])
                for login in self.crowd.logins
            }
            try:
                for login, answer in asked.items():
                    ours = [self.file.look(login, at) for at in moments]
                    for at, here, (there, seen) in zip(moments, ours, answer.result(), strict=True):
                        self._compare_sums(login, at, here, there)
                        self._compare_judged(login, at, chosen[login], seen)
            finally:
                server.shutdown(cancel_futures=True)
        for login, at, table in self.suspects[:TOLD]:
            self._tell(login, at, table)

    def _chosen(self, login: str) -> list[Whole]:
        return random.Random(login).sample(self.cases, len(self.cases) // 2)

    def _compare_sums(self, login: str, at: Moment, ours: Sums, theirs: Sums) -> None:
        if ours.pop("worklist") != ours["case_file"]:
            self.differences.append(f"{login} at {at}: the worklist is another than the cases")
        self.shown += sum(one[0] for one in ours.values())
        self.suspects += [(login, at, one) for one in KEYS if ours[one] != theirs[one]]

    def _tell(self, login: str, at: Moment, table: str) -> None:
        """Name person, moment, table, row, case and the rows of the rules that speak of it."""
        self.file.look(login, at)
        here, there = self.file.numbers(table), rows_on_server(self.server, login, at, table)
        numbers = sorted(here ^ there)
        self.differences.append(
            f"{login} at {at}: {table}: {len(here)} rows in the file, {len(there)} on the server,"
            f" {len(numbers)} differ")  # fmt: skip
        column = META.tables[table].c
        for number in numbers[:3]:
            wanted = select(column.case_id).where(column[KEYS[table]] == number)
            one = self.load(self.file.sql.execute(wanted).scalar_one())
            where = "file" if number in here else "server"
            told = f"    row {number} in the {where} alone; {_said(one, login, at)}"
            self.differences.append(told)

    def _compare_judged(self, login: str, at: Moment, cases: list[Whole], seen: Seen) -> None:
        self.judged += len(cases)
        if granted(cases, login, at, self.matched) == seen:
            return
        for one in cases:
            wanted = granted([one], login, at, Counter())
            self.differences += [
                f"{login} at {at}: {table}: the server shows"
                f" {sorted(seen[table] & one.numbers(table))}, not {sorted(wanted[table])};"
                f" {_said(one, login, at)}"
                for table in KEYS if seen[table] & one.numbers(table) != wanted[table]
            ]  # fmt: skip


def _said(one: Whole, login: str, at: Moment) -> str:
    """What the rules in Python say of the case, by the rows of their table."""
    told = explain(Answers(one.dossier, login, at))
    return (f"of case {one.case_id} ({one.dossier.state}) the rules say"
            f" {[row.row for row in told.rows]}: {sorted(told.parts)}")  # fmt: skip


@contextmanager
def crowded(
    server: ServerCentre, folder: Path, people: int, cases: int, departments: int
) -> Iterator[Both]:
    """The crowd and its cases in both engines."""
    made = crowd(random.Random(SEED), people, departments)
    with new_world(folder, **made.seed_changes()) as world:
        _fill(world, server, made, cases)
        give_logins(server, made)
        try:
            with world.centre.administration(writing=False) as unit:
                def load(number: int) -> Whole:
                    shelf = world.centre.books.shelf
                    return whole(unit.sql, shelf, number, made.logins, MOMENTS[0])

                some = [load(one) for one in _some_of_each(unit.sql, made.dice)]
                yield Both(server, OnFile(unit.sql), made, some, load)
        finally:
            server.close()
            server.connections.clear()
            take_logins(server, made)
            server.close()


def _some_of_each(sql: Connection, dice: random.Random) -> list[int]:
    """Cases of each state, and with each kind of sub-task."""
    kinds = [*(case_file.c.state == one.value for one in State),
             *(task.c.kind == one.value for one in TaskKind)]  # fmt: skip
    found: set[int] = set()
    for one in kinds:
        wanted = select(one.left.table.c.case_id).where(one).distinct().order_by("case_id")
        found.update(dice.sample(sql.execute(wanted).scalars().all(), JUDGED))
    return sorted(found)


def _fill(world: World, server: ServerCentre, made: Crowd, cases: int) -> None:
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    with world.centre.administration() as unit, engine.begin() as sql:
        sql.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
        # Neither keys nor triggers: rows that only grow are replaced here as a whole.
        sql.exec_driver_sql("SET LOCAL session_replication_role = replica")
        clear(sql)
        write_people(unit.sql, made)
        for rows in batches(made, cases):
            write_file(unit.sql, rows)
            write_server(sql, rows)
        write_recusals(unit.sql, made, cases)
        copy_rest(unit.sql, sql)
        sql.exec_driver_sql("SELECT count(wb.note_marks(case_id)) FROM wb.case_file")
        sql.exec_driver_sql(OWN_MOMENT)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as sql:
        sql.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
