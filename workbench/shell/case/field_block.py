"""The form's values as one block of text, in the order of the department's own system.

Who types a case into another system copies once instead of field by field. The order is the
department's (``PaneOffer.copy_order``). Used by the pane's holder.
"""

from __future__ import annotations

from workbench.api.records import COPY_SEPARATORS, PaneOffer
from workbench.api.views import form_of
from workbench.rules.case_view import CaseView
from workbench.shell.case.form_texts import APPLICANT_FIELDS, shown


def block_of(view: CaseView, offer: PaneOffer) -> tuple[str, int]:
    """The text, and how many fields stand in it. Values are whole, as the other system needs them;
    a break or tab inside a value is a space, so that every value keeps its place."""
    form = form_of(view)
    fields = {field.code: field for field in (*APPLICANT_FIELDS, *view.item.form)}
    usual = [code for code in fields if code in form or code not in _BLOCK]
    order = [code for code in offer.copy_order if code in fields] or usual
    values = [" ".join(shown(fields[code], form.get(code, "")).split()) for code in order]
    return COPY_SEPARATORS.get(offer.copy_separator, "\n").join(values), len(values)


_BLOCK = frozenset(field.code for field in APPLICANT_FIELDS)
