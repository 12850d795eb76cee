"""The strip with hands: wheel, drag and keys. This is the page strip that screens use.

Keys: arrows and Page Up/Down scroll, Ctrl with Page Up/Down turns pages, Home and End go to the
ends, + and - zoom, 0 is true size, W fits the width, P the page, R turns right, Shift+R left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QWidget

from workbench.shell.theme import Theme
from workbench.shell.viewer.page_strip import StripView
from workbench.shell.viewer.sheets import Fit

CONTROL: Final = Qt.KeyboardModifier.ControlModifier
SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
NONE: Final = Qt.KeyboardModifier.NoModifier
KEYPAD: Final = Qt.KeyboardModifier.KeypadModifier


class PageStrip(StripView):
    """The strip as screens use it."""

    turn_wanted = pyqtSignal(int)
    """Turn the page in hand by so many degrees; whoever owns the turns does it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._dragged_from: QPoint | None = None
        self._keys = self._key_table()

    def _key_table(self) -> dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], None]]:
        down = self.down
        key = Qt.Key
        return {
            (key.Key_Space, NONE): lambda: down.setValue(down.value() + down.pageStep()),
            (key.Key_Space, SHIFT): lambda: down.setValue(down.value() - down.pageStep()),
            (key.Key_PageDown, CONTROL): lambda: self.go_to(self.page + 1),
            (key.Key_PageUp, CONTROL): lambda: self.go_to(self.page - 1),
            (key.Key_Home, NONE): lambda: self.go_to(1),
            (key.Key_End, NONE): lambda: self.go_to(len(self.sizes)),
            (key.Key_Plus, NONE): lambda: self.zoom_by_step(True),
            (key.Key_Plus, SHIFT): lambda: self.zoom_by_step(True),
            (key.Key_Equal, NONE): lambda: self.zoom_by_step(True),
            (key.Key_Plus, CONTROL): lambda: self.zoom_by_step(True),
            (key.Key_Equal, CONTROL): lambda: self.zoom_by_step(True),
            (key.Key_Minus, NONE): lambda: self.zoom_by_step(False),
            (key.Key_Minus, CONTROL): lambda: self.zoom_by_step(False),
            (key.Key_0, NONE): lambda: self.set_zoom(1.0),
            (key.Key_0, CONTROL): lambda: self.set_zoom(1.0),
            (key.Key_W, NONE): lambda: self.set_fit(Fit.WIDTH),
            (key.Key_P, NONE): lambda: self.set_fit(Fit.PAGE),
            (key.Key_R, NONE): lambda: self.turn_wanted.emit(90),
            (key.Key_R, SHIFT): lambda: self.turn_wanted.emit(-90),
        }

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        pressed = event.modifiers() & ~KEYPAD
        act = self._keys.get((Qt.Key(event.key()), pressed))
        if act is not None and self.sizes:
            act()
            event.accept()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None:
            return
        if event.modifiers() & CONTROL:
            self.zoom_by_step(event.angleDelta().y() > 0, event.position().toPoint())
            event.accept()
            return
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._dragged_from = event.position().toPoint()
            self.glass.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._dragged_from is None:
            return
        here = event.position().toPoint()
        way = self._dragged_from - here
        self._dragged_from = here
        across, down = self.across, self.down
        across.setValue(across.value() + way.x())
        down.setValue(down.value() + way.y())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        self._dragged_from = None
        self.glass.unsetCursor()
