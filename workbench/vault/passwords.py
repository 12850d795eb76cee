"""Sign-in passwords in the system keyring: asked for, stored, forgotten (annoyance A12).

Called by ``app`` in the *errands* lane. A keyring counts only with priority 1 or more: the plain
text back end that some machines offer (priority 0.5) is never used. Every call has a time-out,
because a locked keyring asks its own question in a window of its own and may wait for ever. Where
there is no keyring nothing is stored, and the caller says so on screen.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from workbench.rules.refusals import Outage
from workbench.rules.words import _

T = TypeVar("T")
SERVICE: Final = "oneseal-workbench"
PATIENCE: Final = 20.0
"""Seconds for one question; a person may have to unlock the keyring first."""
LEAST_PRIORITY: Final = 1.0
log = logging.getLogger("workbench.vault")


class PasswordVault:
    """The passwords of one centre. ``backend`` is a keyring back end; without it the system's."""

    def __init__(self, centre: str, backend: Any = None, patience: float = PATIENCE) -> None:
        self._centre = centre
        self._backend = backend
        self._patience = patience

    def usable(self) -> bool:
        """Whether this machine has a keyring that keeps secrets."""
        try:
            return float(self._keyring().priority) >= LEAST_PRIORITY
        except Exception as error:  # a back end may fail in its own ways; then there is none
            log.info("no usable keyring: %s", type(error).__name__)
            return False

    def get(self, login: str) -> str | None:
        """The stored password, or ``None``. Outage where the keyring does not answer."""
        if not self.usable():
            return None
        found = self._asked(lambda: self._keyring().get_password(SERVICE, self._name(login)))
        return str(found) if found is not None else None

    def put(self, login: str, password: str) -> bool:
        """Store it; ``False`` where this machine has no keyring. Outage where it fails."""
        if not self.usable():
            return False
        self._asked(lambda: self._keyring().set_password(SERVICE, self._name(login), password))
        return True

    def forget(self, login: str) -> None:
        """Take it out again; nothing happens where none is stored."""
        if self.get(login) is not None:
            self._asked(lambda: self._keyring().delete_password(SERVICE, self._name(login)))

    def _name(self, login: str) -> str:
        return f"{self._centre}:{login}"

    def _keyring(self) -> Any:
        if self._backend is None:
            import keyring

            self._backend = keyring.get_keyring()
        return self._backend

    def _asked(self, question: Callable[[], T]) -> T:
        """The answer, from a thread of its own that is left behind after the time-out."""
        box: list[T] = []
        faults: list[Exception] = []

        def ask() -> None:
            try:
                box.append(question())
            except Exception as error:
                faults.append(error)

        asking = threading.Thread(target=ask, name="keyring", daemon=True)
        asking.start()
        asking.join(self._patience)
        if box:
            return box[0]
        cause = faults[0] if faults else None
        raise Outage(
            "keyring",
            _("The system keyring does not answer."),
            _("Unlock it and try again, or go on without storing the password."),
        ) from cause
