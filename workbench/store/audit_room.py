"""The audit room of a session: closing days and registering keys (``ports.AuditRoom``).

Only the audit administrator enters it, and it shows no case: numbers, hashes and totals. A key is
registered by its owner for himself; a newer one ends the older. The private key never comes here:
what is signed comes back as a signature. Called through ``session``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import insert, select, update

from workbench.casework.ports import AuditLog
from workbench.rules.audit_days import (
    FIRST_PREV,
    KEY_ADDED,
    ONE_DAY,
    AuditKey,
    AuditStanding,
    DayRecord,
    OpenDay,
    SignedDay,
    fingerprint,
    is_late,
    open_days,
    record_of,
)
from workbench.rules.audit_findings import place_of
from workbench.rules.events import sha256_text
from workbench.rules.people import Role
from workbench.rules.refusal_texts import refusal
from workbench.store import audit_rows
from workbench.store.audit_look import AuditLogOf, DayLog
from workbench.store.engine import Unit
from workbench.store.seat import Seat
from workbench.store.tables import audit_day, audit_key

MINE = (Role.AUDIT_ADMIN,)


class AuditRoomOf(Seat):
    """Days and keys of the audit administrator (R90)."""

    def audit_standing(self) -> AuditStanding:
        """Days that can be closed, closed ones newest first, one's own key. ``not_your_role``."""
        with self._work.read() as unit:
            self._need_role(unit, MINE)
            closed = audit_rows.signed_days(unit.sql)
            waiting = open_days(self._following(unit, closed), unit.now)
            calendar = self._books.shelf.calendar(unit.sql)
            shown = tuple(OpenDay(one, is_late(one, unit.now, calendar)) for one in waiting)
            return AuditStanding(shown, closed[::-1], self._own_key(unit))

    def add_audit_key(self, public_key: str) -> AuditKey:
        """Register one's own new key; an older one of the same person ends now.

        Refusal ``not_your_role`` or ``audit_key_known``.
        """
        with self._work.write() as unit:
            self._need_role(unit, MINE)
            named = fingerprint(public_key)
            K = audit_key.c
            if unit.sql.execute(select(K.login).where(K.fingerprint == named)).first():
                raise refusal("audit_key_known")
            older = (K.login == self.login) & K.revoked_at.is_(None)
            unit.sql.execute(update(audit_key).where(older).values(revoked_at=unit.now))
            unit.sql.execute(insert(audit_key).values(
                fingerprint=named, login=self.login, public_key=public_key, valid_from=unit.now,
                revoked_at=None,
            ))  # fmt: skip
            self._audit(unit, KEY_ADDED, named)
            return AuditKey(self.login, public_key, named, unit.now)

    def draft_day(self, day: date) -> DayRecord:
        """The record of the next open day, to be signed; nothing is written.

        Refusal ``not_your_role``, ``audit_key_missing``, ``day_not_over``, ``day_order``,
        ``log_unsound``.
        """
        with self._work.read() as unit:
            self._need_role(unit, MINE)
            key = self._own_key(unit)
            if key is None:
                raise refusal("audit_key_missing")
            closed = audit_rows.signed_days(unit.sql)
            self._refuse_day(unit, closed, day)
            log = self._log(unit)
            unsound = log.first_unsound(day)
            if unsound is not None:
                raise refusal("log_unsound", day=day, place=place_of(*unsound))
            found = log.tally(day)
            last = record_of(closed[-1].record) if closed else None
            return DayRecord(
                day, found.root, found.events, found.steps, found.lines,
                found.cases + (last.cases if last else 0),
                closed[-1].hash if closed else FIRST_PREV, unit.now, self.login, key.fingerprint,
            )  # fmt: skip

    def keep_day(self, signed: SignedDay) -> None:
        """Close the day: its record with the signature, and the list of its leaves.

        The entries are read once more in the transaction that writes. Refusal ``not_your_role``,
        ``day_order`` where somebody else was faster, ``day_changed``, ``audit_key_missing``.
        """
        with self._work.write() as unit:
            self._need_role(unit, MINE)
            said = record_of(signed.record)
            key = self._own_key(unit)
            if key is None or said is None or key.public_key != signed.public_key:
                raise refusal("audit_key_missing")
            closed = audit_rows.signed_days(unit.sql)
            self._refuse_day(unit, closed, said.day)
            counted = audit_rows.keep_list(
                unit.sql, said.day, audit_rows.entries(unit.sql, said.day)
            )
            prev = closed[-1].hash if closed else FIRST_PREV
            if (counted.root, prev) != (said.root, said.prev):
                raise refusal("day_changed", day=said.day)
            unit.sql.execute(insert(audit_day).values(
                day=signed.day, record=signed.record, hash=sha256_text(signed.record),
                signature=signed.signature, fingerprint=key.fingerprint,
            ))  # fmt: skip

    def signed_days(self) -> tuple[SignedDay, ...]:
        """Every closed day, oldest first. ``not_your_role``."""
        with self._work.read() as unit:
            self._need_role(unit, MINE)
            return audit_rows.signed_days(unit.sql)

    @contextmanager
    def audit_log(self) -> Iterator[AuditLog]:
        """The logs for the check of them. ``not_your_role``."""
        with self._work.read() as unit:
            self._need_role(unit, MINE)
            yield AuditLogOf(unit.sql, unit.now)

    def _log(self, unit: Unit) -> DayLog:
        """How the log is read here."""
        return DayLog(unit.sql)

    def _own_key(self, unit: Unit) -> AuditKey | None:
        mine = [one for one in audit_rows.keys(unit.sql) if one.login == self.login]
        in_force = [one for one in mine if one.in_force(unit.now)]
        return in_force[-1] if in_force else None

    def _following(self, unit: Unit, closed: tuple[SignedDay, ...]) -> date | None:
        """The day that is closed next: after the last one, or that of the oldest entry."""
        if not closed:
            return self._log(unit).first_day()
        last = record_of(closed[-1].record)
        if last is None or last.day.isoformat() != closed[-1].day:
            raise refusal("audit_days_unsound", day=closed[-1].day)
        return last.day + ONE_DAY

    def _refuse_day(self, unit: Unit, closed: tuple[SignedDay, ...], day: date) -> None:
        following = self._following(unit, closed)
        if following is None or day not in open_days(min(day, following), unit.now):
            raise refusal("day_not_over", day=day)
        if day != following:
            raise refusal("day_order", day=day, following=following)
