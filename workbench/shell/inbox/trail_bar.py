"""Where an open case stands in the inbox's list, and the way to its neighbours.

Stands in the head of the case screen; hidden where the case was not opened from a list.
"""

from __future__ import annotations

from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from workbench.rules.words import _
from workbench.shell.icons import icon
from workbench.shell.workplace import Workplace


class AlongList(QWidget):
    """``3 of 6`` between two buttons."""

    def __init__(self, work: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self._case_no = ""
        self.before = self._button("page_up", _("Previous case of the list"), "Ctrl+Shift+PgUp")
        self.next = self._button("page_down", _("Next case of the list"), "Ctrl+Shift+PgDn")
        self.place = QLabel(self)
        self.place.setProperty("role", "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(work.theme.space(0.5))
        for one in (self.before, self.place, self.next):
            row.addWidget(one)
        self.before.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        work.signposts.trail.changed.connect(self._tell)
        self.hide()

    def show_place(self, case_no: str) -> None:
        """The case that is open, or none."""
        if case_no != self._case_no:
            self.hide()
        self._case_no = case_no
        self._tell()

    def _button(self, name: str, text: str, keys: str) -> QPushButton:
        button = QPushButton(self)
        side = self.work.theme.icon_size()
        button.setIcon(icon(name, self.work.theme.ink.quiet, side))
        button.setIconSize(QSize(side, side))
        button.setProperty("role", "inline")
        button.setAccessibleName(text)
        button.setToolTip(_("{what} ({keys})").format(what=text, keys=keys))
        return button

    def _step(self, step: int) -> None:
        self.work.signposts.trail.step(self._case_no, step)

    def _tell(self) -> None:
        """A case that has left the list keeps the place it had: the way goes on from there."""
        found = self.work.signposts.trail.place_of(self._case_no) if self._case_no else None
        if found is None:
            return
        at, total = found
        text = _("{place} of {total}").format(place=f"{at:,}", total=f"{total:,}")
        self.place.setText(text)
        self.place.setAccessibleName(
            _("Case {place} of {total} in the inbox's list").format(place=at, total=total)
        )
        self.before.setEnabled(at > 1)
        self.next.setEnabled(at < total)
        self.show()
