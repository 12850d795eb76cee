"""Desktop notifications, by the freedesktop service over the session bus (QtDBus).

One notification stands at a time: a newer call takes the place of the one before, because it says
everything that still holds. Nothing here waits for the bus: the call is sent, the answer comes as
a signal. Called by :mod:`workbench.shell.alerts.alerts`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QMetaType, QObject, pyqtSignal, pyqtSlot
from PyQt6.QtDBus import (
    QDBusArgument,
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusPendingReply,
)

from workbench.shell.application import PROGRAM

SERVICE: Final = "org.freedesktop.Notifications"
PLACE: Final = "/org/freedesktop/Notifications"
NORMAL, CRITICAL = 1, 2
"""Urgencies of the desktop: a critical one stays until somebody looks."""
LAUNCHER: Final = "com.canonical.Unity.LauncherEntry"
LAUNCHER_PLACE: Final = "/com/canonical/unity/launcherentry/oneseal"
SOUND: Final = "message-new-instant"
OWN_TIME: Final = -1
CLICKED: Final = "default"
_LINES: Final = count(1)
"""Each window has a line of its own to the bus."""


def bus_address() -> str:
    """Where the session's bus is; empty where there is none. Nothing is tried then: the library
    would start one, and ends the whole process where the machine has no id."""
    if not sys.platform.startswith("linux"):
        return ""
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if named:
        return "" if named.startswith("disabled") else named
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    there = bool(runtime) and Path(runtime, "bus").exists()
    return f"unix:path={runtime}/bus" if there else ""


class Bubble(QObject):
    """``clicked`` when the person wants to see it; ``failed`` where the desktop shows none."""

    clicked = pyqtSignal()
    failed = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._line = f"{PROGRAM}-{next(_LINES)}"
        address = bus_address()
        self._bus = QDBusConnection.connectToBus(address, self._line) if address else None
        self._number = 0
        self._wanted = False
        self.sounds = False
        """Whether the desktop makes the sound of a notification itself."""
        if self.usable:
            self._listen(True)
            self._ask("GetCapabilities", self._can)

    @property
    def usable(self) -> bool:
        """Whether there is a bus to call; whether anybody shows notifications only a call tells."""
        return self._bus is not None and self._bus.isConnected()

    def show(self, title: str, body: str, *, urgent: bool, sound: bool) -> None:
        """Show it in place of the one before. ``failed`` follows where nobody can."""
        if self._bus is None or not self.usable:
            self.failed.emit()
            return
        hints: dict[str, object] = {
            "urgency": _of_type(CRITICAL if urgent else NORMAL, QMetaType.Type.UChar),
            "category": "im.received",
            "desktop-entry": PROGRAM,
            # Without our sound the desktop makes none of its own either.
            **({"sound-name": SOUND} if sound else {"suppress-sound": True}),
        }
        replaced = _of_type(self._number, QMetaType.Type.UInt)
        actions = _of_type([CLICKED, title], QMetaType.Type.QStringList)
        self._wanted = True
        words = [PROGRAM, replaced, PROGRAM, title, body, actions, hints, OWN_TIME]
        self._ask("Notify", self._answered, words)

    def badge(self, count: int, urgent: bool) -> None:
        """Tell the taskbar the number. Qt's own way makes an object's name of the program's, which
        may not stand in one."""
        if self._bus is not None and self.usable:
            told = QDBusMessage.createSignal(LAUNCHER_PLACE, LAUNCHER, "Update")
            number = _of_type(count, QMetaType.Type.LongLong)
            shown = {"count": number, "count-visible": count > 0, "urgent": urgent}
            told.setArguments([f"application://{PROGRAM}.desktop", shown])
            self._bus.send(told)

    def take_away(self) -> None:
        """What it says no longer holds."""
        self._wanted = False
        number, self._number = self._number, 0
        if number and self.usable:
            self._ask("CloseNotification", None, [_of_type(number, QMetaType.Type.UInt)])

    def stop(self) -> None:
        """The window goes: its notification too."""
        self.take_away()
        self._listen(False)
        self._bus = None
        QDBusConnection.disconnectFromBus(self._line)

    def _listen(self, on: bool) -> None:
        if self._bus is None:
            return
        turn = self._bus.connect if on else self._bus.disconnect
        turn("", PLACE, SERVICE, "ActionInvoked", self._acted)
        turn("", PLACE, SERVICE, "NotificationClosed", self._closed)

    def _ask(
        self, verb: str, then: Callable[[list[Any] | None], None] | None, words: Sequence[Any] = ()
    ) -> None:
        """Put the call on the bus; ``then`` is handed what came back, or None."""
        if self._bus is None:
            return
        call = QDBusMessage.createMethodCall(SERVICE, PLACE, SERVICE, verb)
        call.setArguments(list(words))
        asked = QDBusPendingCallWatcher(self._bus.asyncCall(call), self)

        def came(_watcher: QDBusPendingCallWatcher) -> None:
            reply = QDBusPendingReply(asked)
            asked.deleteLater()
            if then is not None:
                then(reply.reply().arguments() if reply.isValid() else None)

        asked.finished.connect(came)

    def _can(self, answer: list[Any] | None) -> None:
        self.sounds = answer is not None and "sound" in answer[0]

    def _answered(self, answer: list[Any] | None) -> None:
        if answer is None:
            self.failed.emit()
            return
        self._number = int(answer[0])
        if not self._wanted:
            self.take_away()

    @pyqtSlot(QDBusMessage)
    def _acted(self, message: QDBusMessage) -> None:
        number, action, *_rest = message.arguments()
        if self._number and number == self._number and action == CLICKED:
            self.clicked.emit()

    @pyqtSlot(QDBusMessage)
    def _closed(self, message: QDBusMessage) -> None:
        if message.arguments()[0] == self._number:
            self._number = 0


def _of_type(value: object, kind: QMetaType.Type) -> QDBusArgument:
    """The bus wants to know how wide a number is."""
    width: Any = kind.value
    return QDBusArgument(value, width)
