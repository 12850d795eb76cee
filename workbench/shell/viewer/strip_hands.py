"""The strip with hands: wheel, drag and keys. This is the page strip that screens use.

Keys: arrows and Page Up/Down scroll, Ctrl with Page Up/Down turns pages, Home and End go to the
ends, + and - zoom, 0 is true size, 1 shows each pixel of the scan, W fits the width, P the page,
R turns right, Shift+R left. While L is held a loupe follows the mouse or the arrow keys. A
:class:`HandTool` that was taken up hears of mouse and keys first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Protocol

from PyQt6.QtCore import QEvent, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QToolTip, QWidget

from workbench.shell.theme import Theme
from workbench.shell.viewer.loupe import Loupe
from workbench.shell.viewer.page_strip import StripView
from workbench.shell.viewer.pictures import Wish
from workbench.shell.viewer.sheets import Fit

CONTROL: Final = Qt.KeyboardModifier.ControlModifier
SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
NONE: Final = Qt.KeyboardModifier.NoModifier
KEYPAD: Final = Qt.KeyboardModifier.KeypadModifier


class HandTool(Protocol):
    """What mouse and keys do while something else than reading is done. Points are of the glass;
    each answer says whether the strip leaves it at that."""

    def press(self, strip: PageStrip, at: QPoint) -> bool: ...

    def drag(self, strip: PageStrip, at: QPoint) -> None: ...

    def release(self, strip: PageStrip, at: QPoint) -> None: ...

    def key(self, strip: PageStrip, event: QKeyEvent) -> bool: ...

    def tip(self, strip: PageStrip, at: QPoint) -> str: ...

    def busy(self) -> bool: ...


class PageStrip(StripView):
    """The strip as screens use it."""

    turn_wanted = pyqtSignal(int)
    """Turn the page in hand by so many degrees; whoever owns the turns does it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.tool: HandTool | None = None
        self.loupe = Loupe(self, self.glass)
        self._dragged_from: QPoint | None = None
        self._tool_has_it = False
        self._keys = self._key_table()
        self.glass.setMouseTracking(True)

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
            (key.Key_1, NONE): self.pixel_zoom,
            (key.Key_W, NONE): lambda: self.set_fit(Fit.WIDTH),
            (key.Key_P, NONE): lambda: self.set_fit(Fit.PAGE),
            (key.Key_R, NONE): lambda: self.turn_wanted.emit(90),
            (key.Key_R, SHIFT): lambda: self.turn_wanted.emit(-90),
        }

    def wishes(self) -> Iterator[Wish]:
        """What is under the loupe first: that is what is being looked at."""
        yield from self.loupe.wishes()
        yield from super().wishes()

    # -- keys ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if self.sizes and self._taken_by_others(event):
            event.accept()
            return
        pressed = event.modifiers() & ~KEYPAD
        act = self._keys.get((Qt.Key(event.key()), pressed))
        if act is not None and self.sizes:
            act()
            event.accept()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """Escape is a shortcut of the frame's: what is in hand here puts itself down first."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            busy = self.loupe.isVisible() or (self.tool is not None and self.tool.busy())
            if event.key() == Qt.Key.Key_Escape and busy:
                event.accept()
                return True
        return super().event(event)

    def _taken_by_others(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_L and event.modifiers() == NONE:
            if not event.isAutoRepeat():
                self.loupe.hold()
            return True
        return self.loupe.key(event) or (self.tool is not None and self.tool.key(self, event))

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_L and not event.isAutoRepeat():
            self.loupe.release()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        self.loupe.release()
        super().focusOutEvent(event)

    # -- mouse ---------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None:
            return
        if event.modifiers() & CONTROL:
            self.zoom_by_step(event.angleDelta().y() > 0, event.position().toPoint())
            event.accept()
            return
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        here = event.position().toPoint()
        self._tool_has_it = self.tool is not None and self.tool.press(self, here)
        if not self._tool_has_it:
            self._dragged_from = here
            self.glass.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        here = event.position().toPoint()
        self.loupe.follow(here)
        if self._tool_has_it and self.tool is not None:
            self.tool.drag(self, here)
        if self._dragged_from is None:
            return
        way = self._dragged_from - here
        self._dragged_from = here
        across, down = self.across, self.down
        across.setValue(across.value() + way.x())
        down.setValue(down.value() + way.y())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if self._tool_has_it and self.tool is not None and event is not None:
            self._tool_has_it = False
            self.tool.release(self, event.position().toPoint())
        if self._dragged_from is not None:
            self._dragged_from = None
            self.glass.unsetCursor()

    def viewportEvent(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            text = self.tool.tip(self, event.pos()) if self.tool is not None else ""
            QToolTip.showText(event.globalPos(), text, self.glass)
            return True
        return super().viewportEvent(event)
