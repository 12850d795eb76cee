"""Two columns of a case row that only a server has: who handled it, and whom it calls.

``handlers`` holds whoever made a step that makes a handler (V04); ``calls`` holds marks of the
sub-tasks and of who stamped: ``answered:market``, ``open:voiding``, ``any:extension``,
``did:stamp:lin``. A policy finds cases by them through one index each; nobody may read them. The
marks that a step leaves by itself are saved with its row (:func:`step_marks`), those of sub-tasks
by a trigger. What is bounded by the open sub-tasks that name a person or his department needs no
mark: it is listed by ``wb.my_tasks``. Called by ``grants`` and ``flow_functions``.
"""

from __future__ import annotations

from typing import Final

from workbench.rules.case import ENDED, OPEN_TASK_STATES, State
from workbench.rules.case_flow import MOVES_OF_DUTY
from workbench.rules.conditions import facts_in
from workbench.rules.facts import HandlerMoves
from workbench.rules.separation import Duty
from workbench.rules.visibility import ROWS
from workbench.store.server.policy_facts import TASKS, listed, quoted, states_text
from workbench.store.server.sight_terms import STATES, terms_of

COLUMNS: Final = ("handlers", "calls")
_OPEN: Final = tuple(one.value for one in State if one not in ENDED)
_DUTIES: Final = sorted(
    {fact.arg for row in ROWS for fact in facts_in(row.condition) if fact.name == "acted_as"}
)


_DID: Final = tuple(
    (f"did:{duty}:", move) for duty in _DUTIES for move in sorted(MOVES_OF_DUTY[Duty(duty)])
)
"""``(mark, move)`` of every step that leaves a mark of its own."""


def step_marks(who: str, move: str) -> dict[str, str]:
    """Column -> its value, as SQL over the row ``c``, once that person has made that move.

    One UPDATE a step: a trigger on the log would write the row, and its indexes, a second time.
    """
    did = " ".join(f"WHEN {quoted(name)} THEN {quoted(mark)}" for mark, name in _DID)
    mark = f"(CASE {move} {did} END || {who})"
    return {
        "handlers": f"CASE WHEN {move} IN ({listed(sorted(HandlerMoves))}) OR {who} = "
        f"ANY (c.handlers) THEN c.handlers ELSE c.handlers || {who} END",
        "calls": f"CASE WHEN {move} IN ({listed(name for _, name in _DID)}) AND {mark} <> "
        f"ALL (c.calls) THEN c.calls || {mark} ELSE c.calls END",
    }


def statements() -> tuple[str, ...]:
    """Columns, indexes and triggers; may be carried out again and again."""
    return (
        *(f"ALTER TABLE wb.case_file ADD COLUMN IF NOT EXISTS {one} text[] NOT NULL DEFAULT '{{}}'"
          for one in COLUMNS),
        "CREATE INDEX IF NOT EXISTS ix_case_file_handlers ON wb.case_file USING gin (handlers) "
        f"WITH (fastupdate = off) WHERE state IN ({listed(_OPEN)})",
        "CREATE INDEX IF NOT EXISTS ix_case_file_calls ON wb.case_file USING gin (calls) "
        "WITH (fastupdate = off)",
        *(f"CREATE INDEX IF NOT EXISTS ix_task_open_{one} ON wb.task ({one}, kind, case_id) "
          f"WHERE {_STILL}" for one in ("department", "login", "second_login")),
        # Asked in every statement: coming shifts are passed over without a look at their rows.
        *(f'CREATE INDEX IF NOT EXISTS ix_duty_shift_{one}_now ON wb.duty_shift '
          f'({one}, "end", start)' for one in ("login", "department")),
        _my_tasks(), _handlers_of(), _calls_of(), _note(), _after_task(),
        "CREATE OR REPLACE TRIGGER task_marks AFTER INSERT OR UPDATE OR DELETE ON wb.task "
        "FOR EACH ROW EXECUTE FUNCTION wb.mark_after_task()",
    )  # fmt: skip


_STILL: Final = f"state IN ({listed(OPEN_TASK_STATES)})"
_HEAD: Final = "SET search_path = wb, pg_catalog, pg_temp"


