"""The bell in the status line: how many wait and for how long, and the switch of the sound.

It stands there on every desktop, also on one without a tray. Called by
:mod:`workbench.shell.alerts.alerts`.
"""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QStatusBar, QToolButton

from workbench.rules.words import _
from workbench.shell.icons import icon
from workbench.shell.theme import Theme


class Bell(QToolButton):
    """``toggled`` carries whether alerts shall be heard."""

    def __init__(self, bar: QStatusBar, theme: Theme, sound: bool) -> None:
        super().__init__(bar)
        self._theme = theme
        self._words = ""
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(theme.icon_size(), theme.icon_size()))
        self.setChecked(sound)
        self.toggled.connect(self._dress)
        self._dress()
        bar.addPermanentWidget(self)

    def show_words(self, short: str, words: str) -> None:
        """The short text on it; the whole of it for the tooltip and for screen readers."""
        self._words = words
        if self.text() != short:
            self.setText(short)
        self._dress()

    def _dress(self, _heard: bool = False) -> None:
        heard = self.isChecked()
        how = _("Alerts with sound: on") if heard else _("Alerts with sound: off")
        name = "bell" if heard else "bell_off"
        self.setIcon(icon(name, self._theme.ink.quiet, self._theme.icon_size()))
        said = "\n".join(part for part in (self._words, how) if part)
        self.setToolTip(said)
        self.setAccessibleName(said.replace("\n", _(", ")))
