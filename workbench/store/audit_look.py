"""One look at the logs of a centre: the whole of them, or one day beside the list kept of it.

:class:`DayLog` is what closing and comparing days asks of the log; a server answers the same by
functions (``server.audit_day_log``). Called by ``audit_room`` and ``centre``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from sqlalchemy import Connection, select

from workbench.rules.audit_days import AuditKey, Book, Entry, SignedDay, Tally
from workbench.rules.audit_findings import Difference, DiffKind, Walk
from workbench.rules.merkle import Tree
from workbench.rules.moment import Moment
from workbench.store import audit_rows, audit_walk
from workbench.store.audit_rows import A, E, S
from workbench.store.audit_walk import Tick
from workbench.store.tables import case_file, event


class DayLog:
    """The log, a day at a time, on a connection that may read all of it."""

    def __init__(self, sql: Connection) -> None:
        self.sql = sql

    def first_day(self) -> date | None:
        """The local day of the oldest entry."""
        return audit_rows.first_day(self.sql)

    def entries(self, day: date) -> Iterator[Entry]:
        """The leaves of a day in their order."""
        return audit_rows.entries(self.sql, day)

    def tally(self, day: date) -> Tally:
        """Root and totals of a day."""
        return audit_rows.tally(self.entries(day))

    def first_unsound(self, day: date) -> tuple[Book, str, int] | None:
        """The first entry of the day that its own bytes or its link do not bear out."""
        found = audit_rows.first_unsound(self.sql, day)
        return found.key if found is not None else None

    def has_log(self, case_no: str) -> bool:
        """Whether that case is there with any event."""
        joined = event.join(case_file, case_file.c.case_id == E.case_id)
        wanted = select(E.seq).select_from(joined).where(case_file.c.case_no == case_no).limit(1)
        return self.sql.execute(wanted).first() is not None

    def has(self, one: Entry) -> bool:
        """Whether that entry is there, whatever it says."""
        if one.book is Book.EVENT:
            joined = event.join(case_file, case_file.c.case_id == E.case_id)
            same = (case_file.c.case_no == one.subject) & (E.seq == one.number)
            wanted = select(E.seq).select_from(joined).where(same)
        elif one.book is Book.LEDGER:
            wanted = select(S.seq).where(S.serial == int(one.subject), S.seq == one.number)
        else:
            wanted = select(A.audit_id).where(A.audit_id == one.number)
        return self.sql.execute(wanted).first() is not None


class AuditLogOf:
    """One consistent look at the logs of a centre (``casework.ports.AuditLog``)."""

    def __init__(self, sql: Connection, now: Moment) -> None:
        self._sql = sql
        self._now = now

    def moment(self) -> Moment:
        """The moment of the look."""
        return self._now

    def size(self) -> int:
        """How many entries there are to be read."""
        return audit_walk.size(self._sql)

    def walk(self, tick: Tick) -> Walk:
        """Every chain and every day's root, in one pass."""
        return audit_walk.LogWalk(self._sql, tick).run()

    def days(self) -> tuple[SignedDay, ...]:
        """The closed days, oldest first, as they stand."""
        return audit_rows.signed_days(self._sql)

    def keys(self) -> tuple[AuditKey, ...]:
        """The registered keys."""
        return audit_rows.keys(self._sql)

    def difference(self, day: date) -> Difference:
        """The first entry in which that day differs from the list kept when it was closed."""
        return difference(DayLog(self._sql), day)


def difference(log: DayLog, day: date) -> Difference:
    """Both lists side by side up to the first difference; the kept one to its end, for its root."""
    tree = Tree()
    pair: tuple[Entry | None, Entry | None] | None = None
    kept = audit_rows.kept_list(log.sql, day)
    for was, now in zip_longest(kept, log.entries(day)):
        if was is not None:
            tree.add(was.leaf())
        if was != now:
            pair = (was, now)
            break
    for was in kept:
        tree.add(was.leaf())
    root = tree.root().hex()
    if pair is None:
        return Difference(root)
    return Difference(root, *_why(log, *pair))


def _why(log: DayLog, was: Entry | None, now: Entry | None) -> tuple[DiffKind, Entry]:
    """What became of the first entry that differs."""
    if was is None:
        assert now is not None
        return DiffKind.INSERTED, now
    if now is not None and was.key == now.key:
        return DiffKind.CHANGED, was
    if was.book is Book.EVENT and not log.has_log(was.subject):
        return DiffKind.CASE_REMOVED, was
    if not log.has(was):
        return DiffKind.REMOVED, was
    return DiffKind.INSERTED, now if now is not None else was
