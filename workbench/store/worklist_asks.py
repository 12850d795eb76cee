"""The inbox's questions to a file as statements, each built once for its shape.

What a page holds is always the same truth: what the person sees, the group, the filters, what is
searched for. How the database is led to it differs (:class:`Shape`). Called by ``worklists`` and
``worklist_jumps``.
"""

from __future__ import annotations

from dataclasses import dataclass
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

from workbench.rules.case import POOL, Part
from workbench.rules.case_view import WorklistOrder
from workbench.store import case_rows
from workbench.store.facts_people_sql import Truth
from workbench.store.sight_lists import gathers, where_listed
from workbench.store.sight_sql import ASKER, Known, tested, where_sees
from workbench.store.tables import NO_DUE, case_file
from workbench.store.worklist_orders import (
    SHOWN,
    SHOWN_DUE,
    SORTED_BY,
    Asked,
    after_key,
    counted_truth,
    truth_of,
)

C = case_file.c

# Not an index of its own: the walk below goes along the due moments.
AS_WRITTEN: Final = func.coalesce(C.settle_at, NO_DUE) > ASKER.at
MOVED: Final = C.settle_at <= ASKER.at
"""Time alone has moved the case into another state; nobody has written it yet."""

_MOST: Final = bindparam("most", type_=BigInteger)
_SKIPPED: Final = bindparam("skipped", type_=BigInteger)

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


_HELD: Final = "holders"
"""The filter whose own index gives fewer cases than anybody's list: what one person holds."""


class Shape(Enum):
    """How the database is led to the cases; every shape gives the very same ones."""

    LIST = "what each visibility row grants, by its own index"
    GROUP = "the few cases of the group, and of them the visible ones"
    WALK = "along the order until the page is full"


@dataclass(frozen=True, slots=True)
class How:
    """The shape of a question; what it asks of persons, moments and filters are values."""

    group: str = "all"
    searching: bool = False
    asked: Asked = ()
    order: WorklistOrder = WorklistOrder.DUE
    descending: bool = False
    paged: bool = False
    shape: Shape = Shape.LIST


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
    deemed = select(C.case_id).where(MOVED)
    return C.case_id.in_(union(written.correlate(None), deemed.correlate(None)))


def _found(known: Known, searching: bool, shape: Shape = Shape.LIST) -> Truth:
    listed = not searching or gathers(Part.META, known)
    if shape is Shape.LIST and listed:
        seen = where_listed(Part.META, known)
    else:
        seen = tested(where_sees(Part.META, known))
    if not searching:
        return seen
    return and_(seen, _SEARCHED) if listed else and_(_PERHAPS, seen, _SEARCHED)


def _led(known: Known, searching: bool, asked: Asked, shape: Shape) -> tuple[Shape, bool]:
    """The shape in which the visible cases are found, and whether the filters' indexes lead to
    them. Whoever has a list of his own is led by that alone, but for what few cases have."""
    if shape is Shape.LIST and _HELD in asked and not searching:
        shape = Shape.GROUP
    return shape, shape is not Shape.LIST or not gathers(Part.META, known)


@lru_cache(maxsize=256)
def counting(known: Known, searching: bool, asked: Asked) -> tuple[Select[Any], Select[Any]]:
    """By the written state, straight along an index; then what has moved on by time alone."""
    mine = func.sum(case((_MINE, 1), else_=0))
    # Along the index of states only what stands in it: anything else would be fetched row by row.
    by = C.state if set(asked) <= {"sites"} else func.coalesce(C.state, "")
    written = select(by, func.count(), mine).group_by(by)
    sees = tested(where_sees(Part.META, known))
    moved = select(C.state, C.settle_to, func.count()).group_by(C.state, C.settle_to)
    moved = moved.where(MOVED, sees, truth_of(asked, leading=False))
    shape, leading = _led(known, searching, asked, Shape.LIST)
    seen = _found(known, searching, shape)
    written = written.where(seen, counted_truth(asked, leading=leading))
    return written, moved.where(_SEARCHED) if searching else moved


def _wanted(known: Known, how: How) -> Select[Any]:
    shape, leading = _led(known, how.searching, how.asked, how.shape)
    fits = truth_of(how.asked, leading=leading)
    wanted = select(C.case_id).where(_found(known, how.searching, shape), fits)
    if how.shape is Shape.GROUP and how.group not in ("all", "mine"):
        wanted = wanted.where(_around_group(how.group))
    return wanted.where(_in_group(how.group))


@lru_cache(maxsize=512)
def paging(known: Known, how: How) -> Select[Any]:
    """A page and what is shown of it, after its key."""
    numbers = _first(_wanted(known, how), how)
    return _shown(C.case_id.in_(numbers.correlate(None)), how).limit(_MOST)


@lru_cache(maxsize=16)
def chosen(how: How) -> Select[Any]:
    """Rows whose numbers are known already (``numbers``), in their order."""
    return _shown(C.case_id.in_(bindparam("numbers", expanding=True)), how)


def _shown(which: Truth, how: How) -> Select[Any]:
    shown = select(
        *case_rows.CASE_COLUMNS, SHOWN.label("shown_now"), C.settle_at, SHOWN_DUE.label("due_now")
    )
    return shown.where(which).order_by(*_directed(SORTED_BY[how.order], how.descending))


def _first(wanted: Select[Any], how: How) -> Select[Any]:
    """The numbers of the page before its rows: nothing is sorted that is not shown.

    On a walk those whose time has moved them on are few and sorted apart, so that the others are
    met along the index of the due moments.
    """
    if how.shape is not Shape.WALK or how.order is not WorklistOrder.DUE:
        return _from_key(wanted, SORTED_BY[how.order], how)
    written = _from_key(wanted.where(AS_WRITTEN), C.sort_due, how).subquery()
    moved = _from_key(wanted.where(MOVED), C.settle_due, how).subquery()
    both = union_all(select(written.c.case_id), select(moved.c.case_id)).subquery()
    return select(both.c.case_id)


def _from_key(wanted: Select[Any], by: ColumnElement[Any], how: How) -> Select[Any]:
    if how.paged:
        after = tuple_(after_key(how.order), bindparam("after_id", type_=BigInteger))
        here = tuple_(by, C.case_id)
        wanted = wanted.where(here < after if how.descending else here > after)
    return wanted.order_by(*_directed(by, how.descending)).limit(_MOST)


def _directed(by: ColumnElement[Any], descending: bool) -> tuple[ColumnElement[Any], ...]:
    return (by.desc(), C.case_id.desc()) if descending else (by, C.case_id)


@lru_cache(maxsize=512)
def passing(known: Known, how: How, moved: bool | None = None) -> Select[Any]:
    """Key and number alone, ``skipped`` of them passed over: along an index that has both.

    ``moved``: only those that time alone has moved, or only the others.
    """
    wanted = _wanted(known, how)
    by = SORTED_BY[how.order]
    if moved is not None:
        wanted = wanted.where(MOVED if moved else AS_WRITTEN)
        by = C.settle_due if moved else C.sort_due
    keyed: Select[Any] = wanted.with_only_columns(by, C.case_id)
    return keyed.order_by(*_directed(by, how.descending)).limit(_MOST).offset(_SKIPPED)
