"""Plain copies of encrypted files while one session looks at them, in memory rather than on a disk.

A folder of the session's own (mode 0700) under the system's place for running programs, names that
are hashes only, the oldest taken away when there are too many. It goes with the session; what a
killed process left behind goes at the next start. Called by ``server.server_content``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from workbench import settings
from workbench.rules.moment import MINUTE, SECOND, SystemClock
from workbench.rules.refusals import Outage
from workbench.store.content import hash_of
from workbench.store.engine import outages
from workbench.store.writer_turn import claim

MOST_BYTES: Final = 256 << 20
PREFIX: Final = "oneseal-open-"
IN_USE: Final = "in-use"
"""Locked as long as the session is there."""


class OpenedContent:
    """The plain files of one session."""

    def __init__(self, base: Path | None = None, most: int = MOST_BYTES) -> None:
        self._base, self._most = base or settings.place_in_memory(), most
        with outages(self._base):
            _sweep(self._base)
            self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._base))
            handle = claim(self.folder / IN_USE)
        self._kept: OrderedDict[str, int] = OrderedDict()
        # Also where nobody closes the session: at the end of the process.
        self._end = weakref.finalize(self, _remove, self.folder, handle)

    def known(self, sha256: str) -> Path | None:
        """The plain file, if it is here with exactly these bytes."""
        place = self.folder / sha256
        with suppress(OSError):
            if sha256 in self._kept and hash_of(place) == sha256:
                self._kept.move_to_end(sha256)
                return place
        self.drop(sha256)
        return None

    def keep(self, sha256: str, write: Callable[[BinaryIO], None]) -> Path:
        """A plain file that ``write`` fills. Whatever it raises leaves nothing; Outage if full."""
        self.drop(sha256)
        place = self.folder / sha256
        try:
            with outages(self._base):
                self._fill(place, write)
        except Outage as trouble:
            if trouble.code != "disk_full" or not self._kept:
                raise
            self._take_away(0)
            with outages(self._base):
                self._fill(place, write)
        self._kept[sha256] = place.stat().st_size
        self._take_away(self._most, sha256)
        return place

    def drop(self, sha256: str) -> None:
        """Take the plain file away, if it is here."""
        self._kept.pop(sha256, None)
        with suppress(FileNotFoundError):
            (self.folder / sha256).unlink()

    def close(self) -> None:
        """Take everything away."""
        self._end()

    def _fill(self, place: Path, write: Callable[[BinaryIO], None]) -> None:
        try:
            with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                write(target)
        except BaseException:
            place.unlink(missing_ok=True)
            raise

    def _take_away(self, most: int, newest: str = "") -> None:
        for sha256 in list(self._kept):
            if sum(self._kept.values()) <= most:
                break
            if sha256 != newest:
                self.drop(sha256)


def _sweep(base: Path) -> None:
    """Take away folders of processes that are gone: nobody holds their lock."""
    for left in base.glob(f"{PREFIX}*"):
        with suppress(OSError):
            found = left.lstat()
            age = SystemClock().now() - int(found.st_mtime * SECOND)
            # One that is being made this very moment has no lock yet.
            if left.is_dir() and not left.is_symlink() and _own(found.st_uid) and age > MINUTE:
                handle = claim(left / IN_USE)
                if handle is not None:
                    _remove(left, handle)


def _own(owner: int) -> bool:
    return not hasattr(os, "getuid") or owner == os.getuid()


def _remove(folder: Path, handle: int | None) -> None:
    if handle is not None:
        # Windows removes no file that is open.
        os.close(handle)
    shutil.rmtree(folder, ignore_errors=True)
