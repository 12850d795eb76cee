"""The inbox: one question to the database under one WHERE, page by page, most urgent first.

Deemed states and when they are due come from the case row, so nothing has to be settled to be
listed. Called by ``case_room``. Paging is by key ``(due moment shown, case id)``; counts stand
under the very same visibility condition as the rows (domain 4.3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    tuple_,
    union,
    union_all,
)

from workbench.rules.case import OPEN_TASK_STATES, POOL, Case, Part, State, TaskKind
from workbench.rules.case_view import Worklist, WorklistQuery, WorklistRow
from workbench.rules.clocks import ClockRun
from workbench.rules.moment import Moment
from workbench.rules.visibility import granting
from workbench.store import case_rows
from workbench.store.empty_lists import why_empty
from workbench.store.engine import Unit
from workbench.store.facts_people_sql import Truth
from workbench.store.settled import BESIDE, Deemed, clock_then
from workbench.store.shelf import Shelf
from workbench.store.sight_lists import gathers, where_listed
from workbench.store.sight_sql import (
    ASKER,
    Known,
    asked_by,
    folded_with,
    known_of,
    tested,
    where_sees,
)
from workbench.store.tables import NO_DUE, case_file, item_version, task

C = case_file.c

FEW: Final = 2_000
"""Up to so many cases are listed and then sorted; of more, the first are met soon on the way."""

NO_POOL_OF_HIS: Final = frozenset({"V00", "V04", "V05", "V06", "V07", "V08", "V10"})
"""Rows that show a case because of what the person did with it, whoever has the pool now."""

LAST_CHARACTER: Final = "\U0010ffff"


def worklist(unit: Unit, shelf: Shelf, who: str, query: WorklistQuery) -> Worklist:
    """One page of what the person sees in the group, and the counts of every group."""
    known = known_of(unit.sql, who, unit.now)
    text = searched(query)
    values = asked_by(who, unit.now) | {"text": text, "text_end": text + LAST_CHARACTER}
    counts = _counts(unit, known, values)
    if not has_pool(known):
        counts["pool"] = 0
    rows: tuple[WorklistRow, ...] = ()
    if query.group != "pool" or counts["pool"]:
        rows = _page(unit, shelf, query, known, values, _shape(query, counts))
    total = counts.get(query.group, 0)
    because = "" if rows else why_empty(unit, who, query, counts)
    return Worklist(rows, total, unit.now, counts, because)


def searched(query: WorklistQuery) -> str:
    """What is looked for in the numbers: without spaces, in capitals."""
    return "".join(query.text.split()).upper()


@lru_cache(maxsize=256)
def has_pool(known: Known) -> bool:
    """Whether the pool is the person's at all now: not a representative's after his shift, who
    still sees by their numbers the cases that he has handled (V03, V04)."""
    rows = (one for one in granting(Part.META) if one.row not in NO_POOL_OF_HIS)
    return any(folded_with(one.condition, known) is not False for one in rows)


SHOWN: Final = case((C.settle_at <= ASKER.at, C.settle_to), else_=C.state)
"""The state with deemed results derived (domain 3.4, rule 1)."""

SHOWN_DUE: Final = case((C.settle_at <= ASKER.at, C.settle_due), else_=C.sort_due)
"""When the case is due in the state shown."""
# Not an index of its own: the walk below goes along the due moments.
_AS_WRITTEN: Final = func.coalesce(C.settle_at, NO_DUE) > ASKER.at

_MOST: Final = bindparam("most", type_=BigInteger)

_MINE: Final = or_(
    and_(C.holder.is_not(None), C.holder == ASKER.who),
    and_(C.reviewer.is_not(None), C.reviewer == ASKER.who),
)
_TEXT: Final = bindparam("text", type_=Text)
# The whole number or its beginning, or the beginning or end of the short number. Compared by
# length and not with LIKE, so that nothing in the text is taken for a pattern.
_SEARCHED: Final = or_(
    func.substr(C.case_no, 1, func.length(_TEXT)) == _TEXT,
    func.substr(C.short_no, 1, func.length(_TEXT)) == _TEXT,
    func.substr(C.short_no, 1 + func.length(C.short_no) - func.length(_TEXT)) == _TEXT,
)


_WHOLE_OR_BEGINNING: Final = (
    select(C.case_id).where(C.case_no >= _TEXT, C.case_no < bindparam("text_end", type_=Text)),
    select(C.case_id).where(C.short_no >= _TEXT, C.short_no < bindparam("text_end", type_=Text)),
)
# What holds for every number found, for the indexes of the two numbers; _SEARCHED has the word.
_PERHAPS: Final = C.case_id.in_(
    union(
        *(one.correlate(None) for one in _WHOLE_OR_BEGINNING),
        select(C.case_id).where(_SEARCHED.clauses[2]).correlate(None),
    )
)


class _Shape(Enum):
    """How the database is led to the cases; every shape gives the very same ones."""

    LIST = "what each visibility row grants, by its own index"
    GROUP = "the few cases of the group, and of them the visible ones"
    WALK = "most urgent first until the page is full"


def _shape(query: WorklistQuery, counts: Mapping[str, int]) -> _Shape:
    if counts["all"] <= FEW or query.text.strip():
        return _Shape.LIST
    few = query.group not in ("all", "mine") and counts.get(query.group, 0) <= FEW
    return _Shape.GROUP if few else _Shape.WALK


def group_states(group: str) -> list[str]:
    """The states of a group that is neither *all* nor *mine*."""
    return [one.value for one in POOL] if group == "pool" else [group]


def _in_group(group: str) -> Truth:
    if group == "all":
        return true()
    return _MINE if group == "mine" else SHOWN.in_(group_states(group))


def _around_group(group: str) -> Truth:
    """Every case that is in the group or may have come into it by time alone."""
    written = select(C.case_id).where(C.state.in_(group_states(group)))
    deemed = select(C.case_id).where(C.settle_at <= ASKER.at)
    return C.case_id.in_(union(written.correlate(None), deemed.correlate(None)))


def _found(known: Known, searching: bool, shape: _Shape = _Shape.LIST) -> Truth:
    listed = not searching or gathers(Part.META, known)
    if shape is _Shape.LIST and listed:
        seen = where_listed(Part.META, known)
    else:
        seen = tested(where_sees(Part.META, known))
    if not searching:
        return seen
    return and_(seen, _SEARCHED) if listed else and_(_PERHAPS, seen, _SEARCHED)


@lru_cache(maxsize=64)
def _counting(known: Known, searching: bool) -> tuple[Select[Any], Select[Any]]:
    """By the written state, straight along an index; then what has moved on by time alone."""
    mine = func.sum(case((_MINE, 1), else_=0))
    written = select(C.state, func.count(), mine).group_by(C.state)
    sees = tested(where_sees(Part.META, known))
    moved = select(C.state, C.settle_to, func.count()).group_by(C.state, C.settle_to)
    moved = moved.where(C.settle_at <= ASKER.at, sees)
    return written.where(_found(known, searching)), moved.where(_SEARCHED) if searching else moved


@lru_cache(maxsize=256)
def _paging(
    known: Known, searching: bool, group: str, paged: bool, shape: _Shape
) -> Select[Any]:
    wanted = select(C.case_id).where(_found(known, searching, shape), _in_group(group))
    if shape is _Shape.GROUP:
        wanted = wanted.where(_around_group(group))
    numbers = _first(wanted, paged, shape)
    shown = select(
        *case_rows.CASE_COLUMNS, SHOWN.label("shown_now"), C.settle_at, SHOWN_DUE.label("due_now")
    )
    shown = shown.where(C.case_id.in_(numbers.correlate(None)))
    return shown.order_by(SHOWN_DUE, C.case_id).limit(_MOST)


def _first(wanted: Select[Any], paged: bool, shape: _Shape) -> Select[Any]:
    """The numbers of the page before its rows: nothing is sorted that is not shown.

    On a walk those whose time has moved them on are few and sorted apart, so that the others are
    met along the index of the due moments.
    """
    if shape is not _Shape.WALK:
        return _from_key(wanted, SHOWN_DUE, paged)
    written = _from_key(wanted.where(_AS_WRITTEN), C.sort_due, paged).subquery()
    moved = _from_key(wanted.where(C.settle_at <= ASKER.at), C.settle_due, paged).subquery()
    both = union_all(select(written.c.case_id), select(moved.c.case_id)).subquery()
    return select(both.c.case_id)


def _from_key(wanted: Select[Any], due: ColumnElement[Any], paged: bool) -> Select[Any]:
    if paged:
        after = tuple_(bindparam("after_due", type_=BigInteger), bindparam("after_id"))
        wanted = wanted.where(tuple_(due, C.case_id) > after)
    return wanted.order_by(due, C.case_id).limit(_MOST)


def _counts(unit: Unit, known: Known, values: dict[str, Any]) -> dict[str, int]:
    written, moved = _counting(known, bool(values["text"]))
    rows = unit.sql.execute(written, values).all()
    counts = Counter({str(row[0]): int(row[1]) for row in rows})
    for before, after, number in unit.sql.execute(moved, values):
        counts[before] -= number
        counts[after] += number
    return summed(counts, sum(int(row[2]) for row in rows))


def summed(counts: Counter[str], mine: int) -> dict[str, int]:
    """The counts of the states as shown, and of the groups beyond states."""
    pool = sum(counts[one.value] for one in POOL)
    totals = {"all": counts.total(), "mine": mine, "pool": pool}
    return totals | {state: number for state, number in counts.items() if number}


def _page(
    unit: Unit, shelf: Shelf, query: WorklistQuery, known: Known, values: dict[str, Any],
    shape: _Shape,
) -> tuple[WorklistRow, ...]:  # fmt: skip
    values = values | {"most": query.limit}
    if query.after is not None:
        values |= {"after_due": query.after[0], "after_id": query.after[1]}
    paged = query.after is not None
    wanted = _paging(known, bool(values["text"]), query.group, paged, shape)
    rows: Sequence[Any] = unit.sql.execute(wanted, values).all()
    cases = [(case_rows.case_of(row), row) for row in rows]
    clocks = case_rows.clocks_of_cases(unit.sql, tuple(one.case_id for one, _row in cases))
    voiding = _voiding(unit, known, values, [one for one, _row in cases])
    names = _item_names(unit, {(one.item_code, one.item_version) for one, _row in cases})
    return tuple(
        WorklistRow(
            case=one,
            item_zh=names[one.item_code, one.item_version][0],
            item_en=names[one.item_code, one.item_version][1],
            shown_state=State(str(row.shown_now)),
            clock=shown_clock(
                unit, shelf, one, row.settle_at, row.shown_now, clocks.get(one.case_id, [])
            ),
            key=(int(row.due_now), one.case_id),
            asks=TaskKind.VOIDING.value if one.case_id in voiding else "",
        )
        for one, row in cases
    )  # fmt: skip


def _voiding(
    unit: Unit, known: Known, values: dict[str, Any], cases: Sequence[Case]
) -> frozenset[int]:
    """Of these the ones whose sealed document is asked to be void, where he is shown it (T23b)."""
    sealed = [one.case_id for one in cases if one.state is State.PENDING_ISSUE]
    if not sealed:
        return frozenset()
    asked = select(task.c.case_id).where(
        task.c.kind == TaskKind.VOIDING.value, task.c.state.in_(OPEN_TASK_STATES)
    )
    wanted = select(C.case_id).where(
        C.case_id.in_(sealed), C.case_id.in_(asked.correlate(None)),
        where_sees(Part.DOCUMENT, known),
    )  # fmt: skip
    return frozenset(unit.sql.execute(wanted, values).scalars())


def _item_names(unit: Unit, keys: set[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    v = item_version.c
    wanted = select(v.item_code, v.version, v.name_zh, v.name_en)
    wanted = wanted.where(v.item_code.in_({code for code, _version in keys}))
    return {(code, version): (zh, en) for code, version, zh, en in unit.sql.execute(wanted)}


def shown_clock(
    unit: Unit, shelf: Shelf, one: Case, settle_at: Moment | None, shown: str,
    runs: list[ClockRun],
) -> ClockRun | None:  # fmt: skip
    """The clock that belongs to the state shown, though nobody has written it yet (3.4, rule 1)."""
    if settle_at is None or settle_at > unit.now:
        return next_clock(runs)
    item = shelf.item(unit.sql, one.item_code, one.item_version)
    deemed = Deemed(int(settle_at), str(shown))
    return clock_then(
        deemed, one.state, runs, one.received_at, item, shelf.calendar(unit.sql)
    )


def next_clock(runs: list[ClockRun]) -> ClockRun | None:
    """The clock that runs out next; a held clock where none runs, so that the pause is seen."""
    shown = [run for run in runs if run.name not in BESIDE]
    running = [run for run in shown if run.running]
    return min(running or shown, key=lambda run: run.due_at, default=None)
