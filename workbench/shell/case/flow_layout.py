"""A layout that puts widgets side by side and goes on in the next line, like words in a text."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtWidgets import QLayout, QLayoutItem


class FlowLayout(QLayout):
    """Left to right, then down; each widget at its own size, so no label is ever clipped."""

    def __init__(self, gap: int) -> None:
        super().__init__()
        self._gap = gap
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, a0: QLayoutItem | None) -> None:
        if a0 is not None:
            self._items.append(a0)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, a0: int) -> int:
        return self._lay_out(QRect(0, 0, a0, 0), False)

    def setGeometry(self, a0: QRect) -> None:
        super().setGeometry(a0)
        self._lay_out(a0, True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        least = QSize(0, 0)
        for item in self._items:
            least = least.expandedTo(item.sizeHint())
        return least

    def _lay_out(self, room: QRect, place: bool) -> int:
        """The height that is needed; what stands in one line stands at its middle."""
        top = room.y()
        for line in self._lines(room.width()):
            height = max(item.sizeHint().height() for item in line)
            x = room.x()
            for item in line:
                size = item.sizeHint()
                if place:
                    y = top + (height - size.height()) // 2
                    item.setGeometry(QRect(x, y, min(size.width(), room.width()), size.height()))
                x += size.width() + self._gap
            top += height + self._gap
        return max(top - self._gap, room.y()) - room.y()

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        x = 0
        for item in self._items:
            wide = item.sizeHint().width()
            if not lines or x + wide > width + 1:
                lines.append([])
                x = 0
            lines[-1].append(item)
            x += wide + self._gap
        return lines
