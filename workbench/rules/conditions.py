"""The small language in which guards and visibility conditions are written (house section 1).

A condition is data: and / or / not over named facts, and comparisons of what a move brings along.
No table holds a callable, so the same tables can be written into the database and read there.
Read by :mod:`workbench.rules.judge` and :mod:`workbench.rules.visibility`; the store compiles it
to SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from workbench.rules.moment import DAY, Moment


@dataclass(frozen=True, slots=True)
class Fact:
    """A named fact of :mod:`workbench.rules.facts`; ``arg`` narrows it (a role, some states)."""

    name: str
    arg: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """The move brings a non-empty value at ``path``: ``reason`` or ``entry_kind.key``."""

    path: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value at ``path`` is one of ``values``."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The number at ``path`` lies in ``low..high`` (both included)."""

    path: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Differ:
    """The values at the two paths are both given and not the same."""

    path: str
    other: str


@dataclass(frozen=True, slots=True)
class EachGiven:
    """``path`` holds a non-empty list whose members all fill every one of ``keys``."""

    path: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The moment at ``path`` lies at least so many calendar days after now (R25: 7 days)."""

    path: str
    days: int


@dataclass(frozen=True, slots=True)
class NoLater:
    """The moment at ``path`` is not later than the kind of procedure at ``kind`` may last (T14)."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Within:
    """The value at ``path``, or every value of the list there, stands in a list that is known.

    ``source`` is ``task:KIND:KEY`` (list KEY of the case's last task of that kind) or
    ``item:demandable`` (codes of the item version's materials that an applicant may be asked for),
    ``item:delegated`` (those whose check in form is delegated to the window), or
    ``case:reviewers`` (who reviewed the case, or is assigned to), or ``case:minutes`` (the numbers
    of the minutes of its hearings).
    """

    path: str
    source: str


@dataclass(frozen=True, slots=True)
class TemplateSeal:
    """The kind of seal at ``kind`` is the one that the item version's document of the code at
    ``template`` names (domain 2.4 a, R51)."""

    template: str
    kind: str


@dataclass(frozen=True, slots=True)
class Not:
    of: Condition


@dataclass(frozen=True, slots=True)
class All:
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    of: tuple[Condition, ...]


Condition = (
    Fact | Given | OneOf | Between | Differ | EachGiven | Ahead | NoLater | Within
    | TemplateSeal | Not | All | Either
)  # fmt: skip

Brought = Mapping[str, Any]


class Asked(Protocol):
    """Who answers for the facts of one case, one person and one moment."""

    @property
    def at(self) -> Moment:
        """The moment that is asked about."""
        ...

    def fact(self, name: str, arg: str) -> bool:
        """Whether the named fact holds."""
        ...

    def values(self, source: str) -> Sequence[Any]:
        """The list behind a :class:`Within` source; empty where there is none."""
        ...

    def latest_end(self, kind: Any) -> Moment | None:
        """Until when a procedure of that kind, begun now, may last; ``None`` where unknown."""
        ...

    def seal_of(self, template: Any) -> str | None:
        """The kind of seal that the item's document of that code carries; ``None``: no such."""
        ...


ALWAYS: Condition = All(())


def every(*of: Condition) -> All:
    """All of the conditions hold."""
    return All(of)


def either(*of: Condition) -> Either:
    """At least one of the conditions holds."""
    return Either(of)


def value_at(brought: Brought, path: str) -> Any:
    """What stands at ``a`` or ``a.b`` in what the move brings; ``None`` where nothing does."""
    here: Any = brought
    for key in path.split("."):
        if not isinstance(here, Mapping) or key not in here:
            return None
        here = here[key]
    return here


def filled(value: Any) -> bool:
    """Whether a value says something: white space and empty lists do not."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, (list, tuple, Mapping)):
        return bool(value)
    return value is not None


def _each_given(value: Any, keys: tuple[str, ...]) -> bool:
    if not isinstance(value, (list, tuple)) or not value:
        return False
    return all(isinstance(one, Mapping) and all(filled(one.get(k)) for k in keys) for one in value)


def _all_known(wanted: Any, known: Sequence[Any]) -> bool:
    several = wanted if isinstance(wanted, (list, tuple)) else (wanted,)
    return wanted is not None and all(one in known for one in several)


def holds(condition: Condition, asked: Asked, brought: Brought) -> bool:
    """Whether the condition holds. ``asked`` answers for facts, ``brought`` is the move's."""
    match condition:
        case Fact(name, arg):
            return asked.fact(name, arg)
        case Not(of):
            return not holds(of, asked, brought)
        case All(members):
            return all(holds(one, asked, brought) for one in members)
        case Either(members):
            return any(holds(one, asked, brought) for one in members)
        case Within(path, source):
            return _all_known(value_at(brought, path), asked.values(source))
        case Ahead(path, days):
            moment = value_at(brought, path)
            return isinstance(moment, int) and moment >= asked.at + days * DAY
        case NoLater(path, kind):
            end, latest = value_at(brought, path), asked.latest_end(value_at(brought, kind))
            return isinstance(end, int) and latest is not None and end <= latest
        case TemplateSeal(template, kind):
            wanted = asked.seal_of(value_at(brought, template))
            return wanted is not None and value_at(brought, kind) == wanted
        case Given(path):
            return filled(value_at(brought, path))
        case OneOf(path, values):
            return value_at(brought, path) in values
        case Between(path, low, high):
            number = value_at(brought, path)
            return isinstance(number, int) and low <= number <= high
        case Differ(path, other):
            first, second = value_at(brought, path), value_at(brought, other)
            return filled(first) and filled(second) and first != second
        case EachGiven(path, keys):
            return _each_given(value_at(brought, path), keys)


def facts_in(condition: Condition) -> Iterator[Fact]:
    """Every fact a condition names, for the test that each has both implementations."""
    match condition:
        case Fact():
            yield condition
        case Not(of):
            yield from facts_in(of)
        case All(members) | Either(members):
            for one in members:
                yield from facts_in(one)
        case _:
            return
