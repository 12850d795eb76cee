"""The report of a batch: every ticked case with what became of it. It stays open beside the desk.

Called by the inbox screen. It can be copied as a table; what was called off can be taken up again.
"""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.refusal_words import label
from workbench.rules.words import _, heading, pick
from workbench.shell.inbox.bulk import Batch, Line, Outcome, outcome_word
from workbench.shell.plain_table import PlainTable

_ICONS = {
    Outcome.WAITS: "clock",
    Outcome.UNDER_WAY: "clock",
    Outcome.DONE: "check",
    Outcome.REFUSED: "cross",
    Outcome.UNKNOWN: "warning",
    Outcome.CALLED_OFF: "stop",
}
WHY = 3
OUTCOME = 2


class BulkReport(QDialog):
    """One window a batch; not modal, so that one can go on working beside it."""

    def __init__(self, batch: Batch, parent: QWidget) -> None:
        super().__init__(parent)
        self.batch = batch
        theme = batch.work.theme
        space = theme.space
        what = heading(label(batch.move_name))
        self.setWindowTitle(_("{step}: report").format(step=what))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.said = QLabel(self)
        self.said.setProperty("role", "title")
        self.said.setWordWrap(True)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(_("Progress"))
        self.progress.setRange(0, len(batch.lines))
        self.progress.setTextVisible(False)
        headings = (_("Case number"), _("Item"), _("Outcome"), _("Why"))
        self.table = PlainTable(theme, headings, WHY, self)
        self.table.setAccessibleName(_("What became of each case"))
        self.table.setRowCount(len(batch.lines))
        self.stop = QPushButton(_("Call off the rest"), self)
        self.stop.clicked.connect(batch.call_off)
        self.go_on = QPushButton(_("Try the rest"), self)
        self.go_on.clicked.connect(self._go_on)
        self.copy = QPushButton(_("Copy the report"), self)
        self.copy.clicked.connect(self.copy_now)
        self.shut = QPushButton(_("Close"), self)
        self.shut.clicked.connect(self.close)
        row = QHBoxLayout()
        for one in (self.stop, self.go_on, self.copy):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.shut)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[space(2)] * 4)
        column.setSpacing(space(1.25))
        column.addWidget(self.said)
        column.addWidget(self.progress)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        self.resize(space(110), space(56))
        for place in range(len(batch.lines)):
            self._show(place)
        batch.went_on.connect(self._show)
        batch.ended.connect(self._tell)
        self._tell()

    def text(self) -> str:
        """The whole report as a table with tabs: number, item, result, why."""
        lines = [self.said.text()]
        lines += ["\t".join(self._cells(line, whole=True)) for line in self.batch.lines]
        return "\n".join(lines)

    def copy_now(self) -> None:
        """Put the report on the clipboard."""
        board = QGuiApplication.clipboard()
        if board is not None:
            board.setText(self.text())
            self.batch.work.notices.say(_("The report was copied."))

    def _go_on(self) -> None:
        self.batch.start()
        self._tell()

    def _show(self, place: int) -> None:
        line = self.batch.lines[place]
        self.table.fill(place, self._cells(line), OUTCOME, _ICONS[line.outcome])
        self._tell()

    def _cells(self, line: Line, whole: bool = False) -> tuple[str, ...]:
        case = line.row.case
        number = case.case_no if whole else case.short_no
        name = pick(line.row.item_zh, line.row.item_en)
        return number, name, outcome_word(line.outcome), line.why

    def _tell(self) -> None:
        batch = self.batch
        open_ones = batch.count(Outcome.WAITS, Outcome.UNDER_WAY)
        left = batch.count(Outcome.CALLED_OFF, Outcome.UNKNOWN)
        self.progress.setValue(len(batch.lines) - open_ones)
        self.said.setText(report_text(batch))
        self.progress.setVisible(batch.running)
        self.stop.setVisible(batch.running)
        self.go_on.setVisible(not batch.running and left > 0)


def report_text(batch: Batch) -> str:
    """The report in one line."""
    parts = [
        _("{step}: {done} of {total} done").format(
            step=heading(label(batch.move_name)), done=batch.count(Outcome.DONE),
            total=len(batch.lines),
        )
    ]
    refused, unknown = batch.count(Outcome.REFUSED), batch.count(Outcome.UNKNOWN)
    called_off = batch.count(Outcome.CALLED_OFF)
    if refused:
        parts.append(_("{count} not done").format(count=refused))
    if unknown:
        parts.append(_("{count} not known").format(count=unknown))
    if called_off:
        parts.append(_("{count} not tried").format(count=called_off))
    return " · ".join(parts)
