"""The seal desk of a custodian (V16, T23, T24): stamping, register of use, count, seals.

Loaded by the main window through ``screens.SCREENS``. It shows and asks; the press itself is the
seal worker's, reached through ``work.doors.press``. Without custody there is no queue, only the
take-over and the person's own lines of the register.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from workbench.casework.ports import Session
from workbench.rules.moment import stamp
from workbench.rules.refusals import Trouble
from workbench.rules.seal_custody import LedgerLine, Pressed, seal_mark
from workbench.rules.words import _
from workbench.shell.building import Slices, inside_of
from workbench.shell.notices import Notice
from workbench.shell.screens import Screen
from workbench.shell.seal_desk.checks import ending_notice, ends_soon
from workbench.shell.seal_desk.count_tab import CountTab
from workbench.shell.seal_desk.custody import CustodyPane
from workbench.shell.seal_desk.facts import DeskFacts, Frozen, ask_first, read_desk
from workbench.shell.seal_desk.layout import StampingPage
from workbench.shell.seal_desk.noon import NoonLock
from workbench.shell.seal_desk.press import Readiness, WorkerLine
from workbench.shell.seal_desk.register import RegisterTab
from workbench.shell.seal_desk.seals_tab import SealsTab
from workbench.shell.seal_desk.stamping import Stamping
from workbench.shell.seal_desk.summary import BatchSummary
from workbench.shell.workplace import Workplace

WORKER_AFTER_MS: Final = 250


class SealDeskScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.facts: DeskFacts | None = None
        self.ready: Readiness | None = None
        # Once the queue stands there: a new process takes a core for a while.
        self._starting = QTimer(self)
        self._starting.setSingleShot(True)
        self._starting.timeout.connect(self._start_worker)
        self._late = False
        self._told_ends: set[str] = set()
        self._making = Slices(self._made(), self)

    def building(self) -> Iterator[None]:
        """A dozen parts in a process that has just begun: too much for one turn."""
        return self._making.steps()

    @property
    def frozen(self) -> Frozen | None:
        """The document in hand, once it is shown."""
        return self.stamping.frozen

    @property
    def result(self) -> Pressed | None:
        """What the last press gave, until another document is taken in hand."""
        return self.stamping.result

    @property
    def pressing(self) -> str:
        """The document that is being pressed; empty while none is."""
        return self.stamping.hand.document

    # -- what the main window calls ----------------------------------------------------------

    @classmethod
    def first_question(cls, session: Session) -> None:
        """The queue and its first document."""
        ask_first(session)

    def title(self) -> str:
        return _("Seal desk")

    def refresh(self) -> None:
        session = self.work.session
        self.work.lanes.ask(lambda: read_desk(session), then=self._show, scope=self, key="desk")
        for tab in (self.register, self.count, self.seals):
            tab.refresh()

    def may_leave(self) -> bool:
        return not self.pressing

    def keep(self) -> Mapping[str, Any]:
        task = self.queue.current()
        return {
            "document_id": task.document_id if task else "",
            "ticked": sorted(self.queue.ticked),
            "tab": self.tabs.currentIndex(),
            "register": self.register.keep(),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.tabs.setCurrentIndex(int(kept.get("tab", 0)))
        self.register.restore(kept.get("register", {}))
        self.queue.wanted = str(kept.get("document_id", ""))
        self.queue.ticked = set(kept.get("ticked", ()))

    def covered(self) -> None:
        """The window is locked: the key is closed, what was typed of a PIN is gone."""
        self.stamping.cover()
        self.count.forget_pins()

    def put_down(self) -> None:
        self.covered()
        self.noon.stop()

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Up, Down", _("Choose a document in the queue")),
            ("Space, Ctrl+A", _("In the queue: tick one, tick all, for a batch")),
            ("Shift+Down", _("In the queue: tick on the way")),
            ("Tab", _("To the page, to the comparison, to the PIN")),
            ("Space", _("In the comparison: tick the line and go on")),
            ("Enter", _("In the PIN field: press the seal")),
            ("Enter, R, S, Esc", _("In a batch: press, return, skip, end")),
            ("P, W, 0", _("Page: whole, width, true size")),
        )

    # -- building ----------------------------------------------------------------------------

    def _made(self) -> Iterator[None]:
        work = self.work
        self.mark = QLabel(seal_mark(), self)
        self.mark.setProperty("role", "notice")
        self.held = QLabel(self)
        self.held.setProperty("role", "quiet")
        self.tabs = QTabWidget(self)
        within = inside_of(self.tabs)
        self.stack = QStackedWidget(within)
        self.stand = StampingPage(work, self.stack)
        yield
        yield from self.stand.steps()
        self.queue, self.page, self.side = self.stand.queue, self.stand.page, self.stand.side
        yield
        self.custody = CustodyPane(work, self.stack)
        yield
        self.summary = BatchSummary(work, self.stack)
        yield
        self.register = RegisterTab(work, within)
        yield
        self.count = CountTab(work, within)
        yield
        self.seals = SealsTab(work, within)
        yield
        self.stamping = Stamping(self)
        self._place()
        yield
        self._connect()
        self._starting.start(WORKER_AFTER_MS)

    def _place(self) -> None:
        space = self.work.theme.space
        self.mark.setToolTip(_("A test seal for demonstration, not a legally valid one."))
        self.held.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(self.mark)
        top.addWidget(self.held, 1)
        for part in (self.custody, self.stand, self.summary):
            self.stack.addWidget(part)
        for tab, name in (
            (self.stack, _("Stamping")), (self.register, _("Register of seal use")),
            (self.count, _("Count and hand-over")), (self.seals, _("Seals")),
        ):  # fmt: skip
            self.tabs.addTab(tab, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        column.setSpacing(space())
        column.addLayout(top)
        column.addWidget(self.tabs, 1)

    def _connect(self) -> None:
        self.custody.take_over_wanted.connect(self._take_over)
        self.side.check_again.clicked.connect(self.look_before)
        self.register.open_wanted.connect(self._open_line)
        self.count.handed_over.connect(self.refresh)
        self.work.signposts.covered.connect(self.covered)
        self.noon = NoonLock(self.work, self)
        self.noon.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """A desk that closes starts nothing any more; one that was only hidden does when seen."""
        super().hideEvent(event)
        self._late = self._starting.isActive()
        self._starting.stop()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if self._late:
            self._starting.start(WORKER_AFTER_MS)

    # -- the worker ----------------------------------------------------------------------------

    def _start_worker(self) -> None:
        press = self.work.doors.press
        if press is not None:
            self.work.lanes.errand(press.start, then=self._started, scope=self, key="worker")

    def _started(self, ready: Readiness) -> None:
        self.ready = ready
        for line in ready.recovered:
            serial, _colon, end = line.partition(":")
            text = _("Press {serial} had broken off; it was finished now.")
            if end == "void":
                text = _("Press {serial} had broken off; it is void and the document waits again.")
            self.work.notices.say(text.format(serial=serial))
        self.look_before()
        self.stamping.judge()

    def look_before(self) -> None:
        """Once a session, and when somebody asks for it: what can be looked at without a PIN."""
        press, facts = self.work.doors.press, self.facts
        if press is None or facts is None or self.ready is None:
            return
        login = self.work.who.login
        wanted = [one.seal_id for one in facts.seals_in_use()] if facts.held_until(login) else []

        def look() -> dict[str, tuple[WorkerLine, ...]]:
            return {seal_id: press.preflight(seal_id) for seal_id in wanted}

        self.work.lanes.errand(
            look, then=self._looked, scope=self, key="preflight", label=_("Before pressing")
        )

    def _looked(self, found: Mapping[str, tuple[WorkerLine, ...]]) -> None:
        for seal_id, lines in found.items():
            if self.ready is not None:
                self.ready = self.ready.hearing(seal_id, lines)
        self.stamping.judge()

    # -- showing -----------------------------------------------------------------------------

    def _show(self, facts: DeskFacts) -> None:
        first = self.facts is None
        self.facts = facts
        self.work.clock.set(facts.at)
        until = facts.held_until(self.work.who.login)
        self.held.setText("" if until is None else _("You keep the seal until {time}.").format(
            time=stamp(until)[11:16]))  # fmt: skip
        self.count.show_facts(facts)
        if until is None:
            self.custody.show_facts(facts)
        self.stamping.show_facts(facts, holds=until is not None)
        self._warn_of_ends(facts, until is not None)
        if first:
            self.look_before()

    def _warn_of_ends(self, facts: DeskFacts, holds: bool) -> None:
        """A banner for each certificate in use that ends within thirty days (A10)."""
        for seal in facts.seals:
            key = f"certificate:{seal.seal_id}"
            if holds and seal in facts.seals_in_use() and ends_soon(seal, facts.at):
                known = {one.key for one in self.work.notices.standing()}
                if key not in known and key not in self._told_ends:
                    self._told_ends.add(key)
                    self.work.notices.post(Notice(key, "info", ending_notice(seal)))
            else:
                self.work.notices.withdraw(key)

    # -- acting ------------------------------------------------------------------------------

    def _take_over(self, password: str) -> None:
        session, sign = self.work.session, self.work.doors.sign_again
        if sign is None:
            return

        def take_over() -> object:
            sign(password)
            return session.take_over_custody()

        self.custody.refusal.clear_trouble()
        self.work.lanes.change(
            take_over,
            then=lambda _shift: self._taken_over(),
            otherwise=self._not_taken_over,
            scope=self,
            label=_("Taking over the seal"),
        )

    def _taken_over(self) -> None:
        self.work.notices.say(_("You hold the seal now. Change its PIN before the first press."))
        self.refresh()

    def _not_taken_over(self, trouble: Trouble) -> None:
        self.custody.refusal.show_trouble(trouble)
        self.custody.password.setFocus()

    def _open_line(self, line: LedgerLine) -> None:
        if self.stack.currentWidget() is self.stand and self.stamping.free:
            self.tabs.setCurrentIndex(0)
            self.stamping.show_sealed(line.sha256_after, line.serial)
