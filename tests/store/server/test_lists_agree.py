"""Orders, filters, paging and jumping of the inbox: file, server and plain Python say the same.

The reference takes everything that a person's whole list holds, which other tests compare with the
rules, and sorts, filters and counts it in Python. Questions are drawn by a seeded chance; whichever
way the databases are led, rows, counts and totals must be the reference's.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from tests.store.conftest import copied
from tests.store.histories import history
from tests.store.server.centres import ServerCentre
from tests.store.server.cluster import Cluster
from tests.store.server.copies import copy_rows, give_login
from tests.store.test_facts_agree import moments
from tests.store.world import REPRESENTATIVES, World, new_world
from workbench.rules.case import POOL
from workbench.rules.case_view import (
    NO_FILTER,
    DueWithin,
    Worklist,
    WorklistFilter,
    WorklistOrder,
    WorklistQuery,
    WorklistRow,
)
from workbench.rules.moment import DAY, HOUR, Moment, at_local, to_local
from workbench.store import worklists
from workbench.store.columns import NO_DUE
from workbench.store.server import connecting, server_lists
from workbench.store.server.line import Line
from workbench.store.server.server_lists import ServerLists
from workbench.store.shelf import Shelf

WHO = (*REPRESENTATIVES, "ma", "wang", "tang", "lin", "deng")
BUSY = ("tang", "zhang", "ma", "wang")
"""Who sees something at most times."""
WAYS = ((2_000, 20_000, 100_000), (2, 2, 2), (-1, -1, -1))
"""Up to how many cases a list is gathered: all, some, none."""


@dataclass
class Lived:
    """One past, in a file and on a server."""

    world: World
    server: ServerCentre
    lists: dict[str, ServerLists]
    moments: Sequence[Moment]

    def at(self, now: Moment) -> None:
        self.world.clock.set(now)
        self.server.set_moment(now)

    def both(self, who: str, query: WorklistQuery) -> Worklist:
        """The same answer of both, but for the words that only one of them can know."""
        on_file = self.world.as_(who).worklist(query)
        there = self.lists[who].worklist(query)
        assert there.rows == on_file.rows, (who, query)
        assert (there.total, there.counts) == (on_file.total, on_file.counts), (who, query)
        return there


@pytest.fixture(scope="module")
def lived(
    postgres: Cluster, founded_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    """A centre with a past; the tests only look at it."""
    with (
        copied(postgres, founded_server) as server,
        new_world(tmp_path_factory.mktemp("lived")) as world,
    ):
        history(world, random.Random(7), cases=14, steps=60)
        give_login(server, "dai", "representative")
        with world.centre.administration(writing=False) as unit:
            copy_rows(unit.sql, server)
        lines = {
            login: Line(server.address, connecting.make_engine(server.address, login, None))
            for login in WHO
        }
        lists = {who: ServerLists(line, Shelf(), who) for who, line in lines.items()}
        yield Lived(world, server, lists, sorted(moments(world)))
        for line in lines.values():
            line.close()


# -- the reference ------------------------------------------------------------------------------


def due_of(row: WorklistRow) -> Moment:
    """From the key of a list by due moments."""
    assert isinstance(row.key[0], int)
    return row.key[0]


def key_of(order: WorklistOrder, row: WorklistRow) -> tuple[Moment | str, int]:
    one = row.case
    keys: dict[WorklistOrder, Moment | str] = {
        WorklistOrder.DUE: due_of(row), WorklistOrder.NUMBER: one.case_no,
        WorklistOrder.RECEIVED: NO_DUE if one.received_at is None else one.received_at,
        WorklistOrder.ITEM: one.item_code, WorklistOrder.HOLDER: one.holder or "",
    }  # fmt: skip
    return keys[order], one.case_id


def within(due: DueWithin, moment: Moment, now: Moment) -> bool:
    midnight = at_local(to_local(now + DAY).date())
    if due is DueWithin.OVERDUE:
        return moment <= now
    last = {DueWithin.HOUR: now + HOUR, DueWithin.TODAY: midnight - 1,
            DueWithin.SEVEN_DAYS: now + 7 * DAY}[due]  # fmt: skip
    return now < moment <= last


def fits(row: WorklistRow, query: WorklistQuery, now: Moment) -> bool:
    one, asked = row.case, query.filter
    return (
        (not asked.items or one.item_code in asked.items)
        and (not asked.channels or one.channel in asked.channels)
        and (not asked.sites or one.site in asked.sites)
        and (not asked.holders or (one.holder or "") in asked.holders)
        and (asked.due is None or within(asked.due, due_of(row), now))
        and (asked.received_from is None
             or (one.received_at is not None and one.received_at >= asked.received_from))
        and (asked.received_to is None
             or (one.received_at is not None and one.received_at < asked.received_to))
        and (query.cases is None or one.case_id in query.cases)
    )  # fmt: skip


def in_group(row: WorklistRow, group: str, who: str) -> bool:
    if group == "mine":
        return who in (row.case.holder, row.case.reviewer)
    return group == "all" or row.shown_state in (POOL if group == "pool" else (group,))


def reference(
    whole: Sequence[WorklistRow], query: WorklistQuery, who: str, now: Moment
) -> tuple[list[WorklistRow], Counter[str]]:
    """Everything in the group, in order, and the numbers of all groups."""
    fitting = [row for row in whole if fits(row, query, now)]
    counts = Counter(row.shown_state.value for row in fitting)
    counts["all"] = len(fitting)
    counts["mine"] = sum(in_group(row, "mine", who) for row in fitting)
    found = [row for row in fitting if in_group(row, query.group, who)]
    found.sort(key=lambda row: key_of(query.order, row), reverse=query.descending)
    return [replace(row, key=key_of(query.order, row)) for row in found], counts


def drawn(chance: random.Random, whole: Sequence[WorklistRow], now: Moment) -> WorklistQuery:
    """Any question, often one that finds something."""

    def some(values: Sequence[str]) -> tuple[str, ...]:
        known = sorted(set(values))
        return tuple(chance.sample(known, min(len(known), chance.choice((0, 0, 0, 2)))))

    cases = [row.case for row in whole]
    asked = NO_FILTER
    if chance.random() < 0.6:
        asked = WorklistFilter(
            some([one.item_code for one in cases]), some([one.channel for one in cases]),
            some([one.site for one in cases]), some([one.holder or "" for one in cases]),
            chance.choice((None, None, *DueWithin)),
            chance.choice((None, None, now - chance.randrange(10) * DAY)),
            chance.choice((None, None, now - chance.randrange(5) * DAY)),
        )
    groups = ("all", "all", "all", "mine", "pool", *(row.shown_state.value for row in whole[:4]))
    numbers = None
    if chance.random() < 0.15:
        numbers = (*(one.case_id for one in cases if chance.random() < 0.5), 999)
    return WorklistQuery(
        chance.choice(groups), order=chance.choice(list(WorklistOrder)),
        descending=chance.random() < 0.5, filter=asked, limit=chance.choice((2, 3, 200)),
        cases=numbers,
    )


# -- the tests ----------------------------------------------------------------------------------


def ways(monkeypatch: pytest.MonkeyPatch, few: int, many: int, numbers: int) -> None:
    monkeypatch.setattr(worklists, "FEW", few)
    for module in (worklists, server_lists):
        monkeypatch.setattr(module, "MANY", many)
    monkeypatch.setattr(worklists, "MANY_NUMBERS", numbers)


def test_every_question_has_one_answer(
    lived: Lived, depth: int, monkeypatch: pytest.MonkeyPatch,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    """Pages to the end, back from there, and a jump to everywhere, beside the plain sorting."""
    chance, asked, rows = random.Random(41), 0, 0
    for now in lived.moments[:: max(1, len(lived.moments) // 2)]:
        lived.at(now)
        for who in WHO if depth > 1 else BUSY:
            monkeypatch.undo()
            first = lived.both(who, WorklistQuery(limit=1_000))
            whole = first.rows
            for number in range(3 * depth):
                ways(monkeypatch, *WAYS[number % 3])
                query = drawn(chance, whole, now)
                wanted, counts = reference(whole, query, who, now)
                if query.group == "pool" and not first.counts["pool"]:
                    wanted = []  # After a shift nobody has a pool, whatever he still sees.
                found = walked(lived, who, query, wanted, counts)
                back = replace(query, descending=not query.descending)
                assert walked(lived, who, back, wanted[::-1], counts) == found[::-1]
                for place in {0, 1, len(wanted) // 2, max(0, len(wanted) - 1), len(wanted)}:
                    page = lived.both(who, replace(query, offset=place)).rows
                    assert list(page) == wanted[place : place + query.limit], (who, query, place)
                asked, rows = asked + 1, rows + len(found)
    assert rows > 30
    counted("questions to the inbox alike on both engines and in Python", asked)


def walked(
    lived: Lived, who: str, query: WorklistQuery, wanted: list[WorklistRow],
    counts: Counter[str],
) -> list[WorklistRow]:  # fmt: skip
    """All pages by their keys; totals and badges on the way."""
    rows: list[WorklistRow] = []
    page = lived.both(who, query)
    assert page.total == len(wanted), (who, query)
    for group, number in counts.items():
        assert page.counts.get(group, 0) == number, (who, query, group)
    while page.rows:
        rows += page.rows
        page = lived.both(who, replace(query, after=page.rows[-1].key))
    assert rows == wanted, (who, query)
    return rows


def test_a_search_by_number_is_sorted_and_filtered_too(lived: Lived) -> None:
    lived.at(lived.moments[-1])
    whole = lived.both("tang", WorklistQuery(limit=1_000)).rows
    begins = whole[0].case.short_no[:5]
    for order in WorklistOrder:
        query = WorklistQuery(text=begins, order=order, descending=True, limit=2, offset=1)
        found = [row for row in whole if row.case.short_no.startswith(begins)]
        wanted, _counts = reference(found, replace(query, text=""), "tang", 0)
        assert [row.case.case_id for row in lived.both("tang", query).rows] == [
            row.case.case_id for row in wanted[1:3]
        ]
        item = WorklistFilter(items=(found[0].case.item_code,))
        one = lived.both("tang", replace(query, offset=0, limit=200, filter=item))
        assert one.total == sum(row.case.item_code == item.items[0] for row in found)


def test_an_empty_list_says_that_it_is_filtered(lived: Lived) -> None:
    lived.at(lived.moments[-1])
    none = WorklistQuery(filter=WorklistFilter(items=("no such item",)))
    found = lived.both("tang", none)
    assert (found.rows, found.total, found.counts["all"]) == ((), 0, 0)
    assert found.empty_because == lived.world.as_("tang").worklist(none).empty_because
    assert "filtered" in found.empty_because
    assert lived.both("tang", WorklistQuery(cases=())).total == 0
