"""The seal desk of a twin session: every verb of the ledger, of seals and PINs in both centres.

The answers must be the same record or the same refusal. Serial numbers and numbers of cases stay
alike, because nothing here or there burns one that the other does not; so the chained steps of the
ledger are compared byte for byte. Used by ``twins``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar

from workbench.rules.case import Case, Move
from workbench.rules.events import canonical
from workbench.rules.people import CustodyShift
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerLine, Prepared
from workbench.rules.seal_states import SealChange, SealStepAsked
from workbench.store.seal_states import change_of
from workbench.store.session import StoreSession

Result = TypeVar("Result")


class Both(Protocol):
    """What a twin session knows of the two centres."""

    numbers: dict[int, int]
    changes: dict[int, int]
    """Number of a change of a seal in SQLite -> in PostgreSQL, where a refusal burns one."""
    counts: Counter[str]

    def ready(self) -> None:
        """People and clock are alike."""

    def asked(self, login: str, call: str, values: tuple[Any, ...]) -> dict[str, Any]:
        """What the server answers."""

    def same_case(self, case: Case, answer: dict[str, Any]) -> Case:
        """The case, which both answered alike."""




def plain(record: Any) -> Any:
    """A frozen record as a verb answers it."""
    return json.loads(canonical(_told(asdict(record))))


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _told(one) for key, one in value.items()}
    return getattr(value, "value", value)


class SealTwin(StoreSession):
    """A session whose work with the seal is done in both centres."""

    both: Both

    def twice(
        self, what: str, here: Callable[[], Result], call: str, *values: Any
    ) -> tuple[Result, Any]:
        """Both answers; a refusal is raised when it is the same one."""
        self.both.ready()
        places = ", ".join(["%s"] * len(values))
        refused: Refusal | None = None
        try:
            done = here()
        except Refusal as trouble:
            refused = trouble
        answer = self.both.asked(self.login, f"SELECT wb.{call}({places})", values)
        told = answer.get("refused", {}).get("code") if isinstance(answer, dict) else None
        assert told == (refused.code if refused else None), (what, values, refused, answer)
        self.both.counts[f"{what} refused {told}" if told else what] += 1
        if refused is not None:
            raise refused
        return done, answer

    def reserve(self, document_id: str, case_id: int, seal_id: str, owner: str) -> LedgerLine:
        line, answer = self.twice(
            "reserve", lambda: StoreSession.reserve(self, document_id, case_id, seal_id, owner),
            "seal_reserve", document_id, self.both.numbers.get(case_id, case_id), seal_id, owner,
        )  # fmt: skip
        assert answer["line"] == plain(line)
        return line

    def mark_prepared(self, serial: int, owner: str, prepared: Prepared, sha256: str) -> None:
        at = prepared.placement
        self.twice(
            "prepare", lambda: StoreSession.mark_prepared(self, serial, owner, prepared, sha256),
            "seal_prepared", serial, owner, prepared.digest, prepared.hole_start,
            prepared.hole_end, at.page, float(at.x_mm), float(at.y_mm), sha256,
        )  # fmt: skip

    def mark_signed(
        self, serial: int, owner: str, cms: bytes, sha256_after: str, level: str
    ) -> None:
        self.twice(
            "sign",
            lambda: StoreSession.mark_signed(self, serial, owner, cms, sha256_after, level),
            "seal_signed", serial, owner, cms, sha256_after, level,
        )  # fmt: skip

    def release(self, serial: int, owner: str, move: Move) -> Case:
        entries = [{"kind": one.kind, "body": dict(one.body)} for one in move.entries]
        case, answer = self.twice(
            "stamp", lambda: StoreSession.release(self, serial, owner, move), "seal_release",
            serial, owner, canonical(dict(move.fields)), canonical(entries), move.operation_id,
        )  # fmt: skip
        return self.both.same_case(case, answer)

    def void_line(self, serial: int, owner: str, reason: str) -> None:
        self.twice("void", lambda: StoreSession.void_line(self, serial, owner, reason),
                   "seal_void", serial, owner, reason)  # fmt: skip

    def take_lease(self, serial: int, owner: str) -> bool:
        taken, answer = self.twice(
            "take lease", lambda: StoreSession.take_lease(self, serial, owner),
            "seal_take_lease", serial, owner,
        )  # fmt: skip
        assert answer is taken
        return taken

    def ask_seal_change(self, seal_id: str, asked: SealStepAsked) -> SealChange:
        return self._change(
            lambda: StoreSession.ask_seal_change(self, seal_id, asked), "seal_ask", seal_id,
            asked.step, asked.reason, canonical(list(asked.witnesses)), canonical(dict(asked.form)),
        )  # fmt: skip

    def decide_seal_change(self, change_id: int, *, confirm: bool, reason: str) -> SealChange:
        return self._change(
            lambda: StoreSession.decide_seal_change(
                self, change_id, confirm=confirm, reason=reason
            ),
            "seal_decide", self.both.changes[change_id], confirm, reason,
        )  # fmt: skip

    def withdraw_seal_change(self, change_id: int) -> SealChange:
        return self._change(
            lambda: StoreSession.withdraw_seal_change(self, change_id), "seal_withdraw",
            self.both.changes[change_id],
        )  # fmt: skip

    def _change(self, here: Callable[[], SealChange], call: str, *values: Any) -> SealChange:
        change, answer = self.twice("seal change", here, call, *values)
        return self.same_change(change, answer["change"])

    def same_change(self, change: SealChange, told: dict[str, Any]) -> SealChange:
        """The change, which both answered alike."""
        self.both.changes[change.change_id] = told["change_id"]
        there = change_of(SimpleNamespace(**told))
        assert replace(there, change_id=change.change_id) == change, (change, there)
        return change

    def note_wrong_pin(self) -> int:
        count, answer = self.twice(
            "wrong PIN", lambda: StoreSession.note_wrong_pin(self), "pin_wrong"
        )
        assert answer == {"in_a_row": count}
        return count

    def clear_wrong_pins(self) -> None:
        self.twice("right PIN", lambda: StoreSession.clear_wrong_pins(self), "pin_right")

    def seal_desk_locked(self) -> bool:
        locked, answer = self.twice(
            "locked", lambda: StoreSession.seal_desk_locked(self), "seal_desk_locked"
        )
        assert answer is locked
        return locked

    def unlock_seal_desk(self, login: str) -> None:
        self.twice("unlock", lambda: StoreSession.unlock_seal_desk(self, login),
                   "seal_desk_unlock", login)  # fmt: skip

    def take_over_custody(self) -> CustodyShift:
        shift, answer = self.twice(
            "take over custody", lambda: StoreSession.take_over_custody(self), "take_over_custody"
        )
        assert answer["custody"] == plain(shift)
        return shift
