"""The audit days as rows: entries of one day, the kept lists, signed records, keys.

Plain SQLAlchemy on a connection that may read them, for any engine. Called by ``audit_room`` inside
a session's transactions, and by ``audit_look`` for a check of the whole centre.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, insert, select

from workbench.rules.audit_days import (
    KEY_ADDED,
    AuditKey,
    Book,
    Entry,
    SignedDay,
    Tally,
    bounds,
    day_number,
    day_of,
    line_hash,
)
from workbench.rules.events import event_hash, genesis
from workbench.rules.merkle import Tree
from workbench.rules.moment import Moment
from workbench.rules.people import NO_END
from workbench.store.audit_walk import ODD, streamed
from workbench.store.tables import (
    audit_day,
    audit_key,
    audit_leaves,
    audit_line,
    case_file,
    event,
    ledger_step,
)

DEFLATED: Final = b"x"
"""How a deflated piece begins, and no plain one: a server's database writes its lists as text."""
PIECE: Final = 4_096
"""So many leaves in one row of ``audit_leaves``: about 170 kB."""
E, S, A = event.c, ledger_step.c, audit_line.c


# -- entries of one day ----------------------------------------------------------------------------


def entries(sql: Connection, day: date) -> Iterator[Entry]:
    """The leaves of a day in their order; an event without its case shows the number ``#id``."""
    low, high = bounds(day)
    joined = event.outerjoin(case_file, case_file.c.case_id == E.case_id)
    wanted: Select[Any] = select(E.case_id, case_file.c.case_no, E.seq, E.hash)
    wanted = wanted.select_from(joined).where(E.recorded_at >= low, E.recorded_at < high)
    for case_id, case_no, seq, digest in _rows(sql, wanted.order_by(E.case_id, E.seq)):
        yield Entry(Book.EVENT, case_no if case_no is not None else f"#{case_id}", seq, digest)
    steps = select(S.serial, S.seq, S.hash).where(S.at >= low, S.at < high)
    for serial, seq, digest in _rows(sql, steps.order_by(S.serial, S.seq)):
        yield Entry(Book.LEDGER, str(serial), seq, digest)
    lines = select(A.audit_id, A.at, A.actor, A.act, A.detail).where(A.at >= low, A.at < high)
    for number, *said in _rows(sql, lines.order_by(A.audit_id)):
        yield Entry(Book.AUDIT, "", number, _line_hash(number, said))


def _line_hash(number: int, said: list[Any]) -> str:
    try:
        return line_hash(number, *said)
    except ODD:
        return ""


def _rows(sql: Connection, wanted: Select[Any]) -> Iterator[Any]:
    for chunk in streamed(sql, wanted):
        yield from chunk


def tally(found: Iterable[Entry]) -> Tally:
    """Root and totals over the entries of a day."""
    tree, counts, cases = Tree(), dict.fromkeys(Book, 0), 0
    for one in found:
        tree.add(one.leaf())
        counts[one.book] += 1
        cases += one.book is Book.EVENT and one.number == 1
    return Tally(tree.root().hex(), counts[Book.EVENT], counts[Book.LEDGER], counts[Book.AUDIT],
                 cases)  # fmt: skip


def first_unsound(sql: Connection, day: date) -> Entry | None:
    """The first event or ledger step of the day that its own bytes or its link do not bear out.

    Looked at before a day is signed: a signature under a changed log would make it look right.
    """
    low, high = bounds(day)
    before = event.alias("before")
    linked = and_(before.c.case_id == E.case_id, before.c.seq == E.seq - 1)
    joined = event.outerjoin(case_file, case_file.c.case_id == E.case_id)
    wanted = select(
        E.seq, E.kind, E.actor, E.effective_at, E.recorded_at, E.payload, E.prev_hash, E.hash,
        before.c.hash.label("link"), case_file.c.case_no, E.case_id,
    ).select_from(joined.outerjoin(before, linked))  # fmt: skip
    wanted = wanted.where(E.recorded_at >= low, E.recorded_at < high)
    for row in _rows(sql, wanted.order_by(E.case_id, E.seq)):
        *said, prev, digest, link, case_no, case_id = row
        link = genesis(str(case_no)) if said[0] == 1 and case_no is not None else link
        if prev != link or not _fits(prev, said, digest):
            return Entry(Book.EVENT, str(case_no or f"#{case_id}"), said[0], digest)
    steps = select(S.seq, S.state, S.actor, S.at, S.at.label("again"), S.payload, S.prev_hash,
                   S.hash, S.serial).where(S.at >= low, S.at < high)  # fmt: skip
    for row in _rows(sql, steps.order_by(S.serial, S.seq)):
        *said, prev, digest, serial = row
        if not _fits(prev, said, digest):
            return Entry(Book.LEDGER, str(serial), said[0], digest)
    return None


