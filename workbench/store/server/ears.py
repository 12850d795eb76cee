"""Hearing of other desks' changes: a connection of its own that listens, in a thread of its own.

Whoever connects listens first and then looks at everything anew, because what was told meanwhile
is lost; polling every fifteen seconds is the correctness, listening only makes it quick. Called by
``server_session``.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable
from typing import Any, Final

import psycopg
from sqlalchemy import Engine

from workbench.rules.refusals import Trouble
from workbench.store.server.address import ServerAddress
from workbench.store.server.connecting import plainly

POLL_SECONDS: Final = 15.0
"""The longest that a change can stay unseen while the line stands."""

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 10.0


class Ears(threading.Thread):
    """Tells ``heard`` of every change, and ``trouble`` of the line while there is none."""

    def __init__(self, address: ServerAddress, engine: Engine, heard: Callable[[], None]) -> None:
        super().__init__(name="ears", daemon=True)
        self.trouble: Trouble | None = None
        self._address = address
        self._engine = engine
        self.heard = heard
        self._ended = threading.Event()
        # A word into one end wakes the thread, which waits on the other and on the server's line.
        self._waker, self._woken = socket.socketpair()

    def close(self) -> None:
        """Listen no more; the thread ends by itself, its connection with it."""
        self._ended.set()
        self._waker.send(b"!")
        if self.is_alive():
            # A connection that is just being made is left to end by itself.
            self.join(timeout=3.0)
        self._waker.close()
        self._woken.close()

    def run(self) -> None:
        """Connect, listen, tell; with growing pauses where the server does not answer."""
        pause = FIRST_PAUSE
        while not self._ended.is_set():
            try:
                with plainly(self._address):
                    self._listen()
                pause = FIRST_PAUSE
            except Trouble as trouble:
                self.trouble = trouble
                self.heard()
                self._ended.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        self._engine.dispose()

    def _listen(self) -> None:
        with self._engine.connect() as sql:
            driver = sql.connection.dbapi_connection
            assert isinstance(driver, psycopg.Connection)
            driver.autocommit = True
            row = driver.execute("SELECT wb.my_channels()").fetchone()
            for name in row[0] if row is not None else ():
                driver.execute(f'LISTEN "{name}"')
            try:
                self.trouble = None
                self.heard()
                self._wait(driver)
            finally:
                sql.invalidate()

    def _wait(self, driver: psycopg.Connection[Any]) -> None:
        while not self._ended.is_set():
            told = select.select((driver.fileno(), self._woken.fileno()), (), (), POLL_SECONDS)[0]
            if self._ended.is_set():
                return
            if not told:
                # Nothing was told: the poll, and proof that the server is still there.
                driver.execute("SELECT 1")
            for _one in driver.notifies(timeout=0):
                pass
            self.heard()
