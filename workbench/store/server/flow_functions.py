"""The case flow as functions: for each row one that judges and one that carries out its effects.

Generated from ``rules.case_flow`` at install and upgrade; the hand-written verb calls them by the
row's number. ``wb.judge_N`` answers NULL or a refusal as jsonb, in the order of ``rules.judge``;
``wb.effects_N`` answers the case row as it becomes. Called by ``install``; ``centre check``
compares.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Text, literal_column

from workbench.rules.case import SHORT_ENDS
from workbench.rules.case_flow import TRANSITIONS
from workbench.rules.conditions import Condition, Fact, NoLater
from workbench.rules.effects import Put
from workbench.rules.flow_words import ACTORS, CLAIM_OPEN, Guard, Transition
from workbench.rules.judge import speaks_of_content
from workbench.rules.people import Power
from workbench.rules.separation import separation_guards
from workbench.rules.supervision import RETURNS_BEFORE_EVENT
from workbench.rules.visibility import ROWS, Sight
from workbench.store import facts_people_sql as people
from workbench.store.carry_out import REPEATED
from workbench.store.case_rows import CASE_FIELDS
from workbench.store.server.case_marks import step_marks
from workbench.store.server.condition_text import (
    ASKER,
    brought_text,
    condition_text,
    fact_text,
    quoted,
    select_text,
)
from workbench.store.server.effect_text import effect_lines
from workbench.store.tables import PART_TABLES, case_file, duty_shift

_JUDGED: Final = (
    "case_file wb.case_file, p_who text, p_at bigint, p_brought jsonb, p_content boolean"
)
_DONE: Final = (
    "case_file wb.case_file, p_who text, p_at bigint, p_now bigint, p_fields jsonb,"
    " p_brought jsonb"
)
_ASKED: Final = "case_file wb.case_file, p_who text, p_at bigint"
PROJECTED: Final = frozenset({
    "state", "version", "last_hash", "due_at", "due_clock", "sort_due", "settle_at", "settle_to",
    "settle_due",
})  # fmt: skip
"""Columns of the case row that every step may change, beside what its effects put."""
_REPRESENTATIVES: Final = frozenset({"D", "A"})


def flow_functions() -> Iterator[str]:
    """Every generated function, as statements."""
    for number, row in enumerate(TRANSITIONS):
        yield _function(f"judge_{number}", _JUDGED, "jsonb", _judge_lines(row))
        yield _function(
            f"effects_{number}", _DONE, "wb.case_file", _effects_lines(row),
            "v wb.case_file := case_file;",
        )  # fmt: skip
    yield _dispatcher("judge", _JUDGED, "jsonb")
    yield _dispatcher("effects", _DONE, "wb.case_file")
    yield _function("sees", _ASKED, "boolean", _sees_lines())
    yield _function(
        "parts_of", _ASKED, "text[]", _parts_lines(), "v_parts text[] := '{}';"
    )
    yield from _case_rows()
    yield _part_rows()
    yield _write_entry()
    yield _judge_but_press()
    yield _function(
        "may_refuse_acceptance", _ASKED, "boolean",
        [f"RETURN coalesce({fact_text('power', Power.REFUSE_ACCEPTANCE.value)}, false);"],
    )  # fmt: skip
    yield from _on_duty()
    yield _function(
        "claim_kept", "case_file wb.case_file, p_at bigint", "boolean",
        ["RETURN NOT (case_file.holder IS NULL OR "
         + condition_text(CLAIM_OPEN.condition) + ");"],
        "p_who text := '';",
    )  # fmt: skip


def _case_rows() -> Iterator[str]:
    """Insert a new row, write a projected one, show one: the columns of the table by name."""
    names = [column.name for column in case_file.columns]
    values = ", ".join(f"v.{name}" for name in names)
    insert = f"INSERT INTO wb.case_file ({', '.join(names)}) VALUES ({values});"
    yield _function("insert_case", "v wb.case_file", "void", [insert])
    yield _save_case()
    pairs = ", ".join(f"{quoted(name)}, v.{name}" for name in CASE_FIELDS)
    yield _function(
        "shown_case", "v wb.case_file", "jsonb", [f"RETURN jsonb_build_object({pairs});"]
    )


def _save_case() -> str:
    """The version is the last word on who was first."""
    put = {one.column for row in TRANSITIONS for one in row.effects if isinstance(one, Put)}
    new = {name: f"v.{name}" for name in sorted(put | PROJECTED)} | step_marks("p_who", "p_move")
    values = ", ".join(f"{name} = {value}" for name, value in new.items())
    lines = [
        f"UPDATE wb.case_file c SET {values}",
        "WHERE c.case_id = v.case_id AND c.version = v.version - 1;",
        "IF NOT FOUND THEN RAISE EXCEPTION 'case % changed inside the turn', v.case_id; END IF;",
    ]
    return _function("save_case", "v wb.case_file, p_who text, p_move text", "void", lines)


def _judge_but_press() -> str:
    """The judge of ``stamp`` before there is a press: everything else must allow it (T23)."""
    (row,) = (one for one in TRANSITIONS if one.move == "stamp")
    others = tuple(one for one in row.guards if one.condition != Fact("ledger_released"))
    if len(others) != len(row.guards) - 1:
        raise TypeError("the stamp does not ask the ledger")
    return _function(
        "judge_but_press", _JUDGED, "jsonb", _judge_lines(dataclasses.replace(row, guards=others))
    )


def _part_rows() -> str:
    """The rows of the named parts of a case; the table of a part not named is not touched."""
    columns = "entry_id, kind, author, at, body, sha256"
    selects = " UNION ALL ".join(
        f"SELECT {quoted(part.value)}, t.{columns.replace(', ', ', t.')} FROM wb.{table.name} t"
        f" WHERE {quoted(part.value)} = ANY (p_parts) AND t.case_id = p_case"
        for part, table in PART_TABLES.items()
    )
    returns = ("TABLE (part text, entry_id bigint, kind text, author text, at bigint, body text,"
               " sha256 text)")  # fmt: skip
    return _function(
        "part_rows", "p_case bigint, p_parts text[]", returns, [f"RETURN QUERY {selects};"]
    )


def _write_entry() -> str:
    """One entry into the table of its part; every branch is written out, none is composed."""
    branches = "\n".join(
        f"WHEN {quoted(part.value)} THEN INSERT INTO wb.{table.name}"
        " (case_id, kind, author, at, code, content_sha256, body, sha256)"
        " VALUES (p_case, p_kind, p_author, p_at, p_code, p_content, p_body, p_sha256);"
        for part, table in PART_TABLES.items()
    )
    asked = ("p_part text, p_case bigint, p_kind text, p_author text, p_at bigint, p_code text,"
             " p_content text, p_body text, p_sha256 text")  # fmt: skip
    unknown = "ELSE RAISE EXCEPTION 'no part % for content of kind %', p_part, p_kind;"
    return _function("write_entry", asked, "void", [f"CASE p_part {branches} {unknown} END CASE;"])


def _on_duty() -> Iterator[str]:
    """``duty_roster.on_duty`` and ``representatives_on_duty``, for any department."""
    here = duty_shift.c.department == literal_column("p_department", Text)
    names = people.duty(ASKER, duty_shift.c.login).where(here)
    mine = people.duty(ASKER, literal_column("1")).where(
        here, duty_shift.c.login == literal_column("p_login", Text)
    )
    sorted_ = "string_agg(DISTINCT one.login COLLATE \"C\", ',')"
    listed = f"(SELECT coalesce({sorted_}, '') FROM ({select_text(names)}) one)"
    yield _function(
        "on_duty_names", "p_department text, p_at bigint", "text",
        [f"RETURN {listed};"],
    )  # fmt: skip
    yield _function(
        "on_duty_in", "p_login text, p_department text, p_at bigint", "boolean",
        [f"RETURN EXISTS ({select_text(mine)});"],
    )  # fmt: skip


def _function(
    name: str, arguments: str, returns: str, lines: list[str], declared: str = ""
) -> str:
    head = f"CREATE OR REPLACE FUNCTION wb.{name}({arguments}) RETURNS {returns}\n"
    declare = f"DECLARE {declared}\n" if declared else ""
    body = "\n".join(lines)
    return f"{head}LANGUAGE plpgsql AS $flow$\n{declare}BEGIN\n{body}\nEND\n$flow$"


def _dispatcher(name: str, arguments: str, returns: str) -> str:
    """The function of a row by its number, found by halving: each comparison costs."""
    passed = ", ".join(one.split()[0] for one in arguments.split(", "))

    def halves(low: int, high: int) -> list[str]:
        if high - low == 1:
            return [f"RETURN wb.{name}_{low}({passed});"]
        middle = (low + high) // 2
        first, second = halves(low, middle), halves(middle, high)
        return [f"IF p_row < {middle} THEN", *first, "ELSE", *second, "END IF;"]

    lines = halves(0, len(TRANSITIONS))
    return _function(f"{name}_of", f"p_row integer, {arguments}", returns, lines)


# -- judging -----------------------------------------------------------------------------------


def _refused(code: str, **values: str) -> str:
    return quoted(json.dumps({"code": code, **values}, ensure_ascii=False)) + "::jsonb"


def _if_not(condition: str, answer: str) -> str:
    return f"IF NOT ({condition}) THEN RETURN {answer}; END IF;"


def _judge_lines(row: Transition) -> list[str]:
    actors = {letter: condition_text(ACTORS[letter]) for letter in row.actors}
    lines = [_if_not(" OR ".join(actors.values()), _actor_code(row))]
    if row.power is not None and _REPRESENTATIVES & set(row.actors):
        others = [text for letter, text in actors.items() if letter not in _REPRESENTATIVES]
        held = f"coalesce({fact_text('power', row.power.value)}, false)"
        lines.append(_if_not(" OR ".join([held, *others]), _refused("no_power", power=row.power)))
    if row.duty is not None:
        for other, condition in separation_guards(row.duty):
            refused = _refused("separation", duty=row.duty.value, other=other.value)
            lines.append(_if_not(f"p_who = 'system' OR {condition_text(condition)}", refused))
    guards = [CLAIM_OPEN, *row.guards] if row.holds_case else list(row.guards)
    return [*lines, *map(_guard_line, guards), "RETURN NULL;"]


def _guard_line(guard: Guard) -> str:
    asked = condition_text(guard.condition)
    if speaks_of_content(guard.condition):
        asked = f"NOT p_content OR {asked}"
    return _if_not(asked, _guard_refusal(guard))


def _guard_refusal(guard: Guard) -> str:
    if guard.code == CLAIM_OPEN.code:
        return (
            f"jsonb_build_object('code', '{guard.code}', 'holder', coalesce(case_file.holder, ''))"
        )
    if isinstance(guard.condition, NoLater):
        kind = f"{brought_text(guard.condition.kind)} #>> '{{}}'"
        unknown = f"jsonb_build_object('kind', {kind}, 'days', '-', 'day', '-')"
        limits = f"coalesce(wb.too_long({kind}, p_at), {unknown})"
        return f"jsonb_build_object('code', '{guard.code}') || {limits}"
    return _refused(guard.code)


def _actor_code(row: Transition) -> str:
    """The most helpful reason why the person is none of the row's actors (``rules.judge``)."""
    cases = []
    if _REPRESENTATIVES & set(row.actors):
        on_duty = f"coalesce({fact_text('on_duty', '')}, false)"
        cases.append(
            f"WHEN {fact_text('appointed', '')} THEN CASE WHEN NOT {on_duty}"
            f" THEN {_refused('not_on_duty')} ELSE {_refused('item_not_authorised')} END"
        )
    if "W_CHECK" in row.actors:
        window = fact_text("role", "window_acceptor")
        cases.append(f"WHEN {window} THEN {_refused('check_not_delegated')}")
    if "C" in row.actors:
        custodian = fact_text("role", "seal_custodian")
        cases.append(f"WHEN {custodian} THEN {_refused('not_on_custody_shift')}")
    other = _refused("not_your_role")
    return f"CASE {' '.join(cases)} ELSE {other} END" if cases else other


