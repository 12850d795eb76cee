"""Handing waiting messages to the outside: after the commit, in order, without loss or doubles.

Called by every command at its end, by the desk after a change, and by ``workbench slot deliver``.
Adapters come in as :class:`OutPort`; this room writes no file itself. Nothing that fails here
reaches the person at work: the slot keeps the trouble, its page and its command show it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from workbench.casework.ports import Session
from workbench.rules.outside import OutMessage
from workbench.rules.refusals import Trouble

T = TypeVar("T")
FileOf = Callable[[OutMessage, str], Path]
"""The stored file with that SHA-256 which the message names."""


class OutPort(Protocol):
    """One outside system that is told something."""

    def send(self, messages: Sequence[OutMessage], file_of: FileOf) -> None:
        """Write them so that they survive a crash; a message known already is passed over.

        Outage where it cannot be done; what was written by then is known again the next time.
        """
        ...


class Within(Protocol):
    """Carries out what concerns the store: at the desk that is a lane of its own."""

    def __call__(self, work: Callable[[], T], /) -> T: ...


def _here(work: Callable[[], T], /) -> T:
    return work()


@dataclass(frozen=True, slots=True)
class Handover:
    """One round through the slots."""

    session: Session
    port_of: Callable[[str, str], OutPort]
    """The adapter of a slot (code) for its folder."""
    within: Within = _here
    force: bool = False
    """Try a slot that has just failed all the same."""

    def run(self) -> int:
        """Hand over what waits in every slot that is on; how many messages went out."""
        owner = uuid.uuid4().hex
        on = self.within(self.session.slots_on)
        return sum(self._one_slot(code, folder, owner) for code, folder in on)

    def _one_slot(self, code: str, folder: str, owner: str) -> int:
        sent = 0
        while batch := self.within(
            lambda: self.session.claim_messages(code, owner, self.force)
        ):
            if not self._one_batch(code, self.port_of(code, folder), batch):
                return sent
            sent += len(batch)
        return sent

    def _one_batch(self, code: str, port: OutPort, batch: tuple[OutMessage, ...]) -> bool:
        try:
            port.send(batch, self._file_of)
        except Trouble as trouble:
            said = str(trouble)
            self.within(lambda: self.session.messages_stuck(code, batch, said))
            return False
        self.within(lambda: self.session.messages_sent(code, batch))
        return True

    def _file_of(self, message: OutMessage, sha256: str) -> Path:
        return self.within(lambda: self.session.message_file(message, sha256))
