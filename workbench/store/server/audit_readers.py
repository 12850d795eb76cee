"""Reading the whole log of a server: several connections of one person on one snapshot.

The database judges a stretch of chains at a time and answers hashes of leaves, totals and breaks
(``sql/88_audit_verify.sql``); the trees of the days are grown here, in the order of the stretches,
and the days are compared by ``casework.audit_verify``. Called by ``server_audit``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date
from queue import SimpleQueue
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, text

from workbench.rules.audit_days import AuditKey, Book, SignedDay
from workbench.rules.audit_findings import BreakKind, Difference, Walk
from workbench.rules.moment import Moment
from workbench.store.audit_look import difference
from workbench.store.audit_rows import keys, signed_days
from workbench.store.audit_walk import LogWalk, Tick
from workbench.store.engine import Unit
from workbench.store.server.audit_functions import ServerDayLog
from workbench.store.server.connecting import plainly
from workbench.store.server.line import Line

READERS: Final = 3
"""So many connections; a server has other things to do, too."""
STRETCH: Final = 20_000
"""About so many entries are judged at once: their leaves are 640 kB."""
LOWEST: Final = -(1 << 63)
HIGHEST: Final = (1 << 63) - 1
LEAF_BYTES: Final = 32

Stretch = tuple[Book, int, int]
Told = tuple[Any, ...]


class ServerLog:
    """One consistent look at the logs of a server (``casework.ports.AuditLog``)."""

    def __init__(self, line: Line, unit: Unit) -> None:
        self._line = line
        self._unit = unit
        self._log = ServerDayLog(unit.sql)

    def moment(self) -> Moment:
        """The moment of the look."""
        return self._unit.now

    def size(self) -> int:
        """How many entries there are to be read."""
        return int(self._unit.sql.execute(text("SELECT wb.audit_size()")).scalar_one())

    def walk(self, tick: Tick) -> Walk:
        """Every chain and every day's root, judged on several connections."""
        with Readers(self._line, self._unit.sql, READERS) as readers:
            return ServerWalk(self._unit.sql, tick, readers).run()

    def days(self) -> tuple[SignedDay, ...]:
        """The closed days, oldest first, as they stand."""
        return signed_days(self._unit.sql)

    def keys(self) -> tuple[AuditKey, ...]:
        """The registered keys."""
        return keys(self._unit.sql)

    def difference(self, day: date) -> Difference:
        """The first entry in which that day differs from the list kept when it was closed."""
        return difference(self._log, day)


class Readers:
    """Connections that all see what the first one sees; stretches come back in their order."""

    def __init__(self, line: Line, sql: Connection, count: int) -> None:
        self._line = line
        self._snapshot = str(sql.execute(text("SELECT pg_export_snapshot()")).scalar_one())
        self._count = count
        self._free: SimpleQueue[psycopg.Connection[Any]] = SimpleQueue()
        self._open = ExitStack()

    def __enter__(self) -> Readers:
        with ExitStack() as opened:
            for _one in range(self._count):
                self._free.put(opened.enter_context(self._reader()))
            self._threads = opened.enter_context(ThreadPoolExecutor(self._count))
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_how: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._open.close()

    def told(self, stretches: Iterator[Stretch]) -> Iterator[Told]:
        """What the database says of each; a few are always on their way."""
        waiting: deque[Future[Told]] = deque()
        for one in stretches:
            waiting.append(self._threads.submit(self._judged, *one))
            if len(waiting) > 2 * self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _judged(self, book: Book, low: int, high: int) -> Told:
        reader = self._free.get()
        try:
            with plainly(self._line.address):
                asked = reader.execute(
                    "SELECT * FROM wb.audit_stretch(%s, %s, %s)", (book.value, low, high),
                    binary=True,
                )  # fmt: skip
                found: Told | None = asked.fetchone()
                assert found is not None
                return found
        finally:
            self._free.put(reader)

    @contextmanager
    def _reader(self) -> Iterator[psycopg.Connection[Any]]:
        engine = self._line.another_engine()
        try:
            with plainly(self._line.address), engine.connect() as made:
                sql = made.execution_options(isolation_level="AUTOCOMMIT")
                sql.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                sql.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{self._snapshot}'")
                driver = sql.connection.dbapi_connection
                assert isinstance(driver, psycopg.Connection)
                yield driver
        finally:
            engine.dispose()


class ServerWalk(LogWalk):
    """The pass, its chains judged by the database; audit lines are read here as everywhere."""

    def __init__(self, sql: Connection, tick: Tick, readers: Readers) -> None:
        super().__init__(sql, tick)
        self._readers = readers

    def chains(self, book: Book) -> tuple[int, int]:
        """All chains of a book; how many there are, and how many steps."""
        owners = steps = 0
        for found in self._readers.told(self._stretches(book)):
            there, broken, breaks, days, entries, firsts, leaves = found
            owners += there
            self._take_breaks(book, broken, breaks)
            read = 0
            for number, count, first, joined in zip(
                days or (), entries or (), firsts or (), leaves or (), strict=True
            ):
                day = self.day(number)
                day.counts[book] += count
                day.cases += first if book is Book.EVENT else 0
                add = day.tree.add
                for place in range(0, len(joined), LEAF_BYTES):
                    add(joined[place : place + LEAF_BYTES])
                read += count
            steps += read
            self.tell(read)
        return owners, steps

    def _stretches(self, book: Book) -> Iterator[Stretch]:
        """From the lowest number to the highest, whatever stands there."""
        low = LOWEST
        wanted = text("SELECT wb.audit_bound(:book, :low, :count)")
        while True:
            values = {"book": book.value, "low": low, "count": STRETCH}
            found = self._sql.execute(wanted, values).scalar_one()
            high = HIGHEST if found is None else int(found)
            yield book, low, high
            if high == HIGHEST:
                return
            low = high + 1

    def _take_breaks(self, book: Book, broken: int, breaks: list[tuple[str, str, int]]) -> None:
        for kind, subject, number in breaks:
            self.note(BreakKind(kind), book, subject, number)
        self._broken += broken - len(breaks)
