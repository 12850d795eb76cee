"""The visibility rows of one part for one kind of post, as few and short alternatives.

``V01 or V22 or V02`` say of the part *meta* no more than "in the pool, on duty": a policy that says
just that is found by one index and asks one question. Made by truth tables, so what comes out is
equal to what went in, wherever the facts can be together at all (:data:`FOLLOWS`). Called by
``policies``; compared with ``rules.visibility`` by tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Final

from workbench.rules.case import Part, State
from workbench.rules.conditions import All, Condition, Either, Fact, Not, facts_in
from workbench.rules.people import Role
from workbench.rules.visibility import Sight, granting

STATES: Final = tuple(one.value for one in State)
EVERYBODY: Final = "user"
REPRESENTATIVE: Final = "representative"

GROUP_OF: Final = {Role.GOVERNMENT_HEAD.value: Role.ORGAN_HEAD.value}
"""Roles whose group bears another role's name; every other role has a group of its own."""

OF_REPRESENTATIVES: Final = frozenset({
    "appointed", "was_appointed", "on_duty", "own_claim_in_grace", "opinion_answered_mine",
})  # fmt: skip
"""Facts that only somebody with a letter can fulfil: a row with one of them and without a role is
the representatives'. Whose letters have ended stays in their group, or V08 would show nothing."""

OF_EVERYBODY: Final = frozenset({"chairs_hearing", "opinion_task_mine", "transfer_to_mine"})
"""Facts about open sub-tasks that call somebody: V09, V26, V27. Asked of everybody at once, so that
one lookup answers them all."""

FOLLOWS: Final = (
    ("on_duty", "appointed", True), ("temporary", "appointed", True),
    ("appointed", "was_appointed", True), ("own_claim_in_grace", "appointed", True),
    ("own_claim_in_grace", "on_duty", False),
)  # fmt: skip
"""Where the first fact holds, the second does (or does not): see ``rules.facts``."""

COSTLY: Final = (
    "task_any", "task_open", "item", "acted_as", "handled", "temporary", "item_authorised",
    "opinion_answered_mine",
)  # fmt: skip
"""Facts to be got rid of first: they need more than a comparison with a column."""


@dataclass(frozen=True, slots=True)
class Term:
    """All of it: the case stands in one of ``states``, ``facts`` hold, ``absent`` do not."""

    states: frozenset[str]
    facts: frozenset[Fact] = frozenset()
    absent: frozenset[Fact] = frozenset()

    def with_another(self, other: Term) -> Term | None:
        """Both at once; ``None`` where that cannot be."""
        both = Term(
            self.states & other.states, self.facts | other.facts, self.absent | other.absent
        )
        return both if both.states and not both.facts & both.absent else None

    def key(self) -> tuple[int, list[str], list[str], list[int]]:
        """In which order alternatives stand: what is soon said first, the same everywhere."""
        names = sorted(f"{one.name} {one.arg}" for one in self.facts)
        absent = sorted(f"{one.name} {one.arg}" for one in self.absent)
        return _weight(self), names, absent, sorted(STATES.index(one) for one in self.states)


@lru_cache(maxsize=256)
def terms_for(part: Part, kind: str) -> tuple[Term, ...]:
    """What the granting rows of that part say to that kind of post; empty where nothing."""
    rows = [one for one in granting(part) if kind in kinds_of(one)]
    found = [term for row in rows for term in terms_of(row.condition) if kind == kind_of(term, row)]
    return simplified(found)


def kinds_of(row: Sight) -> frozenset[str]:
    """The groups to whose policies the row belongs."""
    return frozenset(kind_of(term, row) for term in terms_of(row.condition))


def kind_of(term: Term, row: Sight) -> str:
    """The one group that can be meant. TypeError for a row that nobody thought about."""
    roles = {one.arg for one in term.facts if one.name == "role"}
    if roles:
        return sorted(GROUP_OF.get(one, one) for one in roles)[0]
    names = {one.name for one in term.facts}
    if names & OF_REPRESENTATIVES:
        return REPRESENTATIVE
    if names & OF_EVERYBODY:
        return EVERYBODY
    raise TypeError(f"{row.row}: no kind of post is meant")


# -- conditions as alternatives ----------------------------------------------------------------


def terms_of(condition: Condition, denied: bool = False) -> list[Term]:
    """The condition (or its opposite) as alternatives."""
    match condition:
        case Fact("state_in", arg):
            named = frozenset(arg.split(","))
            return [Term(frozenset(STATES) - named if denied else named)]
        case Fact():
            one = frozenset({condition})
            everywhere = frozenset(STATES)
            return [Term(everywhere, absent=one) if denied else Term(everywhere, one)]
        case Not(of):
            return terms_of(of, not denied)
        case All(members):
            return _any(members, denied) if denied else _all(members, denied)
        case Either(members):
            return _all(members, denied) if denied else _any(members, denied)
        case _:
            raise TypeError(f"{condition!r} cannot stand in a visibility row")


