"""The watermark over a department's own viewer, which paints its pages itself.

Who looks and when is to be seen on every photograph of the screen, whoever drew the page. Made by
``frame_parts``; over the strips the same text is laid by ``page_strip``.
"""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QStackedWidget, QWidget

from workbench.shell.theme import Theme
from workbench.shell.viewer.marks import watermark


class WatermarkPane(QWidget):
    """A clear pane over a stack of widgets: mouse and keys go through it."""

    def __init__(self, theme: Theme, over: QStackedWidget) -> None:
        super().__init__(over.parentWidget())
        self._theme, self._over = theme, over
        self._text = ""
        self._tile = watermark("", self.font(), 1.0)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        over.installEventFilter(self)
        self.hide()

    def set_text(self, text: str) -> None:
        """Who looks, and when."""
        if text != self._text:
            self._text = text
            self._tile = watermark(text, self._theme.font(1), self.devicePixelRatioF())
            self.update()

    def lie_over(self, shown: bool) -> None:
        """Be there, on top of whatever has come into the stack since, or not."""
        self.setGeometry(self._over.geometry())
        self.setVisible(shown)
        self.raise_()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.setGeometry(self._over.geometry())
        return False

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self._tile is not None:
            painter = QPainter(self)
            painter.drawTiledPixmap(self.rect(), self._tile)
            painter.end()
