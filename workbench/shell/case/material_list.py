"""The checklist beside the scans: what the item asks for, what is there, how points are marked.

Left in the case screen. Choosing a file turns the viewer to it, choosing a review point to the
material that it is about. A line whose material is missing says so; word and mark go together, and
colour alone decides nothing. What the viewer has in hand is marked here by
:meth:`MaterialList.mark`. The point in hand is marked in its own row, by keys or by mouse, where
the person may: 1 pass, 2 doubt, 3 fail, Delete takes it back.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QModelIndex, QRect, QSignalBlocker, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QIcon, QKeyEvent, QPainter, QResizeEvent
from PyQt6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.rules.case import PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.clocks import Light
from workbench.rules.words import _
from workbench.shell.case.check_rows import CheckRow, Results, rows_of
from workbench.shell.case.point_bar import KEYS, Marking, PointBar
from workbench.shell.icons import icon
from workbench.shell.theme import Theme

ROW: Final = Qt.ItemDataRole.UserRole
"""The :class:`CheckRow` of an entry."""


class MaterialDelegate(QStyledItemDelegate):
    """Mark, name in as many lines as it needs, and a quieter line below: nothing is cut off. Below
    the point in hand there is room for its control."""

    def __init__(self, theme: Theme, view: QListWidget, bar: PointBar) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._bar = bar

    def _boxes(self, room: QRect, index: QModelIndex) -> tuple[QRect, QRect, QRect]:
        """Where mark, name and note stand in an entry that begins at ``room``'s upper left; a
        review point stands in, below its material."""
        space, side = self._theme.space, self._theme.icon_size()
        name, _line, note = str(index.data()).partition("\n")
        point = bool(index.data(ROW).point)
        begin = room.left() + space(3.5 if point else 1.25)
        left = begin + side + space(1 if point else 1.25)
        wide = max(room.right() - space(1.25) - left, 40)
        flags = int(Qt.TextFlag.TextWordWrap)
        top = room.top() + space(0.5 if point else 1)
        font = self._theme.font(-1 if point else 0)
        first = QFontMetrics(font).boundingRect(0, 0, wide, 10_000, flags, name)
        second = QFontMetrics(self._theme.font(-1)).boundingRect(0, 0, wide, 10_000, flags, note)
        mark = QRect(begin, top + space(0.25), side, side)
        name_box = QRect(left, top, wide, first.height())
        below = top + first.height() + space(0.25)
        return mark, name_box, QRect(left, below, wide, second.height())

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        view = self._view.viewport()
        wide = view.width() if view is not None else 200
        _mark, _name, note = self._boxes(QRect(0, 0, wide, 0), index)
        row: CheckRow = index.data(ROW)
        high = note.bottom() + self._theme.space(0.5 if row.point else 1)
        return QSize(wide, high + self.bar_room(row, wide).height())

    def bar_room(self, row: CheckRow, wide: int) -> QRect:
        """Where the control of a point stands within the lower edge of a row ``wide`` pixels wide;
        nothing for a row without one."""
        if not row.point or row.point != self._bar.point or self._bar.isHidden():
            return QRect()
        space = self._theme.space
        room = wide - 2 * space(1.25)
        return QRect(space(1.25), 0, room, self._bar.height_for(room))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        ink = self._theme.ink
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            # The control has a ground of its own: its words are those of the pane.
            low = self.bar_room(index.data(ROW), option.rect.width()).height()
            painter.fillRect(option.rect.adjusted(0, 0, 0, -low), QColor(ink.chosen))
        mark, name_box, note_box = self._boxes(option.rect, index)
        name, _line, note = str(index.data()).partition("\n")
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QIcon):
            picture.paint(painter, mark)
        flags = int(Qt.TextFlag.TextWordWrap)
        painter.setFont(self._theme.font(-1 if index.data(ROW).point else 0))
        painter.setPen(QColor(ink.on_chosen if chosen else ink.text))
        painter.drawText(name_box, flags, name)
        painter.setFont(self._theme.font(-1))
        painter.setPen(QColor(ink.on_chosen if chosen else ink.quiet))
        painter.drawText(note_box, flags, note)


class MaterialList(QListWidget):
    """One entry a file, one for each line of the list without a file, one for each point."""

    chosen = pyqtSignal(object)
    """The :class:`PartEntry` to show."""
    missing_chosen = pyqtSignal(str)
    """The words for a line without a file."""
    point_marked = pyqtSignal(str, str, str)
    """A review point was marked here: its code, ``result`` and ``reason``."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._case_no = ""
        self._rows: tuple[CheckRow, ...] = ()
        self._marking = Marking.CLOSED
        self.bar = PointBar(theme, self.viewport())
        self.setAccessibleName(_("Materials"))
        self._delegate = MaterialDelegate(theme, self, self.bar)
        self.setItemDelegate(self._delegate)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setIconSize(QSize(theme.icon_size(), theme.icon_size()))
        self.currentItemChanged.connect(self._changed)
        self.bar.wanted.connect(self._send_mark)
        self.bar.resized.connect(self._make_room)
        self.bar.left.connect(self.setFocus)

    def show_case(
        self, view: CaseView | None, marked: Results | None = None,
        marking: Marking = Marking.CLOSED,
    ) -> None:  # fmt: skip
        """List materials and points, ``marked`` as they stand in the pane now, and say whether they
        can be marked here. What is chosen stays chosen and is not told again; of a new case the
        first file is chosen."""
        self._marking = marking if view is not None else Marking.CLOSED
        self._show_rows(view, marked)
        self._show_bar()

    def _show_rows(self, view: CaseView | None, marked: Results | None) -> None:
        rows = rows_of(view, marked or {}) if view is not None else ()
        case_no = view.case.case_no if view is not None else ""
        if (case_no, rows) == (self._case_no, self._rows):
            return
        same_case = case_no == self._case_no
        self._case_no = case_no
        if same_case and [_place(one) for one in rows] == [_place(one) for one in self._rows]:
            self._rows = rows
            for number, row in enumerate(rows):
                self._fill(self.item(number), row)
            self.scheduleDelayedItemsLayout()
            return
        kept = self._row_in_hand() if same_case else None
        self._rows = rows
        with QSignalBlocker(self):
            self.clear()
            for row in rows:
                item = QListWidgetItem()
                self._fill(item, row)
                self.addItem(item)
            stays = kept is not None and self._stand_on(kept)
        if not stays:
            self._choose_first()

    def current_entry(self) -> PartEntry | None:
        """The file that is chosen, or that a chosen point is about."""
        row = self._row_in_hand()
        return row.entry if row is not None else None

    def current_code(self) -> str:
        """The material code of the line that is chosen."""
        row = self._row_in_hand()
        return row.code if row is not None else ""

    def choose_entry(self, entry: PartEntry) -> bool:
        """Choose that file; ``False`` where it is not in the list."""
        number = self._number_of(entry)
        if number >= 0:
            self.setCurrentRow(number)
        return number >= 0

    def mark(self, entry: PartEntry) -> None:
        """The viewer has come to that file: mark it, and tell nobody."""
        now = self.current_entry()
        if now is not None and now.entry_id == entry.entry_id:
            return
        number = self._number_of(entry)
        if number >= 0:
            with QSignalBlocker(self):
                self.setCurrentRow(number)
            self._show_bar()
            self.scrollToItem(self.item(number))
            self.update(self.rootIndex())

    def row_of_file(self, number: int) -> int:
        """The row in which the file with that number stands, counted from 0."""
        return [n for n, row in enumerate(self._rows) if row.entry and not row.point][number]

    def step(self, by: int) -> None:
        """The next or previous file."""
        row = self.currentRow() + by
        while 0 <= row < len(self._rows):
            if self._rows[row].entry is not None and not self._rows[row].point:
                self.setCurrentRow(row)
                return
            row += by

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lines break anew at once: Qt waits, and entries lie on each other until then."""
        super().resizeEvent(event)
        if event is not None and event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    # -- marking -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """1, 2, 3 and Delete mark the point in hand."""
        plain = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        key = None if event is None or event.modifiers() not in plain else Qt.Key(event.key())
        if self.bar.isHidden() or key not in KEYS:
            super().keyPressEvent(event)
        elif self._marking is Marking.HERE:
            self.bar.choose(KEYS[key])

    def updateGeometries(self) -> None:
        """The rows stand elsewhere: so does the control in one of them."""
        super().updateGeometries()
        self._place_bar()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._place_bar()

    def _make_room(self) -> None:
        """The row has become higher or lower; all of it is to be seen."""
        self.scheduleDelayedItemsLayout()
        QTimer.singleShot(0, self._bring_into_sight)

    def _bring_into_sight(self) -> None:
        self.scrollToItem(self.currentItem())
        view, down = self.viewport(), self.verticalScrollBar()
        if view is None or down is None or self.bar.isHidden():
            return
        # Of a row that is higher than the list the control is what is needed.
        over = self.bar.geometry().bottom() + 1 - view.height()
        if over > 0:
            down.setValue(down.value() + over)

    def _send_mark(self, result: str, reason: str) -> None:
        if self.bar.point:
            self.point_marked.emit(self.bar.point, result, reason)

    def _show_bar(self) -> None:
        row = self._row_in_hand()
        shown = row is not None and bool(row.point) and self._marking is not Marking.CLOSED
        had = not self.bar.isHidden()
        if shown != had:
            if had and self.bar.isAncestorOf(self.focusWidget() or self):
                self.setFocus()
            self.bar.setVisible(shown)
            self.scheduleDelayedItemsLayout()
        if row is None or not shown:
            self.bar.point = ""
            return
        self.bar.show_point(row, self._marking)

    def _place_bar(self) -> None:
        row, item = self._row_in_hand(), self.currentItem()
        if row is None or item is None or self.bar.isHidden():
            return
        where = self.visualItemRect(item)
        room = self._delegate.bar_room(row, where.width())
        room.moveTop(where.bottom() + 1 - room.height())
        self.bar.setGeometry(room.translated(where.left(), 0))

    # -- inside --------------------------------------------------------------------------------

    def _row_in_hand(self) -> CheckRow | None:
        number = self.currentRow()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def _number_of(self, entry: PartEntry) -> int:
        files = [(n, row.entry) for n, row in enumerate(self._rows) if not row.point and row.entry]
        exact = (n for n, one in files if one.entry_id == entry.entry_id)
        alike = (n for n, one in files if one.sha256 == entry.sha256)
        return next(exact, next(alike, -1))

    def _fill(self, item: QListWidgetItem | None, row: CheckRow) -> None:
        assert item is not None
        ink = self._theme.ink
        colours = {"good": ink.lights[Light.GREEN], "bad": ink.danger,
                   "doubt": ink.lights[Light.ORANGE]}  # fmt: skip
        item.setIcon(icon(row.mark, colours.get(row.tone, ink.quiet), self._theme.icon_size()))
        item.setText(f"{row.name}\n{row.note}")
        item.setToolTip(f"{row.name}\n{row.note}")
        item.setData(ROW, row)

    def _stand_on(self, kept: CheckRow) -> bool:
        for number, row in enumerate(self._rows):
            if _place(row) == _place(kept):
                self.setCurrentRow(number)
                return True
        return False

    def _choose_first(self) -> None:
        first = next((n for n, row in enumerate(self._rows) if row.entry is not None), -1)
        if first >= 0:
            self.setCurrentRow(first)

    def _changed(self, now: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        row = self._row_in_hand() if now is not None else None
        self._show_bar()
        if row is None:
            return
        if row.entry is not None:
            self.chosen.emit(row.entry)
        elif not row.point:
            # A point without a material of its own is marked with the page that is there.
            self.missing_chosen.emit(f"{row.name}\n{row.note}")


def _place(row: CheckRow) -> tuple[str, str, int]:
    """What stays of a row when only its words become others."""
    return row.code, row.point, row.entry.entry_id if row.entry is not None else 0
