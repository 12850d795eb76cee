"""What a step asks before it is made: the general form, read off the flow, and the special ones.

``form_choice`` picks the form of a move; ``step_card`` shows it. A form gives the move's fields and
entries and nothing else: the core completes, judges and carries out. What was typed can
be taken out as a draft and put back, so a lost race or the end of a shift loses nothing (E06, E07).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QLabel, QVBoxLayout, QWidget

from workbench.casework.acceptance import demand_lines, open_demands
from workbench.rules.case import NewEntry
from workbench.rules.case_flow import row_for
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import MaterialSource
from workbench.rules.facts_assent import disagreeing
from workbench.rules.words import _, pick
from workbench.shell.case.item_fields import STANDARD, for_item
from workbench.shell.case.material_lines import Held, held_word, lines_of, missing
from workbench.shell.case.step_fields import Field, FileField, field_for
from workbench.shell.case.step_words import Asked, fields_of
from workbench.shell.workplace import Workplace

ALL_PASSED: Final = "经审查，申请材料齐全、符合法定形式，审查要点全部通过，建议准予。"
"""The opinion that follows where every review point passed; it can be written over."""

DESPITE: Final = "decision.despite"
"""Why it is granted although a department disagrees (E11)."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that the step brings along, and the line of the material list it is for."""

    path: Path
    code: str


