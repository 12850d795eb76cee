"""The status bar: what is under way, with *cancel*; the last word of success; the centre."""

from __future__ import annotations

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from workbench.rules.words import _
from workbench.shell.lanes import Job, Lanes
from workbench.shell.notices import Notices
from workbench.shell.theme import Theme

SAID_MS = 6_000
PROGRESS_MS = 100


class StatusLine(QStatusBar):
    """Progress appears after 0.3 s of a labelled job and goes with it (house section 5)."""

    def __init__(
        self, lanes: Lanes, notices: Notices, theme: Theme, centre: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._jobs: list[Job] = []
        self.task = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(_("Progress"))
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(theme.space(20), theme.space(1))
        self.cancel = QPushButton(_("Cancel"), self)
        self.cancel.clicked.connect(self._cancel)
        place = QLabel(centre, self)
        place.setContentsMargins(0, 0, theme.space(1), 0)
        for widget in (self.task, self.bar, self.cancel):
            self.addWidget(widget)
        self.addPermanentWidget(place)
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_MS)
        self._timer.timeout.connect(self._show)
        lanes.slow_began.connect(self._began)
        lanes.slow_ended.connect(self._ended)
        # A method, not a lambda: the notices outlive a line that is made anew.
        notices.said.connect(self._say)
        self._show()

    def _say(self, text: str) -> None:
        self.showMessage(text, SAID_MS)

    def _began(self, job: Job) -> None:
        self._jobs.append(job)
        self._timer.start()
        self._show()

    def _ended(self, job: Job) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
        if not self._jobs:
            self._timer.stop()
        self._show()

    def _show(self) -> None:
        busy = bool(self._jobs)
        for widget in (self.task, self.bar, self.cancel):
            widget.setVisible(busy)
        if not busy:
            return
        job = self._jobs[-1]
        ticket = job.ticket
        self.task.setText(" · ".join(part for part in (job.label, ticket.detail) if part))
        self.bar.setMaximum(ticket.total)
        self.bar.setValue(ticket.done)
        self.cancel.setEnabled(not ticket.called_off)

    def _cancel(self) -> None:
        if self._jobs:
            self._jobs[-1].cancel()
            self._show()
