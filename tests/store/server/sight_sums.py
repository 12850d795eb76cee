"""What a person is shown of every table of cases, on a server and in a file, as sums over rows.

The server is asked by the person's own plain statements under row-level security; the file by the
conditions that the embedded engine compiles from the visibility table. Two answers are compared by
how many rows there are and two sums over their numbers. Called by ``test_sight_crowd``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    create_engine,
    exists,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre
from tests.store.server.sight_judge import KEYS, Seen
from workbench.rules.case import Part, TaskKind
from workbench.rules.moment import Moment
from workbench.rules.visibility import granting
from workbench.store.case_views import TASK_PARTS
from workbench.store.facts_people_sql import my_duty
from workbench.store.sight_lists import where_listed
from workbench.store.sight_sql import ASKER, asked_by, folded_with, known_of, where_sees
from workbench.store.tables import META, PART_TABLES, appointment, case_file, task

MIX, ROUND = 2_654_435_761, 1 << 32
"""As far as chance goes, sets of the same size, sum and mixed sum are the same set."""
OWN_MOMENT: Final = """
CREATE OR REPLACE FUNCTION wb.moment() RETURNS bigint LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN current_setting('sight.at'); END $$
"""
"""Every session has a clock of its own here, so that several can look at once. It stands still
while a statement runs, and says so: then whole tables are asked by a list, not row by row."""

Sums = dict[str, tuple[int, int, int]]
"""Table -> how many rows are seen, the sum of their numbers, and the sum of these mixed."""


# -- what the server shows ---------------------------------------------------------------------


def _asked_text() -> str:
    each = (
        f"SELECT '{table}', count(*), coalesce(sum({key}), 0)::bigint,"
        f" coalesce(sum({key} * {MIX} % {ROUND}), 0)::bigint,"
        f" array_agg({key}) FILTER (WHERE case_id = ANY ({{cases}})) FROM wb.{table}"
        for table, key in KEYS.items()
    )
    return "PREPARE seen AS " + " UNION ALL ".join(each).replace("%", "%%")


_ASKED: Final = _asked_text()


def on_server(
    server: ServerCentre, login: str, moments: Sequence[Moment], some: list[int]
) -> list[tuple[Sums, Seen]]:
    """Everything that the person's own plain statements give at each moment, all of it as sums and
    the rows of some cases one by one. Planned once, as a session that goes on does."""
    engine = create_engine(server.cluster.url(server.name, login), poolclass=NullPool,
                           isolation_level="AUTOCOMMIT")  # fmt: skip
    found = []
    with engine.connect() as sql:
        # Compiling such long statements would take longer than they take.
        sql.exec_driver_sql("SET jit = off")
        sql.exec_driver_sql(_ASKED.format(cases=f"ARRAY{some}"))
        for at in moments:
            sql.exec_driver_sql(f"SET sight.at = {at}")
            rows = sql.exec_driver_sql("EXECUTE seen").all()
            found.append(({row[0]: (row[1], row[2], row[3]) for row in rows},
                          {row[0]: set(row[4] or ()) for row in rows}))  # fmt: skip
    engine.dispose()
    return found


def rows_on_server(server: ServerCentre, login: str, at: Moment, table: str) -> set[int]:
    """Their numbers, where the sums differ."""
    sql = server.connection(login)
    sql.exec_driver_sql(f"SET sight.at = {at}")
    return set(sql.exec_driver_sql(f"SELECT {KEYS[table]} FROM wb.{table}").scalars())


# -- what the file shows -----------------------------------------------------------------------


_LISTS: Final = [
    Table(f"seen_{number}", MetaData(), Column("case_id", Integer, primary_key=True),
          prefixes=["TEMPORARY"])
    for number in range(len(Part))
]  # fmt: skip
"""The cases of which somebody sees a part; parts under the same conditions share a list."""


class OnFile:
    """The embedded engine's own conditions, for one person at one moment."""

    def __init__(self, sql: Connection) -> None:
        self.sql = sql
        for one in _LISTS:
            one.create(sql)

    def look(self, login: str, at: Moment) -> Sums:
        """Which cases each part is seen of, then the sums over the rows of every table."""
        self.values, self.known = asked_by(login, at), known_of(self.sql, login, at)
        self.lists: dict[Part, Table] = {}
        alike: dict[Any, Table] = {}
        for part in Part:
            folded = (folded_with(row.condition, self.known) for row in granting(part))
            left = tuple(dict.fromkeys(one for one in folded if one is not False))
            if left not in alike:
                alike[left] = _LISTS[len(alike)]
                self.sql.execute(alike[left].delete())
                wanted = select(case_file.c.case_id).where(where_sees(part, self.known))
                copied = insert(alike[left]).from_select(["case_id"], wanted)
                self.sql.execute(copied, self.values)
            self.lists[part] = alike[left]
        found = {}
        for name, rows in self.rows().items():
            row = self.sql.execute(_summed(rows), self.values).one()
            found[name] = (row[0], row[1], row[2])
        return found

    def rows(self) -> dict[str, Select[Any]]:
        """The visible rows of every table, and once more the cases of the worklist."""
        listed = select(case_file.c.case_id.label("k")).where(where_listed(Part.META, self.known))
        found = {
            "case_file": select(self.lists[Part.META].c.case_id.label("k")), "worklist": listed,
            "clock_run": self._of("clock_run", Part.META), "event": self._of("event", Part.LOG),
            "task": self._tasks(),
        }  # fmt: skip
        for part, table in PART_TABLES.items():
            found[table.name] = self._of(table.name, part)
        own = PART_TABLES[Part.OWN_TASK]
        found[own.name] = found[own.name].where(or_(
            own.c.case_id.in_(self._cases(Part.OPINIONS)), own.c.author == ASKER.who,
            _for_my_department(own),
        ))  # fmt: skip
        return found

    def numbers(self, table: str) -> set[int]:
        """The numbers of these rows, where the sums differ."""
        return set(self.sql.execute(self.rows()[table], self.values).scalars())

    def _cases(self, part: Part) -> Select[Any]:
        return select(self.lists[part].c.case_id)

    def _of(self, name: str, part: Part) -> Select[Any]:
        table = META.tables[name]
        wanted = select(table.c[KEYS[name]].label("k"))
        return wanted.where(table.c.case_id.in_(self._cases(part)))

    def _tasks(self) -> Select[Any]:
        """As ``case_views`` shows them: with their part, with whom they name, with his duty."""
        named = and_(or_(task.c.login == ASKER.who, task.c.second_login == ASKER.who),
                     task.c.case_id.in_(self._cases(Part.META)))  # fmt: skip
        asked = and_(task.c.kind == TaskKind.OPINION.value, task.c.department.in_(my_duty(ASKER)),
                     task.c.case_id.in_(self._cases(Part.OWN_TASK)))  # fmt: skip
        about = [and_(task.c.kind == kind.value, task.c.case_id.in_(self._cases(part)))
                 for kind, part in TASK_PARTS.items()]  # fmt: skip
        return select(task.c.task_id.label("k")).where(or_(named, asked, *about))


def _for_my_department(own: Table) -> Any:
    """Written by one of its own for a department that was asked and where the person is on duty."""
    letter = appointment.c
    held = and_(
        letter.login == own.c.author, letter.department == task.c.department,
        letter.valid_from <= own.c.at, own.c.at < letter.valid_to,
        or_(letter.revoked_at.is_(None), own.c.at < letter.revoked_at),
    )  # fmt: skip
    asked = select(1).where(
        task.c.case_id == own.c.case_id, task.c.kind == TaskKind.OPINION.value,
        task.c.department.in_(my_duty(ASKER)), exists(select(1).where(held).correlate(own, task)),
    )  # fmt: skip
    return exists(asked.correlate(own))


def _summed(rows: Select[Any]) -> Select[Any]:
    k = rows.subquery().c.k
    mixed = func.coalesce(func.sum(k * MIX % ROUND), 0)
    return select(func.count(k), func.coalesce(func.sum(k), 0), mixed)
