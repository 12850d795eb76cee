"""A new PIN for the seal's key: after a take-over, and whenever somebody may have seen it.

The old PIN counts like at a press: five wrong ones in a row lock the desk. All three fields are
empty again as soon as the button is pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PyQt6.QtWidgets import QComboBox, QFormLayout, QPushButton, QWidget

from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Seal
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.cards import Card
from workbench.shell.seal_desk.pressing import OncePin, pin_field
from workbench.shell.seal_desk.words import kind_word
from workbench.shell.workplace import Workplace

SHORTEST_PIN: Final = 6


class PinChange(Card):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work.theme, _("New PIN"), parent)
        self.work = work
        self.seal = QComboBox(self)
        self.old = pin_field(_("PIN so far"), self)
        self.new = pin_field(_("New PIN, six characters or more"), self)
        self.again = pin_field(_("New PIN once more"), self)
        self.button = QPushButton(_("Change the PIN"), self)
        self.refusal = RefusalLine(self)
        self._busy = False
        self._build()
        self._look()

    def show_seals(self, seals: Sequence[Seal]) -> None:
        """Those whose key the worker can open."""
        chosen = self.seal.currentData()
        self.seal.clear()
        for one in seals:
            if one.key_place != "none":
                self.seal.addItem(f"{one.seal_id} · {kind_word(one.kind.value)}", one.seal_id)
        self.seal.setCurrentIndex(max(0, self.seal.findData(chosen)))
        self._look()

    def forget(self) -> None:
        """Nothing of a PIN stays in the fields."""
        for field in (self.old, self.new, self.again):
            field.clear()

    def _build(self) -> None:
        self.seal.setAccessibleName(_("Seal whose PIN is changed"))
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in (self.seal, self.old, self.new, self.again):
            form.addRow(field)
        self.column.addLayout(form)
        self.column.addWidget(self.button)
        self.column.addWidget(self.refusal)
        for field in (self.old, self.new, self.again):
            field.textChanged.connect(self._look)
            field.returnPressed.connect(self._change)
        self.button.clicked.connect(self._change)

    def _look(self) -> None:
        there = self.work.doors.press is not None and self.seal.count() > 0 and not self._busy
        for field in (self.seal, self.old, self.new, self.again):
            field.setEnabled(there)
        given = all(field.text() for field in (self.old, self.new, self.again))
        self.button.setEnabled(there and given)

    def _change(self) -> None:
        press = self.work.doors.press
        if press is None or not self.button.isEnabled():
            return
        old, new, again = self.old.text(), self.new.text(), self.again.text()
        self.forget()
        self.refusal.clear_trouble()
        fault = pin_fault(old, new, again)
        if fault is not None:
            self.refusal.show_trouble(fault)
            self.old.setFocus()
            return
        seal_id, first, second = str(self.seal.currentData()), OncePin(old), OncePin(new)
        self._set_busy(True)
        self.work.lanes.errand(
            lambda: press.change_pin(seal_id, first.take(), second.take()),
            then=lambda _nothing: self._changed(), otherwise=self.refusal.show_trouble,
            after=lambda: self._set_busy(False), scope=self, label=_("Changing the PIN"),
        )  # fmt: skip

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._look()

    def _changed(self) -> None:
        self.work.notices.say(_("The PIN has been changed."))


def pin_fault(old: str, new: str, again: str) -> Refusal | None:
    """What can be said without asking the key."""
    if new != again:
        return Refusal("pins_differ", _("The two new PINs differ."), _("Type all three again."))
    if len(new) < SHORTEST_PIN:
        return Refusal("pin_too_short", _("A PIN has six characters or more."),
                       _("Choose a longer one."))  # fmt: skip
    if new == old:
        return Refusal("pin_same", _("The new PIN is the old one."), _("Choose another one."))
    return None
