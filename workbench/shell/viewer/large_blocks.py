"""What a picture took goes back to the system when the picture is dropped (glibc).

glibc takes a large block from the system and gives it back when it is freed; but with each one that
is freed it raises the size from which it does so, up to 32 MB, and keeps what is smaller. A desk
that pages through scans would keep 18 MB of pictures that nobody has any more. A threshold that is
set stays. Called by :mod:`workbench.shell.viewer.pictures`.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
LARGE: Final = 512 * 1024
"""Bytes: below any picture of a page, above what Python and Qt ask for all the time."""


@cache
def give_back_large_blocks() -> None:
    """Once a process; nothing where the system's library is another one."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, LARGE)
