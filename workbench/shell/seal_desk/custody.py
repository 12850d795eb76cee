"""Taking over the seal: shown instead of the queue while nobody's signature stands for it (V16b).

Who has no custody shift is told so plainly, and when his next one begins. Taking over is signed by
the person's own password once more.
"""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from workbench.rules.moment import stamp
from workbench.rules.seal_balance import SealBalance
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.cards import Card
from workbench.shell.seal_desk.count_words import counted_text
from workbench.shell.seal_desk.facts import DeskFacts
from workbench.shell.workplace import Workplace


class CustodyPane(QWidget):
    """See the module."""

    take_over_wanted = pyqtSignal(str)
    """The password with which the take-over is signed."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        theme = work.theme
        self.card = Card(theme, _("You do not hold the seal now"), self)
        self.text = QLabel(self.card)
        self.text.setWordWrap(True)
        self.password = QLineEdit(self.card)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(_("Your password, as signature"))
        self.password.setAccessibleName(_("Your password, as signature"))
        self.button = QPushButton(_("Take over the seal"), self.card)
        self.button.setProperty("role", "primary")
        self.refusal = RefusalLine(self.card)
        for widget in (self.text, self.password, self.button, self.refusal):
            self.card.column.addWidget(widget)
        self.card.setMaximumWidth(theme.space(70))
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.card.setMinimumWidth(theme.space(50))
        self.password.textChanged.connect(self._look)
        self.password.returnPressed.connect(self._take_over)
        self.button.clicked.connect(self._take_over)
        self._look()

    def show_facts(self, facts: DeskFacts) -> None:
        """Say what holds now and what can be done."""
        mine = facts.own_shift(self.work.who.login)
        for widget in (self.password, self.button):
            widget.setVisible(mine is not None and self.work.doors.sign_again is not None)
        self.text.setText("\n".join(self._lines(facts)))

    def _lines(self, facts: DeskFacts) -> list[str]:
        me = self.work.who.login
        mine, keeper, coming = facts.own_shift(me), facts.keeper(), facts.coming_shift(me)
        lines = []
        if keeper is not None and keeper.login != me:
            text = _("{who} keeps the seal until {time}.")
            lines.append(text.format(who=self.work.name_of(keeper.login), time=_hour(keeper.end)))
        if mine is not None:
            text = _("Your custody shift runs from {start} to {end}. You have not taken over yet.")
            lines.append(text.format(start=_hour(mine.start), end=_hour(mine.end)))
            lines += [self._counted(one) for one in facts.offered]
            lines.append(_("With your signature you confirm that seal and key are in your hands."))
            if self.work.doors.sign_again is None:
                lines.append(_("Taking over is not possible at this desk."))
        else:
            lines.append(_("No custody shift of yours runs now, so nothing awaits you here."))
            if coming is None:
                lines.append(_("The roster manager plans the custody shifts; ask there for one."))
            if coming is not None:
                text = _("Your next custody shift begins at {time}.")
                lines.append(text.format(time=stamp(coming.start)[:16]))
        return lines

    def _counted(self, balance: SealBalance) -> str:
        """The count that is signed for."""
        return _("{who} hands {seal} over with this count: {count}").format(
            who=self.work.name_of(balance.actor), seal=balance.seal_id,
            count=counted_text(balance),
        )  # fmt: skip

    def _look(self) -> None:
        self.button.setEnabled(bool(self.password.text()))

    def _take_over(self) -> None:
        if self.button.isEnabled():
            password = self.password.text()
            self.password.clear()
            self.take_over_wanted.emit(password)


def _hour(at: int) -> str:
    return stamp(at)[11:16]
