"""Minutes without a key or a mouse: the content is hidden until the password is given again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QTimer, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.rules.moment import MINUTE
from workbench.rules.people import Role, User
from workbench.rules.words import _
from workbench.shell.icons import pixmap
from workbench.shell.notices import RefusalLine
from workbench.shell.workplace import Workplace

IDLE_MS: Final = 10 * MINUTE // 1000
CUSTODIAN_IDLE_MS: Final = 5 * MINUTE // 1000
"""Whoever may press the seal leaves no open desk behind for long."""
SIGNS_OF_LIFE: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


def idle_ms(who: User) -> int:
    """After how many milliseconds that person's desk covers itself."""
    return CUSTODIAN_IDLE_MS if who.has(Role.SEAL_CUSTODIAN) else IDLE_MS


class IdleWatch(QObject):
    """``idle`` is sent after so many milliseconds without a sign of life, or with ``wanted``."""

    idle = pyqtSignal()

    def __init__(
        self, parent: QObject, after_ms: int = IDLE_MS, wanted: pyqtBoundSignal | None = None
    ) -> None:
        super().__init__(parent)
        if wanted is not None:
            wanted.connect(self.idle)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(after_ms)
        self._timer.timeout.connect(self.idle)
        self._timer.start()
        self._watched: list[QObject] = []
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._look_about)
            app.focusObjectChanged.connect(self._look_about)
        self._look_about()

    def stop(self) -> None:
        """The window is about to go."""
        self._timer.stop()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication) and self._watched:
            app.focusWindowChanged.disconnect(self._look_about)
            app.focusObjectChanged.disconnect(self._look_about)
        self._let_go()

    def _look_about(self, _changed: object = None) -> None:
        """Watch the windows, where keys and the mouse come in, and the widget with the focus, where
        the input method writes. Not the application: a screen being built sends it thousands of
        events, and looking at each would take a third of the time."""
        self._let_go()
        writing = QGuiApplication.focusObject()
        self._watched = [*QGuiApplication.allWindows(), *([writing] if writing is not None else [])]
        for one in self._watched:
            one.installEventFilter(self)

    def _let_go(self) -> None:
        for one in self._watched:
            if not sip.isdeleted(one):
                one.removeEventFilter(self)
        self._watched = []

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in SIGNS_OF_LIFE:
            self._timer.start()
        return False


class LockPage(QWidget):
    """What stands in the window while it is locked: nothing of any case."""

    unlocked = pyqtSignal()
    sign_out_wanted = pyqtSignal()

    def __init__(
        self, work: Workplace, verify: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.work = work
        self._verify = verify
        self._hidden: list[QWidget] = []
        self.password = QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(_("Password"))
        self.password.setPlaceholderText(_("Password"))
        self.refusal = RefusalLine(self)
        self.button = QPushButton(_("Unlock"), self)
        self.button.setProperty("role", "primary")
        self.leave = QPushButton(_("Sign out"), self)
        self._lay_out()
        self.button.clicked.connect(self._try)
        self.password.returnPressed.connect(self._try)
        self.password.textEdited.connect(lambda _text: self.refusal.clear_trouble())
        self.leave.clicked.connect(self.sign_out_wanted)

    def lock(self) -> None:
        """Hide every other window of the desk, dialogs too, and wait for the password."""
        self.password.clear()
        self.refusal.clear_trouble()
        self._hidden = [
            window
            for window in QApplication.topLevelWidgets()
            if window.isVisible() and window is not self.window()
        ]
        for window in self._hidden:
            window.hide()
        self.password.setFocus()
        self.work.signposts.covered.emit()

    def _try(self) -> None:
        given = self.password.text()
        if not given or not self.button.isEnabled():
            return
        self.button.setEnabled(False)
        self.work.lanes.ask(
            lambda: self._verify(given),
            then=lambda _nothing: self._open(),
            otherwise=self.refusal.show_trouble,
            after=self._ready,
            scope=self,
            label=_("Checking the password"),
        )

    def _open(self) -> None:
        for window in self._hidden:
            window.show()
        self._hidden = []
        self.unlocked.emit()

    def _ready(self) -> None:
        self.button.setEnabled(True)
        self.password.clear()
        self.password.setFocus()

    def _lay_out(self) -> None:
        theme = self.work.theme
        card = QFrame(self)
        card.setProperty("role", "card")
        card.setFixedWidth(theme.space(50))
        mark = QLabel(card)
        mark.setPixmap(pixmap("lock", theme.ink.quiet, theme.space(4)))
        mark.setAccessibleName(_("Locked"))
        title = QLabel(_("The desk is locked"), card)
        title.setProperty("role", "heading")
        hint = QLabel(_("Give your password to go on. What you wrote is kept."), card)
        hint.setProperty("role", "quiet")
        hint.setWordWrap(True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(*[theme.space(3)] * 4)
        inside.setSpacing(theme.space(1.5))
        buttons = QHBoxLayout()
        buttons.addWidget(self.leave)
        buttons.addStretch(1)
        buttons.addWidget(self.button)
        for widget in (mark, title, hint, self.password, self.refusal):
            inside.addWidget(widget)
        inside.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(2)
