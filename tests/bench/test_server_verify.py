"""Proving the whole log of a server: every chain judged, every day's tree grown, on one snapshot.

Events are made in SQL with right hashes, five a case, over a year. Aim: 5,000,000 in under a minute
(``--deep``); a bar shows how far it is, as the command's own line does. Nothing asserts a time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bench.figures import FigureTable
from tests.store.server.centres import ServerCentre, found, server_world
from tests.store.server.cluster import cluster
from workbench.casework.audit_verify import verify
from workbench.rules.moment import DAY
from workbench.store.server import audit_readers
from workbench.vault.audit_key import signature_fits

pytestmark = [pytest.mark.timeout(3_600), pytest.mark.long(6)]

SMALL, LARGE = 50_000, 5_000_000
STEPS = 5
BATCH = 20_000
CASES = """
INSERT INTO wb.case_file (case_id, case_no, short_no, item_code, item_version, department, state,
    applicant_masked, channel, site, registrar, version, last_hash, situation, immediate, exercise,
    sort_due, registered_at, handlers, calls)
SELECT n, 'C' || lpad(n::text, 15, '0'), n::text, 'I', 1, 'market', 'closed', '王**', 'window', '',
    'wang', 5, '', '', false, false, 0, 0, '{}', '{}'
FROM generate_series(%(low)s::bigint, %(high)s::bigint) n
"""
EVENTS = """
INSERT INTO wb.event (case_id, seq, kind, actor, effective_at, recorded_at, payload, prev_hash,
    hash)
SELECT e.case_id, %(seq)s, 'step', 'zhang', e.at, e.at, e.payload, e.prev,
    wb.event_hash(e.prev, %(seq)s, 'step', 'zhang', e.at, e.at, e.payload)
FROM (
    SELECT c.case_id, 1772413200000000 + c.case_id * 31536000 / %(cases)s::bigint * 1000000
            + %(seq)s * 3600000000 AS at,
        '{"entries":[{"kind":"material","sha256":"' || encode(sha256(int8send(c.case_id)), 'hex')
            || '"}],"fields":{"reason":"' || c.case_no || '"}}' AS payload,
        coalesce(b.hash, wb.genesis(c.case_no)) AS prev
    FROM wb.case_file c LEFT JOIN wb.event b ON b.case_id = c.case_id AND b.seq = %(seq)s - 1
    WHERE c.case_id BETWEEN %(low)s AND %(high)s
) e
"""
LAST = """
UPDATE wb.case_file c SET last_hash = e.hash FROM wb.event e
WHERE e.case_id = c.case_id AND e.seq = 5 AND c.case_id BETWEEN %(low)s AND %(high)s
"""


class Bar:
    """One line that is written over, where a person looks at it."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._next = what, total, 0.0

    def to(self, done: int) -> None:
        """So many of them are done."""
        if sys.__stderr__ is None or not sys.__stderr__.isatty() or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 0.3
        filled = "█" * (40 * done // max(self._total, 1))
        print(f"\r\x1b[K{self._what} {filled:·<40} {done:,} of {self._total:,}", end="",
              file=sys.__stderr__, flush=True)  # fmt: skip

    def end(self) -> None:
        """Away with it."""
        if sys.__stderr__ is not None and sys.__stderr__.isatty():
            print("\r\x1b[K", end="", file=sys.__stderr__, flush=True)


def fill(server: ServerCentre, events: int) -> None:
    """So many events of a fifth as many cases, every chain right."""
    sql, cases = server.admin, events // STEPS
    sql.exec_driver_sql("SET session_replication_role = replica")
    bar = Bar("events made", events)
    for low in range(1, cases + 1, BATCH):
        values = {"low": low, "high": min(low + BATCH - 1, cases), "cases": cases}
        sql.exec_driver_sql(CASES, values)
        for seq in range(1, STEPS + 1):
            sql.exec_driver_sql(EVENTS.replace("%(seq)s", str(seq)), values)
        sql.exec_driver_sql(LAST, values)
        bar.to(values["high"] * STEPS)
    bar.end()
    sql.exec_driver_sql("VACUUM ANALYZE")


@pytest.fixture(scope="module")
def long_log(depth: int) -> Iterator[tuple[ServerCentre, int]]:
    """A server of its own with a log of a year."""
    events = LARGE if depth > 1 else SMALL
    with cluster(max_wal_size="4GB", fsync="off", synchronous_commit="off") as made:
        server = ServerCentre(made, found(made, "founded"))
        try:
            fill(server, events)
            yield server, events
        finally:
            server.close()


def test_proving_a_long_log(
    long_log: tuple[ServerCentre, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    measured: Callable[[FigureTable], None],
) -> None:  # fmt: skip
    server, events = long_log
    table = FigureTable(
        f"Proving the log of a server, {events:,} events",
        ("connections", "seconds", "events a second", "5,000,000 would take, s"),
    )
    with server_world(server, tmp_path) as world:
        world.clock.set(world.clock.now() + 400 * DAY)
        for readers in (1, 2, audit_readers.READERS):
            monkeypatch.setattr(audit_readers, "READERS", readers)
            bar = Bar(f"proved by {readers}", events)
            with world.as_("aud").audit_log() as log:
                begun = time.monotonic()
                report = verify(log, None, signature_fits, bar.to)
                taken = time.monotonic() - begun
            bar.end()
            assert report.sound and report.cases == events // STEPS
            assert report.entries >= events
            table.add(str(readers), taken, f"{report.entries / taken:,.0f}",
                      LARGE * taken / report.entries)  # fmt: skip
        last = server.admin.exec_driver_sql("SELECT max(case_id) FROM case_file").scalar_one()
        server.admin.exec_driver_sql("UPDATE event SET actor = 'li' WHERE case_id = %s AND seq = 3",
                                     (last,))  # fmt: skip
        with world.as_("aud").audit_log() as log:
            found_wrong = [one for one in verify(log, None, signature_fits).findings if one.wrong]
        assert [one.code for one in found_wrong] == ["event_changed"]
        assert "step 3" in found_wrong[0].text
    measured(table)
