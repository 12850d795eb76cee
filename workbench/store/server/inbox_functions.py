"""The inbox as functions: the same questions as in ``store.worklists``, each led to its index.

They run with the rights of whoever asks, so the policies stand over every row: what they give,
the person's own SELECT would give. As functions their plans are kept for the session, and each has
planner settings of its own (``database.md`` 1.2: a policy is badly estimated, so what is paged may
not be sorted, and what is listed may not be walked). Called by ``install``; asked by
``server_lists``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import BigInteger, Boolean, Text, exists, select

from workbench.rules.case import OPEN_TASK_STATES, TaskKind
from workbench.store.case_rows import CASE_FIELDS, CLOCK_FIELDS
from workbench.store.columns import NO_DUE
from workbench.store.facts_people_sql import NEEDED
from workbench.store.facts_sql import FACTS_SQL
from workbench.store.server.condition_text import ASKER, select_text
from workbench.store.server.policy_facts import listed
from workbench.store.sight_sql import PERSONAL_FACTS
from workbench.store.tables import case_file, clock_run

_TYPES: Final = {Text: "text", BigInteger: "bigint", Boolean: "boolean"}
_COLUMNS: Final = ", ".join(f"c.{name}" for name in CASE_FIELDS)
_ROW: Final = ", ".join(
    [f"{name} {_TYPES[type(case_file.c[name].type)]}" for name in CASE_FIELDS]
    + ["shown_now text", "settle_at bigint", "due_now bigint"]
)
_SHOWN: Final = "CASE WHEN c.settle_at <= v_at THEN c.settle_to ELSE c.state END"
_DUE: Final = "CASE WHEN c.settle_at <= v_at THEN c.settle_due ELSE c.sort_due END"
_MINE: Final = "(c.holder = v_who OR c.reviewer = v_who)"
_KEY: Final = "(p_after_due, p_after_id)"
_AS_WRITTEN: Final = f"coalesce(c.settle_at, {NO_DUE}) > v_at"
_MOVED: Final = "c.settle_at <= v_at"
_PAGE: Final = "p_after_due bigint, p_after_id bigint, p_most bigint"
_KEPT: Final = {"plan_cache_mode": "force_generic_plan", "jit": "off"}
_ADDED: Final = {**_KEPT, "enable_seqscan": "off"}
_COUNTED: Final = {**_ADDED, "enable_sort": "off"}
"""What a policy lets through is badly estimated: few are sorted to be grouped, and many come."""
_LISTED: Final = {**_ADDED, "max_parallel_workers_per_gather": "0"}
"""A page is short: other processes would be started for nothing. Counts may use them."""
_WALKED: Final = {**_LISTED, "enable_bitmapscan": "off", "enable_sort": "off"}
_LOOKED_UP: Final = {**_LISTED, "enable_bitmapscan": "off"}
_DEFINER: Final = {**_LISTED, "": "SECURITY DEFINER"}

_VOIDING: Final = (
    f"SELECT t.case_id FROM wb.task t WHERE t.kind = '{TaskKind.VOIDING.value}' "
    f"AND t.state IN ({listed(OPEN_TASK_STATES)}) AND t.case_id = ANY (p_cases)"
)
"""The sub-task itself is shown to whoever sees the document, and to nobody else (T23b)."""

_CLOCK_ROW: Final = ", ".join(
    f"{name} {_TYPES[type(clock_run.c[name].type)]}" for name in ("case_id", *CLOCK_FIELDS)
)
_CLOCKS: Final = (
    f"SELECT {', '.join(f'k.{name}' for name in ('case_id', *CLOCK_FIELDS))} "
    "FROM wb.clock_run k WHERE k.case_id = ANY (wb.visible_among(p_cases)) "
    "AND k.stopped_at IS NULL ORDER BY k.run_id"
)
"""Clocks belong to meta (domain 4.4): of cases that the person does not see there are none. Asked
for all of them at once; the clocks' own policy would ask for each."""

