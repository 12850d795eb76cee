"""What became of a batch: one line a document, why it ended, and the way back to the queue."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.rules.words import _
from workbench.shell.plain_table import PlainTable
from workbench.shell.seal_desk.batch import End, Outcome
from workbench.shell.workplace import Workplace

MARKS = {
    End.SEALED: "check", End.RETURNED: "return", End.SKIPPED: "circle", End.FAILED: "cross",
    End.LEFT: "circle",
}  # fmt: skip
STATE = 2


def end_words() -> dict[End, str]:
    """How a document of the batch ended, in words."""
    return {
        End.SEALED: _("sealed"), End.RETURNED: _("returned"), End.SKIPPED: _("skipped"),
        End.FAILED: _("not possible"), End.LEFT: _("not reached"),
    }  # fmt: skip


class BatchSummary(QWidget):
    """See the module. ``over``: the custodian has read it."""

    over = pyqtSignal()

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outcomes: tuple[Outcome, ...] = ()
        self.heading = QLabel(_("The batch is over"), self)
        self.heading.setProperty("role", "heading")
        self.counted = QLabel(self)
        self.counted.setWordWrap(True)
        self.why = QLabel(self)
        self.why.setProperty("role", "refusal")
        self.why.setWordWrap(True)
        headings = (_("Document number"), _("Document"), _("What became of it"), _("Serial"),
                    _("Reason"))  # fmt: skip
        self.table = PlainTable(work.theme, headings, 4, self)
        self.table.setAccessibleName(_("What became of the documents of the batch"))
        self.back = QPushButton(_("Back to the queue"), self)
        self.back.setProperty("role", "primary")
        self._lay_out(work)
        self.back.clicked.connect(self.over)

    def _lay_out(self, work: Workplace) -> None:
        space = work.theme.space
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(), space(1.5), space(), space())
        column.setSpacing(space())
        for widget in (self.heading, self.counted, self.why):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addLayout(row)

    def show_outcomes(self, outcomes: Sequence[Outcome], why: str) -> None:
        """The lines, and why it ended before its last document; empty where it did not."""
        self.outcomes = tuple(outcomes)
        words = end_words()
        counts = [(words[end], sum(one.end is end for one in outcomes)) for end in End]
        self.counted.setText(
            "  ·  ".join(_("{name}: {state}").format(name=w, state=n) for w, n in counts if n)
        )
        self.why.setText(why)
        self.why.setVisible(bool(why))
        self.table.setRowCount(len(outcomes))
        for row, one in enumerate(outcomes):
            serial = str(one.serial) if one.serial else ""
            texts = (one.document_no, one.title, words[one.end], serial, one.why)
            self.table.fill(row, texts, STATE, MARKS[one.end])
        self.back.setFocus()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        keys = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event is not None and event.key() in keys:
            self.over.emit()
        else:
            super().keyPressEvent(event)
