"""The table of the inbox: fixed rows, no vertical header, Enter opens, the choice survives.

A visible vertical header freezes for seconds when a long list shrinks (desk section 5), so there is
none. Called by :mod:`workbench.shell.inbox.screen`.
"""

from __future__ import annotations

from PyQt6.QtCore import QItemSelectionModel, QModelIndex, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from workbench.rules.words import _
from workbench.shell.inbox.columns import Columns
from workbench.shell.inbox.delegate import WorklistDelegate
from workbench.shell.inbox.model import Column, WorklistModel
from workbench.shell.workplace import Workplace


class WorklistTable(QTableView):
    """Lines of cases. ``opened`` carries the case number."""

    opened = pyqtSignal(str)
    search_wanted = pyqtSignal()
    key_pressed = pyqtSignal(str)
    """A letter that is a key of the screen; the screen knows them."""

    def __init__(self, work: Workplace, model: WorklistModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._case_no = ""
        self._row = 0
        self._scrolled = 0
        self._at_top = False
        delegate = WorklistDelegate(work, model, self)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setAccessibleName(_("Cases, most urgent first"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self._rows_of(delegate.row_height())
        self.columns = Columns(work, self, delegate.tick_width())
        self.doubleClicked.connect(self._double_clicked)
        self.clicked.connect(self._tick_if_there)
        self.columns.tick_wanted.connect(model.tick_all_or_none)
        model.modelAboutToBeReset.connect(self._remember_place)
        model.modelReset.connect(self._back_to_place)
        selection = self.selectionModel()
        if selection is not None:
            selection.currentRowChanged.connect(self._chosen)

    def _rows_of(self, height: int) -> None:
        rows = self.verticalHeader()
        if rows is not None:
            rows.hide()
            rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            rows.setDefaultSectionSize(height)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None and event.size().width() != event.oldSize().width():
            self.columns.share_out(event.size().width())

    # -- what the screen asks for ------------------------------------------------------------

    def current_case(self) -> str:
        """The number of the chosen case, or nothing."""
        return self._case_no

    def choose(self, case_no: str) -> None:
        """Remember a case to be chosen as soon as its line is there."""
        self._case_no = case_no
        self.keep_choice()

    def keep_choice(self) -> None:
        """After a new list: the same case is chosen, wherever it stands now; else the same place.

        Nothing scrolls: who reads line 500 must not be thrown to the top by somebody's change.
        """
        total = self._model.rowCount()
        selection = self.selectionModel()
        if not total or selection is None:
            return
        row = self._model.row_of(self._case_no) if self._case_no else 0
        row = min(self._row, total - 1) if row < 0 else row
        if row == self.currentIndex().row():
            return
        self.setAutoScroll(False)
        flags = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(self._model.index(row, 0), flags.ClearAndSelect | flags.Rows)
        self.setAutoScroll(True)

    def to_the_top(self) -> None:
        """Another list is coming: it begins at its first line."""
        self._row, self._at_top = 0, True

    def _remember_place(self) -> None:
        bar = self.verticalScrollBar()
        self._scrolled = bar.value() if bar is not None and not self._at_top else 0
        self._at_top = False

    def _back_to_place(self) -> None:
        bar = self.verticalScrollBar()
        if bar is not None:
            self.updateGeometries()
            bar.setValue(self._scrolled)

    def go_to(self, row: int) -> None:
        """Choose that line and bring it into sight."""
        index = self._model.index(row, Column.ITEM)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def column_place(self, column: Column) -> QRect:
        """Where the column is seen in the viewport."""
        viewport = self.viewport()
        height = viewport.height() if viewport is not None else 0
        return QRect(self.columnViewportPosition(column), 0, self.columnWidth(column), height)

    def repaint_column(self, column: Column) -> None:
        """Repaint that column only: what a passing second changes."""
        viewport = self.viewport()
        if viewport is not None:
            viewport.update(self.column_place(column))

    # -- keys and clicks ---------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._model.tick_loaded()
        elif event.key() == Qt.Key.Key_Space:
            self._model.toggle(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Escape:
            self.key_pressed.emit("esc")
        elif event.text() == "/":
            self.search_wanted.emit()
        elif event.text().isalpha() and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.key_pressed.emit(event.text().lower())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _text: str | None) -> None:
        """Letters are keys of the screen: nobody types through a million rows."""

    def _tick_if_there(self, index: QModelIndex) -> None:
        if index.column() == Column.TICK:
            self._model.toggle(index.row())

    def _double_clicked(self, index: QModelIndex) -> None:
        if index.column() != Column.TICK:
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        row = self._model.row_at(index.row()) if index.isValid() else None
        if row is not None:
            self.opened.emit(row.case.case_no)

    def _chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        row = self._model.row_at(now.row()) if now.isValid() else None
        if row is not None:
            self._case_no, self._row = row.case.case_no, now.row()
