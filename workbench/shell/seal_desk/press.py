"""What the seal desk asks of the seal worker. ``app`` hands in the client that speaks to it.

The worker is a process of its own: it alone opens the key and sees the PIN for longer than the
moment of sending. Everything here is called in the *errands* lane, never on the UI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from workbench.rules.seal_custody import Pressed

OnStep = Callable[[str], None]
"""Called in the lane with each of ``casework.sealing.STEPS`` as it is reached."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the worker found when it started: for the pre-flight list."""

    key_file: bool
    timestamps: bool = False
    """Whether a timestamp server is configured (signature level B-T instead of B-B)."""
    recovered: tuple[str, ...] = ()
    """Presses that had broken off and were finished or voided now: ``serial:released|void``."""


class SealPress(Protocol):
    """The seal worker as the desk knows it."""

    def start(self) -> Readiness:
        """Start the worker if it does not run, and ask what it finds. Raises Outage."""
        ...

    def press(self, document_id: str, case_no: str, pin: str, on_step: OnStep) -> Pressed:
        """Press the seal on that document. Raises Refusal (wrong PIN, locked, already stamped or
        being stamped: names who, since when, serial, state) or Outage (key, disk, worker)."""
        ...

    def close(self) -> None:
        """Let the worker finish the press in hand and end."""
        ...
