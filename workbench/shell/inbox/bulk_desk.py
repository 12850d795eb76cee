"""Claim and release of exactly the ticked cases: starts a batch and shows its report.

Called by the inbox screen.
"""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench.rules.words import _
from workbench.shell.inbox.bulk import Batch, Outcome
from workbench.shell.inbox.bulk_report import BulkReport, report_text
from workbench.shell.inbox.model import WorklistModel
from workbench.shell.workplace import Workplace


class BulkDesk(QObject):
    """One batch at a time. ``over`` is sent when it has ended."""

    over = pyqtSignal()

    def __init__(self, work: Workplace, model: WorklistModel, screen: QWidget) -> None:
        super().__init__(screen)
        self.work = work
        self.batch: Batch | None = None
        self.report: BulkReport | None = None
        self._model = model
        self._screen = screen

    @property
    def running(self) -> bool:
        """Whether a batch is under way."""
        return self.batch is not None and self.batch.running

    def act(self, move: str) -> None:
        """That step for each ticked case by itself, with a report."""
        if not self._model.ticked:
            self.work.notices.say(_("Tick cases first, with the space bar."))
            return
        if self.running:
            self.work.notices.say(_("The batch before is still under way."))
            return
        batch = Batch(self.work, move, tuple(self._model.ticked.values()), self._screen)
        batch.ended.connect(lambda: self._ended(batch))
        self.batch = batch
        self.report = BulkReport(batch, self._screen)
        self.report.show()
        batch.start()

    def call_off(self) -> None:
        """The window goes: what has begun is finished, nothing more begins."""
        if self.batch is not None:
            self.batch.call_off()

    def _ended(self, batch: Batch) -> None:
        done = {one.row.case.case_id for one in batch.lines if one.outcome is Outcome.DONE}
        self._model.untick(done)
        self.work.notices.say(report_text(batch))
        self.over.emit()
