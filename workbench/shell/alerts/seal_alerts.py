"""Alerts at a custodian's desk: an immediate case that comes to the seal is called out once.

``desk_room`` makes one for a main window with a seal desk. It looks at each change and once a
minute, minimised or not. Calls say how many and how long, never a name or a number of a case
(domain 2.10); whoever does not hold the seal is not called (V16b).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication

from workbench.casework.ports import Session
from workbench.rules.case_view import SealTask
from workbench.rules.clocks import ClockRun, Light, light
from workbench.rules.moment import Moment
from workbench.rules.refusals import Trouble
from workbench.rules.words import _
from workbench.rules.working_days import Calendar
from workbench.shell.alerts.alerts import KEY, SOON_MS, set_badge
from workbench.shell.alerts.bell import Bell
from workbench.shell.alerts.bubble import Bubble
from workbench.shell.alerts.marks import Marks, bring_up
from workbench.shell.alerts.wording import time_left
from workbench.shell.main_window.window import MainWindow
from workbench.shell.notices import Notice
from workbench.shell.workplace import Workplace

ASK_AGAIN_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """What awaits the seal at one moment; nothing where the person does not hold it."""

    at: Moment
    count: int = 0
    immediate: frozenset[str] = frozenset()
    nearest: ClockRun | None = None


def look_at_queue(session: Session) -> Waiting:
    """In the store lane."""
    at, me = session.moment(), session.who.login
    if not any(one.login == me and one.in_force(at) for one in session.custody()):
        return Waiting(at)
    return waiting_of(session.seal_queue(), at)


def waiting_of(queue: tuple[SealTask, ...], at: Moment) -> Waiting:
    """How many wait, which are immediate, and the clock of an immediate one that ends first."""
    urgent = [one for one in queue if one.case.immediate]
    clocks = [one.clock for one in urgent if one.clock is not None and one.clock.running]
    nearest = min(clocks, key=lambda run: (run.due_at <= at, run.due_at), default=None)
    return Waiting(at, len(queue), frozenset(one.document_id for one in urgent), nearest)


def call_words(now: Waiting, new: int, calendar: Calendar) -> tuple[str, str]:
    """Title and body of a call."""
    title = _("An immediate case awaits the seal")
    if new > 1:
        title = _("{count} immediate cases await the seal").format(count=new)
    body = _("Immediate: {m}, awaiting the seal in all: {n}").format(
        m=len(now.immediate), n=now.count
    )
    if now.nearest is not None and now.nearest.due_at > now.at:
        left = time_left(now.nearest, now.at, calendar)
        body = "\n".join((body, _("{left} left for the first").format(left=left)))
    return title, body


class SealAlerts(QObject):
    """See the module. ``sound_wanted`` asks ``desk_room`` to keep the choice."""

    sound_wanted = pyqtSignal(bool)

    def __init__(self, work: Workplace, window: MainWindow, sound: bool) -> None:
        super().__init__(window)
        self.work = work
        self.window = window
        self.sound = sound
        self._known: frozenset[str] | None = None
        self._said: tuple[str, str] | None = None
        self._asking = False
        self._over = False
        self.bubble = Bubble(self)
        self.marks = Marks(window, work.theme, sound)
        self.marks.open.setText(_("Open the seal desk"))
        bar = window.statusBar()
        self.bell = Bell(bar, work.theme, sound) if bar is not None else None
        self._again = self._timer(ASK_AGAIN_MS, once=False)
        self._soon = self._timer(SOON_MS, once=True)
        self._connect()
        self._again.start()
        self.look()

    def stop(self) -> None:
        """The window goes: nothing is asked or shown any more."""
        self._over = True
        self._again.stop()
        self._soon.stop()
        set_badge(self.bubble, 0, False)
        self.bubble.stop()
        self.marks.stop()
        self.work.notices.withdraw(KEY)

    def look(self) -> None:
        """Ask what awaits the seal, unless a question is under way."""
        if self._asking or self._over:
            return
        self._asking = True
        session = self.work.session
        self.work.lanes.ask(
            lambda: look_at_queue(session), then=self._looked, otherwise=self._failed,
            after=self._asked, scope=self.window,
        )  # fmt: skip

    def bring_up(self) -> None:
        """Somebody clicked: the window comes up on the seal desk; a locked one stays locked."""
        bring_up(self.window, "seal_desk")

    # -- inside ------------------------------------------------------------------------------

    def _timer(self, ms: int, *, once: bool) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(once)
        timer.setInterval(ms)
        timer.timeout.connect(self.look)
        return timer

    def _connect(self) -> None:
        self.window.watch.changed.connect(self._soon.start)
        self.window.watch.ended.connect(self.stop)
        self.bubble.clicked.connect(self.bring_up)
        self.bubble.failed.connect(self._show_here)
        self.marks.wanted.connect(self.bring_up)
        self.marks.sound_wanted.connect(self._switch_sound)
        if self.bell is not None:
            self.bell.toggled.connect(self._switch_sound)

    def _failed(self, _trouble: Trouble) -> None:
        """The watch asks too, and says of the centre what there is to say."""

    def _asked(self) -> None:
        self._asking = False

    def _looked(self, now: Waiting) -> None:
        if self._over:
            return
        known, self._known = self._known, now.immediate
        # What stands there at the first look is seen on the seal desk itself.
        new = len(now.immediate - known) if known is not None else 0
        if new:
            self._call(now, new)
        elif self._said is not None and not now.immediate:
            self._said = None
            self.bubble.take_away()
            self.work.notices.withdraw(KEY)
        self._show(now)

    def _show(self, now: Waiting) -> None:
        hurry = bool(now.immediate) and now.nearest is not None and light(
            now.nearest, now.at, self.work.calendar) in (Light.ORANGE, Light.RED)  # fmt: skip
        words = _("Awaiting the seal: {n}, immediate: {m}").format(
            n=now.count, m=len(now.immediate)
        )
        self.marks.show(now.count, hurry, words)
        set_badge(self.bubble, now.count, hurry)
        if self.bell is not None:
            self.bell.show_words(str(now.count), words)

    def _call(self, now: Waiting, new: int) -> None:
        title, body = self._said = call_words(now, new, self.work.calendar)
        QApplication.alert(self.window)
        if self.sound and not (self.bubble.usable and self.bubble.sounds):
            QApplication.beep()
        self.bubble.show(title, body, urgent=True, sound=self.sound)

    def _show_here(self) -> None:
        """The desktop shows no notifications: the tray does, or the window itself."""
        if self._said is not None and not self.marks.message(*self._said, True):
            self.work.notices.post(Notice(KEY, "info", "\n".join(self._said)))

    def _switch_sound(self, heard: bool) -> None:
        if heard == self.sound:
            return
        self.sound = heard
        self.marks.sound.setChecked(heard)
        if self.bell is not None:
            self.bell.setChecked(heard)
        self.sound_wanted.emit(heard)
