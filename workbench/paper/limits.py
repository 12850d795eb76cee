"""What the operating system enforces on a process: a child of this room, or where a PIN is given.

Called by the process itself.

On POSIX: address space, no core dump (it would hold a citizen's papers), and an alarm that ends
the process even inside C code, so that no child outlives a dead parent. Windows has none of
these here; there the parent's wall time is the only limit. Windows is untested.
"""

from __future__ import annotations

import os
import sys
from typing import Final

_SET_DUMPABLE: Final = 4
"""PR_SET_DUMPABLE of Linux's ``prctl``."""
_GRACE_SECONDS: Final = 5
"""The parent's own time-out comes first; the alarm is for a child whose parent is gone."""


def confine(memory_mb: int) -> None:
    """Limit this process to ``memory_mb`` of address space, for good."""
    if sys.platform == "win32":
        return
    import resource

    room = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def keep_memory_private() -> None:
    """Nobody reads this process's memory, and no core dump is written: it holds a PIN.

    On Linux even programs of the same user are refused then (``PR_SET_DUMPABLE``, proc(5)); only
    the machine's administrator is not. Elsewhere there is no core dump and nothing more.
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def arm_alarm(seconds: float) -> None:
    """End this process unless :func:`disarm_alarm` is called within ``seconds`` and a grace."""
    if sys.platform == "win32":
        return
    import signal

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(seconds) + _GRACE_SECONDS)


def disarm_alarm() -> None:
    """The work ended in time."""
    if sys.platform == "win32":
        return
    import signal

    signal.alarm(0)


def lower_priority() -> None:
    """Drawing must not take the processor from the desk."""
    if sys.platform != "win32":
        os.nice(5)
