"""The page behind ``?``: every key of the desk and of the screen that is open."""

from __future__ import annotations

from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.words import _
from workbench.shell.screens import Screen, ScreenKind
from workbench.shell.theme import Theme

Keys = tuple[tuple[str, str], ...]


def desk_keys(screens: tuple[ScreenKind, ...]) -> Keys:
    """The keys that work everywhere."""
    to_screens = tuple((kind.shortcut, kind.label()) for kind in screens)
    return (
        *to_screens,
        ("F5", _("Ask again")),
        ("Ctrl+F6", _("Go to the content")),
        ("Ctrl+L", _("Lock")),
        ("Ctrl+Alt+L", _("Switch to Chinese or English")),
        ("Ctrl+Alt+D", _("Switch between light and dark")),
        ("Ctrl++", _("Change the type size")),
        ("?", _("Keys of the keyboard (?)")),
    )


class KeysPage(QDialog):
    """Two tables: the screen's own keys first."""

    def __init__(
        self, theme: Theme, screens: tuple[ScreenKind, ...], screen: Screen | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keys of the keyboard"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.space(3)] * 4)
        column.setSpacing(theme.space(1.5))
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        own = screen.shortcuts() if screen is not None else ()
        # Side by side: one below the other is higher than a screen of 768 pixels.
        tables = QHBoxLayout()
        tables.setSpacing(theme.space(6))
        if screen is not None and own:
            tables.addLayout(self._table(theme, screen.title(), own))
        tables.addLayout(self._table(theme, _("Everywhere"), desk_keys(screens)))
        column.addLayout(tables)
        buttons = QDialogButtonBox(self)
        close = buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        if close is not None:
            close.setAutoDefault(True)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _table(self, theme: Theme, title: str, keys: Keys) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(3))
        grid.setVerticalSpacing(theme.space(0.75))
        heading = QLabel(title, self)
        heading.setProperty("role", "title")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (key, what) in enumerate(keys, start=1):
            name = QLabel(key, self)
            name.setProperty("role", "quiet")
            grid.addWidget(name, row, 0)
            grid.addWidget(QLabel(what, self), row, 1)
        grid.setRowStretch(len(keys) + 1, 1)
        grid.setColumnStretch(1, 1)
        return grid
