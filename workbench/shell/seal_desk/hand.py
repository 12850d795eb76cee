"""The hand that presses: one document at a time, with the PIN or with a key that is open.

It asks the seal worker in the errands lane and tells what came of it. The PIN of one authentication
opens the key for as many presses as the seal's ``batch_limit`` allows; whoever leaves the batch,
locks the desk or goes away closes it (:meth:`PressHand.close_key`).
"""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench.rules.case_view import SealTask
from workbench.rules.refusals import Trouble
from workbench.rules.seal_custody import Pressed, Seal
from workbench.rules.words import _
from workbench.shell.seal_desk.pressing import OncePin, StepBridge
from workbench.shell.workplace import Workplace

KEY_IS_SHUT: Final = frozenset(
    {"pin_again", "pin_needed_again", "pin_each_time", "seal_worker_gone"}
)
"""The worker keeps no open key any more: the PIN is asked for once more, nothing is lost."""


class PressHand(QObject):
    """``pressed`` or ``failed``, then ``over``: of the one press that is under way."""

    pressed = pyqtSignal(object)
    failed = pyqtSignal(object)
    over = pyqtSignal()

    def __init__(self, work: Workplace, desk: QWidget) -> None:
        super().__init__(desk)
        self.work = work
        self._desk = desk
        self.steps = StepBridge(self)
        self.document = ""
        """What is being pressed; empty while nothing is."""
        self._open_seal = ""
        self._left = 0

    def is_open_for(self, seal: Seal | None) -> bool:
        """Whether the next press of that seal needs no PIN."""
        return seal is not None and self._open_seal == seal.seal_id and self._left > 0

    def press(self, task: SealTask, seal: Seal | None, pin: OncePin, *, several: bool) -> None:
        """Press it; ``several``: keep the key open for those that follow, where the seal allows."""
        press = self.work.doors.press
        if press is None or self.document:
            return
        self.document = task.document_id
        seal_id = seal.seal_id if seal is not None else ""
        opened = self.is_open_for(seal)
        keeps = several and not opened and seal is not None and seal.batch_limit > 1
        tell = self.steps.tell

        def pressing() -> Pressed:
            given = pin.take()
            if keeps:
                press.open_key(seal_id, given)
                given = ""
            return press.press(task.document_id, task.case.case_no, given, tell, seal_id)

        if keeps and seal is not None:
            self._open_seal, self._left = seal_id, seal.batch_limit
        self.work.lanes.errand(
            pressing, then=self._pressed, otherwise=self._failed, after=self._over,
            scope=self._desk, label=_("Pressing the seal"),
        )  # fmt: skip

    def close_key(self) -> None:
        """The authentication is over; also where the worker has forgotten it already."""
        press = self.work.doors.press
        was_open, self._open_seal, self._left = bool(self._open_seal), "", 0
        if was_open and press is not None:
            self.work.lanes.errand(press.close_key)

    def _pressed(self, result: Pressed) -> None:
        if self._open_seal:
            self._left -= 1
        if self._left <= 0:
            self.close_key()
        self.pressed.emit(result)

    def _failed(self, trouble: Trouble) -> None:
        if trouble.code == "wrong_pin" or trouble.code in KEY_IS_SHUT:
            self._open_seal, self._left = "", 0
        self.failed.emit(trouble)

    def _over(self) -> None:
        self.document = ""
        self.over.emit()
