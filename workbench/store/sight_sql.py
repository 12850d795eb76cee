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
    case,
    exists,
    false,
    not_,
    or_,
    select,
    true,
)

from workbench.rules.case import Part, State
from workbench.rules.conditions import All, Condition, Either, Fact, Not, facts_in
from workbench.rules.moment import Moment
from workbench.rules.visibility import DENYING, ROWS, granting
from workbench.store.facts_people_sql import NEEDED, Asker, Truth
from workbench.store.facts_sql import FACTS_SQL, FactSql

PERSONAL: Final = ("is_system", "role", "on_custody_shift")
"""Facts that are the same for every case: no column of the case row stands in them."""

Known = tuple[bool, ...]
"""The answers to :data:`PERSONAL_FACTS`, then whether each of :data:`NEEDED` is there at all."""


ASKER: Final = Asker(bindparam("who", type_=Text), bindparam("at", type_=BigInteger))
"""The person and the moment as bound values: a condition is built once and asked of everybody."""


def asked_by(who: str, at: Moment) -> dict[str, str | int]:
    """The values for :data:`ASKER`, given when a statement is executed."""
    return {"who": who, "at": at}


def _personal_facts() -> tuple[Fact, ...]:
    named = (fact for row in ROWS for fact in facts_in(row.condition))
    return tuple(dict.fromkeys(fact for fact in named if fact.name in PERSONAL))


PERSONAL_FACTS: Final = _personal_facts()
_PERSONAL: Final = select(
    *(FACTS_SQL[one.name](ASKER, one.arg) for one in PERSONAL_FACTS),
    *(exists(needed(ASKER)) for needed in NEEDED.values()),
)


def known_of(sql: Connection, who: str, at: Moment) -> Known:
    """The answers to all personal facts, in one question to the database."""
    row = sql.execute(_PERSONAL, asked_by(who, at)).one()
    return tuple(bool(value) for value in row)


def compiled(condition: Condition, known: Known) -> Truth:
    """The condition as SQL. Conditions over what a move brings cannot stand in a visibility row."""
    folded = folded_with(condition, known)
    if isinstance(folded, bool):
        return true() if folded else false()
    return as_sql(folded)


def folded_with(condition: Condition, known: Known) -> Condition | bool:
    """What is left of the condition once everything about the person himself is put in."""
    answers = dict(zip(PERSONAL_FACTS, known, strict=False))
    there = dict(zip(NEEDED, known[len(PERSONAL_FACTS) :], strict=True))
    never = (one for one in facts_in(condition) if not there.get(one.name, True))
    return _fold(condition, answers | dict.fromkeys(never, False))


@lru_cache(maxsize=512)
def where_sees(part: Part, known: Known) -> Truth:
    """Whether the person sees that part of the case row at hand; see :data:`ASKER`."""
    rows = [compiled(row.condition, known) for row in granting(part)]
    denied = [compiled(row.condition, known) for row in DENYING]
    return and_(or_(false(), *rows), *(not_(one) for one in denied))


def tested(truth: Truth) -> Truth:
    """The same truth, asked case by case: the database cannot take it for where to begin."""
    return case((truth, 1), else_=0) == 1


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


def as_sql(condition: Condition, facts: Mapping[str, FactSql] = FACTS_SQL) -> Truth:
    """A condition of facts, asked of :data:`ASKER`."""
    match condition:
        case Fact(name, arg):
            return facts[name](ASKER, arg)
        case Not(Fact("state_in", arg)):
            # Said the positive way round, which an index understands; there are 23 states.
            others = ",".join(one.value for one in State if one.value not in arg.split(","))
            return facts["state_in"](ASKER, others)
        case Not(of):
            return not_(as_sql(of, facts))
        case All(members):
            return and_(true(), *(as_sql(one, facts) for one in members))
        case Either(members):
            return or_(false(), *(as_sql(one, facts) for one in members))
        case _:
            raise TypeError(f"{condition!r} cannot stand in a visibility row")
