"""From case to case along the inbox's list, without going back to it.

The inbox is what the trail leads along; the case screen's head shows where on it one stands; the
main window's keys take the next step. One trail a window, on its signposts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import QObject, pyqtSignal


class Along(Protocol):
    """A list of cases that can be gone along."""

    def place_of(self, case_no: str) -> tuple[int, int] | None:
        """Place, from one, and how many there are; None where the case is not of the list."""
        ...

    def step_from(self, case_no: str, step: int) -> None:
        """Open the case ``step`` lines on, or say that there is none."""
        ...

    def most_urgent(self, but: str) -> None:
        """Open the most urgent case that nobody else works on, but not this one."""
        ...


class CaseTrail(QObject):
    """See the module. Without a list nothing happens."""

    changed = pyqtSignal()
    """Places may be others now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._along: Along | None = None

    def lead_along(self, along: Along | None) -> None:
        """The list to go along."""
        self._along = along
        self.changed.emit()

    def place_of(self, case_no: str) -> tuple[int, int] | None:
        """As :meth:`Along.place_of`."""
        return self._along.place_of(case_no) if self._along is not None else None

    def step(self, case_no: str, step: int) -> None:
        """As :meth:`Along.step_from`."""
        if self._along is not None and case_no:
            self._along.step_from(case_no, step)

    def keys(self, case_in_hand: Callable[[], str]) -> tuple[tuple[str, Callable[[], None]], ...]:
        """What the main window's keys do; ``case_in_hand`` is the open case's number or nothing."""
        return (
            ("F8", lambda: self.most_urgent(case_in_hand())),
            ("Ctrl+Shift+PgDown", lambda: self.step(case_in_hand(), 1)),
            ("Ctrl+Shift+PgUp", lambda: self.step(case_in_hand(), -1)),
        )

    def most_urgent(self, but: str = "") -> None:
        """As :meth:`Along.most_urgent`."""
        if self._along is not None:
            self._along.most_urgent(but)
