"""The system keyring: used where it is one, never where it is plain text, never waited for."""

from __future__ import annotations

import threading

import pytest

from workbench.rules.refusals import Outage
from workbench.vault.passwords import LEAST_PRIORITY, PasswordVault


class Drawer:
    """A keyring back end in memory: the edge of the world that a test machine has not."""

    def __init__(self, priority: float = 5) -> None:
        self.priority = priority
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        self.kept[service, name] = password

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


def test_a_password_is_kept_for_its_centre_and_forgotten() -> None:
    drawer = Drawer()
    here, there = PasswordVault("centre-1", drawer), PasswordVault("centre-2", drawer)
    assert here.put("li.na", "口令-plum-42")
    assert here.get("li.na") == "口令-plum-42"
    assert there.get("li.na") is None
    here.forget("li.na")
    here.forget("li.na")
    assert here.get("li.na") is None
    assert drawer.kept == {}


def test_a_plain_text_back_end_is_never_used() -> None:
    drawer = Drawer(priority=LEAST_PRIORITY / 2)
    vault = PasswordVault("centre", drawer)
    assert not vault.usable()
    assert vault.put("li.na", "secret") is False
    assert vault.get("li.na") is None
    assert drawer.kept == {}


def test_the_machines_own_keyring_is_asked_without_a_back_end_given() -> None:
    """On a machine without one the answer is no, not an error."""
    vault = PasswordVault("centre")
    assert vault.usable() in (True, False)
    if not vault.usable():
        assert vault.put("li.na", "secret") is False


@pytest.mark.keeps_threads("the thread that waits for the keyring is left behind on purpose")
def test_a_keyring_that_waits_for_a_window_is_not_waited_for() -> None:
    open_window = threading.Event()

    class Locked(Drawer):
        def get_password(self, service: str, name: str) -> str | None:
            open_window.wait(30)
            return None

    with pytest.raises(Outage) as told:
        PasswordVault("centre", Locked(), patience=0.05).get("li.na")
    open_window.set()
    assert told.value.remedy


def test_a_failing_keyring_is_an_outage_with_its_cause() -> None:
    class Broken(Drawer):
        def set_password(self, service: str, name: str, password: str) -> None:
            raise RuntimeError("prompt dismissed")

    with pytest.raises(Outage) as told:
        PasswordVault("centre", Broken()).put("li.na", "secret")
    assert isinstance(told.value.__cause__, RuntimeError)
    assert "secret" not in str(told.value)
