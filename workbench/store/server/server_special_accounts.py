"""Special accounts at other systems on a server (S019): read by everybody, written by verbs.

Called through ``server_session``.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict

from workbench.rules.account_list import AccountAct, SpecialAccount
from workbench.store.account_room import accounts
from workbench.store.server.server_seat import ServerSeat


class ServerSpecialAccounts(ServerSeat):
    """The accounts as those see them who answer for them."""

    def special_accounts(self) -> tuple[SpecialAccount, ...]:
        """Every one, by its number."""
        with self._work.read() as unit:
            return accounts(unit)

    def import_accounts(self, listed: Sequence[SpecialAccount]) -> int:
        """Enter them, all or none; how many."""
        said = self._call("accounts_enter", [asdict(one) for one in listed], uuid.uuid4().hex)
        return int(said["entered"])

    def note_account(self, account_id: str, act: AccountAct) -> SpecialAccount:
        """Written down before it happens."""
        said = self._call("accounts_note", account_id, act.value, uuid.uuid4().hex)
        return SpecialAccount(**said["account"])
