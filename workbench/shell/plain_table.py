"""A table that is only read: whole rows, no grid, one column wide. For the pages of IT."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from workbench.shell.icons import icon
from workbench.shell.theme import Theme


class PlainTable(QTableWidget):
    """See the module. ``wide`` is the column that takes what room is left."""

    def __init__(self, theme: Theme, headings: Sequence[str], wide: int, parent: QWidget) -> None:
        super().__init__(0, len(headings), parent)
        self._theme = theme
        self.setHorizontalHeaderLabels(headings)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        if rows is not None:
            rows.hide()
            rows.setDefaultSectionSize(theme.row_height())
        if columns is not None:
            columns.setHighlightSections(False)
            columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            columns.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            columns.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)

    def fill(self, row: int, texts: Sequence[str], marked: int, mark: str) -> None:
        """One row; the icon ``mark`` stands before the text of the column ``marked``."""
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column == marked:
                item.setIcon(icon(mark, self._theme.ink.quiet, self._theme.icon_size()))
            self.setItem(row, column, item)
