"""The inbox: one question to the database under one WHERE, page by page, most urgent first.

Deemed states come from two columns of the case row, so nothing has to be settled to be listed.
Called by ``case_room``. Paging is by key ``(due moment, case id)``; counts stand under the very
same visibility condition as the rows (domain 4.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from workbench.rules.case import POOL, Part, State
from workbench.rules.case_view import Worklist, WorklistQuery, WorklistRow
from workbench.rules.clocks import ClockRun
from workbench.store import case_rows
from workbench.store.empty_lists import why_empty
from workbench.store.engine import Unit
from workbench.store.facts_people_sql import Truth
from workbench.store.sight_sql import ASKER, Known, asked_by, known_of, where_sees
from workbench.store.tables import NO_DUE, case_file, item_version

C = case_file.c


def worklist(unit: Unit, who: str, query: WorklistQuery) -> Worklist:
    """One page of what the person sees in the group, and the counts of every group."""
    known = known_of(unit.sql, who, unit.now)
    values = asked_by(who, unit.now) | {"text": "".join(query.text.split()).upper()}
    counts = _counts(unit, _counting(known, bool(values["text"])), values)
    rows = _page(unit, query, known, values)
    total = counts.get(query.group, 0)
    because = "" if rows else why_empty(unit, who, query, counts)
    return Worklist(rows, total, unit.now, counts, because)


SHOWN: Final = case((C.settle_at <= ASKER.at, C.settle_to), else_=C.state)
"""The state with deemed results derived (domain 3.4, rule 1)."""

_MINE: Final = or_(
    func.coalesce(C.holder == ASKER.who, False), func.coalesce(C.reviewer == ASKER.who, False)
)
_TEXT: Final = bindparam("text", type_=Text)
# The whole number or its beginning, or the beginning or end of the short number. Compared by
# length and not with LIKE, so that nothing in the text is taken for a pattern.
_SEARCHED: Final = or_(
    func.substr(C.case_no, 1, func.length(_TEXT)) == _TEXT,
    func.substr(C.short_no, 1, func.length(_TEXT)) == _TEXT,
    func.substr(C.short_no, 1 + func.length(C.short_no) - func.length(_TEXT)) == _TEXT,
)


def _in_group(group: str) -> Truth:
    if group == "all":
        return true()
    if group == "mine":
        return _MINE
    if group == "pool":
        return SHOWN.in_([one.value for one in POOL])
    return bindparam("group", type_=Text) == SHOWN


def _found(known: Known, searching: bool) -> Truth:
    sees = where_sees(Part.META, known)
    return and_(sees, _SEARCHED) if searching else sees


@lru_cache(maxsize=64)
def _counting(known: Known, searching: bool) -> Select[Any]:
    mine = func.sum(case((_MINE, 1), else_=0))
    wanted = select(SHOWN.label("shown"), func.count(), mine)
    return wanted.where(_found(known, searching)).group_by(literal_column("shown"))


@lru_cache(maxsize=256)
def _paging(known: Known, searching: bool, group: str, paged: bool) -> Select[Any]:
    wanted = (
        select(*case_rows.CASE_COLUMNS, SHOWN.label("shown_now"))
        .where(_found(known, searching), _in_group(group))
        .order_by(C.sort_due, C.case_id)
        .limit(bindparam("most", type_=BigInteger))
    )
    if paged:
        after = tuple_(bindparam("after_due", type_=BigInteger), bindparam("after_id"))
        wanted = wanted.where(tuple_(C.sort_due, C.case_id) > after)
    return wanted


def _counts(unit: Unit, wanted: Select[Any], values: dict[str, Any]) -> dict[str, int]:
    rows = unit.sql.execute(wanted, values).all()
    counts = {str(row[0]): int(row[1]) for row in rows}
    pool = sum(counts.get(one.value, 0) for one in POOL)
    totals = {"all": sum(counts.values()), "mine": sum(int(row[2]) for row in rows), "pool": pool}
    return totals | counts


def _page(
    unit: Unit, query: WorklistQuery, known: Known, values: dict[str, Any]
) -> tuple[WorklistRow, ...]:
    values = values | {"group": query.group, "most": query.limit}
    if query.after is not None:
        due_at, case_id = query.after
        values |= {"after_due": due_at if due_at is not None else NO_DUE, "after_id": case_id}
    wanted = _paging(known, bool(values["text"]), query.group, query.after is not None)
    rows: Sequence[Any] = unit.sql.execute(wanted, values).all()
    cases = [(case_rows.case_of(row), State(str(row.shown_now))) for row in rows]
    clocks = case_rows.clocks_of_cases(unit.sql, tuple(one.case_id for one, _state in cases))
    names = _item_names(unit, {(one.item_code, one.item_version) for one, _state in cases})
    return tuple(
        WorklistRow(
            case=one,
            item_zh=names[one.item_code, one.item_version][0],
            item_en=names[one.item_code, one.item_version][1],
            shown_state=state,
            clock=_next_clock(clocks.get(one.case_id, [])),
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
