"""The paper room's and the seal's processes without their start, for stories about other things.

Starting Python and its libraries costs a hundred times what the work itself does. The code is the
product's own, and so are pipe, ledger and files; only the interpreter is shared. Tests of the
processes themselves (killed, hung, short of memory), the main line and the tour start real ones.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from unittest.mock import patch

from workbench.paper.inspection import Inspector
from workbench.paper.verify_child import answer
from workbench.seal_pipe import SealWorker
from workbench.seal_worker import serve


class _Served(threading.Thread):
    """The worker's loop on a thread, behind the two pipes that a child process would have."""

    pid = None

    def __init__(self) -> None:
        super().__init__(name="seal worker of a test")
        reading, writing = os.pipe()
        answers, answering = os.pipe()
        self.stdin = os.fdopen(writing, "w", encoding="utf-8")
        self.stdout = os.fdopen(answers, encoding="utf-8")
        self._inward = os.fdopen(reading, encoding="utf-8")
        self._outward = os.fdopen(answering, "w", encoding="utf-8")
        self.start()

    def run(self) -> None:
        with self._inward, self._outward:
            serve(self._inward, self._outward)

    def poll(self) -> int | None:
        return None if self.is_alive() else 0

    def wait(self, timeout: float) -> int:
        self.join(timeout)
        assert not self.is_alive()
        return 0


class NearSealWorker(SealWorker):
    """The desk's handle on a seal worker that lives on a thread of this process."""

    def _start(self) -> tuple[str, ...]:
        self._child = _Served()  # type: ignore[assignment]
        return tuple(self._ask(self._hello, lambda step: None).get("recovered", ()))


class _NearVerifier:
    """A :class:`workbench.paper.verifier.Verifier` without a process behind it."""

    alive = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        """Nothing is left to wait for."""

    def close(self) -> None:
        """It holds nothing."""

    def ask(self, request: dict[str, Any], _seconds: float) -> bytes:
        return json.dumps(answer(json.loads(json.dumps(request)))).encode()


@contextmanager
def near_verifier() -> Iterator[None]:
    """Sealed files inside are judged in this process, by what the verifier's process runs."""
    with (
        patch("workbench.paper.verify.Verifier", _NearVerifier),
        patch("workbench.paper.pressing.Verifier", _NearVerifier),
    ):
        yield


@contextmanager
def near_seal() -> Iterator[None]:
    """``workbench press`` inside uses a seal worker on a thread, and its verifier there too."""
    with patch("workbench.seal_pipe.SealWorker", NearSealWorker), near_verifier():
        yield


@contextmanager
def one_reader() -> Iterator[None]:
    """Files inspected inside share one child process for as long as none of them ends it."""
    with (
        Inspector() as inspector,
        patch("workbench.paper.inspection.inspect_file", inspector.inspect),
    ):
        yield
