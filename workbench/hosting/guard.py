"""Calling a department's code so that nothing it does takes the desk with it.

One call, one plugin: pluggy itself isolates nothing. Says who was running, how long it took, and
whom to blame for an exception that surfaces elsewhere (a Qt slot). In-process Python is no sandbox:
a plugin can do what the user at this desk may do, and never reaches the seal.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from workbench.api.collecting import said
from workbench.rules.refusals import Trouble


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a guarded call gave: ``value``, or a one-line ``failed`` with its ``report``.

    ``seconds`` is how long it took; ``trouble`` is set where the plugin raised one of our own four
    kinds of trouble, which is an answer and no fault of the plugin.
    """

    value: Any = None
    failed: str = ""
    report: str = ""
    seconds: float = 0.0
    trouble: Trouble | None = None


class Guard:
    """Remembers which plugin runs on which thread, so that a block can be attributed."""

    def __init__(self) -> None:
        self._running: dict[int, str] = {}

    def running_on(self, thread_id: int) -> str | None:
        """The plugin whose code runs on that thread now (the heartbeat asks for the UI thread)."""
        return self._running.get(thread_id)

    def call(self, plugin: str, function: Callable[..., Any], *args: Any, **named: Any) -> Outcome:
        """Call and never raise but for KeyboardInterrupt."""
        thread = threading.get_ident()
        outer = self._running.get(thread)
        self._running[thread] = plugin
        started = time.monotonic()
        try:
            value = function(*args, **named)
        except Trouble as trouble:
            return Outcome(seconds=time.monotonic() - started, trouble=trouble)
        except (Exception, SystemExit) as fault:
            report = "".join(traceback.format_exception(fault))
            return Outcome(None, said(fault), report, time.monotonic() - started)
        finally:
            if outer is None:
                del self._running[thread]
            else:
                self._running[thread] = outer
        return Outcome(value, seconds=time.monotonic() - started)


def blamed(trace: TracebackType | None, folders: Iterable[tuple[str, str]]) -> str | None:
    """The plugin whose code is innermost in the traceback, or ``None``: then the fault is ours.

    ``folders`` are pairs of plugin name and the folder of its package.
    """
    known = [(name, folder.rstrip("/\\")) for name, folder in folders if folder]
    found = None
    for frame, _line in traceback.walk_tb(trace):
        file = frame.f_code.co_filename
        for name, folder in known:
            if file.startswith((folder + "/", folder + "\\")):
                found = name
    return found
