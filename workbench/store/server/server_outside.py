"""The slots of outside systems on a server (``ports.OutsideRoom``): any desk hands over.

A desk is given codes alone, under a lease that its person holds; whoever says that messages are
sent is written down. What hands over a whole file, the archive, is the archivist's desk alone. How
the slots stand is the system administrator's. Called through ``server_session``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from workbench.rules.outside import OutMessage, SlotState
from workbench.store.encrypted_content import BrokenContentError
from workbench.store.opened_content import OpenedContent
from workbench.store.outside_room import OutsideRoomOf, not_whole
from workbench.store.server.server_content import ServerContent


class ServerOutside(ServerContent, OutsideRoomOf):
    """Slots and their messages."""

    def slot_states(self) -> tuple[SlotState, ...]:
        """See the port; the system administrator's."""
        return tuple(SlotState(*one) for one in self._call("slot_states"))

    def slots_on(self) -> tuple[tuple[str, str], ...]:
        """Code and folder of every slot that is on."""
        return tuple((str(code), str(folder)) for code, folder in self._call("slots_on"))

    def switch_slot(self, code: str, folder: str) -> None:
        """On with a folder, off without. Only the system administrator; it is written down."""
        self._call("switch_slot", code, folder)

    def claim_messages(
        self, code: str, owner: str, force: bool = False
    ) -> tuple[OutMessage, ...]:
        """See the port."""
        return tuple(OutMessage(**one) for one in self._call("claim_messages", code, owner, force))

    def messages_sent(self, code: str, messages: Sequence[OutMessage]) -> None:
        """Mark them and give the slot back, where the person still holds it."""
        self._call("messages_sent", code, [one.message_id for one in messages])

    def messages_stuck(self, code: str, messages: Sequence[OutMessage], trouble: str) -> None:
        """They wait on, in order, and the slot says why."""
        self._call("messages_stuck", code, [one.message_id for one in messages], trouble)

    def message_file(self, message: OutMessage, sha256: str) -> Path:
        """The file that a waiting message names, checked byte by byte; no other is given out."""
        key = self._call("message_key", message.message_id, sha256)
        if key is None:
            raise not_whole(message)
        if self._opened is None:
            self._opened = OpenedContent()
        known = self._opened.known(sha256)
        if known is not None:
            return known
        try:
            read = partial(self._folder().read_into, sha256, bytes(key))
            return self._opened.keep(sha256, read)
        except BrokenContentError as broken:
            raise not_whole(message) from broken
