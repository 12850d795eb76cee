"""The inbox: one question to the database under one WHERE, page by page, most urgent first.

Deemed states come from two columns of the case row, so nothing has to be settled to be listed.
Called by ``case_room``. Paging is by key ``(due moment, case id)``; counts stand under the very
same visibility condition as the rows (domain 4.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, tuple_

from workbench.rules.case import POOL, Part, State
from workbench.rules.case_view import Worklist, WorklistQuery, WorklistRow
from workbench.rules.clocks import ClockRun
from workbench.store import case_rows
from workbench.store.empty_lists import why_empty
from workbench.store.engine import Unit
from workbench.store.facts_people_sql import Asker, Truth
from workbench.store.shelf import Shelf
from workbench.store.sight_sql import asker, known_of, where_sees
from workbench.store.tables import case_file, item_version

C = case_file.c


def worklist(unit: Unit, shelf: Shelf, who: str, query: WorklistQuery) -> Worklist:
    """One page of what the person sees in the group, and the counts of every group."""
    person = asker(who, unit.now)
    sees = where_sees(Part.META, person, known_of(unit.sql, who, unit.now))
    found = and_(sees, _searched(query.text)) if query.text.strip() else sees
    counts = _counts(unit, found, person)
    rows = _page(unit, shelf, and_(found, _in_group(query.group, person)), query)
    total = counts.get(query.group, 0)
    because = "" if rows else why_empty(unit, who, query, counts)
    return Worklist(rows, total, unit.now, counts, because)


def shown_state(at: ColumnElement[int]) -> ColumnElement[str]:
    """The state with deemed results derived (domain 3.4, rule 1)."""
    return case((C.settle_at <= at, C.settle_to), else_=C.state)


def _mine(person: Asker) -> Truth:
    return or_(
        func.coalesce(C.holder == person.who, False), func.coalesce(C.reviewer == person.who, False)
    )


def _in_group(group: str, person: Asker) -> Truth:
    if group == "all":
        return literal(True)
    if group == "mine":
        return _mine(person)
    if group == "pool":
        return shown_state(person.at).in_([one.value for one in POOL])
    return shown_state(person.at) == group


def _searched(text: str) -> Truth:
    """The whole number or its beginning, or the beginning or end of the short number."""
    wanted = "".join(text.split()).upper()
    return or_(
        C.case_no == wanted,
        C.case_no.startswith(wanted, autoescape=True),
        C.short_no.startswith(wanted, autoescape=True),
        C.short_no.endswith(wanted, autoescape=True),
    )


def _counts(unit: Unit, found: Truth, person: Asker) -> dict[str, int]:
    state = shown_state(person.at).label("shown")
    mine = func.sum(case((_mine(person), 1), else_=0))
    rows = unit.sql.execute(select(state, func.count(), mine).where(found).group_by(state)).all()
    counts = {str(row[0]): int(row[1]) for row in rows}
    pool = sum(counts.get(one.value, 0) for one in POOL)
    totals = {"all": sum(counts.values()), "mine": sum(int(row[2]) for row in rows), "pool": pool}
    return totals | counts


def _page(unit: Unit, shelf: Shelf, found: Truth, query: WorklistQuery) -> tuple[WorklistRow, ...]:
    shown = shown_state(literal(unit.now)).label("shown_now")
    wanted = (
        select(*case_rows.CASE_COLUMNS, shown)
        .where(found)
        .order_by(C.sort_due, C.case_id)
        .limit(query.limit)
    )
    if query.after is not None:
        wanted = wanted.where(tuple_(C.sort_due, C.case_id) > tuple_(*map(literal, query.after)))
    rows: Sequence[Any] = unit.sql.execute(wanted).all()
    cases = [(case_rows.case_of(row), State(str(row.shown_now))) for row in rows]
    clocks = case_rows.clocks_of_cases(unit.sql, tuple(one.case_id for one, _state in cases))
    names = _item_names(unit, {(one.item_code, one.item_version) for one, _state in cases})
    return tuple(
        WorklistRow(
            one, names[one.item_code, one.item_version][0], names[one.item_code, one.item_version][1],
            state, _next_clock(clocks.get(one.case_id, [])),
        )
        for one, state in cases
    )  # fmt: skip


def _item_names(unit: Unit, keys: set[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    v = item_version.c
    wanted = select(v.item_code, v.version, v.name_zh, v.name_en)
    wanted = wanted.where(v.item_code.in_({code for code, _version in keys}))
    return {(code, version): (zh, en) for code, version, zh, en in unit.sql.execute(wanted)}


def _next_clock(runs: list[ClockRun]) -> ClockRun | None:
    """The clock that runs out next; a held clock where none runs, so that the pause is seen."""
    running = [run for run in runs if run.running]
    return min(running or runs, key=lambda run: run.due_at, default=None)
