"""Passwords of special accounts at other systems, in the keyring of the desk that uses them (S019).

The list of accounts stands in the centre, never a password. Called by ``workbench accounts``.
"""

from __future__ import annotations

from workbench.vault.passwords import PasswordVault


class AccountVault:
    """The accounts' passwords of one centre at this desk; ``kept`` is where sign-in passwords are
    kept too, under other names."""

    def __init__(self, kept: PasswordVault) -> None:
        self._kept = kept

    def password(self, account_id: str) -> str | None:
        """The stored one, or ``None``. Outage where the keyring does not answer."""
        return self._kept.get(_name(account_id))

    def keep(self, account_id: str, password: str) -> bool:
        """Store it; ``False`` where this machine has no keyring. Outage where it fails."""
        return self._kept.put(_name(account_id), password)


def _name(account_id: str) -> str:
    # A sign-in name has no blank, so none of them can be taken for an account.
    return f"special account {account_id}"
