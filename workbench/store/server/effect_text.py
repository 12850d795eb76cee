"""Effects of ``rules.effects`` as lines of PL/pgSQL, in the vocabulary of ``store.carry_out``.

The lines stand in a function with the row as it becomes in ``v``, the row before in ``case_file``,
and ``p_who``, ``p_at``, ``p_now``, ``p_fields``, ``p_brought``. Called by ``flow_functions``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean

from workbench.rules.effects import (
    AdvanceTask,
    Effect,
    ExtendClock,
    GoOnClock,
    OpenTask,
    PauseClocks,
    Put,
    Relist,
    ResumeClocks,
    StartClock,
    StopClock,
    StrikeOff,
    Supervise,
)
from workbench.store.server.condition_text import condition_text, quoted
from workbench.store.tables import case_file


def effect_lines(effect: Effect) -> list[str]:
    """The lines that carry the effect out."""
    return _LINES[type(effect)](effect)


def _source(text: str) -> str:
    """A source of ``rules.effects`` as a text expression."""
    if text.startswith("="):
        return quoted(text[1:])
    if text.startswith("field:"):
        return f"(p_fields ->> {quoted(text[6:])})"
    return {"none": "NULL", "actor": "p_who", "effective_at": "p_at"}.get(text, f"v.{text}")


def _array(names: Iterable[str]) -> str:
    return "ARRAY[" + ", ".join(map(quoted, names)) + "]::text[]"


def _put(effect: Put) -> list[str]:
    value = _source(effect.source)
    kind = case_file.c[effect.column].type
    if effect.source.startswith("field:"):
        typed = "::boolean" if isinstance(kind, Boolean) else ""
        typed = "::bigint" if isinstance(kind, BigInteger) else typed
        named = quoted(effect.source[6:])
        return [f"IF p_fields ? {named} THEN v.{effect.column} := {value}{typed}; END IF;"]
    return [f"v.{effect.column} := {value};"]


def _start_clock(effect: StartClock) -> list[str]:
    at = f"v.{effect.from_column}" if effect.from_column else "p_at"
    item = "case_file.item_code, case_file.item_version"
    return [f"PERFORM wb.clock_start(v.case_id, {quoted(effect.name)}, {at}, {item});"]


def _open_task(effect: OpenTask) -> list[str]:
    due = "NULL"
    if effect.due_clock:
        limit = f"case_file.item_code, case_file.item_version, {quoted(effect.due_clock)}, p_at"
        due = f"wb.limit_due({limit})"
    data = f"wb.kept(p_fields, {_array(effect.keep)})" if effect.keep else "'{}'::jsonb"
    if effect.stamped:
        pairs = ", ".join(f"{quoted(one)}, v.{one}" for one in effect.stamped)
        data += f" || jsonb_build_object({pairs})"
    department = "one.code" if effect.each else _or_null(effect.department)
    call = (
        f"PERFORM wb.task_open(v.case_id, {quoted(effect.kind.value)}, {quoted(effect.state)},"
        f" {department}, {_or_null(effect.login)}, {_or_null(effect.second_login)}, p_at, {due},"
        f" {data})"
    )
    if effect.each:
        named = f"wb.members(p_fields -> {quoted(effect.each)})"
        return [f"{call} FROM (SELECT code FROM {named} ORDER BY place) AS one;"]
    return [f"{call};"]


def _or_null(source: str) -> str:
    return _source(source) if source else "NULL"


def _advance_task(effect: AdvanceTask) -> list[str]:
    to = quoted(effect.to)
    if effect.unless is not None:
        held = condition_text(effect.unless)
        to = f"CASE WHEN {held} THEN {quoted(effect.instead)} ELSE {to} END"
    login = f"true, {_source(effect.login)}" if effect.login else "false, NULL"
    mine = "p_who" if effect.of_mine else "NULL"
    return [
        f"PERFORM wb.task_advance(v.case_id, {quoted(effect.kind.value)}, {to},"
        f" {str(effect.closes).lower()}, {mine}, p_at, p_fields, {_array(effect.keep)}, {login});"
    ]


def _strike_off(effect: StrikeOff) -> list[str]:
    return [_listing("task_strike_off", effect)]


def _relist(effect: Relist) -> list[str]:
    return [_listing("task_relist", effect)]


def _listing(verb: str, effect: StrikeOff | Relist) -> str:
    names = ", ".join(map(quoted, (effect.kind.value, effect.key, effect.field)))
    return f"PERFORM wb.{verb}(v.case_id, p_fields, {names});"


def _supervise(effect: Supervise) -> list[str]:
    kind = quoted(effect.kind)
    round_ = f"wb.round_of(v.case_id, {kind}, p_fields)"
    return [f"PERFORM wb.supervise_now(v, {kind}, {round_}, p_fields, p_at, p_now);"]


def _extend_clock(effect: ExtendClock) -> list[str]:
    days = f"wb.task_number(v.case_id, {quoted(effect.kind.value)}, {quoted(effect.key)})"
    return [f"PERFORM wb.clock_extend(v.case_id, {quoted(effect.name)}, {days});"]


_LINES: Final[dict[type, Callable[[Any], list[str]]]] = {
    Put: _put,
    StartClock: _start_clock,
    StopClock: lambda one: [f"PERFORM wb.clock_stop(v.case_id, {quoted(one.name)}, p_at);"],
    GoOnClock: lambda one: [f"PERFORM wb.clock_go_on(v.case_id, {quoted(one.name)});"],
    PauseClocks: lambda _one: ["PERFORM wb.clocks_pause(v.case_id, p_at);"],
    ResumeClocks: lambda _one: ["PERFORM wb.clocks_resume(v.case_id, p_at);"],
    ExtendClock: _extend_clock,
    OpenTask: _open_task,
    AdvanceTask: _advance_task,
    StrikeOff: _strike_off,
    Relist: _relist,
    Supervise: _supervise,
}
