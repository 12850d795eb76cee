"""The facts of the visibility rows as conditions over the columns of a case row, for policies.

Written for indexes: a column is compared with what a lookup of ``sql/40_lookups.sql`` gives once a
statement. A third form of these facts beside ``rules.facts`` and ``facts_sql``; a test compares
them all. ``row`` is what stands before a column: nothing, or ``c.``. Called by ``policies``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from workbench.rules.conditions import All, Condition, Either, Fact, Not
from workbench.rules.facts import DECIDED_SIGHT
from workbench.store.server.sight_terms import STATES, Term

_Said = tuple[frozenset[str], frozenset[Fact], frozenset[Fact], bool]

_NAME: Final = 'session_user::text COLLATE "default"'
ME: Final = f"(SELECT {_NAME})"
"""The signed-in person, made a text once a statement and not once a row. A name has a collation of
its own, which no index of a text serves."""

MARKED: Final = frozenset({"acted_as", "task_open", "task_any", "opinion_answered_mine"})
"""Facts that stand as marks in the column ``calls``."""

HIDDEN: Final = MARKED | {"handled"}
"""Facts that are read from columns which nobody may read (``case_marks``)."""

TASKS: Final = {
    "opinion_task_mine": "opinion", "transfer_to_mine": "transfer", "survey_names_me": "survey",
    "chairs_hearing": "hearing",
}  # fmt: skip
"""Facts about open sub-tasks that call the person: few cases, listed by ``wb.my_tasks``, which
knows the states and the role that go with each (``case_marks``)."""


def quoted(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    """Text literals with commas between."""
    return ", ".join(quoted(one) for one in values)


def _among(column: str, lookup: str) -> Callable[[str, str], str]:
    return lambda row, arg: f"{row}{column} = ANY ((SELECT wb.{lookup}())::text[])"


def _decided(row: str, arg: str) -> str:
    since = f"(SELECT wb.my_moment() - {DECIDED_SIGHT})"
    return f"{row}decided_by = {ME} AND {row}decided_at > {since}"


def _recused(row: str, arg: str) -> str:
    """Hardly anybody is: one truth a statement, before any row is looked up in the list."""
    named = f"{row}case_id = ANY ((SELECT wb.my_recusals())::bigint[])"
    return f"(SELECT wb.my_recusals() <> '{{}}') AND {named}"


def _authorised(row: str, arg: str) -> str:
    words = (
        f"{row}department || ' *'", f"{row}department || ' ' || {row}item_code",
        f"{row}department || ' ' || substr({row}item_code, 1, 31)",
    )  # fmt: skip
    return f"ARRAY[{', '.join(words)}] && (SELECT wb.my_letters())::text[]"


def _grace(row: str, arg: str) -> str:
    return f"{row}holder = {ME} AND {_among('department', 'my_grace')(row, arg)}"


def _item(row: str, arg: str) -> str:
    if arg != "major":
        raise TypeError(f"item {arg} has no form in a policy")
    same = f"v.item_code = {row}item_code AND v.version = {row}item_version"
    return f"EXISTS (SELECT 1 FROM wb.item_version v WHERE {same} AND v.major)"


def _task(name: str) -> Callable[[str, str], str]:
    return lambda row, arg: _called(row, [TASKS[name]])


def _called(row: str, kinds: Iterable[str]) -> str:
    lookup = f"(SELECT wb.my_tasks(ARRAY[{listed(sorted(kinds))}]))"
    return f"{row}case_id = ANY ({lookup}::bigint[])"


FORMS: Final[dict[str, Callable[[str, str], str]]] = {
    "recused": _recused,
    "on_duty": _among("department", "my_duty"),
    "appointed": _among("department", "my_appointments"),
    "was_appointed": _among("department", "my_past_appointments"),
    "temporary": _among("department", "my_stand_ins"),
    "member_of_department": _among("department", "my_departments"),
    "department_staffed": _among("department", "my_staffed_departments"),
    "own_site": _among("site", "my_sites"),
    "item_authorised": _authorised,
    "handled": lambda row, arg: f"{row}handlers @> (SELECT ARRAY[{_NAME}])",
    "decided_within_90_days": _decided,
    "own_claim_in_grace": _grace,
    "assigned_reviewer": lambda row, arg: f"{row}reviewer = {ME}",
    "unassigned": lambda row, arg: f"{row}reviewer IS NULL",
    "registered_by_me": lambda row, arg: f"{row}registrar = {ME}",
    "on_custody_shift": lambda row, arg: "(SELECT wb.my_custody())",
    "item": _item,
    **{name: _task(name) for name in TASKS},
}
"""Facts but for states, roles and marks; those are put together below."""


def roles_text(roles: Sequence[str]) -> str:
    """Whether one of these roles is held now: one truth a statement, not one a row."""
    return f"(SELECT wb.holds(ARRAY[{listed(roles)}]))"


def states_text(row: str, states: Iterable[str]) -> str:
    """The state is one of these, in the order of the flow."""
    named = sorted(states, key=STATES.index)
    if len(named) == 1:
        return f"{row}state = {quoted(named[0])}"
    return f"{row}state IN ({listed(named)})"


def marks_text(row: str, facts: Sequence[Fact]) -> str:
    """Whether the case bears one of the marks behind these facts; one look into one index."""
    if any(one.name == "opinion_answered_mine" for one in facts):
        if len(facts) > 1:
            raise TypeError("marks of departments are asked apart from others")
        return f"{row}calls && (SELECT wb.my_marks(ARRAY['answered']))::text[]"
    marks = f"ARRAY[{', '.join(sorted(_mark(one) for one in facts))}]"
    return f"{row}calls && (SELECT {marks})" if _NAME in marks else f"{row}calls && {marks}"


def _mark(fact: Fact) -> str:
    match fact:
        case Fact("acted_as", duty):
            return f"{quoted(f'did:{duty}:')} || {_NAME}"
        case Fact("task_open", kind):
            return quoted(f"open:{kind}")
        case _:
            return quoted(f"any:{fact.arg}")


# -- whole conditions --------------------------------------------------------------------------


def is_mark(fact: Fact) -> bool:
    """Whether the fact stands in the column ``calls``."""
    return fact.name in MARKED


def hidden(term: Term) -> bool:
    """Whether the term reads a column that nobody may read."""
    return any(one.name in HIDDEN for one in term.facts | term.absent)


def calls(term: Term) -> bool:
    """Whether an open sub-task that calls the person is all that the term asks, but for a role."""
    others = [one.name for one in term.facts if one.name != "role"]
    return len(others) == 1 and others[0] in TASKS and not term.absent


def terms_text(terms: Sequence[Term], row: str) -> list[str]:
    """One condition for each alternative; those that differ in a role or a mark alone are one.

    What stands under the same role stands behind one question for it.
    """
    said: dict[str, list[str]] = {}
    for one in _alike([term for term in terms if not calls(term)]):
        said.setdefault(roles_text(sorted(one[0].roles)) if one[0].roles else "", []).append(
            _alternative(*one, row)
        )
    found = [text for role, each in said.items() for text in _under(role, each)]
    named = {TASKS[fact.name] for term in terms if calls(term) for fact in term.facts
             if fact.name in TASKS}  # fmt: skip
    return [*found, _called(row, named)] if named else found


def _under(role: str, alternatives: list[str]) -> list[str]:
    if not role:
        return alternatives
    if "true" in alternatives:
        return [role]
    if len(alternatives) == 1:
        return [f"{role} AND {alternatives[0]}"]
    return [f"{role} AND (" + " OR ".join(f"({one})" for one in alternatives) + ")"]


def _alike(terms: Sequence[Term]) -> list[tuple[_Alike, set[Fact]]]:
    roles: dict[_Said, set[str]] = {}
    for term in terms:
        named = {one.arg for one in term.facts if one.name == "role"}
        others = frozenset(one for one in term.facts if one.name != "role")
        roles.setdefault((term.states, others, term.absent, bool(named)), set()).update(named)
    marks: dict[_Alike, set[Fact]] = {}
    for (states, others, absent, _any), named in roles.items():
        mark = {one for one in others if is_mark(one)}
        if len(mark) > 1:
            raise TypeError("two marks in one alternative would be asked as one or the other")
        alike = _Alike(states, others - mark, absent, frozenset(named), bool(mark))
        marks.setdefault(alike, set()).update(mark)
    return list(marks.items())


@dataclass(frozen=True, slots=True)
class _Alike:
    """What alternatives have in common that differ in their mark alone."""

    states: frozenset[str]
    plain: frozenset[Fact]
    absent: frozenset[Fact]
    roles: frozenset[str]
    marked: bool


def _alternative(one: _Alike, marks: set[Fact], row: str) -> str:
    plain = sorted(one.plain, key=lambda fact: fact.name)
    names = {fact.name for fact in plain}
    if "department_staffed" in names:
        if "member_of_department" not in names:
            raise TypeError("wb.my_staffed_departments() knows the departments of own posts alone")
        plain = [fact for fact in plain if fact.name != "member_of_department"]
    said = [states_text(row, one.states)] if len(one.states) < len(STATES) else []
    said += [FORMS[fact.name](row, fact.arg) for fact in plain]
    said += [marks_text(row, sorted(marks, key=str))] if marks else []
    said += [
        f"NOT coalesce({FORMS[fact.name](row, fact.arg)}, false)"
        for fact in sorted(one.absent, key=lambda fact: fact.name)
    ]
    return " AND ".join(said) or "true"


def condition_text(condition: Condition, row: str) -> str:
    """Any condition of the rows as it stands; for what denies, which no index serves."""
    match condition:
        case Fact("state_in", arg):
            return states_text(row, arg.split(","))
        case Fact("role", arg):
            return roles_text((arg,))
        case Fact(name, arg):
            return marks_text(row, (condition,)) if is_mark(condition) else FORMS[name](row, arg)
        case Not(of):
            return f"NOT ({condition_text(of, row)})"
        case All(members):
            return "(" + " AND ".join(condition_text(one, row) for one in members) + ")"
        case Either(members):
            return "(" + " OR ".join(condition_text(one, row) for one in members) + ")"
        case _:
            raise TypeError(f"{condition!r} cannot stand in a visibility row")
