"""The inbox of a centre on a server: each person's own statements under the policies, beside the
same question written by hand.

By hand means: as the owner, whom no policy binds, with everything about the person written in as
literals, over the same indexes. Wall time at the client, taken in turns; both must give the very
same cases. 10,000 cases; 100,000 and 1,000,000 (five million events) with ``--deep``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

import psycopg
import pytest

from tests.bench.crowded_server import crowded_server
from tests.bench.figures import FigureTable, in_turns, ratio
from tests.store.server.centres import ServerCentre
from tests.store.server.cluster import QUIET, Cluster, cluster
from tests.store.world import MONDAY, NINE
from workbench.rules.case import ENDED, POOL, State
from workbench.rules.case_view import (
    DueWithin,
    Worklist,
    WorklistFilter,
    WorklistOrder,
    WorklistQuery,
    WorklistRow,
)
from workbench.rules.facts import DECIDED_SIGHT
from workbench.rules.moment import DAY, at_local
from workbench.store.case_rows import CASE_FIELDS
from workbench.store.columns import NO_DUE
from workbench.store.server import connecting
from workbench.store.server.line import Line, Look, Question
from workbench.store.server.server_lists import MANY, ServerLists, page_of
from workbench.store.shelf import Shelf

pytestmark = [pytest.mark.timeout(3_000), pytest.mark.long(40)]
"""The largest centre takes minutes to fill."""

Run = Callable[[], list[Any]]
LAST: Final = "chr(1114111)"
COLUMNS: Final = ", ".join(f"c.{name}" for name in CASE_FIELDS)
DUE: Final = f"CASE WHEN c.settle_at <= {NINE} THEN c.settle_due ELSE c.sort_due END"
SHOWN: Final = f"CASE WHEN c.settle_at <= {NINE} THEN c.settle_to ELSE c.state END"
PERSONS: Final = {
    "d00a": "representative, largest department", "d30a": "representative, small department",
    "rev0x": "reviewer", "sup0": "supervisor", "seal0": "custodian",
}  # fmt: skip


def _states(states: object) -> str:
    return ", ".join(f"'{one.value}'" for one in states)  # type: ignore[attr-defined]


POOLED: Final = _states(POOL)
OPEN: Final = _states(one for one in State if one not in ENDED)


def by_hand(login: str) -> str:
    """Which cases the person sees, written by somebody who knows him."""
    if login.startswith("rev"):
        code = f"d{int(login[3:-1]):02d}"
        return (f"c.state IN ({POOLED}) AND (c.reviewer = '{login}' OR c.department = '{code}'"
                " AND c.reviewer IS NULL)")  # fmt: skip
    if login.startswith("seal"):
        return f"c.calls && ARRAY['open:seal_request', 'did:stamp:{login}']"
    if login.startswith("sup"):
        return "true"
    here = f"c.department = '{login[:3]}'"
    return f"""({here} AND c.state IN ({POOLED})
        OR c.decided_by = '{login}' AND c.decided_at > {NINE - DECIDED_SIGHT}
            AND c.state IN ('closed', 'archived') AND {here}
        OR c.handlers @> ARRAY['{login}'] AND c.state IN ({OPEN}) AND {here}
        OR c.case_id = ANY (ARRAY(SELECT t.case_id FROM wb.task t WHERE t.kind = 'opinion'
            AND t.department = '{login[:3]}' AND t.state = 'open')))"""


@pytest.fixture(scope="module")
def benched() -> Iterator[Cluster]:
    """A server of its own; nothing in it has to survive a crash."""
    with cluster(**QUIET, shared_buffers="1GB") as made:
        yield made


@pytest.fixture(scope="module")
def busy_server(request: pytest.FixtureRequest, benched: Cluster) -> Iterator[ServerCentre]:
    """A centre with that many cases (``pytest_generate_tests`` of the folder)."""
    with crowded_server(benched, request.param) as made:
        yield made


class Both:
    """A person's own connection and the owner's."""

    def __init__(self, server: ServerCentre, login: str) -> None:
        def reach(name: str) -> psycopg.Connection[Any]:
            url = server.cluster.url(server.name, name).replace("postgresql+psycopg", "postgresql")
            made = psycopg.connect(url, autocommit=True, prepare_threshold=0)
            made.execute("SET jit = off")
            return made

        self.login, self._person, self._owner = login, reach(login), reach("cluster_admin")

    def ours(self, text: str, values: Any = ()) -> Run:
        return lambda: self._person.execute(text, values).fetchall()

    def together(self, runs: Sequence[Run]) -> None:
        """In one transaction, whose settings end with it."""
        with self._person.transaction():
            for run in runs:
                run()

    def hand(self, text: str) -> Run:
        return lambda: self._owner.execute(text).fetchall()  # type: ignore[arg-type]

    def close(self) -> None:
        self._person.close()
        self._owner.close()


@pytest.fixture(params=list(PERSONS))
def both(request: pytest.FixtureRequest, busy_server: ServerCentre) -> Iterator[Both]:
    made = Both(busy_server, request.param)
    yield made
    made.close()


def page_by_hand(where: str, walked: bool, after: tuple[int, int] | None = None) -> str:
    """Gathered and sorted; or walked along the due moments, for who sees very much: as ours."""
    keyed = f" AND ({DUE}, c.case_id) > {after}" if after else ""
    rows = f"SELECT {COLUMNS}, {SHOWN}, {DUE} AS due FROM wb.case_file c WHERE ({where})"
    if not walked:
        return f"{rows}{keyed} ORDER BY due, c.case_id LIMIT 200"
    parts = [
        f"({rows} AND {truth}{f' AND (c.{due}, c.case_id) > {after}' if after else ''}"
        f" ORDER BY c.{due}, c.case_id LIMIT 200)"
        for truth, due in ((f"coalesce(c.settle_at, {NO_DUE}) > {NINE}", "sort_due"),
                           (f"c.settle_at <= {NINE}", "settle_due"))
    ]  # fmt: skip
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) x ORDER BY x.due, x.case_id LIMIT 200"


def counts_by_hand(where: str, login: str) -> str:
    return (
        "SELECT c.state, count(*), "
        f"count(*) FILTER (WHERE c.holder = '{login}' OR c.reviewer = '{login}'), "
        f"array_agg(c.settle_to) FILTER (WHERE c.settle_at <= {NINE}) "
        f"FROM wb.case_file c WHERE {where} GROUP BY c.state"
    )


def applied_by_hand(where: str, condition: str) -> str:
    return (
        f"SELECT {COLUMNS}, {SHOWN}, {DUE} AS due FROM wb.applicant a JOIN wb.case_file c "
        f"USING (case_id) WHERE {condition} AND ({where}) ORDER BY due, c.case_id LIMIT 201"
    )


def compare(table: FigureTable, what: str, ours: Run, hand: Run, rounds: int) -> None:
    """Both give the same rows; then, in turns, how long each takes."""
    mine, theirs = ours(), hand()
    assert sorted(row[0] for row in mine) == sorted(row[0] for row in theirs), what
    for _turn in range(3 if rounds > 1 else 0):
        ours(), hand()
    taken = in_turns(rounds, ours=ours, hand=hand)
    more = f"{taken['ours'] - taken['hand']:+.2f}"
    table.add(what, len(mine), taken["hand"], taken["ours"], ratio(taken, "ours", "hand"), more)


def test_each_question_beside_the_one_by_hand(
    both: Both, busy_server: ServerCentre, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """Page, next page, badges, search by number, applicant's number and name."""
    where, counts = by_hand(both.login), both.ours("SELECT * FROM wb.inbox_counts()")
    counted = {row[0]: row[1] for row in counts()}
    total = sum(counted.values())
    size = int(busy_server.name.rpartition("_")[2])
    often = 25 if depth > 1 else 1
    rounds = 9 if total > MANY and depth > 1 else often
    columns = ("question", "rows", "by hand ms", "policies ms", "ratio", "more ms")
    table = FigureTable(f"Server, {size:,} cases: {PERSONS[both.login]}, sees {total:,}", columns)

    known = {"all": total, **counted}
    asked = page_of(WorklistQuery(), "", known)
    first = both.ours(*asked)
    compare(table, "inbox page", first,
            both.hand(page_by_hand(where, "walk" in asked[0])), rounds)  # fmt: skip
    rows = first()
    if len(rows) == 200:
        after = (int(rows[-1][-1]), int(rows[-1][0]))
        asked = page_of(WorklistQuery(after=after), "", known)
        compare(table, "next page", both.ours(*asked),
                both.hand(page_by_hand(where, "walk" in asked[0], after)), rounds)  # fmt: skip
    compare(table, "badges", counts, both.hand(counts_by_hand(where, both.login)), rounds)

    case_id, case_no, short_no = (rows[len(rows) // 2][n] for n in (0, 1, 2))
    for what, text, condition in (
        ("case number", case_no, f"c.case_no = '{case_no}'"),
        ("short number's end", short_no[-6:], f"c.short_end >= reverse('{short_no[-6:]}') AND "
         f"c.short_end < reverse('{short_no[-6:]}') || {LAST}"),
    ):  # fmt: skip
        found = both.ours(*page_of(WorklistQuery(text=text), text, {}))
        hand = both.hand(page_by_hand(f"({where}) AND {condition}", False))
        compare(table, what, found, hand, often)

    person = both.hand(f"SELECT name, id_number FROM wb.applicant WHERE case_id = {case_id}")
    name, number = person()[0]
    part = name.removeprefix("青云").removesuffix("贸易有限公司")[-2:]
    for what, by, text, condition in (
        ("applicant's number", "number", number, f"a.id_number = '{number}'"),
        ("two characters of a name", "name", part, f"position('{part}' IN a.name) > 0"),
        ("of every third name", "name", "有限", "position('有限' IN a.name) > 0"),
    ):
        looked = both.ours(
            "SELECT * FROM wb.inbox_chosen(wb.look_up_applicant(%s, %s, 'bench'))", (by, text)
        )
        newest = both.hand(applied_by_hand(where, condition))
        if len(newest()) <= 200:
            compare(table, what, looked, newest, often)
        else:
            taken = in_turns(often, ours=looked)["ours"]
            table.add(what, len(looked()), "–", taken, "–", "–")
    measured(table)


def test_the_whole_list(
    busy_server: ServerCentre, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """``worklist`` as the desk calls it: two round trips, rows to records, clocks, names."""
    size = int(busy_server.name.rpartition("_")[2])
    table = FigureTable(f"Server, {size:,} cases: worklist", ("who", "cases", "ms", "rows"))
    for login, who in PERSONS.items():
        engine = connecting.make_engine(busy_server.address, login, None)
        line = Line(busy_server.address, engine)
        lists = ServerLists(line, Shelf(), login)
        found = lists.worklist(WorklistQuery())
        assert found.total == found.counts["all"] and len(found.rows) == min(found.total, 200)
        taken = in_turns(
            7 if depth > 1 else 1, page=lambda lists=lists: lists.worklist(WorklistQuery())
        )
        table.add(who, found.total, taken["page"], len(found.rows))
        line.close()
    measured(table)


# -- other orders, filters, places far down ------------------------------------------------------

BY: Final = {
    WorklistOrder.DUE: "c.sort_due", WorklistOrder.NUMBER: "c.case_no",
    WorklistOrder.RECEIVED: f"coalesce(c.received_at, {NO_DUE})",
    WorklistOrder.ITEM: "c.item_code", WorklistOrder.HOLDER: "coalesce(c.holder, '')",
}  # fmt: skip
BESIDE: Final = ("inbox_clocks", "inbox_open", "inbox_voiding", "item_version", "my_known")
"""What is asked about the rows of a page that is known already, and about the person."""
SPAN: Final = f"BETWEEN {NINE + 1} AND {at_local(MONDAY + timedelta(days=1)) - 1}"


def questions(rows: Sequence[WorklistRow], total: int) -> Iterator[tuple[str, WorklistQuery, str]]:
    """Name, question, and by hand what a case must be."""
    for order in WorklistOrder:
        yield f"sorted by {order}", WorklistQuery(order=order), "true"
        yield f"{order}, downwards", WorklistQuery(order=order, descending=True), "true"
        for share in (0.5, 0.9):
            jump = WorklistQuery(order=order, offset=int(total * share))
            yield f"{order}, jump to {share:.0%}", jump, "true"
    item, holder = rows[0].case.item_code, rows[0].case.reviewer or "rev0x"
    number = WorklistOrder.NUMBER
    for name, asked, truth in (
        ("item", WorklistFilter(items=(item,)), f"c.item_code = '{item}'"),
        ("site", WorklistFilter(sites=("hall",)), "c.site = 'hall'"),
        ("holder", WorklistFilter(holders=(holder,)), f"c.holder = '{holder}'"),
        ("due today", WorklistFilter(due=DueWithin.TODAY), f"{DUE} {SPAN}"),
        ("ten days of receipt",
         WorklistFilter(received_from=NINE - 30 * DAY, received_to=NINE - 20 * DAY),
         f"c.received_at >= {NINE - 30 * DAY} AND c.received_at < {NINE - 20 * DAY}"),
        ("no channel", WorklistFilter(channels=("x",)), "c.channel = 'x'"),
    ):
        yield f"filter: {name}", WorklistQuery(filter=asked), truth
        yield f"filter: {name}, by number", WorklistQuery(filter=asked, order=number), truth


def recorded(
    lists: ServerLists, query: WorklistQuery, monkeypatch: pytest.MonkeyPatch
) -> tuple[Worklist, list[Question]]:
    """The answer, and what was asked for its counts and its page."""
    seen: list[Question] = []
    ask = Look.ask

    def noting(look: Look, *asked: Question, last: bool = False) -> list[list[tuple[Any, ...]]]:
        seen.extend(one for one in asked if not any(word in one[0] for word in BESIDE))
        return ask(look, *asked, last=last)

    with monkeypatch.context() as patched:
        patched.setattr(Look, "ask", noting)
        return lists.worklist(query), seen


def far_by_hand(where: str, query: WorklistQuery, total: int) -> str:
    """Numbers along the order, from the nearer end where it is far down; then their rows."""
    by, skipped = BY[query.order], query.offset
    turned = skipped > total // 2
    most = min(query.limit, total - skipped)
    way = " DESC" if turned is not query.descending else ""
    some = f"LIMIT {most} OFFSET {total - skipped - most if turned else skipped}"
    if total <= MANY:
        gathered = f"SELECT c.case_id, {by} AS k FROM wb.case_file c WHERE {where} OFFSET 0"
        numbers = f"SELECT x.case_id FROM ({gathered}) x ORDER BY x.k{way}, x.case_id{way} {some}"
    else:
        order = f"ORDER BY {by}{way}, c.case_id{way}"
        numbers = f"SELECT c.case_id FROM wb.case_file c WHERE {where} {order} {some}"
    rows = f"SELECT {COLUMNS}, {SHOWN}, {DUE} AS due FROM wb.case_file c"
    return f"{rows} WHERE c.case_id = ANY (ARRAY({numbers})) ORDER BY {by}, c.case_id"


@pytest.mark.parametrize("login", ["d00a", "sup0"])
def test_orders_filters_and_jumps(
    login: str, busy_server: ServerCentre, depth: int, monkeypatch: pytest.MonkeyPatch,
    measured: Callable[[FigureTable], None],
) -> None:  # fmt: skip
    """Badges and page of each, as the desk asks for both at once, beside both by hand."""
    where, size = by_hand(login), int(busy_server.name.rpartition("_")[2])
    engine = connecting.make_engine(busy_server.address, login, None)
    line, both = Line(busy_server.address, engine), Both(busy_server, login)
    lists = ServerLists(line, Shelf(), login)
    whole = lists.worklist(WorklistQuery())
    table = FigureTable(
        f"Server, {size:,} cases: {PERSONS[login]}, sees {whole.total:,}: badges and page",
        ("question", "fit", "by hand ms", "policies ms", "ratio", "more ms", "worklist ms"),
    )
    every = list(questions(whole.rows, whole.total))
    for name, query, truth in every if depth > 1 else every[::4]:
        found, asked = recorded(lists, query, monkeypatch)
        here = f"({where}) AND {truth}"
        hand = [counts_by_hand(here, login), far_by_hand(here, query, found.total)]
        by_one = [row[0] for row in both.hand(hand[1])()]
        if query.order is not WorklistOrder.DUE:
            # By hand those that time has moved on stand where they stood.
            assert sorted(by_one) == sorted(row.case.case_id for row in found.rows), name
        assert len(by_one) == len(found.rows) or not found.total
        ours = [both.ours(*one) for one in asked]
        taken = in_turns(
            5 if depth > 1 else 1,
            ours=lambda ours=ours: both.together(ours),
            hand=lambda hand=hand: [both.hand(one)() for one in hand],
            whole=lambda query=query: lists.worklist(query),
        )
        more = f"{taken['ours'] - taken['hand']:+.2f}"
        table.add(name, found.total, taken["hand"], taken["ours"], ratio(taken, "ours", "hand"),
                  more, taken["whole"])  # fmt: skip
    line.close()
    both.close()
    measured(table)