def _my_tasks() -> str:
    """The cases with an open sub-task that calls the person: ``opinion`` and ``transfer`` where he
    is on duty, ``survey`` and ``hearing`` where he is named (V09, V13, V26, V27); in the states
    and under the role that the row names."""
    named = f"SELECT t.case_id FROM wb.task t WHERE t.{_STILL} AND t.kind = ANY (p_kinds)"
    return f"""CREATE OR REPLACE FUNCTION wb.my_tasks(p_kinds text[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER {_HEAD}
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_who text := session_user;
    v_duty text[] := CASE WHEN p_kinds && ARRAY['opinion', 'transfer'] THEN wb.my_duty() END;
    v_cases bigint[] := '{{}}';
    v_named bigint[] := '{{}}';
BEGIN
    IF v_duty <> '{{}}' THEN
        v_cases := ARRAY(
            {named} AND t.department = ANY (v_duty) AND {_called("opinion", "transfer")}
        );
    END IF;
    IF p_kinds && ARRAY['survey', 'hearing'] THEN
        v_named := ARRAY(
            SELECT t.task_id FROM wb.task t WHERE t.{_STILL} AND t.login = v_who
            UNION ALL
            SELECT t.task_id FROM wb.task t
            WHERE t.{_STILL} AND t.second_login = v_who AND t.kind = 'survey'
        );
    END IF;
    -- Mostly nobody is named: then nothing more is asked.
    IF v_named <> '{{}}' THEN
        v_cases := v_cases || ARRAY(
            {named} AND t.task_id = ANY (v_named) AND {_called("survey", "hearing")}
        );
    END IF;
    RETURN v_cases;
END
$$"""


def _called(*kinds: str) -> str:
    """What the row of each sub-task asks beside it: states of the case, a role of the person."""
    found = []
    for term in (term for row in ROWS for term in terms_of(row.condition)):
        named = [one.name for one in term.facts if one.name in TASKS]
        roles = sorted(one.arg for one in term.facts if one.name == "role")
        if named and (term.absent or len(named) > 1 or len(named) + len(roles) < len(term.facts)):
            raise TypeError("a sub-task that calls somebody is asked with a role and states alone")
        if not named or TASKS[named[0]] not in kinds:
            continue
        said = [f"t.kind = {quoted(TASKS[named[0]])}"]
        said += [f"wb.holds(ARRAY[{listed(roles)}])"] if roles else []
        if len(term.states) < len(STATES):
            said.append("EXISTS (SELECT 1 FROM wb.case_file c WHERE c.case_id = t.case_id AND "
                        f"{states_text('c.', term.states)})")  # fmt: skip
        found.append("(" + " AND ".join(said) + ")")
    return f"({' OR '.join(found)})"


def _handlers_of() -> str:
    return f"""CREATE OR REPLACE FUNCTION wb.handlers_of(p_case bigint) RETURNS text[]
LANGUAGE plpgsql STABLE {_HEAD} AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT e.actor FROM wb.event e
        WHERE e.case_id = p_case AND e.kind NOT IN ({listed(sorted(HandlerMoves))})
        ORDER BY e.actor
    );
END
$$"""


def _calls_of() -> str:
    marks = (
        f"(CASE WHEN t.{_STILL} THEN 'open:' || t.kind END)",
        "('any:' || t.kind)",
        "(CASE WHEN t.closed_at IS NOT NULL AND t.kind = 'opinion' "
        "THEN 'answered:' || t.department END)",
    )
    pairs = ", ".join(f"({quoted(mark)}, {quoted(move)})" for mark, move in _DID)
    return f"""CREATE OR REPLACE FUNCTION wb.calls_of(p_case bigint) RETURNS text[]
LANGUAGE plpgsql STABLE {_HEAD} AS $$
BEGIN
    RETURN ARRAY(
        SELECT m.mark FROM wb.task t
        CROSS JOIN LATERAL (VALUES {", ".join(marks)}) AS m(mark)
        WHERE t.case_id = p_case AND m.mark IS NOT NULL
        UNION
        SELECT d.mark || e.actor FROM wb.event e
        JOIN (VALUES {pairs}) AS d(mark, move) ON d.move = e.kind
        WHERE e.case_id = p_case
        ORDER BY 1
    );
END
$$"""


def _note() -> str:
    return f"""CREATE OR REPLACE FUNCTION wb.note_marks(p_case bigint) RETURNS void
LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    v_handlers text[] := wb.handlers_of(p_case);
    v_calls text[] := wb.calls_of(p_case);
BEGIN
    UPDATE wb.case_file SET handlers = v_handlers, calls = v_calls
    WHERE case_id = p_case AND (handlers, calls) IS DISTINCT FROM (v_handlers, v_calls);
END
$$"""


def _after_task() -> str:
    return f"""CREATE OR REPLACE FUNCTION wb.mark_after_task() RETURNS trigger
LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    v_case bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.case_id ELSE NEW.case_id END;
    v_calls text[] := wb.calls_of(v_case);
BEGIN
    UPDATE wb.case_file SET calls = v_calls WHERE case_id = v_case AND calls <> v_calls;
    RETURN NULL;
END
$$"""
