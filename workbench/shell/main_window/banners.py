"""The banner area under the header: outages with *try again*, faults with *copy report*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.words import _
from workbench.shell.icons import pixmap
from workbench.shell.notices import Notice, Notices
from workbench.shell.theme import Theme

MOST: Final = 3
"""So many are shown at once; an older one comes back when a newer is closed."""
ICONS: Final = {"info": "info", "refusal": "info", "outage": "warning", "fault": "warning"}


class Banners(QWidget):
    """Shows what :class:`Notices` keeps; newest on top."""

    def __init__(self, notices: Notices, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._shown: list[Banner] = []
        notices.posted.connect(self._show_all)
        notices.withdrawn.connect(self._show_all)
        self._show_all()

    def texts(self) -> tuple[str, ...]:
        """What can be read now: for tests and screen readers."""
        return tuple(banner.notice.text for banner in self._shown)

    def _show_all(self, _what: object = None) -> None:
        for old in self._shown:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        newest = list(reversed(self._notices.standing()))[:MOST]
        self._shown = [Banner(notice, self._notices, self._theme, self) for notice in newest]
        for banner in self._shown:
            self._column.addWidget(banner)
        self.setVisible(bool(self._shown))


class Banner(QFrame):
    """One notice across the window."""

    def __init__(self, notice: Notice, notices: Notices, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self._notices = notices
        is_fault = notice.kind == "fault"
        self.setProperty("role", "fault" if is_fault else "banner")
        colour = theme.ink.danger if is_fault else theme.ink.on_notice
        row = QHBoxLayout(self)
        row.setContentsMargins(
            theme.space(2), theme.space(0.75), theme.space(1.5), theme.space(0.75)
        )
        row.setSpacing(theme.space(1.5))
        mark = QLabel(self)
        mark.setPixmap(pixmap(ICONS[notice.kind], colour, theme.icon_size()))
        mark.setFixedSize(QSize(theme.icon_size(), theme.icon_size()))
        mark.setAccessibleName(_("Notice"))
        text = QLabel(notice.text, self)
        text.setWordWrap(True)
        row.addWidget(mark)
        row.addWidget(text, 1)
        if notice.again is not None:
            row.addWidget(self._button(_("Try again"), self._again))
        if notice.report:
            row.addWidget(self._button(_("Copy report"), self._copy))
        row.addWidget(self._button(_("Close"), self._close))

    def _button(self, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.clicked.connect(act)
        return button

    def _again(self) -> None:
        again = self.notice.again
        self._notices.withdraw(self.notice.key)
        if again is not None:
            again()

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.notice.report)
        self._notices.say(_("The report is in the clipboard."))

    def _close(self) -> None:
        self._notices.withdraw(self.notice.key)
