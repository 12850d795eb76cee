"""Jumping into the middle of a long list: from its nearer end, over numbers alone.

Called by ``worklists`` and ``server.server_lists`` where the scroll bar is pulled; from there the
list goes on by keys. What is passed over is read along an index and never as rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.rules.moment import Moment

Keyed = Sequence[tuple[Moment | str, int]]
"""Sort keys and numbers of cases, in the order in which they are gone through."""


@dataclass(frozen=True, slots=True)
class Jump:
    """How to get there: ``skipped`` in the order of the walk, which is ``turned`` where the end is
    nearer."""

    skipped: int
    most: int
    turned: bool


def jump_to(offset: int, limit: int, total: int) -> Jump:
    """The shorter way to that place of a list."""
    most = max(0, min(limit, total - offset))
    turned = offset > total // 2
    return Jump(total - offset - most if turned else offset, most, turned)


def merged(
    way: Jump, descending: bool, moved: Keyed, written: Callable[[int, int], Keyed]
) -> list[int]:
    """The numbers there of a list made of two, both sorted alike: the few that time alone has moved
    and the many as written, of which ``written(skipped, most)`` gives some.

    Of the many no more than ``len(moved)`` too few are passed over, so that only those of the few
    that stand behind the first one given can belong to the place.
    """
    begun = max(0, way.skipped - len(moved))
    many = list(written(begun, way.skipped - begun + way.most))
    if begun and many:
        here = [one for one in moved if _not_before(one, many[0], descending)]
    else:
        here = list(moved)
    first = begun + len(moved) - len(here)
    there = sorted([*many, *here], reverse=descending)
    return [number for _key, number in there[way.skipped - first :][: way.most]]


def _not_before(
    one: tuple[Moment | str, int], other: tuple[Moment | str, int], descending: bool
) -> bool:
    return one <= other if descending else one >= other
