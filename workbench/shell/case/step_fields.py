"""The fields of step forms as widgets: each knows its value and its draft.

Made by ``step_forms`` from :class:`~workbench.shell.case.step_words.Asked`. Values are codes,
texts, numbers and moments, ready for a move.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol

from PyQt6.QtCore import QDate, QDateTime, QTime
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDateTimeEdit,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.moment import at_local, to_local
from workbench.rules.people import Role
from workbench.rules.refusal_words import label as code_label
from workbench.rules.words import _
from workbench.shell.case.step_words import CHOICES, Asked
from workbench.shell.workplace import Workplace

MAY_CHAIR: Final = (
    Role.REPRESENTATIVE, Role.REVIEWER, Role.ORGAN_HEAD, Role.GOVERNMENT_HEAD
)  # fmt: skip


class Field(Protocol):
    """One field of a form."""

    widget: QWidget

    def value(self) -> Any:
        """What the move carries; ``None`` or empty where nothing was entered."""
        ...

    def draft(self) -> str:
        """As text, to be kept."""
        ...

    def fill(self, text: str) -> None:
        """From a kept draft."""
        ...


class TextEdit(QPlainTextEdit):
    """Several lines; Tab goes on to the next field, as in the rest of the form."""

    def __init__(self, parent: QWidget, lines: int = 3) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        metrics = self.fontMetrics()
        self.setFixedHeight(metrics.lineSpacing() * lines + 22)


class TextField:
    """Running text."""

    def __init__(self, parent: QWidget, changed: Callable[[], None]) -> None:
        edit = TextEdit(parent)
        edit.textChanged.connect(changed)
        self.widget: QWidget = edit
        self._edit = edit

    def value(self) -> str:
        return self._edit.toPlainText().strip()

    def draft(self) -> str:
        return self._edit.toPlainText()

    def fill(self, text: str) -> None:
        self._edit.setPlainText(text)


class LineField:
    """One line of text."""

    def __init__(self, parent: QWidget, changed: Callable[[], None]) -> None:
        self._edit = QLineEdit(parent)
        self._edit.textChanged.connect(changed)
        self.widget: QWidget = self._edit

    def value(self) -> str:
        return self._edit.text().strip()

    def draft(self) -> str:
        return self._edit.text()

    def fill(self, text: str) -> None:
        self._edit.setText(text)


class ChoiceField:
    """One of several codes; nothing is chosen until somebody chooses."""

    def __init__(
        self, parent: QWidget, options: list[tuple[str, str]], changed: Callable[[], None]
    ) -> None:
        box = QComboBox(parent)
        box.setPlaceholderText(_("Choose …"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        for code, text in options:
            box.addItem(text, code)
        box.setCurrentIndex(-1)
        box.currentIndexChanged.connect(changed)
        self.widget: QWidget = box
        self._box = box

    def value(self) -> str:
        return str(self._box.currentData() or "")

    def draft(self) -> str:
        return self.value()

    def fill(self, text: str) -> None:
        self._box.setCurrentIndex(self._box.findData(text))


class SeveralField:
    """Some of several codes."""

    def __init__(
        self, parent: QWidget, options: list[tuple[str, str]], changed: Callable[[], None]
    ) -> None:
        self.widget = QWidget(parent)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        self._boxes: dict[str, QCheckBox] = {}
        for code, text in options:
            box = QCheckBox(text, self.widget)
            box.toggled.connect(changed)
            column.addWidget(box)
            self._boxes[code] = box

    def value(self) -> list[str]:
        return [code for code, box in self._boxes.items() if box.isChecked()]

    def draft(self) -> str:
        return ",".join(self.value())

    def fill(self, text: str) -> None:
        for code in text.split(","):
            if code in self._boxes:
                self._boxes[code].setChecked(True)


class NumberField:
    """A whole number within the row's own bounds."""

    def __init__(self, parent: QWidget, asked: Asked, changed: Callable[[], None]) -> None:
        box = QSpinBox(parent)
        box.setRange(asked.low, asked.high)
        box.valueChanged.connect(changed)
        self.widget: QWidget = box
        self._box = box

    def value(self) -> int:
        return self._box.value()

    def draft(self) -> str:
        return str(self._box.value())

    def fill(self, text: str) -> None:
        self._box.setValue(int(text) if text.isdigit() else self._box.minimum())


