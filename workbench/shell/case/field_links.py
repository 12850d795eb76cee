"""Which place of the scans proves a field of the form, and the button beside the field that knows.

Pressed for the first time it lets one drag on a page say so; from then on it goes there. The places
are marks of the kind *link* (:mod:`workbench.rules.material_marks`). Made by the case's layout: the
standard pane puts a button beside every field, departments and the form that corrects the
applicant's get theirs through :class:`workbench.api.panes.FieldChain`.
"""

from __future__ import annotations

from PyQt6.QtCore import QObject, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QApplication, QScrollArea, QToolButton, QWidget

from workbench.rules.words import _
from workbench.shell.icons import icon
from workbench.shell.theme import Theme
from workbench.shell.viewer.tool_box import ToolBox


class FieldLinks(QObject):
    """Field code to place, over the tools of the viewer."""

    changed = pyqtSignal()
    wanted = pyqtSignal(str)
    """The chain on a page was clicked: its field is to be seen."""

    def __init__(self, box: ToolBox) -> None:
        super().__init__(box)
        self._box = box
        box.links_changed.connect(self.changed)
        box.field_wanted.connect(self.wanted)

    def proved(self, field: str) -> bool:
        """Whether somebody has said where it is proved."""
        return field in self._box.book.links()

    def go(self, field: str) -> None:
        """Turn to the place and frame it."""
        mark = self._box.book.links().get(field)
        if mark is not None:
            self._box.show_mark(mark)

    def link(self, field: str, label: str) -> None:
        """The next drag on a page says where it is proved."""
        self._box.link(field, label)

    def button(
        self, theme: Theme, field: str, label: str, value: QWidget, parent: QWidget
    ) -> LinkButton:
        """The chain for a field that is shown in ``value``."""
        return LinkButton(theme, self, field, label, value, parent)


class LinkButton(QToolButton):
    """The chain beside a field."""

    def __init__(
        self, theme: Theme, links: FieldLinks, field: str, label: str, value: QWidget,
        parent: QWidget,
    ) -> None:  # fmt: skip
        """``value`` is where the field is shown: Ctrl+J in it presses this button."""
        super().__init__(parent)
        self._theme, self._links = theme, links
        self.field, self.label, self.value = field, label, value
        side = theme.icon_size()
        self.setIconSize(QSize(side, side))
        self.setAutoRaise(True)
        self.setCheckable(True)
        self.clicked.connect(self.press)
        links.changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """Strong where the place is known, faint where it is not."""
        ink = self._theme.ink
        proved = self._links.proved(self.field)
        # Down where the place is known: not told by colour alone.
        self.setChecked(proved)
        self.setIcon(icon("link", ink.accent if proved else ink.faint, self._theme.icon_size()))
        text = (
            _("Go to the place that proves {field} (Ctrl+J); Shift: choose another place")
            if proved
            else _("Where is {field} proved? Press, then drag a frame on the page")
        )
        self.setToolTip(text.format(field=self.label))
        self.setAccessibleName(text.format(field=self.label))

    def press(self) -> None:
        """Go there, or let the place be said."""
        self.setChecked(self._links.proved(self.field))
        again = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self._links.proved(self.field) and not again:
            self._links.go(self.field)
        else:
            self._links.link(self.field, self.label)


def go_to_proof(around: QWidget) -> None:
    """Ctrl+J: from the field in which the keys are to the place that proves it, or to the question
    where that is."""
    now = QApplication.focusWidget()
    for chain in around.findChildren(LinkButton):
        if now in (chain, chain.value) or (now is not None and chain.value.isAncestorOf(now)):
            chain.press()
            return


def show_field(around: QWidget, code: str) -> None:
    """The chain on a page was clicked: bring its field into sight, however deep it scrolls."""
    seen = (one for one in around.findChildren(LinkButton) if one.isVisible())
    chain = next((one for one in seen if one.field == code), None)
    if chain is None:
        return
    above = chain.parentWidget()
    while above is not None and above is not around:
        above = above.parentWidget()
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(chain)
    chain.setFocus()