def _any(members: Iterable[Condition], denied: bool) -> list[Term]:
    return [term for one in members for term in terms_of(one, denied)]


def _all(members: Iterable[Condition], denied: bool) -> list[Term]:
    found = [Term(frozenset(STATES))]
    for one in members:
        pairs = [(a, b) for a in found for b in terms_of(one, denied)]
        both = (first.with_another(second) for first, second in pairs)
        found = list(dict.fromkeys(term for term in both if term is not None))
    return found


# -- as few as possible ------------------------------------------------------------------------


class _Tables:
    """Truth tables over some facts: a bit for each way in which they can be together."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.size = 1 << len(facts)
        self.all = (1 << self.size) - 1
        self.of = {fact: self._column(number) for number, fact in enumerate(facts)}
        self.possible = self.all
        named = {fact.name: column for fact, column in self.of.items()}
        for first, second, holds in FOLLOWS:
            if first in named and second in named:
                wanted = named[second] if holds else ~named[second]
                self.possible &= (~named[first] | wanted) & self.all

    def _column(self, number: int) -> int:
        """The bits of all numbers below ``size`` whose bit ``number`` is set."""
        width = 1 << number
        once = ((1 << width) - 1) << width
        step = width * 2
        return reduce(or_, (once << at for at in range(0, self.size, step)), 0)

    def where(self, term: Term) -> int:
        """Where the facts of the term are as it says, its states apart."""
        found = self.possible
        for one in term.facts:
            found &= self.of[one]
        for one in term.absent:
            found &= ~self.of[one]
        return found

    def union(self, terms: Iterable[Term]) -> dict[str, int]:
        """For each state, where any of the terms holds."""
        found = dict.fromkeys(STATES, 0)
        for term in terms:
            where = self.where(term)
            for state in term.states:
                found[state] |= where
        return found

    def within(self, term: Term, whole: dict[str, int]) -> bool:
        """Whether the term says nothing beyond ``whole``."""
        where = self.where(term)
        return all(not where & ~whole[state] for state in term.states)


def simplified(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Fewer and shorter alternatives that say the same."""
    facts = sorted({one for term in terms for one in term.facts | term.absent}, key=_cost)
    tables = _Tables(facts)
    whole = tables.union(terms)
    wide = {_widened(term, tables, whole) for term in terms if tables.where(term)}
    left = sorted(wide, key=Term.key)
    for term in reversed(tuple(left)):
        others = [one for one in left if one != term]
        if tables.within(term, tables.union(others)):
            left = others
    left = _narrowed(left, tables)
    if tables.union(left) != whole:
        raise ValueError("simplified terms say something else")
    return tuple(sorted(left, key=Term.key))


def _widened(term: Term, tables: _Tables, whole: dict[str, int]) -> Term:
    """The term without what the other alternatives make needless."""
    for shorter in _shorter(term):
        if tables.within(shorter, whole):
            return _widened(shorter, tables, whole)
    where = tables.where(term)
    also = {state for state in STATES if where and not where & ~whole[state]}
    return Term(term.states | also, term.facts, term.absent)


def _narrowed(terms: list[Term], tables: _Tables) -> list[Term]:
    """Each without the states in which the others say as much; the longest first."""
    left = list(terms)
    for term in reversed(terms):
        others, where = tables.union(one for one in left if one != term), tables.where(term)
        needed = frozenset(state for state in term.states if where & ~others[state])
        left[left.index(term)] = Term(needed, term.facts, term.absent)
    return left


def _shorter(term: Term) -> Iterator[Term]:
    for one in sorted(term.absent, key=_cost):
        yield Term(term.states, term.facts, term.absent - {one})
    for one in sorted(term.facts, key=_cost):
        if one.name != "role":
            yield Term(term.states, term.facts - {one}, term.absent)


def _cost(fact: Fact) -> tuple[int, str, str]:
    place = COSTLY.index(fact.name) if fact.name in COSTLY else len(COSTLY)
    return place, fact.name, fact.arg


def _weight(term: Term) -> int:
    costly = sum(one.name in COSTLY for one in term.facts | term.absent)
    return len(term.facts) + 2 * len(term.absent) + 2 * costly


def facts_of_rows(rows: Iterable[Sight]) -> frozenset[Fact]:
    """Every fact that the rows name, for the test that each has a form in a policy."""
    return frozenset(fact for row in rows for fact in facts_in(row.condition))
