"""The draft room on a server (``ports.DraftRoom``, E06): verbs, one round trip each.

Called through ``server_session``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.rules.private_drafts import PrivateDraft
from workbench.store.server.server_seat import ServerSeat


class ServerDrafts(ServerSeat):
    """What the signed-in person typed and has not made."""

    def keep_draft(self, case_no: str, move: str, texts: Mapping[str, str]) -> None:
        """Save it; see the port."""
        self._call("keep_draft", case_no, move, dict(texts))

    def my_draft(self, case_no: str, move: str) -> PrivateDraft | None:
        """One's own draft of that step."""
        mine = self._call("my_drafts", case_no, move)
        return _draft_of(mine[0]) if mine else None

    def my_drafts(self) -> tuple[PrivateDraft, ...]:
        """One's own drafts on cases where one may still keep them."""
        return tuple(_draft_of(one) for one in self._call("my_drafts"))

    def drop_draft(self, case_no: str, move: str) -> None:
        """Forget one's own draft of that step."""
        self._call("drop_draft", case_no, move)


def _draft_of(said: Mapping[str, Any]) -> PrivateDraft:
    return PrivateDraft(**said)
