"""The cases that this window registered and may still see (V14), with state and clock.

Used by the intake screen; it asks nothing itself.
"""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.case_view import Worklist, WorklistRow
from workbench.rules.moment import stamp
from workbench.rules.refusal_words import label
from workbench.rules.words import _, pick
from workbench.shell.icons import as_icon, badge
from workbench.shell.inbox.time_left import time_left
from workbench.shell.theme import status_colour, status_icon
from workbench.shell.workplace import Workplace

CASE_NO = Qt.ItemDataRole.UserRole


class OwnCases(QWidget):
    """See the module. ``chosen`` gives the number of the case in hand."""

    chosen = pyqtSignal(str)
    searched = pyqtSignal()

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.wanted = ""
        """A case to take in hand with the next list, listed or not."""
        self.count = QLabel(self)
        self.search = QLineEdit(self)
        self.list = QListWidget(self)
        self._filling = False
        self._build()

    def _build(self) -> None:
        space = self.work.theme.space
        self.count.setProperty("role", "title")
        self.count.setWordWrap(True)
        self.search.setPlaceholderText(_("Search by case number or short number"))
        self.search.setAccessibleName(_("Search in the own cases"))
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName(_("Cases registered at this window"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side = self.work.theme.icon_size()
        self.list.setIconSize(QSize(side, side))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space())
        column.addWidget(self.count)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(lambda _words: self.searched.emit())
        self.list.currentItemChanged.connect(self._current)

    def show_list(self, found: Worklist, in_hand: str) -> None:
        """Replace the list; the case in hand, or the wanted one, stays or comes in hand."""
        before, self.wanted = self.wanted or in_hand, ""
        self._filling = True
        self.list.clear()
        for row in found.rows:
            self.list.addItem(self._item(row))
        self._filling = False
        words = _("Cases of this window: {n}").format(n=found.total)
        self.count.setText(words if found.rows else found.empty_because or words)
        numbers = [row.case.case_no for row in found.rows]
        if before in numbers:
            self.list.setCurrentRow(numbers.index(before))
        elif before:
            self.chosen.emit(before)
        elif numbers:
            self.list.setCurrentRow(0)

    def _item(self, row: WorklistRow) -> QListWidgetItem:
        lines = [
            f"{row.case.short_no}  {pick(row.item_zh, row.item_en)}",
            f"{label(row.shown_state.value)} · {row.case.applicant_masked}",
        ]
        if row.clock is not None:
            left = time_left(row.clock, self.work.clock.now(), self.work.calendar)
            today = stamp(self.work.clock.now())[:10]
            lines[1] += f" · {left.due_line(today)}"
        item = QListWidgetItem("\n".join(lines))
        item.setData(CASE_NO, row.case.case_no)
        colour = status_colour(row.shown_state)
        mark = badge(status_icon(row.shown_state), colour, self.work.theme.icon_size())
        item.setIcon(as_icon(mark))
        return item

    def _current(self) -> None:
        item = self.list.currentItem()
        if not self._filling and item is not None:
            self.chosen.emit(str(item.data(CASE_NO)))
