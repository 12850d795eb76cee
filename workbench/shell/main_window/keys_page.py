"""The page behind ``?``: every key of the desk and of the screen that is open."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.words import _
from workbench.shell.screens import Screen, ScreenKind
from workbench.shell.theme import Theme

Keys = tuple[tuple[str, str], ...]
MOST: Final = 16
"""Lines of one table."""


def desk_keys(screens: tuple[ScreenKind, ...]) -> Keys:
    """The keys that work everywhere."""
    to_screens = tuple((kind.shortcut, kind.label()) for kind in screens)
    listed = any(kind.code == "inbox" for kind in screens)
    return (
        *to_screens,
        *((("F8", _("Open the most urgent case")),) if listed else ()),
        ("F5", _("Ask again")),
        ("Ctrl+F6", _("Go to the content")),
        ("Ctrl+L", _("Lock")),
        ("Ctrl+Alt+L", _("Switch to Chinese or English")),
        ("Ctrl+Alt+D", _("Switch between light and dark")),
        ("Ctrl++", _("Change the type size")),
        ("? / F1", _("Keys of the keyboard (?)")),
    )


class KeysPage(QDialog):
    """The screen's own keys first, beside them those of everywhere; long tables go on beside."""

    def __init__(
        self, theme: Theme, screens: tuple[ScreenKind, ...], screen: Screen | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setWindowTitle(_("Keys of the keyboard"))
        own = screen.shortcuts() if screen is not None else ()
        inner = QWidget(self)
        # Side by side: one below the other is higher than a screen of 768 pixels.
        tables = QHBoxLayout(inner)
        tables.setContentsMargins(0, 0, 0, 0)
        tables.setSpacing(theme.space(2))
        room = parent.window()
        rows = self._rows_in(room.height() if room is not None else 0)
        if screen is not None and own:
            self._add_tables(tables, inner, screen.title(), own, rows)
        self._add_tables(tables, inner, _("Everywhere"), desk_keys(screens), rows)
        self.area = QScrollArea(self)
        self.area.setWidget(inner)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setAccessibleName(_("Keys of the keyboard"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.space(2)] * 4)
        column.setSpacing(theme.space(1.5))
        column.addWidget(self.area, 1)
        buttons = QDialogButtonBox(self)
        close = buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        if close is not None:
            close.setAutoDefault(True)
            close.setFocus()
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        for part in (self, inner, *inner.findChildren(QLabel)):
            part.ensurePolished()
        around = QSize(4 * theme.space(1) + 4, buttons.sizeHint().height() + 6 * theme.space(1))
        wanted = inner.sizeHint() + around
        self.resize(wanted.boundedTo(room.size()) if room is not None else wanted)

    def show_once(self) -> None:
        """Open it; it is gone when it is closed."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.open()

    def _rows_in(self, height: int) -> int:
        """So many lines stand one below the other in a window of that height."""
        line = self.fontMetrics().height() + self.theme.space(0.5)
        return min(max((height - self.theme.space(14)) // line, 8), MOST)

    def _add_tables(
        self, tables: QHBoxLayout, inner: QWidget, title: str, keys: Keys, rows: int
    ) -> None:
        """Under one heading; what does not fit goes on beside it."""
        parts = -(-len(keys) // rows)
        each = -(-len(keys) // parts)
        for first in range(0, len(keys), each):
            heading = title if first == 0 else ""
            tables.addLayout(self._table(inner, heading, keys[first : first + each]))

    def _table(self, inner: QWidget, title: str, keys: Keys) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(self.theme.space(1.5))
        grid.setVerticalSpacing(self.theme.space(0.5))
        heading = QLabel(title, inner)
        heading.setProperty("role", "title")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (key, what) in enumerate(keys, start=1):
            name = QLabel(key, inner)
            name.setProperty("role", "quiet")
            grid.addWidget(name, row, 0)
            grid.addWidget(QLabel(what, inner), row, 1)
        grid.setRowStretch(len(keys) + 1, 1)
        grid.setColumnStretch(1, 1)
        return grid
