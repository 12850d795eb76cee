"""The turn of writing: one writer after another on a SQLite file, first come first served.

SQLite's own waiting is unfair (database design section 2: one process starved the rest for five
seconds). Two lock files make a turnstile: who wants to write takes the gate, then the seat, then
frees the gate, so a busy writer cannot take the seat past somebody who waits. A crashed process
frees its locks by itself. The only module of the store that knows the platform.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from workbench.rules.refusals import Outage
from workbench.rules.words import _

WAIT_SECONDS: Final = 30.0

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_lock(handle: int, stop: threading.Event) -> bool:
        while not _try_lock(handle):
            if stop.wait(0.005):
                return False
        return True

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_lock(handle: int, stop: threading.Event) -> bool:
        # The kernel wakes waiters in order; a waiter that gave up lets go as soon as it is served.
        fcntl.flock(handle, fcntl.LOCK_EX)
        if stop.is_set():
            fcntl.flock(handle, fcntl.LOCK_UN)
            return False
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _lock(handle: int, give_up: float) -> bool:
    """Take the lock or give up at that moment of the monotonic clock."""
    if _try_lock(handle):
        return True
    stop, won = threading.Event(), threading.Event()
    # A second name of the same open file: it stays valid when the caller gives up and closes his.
    own = os.dup(handle)

    def wait() -> None:
        try:
            if _wait_lock(own, stop):
                won.set()
        finally:
            os.close(own)

    # A blocking lock is fair but knows no time-out, so it waits in a thread of its own.
    waiter = threading.Thread(target=wait, name="writer-turn", daemon=True)
    waiter.start()
    waiter.join(max(0.0, give_up - time.monotonic()))
    if waiter.is_alive():
        stop.set()
        waiter.join(0.01)
    return won.is_set()


@contextmanager
def writer_turn(database: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the turn of writing to that file. Outage ``store_busy`` after ``wait_seconds``."""
    give_up = time.monotonic() + wait_seconds
    gate = _open(database.with_name(database.name + ".gate"))
    seat = _open(database.with_name(database.name + ".turn"))
    try:
        if not _lock(gate, give_up):
            raise _busy()
        seated = _lock(seat, give_up)
        _unlock(gate)
        if not seated:
            raise _busy()
        try:
            yield
        finally:
            _unlock(seat)
    finally:
        os.close(gate)
        os.close(seat)


def claim(path: Path) -> int | None:
    """The open file with its lock, to be closed by the caller; ``None`` where somebody has it.

    A file that shows that its process is alive: the lock ends with the process, however it ends.
    """
    handle = _open(path)
    if _try_lock(handle):
        return handle
    os.close(handle)
    return None


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _busy() -> Outage:
    return Outage(
        "store_busy",
        _("Another program has been writing to the centre's database for too long."),
        _("Try again. If it stays so, look which program holds the database."),
    )
