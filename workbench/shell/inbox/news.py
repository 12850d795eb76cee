"""What is new to the person: cases that came to him after he last said that he had seen the news.

The list stays most urgent first; a quiet bar above it says how many are new, and shows them. The
centre is asked only when the list has changed. Used by the inbox screen.
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from workbench.rules.case_view import WorklistFilter, WorklistOrder, WorklistQuery, WorklistRow
from workbench.rules.moment import DAY, Moment
from workbench.rules.words import _
from workbench.shell.icons import pixmap
from workbench.shell.workplace import Workplace

HABIT: Final = "inbox.news"
BACK: Final = 14 * DAY
"""A case received so long before may still come into somebody's sight and be news."""
MOST: Final = 200


def came_at(row: WorklistRow) -> Moment:
    """When a case last came on: to the pool, to acceptance, to its decision."""
    case = row.case
    moments = (case.received_at, case.pushed_at, case.accepted_at, case.decided_at)
    return max((one for one in moments if one is not None), default=0)


class News(QObject):
    """Keeps since when, and asks. ``told`` carries the new cases."""

    told = pyqtSignal(object)

    def __init__(self, work: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self.cases: frozenset[int] = frozenset()
        self._scope = parent
        self._known: object = None
        self._since = 0
        self._opened: set[int] = set()

    def keep(self) -> None:
        """Write down since when; where nothing is new, that is now."""
        if self._since:
            self.work.doors.habits.put(HABIT, {"since": self._since})

    def list_is(self, known: object, at: Moment) -> None:
        """The list has been answered; ``known`` is what it looks like, to ask only when it has
        changed. Who is here for the first time has seen everything."""
        if not self._since:
            since = self.work.doors.habits.get(HABIT).get("since")
            self._since = since if isinstance(since, int) else at
        if known != self._known:
            self._known = known
            self._ask(at)

    def seen(self, at: Moment) -> None:
        """From now on only what comes after this moment is new."""
        self._since = at
        self.keep()
        self._tell(frozenset())

    def opened(self, case_id: int) -> None:
        """A case that is opened is no news any more, as long as the desk is open."""
        self._opened.add(case_id)
        if case_id in self.cases:
            self.cases -= {case_id}
            self.told.emit(self.cases)

    def _ask(self, at: Moment) -> None:
        query = WorklistQuery(
            limit=MOST, order=WorklistOrder.RECEIVED, descending=True,
            filter=WorklistFilter(received_from=self._since - BACK),
        )  # fmt: skip
        session = self.work.session
        self.work.lanes.ask(
            lambda: session.worklist(query).rows, then=lambda rows: self._answered(rows, at),
            scope=self._scope, key="news", label=_("Reading the worklist"),
        )  # fmt: skip

    def _answered(self, rows: tuple[WorklistRow, ...], at: Moment) -> None:
        me = self.work.who.login
        new = frozenset(
            row.case.case_id
            for row in rows
            if came_at(row) > self._since
            and row.case.holder != me
            and row.case.case_id not in self._opened
        )
        if not new:
            # What one has done oneself meanwhile is no news tomorrow.
            self._since = max(self._since, at)
        self._tell(new)

    def _tell(self, new: frozenset[int]) -> None:
        if new != self.cases:
            self.cases = new
            self.told.emit(new)


def news_text(count: int) -> str:
    """What the bar says."""
    if count >= MOST:
        return _("{count} new cases or more").format(count=count)
    return _("1 new case") if count == 1 else _("{count} new cases").format(count=count)


class NewsBar(QFrame):
    """One quiet line above the list; hidden while nothing is new."""

    def __init__(self, work: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        theme = work.theme
        self.setProperty("role", "banner")
        mark = QLabel(self)
        mark.setPixmap(pixmap("info", theme.ink.on_notice, theme.icon_size()))
        mark.setAccessibleName(_("News"))
        self.text = QLabel(self)
        self.show_them = QPushButton(_("Show the new ones (N)"), self)
        self.all_seen = QPushButton(_("Seen"), self)
        for button in (self.show_them, self.all_seen):
            button.setProperty("role", "inline")
        self.all_seen.setToolTip(_("No case here is new to me any more"))
        row = QHBoxLayout(self)
        side, above = theme.space(1.5), theme.space(0.75)
        row.setContentsMargins(side, above, side, above)
        row.setSpacing(theme.space(1))
        row.addWidget(mark)
        row.addWidget(self.text)
        row.addWidget(self.show_them)
        row.addStretch(1)
        row.addWidget(self.all_seen)
        self.hide()

    def tell(self, count: int) -> None:
        """So many are new."""
        self.text.setText(news_text(count))
        self.setVisible(bool(count))
