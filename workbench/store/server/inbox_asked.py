"""What the inbox asks beyond its first page: other orders, filters, certain cases, far places.

The text of such a question is put together here, from its shape alone, and asked with the person's
own rights, so that the policies stand over every row as they do in ``inbox_functions``; values are
bound. The planner is told what a policy hides from it: whether rows are gathered and then sorted,
or met along an index of the order. Called by ``server_lists``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from workbench.rules.case_view import WorklistOrder, WorklistQuery
from workbench.rules.moment import Moment
from workbench.store.case_rows import CASE_FIELDS
from workbench.store.columns import NO_DUE
from workbench.store.server.inbox_functions import searched_ranges
from workbench.store.worklist_asks import group_states
from workbench.store.worklist_orders import HOLDER_TEXT, RECEIVED_TEXT, asked_of, values_of

Named = tuple[str, Mapping[str, Any]]
"""A statement and its values by name."""

_NOW: Final = "%(now)s::bigint"
_COLUMNS: Final = ", ".join(f"c.{name}" for name in CASE_FIELDS)
_SHOWN: Final = f"CASE WHEN c.settle_at <= {_NOW} THEN c.settle_to ELSE c.state END"
_DUE: Final = f"CASE WHEN c.settle_at <= {_NOW} THEN c.settle_due ELSE c.sort_due END"
_MINE: Final = "(c.holder = %(who)s OR c.reviewer = %(who)s)"
_MOVED: Final = f"c.settle_at <= {_NOW}"
_AS_WRITTEN: Final = f"coalesce(c.settle_at, {NO_DUE}) > {_NOW}"
_ALL_SHOWN: Final = f"{_COLUMNS}, {_SHOWN} AS shown_now, c.settle_at, {_DUE} AS due_now"
_SPAN: Final = "BETWEEN %(due_from)s AND %(due_to)s"

_RECEIVED: Final = RECEIVED_TEXT.replace("received_at", "c.received_at")

_BY: Final[Mapping[WorklistOrder, tuple[str, str]]] = {
    WorklistOrder.DUE: (_DUE, "bigint"),
    WorklistOrder.RECEIVED: (_RECEIVED, "bigint"),
    WorklistOrder.NUMBER: ("c.case_no", "text"),
    WorklistOrder.ITEM: ("c.item_code", "text"),
    WorklistOrder.HOLDER: (HOLDER_TEXT.replace("holder", "c.holder"), "text"),
}
"""What is sorted by, as an index has it, and its type."""

_TRUTHS: Final[Mapping[str, str]] = {
    "items": "c.item_code = ANY (%(items)s::text[])",
    "channels": "c.channel = ANY (%(channels)s::text[])",
    "sites": "c.site = ANY (%(sites)s::text[])",
    "holders": "c.holder = ANY (%(holders)s::text[])",
    "holders or nobody": "(c.holder IS NULL OR c.holder = ANY (%(holders)s::text[]))",
    "due": f"(c.sort_due {_SPAN} OR {_MOVED}) AND {_DUE} {_SPAN}",
    "received_from": f"c.received_at IS NOT NULL AND {_RECEIVED} >= %(received_from)s::bigint",
    "received_to": f"{_RECEIVED} < %(received_to)s::bigint",
    "cases": "c.case_id = ANY (%(cases)s::bigint[])",
}
_ALL_FIRST: Final = "OFFSET 0"
"""Changes nothing but the plan: what is gathered is gathered whole and not met along an order, for
which a policy lets through too few."""
_KNOBS: Final = (
    "enable_seqscan", "enable_bitmapscan", "enable_sort", "max_parallel_workers_per_gather"
)


@dataclass(frozen=True, slots=True)
class Led:
    """How the planner is led. Counts and gathered lists of who sees a large part of the centre are
    left to it: what they look at is most of a table or what a filter's own index gives."""

    seqscan: str = "off"
    bitmapscan: str = "on"
    sort: str = "on"
    workers: str = "0"

    def told(self) -> Named:
        """For the rest of the transaction."""
        values = (self.seqscan, self.bitmapscan, self.sort, self.workers)
        settings = ", ".join(f"set_config('{name}', %({name})s, true)" for name in _KNOBS)
        return f"SELECT {settings}", dict(zip(_KNOBS, values, strict=True))


FREELY: Final = Led(seqscan="on", workers="2")
GATHERED: Final = Led()
COUNTED: Final = Led(sort="off")
LOOKED_UP: Final = Led(bitmapscan="off")
WALKED: Final = Led(bitmapscan="off", sort="off")


