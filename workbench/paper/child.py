"""One limited child process and the conversation with it. Used by ``renderer`` and ``inspection``.

Questions and answers are JSON lines over pipes: a child that was taken over by a hostile file can
send nothing but data. The child is a fresh interpreter (spawned, never forked) with a small
environment of its own. A question has a wall time; a child that misses it is killed.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

from workbench.paper.picture_memory import PictureMemory
from workbench.rules.materials import PaperLimits
from workbench.rules.refusals import Cancelled

Facts = dict[str, Any]

_LONGEST_ANSWER: Final = 16 * 1024 * 1024
"""Bytes of one answer: 5,000 page sizes take 0.3 MB; more than this is no honest answer."""
_START_SECONDS: Final = 20.0
"""A cold start reads 60 MB of libraries; on a slow disk that is seconds."""
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
"""All a child inherits of the environment: a password in it must not reach a parser."""
_MEMORY: Final = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "33554432",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""One thread needs few pools, and the memory of one page is used for the next: giving it back and
taking it anew costs a quarter of a page. About 32 MB are held that way; what a page needs beyond it
comes in pieces of 2 MB instead of 4 kB where the kernel has them, a tenth of a JPEG 2000."""


class ChildEnded(Exception):
    """The child is gone. ``why`` is ``hung``, ``memory`` or ``died``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ChildRefused(Exception):
    """The child answered that it cannot: a code of ``reasons`` and the facts for its text."""

    def __init__(self, code: str, facts: Facts) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Child:
    """A running child. Not thread-safe but for :meth:`call_off` and :meth:`kill`."""

    def __init__(self, limits: PaperLimits, with_pictures: bool) -> None:
        """Start it and wait until it is ready. Raises :class:`ChildEnded` or OSError."""
        self._answers: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._number = 0
        self._unanswered: set[int] = set()
        self._waiting_for: int | None = None
        size = limits.max_picture_pixels * 3
        self.memory = PictureMemory.make(size) if with_pictures else None
        try:
            self._process = _spawn()
            self._reader = threading.Thread(
                target=self._read, name="paper-child-answers", daemon=True
            )
            self._reader.start()
            place = str(self.memory.path) if self.memory else ""
            self.ask("hello", _START_SECONDS, limits=asdict(limits), memory=place, size=size)
        except BaseException:
            self.close()
            raise
        if self.memory:
            self.memory.forget_name()

    @property
    def pid(self) -> int:
        """The process number, for the process list of a fault report."""
        return self._process.pid

    def ask(self, do: str, seconds: float, **what: Any) -> Facts:
        """Ask one question and wait for its answer, at most ``seconds``.

        Raises ChildRefused (it said no), ChildEnded (it died, hung or ran out of memory; it is
        killed by then), Cancelled (:meth:`call_off` was called from another thread).
        """
        self._number += 1
        number = self._number
        self._waiting_for = number
        try:
            self._send({"id": number, "do": do, "seconds": seconds, **what})
            self._unanswered.add(number)
            return self._wait(number, time.monotonic() + seconds)
        finally:
            self._waiting_for = None

    def call_off(self) -> None:
        """From another thread: the question in hand, if any, ends with Cancelled at once."""
        number = self._waiting_for
        if number is not None:
            self._answers.put(("called off", number))

    def settle(self, seconds: float) -> bool:
        """Wait until the child has answered what was called off; False if it still works."""
        deadline = time.monotonic() + seconds
        while self._unanswered:
            try:
                self._take(deadline)
            except queue.Empty:
                return False
        return True

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()

    def close(self) -> None:
        """End it, wait for it, give back pipes, thread and memory. May be called twice."""
        process = getattr(self, "_process", None)
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close_pipe(pipe)
            if self._reader.ident is not None:
                self._reader.join()
        if self.memory is not None:
            self.memory.close()
            self.memory = None

    def _send(self, question: Facts) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(json.dumps(question).encode() + b"\n")
            pipe.flush()
        except (BrokenPipeError, OSError) as err:
            raise ChildEnded("died") from err

    def _wait(self, number: int, deadline: float) -> Facts:
        while True:
            try:
                what, body = self._take(deadline)
            except queue.Empty:
                self.kill()
                raise ChildEnded("hung") from None
            if what == "called off" and body == number:
                raise Cancelled
            if what == "answer" and body["id"] == number:
                return _value(body)

    def _take(self, deadline: float) -> tuple[str, Any]:
        """The next thing the child said; keeps the books of what is still unanswered."""
        what, body = self._answers.get(timeout=max(0.0, deadline - time.monotonic()))
        if what == "ended":
            self._unanswered.clear()
            self.kill()
            raise ChildEnded("died")
        if what == "answer":
            self._unanswered.discard(body["id"])
        return what, body

    def _read(self) -> None:
        """The reader thread: answers into the queue until the pipe ends or lies."""
        pipe = self._process.stdout
        assert pipe is not None
        while True:
            line = pipe.readline(_LONGEST_ANSWER)
            body = _parsed(line)
            if body is None:
                break
            self._answers.put(("answer", body))
        self._answers.put(("ended", None))


def _parsed(line: bytes) -> Facts | None:
    """One answer, or None at the end of the pipe and for anything that is not an answer."""
    if not line.endswith(b"\n"):
        return None
    try:
        body = json.loads(line)
    except ValueError:
        return None
    return body if isinstance(body, dict) and isinstance(body.get("id"), int) else None


def _value(body: Facts) -> Facts:
    if "refused" in body:
        raise ChildRefused(str(body["refused"]), dict(body.get("facts") or {}))
    if body.get("memory"):
        raise ChildEnded("memory")
    return dict(body.get("value") or {})


def plain_environment() -> dict[str, str]:
    """What every child of this room may know of the environment, and where its code lies."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    root = str(Path(__file__).resolve().parents[2])
    return {**kept, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}


def _spawn() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "workbench.paper.renderer_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**plain_environment(), **_MEMORY},
    )


def _close_pipe(pipe: IO[bytes] | None) -> None:
    """A pipe to a dead child may still hold an unsent byte: nothing is lost with it."""
    if pipe is None:
        return
    try:
        pipe.close()
    except BrokenPipeError:
        return
