"""The inbox: one question to the database under one WHERE, page by page, in the order asked for.

Deemed states and when they are due come from the case row, so nothing has to be settled to be
listed. Called by ``case_room``. Paging is by key ``(what is sorted by, case id)``; counts stand
under the very same visibility condition and filters as the rows (domain 4.3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import select

from workbench.rules.case import OPEN_TASK_STATES, POOL, Case, Part, State, TaskKind
from workbench.rules.case_view import Worklist, WorklistOrder, WorklistQuery, WorklistRow
from workbench.rules.clocks import ClockRun
from workbench.rules.moment import Moment
from workbench.rules.visibility import granting
from workbench.store import case_rows
from workbench.store.empty_lists import why_empty
from workbench.store.engine import Unit
from workbench.store.settled import BESIDE, Deemed, clock_then
from workbench.store.shelf import Shelf
from workbench.store.sight_lists import gathers
from workbench.store.sight_sql import Known, asked_by, folded_with, known_of, where_sees
from workbench.store.tables import case_file, item_version, task
from workbench.store.worklist_asks import (
    How,
    Shape,
    chosen,
    counting,
    group_states,
    paging,
    passing,
)
from workbench.store.worklist_jumps import Jump, Keyed, jump_to, merged
from workbench.store.worklist_orders import Asked, asked_of, sort_key, values_of

__all__ = [
    "group_states", "has_pool", "next_clock", "searched", "shown_clock", "summed", "worklist",
]  # fmt: skip

C = case_file.c

FEW: Final = 2_000
"""Up to so many cases are listed and then sorted by when they are due; of more, the first are met
soon on the way."""

NO_POOL_OF_HIS: Final = frozenset({"V00", "V04", "V05", "V06", "V07", "V08", "V10"})
"""Rows that show a case because of what the person did with it, whoever has the pool now."""

MANY: Final = 20_000
"""Up to so many are gathered and sorted whatever the order; of more, a walk along it meets a page
soon."""

MANY_NUMBERS: Final = 100_000
"""The same of whoever has a list of his own, who may see so small a part of the centre that a walk
goes far; and on the way into the middle of a list."""

NO_END: Final = -1
LAST_CHARACTER: Final = "\U0010ffff"


def worklist(unit: Unit, shelf: Shelf, who: str, query: WorklistQuery) -> Worklist:
    """One page of what the person sees in the group, and the counts of every group."""
    known = known_of(unit.sql, who, unit.now)
    text, asked = searched(query), asked_of(query)
    values = asked_by(who, unit.now) | {"text": text, "text_end": text + LAST_CHARACTER}
    values |= values_of(query, unit.now)
    counts = _counts(unit, known, values, asked)
    if not has_pool(known):
        counts["pool"] = 0
    total, rows = counts.get(query.group, 0), tuple[WorklistRow, ...]()
    if total:
        how = How(query.group, bool(text), asked, query.order, query.descending,
                  query.after is not None, _shape(query, asked, known, counts))  # fmt: skip
        rows = _page(unit, shelf, query, known, values, how, total)
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


def _shape(
    query: WorklistQuery, asked: Asked, known: Known, counts: Mapping[str, int]
) -> Shape:
    group, of_states = counts.get(query.group, 0), query.group not in ("all", "mine")
    few = (counts["all"] <= FEW and not asked) or query.cases is not None
    if few or query.text.strip():
        return Shape.LIST
    if query.order is WorklistOrder.DUE and not (asked or query.descending or query.offset):
        return Shape.GROUP if of_states and group <= FEW else Shape.WALK
    own = gathers(Part.META, known)
    if group > (MANY_NUMBERS if own or query.offset else MANY):
        return Shape.WALK
    # Whoever has no list of his own, because he sees everything, is led by group and filters.
    return Shape.GROUP if of_states and (group <= FEW or not own) else Shape.LIST


def _counts(unit: Unit, known: Known, values: dict[str, Any], asked: Asked) -> dict[str, int]:
    written, moved = counting(known, bool(values["text"]), asked)
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
    how: How, total: int,
) -> tuple[WorklistRow, ...]:  # fmt: skip
    rows: Sequence[Any]
    if how.paged or not query.offset:
        values = values | {"most": query.limit}
        if query.after is not None:
            values |= {"after_key": query.after[0], "after_id": query.after[1]}
        rows = unit.sql.execute(paging(known, how), values).all()
    else:
        numbers = _jumped(unit, known, values, how, jump_to(query.offset, query.limit, total))
        rows = unit.sql.execute(chosen(_bare(how)), values | {"numbers": numbers}).all()
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
            key=sort_key(query.order, one, int(row.due_now)),
            asks=TaskKind.VOIDING.value if one.case_id in voiding else "",
        )
        for one, row in cases
    )  # fmt: skip


def _bare(how: How) -> How:
    """What a statement about known numbers has of it."""
    return How(order=how.order, descending=how.descending)


def _jumped(
    unit: Unit, known: Known, values: dict[str, Any], how: How, way: Jump
) -> list[int]:
    """The numbers of the cases at that place of the list."""
    how = replace(how, descending=how.descending is not way.turned)

    def keyed(moved: bool | None, skipped: int, most: int) -> Keyed:
        bound = values | {"skipped": skipped, "most": most}
        return [(row[0], row[1]) for row in unit.sql.execute(passing(known, how, moved), bound)]

    if how.order is WorklistOrder.DUE and how.shape is Shape.WALK:
        moved = keyed(True, 0, NO_END)
        return merged(way, how.descending, moved, lambda skip, most: keyed(False, skip, most))
    return [number for _key, number in keyed(None, way.skipped, way.most)]


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
