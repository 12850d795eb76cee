"""One pass over all three logs: every chain, and the Merkle root of every local day.

Rows are streamed in the order of (case, step), so only one case and one small tree a day are ever
held. A day's leaves come in the order in which closing the day takes them: events by (case, step),
ledger steps by (press, step), audit lines by number. Plain selects, so any engine can be asked.
Called by ``audit_rows`` for ``workbench audit verify``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from workbench.rules import events
from workbench.rules.audit_days import Book, Entry, Tally, day_number, day_of, line_hash
from workbench.rules.audit_findings import MOST_BREAKS, Break, BreakKind, Walk
from workbench.rules.merkle import LEAF, Tree
from workbench.rules.moment import DAY, HOUR
from workbench.store import ledger_rows
from workbench.store.tables import audit_line, case_file, event, ledger_line, ledger_step

Tick = Callable[[int], None]
CHUNK: Final = 5_000
"""Rows fetched at once; progress is told so often."""
ODD: Final = (ValueError, TypeError, AttributeError)
"""What a column of the wrong kind brings: SQLite takes any value that somebody puts there."""

_sha256 = hashlib.sha256
_LOCAL_US = 8 * HOUR


def streamed(sql: Connection, wanted: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows in chunks; nothing is collected here.

    A server keeps the rest of them (``yield_per``). SQLite steps by itself, so its own tuples are
    taken, without SQLAlchemy's rows around them: a walk takes a fifth less time.
    """
    if sql.dialect.supports_server_side_cursors:
        # Closed also where nobody asks for the rest: a server keeps a cursor until then.
        with closing(sql.execute(wanted, execution_options={"yield_per": CHUNK})) as found:
            yield from found.partitions(CHUNK)
        return
    cursor = sql.execute(wanted).cursor
    assert cursor is not None
    while chunk := cursor.fetchmany(CHUNK):
        yield chunk


def size(sql: Connection) -> int:
    """How many entries a walk will read."""
    tables = (event, ledger_step, audit_line)
    return sum(sql.execute(select(func.count()).select_from(t)).scalar_one() for t in tables)


class _Day:
    """What has come of one day so far."""

    __slots__ = ("cases", "counts", "tree")

    def __init__(self) -> None:
        self.tree = Tree()
        self.counts = {book: 0 for book in Book}
        self.cases = 0

    def tally(self) -> Tally:
        counts = self.counts
        return Tally(self.tree.root().hex(), counts[Book.EVENT], counts[Book.LEDGER],
                     counts[Book.AUDIT], self.cases)  # fmt: skip


class LogWalk:
    """The pass. ``tick`` is told how many entries have been read, after each chunk."""

    def __init__(self, sql: Connection, tick: Tick) -> None:
        self._sql = sql
        self._tick = tick
        self._days: dict[int, _Day] = {}
        self._breaks: list[Break] = []
        self._broken = 0
        self._read = 0

    def run(self) -> Walk:
        """Everything, once."""
        cases, steps_of_cases = self.chains(Book.EVENT)
        _presses, steps = self.chains(Book.LEDGER)
        lines = self._audit_lines()
        days = {day_of(number): one.tally() for number, one in sorted(self._days.items())}
        return Walk(days, tuple(self._breaks), self._broken, steps_of_cases, steps, lines, cases)

    def day(self, number: int) -> _Day:
        """The day's tree, made when its first entry comes."""
        found = self._days.get(number)
        if found is None:
            found = self._days[number] = _Day()
        return found

    def note(self, kind: BreakKind, book: Book, subject: str, number: int) -> None:
        """A chain that fails; called once for each."""
        self._broken += 1
        if len(self._breaks) < MOST_BREAKS:
            self._breaks.append(Break(kind, book, subject, number))

    def tell(self, rows: int) -> None:
        """So many more have been read."""
        self._read += rows
        self._tick(self._read)

    def chains(self, book: Book) -> tuple[int, int]:
        """All chains of a book; how many there are, and how many steps."""
        chains: _Chains = _CHAINS[book](self)
        for chunk in streamed(self._sql, chains.wanted):
            chains.take(chunk)
            self.tell(len(chunk))
        chains.end()
        return chains.owners, chains.steps

    def _audit_lines(self) -> int:
        a = audit_line.c
        wanted = select(a.audit_id, a.at, a.actor, a.act, a.detail).order_by(a.audit_id)
        count = 0
        for chunk in streamed(self._sql, wanted):
            for number, at, *said in chunk:
                try:
                    day = self.day(day_number(at))
                    entry = Entry(Book.AUDIT, "", number, line_hash(number, at, *said))
                except ODD:
                    self.note(BreakKind.CHANGED, Book.AUDIT, "", number)
                    continue
                day.counts[Book.AUDIT] += 1
                day.tree.add(entry.leaf())
            count += len(chunk)
            self.tell(len(chunk))
        return count


