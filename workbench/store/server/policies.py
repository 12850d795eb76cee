"""Row-level security: which rows of which table a person's own statements can see, and why.

Everything about a case is generated from ``rules.visibility``: a policy for each part's table and
each kind of post (domain 4.4). A part is asked through the case row, which its own policies guard,
so what denies a case denies its parts too. Everything else is decided in ``table_policies``.
Called by ``grants`` (install) and ``policy_check`` (centre check).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workbench.rules.case import Part
from workbench.rules.visibility import DENYING
from workbench.store.case_views import TASK_PARTS
from workbench.store.server.policy_facts import ME, condition_text, hidden, listed, terms_text
from workbench.store.server.role_names import GROUPS_OF_ROLES, KINDS, RoleNames
from workbench.store.server.sight_terms import (
    EVERYBODY,
    REPRESENTATIVE,
    Term,
    terms_for,
    terms_of,
)
from workbench.store.server.table_policies import DECISIONS
from workbench.store.tables import PART_TABLES

Policies = dict[tuple[str, str], str]
"""``(table, policy name)`` -> what stands behind ``CREATE POLICY name ON table``."""

GROUPS: Final = (EVERYBODY, *KINDS)
TABLE_OF: Final = {part: table.name for part, table in PART_TABLES.items()} | {Part.LOG: "event"}
"""Tables of the parts but for *meta*, which is ``case_file`` itself."""

MARKS: Final = "material_mark"
"""Seen by whoever sees the materials, as long as they stand (decision 021)."""

SEEN: Final = "EXISTS (SELECT 1 FROM wb.case_file c WHERE c.case_id = {table}.case_id)"
"""Whether the person sees the case at all: the sub-select stands under the case's policies."""


def policy_name(kind: str) -> str:
    """Of several policies PostgreSQL asks the last of the alphabet first: the group's own one."""
    return "anybody_sees" if kind == EVERYBODY else f"sees_{kind}"


def generated(roles: RoleNames) -> Policies:
    """Every policy of a centre."""
    found: Policies = {}
    for kind in GROUPS:
        found |= _of_cases(roles, kind)
    for table, decision in DECISIONS.items():
        for shown in decision.shown:
            text = shown.truth.format(seen=SEEN.format(table=table), me=ME)
            found[table, policy_name(shown.to)] = _select(roles, shown.to, text)
    return found


def _of_cases(roles: RoleNames, kind: str) -> Policies:
    found: Policies = {}
    if terms_for(Part.META, kind):
        found["case_file", policy_name(kind)] = _select(roles, kind, _meta(kind))
    for part, table in TABLE_OF.items():
        truth = _of_part(part, kind, table)
        if truth and part is Part.OWN_TASK:
            truth = f"{truth} AND ({_own_or_all(table)})"
        if truth:
            found[table, policy_name(kind)] = _select(roles, kind, truth)
    marks = _of_part(Part.MATERIALS, kind, MARKS)
    if marks:
        found[MARKS, policy_name(kind)] = _select(roles, kind, f"removed_at IS NULL AND {marks}")
    tasks = _tasks(kind)
    if tasks:
        found["task", policy_name(kind)] = _select(roles, kind, tasks)
    return found


def _select(roles: RoleNames, kind: str, truth: str) -> str:
    name = roles.user if kind == EVERYBODY else roles.kind(kind)
    return f"FOR SELECT TO {name} USING ({truth})"


def _meta(kind: str) -> str:
    return _granted_and_not_denied(terms_for(Part.META, kind), "")


def _granted_and_not_denied(terms: Sequence[Term], row: str) -> str:
    """Any of the alternatives, and nothing that denies; what denies and cannot meet any of them,
    as a state that none of them names, is not asked: it would be asked of every row."""
    said = [
        f"NOT ({condition_text(one.condition, row)})" for one in DENYING
        if any(term.with_another(bad) for term in terms for bad in terms_of(one.condition))
    ]  # fmt: skip
    granted = " OR ".join(f"({one})" for one in terms_text(terms, row))
    return " AND ".join([*said, f"({granted})"])


# -- parts -------------------------------------------------------------------------------------


def _of_part(part: Part, kind: str, table: str) -> str:
    condition = _granted(part, kind)
    if not condition:
        return ""
    same = f"c.case_id = {table}.case_id"
    return f"EXISTS (SELECT 1 FROM wb.case_file c WHERE {same} AND ({condition}))"


