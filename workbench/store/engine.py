"""How the store speaks to one SQLite file: opening it, its pragmas, its transactions, its troubles.

``Work`` belongs to one session and one thread: ``read`` gives a consistent look, ``write`` gives
the writer's turn, a BEGIN IMMEDIATE and the moment read after the lock. Whatever the driver raises
comes out as an :class:`Outage` that says what to do. Called by ``centre`` and every room.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from workbench.rules.disk_words import cause
from workbench.rules.moment import Moment
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _
from workbench.store.writer_turn import writer_turn

BUSY_MS: Final = 30_000
Found = TypeVar("Found")
LITTLE_ROOM: Final = 1 << 20
"""With less than this many bytes left a failing disk is called full."""


def database_path(url: str) -> Path:
    """The file behind ``sqlite:///PATH``, or a plain path. Refusal for another kind of database."""
    if "://" not in url:
        return Path(url).expanduser().resolve()
    try:
        found: URL = make_url(url)
    except ArgumentError as trouble:
        raise _not_a_url(url) from trouble
    if found.get_backend_name() != "sqlite" or not found.database:
        raise _not_a_url(url)
    return Path(found.database).expanduser().resolve()


def _not_a_url(url: str) -> Refusal:
    return Refusal(
        "centre_url",
        _("{url} names no centre that this version can open.").format(url=url),
        _("Give the path of the centre's file, or sqlite:///PATH."),
    )


def make_engine(path: Path) -> Engine:
    """An engine whose connections begin as we say: reads deferred, writes immediate."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MS}", "journal_mode = WAL", "synchronous = FULL",
        "foreign_keys = ON", "recursive_triggers = ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}").close()


def _on_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class FirstReads:
    """What a transaction on the file has read before it wrote anything; nobody reads it twice.

    SQLite counts every row that the connection changes, whoever changes it and however: with the
    first one nothing is kept any more, also where a savepoint takes the change back.
    """

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file
        self._begun_at = file.total_changes
        self._kept: dict[str, tuple[object, Any]] = {}

    def once(self, name: str, key: object, read: Callable[[], Found]) -> Found:
        """The newest answer under each name is kept, so a long list of cases stays small."""
        if self._file.total_changes != self._begun_at:
            return read()
        known = self._kept.get(name)
        if known is None or known[0] != key:
            known = self._kept[name] = (key, read())
        found: Found = known[1]
        return found


@dataclass(frozen=True, slots=True)
class Unit:
    """One running transaction and the one moment at which everything in it happens."""

    sql: Connection
    now: Moment
    reads: FirstReads | None = None
    """Only in a transaction that ``Work`` itself has begun on a file."""

    def once(self, name: str, key: object, read: Callable[[], Found]) -> Found:
        """What ``read`` answers, asked once as long as this transaction has written nothing."""
        return self.reads.once(name, key, read) if self.reads is not None else read()


class Work:
    """The transactions of one session, on one connection that stays open (``change_mark``)."""

    def __init__(self, engine: Engine, path: Path, now: Callable[[], Moment]) -> None:
        self.path = path
        self._now = now
        self._own_writes = 0
        with outages(path):
            self._connection = engine.connect()

    def moment(self) -> Moment:
        """The centre's moment."""
        return self._now()

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """A consistent look at one moment; nothing can be written."""
        with outages(self.path), self._connection.execution_options(writing=False).begin():
            yield self._unit()

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """All or nothing: the turn, the lock, and only then the moment (house, "One moment")."""
        with (
            outages(self.path),
            writer_turn(self.path),
            self._connection.execution_options(writing=True).begin(),
        ):
            yield self._unit()
        self._own_writes += 1

    def _unit(self) -> Unit:
        file = self._connection.connection.dbapi_connection
        # Only SQLite counts what a connection has changed.
        reads = FirstReads(file) if isinstance(file, sqlite3.Connection) else None
        return Unit(self._connection, self.moment(), reads)

    def change_mark(self) -> int:
        """Grows with every commit of anybody: SQLite's own counter does not count one's own."""
        with outages(self.path), self._connection.execution_options(writing=False).begin():
            foreign = self._connection.exec_driver_sql("PRAGMA data_version").scalar_one()
        return int(foreign) + self._own_writes

    def fold_log(self) -> None:
        """Bring everything from the write-ahead log into the file itself: it may be moved then."""
        with outages(self.path):
            self._connection.connection.dbapi_connection.execute(  # type: ignore[union-attr]
                "PRAGMA wal_checkpoint(TRUNCATE)"
            ).close()

    def close(self) -> None:
        """Give back the connection."""
        self._connection.close()


@contextmanager
def outages(path: Path) -> Iterator[None]:
    """Turn what the driver or the disk says into an Outage with what to do next."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as trouble:
        raise outage_of(trouble.orig, path) from trouble
    except sqlite3.Error as trouble:
        raise outage_of(trouble, path) from trouble
    except OSError as trouble:
        raise disk_outage(trouble, path) from trouble


def outage_of(trouble: Any, path: Path) -> Outage:
    """The Outage for an error of the driver; its own words go along at the end."""
    said = str(trouble)
    name = path.name
    if "full" in said:
        return _disk_full(name)
    if "readonly" in said or "read-only" in said:
        return Outage(
            "centre_read_only",
            _("The centre's file {name} cannot be written.").format(name=name),
            _("Ask the system administrator for write permission on the file and its folder."),
        )
    if "locked" in said or "busy" in said:
        return Outage(
            "store_busy",
            _("Another program holds the centre's database."),
            _("Try again. If it stays so, look which program holds the database."),
        )
    if "malformed" in said or "not a database" in said or "corrupt" in said:
        kind = _("it is no database") if "not a database" in said else _("its pages are broken")
        return Outage(
            "centre_damaged",
            _("The centre's file {name} is damaged: {said}.").format(name=name, said=kind),
            _("Stop working on it, keep the file, and restore the newest backup."),
        )
    if "unable to open" in said:
        return missing_outage(path)
    if "disk I/O" in said:
        # Also what SQLite says where it could not make the room it needs beside the file.
        free = shutil.disk_usage(path.parent).free if path.parent.is_dir() else 0
        if free < LITTLE_ROOM:
            return _disk_full(name)
        return _disk_failed(cause(OSError(errno.EIO, said)))
    return Outage(
        "store_failed",
        _("The centre's database does not answer: {said}.").format(said=said),
        _("Try again; then ask the system administrator to run the centre check."),
    )


def disk_outage(trouble: OSError, path: Path) -> Outage:
    """The Outage for an error of the file system."""
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _disk_full(path.name)
    return _disk_failed(cause(trouble))


def _disk_failed(said: str) -> Outage:
    return Outage(
        "disk_failed",
        _("The disk does not take or give data: {said}. Nothing of this step was kept.").format(
            said=said
        ),
        _("Check the disk, its room and its permissions, then try again."),
    )


def _disk_full(name: str) -> Outage:
    return Outage(
        "disk_full",
        _("The disk that holds {name} is full. Nothing of this step was kept.").format(name=name),
        _("Make room on the disk, then do the step again."),
    )


def missing_outage(path: Path) -> Outage:
    """There is no such file, or no way to it."""
    return Outage(
        "centre_missing",
        _("There is no centre at {place}.").format(place=path),
        _("Check the address, or create the centre first."),
    )
