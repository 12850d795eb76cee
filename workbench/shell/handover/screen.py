"""The hand-over screen: what one holds on the left, the hand-over lists N24 on the right.

Loaded by the main window through ``screens.SCREENS``; for representatives. The leaving one ticks,
writes a note a case and hands over (domain 4.6); the arriving one confirms in his own name. Both
can save the list. Ctrl+Enter hands over what is ticked, Ctrl+Shift+T takes over all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.handing_over import (
    Giving,
    Outcome,
    Sheet,
    Taking,
    hand_over,
    new_list,
    read_sheet,
    take_over,
)
from workbench.rules.duty_roster import shift_at
from workbench.rules.hand_over import HandoverLine, by_list
from workbench.rules.moment import MINUTE, to_local
from workbench.rules.words import _, listed
from workbench.shell.handover.held_rows import Filled, HeldRow, HeldRows
from workbench.shell.handover.list_card import ListCard
from workbench.shell.handover.saving import save_list
from workbench.shell.notices import RefusalLine
from workbench.shell.screens import Screen
from workbench.shell.workplace import Workplace

ASK_AGAIN_MS: Final = 5_000
SECOND_MS: Final = 1_000
TICKED_BEFORE_END: Final = 30 * MINUTE
"""From here on the cases stand ready to be passed on."""


class HandoverScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.sheet: Sheet | None = None
        self.cards: list[ListCard] = []
        self._kept: dict[str, Filled] = {}
        self._shown: object = None
        self.left = QScrollArea(self)
        self.held = HeldRows(work, self.left)
        self.right = QScrollArea(self)
        self.to = QComboBox(self)
        self.all = QPushButton(_("Tick all"), self)
        self.give = QPushButton(self)
        self.refusal = RefusalLine(self)
        self.empty = QLabel(self)
        self._again = QTimer(self)
        self._again.setInterval(ASK_AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        self._second = QTimer(self)
        self._second.setInterval(SECOND_MS)
        self._second.timeout.connect(self._tick)
        self._build()
        self._connect()

    # -- what the main window calls ----------------------------------------------------------

    def title(self) -> str:
        return _("Hand-over")

    def refresh(self) -> None:
        department = self.work.who.department
        if not department:
            return
        session = self.work.session
        self.work.lanes.ask(
            lambda: read_sheet(session, department), then=self._show, scope=self, key="sheet",
            label=_("Reading the hand-over lists …"),
        )  # fmt: skip

    def keep(self) -> Mapping[str, Any]:
        return {"filled": {**self._kept, **self.held.filled()}, "to": self.to.currentData()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        self._kept = dict(kept.get("filled", {}))
        self._choose(str(kept.get("to") or ""))

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+Enter", _("Pass on what is ticked")),
            ("Ctrl+Shift+T", _("Take over all")),
            ("F5", _("Ask again")),
        )

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        space = self.work.theme.space
        self.to.setAccessibleName(_("Next representative"))
        self.to.setMinimumContentsLength(10)
        self.give.setProperty("role", "primary")
        self.give.setToolTip(_("Ctrl+Enter"))
        self.empty.setProperty("role", "quiet")
        self.empty.setWordWrap(True)
        for area, name in ((self.left, _("Cases you hold")), (self.right, _("Hand-over lists"))):
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setAccessibleName(name)
        self.left.setWidget(self.held)
        foot = QHBoxLayout()
        foot.addWidget(QLabel(_("To"), self))
        for widget in (self.to, self.all, self.give):
            foot.addWidget(widget)
        foot.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(space(3))
        columns.addLayout(self._half(self.left, (self.empty,), (self.refusal, foot)), 1)
        columns.addLayout(self._half(self.right, (), ()), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        whole.setSpacing(space())
        whole.addLayout(columns, 1)

    def _half(
        self, area: QScrollArea, above: Sequence[QWidget], below: Sequence[QWidget | QHBoxLayout]
    ) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(self.work.theme.space())
        head = QLabel(area.accessibleName(), self)
        head.setProperty("role", "heading")
        column.addWidget(head)
        for widget in above:
            column.addWidget(widget)
        column.addWidget(area, 1)
        for one in below:
            column.addWidget(one) if isinstance(one, QWidget) else column.addLayout(one)
        return column

    def _connect(self) -> None:
        self.all.clicked.connect(lambda: self.held.tick_all(len(self.held.ticked()) == 0))
        self.give.clicked.connect(self.give_ticked)
        self.held.changed.connect(self._count)
        self.held.wanted.connect(self._give_one)
        self.held.opened.connect(self.work.signposts.open_case)
        for keys, act in (("Ctrl+Return", self.give_ticked), ("Ctrl+Shift+T", self.take_all)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self._count()

    # -- showing -----------------------------------------------------------------------------

    def _show(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.work.clock.set(sheet.at)
        if [self.to.itemData(n) for n in range(self.to.count())] != list(sheet.colleagues):
            chosen = str(self.to.currentData() or sheet.partner)
            self.to.clear()
            for login in sheet.colleagues:
                self.to.addItem(self.work.name_of(login), login)
            self._choose(chosen)
        self.held.show_held(sheet.held, self._kept, self._near_the_end(sheet))
        self.empty.setText(_("You hold no case. There is nothing to hand over."))
        self.empty.setVisible(not sheet.held)
        self._count()
        if sheet.lines != self._shown:
            self._shown = sheet.lines
            self._show_lists(by_list(sheet.lines))

    def _near_the_end(self, sheet: Sheet) -> bool:
        """Ticked from the start only then: nobody gives away by one key what he has just taken."""
        shift = shift_at(sheet.roster, self.work.who.login, sheet.department, sheet.at)
        return shift is None or sheet.at >= shift.end - TICKED_BEFORE_END

    def _choose(self, login: str) -> None:
        place = self.to.findData(login)
        if place >= 0:
            self.to.setCurrentIndex(place)

    def _show_lists(self, lists: Mapping[str, tuple[HandoverLine, ...]]) -> None:
        body = QWidget(self.right)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.work.theme.space())
        self.cards = []
        for lines in lists.values():
            card = ListCard(self.work, lines, body)
            card.take_wanted.connect(self._take)
            card.save_wanted.connect(self._save_as)
            column.addWidget(card)
            self.cards.append(card)
        # What waits for this person comes first.
        for card in sorted(self.cards, key=lambda one: not one.to_take):
            column.removeWidget(card)
            column.addWidget(card)
        if not self.cards:
            none = QLabel(_("No hand-over list at present."), body)
            none.setProperty("role", "quiet")
            column.addWidget(none)
        column.addStretch(1)
        self.right.setWidget(body)

    def _count(self) -> None:
        count = len(self.held.ticked())
        self.give.setText(_("Pass on ({count})").format(count=count))
        self.give.setEnabled(bool(count) and self.to.currentIndex() >= 0)
        self.all.setText(_("Untick all") if count else _("Tick all"))
        self.all.setEnabled(bool(self.held.rows))

    def _tick(self) -> None:
        for row in self.held.rows:
            row.tell_time()

    # -- handing over --------------------------------------------------------------------------

    def give_ticked(self) -> None:
        """Hand over every ticked case."""
        if self.give.isEnabled():
            self._give(self.held.ticked())

    def _give_one(self, row: HeldRow) -> None:
        self._give([row])

    def _give(self, rows: Sequence[HeldRow]) -> None:
        sheet, to = self.sheet, str(self.to.currentData() or "")
        if sheet is None or not rows:
            return
        self.refusal.clear_trouble()
        self.give.setEnabled(False)
        session, list_id = self.work.session, new_list()
        givings = [Giving(r.held.case, r.note.text(), r.papers.isChecked()) for r in rows]
        self._change(
            lambda: hand_over(session, sheet, to, givings, list_id),
            _("Passed on: {numbers}."), _("Passing on"),
        )  # fmt: skip

    # -- taking over ---------------------------------------------------------------------------

    def take_all(self) -> None:
        """Take over everything that waits for this person."""
        self._take([line for card in self.cards for line in card.to_take])

    def _take(self, lines: Sequence[HandoverLine]) -> None:
        if not lines:
            return
        self.refusal.clear_trouble()
        session, takings = self.work.session, [Taking(line) for line in lines]
        self._change(
            lambda: take_over(session, takings), _("Taken over: {numbers}."), _("Taking over")
        )

    def _change(self, work: Callable[[], Outcome], words: str, label: str) -> None:
        self.work.lanes.change(
            work, then=lambda outcome: self._done(outcome, words),
            otherwise=self.refusal.show_trouble, after=self._count, scope=self, label=label,
        )  # fmt: skip

    def _done(self, outcome: Outcome, words: str) -> None:
        if outcome.done:
            self.work.notices.say(words.format(numbers=listed(outcome.done)))
        for _number, refusal in outcome.refused[:1]:
            self.refusal.show_trouble(refusal)
        self.refresh()

    # -- saving the list -----------------------------------------------------------------------

    def _save_as(self, list_id: str) -> None:
        at = to_local(self.work.clock.now())
        name = f"交接清单-{at:%Y%m%d-%H%M}.pdf"
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Save list as PDF …"), name, "PDF (*.pdf)"
        )
        if chosen:
            self.save_to(list_id, Path(chosen))

    def save_to(self, list_id: str, path: Path) -> None:
        """Compose list N24 into that file (also for tests, which open no file dialog)."""
        lines = tuple(line for card in self.cards for line in card.lines if line.list_id == list_id)
        if lines:
            self.refusal.clear_trouble()
            save_list(self.work, lines, path, self, self.refusal.show_trouble)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._again.start()
        self._second.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._again.stop()
        self._second.stop()
