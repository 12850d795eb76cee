"""The register of seal use 用印登记: every serial, voided ones too, searchable (R53, N23).

Lines come from the ledger as they are; nothing can be changed here. A line can be opened: its
sealed file is shown on the seal desk. Where its document is not issued yet, the custodian may ask
for it to be voided (``voiding``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.moment import stamp
from workbench.rules.seal_custody import LedgerLine
from workbench.rules.words import _
from workbench.shell.seal_desk.cards import short_hash
from workbench.shell.seal_desk.facts import level_word, place_text, state_word
from workbench.shell.seal_desk.voiding import VoidPanel
from workbench.shell.workplace import Workplace

NOWHERE: Final = QModelIndex()


def _number(line: LedgerLine) -> str:
    return line.document_id.rpartition("/")[2]


class RegisterModel(QAbstractTableModel):
    """Newest line on top."""

    def __init__(self, work: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.lines: tuple[LedgerLine, ...] = ()
        self._all: tuple[LedgerLine, ...] = ()
        self._words = ""

    def show_lines(self, lines: Sequence[LedgerLine]) -> None:
        """Replace everything; the search stays."""
        self._all = tuple(sorted(lines, key=lambda line: -line.serial))
        self.search(self._words)

    def search(self, words: str) -> None:
        """Only lines in which every word is found: number, case, person, day, hash, state."""
        self._words = words
        wanted = words.casefold().split()
        self.beginResetModel()
        self.lines = tuple(
            line for line in self._all if all(w in self._haystack(line) for w in wanted)
        )
        self.endResetModel()

    def _haystack(self, line: LedgerLine) -> str:
        return " ".join(
            [*self.cells(line), line.case_no, line.sha256_before, line.sha256_after]
        ).casefold()

    def cells(self, line: LedgerLine) -> tuple[str, ...]:
        """One line as texts, in the order of the columns."""
        at = line.released_at if line.released_at is not None else line.reserved_at
        state = state_word(line.state)
        if line.void_reason:
            state = f"{state} · {line.void_reason}"
        return (
            str(line.serial),
            _number(line),
            state,
            stamp(at),
            self.work.name_of(line.custodian),
            place_text(line.placement) if line.placement is not None else "",
            level_word(line.signature_level) if line.signature_level else "",
            short_hash(line.sha256_after),
        )

    def headers(self) -> tuple[str, ...]:
        """The names of the columns."""
        return (
            _("Serial"), _("Document number"), _("State"), _("Time"), _("Custodian"), _("Place"),
            _("Signature"), _("Hash after"),
        )  # fmt: skip

    def rowCount(self, parent: QModelIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: QModelIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.headers())

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells(self.lines[index.row()])[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.lines[index.row()].sha256_after
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.headers()[section]
        return None


class RegisterTab(QWidget):
    """Search field, count, table."""

    open_wanted = pyqtSignal(object)
    """A :class:`LedgerLine` whose sealed file is to be shown."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RegisterModel(work, self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(_("Search serial, number, person, day or hash"))
        self.search.setAccessibleName(_("Search in the register of seal use"))
        self.search.setClearButtonEnabled(True)
        self.count = QLabel(self)
        self.count.setProperty("role", "quiet")
        self.table = QTableView(self)
        self.void = VoidPanel(work, self)
        self._build(work)

    def _build(self, work: Workplace) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("Register of seal use"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        rows, columns = self.table.verticalHeader(), self.table.horizontalHeader()
        if rows is not None and columns is not None:
            rows.hide()
            rows.setDefaultSectionSize(work.theme.row_height())
            columns.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            columns.setResizeContentsPrecision(50)
            columns.setStretchLastSection(True)
            columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.void)
        self.search.textChanged.connect(self._searched)
        self.table.activated.connect(self._opened)
        chosen = self.table.selectionModel()
        if chosen is not None:
            chosen.currentRowChanged.connect(self._chosen)

    def show_lines(self, lines: Sequence[LedgerLine]) -> None:
        """Show the ledger as the person may see it; the chosen line stays chosen."""
        self.model.show_lines(lines)
        self._tell()
        self._choose_again()

    def _searched(self, words: str) -> None:
        self.model.search(words)
        self._tell()
        self._choose_again()

    def _choose_again(self) -> None:
        """A model that was filled anew has no line chosen."""
        known = self.void.line.serial if self.void.line is not None else None
        rows = [row for row, line in enumerate(self.model.lines) if line.serial == known]
        if rows:
            self.table.selectRow(rows[0])
        else:
            self.void.show_line(None)

    def _chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.void.show_line(self.model.lines[now.row()] if now.isValid() else None)

    def _tell(self) -> None:
        self.count.setText(_("Lines: {n}").format(n=self.model.rowCount()))

    def _opened(self, index: QModelIndex) -> None:
        line = self.model.lines[index.row()]
        if line.sha256_after:
            self.open_wanted.emit(line)
