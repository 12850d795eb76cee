"""The rows of the visibility table one by one, as functions: which match, and what the others lack.

Generated from ``rules.visibility.ROWS`` at install and upgrade, beside ``wb.parts_of``; the verbs
of ``82_explain.sql`` call them. They look at the log and the sub-tasks as these stood at
``p_then``, or as they are where it is NULL. Called by ``install``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from workbench.rules.conditions import Fact, facts_in
from workbench.rules.unseen import OF_CASE
from workbench.rules.visibility import ROWS
from workbench.store.server.condition_text import condition_text, fact_text, quoted

_ASKED: Final = "case_file wb.case_file, p_who text, p_at bigint"
_THEN: Final = f"{_ASKED}, p_then bigint"
_TABLE: Final = re.compile(r"\b(FROM|JOIN) (event|task)\b")


def sight_functions() -> Iterator[str]:
    """Every function, as statements."""
    denied = [f"IF {_then(condition_text(one.condition))} THEN RETURN ARRAY[{number}]; END IF;"
              for number, one in enumerate(ROWS) if one.denies]  # fmt: skip
    granted = [
        f"IF {_then(condition_text(one.condition))} THEN v_rows := v_rows || {number}; END IF;"
        for number, one in enumerate(ROWS) if not one.denies
    ]  # fmt: skip
    yield _function(
        "rows_of", _THEN, "integer[]", [*denied, *granted, "RETURN v_rows;"],
        "v_rows integer[] := '{}';",
    )  # fmt: skip
    yield _function(
        "facts_of", f"{_THEN}, p_shown boolean", "jsonb", _facts_lines(), "v_facts jsonb;"
    )
    yield _function(
        "item_authorised", _ASKED, "boolean",
        [f"RETURN coalesce({fact_text('item_authorised', '')}, false);"],
    )  # fmt: skip


def fact_key(name: str, arg: str) -> str:
    """How ``wb.facts_of`` names a fact."""
    return f"{name}:{arg}"


def _facts_lines() -> list[str]:
    """How the case stands only where ``p_shown`` says so (``unseen.OF_CASE``)."""
    named = {one for row in ROWS if not row.denies for one in facts_in(row.condition)}
    facts = sorted(named, key=lambda one: (one.name, one.arg))
    always = [one for one in facts if one.name not in OF_CASE]
    return [
        f"v_facts := {_object(always)};",
        f"IF p_shown THEN v_facts := v_facts || {_object(set(facts) - set(always))}; END IF;",
        "RETURN v_facts;",
    ]


def _object(facts: Iterable[Fact]) -> str:
    """At most fifty pairs: a call takes a hundred values."""
    listed = sorted(facts, key=lambda one: (one.name, one.arg))
    pairs = [f"{quoted(fact_key(one.name, one.arg))}, {_then(condition_text(one))}"
             for one in listed]  # fmt: skip
    parts = [pairs[start : start + 40] for start in range(0, len(pairs), 40)]
    return " || ".join(f"jsonb_build_object({', '.join(one)})" for one in parts)


def _then(text: str) -> str:
    """The log and the sub-tasks of the case as they stood then, under the names of their tables."""
    return _TABLE.sub(r"\1 wb.\2s_then(case_file.case_id, p_then) AS \2", text)


def _function(
    name: str, arguments: str, returns: str, lines: list[str], declared: str = ""
) -> str:
    declare = f"DECLARE {declared}\n" if declared else ""
    body = "\n".join(lines)
    return (
        f"CREATE OR REPLACE FUNCTION wb.{name}({arguments}) RETURNS {returns}\n"
        f"LANGUAGE plpgsql STABLE AS $sight$\n{declare}BEGIN\n{body}\nEND\n$sight$"
    )
