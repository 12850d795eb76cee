"""The inbox screen: groups and views on the left, search above, the list with its counting clocks.

Loaded by the main window through ``screens.SCREENS``. The list is asked for again when something
changed anywhere and at least every five seconds, because a shift boundary changes what is visible
without any change in the database (domain 4.4, fixed point 1: within ten seconds).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import QWidget

from workbench.casework.ports import Session
from workbench.rules.case_view import (
    NO_FILTER,
    LookUp,
    Worklist,
    WorklistQuery,
)
from workbench.rules.moment import SECOND
from workbench.rules.words import _
from workbench.shell.inbox.along_list import ListAlong
from workbench.shell.inbox.bulk_desk import BulkDesk
from workbench.shell.inbox.groups import counted
from workbench.shell.inbox.layout import InboxLayout
from workbench.shell.inbox.look_up import Sought, may_become_a_name, sought
from workbench.shell.inbox.model import Column, WorklistModel
from workbench.shell.inbox.news import News
from workbench.shell.inbox.question import Picked, Question
from workbench.shell.inbox.view_desk import ViewDesk
from workbench.shell.screens import Screen
from workbench.shell.workplace import Workplace

ASK_AGAIN_MS: Final = 5_000
TYPING_MS: Final = 200


class InboxScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.model = WorklistModel(work, self)
        self.parts = InboxLayout(work, self.model, self)
        parts = self.parts
        self.table, self.groups, self.search = parts.table, parts.groups, parts.search
        self.count, self.empty = parts.count, parts.empty
        self.question = Question()
        self.desk = ViewDesk(work, parts, self)
        self.bulk = BulkDesk(work, self.model, self)
        self.news = News(work, self)
        self.along = ListAlong(work, self.model, self.table, self.open_case, self)
        self._at = 0
        self._second = self._timer(self._tick, single=True)
        self._second.setTimerType(Qt.TimerType.PreciseTimer)
        self._again = self._timer(self.refresh, ASK_AGAIN_MS)
        self._typing = self._timer(self._list, TYPING_MS, single=True)
        self._connect()
        self._ask_first()

    def _timer(self, act: Callable[[], None], ms: int = 0, single: bool = False) -> QTimer:
        made = QTimer(self)
        made.setInterval(ms)
        made.setSingleShot(single)
        made.timeout.connect(act)
        return made

    # -- what the main window calls ----------------------------------------------------------

    @classmethod
    def first_question(cls, session: Session) -> None:
        """The list itself."""
        session.worklist(WorklistQuery())

    def title(self) -> str:
        return _("Inbox")

    def refresh(self) -> None:
        """A batch changes the list with each of its cases: it is asked for again at the end."""
        if not self.bulk.running:
            self.model.reload()

    def open_case(self, case_no: str) -> None:
        row = self.model.row_at(self.model.row_of(case_no))
        if row is not None:
            self.news.opened(row.case.case_id)
        self.work.signposts.open_case(case_no)

    def keep(self) -> Mapping[str, Any]:
        """A name or an identity number that was typed is not kept."""
        text = self.search.text()
        return {
            "text": text if self._sought(text) is Sought.NUMBER else "",
            "case_no": self.table.current_case(),
            "question": self.question,
            "line": self.groups.code(),
            "views": self.desk.views.known,
            "view": self.desk.in_use,
            "purpose": self.parts.strip.purpose.currentText(),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.desk.views.known = tuple(kept.get("views", ()))
        self.desk.show_views()
        self.desk.in_use = kept.get("view")
        self.groups.choose(str(kept.get("line", "all")))
        self.question = kept.get("question", self.question)
        self.parts.strip.purpose.setEditText(str(kept.get("purpose", "")))
        self.search.setText(str(kept.get("text", "")))
        self._list()
        self.table.choose(str(kept.get("case_no", "")))

    def put_down(self) -> None:
        """A batch under way ends with the case in hand; its report goes with the window."""
        self.bulk.call_off()
        self.news.keep()
        self.table.columns.keep_now()

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", _("Open the case")),
            ("/", _("Search: number, name, identity number")),
            ("F", _("Filter the list")),
            ("S", _("Sort, choose columns")),
            ("N", _("Show the new cases")),
            ("Space", _("Tick the case")),
            ("Ctrl+A", _("Tick all that are loaded")),
            ("C / R", _("Claim / release the ticked")),
            ("Ctrl+S", _("Save the view")),
            ("F2 / Del", _("Change or remove the chosen view")),
            ("Esc", _("Untick, clear the search")),
        )

    # -- connections -------------------------------------------------------------------------

    def _connect(self) -> None:
        parts = self.parts
        self.model.listed.connect(self._listed)
        self.model.ticks_changed.connect(self._ticks)
        self.table.opened.connect(self.open_case)
        self.table.search_wanted.connect(self.search.setFocus)
        self.table.key_pressed.connect(self._key)
        self.table.columns.sort_wanted.connect(lambda _order, _down: self._list())
        self.groups.chosen.connect(self._group_chosen)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._entered)
        self.desk.question_wanted.connect(self.ask_for)
        self.bulk.over.connect(self.refresh)
        self.news.told.connect(self._news_told)
        parts.filter_button.clicked.connect(self.open_filter)
        parts.order_button.clicked.connect(self.open_order)
        parts.save_button.clicked.connect(self.save_view)
        parts.news_bar.show_them.clicked.connect(self.show_news)
        parts.news_bar.all_seen.clicked.connect(lambda: self.news.seen(self._at))
        parts.strip.found.connect(self._looked_up)
        parts.strip.given_up.connect(self.search.setFocus)
        parts.bulk_bar.wanted.connect(self.bulk.act)
        parts.bulk_bar.let_go.connect(self.model.untick)
        save = QShortcut(QKeySequence("Ctrl+S"), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.save_view)

    def _key(self, key: str) -> None:
        """A letter pressed in the list."""
        acts = {
            "f": self.open_filter,
            "s": self.open_order,
            "n": self.show_news,
            "c": lambda: self.bulk.act("claim"),
            "r": lambda: self.bulk.act("release"),
            "esc": self._step_back,
        }
        act = acts.get(key)
        if act is not None:
            act()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """The letters of the list, where no list is to take them and no field does."""
        if event is None:
            return
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_Escape:
            self._step_back()
        elif event.text() == "/":
            self.search.setFocus()
        elif plain and event.text().isalpha():
            self._key(event.text().lower())
        else:
            super().keyPressEvent(event)

    def _step_back(self) -> None:
        """What was done last goes first: ticks, then the search, then the picked cases; a filter
        only where it leaves nothing."""
        if self.model.ticked:
            self.model.untick()
        elif self.search.text():
            self.search.clear()
        elif self.question.cases is not None:
            self.ask_for(self.question.all_cases())
        elif not self.model.rowCount() and self.question.filter != NO_FILTER:
            self.ask_for(Question())
        self.parts.take_keys()

    # -- the question ------------------------------------------------------------------------

    def ask_for(self, question: Question) -> None:
        """List by that; the chips say what narrows it."""
        self.question = question
        self._list()

    def _ask_first(self) -> None:
        """With the order of last time; asked by the first :meth:`refresh`."""
        self.model.query = self._query()

    def _query(self) -> WorklistQuery:
        text = self.search.text()
        asked = text if self._sought(text) is Sought.NUMBER and not may_become_a_name(text) else ""
        columns = self.table.columns
        plain = WorklistQuery(
            group=self.groups.group(), text="" if self.question.cases is not None else asked,
            order=columns.order, descending=columns.descending, limit=self.model.query.limit,
        )  # fmt: skip
        return self.question.query(plain)

    def _list(self) -> None:
        self._typing.stop()
        if self.question.picked is not Picked.NEWS:
            self.model.mark_news(self.news.cases)
        self._show_chips()
        self.table.to_the_top()
        self.model.show(self._query())

    def _show_chips(self) -> None:
        known = self.desk.known
        if self.question.filter.items and known is None:
            self.desk.with_choices(lambda _known: self._show_chips())
        chips = self.question.chips(self.work, known, self.ask_for)
        if self.parts.show_chips(chips):
            self.parts.take_keys()

    def _sought(self, text: str) -> Sought:
        return sought(text, [one.credit_code for one in self.work.departments.values()])

    def _typed(self, text: str) -> None:
        kind = self._sought(text)
        if kind is not Sought.NUMBER:
            self._typing.stop()
            self.parts.strip.offer(text, kind)
            return
        self.parts.strip.close_strip()
        if self.question.cases is not None and text:
            self.question = self.question.all_cases()
        if not may_become_a_name(text):
            self._typing.start()

    def _entered(self) -> None:
        if self.parts.strip.isVisible():
            self.parts.strip.begin()
            return
        self._list()
        self.parts.take_keys()

    def _looked_up(self, found: LookUp) -> None:
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.groups.choose("all")
        self.ask_for(self.question.pick(found.cases, Picked.LOOK_UP, found.more))
        self.parts.take_keys()

    def _group_chosen(self, _code: str) -> None:
        # A view's filter goes with the view; one's own stays from group to group.
        if self.desk.left():
            self.question = Question()
        self._list()

    # -- filter, order, views, news, ticks -----------------------------------------------------

    def open_filter(self) -> None:
        """The panel behind F."""
        self.desk.open_filter(self.question.filter)

    def save_view(self) -> None:
        """Keep what the list shows under a name."""
        self.desk.save(self._query())

    def open_order(self) -> None:
        """The menu behind S: order and columns."""
        button = self.parts.order_button
        self.table.columns.menu().popup(button.mapToGlobal(button.rect().bottomLeft()))

    def show_news(self) -> None:
        """The new ones alone, and from now on they are seen."""
        cases = self.news.cases
        if not cases:
            self.work.notices.say(_("Nothing is new."))
            return
        self.groups.choose("all")
        self.ask_for(self.question.pick(tuple(sorted(cases)), Picked.NEWS))
        self.news.seen(self._at)
        self.parts.take_keys()

    def _news_told(self, cases: frozenset[int]) -> None:
        self.parts.news_bar.tell(len(cases))
        shown = self.question.cases if self.question.picked is Picked.NEWS else ()
        self.model.mark_news(cases | frozenset(shown or ()))

    def _ticks(self) -> None:
        self.parts.bulk_bar.tell(len(self.model.ticked), self.model.rowCount())

    # -- answers -----------------------------------------------------------------------------

    def _listed(self, found: Worklist) -> None:
        group = self.groups.group()
        self._at = found.at
        self.along.pool = found.counts.get("pool", 0)
        self.groups.show_counts(found.counts, group, found.total)
        self.count.setText(counted(group, found.total))
        self.empty.setText(self._why_empty(found))
        self.empty.setAccessibleName(self.empty.text())
        self.parts.show_list(bool(found.total))
        self.table.keep_choice()
        self._ticks()
        self.news.list_is((found.total, dict(found.counts), found.rows), found.at)

    def _why_empty(self, found: Worklist) -> str:
        narrowed = self.question.filter != NO_FILTER or self.question.cases is not None
        if narrowed and not self.model.query.text:
            return _("No case fits the filter. Esc or the chips above take it away.")
        if found.empty_because:
            return found.empty_because
        if self.model.query.text:
            return _("No case here has this number.")
        return _("Nothing here at present.")

    def _tick(self) -> None:
        """Repaint the visible seconds, then sleep to the start of the centre's next second."""
        if not self.isVisible():
            return
        self.table.repaint_column(Column.TIME)
        left_us = SECOND - self.work.clock.now() % SECOND
        self._second.start(left_us // 1000 + 1)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._again.start()
        self.desk.views.read()
        self._tick()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._again.stop()
        self._second.stop()
