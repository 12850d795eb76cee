"""The number of waiting cases where the desktop shows it: the tray and the window's own icon.

Not every desktop has a tray and not every taskbar knows badges, so the number is drawn into the
window's own icon as well, which all of them show. Called by :mod:`workbench.shell.alerts.alerts`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QObject, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QColor, QFont, QIcon, QPainter, QPixmap
from PyQt6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from workbench.rules.words import _
from workbench.shell.alerts.bubble import bus_address
from workbench.shell.icons import pixmap
from workbench.shell.theme import Theme

if TYPE_CHECKING:
    from workbench.shell.main_window.window import MainWindow

SIDES: Final = (16, 22, 24, 32, 48, 64)
MOST_SHOWN: Final = 99


def bring_up(window: MainWindow, code: str) -> None:
    """The window before all others, on that screen; a locked one stays locked."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    if window.whole.currentWidget() is not window.lock_page:
        window.open_screen(code)


class Marks(QObject):
    """``wanted`` when somebody clicks on the tray, ``sound_wanted`` with what the menu says."""

    wanted = pyqtSignal()
    sound_wanted = pyqtSignal(bool)

    def __init__(self, window: QWidget, theme: Theme, sound: bool) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._shown: tuple[int, bool] | None = None
        self._icon = QIcon()
        self.menu = QMenu(window)
        self.open = QAction(_("Open the inbox"), self.menu)
        self.open.triggered.connect(self.wanted)
        self.sound = QAction(_("Sound with alerts"), self.menu)
        self.sound.setCheckable(True)
        self.sound.setChecked(sound)
        self.sound.triggered.connect(self.sound_wanted)
        self.menu.addActions([self.open, self.sound])
        self.tray: QSystemTrayIcon | None = None
        """Made once the desktop has a place for it; its panel may come later than we."""

    def show(self, count: int, hurry: bool, words: str) -> None:
        """The number, red where a clock presses, and the tooltip's words."""
        if (count, hurry) != self._shown:
            self._shown = (count, hurry)
            self._icon = number_icon(self._theme, count, hurry)
            self._window.setWindowIcon(self._icon)
            if self.tray is not None:
                self.tray.setIcon(self._icon)
        if self.tray is None and can_reach_desktop() and QSystemTrayIcon.isSystemTrayAvailable():
            self.tray = self._made_tray()
        if self.tray is not None and self.tray.toolTip() != words:
            self.tray.setToolTip(words)

    def message(self, title: str, body: str, urgent: bool) -> bool:
        """Have the tray show a call; whether it can."""
        if self.tray is None or not QSystemTrayIcon.supportsMessages():
            return False
        kinds = QSystemTrayIcon.MessageIcon
        self.tray.showMessage(title, body, kinds.Warning if urgent else kinds.Information)
        return True

    def stop(self) -> None:
        """Nobody is signed in at this window any more."""
        if self.tray is not None:
            self.tray.hide()

    def _made_tray(self) -> QSystemTrayIcon:
        tray = QSystemTrayIcon(self._icon, self)
        tray.setContextMenu(self.menu)
        tray.activated.connect(self._activated)
        tray.messageClicked.connect(self.wanted)
        tray.show()
        return tray

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.wanted.emit()


def can_reach_desktop() -> bool:
    """On Linux the tray goes over the session's bus; elsewhere it is the system's own."""
    return bool(bus_address()) or not sys.platform.startswith("linux")


def number_icon(theme: Theme, count: int, hurry: bool) -> QIcon:
    """The seal on the rail's ground, which light and dark panels both set off, with the number."""
    made = QIcon()
    for side in SIDES:
        made.addPixmap(_drawn(theme, count, hurry, side))
    return made


def _drawn(theme: Theme, count: int, hurry: bool, side: int) -> QPixmap:
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.ink.rail))
    painter.drawRoundedRect(QRectF(0, 0, side, side), side * 0.2, side * 0.2)
    seal = pixmap("seal", theme.ink.on_rail, side)
    inner = side * 0.12
    whole = QRectF(inner, inner, side - 2 * inner, side - 2 * inner)
    painter.drawPixmap(whole, seal, QRectF(seal.rect()))
    if count:
        text = str(count) if count <= MOST_SHOWN else f"{MOST_SHOWN}+"
        _draw_number(painter, theme, text, hurry, side)
    painter.end()
    return drawn


def _draw_number(painter: QPainter, theme: Theme, text: str, hurry: bool, side: int) -> None:
    """In the lower right corner, as large as it can be read."""
    ground = QColor(theme.ink.danger if hurry else theme.ink.accent)
    high = side * 0.62
    wide = (high, side * 0.86, side * 0.98)[min(len(text), 3) - 1]
    place = QRectF(side - wide, side - high, wide, high)
    painter.setBrush(ground)
    painter.drawRoundedRect(place, high * 0.3, high * 0.3)
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(max(8, round(high * (0.82 if len(text) < 3 else 0.7))))
    painter.setFont(font)
    painter.setPen(QColor("#000000" if theme.dark else "#ffffff"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
