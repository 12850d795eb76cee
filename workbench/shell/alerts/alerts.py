"""Alerts of one main window: what waits is known within five seconds, and called out once.

``desk_room`` makes one for each main window. Every answer that the inbox gets is listened to
(``Signposts.listed``), so the centre is asked only where the inbox is not shown or shows something
else: at each change and at least every five seconds, minimised or not (S040, S134). In between the
clocks are looked at each second. Nothing here waits: questions go to the store lane, calls to the
session bus.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication

from workbench.rules.case_view import Worklist, WorklistQuery
from workbench.rules.clocks import Light, light
from workbench.rules.moment import SECOND, Moment
from workbench.rules.refusals import Trouble
from workbench.shell.alerts.bell import Bell
from workbench.shell.alerts.bubble import Bubble
from workbench.shell.alerts.marks import Marks, bring_up
from workbench.shell.alerts.telling import (
    Alert,
    Standing,
    Told,
    is_called,
    look,
    standing,
    what_to_say,
)
from workbench.shell.alerts.wording import body_of, short_summary, summary, title_of
from workbench.shell.main_window.duty_line import DutyFacts, is_on_duty, read_duty
from workbench.shell.main_window.window import MainWindow
from workbench.shell.notices import Notice
from workbench.shell.workplace import Workplace

ASK_AGAIN_MS: Final = 5_000
SOON_MS: Final = 300
"""By then a shown inbox has its own answer to a change."""
KEY: Final = "alert"
"""Of the notice that stands in the window where the desktop shows none."""

Look = tuple[Standing, Moment, DutyFacts | None]


class Alerts(QObject):
    """See the module. ``sound_wanted`` asks ``desk_room`` to keep the choice."""

    sound_wanted = pyqtSignal(bool)

    def __init__(self, work: Workplace, window: MainWindow, sound: bool) -> None:
        super().__init__(window)
        self.work = work
        self.window = window
        self.sound = sound
        self.standing = Standing()
        self._told: Told | None = None
        self._duty: DutyFacts | None = None
        self._duty_is_old = True
        self._said: tuple[str, str, bool] | None = None
        self._over = False
        self._shown, self._shown_at = (-1, False), 0
        self._asking = False
        self._lost = False
        self.bubble = Bubble(self)
        self.marks = Marks(window, work.theme, sound)
        bar = window.statusBar()
        self.bell = Bell(bar, work.theme, sound) if bar is not None else None
        self._again = self._timer(ASK_AGAIN_MS, self._ask, once=False)
        self._soon = self._timer(SOON_MS, self._ask)
        self._next = self._timer(SECOND // 1000, self._say)
        self._connect()
        self._again.start()
        self._ask()

    def stop(self) -> None:
        """The window goes: nothing is asked or shown any more."""
        for timer in (self._again, self._soon, self._next):
            timer.stop()
        self._lost = True
        set_badge(self.bubble, 0, False)
        self.bubble.stop()
        self.marks.stop()
        self.work.notices.withdraw(KEY)

    def bring_up(self) -> None:
        """Somebody clicked: the window comes up on the inbox; a locked one stays locked."""
        bring_up(self.window, "inbox")

    # -- learning ----------------------------------------------------------------------------

    def _connect(self) -> None:
        watch = self.window.watch
        watch.changed.connect(self._changed)
        watch.reachable.connect(self._line_is)
        watch.ended.connect(self.stop)
        self.work.signposts.listed.connect(self._overheard)
        self.bubble.clicked.connect(self.bring_up)
        self.bubble.failed.connect(self._show_here)
        self.marks.wanted.connect(self.bring_up)
        self.marks.sound_wanted.connect(self._switch_sound)
        if self.bell is not None:
            self.bell.toggled.connect(self._switch_sound)

    def _timer(self, ms: int, act: Callable[[], None], once: bool = True) -> QTimer:
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setSingleShot(once)
        timer.setInterval(ms)
        timer.timeout.connect(act)
        return timer

    def _changed(self) -> None:
        self._duty_is_old = True
        self._soon.start()

    def _line_is(self, back: bool) -> None:
        """While the centre is away nobody asks; the watch has said so already."""
        was_lost, self._lost = self._lost, not back
        if back and was_lost:
            self._ask()

    def _overheard(self, query: WorklistQuery, found: Worklist) -> None:
        """The inbox got an answer: where it says enough, no question of our own is needed."""
        known = standing(self.work.who, query, found)
        if known is not None and not self._duty_is_old and self._again.isActive():
            self._soon.stop()
            self._again.start()
            self._take(known)

    def _ask(self) -> None:
        if self._asking or self._lost:
            return
        self._asking = True
        work, old = self.work, self._duty_is_old

        def asking() -> Look:
            known, at = look(work.session, work.who)
            return known, at, read_duty(work) if old else None

        work.lanes.ask(
            asking, then=self._looked, otherwise=self._failed, after=self._asked,
            scope=self.window,
        )  # fmt: skip

    def _looked(self, found: Look) -> None:
        known, at, duty = found
        self.work.clock.set(at)
        if duty is not None:
            self._duty, self._duty_is_old = duty, False
        if self._again.isActive():
            self._take(known)

    def _failed(self, _trouble: Trouble) -> None:
        """The watch asks too, and says of the centre what there is to say."""

    def _asked(self) -> None:
        self._asking = False

    # -- telling -----------------------------------------------------------------------------

    def _take(self, known: Standing) -> None:
        self.standing = known
        self._say()

    def _say(self) -> None:
        """At every answer and, while a clock runs, every second: call if there is cause."""
        work, at = self.work, self.work.clock.now()
        called = is_called(work.who)
        if called and self._duty is not None:
            on_duty = is_on_duty(work.who, self._duty, at)
            self._told, alert = what_to_say(
                self._told, self.standing, at, work.calendar, on_duty
            )
            if alert is not None:
                self._call(alert, at)
            elif self._said is not None and not (on_duty and self.standing.pushed):
                self._nothing_waits(on_duty)
        self._show(at)
        if called and self.standing.pushed:
            left = [run.due_at - at for run in self.standing.pushed.values() if run.due_at > at]
            self._next.start(min([SECOND, *left]) // 1000 + 1)

    def _show(self, at: Moment) -> None:
        work, now = self.work, self.standing
        words = summary(now, at, work.calendar, is_called(work.who))
        presses = now.nearest is not None and light(now.nearest, at, work.calendar) in (
            Light.ORANGE, Light.RED,
        )  # fmt: skip
        # The tray belongs to another program: it goes along in steps, the bell each second.
        shown, since = (now.count, presses), at - self._shown_at
        if shown != self._shown or not 0 <= since < ASK_AGAIN_MS * 1000:
            self._shown, self._shown_at = shown, at
            self.marks.show(now.count, presses, words)
            set_badge(self.bubble, now.count, presses)
        if self.bell is not None:
            self.bell.show_words(short_summary(now, at, work.calendar), words)

    def _call(self, alert: Alert, at: Moment) -> None:
        said = title_of(alert), body_of(alert, at, self.work.calendar), alert.urgent
        self._said, self._over = said, bool(alert.waiting.get(Light.RED))
        QApplication.alert(self.window)
        if self.sound and not (self.bubble.usable and self.bubble.sounds):
            QApplication.beep()
        self.bubble.show(said[0], said[1], urgent=said[2], sound=self.sound)

    def _show_here(self) -> None:
        """The desktop shows no notifications: the tray does, or the window itself."""
        if self._said is None:
            return
        title, body, urgent = self._said
        if not self.marks.message(title, body, urgent):
            text = "\n".join(part for part in (title, body) if part)
            self.work.notices.post(Notice(KEY, "info", text))

    def _nothing_waits(self, on_duty: bool) -> None:
        """What was called out is done. That a time is over stays until somebody has seen it."""
        if on_duty and self._over:
            return
        self._said = None
        self.bubble.take_away()
        self.work.notices.withdraw(KEY)

    def _switch_sound(self, heard: bool) -> None:
        if heard == self.sound:
            return
        self.sound = heard
        self.marks.sound.setChecked(heard)
        if self.bell is not None:
            self.bell.setChecked(heard)
        self.sound_wanted.emit(heard)


def set_badge(bubble: Bubble, count: int, urgent: bool) -> None:
    """The number on the taskbar: over the session's bus on Linux, by the system elsewhere."""
    app = QApplication.instance()
    if sys.platform.startswith("linux"):
        bubble.badge(count, urgent)
    elif isinstance(app, QApplication):
        app.setBadgeNumber(count)
