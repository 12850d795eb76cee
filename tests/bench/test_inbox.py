"""The inbox at 10,000 cases (100,000 with ``--deep``): what visibility costs over the bare query.

The store's own statements are caught on their way to the driver and run again beside a query
written by hand, which knows who the person is and asks nobody. Processor time of one thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import event as happenings
from sqlalchemy import func, select

from tests.bench.crowded_centre import ITEMS, Crowd
from tests.bench.figures import FigureTable, cpu_in_turns, in_turns
from tests.store.world import MONDAY, NINE
from workbench.rules.case import POOL, State
from workbench.rules.case_view import (
    DueWithin,
    Worklist,
    WorklistFilter,
    WorklistOrder,
    WorklistQuery,
)
from workbench.rules.facts import DECIDED_SIGHT
from workbench.rules.moment import DAY, at_local
from workbench.store.case_rows import CASE_FIELDS
from workbench.store.columns import NO_DUE
from workbench.store.tables import applicant

pytestmark = [pytest.mark.timeout(600), pytest.mark.long(11)]
"""The crowded centre is filled once, in whichever test comes first."""

Statement = tuple[str, tuple[Any, ...]]
COLUMNS: Final = ", ".join(CASE_FIELDS)
DUE: Final = f"CASE WHEN settle_at <= {NINE} THEN settle_due ELSE sort_due END"
SHOWN: Final = f"CASE WHEN settle_at <= {NINE} THEN settle_to ELSE state END"
IDS: Final = "SELECT case_id FROM case_file WHERE"


def _states(*states: State) -> str:
    return ", ".join(f"'{one.value}'" for one in states)


POOLED: Final = _states(*POOL)
AFTER_POOL: Final = _states(State.PENDING_SEAL, State.PENDING_ISSUE, State.ISSUED)
AT_WINDOW: Final = _states(
    *(x for x in State if x not in (State.CLOSED, State.ARCHIVED, State.QUARANTINED))
)


def _representative(who: str) -> str:
    """On duty in his department; his own open cases beyond the pool; his decisions of 90 days."""
    code = who[:3]
    steps = "SELECT 1 FROM event e WHERE e.case_id = case_file.case_id"
    own = f"EXISTS ({steps} AND e.actor || '' = '{who}')"
    return f"""case_id IN ({IDS} department = '{code}' AND state IN ({POOLED})
        UNION ALL {IDS} department = '{code}' AND state IN ({AFTER_POOL}) AND {own}
        UNION ALL {IDS} decided_by = '{who}' AND decided_at > {NINE - DECIDED_SIGHT}
            AND state IN ('closed', 'archived'))"""


def _reviewer(who: str) -> str:
    code = f"d{int(who[3:]):02d}"
    return f"""case_id IN ({IDS} reviewer = '{who}' AND state IN ({POOLED})
        UNION ALL {IDS} department = '{code}' AND state IN ({POOLED}) AND reviewer IS NULL)"""


CUSTODIAN: Final = """case_id IN (
    SELECT case_id FROM task WHERE kind = 'seal_request' AND state IN ('open', 'prepared')
    UNION ALL SELECT case_id FROM event WHERE actor = 'lin' AND kind = 'stamp')"""

PERSONS: Final = {
    "d00A": ("representative, largest department", _representative("d00A")),
    "d20A": ("representative, small department", _representative("d20A")),
    "rev0": ("reviewer", _reviewer("rev0")),
    "win0": ("window", f"site = 'hall' AND state IN ({AT_WINDOW})"),
    "tang": ("supervisor", "1"),
    "lin": ("custodian", CUSTODIAN),
}
"""Login: who that is, and by hand which cases his list holds."""


@pytest.fixture
def rounds(depth: int) -> int:
    """How often each is run in turns; once where only the answers are looked at."""
    return 7 if depth > 1 else 1


@pytest.fixture(scope="module")
def raw(crowd: Crowd) -> Iterator[sqlite3.Connection]:
    """A connection of the bench's own to the same file."""
    with closing(sqlite3.connect(crowd.path)) as connection:
        yield connection


