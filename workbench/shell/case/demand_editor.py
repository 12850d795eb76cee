"""The one-time correction notice: demands with material, defect and standard (T07, R10, A4).

Ready phrases, *everything missing* in one press, and the notice as the applicant will read it. One
notice, once: so the editor also says which missing materials no demand names yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.case import NewEntry
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import MaterialSpec
from workbench.rules.words import _, pick
from workbench.shell.case.material_lines import demandable, missing
from workbench.shell.case.phrases import DEFECTS, HAND_IN, NOT_HANDED_IN, STANDARDS, Phrase
from workbench.shell.case.step_forms import StepForm
from workbench.shell.workplace import Workplace


class DemandRow(QFrame):
    """One demand."""

    changed = pyqtSignal()
    unwanted = pyqtSignal(object)

    def __init__(
        self, work: Workplace, materials: Sequence[MaterialSpec], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        space = work.theme.space
        self.number = QLabel(self)
        self.number.setProperty("role", "title")
        self.material = self._box(_("Material"), False)
        for spec in materials:
            self.material.addItem(pick(spec.name_zh, spec.name_en), spec.code)
        self.material.setCurrentIndex(-1)
        self.defect = self._phrases(_("Defect"), DEFECTS)
        self.standard = self._phrases(_("Standard"), STANDARDS)
        away = QPushButton(_("Remove"), self)
        away.setProperty("role", "link")
        away.clicked.connect(lambda: self.unwanted.emit(self))
        grid = QGridLayout(self)
        grid.setContentsMargins(space(), space(0.75), space(), space(0.75))
        grid.setHorizontalSpacing(space())
        grid.setVerticalSpacing(space(0.5))
        grid.addWidget(self.number, 0, 0)
        grid.addWidget(self.material, 0, 1)
        grid.addWidget(away, 0, 2)
        for line, box in ((1, self.defect), (2, self.standard)):
            label = QLabel(box.accessibleName(), self)
            label.setProperty("role", "small")
            grid.addWidget(label, line, 0)
            grid.addWidget(box, line, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    def _box(self, name: str, editable: bool) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setEditable(editable)
        box.setPlaceholderText(_("Choose …"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(10)
        box.currentIndexChanged.connect(self.changed)
        return box

    def _phrases(self, name: str, phrases: Sequence[Phrase]) -> QComboBox:
        box = self._box(name, True)
        for phrase in phrases:
            box.addItem(phrase.shown(), phrase.zh)
        # What is written into the notice is the Chinese text, whatever the list shows.
        box.activated.connect(lambda index, one=box: one.setEditText(str(one.itemData(index))))
        box.setCurrentIndex(-1)
        line = box.lineEdit()
        if line is not None:
            line.setPlaceholderText(_("Choose a phrase or write"))
            line.setAccessibleName(name)
        box.editTextChanged.connect(self.changed)
        return box

    def value(self) -> dict[str, str]:
        """Material code, defect and standard; empty where not filled in."""
        return {
            "material": str(self.material.currentData() or ""),
            "defect": self.defect.currentText().strip(),
            "standard": self.standard.currentText().strip(),
        }

    def fill(self, value: Mapping[str, str]) -> None:
        """Put values in."""
        self.material.setCurrentIndex(self.material.findData(value.get("material", "")))
        self.defect.setEditText(value.get("defect", ""))
        self.standard.setEditText(value.get("standard", ""))


class DemandForm(StepForm):
    """The editor: rows, the two buttons, and the notice as it will be read."""

    def __init__(self, work: Workplace, view: CaseView, move: str, parent: QWidget) -> None:
        super().__init__(work, view, move, parent)
        self.rows: list[DemandRow] = []
        self._specs = demandable(view)
        buttons = QHBoxLayout()
        self.everything = QPushButton(_("Everything missing"), self)
        self.everything.setToolTip(_("One demand for each required material that is not there"))
        self.add = QPushButton(_("Add demand"), self)
        self.everything.clicked.connect(self.demand_everything_missing)
        self.add.clicked.connect(self._begin_row)
        buttons.addWidget(self.add)
        buttons.addWidget(self.everything)
        buttons.addStretch(1)
        self.column.addLayout(buttons)
        self._place = QVBoxLayout()
        self._place.setSpacing(work.theme.space(0.75))
        self.column.addLayout(self._place)
        self.forgotten = QLabel(self)
        self.forgotten.setProperty("role", "notice")
        self.forgotten.setWordWrap(True)
        self.preview = QLabel(self)
        self.preview.setWordWrap(True)
        self.preview.setProperty("role", "small")
        self.column.addWidget(self.forgotten)
        self.column.addWidget(self.preview)
        self.changed.connect(self._show_preview)
        self.add_row()
        self._show_preview()

    def add_row(self, value: Mapping[str, str] | None = None) -> DemandRow:
        """One more demand."""
        row = DemandRow(self.work, self._specs, self)
        row.fill(value or {})
        row.changed.connect(self.changed)
        row.unwanted.connect(self._remove)
        self.rows.append(row)
        self._place.addWidget(row)
        self._renumber()
        return row

    def _begin_row(self) -> None:
        self.add_row().material.setFocus()

    def demand_everything_missing(self) -> None:
        """A demand for each required material that is not there and not demanded yet."""
        for row in [one for one in self.rows if not any(one.value().values())]:
            self._remove(row)
        for code in self._not_demanded():
            self.add_row(
                {"material": code, "defect": NOT_HANDED_IN.zh, "standard": HAND_IN.zh}
            )
        self.changed.emit()

    def _not_demanded(self) -> list[str]:
        named = {row.value()["material"] for row in self.rows}
        can = {spec.code for spec in self._specs}
        return [c for c in missing(self.view, True) if c not in named and c in can]

    def _remove(self, row: DemandRow) -> None:
        self.rows.remove(row)
        self._place.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._renumber()
        self.changed.emit()

    def _renumber(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            row.number.setText(f"{number}.")

    def _show_preview(self) -> None:
        names = {spec.code: spec.name_zh for spec in self._specs}
        left = [names[code] for code in self._not_demanded()]
        self.forgotten.setVisible(bool(left))
        self.forgotten.setText(
            _("Missing, but in no demand: {list}. The notice can be sent once only.").format(
                list="、".join(left)
            )
        )
        lines = [
            f"{number}. {names.get(value['material'], '……')}：{value['defect'] or '……'}；"
            f"应当：{value['standard'] or '……'}"
            for number, value in enumerate((row.value() for row in self.rows), start=1)
        ]
        self.preview.setText("\n".join([_("As the applicant will read it:"), *lines]))
        self.preview.setVisible(bool(lines))

    def entries(self) -> list[NewEntry]:
        demands: list[dict[str, Any]] = [dict(row.value()) for row in self.rows]
        return [NewEntry("correction_notice", {"demands": demands})]

    def missing(self) -> str:
        if not self.rows:
            return _("Add at least one demand.")
        if any(not all(row.value().values()) for row in self.rows):
            return _("Each demand needs the material, the defect and the standard.")
        return ""

    def draft(self) -> dict[str, str]:
        values = [row.value() for row in self.rows if any(row.value().values())]
        return {"demands": json.dumps(values, ensure_ascii=False)} if values else {}

    def restore(self, draft: Mapping[str, str]) -> None:
        kept = json.loads(draft.get("demands", "[]"))
        if kept:
            for row in list(self.rows):
                self._remove(row)
        for value in kept:
            self.add_row(value)
        self.changed.emit()

    def begin(self) -> None:
        if self.rows:
            self.rows[0].material.setFocus()
