"""The line of one session to its server: one connection, one thread, verbs and reads.

``call`` is one verb in one round trip, committed with it. A connection that is lost is made anew
and the verb called once more: every verb that writes carries the number of its operation, so that
nothing is done twice. Called by ``server_session``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine

from workbench.rules.moment import Moment
from workbench.rules.refusals import Outage, Refusal
from workbench.store.engine import Unit, Work
from workbench.store.server.address import ServerAddress
from workbench.store.server.connecting import make_engine, plainly, refused_values
from workbench.store.server.server_words import retryable

READING: Final = frozenset({
    "moment", "hello", "case_view", "note_open", "my_drafts", "handovers", "explain", "case_log",
    "content_key", "seal_queue", "seal_lines_of", "seal_ledger_page", "seal_desk_locked",
})  # fmt: skip
"""Verbs that a desk may call although it may not act. What they write is what time has brought."""


Question = tuple[str, Sequence[Any] | Mapping[str, Any]]
"""A statement and its values."""


class Look:
    """One transaction that only reads, from the first question to the last."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._begun = False

    def ask(self, *questions: Question, last: bool = False) -> list[list[tuple[Any, ...]]]:
        """The rows of each, in one round trip; with the last of them the look is over."""
        with self._driver.pipeline():
            if not self._begun:
                self._begun = True
                self._driver.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursors = [self._driver.execute(text, values) for text, values in questions]
            if last:
                self._driver.execute("COMMIT")
        # Not before: what failed on the way has left the transaction open.
        self._begun = not last
        return [one.fetchall() for one in cursors]

    def end(self) -> None:
        """Close what is still open; a lost line has closed it itself."""
        if self._begun and not self._driver.closed:
            self._driver.execute("ROLLBACK")


class Line(Work):
    """Reads under the person's policies, writes by verbs."""

    def __init__(self, address: ServerAddress, engine: Engine) -> None:
        # Not the one connection of a file: a server's may be lost and made anew.
        self.address = address
        self._engine = engine
        self._held: Connection | None = None
        self._marks = 0
        self._may_not_act: Refusal | None = None

    def may_not_act(self, why: Refusal | None) -> None:
        """From now on everything but reading is refused with that; ``None`` allows it again."""
        self._may_not_act = why

    def call(self, verb: str, *values: Any) -> Any:
        """What ``SELECT wb.verb(values)`` answers, a refusal as ``{"refused": {...}}``.

        In the same round trip, but as a transaction of its own after the verb's commit, the other
        desks are told of what the verb has changed (``wb.tell``).
        """
        if self._may_not_act is not None and verb not in READING:
            raise self._may_not_act
        marks = ", ".join("%s" for _one in values)

        def ask() -> Any:
            with plainly(self.address):
                driver = self._driver()
                try:
                    with driver.pipeline() as pipeline:
                        answer = driver.execute(f"SELECT wb.{verb}({marks})", values)
                        pipeline.sync()
                        driver.execute("SELECT wb.tell()")
                    row = answer.fetchone()
                except psycopg.Error as trouble:
                    said = refused_values(trouble)
                    if said is None:
                        raise
                    return {"refused": said}
                return row[0] if row is not None else None

        return self._once_more(ask)

    def _driver(self) -> psycopg.Connection[Any]:
        driver = self._open().connection.dbapi_connection
        assert isinstance(driver, psycopg.Connection)
        return driver

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """A consistent look at one moment; nothing can be written."""
        with plainly(self.address):
            sql = self._open()
            sql.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            try:
                now = sql.exec_driver_sql("SELECT wb.moment()").scalar_one()
                yield Unit(sql, int(now))
            finally:
                if not sql.invalidated:
                    sql.exec_driver_sql("ROLLBACK")

    @contextmanager
    def look(self) -> Iterator[Look]:
        """As :meth:`read`, but each time several questions go out and come back at once."""
        with plainly(self.address):
            look = Look(self._driver())
            try:
                yield look
            finally:
                look.end()

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """Nobody writes tables on a server: a room that tries to has forgotten its verb."""
        raise RuntimeError("a session on a server writes by verbs alone")
        yield

    def moment(self) -> Moment:
        """The centre's moment, never this computer's."""
        return int(self.call("moment"))

    def change_mark(self) -> int:
        """Grows whenever the server tells that something has changed (``hear``)."""
        return self._marks

    def changed(self) -> None:
        """Somebody's step was committed."""
        self._marks += 1

    def another_engine(self) -> Engine:
        """For a second connection of the same person: the one that listens."""
        return make_engine(self.address, str(self._engine.url.username), self.password())

    def password(self) -> str | None:
        """What the person signed in with, for a second line of his own."""
        password = self._engine.url.password
        return str(password) if password is not None else None

    def close(self) -> None:
        """Give back the connection."""
        if self._held is not None:
            self._held.close()
            self._held = None
        self._engine.dispose()

    def _open(self) -> Connection:
        if self._held is not None and (self._held.invalidated or self._is_lost(self._held)):
            self._held.invalidate()
            self._held.close()
            self._held = None
        if self._held is None:
            connection = self._engine.connect()
            self._held = connection.execution_options(isolation_level="AUTOCOMMIT")
        return self._held

    @staticmethod
    def _is_lost(held: Connection) -> bool:
        driver = held.connection.dbapi_connection
        return driver is None or bool(driver.closed)

    def _once_more(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Outage as trouble:
            if not retryable(trouble):
                raise
        return ask()
