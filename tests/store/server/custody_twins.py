"""Custody in a twin session: seals entered, uses counted, balances, shifts and modes in both.

The answers must be the same record or the same refusal. Used by ``twins``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import Table, select

from tests.store.server.seal_twins import SealTwin, plain
from workbench.rules.events import canonical
from workbench.rules.moment import Moment
from workbench.rules.seal_balance import SealBalance
from workbench.rules.seal_custody import Seal
from workbench.rules.seal_list import ListedSeal
from workbench.rules.seal_states import SealChange, SealMode
from workbench.store.engine import Unit
from workbench.store.seal_custody_room import balance_of, released_files
from workbench.store.seal_step_effects import entry_form
from workbench.store.session import StoreSession
from workbench.store.tables import (
    custody_shift,
    issuing_organ,
    seal_balance,
    seal_certificate,
    seal_change,
    token_use,
)

KEPT_OF_CUSTODY: Final[tuple[Table, ...]] = (
    token_use, seal_balance, seal_change, seal_certificate, issuing_organ, custody_shift,
)  # fmt: skip
GIVEN: Final = frozenset({"balance_id", "change_id", "custody_id"})
"""Numbers that each database gives by itself; a refused line burns one in PostgreSQL."""


def custody_kept(sql: Any, table: Table) -> list[dict[str, Any]]:
    """The rows of that table in an order that both databases know."""
    wanted = [one for one in table.c if one.name not in GIVEN]
    rows = sql.execute(select(*wanted)).mappings().all()
    return sorted((dict(row) for row in rows), key=lambda row: [str(one) for one in row.values()])


class CustodyTwin(SealTwin):
    """A session whose seals are entered, counted and handed over in both centres."""

    def enter_seal(self, made: Seal, reason: str, pem: str = "") -> SealChange:
        change, answer = self.twice(
            "enter seal", lambda: StoreSession.enter_seal(self, made, reason, pem),
            "seal_enter", canonical(plain(made)), reason, canonical(entry_form(pem)),
        )  # fmt: skip
        return self.same_change(change, answer["change"])

    def import_seals(self, listed: Sequence[ListedSeal], reason: str) -> tuple[SealChange, ...]:
        rows = [{"seal": plain(one.seal), "witnesses": list(one.witnesses),
                 "form": dict(one.form)} for one in listed]  # fmt: skip
        made, answer = self.twice(
            "import seals", lambda: StoreSession.import_seals(self, listed, reason),
            "seal_import", canonical(rows), reason,
        )  # fmt: skip
        for one, told in zip(made, answer["changes"], strict=True):
            self.same_change(one, told)
        return made

    def count_token_call(self, seal_id: str) -> int:
        return self._number(
            "token call", lambda: StoreSession.count_token_call(self, seal_id),
            "token_call", seal_id,
        )  # fmt: skip

    def note_token_error(self, seal_id: str, code: str) -> int:
        return self._number(
            "token error", lambda: StoreSession.note_token_error(self, seal_id, code),
            "token_error", seal_id, code,
        )  # fmt: skip

    def _number(self, what: str, here: Any, call: str, *values: Any) -> int:
        count, answer = self.twice(what, here, call, *values)
        assert int(answer) == count, (what, count, answer)
        return int(count)

    def balance_seal(self, seal_id: str, token_count: int, note: str) -> SealBalance:
        struck, answer = self.twice(
            "balance", lambda: StoreSession.balance_seal(self, seal_id, token_count, note),
            "seal_balance_day", seal_id, self._files(seal_id), token_count, note,
        )  # fmt: skip
        return _same_balance(struck, answer["balance"])

    def hand_over_seal(
        self, seal_id: str, receiver: str, token_count: int, note: str
    ) -> SealBalance:
        struck, answer = self.twice(
            "hand over seal",
            lambda: StoreSession.hand_over_seal(self, seal_id, receiver, token_count, note),
            "seal_hand_over", seal_id, receiver, self._files(seal_id), token_count, note,
        )  # fmt: skip
        return _same_balance(struck, answer["balance"])

    def _files(self, seal_id: str) -> int:
        """Both centres' desks look into the one folder of these tests."""
        with self._work.read() as unit:
            return sum(map(self._books.content.has, released_files(unit, seal_id)))

    def plan_custody(self, login: str, start: Moment, end: Moment) -> None:
        self.twice("plan custody", lambda: StoreSession.plan_custody(self, login, start, end),
                   "custody_plan", login, start, end)  # fmt: skip

    def drop_custody(self, login: str, start: Moment) -> None:
        self.twice("drop custody", lambda: StoreSession.drop_custody(self, login, start),
                   "custody_drop", login, start)  # fmt: skip

    def set_seal_mode(self, organ_name: str, mode: SealMode) -> None:
        self.twice("seal mode", lambda: StoreSession.set_seal_mode(self, organ_name, mode),
                   "seal_mode_set", organ_name, mode.value)  # fmt: skip


def _same_balance(struck: SealBalance, told: dict[str, Any]) -> SealBalance:
    there = balance_of(SimpleNamespace(**told))
    assert asdict(there) | {"balance_id": 0} == asdict(struck) | {"balance_id": 0}, (struck, there)
    return struck


def custody_differences(unit: Unit, there: Any) -> list[str]:
    """Tables of custody that the two centres do not keep alike, each with both sides."""
    found = []
    for table in KEPT_OF_CUSTODY:
        mine, others = custody_kept(unit.sql, table), custody_kept(there, table)
        if mine != others:
            odd = [one for one in mine if one not in others], [
                one for one in others if one not in mine
            ]
            found.append(f"{table.name}: only here {odd[0]}, only there {odd[1]}")
    return found
