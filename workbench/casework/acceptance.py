"""Acceptance: accept, the one-time notice and its answer, refusal to accept (T04, T07-T10).

Called by the approval panes through the desk, by the window's screen and by the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, NewEntry, Part
from workbench.rules.case_view import CaseView
from workbench.rules.composed_documents import SUIT_WORDING
from workbench.rules.moment import stamp


@dataclass(frozen=True, slots=True)
class Demand:
    """One line of the notice: which material, what is wrong with it, what would be right (R10)."""

    material: str
    defect: str
    standard: str


def accept(session: Session, case: Case, promise: str = "") -> Case:
    """T04. ``promise`` is the applicant's signed text where minor materials are missing (R71)."""
    item = session.item(case.item_code, case.item_version)
    notice = {
        "item": item.name_zh if item else case.item_code,
        "accepted_by": session.who.login,
        "legal_basis": item.legal_basis if item else "",
        "accepted_at": stamp(session.moment()),
    }
    entries = [NewEntry("acceptance_notice", notice)]
    if promise.strip():
        entries.append(NewEntry("promise", {"text": promise.strip()}))
    return propose(session, case, "accept", entries=entries)


def request_correction(session: Session, case: Case, demands: Sequence[Demand]) -> Case:
    """T07: everything that is missing, told once, each demand with its number (R10, A4)."""
    lines = [
        {"no": no, "material": d.material, "defect": d.defect, "standard": d.standard}
        for no, d in enumerate(demands, start=1)
    ]
    numbers = [line["no"] for line in lines]
    fields = {
        "demands": numbers,
        "unmet": numbers,
        "materials": sorted({d.material for d in demands}),
    }
    notice = NewEntry("correction_notice", {"demands": lines, "told_by": session.who.login})
    return propose(session, case, "request_correction", fields, [notice])


def return_unmet(session: Session, case: Case, numbers: Sequence[int], note: str) -> Case:
    """T08b: demands of the first notice that are still unmet, by their numbers; nothing new."""
    entry = NewEntry("correction_note", {"text": note, "demands": list(numbers)})
    return propose(session, case, "return_correction", {"unmet": list(numbers)}, [entry])


def open_demands(view: CaseView) -> tuple[int, ...]:
    """Numbers of the demands that the applicant has not met yet."""
    corrections = [t for t in view.tasks if t.kind.value == "correction"]
    return tuple(corrections[-1].data.get("unmet", ())) if corrections else ()


def demand_lines(view: CaseView) -> tuple[dict[str, object], ...]:
    """The lines of the one-time notice, as served."""
    notice = view.last(Part.NOTICES, "correction_notice")
    return tuple(notice.body.get("demands", ())) if notice else ()


def refuse_acceptance(
    session: Session, case: Case, reason: str, text: str, competent_organ: str = ""
) -> Case:
    """T10: with reason code, the right organ where it is another's power, and the remedies."""
    notice = NewEntry(
        "refusal_notice",
        {"reason": text, "competent_organ": competent_organ, "remedies": SUIT_WORDING},
    )
    fields = {"reason": reason, "competent_organ": competent_organ}
    return propose(session, case, "refuse_acceptance", fields, [notice])
