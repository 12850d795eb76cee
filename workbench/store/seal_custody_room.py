"""What a custodian answers for, in the store: uses counted, balances struck, custody handed over.

Every count is of this transaction. A key is counted before it is asked; its third failure in a row
suspends the seal (seal design section 7, R57). Called through a session.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, func, insert, select, true, update

from workbench.rules.moment import Moment
from workbench.rules.people import CustodyShift, Role
from workbench.rules.refusal_texts import refusal
from workbench.rules.seal_balance import (
    MOST_TOKEN_ERRORS,
    TOKEN_ERRORS_REASON,
    LedgerAsk,
    LedgerPage,
    Occasion,
    SealBalance,
    TokenUse,
    differences,
)
from workbench.rules.seal_custody import LedgerState, SealStatus
from workbench.rules.seal_states import IN_USE, STEPS, SealStepAsked
from workbench.store import people_rows
from workbench.store.engine import Unit
from workbench.store.ledger_questions import ledger_page
from workbench.store.ledger_rows import ELECTRONIC, LIVE, L
from workbench.store.seal_queues import seal_of, seen_lines, sees_register
from workbench.store.seal_states import SealStatesOf
from workbench.store.seal_step_effects import carry_out
from workbench.store.tables import custody_shift, ledger_line, seal_balance, token_use

B: Final = seal_balance.c
T: Final = token_use.c
_BALANCE: Final = (
    B.balance_id, B.seal_id, B.occasion, B.at, B.actor, B.released, B.void, B.files, B.calls,
    B.token_count, B.differences, B.note, B.receiver, B.received_at,
)  # fmt: skip


class SealCustodyOf(SealStatesOf):
    """Custody of the seal: its keeper's counts, and who plans whose shift it is."""

    def ledger_page(self, ask: LedgerAsk) -> LedgerPage:
        """A page of the register of use, as far as the person sees it (V16b)."""
        with self._work.read() as unit:
            return ledger_page(unit, ask, seen_lines(unit, self.login))

    def count_token_call(self, seal_id: str) -> int:
        """Before the key is asked; how often it has been asked by now."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.SEAL_CUSTODIAN,))
            found = seal_of(unit, seal_id)
            if found.status not in IN_USE:
                raise refusal(f"seal_{found.status.value}")
            return self._count(unit, seal_id, calls=1).calls

    def note_token_error(self, seal_id: str, code: str) -> int:
        """The key failed; how often in a row. The third time suspends the seal."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.SEAL_CUSTODIAN,))
            found = seal_of(unit, seal_id)
            count = self._count(unit, seal_id, errors=1).errors_in_a_row
            self._audit(unit, "token_error", f"{seal_id} {code} {count}")
            if count >= MOST_TOKEN_ERRORS and found.status in IN_USE:
                step, asked = STEPS["suspend"], SealStepAsked("suspend", TOKEN_ERRORS_REASON)
                who = self.login
                carry_out(unit, found, step, {}, SealStatus.SUSPENDED, who, who)
                self._file(unit, seal_id, step, asked, found.status, SealStatus.SUSPENDED)
            return count

    def token_use(self, seal_id: str) -> TokenUse:
        """How often that key was asked, and failed in a row."""
        with self._work.read() as unit:
            return use_of(unit, seal_id)

    def _count(self, unit: Unit, seal_id: str, calls: int = 0, errors: int = 0) -> TokenUse:
        before = use_of(unit, seal_id)
        values = {"calls": before.calls + calls, "last_at": unit.now,
                  "errors_in_a_row": before.errors_in_a_row + errors}  # fmt: skip
        if before.last_at is None:
            unit.sql.execute(insert(token_use).values(seal_id=seal_id, **values))
        else:
            unit.sql.execute(update(token_use).where(T.seal_id == seal_id).values(values))
        return use_of(unit, seal_id)

    # -- balances ------------------------------------------------------------------------------

    def balance_seal(self, seal_id: str, token_count: int, note: str) -> SealBalance:
        """The evening's count, by whoever holds the seal."""
        with self._work.write() as unit:
            self._need_custody(unit)
            return self._balance(unit, seal_id, Occasion.DAY, token_count, note, "")

    def hand_over_seal(
        self, seal_id: str, receiver: str, token_count: int, note: str
    ) -> SealBalance:
        """One's shift ends with the balance; the receiver gets the rest of it."""
        with self._work.write() as unit:
            mine = self._need_custody(unit)
            _need_keeper(unit, receiver, self.login)
            own = (L.custodian == self.login) & L.state.in_([one.value for one in LIVE])
            if _number(unit, own & (L.manner == ELECTRONIC)):
                raise refusal("press_under_way")
            if _number(unit, own):
                raise refusal("copies_under_way")
            made = self._balance(unit, seal_id, Occasion.HAND_OVER, token_count, note, receiver)
            pass_on(unit, mine, receiver)
            self._audit(unit, "hand_over_seal", f"{seal_id} {receiver}")
            return made

    def seal_balances(self, seal_id: str) -> tuple[SealBalance, ...]:
        """Every balance of that seal, oldest first."""
        with self._work.read() as unit:
            own = (B.actor == self.login) | (B.receiver == self.login)
            seen = true() if sees_register(unit, self.login) else own
            return balances(unit, seen & (B.seal_id == seal_id))

    def _balance(
        self, unit: Unit, seal_id: str, occasion: Occasion, token_count: int, note: str,
        receiver: str,
    ) -> SealBalance:  # fmt: skip
        seal_of(unit, seal_id)
        counted = counts(unit, seal_id)
        files = sum(map(self._books.content.has, released_files(unit, seal_id)))
        found = differences(
            released=counted["released"], signed=counted["signed"], open_lines=counted["open"],
            files=files, calls=counted["calls"], token_count=token_count,
        )  # fmt: skip
        values = {
            "seal_id": seal_id, "occasion": occasion.value, "at": unit.now, "actor": self.login,
            "released": counted["released"], "void": counted["void"], "files": files,
            "calls": counted["calls"], "token_count": token_count,
            "differences": " ".join(found), "note": note.strip(), "receiver": receiver,
        }  # fmt: skip
        made = unit.sql.execute(insert(seal_balance).values(values)).inserted_primary_key
        assert made is not None
        self._audit(unit, "seal_balance", f"{seal_id} {occasion.value} {' '.join(found)}".strip())
        return balances(unit, B.balance_id == int(made[0]))[0]

    def _need_custody(self, unit: Unit) -> CustodyShift:
        self._need_role(unit, (Role.SEAL_CUSTODIAN,))
        mine = people_rows.custody_of(unit.sql, (self.login,))
        held = [one for one in mine if one.in_force(unit.now)]
        if not held:
            raise refusal("not_on_custody_shift")
        return held[-1]

    # -- shifts --------------------------------------------------------------------------------

    def plan_custody(self, login: str, start: Moment, end: Moment) -> None:
        """A custodian's shift, by the roster manager; never two people at once."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.ROSTER_MANAGER,))
            _need_keeper(unit, login, "")
            if not start < end or end <= unit.now:
                raise refusal("custody_span")
            c = custody_shift.c
            taken = select(c.login).where(c.start < end, c.end > start).order_by(c.start)
            other = unit.sql.execute(taken.limit(1)).scalar_one_or_none()
            if other is not None:
                raise refusal("custody_overlaps", name=people_rows.shown_name(unit.sql, other))
            unit.sql.execute(insert(custody_shift).values(login=login, start=start, end=end))
            self._audit(unit, "plan_custody", f"{login} {start} {end}")

    def drop_custody(self, login: str, start: Moment) -> None:
        """Take back a shift that nobody has taken over yet."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.ROSTER_MANAGER,))
            c = custody_shift.c
            same = (c.login == login) & (c.start == start)
            found = people_rows.custody_shifts(unit.sql, same)
            if not found:
                raise refusal("custody_not_there")
            if found[0].taken_over_at is not None:
                raise refusal("custody_taken_over")
            unit.sql.execute(custody_shift.delete().where(same))
            self._audit(unit, "drop_custody", f"{login} {start}")


