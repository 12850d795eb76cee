"""The navigation rail: product name, the screens of one's roles, lock and sign out below."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, QSize, pyqtSignal
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.words import _
from workbench.shell.icons import icon
from workbench.shell.screens import ScreenKind
from workbench.shell.theme import Theme


class Rail(QFrame):
    """One checkable button a screen. ``chosen`` carries its code."""

    chosen = pyqtSignal(str)
    lock_wanted = pyqtSignal()
    sign_out_wanted = pyqtSignal()

    def __init__(
        self, theme: Theme, screens: Sequence[ScreenKind], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAccessibleName(_("Navigation"))
        self._theme = theme
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._asked = ""
        """Of the click that is under way: what it has asked for already."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.space(2), 0, theme.space(1.5))
        column.setSpacing(theme.space(0.5))
        column.addLayout(self._product())
        for kind in screens:
            column.addWidget(self._screen_button(kind))
        column.addStretch(1)
        self.lock = self._plain_button(_("Lock"), "lock")
        self.lock.clicked.connect(self.lock_wanted)
        self.sign_out = self._plain_button(_("Sign out"), "sign_out")
        self.sign_out.clicked.connect(self.sign_out_wanted)
        column.addWidget(self.lock)
        column.addWidget(self.sign_out)
        window = self.window()
        if window is not None:
            window.installEventFilter(self)

    def show_chosen(self, code: str) -> None:
        """Mark the screen that is open; a screen on demand appears with its first case."""
        button = self._buttons.get(code)
        if button is not None:
            button.show()
            button.blockSignals(True)
            button.setChecked(True)
            button.blockSignals(False)

    def _toggled(self, code: str, on: bool) -> None:
        if on:
            self._asked = code
            self.chosen.emit(code)

    def _clicked(self, code: str) -> None:
        asked, self._asked = self._asked, ""
        if asked != code:
            self.chosen.emit(code)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        resized = event is not None and event.type() is QEvent.Type.Resize
        if resized and isinstance(watched, QWidget):
            self._look_at(watched)
        return False

    def _look_at(self, window: QWidget) -> None:
        """Large type on an old screen: the words of the rail are the first to make room."""
        self.narrow(window.width() < self._theme.space(140))

    def narrow(self, narrow: bool) -> None:
        """Marks alone where the window is narrow; tooltip and screen reader keep the words."""
        if narrow == self._name.isHidden():
            return
        self._name.setVisible(not narrow)
        for button in (*self._buttons.values(), self.lock, self.sign_out):
            words = button.accessibleName()
            button.setText("" if narrow else f" {words}")
            if not button.toolTip():
                button.setToolTip(words)

    def _product(self) -> QHBoxLayout:
        self._name = QLabel(_("OneSeal Workbench"), self)
        self._name.setProperty("role", "title")
        space = self._theme.space
        row = QHBoxLayout()
        row.setContentsMargins(space(2), 0, space(2), space(2))
        row.addWidget(self._name)
        return row

    def _screen_button(self, kind: ScreenKind) -> QPushButton:
        button = self._plain_button(kind.label(), kind.icon)
        button.setCheckable(True)
        button.setVisible(not kind.on_demand)
        button.setShortcut(QKeySequence(kind.shortcut))
        button.setToolTip(f"{kind.label()} ({kind.shortcut})")
        # A screen reader toggles a button that can be checked; that is no click.
        button.toggled.connect(lambda on, code=kind.code: self._toggled(code, on))
        button.clicked.connect(lambda _checked, code=kind.code: self._clicked(code))
        self._group.addButton(button)
        self._buttons[kind.code] = button
        return button

    def _plain_button(self, text: str, name: str) -> QPushButton:
        theme = self._theme
        button = QPushButton(icon(name, theme.ink.on_rail, theme.icon_size()), f" {text}", self)
        button.setAccessibleName(text)
        button.setIconSize(QSize(theme.icon_size(), theme.icon_size()))
        return button
