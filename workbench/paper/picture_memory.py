"""Memory that the desk and its page renderer share, so that pixels are never sent by a pipe.

A plain file in the memory file system, mapped by the child and read by the desk: reading what is
not there is an error, looking at a mapping of it would end the desk (a child taken over by a file
could cut it off; the memory file system may be full). The name lives only from its making until
the child has mapped it: then it is unlinked, so neither ``kill -9`` nor a crash leaves anything
behind. What a death inside those few milliseconds leaves is swept by the next start.
"""

from __future__ import annotations

import mmap
import os
import re
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Final

_PREFIX: Final = "oneseal-pages-"
_NAME: Final = re.compile(re.escape(_PREFIX) + r"(\d+)-[0-9a-f]{16}")


def folder() -> Path:
    """Where the memory lives: the memory file system on Linux, else the temporary folder."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() and os.access(shared, os.W_OK) else Path(tempfile.gettempdir())


class PictureMemory:
    """One piece of shared memory of a fixed size; the pages nobody writes cost nothing."""

    def __init__(self, path: Path, size: int, mapped: mmap.mmap, number: int = -1) -> None:
        """``number``: the open file of whoever made it, to be closed with it."""
        self.path = path
        self.size = size
        self.map = mapped
        self._number = number

    @classmethod
    def make(cls, size: int) -> PictureMemory:
        """A new piece, mode 0600, named after this process. Raises OSError (disk full)."""
        path = folder() / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(8)}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        number = os.open(path, flags, 0o600)
        try:
            os.ftruncate(number, size)
            return cls(path, size, mmap.mmap(number, size), number)
        except OSError:
            path.unlink(missing_ok=True)
            os.close(number)
            raise

    @classmethod
    def attach(cls, path: Path, size: int) -> PictureMemory:
        """The piece that the parent made, mapped in the child."""
        with path.open("r+b") as stream:
            return cls(path, size, mmap.mmap(stream.fileno(), size))

    def read(self, begin: int, size: int) -> bytes:
        """What the child wrote there. Raises OSError where the memory has been cut off."""
        if sys.platform == "win32":
            return self.map[begin : begin + size]
        data = os.pread(self._number, size, begin)
        while len(data) < size:
            more = os.pread(self._number, size - len(data), begin + len(data))
            if not more:
                raise OSError("the shared memory has been cut off")
            data += more
        return data

    def forget_name(self) -> None:
        """Unlink the name; the mappings stay. On Windows an open file cannot be unlinked."""
        if sys.platform != "win32":
            self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Unmap and make sure that the name is gone."""
        self.map.close()
        if self._number >= 0:
            os.close(self._number)
            self._number = -1
        self.path.unlink(missing_ok=True)


def sweep() -> int:
    """Remove what dead processes left behind; how many pieces were removed."""
    removed = 0
    for path in folder().glob(f"{_PREFIX}*"):
        found = _NAME.fullmatch(path.name)
        if found is None or _alive(int(found.group(1))):
            continue
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def _alive(process: int) -> bool:
    if sys.platform == "win32":
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
