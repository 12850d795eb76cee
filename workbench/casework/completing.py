"""What the core adds to a proposed move before it is judged: numbers, notices, remedies, order.

A pane or a form says what its user decided; what only the core can know comes from here, so that no
department's pane can leave out the remedies or invent a decision number (R16, T17, T18). Called by
the case screen for its own forms and for every pane's ``Desk.propose``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from workbench.casework.deciding import complete_grant, complete_refusal
from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, NewEntry, Part, Task, TaskKind
from workbench.rules.composed_documents import SUIT_WORDING
from workbench.rules.moment import stamp

Fields = dict[str, Any]
Bodies = dict[str, dict[str, Any]]
"""Entry kind to body; a move brings at most one entry of each kind, but materials."""


def carry_out(
    session: Session,
    case: Case,
    name: str,
    fields: Mapping[str, Any],
    entries: Sequence[NewEntry],
    operation_id: str = "",
) -> Case:
    """Complete the move and make it on the version of ``case``. Raises Refusal."""
    given = dict(fields)
    several = [entry for entry in entries if entry.kind == "material"]
    bodies = {e.kind: dict(e.body) for e in entries if e.kind != "material"}
    complete = _COMPLETE.get(name)
    if complete is not None:
        complete(session, case, given, bodies)
    made = [NewEntry(kind, body) for kind, body in bodies.items()]
    return propose(session, case, name, given, [*several, *made], operation_id)


def _accept(session: Session, case: Case, _fields: Fields, bodies: Bodies) -> None:
    item = session.item(case.item_code, case.item_version)
    bodies.setdefault(
        "acceptance_notice",
        {
            "item": item.name_zh if item else case.item_code,
            "accepted_by": "" if case.accepted_at is not None else session.who.login,
            "legal_basis": item.legal_basis if item else "",
            # Where time has accepted the case, the notice says since when (T05, T06).
            "accepted_at": stamp(case.accepted_at or session.moment()),
        },
    )


def _request_correction(session: Session, _case: Case, fields: Fields, bodies: Bodies) -> None:
    """R10: demands are numbered in the order in which they stand; the codes go into the event."""
    notice = bodies.get("correction_notice", {})
    demands = [dict(one) for one in notice.get("demands", ())]
    for number, demand in enumerate(demands, start=1):
        demand["no"] = number
    notice |= {"demands": demands, "told_by": session.who.login}
    numbers = [demand["no"] for demand in demands]
    fields |= {
        "demands": numbers,
        "unmet": numbers,
        "materials": sorted({str(demand.get("material", "")) for demand in demands}),
    }
    bodies["correction_notice"] = notice


def _with_remedies(kind: str) -> Callable[[Session, Case, Fields, Bodies], None]:
    def add(_session: Session, _case: Case, _fields: Fields, bodies: Bodies) -> None:
        bodies.setdefault(kind, {})["remedies"] = SUIT_WORDING

    return add


def _grant(session: Session, case: Case, fields: Fields, bodies: Bodies) -> None:
    complete_grant(session, case, fields, bodies.setdefault("decision", {}))


def _refuse(session: Session, case: Case, fields: Fields, bodies: Bodies) -> None:
    complete_refusal(session, case, fields, bodies.setdefault("decision", {}))


def _hearings(session: Session, case: Case) -> list[Task]:
    view = session.case_view(case.case_no)
    return [t for t in view.tasks if t.kind is TaskKind.HEARING] if view is not None else []


def _hold_hearing(session: Session, case: Case, fields: Fields, bodies: Bodies) -> None:
    """The minutes get the number by which the decision will refer to them."""
    number = f"{case.short_no}-H{max(len(_hearings(session, case)), 1)}"
    fields["minutes_no"] = number
    bodies.setdefault("hearing_minutes", {})["minutes_no"] = number


def _checklist(session: Session, _case: Case, _fields: Fields, bodies: Bodies) -> None:
    if "checklist" in bodies:
        bodies["checklist"]["answered_by"] = session.who.login


def _assign_survey(session: Session, case: Case, _fields: Fields, bodies: Bodies) -> None:
    """V13: surveyors see no form, so what they need on site travels with their task."""
    view = session.case_view(case.case_no)
    form = view.last(Part.FORM, "form") if view is not None else None
    task = bodies.setdefault("survey_task", {})
    if view is None or form is None:
        return
    applicant = form.body.get("applicant", {})
    values = form.body.get("values", {})
    places = [str(values[f.code]) for f in view.item.form
              if f.kind == "address" and values.get(f.code)]  # fmt: skip
    task["place"] = "；".join(places) or str(applicant.get("address", ""))
    task["contact"] = f"{applicant.get('name', '')} {applicant.get('phone', '')}".strip()


_COMPLETE: Final[dict[str, Callable[[Session, Case, Fields, Bodies], None]]] = {
    "accept": _accept,
    "serve_acceptance_notice": _accept,
    "assign_survey": _assign_survey,
    "request_correction": _request_correction,
    "request_correction_at_window": _request_correction,
    "refuse_acceptance": _with_remedies("refusal_notice"),
    "hold_hearing": _hold_hearing,
    "grant": _grant,
    "grant_by_meeting": _grant,
    "refuse": _refuse,
    "refuse_by_meeting": _refuse,
    "push": _checklist,
}