class StepForm(QWidget):
    """Base of all forms of steps."""

    changed = pyqtSignal()

    def __init__(self, work: Workplace, view: CaseView, move: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self.view = view
        self.move_name = move
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(work.theme.space(0.75))

    def fields(self) -> dict[str, Any]:
        """The codes that the move carries."""
        return {}

    def entries(self) -> list[NewEntry]:
        """The content that the move brings."""
        return []

    def file(self) -> File | None:
        """A file to be taken in with the move."""
        return None

    def missing(self) -> str:
        """What has still to be filled in, in words; empty when the step can be confirmed."""
        return ""

    def draft(self) -> dict[str, str]:
        """What was typed, as texts."""
        return {}

    def keepable(self) -> dict[str, str]:
        """What of the draft the centre may keep (E06): texts, no file of this computer."""
        return self.draft()

    def restore(self, draft: Mapping[str, str]) -> None:
        """Put a draft back."""

    def begin(self) -> None:
        """Put the keyboard where writing starts."""

    def is_empty(self) -> bool:
        """Whether there is nothing to fill in: the step is confirmed and that is all."""
        return self.column.count() == 0

    def add_label(self, text: str, buddy: QWidget | None = None) -> QLabel:
        """A label above a field, tied to it for screen readers."""
        label = self.label_for(text, buddy)
        self.column.addWidget(label)
        return label

    def label_for(self, text: str, buddy: QWidget | None = None) -> QLabel:
        """The same, not yet placed."""
        label = QLabel(text, self)
        label.setProperty("role", "quiet")
        if buddy is not None:
            label.setBuddy(buddy)
            buddy.setAccessibleName(text)
        return label


class GeneralForm(StepForm):
    """Whatever the flow's row asks for, field by field."""

    def __init__(
        self,
        work: Workplace,
        view: CaseView,
        move: str,
        parent: QWidget,
        points: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        super().__init__(work, view, move, parent)
        row = row_for(move, view.shown_state)
        self.asked = for_item(fields_of(row) if row is not None else (), view.item)
        if move == "accept":
            gap = missing(view, True) and not missing(view, False)
            self.asked = tuple(one for one in self.asked if gap)
        if move in ("grant", "grant_by_meeting"):
            self.asked = _despite(self.asked, view)
        self.parts: dict[str, Field] = {}
        self._points = dict(points or {})
        for one in self.asked:
            field = field_for(one, work, self, self.changed.emit)
            text = _(one.label) if one.required else _("{what} (optional)").format(
                what=_(one.label))  # fmt: skip
            self.add_label(text, field.widget)
            self.column.addWidget(field.widget)
            self.parts[one.path] = field
        self._prefill()

    def _prefill(self) -> None:
        """What is nearly always right; every word can be changed."""
        item = self.view.item
        content, basis = self.parts.get("decision.content"), self.parts.get("decision.basis")
        if content is not None:
            content.fill(f"准予{item.name_zh}。")
        if basis is not None:
            basis.fill(item.legal_basis)
        if STANDARD in self.parts:
            self.parts[STANDARD].fill(item.inspection_standard)
        reasons = self.parts.get("opinion.reasons")
        passed = {code for code, one in self._points.items() if one.get("result") == "pass"}
        every = {point.code for point in item.review_points}
        # All of them, not all that were looked at: the words say so.
        if reasons is not None and every and every <= passed:
            reasons.fill(ALL_PASSED)
            self.parts["opinion.conclusion"].fill("grant")

    def fields(self) -> dict[str, Any]:
        given = {p: f.value() for p, f in self.parts.items() if "." not in p}
        return {path: value for path, value in given.items() if value not in ("", None, [])}

    def entries(self) -> list[NewEntry]:
        bodies: dict[str, dict[str, Any]] = {}
        for path, field in self.parts.items():
            kind, dot, key = path.partition(".")
            if dot and not isinstance(field, FileField) and field.value():
                bodies.setdefault(kind, {})[key] = field.value()
        if self.move_name == "submit_opinion":
            opinion = bodies.setdefault("opinion", {})
            opinion["points"] = {c: dict(one) for c, one in self._points.items()}
        return [NewEntry(kind, body) for kind, body in bodies.items()]

    def file(self) -> File | None:
        for field in self.parts.values():
            if isinstance(field, FileField) and field.path is not None:
                return File(field.path, "special_procedure_result")
        return None

    def missing(self) -> str:
        lacking = [_(one.label) for one in self.asked
                   if one.required and not self.parts[one.path].value()]  # fmt: skip
        if not lacking:
            return ""
        return _("Still to be filled in: {fields}.").format(fields=_(", ").join(lacking))

    def draft(self) -> dict[str, str]:
        return {path: field.draft() for path, field in self.parts.items() if field.draft()}

    def keepable(self) -> dict[str, str]:
        files = {path for path, field in self.parts.items() if isinstance(field, FileField)}
        return {path: text for path, text in self.draft().items() if path not in files}

    def restore(self, draft: Mapping[str, str]) -> None:
        for path, text in draft.items():
            if path in self.parts:
                self.parts[path].fill(text)

    def begin(self) -> None:
        if self.parts:
            next(iter(self.parts.values())).widget.setFocus()


def _despite(asked: tuple[Asked, ...], view: CaseView) -> tuple[Asked, ...]:
    """E11: reasons for granting against a department's opinion, where there is one such."""
    against = bool(disagreeing(view.tasks))
    kept = (one for one in asked if against or one.path != DESPITE)
    return tuple(replace(one, required=True) if one.path == DESPITE else one for one in kept)


class UnmetForm(GeneralForm):
    """T08b: which demands of the first notice are still unmet, by their numbers."""

    def __init__(self, work: Workplace, view: CaseView, move: str, parent: QWidget) -> None:
        super().__init__(work, view, move, parent)
        self._boxes: dict[int, QCheckBox] = {}
        head = QLabel(_("Demands of the first notice that are still unmet"), self)
        head.setProperty("role", "quiet")
        self.column.insertWidget(0, head)
        for place, line in enumerate(demand_lines(view), start=1):
            number = int(str(line.get("no", 0)))
            box = QCheckBox(demand_text(view, line), self)
            box.toggled.connect(self.changed)
            self.column.insertWidget(place, box)
            self._boxes[number] = box

    def fields(self) -> dict[str, Any]:
        return {"unmet": [number for number, box in self._boxes.items() if box.isChecked()]}

    def missing(self) -> str:
        return "" if self.fields()["unmet"] else _("Choose at least one demand.")

    def begin(self) -> None:
        for box in self._boxes.values():
            box.setFocus()
            return


class AnswerForm(StepForm):
    """T08: which demand is answered, and with which file."""

    def __init__(self, work: Workplace, view: CaseView, move: str, parent: QWidget) -> None:
        super().__init__(work, view, move, parent)
        self.demand = QComboBox(self)
        self.demand.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.demand.setMinimumContentsLength(16)
        unmet = open_demands(view)
        self._codes: dict[int, str] = {}
        for line in demand_lines(view):
            number = int(str(line.get("no", 0)))
            if number in unmet:
                self.demand.addItem(demand_text(view, line), number)
                self._codes[number] = str(line.get("material", ""))
        self.chosen = FileField(self, self.changed.emit)
        self.add_label(_("Demand"), self.demand)
        self.column.addWidget(self.demand)
        self.add_label(_("File that answers it"), self.chosen.widget)
        self.column.addWidget(self.chosen.widget)

    def fields(self) -> dict[str, Any]:
        return {"demand": self.demand.currentData()}

    def file(self) -> File | None:
        code = self._codes.get(self.demand.currentData() or 0, "")
        return File(self.chosen.path, code) if self.chosen.path is not None else None

    def missing(self) -> str:
        return "" if self.chosen.path is not None else _("Choose the file that answers it.")

    def begin(self) -> None:
        self.demand.setFocus()


class ChecklistForm(StepForm):
    """T03: one answer a line of the material list, and that the applicant is identified."""

    ANSWERS: Final = ("handed_in", "shared", "not_needed", "missing")

    def __init__(self, work: Workplace, view: CaseView, move: str, parent: QWidget) -> None:
        super().__init__(work, view, move, parent)
        self._boxes: dict[str, QComboBox] = {}
        words = {"handed_in": held_word(Held.GIVEN), "shared": held_word(Held.SHARED),
                 "not_needed": held_word(Held.NOT_NEEDED),
                 "missing": held_word(Held.MISSING)}  # fmt: skip
        now = {Held.GIVEN: "handed_in", Held.SHARED: "shared", Held.NOT_NEEDED: "not_needed",
               Held.MISSING: "missing", Held.MAY_FOLLOW: "missing"}  # fmt: skip
        for line in lines_of(view):
            if line.spec.source is MaterialSource.OFFICE:
                continue
            box = QComboBox(self)
            for code in self.ANSWERS:
                box.addItem(words[code], code)
            box.setCurrentIndex(self.ANSWERS.index(now[line.held]))
            self.add_label(line.name(), box)
            self.column.addWidget(box)
            self._boxes[line.spec.code] = box
        self.identified = QCheckBox(_("The applicant is identified"), self)
        self.identified.toggled.connect(self.changed)
        self.column.addWidget(self.identified)

    def entries(self) -> list[NewEntry]:
        names = {m.code: m.name_zh for m in self.view.item.materials}
        answers = [{"code": code, "name_zh": names[code], "answer": box.currentData()}
                   for code, box in self._boxes.items()]  # fmt: skip
        answers.append({"code": "applicant", "name_zh": "申请人身份", "answer": "identified"})
        return [NewEntry("checklist", {"answers": answers})]

    def missing(self) -> str:
        return "" if self.identified.isChecked() else _("Say whether the applicant is identified.")

    def begin(self) -> None:
        self.identified.setFocus()


def demand_text(view: CaseView, line: Mapping[str, object]) -> str:
    """One demand in a line: number, material, defect, standard."""
    code = str(line.get("material", ""))
    spec = next((m for m in view.item.materials if m.code == code), None)
    name = pick(spec.name_zh, spec.name_en) if spec is not None else code
    return _("{no}. {material}: {defect} ({standard})").format(
        no=line.get("no", ""), material=name, defect=line.get("defect", ""),
        standard=line.get("standard", ""),
    )  # fmt: skip