def _need_keeper(unit: Unit, login: str, giver: str) -> None:
    """Refusal where that person keeps no seal, or is the giver himself."""
    posts = people_rows.memberships(unit.sql, login)
    keeps = any(
        one.role is Role.SEAL_CUSTODIAN and one.valid_from <= unit.now < one.valid_to
        for one in posts
    )
    if not keeps or login == giver:
        raise refusal("not_a_custodian")


def pass_on(unit: Unit, mine: CustodyShift, receiver: str) -> None:
    """My shift ends now; the receiver's own one runs already, or he gets the rest of mine."""
    c = custody_shift.c
    running = (c.start <= unit.now) & (unit.now < c.end)
    unit.sql.execute(
        update(custody_shift).where(running, c.login == mine.login).values(end=unit.now)
    )
    if not people_rows.custody_shifts(unit.sql, running & (c.login == receiver)):
        unit.sql.execute(insert(custody_shift).values(
            login=receiver, start=unit.now, end=mine.end
        ))  # fmt: skip


def received(unit: Unit, login: str) -> None:
    """Whoever takes the seal over takes it with the balance that was struck for him."""
    waiting = (B.receiver == login) & B.received_at.is_(None)
    unit.sql.execute(update(seal_balance).where(waiting).values(received_at=unit.now))


