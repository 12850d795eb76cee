"""The sign-in window and the system keyring: offered where there is one, used when asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.shell.desk_kit import SampleCentre
from workbench.shell.lanes import Lanes
from workbench.shell.sign_in.window import SignInWindow
from workbench.shell.theme import Theme
from workbench.vault.passwords import PasswordVault


class Drawer:
    """A keyring back end in memory: the edge of the world that a test machine has not."""

    priority = 5.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        self.kept[service, name] = password


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    """Named before ``qtbot`` in each test, so that it outlives the windows."""
    made = Lanes()
    yield made
    made.close()


def window(qtbot: QtBot, lanes: Lanes, vault: PasswordVault | None) -> SignInWindow:
    made = SignInWindow(
        lanes, Theme(False, "sans"), "centre", lambda login, password: (login, password), "",
        (lambda: vault) if vault is not None else None,
    )  # fmt: skip
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_password_is_kept_only_when_asked_for_and_filled_in_next_time(
    lanes: Lanes, qtbot: QtBot
) -> None:
    drawer = Drawer()
    vault = PasswordVault("centre", drawer)
    first = window(qtbot, lanes, vault)
    first.login.setText("li.na")
    first.login.editingFinished.emit()
    qtbot.waitUntil(first.remember.isVisible)
    for keep, kept in ((False, {}), (True, {("oneseal-workbench", "centre:li.na"): "plum-42"})):
        first.login.setText("li.na")
        first.password.setText("plum-42")
        first.remember.setChecked(keep)
        with qtbot.waitSignal(first.signed_in):
            first.button.click()
        qtbot.waitUntil(lambda kept=kept: drawer.kept == kept)
    second = window(qtbot, lanes, vault)
    second.login.setText("li.na")
    second.login.editingFinished.emit()
    qtbot.waitUntil(lambda: second.password.text() == "plum-42")


def test_without_a_keyring_nothing_is_offered(lanes: Lanes, qtbot: QtBot) -> None:
    drawer = Drawer()
    drawer.priority = 0.5
    made = window(qtbot, lanes, PasswordVault("centre", drawer))
    made.login.setText("li.na")
    made.login.editingFinished.emit()
    made.password.setText("plum-42")
    with qtbot.waitSignal(made.signed_in):
        made.button.click()
    assert not made.remember.isVisible()
    assert drawer.kept == {}


def test_the_machines_own_keyring_never_stops_a_sign_in(
    lanes: Lanes, qtbot: QtBot, sample: SampleCentre
) -> None:
    made = window(qtbot, lanes, PasswordVault(sample.url))
    made.login.setText("li.na")
    made.login.editingFinished.emit()
    made.password.setText("plum-42")
    with qtbot.waitSignal(made.signed_in):
        made.button.click()