def caught(crowd: Crowd, login: str, query: WorklistQuery) -> tuple[Worklist, list[Statement]]:
    """The list, and the statements over cases that the store asked for it: counts, then page.

    What is asked about the cases of a page that is known already (T23b) is in the whole list's
    time (``test_the_whole_list``), not here.
    """
    session, seen = crowd.as_(login), list[Statement]()

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_more: Any) -> None:
        of_the_page = text.partition("FROM")[0].split() == ["SELECT", "case_file.case_id"]
        if "FROM case_file" in text and not text.startswith("SELECT EXISTS") and not of_the_page:
            seen.append((text, tuple(values)))

    engine = crowd.centre._engine
    happenings.listen(engine, "before_cursor_execute", note)
    try:
        return session.worklist(query), seen
    finally:
        happenings.remove(engine, "before_cursor_execute", note)


def bare_page(where: str, query: WorklistQuery) -> str:
    more = f" AND ({DUE}, case_id) > ({query.after[0]}, {query.after[1]})" if query.after else ""
    return (
        f"SELECT {COLUMNS}, {SHOWN} FROM case_file WHERE {where}{more}"
        f" ORDER BY {DUE}, case_id LIMIT {query.limit}"
    )


def bare_counts(where: str, login: str) -> str:
    mine = f"sum(CASE WHEN holder = '{login}' OR reviewer = '{login}' THEN 1 ELSE 0 END)"
    return f"SELECT {SHOWN} AS shown, count(*), {mine} FROM case_file WHERE {where} GROUP BY shown"


def runner(raw: sqlite3.Connection, *statements: Statement) -> Callable[[], list[Any]]:
    """Runs them one after the other and gives the rows of the last."""

    def run() -> list[Any]:
        rows: list[Any] = []
        for text, values in statements:
            rows = raw.execute(text, values).fetchall()
        return rows

    return run


def after_of(found: Worklist) -> tuple[int, int]:
    """The key of the last row, as the desk sends it for the next page."""
    return found.rows[-1].key


def compare(
    table: FigureTable, name: str, rows: int, ours: Callable[[], Any], bare: Callable[[], Any],
    rounds: int,
) -> None:  # fmt: skip
    taken = cpu_in_turns(rounds, ours=ours, bare=bare)
    more = taken["ours"] - taken["bare"]
    ratio = f"{taken['ours'] / max(taken['bare'], 1e-3):.2f}x"
    table.add(name, rows, taken["bare"], taken["ours"], ratio, f"{more:+.2f}")


def new_table(crowd: Crowd, what: str) -> FigureTable:
    columns = ("question", "cases", "bare ms", "ours ms", "ratio", "more ms")
    return FigureTable(f"Inbox, {crowd.size:,} cases: {what}", columns)


def test_page_and_counts(
    crowd: Crowd, raw: sqlite3.Connection, rounds: int, measured: Callable[[FigureTable], None]
) -> None:
    """First page, counts and next page of each role, beside the query written by hand."""
    table = new_table(crowd, "SQL alone, with visibility and by hand")
    for login, (who, where) in PERSONS.items():
        first = WorklistQuery()
        found, (written, moved, page) = caught(crowd, login, first)
        by_hand = runner(raw, (bare_page(where, first), ()))
        assert [row[0] for row in by_hand()] == [row.case.case_id for row in found.rows]
        compare(table, f"{who}: first page", found.total, runner(raw, page), by_hand, rounds)

        counts = runner(raw, (bare_counts(where, login), ()))
        assert {row[0]: row[1] for row in counts()}.items() <= found.counts.items()
        ours = runner(raw, written, moved)
        compare(table, f"{who}: counts", found.total, ours, counts, rounds)

        if len(found.rows) < found.total:
            following = WorklistQuery(after=after_of(found))
            more, (*_counts, page) = caught(crowd, login, following)
            by_hand = runner(raw, (bare_page(where, following), ()))
            assert [row[0] for row in by_hand()] == [row.case.case_id for row in more.rows]
            compare(table, f"{who}: next page", found.total, runner(raw, page), by_hand, rounds)
    measured(table)


def test_search(
    crowd: Crowd, raw: sqlite3.Connection, rounds: int, measured: Callable[[FigureTable], None]
) -> None:
    """A whole case number and the end of a short number, among all and among a few."""
    table = new_table(crowd, "search by number")
    for login in ("d00A", "win0", "tang"):
        who, where = PERSONS[login]
        wanted = crowd.as_(login).worklist(WorklistQuery()).rows[5].case
        for what, text in (("case number", wanted.case_no), ("short end", wanted.short_no[-6:])):
            query = WorklistQuery(text=text)
            found, (*_counts, page) = caught(crowd, login, query)
            assert wanted.case_id in {row.case.case_id for row in found.rows}
            by_number = f"({where}) AND (case_no LIKE '{text}%' OR short_no LIKE '%{text}')"
            by_hand = runner(raw, (bare_page(by_number, query), ()))
            assert [row[0] for row in by_hand()] == [row.case.case_id for row in found.rows]
            ours = runner(raw, page)
            compare(table, f"{who}: {what}", found.total, ours, by_hand, rounds)
    measured(table)


