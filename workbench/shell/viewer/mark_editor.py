"""The small field on the page in which a note or the reason of a doubt is typed.

Enter keeps it, Shift+Enter begins a new line, Escape drops it. Made by
:mod:`workbench.shell.viewer.mark_tool`, once for each frame.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.rules.material_marks import MOST_LETTERS
from workbench.rules.words import _
from workbench.shell.theme import Theme

Keep = Callable[[str], None]


class _Field(QPlainTextEdit):
    """Hands Enter and Escape on."""

    def __init__(self, parent: MarkEditor) -> None:
        super().__init__(parent)
        self._editor = parent

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._editor.keep()
        elif event.key() == Qt.Key.Key_Escape:
            self._editor.drop()
        else:
            super().keyPressEvent(event)


class MarkEditor(QFrame):
    """Hidden until something is to be typed."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._keep: Keep | None = None
        self._dropped: Callable[[], None] | None = None
        self._must = False
        self._back: QWidget | None = None
        self.setProperty("role", "card")
        space = theme.space
        self.head = QLabel(self)
        self.head.setProperty("role", "small")
        self.field = _Field(self)
        self.field.setTabChangesFocus(True)
        said = QLabel(_("Enter keeps it, Escape drops it."), self)
        said.setProperty("role", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(space(), space(0.75), space(), space(0.75))
        column.setSpacing(space(0.5))
        for one in (self.head, self.field, said):
            column.addWidget(one)
        self.field.setMinimumHeight(space(4))
        self._size = QSize(space(38), space(17))
        self.hide()

    def ask(
        self, head: str, text: str, keep: Keep, dropped: Callable[[], None], at: QPoint,
        back: QWidget, must: bool = False,
    ) -> None:  # fmt: skip
        """Show it with its corner at that point of its parent; ``must``: not without words.
        ``back`` gets the focus afterwards."""
        self._keep, self._dropped, self._must, self._back = keep, dropped, must, back
        self.head.setText(head)
        self.field.setAccessibleName(head)
        self.field.setPlainText(text)
        self.field.selectAll()
        room = self.parentWidget()
        if room is not None:
            self.resize(self._size.boundedTo(room.size()))
            spare = room.size() - self.size()
            at = QPoint(max(min(at.x(), spare.width()), 0), max(min(at.y(), spare.height()), 0))
        self.move(at)
        self.show()
        self.raise_()
        self.field.setFocus()

    def keep(self) -> None:
        """Enter."""
        text = self.field.toPlainText().strip()[:MOST_LETTERS]
        if self._must and not text:
            self.head.setText(_("Say it in words."))
            return
        keep = self._keep
        self._away()
        if keep is not None:
            keep(text)

    def drop(self) -> None:
        """Escape, or the pages are gone."""
        dropped = self._dropped
        self._away()
        if dropped is not None:
            dropped()

    def _away(self) -> None:
        back, self._back = self._back, None
        self._keep = self._dropped = None
        self.field.clear()
        self.hide()
        if back is not None:
            back.setFocus()
