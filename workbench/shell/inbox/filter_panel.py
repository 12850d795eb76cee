"""The panel behind F: which cases the list shall show. Enter applies it, Esc leaves it.

A dialog of one column of lists: each is ticked with the space bar, and the item list can be typed
into. What is chosen becomes chips above the list. Used by the inbox screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from PyQt6.QtCore import QDate, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.case_view import DueWithin, WorklistFilter
from workbench.rules.moment import Moment, at_local, to_local
from workbench.rules.words import _
from workbench.shell.inbox.filter_words import Choices, day_after, due_name
from workbench.shell.theme import Theme

CODE = Qt.ItemDataRole.UserRole


class CheckList(QListWidget):
    """Names with a box each; Space ticks, Enter is the panel's."""

    def __init__(
        self, theme: Theme, name: str, lines: Iterable[tuple[str, str]], on: Iterable[str],
        parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setProperty("role", "boxed")
        chosen = set(on)
        known = list(lines)
        # What a saved view asks for stays, though nothing has that code any more.
        known += [(code, code) for code in on if code not in {one for one, _name in known}]
        for code, text in known:
            item = QListWidgetItem(text)
            item.setData(CODE, code)
            item.setToolTip(text)
            state = Qt.CheckState.Checked if code in chosen else Qt.CheckState.Unchecked
            item.setCheckState(state)
            self.addItem(item)
        if self.count():
            self.setCurrentRow(0)

    def chosen(self) -> tuple[str, ...]:
        """The codes that are ticked, in their order."""
        items = (self.item(row) for row in range(self.count()))
        return tuple(
            str(one.data(CODE))
            for one in items
            if one is not None and one.checkState() == Qt.CheckState.Checked
        )

    def only(self, text: str) -> None:
        """Show the names with that in them, and what is ticked."""
        wanted = text.strip().casefold()
        for row in range(self.count()):
            item = self.item(row)
            if item is not None:
                ticked = item.checkState() == Qt.CheckState.Checked
                item.setHidden(not ticked and wanted not in item.text().casefold())


class DayBox(QWidget):
    """A day that is asked for or not."""

    def __init__(self, theme: Theme, text: str, at: Moment | None, now: Moment, parent: QWidget):
        super().__init__(parent)
        day = to_local(now if at is None else at).date()
        self.on = QCheckBox(text, self)
        self.on.setChecked(at is not None)
        self.day = QDateEdit(QDate(day.year, day.month, day.day), self)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.day.setAccessibleName(text)
        self.day.setEnabled(at is not None)
        self.on.toggled.connect(self.day.setEnabled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(1))
        row.addWidget(self.on)
        row.addWidget(self.day, 1)

    def moment(self) -> Moment | None:
        """The beginning of the day, or nothing."""
        if not self.on.isChecked():
            return None
        day = self.day.date()
        return at_local(date(day.year(), day.month(), day.day()))


class FilterPanel(QDialog):
    """``applied`` carries the :class:`WorklistFilter`."""

    applied = pyqtSignal(object)

    def __init__(
        self, theme: Theme, known: Choices, what: WorklistFilter, now: Moment, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Filter the list"))
        self.theme = theme
        self.typed = QLineEdit(self)
        self.typed.setPlaceholderText(_("Part of an item's name"))
        self.typed.setAccessibleName(self.typed.placeholderText())
        self.items = CheckList(theme, _("Item"), known.items, what.items, self)
        self.typed.textChanged.connect(self.items.only)
        self.channels = CheckList(theme, _("Channel"), known.channels, what.channels, self)
        self.sites = CheckList(theme, _("Site"), known.sites, what.sites, self)
        self.holders = CheckList(theme, _("Held by"), known.holders, what.holders, self)
        self.due = QComboBox(self)
        self.due.setAccessibleName(_("Due"))
        self.due.addItem(_("any time"), None)
        for one in DueWithin:
            self.due.addItem(due_name(one), one)
        self.due.setCurrentIndex(list(DueWithin).index(what.due) + 1 if what.due else 0)
        self.first = DayBox(theme, _("Received from"), what.received_from, now, self)
        last = what.received_to - 1 if what.received_to is not None else None
        self.last = DayBox(theme, _("Received until"), last, now, self)
        self._lay_out()
        self.resize(theme.space(98), theme.space(60))
        self.typed.setFocus()

    def filter(self) -> WorklistFilter:
        """What is chosen now."""
        last = self.last.moment()
        return WorklistFilter(
            self.items.chosen(), self.channels.chosen(), self.sites.chosen(),
            self.holders.chosen(), self.due.currentData(), self.first.moment(),
            None if last is None else day_after(last),
        )  # fmt: skip

    def apply(self) -> None:
        """Use what is chosen."""
        self.applied.emit(self.filter())
        self.accept()

    def _lay_out(self) -> None:
        space = self.theme.space
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(2))
        grid.setVerticalSpacing(space(0.75))
        grid.addWidget(self._title(_("Item")), 0, 0)
        grid.addWidget(self.typed, 1, 0)
        grid.addWidget(self.items, 2, 0, 3, 1)
        grid.addWidget(self._title(_("Held by")), 0, 1)
        grid.addWidget(self.holders, 1, 1, 4, 1)
        for row, (name, part) in enumerate(
            ((_("Channel"), self.channels), (_("Site"), self.sites))
        ):
            grid.addWidget(self._title(name), 2 * row + (row > 0), 2)
            grid.addWidget(part, 2 * row + 1 + (row > 0), 2, 2 if not row else 1, 1)
        for place, stretch in enumerate((5, 3, 3)):
            grid.setColumnStretch(place, stretch)
        grid.setRowStretch(2, 1)
        grid.setRowStretch(4, 1)
        times = QHBoxLayout()
        times.setSpacing(space(1))
        due = QLabel(_("Due"), self)
        due.setBuddy(self.due)
        for one in (due, self.due):
            times.addWidget(one)
        times.addSpacing(space(2))
        times.addWidget(self.first)
        times.addSpacing(space(2))
        times.addWidget(self.last)
        times.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[space(2)] * 4)
        column.setSpacing(space(1.5))
        column.addLayout(grid, 1)
        column.addLayout(times)
        column.addLayout(self._buttons())

    def _title(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("role", "quiet")
        return label

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        none = QPushButton(_("No filter"), self)
        none.clicked.connect(self._none)
        cancel = QPushButton(_("Leave it"), self)
        cancel.clicked.connect(self.reject)
        apply = QPushButton(_("Apply filter"), self)
        apply.setProperty("role", "primary")
        apply.setDefault(True)
        apply.clicked.connect(self.apply)
        self.apply_button, self.none_button = apply, none
        row.addWidget(none)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(apply)
        return row

    def _none(self) -> None:
        self.applied.emit(WorklistFilter())
        self.accept()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.apply()
            return
        super().keyPressEvent(event)
