"""What the verification of a sealed file says: the verdict, why, and each check with its answer.

The same questions and sentences as ``workbench verify`` (``rules.seal_checks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from workbench.rules.clocks import Light
from workbench.rules.seal_checks import CHECKS, VERDICTS, check_text, reason_text
from workbench.rules.seal_custody import Check, SealVerdict, Verification, seal_mark
from workbench.rules.words import _
from workbench.shell.icons import pixmap
from workbench.shell.seal_desk.cards import Card
from workbench.shell.seal_desk.copies_panel import kind_of_copy
from workbench.shell.theme import Theme


def verdict_word(verdict: SealVerdict) -> str:
    """The verdict as the window says it."""
    return _(VERDICTS[verdict])


class CheckedCard(Card):
    """Every question that was asked of the file, in its fixed order, with its answer."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("What was checked"), parent)
        self.hide()

    def show_checks(self, checks: Iterable[Check]) -> None:
        """Replace them."""
        self.clear()
        for line, check in enumerate(checks):
            picture, words = QLabel(self), QLabel(self)
            name, colour, said = self._mark(check.passed)
            picture.setPixmap(pixmap(name, colour, self.theme.icon_size()))
            picture.setAlignment(Qt.AlignmentFlag.AlignTop)
            asked = _("{name}: {state}").format(name=_(CHECKS[check.name]), state=said)
            words.setText(f"{asked}\n{check_text(check)}")
            words.setWordWrap(True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setAccessibleName(asked)
            words.setAccessibleDescription(check_text(check))
            self.grid.addWidget(picture, line, 0)
            self.grid.addWidget(words, line, 1)
        self.show()

    def _mark(self, passed: bool | None) -> tuple[str, str, str]:
        """Shape, colour and word: nobody has to tell red from green."""
        if passed is None:
            return "circle", self.theme.ink.quiet, _("not checked")
        if passed:
            return "check", self.theme.ink.lights[Light.GREEN], _("yes")
        return "cross", self.theme.ink.lights[Light.RED], _("no")


class VerdictCard(Card):
    """See the module. ``checks`` is a card of its own: it may stand below what is done next."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Verification of the file"), parent)
        self.checks = CheckedCard(theme, parent)
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

    def show_by_hand(self, copies: Sequence[Mapping[str, Any]]) -> None:
        """What was pressed by hand has no signature: which copies have to lie on the desk."""
        self.wait(_("Pressed by hand: {n} copies are registered").format(n=len(copies)))
        lines = [
            _("{n} · {kind} · {code} · serial {serial}").format(
                n=one.get("copy_no", ""), kind=kind_of_copy(str(one.get("copy_kind", ""))),
                code=one.get("control_code", ""), serial=one.get("serial", ""),
            )
            for one in copies
        ]  # fmt: skip
        lines.append(_("Each of them lies on the desk before it is handed over; beside stands the "
                       "scan of the first."))  # fmt: skip
        self.reasons.setText("\n".join(lines))
        self.reasons.show()

    def wait(self, text: str) -> None:
        """Nothing is known yet, and why."""
        self.verification = None
        self.picture.clear()
        self.word.setText(text)
        self.reasons.setText("")
        self.reasons.hide()
        self.checks.hide()

    def show_verification(self, found: Verification) -> None:
        """The verdict with its reasons, worst first, and every check in its fixed order."""
        self.verification = found
        good = found.verdict is SealVerdict.SEALED_INTACT
        light = Light.GREEN if good else Light.RED
        colour = self.theme.ink.lights[light]
        name = "check" if good else "cross"
        self.picture.setPixmap(pixmap(name, colour, self.theme.icon_size()))
        self.word.setText(verdict_word(found.verdict))
        self.reasons.setText("\n".join(reason_text(code) for code in found.reasons))
        self.reasons.setVisible(bool(found.reasons))
        self.checks.show_checks(found.checks)
