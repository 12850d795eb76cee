"""What every decision carries: number, remedies, minutes and standard (R16, R25, R28).

Called by ``review`` (the verbs) and ``completing`` (the case screen and the panes), so both record
the same; the flow refuses a decision without it, so no caller can go round it.
"""

from __future__ import annotations

from typing import Any

from workbench.casework.ports import Session
from workbench.rules.case import Case, TaskKind
from workbench.rules.composed_documents import SUIT_WORDING
from workbench.rules.identifiers import numbered_under
from workbench.rules.moment import to_local

Fields = dict[str, Any]
Body = dict[str, Any]


def decision_number(session: Session, case: Case) -> str:
    """The number of a decision: organ's short name, nature, year, and the case's own serial.

    Taken from the case number, which is never given twice (R65), so no number is ever reused. A
    case whose item was changed (E18) keeps the number of the item it was registered under: there
    the short number is the serial, because the other item's count is not ours to use.
    """
    item = session.item(case.item_code, case.item_version)
    year = to_local(session.moment()).year
    short = item.short_code if item and item.short_code else case.item_code[-6:]
    if not numbered_under(case.case_no, case.item_code):
        return f"青审〔{year}〕{short}-{case.short_no}"
    return f"青审〔{year}〕{short}-{case.case_no[-8:]}"


def complete_grant(session: Session, case: Case, fields: Fields, decision: Body) -> None:
    """T17, T20."""
    decision["result"] = "granted"
    _numbered(session, case, fields, decision)


def complete_refusal(session: Session, case: Case, fields: Fields, decision: Body) -> None:
    """T18, T20: the paragraph on remedies is never left out; the standard is the item's own where
    the decision names no other."""
    decision.update(result="refused", remedies=SUIT_WORDING)
    item = session.item(case.item_code, case.item_version)
    if item is not None and item.inspection_standard and not decision.get("standard"):
        decision["standard"] = item.inspection_standard
    _numbered(session, case, fields, decision)


def _numbered(session: Session, case: Case, fields: Fields, decision: Body) -> None:
    fields["decision_no"] = decision_number(session, case)
    minutes = last_minutes(session, case)
    if minutes:
        fields["hearing_minutes"] = decision["hearing_minutes"] = minutes


def last_minutes(session: Session, case: Case) -> str:
    """The number of the minutes of the last hearing that was held; empty where none was (R25)."""
    view = session.case_view(case.case_no)
    tasks = view.tasks if view is not None else ()
    held = [t for t in tasks if t.kind is TaskKind.HEARING and t.state == "held"]
    return str(held[-1].data.get("minutes_no", "")) if held else ""
