"""The read-only records a pane is shown, and two ways to read a case's form.

Re-exports of :mod:`workbench.rules` for plugins, which may import nothing else of ours.
"""

from __future__ import annotations

from collections.abc import Mapping

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
from workbench.rules.identifiers import parse_citizen_number, parse_credit_code
from workbench.rules.masking import mask_name
from workbench.rules.materials import Clip, PagePicture
from workbench.rules.moment import Moment, stamp, to_local
from workbench.rules.refusals import Cancelled, Fault, Outage, Refusal, Trouble
from workbench.rules.words import language, pick

__all__ = [
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

    The applicant block stands under ``applicant_name``, ``applicant_id`` and so on, whether the
    stored form keeps it flat or as a table of its own.
    """
    entry = view.last(Part.FORM, "form")
    return _flat(entry.body) if entry else {}


def _flat(body: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in body.items():
        if isinstance(value, Mapping):
            front = f"{key}_" if key in {"applicant", "agent"} else ""
            found |= {front + name: text for name, text in _flat(value).items()}
        elif value is not None and not isinstance(value, (list, tuple)):
            found[key] = str(value)
    return found


def materials_of(view: CaseView, code: str | None = None) -> tuple[PartEntry, ...]:
    """The materials of the case, oldest first; of one line of the list where a code is given."""
    every = view.of(Part.MATERIALS, "material")
    return every if code is None else tuple(e for e in every if e.body.get("code") == code)
