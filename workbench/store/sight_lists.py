"""The visibility condition in the shape in which a long list is found, not searched through.

One WHERE that joins all rows of the table by OR makes the database look at every case. Here each
row finds its own cases through its own index and the lists are put together. Same rows, same
answer (a test compares them); called by ``worklists``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import CompoundSelect, and_, not_, select, union_all

from workbench.rules.case import Part
from workbench.rules.conditions import All, Condition, Either
from workbench.rules.visibility import DENYING, granting
from workbench.store.facts_people_sql import Truth
from workbench.store.facts_sql import FACTS_SQL, LISTED_SQL
from workbench.store.sight_sql import Known, as_sql, compiled, folded_with, where_sees
from workbench.store.tables import case_file

C = case_file.c

_FACTS: Final = FACTS_SQL | LISTED_SQL


@lru_cache(maxsize=512)
def branches(part: Part, known: Known) -> tuple[Condition, ...] | None:
    """What is left of the granting rows for this person, none joined by OR inside.

    ``None`` where a row has no condition left: then every case is granted.
    """
    found: list[Condition] = []
    for row in granting(part):
        left = folded_with(row.condition, known)
        if left is True:
            return None
        if left is not False:
            found.extend(_without_or(left))
    return tuple(dict.fromkeys(found))


def _without_or(condition: Condition) -> Iterator[Condition]:
    """``a and (b or c)`` as ``a and b``, ``a and c``: each of them may have an index of its own."""
    match condition:
        case Either(members):
            for one in members:
                yield from _without_or(one)
        case All(members):
            parted = next((one for one in members if isinstance(one, Either)), None)
            if parted is None:
                yield condition
                return
            others = tuple(one for one in members if one is not parted)
            for one in parted.of:
                yield from _without_or(All((*others, one)))
        case _:
            yield condition


def gathers(part: Part, known: Known) -> bool:
    """Whether several rows grant something, so that their lists have to be put together."""
    left = branches(part, known)
    return left is not None and len(left) > 1


@lru_cache(maxsize=512)
def lists(part: Part, known: Known) -> CompoundSelect[Any]:
    """The lists one after the other, some cases in several of them; for who ``gathers``."""
    left = branches(part, known)
    assert left
    own = select(C.case_id)
    return union_all(*(own.where(as_sql(one, _FACTS)).correlate(None) for one in left))


@lru_cache(maxsize=512)
def where_listed(part: Part, known: Known) -> Truth:
    """The same truth as ``where_sees``, each granting row by an index of its own."""
    left = branches(part, known)
    if left is None or not left:
        return where_sees(part, known)
    denied = [not_(compiled(row.condition, known)) for row in DENYING]
    if len(left) == 1:
        return and_(as_sql(left[0], _FACTS), *denied)
    # Uncorrelated: the inner ``case_file`` is another one than the row that is being asked about.
    return and_(C.case_id.in_(lists(part, known)), *denied)