class _Chains:
    """The chains of one book beside the rows that own them, both in the order of the owner."""

    book: Book
    wanted: Select[Any]
    owned: Select[Any]

    def __init__(self, walk: LogWalk) -> None:
        self.walk = walk
        self.owners = self.steps = 0
        self._rows = _each(streamed(walk._sql, self.owned))
        self._next: Any = next(self._rows, None)
        self._key: Any = None
        self._there = self._failed = False
        self._subject = ""
        self._leaf = b""
        self._row: Any = None
        self._prev = ""
        self._seq = self._last = 0

    def take(self, chunk: Sequence[Any]) -> None:
        """The next steps. The innermost loop: 5,000,000 events pass here, so it is written flat."""
        book, walk, event_hash = self.book, self.walk, events.event_hash
        day: _Day | None = None
        there = -1
        self.steps += len(chunk)
        for key, seq, kind, actor, effective, at, payload, prev, digest in chunk:
            if key != self._key:
                self._change(key)
            self._seq += 1
            try:
                sound = (
                    seq == self._seq and prev == self._prev and at >= self._last
                    and event_hash(prev, seq, kind, actor, effective, at, payload) == digest
                )
                if not sound:
                    self._why(seq, kind, actor, effective, at, payload, prev, digest)
                number = (at + _LOCAL_US) // DAY
                leaf = _sha256(b"%b%d\n%b" % (self._leaf, seq, digest.encode())).digest()
            except ODD:
                self._fail(BreakKind.CHANGED, seq)
                continue
            self._prev, self._last, self._seq = digest, at, seq
            if number != there:
                day, there = walk.day(number), number
            assert day is not None
            day.tree.add(leaf)
            day.counts[book] += 1
            if seq == 1:
                day.cases += book is Book.EVENT

    def end(self) -> None:
        """After the last step: what is still to come has no log."""
        self._close()
        self._pass_by(None)

    def _change(self, key: Any) -> None:
        """The first step of the next owner."""
        self._close()
        self._pass_by(key)
        self._key, self._seq, self._last, self._failed = key, 0, 0, False
        self._there = self._next is not None and self._next[0] == key
        if self._there:
            self._row = self._next
            self._next = next(self._rows, None)
            self.owners += 1
        self._subject = str(self._row[1]) if self._there else f"#{key}"
        self._leaf = LEAF + f"{self.book}\n{self._subject}\n".encode()
        self._prev = self.genesis() if self._there else ""
        if not self._there:
            self._fail(BreakKind.NO_ROW, 1)

    def _close(self) -> None:
        """After the last step of an owner: does its row stand where the log ends?"""
        if self._there and not self._failed and not self.ends_well():
            self._fail(BreakKind.TAIL, self._seq)

    def _pass_by(self, key: Any) -> None:
        """Owners before that key have no step at all."""
        while self._next is not None and (key is None or self._next[0] < key):
            self.owners += 1
            self.walk.note(BreakKind.NO_LOG, self.book, str(self._next[1]), 1)
            self._next = next(self._rows, None)

    def _fail(self, kind: BreakKind, number: int) -> None:
        if not self._failed:
            self._failed = True
            self.walk.note(kind, self.book, self._subject, number)

    def _why(
        self, seq: int, kind: str, actor: str, effective: int, at: int, payload: str, prev: str,
        digest: str,
    ) -> None:  # fmt: skip
        """What differs, the most telling first: its own bytes, its number, its link, its time."""
        if events.event_hash(prev, seq, kind, actor, effective, at, payload) != digest:
            self._fail(BreakKind.CHANGED, seq)
        elif seq > self._seq:
            self._fail(BreakKind.GAP, self._seq)
        elif seq < self._seq:
            self._fail(BreakKind.ORDER, seq)
        elif prev != self._prev:
            self._fail(BreakKind.UNCHAINED, seq)
        else:
            self._fail(BreakKind.TIME, seq)

    def genesis(self) -> str:
        """What the first step of the present owner is chained to."""
        raise AssertionError

    def ends_well(self) -> bool:
        """Whether the present owner's row fits its last step."""
        raise AssertionError


class _EventChains(_Chains):
    book = Book.EVENT
    wanted = select(
        event.c.case_id, event.c.seq, event.c.kind, event.c.actor, event.c.effective_at,
        event.c.recorded_at, event.c.payload, event.c.prev_hash, event.c.hash,
    ).order_by(event.c.case_id, event.c.seq)  # fmt: skip
    owned = select(
        case_file.c.case_id, case_file.c.case_no, case_file.c.version, case_file.c.last_hash
    ).order_by(case_file.c.case_id)

    def genesis(self) -> str:
        return events.genesis(self._subject)

    def ends_well(self) -> bool:
        return bool((self._row[2], self._row[3]) == (self._seq, self._prev))


class _LedgerChains(_Chains):
    book = Book.LEDGER
    wanted = select(
        ledger_step.c.serial, ledger_step.c.seq, ledger_step.c.state, ledger_step.c.actor,
        ledger_step.c.at, ledger_step.c.at.label("again"), ledger_step.c.payload,
        ledger_step.c.prev_hash, ledger_step.c.hash,
    ).order_by(ledger_step.c.serial, ledger_step.c.seq)  # fmt: skip
    owned = select(ledger_line.c.serial, ledger_line.c.serial.label("shown"),
                   ledger_line.c.changed_at).order_by(ledger_line.c.serial)  # fmt: skip

    def genesis(self) -> str:
        return ledger_rows.genesis(self._key)

    def ends_well(self) -> bool:
        return bool(self._row[2] == self._last)


_CHAINS: Final = {Book.EVENT: _EventChains, Book.LEDGER: _LedgerChains}


def _each(chunks: Iterator[Sequence[Any]]) -> Iterator[Any]:
    for chunk in chunks:
        yield from chunk
