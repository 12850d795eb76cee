"""The worklist of one person at a server: the same record as ``store.worklists`` gives for a file.

Two round trips: moment, counts and page; then clocks, names and requests of the page's cases. How
the page is led to its cases follows from the counts of the last time; the first time they are asked
for before. Every question stands under the person's policies (``inbox_functions``). Called by
``server_cases``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from workbench.rules.case import POOL, Case, State, TaskKind
from workbench.rules.case_view import Worklist, WorklistQuery, WorklistRow
from workbench.rules.clocks import ClockRun
from workbench.rules.moment import Moment
from workbench.rules.refusal_texts import refusal
from workbench.store import case_rows, worklists
from workbench.store.case_rows import CASE_FIELDS
from workbench.store.empty_lists import why_empty
from workbench.store.server.line import Line, Look, Question
from workbench.store.shelf import Shelf

MANY: Final = 20_000
"""Up to so many cases a list is gathered and then sorted; who sees more sees so large a part of the
centre that a walk along the due moments soon fills the page. So does whoever sees many open cases,
as long as the page is among them: what is ended stands behind all that is due."""

BEFORE_ALL: Final = (-1, -1)
_SHOWN, _SETTLE, _DUE = (len(CASE_FIELDS) + number for number in range(3))

_HERE: Final = "SELECT wb.moment(), wb.my_known() FROM wb.app_user WHERE login = %s"
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
            now, counts, rows = self._first(look, query, text)
            cases = [case_rows.case_of(row) for row in rows]
            clocks, voiding, opened = self._beside(look, cases)
        found = tuple(
            replace(
                self._row(one, row, now, clocks.get(one.case_id, []), one.case_id in voiding),
                open_by=tuple(opened.get(one.case_id, ())),
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
