"""The dialog for a password of one's own, in place of one that was given: typed twice.

Opened by the sign-in window where the centre says that the password must be changed first. What
makes a good one is ``rules.person_records.password_fault``; the centre itself gets a verifier only.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.person_records import LEAST_PASSWORD, password_fault
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.shell.lanes import Lanes
from workbench.shell.notices import RefusalLine
from workbench.shell.theme import Theme


class NewPasswordDialog(QDialog):
    """``taken`` carries the new password once the centre has it."""

    taken = pyqtSignal(str)

    def __init__(
        self, lanes: Lanes, theme: Theme, login: str, before: str,
        change: Callable[[str, str, str], None], parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._lanes = lanes
        self._theme = theme
        self._login = login
        self._before = before
        self._change = change
        self.setWindowTitle(_("A password of your own"))
        self.first = self._line(_("New password"))
        self.second = self._line(_("New password once more"))
        self.refusal = RefusalLine(self)
        self.button = QPushButton(_("Change the password and sign in"), self)
        self.button.setProperty("role", "primary")
        self.button.setDefault(True)
        self.cancel = QPushButton(_("Cancel"), self)
        self.cancel.setAutoDefault(False)
        self._lay_out()
        self.button.clicked.connect(self._try)
        self.cancel.clicked.connect(self.reject)
        self.first.setFocus()

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setAccessibleName(name)
        line.textEdited.connect(lambda _text: self.refusal.clear_trouble())
        return line

    def _lay_out(self) -> None:
        space = self._theme.space
        why = _("You still have the password that you were given. Choose one of your own.")
        rule = _("At least {n} characters. Not the old password, and without the sign-in name. "
                 "Several words are easy to keep in mind.").format(n=LEAST_PASSWORD)  # fmt: skip
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*[space(3)] * 4)
        whole.setSpacing(space(1.5))
        for text, role in ((why, "title"), (rule, "quiet")):
            label = QLabel(text, self)
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setFixedWidth(space(56))
            whole.addWidget(label)
        self.first.setAccessibleDescription(rule)
        for line in (self.first, self.second):
            name = QLabel(line.accessibleName(), self)
            name.setProperty("role", "quiet")
            name.setBuddy(line)
            pair = QVBoxLayout()
            pair.setSpacing(space(0.5))
            pair.addWidget(name)
            pair.addWidget(line)
            whole.addLayout(pair)
        whole.addWidget(self.refusal)
        buttons = QHBoxLayout()
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        buttons.addWidget(self.button)
        whole.addLayout(buttons)

    def _try(self) -> None:
        new = self.first.text()
        fault = password_fault(new, self._login, self._before)
        if not fault and new != self.second.text():
            fault = _("The two are not the same.")
        if fault:
            self.refusal.show_trouble(Refusal("password_weak", fault, _("Type it again.")))
            self.second.clear()
            self.first.setFocus()
            self.first.selectAll()
            return
        self.button.setEnabled(False)
        self._lanes.change(
            lambda: self._change(self._login, self._before, new),
            then=lambda _nothing: self._done(new),
            otherwise=self.refusal.show_any,
            after=lambda: self.button.setEnabled(True),
            scope=self,
            label=_("Changing the password"),
        )

    def _done(self, new: str) -> None:
        self.accept()
        self.taken.emit(new)
