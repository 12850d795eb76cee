"""A label that shortens its text to the room it has; tooltip and screen reader get all of it."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """``full_text`` is what was given; ``text`` is what is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.full_text = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def setText(self, text: str | None) -> None:
        self.full_text = text or ""
        self.setToolTip(self.full_text)
        self.setAccessibleName(self.full_text)
        self._shorten()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        shown, measure = super().sizeHint(), self.fontMetrics().horizontalAdvance
        # What the style adds around the text, whatever part of it is shown at the moment.
        around = max(shown.width() - measure(self.text()), 0)
        return QSize(measure(self.full_text) + around + 2, shown.height())

    def minimumSizeHint(self) -> QSize:
        few = self.fontMetrics().averageCharWidth() * 8
        return QSize(min(few, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self.full_text, Qt.TextElideMode.ElideRight, room)
        super().setText(shown)
