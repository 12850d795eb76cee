"""The form fields that a department wants beside a material, each with the chain to its proof.

Stands below the list of materials; made anew by ``case_layout`` for every material in hand.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from workbench.api.views import form_of
from workbench.rules.case_view import CaseView
from workbench.rules.words import pick
from workbench.shell.case.field_links import FieldLinks
from workbench.shell.case.form_texts import APPLICANT_FIELDS, hidden, shown
from workbench.shell.theme import Theme


def beside_fields(
    theme: Theme, links: FieldLinks, view: CaseView, codes: Sequence[str], parent: QWidget
) -> QFrame:
    """Names and values of these fields, one below the other; codes the form has not are left
    out."""
    fields = {field.code: field for field in (*APPLICANT_FIELDS, *view.item.form)}
    form = form_of(view)
    made = QFrame(parent)
    made.setProperty("role", "steps")
    grid = QGridLayout(made)
    grid.setContentsMargins(theme.space(1.5), theme.space(), theme.space(1.5), theme.space())
    grid.setColumnStretch(0, 1)
    for line, field in enumerate(fields[code] for code in codes if code in fields):
        name = pick(field.label_zh, field.label_en)
        label = QLabel(name, made)
        label.setProperty("role", "small")
        value = form.get(field.code, "")
        text = QLabel((hidden if field.sensitive else shown)(field, value) or "–", made)
        for one in (label, text):
            one.setWordWrap(True)
        grid.addWidget(label, 2 * line, 0)
        grid.addWidget(text, 2 * line + 1, 0)
        chain = links.button(theme, field.code, name, text, made)
        grid.addWidget(chain, 2 * line, 1, 2, 1, Qt.AlignmentFlag.AlignTop)
    return made
