"""The worklist of one person at a server: the same record as ``store.worklists`` gives for a file.

Two round trips: moment, counts and page; then clocks, names and requests of the page's cases. How
the page is led to its cases follows from the counts of the last time; the first time they are asked
for before, and so they are where filters or orders are asked for (``inbox_asked``). Every question
stands under the person's policies (``inbox_functions``). Called by ``server_cases``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from workbench.rules.case import POOL, Case, State, TaskKind
from workbench.rules.case_view import Worklist, WorklistOrder, WorklistQuery, WorklistRow
from workbench.rules.clocks import ClockRun
from workbench.rules.moment import Moment
from workbench.rules.refusal_texts import refusal
from workbench.store import case_rows, worklist_orders, worklists
from workbench.store.case_rows import CASE_FIELDS
from workbench.store.empty_lists import why_empty
from workbench.store.server.inbox_asked import Asking
from workbench.store.server.line import Line, Look, Question
from workbench.store.shelf import Shelf
from workbench.store.worklist_jumps import Keyed, jump_to, merged

MANY: Final = 20_000
"""Up to so many cases a list is gathered and then sorted; who sees more sees so large a part of the
centre that a walk along the due moments soon fills the page. So does whoever sees many open cases,
as long as the page is among them: what is ended stands behind all that is due."""

BEFORE_ALL: Final = (-1, -1)
_SHOWN, _SETTLE, _DUE = (len(CASE_FIELDS) + number for number in range(3))

_HERE: Final = "SELECT wb.moment(), wb.my_known() FROM wb.app_user WHERE login = %s"
_ALL_COUNTS: Final[Question] = ("SELECT * FROM wb.inbox_counts()", ())
_CHOSEN: Final = "SELECT * FROM wb.inbox_chosen(%s)"
_CLOCKS: Final = "SELECT * FROM wb.inbox_clocks(%s)"
_NAMES: Final = (
    "SELECT item_code, version, name_zh, name_en FROM wb.item_version WHERE item_code = ANY (%s)"
)
_OPEN: Final = "SELECT * FROM wb.inbox_open(%s)"
_VOIDING: Final = "SELECT * FROM wb.inbox_voiding(%s)"

Rows = Sequence[tuple[Any, ...]]


class ServerLists:
    """The lists of one session; it remembers how many cases there were the last time."""

    def __init__(self, line: Line, shelf: Shelf, login: str) -> None:
        self._line, self._shelf, self._login = line, shelf, login
        self._counted: dict[str, Mapping[str, int]] = {}
        self._names: dict[tuple[str, int], tuple[str, str]] = {}

    def worklist(self, query: WorklistQuery) -> Worklist:
        """One page of what the person sees in the group, and the counts of every group."""
        text = worklists.searched(query)
        with self._line.look() as look:
            now, counts, rows = (self._first if _plain(query) else self._asked)(look, query, text)
            cases = [case_rows.case_of(row) for row in rows]
            clocks, voiding, opened = self._beside(look, cases)
        found = tuple(
            replace(
                self._row(one, row, now, clocks.get(one.case_id, []), one.case_id in voiding),
                open_by=tuple(opened.get(one.case_id, ())),
                key=worklist_orders.sort_key(query.order, one, int(row[_DUE])),
            )
            for one, row in zip(cases, rows, strict=True)
        )
        because = "" if found else self._why_empty(query, counts)
        return Worklist(found, counts.get(query.group, 0), now, counts, because)

    # -- the first round trip ------------------------------------------------------------------

    def _first(
        self, look: Look, query: WorklistQuery, text: str
    ) -> tuple[Moment, Mapping[str, int], Rows]:
        counting: Question = (
            ("SELECT * FROM wb.inbox_counts_found(%s)", (text,)) if text
            else ("SELECT * FROM wb.inbox_counts()", ())
        )  # fmt: skip
        here: Question = (_HERE, (self._login,))
        known = self._counted.get("" if text else "all")
        if known is None and not text:
            told, numbers = look.ask(here, counting)
            known = _counts(numbers)
            (rows,) = look.ask(page_of(query, text, known))
        else:
            told, numbers, rows = look.ask(here, counting, page_of(query, text, known or {}))
        if not told:
            raise refusal("account_gone")
        counts = _counts(numbers)
        if not text:
            self._counted["all"] = counts
        if not worklists.has_pool(tuple(told[0][1])):
            counts = {**counts, "pool": 0}
            rows = [] if query.group == "pool" else rows
        return int(told[0][0]), counts, rows

    # -- what else is asked for ------------------------------------------------------------------

    def _asked(
        self, look: Look, query: WorklistQuery, text: str
    ) -> tuple[Moment, Mapping[str, int], Rows]:
        """Other orders, filters, certain cases, a place far down: counts first, they say how the
        page is found."""
        everything = () if "all" in self._counted else (_ALL_COUNTS,)
        told, *numbers = look.ask((_HERE, (self._login,)), *everything)
        if not told:
            raise refusal("account_gone")
        if numbers:
            self._counted["all"] = _counts(numbers[0])
        asking = Asking(query, text, self._login, int(told[0][0]))
        wide = self._counted["all"]["all"] > MANY
        counts = self._counts_of(look, asking, wide)
        total = counts.get(query.group, 0)
        if not worklists.has_pool(tuple(told[0][1])):
            counts = {**counts, "pool": 0}
            total = 0 if query.group == "pool" else total
        most = worklists.MANY_NUMBERS if query.offset else MANY
        asking = replace(asking, walked=total > most and not text and query.cases is None)
        if total == 0:
            return asking.now, counts, []
        if query.offset and query.after is None:
            return asking.now, counts, self._jumped(look, asking, wide, total)
        return asking.now, counts, look.ask(asking.led(wide).told(), asking.page())[1]

    def _counts_of(self, look: Look, asking: Asking, wide: bool) -> Mapping[str, int]:
        if not asking.text and not worklist_orders.asked_of(asking.query):
            counts = _counts(look.ask(_ALL_COUNTS)[0])
            self._counted["all"] = counts
            return counts
        return _counts(look.ask(asking.led(wide, counting=True).told(), asking.counts())[1])

    def _jumped(self, look: Look, asking: Asking, wide: bool, total: int) -> Rows:
        """The numbers of the place from its nearer end, then their rows."""
        query = asking.query
        way = jump_to(query.offset, query.limit, total)
        asking = replace(asking, turned=way.turned)
        look.ask(asking.led(wide).told())

        def keyed(moved: bool | None, skipped: int, most: int | None) -> Keyed:
            rows = look.ask(asking.passing(skipped, most, moved))[0]
            return [(row[0], row[1]) for row in rows]

        if asking.walked and query.order is WorklistOrder.DUE:
            down = query.descending is not way.turned
            moved = keyed(True, 0, None)
            numbers = merged(way, down, moved, lambda skip, most: keyed(False, skip, most))
        else:
            numbers = [number for _key, number in keyed(None, way.skipped, way.most)]
        if way.turned:
            numbers.reverse()
        rows = {row[0]: row for row in look.ask((_CHOSEN, (numbers,)))[0]}
        return [rows[number] for number in numbers]

    # -- the second ----------------------------------------------------------------------------

    def _beside(
        self, look: Look, cases: Sequence[Case]
    ) -> tuple[dict[int, list[ClockRun]], frozenset[int], dict[int, list[str]]]:
        """Clocks that run, the cases whose sealed document is asked to be void (T23b), and who has
        which of them open at another desk."""
        if not cases:
            return {}, frozenset(), {}
        numbers = [one.case_id for one in cases]
        sealed = [one.case_id for one in cases if one.state is State.PENDING_ISSUE]
        unnamed = {one.item_code for one in cases if _item(one) not in self._names}
        runs, opened, *more = look.ask(
            (_CLOCKS, (numbers,)),
            (_OPEN, (numbers,)),
            *([(_VOIDING, (sealed,))] if sealed else []),
            *([(_NAMES, (sorted(unnamed),))] if unnamed else []),
            last=True,
        )
        asked = frozenset(row[0] for row in more[0]) if sealed else frozenset()
        if unnamed:
            self._names |= {(code, version): (zh, en) for code, version, zh, en in more[-1]}
        clocks: dict[int, list[ClockRun]] = {}
        for row in runs:
            clocks.setdefault(row[0], []).append(case_rows.clock_of(row))
        openers: dict[int, list[str]] = {}
        for case_id, login in opened:
            openers.setdefault(case_id, []).append(login)
        return clocks, asked, openers

    def _row(
        self, one: Case, row: tuple[Any, ...], now: Moment, runs: list[ClockRun], voiding: bool
    ) -> WorklistRow:
        name_zh, name_en = self._names[_item(one)]
        settle_at, shown = row[_SETTLE], str(row[_SHOWN])
        if settle_at is None or settle_at > now:
            clock = worklists.next_clock(runs)
        else:
            with self._line.read() as unit:
                clock = worklists.shown_clock(unit, self._shelf, one, settle_at, shown, runs)
        asks = TaskKind.VOIDING.value if voiding else ""
        return WorklistRow(
            one, name_zh, name_en, State(shown), clock, (int(row[_DUE]), one.case_id), asks
        )

    def _why_empty(self, query: WorklistQuery, counts: Mapping[str, int]) -> str:
        with self._line.read() as unit:
            return why_empty(unit, self._login, query, counts)


def _plain(query: WorklistQuery) -> bool:
    """Whether the question is one of those that the inbox begins with (``inbox_functions``)."""
    ordered = query.order is WorklistOrder.DUE and not query.descending
    jumps = query.offset and query.after is None
    return ordered and not jumps and not worklist_orders.asked_of(query)


def page_of(query: WorklistQuery, text: str, counts: Mapping[str, int]) -> Question:
    """The function that finds the page soonest; each of them gives the very same rows."""
    key = (*(query.after or BEFORE_ALL), query.limit)
    group = query.group
    states = None if group in ("all", "mine") else worklists.group_states(group)
    if text:
        return _asked("inbox_found", text, states, group == "mine", *key)
    if group == "mine":
        return _asked("inbox_mine", *key)
    pooled = states is None or len(states) > 1
    open_ones = sum(counts.get(one.value, 0) for one in POOL)
    if pooled and query.after is None and open_ones > worklists.FEW:
        return _asked("inbox_walk", states, *key)
    if counts.get("all", 0) <= MANY:
        return _asked("inbox_list", states, *key)
    if pooled:
        return _asked("inbox_walk", states, *key)
    few = counts.get(group, 0) <= worklists.FEW
    return _asked("inbox_state" if few else "inbox_walk_state", group, *key)


def _asked(name: str, *values: Any) -> Question:
    marks = ", ".join("%s" for _one in values)
    return f"SELECT * FROM wb.{name}({marks})", values


def _counts(rows: Rows) -> dict[str, int]:
    """By the state shown: what has moved on by time alone is counted where it is now."""
    counts = Counter({str(row[0]): int(row[1]) for row in rows})
    for state, _number, _mine, moved in rows:
        for after in moved or ():
            counts[state] -= 1
            counts[after] += 1
    return worklists.summed(counts, sum(int(row[2]) for row in rows))


def _item(one: Case) -> tuple[str, int]:
    return one.item_code, one.item_version