COUNTED: Final = "TABLE (state text, number bigint, mine bigint, moved text[])"
"""By the written state, and of these the states into which time alone has moved some."""
_NUMBERS: Final = (
    f"c.state, count(*), count(*) FILTER (WHERE {_MINE}), "
    f"array_agg(c.settle_to) FILTER (WHERE {_MOVED})"
)


def inbox_functions() -> Iterator[str]:
    """Every function, as statements. Each page is most urgent first, after its key."""
    yield from _function("inbox_counts", "", COUNTED, _counts(), _COUNTED)
    yield from _function("inbox_counts_found", "p_text text", COUNTED, _counts_found(),
                         _LOOKED_UP)  # fmt: skip
    among = f"(p_states IS NULL OR {_SHOWN} = ANY (p_states))"
    yield from _page("inbox_list", "p_states text[]", _sorted(among), _LISTED)
    yield from _page("inbox_mine", "", _sorted(_MINE), _LISTED)
    one = [f"c.state = p_state AND {_AS_WRITTEN}", f"{_MOVED} AND c.settle_to = p_state"]
    yield from _page("inbox_state", "p_state text", _gathered([_rows(x) for x in one]), _LISTED)
    yield from _page("inbox_walk_state", "p_state text", _walked(*one), _WALKED)
    written = f"{_AS_WRITTEN} AND (p_states IS NULL OR c.state = ANY (p_states))"
    moved = f"{_MOVED} AND (p_states IS NULL OR c.settle_to = ANY (p_states))"
    yield from _page("inbox_walk", "p_states text[]", _walked(written, moved), _WALKED)
    found = [_rows(f"{x} AND {among} AND (NOT p_mine OR {_MINE})") for x in _found()]
    yield from _page("inbox_found", "p_text text, p_states text[], p_mine boolean",
                     _gathered(found), _LOOKED_UP)  # fmt: skip
    chosen = f"{_rows('c.case_id = ANY (p_cases)')} ORDER BY due_now, case_id"
    yield from _function("inbox_chosen", "p_cases bigint[]", f"TABLE ({_ROW})", chosen, _LISTED)
    yield from _function("inbox_clocks", "p_cases bigint[]", f"TABLE ({_CLOCK_ROW})", _CLOCKS,
                         _DEFINER)  # fmt: skip
    yield from _function("inbox_voiding", "p_cases bigint[]", "TABLE (case_id bigint)", _VOIDING,
                         _LISTED)  # fmt: skip
    yield from _known()


INBOX: Final = (
    "inbox_counts()", "inbox_counts_found(text)", "inbox_list(text[], bigint, bigint, bigint)",
    "inbox_mine(bigint, bigint, bigint)", "inbox_state(text, bigint, bigint, bigint)",
    "inbox_walk_state(text, bigint, bigint, bigint)",
    "inbox_walk(text[], bigint, bigint, bigint)",
    "inbox_found(text, text[], boolean, bigint, bigint, bigint)", "inbox_chosen(bigint[])",
    "inbox_clocks(bigint[])", "inbox_voiding(bigint[])", "my_known()",
)  # fmt: skip
"""What everybody of the centre may call, with the types of its values."""


# -- the questions ------------------------------------------------------------------------------


def _rows(truth: str) -> str:
    return (
        f"SELECT {_COLUMNS}, {_SHOWN} AS shown_now, c.settle_at, {_DUE} AS due_now "
        f"FROM wb.case_file c WHERE {truth}"
    )


def _sorted(truth: str) -> str:
    """One look by the policies' own indexes, then the most urgent of it."""
    after = f"({_DUE}, c.case_id) > {_KEY}"
    return f"{_rows(f'{truth} AND {after}')} ORDER BY due_now, case_id LIMIT p_most"


def _gathered(parts: list[str]) -> str:
    """Several looks that have no case in common."""
    return (
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) x WHERE (x.due_now, x.case_id) > {_KEY} "
        "ORDER BY x.due_now, x.case_id LIMIT p_most"
    )


