"""What the seal desk asks of the seal worker. ``app`` hands in the client that speaks to it.

The worker is a process of its own: it alone opens the key and sees the PIN for longer than the
moment of sending. Everything here is called in the *errands* lane, never on the UI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from workbench.rules.seal_custody import Pressed

OnStep = Callable[[str], None]
"""Called in the lane with each of ``casework.sealing.STEPS`` as it is reached."""


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """One thing the worker looked at before the first press, by the code of its question.

    ``warning``: it is not as it should be, and pressing is possible all the same.
    """

    code: str
    text: str
    good: bool
    remedy: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the worker found when it started: for the pre-flight list."""

    key_file: bool
    timestamps: bool = False
    """Whether a timestamp server is configured (signature level B-T instead of B-B)."""
    recovered: tuple[str, ...] = ()
    """Presses that had broken off and were finished or voided now: ``serial:released|void``."""
    said: tuple[tuple[str, tuple[WorkerLine, ...]], ...] = ()
    """Seal -> what its pre-flight found, once it has been asked for."""

    def said_of(self, seal_id: str) -> tuple[WorkerLine, ...]:
        """What the pre-flight of that seal found; nothing where it was not asked for yet."""
        return dict(self.said).get(seal_id, ())

    def hearing(self, seal_id: str, lines: tuple[WorkerLine, ...]) -> Readiness:
        """The same with the pre-flight of that seal."""
        return replace(self, said=tuple({**dict(self.said), seal_id: lines}.items()))


class SealPress(Protocol):
    """The seal worker as the desk knows it. Every call may raise Outage (the worker, the disk)."""

    def start(self) -> Readiness:
        """Start the worker if it does not run, and ask what it finds."""
        ...

    def preflight(self, seal_id: str) -> tuple[WorkerLine, ...]:
        """What can be looked at without a PIN: key, certificate, timestamp server, clock, rights.

        Nothing is pressed, and the key is not asked to sign.
        """
        ...

    def open_key(self, seal_id: str, pin: str) -> None:
        """One authentication for several presses. Raises Refusal (wrong PIN, locked, a seal whose
        policy asks for the PIN each time) or Outage (key, token)."""
        ...

    def press(
        self, document_id: str, case_no: str, pin: str, on_step: OnStep, seal_id: str = ""
    ) -> Pressed:
        """Press the seal on that document; ``pin`` is empty while the key is open.

        Raises Refusal (wrong PIN, locked, already stamped or being stamped: names who, since when,
        serial, state) or Outage (key, disk, worker).
        """
        ...

    def close_key(self) -> None:
        """End the authentication of :meth:`open_key`; nothing happens where there is none."""
        ...

    def change_pin(self, seal_id: str, old: str, new: str) -> None:
        """A new PIN for the seal's key. Raises Refusal (wrong PIN, locked, PIN too short)."""
        ...

    def close(self) -> None:
        """Let the worker finish the press in hand and end."""
        ...
