"""How a line of the inbox is drawn: two lines a row, the light as shape, colour and word.

The model gives texts, this gives them weight: big seconds, small clock name; item over number;
state with its badge. Called by the table of :mod:`workbench.shell.inbox.screen`.
"""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.rules.case_view import WorklistRow
from workbench.rules.clocks import Light
from workbench.rules.moment import stamp
from workbench.rules.refusal_words import label
from workbench.rules.words import _
from workbench.shell.icons import badge, pixmap
from workbench.shell.inbox.model import Column, WorklistModel
from workbench.shell.theme import Theme, light_icon, status_colour, status_icon
from workbench.shell.workplace import Workplace

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: two lines, an icon before the first, a colour for the first."""

    first: str
    second: str = ""
    icon: str = ""
    ground: str = ""
    colour: str = ""
    strong: bool = False
    tail: str = ""
    """Small, after the first line, in its colour."""
    tag: str = ""
    """A word before the second line, in the colour of what is to be noticed."""


class WorklistDelegate(QStyledItemDelegate):
    """Draws every cell of the inbox; text that does not fit ends in an ellipsis."""

    def __init__(self, work: Workplace, model: WorklistModel, parent: QObject) -> None:
        super().__init__(parent)
        self.work = work
        self.model = model
        theme: Theme = work.theme
        self._plain: QFont = theme.font()
        self._strong: QFont = theme.font(1, bold=True)
        self._small: QFont = theme.font(-1)
        self._marked: QFont = theme.font(-1, bold=True)
        self._gap = theme.space(1)
        self._icon = theme.icon_size()

    def row_height(self) -> int:
        """The fixed height of a row: two lines and air."""
        lines = QFontMetrics(self._strong).height() + QFontMetrics(self._small).height()
        return lines + self.work.theme.space(1.75)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(self.work.theme.space(10), self.row_height())

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        ink = self.work.theme.ink
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(option.rect, QColor(ink.chosen if chosen else ink.base))
        painter.setPen(QColor(ink.line))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        row = self.model.look_at(index.row())
        if row is None:
            painter.setPen(QColor(ink.quiet))
            painter.drawText(option.rect.adjusted(self._gap, 0, 0, 0), LEFT, "…")
        elif index.column() == Column.TICK:
            self._draw_tick(painter, option.rect, row.case.case_id in self.model.ticked)
        else:
            cell = self.cell(row, Column(index.column()))
            self._draw(painter, option.rect.adjusted(self._gap, 0, -self._gap, 0), cell, chosen)
        painter.restore()

    def editorEvent(
        self,
        _event: QEvent | None,
        _model: QAbstractItemModel | None,
        _option: QStyleOptionViewItem,
        _index: QModelIndex,
    ) -> bool:
        """The table ticks: with the whole cell, and with the space bar from any column."""
        return False

    def tick_width(self) -> int:
        """Room for the box of the tick."""
        return self._icon + 2 * self._gap

    def cell(self, row: WorklistRow, column: Column) -> Cell:
        """What that cell shows."""
        if column is Column.TIME:
            return self._time_cell(row)
        text = self.model.cell(row, column, Qt.ItemDataRole.DisplayRole)
        if column is Column.ITEM:
            new = _("new") if row.case.case_id in self.model.news else ""
            return Cell(text, row.case.short_no, strong=bool(new), tag=new)
        if column is Column.STATE:
            state = row.shown_state
            asks = label(row.asks) if row.asks else ""
            return Cell(text, asks, status_icon(state), status_colour(state))
        if column is Column.APPLICANT:
            return Cell(text, label(row.case.channel))
        if column is Column.NUMBER:
            return Cell(text)
        if column is Column.RECEIVED:
            at = row.case.received_at
            return Cell(text, stamp(at)[11:16] if at is not None else "")
        mine = _("you") if row.case.holder == self.work.who.login else ""
        opened = self.work.opened_by(row.open_by) if row.open_by else ""
        return Cell(text, " · ".join(filter(None, (mine, opened))))

    def _time_cell(self, row: WorklistRow) -> Cell:
        left = self.model.time_at(row)
        if left is None:
            return Cell(_("no clock"))
        colour = self.work.theme.ink.lights[left.light]
        # Green says nothing loud: the figure stays black until the clock needs somebody.
        calm = left.light in (Light.GREEN, Light.STOPPED)
        today = stamp(self.work.clock.now())[:10]
        second = _("{clock} · due {due}").format(clock=left.clock, due=left.due_short(today))
        shape = light_icon(left.light)
        return Cell(left.text, second, shape, "", "" if calm else colour, True, left.word)

    # -- drawing -----------------------------------------------------------------------------

    def _draw(self, painter: QPainter, place: QRect, cell: Cell, chosen: bool) -> None:
        ink = self.work.theme.ink
        ink_first = ink.on_chosen if chosen and not cell.colour else (cell.colour or ink.text)
        text = QRect(place)
        if cell.icon:
            self._draw_icon(painter, place, cell, ink_first)
            text.setLeft(place.left() + self._icon + self._gap)
        first, second = self._lines(text, bool(cell.second))
        self._write(painter, first, cell.first, self._font(cell), ink_first)
        if cell.tail:
            used = QFontMetrics(self._strong).horizontalAdvance(cell.first) + self._gap
            self._write(painter, first.adjusted(used, 0, 0, 0), cell.tail, self._small, ink_first)
        if cell.tag:
            self._write(painter, second, cell.tag, self._marked, ink.accent)
            used = QFontMetrics(self._marked).horizontalAdvance(cell.tag) + self._gap
            second = second.adjusted(used, 0, 0, 0)
        if cell.second:
            quiet = ink.on_chosen if chosen else ink.quiet
            self._write(painter, second, cell.second, self._small, quiet)

    def _draw_tick(self, painter: QPainter, place: QRect, on: bool) -> None:
        """A box as in a form: its edge alone, or filled with a mark in it."""
        ink, side = self.work.theme.ink, self._icon
        box = QRect(0, 0, side, side)
        box.moveCenter(place.center())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(ink.accent if on else ink.faint))
        painter.setBrush(QColor(ink.accent if on else ink.base))
        painter.drawRoundedRect(box, side * 0.2, side * 0.2)
        if on:
            painter.drawPixmap(box.topLeft(), pixmap("check", ink.on_accent, side))

    def _font(self, cell: Cell) -> QFont:
        return self._strong if cell.strong else self._plain

    def _draw_icon(self, painter: QPainter, place: QRect, cell: Cell, colour: str) -> None:
        side = self._icon
        line = self._lines(place, bool(cell.second))[0]
        top = line.center().y() - side // 2
        if cell.ground:
            drawn = badge(cell.icon, cell.ground, side)
        else:
            drawn = pixmap(cell.icon, cell.colour or self._calm_light(), side)
        painter.drawPixmap(place.left(), top, drawn)

    def _calm_light(self) -> str:
        return self.work.theme.ink.lights[Light.GREEN]

    def _lines(self, place: QRect, two: bool) -> tuple[QRect, QRect]:
        if not two:
            return place, place
        upper, lower = QFontMetrics(self._strong).height(), QFontMetrics(self._small).height()
        top = place.top() + (place.height() - upper - lower) // 2
        return (
            QRect(place.left(), top, place.width(), upper),
            QRect(place.left(), top + upper, place.width(), lower),
        )

    def _write(self, painter: QPainter, place: QRect, text: str, font: QFont, ink: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(ink))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, LEFT, shown)
