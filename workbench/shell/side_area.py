"""The area beside a list or a page in which cards stand and scroll, up and down only.

Used by the seal desk, its registers, the issuing window and the take-in window.
"""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QWidget


class SideArea(QScrollArea):
    """See the module. Never narrower than its cards, which nobody could scroll to the side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = 0
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def hold(self, inside: QWidget, least: int) -> None:
        """Show that widget, made within the viewport, at least so wide."""
        self._least = least
        self.setWidget(inside)
        inside.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        inside, bar = self.widget(), self.verticalScrollBar()
        if inside is None or bar is None:
            return super().minimumSizeHint()
        needed = inside.minimumSizeHint().width() + bar.sizeHint().width()
        return QSize(max(self._least, needed), super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
