"""Searching the text of materials: the bar with the field, the count and the way on.

Scans have no text, and the bar says so. Used by :mod:`workbench.shell.viewer.material_frame`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from workbench.rules.materials import TextHit
from workbench.rules.refusals import Trouble
from workbench.rules.words import _
from workbench.shell.theme import Theme
from workbench.shell.viewer.page_strip import StripView


class Searched(Protocol):
    """What can be searched: one file or a bundle of them."""

    def search(
        self, words: str, then: Callable[[tuple[TextHit, ...]], None],
        otherwise: Callable[[Trouble], None],
    ) -> None:  # fmt: skip
        """Places of the words, in page order."""


class FindBar(QFrame):
    """Hidden until it is wanted; Escape closes it and takes the marks away."""

    closed = pyqtSignal()

    def __init__(self, theme: Theme, strip: StripView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strip = strip
        self._source: Searched | None = None
        self._sought = ""
        self.setProperty("role", "band")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(_("Find in this material"))
        self.field.setAccessibleName(_("Find in this material"))
        self.field.setMinimumWidth(theme.space(16))
        self.count = QLabel(self)
        self.count.setProperty("role", "quiet")
        before, after = QPushButton(_("Previous"), self), QPushButton(_("Next"), self)
        shut = QPushButton(_("Close"), self)
        before.clicked.connect(lambda: self.step(-1))
        after.clicked.connect(lambda: self.step(1))
        shut.clicked.connect(self.shut)
        self.field.returnPressed.connect(self._enter)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(), theme.space(0.5), theme.space(), theme.space(0.5))
        for one in (self.field, before, after, self.count):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(shut)
        self.hide()

    def show_source(self, source: Searched | None) -> None:
        """Other files: what was found belongs to the old ones."""
        self._source = source
        self._sought = ""
        self.count.setText("")

    def use(self, strip: StripView) -> None:
        """Found places are shown in that strip from now on."""
        if strip is not self._strip:
            self._strip.set_hits(())
            self._strip, self._sought = strip, ""
            self.count.setText("")

    def begin(self) -> None:
        """Show the bar with the field ready to be typed into."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def shut(self) -> None:
        """Hide it, take the marks off the pages."""
        self.hide()
        self._strip.set_hits(())
        self._sought = ""
        self.closed.emit()

    def step(self, by: int) -> None:
        """The next or previous found place, round and round."""
        hits = self._strip.hits
        if not hits:
            self._enter()
            return
        number = (self._strip.hit + by) % len(hits)
        self._strip.set_hits(hits, number)
        self.count.setText(_("{number} of {all}").format(number=number + 1, all=len(hits)))

    def _enter(self) -> None:
        words = self.field.text().strip()
        if self._source is None or not words:
            return
        if words == self._sought and self._strip.hits:
            self.step(1)
            return
        self._sought = words
        self.count.setText(_("Searching …"))
        self._source.search(words, self._found, self._not_found)

    def _found(self, hits: tuple[TextHit, ...]) -> None:
        if not hits:
            self._strip.set_hits(())
            self.count.setText(_("Nothing found; scans hold no text to search."))
            return
        page = self._strip.page
        first = next((n for n, hit in enumerate(hits) if hit.page >= page), 0)
        self._strip.set_hits(hits, first)
        self.count.setText(_("{number} of {all}").format(number=first + 1, all=len(hits)))

    def _not_found(self, trouble: Trouble) -> None:
        self._sought = ""
        self.count.setText(trouble.message)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.shut()
            return
        super().keyPressEvent(event)
