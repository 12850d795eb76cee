"""An X client that sees windows being mapped: how long a program takes until its window is there.

Its own connection, over libX11 itself, so what is measured is what another program sees. Splash
screens and tooltips are not windows. Used by ``test_start``.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import select
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import Any, Final

SUBSTRUCTURE: Final = 1 << 19
MAP_NOTIFY: Final = 19
LEAST: Final = (300, 200)
"""A main window is at least this large."""
ANY_TYPE: Final = 0


class _Attributes(ctypes.Structure):
    """XWindowAttributes: only its size is read."""

    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_int), ("width", ctypes.c_int),
                ("height", ctypes.c_int), ("rest", ctypes.c_char * 256))  # fmt: skip


class _MapEvent(ctypes.Structure):
    """XMapEvent, in the room of an XEvent."""

    _fields_ = (
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p), ("event", ctypes.c_ulong), ("window", ctypes.c_ulong),
        ("override_redirect", ctypes.c_int), ("rest", ctypes.c_char * 256),
    )  # fmt: skip


@dataclass
class Mapped:
    """Milliseconds from the start of the process to its mapped window, and its processor time."""

    wall: float
    cpu: float


class MapWatch:
    """One connection to the screen; :meth:`start` runs a program and waits for its window."""

    def __init__(self, display: str) -> None:
        name = ctypes.util.find_library("X11")
        assert name, "no libX11"
        self._x: Any = ctypes.CDLL(name)
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = self._x.XInternAtom.restype = ctypes.c_ulong
        opened = self._x.XOpenDisplay(display.encode())
        assert opened, f"the screen {display} does not answer"
        self._display = ctypes.c_void_p(opened)
        # A window that goes while it is looked at is no end of the watch.
        self._handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(
            lambda _display, _error: 0
        )
        self._x.XSetErrorHandler(self._handler)
        root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        self._x.XSelectInput(self._display, root, ctypes.c_long(SUBSTRUCTURE))
        self._type = self._atom("_NET_WM_WINDOW_TYPE")
        self._splash = self._atom("_NET_WM_WINDOW_TYPE_SPLASH")
        self._x.XSync(self._display, 0)

    def close(self) -> None:
        """Give the connection back."""
        self._x.XCloseDisplay(self._display)

    def start(self, words: list[str], environment: dict[str, str], seconds: float) -> Mapped | None:
        """Run it, wait for its window and end it; ``None`` where no window came in time."""
        self._drain()
        begun = time.perf_counter()
        child = subprocess.Popen(
            words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        seen = self._wait(begun + seconds)
        wall = (time.perf_counter() - begun) * 1e3
        os.killpg(child.pid, signal.SIGKILL)
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        return Mapped(wall, (used.ru_utime + used.ru_stime) * 1e3) if seen else None

    def _wait(self, until: float) -> bool:
        event = _MapEvent()
        number = self._x.XConnectionNumber(self._display)
        while True:
            while self._x.XPending(self._display):
                self._x.XNextEvent(self._display, ctypes.byref(event))
                if event.type == MAP_NOTIFY and self._is_main(event):
                    return True
            left = until - time.perf_counter()
            if left <= 0:
                return False
            select.select([number], [], [], left)

    def _is_main(self, event: _MapEvent) -> bool:
        if event.override_redirect:
            return False
        window, found = ctypes.c_ulong(event.window), _Attributes()
        if not self._x.XGetWindowAttributes(self._display, window, ctypes.byref(found)):
            return False
        large = found.width >= LEAST[0] and found.height >= LEAST[1]
        return large and self._splash not in self._types(window)

    def _types(self, window: ctypes.c_ulong) -> list[int]:
        kind, form = ctypes.c_ulong(), ctypes.c_int()
        count, left, data = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)()
        self._x.XGetWindowProperty(
            self._display, window, ctypes.c_ulong(self._type), ctypes.c_long(0), ctypes.c_long(8),
            0, ctypes.c_ulong(ANY_TYPE), ctypes.byref(kind), ctypes.byref(form),
            ctypes.byref(count), ctypes.byref(left), ctypes.byref(data),
        )  # fmt: skip
        found = [data[place] for place in range(count.value)] if data else []
        if data:
            self._x.XFree(data)
        return found

    def _atom(self, name: str) -> int:
        return int(self._x.XInternAtom(self._display, name.encode(), 0))

    def _drain(self) -> None:
        event = _MapEvent()
        self._x.XSync(self._display, 0)
        while self._x.XPending(self._display):
            self._x.XNextEvent(self._display, ctypes.byref(event))
