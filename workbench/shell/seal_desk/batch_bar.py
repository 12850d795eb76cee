"""Above the page while a batch runs: how far it is, what came in, and the keys that lead on."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.words import _
from workbench.shell.seal_desk.batch import Batch, End
from workbench.shell.theme import Theme


class BatchBar(QFrame):
    """``3 of 17``, sealed, returned, skipped; skip, return and end by button as well."""

    skip_wanted = pyqtSignal()
    return_wanted = pyqtSignal()
    end_wanted = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.place = QLabel(self)
        self.place.setProperty("role", "title")
        self.done = QLabel(self)
        self.done.setProperty("role", "quiet")
        self.done.setWordWrap(True)
        self.news = QLabel(self)
        self.news.setProperty("role", "notice")
        self.news.setWordWrap(True)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(_("Progress of the batch"))
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(theme.space(14), theme.space())
        self.skip = QPushButton(_("Skip (S)"), self)
        self.back = QPushButton(_("Return (R)"), self)
        self.end = QPushButton(_("End the batch (Esc)"), self)
        self._lay_out(theme)
        self.skip.clicked.connect(self.skip_wanted)
        self.back.clicked.connect(self.return_wanted)
        self.end.clicked.connect(self.end_wanted)
        self.hide()

    def _lay_out(self, theme: Theme) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.space(1.5))
        row.addWidget(self.place)
        row.addWidget(self.bar)
        row.addWidget(self.done, 1)
        for button in (self.skip, self.back, self.end):
            row.addWidget(button)
        column = QVBoxLayout(self)
        margin = theme.space()
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.space(0.75))
        column.addLayout(row)
        column.addWidget(self.news)

    def show_batch(self, batch: Batch, news: str = "") -> None:
        """How far it is now; ``news`` stands until the next document."""
        text = _("Batch: {n} of {total}").format(n=batch.place, total=batch.total)
        self.place.setText(text)
        self.bar.setMaximum(batch.total)
        self.bar.setValue(len(batch.outcomes))
        self.bar.setAccessibleDescription(text)
        self.done.setText(
            _("Sealed {sealed}, returned {back}, skipped {skipped}, not possible {failed}").format(
                sealed=batch.count(End.SEALED), back=batch.count(End.RETURNED),
                skipped=batch.count(End.SKIPPED), failed=batch.count(End.FAILED),
            )
        )  # fmt: skip
        self.news.setText(news)
        self.news.setVisible(bool(news))

    def set_busy(self, busy: bool) -> None:
        """While a press or a return is under way nothing leads elsewhere."""
        for button in (self.skip, self.back, self.end):
            button.setEnabled(not busy)