@dataclass(frozen=True, slots=True)
class Asking:
    """One question of one person at one moment. ``walked``: along the order; else gathered."""

    query: WorklistQuery
    text: str
    who: str
    now: Moment
    walked: bool = False
    turned: bool = False
    values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        query = self.query
        self.values.update(values_of(query, self.now), now=self.now, who=self.who,
                           p_text=self.text, most=query.limit)  # fmt: skip
        if query.group not in ("all", "mine"):
            self.values["states"] = group_states(query.group)
        if query.after is not None:
            self.values.update(after_key=query.after[0], after_id=query.after[1])

    # -- the questions ---------------------------------------------------------------------------

    def counts(self) -> Named:
        """State as written, how many, how many of his, and into what time has moved some."""
        numbers = (
            f"c.state, count(*), count(*) FILTER (WHERE {_MINE}), "
            f"array_agg(c.settle_to) FILTER (WHERE {_MOVED})"
        )
        columns = "c.state, c.holder, c.reviewer, c.settle_at, c.settle_to"
        rows = " UNION ALL ".join(f"SELECT {columns} {one}" for one in self._from(self._filters()))
        return f"SELECT {numbers} FROM ({rows}) c GROUP BY c.state", self.values

    def page(self) -> Named:
        """The rows of the page after its key."""
        if self.walked and self.query.order is WorklistOrder.DUE:
            return self._two_walks(_ALL_SHOWN, "due_now", "case_id"), self.values
        by = self._by()
        truth = [*self._filters(), *self._in_group(), *self._after(by)]
        rows = " UNION ALL ".join(
            f"SELECT {_ALL_SHOWN}, {by} AS sorted_by {one}" for one in self._from(truth)
        )
        if self.walked:
            return f"{rows} {self._order(by, 'c.case_id')} LIMIT %(most)s::bigint", self.values
        end = f"{self._order('x.sorted_by', 'x.case_id')} LIMIT %(most)s::bigint"
        return f"SELECT * FROM ({rows} {_ALL_FIRST}) x {end}", self.values

    def passing(self, skipped: int, most: int | None, moved: bool | None = None) -> Named:
        """Key and number alone, so many of them passed over."""
        by = self._by() if moved is None else ("c.settle_due" if moved else "c.sort_due")
        group = self._in_group() if moved is None else self._in_half(moved)
        parts = self._from([*self._filters(), *group])
        rows = " UNION ALL ".join(f"SELECT {by} AS sorted_by, c.case_id {one}" for one in parts)
        end = f"LIMIT {'ALL' if most is None else most} OFFSET {skipped}"
        if self.walked:
            return f"{rows} {self._order(by, 'c.case_id')} {end}", self.values
        end = f"{self._order('x.sorted_by', 'x.case_id')} {end}"
        return f"SELECT * FROM ({rows} {_ALL_FIRST}) x {end}", self.values

    def led(self, wide: bool, counting: bool = False) -> Led:
        """``wide``: the person sees a large part of the centre."""
        if self.text:
            return LOOKED_UP
        if self.walked and not counting:
            return WALKED
        if self.query.cases is not None or not wide:
            return COUNTED if counting else GATHERED
        return FREELY

    # -- their parts -----------------------------------------------------------------------------

    def _by(self) -> str:
        return _BY[self.query.order][0]

    def _filters(self) -> list[str]:
        return [_TRUTHS[name] for name in asked_of(self.query)]

    def _from(self, truth: Sequence[str]) -> list[str]:
        """One look, or three that have no case in common where a number is searched for."""
        ranges = searched_ranges("%(p_text)s::text") if self.text else [""]
        found = [" AND ".join(one for one in (*truth, part) if one) or "true" for part in ranges]
        return [f"FROM wb.case_file c WHERE {one}" for one in found]

    def _in_group(self) -> list[str]:
        if self.query.group == "all":
            return []
        if self.query.group == "mine":
            return [_MINE]
        around = [] if self.walked else [f"(c.state = ANY (%(states)s::text[]) OR {_MOVED})"]
        return [*around, f"{_SHOWN} = ANY (%(states)s::text[])"]

    def _in_half(self, moved: bool) -> list[str]:
        """The group among those that time alone has moved, or among the others."""
        half = [_MOVED if moved else _AS_WRITTEN]
        if self.query.group == "mine":
            return [*half, _MINE]
        states = self.values.get("states")
        if states is None:
            return half
        state = "c.settle_to" if moved else "c.state"
        if len(states) == 1:
            self.values["state"] = states[0]
            return [*half, f"{state} = %(state)s"]
        return [*half, f"{state} = ANY (%(states)s::text[])"]

    def _after(self, by: str) -> list[str]:
        if self.query.after is None:
            return []
        sign = "<" if self._down() else ">"
        kind = _BY[self.query.order][1]
        return [f"({by}, c.case_id) {sign} (%(after_key)s::{kind}, %(after_id)s::bigint)"]

    def _down(self) -> bool:
        return self.query.descending is not self.turned

    def _order(self, by: str, number: str) -> str:
        way = " DESC" if self._down() else ""
        return f"ORDER BY {by}{way}, {number}{way}"

    def _two_walks(self, columns: str, due: str, number: str) -> str:
        """Along the index of the due moments; those that time has moved are few, sorted apart."""
        parts = []
        for moved, by in ((False, "c.sort_due"), (True, "c.settle_due")):
            truth = [*self._filters(), *self._in_half(moved), *self._after(by)]
            (one,) = self._from(truth)
            end = f"{self._order(by, 'c.case_id')} LIMIT %(most)s::bigint"
            parts.append(f"(SELECT {columns} {one} {end})")
        end = f"{self._order(f'x.{due}', f'x.{number}')} LIMIT %(most)s::bigint"
        return f"SELECT * FROM ({' UNION ALL '.join(parts)}) x {end}"
