"""E18: under which item of the same department the case goes on, and what that item asks for.

Shown by the step card for ``change_item``. Offered are the items in force when the application was
received. Papers of the same name and form fields of the same code are taken over at once; each can
be changed, and what the new item asks for beside them is filled in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from workbench.rules.case import NewEntry, Part
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import FormField, ItemVersion
from workbench.rules.words import _, pick
from workbench.shell.case.form_editor import form_field, form_label
from workbench.shell.case.step_fields import Field
from workbench.shell.case.transfer_form import TransferForm
from workbench.shell.workplace import Workplace

DRAFTED = "form."
"""Begins the names of the form's fields in a draft."""


class ChangeItemForm(TransferForm):
    """Item, situation, what each paper counts as, and the form of the new item."""

    def __init__(self, work: Workplace, view: CaseView, move: str, parent: QWidget) -> None:
        newest = view.last(Part.FORM, "form")
        self._known: dict[str, Any] = dict(newest.body.get("values") or {}) if newest else {}
        self.parts: dict[str, Field] = {}
        self._wanted: tuple[FormField, ...] = ()
        self._fields = QVBoxLayout()
        super().__init__(work, view, move, parent)
        self.column.addLayout(self._fields)

    def _catalogue(self) -> tuple[ItemVersion, ...]:
        received = self.view.case.received_at
        return self.work.session.items_in_force(received or self.view.at)

    def _may_stand_under(self, item: ItemVersion) -> bool:
        case = self.view.case
        return item.department_code == case.department and item.item_code != case.item_code

    def _show_matches(self, item: ItemVersion | None) -> None:
        super()._show_matches(item)
        while (place := self._fields.takeAt(0)) is not None:
            widget = place.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.parts = {}
        self._wanted = item.form if item is not None else ()
        for one in self._wanted:
            self._form_line(one)

    def _form_line(self, one: FormField) -> None:
        field = form_field(one, self, self.changed.emit)
        field.fill(str(self._known.get(one.code) or ""))
        self._fields.addWidget(self.label_for(form_label(one), field.widget))
        self._fields.addWidget(field.widget)
        self.parts[one.code] = field

    def entries(self) -> list[NewEntry]:
        values = {code: field.value() for code, field in self.parts.items()}
        return [NewEntry("form", {"values": values})]

    def missing(self) -> str:
        first = super().missing()
        lacking = [pick(one.label_zh, one.label_en) for one in self._wanted
                   if one.required and not self.parts[one.code].value()]  # fmt: skip
        if first or not lacking:
            return first
        return _("Still to be filled in: {fields}.").format(fields=_(", ").join(lacking))

    def draft(self) -> dict[str, str]:
        typed = {f"{DRAFTED}{code}": field.draft() for code, field in self.parts.items()}
        return {**super().draft(), **{name: text for name, text in typed.items() if text}}

    def restore(self, draft: Mapping[str, str]) -> None:
        super().restore(draft)
        for name, text in draft.items():
            code = name.removeprefix(DRAFTED)
            if name.startswith(DRAFTED) and code in self.parts:
                self.parts[code].fill(text)
