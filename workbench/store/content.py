"""The content store: files by the SHA-256 of their bytes, put if absent, checked at every read.

A folder beside the centre's file. A file is written under a passing name, flushed to the disk and
only then given its own, so a broken write leaves nothing behind that looks whole. Called by
``content_room``, ``entry_rows``, ``seal_room``, ``backup`` and ``encrypted_content``.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from workbench.rules.moment import DAY, SECOND, SystemClock
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.store.engine import outages

BLOCK: Final = 1 << 20
ABANDONED: Final = DAY
"""A file that has been coming in for longer belongs to a process that is gone."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ContentStore:
    """One folder; files lie two levels down so that no folder grows without end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, sha256: str) -> Path:
        """Where the file with that hash lies, whether it is there or not."""
        if not _SHA256.fullmatch(sha256):
            raise Refusal(
                "content_name",
                _("“{name}” is no SHA-256 of a file.").format(name=sha256[:80]),
                _("Give the 64 hex digits."),
            )
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether a file of that name is there; its bytes are not looked at."""
        return bool(_SHA256.fullmatch(sha256)) and self.place(sha256).is_file()

    def put(self, source: Path | bytes) -> str:
        """Store the bytes unless they are there. Outage ``disk_full``; nothing half-written."""
        with outages(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with incoming(self.folder) as passing:
                sha256 = _copy(source, passing.file)
                self._settle(passing, sha256)
            return sha256

    def _settle(self, passing: Incoming, sha256: str) -> None:
        place = self.place(sha256)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        # A damaged file under this name is replaced by the good bytes that were just brought.
        if not place.is_file() or hash_of(place) != sha256:
            passing.keep_as(place, 0o400)

    def sound(self, sha256: str) -> bool:
        """Whether the file is there with exactly these bytes."""
        return self.has(sha256) and hash_of(self.place(sha256)) == sha256

    def every(self) -> Iterator[str]:
        """The names of all files, in order."""
        if self.folder.is_dir():
            for path in sorted(self.folder.glob("??/*")):
                if _SHA256.fullmatch(path.name):
                    yield path.name


def hash_of(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _copy(source: Path | bytes, target: BinaryIO) -> str:
    digest = hashlib.sha256()
    if isinstance(source, bytes):
        digest.update(source)
        target.write(source)
        return digest.hexdigest()
    with source.open("rb") as opened:
        while block := opened.read(BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


class Incoming(NamedTuple):
    """A file that is being written under a passing name."""

    path: Path
    file: BinaryIO

    def keep_as(self, place: Path, mode: int) -> None:
        """Give it its own name, once its bytes are surely on the disk."""
        self.file.flush()
        os.fsync(self.file.fileno())
        # A file that is open cannot be renamed on Windows.
        self.file.close()
        self.path.chmod(mode)
        os.replace(self.path, place)
        _flush_folder(place.parent)


@contextmanager
def incoming(folder: Path) -> Iterator[Incoming]:
    """A new file in that folder; gone at the end unless it was kept."""
    _sweep(folder)
    handle, name = tempfile.mkstemp(prefix="incoming-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            yield Incoming(Path(name), target)
    finally:
        Path(name).unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Take away what a killed process left half-written, once it is surely nobody's work."""
    for left in folder.glob("incoming-*"):
        with suppress(OSError):
            if SystemClock().now() - int(left.stat().st_mtime * SECOND) > ABANDONED:
                left.unlink()


def _flush_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut; Windows has no such call."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
