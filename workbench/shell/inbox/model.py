"""The worklist as a virtual table: a count, pages of 200, nothing else in memory.

No proxy stands over it: order, filters, search and groups are the centre's (desk section 5). Pages
are asked for in the store lane when a view first looks at them; until then their rows are empty.
Called by :mod:`workbench.shell.inbox.screen`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Any, Final

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer, pyqtSignal

from workbench.rules.case_view import SortKey, Worklist, WorklistQuery, WorklistRow
from workbench.rules.moment import stamp
from workbench.rules.refusal_words import label
from workbench.rules.words import _, heading, pick
from workbench.shell.inbox.pages import Pages
from workbench.shell.inbox.time_left import TimeLeft, time_left
from workbench.shell.lanes import checkpoint
from workbench.shell.workplace import Workplace

PAGE: Final = 200
Role = Qt.ItemDataRole
Key = SortKey | None
NOWHERE: Final = QModelIndex()
TOLD: Final = (Role.DisplayRole, Role.ToolTipRole, Role.AccessibleTextRole, Role.CheckStateRole)


class Column(IntEnum):
    """The columns; ``TICK`` stands leftmost, the others in this order unless they were moved."""

    TIME = 0
    ITEM = 1
    APPLICANT = 2
    STATE = 3
    HOLDER = 4
    NUMBER = 5
    RECEIVED = 6
    TICK = 7


class WorklistModel(QAbstractTableModel):
    """Rows of one query. ``listed`` is sent with each newest first page (counts, empty reason)."""

    listed = pyqtSignal(object)
    ticks_changed = pyqtSignal()
    came = pyqtSignal()
    """A page has come: who waited for a line looks again."""

    def __init__(self, work: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self.work = work
        self.query = WorklistQuery(limit=PAGE)
        self.ticked: dict[int, WorklistRow] = {}
        self.news: frozenset[int] = frozenset()
        self._total = 0
        self._pages = Pages(PAGE)
        self._flying = False
        self._generation = 0
        self._fresh = True

    # -- what the screen asks for ------------------------------------------------------------

    def show(self, query: WorklistQuery) -> None:
        """List something else. What is ticked is let go: nothing is done to what is not seen."""
        self.query = replace(query, text=query.text.strip(), limit=PAGE, after=None, offset=0)
        self._fresh = True
        self.untick()
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
        return self._pages.at(row)

    def look_at(self, row: int) -> WorklistRow | None:
        """The line as it is drawn: its page is asked for where it is missing or old."""
        number = self._pages.wants(row)
        if number is not None and 0 <= row < self._total:
            self._want(number)
        return self._pages.at(row)

    def row_of(self, case_no: str) -> int:
        """Where a case stands among the pages in memory; -1 where it is not."""
        return self._pages.row_of(case_no)

    def time_at(self, row: WorklistRow) -> TimeLeft | None:
        """The clock of a line, now."""
        if row.clock is None:
            return None
        return time_left(row.clock, self.work.clock.now(), self.work.calendar)

    # -- ticks and news ----------------------------------------------------------------------

    def toggle(self, row: int) -> None:
        """Tick the line, or let it go."""
        line = self._pages.at(row)
        if line is None:
            return
        if self.ticked.pop(line.case.case_id, None) is None:
            self.ticked[line.case.case_id] = line
        self._redraw(Column.TICK)
        self.ticks_changed.emit()

    def tick_loaded(self) -> None:
        """Tick every line in memory."""
        self.ticked |= {line.case.case_id: line for _row, line in self._pages.loaded()}
        self._redraw(Column.TICK)
        self.ticks_changed.emit()

    def tick_all_or_none(self) -> None:
        """Tick every line in memory; where all are ticked, let them go."""
        if all(line.case.case_id in self.ticked for _row, line in self._pages.loaded()):
            self.untick()
        else:
            self.tick_loaded()

    def untick(self, cases: Collection[int] | None = None) -> None:
        """Let these go, or everything."""
        gone = set(self.ticked) if cases is None else self.ticked.keys() & set(cases)
        if gone:
            self.ticked = {one: row for one, row in self.ticked.items() if one not in gone}
            self._redraw(Column.TICK)
            self.ticks_changed.emit()

    def mark_news(self, cases: frozenset[int]) -> None:
        """Which cases are new to the person."""
        if cases != self.news:
            self.news = cases
            self._redraw(Column.ITEM)

    def _redraw(self, column: Column) -> None:
        if self._total:
            self.dataChanged.emit(self.index(0, column), self.index(self._total - 1, column))

    # -- answers -----------------------------------------------------------------------------

    def _first_page(self, found: Worklist) -> None:
        self.work.clock.set(found.at)
        if found.total != self._total or found.rows != (self._pages.first() or ()) or self._fresh:
            self.beginResetModel()
            self._generation += 1
            self._total = found.total
            self._pages.begin_again(found.rows, keep=not self._fresh)
            self._keep_ticks(found.rows)
            self._fresh = False
            self.endResetModel()
        else:
            self._pages.age()
        self.listed.emit(found)
        self.work.signposts.listed.emit(self.query, found)

    def _keep_ticks(self, rows: tuple[WorklistRow, ...]) -> None:
        """What is ticked is acted on as it is seen now."""
        newer = {row.case.case_id: row for row in rows if row.case.case_id in self.ticked}
        self.ticked.update(newer)

    def _want(self, number: int) -> None:
        if self._pages.wait_for(number) and not self._flying:
            # Not inside a paint event: a view may ask for several pages in one.
            self._flying = True
            QTimer.singleShot(0, self._fetch)

    def _fetch(self) -> None:
        number = self._pages.next_wish()
        self._flying = number is not None
        if number is None:
            return
        generation, query, ask = self._generation, self.query, self.work.session.worklist
        road = self._pages.road_to(number)

        def asked() -> dict[int, tuple[WorklistRow, ...]]:
            if road is None:
                return {number: ask(replace(query, offset=number * query.limit)).rows}
            return walk(ask, query, road[0], road[1], number)

        self.work.lanes.ask(
            asked,
            then=lambda pages: self._page_came(pages, generation),
            after=self._fetch,
            scope=self.parent(),  # type: ignore[arg-type]
            label=_("Reading the worklist"),
        )

    def _page_came(self, pages: Mapping[int, tuple[WorklistRow, ...]], generation: int) -> None:
        if generation != self._generation:
            return
        for number, rows in pages.items():
            self._pages.put(number, rows)
            self._keep_ticks(rows)
            top = self.index(number * PAGE, 0)
            end = min(number * PAGE + PAGE, self._total) - 1
            self.dataChanged.emit(top, self.index(end, len(Column) - 1))
        self.came.emit()

    # -- Qt ----------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: QModelIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        given = super().flags(index)
        if index.isValid() and index.column() == Column.TICK:
            return given | Qt.ItemFlag.ItemIsUserCheckable
        return given

    def headerData(self, section: int, way: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if way != Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return "" if section == Column.TICK else headings()[section]
        if role in (Role.AccessibleTextRole, Role.ToolTipRole) and section == Column.TICK:
            return _("Ticked")
        return None

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        if role not in TOLD:
            return None
        column = Column(index.column())
        if role == Role.CheckStateRole and column is not Column.TICK:
            return None
        row = self.look_at(index.row())
        if row is None:
            return "…" if role == Role.DisplayRole else None
        if role == Role.CheckStateRole:
            on = row.case.case_id in self.ticked
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        return self.cell(row, column, role)

    def cell(self, row: WorklistRow, column: Column, role: int) -> str:
        """The text of a cell; tooltip and screen reader get the whole of what is shown short."""
        whole = role != Role.DisplayRole
        return CELLS[column](self, row, whole)

    def _time(self, row: WorklistRow, whole: bool) -> str:
        left = self.time_at(row)
        if left is None:
            return _("no clock")
        return left.spoken() if whole else left.text

    def _item(self, row: WorklistRow, whole: bool) -> str:
        name = pick(row.item_zh, row.item_en)
        if not whole:
            return name
        new = _("new") if row.case.case_id in self.news else ""
        return " ".join(filter(None, (new, name, row.case.case_no)))

    def _applicant(self, row: WorklistRow, _whole: bool) -> str:
        return row.case.applicant_masked

    def _state(self, row: WorklistRow, whole: bool) -> str:
        state = heading(label(row.shown_state))
        return f"{state} · {label(row.asks)}" if whole and row.asks else state

    def _holder(self, row: WorklistRow, whole: bool) -> str:
        case = row.case
        held = self.work.name_of(case.holder) if case.holder else _("not held")
        return f"{held} · {self.work.opened_by(row.open_by)}" if whole and row.open_by else held

    def _number(self, row: WorklistRow, whole: bool) -> str:
        return row.case.case_no if whole else row.case.short_no

    def _received(self, row: WorklistRow, whole: bool) -> str:
        at = row.case.received_at
        if at is None:
            return _("not received yet") if whole else "–"
        return stamp(at) if whole else stamp(at)[:10]

    def _tick(self, row: WorklistRow, whole: bool) -> str:
        if not whole:
            return ""
        return _("ticked") if row.case.case_id in self.ticked else _("not ticked")


CELLS: Final[Mapping[Column, Callable[[WorklistModel, WorklistRow, bool], str]]] = {
    Column.TIME: WorklistModel._time,
    Column.ITEM: WorklistModel._item,
    Column.APPLICANT: WorklistModel._applicant,
    Column.STATE: WorklistModel._state,
    Column.HOLDER: WorklistModel._holder,
    Column.NUMBER: WorklistModel._number,
    Column.RECEIVED: WorklistModel._received,
    Column.TICK: WorklistModel._tick,
}


def headings() -> tuple[str, ...]:
    """The column headings in the language in use."""
    return (
        _("Time left"),
        _("Item"),
        _("Applicant"),
        _("State"),
        _("Held by"),
        _("Case number"),
        _("Received"),
        _("Ticked"),
    )


def walk(
    ask: Callable[[WorklistQuery], Worklist],
    query: WorklistQuery,
    key: Key,
    first: int,
    goal: int,
) -> dict[int, tuple[WorklistRow, ...]]:
    """In the store lane: the pages from a known key to the wanted one, all of them kept."""
    pages: dict[int, tuple[WorklistRow, ...]] = {}
    for number in range(first, goal + 1):
        checkpoint(number - first, goal - first + 1)
        rows = ask(replace(query, after=key)).rows
        pages[number] = rows
        if len(rows) < query.limit:
            break
        key = rows[-1].key
    return pages
