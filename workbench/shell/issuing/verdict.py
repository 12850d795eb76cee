"""What the verification of a sealed file says, in a word, a colour and the reasons."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from workbench.rules.clocks import Light
from workbench.rules.seal_checks import VERDICTS, reason_text
from workbench.rules.seal_custody import SealVerdict, Verification, seal_mark
from workbench.rules.words import _
from workbench.shell.icons import pixmap
from workbench.shell.seal_desk.cards import Card
from workbench.shell.theme import Theme


def verdict_word(verdict: SealVerdict) -> str:
    """The verdict as the window says it."""
    return _(VERDICTS[verdict])


class VerdictCard(Card):
    """See the module."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Verification of the file"), parent)
        self.picture = QLabel(self)
        self.word = QLabel(self)
        self.word.setProperty("role", "title")
        self.word.setWordWrap(True)
        self.reasons = QLabel(self)
        self.reasons.setWordWrap(True)
        self.reasons.setProperty("role", "quiet")
        mark = QLabel(seal_mark(), self)
        mark.setProperty("role", "small")
        row = QHBoxLayout()
        row.addWidget(self.picture)
        row.addWidget(self.word, 1)
        self.column.addLayout(row)
        self.column.addWidget(self.reasons)
        self.column.addWidget(mark)
        self.verification: Verification | None = None

    def wait(self, text: str) -> None:
        """Nothing is known yet, and why."""
        self.verification = None
        self.picture.clear()
        self.word.setText(text)
        self.reasons.setText("")

    def show_verification(self, found: Verification) -> None:
        """The verdict with its reasons, worst first."""
        self.verification = found
        good = found.verdict is SealVerdict.SEALED_INTACT
        light = Light.GREEN if good else Light.RED
        colour = self.theme.ink.lights[light]
        name = "check" if good else "cross"
        self.picture.setPixmap(pixmap(name, colour, self.theme.icon_size()))
        self.word.setText(verdict_word(found.verdict))
        lines = [reason_text(code) for code in found.reasons]
        if not found.compared_with_register:
            lines.append(_("Not compared with the register of seal use."))
        self.reasons.setText("\n".join(lines))
