"""The seal room of a session: register of seals, exactly-once ledger (``ports.SealRoom``).

Seal design section 7. The key is the document, not the case; the owner of a line is a lease, never
a process; serials are burned. Release and the move ``stamp`` are one transaction. The queue and
what a custodian is told stand in ``seal_queues``.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.rules.case import Case, Move, TaskKind
from workbench.rules.case_view import SealTask
from workbench.rules.dossier import Dossier, Pressed
from workbench.rules.facts import Answers
from workbench.rules.judge import why_not
from workbench.rules.people import Role
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import (
    HalfPress,
    LedgerLine,
    LedgerState,
    Prepared,
    Seal,
)
from workbench.rules.visibility import visible_parts
from workbench.store import case_rows, dossiers, ledger_rows, moves
from workbench.store.engine import Unit
from workbench.store.ledger_rows import LIVE, L
from workbench.store.seal_queues import (
    already_pressed,
    queue,
    refuse_keyless,
    refuse_limit,
    refuse_seal,
    seals,
)
from workbench.store.seat import Seat
from workbench.store.tables import pin_failure
from workbench.store.tables_seal import token_use

MOST_WRONG_PINS = 5
S = LedgerState


class SealRoomOf(Seat):
    """The seal as its custodian works with it."""

    def seals(self) -> tuple[Seal, ...]:
        """Every seal of the register."""
        with self._work.read() as unit:
            return seals(unit)

    def seal_queue(self, of: str = "") -> tuple[SealTask, ...]:
        """What awaits the seal; empty for whoever has not taken it over (V16b)."""
        with self._work.read() as unit:
            return queue(unit, self._books, self.login, of)

    def reserve(self, document_id: str, case_id: int, seal_id: str, owner: str) -> LedgerLine:
        """RESERVED, or a Refusal that says what forbids the press or who is faster."""
        try:
            with self._work.write() as unit:
                return self._reserved(unit, document_id, case_id, seal_id, owner)
        except IntegrityError:
            # The partial unique index was faster than our look: say who it was.
            with self._work.read() as unit:
                raise already_pressed(unit, document_id) from None

    def _reserved(
        self, unit: Unit, document_id: str, case_id: int, seal_id: str, owner: str
    ) -> LedgerLine:
        self._need_role(unit, (Role.SEAL_CUSTODIAN,))
        self._drop_stale(unit, document_id, owner)
        if ledger_rows.lines(unit, (L.document_id == document_id) & (L.state != S.VOID.value)):
            raise already_pressed(unit, document_id)
        dossier = self._asked_for(unit, case_id, document_id)
        request = dossier.last_task(TaskKind.SEAL_REQUEST)
        assert request is not None
        if dossier.item.wet_seal_only:
            raise refusal("wet_seal_only")
        refuse_seal(unit, seal_id, dossier, request)
        refuse_keyless(unit, seal_id)
        refuse_limit(unit, seal_id)
        before = str(request.data.get("sha256") or "")
        if not self._books.content.has(before):
            raise refusal("not_frozen")
        serial = ledger_rows.new_line(unit, {
            "document_id": document_id, "case_id": case_id, "seal_id": seal_id,
            "custodian": self.login, "owner": owner, "sha256_before": before,
        }, self.login)  # fmt: skip
        return ledger_rows.line_of(ledger_rows.lines(unit, L.serial == serial)[0])

    def _drop_stale(self, unit: Unit, document_id: str, owner: str) -> None:
        """A press that broke off before it was signed gives the document back (recovery)."""
        stale = (S.RESERVED.value, S.PREPARED.value)
        where = (L.document_id == document_id) & (L.lease_until <= unit.now) & L.state.in_(stale)
        for row in ledger_rows.lines(unit, where):
            if ledger_rows.take_over(unit, row.serial, owner, self.login):
                ledger_rows.change(
                    unit, row.serial, owner, (S(row.state),), S.VOID, self.login,
                    void_reason="worker_gone",
                )  # fmt: skip

    def _asked_for(self, unit: Unit, case_id: int, document_id: str) -> Dossier:
        """As :meth:`_stampable`; how a case stands that the person does not see is not told him."""
        try:
            return self._stampable(unit, case_id, document_id)
        except Refusal as refused:
            case = case_rows.case_now(unit, case_id)
            if refused.code != "wrong_state" or case is None:
                raise
            dossier = dossiers.current(unit, self._books.shelf, case, (self.login,))
            if visible_parts(Answers(dossier, self.login, unit.now)):
                raise
            raise moves.not_there() from refused

    def _stampable(self, unit: Unit, case_id: int, document_id: str) -> Dossier:
        """The dossier, where everything but the press itself allows the stamp (T23)."""
        case = case_rows.case_now(unit, case_id)
        if case is None:
            raise moves.not_there()
        dossier = dossiers.current(unit, self._books.shelf, case, (self.login,))
        pressed = replace(dossier, ledger=Pressed(released=True))
        refused = why_not(pressed, self.login, "stamp", unit.now)
        if refused is not None:
            raise refused
        if not visible_parts(Answers(dossier, self.login, unit.now)):
            raise refusal("recused")
        waiting = dossier.open_tasks(TaskKind.SEAL_REQUEST)
        if not waiting or waiting[-1].data.get("document_id") != document_id:
            raise refusal("no_seal_request")
        return dossier

    def mark_prepared(self, serial: int, owner: str, prepared: Prepared, sha256: str) -> None:
        """PREPARED: what will be signed is fixed."""
        at = prepared.placement
        with self._work.write() as unit:
            self._need_content(sha256)
            ledger_rows.change(
                unit, serial, owner, (S.RESERVED,), S.PREPARED, self.login,
                digest=prepared.digest, hole_start=prepared.hole_start, hole_end=prepared.hole_end,
                page=at.page, x_mm=float(at.x_mm), y_mm=float(at.y_mm), prepared_sha256=sha256,
            )  # fmt: skip

    def mark_signed(
        self, serial: int, owner: str, cms: bytes, sha256_after: str, level: str
    ) -> None:
        """SIGNED: from here on the press is finished by whoever comes next, never repeated.

        A request that was returned, or a seal that was suspended meanwhile, is refused here,
        before the signature counts.
        """
        with self._work.write() as unit:
            found = ledger_rows.lines(unit, L.serial == serial)
            if found:
                mine = found[0].custodian == self.login
                ask = self._stampable if mine else self._asked_for
                dossier = ask(unit, found[0].case_id, found[0].document_id)
                request = dossier.last_task(TaskKind.SEAL_REQUEST)
                assert request is not None
                refuse_seal(unit, found[0].seal_id, dossier, request)
            ledger_rows.change(
                unit, serial, owner, (S.PREPARED,), S.SIGNED, self.login,
                cms=cms, sha256_after=sha256_after, signature_level=level,
            )  # fmt: skip
            worked = token_use.c.seal_id == found[0].seal_id
            unit.sql.execute(update(token_use).where(worked).values(errors_in_a_row=0))

    def release(self, serial: int, owner: str, move: Move) -> Case:
        """RELEASED and the move ``stamp`` (T23): both or neither."""
        with self._work.write() as unit:
            found = ledger_rows.lines(unit, L.serial == serial)
            if not found:
                raise ledger_rows.moved_on(unit, serial)
            line = found[0]
            known = moves.known_operation(unit, move.operation_id, self.login, line.case_id)
            if known is not None:
                return known
            if move.name != "stamp" or not ledger_rows.says_the_same(line, move):
                raise refusal("ledger_differs", serial=serial)
            ledger_rows.change(
                unit, serial, owner, (S.SIGNED,), S.RELEASED, self.login, released_at=unit.now
            )
            return moves.make_move(unit, self._books, line.case_id, self.login, move)

    def void_line(self, serial: int, owner: str, reason: str) -> None:
        """VOID with the reason; the serial stays burned."""
        with self._work.write() as unit:
            ledger_rows.change(
                unit, serial, owner, LIVE, S.VOID, self.login, void_reason=reason
            )

    def unfinished(self) -> tuple[HalfPress, ...]:
        """Lines neither released nor void whose lease has expired."""
        with self._work.read() as unit:
            live = L.state.in_([one.value for one in LIVE]) & (L.lease_until <= unit.now)
            live &= L.manner == ledger_rows.ELECTRONIC
            return tuple(ledger_rows.half_of(row) for row in ledger_rows.lines(unit, live))

    def take_lease(self, serial: int, owner: str) -> bool:
        """Take over a line whose lease has expired."""
        with self._work.write() as unit:
            return ledger_rows.take_over(unit, serial, owner, self.login)

    def ledger(self, sha256_after: str) -> tuple[LedgerLine, ...]:
        """One file's lines of the register, oldest first, to everybody."""
        with self._work.read() as unit:
            rows = ledger_rows.lines(unit, L.sha256_after == sha256_after)
        return tuple(ledger_rows.line_of(row) for row in rows)

    def _need_content(self, sha256: str) -> None:
        if not self._books.content.has(sha256):
            raise refusal("prepared_missing")

    # -- wrong PINs ----------------------------------------------------------------------------

    def note_wrong_pin(self) -> int:
        """Count one wrong PIN; how many in a row."""
        with self._work.write() as unit:
            count = self._wrong_pins(unit) + 1
            mine = pin_failure.c.login == self.login
            values = {"in_a_row": count, "last_at": unit.now}
            if unit.sql.execute(update(pin_failure).where(mine).values(**values)).rowcount == 0:
                unit.sql.execute(insert(pin_failure).values(login=self.login, **values))
            self._audit(unit, "wrong_pin", str(count))
            return count

    def clear_wrong_pins(self) -> None:
        """The right PIN was given; a desk that is locked stays locked."""
        with self._work.write() as unit:
            if 0 < self._wrong_pins(unit) < MOST_WRONG_PINS:
                mine = pin_failure.c.login == self.login
                unit.sql.execute(delete(pin_failure).where(mine))

    def seal_desk_locked(self) -> bool:
        """Whether five wrong PINs in a row have locked the desk."""
        with self._work.read() as unit:
            return self._wrong_pins(unit) >= MOST_WRONG_PINS

    def unlock_seal_desk(self, login: str) -> None:
        """The security administrator opens a custodian's locked desk again; it is written down."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.SECURITY_ADMIN,))
            gone = delete(pin_failure).where(
                pin_failure.c.login == login, pin_failure.c.in_a_row >= MOST_WRONG_PINS
            )
            if unit.sql.execute(gone).rowcount == 0:
                raise refusal("not_locked", login=login)
            self._audit(unit, "seal_desk_unlocked", login)

    def _wrong_pins(self, unit: Unit) -> int:
        mine = pin_failure.c.login == self.login
        found = unit.sql.execute(select(pin_failure.c.in_a_row).where(mine)).scalar_one_or_none()
        return int(found or 0)
