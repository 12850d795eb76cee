"""The worklist as a virtual table: a count, pages of 200 by key, nothing else in memory.

No proxy stands over it: order, search and groups are the centre's (desk section 5). Pages are asked
for in the store lane when a view first looks at them; until then their rows are empty. Called by
:mod:`workbench.shell.inbox.screen`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum
from typing import Any, Final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer, pyqtSignal

from workbench.rules.case_view import SortKey, Worklist, WorklistQuery, WorklistRow
from workbench.rules.refusal_words import label
from workbench.rules.words import _, heading, pick
from workbench.shell.inbox.time_left import TimeLeft, time_left
from workbench.shell.lanes import checkpoint
from workbench.shell.workplace import Workplace

PAGE: Final = 200
PAGES_KEPT: Final = 40
Role = Qt.ItemDataRole
Key = SortKey | None
NOWHERE: Final = QModelIndex()


class Column(IntEnum):
    """The columns, left to right."""

    TIME = 0
    ITEM = 1
    APPLICANT = 2
    STATE = 3
    HOLDER = 4


class WorklistModel(QAbstractTableModel):
    """Rows of one query. ``listed`` is sent with each newest first page (counts, empty reason)."""

    listed = pyqtSignal(object)

    def __init__(self, work: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self.work = work
        self.query = WorklistQuery(limit=PAGE)
        self._total = 0
        self._pages: OrderedDict[int, tuple[WorklistRow, ...]] = OrderedDict()
        self._keys: dict[int, Key] = {0: None}
        self._wanted: set[int] = set()
        self._generation = 0

    # -- what the screen asks for ------------------------------------------------------------

    def show(self, group: str, text: str) -> None:
        """List another group or search."""
        self.query = WorklistQuery(group=group, text=text.strip(), limit=PAGE)
        self.reload()

    def reload(self) -> None:
        """Ask again; a view keeps what it shows until the answer is there, so nothing flickers."""
        query, session = self.query, self.work.session
        self.work.lanes.ask(
            lambda: session.worklist(query),
            then=self._first_page,
            scope=self.parent(),  # type: ignore[arg-type]
            key="worklist",
            label=_("Reading the worklist"),
        )

    def row_at(self, row: int) -> WorklistRow | None:
        """The line, or None while its page is on its way."""
        page = self._pages.get(row // PAGE)
        place = row % PAGE
        return page[place] if page is not None and place < len(page) else None

    def row_of(self, case_no: str) -> int:
        """Where a case stands among the pages in memory; -1 where it is not."""
        for number, page in self._pages.items():
            for place, row in enumerate(page):
                if row.case.case_no == case_no:
                    return number * PAGE + place
        return -1

    def time_at(self, row: WorklistRow) -> TimeLeft | None:
        """The clock of a line, now."""
        if row.clock is None:
            return None
        return time_left(row.clock, self.work.clock.now(), self.work.calendar)

    # -- answers -----------------------------------------------------------------------------

    def _first_page(self, found: Worklist) -> None:
        self.work.clock.set(found.at)
        if found.total != self._total or found.rows != self._pages.get(0):
            self.beginResetModel()
            self._take_over(found)
            self.endResetModel()
        self.listed.emit(found)

    def _take_over(self, found: Worklist) -> None:
        self._generation += 1
        self._total = found.total
        self._pages.clear()
        self._wanted.clear()
        self._keys = {0: None}
        if found.rows:
            self._put(0, found.rows)

    def _put(self, number: int, rows: tuple[WorklistRow, ...]) -> None:
        self._pages[number] = rows
        self._pages.move_to_end(number)
        if len(rows) == PAGE:
            self._keys[number + 1] = rows[-1].key
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)

    def _want(self, number: int) -> None:
        if number in self._wanted:
            return
        self._wanted.add(number)
        # Not inside a paint event: a view may ask for several pages in one.
        generation = self._generation
        QTimer.singleShot(0, lambda: self._fetch(number, generation))

    def _fetch(self, number: int, generation: int) -> None:
        if generation != self._generation:
            return
        known = max(one for one in self._keys if one <= number)
        key, query, ask = self._keys[known], self.query, self.work.session.worklist
        self.work.lanes.ask(
            lambda: walk(ask, query, key, known, number),
            then=lambda pages: self._page_came(pages, generation),
            scope=self.parent(),  # type: ignore[arg-type]
            label=_("Reading the worklist"),
        )

    def _page_came(self, pages: dict[int, tuple[WorklistRow, ...]], generation: int) -> None:
        if generation != self._generation:
            return
        for number, rows in pages.items():
            self._put(number, rows)
            self._wanted.discard(number)
            top = self.index(number * PAGE, 0)
            end = min(number * PAGE + PAGE, self._total) - 1
            self.dataChanged.emit(top, self.index(end, len(Column) - 1))

    # -- Qt ----------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: QModelIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if role != Role.DisplayRole or way != Qt.Orientation.Horizontal:
            return None
        return headings()[section]

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        if role not in (Role.DisplayRole, Role.ToolTipRole, Role.AccessibleTextRole):
            return None
        row = self.row_at(index.row())
        if row is None:
            self._want(index.row() // PAGE)
            return "…" if role == Role.DisplayRole else None
        return self.cell(row, Column(index.column()), role)

    def cell(self, row: WorklistRow, column: Column, role: int) -> str:
        """The text of a cell; tooltip and screen reader get the whole of what is shown short."""
        case = row.case
        if column is Column.TIME:
            left = self.time_at(row)
            if left is None:
                return _("no clock")
            return left.text if role == Role.DisplayRole else left.spoken()
        if column is Column.ITEM:
            name = pick(row.item_zh, row.item_en)
            return name if role == Role.DisplayRole else f"{name} {case.case_no}"
        if column is Column.APPLICANT:
            return case.applicant_masked
        if column is Column.STATE:
            state = heading(label(row.shown_state))
            whole = role != Role.DisplayRole and row.asks
            return f"{state} · {label(row.asks)}" if whole else state
        held = self.work.name_of(case.holder) if case.holder else _("not held")
        opened = role != Role.DisplayRole and bool(row.open_by)
        return f"{held} · {self.work.opened_by(row.open_by)}" if opened else held


def headings() -> tuple[str, ...]:
    """The column headings in the language in use."""
    return (
        _("Time left"),
        _("Item"),
        _("Applicant"),
        _("State"),
        _("Held by"),
    )


def walk(
    ask: Callable[[WorklistQuery], Worklist],
    query: WorklistQuery,
    key: Key,
    first: int,
    goal: int,
) -> dict[int, tuple[WorklistRow, ...]]:
    """In the store lane: the pages from a known key to the wanted one; the last two are kept."""
    pages: dict[int, tuple[WorklistRow, ...]] = {}
    for number in range(first, goal + 1):
        checkpoint(number - first, goal - first + 1)
        rows = ask(replace(query, after=key)).rows
        pages[number] = rows
        if len(rows) < PAGE:
            break
        key = rows[-1].key
    return {number: rows for number, rows in pages.items() if number >= goal - PAGES_KEPT // 2}
