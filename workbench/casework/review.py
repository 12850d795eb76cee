"""Review and decision: opinion, survey, granting and refusing (T16-T19, R13, R16).

Called by the approval panes through the desk and by the command line.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, NewEntry
from workbench.rules.composed_documents import SUIT_WORDING
from workbench.rules.moment import to_local


def submit_opinion(
    session: Session, case: Case, conclusion: str, reasons: str, points: Mapping[str, str]
) -> Case:
    """T16: conclusion ``grant`` or ``refuse`` with reasons; ``points`` are the review points'
    results (``pass``, ``doubt``, ``fail``). A name alone is no opinion (F38)."""
    body = {"conclusion": conclusion, "reasons": reasons, "points": dict(points)}
    return propose(session, case, "submit_opinion", entries=[NewEntry("opinion", body)])


def decision_number(session: Session, case: Case) -> str:
    """The number of a decision: organ's short name, nature, year, and the case's own serial.

    Taken from the case number, which is never given twice (R65), so no number is ever reused.
    """
    item = session.item(case.item_code, case.item_version)
    year = to_local(session.moment()).year
    short = item.short_code if item and item.short_code else case.item_code[-6:]
    return f"青审〔{year}〕{short}-{case.case_no[-8:]}"


def grant(session: Session, case: Case, content: str) -> Case:
    """T17: what is granted, under a number of its own."""
    fields = {"decision_no": decision_number(session, case)}
    entry = NewEntry("decision", {"result": "granted", "content": content})
    return propose(session, case, "grant", fields, [entry])


def refuse(session: Session, case: Case, reason: str, basis: str) -> Case:
    """T18: with reason and legal basis; the paragraph on remedies is never left out (R16)."""
    fields = {"decision_no": decision_number(session, case)}
    body = {"result": "refused", "reason": reason, "basis": basis, "remedies": SUIT_WORDING}
    return propose(session, case, "refuse", fields, [NewEntry("decision", body)])


def send_back(session: Session, case: Case, reason: str) -> Case:
    """T19: back to review, with a written reason; the clock keeps running."""
    return propose(session, case, "send_back", entries=[NewEntry("reason", {"text": reason})])