def use_of(unit: Unit, seal_id: str) -> TokenUse:
    """The line of that key; nothing counted where there is none."""
    asked = select(T.seal_id, T.calls, T.errors_in_a_row, T.last_at).where(T.seal_id == seal_id)
    row = unit.sql.execute(asked).one_or_none()
    return TokenUse(*row) if row else TokenUse(seal_id)


def counts(unit: Unit, seal_id: str) -> dict[str, int]:
    """Lines of that seal: released, void, open; signed by its key; calls of the key."""
    mine, electronic = L.seal_id == seal_id, L.manner == ELECTRONIC
    state = {name: L.state == LedgerState[name.upper()].value for name in ("released", "void")}
    return {
        "released": _number(unit, mine & state["released"]),
        "void": _number(unit, mine & state["void"]),
        "open": _number(unit, mine & L.state.in_([one.value for one in LIVE])),
        "signed": _number(unit, mine & electronic & (L.sha256_after != "")),
        "calls": use_of(unit, seal_id).calls,
    }


def released_files(unit: Unit, seal_id: str) -> tuple[str, ...]:
    """SHA-256 of the files that have to be there: what was sealed, the scan of what was pressed."""
    asked = select(L.sha256_after, L.scan_sha256).where(
        L.seal_id == seal_id, L.state == LedgerState.RELEASED.value
    )
    return tuple(sealed or scan for sealed, scan in unit.sql.execute(asked))


def _number(unit: Unit, where: ColumnElement[bool]) -> int:
    asked = select(func.count()).select_from(ledger_line).where(where)
    return int(unit.sql.execute(asked).scalar_one())


def balances(unit: Unit, where: ColumnElement[bool]) -> tuple[SealBalance, ...]:
    """Balances, oldest first."""
    rows = unit.sql.execute(select(*_BALANCE).where(where).order_by(B.balance_id))
    return tuple(balance_of(row) for row in rows)


def balance_of(row: Any) -> SealBalance:
    """The record of one balance, from a row or from what a server's verb answers."""
    return SealBalance(
        row.balance_id, row.seal_id, Occasion(row.occasion), row.at, row.actor, row.released,
        row.void, row.files, row.calls, row.token_count, tuple(row.differences.split()), row.note,
        row.receiver, row.received_at,
    )  # fmt: skip
