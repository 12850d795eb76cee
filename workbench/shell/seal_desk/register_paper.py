"""用印台账 on paper: A4 landscape, the columns of the paper register, every serial, void ones too.

Drawn with Qt into a PDF in the *errands* lane: rows are measured first, so every sheet says which
of how many it is. Rows are as high as their longest cell; nothing is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QIODevice, QMarginsF, QRectF, QSaveFile, Qt
from PyQt6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from workbench.rules.seal_custody import LedgerLine, LedgerState, seal_mark
from workbench.rules.words import _
from workbench.shell.lane_thread import checkpoint
from workbench.shell.seal_desk.register_csv import not_written
from workbench.shell.seal_desk.register_model import remark
from workbench.shell.seal_desk.words import copy_word, number_of, state_word, time_of

DPI: Final = 300
MM: Final = DPI / 25.4
MARGIN_MM: Final = 12.0
SHARES: Final = (4, 10, 15, 24, 6, 9, 9, 10, 17)
"""Widths of the columns, as parts of the whole."""
PAD: Final = 1.0 * MM
WRAP: Final = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)
TOP: Final = int(Qt.AlignmentFlag.AlignTop)
LOOK_AFTER: Final = 50


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands above the table: whose register, of which days, printed when and by whom."""

    organ: str
    span: str
    printed: str
    family: str


def headings() -> tuple[str, ...]:
    """The columns of the paper register."""
    return (
        _("Serial"), _("Date"), _("Document number"), _("Case number"), _("Copies"),
        _("Custodian"), _("Approver"), _("Seal"), _("Remarks"),
    )  # fmt: skip


def cells(line: LedgerLine, name_of: Callable[[str], str]) -> tuple[str, ...]:
    """One line of the paper register; what is not sealed says so among the remarks."""
    notes = remark(line)
    if line.state not in (LedgerState.RELEASED, LedgerState.VOID):
        notes = " · ".join(part for part in (state_word(line.state), notes) if part)
    return (
        str(line.serial), time_of(line)[:16], number_of(line), line.case_no,
        copy_word(line), name_of(line.custodian), name_of(line.approver), line.seal_id, notes,
    )  # fmt: skip


class RegisterPaper:
    """Draws the sheets. ``write`` runs in *errands*; raises Outage, Cancelled."""

    def __init__(self, paper: Paper, rows: Sequence[tuple[str, ...]]) -> None:
        self.paper = paper
        self.rows = rows

    def write(self, path: Path) -> int:
        """The PDF, whole or not at all. Returns the number of sheets."""
        file = QSaveFile(str(path))
        if not file.open(QIODevice.OpenModeFlag.WriteOnly):
            raise not_written(file.errorString())
        writer = QPdfWriter(file)
        writer.setResolution(DPI)
        writer.setTitle(_("Register of seal use"))
        writer.setPageLayout(QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape,
            QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        ))  # fmt: skip
        painter = QPainter(writer)
        try:
            count = self._draw(painter, writer)
        except BaseException:
            painter.end()
            file.cancelWriting()
            raise
        painter.end()
        if not file.commit():
            raise not_written(file.errorString())
        return count

    # -- measuring -----------------------------------------------------------------------------

    def _draw(self, painter: QPainter, writer: QPdfWriter) -> int:
        self._wide, self._high = float(writer.width()), float(writer.height())
        total = sum(SHARES)
        self._columns = [self._wide * share / total for share in SHARES]
        sheets = self._sheets(painter)
        for number, sheet in enumerate(sheets, start=1):
            if number > 1:
                writer.newPage()
            self._sheet(painter, sheet, number, len(sheets))
        return len(sheets)

    def _sheets(self, painter: QPainter) -> list[list[tuple[tuple[str, ...], float]]]:
        """Rows with their heights, sheet by sheet."""
        painter.setFont(self._font(8))
        head, foot = 24 * MM, 16 * MM
        self._head_high = self._row_high(painter, headings())
        room = self._high - head - foot - self._head_high
        sheets: list[list[tuple[tuple[str, ...], float]]] = [[]]
        left = room
        for place, row in enumerate(self.rows):
            if place % LOOK_AFTER == 0:
                checkpoint(place, len(self.rows))
            high = self._row_high(painter, row)
            if high > left and sheets[-1]:
                sheets.append([])
                left = room
            sheets[-1].append((row, high))
            left -= high
        return sheets

    def _row_high(self, painter: QPainter, row: tuple[str, ...]) -> float:
        heights = [
            painter.boundingRect(QRectF(0, 0, wide - 2 * PAD, 10_000), WRAP | TOP, text).height()
            for wide, text in zip(self._columns, row, strict=True)
        ]
        return max(heights) + 2 * PAD

    def _font(self, points: float, bold: bool = False) -> QFont:
        font = QFont(self.paper.family)
        font.setPointSizeF(points)
        font.setBold(bold)
        return font

    # -- drawing -------------------------------------------------------------------------------

    def _sheet(
        self, painter: QPainter, rows: list[tuple[tuple[str, ...], float]], number: int, of: int
    ) -> None:
        checkpoint(number, of)
        self._title(painter)
        at = 24 * MM
        painter.setFont(self._font(8, bold=True))
        self._row(painter, headings(), at, self._head_high)
        at += self._head_high
        painter.setFont(self._font(8))
        for row, high in rows:
            self._row(painter, row, at, high)
            at += high
        self._foot(painter, number, of)

    def _title(self, painter: QPainter) -> None:
        painter.setFont(self._font(15, bold=True))
        middle = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(
            QRectF(0, 0, self._wide, 11 * MM), middle, _("Register of seal use")
        )
        painter.setFont(self._font(9))
        line = QRectF(0, 13 * MM, self._wide, 8 * MM)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        painter.drawText(line, int(left | Qt.AlignmentFlag.AlignVCenter), self.paper.organ)
        painter.drawText(line, middle, self.paper.span)
        painter.drawText(line, int(right | Qt.AlignmentFlag.AlignVCenter), seal_mark())

    def _row(self, painter: QPainter, row: tuple[str, ...], at: float, high: float) -> None:
        painter.setPen(QPen(Qt.GlobalColor.black, 0.15 * MM))
        left = 0.0
        for wide, text in zip(self._columns, row, strict=True):
            painter.drawRect(QRectF(left, at, wide, high))
            inner = QRectF(left + PAD, at + PAD, wide - 2 * PAD, high - 2 * PAD)
            painter.drawText(inner, WRAP | TOP, text)
            left += wide

    def _foot(self, painter: QPainter, number: int, of: int) -> None:
        painter.setFont(self._font(9))
        middle = Qt.AlignmentFlag.AlignVCenter
        line = QRectF(0, self._high - 12 * MM, self._wide, 6 * MM)
        sign = _("Custodian: ____________    Checked by: ____________    Date: ____________")
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | middle), sign)
        line = QRectF(0, self._high - 6 * MM, self._wide, 6 * MM)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | middle), self.paper.printed)
        text = _("Sheet {n} of {total}").format(n=number, total=of)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | middle), text)
