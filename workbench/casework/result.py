"""The result document: values, composing, proof page, freezing (T21, T22).

The composer and the cleanliness gate are handed in by ``app``: this room opens no PDF. Freezing
computes the file once more and compares, so what was shown is what is frozen (hash h0).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.casework.deciding import decision_number
from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, NewEntry, Part
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import DocumentTemplate, ItemVersion
from workbench.rules.composed_documents import (
    Composed,
    chinese_date,
    form_values,
    refuse_unfit,
    valid_until,
)
from workbench.rules.identifiers import credit_check_character
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import SealKind, fitting_seals
from workbench.rules.words import _, listed

Composer = Callable[[DocumentTemplate, Mapping[str, str], Path], Composed]
CleanCheck = Callable[[Path], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A composed document that nobody has frozen yet: what the proof page shows."""

    path: Path
    template: DocumentTemplate
    document_no: str
    values: Mapping[str, str]
    composed: Composed


def templates_for(item: ItemVersion, granted: bool) -> tuple[DocumentTemplate, ...]:
    """The item's own documents for a grant, its refusal document (N12) otherwise."""
    wanted = tuple(d for d in item.documents if (d.notice == "N12") is not granted)
    return wanted or item.documents


def document_number(session: Session, view: CaseView, template: DocumentTemplate) -> str:
    """A number for one document; each attempt after a void gets a new one (T23b)."""
    earlier = len(view.of(Part.DOCUMENT, "document"))
    suffix = f"-{earlier + 1}" if earlier else ""
    return decision_number(session, view.case) + suffix


def document_values(session: Session, view: CaseView, document_no: str) -> dict[str, str]:
    """Every value a template may show, from the case's own form and the case itself."""
    form = view.last(Part.FORM, "form")
    body: Mapping[str, Any] = form.body if form else {}
    applicant: Mapping[str, Any] = body.get("applicant", {})
    decision = view.last(Part.OPINIONS, "decision")
    decided: Mapping[str, Any] = decision.body if decision else {}
    # What the decision settled goes before what was applied for (I01: the alternative name).
    told = {**body.get("values", {}), **decided.get("values", {})}
    values = form_values(view.item.form, {k: str(v) for k, v in told.items()})
    case, item = view.case, view.item
    at = session.moment()
    values.update(
        case_no=case.case_no,
        short_no=case.short_no,
        item_name=item.name_zh,
        item_code=item.item_code,
        applicant_name=str(applicant.get("name", "")),
        applicant_id=str(applicant.get("id_number", "")),
        applicant_address=str(applicant.get("address", "")),
        applicant_phone=str(applicant.get("phone", "")),
        organ_name=item.organ_name_zh,
        department_name=item.organ_name_zh,
        document_no=document_no,
        certificate_no=document_no,
        issue_date=chinese_date(at),
        registered_on=chinese_date(case.decided_at or at),
        decided_on=chinese_date(case.decided_at or at),
        accepted_on=chinese_date(case.accepted_at) if case.accepted_at else "",
        received_at=chinese_date(case.received_at) if case.received_at else "",
        valid_from=chinese_date(at),
        valid_until=valid_until(at, item.validity_months) if item.validity_months else "长期",
        conditions=str(decided.get("content", "")),
        reason=str(decided.get("reason", "")),
        legal_basis=str(decided.get("basis", "")) or item.legal_basis,
        technical_standard=str(decided.get("standard", "")),
        remedies=str(decided.get("remedies", "")),
        credit_code_new=new_credit_code(case),
    )
    return values


def new_credit_code(case: Case) -> str:
    """A made-up credit code for a new licence of the sample district (region 990101).

    The serial comes from the case number, the check character is right, the region does not exist.
    """
    first = "92990101MA" + case.case_no[-8:].rjust(7, "0")[-7:]
    return first + credit_check_character(first)


def pressed_by_hand(session: Session, item: ItemVersion, template: DocumentTemplate) -> bool:
    """Whether copies of the document are pressed by hand: the item is sealed on paper only (R44),
    or its organ's seal of that kind has no key."""
    if item.wet_seal_only or not template.seal_kind:
        return item.wet_seal_only
    kind = SealKind(template.seal_kind)
    seals = fitting_seals(session.seals(), kind, item.organ_name_zh)
    return bool(seals) and all(one.key_place == "none" for one in seals)


def compose_draft(
    session: Session, view: CaseView, template: DocumentTemplate, folder: Path, compose: Composer
) -> Draft:
    """Compose the document for the proof page. Raises nothing for faults: the proof shows them."""
    number = document_number(session, view, template)
    values = document_values(session, view, number)
    path = folder / f"{template.code}-{view.case.case_id}.pdf"
    return Draft(path, template, number, values, compose(template, values, path))


def freeze(
    session: Session, view: CaseView, draft: Draft, clean: CleanCheck,
    copies: tuple[int, int] | None = None,
) -> Case:  # fmt: skip
    """T21 and T22: freeze the shown document and ask for the seal.

    ``copies``: originals and duplicates, where they are pressed by hand. Raises Refusal where a
    glyph or a value is missing, or the file is not clean.
    """
    refuse_unfit(draft.composed)
    faults = clean(draft.path)
    if faults:
        raise Refusal(
            "not_clean",
            _("The document cannot be frozen: {faults}.").format(faults=listed(faults)),
            _("Compose it again; foreign parts are not allowed in a document to be sealed."),
        )
    case = view.case
    if "prepare_result" in view.moves:
        fields = {"template": draft.template.code, "document_no": draft.document_no}
        case = propose(session, case, "prepare_result", fields)
    sha256 = session.put_content(draft.path)
    asked, entries = _request(case, draft, sha256)
    if copies is not None:
        asked.update(originals=copies[0], duplicates=copies[1])
    return propose(session, case, "request_seal", asked, entries)


def _request(case: Case, draft: Draft, sha256: str) -> tuple[dict[str, Any], list[NewEntry]]:
    template = draft.template
    fields: dict[str, Any] = {
        "document_id": f"{case.case_no}/{draft.document_no}",
        "document_no": draft.document_no,
        "seal_kind": template.seal_kind,
        "sha256": sha256,
        "proof_shown": "yes",
    }
    at = draft.composed.seal_at
    body: dict[str, Any] = {
        "document_no": draft.document_no,
        "template": template.code,
        "title_zh": template.title_zh,
        "title_en": template.title_en,
        "sha256": sha256,
        "values": dict(draft.values),
        "seal_kind": template.seal_kind,
        "diameter_mm": template.placement.diameter_mm if template.placement else 42.0,
    }
    if at is not None:
        body["seal_at"] = {"page": at.page, "x_mm": at.x_mm, "y_mm": at.y_mm}
    if template.placement is not None and template.placement.seam and draft.composed.pages > 1:
        body["seam"] = True
    return fields, [NewEntry("document", body)]