# -- sight -------------------------------------------------------------------------------------


def _sees_lines() -> list[str]:
    lines = [f"IF {condition_text(one.condition)} THEN RETURN {not one.denies}; END IF;"
             for one in sorted(ROWS, key=lambda row: not row.denies)]  # fmt: skip
    return [*lines, "RETURN false;"]


def _parts_lines() -> list[str]:
    lines = [f"IF {condition_text(one.condition)} THEN RETURN '{{}}'; END IF;"
             for one in ROWS if one.denies]  # fmt: skip
    lines += [
        f"IF {condition_text(condition)} THEN v_parts := v_parts || {_array(rows)}; END IF;"
        for condition, rows in _granting().items()
    ]
    return [*lines, "RETURN ARRAY(SELECT DISTINCT unnest(v_parts) ORDER BY 1);"]


def _granting() -> dict[Condition, list[Sight]]:
    found: dict[Condition, list[Sight]] = {}
    for one in ROWS:
        if not one.denies:
            found.setdefault(one.condition, []).append(one)
    return found


def _array(rows: list[Sight]) -> str:
    parts = sorted({part.value for one in rows for part in one.parts})
    return "ARRAY[" + ", ".join(map(quoted, parts)) + "]"


# -- effects -----------------------------------------------------------------------------------


def _effects_lines(row: Transition) -> list[str]:
    lines = [line for effect in row.effects for line in effect_lines(effect)]
    if row.to is not None:
        lines.append(f"v.state := {quoted(row.to.value)};")
        if row.to in SHORT_ENDS:
            lines.append("PERFORM wb.clocks_stop_all(v.case_id, p_at);")
    if row.move in REPEATED:
        lines.append(
            f"IF (SELECT count(*) FROM wb.event e WHERE e.case_id = v.case_id"
            f" AND e.kind = {quoted(row.move)}) + 1 >= {RETURNS_BEFORE_EVENT} THEN"
            f" PERFORM wb.supervise_now(v, {quoted(REPEATED[row.move])}, '', p_fields, p_at,"
            " p_now); END IF;"
        )
    return [*lines, "RETURN v;"]
