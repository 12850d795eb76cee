"""The small control under a review point of the checklist: pass, doubt, fail, and the reason.

Made by :mod:`workbench.shell.case.material_list`, once, and laid into the row that is in hand. What
is chosen in it is sent to the department's pane and comes back from there: it keeps no mark itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from workbench.rules.words import _
from workbench.shell.case.check_rows import CheckRow
from workbench.shell.case.flow_layout import FlowLayout
from workbench.shell.case.point_row import DOUBTFUL, RESULTS
from workbench.shell.theme import Theme


class Marking(StrEnum):
    """Whether review points can be marked in the checklist."""

    HERE = "here"
    IN_PANE = "in_pane"
    """The department's own pane takes no mark from outside: they are made in it."""
    CLOSED = "closed"
    """The step that records the opinion is not open to this person."""


KEYS: Final = {
    Qt.Key.Key_1: "pass", Qt.Key.Key_2: "doubt", Qt.Key.Key_3: "fail", Qt.Key.Key_Delete: "",
}  # fmt: skip


class _Reason(QLineEdit):
    """Enter and Escape go back to the list; Escape with the words that stood there before."""

    left = pyqtSignal(bool)
    before = ""

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        self.before = self.text()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        key = event.key() if event is not None else None
        if event is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.accept()
            self.left.emit(key != Qt.Key.Key_Escape)
            return
        super().keyPressEvent(event)


class PointBar(QWidget):
    """Hidden until a review point is in hand."""

    wanted = pyqtSignal(str, str)
    """``result`` (empty: take the mark back) and ``reason``."""
    resized = pyqtSignal()
    """It needs more room than before, or less."""
    left = pyqtSignal()
    """The reason is typed: the keys go back to the list."""

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.point = ""
        self.buttons: dict[str, QPushButton] = {}
        beside = FlowLayout(theme.space(0.5))
        words = {"pass": _("Pass"), "doubt": _("Doubt"), "fail": _("Fail")}
        for number, result in enumerate(RESULTS, start=1):
            button = QPushButton(words[result], self)
            button.setCheckable(True)
            button.setProperty("role", f"mark_{result}")
            button.setToolTip(_("{what} ({keys})").format(what=words[result], keys=number))
            button.clicked.connect(lambda on, one=result: self.choose(one if on else ""))
            beside.addWidget(button)
            self.buttons[result] = button
        self.reason = _Reason(self)
        self.reason.setPlaceholderText(_("Reason for the doubt or the failure"))
        self.reason.setAccessibleName(_("Reason for the doubt or the failure"))
        self.reason.textEdited.connect(lambda _text: self._send(self.result()))
        self.reason.left.connect(self._leave)
        self.elsewhere = QLabel(_("Marked in the department's own pane."), self)
        self.elsewhere.setProperty("role", "small")
        self.elsewhere.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.space(0.5), 0, theme.space(0.75))
        column.setSpacing(theme.space(0.5))
        column.addLayout(beside)
        column.addWidget(self.reason)
        column.addWidget(self.elsewhere)
        self.hide()

    def show_point(self, row: CheckRow, marking: Marking) -> None:
        """Another point is in hand, or the same is marked otherwise."""
        fresh = row.point != self.point
        self.point = row.point
        here = marking is Marking.HERE
        for code, button in self.buttons.items():
            button.setVisible(here)
            button.setChecked(code == row.result)
            button.setAccessibleDescription(row.name)
        self.elsewhere.setVisible(not here)
        doubtful = here and row.result in DOUBTFUL
        if fresh or (doubtful and not self.reason.hasFocus()):
            self.reason.setText(row.reason)
        changed = fresh or doubtful == self.reason.isHidden()
        self.reason.setVisible(doubtful)
        if changed:
            self.resized.emit()

    def result(self) -> str:
        """How the point is marked now; empty while it is not."""
        return next((code for code, one in self.buttons.items() if one.isChecked()), "")

    def choose(self, result: str) -> None:
        """Mark the point so; what wants a reason gets the keys for it."""
        self._send(result)
        if not self.reason.isHidden():
            self.reason.setFocus()
            self.reason.selectAll()

    def height_for(self, width: int) -> int:
        """The room it needs under the words of the row."""
        column = self.layout()
        return column.totalHeightForWidth(width) if column is not None else 0

    def _send(self, result: str) -> None:
        self.wanted.emit(result, self.reason.text().strip() if result in DOUBTFUL else "")

    def _leave(self, keep: bool) -> None:
        if not keep and self.reason.text() != self.reason.before:
            self.reason.setText(self.reason.before)
            self._send(self.result())
        self.left.emit()
