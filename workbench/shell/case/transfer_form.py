"""T11: under which item the receiving department goes on, and for what each paper counts there.

Shown by the step card for ``confirm_transfer``. Items come from the catalogue in the store lane;
papers of the same name are matched at once, every match can be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from workbench.rules.case import Part, TaskKind
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import NOT_FROM_APPLICANT, ItemState, ItemVersion
from workbench.rules.words import _, pick
from workbench.shell.case.step_forms import StepForm
from workbench.shell.workplace import Workplace


class TransferForm(StepForm):
    """Item, situation, and one line for each carried material."""

    def __init__(self, work: Workplace, view: CaseView, move: str, parent: QWidget) -> None:
        super().__init__(work, view, move, parent)
        self._items: dict[str, ItemVersion] = {}
        self._kept: Mapping[str, str] = {}
        self.matches: dict[str, QComboBox] = {}
        self.item = self._box(_("Item under which the case goes on"))
        self.situation = self._box(_("Situation"))
        self._place = QVBoxLayout()
        self.column.addLayout(self._place)
        self.item.currentIndexChanged.connect(self._item_chosen)
        self.situation.currentIndexChanged.connect(self.changed)
        work.lanes.ask(self._catalogue, then=self._offer, scope=self, key=f"{move}_items")

    def _catalogue(self) -> tuple[ItemVersion, ...]:
        """In the store lane: the items among which is chosen."""
        return self.work.session.items()

    def _may_stand_under(self, item: ItemVersion) -> bool:
        """Whether the case may go on under that item."""
        waiting = [t for t in self.view.tasks if t.kind is TaskKind.TRANSFER and t.state == "open"]
        return item.department_code in {t.department for t in waiting}

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setPlaceholderText(_("Choose …"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(16)
        self.add_label(name, box)
        self.column.addWidget(box)
        return box

    def _offer(self, items: tuple[ItemVersion, ...]) -> None:
        """The active items of the department in which the case is to go on."""
        self._items = {
            one.item_code: one
            for one in items
            if one.state is ItemState.ACTIVE and self._may_stand_under(one)
        }
        self.item.clear()
        for one in self._items.values():
            self.item.addItem(pick(one.name_zh, one.name_en), one.item_code)
        self.item.setCurrentIndex(0 if len(self._items) == 1 else -1)
        self.restore(self._kept)

    def _item_chosen(self) -> None:
        item = self._items.get(str(self.item.currentData() or ""))
        self.situation.clear()
        for one in item.situations if item is not None else ():
            self.situation.addItem(pick(one.name_zh, one.name_en), one.code)
        self.situation.setCurrentIndex(0 if self.situation.count() == 1 else -1)
        self._show_matches(item)
        self.changed.emit()

    def _show_matches(self, item: ItemVersion | None) -> None:
        while (place := self._place.takeAt(0)) is not None:
            widget = place.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.matches = {}
        if item is None:
            return
        held = {str(e.body.get("code", "")) for e in self.view.of(Part.MATERIALS, "material")}
        for spec in self.view.item.materials:
            if spec.code in held:
                self._match_line(spec.code, spec.name_zh, pick(spec.name_zh, spec.name_en), item)

    def _match_line(self, code: str, name_zh: str, shown: str, item: ItemVersion) -> None:
        text = _("“{material}” counts as").format(material=shown)
        label = QLabel(text, self)
        label.setProperty("role", "quiet")
        box = QComboBox(self)
        box.setAccessibleName(text)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(16)
        box.addItem(_("no line of the new list; it is carried along"), "")
        for line in item.materials:
            if line.source not in NOT_FROM_APPLICANT:
                box.addItem(pick(line.name_zh, line.name_en), line.code)
                if line.name_zh == name_zh:
                    box.setCurrentIndex(box.count() - 1)
        label.setBuddy(box)
        self._place.addWidget(label)
        self._place.addWidget(box)
        self.matches[code] = box

    def fields(self) -> dict[str, Any]:
        matches = {code: str(box.currentData()) for code, box in self.matches.items()
                   if box.currentData()}  # fmt: skip
        return {"item_code": str(self.item.currentData() or ""), "matches": matches,
                "situation": str(self.situation.currentData() or "")}  # fmt: skip

    def missing(self) -> str:
        if not self.item.currentData():
            return _("Choose the item under which the case goes on.")
        if self.situation.count() and not self.situation.currentData():
            return _("Choose the situation of the item.")
        return ""

    def draft(self) -> dict[str, str]:
        given = self.fields()
        return {key: str(given[key]) for key in ("item_code", "situation") if given[key]}

    def restore(self, draft: Mapping[str, str]) -> None:
        self._kept = dict(draft)
        if draft.get("item_code") in self._items:
            self.item.setCurrentIndex(self.item.findData(draft["item_code"]))
            if draft.get("situation"):
                self.situation.setCurrentIndex(self.situation.findData(draft["situation"]))

    def begin(self) -> None:
        self.item.setFocus()
