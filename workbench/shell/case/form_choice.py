"""Which form a step asks with: one of the special ones, else the general one. For ``step_card``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PyQt6.QtWidgets import QWidget

from workbench.rules.case_view import CaseView
from workbench.shell.case.demand_editor import DemandForm
from workbench.shell.case.form_editor import CorrectForm
from workbench.shell.case.item_change_form import ChangeItemForm
from workbench.shell.case.step_forms import (
    AnswerForm,
    ChecklistForm,
    GeneralForm,
    StepForm,
    UnmetForm,
)
from workbench.shell.case.transfer_form import TransferForm
from workbench.shell.workplace import Workplace

SPECIAL: Final[Mapping[str, type[StepForm]]] = {
    "request_correction": DemandForm,
    "request_correction_at_window": DemandForm,
    "return_correction": UnmetForm,
    "answer_demand": AnswerForm,
    "push": ChecklistForm,
    "confirm_transfer": TransferForm,
    "correct_form": CorrectForm,
    "change_item": ChangeItemForm,
}


def form_for(
    work: Workplace,
    view: CaseView,
    move: str,
    parent: QWidget,
    points: Mapping[str, Mapping[str, str]] | None = None,
) -> StepForm:
    """The form of that move for that case. ``points`` are the review points as marked."""
    if move in SPECIAL:
        return SPECIAL[move](work, view, move, parent)
    return GeneralForm(work, view, move, parent, points)
