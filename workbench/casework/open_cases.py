"""Same applicant, same item twice: the warning of E24, and how an applicant stands in lists.

Called by :mod:`workbench.casework.intake` while packages are taken in.
"""

from __future__ import annotations

from typing import Final

from workbench.casework.intake_check import Checked
from workbench.casework.ports import Session
from workbench.rules.case import ENDED, Case, Part, State
from workbench.rules.case_view import CaseView, WorklistQuery
from workbench.rules.intake_package import IntakeApplicant
from workbench.rules.masking import mask_name
from workbench.rules.words import _

LOOKED_THROUGH: Final = 1_000
"""How many of the site's open cases are compared."""


def masked_name(applicant: IntakeApplicant) -> str:
    """What the lists show: a person's name masked (R87); an organisation's name is public."""
    return mask_name(applicant.name) if applicant.kind == "person" else applicant.name


class OpenCases:
    """The open cases of the clerk's site, for the warning of E24: same applicant, same item."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, str], list[str]] = {}
        page = session.worklist(WorklistQuery(limit=LOOKED_THROUGH))
        for row in page.rows:
            self.add(row.case)

    def add(self, case: Case) -> None:
        """Remember a case, unless it has ended."""
        if case.state not in ENDED and case.state is not State.DRAFT:
            key = (case.item_code, case.applicant_masked)
            self._known.setdefault(key, []).append(case.case_no)

    def warnings(self, checked: Checked, own_case_no: str) -> tuple[str, ...]:
        """One text for each other open case of this applicant with this item.

        Masked names only narrow the search; the number in the form decides.
        """
        applicant = checked.package.applicant
        key = (checked.item.item_code, masked_name(applicant))
        others = [number for number in self._known.get(key, ()) if number != own_case_no]
        views = (self._session.case_view(number) for number in others)
        return tuple(
            _("This applicant already has an open case with this item: {number}.").format(
                number=view.case.short_no
            )
            for view in views
            if view is not None and _id_number(view) == applicant.id_number
        )


def _id_number(view: CaseView) -> str:
    form = view.last(Part.FORM, "form")
    return str(form.body.get("applicant", {}).get("id_number", "")) if form else ""
