"""A list to tick line by line, by keyboard: what is compared with the page before the press.

Space ticks the line and goes to the next one, Up and Down move; after the last tick ``done`` is
sent. A tick is the custodian's own: nothing sets it for him.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from workbench.rules.words import _
from workbench.shell.theme import Theme


class TickRows(QWidget):
    """See the module. ``changed`` at each tick."""

    changed = pyqtSignal()
    done = pyqtSignal()
    in_hand = pyqtSignal(QWidget)
    """The line that got the keyboard: it has to be in sight."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: list[QCheckBox] = []
        self._rows: tuple[tuple[str, str], ...] = ()
        self.heading = QLabel(self)
        self.heading.setProperty("role", "title")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.space(1.5))
        self._grid.setVerticalSpacing(theme.space(0.5))
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(0.75))
        column.addWidget(self.heading)
        column.addLayout(self._grid)

    @property
    def complete(self) -> bool:
        """Whether there is something to compare and all of it is ticked."""
        return bool(self.boxes) and all(box.isChecked() for box in self.boxes)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Label and value of each line."""
        return self._rows

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Other lines, none of them ticked."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes, self._rows = [], tuple(rows)
        for place, (name, text) in enumerate(self._rows):
            self._add(place, name, text)
        self.heading.setVisible(bool(rows))
        self._count()
        self.changed.emit()

    def begin(self) -> None:
        """The first line that is not ticked gets the keyboard; ``done`` where all are."""
        box = next((one for one in self.boxes if not one.isChecked()), None)
        if box is not None:
            box.setFocus()
        elif self.boxes:
            self.done.emit()

    def _add(self, place: int, name: str, text: str) -> None:
        box, value = QCheckBox(name, self), QLabel(text, self)
        box.setAccessibleName(_("{name}: {state}").format(name=name, state=text))
        box.installEventFilter(self)
        box.toggled.connect(self._toggled)
        value.setWordWrap(True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setAccessibleName(name)
        self._grid.addWidget(box, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, place, 1)
        if self.boxes:
            QWidget.setTabOrder(self.boxes[-1], box)
        self.boxes.append(box)

    def _toggled(self, _on: bool) -> None:
        self._count()
        self.changed.emit()

    def _count(self) -> None:
        ticked = sum(box.isChecked() for box in self.boxes)
        self.heading.setText(_("Compared with the page: {n} of {total}").format(
            n=ticked, total=len(self.boxes)))  # fmt: skip

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        focused = event is not None and event.type() == QEvent.Type.FocusIn
        if focused and isinstance(watched, QWidget):
            self.in_hand.emit(watched)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            box = next((one for one in self.boxes if one is watched), None)
            if box is not None and self._key(box, event.key()):
                return True
        return super().eventFilter(watched, event)

    def _key(self, box: QCheckBox, key: int) -> bool:
        place = self.boxes.index(box)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.boxes[max(0, min(place + step, len(self.boxes) - 1))].setFocus()
            return True
        if key == Qt.Key.Key_Space:
            box.setChecked(not box.isChecked())
            if box.isChecked():
                after = [*self.boxes[place + 1 :], *self.boxes[:place]]
                following = next((one for one in after if not one.isChecked()), None)
                if following is not None:
                    following.setFocus()
                else:
                    self.done.emit()
            return True
        return False
