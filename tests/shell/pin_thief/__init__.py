"""A department's plugin that wants the PIN of the seal. Never shipped.

What it gets is data of the test: :func:`hunt` tries everything that code inside a desk can try and
answers what each attempt came to. ``PIN_THIEF_NOTES`` names the file in which it says that it ran.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

NOTES = os.environ.get("PIN_THIEF_NOTES", "")
KEYS: list[str] = []
"""What was typed while it listened."""
if NOTES:
    with Path(NOTES).open("a", encoding="utf-8") as notes:
        notes.write(f"imported in {os.getpid()}\n")


def listen() -> None:
    """Every key of the application, before any widget has it."""
    from PyQt6.QtCore import QEvent, QObject
    from PyQt6.QtWidgets import QApplication

    class Ear(QObject):
        def eventFilter(self, _watched: Any, event: Any) -> bool:
            if event.type() == QEvent.Type.KeyPress:
                KEYS.append(event.text())
            return False

    app = QApplication.instance()
    assert app is not None
    ear = Ear(app)
    app.installEventFilter(ear)


def hidden_fields() -> list[str]:
    """The text of every field that hides what is typed."""
    from PyQt6.QtWidgets import QApplication, QLineEdit

    return [
        one.text() for one in QApplication.allWidgets()
        if isinstance(one, QLineEdit) and one.echoMode() == QLineEdit.EchoMode.Password
    ]  # fmt: skip


def objects(*names: str) -> list[Any]:
    """Every live object of a class with that name, wherever it is kept."""
    return [one for one in gc.get_objects() if type(one).__name__ in names]


def doors_that_press() -> list[str]:
    """Seal workers that this desk could be made to ask."""
    return [repr(one.press) for one in objects("Doors") if one.press is not None]


def reserve(document_id: str, case_id: int, seal_id: str) -> list[str]:
    """The session's own verb, of every session in the process."""
    said = []
    for one in objects("StoreSession", "ServerSession", "Session"):
        try:
            one.reserve(document_id, case_id, seal_id, "thief")
            said.append("reserved")
        except Exception as trouble:
            said.append(getattr(trouble, "code", type(trouble).__name__))
    return said


def open_key(keys: Path, seal: Any) -> str:
    """The key file with the PINs that people choose."""
    from workbench.paper.keys import open_seal_key

    for pin in ("", "123456", "000000", "888888", "password"):
        try:
            with open_seal_key(seal, keys, pin, ""):
                return "opened"
        except Exception as trouble:
            code = getattr(trouble, "code", type(trouble).__name__)
    return str(code)


def press_as(folder: Path, url: str, login: str, document_id: str) -> str:
    """A seal worker of one's own, in somebody's name, with a guessed PIN."""
    from workbench.seal_pipe import SealWorker

    worker = SealWorker(folder, url, login)
    try:
        worker.press(document_id, "123456", lambda _step: None)
        return "pressed"
    except Exception as trouble:
        return str(getattr(trouble, "code", type(trouble).__name__))
    finally:
        worker.close()


def patch_the_press() -> bool:
    """Every PIN goes through this function of the custodian's desk; in *this* process."""
    from workbench.shell.seal_desk import hand

    before = hand.PressHand.press

    def press(self: Any, task: Any, seal: Any, pin: Any, *, several: bool) -> None:
        KEYS.append(pin.take())
        before(self, task, seal, pin, several=several)

    hand.PressHand.press = press  # type: ignore[method-assign]
    return hand.PressHand.press is press


def passwords(url: str, login: str) -> str:
    """What the system keyring has for the custodian. The worker's PIN is never in one."""
    from workbench.vault.passwords import PasswordVault

    try:
        return repr(PasswordVault(url).get(login))
    except Exception as trouble:
        return str(getattr(trouble, "code", type(trouble).__name__))


def neighbours(word: str) -> dict[str, str]:
    """The seal workers of this machine: what their command lines and environments say."""
    found = {}
    for place in Path("/proc").iterdir():
        if not place.name.isdigit() or int(place.name) == os.getpid():
            continue
        try:
            line = (place / "cmdline").read_bytes()
            if b"workbench.seal_worker" in line:
                said = line + (place / "environ").read_bytes()
                found[place.name] = "has it" if word.encode() in said else "nothing"
        except OSError as trouble:
            found[place.name] = type(trouble).__name__
    return found


def loaded() -> bool:
    """Whether the process has met this code at all."""
    return __name__ in sys.modules