def _walked(written: str, moved: str) -> str:
    """Along the index of the due moments until the page is full; those whose time has moved them
    on are few and sorted apart."""
    parts = [
        f"({_rows(f'{truth} AND (c.{due}, c.case_id) > {_KEY}')} "
        f"ORDER BY c.{due}, c.case_id LIMIT p_most)"
        for truth, due in ((written, "sort_due"), (moved, "settle_due"))
    ]
    return (
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) x "
        "ORDER BY x.due_now, x.case_id LIMIT p_most"
    )


def searched_ranges(text: str) -> list[str]:
    """A number from its beginning, or the short one from its end; each by one index, and no case in
    two of them. ``text`` is the expression of what is looked for. Written as ranges: LIKE and
    substr are not leakproof, so under a policy they would search everything."""
    ranges = [
        f"c.{column} >= {value} AND c.{column} < {value} || chr(1114111)"
        for column, value in (("case_no", text), ("short_no", text),
                              ("short_end", f"reverse({text})"))
    ]  # fmt: skip
    return [
        " AND ".join([f"({one})", *(f"NOT ({before})" for before in ranges[:number])])
        for number, one in enumerate(ranges)
    ]


def _found() -> list[str]:
    return searched_ranges("p_text")


def _counts() -> str:
    return f"SELECT {_NUMBERS} FROM wb.case_file c GROUP BY c.state"


def _counts_found() -> str:
    rows = " UNION ALL ".join(
        f"SELECT c.state, c.holder, c.reviewer, c.settle_at, c.settle_to "
        f"FROM wb.case_file c WHERE {one}"
        for one in _found()
    )
    return f"SELECT {_NUMBERS} FROM ({rows}) c GROUP BY c.state"


def _known() -> Iterator[str]:
    """``store.sight_sql.known_of`` about the person himself: roles, and whether there is anything
    at all for which a fact could hold. As the owner: each table's policy would be asked in vain."""
    asked = [FACTS_SQL[one.name](ASKER, one.arg) for one in PERSONAL_FACTS]
    asked += [exists(needed(ASKER)) for needed in NEEDED.values()]
    values = ", ".join(f"({select_text(select(one))})" for one in asked)
    yield (
        "CREATE OR REPLACE FUNCTION wb.my_known() RETURNS boolean[]\n"
        "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = wb, pg_catalog, pg_temp "
        "SET plan_cache_mode = force_generic_plan SET jit = off AS $inbox$\n"
        "DECLARE\n    p_who text := session_user;\n    p_at bigint := wb.moment();\n"
        f"BEGIN\n    RETURN ARRAY[{values}];\nEND\n$inbox$"
    )


# -- as functions -------------------------------------------------------------------------------


def _page(name: str, asked: str, query: str, settings: dict[str, str]) -> Iterator[str]:
    arguments = f"{asked}, {_PAGE}" if asked else _PAGE
    yield from _function(name, arguments, f"TABLE ({_ROW})", query, settings)


def _function(
    name: str, arguments: str, returns: str, query: str, settings: dict[str, str]
) -> Iterator[str]:
    """Made anew: the columns of a result cannot be replaced."""
    types = ", ".join(one.split()[1] for one in arguments.split(", ") if one)
    put = " ".join(f"SET {key} = {value}" if key else value for key, value in settings.items())
    yield f"DROP FUNCTION IF EXISTS wb.{name}({types})"
    yield (
        f"CREATE OR REPLACE FUNCTION wb.{name}({arguments}) RETURNS {returns}\n"
        f"LANGUAGE plpgsql STABLE SET search_path = wb, pg_catalog, pg_temp {put} AS $inbox$\n"
        "#variable_conflict use_column\n"
        "DECLARE\n    v_at bigint := wb.moment();\n    v_who text := session_user;\n"
        f"BEGIN\n    RETURN QUERY {query};\nEND\n$inbox$"
    )
