"""The slots of outside systems as a session sees them: states, switching, handing over (S005).

Handing over is a duty of the centre, not of a person: any desk may do it, and what it gets are
codes. One desk at a time holds a slot by a lease; a message is marked only after it is written, and
the adapters know a message again by its number, so a crash between the two repeats nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, func, insert, select, update

from workbench.rules.moment import MINUTE
from workbench.rules.outside import SWITCHED, OutMessage, SlotState
from workbench.rules.people import Role
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.store.engine import Unit
from workbench.store.outgoing import SENT, WAITING
from workbench.store.seat import Seat
from workbench.store.tables import exchange_outbox, exchange_slot

LEASE_US: Final = MINUTE
"""Who hands over has so long for one batch; who failed is not tried again before."""
BATCH: Final = 200

S, M = exchange_slot.c, exchange_outbox.c


class OutsideRoomOf(Seat):
    """Slots and their messages."""

    def slot_states(self) -> tuple[SlotState, ...]:
        """Every slot that can be switched, on or off, with what waits and what went out."""
        with self._work.read() as unit:
            rows = {row.slot: row for row in unit.sql.execute(select(exchange_slot))}
            counted = select(M.slot, M.state, func.count()).group_by(M.slot, M.state)
            counts = {(slot, state): n for slot, state, n in unit.sql.execute(counted)}
        return tuple(
            SlotState(
                code, rows[code].folder if code in rows else "", counts.get((code, WAITING), 0),
                counts.get((code, SENT), 0), rows[code].trouble if code in rows else "",
            )
            for code in SWITCHED
        )  # fmt: skip

    def slots_on(self) -> tuple[tuple[str, str], ...]:
        """Code and folder of every slot that is on; asked often, so nothing is counted."""
        with self._work.read() as unit:
            on = select(S.slot, S.folder).where(S.folder != "").order_by(S.slot)
            return tuple((row.slot, row.folder) for row in unit.sql.execute(on))

    def switch_slot(self, code: str, folder: str) -> None:
        """On with a folder, off without. Only the system administrator; it is written down."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.SYSTEM_ADMIN,))
            if code not in SWITCHED:
                raise refusal("slot_unknown", code=code, codes=", ".join(SWITCHED))
            values: dict[str, Any] = {
                "folder": folder, "trouble": "", "tries": 0, "owner": "", "lease_until": unit.now,
                "changed_by": self.login, "changed_at": unit.now,
            }  # fmt: skip
            if _slot(unit, code) is None:
                unit.sql.execute(insert(exchange_slot).values(slot=code, **values))
            else:
                unit.sql.execute(update(exchange_slot).where(S.slot == code).values(**values))
            self._audit(unit, "slot_on" if folder else "slot_off", f"{code} {folder}".strip())

    def claim_messages(
        self, code: str, owner: str, force: bool = False
    ) -> tuple[OutMessage, ...]:
        """The oldest waiting messages, for this owner alone for a minute; nothing where the slot
        is off, held by another, or has just failed (``force``: try again all the same)."""
        with self._work.read() as unit:
            if not _may_claim(unit, code, owner, force) or not _waiting(unit, code, 1):
                return ()
        with self._work.write() as unit:
            if not _may_claim(unit, code, owner, force):
                return ()
            lease = {"owner": owner, "lease_until": unit.now + LEASE_US}
            unit.sql.execute(update(exchange_slot).where(S.slot == code).values(**lease))
            return _waiting(unit, code, BATCH)

    def messages_sent(self, code: str, messages: Sequence[OutMessage]) -> None:
        """They are written where they belong: mark them and give the slot back."""
        with self._work.write() as unit:
            ids = [one.message_id for one in messages]
            sent = {"state": SENT, "sent_at": unit.now, "tries": M.tries + 1}
            unit.sql.execute(
                update(exchange_outbox)
                .where(M.message_id.in_(ids), M.state == WAITING)
                .values(**sent)
            )
            free = {"owner": "", "lease_until": unit.now, "trouble": "", "tries": 0}
            unit.sql.execute(update(exchange_slot).where(S.slot == code).values(**free))

    def messages_stuck(self, code: str, messages: Sequence[OutMessage], trouble: str) -> None:
        """They could not be written: they wait on, in order, and the slot says why."""
        with self._work.write() as unit:
            ids = [one.message_id for one in messages]
            unit.sql.execute(
                update(exchange_outbox)
                .where(M.message_id.in_(ids), M.state == WAITING)
                .values(tries=M.tries + 1)
            )
            rest = {"trouble": trouble, "tries": S.tries + 1, "owner": "",
                    "lease_until": unit.now + LEASE_US}  # fmt: skip
            unit.sql.execute(update(exchange_slot).where(S.slot == code).values(**rest))

    def message_file(self, message: OutMessage, sha256: str) -> Path:
        """The file that a waiting message names, checked byte by byte; no other is given out."""
        with self._work.read() as unit:
            found = unit.sql.execute(
                select(M.body).where(M.message_id == message.message_id, M.state == WAITING)
            ).scalar_one_or_none()
        if found is None or f'"{sha256}"' not in found or not self._books.content.sound(sha256):
            raise not_whole(message)
        return self._books.content.place(sha256)


def not_whole(message: OutMessage) -> Refusal:
    """For a file that the message does not name, or that is not what was stored."""
    return Refusal(
        "content_missing",
        _("The file of message {number} is not whole.").format(number=message.message_id),
        _("Run the centre check, bring the file back from a backup, then try again."),
    )


def _slot(unit: Unit, code: str) -> Row[Any] | None:
    return unit.sql.execute(select(exchange_slot).where(S.slot == code)).one_or_none()


def _may_claim(unit: Unit, code: str, owner: str, force: bool) -> bool:
    row = _slot(unit, code)
    if row is None or not row.folder:
        return False
    held = row.lease_until > unit.now and row.owner != owner
    return not held or (force and not row.owner)


def _waiting(unit: Unit, code: str, limit: int) -> tuple[OutMessage, ...]:
    wanted = select(M.message_id, M.slot, M.body, M.sha256).where(M.slot == code)
    rows = unit.sql.execute(
        wanted.where(M.state == WAITING).order_by(M.message_id).limit(limit)
    )
    return tuple(OutMessage(*row) for row in rows)
