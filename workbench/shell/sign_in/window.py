"""The sign-in window: name, password, and in plain words why it does not go.

Shown first, before the database library is even loaded: ``sign_in`` is called in the store lane.
Made by ``desk_room``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeyEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.words import _
from workbench.shell.icons import icon, pixmap
from workbench.shell.lanes import Lanes
from workbench.shell.notices import RefusalLine
from workbench.shell.theme import Theme

if TYPE_CHECKING:
    from workbench.rules.refusals import Trouble
    from workbench.shell.desk_parts import Keyring
    from workbench.shell.sign_in.new_password import NewPasswordDialog

PASSWORD_FIRST: Final = "password_first"
"""The centre's word that the given password must be changed before anything else."""


class PasswordLine(QLineEdit):
    """A password field that notices Caps Lock: a letter comes out large without Shift."""

    caps_seen = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None:
            letter = event.text()
            if letter.isalpha() and letter.isascii():
                shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.caps_seen.emit(letter.isupper() != shifted)
            elif event.key() == Qt.Key.Key_CapsLock:
                self.caps_seen.emit(False)
        super().keyPressEvent(event)


class SignInWindow(QWidget):
    """``signed_in`` carries what ``sign_in`` returned."""

    signed_in = pyqtSignal(object)
    language_wanted = pyqtSignal()
    closed = pyqtSignal()

    def __init__(
        self,
        lanes: Lanes,
        theme: Theme,
        centre: str,
        sign_in: Callable[[str, str], object],
        notice: str = "",
        keyring: Callable[[], Keyring] | None = None,
        change_password: Callable[[str, str, str], None] | None = None,
        way: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._lanes = lanes
        self._theme = theme
        self._sign_in = sign_in
        self.setWindowTitle(_("OneSeal Workbench"))
        self.login = QLineEdit(self)
        self.login.setAccessibleName(_("Sign-in name"))
        # Where the keyboard stands a screen reader reads the notice too.
        self.login.setAccessibleDescription(notice)
        self.password = PasswordLine(self)
        self.password.setAccessibleName(_("Password"))
        self.caps = QLabel(_("Caps Lock is on"), self)
        self.caps.setProperty("role", "notice")
        self.caps.hide()
        self.remember = QCheckBox(_("Keep the password in the system keyring"), self)
        self.remember.hide()
        self._keyring = keyring
        self._kept_for = ""
        self._change_password = change_password
        self.own_password: NewPasswordDialog | None = None
        self.refusal = RefusalLine(self)
        self.button = QPushButton(_("Sign in"), self)
        self.button.setProperty("role", "primary")
        self.language = QPushButton(_("中文 / English"), self)
        self.language.setProperty("role", "link")
        self._lay_out((centre, *way), notice)
        self._connect()
        self.resize(theme.space(110), theme.space(76))

    def _connect(self) -> None:
        self.button.clicked.connect(self._try)
        self.password.returnPressed.connect(self._try)
        self.login.returnPressed.connect(self.password.setFocus)
        self.login.editingFinished.connect(self._look_up)
        self.login.textEdited.connect(lambda _text: self.refusal.clear_trouble())
        self.password.textEdited.connect(lambda _text: self.refusal.clear_trouble())
        self.password.caps_seen.connect(self.caps.setVisible)
        self.language.clicked.connect(self.language_wanted)

    def _try(self) -> None:
        login, password = self.login.text().strip(), self.password.text()
        if login and password and self.button.isEnabled():
            self._sign(login, password)

    def _sign(self, login: str, password: str) -> None:
        self.button.setEnabled(False)
        self.button.setText(_("Signing in"))
        self._lanes.ask(
            lambda: self._sign_in(login, password),
            then=lambda opened: self._in(login, password, opened),
            otherwise=lambda trouble: self._refused(login, password, trouble),
            after=self._ready,
            scope=self,
            label=_("Signing in"),
        )

    def _look_up(self) -> None:
        """Offer to keep the password where the machine has a keyring; fill in a kept one.

        Asked only once a name stands there, so that the window is there before the keyring's
        library is loaded. What the person has typed already is never overwritten.
        """
        login, keyring = self.login.text().strip(), self._keyring
        if keyring is None or not login:
            return

        def found(answer: tuple[bool, str | None]) -> None:
            usable, kept = answer
            self.remember.setVisible(usable)
            self._kept_for = login if kept else ""
            if kept and not self.password.text() and self.login.text().strip() == login:
                self.password.setText(kept)
                self.remember.setChecked(True)

        def ask() -> tuple[bool, str | None]:
            vault = keyring()
            return (True, vault.get(login)) if vault.usable() else (False, None)

        self._lanes.errand(ask, then=found, otherwise=self.refusal.show_any, scope=self)

    def _in(self, login: str, password: str, opened: object) -> None:
        keyring = self._keyring
        if keyring is not None and self.remember.isChecked():
            self._lanes.errand(lambda: keyring().put(login, password))
        elif keyring is not None and self._kept_for == login:
            self._lanes.errand(lambda: keyring().forget(login))
        self.signed_in.emit(opened)

    def _refused(self, login: str, password: str, trouble: Trouble) -> None:
        if trouble.code == PASSWORD_FIRST and self._change_password is not None:
            # After the field has been emptied: the keyboard belongs to the dialog then.
            QTimer.singleShot(0, lambda: self._ask_for_own(login, password))
        else:
            self.refusal.show_any(trouble)

    def _ask_for_own(self, login: str, before: str) -> None:
        """Somebody still has the password that he was given: he chooses one of his own first."""
        from workbench.shell.sign_in.new_password import NewPasswordDialog

        assert self._change_password is not None
        dialog = NewPasswordDialog(
            self._lanes, self._theme, login, before, self._change_password, self
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.taken.connect(lambda new: self._sign(login, new))
        self.own_password = dialog
        dialog.finished.connect(self._own_password_gone)
        dialog.open()

    def _own_password_gone(self, _result: int) -> None:
        self.own_password = None
        self.password.setFocus()

    def _ready(self) -> None:
        self.button.setEnabled(True)
        self.button.setText(_("Sign in"))
        self.password.clear()
        self.password.setFocus()

    def _lay_out(self, centre: Sequence[str], notice: str) -> None:
        theme = self._theme
        card = QFrame(self)
        card.setProperty("role", "card")
        card.setFixedWidth(theme.space(52))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(*[theme.space(3.5)] * 4)
        inside.setSpacing(theme.space(1.5))
        inside.addLayout(self._product(card, centre))
        inside.addSpacing(theme.space(1))
        said = QLabel(notice, card)
        said.setProperty("role", "notice")
        said.setWordWrap(True)
        said.setVisible(bool(notice))
        inside.addWidget(said)
        for field in (self.login, self.password):
            inside.addLayout(self._named(card, field))
        for widget in (self.caps, self.remember, self.refusal, self.button):
            inside.addWidget(widget)
        self.language.setIcon(icon("language", theme.ink.accent, theme.icon_size()))
        whole = QVBoxLayout(self)
        whole.addWidget(self.language, 0, Qt.AlignmentFlag.AlignRight)
        whole.addStretch(2)
        # Between two stretches, not by alignment: an aligned card would cut a wrapped refusal.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(3)

    def _named(self, card: QFrame, field: QLineEdit) -> QVBoxLayout:
        """The field with its name above it: a name inside is gone once something is typed."""
        name = QLabel(field.accessibleName(), card)
        name.setProperty("role", "quiet")
        name.setBuddy(field)
        pair = QVBoxLayout()
        pair.setSpacing(self._theme.space(0.5))
        pair.addWidget(name)
        pair.addWidget(field)
        return pair

    def _product(self, card: QFrame, centre: Sequence[str]) -> QHBoxLayout:
        theme = self._theme
        mark = QLabel(card)
        mark.setPixmap(pixmap("seal", theme.ink.seal, theme.space(5)))
        mark.setAccessibleName(_("OneSeal Workbench"))
        name = QLabel(_("OneSeal Workbench"), card)
        name.setProperty("role", "heading")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(name)
        for line in centre:
            where = QLabel(line, card)
            where.setProperty("role", "quiet")
            where.setWordWrap(True)
            texts.addWidget(where)
        row = QHBoxLayout()
        row.setSpacing(theme.space(1.5))
        row.addWidget(mark)
        row.addLayout(texts, 1)
        return row

    def closeEvent(self, event: QCloseEvent | None) -> None:
        super().closeEvent(event)
        self.closed.emit()