def test_the_whole_list(
    crowd: Crowd, rounds: int, measured: Callable[[FigureTable], None]
) -> None:
    """``session.worklist`` as the desk calls it: SQL, rows to records, counts, clocks, names."""
    columns = ("who", "cases", "first page ms", "one group ms", "rows")
    table = FigureTable(f"Inbox, {crowd.size:,} cases: session.worklist", columns)
    table.notes.append("Processor time of the whole call.")
    for login, (who, _where) in PERSONS.items():
        session = crowd.as_(login)
        first, group = WorklistQuery(), WorklistQuery(group="pending_seal")
        found = session.worklist(first)
        assert found.total == found.counts["all"] > 0
        assert len(found.rows) == min(found.total, first.limit)
        assert session.worklist(group).total == found.counts.get("pending_seal", 0)
        taken = cpu_in_turns(
            rounds,
            page=lambda session=session, query=first: session.worklist(query),
            group=lambda session=session, query=group: session.worklist(query),
        )
        table.add(who, found.total, taken["page"], taken["group"], len(found.rows))
    measured(table)


@pytest.mark.parametrize("login", ["d00A", "tang", "lin"])
def test_every_group_holds_what_its_count_says(login: str, crowd: Crowd) -> None:
    """Counts and pages are led to the cases by different ways; deemed states stand in both."""
    session = crowd.as_(login)
    counts = session.worklist(WorklistQuery()).counts
    for group, number in counts.items():
        page = session.worklist(WorklistQuery(group=group))
        assert page.total == number
        assert len(page.rows) == min(number, 200), group
        states = {row.shown_state for row in page.rows}
        if group not in ("all", "mine", "pool"):
            assert states <= {State(group)}
        if group == "pool":
            assert states <= set(POOL)
    assert sum(counts[one.value] for one in State if one.value in counts) == counts["all"]


def test_the_seal_queue(crowd: Crowd, measured: Callable[[FigureTable], None]) -> None:
    """What the custodian's desk asks for."""
    session = crowd.as_("lin")
    waiting = session.seal_queue()
    assert {one.case.state for one in waiting} == {State.PENDING_SEAL}
    taken = cpu_in_turns(3, queue=session.seal_queue)["queue"]
    table = FigureTable(f"Seal queue, {crowd.size:,} cases", ("what", "ms", "ms a document"))
    table.add(f"{len(waiting)} documents waiting", taken, taken / len(waiting))
    measured(table)


def plan(raw: sqlite3.Connection, statement: Statement) -> list[str]:
    """How the database says that it will find the rows."""
    return [str(row[3]) for row in raw.execute("EXPLAIN QUERY PLAN " + statement[0], statement[1])]


@pytest.mark.parametrize("login", ["d00A", "d20A", "rev0", "win0", "lin"])
def test_counts_search_no_table_through(
    login: str, crowd: Crowd, raw: sqlite3.Connection
) -> None:
    """Each visibility row has its index: nobody's counts look at every case or every event."""
    _found, (written, moved, _page) = caught(crowd, login, WorklistQuery())
    for statement in (written, moved):
        steps = plan(raw, statement)
        assert any("SEARCH case_file" in one for one in steps)
        assert not [one for one in steps if one.startswith(("SCAN case_file", "SCAN event"))]


def test_a_supervisors_list_walks_two_indexes(crowd: Crowd, raw: sqlite3.Connection) -> None:
    """He sees everything, so counts are read along one index and the page along another."""
    _found, (written, moved, page) = caught(crowd, "tang", WorklistQuery())
    assert plan(raw, written) == ["SCAN case_file USING COVERING INDEX "
                                  "ix_case_file_state_site_holder_reviewer"]  # fmt: skip
    assert "ix_case_file_settle_at" in plan(raw, moved)[0]
    assert any("ix_case_file_sort_due_case_id" in one for one in plan(raw, page))


# -- other orders, filters, places far down ------------------------------------------------------

BY: Final = {
    WorklistOrder.DUE: "sort_due", WorklistOrder.NUMBER: "case_no",
    WorklistOrder.RECEIVED: f"coalesce(received_at, {NO_DUE})",
    WorklistOrder.ITEM: "item_code", WorklistOrder.HOLDER: "coalesce(holder, '')",
}  # fmt: skip


