"""What the custodian compares with the page, as the department published it (house section 4).

Records only: a session signed in as custodian runs no department code. Where a department asks for
nothing, name, number, date and organ are compared, as with every seal (domain 7.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from workbench.casework.ports import Session
from workbench.rules.case import PartEntry
from workbench.rules.case_view import SealTask
from workbench.rules.catalogue import ItemVersion
from workbench.rules.publication import PressCheck, StampingOffer, failed_press_checks
from workbench.rules.words import _, pick

USUAL: Final = ("applicant_name", "document_no", "issue_date", "organ_name")
"""Compared on every document that the department says nothing about."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``rows`` are (label, value) to be ticked one by one; ``failed`` what does not hold."""

    rows: tuple[tuple[str, str], ...] = ()
    failed: tuple[PressCheck, ...] = ()

    def faults(self) -> tuple[str, ...]:
        """The checks that do not hold, in words."""
        return tuple(pick(one.text_zh, one.text_en) for one in self.failed)


NOTHING: Final = Comparison()


def read_comparison(
    session: Session, task: SealTask, item: ItemVersion | None, document: PartEntry | None
) -> Comparison:
    """In the store lane: what the department asks for that document."""
    code = str(document.body.get("template", "")) if document is not None else ""
    return comparison(task, item, offer_for(session.stamping_offers(), task, code))


def offer_for(
    offers: Iterable[StampingOffer], task: SealTask, code: str
) -> StampingOffer | None:
    """The department's offer for that kind of document of that item."""
    return next((one for one in offers if one.document_code == code
                 and task.case.item_code in one.item_codes), None)  # fmt: skip


def comparison(
    task: SealTask, item: ItemVersion | None, offer: StampingOffer | None
) -> Comparison:
    """The rows in the department's order; what is compared always stands among them."""
    values = {"document_no": task.document_no, **task.values}
    wanted = offer.compare if offer is not None and offer.compare else USUAL
    rows = tuple((label_of(name, item), values.get(name, "") or _("not stated"))
                 for name in wanted)  # fmt: skip
    failed = failed_press_checks(offer.checks, values) if offer is not None else ()
    return Comparison(rows, failed)


def label_of(name: str, item: ItemVersion | None) -> str:
    """What a value is called: as on the item's own form, else as every document calls it."""
    fields = (*item.form, *item.result_fields) if item is not None else ()
    found = next((one for one in fields if one.code == name), None)
    return pick(found.label_zh, found.label_en) if found else _usual_labels().get(name, name)


def _usual_labels() -> Mapping[str, str]:
    return {
        "applicant_name": _("Applicant"),
        "applicant_id": _("Identity number of the applicant"),
        "document_no": _("Document number"),
        "certificate_no": _("Certificate number"),
        "issue_date": _("Date of document"),
        "organ_name": _("Issuing organ"),
        "department_name": _("Department"),
        "item_name": _("Item"),
        "case_no": _("Case number"),
        "registered_on": _("Date of registration"),
        "decided_on": _("Date of decision"),
        "accepted_on": _("Date of acceptance"),
        "valid_from": _("Valid from"),
        "valid_until": _("Valid until"),
        "conditions": _("Content of the decision"),
        "reason": _("Reason"),
        "legal_basis": _("Legal basis"),
        "credit_code_new": _("Credit code"),
    }
