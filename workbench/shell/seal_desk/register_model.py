"""The lines of the register of use as a table that grows while it is scrolled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal

from workbench.rules.seal_custody import LedgerLine
from workbench.rules.words import _
from workbench.shell.seal_desk.words import (
    copy_word,
    level_word,
    manner_word,
    number_of,
    state_word,
    time_of,
    void_word,
)
from workbench.shell.workplace import Workplace

NOWHERE: Final = QModelIndex()


def remark(line: LedgerLine) -> str:
    """What the paper register notes at the side: why a serial is void, the code on a copy."""
    parts = []
    if line.void_reason:
        parts.append(_("void: {reason}").format(reason=void_word(line.void_reason)))
    if line.control_code:
        parts.append(line.control_code)
    return " · ".join(parts)


class RegisterModel(QAbstractTableModel):
    """Newest line on top. ``more_wanted`` when the last loaded line has come into sight."""

    more_wanted = pyqtSignal()

    def __init__(self, work: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.lines: tuple[LedgerLine, ...] = ()
        self.more = False

    def show_lines(self, lines: Sequence[LedgerLine], more: bool) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.lines, self.more = tuple(lines), more
        self.endResetModel()

    def add_lines(self, lines: Sequence[LedgerLine], more: bool) -> None:
        """The next page."""
        known = {line.serial for line in self.lines}
        new = tuple(line for line in lines if line.serial not in known)
        self.more = more
        if new:
            first = len(self.lines)
            self.beginInsertRows(NOWHERE, first, first + len(new) - 1)
            self.lines += new
            self.endInsertRows()

    def row_of(self, serial: int | None) -> int | None:
        """Where that serial stands, if it is loaded."""
        return next((row for row, one in enumerate(self.lines) if one.serial == serial), None)

    def cells(self, line: LedgerLine) -> tuple[str, ...]:
        """One line as texts, in the order of the columns."""
        level = level_word(line.signature_level) if line.signature_level else ""
        return (
            str(line.serial),
            time_of(line),
            number_of(line),
            state_word(line.state),
            self.work.name_of(line.custodian),
            line.seal_id,
            manner_word(line.manner),
            copy_word(line),
            level,
            remark(line),
            line.case_no,
        )

    def headers(self) -> tuple[str, ...]:
        """The names of the columns."""
        return (
            _("Serial"), _("Time"), _("Document number"), _("State"), _("Custodian"), _("Seal"),
            _("Pressed how"), _("Copies"), _("Signature"), _("Remarks"), _("Case number"),
        )  # fmt: skip

    def rowCount(self, parent: QModelIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: QModelIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.headers())

    def canFetchMore(self, parent: QModelIndex) -> bool:
        return not parent.isValid() and self.more

    def fetchMore(self, parent: QModelIndex) -> None:
        if not parent.isValid():
            self.more_wanted.emit()

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells(self.lines[index.row()])[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.cells(self.lines[index.row()])[index.column()] or None
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
