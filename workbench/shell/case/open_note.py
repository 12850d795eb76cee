"""Tells the other desks which case stands on this one's screen (decision note 019).

Made by :mod:`workbench.shell.case.screen`. Written when a case is opened and when it goes from the
screen, never in between; a line that was cut and made anew is noticed with the case's next answer.
"""

from __future__ import annotations

from PyQt6.QtWidgets import QWidget

from workbench.rules.case_view import CaseView
from workbench.rules.refusals import Trouble
from workbench.shell.workplace import Workplace


class OpenNote:
    """What the others have been told."""

    def __init__(self, work: Workplace, screen: QWidget) -> None:
        self.work = work
        self._screen = screen
        self._told = ""

    def shown(self, view: CaseView) -> None:
        """The case has been asked for anew and stands on the screen."""
        if self._screen.isVisible() and not view.noted:
            self._tell(view.case.case_no)

    def gone(self) -> None:
        """No case is seen here any more."""
        if self._told:
            self._tell("")

    def _tell(self, case_no: str) -> None:
        self._told = case_no
        session = self.work.session
        self.work.lanes.ask(
            lambda: session.note_open(case_no), otherwise=_untold, scope=self._screen, key="note",
            at_once=True,
        )  # fmt: skip


def _untold(_trouble: Trouble) -> None:
    """An outage has its banner; nobody waits for what the others are told."""