def _granted(part: Part, kind: str) -> str:
    """The part's alternatives over a visible case row ``c``.

    A policy may use columns of its own table that the person may not read, but none of another
    table: what needs them is asked of a function that answers for this person alone.
    """
    if part is Part.META:
        return "true" if terms_for(part, kind) else ""
    terms = terms_for(part, kind)
    said = [f"({one})" for one in terms_text([one for one in terms if not hidden(one)], "c.")]
    if any(hidden(one) for one in terms):
        said.append(f"wb.{_asked(part, kind)}(c.case_id)")
    return " OR ".join(said)


def _asked(part: Part, kind: str) -> str:
    return f"sees_{part.value}_{kind}"


def _own_or_all(table: str) -> str:
    """Without the opinions only one's own entries of ``own_task`` (V09, V10)."""
    return (
        f"author = {ME} OR wb.sees_{Part.OPINIONS.value}(case_id) "
        "OR wb.own_entry(case_id, author, at)"
    )


def _tasks(kind: str) -> str:
    """A sub-task goes with the part that it is about, with whom it names, and with his duty."""
    kinds: dict[Part, list[str]] = {}
    for task, part in TASK_PARTS.items():
        kinds.setdefault(part, []).append(task.value)
    said = [
        f"task.kind IN ({listed(sorted(named))}) AND ({_granted(part, kind)})"
        for part, named in kinds.items()
        if _granted(part, kind)
    ]
    through = "EXISTS (SELECT 1 FROM wb.case_file c WHERE c.case_id = task.case_id AND ({}))"
    found = [through.format(" OR ".join(f"({one})" for one in said))] if said else []
    if kind == EVERYBODY:
        found.append(f"(login = {ME} OR second_login = {ME}) AND {SEEN.format(table='task')}")
    if kind == REPRESENTATIVE:
        found.append(
            "kind = 'opinion' AND department = ANY ((SELECT wb.my_duty())::text[]) "
            f"AND wb.sees_{Part.OWN_TASK.value}(case_id)"
        )
    return " OR ".join(f"({one})" for one in found)


# -- functions that answer for the person alone ------------------------------------------------


def functions() -> tuple[str, ...]:
    """What child tables ask about columns that nobody may read."""
    return (
        *(_function(name, said) for name, said in _functions().items()), _visible_among(),
    )  # fmt: skip


def function_names() -> tuple[str, ...]:
    """Their names; each takes the number of a case."""
    return tuple(_functions())


def _functions() -> dict[str, list[Term]]:
    """The alternatives that each asks: one function a part and kind of post, two for all kinds."""
    found = {}
    for part in TABLE_OF:
        for kind in GROUPS:
            terms = [one for one in terms_for(part, kind) if hidden(one)]
            if terms:
                found[_asked(part, kind)] = terms
    for part in (Part.OPINIONS, Part.OWN_TASK):
        found[f"sees_{part.value}"] = [x for kind in GROUPS for x in terms_for(part, kind)]
    return found


def _visible_among() -> str:
    """Of these cases the ones of which the person sees anything at all, newest first: for what is
    asked beside a list of cases, once and not once a case. Only what his own posts may grant is
    asked; whose letters have ended is asked as a representative still (V08)."""
    kinds = [(kind, terms_for(Part.META, kind)) for kind in GROUPS]
    asked = "\n            OR ".join(
        f"(SELECT {_has_post(kind)}) AND {_granted_and_not_denied(terms, 'c.')}"
        for kind, terms in kinds if terms
    )  # fmt: skip
    return f"""CREATE OR REPLACE FUNCTION wb.visible_among(p_cases bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET jit = off AS $$
DECLARE
    v_roles text[] := wb.my_roles();
BEGIN
    RETURN ARRAY(
        SELECT c.case_id FROM wb.case_file c WHERE c.case_id = ANY (p_cases)
        AND ({asked})
        ORDER BY c.case_id DESC
    );
END
$$"""


def _has_post(kind: str) -> str:
    if kind == EVERYBODY:
        return "true"
    if kind == REPRESENTATIVE:
        return "wb.my_past_appointments() <> '{}'"
    roles = sorted(role for role, group in GROUPS_OF_ROLES.items() if group == kind)
    return f"v_roles && ARRAY[{listed(roles)}]"


def _function(name: str, terms: Sequence[Term]) -> str:
    return f"""CREATE OR REPLACE FUNCTION wb.{name}(p_case bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = wb, pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.case_file c
        WHERE c.case_id = p_case AND {_granted_and_not_denied(terms, "c.")}
    );
END
$$"""
