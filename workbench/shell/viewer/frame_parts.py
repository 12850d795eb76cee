"""The parts of the material frame and where they stand. Made by ``material_frame`` alone.

Two strips are made from the start, the second one out of sight: whoever lays something over pages
or changes their look gives it to both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.api.panes import MaterialViewer
from workbench.rules.materials import Opened, active_word
from workbench.rules.words import _
from workbench.shell.elided import ElidedLabel
from workbench.shell.theme import Theme
from workbench.shell.viewer.find_bar import FindBar
from workbench.shell.viewer.strip_hands import PageStrip
from workbench.shell.viewer.thumbnails import Thumbnails
from workbench.shell.viewer.viewer_bars import Bar, PasswordBar, ToolRow
from workbench.shell.viewer.watermark_pane import WatermarkPane

CAPTION: Final = "quiet"


class Half(QWidget):
    """One half of the frame; while there are two, it says above the pages whose they are."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.caption = ElidedLabel(self)
        self.caption.setProperty("role", CAPTION)
        self.caption.setContentsMargins(*(theme.space(0.5),) * 4)
        self.caption.hide()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.caption)

    def say(self, text: str, in_hand: bool) -> None:
        """Name the page; the half under the keys has a mark and heavier type."""
        self.caption.setFont(self._theme.font(0, bold=in_hand))
        self.caption.setText(f"▸ {text}" if in_hand else text)


class FrameParts(QWidget):
    """Everything that stands in the frame; nothing of it before :meth:`build` has run through."""

    password_given = pyqtSignal(str)

    def build_parts(self, theme: Theme) -> Iterator[None]:
        """Make the parts, in slices (:mod:`workbench.shell.building`)."""
        self.halves = QSplitter(Qt.Orientation.Horizontal, self)
        left, right = Half(theme, self.halves), Half(theme, self.halves)
        self.sides = (left, right)
        self.stack = QStackedWidget(left)
        self.pane = WatermarkPane(theme, self.stack)
        self.strip = PageStrip(theme, self.stack)
        yield
        self.second = PageStrip(theme, right)
        self.strips = (self.strip, self.second)
        yield
        self.thumbs = Thumbnails(theme, self)
        yield
        self.tools = ToolRow(theme, self)
        yield
        self.warning = Bar(theme, "banner", self)
        self.trouble = Bar(theme, "fault", self)
        self.password = PasswordBar(theme, self.password_given.emit, self)
        yield
        self.find_bar = FindBar(theme, self.strip, self)
        self.message = QLabel(self.stack)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setProperty("role", "quiet")
        self.message.setMargin(theme.space(3))
        yield
        self._place()

    def _place(self) -> None:
        left, right = self.sides
        self.stack.addWidget(self.message)
        self.stack.addWidget(self.strip)
        left.column.addWidget(self.stack, 1)
        right.column.addWidget(self.second, 1)
        self.halves.addWidget(left)
        self.halves.addWidget(right)
        self.halves.setChildrenCollapsible(False)
        right.hide()
        across = self.across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.thumbs)
        across.addWidget(self.halves, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for one in (self.tools, self.trouble, self.password, self.warning, self.find_bar):
            column.addWidget(one)
        column.addLayout(self.across, 1)
        self.setFocusProxy(self.strip)

    def hold_viewer(self, old: MaterialViewer | None, new: MaterialViewer | None) -> None:
        """A department's own viewer in the place of the first strip."""
        if old is not None:
            self.stack.removeWidget(old)
            old.deleteLater()
        if new is not None:
            self.stack.addWidget(new)


def warnings_of(file: Opened) -> str:
    """What is said above the pages of that file: what it would do elsewhere, what is odd in it."""
    lines = []
    if file.active_content:
        found = _(", ").join(active_word(code) for code in file.active_content)
        lines.append(_("The file holds active content, which is never run here: {found}.")
                     .format(found=found))  # fmt: skip
    return "\n".join([*lines, *file.warnings])