def questions(total: int) -> Iterator[tuple[str, WorklistQuery, str]]:
    """Name, question, and by hand what a case must be."""
    for order in WorklistOrder:
        yield f"sorted by {order}", WorklistQuery(order=order), "1"
        yield f"{order}, downwards", WorklistQuery(order=order, descending=True), "1"
        for share in (0.5, 0.9):
            jump = WorklistQuery(order=order, offset=int(total * share))
            yield f"{order}, jump to {share:.0%}", jump, "1"
    item = ITEMS[0].item_code
    from_, to = NINE - 30 * DAY, NINE - 20 * DAY
    today = at_local(MONDAY + timedelta(days=1)) - 1
    for name, asked, truth in (
        ("item", WorklistFilter(items=(item,)), f"item_code = '{item}'"),
        ("site", WorklistFilter(sites=("hall",)), "site = 'hall'"),
        ("holder", WorklistFilter(holders=("rev0",)), "holder = 'rev0'"),
        ("due today", WorklistFilter(due=DueWithin.TODAY), f"{DUE} BETWEEN {NINE + 1} AND {today}"),
        ("ten days of receipt", WorklistFilter(received_from=from_, received_to=to),
         f"received_at >= {from_} AND received_at < {to}"),
        ("no channel", WorklistFilter(channels=("x",)), "channel = 'x'"),
    ):  # fmt: skip
        yield f"filter: {name}", WorklistQuery(filter=asked), truth


def far_by_hand(where: str, query: WorklistQuery, total: int) -> str:
    """Numbers along the order, from the nearer end where it is far down; then their rows."""
    by, turned = BY[query.order], query.offset > total // 2
    most = min(query.limit, total - query.offset)
    skipped = total - query.offset - most if turned else query.offset
    way = " DESC" if turned is not query.descending else ""
    numbers = (f"SELECT case_id FROM case_file WHERE {where} ORDER BY {by}{way}, case_id{way} "
               f"LIMIT {most} OFFSET {skipped}")  # fmt: skip
    return f"SELECT {COLUMNS}, {SHOWN} FROM case_file WHERE case_id IN ({numbers})"


@pytest.mark.parametrize("login", ["d00A", "tang"])
def test_orders_filters_and_jumps(
    login: str, crowd: Crowd, raw: sqlite3.Connection, rounds: int,
    measured: Callable[[FigureTable], None],
) -> None:  # fmt: skip
    """Badges and page of each, as the desk asks for both at once, beside both by hand."""
    who, where = PERSONS[login]
    total = crowd.as_(login).worklist(WorklistQuery()).total
    table = new_table(crowd, f"{who}: badges and page")
    for name, query, truth in questions(total):
        found, statements = caught(crowd, login, query)
        here = f"({where}) AND {truth}"
        hand = (bare_counts(here, login), far_by_hand(here, query, found.total))
        by_hand = runner(raw, *((one, ()) for one in hand))
        if query.order is not WorklistOrder.DUE:
            # By hand those that time has moved on stand where they stood.
            ours = {row.case.case_id for row in found.rows}
            assert {row[0] for row in by_hand()} == ours, name
        compare(table, name, found.total, runner(raw, *statements), by_hand, min(rounds, 3))
    measured(table)


def test_a_part_of_a_name(crowd: Crowd, measured: Callable[[FigureTable], None]) -> None:
    """Two characters that hardly anybody has, and two that every third has."""
    with crowd.centre.administration() as unit:
        if unit.sql.execute(select(func.count()).select_from(applicant)).scalar_one() == 0:
            names = [f"王{'伟芳娜敏静'[n % 5]}{'海山仁波'[n % 4]}" for n in range(crowd.size)]
            unit.sql.exec_driver_sql("INSERT INTO applicant VALUES (?, ?, ?)", [
                (n, f"青云{one}贸易有限公司" if n % 3 == 0 else one, f"{n:018d}")
                for n, one in enumerate(names, start=1)
            ])  # fmt: skip
    table = FigureTable(f"Applicants, {crowd.size:,} cases", ("who", "a few ms", "every third ms"))
    for login, (who, _where) in PERSONS.items():
        session = crowd.as_(login)
        taken = in_turns(
            3, few=lambda session=session: session.look_up_applicant("伟海", "bench"),
            many=lambda session=session: session.look_up_applicant("有限", "bench"),
        )
        table.add(who, taken["few"], taken["many"])
    measured(table)