def _fits(prev: str, said: list[Any], digest: str) -> bool:
    try:
        return event_hash(prev, *said) == digest
    except ODD:
        return False


def first_day(sql: Connection) -> date | None:
    """The local day of the oldest entry; ``None`` in a centre where nothing was ever done."""
    oldest = [
        sql.execute(select(func.min(column))).scalar_one()
        for column in (E.recorded_at, S.at, A.at)
    ]
    there = [one for one in oldest if one is not None]
    return day_of(day_number(min(there))) if there else None


# -- the kept lists --------------------------------------------------------------------------------


def keep_list(sql: Connection, day: date, found: Iterable[Entry]) -> Tally:
    """Write the list of a day's leaves, and count it on the way."""
    kept: list[Entry] = []
    number = 0

    def passing() -> Iterator[Entry]:
        nonlocal number
        for one in found:
            kept.append(one)
            if len(kept) == PIECE:
                _keep_piece(sql, day, number, kept)
                number += 1
                kept.clear()
            yield one

    counted = tally(passing())
    if kept:
        _keep_piece(sql, day, number, kept)
    return counted


def _keep_piece(sql: Connection, day: date, number: int, kept: list[Entry]) -> None:
    lines = (f"{one.book}\t{one.subject}\t{one.number}\t{one.hash}" for one in kept)
    body = zlib.compress("\n".join(lines).encode())
    sql.execute(insert(audit_leaves).values(day=day.isoformat(), piece=number, body=body))


def kept_list(sql: Connection, day: date) -> Iterator[Entry]:
    """The list as it was kept. A piece that cannot be read ends it: its root then says so."""
    L = audit_leaves.c
    wanted = select(L.body).where(L.day == day.isoformat()).order_by(L.piece)
    with closing(sql.execute(wanted, execution_options={"yield_per": 1})) as found:
        for row in found:
            try:
                body = row.body
                text = (zlib.decompress(body) if body[:1] == DEFLATED else body).decode()
                for line in text.split("\n"):
                    book, rest = line.split("\t", 1)
                    subject, number, digest = rest.rsplit("\t", 2)
                    yield Entry(Book(book), subject, int(number), digest)
            except (*ODD, zlib.error):
                return


# -- records and keys ------------------------------------------------------------------------------


def signed_days(sql: Connection) -> tuple[SignedDay, ...]:
    """Every closed day, oldest first; a key that is not registered shows as an empty one."""
    D = audit_day.c
    joined = audit_day.outerjoin(audit_key, audit_key.c.fingerprint == D.fingerprint)
    wanted = select(D.day, D.record, D.hash, D.signature, audit_key.c.public_key)
    return tuple(
        SignedDay(*(str(one or "") for one in row))
        for row in sql.execute(wanted.select_from(joined).order_by(D.day))
    )


def keys(sql: Connection) -> tuple[AuditKey, ...]:
    """Every registered key, oldest first, and whether an audit line of that moment tells of it."""
    wanted = select(A.actor, A.detail, A.at).where(A.act == KEY_ADDED)
    filed = {tuple(row) for row in sql.execute(wanted)}
    K = audit_key.c
    return tuple(
        AuditKey(
            str(row.login), str(row.public_key), str(row.fingerprint), _time(row.valid_from),
            None if row.revoked_at is None else _time(row.revoked_at),
            (row.login, row.fingerprint, row.valid_from) in filed,
        )
        for row in sql.execute(select(audit_key).order_by(K.valid_from, K.fingerprint))
    )  # fmt: skip


def _time(value: Any) -> Moment:
    """A moment; what is none never comes, so a key that carries it is in force at no time."""
    return value if isinstance(value, int) else NO_END
