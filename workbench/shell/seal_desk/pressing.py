"""Confirming one document and pressing the seal on it, or giving the request back with a reason.

The PIN lives in the field until the button is pressed, then in :class:`OncePin` until the worker
has it; nothing keeps it. One confirmation a document: choosing another one clears everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6 import sip
from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.cards import Card, StepsRow
from workbench.shell.seal_desk.seal_choice import SealChoice
from workbench.shell.seal_desk.ticks import TickRows
from workbench.shell.theme import Theme

LONGEST_PIN: Final = 64


class OncePin:
    """A PIN that can be taken once: *try again* after an outage never presses with an old one.

    An empty one stands for a key that is open; it too is good for one press alone.
    """

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


def pin_field(name: str, parent: QWidget) -> QLineEdit:
    """A field for a PIN: hidden, without memory, without a menu to copy from."""
    field = QLineEdit(parent)
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setMaxLength(LONGEST_PIN)
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    field.setInputMethodHints(
        Qt.InputMethodHint.ImhHiddenText
        | Qt.InputMethodHint.ImhSensitiveData
        | Qt.InputMethodHint.ImhNoPredictiveText
    )
    field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    return field


class PressPanel(Card):
    """What is compared, line by line; then the PIN, unless the key is open; then the press.

    ``compared`` stands among the cards above, where it may scroll; the rest stays in sight.
    """

    press_wanted = pyqtSignal(object)
    """An :class:`OncePin`: the custodian confirms this document."""

    def __init__(
        self, theme: Theme, compared: TickRows, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, _("Press the seal"), parent)
        self.compared = compared
        self.choice = SealChoice(theme, self)
        self.pin = pin_field(_("PIN of the seal's key"), self)
        self.button = QPushButton(_("Press the seal"), self)
        self.steps = StepsRow(theme, step_words(), self)
        self.refusal = RefusalLine(self)
        self.why_not = QLabel(self)
        self._possible = False
        self._reason = ""
        self._busy = False
        self._key_open = False
        self._build()
        self.reset()

    def _build(self) -> None:
        # The button says it; the room is the cards' above.
        self.heading.hide()
        self.button.setProperty("role", "seal")
        self.why_not.setProperty("role", "quiet")
        self.why_not.setWordWrap(True)
        self.compared.changed.connect(self._look)
        self.compared.done.connect(self._to_the_pin)
        self.pin.textChanged.connect(self._look)
        self.pin.returnPressed.connect(self.confirm)
        self.button.clicked.connect(self.confirm)
        for widget in (self.choice, self.pin, self.button, self.why_not, self.refusal, self.steps):
            self.column.addWidget(widget)

    def reset(self, rows: Sequence[tuple[str, str]] = ()) -> None:
        """Another document: nothing is confirmed yet; ``rows`` are to be compared with it."""
        self.pin.clear()
        self.compared.show_rows(rows)
        self.choice.show_seals((), None)
        self.refusal.clear_trouble()
        self.steps.reset()
        self.steps.hide()
        self._look()

    def allow(self, possible: bool, why_not: str = "") -> None:
        """Whether the document can be pressed at all; else why not, in words."""
        self._possible = possible
        self._reason = why_not
        self._look()

    def set_key_open(self, is_open: bool) -> None:
        """In a batch whose authentication still holds no PIN is asked for."""
        self._key_open = is_open
        self.pin.setVisible(not is_open)
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
        self.choice.setEnabled(not self._busy)
        self.compared.setEnabled(free)
        self.pin.setEnabled(free and self.compared.complete)
        given = self._key_open or bool(self.pin.text())
        self.button.setEnabled(self.pin.isEnabled() and given)
        words = "" if self._busy or self.button.isEnabled() else self._next_need()
        self.why_not.setText(words)
        self.why_not.setVisible(bool(words))
        for say in (self.button.setToolTip, self.button.setAccessibleDescription):
            say(words)

    def _next_need(self) -> str:
        """What stands against the press, or what the custodian has to do next."""
        if not self._possible:
            return self._reason
        if not self.compared.complete:
            return _("Compare line by line with the page and tick each; then the PIN is asked for.")
        return _("Enter the PIN of the seal's key.")

    def _to_the_pin(self) -> None:
        """By keyboard: the last tick leads on."""
        (self.button if self._key_open else self.pin).setFocus()

    def begin(self) -> None:
        """By keyboard: to the choice of the seal where one is needed, else to the first line."""
        if self.choice.missing:
            self.choice.setFocus()
        else:
            self.compared.begin()

    def lead_on(self) -> None:
        """Enter in a batch: press, or go where something is still missing."""
        if self.button.isEnabled():
            self.confirm()
        elif not self.compared.complete:
            self.begin()
        else:
            self.pin.setFocus()

    def confirm(self) -> None:
        """The custodian has confirmed; nothing happens while something is missing."""
        if not self.button.isEnabled():
            return
        pin = OncePin(self.pin.text())
        self.pin.clear()
        self.press_wanted.emit(pin)
