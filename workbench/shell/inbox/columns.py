"""The heading of the inbox: click to sort, drag to move, choose what is shown; it is remembered.

What a person has changed is kept in his habits at this desk; what he has not changed follows the
window's width and the type size. Used by :mod:`workbench.shell.inbox.table`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QHeaderView, QMenu, QTableView

from workbench.rules.case_view import WorklistOrder
from workbench.rules.words import _
from workbench.shell.inbox.model import Column, headings
from workbench.shell.workplace import Workplace

HABIT: Final = "inbox.columns"
KEEP_MS: Final = 400

WIDTHS: Final = {
    Column.TIME: 32,
    Column.APPLICANT: 22,
    Column.STATE: 23,
    Column.HOLDER: 12,
    Column.NUMBER: 21,
    Column.RECEIVED: 13,
}
"""In units of ``theme.SPACE``; the item takes what is left."""
LEAST: Final = {
    Column.TIME: 25,
    Column.APPLICANT: 9,
    Column.STATE: 13,
    Column.HOLDER: 8,
    Column.NUMBER: 19,
    Column.RECEIVED: 12,
}
"""With large type on a small screen; what is cut stands in the tooltip."""
ITEM: Final = 26
"""What the item should have."""
LEAST_ITEM: Final = 17
"""So that the number under it is not cut."""
HIDDEN: Final = frozenset({Column.NUMBER, Column.RECEIVED})
"""Until somebody wants them: the number stands under the item."""
ALWAYS: Final = frozenset({Column.TICK, Column.TIME, Column.ITEM})

ORDER_OF: Final = {
    Column.TIME: WorklistOrder.DUE,
    Column.ITEM: WorklistOrder.ITEM,
    Column.HOLDER: WorklistOrder.HOLDER,
    Column.NUMBER: WorklistOrder.NUMBER,
    Column.RECEIVED: WorklistOrder.RECEIVED,
}


class Columns(QObject):
    """The heading of one table. ``sort_wanted`` carries order and whether it is descending."""

    sort_wanted = pyqtSignal(object, bool)
    tick_wanted = pyqtSignal()
    """The heading over the ticks was clicked."""

    def __init__(self, work: Workplace, table: QTableView, tick_width: int) -> None:
        super().__init__(table)
        self.work = work
        self.order, self.descending = WorklistOrder.DUE, False
        self._table = table
        self._tick_width = tick_width
        self._own: dict[Column, float] = {}
        self._setting = False
        header = table.horizontalHeader()
        assert header is not None
        self.header: QHeaderView = header
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(KEEP_MS)
        self._keeping.timeout.connect(self.keep_now)
        self._dress()
        self._stand_as_before()
        header.sectionClicked.connect(self._clicked)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(self._moved)
        header.customContextMenuRequested.connect(
            lambda at: self.menu().popup(header.mapToGlobal(at))
        )

    def _dress(self) -> None:
        header = self.header
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(min(self.work.theme.space(8), self._tick_width))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.ITEM, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.TICK, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(Column.TICK, self._tick_width)
        header.moveSection(header.visualIndex(Column.TICK), 0)
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setAccessibleName(_("Headings: a click sorts"))
        header.setToolTip(_("Click to sort, drag to move, right-click to choose columns"))
        for column in Column:
            header.setSectionHidden(column, column in HIDDEN)
        self.show_order(self.order, self.descending)

    # -- order -------------------------------------------------------------------------------

    def show_order(self, order: WorklistOrder, descending: bool) -> None:
        """Put the arrow where the list is sorted by; it tells nobody."""
        self.order, self.descending = order, descending
        column = next(one for one, sorts in ORDER_OF.items() if sorts is order)
        way = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.header.setSortIndicator(column, way)
        self.header.setAccessibleDescription(order_text(order, descending))

    def _clicked(self, section: int) -> None:
        order = ORDER_OF.get(Column(section))
        if section == Column.TICK:
            self.show_order(self.order, self.descending)
            self.tick_wanted.emit()
            return
        if order is None:
            self.show_order(self.order, self.descending)
            self.work.notices.say(_("The list cannot be sorted by this column."))
            return
        self.sort(order, not self.descending if order is self.order else False)

    def sort(self, order: WorklistOrder, descending: bool) -> None:
        """Sort by that, and remember it."""
        self.show_order(order, descending)
        self._keeping.start()
        self.sort_wanted.emit(order, descending)

    # -- which, where, how wide --------------------------------------------------------------

    def share_out(self, room: int) -> None:
        """The usual widths; where the item would be squeezed by them, all give way alike."""
        space = self.work.theme.space
        shown = [one for one in WIDTHS if not self.header.isSectionHidden(one)]
        tick = self._tick_width / space(1)
        usual = sum(WIDTHS[one] for one in shown) + ITEM + tick
        least = sum(LEAST[one] for one in shown) + LEAST_ITEM + tick
        share = min(max((room / space(1) - least) / (usual - least), 0), 1)
        self._setting = True
        for one in shown:
            units = LEAST[one] + (WIDTHS[one] - LEAST[one]) * share
            self.header.resizeSection(one, space(self._own.get(one, units)))
        self._setting = False

    def set_shown(self, column: Column, shown: bool) -> None:
        """Show or hide a column."""
        if column in ALWAYS:
            return
        self.header.setSectionHidden(column, not shown)
        self._share_out_again()
        self._keeping.start()

    def as_shipped(self) -> None:
        """Columns, widths and order as they are for somebody who has changed nothing."""
        self._own.clear()
        for place, column in enumerate((Column.TICK, *list(Column)[:-1])):
            self.header.moveSection(self.header.visualIndex(column), place)
            self.header.setSectionHidden(column, column in HIDDEN)
        self._share_out_again()
        self.sort(WorklistOrder.DUE, False)

    def _share_out_again(self) -> None:
        viewport = self._table.viewport()
        if viewport is not None:
            self.share_out(viewport.width())

    def _resized(self, section: int, _before: int, now: int) -> None:
        # Only what somebody drags: the item takes what is left, and a window's width is no habit.
        column = Column(section)
        if self._setting or column in (Column.ITEM, Column.TICK) or now == 0:
            return
        if not self.header.isSectionHidden(section):
            self._own[column] = round(now / self.work.theme.space(1), 2)
            self._keeping.start()

    def _moved(self, _section: int, _before: int, _now: int) -> None:
        self._keeping.start()

    # -- the menu ----------------------------------------------------------------------------

    def menu(self) -> QMenu:
        """Order and columns, for mouse and keyboard."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        by = QActionGroup(menu)
        menu.addSection(_("Sort by"))
        for order in WorklistOrder:
            action = self._choice(menu, order_name(order), order is self.order)
            by.addAction(action)
            action.triggered.connect(
                lambda _on, one=order: self.sort(one, self.descending and one is self.order)
            )
        down = self._choice(menu, _("Descending"), self.descending)
        down.triggered.connect(lambda on: self.sort(self.order, bool(on)))
        menu.addSection(_("Columns"))
        for column, name in zip(Column, headings(), strict=True):
            if column not in ALWAYS:
                shown = not self.header.isSectionHidden(column)
                action = self._choice(menu, name, shown)
                action.triggered.connect(lambda on, one=column: self.set_shown(one, bool(on)))
        menu.addSeparator()
        again = menu.addAction(_("As at first"))
        if again is not None:
            again.triggered.connect(lambda _on=False: self.as_shipped())
        return menu

    def _choice(self, menu: QMenu, text: str, on: bool) -> QAction:
        action = QAction(text, menu)
        action.setCheckable(True)
        action.setChecked(on)
        menu.addAction(action)
        return action

    # -- remembering -------------------------------------------------------------------------

    def keep_now(self) -> None:
        """Write down what the person has changed."""
        places = sorted(Column, key=self.header.visualIndex)
        self.work.doors.habits.put(HABIT, {
            "places": [one.name for one in places],
            "hidden": [one.name for one in Column if self.header.isSectionHidden(one)],
            "widths": {one.name: width for one, width in self._own.items()},
            "order": self.order.value,
            "descending": self.descending,
        })  # fmt: skip

    def _stand_as_before(self) -> None:
        """What cannot be understood is left as shipped: a habit is never worth a fault."""
        kept = self.work.doors.habits.get(HABIT)
        hidden, widths = _names(kept.get("hidden")), kept.get("widths")
        if "hidden" in kept:
            for column in set(Column) - ALWAYS:
                self.header.setSectionHidden(column, column in hidden)
        for place, column in enumerate(_names(kept.get("places"))):
            if column is not Column.TICK and place > 0:
                self.header.moveSection(self.header.visualIndex(column), place)
        if isinstance(widths, Mapping):
            self._own = {
                Column[name]: float(width)
                for name, width in widths.items()
                if name in Column.__members__ and isinstance(width, (int, float)) and width > 2
            }
        if kept.get("order") in list(WorklistOrder):
            self.show_order(WorklistOrder(kept["order"]), kept.get("descending") is True)


def _names(kept: Any) -> list[Column]:
    if not isinstance(kept, list):
        return []
    return [Column[one] for one in kept if one in Column.__members__]


def order_name(order: WorklistOrder) -> str:
    """What the list can be sorted by."""
    names = {
        WorklistOrder.DUE: _("Time left"),
        WorklistOrder.RECEIVED: _("Received"),
        WorklistOrder.NUMBER: _("Case number"),
        WorklistOrder.ITEM: _("Item"),
        WorklistOrder.HOLDER: _("Held by"),
    }
    return names[order]


def order_text(order: WorklistOrder, descending: bool) -> str:
    """The order in words: for screen readers and for what a saved view is."""
    way = _("descending") if descending else _("ascending")
    if order is WorklistOrder.DUE:
        way = _("least urgent first") if descending else _("most urgent first")
    return _("Sorted by {what}, {way}").format(what=order_name(order), way=way)
