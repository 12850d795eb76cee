"""One thread that does one thing after the other, and the guard that keeps SQL off the UI thread.

:mod:`workbench.shell.lanes` owns three of these. No Qt here: a lane can be tested, and used by the
tour, without an event loop. The thread is a daemon, so a plugin function that hangs for good cannot
keep the desk from closing; :meth:`LaneThread.stop` says whether it ended.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from workbench.rules.refusals import Cancelled

if TYPE_CHECKING:
    from workbench.casework.ports import Session
    from workbench.rules.people import User

_UI_THREAD: list[int] = []
_local = threading.local()


class Ticket:
    """What a running function and its caller share: called off or not, and how far it is."""

    def __init__(self) -> None:
        self._off = threading.Event()
        self.done = 0
        self.total = 0
        self.detail = ""

    def call_off(self) -> None:
        """Ask the function to end at its next :func:`checkpoint`."""
        self._off.set()

    @property
    def called_off(self) -> bool:
        """Whether somebody no longer wants the answer."""
        return self._off.is_set()


def checkpoint(done: int = 0, total: int = 0, detail: str = "") -> None:
    """For slow functions in a lane: tell how far it is; raises Cancelled when it was called off.

    ``total`` 0 means unknown. ``detail`` is shown as it is, so no personal data in it. Outside a
    lane it does nothing, so that casework can be tested without one.
    """
    ticket = getattr(_local, "ticket", None)
    if ticket is None:
        return
    if ticket.called_off:
        raise Cancelled
    ticket.done, ticket.total, ticket.detail = done, total, detail


class LaneThread:
    """A daemon thread with a queue. ``run`` functions never raise: lanes wrap them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._work: queue.SimpleQueue[tuple[Ticket, Callable[[], None]] | None] = (
            queue.SimpleQueue()
        )
        self._thread: threading.Thread | None = None
        self._stopped = False

    def put(self, ticket: Ticket, work: Callable[[], None]) -> None:
        """Queue the work; the thread starts with the first. RuntimeError after :meth:`stop`."""
        self.expect_open()
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._loop, name=f"lane-{self.name}", daemon=True
            )
            self._thread.start()
        self._work.put((ticket, work))

    @property
    def is_open(self) -> bool:
        """Whether it still takes work: until :meth:`stop`."""
        return not self._stopped

    def expect_open(self) -> None:
        """RuntimeError after :meth:`stop`: nothing is done any more."""
        if not self.is_open:
            raise RuntimeError(f"the lane {self.name} has been closed")

    def _loop(self) -> None:
        while (given := self._work.get()) is not None:
            ticket, work = given
            _local.ticket = ticket
            try:
                work()
            finally:
                _local.ticket = None
            # Nothing of the job may live on in this frame: it would keep widgets alive.
            del given, ticket, work

    def stop(self, seconds: float) -> bool:
        """Take no more work, finish what is queued; whether the thread ended within the time."""
        self._stopped = True
        if self._thread is None:
            return True
        self._work.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()


def claim_ui_thread() -> None:
    """Remember the calling thread as the UI thread. Called by ``app`` and by the test fixture."""
    _UI_THREAD[:] = [threading.get_ident()]


def assert_not_ui_thread() -> None:
    """Raise RuntimeError on the UI thread: a slow disk must never freeze a window (desk 6)."""
    if _UI_THREAD and threading.get_ident() == _UI_THREAD[0]:
        raise RuntimeError("the database was asked on the UI thread; use lanes.ask or lanes.change")


class _Guard:
    """Hands every call on to the session, but not on the UI thread."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def who(self) -> User:
        """Read from the database each time, so no business of the UI thread either."""
        assert_not_ui_thread()
        return self._session.who

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._session, name)

        def guarded_call(*args: Any, **kwargs: Any) -> Any:
            assert_not_ui_thread()
            return method(*args, **kwargs)

        return guarded_call


def guarded(session: Session) -> Session:
    """The session as screens get it: every method raises when called on the UI thread."""
    return cast("Session", _Guard(session))
