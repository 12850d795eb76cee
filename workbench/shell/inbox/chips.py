"""The chips above the list: one for each thing that narrows it, taken away by key or click.

Used by the inbox screen; what a chip takes away is a function, so that the bar knows no filter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QPushButton, QWidget

from workbench.rules.words import _
from workbench.shell.case.flow_layout import FlowLayout
from workbench.shell.icons import icon
from workbench.shell.theme import Theme


@dataclass(frozen=True, slots=True)
class Chip:
    """What narrows the list, in words, and how it goes."""

    text: str
    remove: Callable[[], None]


class ChipButton(QPushButton):
    """Enter, Space, Delete and Backspace take it away; the arrows go along the row."""

    def __init__(self, chip: Chip, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.chip = chip
        room = theme.space(36)
        shown = self.fontMetrics().elidedText(chip.text, Qt.TextElideMode.ElideRight, room)
        self.setText(shown)
        self.setProperty("role", "chip")
        side = theme.icon_size()
        self.setIcon(icon("cross", theme.ink.quiet, side))
        self.setIconSize(QSize(side, side))
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setAutoDefault(True)
        self.setToolTip(_("{what}: take away (Del)").format(what=chip.text))
        self.setAccessibleName(_("Filter {what}; Del takes it away").format(what=chip.text))
        self.clicked.connect(lambda _on=False: chip.remove())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.click()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)


class ChipBar(QWidget):
    """A row of chips that wraps; hidden while nothing narrows the list."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.chips: list[ChipButton] = []
        self._texts: tuple[str, ...] = ()
        self._flow = FlowLayout(theme.space(0.75))
        self.setLayout(self._flow)
        self.setAccessibleName(_("What narrows the list"))
        self.hide()

    def show_chips(self, chips: Sequence[Chip]) -> bool:
        """Put these up. True where the keyboard was on a chip that is gone and nothing is left."""
        texts = tuple(chip.text for chip in chips)
        if texts == self._texts:
            return False
        self._texts = texts
        place = next((n for n, one in enumerate(self.chips) if one.hasFocus()), -1)
        for old in self.chips:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.chips = [ChipButton(chip, self._theme, self) for chip in chips]
        for one in self.chips:
            self._flow.addWidget(one)
            one.show()
        self.setVisible(bool(self.chips))
        if place >= 0 and self.chips:
            self.chips[min(place, len(self.chips) - 1)].setFocus()
        return place >= 0 and not self.chips