class DayField:
    """A day; the value is the moment at which the office of that day has closed (17:30)."""

    def __init__(self, parent: QWidget, work: Workplace, changed: Callable[[], None]) -> None:
        box = QDateEdit(parent)
        box.setCalendarPopup(True)
        box.setDisplayFormat("yyyy-MM-dd")
        today = to_local(work.clock.now()).date()
        box.setMinimumDate(QDate(today.year, today.month, today.day))
        box.setDate(QDate(today.year, today.month, today.day).addDays(15))
        box.dateChanged.connect(changed)
        self.widget: QWidget = box
        self._box = box

    def value(self) -> int:
        day = self._box.date()
        return at_local(date(day.year(), day.month(), day.day()), 17, 30)

    def draft(self) -> str:
        return self._box.date().toString("yyyy-MM-dd")

    def fill(self, text: str) -> None:
        day = QDate.fromString(text, "yyyy-MM-dd")
        if day.isValid():
            self._box.setDate(day)


class HourField:
    """A day and an hour; the value is that moment."""

    FORMAT: Final = "yyyy-MM-dd HH:mm"

    def __init__(self, parent: QWidget, work: Workplace, changed: Callable[[], None]) -> None:
        box = QDateTimeEdit(parent)
        box.setCalendarPopup(True)
        box.setDisplayFormat(self.FORMAT)
        today = to_local(work.clock.now()).date()
        first = QDate(today.year, today.month, today.day).addDays(10)
        box.setDateTime(QDateTime(first, QTime(9, 0)))
        box.dateTimeChanged.connect(changed)
        self.widget: QWidget = box
        self._box = box

    def value(self) -> int:
        day, hour = self._box.date(), self._box.time()
        return at_local(date(day.year(), day.month(), day.day()), hour.hour(), hour.minute())

    def draft(self) -> str:
        return self._box.dateTime().toString(self.FORMAT)

    def fill(self, text: str) -> None:
        at = QDateTime.fromString(text, self.FORMAT)
        if at.isValid():
            self._box.setDateTime(at)


class FileField:
    """One file to be taken in; the desk never opens it, a child process looks at it."""

    def __init__(self, parent: QWidget, changed: Callable[[], None]) -> None:
        self.path: Path | None = None
        self._changed = changed
        self.widget = QWidget(parent)
        self._name = QLabel(_("No file chosen"), self.widget)
        self._name.setProperty("role", "quiet")
        button = QPushButton(_("Choose file …"), self.widget)
        button.clicked.connect(self._choose)
        row = QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(button)
        row.addWidget(self._name, 1)

    def choose(self, path: Path) -> None:
        """Take that file (also for tests, which open no file dialog)."""
        self.path = path
        self._name.setText(path.name)
        self._changed()

    def _choose(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self.widget, _("Choose file …"))
        if chosen:
            self.choose(Path(chosen))

    def value(self) -> str:
        return self.path.name if self.path is not None else ""

    def draft(self) -> str:
        return str(self.path or "")

    def fill(self, text: str) -> None:
        if text:
            self.choose(Path(text))


def field_for(
    asked: Asked, work: Workplace, parent: QWidget, changed: Callable[[], None]
) -> Field:
    """The widget for what is asked."""
    if asked.kind == "line":
        return LineField(parent, changed)
    if asked.kind == "choice":
        options = [(code, choice_word(code)) for code in asked.choices]
        return ChoiceField(parent, options, changed)
    if asked.kind == "person":
        return ChoiceField(parent, people_with(work, asked.role), changed)
    if asked.kind in ("department", "departments"):
        options = [(code, work.department_name(code)) for code in work.departments]
        if asked.kind == "departments":
            return SeveralField(parent, options, changed)
        return ChoiceField(parent, options, changed)
    if asked.kind == "number":
        return NumberField(parent, asked, changed)
    if asked.kind == "day":
        return DayField(parent, work, changed)
    if asked.kind == "hour":
        return HourField(parent, work, changed)
    if asked.kind == "file":
        return FileField(parent, changed)
    return TextField(parent, changed)


def choice_word(code: str) -> str:
    """The words for a choice's code."""
    return _(CHOICES[code]) if code in CHOICES else code_label(code)


def people_with(work: Workplace, role: str) -> list[tuple[str, str]]:
    """Logins and names of everybody of that role, but the signed-in person himself.

    A colleague to hand over to is one of the same department. Without a role: whoever may sit over
    a case at all, administrators and keepers of the seal not.
    """
    wanted = (Role(role),) if role else MAY_CHAIR
    return [
        (login, work.name_of(login))
        for login, person in sorted(work.people.items())
        if any(person.has(one) for one in wanted) and login != work.who.login
        and (role != Role.REPRESENTATIVE or person.department == work.who.department)
    ]
