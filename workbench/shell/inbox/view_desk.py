"""Choosing, saving and changing views from the inbox screen, and the panel that filters.

It asks the screen's list for nothing itself: ``question_wanted`` carries what is to be listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench.rules.case_view import WorklistFilter, WorklistQuery
from workbench.rules.catalogue import ItemVersion
from workbench.rules.saved_views import SavedView
from workbench.rules.words import _
from workbench.shell.inbox.columns import order_text
from workbench.shell.inbox.filter_panel import FilterPanel
from workbench.shell.inbox.filter_words import Choices, choices
from workbench.shell.inbox.groups import VIEW, group_label
from workbench.shell.inbox.layout import InboxLayout
from workbench.shell.inbox.question import Question
from workbench.shell.inbox.views import ViewDialog, Views, query_of, same_question, view_of
from workbench.shell.workplace import Workplace


class ViewDesk(QObject):
    """``known`` is what a filter can be chosen from, once it has been asked for."""

    question_wanted = pyqtSignal(object)

    def __init__(self, work: Workplace, parts: InboxLayout, screen: QWidget) -> None:
        super().__init__(screen)
        self.work = work
        self.parts = parts
        self.views = Views(work, screen)
        self.in_use: SavedView | None = None
        self.known: Choices | None = None
        self._screen = screen
        self.views.changed.connect(self.show_views)
        self.views.kept.connect(self._kept)
        parts.groups.view_chosen.connect(self._chosen)
        parts.groups.change_wanted.connect(self._change)

    # -- filter ------------------------------------------------------------------------------

    def open_filter(self, now: WorklistFilter) -> None:
        """The panel behind F."""
        self.with_choices(lambda known: self._open_panel(known, now))

    def with_choices(self, then: Callable[[Choices], None]) -> None:
        """Call it with what can be chosen; the catalogue is read once."""
        if self.known is not None:
            then(self.known)
            return

        def came(items: Iterable[ItemVersion]) -> None:
            self.known = choices(self.work, items)
            then(self.known)

        self.work.lanes.ask(
            self.work.session.items, then=came, scope=self._screen, key="items",
            label=_("Reading the catalogue"),
        )  # fmt: skip

    def _open_panel(self, known: Choices, now: WorklistFilter) -> None:
        panel = FilterPanel(self.work.theme, known, now, self.work.clock.now(), self._screen)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel.applied.connect(lambda what: self.question_wanted.emit(Question(what)))
        panel.finished.connect(lambda _result: self.parts.take_keys())
        panel.open()

    # -- views -------------------------------------------------------------------------------

    def show_views(self) -> None:
        """Put the known views under the groups."""
        self.parts.groups.show_views(self.views.known, self.work.who.login)
        if self.in_use is not None and self.parts.groups.view() is None:
            self.in_use = None

    def left(self) -> bool:
        """A group was chosen: whether a view, with its filter, was in use until now."""
        was, self.in_use = self.in_use, None
        return was is not None

    def save(self, query: WorklistQuery) -> None:
        """Keep what the list shows; where an own view was changed, that one."""
        now, used = view_of(query), self.in_use
        if used is not None and self.views.is_own(used) and not same_question(used, now):
            now = replace(
                now, view_id=used.view_id, name=used.name, shared=used.shared, owner=used.owner
            )
        self._dialog(now)

    def _chosen(self, view_id: int) -> None:
        view = self.views.by_id(view_id)
        if view is None:
            return
        self.in_use = view
        asked = query_of(view)
        self.parts.table.columns.show_order(asked.order, asked.descending)
        self.parts.search.clear()
        self.question_wanted.emit(Question(asked.filter))

    def _change(self, view_id: int) -> None:
        view = self.views.by_id(view_id)
        if view is not None and self.views.is_own(view):
            self._dialog(view)

    def _dialog(self, view: SavedView) -> None:
        said = [group_label(view.group), order_text(view.order, view.descending)]
        said += [one.text for one in Question(view.filter).chips(self.work, self.known, _ignored)]
        dialog = ViewDialog(self.views, view, " · ".join(said), self._screen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _result: self.parts.take_keys())
        dialog.open()

    def _kept(self, view: SavedView) -> None:
        others = tuple(one for one in self.views.known if one.view_id != view.view_id)
        self.views.known = (*others, view)
        self.show_views()
        self.in_use = view
        self.parts.groups.choose(f"{VIEW}{view.view_id}")
        self.work.notices.say(_("View {name} was saved.").format(name=view.name))


def _ignored(_question: Question) -> None:
    """A summary's chips are read, not taken away."""
