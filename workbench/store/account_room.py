"""Special accounts at other systems in the store (S019): the list, and who used a password when.

Called through a session on a file; a server does the same in ``sql/77_special_accounts.sql``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from workbench.rules.account_list import AccountAct, SpecialAccount
from workbench.rules.people import Role
from workbench.rules.refusal_texts import refusal
from workbench.store.engine import Unit
from workbench.store.seat import Seat
from workbench.store.tables_seal import special_account

A: Final = special_account.c


class AccountRoomOf(Seat):
    """The accounts as those see them who answer for them."""

    def special_accounts(self) -> tuple[SpecialAccount, ...]:
        """Every one, by its number."""
        with self._work.read() as unit:
            return accounts(unit)

    def import_accounts(self, listed: Sequence[SpecialAccount]) -> int:
        """Enter them, all or none; how many."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.SECURITY_ADMIN,))
            for one in listed:
                try:
                    unit.sql.execute(insert(special_account).values(
                        account_id=one.account_id, category=one.category, system=one.system,
                        login_name=one.login_name, holder=one.holder, place=one.place,
                        entered_at=unit.now,
                    ))  # fmt: skip
                except IntegrityError as taken:
                    raise refusal("account_entered", account_id=one.account_id) from taken
            self._audit(unit, "accounts_entered", str(len(listed)))
        return len(listed)

    def note_account(self, account_id: str, act: AccountAct) -> SpecialAccount:
        """Written down before it happens: what breaks off afterwards has been announced."""
        with self._work.write() as unit:
            found = next((one for one in accounts(unit) if one.account_id == account_id), None)
            if found is None:
                raise refusal("account_unknown", account_id=account_id)
            roles = {one.role for one in self._memberships(unit)}
            if found.holder != self.login and Role.SECURITY_ADMIN not in roles:
                raise refusal("account_not_yours", account_id=account_id)
            self._audit(unit, f"account_{act.value}", account_id)
        return found


def accounts(unit: Unit) -> tuple[SpecialAccount, ...]:
    """Every account, by its number."""
    asked = select(A.account_id, A.category, A.system, A.login_name, A.holder, A.place)
    return tuple(SpecialAccount(*row) for row in unit.sql.execute(asked.order_by(A.account_id)))
