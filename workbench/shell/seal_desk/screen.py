"""The seal desk of a custodian (V16, T23, T24): queue, page, comparison, press, register.

Loaded by the main window through ``screens.SCREENS``. It shows and asks; the press itself is the
seal worker's, reached through ``work.doors.press``. Without custody there is no queue, only the
take-over and the person's own lines of the register.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.casework.ports import Session
from workbench.casework.sealing import return_request
from workbench.rules.case_view import SealTask
from workbench.rules.moment import stamp
from workbench.rules.refusals import Trouble
from workbench.rules.seal_custody import LedgerLine, LedgerState, Pressed, seal_mark
from workbench.rules.words import _, pick
from workbench.shell.building import Slices, inside_of
from workbench.shell.screens import Screen
from workbench.shell.seal_desk.custody import CustodyPane
from workbench.shell.seal_desk.facts import (
    DeskFacts,
    Frozen,
    all_good,
    ask_first,
    preflight,
    read_desk,
    read_document,
    why_not,
)
from workbench.shell.seal_desk.page import DocumentPage
from workbench.shell.seal_desk.press import Readiness
from workbench.shell.seal_desk.pressing import OncePin, StepBridge
from workbench.shell.seal_desk.queue import QueueList
from workbench.shell.seal_desk.register import RegisterTab
from workbench.shell.seal_desk.side import SidePanel, landing
from workbench.shell.workplace import Workplace

WORKER_AFTER_MS: Final = 250


class SealDeskScreen(Screen):
    """See the module."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.facts: DeskFacts | None = None
        self.frozen: Frozen | None = None
        self.ready: Readiness | None = None
        self.result: Pressed | None = None
        self.pressing = ""
        """The document that is being pressed; empty while none is."""
        self._steps = StepBridge(self)
        # Once the queue stands there: a new process takes a core for a while.
        self._starting = QTimer(self)
        self._starting.setSingleShot(True)
        self._starting.timeout.connect(self._start_worker)
        self._late = False
        self._making = Slices(self._made(), self)

    def building(self) -> Iterator[None]:
        """A dozen parts in a process that has just begun: too much for one turn."""
        return self._making.steps()

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

    def may_leave(self) -> bool:
        return not self.pressing

    def keep(self) -> Mapping[str, Any]:
        task = self.queue.current()
        return {
            "document_id": task.document_id if task else "",
            "tab": self.tabs.currentIndex(),
            "search": self.register.search.text(),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        self.tabs.setCurrentIndex(int(kept.get("tab", 0)))
        self.register.search.setText(str(kept.get("search", "")))
        self.queue.wanted = str(kept.get("document_id", ""))

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Up, Down", _("Choose a document in the queue")),
            ("Tab", _("To the page, to the comparison, to the PIN")),
            ("Enter", _("In the PIN field: press the seal")),
            ("P, W, 0", _("Page: whole, width, true size")),
        )

    # -- building ----------------------------------------------------------------------------

    def _made(self) -> Iterator[None]:
        work = self.work
        self.mark = QLabel(seal_mark(), self)
        self.held = QLabel(self)
        self.tabs = QTabWidget(self)
        within = inside_of(self.tabs)
        self.stack = QStackedWidget(within)
        self._split = QSplitter(Qt.Orientation.Horizontal, self.stack)
        yield
        self.queue = QueueList(work, self._split)
        yield
        self.page = DocumentPage(work, _("The document to be sealed"), self._split)
        yield
        self._right = QWidget(self._split)
        self._scroll = QScrollArea(self._right)
        self.side = SidePanel(work, self._scroll.viewport(), self._right)
        yield
        self.custody = CustodyPane(work, self.stack)
        yield
        self.register = RegisterTab(work, within)
        yield
        self._place()
        yield
        self._connect()
        self._starting.start(WORKER_AFTER_MS)

    def _place(self) -> None:
        space = self.work.theme.space
        self.mark.setProperty("role", "notice")
        self.mark.setToolTip(_("A test seal for demonstration, not a legally valid one."))
        self.held.setProperty("role", "quiet")
        self.held.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(self.mark)
        top.addWidget(self.held, 1)

        side, right, split = self._scroll, self._right, self._split
        side.setWidgetResizable(True)
        side.setFrameShape(QScrollArea.Shape.NoFrame)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setWidget(self.side)
        side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(side, 1)
        # Below what scrolls: who presses twenty in a row never has to look for the button.
        self._foot = QVBoxLayout()
        self._foot.addWidget(self.side.press)
        column.addLayout(self._foot)
        for widget, part in ((self.queue, 2), (self.page, 5), (right, 3)):
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, part)
        split.setChildrenCollapsible(False)
        split.setContentsMargins(0, space(), 0, 0)
        split.setSizes([space(30), space(70), space(46)])
        side.setMinimumWidth(space(36))
        self.queue.setMinimumWidth(space(20))
        bar = side.verticalScrollBar()
        if bar is not None:
            bar.rangeChanged.connect(self._align_foot)
        self._align_foot(0, 0)

        self.stack.addWidget(self.custody)
        self.stack.addWidget(split)
        self.tabs.addTab(self.stack, _("Stamping"))
        self.tabs.addTab(self.register, _("Register of seal use"))
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(1.5), space(2), space(1.5))
        column.setSpacing(space())
        column.addLayout(top)
        column.addWidget(self.tabs, 1)

    def _align_foot(self, _least: int, most: int) -> None:
        """The press stands as wide as the cards above it, beside whose edge they may scroll."""
        space, bar = self.work.theme.space, self._scroll.verticalScrollBar()
        beside = bar.sizeHint().width() if bar is not None and most > 0 else 0
        self._foot.setContentsMargins(space(), 0, space() + beside, 0)

    def _connect(self) -> None:
        self.queue.chosen.connect(self._choose)
        self.custody.take_over_wanted.connect(self._take_over)
        self.side.press.press_wanted.connect(self._press)
        self.side.back.return_wanted.connect(self._return)
        self.side.open_result.clicked.connect(self._open_result)
        self.register.open_wanted.connect(self._open_line)
        self._steps.reached.connect(self.side.press.steps.reach)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """A desk that closes starts nothing any more; one that was only hidden does when seen."""
        super().hideEvent(event)
        self._late = self._starting.isActive()
        self._starting.stop()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        if self._late:
            self._starting.start(WORKER_AFTER_MS)

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
        self._judge()

    # -- showing -----------------------------------------------------------------------------

    def _show(self, facts: DeskFacts) -> None:
        self.facts = facts
        self.work.clock.set(facts.at)
        until = facts.held_until(self.work.who.login)
        self.stack.setCurrentIndex(0 if until is None else 1)
        self.held.setText("" if until is None else _("You keep the seal until {time}.").format(
            time=stamp(until)[11:16]))  # fmt: skip
        self.register.show_lines(facts.ledger)
        if until is None:
            self.custody.show_facts(facts)
            self._forget_document()
        self.queue.show_tasks(facts.queue)
        self._after_queue()

    def _after_queue(self) -> None:
        """The document in hand may have left the queue: by this press, or by somebody else."""
        task = self.queue.current()
        if self.pressing:
            return
        if task is None:
            if self.result is None:
                self._forget_document()
            self._judge()
        elif self.frozen is None or self.frozen.task.document_id != task.document_id:
            if self.result is None:
                self._choose(task)
        else:
            self.frozen = Frozen(task, self.frozen.place, self.frozen.at)
            self._judge()

    def _forget_document(self) -> None:
        self.frozen = None
        self.page.clear()
        self.side.show_nothing()

    def _choose(self, task: SealTask | None) -> None:
        if task is None or self.pressing:
            return
        self.result = None
        self.frozen = None
        self.side.begin(task)
        session = self.work.session
        self.work.lanes.ask(
            lambda: read_document(session, task),
            then=self._show_document,
            otherwise=self.side.press.refusal.show_trouble,
            scope=self,
            key="document",
        )

    def _show_document(self, frozen: Frozen) -> None:
        if self.facts is None:
            return
        self.frozen = frozen
        seal = self.facts.seal_for(frozen.task)
        self.side.show_document(frozen, seal)
        title = pick(frozen.task.title_zh, frozen.task.title_en)
        self.page.show_document(frozen.task.sha256, landing(frozen, seal))
        self.page.caption.setText(f"{title} · {frozen.task.document_no}")
        self._judge()

    def _judge(self) -> None:
        """What stands against pressing this document now, said before the button is tried."""
        if self.facts is None:
            return
        frozen = self.frozen
        seal = self.facts.seal_for(frozen.task) if frozen else None
        checks = preflight(self.facts, seal, self.ready, self.work.who.login) if frozen else ()
        self.side.checks.show_checks(checks)
        self.side.checks.setVisible(bool(checks) and self.result is None)
        line = self._live_line()
        self.side.show_line(line)
        why = why_not(self.facts, frozen, line, all_good(checks)) if frozen else ""
        self.side.press.allow(frozen is not None and not why, why)
        self.side.back.allow(frozen is not None and line is None and self.result is None)

    def _live_line(self) -> LedgerLine | None:
        """The register's line that makes a second press of this document impossible."""
        if self.facts is None or self.frozen is None or self.result is not None:
            return None
        lines = self.facts.lines_of(self.frozen.task.document_id)
        return next((one for one in reversed(lines) if one.state is not LedgerState.VOID), None)

    # -- acting ------------------------------------------------------------------------------

    def _press(self, pin: OncePin) -> None:
        press, frozen = self.work.doors.press, self.frozen
        if press is None or frozen is None or self.pressing:
            return
        task, steps = frozen.task, self._steps
        self.pressing = task.document_id
        self.queue.list.setEnabled(False)
        self.side.press.set_busy(True)
        self.work.lanes.errand(
            lambda: press.press(task.document_id, task.case.case_no, pin.take(), steps.tell),
            then=self._pressed,
            otherwise=self.side.press.refusal.show_trouble,
            after=self._press_over,
            scope=self,
            label=_("Pressing the seal"),
        )

    def _pressed(self, result: Pressed) -> None:
        self.result = result
        self.side.show_result(result)
        # At once, unasked: that the seal sits where it was shown is what the custodian looks for.
        self._open_result()
        self.work.notices.say(_("Sealed: serial {n}.").format(n=result.serial))

    def _press_over(self) -> None:
        self.pressing = ""
        self.queue.list.setEnabled(True)
        self.side.press.set_busy(False)
        # Also after a refusal: a wrong PIN was counted, or somebody else was faster.
        self.work.lanes.something_changed.emit()
        self.refresh()

    def _return(self, reason: str, note: str) -> None:
        frozen = self.frozen
        if frozen is None:
            return
        session, case = self.work.session, frozen.task.case
        self.work.lanes.change(
            lambda: return_request(session, case, reason, note),
            then=self._returned,
            otherwise=self.side.back.refusal.show_trouble,
            scope=self,
            label=_("Returning the request"),
        )

    def _returned(self, _case: object) -> None:
        self.work.notices.say(_("The stamping request was returned."))
        self._forget_document()
        self.refresh()

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
            then=lambda _shift: self.refresh(),
            otherwise=self._not_taken_over,
            scope=self,
            label=_("Taking over the seal"),
        )

    def _not_taken_over(self, trouble: Trouble) -> None:
        self.custody.refusal.show_trouble(trouble)
        self.custody.password.setFocus()

    def _open_result(self) -> None:
        if self.result is not None:
            self._open_sealed(self.result.sha256_after, self.result.serial)

    def _open_line(self, line: LedgerLine) -> None:
        self.tabs.setCurrentIndex(0)
        if self.stack.currentIndex() == 1 and not self.pressing:
            self.queue.list.clearSelection()
            self.frozen = None
            self.side.show_nothing()
            self._open_sealed(line.sha256_after, line.serial)

    def _open_sealed(self, sha256: str, serial: int) -> None:
        self.page.show_document(sha256)
        self.page.caption.setText(_("Sealed file, serial {n}").format(n=serial))
