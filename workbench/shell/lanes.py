"""Slow work off the UI thread: four lanes, two verbs, answers on the UI thread (desk section 6).

The contract for every screen::

    self.work.lanes.ask(lambda: session.case_view(no), then=self._show, scope=self, key="case")
    self.work.lanes.change(lambda: accept(session, no), then=self._accepted,
                           otherwise=self.refusal.show_trouble, scope=self, label=_("Accept"))

* *store* does all SQL: :meth:`Lanes.ask` (a question) and :meth:`Lanes.change` (a change, after
  whose success :attr:`Lanes.something_changed` is sent once);
* *paper* talks to the page renderer about what is seen, *ahead* to a second one about what may be
  seen next; *errands* runs plugins' slow functions.

``then(answer)`` and ``otherwise(trouble)`` run on the UI thread, and neither runs when the
``scope`` widget is gone. A newer question with the same ``(scope, key)`` cancels the older's
answer. ``after()`` runs at the end however it ended: for enabling a button again.

Trouble: a Refusal goes to ``otherwise`` (beside the control), without one to a notice. An Outage
shows the banner with *try again*, a Fault the notice with *copy report*; both then go to
``otherwise`` too. Cancelled is silent. Anything else that is raised becomes a Fault. *Try again*
repeats the very same function, so make a move with its ``operation_id`` before the call, not in it:
then a change that went through although its answer was lost is carried out once.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

from PyQt6 import sip
from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QWidget

from workbench import settings
from workbench.rules.refusals import Cancelled, Fault, Outage, Refusal, Trouble
from workbench.rules.words import _
from workbench.shell import building
from workbench.shell.lane_thread import LaneThread, Ticket, assert_not_ui_thread, checkpoint

__all__ = ["Job", "Lanes", "TroubleDesk", "checkpoint"]

T = TypeVar("T")
SLOW_MS: Final = 300
"""From here on the user sees that something is under way, and may call it off."""

DRAWN_MS: Final = 10
"""A question waits so long, because who asks has mostly just changed what is seen: a lane that
computes while it is drawn takes the interpreter from it again and again, and both take longer."""

STORE, PAPER, AHEAD, ERRANDS = "store", "paper", "ahead", "errands"


class TroubleDesk(Protocol):
    """Where trouble goes that no control shows; :class:`workbench.shell.notices.Notices`."""

    def refuse(self, refusal: Refusal) -> None:
        """A refusal that no control asked for."""
        ...

    def outage(self, outage: Outage, again: Callable[[], None] | None) -> None:
        """Part of the world is not there; ``again`` repeats what failed."""
        ...

    def fault(self, fault: Fault, report: str) -> None:
        """A bug; ``report`` is the traceback for *copy report*."""
        ...


class Job:
    """One piece of slow work. Screens keep it only to call :meth:`cancel`."""

    def __init__(
        self,
        lane: str,
        work: Callable[[], Any],
        then: Callable[[Any], None] | None,
        otherwise: Callable[[Trouble], None] | None,
        after: Callable[[], None] | None,
        scope: QWidget | None,
        label: str,
        is_change: bool,
    ) -> None:
        self.lane = lane
        self.work = work
        self.then = then
        self.otherwise = otherwise
        self.after = after
        self.label = label
        self.is_change = is_change
        self.ticket = Ticket()
        self.answer: Any = None
        self.trouble: Trouble | None = None
        self.report = ""
        self.ended = False
        self._scope = weakref.ref(scope) if scope is not None else None

    def cancel(self) -> None:
        """No longer wanted. A change that has begun is finished or ended at its next checkpoint."""
        self.ticket.call_off()

    @property
    def scope_is_there(self) -> bool:
        """Whether the widget that asked can still be told."""
        if self._scope is None:
            return True
        widget = self._scope()
        return widget is not None and not sip.isdeleted(widget)

    def run(self) -> None:
        """In the lane's thread: do the work and keep answer or trouble."""
        if self.ticket.called_off or (not self.is_change and not self.scope_is_there):
            self.trouble = Cancelled()
            return
        try:
            self.answer = self.work()
        except Trouble as trouble:
            self.trouble = trouble
            self.report = _report() if isinstance(trouble, Fault) else ""
        except Exception as bug:
            self.report = _report()
            self.trouble = Fault(
                f"bug:{type(bug).__name__}",
                _("Something in the program went wrong."),
                _("Copy the report and send it to the system administrator."),
            )


