"""The desk from sign-in to sign-out: which window stands there, and what it is made of.

``app`` makes one :class:`DeskRoom`, starts it, runs the event loop and calls :meth:`DeskRoom.end`.
A switch of language or look replaces the window; session, lanes and plugins stay.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
from collections.abc import Iterator, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from PyQt6.QtCore import QEvent, QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication, QWidget

from workbench.rules.refusals import Fault, Refusal
from workbench.rules.words import language, pick
from workbench.shell.application import QtWords
from workbench.shell.building import Slices, in_slices, polished, under_way
from workbench.shell.desk_parts import Look, Opened, Parts
from workbench.shell.garbage import GarbageRounds
from workbench.shell.lane_thread import guarded
from workbench.shell.lanes import AHEAD, ERRANDS, PAPER, STORE, Lanes
from workbench.shell.notices import Notice, Notices
from workbench.shell.sent_away import kept_for, sent_away_text
from workbench.shell.sign_in.way import way_words
from workbench.shell.sign_in.window import SignInWindow
from workbench.shell.theme import Theme, chinese_family

if TYPE_CHECKING:
    from workbench.casework.ports import Centre
    from workbench.shell.doors import Doors
    from workbench.shell.main_window.window import MainWindow
    from workbench.shell.workplace import Workplace

OTHER_CLOCK_US = 120_000_000
SCALES = (1.0, 1.25, 1.5, 2.0)


AFTER_SIGN_IN: Final = (
    "workbench.shell.main_window.window", "workbench.shell.outside.delivery",
    "workbench.shell.alerts.alerts",
)  # fmt: skip
"""Imported in the store lane on sign-in: the first window stands before any of it is read."""

WARM_UP_MS: Final = 50
"""After the first paint and what is still to be built: the renderer's libraries take a third of a
second to load."""


class DeskRoom(QObject):
    """See the module. ``signed_in`` and ``window_changed`` are for the tour and for tests."""

    window_changed = pyqtSignal()

    def __init__(self, app: QApplication, parts: Parts, look: Look) -> None:
        super().__init__()
        self.app = app
        self.parts = parts
        self.look = look
        self.lanes = Lanes(self)
        self.notices = Notices(self)
        self.lanes.trouble_desk = self.notices
        self.sign_in: SignInWindow | None = None
        self.window: MainWindow | None = None
        self._opened: Opened | None = None
        self._centre: Centre | None = None
        self._renderers: dict[str, Any] = {}
        """The client of the page renderer of each of its two lanes, once it has been wanted."""
        self._doors: list[Doors] = []
        self._work: Workplace | None = None
        self._arriving: Slices | None = None
        self._left: tuple[str, Mapping[str, Any]] | None = None
        self._shut_out: Refusal | None = None
        self._qt_words = QtWords(app)
        self._family = chinese_family(parts.fonts)
        self._rounds = GarbageRounds(self)

    # -- what app calls ----------------------------------------------------------------------

    def start(self) -> None:
        """Show the sign-in window; nothing slow has been loaded yet."""
        self._rounds.begin()
        self._dress()
        self._show_sign_in()

    def tell_fault(self, fault: Fault, report: str, trace: TracebackType | None) -> None:
        """An exception that no lane caught: blame the plugin in the traceback, if one is."""
        hosting = self._opened.hosting if self._opened is not None else None
        plugin = hosting.blame(trace) if hosting is not None else None
        if hosting is not None and plugin:
            hosting.note_fault(plugin, report)
        else:
            self.notices.fault(fault, report)

    def end(self) -> tuple[str, ...]:
        """Close everything in order; names the lanes that did not end in time."""
        self._arrive()
        for window in (self.window, self.sign_in):
            if window is not None:
                take_away(window)
        self.window = self.sign_in = None
        self._give_back()
        for renderer in self._renderers.values():
            renderer.cancel()
        last_words = [
            (PAPER, lambda: self._stop_renderer(PAPER)),
            (AHEAD, lambda: self._stop_renderer(AHEAD)),
            (ERRANDS, self._close_all_doors),
            (STORE, self._close_centre),
        ]
        left = self.lanes.close(last_words=last_words)
        self._rounds.end()
        return left

    # -- signing in and out ------------------------------------------------------------------

    def _show_sign_in(self) -> None:
        notice = sent_away_text(self._shut_out) if self._shut_out is not None else ""
        parts = self.parts
        window = SignInWindow(
            self.lanes, self._theme(), parts.place.name, self._open, notice, parts.keyring,
            parts.change_password, way_words(parts.place),
        )  # fmt: skip
        window.signed_in.connect(self._signed_in)
        window.language_wanted.connect(self._switch_language)
        window.closed.connect(self.app.quit)
        self.sign_in = window
        window.show()
        window.login.setFocus()
        self.window_changed.emit()

    def _open(self, login: str, password: str) -> Opened:
        """In the store lane: everything a desk needs, in one trip."""
        for name in AFTER_SIGN_IN:
            importlib.import_module(name)
        from workbench.shell.screens import screens_for

        if self._centre is None:
            with kept_for_good():
                self._centre = self.parts.open_centre()
        session = self._centre.sign_in(login, password)
        who, at = session.who, session.moment()
        for kind in screens_for(who):
            kind.load(session)
        return Opened(
            session=session,
            who=who,
            at=at,
            calendar=session.calendar(),
            people={one.login: one for one in session.people()},
            departments={one.code: one for one in session.departments()},
            hosting=self.parts.admit(session, who),
            doors=self.parts.doors(session, who, self.lanes.in_store),
            clock_note=clock_note(at, self.parts.place.server),
        )

    def _signed_in(self, opened: Opened) -> None:
        self._withdraw_notices()
        self._shut_out = None
        self._opened = opened
        self._doors.append(opened.doors)
        if opened.hosting is not None:
            opened.hosting.tell = self._plugin_said
            self.notices.blame = partial(blamed_in, opened.hosting)
        self._work = self._workplace(opened)
        self._arriving = in_slices(self._arrival(self._work), self)

    def _arrival(self, work: Workplace) -> Iterator[None]:
        """The window is made and styled while the one for signing in still stands there."""
        window = self._made_window(work)
        login, kept = self._left or ("", {})
        self._left = None
        yield
        yield from polished(window)
        yield
        self._show_window(window, kept_for(window.kinds, kept) if login == work.who.login else None)
        if self.sign_in is not None:
            take_away(self.sign_in)
            self.sign_in = None
        QTimer.singleShot(WARM_UP_MS, self._warm_up)

    def _arrive(self) -> None:
        """Be there: what comes now is for the window of the person who has signed in."""
        if self._arriving is not None:
            self._arriving.finish()
            self._arriving = None

    def _workplace(self, opened: Opened) -> Workplace:
        from workbench.shell.workplace import CentreClock, Signposts, Workplace

        return Workplace(
            session=guarded(opened.session),
            who=opened.who,
            lanes=self.lanes,
            notices=self.notices,
            theme=self._theme(),
            calendar=opened.calendar,
            clock=CentreClock(opened.at),
            signposts=Signposts(self),
            centre=self.parts.place,
            renderer=self._the_renderer,
            hosting=opened.hosting,
            people=opened.people,
            departments=opened.departments,
            clock_note=opened.clock_note,
            doors=opened.doors,
        )

    def _plugin_said(self, notice: Any) -> None:
        """A plugin's first fault, or that it rests now; the wording is hosting's."""
        kind = "info" if notice.rests else "fault"
        key = f"plugin:{notice.plugin}"
        self.notices.post(Notice(key, kind, notice.message, report=notice.report))

    def _made_window(self, work: Workplace) -> MainWindow:
        from workbench.shell.main_window.window import MainWindow
        from workbench.shell.outside.delivery import Delivery

        window = MainWindow(work, self._verify)
        window.language_wanted.connect(self._switch_language)
        window.look_wanted.connect(self._switch_look)
        window.size_wanted.connect(self._switch_size)
        window.sign_out_wanted.connect(self.sign_out)
        window.watch.refused.connect(self._sent_away)
        window.closed.connect(self.app.quit)
        Delivery(work, window.watch, window).now()
        return window

    def _show_window(self, window: MainWindow, kept: Mapping[str, Any] | None = None) -> None:
        self.window = window
        window.show()
        window.begin(kept)
        self.window_changed.emit()
        QTimer.singleShot(WARM_UP_MS, partial(self._begin_alerts, window))

    def _begin_alerts(self, window: MainWindow) -> None:
        """Once the window stands; one that has gone meanwhile needs none."""
        if self.window is not window or self._work is None:
            return
        if under_way():
            QTimer.singleShot(WARM_UP_MS, partial(self._begin_alerts, window))
            return
        if "inbox" in window.kinds:
            from workbench.shell.alerts.alerts import Alerts

            alerts = Alerts(self._work, window, self.look.sound)
            alerts.sound_wanted.connect(self._switch_sound)
        elif "seal_desk" in window.kinds:
            from workbench.shell.alerts.seal_alerts import SealAlerts

            seal_alerts = SealAlerts(self._work, window, self.look.sound)
            seal_alerts.sound_wanted.connect(self._switch_sound)

    def _verify(self, password: str) -> None:
        """In the store lane, for the idle lock: a second sign-in, given back at once."""
        if self._centre is not None and self._opened is not None:
            self._centre.sign_in(self._opened.who.login, password).close()

    def sign_out(self) -> None:
        """Back to the sign-in window; the centre stays open."""
        if self.window is not None:
            take_away(self.window)
            self.window = None
        code_loaded = self._opened is not None and bool(
            self._opened.hosting is not None and self._opened.hosting.admitted
        )
        self._give_back()
        if code_loaded and self.parts.start_again is not None:
            self.parts.start_again()
            return
        self._withdraw_notices()
        self._show_sign_in()

    def _sent_away(self, why: Refusal) -> None:
        """The centre lets this person in no more (V08): everything of it goes, and it is said why.

        What he typed and the centre has not got is remembered here, for him alone: he may be let in
        again in a moment, with a new password.
        """
        window, opened = self.window, self._opened
        if window is None or opened is None:
            return
        self._left = (opened.who.login, window.keep())
        take_away(window)
        self.window = None
        self._give_back()
        for ahead, lane in ((False, PAPER), (True, AHEAD)):
            self.lanes.paper(partial(self._drop_renderer, lane), ahead=ahead)
        self._withdraw_notices()
        self._shut_out = why
        self._show_sign_in()

    def _withdraw_notices(self) -> None:
        for notice in self.notices.standing():
            self.notices.withdraw(notice.key)

    def _give_back(self) -> None:
        opened, self._opened, self._work = self._opened, None, None
        self.notices.blame = None
        if opened is not None:
            self.lanes.errand(lambda: self.parts.close_doors(opened.doors))
            # As a change: a session is given back even where the desk ends right after.
            self.lanes.change(opened.session.close)

    # -- the renderer ------------------------------------------------------------------------

    def _the_renderer(self, ahead: bool = False) -> Any:
        """In a paper lane: the one client of that lane."""
        lane = AHEAD if ahead else PAPER
        if lane not in self._renderers:
            self._renderers[lane] = self.parts.new_renderer()
        return self._renderers[lane]

    def _start_renderer(self, ahead: bool) -> None:
        self._the_renderer(ahead).start()

    def _stop_renderer(self, lane: str) -> None:
        """In that lane, last of all: there may be a client that began a moment ago."""
        if lane in self._renderers:
            self._renderers[lane].stop()

    def _drop_renderer(self, lane: str) -> None:
        """In that lane: nothing of what was shown stays in the renderer either."""
        self._stop_renderer(lane)
        self._renderers.pop(lane, None)

    def _close_all_doors(self) -> None:
        """In the errands lane, last of all; closing twice is no fault."""
        for doors in self._doors:
            self.parts.close_doors(doors)

    def _close_centre(self) -> None:
        """In the store lane, last of all."""
        if self._centre is not None:
            self._centre.close()

    def _warm_up(self) -> None:
        if under_way():
            QTimer.singleShot(WARM_UP_MS, self._warm_up)
        elif self._opened is not None:
            hosting = self._opened.hosting
            for ahead in (False, True):
                self.lanes.paper(partial(self._start_renderer, ahead), ahead=ahead)
            self.lanes.errand(lambda: load_panes(hosting))

    # -- language and look -------------------------------------------------------------------

    def _theme(self) -> Theme:
        return Theme(self.look.dark, self._family, scale=self.look.scale)

    def _dress(self) -> None:
        self.parts.speak(self.look.language)
        if self.sign_in is None and self.window is None:
            # Qt's own texts and dates stand in menus and boxes: none is on the first window.
            QTimer.singleShot(WARM_UP_MS, self._speak_qt)
        else:
            self._speak_qt()
        self._theme().apply(self.app)

    def _speak_qt(self) -> None:
        self._qt_words.use(self.look.language)

    def _switch_language(self) -> None:
        other = "en" if language() == "zh_CN" else "zh_CN"
        self._wear(self.look._replace(language=other))

    def _switch_look(self) -> None:
        self._wear(self.look._replace(dark=not self.look.dark))

    def _switch_size(self) -> None:
        place = SCALES.index(self.look.scale) if self.look.scale in SCALES else 0
        self._wear(self.look._replace(scale=SCALES[(place + 1) % len(SCALES)]))

    def _switch_sound(self, heard: bool) -> None:
        self.look = self.look._replace(sound=heard)
        self.parts.keep_look(self.look)

    def _wear(self, look: Look) -> None:
        """Rebuild the window in another look, standing where the old one stood."""
        self._arrive()
        self.look = look
        self.parts.keep_look(look)
        old = self.window
        kept = old.keep() if old is not None else {}
        if old is not None:
            # Gone before the new style comes: restyling a whole window takes half a second.
            take_away(old)
            QApplication.sendPostedEvents(old, QEvent.Type.DeferredDelete)
        self._dress()
        if old is None:
            if self.sign_in is not None:
                login = self.sign_in.login.text()
                take_away(self.sign_in)
                self._show_sign_in()
                self.sign_in.login.setText(login)
            return
        if self._work is None or self._opened is None:
            return
        from dataclasses import replace

        from workbench.shell.workplace import Signposts

        note = clock_note(self._work.clock.now(), self.parts.place.server)
        self._work = replace(
            self._work,
            theme=self._theme(),
            signposts=Signposts(self),
            clock_note=note,
        )
        self._show_window(self._made_window(self._work), kept)


def take_away(window: QWidget) -> None:
    """Take a window away because another takes its place: that is not the end of the desk."""
    window.blockSignals(True)
    window.close()
    window.deleteLater()


@contextlib.contextmanager
def kept_for_good() -> Iterator[None]:
    """What the libraries bring in inside stays to the end, so Python need not look through it again
    and again for what could be thrown away: each look stops the UI thread too, for up to a tenth of
    a second. Once a process, before anything of a person is there."""
    if gc.get_freeze_count():
        yield
        return
    by_itself = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if by_itself:
            gc.enable()


def load_panes(hosting: Any) -> None:
    """In the errands lane: import the departments' panes and viewers before the first case wants
    them. A module that cannot be imported is told of when it is wanted."""
    admitted = hosting.admitted.values() if hosting is not None else ()
    for brought in (one.brought for one in admitted):
        named = [*(o.pane for o in brought.panes), *(o.viewer for o in brought.viewers)]
        for reference in filter(None, named):
            with contextlib.suppress(Exception):
                importlib.import_module(reference.partition(":")[0])


def blamed_in(hosting: Any, report: str) -> str | None:
    """The plugin whose files stand in a traceback from a lane, by name and version."""
    for one in hosting.admitted.values():
        if one.folder and f'File "{one.folder}' in report:
            return f"{pick(one.manifest.name_zh, one.manifest.name_en)} {one.version}"
    return None


def clock_note(at: int, server: str) -> str:
    """What the header says where the centre's moment is not the machine's; else nothing."""
    from workbench.rules.moment import SystemClock
    from workbench.shell.main_window.header import clock_text

    return clock_text(at, server) if abs(at - SystemClock().now()) >= OTHER_CLOCK_US else ""
