"""A session bus of a test's own, and the programs of a desktop that answer on it.

The machine's own session bus is never used. What needs GObject runs under the system's Python in a
process of its own, because Debian brings it for that one alone.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

SYSTEM_PYTHON: Final = "/usr/bin/python3"
HERE: Final = Path(__file__).parent
ANSWER_SECONDS: Final = 20.0


@contextmanager
def ended(program: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """The program, ended and reaped afterwards."""
    try:
        yield program
    finally:
        program.terminate()
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait(10)
        for pipe in (program.stdin, program.stdout, program.stderr):
            if pipe is not None:
                pipe.close()


@contextmanager
def private_bus() -> Iterator[dict[str, str]]:
    """The environment of programs that shall meet on this bus and on no other."""
    words = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"]
    bus = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    )
    with ended(bus):
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        assert address.startswith("unix:"), "no session bus: install the package dbus"
        yield {**os.environ, "DBUS_SESSION_BUS_ADDRESS": address}


class Helper:
    """A program beside the test that speaks a line of JSON at a time, both ways."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program
        self._lines: queue.Queue[Any] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            self._lines.put(json.loads(line))
        self._lines.put(None)

    def heard(self) -> Any:
        """The next thing it said, or None where it has not said any more yet."""
        try:
            return self._lines.get_nowait()
        except queue.Empty:
            return None

    def wait(self) -> Any:
        """The next thing it says; None where it has ended."""
        return self._lines.get(timeout=ANSWER_SECONDS)

    def say(self, what: Any) -> None:
        """Tell it."""
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(what) + "\n")
        self._program.stdin.flush()

    def ask(self, what: Any) -> Any:
        """Tell it and wait for what it says."""
        self.say(what)
        return self.wait()

    def join(self) -> None:
        """It has ended: so does the thread that listened."""
        self._reader.join(10)
        assert not self._reader.is_alive()


@contextmanager
def helper(script: str, environment: dict[str, str]) -> Iterator[Helper]:
    """One of the scripts beside this file, under the system's Python."""
    program = subprocess.Popen(
        [SYSTEM_PYTHON, str(HERE / script)], env=environment, text=True, encoding="utf-8",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with ended(program):
        made = Helper(program)
        try:
            yield made
        finally:
            program.terminate()
            program.wait(10)
            made.join()
