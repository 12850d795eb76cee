"""How many originals and duplicates are pressed by hand: asked before freezing (T22)."""

from __future__ import annotations

from PyQt6.QtWidgets import QGridLayout, QLabel, QSpinBox, QWidget

from workbench.rules.paper_copies import MOST_DUPLICATES, MOST_ORIGINALS
from workbench.rules.words import _
from workbench.shell.theme import Theme


class CopiesAsked(QWidget):
    """Two numbers; hidden where the seal's key seals the document."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        why = QLabel(_("This document is printed and pressed by hand. Copies:"), self)
        why.setWordWrap(True)
        self.originals, self.duplicates = QSpinBox(self), QSpinBox(self)
        self.originals.setRange(1, MOST_ORIGINALS)
        self.duplicates.setRange(0, MOST_DUPLICATES)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.space())
        grid.addWidget(why, 0, 0, 1, 2)
        named = ((_("Originals"), self.originals), (_("Duplicates"), self.duplicates))
        for row, (name, box) in enumerate(named, start=1):
            label = QLabel(name, self)
            label.setBuddy(box)
            box.setAccessibleName(name)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        self.hide()

    def asked(self) -> tuple[int, int] | None:
        """Originals and duplicates; ``None`` where nothing is pressed by hand."""
        if self.isHidden():
            return None
        return self.originals.value(), self.duplicates.value()
