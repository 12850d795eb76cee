"""The handle on a verifier's process (``verify_child``): asked, waited for, ended.

Called by ``verify``, once for each file that comes from outside, and by the seal worker, which asks
one process about all that it has sealed itself: its start costs ten times what a verdict does.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from typing import Any, Final, Self

from workbench.paper.child import plain_environment

_LONGEST: Final = 4 * 1024 * 1024
"""Bytes of one answer: a file with a thousand signatures stays far below."""


class Verifier:
    """A process that has loaded its libraries and waits. For one thread at a time."""

    def __init__(self) -> None:
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "workbench.paper.verify_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=plain_environment(),
        )
        self._reader = threading.Thread(target=self._read, name="verifier", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process number, for a fault report."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], seconds: float) -> bytes:
        """Its answer, one JSON object; nothing where it died. TimeoutError ends it."""
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(json.dumps(request).encode() + b"\n")
            pipe.flush()
            return self._said.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise TimeoutError from None
        except OSError:
            return b""

    def close(self) -> None:
        """End it, wait for it, give back its pipes. May be called twice."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                continue  # what was not sent any more is nobody's loss

    def _read(self) -> None:
        """The reader's thread: lines until the pipe ends; the end is an empty answer."""
        pipe = self._process.stdout
        assert pipe is not None
        while True:
            line = pipe.readline(_LONGEST)
            self._said.put(line)
            if not line:
                break
