"""Special accounts at other systems (S019): who holds which and where, as a table and in totals.

A password is never part of it: it stands in the keyring of the desk that uses it (``vault``).
Called by ``workbench accounts`` and both engines of the store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workbench.rules.list_table import empty_cells, read_table, repeated
from workbench.rules.person_list import RowFault

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "account_id": ("account_id", "账号编号"), "category": ("category", "业务类别"),
    "system": ("system", "系统"), "login_name": ("login_name", "登录名"),
    "holder": ("holder", "持有人"), "place": ("place", "使用地点"),
}  # fmt: skip


class AccountAct(StrEnum):
    """What is done with an account's password, as the audit lines keep it."""

    PASSWORD_SET = "password_set"
    REVEALED = "revealed"


@dataclass(frozen=True, slots=True)
class SpecialAccount:
    """One account at another system; ``holder`` is a sign-in name, or a name where it is none."""

    account_id: str
    category: str
    system: str
    login_name: str
    holder: str
    place: str


def read_accounts(raw: bytes) -> tuple[tuple[SpecialAccount, ...], tuple[RowFault, ...]]:
    """The rows, or what is wrong with them; every column is needed."""
    names = tuple(COLUMNS)
    rows, wrong = read_table(raw, COLUMNS, names)
    seen: dict[str, int] = {}
    faults = [*wrong]
    for row, cells in rows:
        faults += [*empty_cells(row, cells, names), *repeated(row, cells, "account_id", seen)]
    if faults:
        return (), tuple(faults)
    return tuple(SpecialAccount(*(cells[name] for name in names)) for _row, cells in rows), ()


def account_totals(accounts: Iterable[SpecialAccount]) -> Mapping[str, int]:
    """Category -> how many, in order of their names."""
    return dict(sorted(Counter(one.category for one in accounts).items()))
