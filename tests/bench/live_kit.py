"""Other desks, in processes of their own: many that only listen, and one that pushes cases.

``python live_kit.py listen …`` and ``push …`` are started by ``test_server_live``; each says a line
when it is ready and ends when its input does. Times are the machine's clock in nanoseconds, the
same as the server's: all run on one machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.rules.case import Move, NewEntry
from workbench.rules.refusals import Trouble
from workbench.store.content import ContentStore
from workbench.store.moves import Books
from workbench.store.server import connecting
from workbench.store.server.address import ServerAddress
from workbench.store.server.ears import Ears
from workbench.store.server.line import Line
from workbench.store.server.server_session import ServerSession
from workbench.store.shelf import Shelf

ANSWERS = NewEntry("checklist", {"answers": [{"code": "registration_form", "answer": "handed_in"}]})


def address_of(port: int, database: str) -> ServerAddress:
    """As the tests reach their own server."""
    return ServerAddress("127.0.0.1", database, port=port, sslmode="disable",
                         channel_binding="disable")  # fmt: skip


class Child:
    """One such process."""

    def __init__(self, *words: object) -> None:
        self._running = subprocess.Popen(
            [sys.executable, str(Path(__file__)), *(str(one) for one in words)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip

    def say(self, line: str) -> None:
        """To its input."""
        assert self._running.stdin is not None
        self._running.stdin.write(f"{line}\n")
        self._running.stdin.flush()

    def answer(self) -> str:
        """The next line that it says."""
        assert self._running.stdout is not None
        said = self._running.stdout.readline().strip()
        assert said, "the other desk broke off"
        return said

    def end(self) -> str:
        """Its last words, once its input is closed."""
        said = self._running.communicate(timeout=30)[0]
        assert self._running.returncode == 0
        return said


def listen(address: ServerAddress, logins: Sequence[str]) -> None:
    """An ear a login; what each heard and when, as one JSON list a login."""
    heard: list[list[int]] = [[] for _login in logins]
    ears = []
    for place, login in enumerate(logins):
        def told(mine: list[int] = heard[place]) -> None:
            mine.append(time.time_ns())

        ears.append(Ears(address, connecting.make_engine(address, login, None), told))
    for one in ears:
        one.start()
    while not all(heard):
        time.sleep(0.01)
    print("ready", flush=True)
    sys.stdin.read()
    trouble: list[Trouble] = [one.trouble for one in ears if one.trouble is not None]
    for one in ears:
        one.close()
    if trouble:
        raise trouble[0]
    print(json.dumps(heard))


def push(address: ServerAddress, login: str, cases: Sequence[int]) -> None:
    """One case for every line of input; says it when the desk has its answer."""
    engine = connecting.make_engine(address, login, None)
    books: Any = Books(Shelf(), ContentStore(Path(os.devnull)))
    session = ServerSession(Line(address, engine), books, login)
    session.moment()
    print("ready", flush=True)
    for number, _line in zip(cases, sys.stdin, strict=False):
        session.make_move(number, Move("push", {}, (ANSWERS,)))
        print(number, flush=True)
    session.close()


if __name__ == "__main__":
    role, port, database, *rest = sys.argv[1:]
    where = address_of(int(port), database)
    if role == "listen":
        listen(where, rest)
    else:
        push(where, rest[0], [int(one) for one in rest[1:]])
