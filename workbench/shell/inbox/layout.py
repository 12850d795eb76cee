"""The widgets of the inbox and where they stand; no behaviour. Made by the inbox screen."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.words import _
from workbench.shell.icons import icon
from workbench.shell.inbox.bulk import BulkBar
from workbench.shell.inbox.chips import Chip, ChipBar
from workbench.shell.inbox.groups import GroupList
from workbench.shell.inbox.look_up import LookUpStrip
from workbench.shell.inbox.model import WorklistModel
from workbench.shell.inbox.news import NewsBar
from workbench.shell.inbox.table import WorklistTable
from workbench.shell.workplace import Workplace


class InboxLayout:
    """Lays itself out on ``screen``."""

    def __init__(self, work: Workplace, model: WorklistModel, screen: QWidget) -> None:
        self.work = work
        self._middle = QWidget(screen)
        # In the order of the Tab key.
        self.groups = GroupList(work.theme, screen)
        self.search = QLineEdit(screen)
        self.filter_button = self._button(_("Filter"), _("Filter the list (F)"), screen)
        self.order_button = self._button(_("Columns"), _("Sort, choose columns (S)"), screen)
        self.strip = LookUpStrip(work, screen)
        self.chip_bar = ChipBar(work.theme, screen)
        self.save_button = QPushButton(_("Save as view (Ctrl+S)"), screen)
        self.news_bar = NewsBar(work, screen)
        self.table = WorklistTable(work, model, self._middle)
        self.count = QLabel(screen)
        self.empty = QLabel(self._middle)
        self.bulk_bar = BulkBar(work, screen)
        self._dress()
        self._lay_out(screen)

    def _button(self, text: str, tip: str, screen: QWidget) -> QPushButton:
        button = QPushButton(text, screen)
        side = self.work.theme.icon_size()
        button.setIconSize(QSize(side, side))
        button.setToolTip(tip)
        return button

    def _dress(self) -> None:
        ink, side = self.work.theme.ink, self.work.theme.icon_size()
        self.search.setPlaceholderText(_("Case number, applicant's name or identity number"))
        self.search.setAccessibleName(_("Search in the worklist"))
        self.search.setClearButtonEnabled(True)
        self.filter_button.setIcon(icon("filter", ink.quiet, side))
        self.order_button.setIcon(icon("columns", ink.quiet, side))
        self.save_button.setProperty("role", "inline")
        self.save_button.hide()
        self.count.setProperty("role", "quiet")
        self.empty.setProperty("role", "title")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setMargin(self.work.theme.space(4))

    def _lay_out(self, screen: QWidget) -> None:
        space = self.work.theme.space
        top = QHBoxLayout()
        top.setSpacing(space(1))
        top.addWidget(self.search, 1)
        top.addWidget(self.filter_button)
        top.addWidget(self.order_button)
        top.addSpacing(space(0.5))
        top.addWidget(self.count)
        chips = QHBoxLayout()
        chips.setSpacing(space(1))
        chips.addWidget(self.chip_bar, 1)
        chips.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedLayout(self._middle)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        right = QVBoxLayout()
        right.setSpacing(space(1))
        right.addLayout(top)
        right.addWidget(self.strip)
        right.addLayout(chips)
        right.addWidget(self.news_bar)
        right.addWidget(self._middle, 1)
        right.addWidget(self.bulk_bar)
        whole = QHBoxLayout(screen)
        whole.setContentsMargins(space(1.5), space(1.5), space(1.5), space(1.5))
        whole.setSpacing(space(1.5))
        whole.addWidget(self.groups)
        whole.addLayout(right, 1)

    def show_chips(self, chips: Sequence[Chip]) -> bool:
        """As :meth:`ChipBar.show_chips`; what narrows the list can be kept as a view."""
        self.save_button.setVisible(bool(chips))
        return self.chip_bar.show_chips(chips)

    def show_list(self, there: bool) -> None:
        """The list, or why there is nothing in it."""
        self._stack.setCurrentWidget(self.table if there else self.empty)

    def take_keys(self) -> None:
        """The keyboard to the list, or to what stands in its place."""
        seen = self._stack.currentWidget()
        if seen is not None:
            seen.setFocus()
