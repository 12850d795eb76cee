"""Conditions of ``rules`` as SQL text for PL/pgSQL: facts by their one SQL form, content by jsonb.

The text speaks of a variable ``case_file`` (the case's row), ``p_who``, ``p_at`` and ``p_brought``
(what the move brings). Facts are those of ``store.facts_sql``, so there is no third implementation;
a sub-select that lists is turned into one that asks about this case alone. Called by
``flow_functions``.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from sqlalchemy import BigInteger, Text, exists, literal_column, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, ColumnElement, Grouping, Tuple
from sqlalchemy.sql.selectable import ScalarSelect, Select
from sqlalchemy.sql.visitors import replacement_traverse

from workbench.rules.catalogue import NOT_FROM_APPLICANT
from workbench.rules.conditions import (
    Ahead,
    All,
    Between,
    Condition,
    Differ,
    EachGiven,
    Either,
    Fact,
    Given,
    NoLater,
    Not,
    OneOf,
    TemplateSeal,
    Within,
)
from workbench.rules.moment import DAY
from workbench.store.facts_people_sql import Asker
from workbench.store.facts_sql import FACTS_SQL
from workbench.store.tables import case_file

ASKER: Final = Asker(literal_column("p_who", Text), literal_column("p_at", BigInteger))

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_LABEL: Final = "truth"
_TAIL: Final = f" AS {_LABEL} \nFROM case_file"


def quoted(value: str) -> str:
    """An SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def condition_text(condition: Condition) -> str:
    """The condition as an SQL expression that is true or false, never unknown."""
    match condition:
        case Fact(name, arg):
            return f"coalesce({fact_text(name, arg)}, false)"
        case Not(of):
            return f"NOT ({condition_text(of)})"
        case All(members):
            return _joined(" AND ", members, "true")
        case Either(members):
            return _joined(" OR ", members, "false")
        case _:
            return f"coalesce({_content_text(condition)}, false)"


def _joined(word: str, members: tuple[Condition, ...], empty: str) -> str:
    return "(" + word.join(condition_text(one) for one in members) + ")" if members else empty


def fact_text(name: str, arg: str) -> str:
    """One fact about the case in the variable ``case_file``."""
    return expression_text(FACTS_SQL[name](ASKER, arg))


def expression_text(truth: ColumnElement[Any]) -> str:
    """An expression over a case row, its lists turned into questions about that row."""
    asked = select(_pointed(truth).label(_LABEL)).select_from(case_file)
    text = select_text(asked)
    bare = text.removeprefix("SELECT ").removesuffix(_TAIL)
    if not text.endswith(_TAIL) or re.search(r"(FROM|JOIN|,) case_file\b(?!\.)", bare):
        raise TypeError(f"not an expression over one case row: {text}")
    return bare


def select_text(asked: Select[Any]) -> str:
    """A whole question as text, its values written into it."""
    return str(asked.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def _pointed(truth: Any) -> Any:
    """``x IN (SELECT y ...)`` as ``EXISTS (SELECT ... WHERE y = x)``: asked, not listed."""

    def replace(element: Any, **_kept: Any) -> Any:
        if not isinstance(element, BinaryExpression):
            return None
        negated = element.operator is operators.not_in_op
        listed = _select_of(element.right)
        if listed is None or not (negated or element.operator is operators.in_op):
            return None
        inner: Any = replacement_traverse(listed, {}, replace)
        given = list(element.left.clauses) if isinstance(element.left, Tuple) else [element.left]
        same = [one == value for one, value in zip(inner.selected_columns, given, strict=True)]
        wanted = inner.with_only_columns(literal_column("1"), maintain_column_froms=True)
        there = exists(wanted.where(*same))
        return ~there if negated else there

    return replacement_traverse(truth, {}, replace)


def _select_of(side: Any) -> Select[Any] | None:
    while isinstance(side, (Grouping, ScalarSelect)):
        side = side.element
    return side if isinstance(side, Select) else None


# -- what a move brings ------------------------------------------------------------------------


def brought_text(path: str) -> str:
    """What stands at ``a`` or ``a.b``, as jsonb; NULL where nothing does."""
    return "(p_brought #> " + quoted("{" + path.replace(".", ",") + "}") + ")"


def _content_text(condition: Condition) -> str:
    match condition:
        case Given(path):
            return f"wb.filled({brought_text(path)})"
        case OneOf(path, values):
            listed = ", ".join(quoted(json.dumps(one, ensure_ascii=False)) for one in values)
            return f"{brought_text(path)} = ANY (ARRAY[{listed}]::jsonb[])"
        case Between(path, low, high):
            return f"wb.whole({brought_text(path)}) BETWEEN {low} AND {high}"
        case Differ(path, other):
            first, second = brought_text(path), brought_text(other)
            return f"wb.filled({first}) AND wb.filled({second}) AND {first} <> {second}"
        case EachGiven(path, keys):
            named = ", ".join(quoted(one) for one in keys)
            return f"wb.each_given({brought_text(path)}, ARRAY[{named}])"
        case Ahead(path, days):
            return f"wb.whole({brought_text(path)}) >= p_at + {days * DAY}"
        case NoLater(path, kind):
            end, named = brought_text(path), brought_text(kind)
            return f"wb.whole({end}) <= wb.latest_end({named} #>> '{{}}', p_at)"
        case TemplateSeal(template, kind):
            code = f"{brought_text(template)} #>> '{{}}'"
            return f"{brought_text(kind)} = to_jsonb(wb.seal_of(case_file, {code}))"
        case Within(path, source):
            return f"wb.all_known({brought_text(path)}, {known_text(source)})"
        case _:
            raise TypeError(f"{condition!r} is no condition")


def known_text(source: str) -> str:
    """The list behind a ``Within`` source as a jsonb array."""
    kind, _, key = source.partition(":")
    if source == "case:reviewers":
        return "wb.reviewers(case_file.case_id, case_file.reviewer)"
    if source == "case:minutes":
        return "wb.minutes(case_file.case_id)"
    if kind == "item":
        chosen = "m.delegated" if key == "delegated" else f"m.source NOT IN ({_not_asked()})"
        return (
            "(SELECT coalesce(jsonb_agg(m.code), '[]') FROM wb.item_material m"
            " WHERE m.item_code = case_file.item_code AND m.version = case_file.item_version"
            f" AND {chosen})"
        )
    task_kind, _, name = key.partition(":")
    return f"wb.task_list(case_file.case_id, {quoted(task_kind)}, {quoted(name)})"


def _not_asked() -> str:
    return ", ".join(quoted(one.value) for one in NOT_FROM_APPLICANT)
