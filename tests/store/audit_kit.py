"""A small centre with three closed days, a key and an anchor: what the tests of the audit share."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.store.world import MONDAY, NINE, World, new_world
from workbench.casework.audit import close_days
from workbench.casework.audit_verify import verify
from workbench.exchange.anchor_file import AnchorFile
from workbench.rules.audit_findings import AuditReport
from workbench.rules.events import event_hash, genesis
from workbench.rules.moment import SetClock
from workbench.store import open_centre
from workbench.vault.audit_key import AuditSigner, make_key, open_key, signature_fits

PASSPHRASE = "plum rain ferry lantern"
DAYS = tuple(MONDAY + timedelta(days=number) for number in range(3))
AUDITOR = "aud"


@dataclass
class Audited:
    """A centre that stands closed in its folder, beside its anchor and the auditor's keys."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "centre" / "centre.db"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def anchor(self) -> AnchorFile:
        return AnchorFile(self.folder / "anchor.jsonl", self.path.parent)

    def copy(self, to: Path) -> Audited:
        """One of the test's own."""
        shutil.copytree(self.folder, to)
        return Audited(to)

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """The file as whoever rules it sees it: no triggers, no foreign keys."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as base:
            base.execute("PRAGMA foreign_keys = OFF")
            base.execute("PRAGMA synchronous = OFF")
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in base.execute(triggers).fetchall():
                base.execute(f"DROP TRIGGER {name}")
            yield base

    def verify(
        self, anchored: bool = True, tick: Callable[[int], None] = lambda _done: None
    ) -> AuditReport:
        """What the check says."""
        lines = self.anchor.lines() if anchored else None
        centre = open_centre(str(self.path), SetClock(NINE))
        try:
            with centre.audit_log() as log:
                return verify(log, lines, signature_fits, tick)
        finally:
            centre.close()

    def wrong(self, anchored: bool = True) -> dict[str, str]:
        """Code and text of everything that is wrong; the first text of each code."""
        found: dict[str, str] = {}
        for one in self.verify(anchored).findings:
            if one.wrong:
                found.setdefault(one.code, one.text)
        return found

    def case_no(self, place: int = 0) -> str:
        """The number of a case, in the order of registration."""
        with closing(sqlite3.connect(self.path)) as base:
            rows = base.execute("SELECT case_no FROM case_file ORDER BY case_id").fetchall()
        return str(rows[place][0])


def signer(world: World, keys: Path) -> AuditSigner:
    """The auditor's new key, registered and open."""
    keys.mkdir(exist_ok=True)
    made = make_key(keys, PASSPHRASE)
    world.as_(AUDITOR).add_audit_key(made.public_key)
    return open_key(keys, made.public_key, PASSPHRASE)


def close(world: World, key: AuditSigner, anchor: AnchorFile, day: date | None = None) -> list[str]:
    """Close what is open, or that day; the days."""
    done = close_days(world.as_(AUDITOR), key, anchor, signature_fits, day)
    return [one.isoformat() for one in done.days]


def busy_days(world: World, sealed: bool = True) -> None:
    """Cases on Monday (one of them sealed) and Tuesday, nothing on Wednesday; now Thursday."""
    world.press(world.awaiting_seal()) if sealed else world.pushed()
    world.accepted()
    world.as_("song").publish_shifts("civil", (), "the list is empty")
    world.at(DAYS[1])
    world.pushed()
    world.accepted()
    world.at(DAYS[2] + timedelta(days=1))


def make_audited(folder: Path, founded: Path | None = None) -> Audited:
    """Found it, work on it, close its days."""
    made = Audited(folder)
    made.path.parent.mkdir(parents=True)
    with new_world(made.path.parent, founded) as world:
        busy_days(world)
        assert close(world, signer(world, made.keys), made.anchor) == [
            one.isoformat() for one in DAYS
        ]
        world.draft()
        world.centre.work().fold_log()
    return made


def remake_chain(base: sqlite3.Connection, case_id: int) -> None:
    """Give every event of the case the hash that fits, and the row its last: a careful forger."""
    (case_no,) = base.execute("SELECT case_no FROM case_file WHERE case_id = ?",
                              (case_id,)).fetchone()  # fmt: skip
    prev, last = genesis(case_no), 0
    columns = "event_id, seq, kind, actor, effective_at, recorded_at, payload"
    rows = base.execute(f"SELECT {columns} FROM event WHERE case_id = ? ORDER BY seq", (case_id,))
    for event_id, *said in rows.fetchall():
        made = event_hash(prev, *said)
        base.execute("UPDATE event SET prev_hash = ?, hash = ? WHERE event_id = ?",
                     (prev, made, event_id))  # fmt: skip
        prev, last = made, said[0]
    base.execute("UPDATE case_file SET version = ?, last_hash = ? WHERE case_id = ?",
                 (last, prev, case_id))  # fmt: skip
