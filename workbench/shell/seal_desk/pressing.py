"""Confirming one document and pressing the seal on it, or giving the request back with a reason.

The PIN lives in the field until the button is pressed, then in :class:`OncePin` until the worker
has it; nothing keeps it. One confirmation a document: choosing another one clears everything.
"""

from __future__ import annotations

from typing import Final

from PyQt6 import sip
from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
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
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.cards import Card, StepsRow
from workbench.shell.theme import Theme

LONGEST_PIN: Final = 64


class OncePin:
    """A PIN that can be taken once: *try again* after an outage never presses with an old one."""

    def __init__(self, pin: str) -> None:
        self._pin: str | None = pin

    def take(self) -> str:
        """The PIN, the first time. Refusal ``pin_again`` afterwards."""
        pin, self._pin = self._pin, None
        if pin is None:
            raise Refusal(
                "pin_again", _("The PIN is not kept."), _("Enter it once more and press again.")
            )
        return pin


class StepBridge(QObject):
    """Carries the worker's steps from the lane to the UI thread."""

    reached = pyqtSignal(str)

    def tell(self, step: str) -> None:
        """In the lane. Nobody is told once the desk is gone."""
        if not sip.isdeleted(self):
            self.reached.emit(step)


def step_words() -> tuple[tuple[str, str], ...]:
    """The steps of a press by code, in order."""
    return (
        ("reserved", _("Serial taken in the register")),
        ("prepared", _("Seal drawn on the page")),
        ("signed", _("Signed with the seal's key")),
        ("verified", _("Checked by a second reader")),
        ("released", _("Handed to the issuing window")),
    )


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


class PressPanel(Card):
    """Compared, PIN, press; below it the steps."""

    press_wanted = pyqtSignal(object)
    """An :class:`OncePin`: the custodian confirms this document."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Press the seal"), parent)
        self.compared = QCheckBox(_("Compared: name, number, date, organ"), self)
        self.pin = QLineEdit(self)
        self.button = QPushButton(_("Press the seal"), self)
        self.steps = StepsRow(theme, step_words(), self)
        self.refusal = RefusalLine(self)
        self.why_not = QLabel(self)
        self._possible = False
        self._reason = ""
        self._busy = False
        self._build()
        self.reset()

    def _build(self) -> None:
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(LONGEST_PIN)
        self.pin.setPlaceholderText(_("PIN of the seal's key"))
        self.pin.setAccessibleName(_("PIN of the seal's key"))
        self.pin.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.pin.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        # The button says it; the room is the cards' above.
        self.heading.hide()
        self.button.setProperty("role", "seal")
        self.why_not.setProperty("role", "quiet")
        self.why_not.setWordWrap(True)
        self.compared.toggled.connect(self._look)
        self.pin.textChanged.connect(self._look)
        self.pin.returnPressed.connect(self._press)
        self.button.clicked.connect(self._press)
        for widget in (
            self.compared, self.pin, self.button, self.why_not, self.refusal, self.steps,
        ):  # fmt: skip
            self.column.addWidget(widget)

    def reset(self) -> None:
        """Another document: nothing is confirmed yet."""
        self.pin.clear()
        self.compared.setChecked(False)
        self.refusal.clear_trouble()
        self.steps.reset()
        self.steps.hide()
        self._look()

    def allow(self, possible: bool, why_not: str = "") -> None:
        """Whether the document can be pressed at all; else why not, in words."""
        self._possible = possible
        self._reason = why_not
        self._look()

    def set_busy(self, busy: bool) -> None:
        """While a press runs nothing can be changed."""
        self._busy = busy
        if busy:
            self.refusal.clear_trouble()
            self.steps.reset()
        self.steps.setVisible(busy or bool(self.steps.reached))
        self._look()

    def _look(self) -> None:
        free = self._possible and not self._busy
        self.compared.setEnabled(free)
        self.pin.setEnabled(free and self.compared.isChecked())
        self.button.setEnabled(self.pin.isEnabled() and bool(self.pin.text()))
        words = "" if self._busy or self.button.isEnabled() else self._next_need()
        self.why_not.setText(words)
        self.why_not.setVisible(bool(words))
        for say in (self.button.setToolTip, self.button.setAccessibleDescription):
            say(words)

    def _next_need(self) -> str:
        """What stands against the press, or what the custodian has to do next."""
        if not self._possible:
            return self._reason
        if not self.compared.isChecked():
            return _("Compare the page and tick the box; then the PIN is asked for.")
        return _("Enter the PIN of the seal's key.")

    def _press(self) -> None:
        if not self.button.isEnabled():
            return
        pin = OncePin(self.pin.text())
        self.pin.clear()
        self.press_wanted.emit(pin)


class ReturnPanel(QFrame):
    """退回用印申请: a reason code, a word of explanation, the button (T24)."""

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
        self.button.clicked.connect(self._return)
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

    def _return(self) -> None:
        self.return_wanted.emit(str(self.reason.currentData()), self.note.text().strip())
