"""R09: the form's values put right on the spot, field by field as the item asks for them.

Shown by the step card for ``correct_form``. Who applies cannot be changed here: the store keeps the
applicant who was registered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt6.QtWidgets import QHBoxLayout, QWidget

from workbench.api.panes import FieldChain
from workbench.rules.case import NewEntry, Part
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import FormField
from workbench.rules.words import _, pick
from workbench.shell.case.step_fields import ChoiceField, Field, LineField, TextField
from workbench.shell.case.step_forms import StepForm
from workbench.shell.workplace import Workplace


class CorrectForm(StepForm):
    """One line for each field of the item's form, filled with what stands there now."""

    def __init__(self, work: Workplace, view: CaseView, move: str, parent: QWidget) -> None:
        super().__init__(work, view, move, parent)
        newest = view.last(Part.FORM, "form")
        self._known: dict[str, Any] = dict(newest.body.get("values") or {}) if newest else {}
        self.parts: dict[str, Field] = {}
        for one in view.item.form:
            field = form_field(one, self, self.changed.emit)
            field.fill(str(self._known.get(one.code) or ""))
            above = QHBoxLayout()
            above.addWidget(self.label_for(form_label(one), field.widget), 1)
            # Beside the scans; at the window's own desk, without pages, it takes no room.
            name = pick(one.label_zh, one.label_en)
            above.addWidget(FieldChain(one.code, name, field.widget, self))
            self.column.addLayout(above)
            self.column.addWidget(field.widget)
            self.parts[one.code] = field

    def values(self) -> dict[str, Any]:
        """Every value, the untouched and the unknown ones too."""
        return {**self._known, **{code: field.value() for code, field in self.parts.items()}}

    def entries(self) -> list[NewEntry]:
        return [NewEntry("form", {"values": self.values()})]

    def missing(self) -> str:
        lacking = [pick(one.label_zh, one.label_en) for one in self.view.item.form
                   if one.required and not self.parts[one.code].value()]  # fmt: skip
        if not lacking:
            return ""
        return _("Still to be filled in: {fields}.").format(fields=_(", ").join(lacking))

    def draft(self) -> dict[str, str]:
        return {code: field.draft() for code, field in self.parts.items() if field.draft()}

    def restore(self, draft: Mapping[str, str]) -> None:
        for code, text in draft.items():
            if code in self.parts:
                self.parts[code].fill(text)

    def begin(self) -> None:
        if self.parts:
            next(iter(self.parts.values())).widget.setFocus()


def form_label(one: FormField) -> str:
    """What stands above that field."""
    name = pick(one.label_zh, one.label_en)
    return name if one.required else _("{what} (optional)").format(what=name)


def form_field(one: FormField, parent: QWidget, changed: Callable[[], None]) -> Field:
    """The widget for one field of an item's form."""
    if one.kind == "choice":
        return ChoiceField(parent, [(c.code, pick(c.label_zh, c.label_en)) for c in one.choices],
                           changed)  # fmt: skip
    if one.kind == "yes_no":
        return ChoiceField(parent, [("yes", _("yes")), ("no", _("no"))], changed)
    return (TextField if one.kind == "long_text" else LineField)(parent, changed)
