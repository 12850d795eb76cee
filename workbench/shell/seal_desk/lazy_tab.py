"""A tab that asks only while it is seen: a queue that changes every minute asks nothing for it."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QWidget

from workbench.shell.workplace import Workplace


class LazyTab(QWidget):
    """:meth:`refresh` asks now or, where the tab is not seen, when it is seen again."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self._stale = True

    def ask(self) -> None:
        """Ask for what is shown here; must keep what the user has typed and chosen."""

    def refresh(self) -> None:
        """Something has changed."""
        if self.isVisible():
            self._stale = False
            self.ask()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()


class Ground(QScrollArea):
    """What a tab stands on: on a small screen it scrolls, so the window never grows beyond it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.inside = QWidget(self.viewport())
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self.inside)
