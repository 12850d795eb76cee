"""Passwords of special accounts (S019): in the keyring, apart from sign-in passwords."""

from __future__ import annotations

from tests.vault.test_passwords import Drawer
from workbench.vault.accounts import AccountVault
from workbench.vault.passwords import PasswordVault


def test_a_password_of_an_account_is_kept_apart_from_a_sign_in() -> None:
    drawer = Drawer()
    signing_in = PasswordVault("centre", drawer)
    vault = AccountVault(signing_in)
    assert vault.password("account-01") is None
    assert vault.keep("account-01", "plum-42")
    assert vault.password("account-01") == "plum-42"
    assert signing_in.get("account-01") is None
    assert AccountVault(PasswordVault("another", drawer)).password("account-01") is None


def test_where_there_is_no_keyring_nothing_is_kept() -> None:
    drawer = Drawer(priority=0.5)
    assert not AccountVault(PasswordVault("centre", drawer)).keep("account-01", "plum-42")
    assert drawer.kept == {}
