"""退回用印申请: giving a stamping request back with a reason code and a note (T24)."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.flow_result import STAMPING_RETURN_REASONS
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.theme import Theme


def return_words() -> dict[str, str]:
    """The reasons for giving a request back (T24), by code."""
    return {
        "wrong_organ_name": _("wrong organ name"),
        "wrong_date": _("wrong date"),
        "missing_field": _("a field is missing"),
        "decision_not_found": _("decision not found"),
        "layout": _("layout"),
        "other": _("other reason"),
    }


class ReturnPanel(QFrame):
    """See the module."""

    return_wanted = pyqtSignal(str, str)
    """Reason code and note."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.reason = QComboBox(self)
        self.note = QLineEdit(self)
        self.button = QPushButton(_("Return stamping request"), self)
        self.refusal = RefusalLine(self)
        self._possible = False
        self._build(theme)

    def _build(self, theme: Theme) -> None:
        self.reason.addItem(_("choose a reason"), "")
        words = return_words()
        for code in STAMPING_RETURN_REASONS:
            self.reason.addItem(words.get(code, code), code)
        self.reason.setAccessibleName(_("Reason for the return"))
        self.note.setAccessibleName(_("Where the fault is"))
        self.note.setPlaceholderText(_("Where on the page, and what would be right"))
        heading = QLabel(_("Return stamping request"), self)
        heading.setProperty("role", "title")
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(_("Reason"), self.reason)
        form.addRow(_("Note"), self.note)
        column = QVBoxLayout(self)
        margin = theme.space(1.5)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(heading)
        column.addLayout(form)
        column.addWidget(self.refusal)
        column.addWidget(self.button)
        self.reason.currentIndexChanged.connect(self._look)
        self.note.returnPressed.connect(self.give_back)
        self.button.clicked.connect(self.give_back)
        self._look()

    def reset(self) -> None:
        """Another document."""
        self.reason.setCurrentIndex(0)
        self.note.clear()
        self.refusal.clear_trouble()

    def allow(self, possible: bool) -> None:
        """Whether there is a request that can be given back."""
        self._possible = possible
        self._look()

    def _look(self) -> None:
        self.reason.setEnabled(self._possible)
        self.note.setEnabled(self._possible)
        self.button.setEnabled(self._possible and bool(self.reason.currentData()))

    def give_back(self) -> None:
        """With the reason that is chosen; nothing happens while none is."""
        if self.button.isEnabled():
            self.return_wanted.emit(str(self.reason.currentData()), self.note.text().strip())
