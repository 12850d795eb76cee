"""The inbox screen: groups on the left, search above, the list with its counting clocks.

Loaded by the main window through ``screens.SCREENS``. The list is asked for again when something
changed anywhere and at least every five seconds, because a shift boundary changes what is visible
without any change in the database (domain 4.4, fixed point 1: within ten seconds).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.ports import Session
from workbench.rules.case_view import Worklist, WorklistQuery
from workbench.rules.moment import SECOND
from workbench.rules.words import _
from workbench.shell.inbox.groups import GroupList, counted
from workbench.shell.inbox.model import Column, WorklistModel
from workbench.shell.inbox.table import WorklistTable
from workbench.shell.screens import Screen
from workbench.shell.workplace import Workplace

ASK_AGAIN_MS: Final = 5_000
TYPING_MS: Final = 200


class InboxScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.model = WorklistModel(work, self)
        self._middle = QWidget(self)
        self.table = WorklistTable(work, self.model, self._middle)
        self.groups = GroupList(work.theme, self)
        self.search = QLineEdit(self)
        self.count = QLabel(self)
        self.empty = QLabel(self._middle)
        self._build()
        self._second = QTimer(self)
        self._second.setTimerType(Qt.TimerType.PreciseTimer)
        self._second.setSingleShot(True)
        self._second.timeout.connect(self._tick)
        self._again = QTimer(self)
        self._again.setInterval(ASK_AGAIN_MS)
        self._again.timeout.connect(self.model.reload)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._list)
        self._connect()

    # -- what the main window calls ----------------------------------------------------------

    @classmethod
    def first_question(cls, session: Session) -> None:
        """The list itself."""
        session.worklist(WorklistQuery())

    def title(self) -> str:
        return _("Inbox")

    def refresh(self) -> None:
        self.model.reload()

    def open_case(self, case_no: str) -> None:
        self.work.signposts.open_case(case_no)

    def keep(self) -> Mapping[str, Any]:
        return {"text": self.search.text(), "case_no": self.table.current_case()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.search.setText(str(kept.get("text", "")))
        self.table.choose(str(kept.get("case_no", "")))

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", _("Open the case")),
            ("/", _("Search")),
            ("Esc", _("Clear the search")),
            ("F5", _("Ask again")),
        )

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        space = self.work.theme.space
        self.search.setPlaceholderText(_("Search by case number or short number"))
        self.search.setAccessibleName(_("Search in the worklist"))
        self.search.setClearButtonEnabled(True)
        self.count.setProperty("role", "quiet")
        self.empty.setProperty("role", "title")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setMargin(space(4))

        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        self._stack = QStackedLayout(self._middle)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        right = QVBoxLayout()
        right.setSpacing(space(1.5))
        right.addLayout(top)
        right.addWidget(self._middle, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(space(1.5), space(1.5), space(1.5), space(1.5))
        whole.setSpacing(space(1.5))
        whole.addWidget(self.groups)
        whole.addLayout(right, 1)

    def _connect(self) -> None:
        self.model.listed.connect(self._listed)
        self.table.opened.connect(self.open_case)
        self.table.search_wanted.connect(self.search.setFocus)
        self.groups.chosen.connect(self._list)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self._into_the_list)

    # -- what happens ------------------------------------------------------------------------

    def _list(self, _group: str = "") -> None:
        self.model.show(self.groups.group(), self.search.text())

    def _into_the_list(self) -> None:
        self._typing.stop()
        self._list()
        self.table.setFocus()

    def _listed(self, found: Worklist) -> None:
        group = self.groups.group()
        self.groups.show_counts(found.counts, group, found.total)
        self.count.setText(counted(group, found.total))
        self.empty.setText(found.empty_because or self._nothing_found())
        self.empty.setAccessibleName(self.empty.text())
        self._stack.setCurrentWidget(self.empty if not found.total else self.table)
        self.table.keep_choice()

    def _nothing_found(self) -> str:
        if self.search.text().strip():
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
        self._tick()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._again.stop()
        self._second.stop()
