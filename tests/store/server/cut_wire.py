"""A wire between a desk and its server that a test can cut at any byte.

A small TCP relay on loopback. Used by ``test_server_kills``.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

BEFORE, UNANSWERED, ANSWERED = "before the request", "before the answer", "in the answer"


@dataclass
class Wire:
    """``port`` is where the desk calls. One cut at a time: the next request meets it."""

    server_port: int
    port: int = 0
    cuts: int = 0
    busy: int = 0
    """So many of the next calls are hung up on."""
    answer_bytes: int = 0
    """How long the last answer was, all of it together."""
    _when: str = ""
    _bytes: int = 0
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def cut(self, when: str, after_bytes: int = 0) -> None:
        """The next request is cut there; of its answer so many bytes still get through."""
        self._when, self._bytes = when, after_bytes

    def listen(self) -> None:
        """Take calls until :meth:`close`."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self._open.append(listener)
        self._start(self._calls, listener)

    def close(self) -> None:
        """Cut everything and end."""
        for one in self._open:
            _end(one)
        for thread in self._threads:
            thread.join()

    def _calls(self, listener: socket.socket) -> None:
        while True:
            try:
                desk = listener.accept()[0]
                if self.busy:
                    self.busy -= 1
                    _end(desk)
                    continue
                server = socket.create_connection(("127.0.0.1", self.server_port))
            except ConnectionRefusedError:
                _end(desk)
                continue
            except OSError:
                return
            self._open += [desk, server]
            self._start(self._requests, desk, server)
            self._start(self._answers, desk, server)

    def _start(self, act: object, *values: socket.socket) -> None:
        thread = threading.Thread(target=act, args=values)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _requests(self, desk: socket.socket, server: socket.socket) -> None:
        while data := _some(desk):
            self.answer_bytes = 0
            if self._when == BEFORE:
                self._now(desk, server)
                return
            with contextlib.suppress(OSError):
                server.sendall(data)
            if self._when == UNANSWERED:
                self._now(desk, server)
                return
        _end(server)

    def _answers(self, desk: socket.socket, server: socket.socket) -> None:
        while data := _some(server):
            self.answer_bytes += len(data)
            whole = self._when != ANSWERED or self.answer_bytes <= self._bytes
            left = len(data) if whole else self._bytes - (self.answer_bytes - len(data))
            with contextlib.suppress(OSError):
                desk.sendall(data[:left])
            if not whole:
                self._now(desk, server)
                return
        _end(desk)

    def _now(self, *ends: socket.socket) -> None:
        self._when = ""
        self.cuts += 1
        for one in ends:
            _end(one)


def _some(one: socket.socket) -> bytes:
    try:
        return one.recv(1 << 16)
    except OSError:
        return b""


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def wire_to(port: int) -> Iterator[Wire]:
    """A wire to that server's port."""
    made = Wire(port)
    made.listen()
    try:
        yield made
    finally:
        made.close()