class Lanes(QObject):
    """The four lanes of one desk. Made by ``app`` on the UI thread, closed by it at the end."""

    something_changed = pyqtSignal()
    """Sent once after each successful change: screens ask again for what they show."""
    slow_began = pyqtSignal(object)
    """A :class:`Job` has taken more than 0.3 s: the status line shows it with *cancel*."""
    slow_ended = pyqtSignal(object)
    """That job has ended."""
    _came_back = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trouble_desk: TroubleDesk | None = None
        self._threads = {name: LaneThread(name) for name in (STORE, PAPER, AHEAD, ERRANDS)}
        self._newest: dict[tuple[int, str], Job] = {}
        self._slow: set[Job] = set()
        self._under_way: set[Job] = set()
        # Emitted in a lane, received here: Qt queues it for the UI thread.
        self._came_back.connect(self._deliver)

    # -- the verbs ---------------------------------------------------------------------------

    def change(
        self,
        work: Callable[[], T],
        *,
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[Trouble], None] | None = None,
        after: Callable[[], None] | None = None,
        scope: QWidget | None = None,
        label: str = "",
    ) -> Job:
        """Change something in the store lane; it runs alone, and everybody hears of it once."""
        return self._start(Job(STORE, work, then, otherwise, after, scope, label, True))

    def ask(
        self,
        work: Callable[[], T],
        *,
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[Trouble], None] | None = None,
        after: Callable[[], None] | None = None,
        scope: QWidget | None = None,
        key: str = "",
        label: str = "",
        at_once: bool = False,
    ) -> Job:
        """Ask something in the store lane; a newer question of the same key cancels this one.

        ``at_once``: nothing on the screen has just changed that would have to be drawn first.
        """
        job = Job(STORE, work, then, otherwise, after, scope, label, False)
        return self._start(job, scope, key, at_once)

    def paper(
        self,
        work: Callable[[], T],
        *,
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[Trouble], None] | None = None,
        after: Callable[[], None] | None = None,
        scope: QWidget | None = None,
        key: str = "",
        label: str = "",
        ahead: bool = False,
    ) -> Job:
        """Talk to the page renderer: its client belongs to this lane's thread alone.

        ``ahead``: to the second one, beside the first.
        """
        lane = AHEAD if ahead else PAPER
        job = Job(lane, work, then, otherwise, after, scope, label, False)
        return self._start(job, scope, key)

    def errand(
        self,
        work: Callable[[], T],
        *,
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[Trouble], None] | None = None,
        after: Callable[[], None] | None = None,
        scope: QWidget | None = None,
        key: str = "",
        label: str = "",
    ) -> Job:
        """Run a slow function that is neither SQL nor paper: a plugin's, a device, a file copy."""
        job = Job(ERRANDS, work, then, otherwise, after, scope, label, False)
        return self._start(job, scope, key)

    def again(self, job: Job) -> Job:
        """The same work once more: behind *try again*."""
        scope = job._scope() if job._scope is not None else None
        fresh = Job(
            job.lane,
            job.work,
            job.then,
            job.otherwise,
            job.after,
            scope,
            job.label,
            job.is_change,
        )
        return self._start(fresh)

    def in_store(self, work: Callable[[], T]) -> T:
        """For functions that run in *errands* or *paper*: do this in the store lane and wait.

        Raises what the work raises. Never from the UI thread (it would freeze) nor from the store
        lane itself (it would wait for itself).
        """
        assert_not_ui_thread()
        from concurrent.futures import Future

        waiting: Future[T] = Future()

        def carry_out() -> None:
            try:
                waiting.set_result(work())
            except BaseException as trouble:
                waiting.set_exception(trouble)

        self._threads[STORE].put(Ticket(), carry_out)
        return waiting.result()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way and every answer is shown whole: for tests and the tour."""
        return not self._under_way and not building.under_way()

    def doing(self) -> tuple[str, ...]:
        """What is under way, as ``lane: label``: for whoever waits in vain."""
        return tuple(f"{job.lane}: {job.label or job.work}" for job in self._under_way)

    def close(
        self, seconds: float = 5.0, last_words: Sequence[tuple[str, Callable[[], None]]] = ()
    ) -> tuple[str, ...]:
        """Call off what is queued and end the threads; names the lanes that did not end in time.

        A change under way is finished. Answers that come in later are dropped. ``last_words`` are
        pairs of lane and function, run last and never called off: what closes files and processes.
        """
        for job in self._under_way:
            if not job.is_change:
                job.cancel()
        for lane, act in last_words:
            self._threads[lane].put(Ticket(), _safely(act))
        stuck = tuple(name for name, lane in self._threads.items() if not lane.stop(seconds))
        self._under_way.clear()
        self._newest.clear()
        return stuck

    # -- inside ------------------------------------------------------------------------------

    def _start(
        self, job: Job, scope: QWidget | None = None, key: str = "", at_once: bool = False
    ) -> Job:
        lane = self._threads[job.lane]
        if not lane.is_open and not job.is_change:
            # A timer or a slice of a window that is being taken away: nobody waits for the answer.
            job.cancel()
            return job
        lane.expect_open()
        if key:
            place = (id(scope), f"{job.lane}:{key}")
            older = self._newest.get(place)
            if older is not None:
                older.cancel()
            self._newest[place] = job
        self._under_way.add(job)
        QTimer.singleShot(SLOW_MS, lambda: self._grown_slow(job))

        def carry_out() -> None:
            job.run()
            # The window may be gone before the answer is: then there is nobody to tell.
            if not sip.isdeleted(self):
                self._came_back.emit(job)

        if job.lane == STORE and not job.is_change and not at_once:
            QTimer.singleShot(DRAWN_MS, lambda: self._hand_out(job, carry_out))
        else:
            self._hand_out(job, carry_out)
        return job

    def _hand_out(self, job: Job, carry_out: Callable[[], None]) -> None:
        # Nobody asks any more where the lanes have been closed meanwhile.
        if not sip.isdeleted(self) and job in self._under_way:
            self._threads[job.lane].put(job.ticket, carry_out)

    def _grown_slow(self, job: Job) -> None:
        if not sip.isdeleted(self) and job in self._under_way and job.label:
            self._slow.add(job)
            self.slow_began.emit(job)

    def _deliver(self, job: Job) -> None:
        if job not in self._under_way:
            return
        self._under_way.discard(job)
        job.ended = True
        self._newest = {place: one for place, one in self._newest.items() if one is not job}
        if job in self._slow:
            self._slow.discard(job)
            self.slow_ended.emit(job)
        # Called off by a newer question or by the user: silent; a change that went through counts.
        wanted = not job.ticket.called_off or (job.is_change and job.trouble is None)
        if job.trouble is None and job.is_change:
            self.something_changed.emit()
        if wanted and job.scope_is_there:
            self._tell(job)
        elif job.trouble is not None and job.is_change:
            self._show(job, job.trouble, beside=False)
        if job.after is not None and job.scope_is_there:
            job.after()

    def _tell(self, job: Job) -> None:
        if job.trouble is None:
            if job.then is not None:
                job.then(job.answer)
            return
        self._show(job, job.trouble, beside=job.otherwise is not None)
        if job.otherwise is not None and not isinstance(job.trouble, Cancelled):
            job.otherwise(job.trouble)

    def _show(self, job: Job, trouble: Trouble, *, beside: bool) -> None:
        """What does not belong beside a control: the notice or the banner."""
        desk = self.trouble_desk
        if desk is None or isinstance(trouble, Cancelled):
            return
        if isinstance(trouble, Refusal):
            if not beside:
                desk.refuse(trouble)
        elif isinstance(trouble, Outage):
            desk.outage(trouble, lambda: self._repeat(job))
        elif isinstance(trouble, Fault):
            desk.fault(trouble, job.report)

    def _repeat(self, job: Job) -> None:
        if job.scope_is_there:
            self.again(job)


def _report() -> str:
    """What *copy report* copies: the traceback of what is being handled."""
    import traceback

    return traceback.format_exc()


def _safely(act: Callable[[], None]) -> Callable[[], None]:
    """Last words are heard by nobody: what goes wrong is written into the log."""

    def acting() -> None:
        try:
            act()
        except Exception:
            settings.log("workbench.shell").exception("closing a part of the desk failed")

    return acting
