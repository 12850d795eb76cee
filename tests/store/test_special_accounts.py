"""The special accounts of a centre (S019), on a file and on a server: 36 in 11 categories."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from tests.store.test_seal_register import HEAD, SECURITY, code
from tests.store.world import World
from workbench import settings
from workbench.rules.account_list import AccountAct, account_totals, read_accounts
from workbench.store.tables import audit_line

FILE = settings.resources_dir() / "sample_centre" / "registers" / "accounts.csv"


def test_thirty_six_accounts_in_eleven_categories(world: World) -> None:
    listed, faults = read_accounts(FILE.read_bytes())
    assert faults == ()
    assert world.as_(SECURITY).import_accounts(listed) == 36
    found = world.as_("zhang").special_accounts()
    assert found == listed and all(one.holder and one.place for one in found)
    totals = account_totals(found)
    assert (len(totals), sum(totals.values())) == (11, 36)


def test_a_list_of_accounts_is_entered_whole_or_not_at_all(world: World) -> None:
    listed, _faults = read_accounts(FILE.read_bytes())
    twice = (*listed[:3], listed[0])
    assert code(lambda: world.as_(SECURITY).import_accounts(twice)) == "account_entered"
    assert code(lambda: world.as_(HEAD).import_accounts(listed)) == "not_your_role"
    assert world.as_("zhang").special_accounts() == ()


def test_who_uses_a_password_is_written_down_first(world: World) -> None:
    listed, _faults = read_accounts(FILE.read_bytes())
    mine = replace(listed[0], holder="zhang")
    world.as_(SECURITY).import_accounts((mine, *listed[1:3]))
    assert world.as_("zhang").note_account(mine.account_id, AccountAct.REVEALED) == mine
    world.as_(SECURITY).note_account(listed[1].account_id, AccountAct.PASSWORD_SET)
    for who, number, told in (
        ("li", mine.account_id, "account_not_yours"), ("zhang", "none", "account_unknown"),
        ("sys", mine.account_id, "account_not_yours"),
    ):  # fmt: skip
        assert code(
            lambda who=who, number=number: world.as_(who).note_account(number, AccountAct.REVEALED)
        ) == told  # fmt: skip
    acts = [
        (one.actor, one.act, one.detail) for one in audit_of(world) if "account_" in one.act
    ]
    assert acts == [
        ("zhang", "account_revealed", mine.account_id),
        (SECURITY, "account_password_set", listed[1].account_id),
    ]


def audit_of(world: World) -> list[Any]:
    with world.centre.administration(writing=False) as unit:
        return list(unit.sql.execute(select(audit_line).order_by(audit_line.c.audit_id)))


def test_every_fault_of_a_list_names_its_row() -> None:
    lines = FILE.read_text("utf-8").splitlines()
    lines[3] = lines[3].replace("account-03", "account-01").replace("demo03", "")
    found, faults = read_accounts("\n".join(lines).encode())
    assert found == () and [(one.row, one.column) for one in faults] == [
        (4, "login_name"), (4, "account_id"),
    ]  # fmt: skip
