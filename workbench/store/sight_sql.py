"""The visibility table compiled to SQL: one WHERE for one part, one person and one moment.

``where_sees(part)`` is ``or`` over the rows that grant the part, ``and not`` every denying row. The
same expressions become the policies of a server. Facts that depend on the person alone are asked
first and folded in, so a representative's list is not searched for what only a supervisor sees.
Called by ``worklists``, ``supervision_room`` and the tests that compare it with ``rules``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from sqlalchemy import (
    BigInteger,
    Connection,
    Text,
    and_,
    bindparam,
    false,
    not_,
    or_,
    select,
    true,
)

from workbench.rules.case import Part
from workbench.rules.conditions import All, Condition, Either, Fact, Not, facts_in
from workbench.rules.moment import Moment
from workbench.rules.visibility import DENYING, ROWS, granting
from workbench.store.facts_people_sql import Asker, Truth
from workbench.store.facts_sql import FACTS_SQL

PERSONAL: Final = ("is_system", "role", "on_custody_shift")
"""Facts that are the same for every case: no column of the case row stands in them."""

Known = tuple[bool, ...]
"""The answers to :data:`PERSONAL_FACTS`, in that order."""


ASKER: Final = Asker(bindparam("who", type_=Text), bindparam("at", type_=BigInteger))
"""The person and the moment as bound values: a condition is built once and asked of everybody."""


def asked_by(who: str, at: Moment) -> dict[str, str | int]:
    """The values for :data:`ASKER`, given when a statement is executed."""
    return {"who": who, "at": at}


def _personal_facts() -> tuple[Fact, ...]:
    named = (fact for row in ROWS for fact in facts_in(row.condition))
    return tuple(dict.fromkeys(fact for fact in named if fact.name in PERSONAL))


PERSONAL_FACTS: Final = _personal_facts()
_PERSONAL: Final = select(*(FACTS_SQL[one.name](ASKER, one.arg) for one in PERSONAL_FACTS))


def known_of(sql: Connection, who: str, at: Moment) -> Known:
    """The answers to all personal facts, in one question to the database."""
    row = sql.execute(_PERSONAL, asked_by(who, at)).one()
    return tuple(bool(value) for value in row)


def compiled(condition: Condition, known: Known) -> Truth:
    """The condition as SQL. Conditions over what a move brings cannot stand in a visibility row."""
    folded = _fold(condition, dict(zip(PERSONAL_FACTS, known, strict=True)))
    if isinstance(folded, bool):
        return true() if folded else false()
    return _sql(folded, ASKER)


@lru_cache(maxsize=512)
def where_sees(part: Part, known: Known) -> Truth:
    """Whether the person sees that part of the case row at hand; see :data:`ASKER`."""
    rows = [compiled(row.condition, known) for row in granting(part)]
    denied = [compiled(row.condition, known) for row in DENYING]
    return and_(or_(false(), *rows), *(not_(one) for one in denied))


def _fold(condition: Condition, known: Mapping[Fact, bool]) -> Condition | bool:
    """The condition with what is known put in; ``True`` or ``False`` where nothing is left."""
    match condition:
        case Fact():
            return known.get(condition, condition)
        case Not(of):
            inner = _fold(of, known)
            return not inner if isinstance(inner, bool) else Not(inner)
        case All(members):
            return _fold_many(members, known, ends=False)
        case Either(members):
            return _fold_many(members, known, ends=True)
        case _:
            raise TypeError(f"{condition!r} cannot stand in a visibility row")


def _fold_many(
    members: tuple[Condition, ...], known: Mapping[Fact, bool], ends: bool
) -> Condition | bool:
    left: list[Condition] = []
    for one in members:
        inner = _fold(one, known)
        if inner is ends:
            return ends
        if not isinstance(inner, bool):
            left.append(inner)
    if not left:
        return not ends
    return Either(tuple(left)) if ends else All(tuple(left))


def _sql(condition: Condition, person: Asker) -> Truth:
    match condition:
        case Fact(name, arg):
            return FACTS_SQL[name](person, arg)
        case Not(of):
            return not_(_sql(of, person))
        case All(members):
            return and_(true(), *(_sql(one, person) for one in members))
        case Either(members):
            return or_(false(), *(_sql(one, person) for one in members))
        case _:
            raise TypeError(f"{condition!r} cannot stand in a visibility row")
