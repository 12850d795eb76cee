"""The inbox's list as something to go along from the case screen; see :mod:`.trail`.

A step goes by the lines in memory; where the next line's page is still on its way, it is taken as
soon as it comes. A case that has left the list keeps its place for the next step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from workbench.rules.case_view import NO_FILTER, WorklistOrder, WorklistQuery, WorklistRow
from workbench.rules.words import _
from workbench.shell.inbox.model import WorklistModel
from workbench.shell.inbox.table import WorklistTable
from workbench.shell.workplace import Workplace

LOOKED_THROUGH: Final = 50
"""So many of the most urgent ones may be in other hands before nothing is found."""


class ListAlong(QObject):
    """See the module. ``open_case`` opens one."""

    def __init__(
        self, work: Workplace, model: WorklistModel, table: WorklistTable,
        open_case: Callable[[str], None], scope: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(scope)
        self.work = work
        self._model = model
        self._table = table
        self._open_case = open_case
        self._scope = scope
        self._at: tuple[str, int] = ("", -1)
        self._wanted = -1
        model.came.connect(self._came)
        model.came.connect(work.signposts.trail.changed)
        model.listed.connect(self._listed)
        work.signposts.trail.lead_along(self)

    def place_of(self, case_no: str) -> tuple[int, int] | None:
        """Place, from one, and how many there are."""
        row = self._model.row_of(case_no)
        if row < 0:
            return None
        self._at = (case_no, row)
        return row + 1, self._model.rowCount()

    def step_from(self, case_no: str, step: int) -> None:
        """Open the case ``step`` lines on."""
        row = self._model.row_of(case_no)
        if row < 0 and self._at[0] != case_no:
            self.work.notices.say(_("This case is not in the inbox's list."))
            return
        if row < 0:
            # It has left the list: the one after it stands in its place now.
            row = self._at[1] - (step > 0)
        goal = row + step
        if not 0 <= goal < self._model.rowCount():
            last = _("This is the last case of the list.")
            self.work.notices.say(last if step > 0 else _("This is the first case of the list."))
            return
        self._wanted = goal
        self._came()

    def most_urgent(self, but: str) -> None:
        """Open the most urgent case that nobody else works on."""
        query, session = self._urgent_ones(), self.work.session
        self.work.lanes.ask(
            lambda: session.worklist(query).rows, then=lambda rows: self._urgent(rows, but),
            scope=self._scope, key="urgent", label=_("Looking for the most urgent case"),
        )  # fmt: skip

    def _urgent_ones(self) -> WorklistQuery:
        """In the group that is listed; in the pool where everything is."""
        shown = self._model.query
        group = shown.group
        if group == "all" and self.pool:
            group = "pool"
        narrowed = shown.filter if shown.cases is None else NO_FILTER
        return replace(
            WorklistQuery(group=group, filter=narrowed), limit=LOOKED_THROUGH,
            order=WorklistOrder.DUE,
        )  # fmt: skip

    pool = 0
    """How many cases wait in the person's pool; the screen knows it with each answer."""

    def _urgent(self, rows: tuple[WorklistRow, ...], but: str) -> None:
        me = self.work.who.login
        free = (
            row for row in rows
            if row.case.case_no != but and row.case.holder in (None, me) and not row.open_by
        )  # fmt: skip
        found = next(free, None)
        if found is None:
            self.work.notices.say(_("No other case waits for you here."))
            return
        self._go(found.case.case_no, self._model.row_of(found.case.case_no))

    def _came(self) -> None:
        if self._wanted < 0:
            return
        row = self._model.look_at(self._wanted)
        if row is not None:
            goal, self._wanted = self._wanted, -1
            self._go(row.case.case_no, goal)

    def _go(self, case_no: str, row: int) -> None:
        self._at = (case_no, row)
        if row >= 0:
            self._table.go_to(row)
        self._table.choose(case_no)
        self._open_case(case_no)
        # What has happened meanwhile is seen with the next step.
        self._model.reload()

    def _listed(self) -> None:
        row = self._at[1]
        if row >= 0 and not self._table.isVisible():
            self._model.look_at(row)
        self.work.signposts.trail.changed.emit()
