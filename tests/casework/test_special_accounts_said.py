"""``workbench accounts`` by the real commands (S019): entered, counted, passwords kept, shown."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend

from tests.journeys.hall import HEAD, WINDOW, Hall
from workbench import settings

FILE = settings.resources_dir() / "sample_centre" / "registers" / "accounts.csv"
SECURITY = "sec.admin"


class Drawer(KeyringBackend):
    """A keyring in memory: the edge of the world that a test machine has not."""

    priority = 5.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    before, made = keyring.get_keyring(), Drawer()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_the_accounts_are_entered_and_counted(hall: Hall) -> None:
    assert "another post" in hall.run("accounts", "import", FILE, "--as", HEAD, code=1).err
    assert hall.run("accounts", "import", FILE, "--as", SECURITY).lines == ["36 accounts entered."]
    totals = hall.run("accounts", "totals", "--as", WINDOW).lines
    assert totals[-1] == "36 accounts in 11 categories" and len(totals) == 12
    assert len(hall.run("accounts", "list", "--as", WINDOW).lines) == 36


def test_a_password_is_kept_in_the_keyring_and_shown_to_who_may(
    hall: Hall, drawer: Drawer
) -> None:
    hall.run("accounts", "import", FILE, "--as", SECURITY)
    missing = hall.run("accounts", "reveal", "account-01", "--as", SECURITY, code=1)
    assert "has no password of account-01" in missing.err
    hall.run("accounts", "set-password", "account-01", "--as", SECURITY, pin="plum-rain-42")
    shown = hall.run("accounts", "reveal", "account-01", "--as", SECURITY)
    assert shown.lines == ["plum-rain-42"]
    told = hall.run("accounts", "reveal", "account-01", "--as", WINDOW, code=1)
    assert "Only its holder" in told.err and "plum" not in told.out
    kept = hall.sql("SELECT act, actor FROM audit_line WHERE detail = 'account-01'")
    assert kept == [
        ("account_revealed", SECURITY), ("account_password_set", SECURITY),
        ("account_revealed", SECURITY),
    ]  # fmt: skip
    assert b"plum-rain-42" not in (hall.folder / "centre.db").read_bytes()


def test_a_wrong_list_enters_nothing(hall: Hall) -> None:
    broken = hall.folder / "broken.csv"
    broken.write_text(FILE.read_text("utf-8").replace("demo02", "", 1), "utf-8")
    said = hall.run("accounts", "import", broken, "--as", SECURITY, code=1)
    assert "Row 3, column login_name" in said.err and "No account was entered" in said.err
    assert hall.run("accounts", "list", "--as", WINDOW).lines == []
