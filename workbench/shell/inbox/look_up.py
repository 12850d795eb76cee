"""Looking an applicant up: who applied is no part of the list, so it asks for the purpose first.

The search box takes numbers of cases; where a name or an identity number is typed, this strip opens
under it. What is looked for goes to the centre and nowhere else: it stands in no title, log, saved
view, setting or text of a lane. The centre writes down who looked, and for what (R38, R83, S054).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from enum import Enum
from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.case_view import LookUp
from workbench.rules.identifiers import normalise, parse_credit_code
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.words import N_, _
from workbench.shell.notices import RefusalLine
from workbench.shell.workplace import Workplace

_CITIZEN: Final = re.compile(r"[0-9]{17}[0-9X]")
PURPOSES: Final = (
    N_("The applicant asks at the window"),
    N_("The applicant asks by telephone"),
    N_("Checking for a second application"),
    N_("Comparing with another case of the applicant"),
)
"""What is mostly meant; anything else may be written."""


class Sought(Enum):
    """What somebody has typed into the search box."""

    NUMBER = "number of a case"
    NAME = "name"
    IDENTITY = "identity number"


def sought(text: str, ours: Collection[str] = ()) -> Sought:
    """A citizen number or a credit code that is right is an identity; two letters beyond ASCII or
    more are a name, and so are Latin words with a space or small letters; else a case's number.

    ``ours`` are the departments' own credit codes: with them the numbers of cases begin.
    """
    plain = normalise(text)
    if _CITIZEN.fullmatch(plain) or (plain not in ours and _is_credit_code(plain)):
        return Sought.IDENTITY
    letters = [one for one in text if unicodedata.category(one)[0] == "L"]
    beyond = [one for one in letters if not one.isascii()]
    latin_words = len(letters) >= 2 and not any(one.isdigit() for one in text) and (
        any(one.islower() for one in letters) or " " in text.strip()
    )
    return Sought.NAME if len(beyond) >= 2 or latin_words else Sought.NUMBER


def may_become_a_name(text: str) -> bool:
    """One Chinese character is no number either: the list is not asked for it."""
    return any(unicodedata.category(one) == "Lo" for one in text)


def _is_credit_code(plain: str) -> bool:
    try:
        parse_credit_code(plain)
    except Refusal:
        return False
    return True


class LookUpStrip(QFrame):
    """Purpose and button under the search box. ``found`` carries a :class:`LookUp`."""

    found = pyqtSignal(object)
    given_up = pyqtSignal()

    def __init__(self, work: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self._text = ""
        self.setProperty("role", "card")
        space = work.theme.space
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.purpose = QComboBox(self)
        self.purpose.setEditable(True)
        self.purpose.addItems([_(one) for one in PURPOSES])
        self.purpose.setCurrentIndex(-1)
        self.purpose.setMinimumContentsLength(24)
        self.purpose.setAccessibleName(_("What for"))
        line = self.purpose.lineEdit()
        if line is not None:
            line.setPlaceholderText(_("What for? Choose or write"))
            line.setMaxLength(200)
            line.returnPressed.connect(self.look_up)
        self.button = QPushButton(_("Look up"), self)
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(self.look_up)
        self.refusal = RefusalLine(self)
        row = QHBoxLayout()
        row.setSpacing(space(1))
        row.addWidget(self.purpose, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[space(1.25)] * 4)
        column.setSpacing(space(0.75))
        column.addWidget(self.said)
        column.addLayout(row)
        column.addWidget(self.refusal)
        self.hide()

    def offer(self, text: str, kind: Sought) -> None:
        """Open for what was typed."""
        self._text = text.strip()
        self.refusal.clear_trouble()
        known = {
            Sought.NAME: _("This looks like a name."),
            Sought.IDENTITY: _("This looks like an identity number."),
        }
        self.said.setText(
            _("{kind} Looking an applicant up is written down with its purpose.").format(
                kind=known[kind]
            )
        )
        self.show()

    def begin(self) -> None:
        """The keyboard goes to the purpose; one of this session stands there already."""
        self.purpose.setFocus()
        line = self.purpose.lineEdit()
        if line is not None:
            line.selectAll()

    def close_strip(self) -> None:
        """Forget what was looked for; the purpose stays for this session."""
        self._text = ""
        self.hide()

    def look_up(self) -> None:
        """Ask the centre. Without a purpose it does not."""
        text, purpose, session = self._text, self.purpose.currentText().strip(), self.work.session
        self.refusal.clear_trouble()
        if not text or not self.button.isEnabled():
            return
        self.button.setEnabled(False)
        self.work.lanes.change(
            lambda: session.look_up_applicant(text, purpose), then=self._found,
            otherwise=self._refused, after=lambda: self.button.setEnabled(True), scope=self,
            label=_("Looking an applicant up"),
        )  # fmt: skip

    def _found(self, found: LookUp) -> None:
        if not found.cases:
            self.said.setText(
                _("You see no case of such an applicant. The look-up was written down.")
            )
            self.work.notices.say(self.said.text())
            return
        self.work.notices.say(_("The look-up was written down."))
        self.close_strip()
        self.found.emit(found)

    def _refused(self, trouble: Trouble) -> None:
        self.refusal.show_trouble(trouble)
        self.begin()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.close_strip()
            self.given_up.emit()
            return
        super().keyPressEvent(event)
