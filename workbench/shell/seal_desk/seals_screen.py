"""The register of seals for those who own the seals: the organ's head, the security administrator.

"Who owns controls, who stamps answers" (R57): they bring a seal into use and confirm each other's
steps; the custodian has the same register as a tab of the seal desk.
"""

from __future__ import annotations

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from workbench.casework.ports import Session
from workbench.rules.words import _
from workbench.shell.screens import Screen
from workbench.shell.seal_desk.seals_tab import SealsTab, read_seals
from workbench.shell.workplace import Workplace


class SealsScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.seals = SealsTab(work, self)
        space = work.theme.space
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(), space(2), space(1.5))
        column.addWidget(self.seals)

    @classmethod
    def first_question(cls, session: Session) -> None:
        read_seals(session, "")

    def title(self) -> str:
        return _("Seals")

    def refresh(self) -> None:
        self.seals.refresh()
