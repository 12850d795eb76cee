"""The tables of ``rules`` as rows of the database, for the interpreters that are written in SQL.

Written at install and upgrade; ``centre check`` compares them. Called by ``install``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum
from itertools import product
from typing import Any

from sqlalchemy import Connection, Table, delete, insert

from workbench.rules.case import Case, State, TaskKind
from workbench.rules.case import public_stage as public_stage_of
from workbench.rules.case_flow import TRANSITIONS
from workbench.rules.effects import AdvanceTask, Effect, OpenTask, Put, Supervise
from workbench.rules.flow_words import ENTRY_PARTS, Transition
from workbench.rules.outside import REVIEW_KINDS, TEXTS
from workbench.rules.people import Role, role_conflicts
from workbench.rules.suspension import LONGEST
from workbench.store.case_views import TASK_PARTS
from workbench.store.entry_rows import WITH_CONTENT
from workbench.store.server.role_names import GROUPS_OF_ROLES
from workbench.store.server.tables_server import (
    entry_kind,
    flow_row,
    flow_text,
    longest_procedure,
    public_message,
    public_stage,
    review_kind,
    role_exclusion,
    role_group,
    task_kind,
)


def write_rules(sql: Connection) -> None:
    """Every rule table anew."""
    for table, rows in rule_rows():
        sql.execute(delete(table))
        sql.execute(insert(table), rows)


def rule_rows() -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Each rule table with its rows."""
    yield flow_row, _flow_rows()
    yield flow_text, _flow_texts()
    yield entry_kind, _entry_kinds()
    yield task_kind, [{"kind": kind.value, "part": part.value} for kind, part in TASK_PARTS.items()]
    yield longest_procedure, _longest()
    yield public_stage, _stages()
    yield review_kind, [{"move": one} for one in sorted(REVIEW_KINDS)]
    yield public_message, _messages()
    yield role_group, _role_groups()
    yield role_exclusion, _exclusions()


def _flow_rows() -> list[dict[str, Any]]:
    return [
        {
            "row_no": number, "row_id": one.row, "move": one.move,
            "from_states": [state.value for state in one.from_states],
            "to_state": one.to.value if one.to else None,
            "duty": one.duty.value if one.duty else None,
            "changes_due": changes_due(one), "changes_stage": changes_stage(one),
            "fields": list(one.fields), "entries": list(one.entries),
        }
        for number, one in enumerate(TRANSITIONS)
    ]  # fmt: skip


def _flow_texts() -> list[dict[str, Any]]:
    return [
        {"row_no": number, "canonical": told(one)} for number, one in enumerate(TRANSITIONS)
    ]


def changes_due(row: Transition) -> bool:
    """Whether clocks, sub-tasks with a limit, the item or the state can change by this step."""
    if row.to is not None:
        return True
    return any(not _leaves_due_alone(one) for one in row.effects)


def changes_stage(row: Transition) -> bool:
    """Whether the public stage of S083 can become another by this step."""
    surveys = (isinstance(one, OpenTask | AdvanceTask) and one.kind is TaskKind.SURVEY
               for one in row.effects)  # fmt: skip
    puts = (isinstance(one, Put) and one.column == "state" for one in row.effects)
    return row.to is not None or row.move in REVIEW_KINDS or any(surveys) or any(puts)


def _leaves_due_alone(effect: Effect) -> bool:
    """A hand-over has no limit; a supervision event and who holds the case change none."""
    if isinstance(effect, Put):
        return effect.column not in ("state", "item_code", "item_version", "received_at")
    if isinstance(effect, OpenTask | AdvanceTask):
        return effect.kind is TaskKind.HANDOVER
    return isinstance(effect, Supervise)


def _entry_kinds() -> list[dict[str, Any]]:
    return [
        {"kind": kind, "part": part.value, "with_content": kind in WITH_CONTENT}
        for kind, part in ENTRY_PARTS.items()
    ]


def _role_groups() -> list[dict[str, Any]]:
    return [{"role": one.value, "kind": GROUPS_OF_ROLES.get(one.value)} for one in Role]


def _exclusions() -> list[dict[str, Any]]:
    return [
        {"role": one.value, "excludes": other.value}
        for one, other in product(Role, repeat=2)
        if role_conflicts((one, other))
    ]


def _longest() -> list[dict[str, Any]]:
    return [
        {"kind": kind, "days": one.days, "word": one.word} for kind, one in LONGEST.items()
    ]


def _stages() -> list[dict[str, Any]]:
    """Every answer of ``rules.case.public_stage``; only the state of a case counts in it."""
    blank = Case(0, "", "", "", 0, "", State.DRAFT, "", "", "", "", 0, "")
    return [
        {"state": state.value, "survey_open": survey, "review_begun": review,
         "stage": public_stage_of(dataclasses.replace(blank, state=state), survey, review)}
        for state, survey, review in product(State, (False, True), (False, True))
    ]  # fmt: skip


def _messages() -> list[dict[str, Any]]:
    return [
        {"move": move, "notice": notice, "text": text} for move, (notice, text) in TEXTS.items()
    ]


def told(value: Any) -> Any:
    """A frozen record of ``rules`` as plain JSON; ``is`` names its class."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        named = {one.name: told(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {"is": type(value).__name__} | named
    if isinstance(value, (tuple, list)):
        return [told(one) for one in value]
    return value
