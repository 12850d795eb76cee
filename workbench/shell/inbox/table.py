"""The table of the inbox: fixed rows, no vertical header, Enter opens, the choice survives.

A visible vertical header freezes for seconds when a long list shrinks (desk section 5), so there is
none. Called by :mod:`workbench.shell.inbox.screen`.
"""

from __future__ import annotations

from PyQt6.QtCore import QItemSelectionModel, QModelIndex, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from workbench.rules.words import _
from workbench.shell.inbox.delegate import WorklistDelegate
from workbench.shell.inbox.model import Column, WorklistModel
from workbench.shell.workplace import Workplace


class WorklistTable(QTableView):
    """Lines of cases. ``opened`` carries the case number."""

    opened = pyqtSignal(str)
    search_wanted = pyqtSignal()

    def __init__(self, work: Workplace, model: WorklistModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._space = work.theme.space
        self._case_no = ""
        self._row = 0
        self._scrolled = 0
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
        self._headers(work, delegate.row_height())
        self.doubleClicked.connect(self._open)
        model.modelAboutToBeReset.connect(self._remember_place)
        model.modelReset.connect(self._back_to_place)
        selection = self.selectionModel()
        if selection is not None:
            selection.currentRowChanged.connect(self._chosen)

    def _headers(self, work: Workplace, height: int) -> None:
        rows = self.verticalHeader()
        if rows is not None:
            rows.hide()
            rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            rows.setDefaultSectionSize(height)
        columns = self.horizontalHeader()
        if columns is None:
            return
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        columns.setSectionResizeMode(Column.ITEM, QHeaderView.ResizeMode.Stretch)
        columns.setMinimumSectionSize(work.theme.space(8))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None and event.size().width() != event.oldSize().width():
            self._share_out(event.size().width())

    def _share_out(self, room: int) -> None:
        """The usual widths; where the item would be squeezed by them, all give way alike."""
        space = self._space
        usual = sum(WIDTHS.values()) + ITEM
        least = sum(LEAST.values()) + ITEM // 2
        share = (room / space(1) - least) / (usual - least)
        for column, units in WIDTHS.items():
            fewest = LEAST[column]
            self.setColumnWidth(column, space(fewest + (units - fewest) * min(max(share, 0), 1)))

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

    def _remember_place(self) -> None:
        bar = self.verticalScrollBar()
        self._scrolled = bar.value() if bar is not None else 0

    def _back_to_place(self) -> None:
        bar = self.verticalScrollBar()
        if bar is not None:
            self.updateGeometries()
            bar.setValue(self._scrolled)

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
        elif event.text() == "/":
            self.search_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        row = self._model.row_at(index.row()) if index.isValid() else None
        if row is not None:
            self.opened.emit(row.case.case_no)

    def _chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        row = self._model.row_at(now.row()) if now.isValid() else None
        if row is not None:
            self._case_no, self._row = row.case.case_no, now.row()


WIDTHS = {
    Column.TIME: 32,
    Column.APPLICANT: 22,
    Column.STATE: 23,
    Column.HOLDER: 12,
}
"""In units of ``theme.SPACE``; the item takes what is left."""
LEAST = {
    Column.TIME: 27,
    Column.APPLICANT: 11,
    Column.STATE: 14,
    Column.HOLDER: 9,
}
"""With large type on a small screen; what is cut stands in the tooltip."""
ITEM = 26
"""What the item should have."""
