"""The same step for every ticked case, one after the other, each a move of its own.

What became of each is written down here as it happens: done, refused and why, called off, or not
known because the centre was gone. Nothing half-done is hidden. Used by the inbox screen; shown by
:mod:`workbench.shell.inbox.bulk_report`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from workbench.casework.moving import new_operation, propose
from workbench.rules.case import Case
from workbench.rules.case_view import WorklistRow
from workbench.rules.refusal_words import label
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import _
from workbench.shell.workplace import Workplace


class Outcome(Enum):
    """What became of one line."""

    WAITS = "waits"
    UNDER_WAY = "under way"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CALLED_OFF = "called off"


@dataclass(slots=True)
class Line:
    """One case of the batch. The operation id is made once: tried again, it is made once."""

    row: WorklistRow
    outcome: Outcome = Outcome.WAITS
    why: str = ""
    operation_id: str = field(default_factory=new_operation)


def outcome_word(outcome: Outcome) -> str:
    """The word of the report."""
    words = {
        Outcome.WAITS: _("waits"),
        Outcome.UNDER_WAY: _("under way"),
        Outcome.DONE: _("done"),
        Outcome.REFUSED: _("not done"),
        Outcome.UNKNOWN: _("not known"),
        Outcome.CALLED_OFF: _("called off"),
    }
    return words[outcome]


class Batch(QObject):
    """One step for several cases. ``went_on`` carries the line that has changed; ``ended`` comes
    once, when nothing more is going to happen."""

    went_on = pyqtSignal(int)
    ended = pyqtSignal()

    def __init__(
        self, work: Workplace, move: str, rows: Sequence[WorklistRow], scope: QWidget
    ) -> None:
        super().__init__(scope)
        self.work = work
        self.move_name = move
        self.lines = [Line(row) for row in rows]
        self.running = False
        self._scope = scope
        self._place = -1
        self._called_off = False

    def start(self) -> None:
        """Begin, or go on with what was called off or is not known."""
        for line in self.lines:
            if line.outcome in (Outcome.CALLED_OFF, Outcome.UNKNOWN):
                line.outcome, line.why = Outcome.WAITS, ""
        self._called_off, self.running, self._place = False, True, -1
        self._next()

    def call_off(self) -> None:
        """What has begun is finished, the rest is left as it is."""
        self._called_off = True

    def count(self, *outcomes: Outcome) -> int:
        """So many lines ended that way."""
        return sum(line.outcome in outcomes for line in self.lines)

    def _next(self) -> None:
        self._place += 1
        while self._place < len(self.lines):
            line = self.lines[self._place]
            if line.outcome is Outcome.WAITS:
                break
            self._place += 1
        if self._place >= len(self.lines) or self._called_off:
            self._end()
            return
        self._set(Outcome.UNDER_WAY)
        session, line = self.work.session, self.lines[self._place]
        self.work.lanes.change(
            lambda: propose(
                session, line.row.case, self.move_name, operation_id=line.operation_id
            ),
            then=self._done, otherwise=self._trouble, after=self._over, scope=self._scope,
            label=label(self.move_name),
        )  # fmt: skip

    def _done(self, _case: Case) -> None:
        self._set(Outcome.DONE)

    def _trouble(self, trouble: Trouble) -> None:
        if isinstance(trouble, Refusal):
            self._set(Outcome.REFUSED, str(trouble))
            return
        # The centre is gone: whether it was carried out nobody knows; the rest is not tried.
        self._set(Outcome.UNKNOWN, str(trouble))
        self._called_off = True

    def _over(self) -> None:
        if self.lines[self._place].outcome is Outcome.UNDER_WAY:
            # Called off in the status line before it had begun.
            self._set(Outcome.CALLED_OFF)
            self._called_off = True
        self._next()

    def _end(self) -> None:
        for place, line in enumerate(self.lines):
            if line.outcome is Outcome.WAITS:
                self._place = place
                self._set(Outcome.CALLED_OFF)
        self.running = False
        self.ended.emit()

    def _set(self, outcome: Outcome, why: str = "") -> None:
        line = self.lines[self._place]
        line.outcome, line.why = outcome, why
        self.went_on.emit(self._place)


class BulkBar(QFrame):
    """Under the list while something is ticked: how many, and what to do with them."""

    wanted = pyqtSignal(str)
    let_go = pyqtSignal()

    def __init__(self, work: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        space = work.theme.space
        self.setProperty("role", "card")
        self.text = QLabel(self)
        self.text.setProperty("role", "title")
        self.claim = QPushButton(_("Claim the ticked (C)"), self)
        self.release = QPushButton(_("Release the ticked (R)"), self)
        self.none = QPushButton(_("Tick none"), self)
        self.claim.clicked.connect(lambda: self.wanted.emit("claim"))
        self.release.clicked.connect(lambda: self.wanted.emit("release"))
        self.none.clicked.connect(self.let_go)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(1.5), space(0.75), space(1.5), space(0.75))
        row.setSpacing(space(1))
        row.addWidget(self.text, 1)
        for one in (self.claim, self.release, self.none):
            row.addWidget(one)
        self.hide()

    def tell(self, ticked: int, total: int) -> None:
        """So many of so many are ticked."""
        text = _("{ticked} of {total} ticked")
        self.text.setText(text.format(ticked=f"{ticked:,}", total=f"{total:,}"))
        self.text.setAccessibleName(self.text.text())
        self.setVisible(bool(ticked))
