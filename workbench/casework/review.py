"""Review and decision: opinion, survey, granting and refusing (T16-T19, R13, R16).

Called by the approval panes through the desk and by the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.casework.deciding import complete_grant, complete_refusal
from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, NewEntry


def submit_opinion(
    session: Session, case: Case, conclusion: str, reasons: str, points: Mapping[str, str]
) -> Case:
    """T16: conclusion ``grant`` or ``refuse`` with reasons; ``points`` are the review points'
    results (``pass``, ``doubt``, ``fail``). A name alone is no opinion (F38)."""
    body = {"conclusion": conclusion, "reasons": reasons, "points": dict(points)}
    return propose(session, case, "submit_opinion", entries=[NewEntry("opinion", body)])


def grant(session: Session, case: Case, content: str) -> Case:
    """T17: what is granted, under a number of its own, by the minutes of a hearing held (R25)."""
    fields: dict[str, Any] = {}
    body: dict[str, Any] = {"content": content}
    complete_grant(session, case, fields, body)
    return propose(session, case, "grant", fields, [NewEntry("decision", body)])


def refuse(session: Session, case: Case, reason: str, basis: str, standard: str = "") -> Case:
    """T18: with reason and legal basis (R16). ``standard`` is the technical standard of an item
    with inspection; without it the item's own is named (R28)."""
    fields: dict[str, Any] = {}
    body: dict[str, Any] = {"reason": reason, "basis": basis}
    if standard.strip():
        body["standard"] = standard.strip()
    complete_refusal(session, case, fields, body)
    return propose(session, case, "refuse", fields, [NewEntry("decision", body)])


def send_back(session: Session, case: Case, reason: str) -> Case:
    """T19: back to review, with a written reason; the clock keeps running."""
    return propose(session, case, "send_back", entries=[NewEntry("reason", {"text": reason})])
