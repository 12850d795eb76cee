"""The tables of ``rules`` as rows of the database, for the interpreters that are written in SQL.

Written at install and upgrade; ``centre check`` compares them. Called by ``install``.
"""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Any

from sqlalchemy import Connection, delete, insert

from workbench.rules.case_flow import TRANSITIONS
from workbench.rules.flow_words import ENTRY_PARTS
from workbench.rules.suspension import LONGEST
from workbench.store.entry_rows import WITH_CONTENT
from workbench.store.server.tables_server import entry_kind, flow_row, longest_procedure


def write_rules(sql: Connection) -> None:
    """Every rule table anew."""
    for table, rows in (
        (flow_row, _flow_rows()), (entry_kind, _entry_kinds()), (longest_procedure, _longest()),
    ):  # fmt: skip
        sql.execute(delete(table))
        sql.execute(insert(table), rows)


def _flow_rows() -> list[dict[str, Any]]:
    return [
        {
            "row_no": number, "row_id": one.row, "move": one.move,
            "from_states": [state.value for state in one.from_states],
            "to_state": one.to.value if one.to else None,
            "duty": one.duty.value if one.duty else None,
            "fields": list(one.fields), "entries": list(one.entries),
            "effects": [told(each) for each in one.effects], "canonical": told(one),
        }
        for number, one in enumerate(TRANSITIONS)
    ]  # fmt: skip


def _entry_kinds() -> list[dict[str, Any]]:
    return [
        {"kind": kind, "part": part.value, "with_content": kind in WITH_CONTENT}
        for kind, part in ENTRY_PARTS.items()
    ]


def _longest() -> list[dict[str, Any]]:
    return [
        {"kind": kind, "days": one.days, "word": one.word} for kind, one in LONGEST.items()
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
