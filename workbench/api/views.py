"""The read-only records a pane is shown, and two ways to read a case's form.

Re-exports of :mod:`workbench.rules` for plugins, which may import nothing else of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.rules.case import Case, NewEntry, Part, PartEntry, State, Task, TaskKind
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import (
    DocumentTemplate,
    FormField,
    ItemVersion,
    MaterialSpec,
    ReviewPoint,
    SealPlacement,
)
from workbench.rules.clocks import ClockRun
from workbench.rules.composed_documents import SUIT_WORDING
from workbench.rules.identifiers import parse_citizen_number, parse_credit_code
from workbench.rules.masking import mask_name
from workbench.rules.materials import Clip, PagePicture
from workbench.rules.moment import Moment, stamp, to_local
from workbench.rules.refusals import Cancelled, Fault, Outage, Refusal, Trouble
from workbench.rules.words import language, pick

__all__ = [
    "SUIT_WORDING",
    "Cancelled",
    "Case",
    "CaseView",
    "Clip",
    "ClockRun",
    "DocumentTemplate",
    "Fault",
    "FormField",
    "ItemVersion",
    "MaterialSpec",
    "Moment",
    "NewEntry",
    "Outage",
    "PagePicture",
    "Part",
    "PartEntry",
    "Refusal",
    "ReviewPoint",
    "SealPlacement",
    "State",
    "Task",
    "TaskKind",
    "Trouble",
    "form_of",
    "language",
    "mask_name",
    "materials_of",
    "parse_citizen_number",
    "parse_credit_code",
    "pick",
    "stamp",
    "to_local",
]


def form_of(view: CaseView) -> Mapping[str, str]:
    """Field code to text of the newest form entry; empty where the part is not granted.

    The applicant block stands under ``applicant_name``, ``applicant_id``, ``applicant_phone`` …,
    the agent's under ``agent_…``, as templates name them.
    """
    entry = view.last(Part.FORM, "form")
    if entry is None:
        return {}
    found = {code: str(value) for code, value in _table(entry.body, "values").items()}
    applicant = _table(entry.body, "applicant")
    for block, table in (("applicant", applicant), ("agent", _table(applicant, "agent"))):
        for key, value in table.items():
            if not isinstance(value, Mapping):
                found[f"{block}_{'id' if key == 'id_number' else key}"] = str(value)
    return found


def _table(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = body.get(key)
    return inner if isinstance(inner, Mapping) else {}


def materials_of(view: CaseView, code: str | None = None) -> tuple[PartEntry, ...]:
    """The materials of the case, oldest first; of one line of the list where a code is given."""
    every = view.of(Part.MATERIALS, "material")
    return every if code is None else tuple(e for e in every if e.body.get("code") == code)
