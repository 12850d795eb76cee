"""Buttons on the sheets of materials that cannot be shown: enter the password, try again.

They lie on the strip's glass and move with the sheets. Called by
:mod:`workbench.shell.viewer.material_frame`.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QPoint
from PyQt6.QtWidgets import QPushButton

from workbench.rules.words import _
from workbench.shell.viewer.bundle import Bundle, Leaf
from workbench.shell.viewer.leaf_words import asks_password, may_be_tried_again
from workbench.shell.viewer.sheets import GAP
from workbench.shell.viewer.strip_ground import StripGround


class SheetButtons(QObject):
    """One button for each sheet that is seen and that something helps."""

    def __init__(self, strip: StripGround, press: Callable[[Leaf], None]) -> None:
        super().__init__(strip)
        self._strip = strip
        self._press = press
        self._bundle: Bundle | None = None
        self.buttons: dict[Leaf, QPushButton] = {}
        strip.moved.connect(self.place)

    def show_bundle(self, bundle: Bundle | None) -> None:
        """The materials that are shown now."""
        self._bundle = bundle
        for button in self.buttons.values():
            button.deleteLater()
        self.buttons.clear()
        self.place()

    def place(self) -> None:
        """Put each where its sheet is now; hide those whose sheet is not seen."""
        bundle, strip = self._bundle, self._strip
        if bundle is None:
            return
        seen = strip.seen() if strip.sizes else range(0)
        for leaf in bundle.leaves:
            text = _help_for(leaf) if leaf.first in seen else ""
            if text:
                self._put(leaf, text)
            elif leaf in self.buttons:
                self.buttons[leaf].hide()

    def _put(self, leaf: Leaf, text: str) -> None:
        button = self.buttons.get(leaf)
        if button is None:
            button = QPushButton(self._strip.glass)
            button.clicked.connect(lambda: self._press(leaf))
            self.buttons[leaf] = button
        button.setText(text)
        button.setAccessibleName(f"{text} {leaf.paper.name}".strip())
        size = button.sizeHint()
        button.resize(size)
        place = self._strip.sheets.place(leaf.first)
        x = place.x + (place.width - size.width()) // 2 - self._strip.across.value()
        y = place.bottom - size.height() - GAP - self._strip.down.value()
        button.move(QPoint(x, y))
        button.show()


def _help_for(leaf: Leaf) -> str:
    if asks_password(leaf.refused):
        return _("Enter the password …")
    return _("Try again") if may_be_tried_again(leaf.refused) else ""
