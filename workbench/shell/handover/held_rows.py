"""The left half of the hand-over screen: the cases one holds, each with its note and its papers.

Made by :mod:`workbench.shell.handover.screen`. What was ticked and written stays when the list is
drawn anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.handing_over import Held
from workbench.rules.refusal_words import label
from workbench.rules.words import _, pick
from workbench.shell.inbox.time_left import time_left
from workbench.shell.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in one row."""

    ticked: bool = True
    note: str = ""
    papers: bool = False


class HeldRow(QFrame):
    """One case: tick, number and item, time left, note, papers, and a button for it alone."""

    changed = pyqtSignal()
    wanted = pyqtSignal(object)
    """This case alone is to be handed over."""
    opened = pyqtSignal(str)

    def __init__(self, work: Workplace, held: Held, filled: Filled, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self.held = held
        case = held.case
        self.setProperty("role", "card")
        item = pick(held.row.item_zh, held.row.item_en)
        self.tick = QCheckBox(f"{case.short_no} · {item}", self)
        self.tick.setChecked(filled.ticked)
        self.state = QLabel(self)
        self.state.setProperty("role", "quiet")
        self.state.setWordWrap(True)
        self.note = QLineEdit(filled.note, self)
        self.note.setPlaceholderText(_("Note for the next representative"))
        self.note.setAccessibleName(_("Note on {number}").format(number=case.short_no))
        self.papers = QCheckBox(_("Papers go along"), self)
        self.papers.setChecked(filled.papers)
        self.papers.setAccessibleName(
            _("Papers of {number} go along").format(number=case.short_no)
        )
        self.open = QPushButton(_("Open"), self)
        self.open.setProperty("role", "link")
        self.open.setAccessibleName(_("Open {number}").format(number=case.short_no))
        self.give = QPushButton(_("Pass on"), self)
        self.give.setAccessibleName(_("Pass on {number}").format(number=case.short_no))
        self.tick.toggled.connect(self.changed)
        self.open.clicked.connect(lambda: self.opened.emit(case.case_no))
        self.give.clicked.connect(lambda: self.wanted.emit(self))
        self._lay_out()
        self.tell_time()

    def filled(self) -> Filled:
        """What the user has entered."""
        return Filled(self.tick.isChecked(), self.note.text(), self.papers.isChecked())

    def tell_time(self) -> None:
        """State and what is left of the clock, as of this second."""
        words = [label(self.held.row.shown_state)]
        clock = self.held.row.clock
        if clock is not None:
            now = self.work.clock.now()
            words.append(time_left(clock, now, self.work.calendar).spoken())
        if self.held.draft:
            words.append(_("a draft of yours stays with you"))
        self.state.setText(" · ".join(words))

    def _lay_out(self) -> None:
        space = self.work.theme.space
        grid = QGridLayout(self)
        grid.setContentsMargins(space(1.5), space(), space(1.5), space())
        grid.setVerticalSpacing(space(0.5))
        grid.addWidget(self.tick, 0, 0, 1, 2)
        grid.addWidget(self.open, 0, 2)
        grid.addWidget(self.state, 1, 0, 1, 3)
        grid.addWidget(self.note, 2, 0)
        grid.addWidget(self.papers, 2, 1)
        grid.addWidget(self.give, 2, 2)
        grid.setColumnStretch(0, 1)


class HeldRows(QWidget):
    """All rows, most urgent first."""

    changed = pyqtSignal()
    wanted = pyqtSignal(object)
    opened = pyqtSignal(str)

    def __init__(self, work: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self.rows: list[HeldRow] = []
        self._shown: tuple[Held, ...] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(work.theme.space())
        self._column.addStretch(1)

    def show_held(
        self, held: tuple[Held, ...], kept: Mapping[str, Filled], ticked: bool
    ) -> None:
        """Draw the list; nothing is drawn anew where nothing is new. ``ticked``: new rows are."""
        if held == self._shown:
            return
        known = {**kept, **self.filled()}
        self._shown = held
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for place, one in enumerate(held):
            row = HeldRow(self.work, one, known.get(one.case.case_no, Filled(ticked)), self)
            row.changed.connect(self.changed)
            row.wanted.connect(self.wanted)
            row.opened.connect(self.opened)
            self._column.insertWidget(place, row)
            self.rows.append(row)
        self.changed.emit()

    def filled(self) -> dict[str, Filled]:
        """What stands in each row, by case number."""
        return {row.held.case.case_no: row.filled() for row in self.rows}

    def ticked(self) -> list[HeldRow]:
        """The rows whose tick is set."""
        return [row for row in self.rows if row.tick.isChecked()]

    def tick_all(self, on: bool) -> None:
        """Tick all, or none."""
        for row in self.rows:
            row.tick.setChecked(on)
