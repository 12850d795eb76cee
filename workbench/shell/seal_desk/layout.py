"""Where the queue, the page and the side of the seal desk stand beside each other.

Made by the screen with its parts inside; what is pressed stays in sight below what scrolls.
"""

from __future__ import annotations

from collections.abc import Iterator

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from workbench.rules.words import _
from workbench.shell.seal_desk.batch_bar import BatchBar
from workbench.shell.seal_desk.page import DocumentPage
from workbench.shell.seal_desk.queue import QueueList
from workbench.shell.seal_desk.side import SidePanel
from workbench.shell.side_area import SideArea
from workbench.shell.workplace import Workplace


class StampingPage(QWidget):
    """Queue, page and side. Built in steps: see :mod:`workbench.shell.building`."""

    queue: QueueList
    page: DocumentPage
    side: SidePanel

    def __init__(self, work: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self.bar = BatchBar(work.theme, self)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)

    def steps(self) -> Iterator[None]:
        """Make what stands here, where it will stand."""
        work = self.work
        self.queue = QueueList(work, self._split)
        yield
        self.page = DocumentPage(work, _("The document to be sealed"), self._split)
        yield
        self._right = QWidget(self._split)
        self._scroll = SideArea(self._right)
        self.side = SidePanel(work, self._scroll.viewport(), self._right)
        yield
        self._place()
        self.side.press.compared.in_hand.connect(self.show_part)

    def _place(self) -> None:
        space = self.work.theme.space
        side, right, split = self._scroll, self._right, self._split
        side.hold(self.side, space(36))
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(side, 1)
        # Below what scrolls: who presses twenty in a row never has to look for the button.
        self._foot = QVBoxLayout()
        self._foot.addWidget(self.side.press)
        column.addLayout(self._foot)
        for widget, part in ((self.queue, 2), (self.page, 5), (right, 3)):
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, part)
        split.setChildrenCollapsible(False)
        split.setSizes([space(36), space(66), space(46)])
        self.queue.setMinimumWidth(space(20))
        bar = side.verticalScrollBar()
        if bar is not None:
            bar.rangeChanged.connect(self._align_foot)
        self._align_foot(0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, space(), 0, 0)
        column.addWidget(self.bar)
        column.addWidget(split, 1)

    def show_part(self, part: QWidget) -> None:
        """Bring something of the side into sight."""
        self._scroll.ensureWidgetVisible(part)

    def _align_foot(self, _least: int, most: int) -> None:
        """The press stands as wide as the cards above it, beside whose edge they may scroll."""
        space, bar = self.work.theme.space, self._scroll.verticalScrollBar()
        beside = bar.sizeHint().width() if bar is not None and most > 0 else 0
        self._foot.setContentsMargins(space(), 0, space() + beside, 0)
