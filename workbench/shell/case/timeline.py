"""The timeline: every step to the second, who, what in plain words; deemed steps are marked.

From the part ``log``. Where that part is not granted, the tab says so and shows nothing.
"""

from __future__ import annotations

from typing import Any, Final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableView,
    QWidget,
)

from workbench.rules.case import Part
from workbench.rules.case_view import CaseView
from workbench.rules.clock_table import clock_label
from workbench.rules.events import Event
from workbench.rules.flow_words import SYSTEM
from workbench.rules.moment import SECOND, stamp
from workbench.rules.refusal_words import label
from workbench.rules.words import _, listed
from workbench.shell.case.step_fields import choice_word
from workbench.shell.workplace import Workplace

DEEMED: Final = frozenset({"deem_accepted", "accept_by_silence", "deem_opinion", "note_overdue"})
TIME, WHO, WHAT, DETAIL = range(4)


class TimelineModel(QAbstractTableModel):
    """Events, newest last, as they were appended."""

    def __init__(self, work: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self.events: tuple[Event, ...] = ()

    def show_events(self, events: tuple[Event, ...]) -> None:
        """Show these; nothing happens where they are the same."""
        if events == self.events:
            return
        self.beginResetModel()
        self.events = events
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.events)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (_("Time"), _("Who"), _("What"), _("Details"))[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        event = self.events[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(event, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and event.kind in DEEMED:
            return QColor(self.work.theme.ink.danger)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _("Step {seq}, hash {hash}").format(seq=event.seq, hash=event.hash[:16])
        return None

    def text(self, event: Event, column: int) -> str:
        """What stands in the cell."""
        if column == TIME:
            return stamp(event.effective_at)
        if column == WHO:
            by_itself = event.actor == SYSTEM
            return _("by lapse of time") if by_itself else self.work.name_of(event.actor)
        if column == WHAT:
            return label(event.kind)
        return " · ".join(self._details(event))

    def _details(self, event: Event) -> list[str]:
        """Codes of the payload that say something to a reader; never content."""
        fields = event.fields()
        told = []
        if event.recorded_at - event.effective_at >= SECOND:
            told.append(_("recorded {time}").format(time=stamp(event.recorded_at)))
        for key in ("reviewer", "surveyor", "second_surveyor", "to", "responsible"):
            if fields.get(key):
                told.append(self.work.name_of(str(fields[key])))
        if isinstance(fields.get("clock"), str):
            # ``promised:1``: which clock ran over, and in which round.
            told.append(clock_label(fields["clock"].partition(":")[0]))
        for key in ("reason", "kind", "agreed_by"):
            if isinstance(fields.get(key), str) and fields[key]:
                told.append(choice_word(str(fields[key])))
        for key in ("decision_no", "document_no"):
            if fields.get(key):
                told.append(str(fields[key]))
        if fields.get("serial"):
            told.append(" ".join((_("Serial of the stamping"), str(fields["serial"]))))
        for key in ("demands", "unmet"):
            if isinstance(fields.get(key), list) and key == "unmet":
                numbers = listed(str(one) for one in fields[key])
                told.append(_("demands {numbers}").format(numbers=numbers))
        if isinstance(fields.get("demand"), int):
            told.append(_("demand {number}").format(number=fields["demand"]))
        return told


class TimelinePage(QStackedWidget):
    """The table, or words where the log is not shown to the post."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = Timeline(work, self)
        self.words = QLabel(self)
        self.words.setProperty("role", "quiet")
        self.words.setWordWrap(True)
        self.words.setMargin(work.theme.space(2))
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.addWidget(self.table)
        self.addWidget(self.words)

    def show_case(self, view: CaseView | None) -> None:
        """Show the log, or say why there is none."""
        self.table.show_case(view)
        granted = view is not None and Part.LOG in view.parts
        self.words.setText(_("Not shown to your post."))
        self.setCurrentWidget(self.table if granted else self.words)


class Timeline(QTableView):
    """The table; rows high enough, columns as wide as their text."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = TimelineModel(work, self)
        self.setModel(self.steps)
        self.setAccessibleName(_("Timeline"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        vertical, across = self.verticalHeader(), self.horizontalHeader()
        assert vertical is not None and across is not None
        vertical.hide()
        vertical.setDefaultSectionSize(work.theme.row_height())
        across.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        across.setSectionResizeMode(DETAIL, QHeaderView.ResizeMode.Stretch)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_case(self, view: CaseView | None) -> None:
        """Show the log of the case; the newest step is in sight."""
        before = self.steps.rowCount()
        self.steps.show_events(view.events if view is not None else ())
        if self.steps.rowCount() != before:
            self.scrollToBottom()
