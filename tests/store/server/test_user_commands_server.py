"""``workbench user`` at a real server: signed in as the security administrator, by the verbs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.hall import Said, run
from tests.store.server.accounts_world import FIRST, OWN, Accounts, accounts_of
from tests.store.server.centres import ServerCentre
from workbench.rules.refusals import Refusal
from workbench.store.server.connecting import sign_in
from workbench.vault import passwords as vault


@pytest.fixture
def accounts(server: ServerCentre) -> Iterator[Accounts]:
    with accounts_of(server) as made:
        yield made


def user(accounts: Accounts, verb: str, *words: object, who: str = "", lines: str = OWN) -> Said:
    return run("user", verb, *words, "--centre", accounts.address.shown, "--as",
               who or accounts.security, pin=lines)  # fmt: skip


def test_people_come_and_go_by_command(accounts: Accounts, tmp_path: Path) -> None:
    out, people = tmp_path / "out.txt", tmp_path / "people.csv"
    one, two = accounts.name("yi"), accounts.name("er")
    people.write_text(
        "登录名,姓名,英文姓名,部门,岗位,A/B岗,文号\n"
        f"{one},一某,Yi,market,首席代表,A,任7号\n{two},二某,Er,market,审核员,,\n",
        encoding="utf-8-sig",
    )
    said = user(accounts, "import", people, "--passwords", out)
    assert (said.code, said.out) == (0, "Added: 2.\n"), said
    given = dict(line.split("\t") for line in out.read_text().splitlines())
    mine = accounts.name("words-and-more")
    said = user(accounts, "own-password", who=two, lines=f"{given[two]}\n{mine}")
    assert (said.code, said.out) == (0, "The password is changed.\n"), said
    said = user(accounts, "list", "--json")
    standing = {row["login"]: (row["roles"], row["standing"]) for row in said.records}
    assert standing[one] == (["representative"], "newcomer")
    assert standing[two] == (["reviewer"], "user")
    assert user(accounts, "grant", two, "surveyor").code == 0
    said = user(accounts, "revoke", two, "all")
    assert said.out == f"{two} is revoked: no role, no sign-in.\n"
    with pytest.raises(Refusal) as caught:
        sign_in(accounts.address, two, mine)
    assert caught.value.code == "account_locked"
    assert FIRST not in out.read_text() and not set(given.values()) & set(said.out.split())


def test_who_does_not_keep_accounts_is_told(accounts: Accounts, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    new = accounts.name("new")
    words = ("add", new, "--name-zh", "新", "--name-en", "New", "--passwords", out)
    said = user(accounts, *words, who="zhang")
    assert said.code == 1 and "kept by the security administrator" in said.err
    assert not out.exists()
    assert user(accounts, *words).code == 0
    first = out.read_text().split()[1]
    said = user(accounts, "list", who=new, lines=first)
    assert said.code == 1 and "workbench user own-password --centre" in said.err
    said = user(accounts, "own-password", who=new, lines=f"{first}\nshort")
    assert said.code == 1 and "at least 10 characters" in said.err
    said = user(accounts, "own-password", who=new, lines=f"{first}\n{first}")
    assert said.code == 1 and "is the old one" in said.err


def test_a_fault_in_one_row_adds_nobody(accounts: Accounts, tmp_path: Path) -> None:
    """Also one that only the server knows: then the whole transaction is undone."""
    out, people = tmp_path / "out.txt", tmp_path / "people.csv"
    good, bad = accounts.name("good"), "cluster_admin"
    people.write_text(f"login,name_zh,name_en\n{good},好,Good\n{bad},坏,Bad\n", encoding="utf-8")
    said = user(accounts, "import", people, "--passwords", out)
    assert said.code == 1
    assert said.err.startswith("Row 3: This sign-in name cannot be given.")
    assert not out.exists()
    assert good not in user(accounts, "list").out


def test_the_password_may_come_from_the_keyring(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def get(self: object, login: str) -> str | None:
        asked.append((self._centre, login))  # type: ignore[attr-defined]
        return OWN if login == accounts.security else None

    monkeypatch.setattr(vault.PasswordVault, "get", get)
    said = user(accounts, "list", "--keyring", lines="")
    assert said.code == 0 and accounts.security in said.out
    assert asked == [(accounts.address.shown, accounts.security)]
    said = user(accounts, "list", "--keyring", who="zhang", lines="")
    assert said.code == 3 and "no password of zhang" in said.err


def test_calls_that_name_nobody_or_a_password(accounts: Accounts) -> None:
    url = accounts.address.shown
    said = run("user", "list", "--centre", url)
    assert said.code == 2 and "--as chen.jing" in said.err
    said = run("user", "list", "--centre", url.replace("//", "//zhang:geheim@"), "--as", "zhang")
    assert said.code == 1 and "does not belong into an address" in said.err
    assert "geheim" not in said.err
    said = run("user", "list", "--centre", "postgresql://127.0.0.1:1/none", "--as", "zhang")
    assert said.code == 3 and "does not answer" in said.err
