"""The audit room on a server (``ports.AuditRoom``): closing days, registering keys, the check.

What only reads is the room of a file, asking functions where no policy shows an event; what writes
is a verb that counts the day itself and believes no client. Called through ``server_session``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from workbench.casework.ports import AuditLog
from workbench.rules.audit_days import AuditKey, SignedDay
from workbench.store.audit_look import DayLog
from workbench.store.audit_room import MINE, AuditRoomOf
from workbench.store.engine import Unit
from workbench.store.server.audit_functions import ServerDayLog
from workbench.store.server.audit_readers import ServerLog
from workbench.store.server.server_seat import ServerSeat


class ServerAudit(ServerSeat, AuditRoomOf):
    """Days and keys of the audit administrator (R90)."""

    def add_audit_key(self, public_key: str) -> AuditKey:
        """Register one's own new key; see the port."""
        self._need_mine()
        said = self._call("add_audit_key", public_key, uuid.uuid4().hex)
        return AuditKey(self.login, public_key, said["fingerprint"], said["valid_from"])

    def keep_day(self, signed: SignedDay) -> None:
        """Close the day; the database makes the list of its leaves. See the port."""
        self._need_mine()
        self._call("keep_day", signed.record, signed.signature, signed.public_key)

    @contextmanager
    def audit_log(self) -> Iterator[AuditLog]:
        """The logs for the check of them. ``not_your_role``."""
        with self._work.read() as unit:
            self._need_role(unit, MINE)
            yield ServerLog(self._line, unit)

    def _log(self, unit: Unit) -> DayLog:
        return ServerDayLog(unit.sql)

    def _need_mine(self) -> None:
        """Others may not even call the verbs; they are told so in the words of the house."""
        with self._work.read() as unit:
            self._need_role(unit, MINE)
