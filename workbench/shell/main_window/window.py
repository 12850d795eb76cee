"""The main window: puts rail, header, banners, screens and status line together; nothing more.

Made by ``desk_room`` for one signed-in person in one language and look; a switch of either makes a
new one, and :meth:`MainWindow.keep` / :meth:`MainWindow.begin` carry over what was open. It knows
screens only as data (``screens.SCREENS``), so it does not grow with them.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from workbench.rules.refusals import Fault
from workbench.rules.words import _
from workbench.shell.building import Slices, polished
from workbench.shell.main_window.banners import Banners
from workbench.shell.main_window.header import Header
from workbench.shell.main_window.idle_lock import IdleWatch, LockPage, idle_ms
from workbench.shell.main_window.keys_page import KeysPage
from workbench.shell.main_window.rail import Rail
from workbench.shell.main_window.status_line import StatusLine
from workbench.shell.screens import Screen, ScreenKind, screens_for
from workbench.shell.watch import ChangeWatch
from workbench.shell.workplace import Workplace


class MainWindow(QMainWindow):
    """See the module. The signals ask ``desk_room``: a window never ends a session by itself."""

    language_wanted = pyqtSignal()
    look_wanted = pyqtSignal()
    size_wanted = pyqtSignal()
    sign_out_wanted = pyqtSignal()
    closed = pyqtSignal()

    def __init__(self, work: Workplace, verify: Callable[[str], None]) -> None:
        super().__init__()
        self.work = work
        self.kinds = {kind.code: kind for kind in screens_for(work.who)}
        self._screens: dict[str, Screen] = {}
        self._ready: dict[str, Screen] = {}
        self.building: Slices | None = None
        self._stale: set[str] = set()
        self._code = ""
        self._case_no = ""
        self.whole = QStackedWidget(self)
        self._desk = QWidget(self.whole)
        self.rail = Rail(work.theme, tuple(self.kinds.values()), self._desk)
        self.header = Header(work, self._desk)
        self.banners = Banners(work.notices, work.theme, self._desk)
        self.pages = QStackedWidget(self._desk)
        self.lock_page = LockPage(work, verify, self.whole)
        self.watch = ChangeWatch(work.session, work.lanes, self)
        self.watch.reachable.connect(work.notices.line_is)
        self.idle = IdleWatch(self, idle_ms(work.who), work.signposts.lock_wanted)
        self.setWindowTitle(_("OneSeal Workbench"))
        self.setStatusBar(StatusLine(work.lanes, work.notices, work.theme, work.centre.name, self))
        self._lay_out()
        self._connect()
        self._keys()

    # -- what desk_room and journeys call ----------------------------------------------------

    def begin(self, kept: Mapping[str, Any] | None = None) -> None:
        """Start watching for changes and open, in slices, the first screen of the person's roles;
        or, with what :meth:`keep` gave, stand where the window before stood."""
        self.watch.start()
        self.header.refresh()
        if kept is not None:
            self.restoreGeometry(kept["place"])
            if kept["locked"]:
                self.lock()
        self.building = Slices(self._opening(kept or {}), self).later()

    def opened(self, code: str) -> Screen | None:
        """The screen of that code, if it has been opened."""
        return self._screens.get(code)

    def open_screen(self, code: str) -> None:
        """Go to a screen; what the role does not open stays shut without a word."""
        current = self._screens.get(self._code)
        if code not in self.kinds or (current is not None and not current.may_leave()):
            self.rail.show_chosen(self._code)
            return
        if code not in self._screens and not self._make(self.kinds[code]):
            self.rail.show_chosen(self._code)
            return
        screen = self._screens[code]
        self._code = code
        self.pages.setCurrentWidget(screen)
        self.rail.show_chosen(code)
        if code in self._stale:
            self._stale.discard(code)
            screen.refresh()
        self._retitle()
        screen.setFocus()

    def open_case(self, case_no: str) -> None:
        """Open a case in the case screen."""
        self.open_screen("case")
        if self._code == "case":
            self._case_no = case_no
            self._screens["case"].open_case(case_no)
            self._retitle()

    def keep(self) -> Mapping[str, Any]:
        """What a rebuilt window needs to stand where this one stands."""
        if self.building is not None:
            self.building.finish()
        screens = {code: screen.keep() for code, screen in self._screens.items()}
        return {
            "screens": screens,
            "code": self._code,
            "case_no": self._case_no,
            "place": self.saveGeometry(),
            "locked": self.whole.currentWidget() is self.lock_page,
        }

    def lock(self) -> None:
        """Hide everything until the password is given again."""
        if self.whole.currentWidget() is self.lock_page:
            return
        self._show_around(False)
        self.whole.setCurrentWidget(self.lock_page)
        self.lock_page.lock()

    def show_keys(self) -> None:
        """The page behind ``?``."""
        screen = self._screens.get(self._code)
        KeysPage(self.work.theme, tuple(self.kinds.values()), screen, self).show_once()

    # -- inside ------------------------------------------------------------------------------

    def _opening(self, kept: Mapping[str, Any]) -> Iterator[None]:
        """The screen that is seen first, then the others that were open, then those to come."""
        standing = [code for code, kind in self.kinds.items() if not kind.on_demand]
        for code in [kept.get("code", ""), *standing[:1]]:
            # Whoever has gone elsewhere meanwhile stays there.
            if code in self.kinds and not self._code:
                yield from self._prepare(self.kinds[code])
                if not self._code:
                    self.open_screen(code)
                yield
        screens = kept.get("screens", {})
        for code in sorted(screens, key=lambda one: one != self._code):
            yield from self._prepare(self.kinds[code])
            self._restore(code, screens[code], kept["case_no"])
            yield
        if kept.get("locked"):
            self.lock_page.password.setFocus()
        for kind in self.kinds.values():
            if kind.on_demand:
                yield from self._prepare(kind)

    def _restore(self, code: str, what: Mapping[str, Any], case_no: str) -> None:
        """A screen that was open before, whether it is seen or not."""
        if code not in self._screens and not self._make(self.kinds[code]):
            return
        screen = self._screens[code]
        self._stale.discard(code)
        if code == "case" and case_no:
            self._case_no = case_no
            screen.open_case(case_no)
        else:
            screen.refresh()
        screen.restore(what)
        self._retitle()

    def _prepare(self, kind: ScreenKind) -> Iterator[None]:
        """Build a screen before it is wanted: its first case then opens at once."""
        if kind.code in self._screens or kind.code in self._ready:
            return
        try:
            screen = self._ready[kind.code] = kind.make(self.work, self.pages)
            screen.hide()
            yield from screen.building()
            yield from polished(screen)
        except Exception:
            # One that cannot be made is told of when somebody opens it.
            broken = self._ready.pop(kind.code, None)
            if broken is not None:
                broken.deleteLater()

    def _make(self, kind: ScreenKind) -> bool:
        try:
            screen = self._ready.pop(kind.code, None) or kind.make(self.work, self.pages)
            screen.finish()
        except Exception as bug:
            fault = Fault(
                f"screen:{kind.code}",
                _("The screen {name} cannot be opened.").format(name=kind.label()),
                _("Copy the report and send it to the system administrator."),
            )
            self.work.notices.fault(fault, "".join(traceback.format_exception(bug)))
            return False
        self._screens[kind.code] = screen
        self._stale.add(kind.code)
        self.pages.addWidget(screen)
        return True

    def _something_changed(self) -> None:
        """Refresh what is seen; the other screens when they are seen again."""
        self._stale = set(self._screens) - {self._code}
        if self._code in self._screens:
            self._screens[self._code].refresh()
        self.header.refresh_soon()

    def _into_the_screen(self) -> None:
        page = self.pages.currentWidget()
        if page is not None:
            page.setFocus()

    def _retitle(self) -> None:
        screen = self._screens.get(self._code)
        self.header.show_title(screen.title() if screen is not None else "")

    def _unlocked(self) -> None:
        self.whole.setCurrentIndex(0)
        self._show_around(True)

    def _show_around(self, shown: bool) -> None:
        bar = self.statusBar()
        if bar is not None:
            bar.setVisible(shown)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.banners)
        right.addWidget(self.pages, 1)
        row = QHBoxLayout(self._desk)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self.whole.addWidget(self._desk)
        self.whole.addWidget(self.lock_page)
        self.setCentralWidget(self.whole)
        # As large as the type asks for, but not larger than the screen (small ones may scroll).
        wanted = QSize(self.work.theme.space(160), self.work.theme.space(100))
        there = self.screen()
        room = there.availableSize() if there is not None else wanted
        self.resize(wanted.boundedTo(room.expandedTo(QSize(1280, 800))))

    def _connect(self) -> None:
        work = self.work
        self.watch.changed.connect(self._something_changed)
        work.signposts.case_wanted.connect(self.open_case)
        work.signposts.screen_wanted.connect(self.open_screen)
        work.signposts.title_changed.connect(self._retitle)
        self.rail.chosen.connect(self.open_screen)
        self.rail.lock_wanted.connect(self.lock)
        self.rail.sign_out_wanted.connect(self.sign_out_wanted)
        self.header.language_wanted.connect(self.language_wanted)
        self.header.look_wanted.connect(self.look_wanted)
        self.header.size_wanted.connect(self.size_wanted)
        self.header.help_wanted.connect(self.show_keys)
        self.idle.idle.connect(self.lock)
        self.lock_page.unlocked.connect(self._unlocked)
        self.lock_page.sign_out_wanted.connect(self.sign_out_wanted)

    def _keys(self) -> None:
        for keys, act in (
            ("F5", self._something_changed),
            ("Ctrl+F6", self._into_the_screen),
            ("Ctrl+L", self.lock),
            ("Ctrl+Alt+L", self.language_wanted.emit),
            ("Ctrl+Alt+D", self.look_wanted.emit),
            ("Ctrl++", self.size_wanted.emit),
            ("?", self.show_keys),
            ("F1", self.show_keys),
            *self.work.signposts.trail.keys(lambda: self._case_no if self._code == "case" else ""),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(self._unless_locked(act))

    def _unless_locked(self, act: Callable[[], Any]) -> Callable[[], None]:
        def acting() -> None:
            if self.whole.currentWidget() is not self.lock_page:
                act()

        return acting

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Stop what runs by itself; the session is ended by ``desk_room``."""
        for running in (self.watch, self.idle, self.header):
            running.stop()
        for screen in self._screens.values():
            screen.put_down()
        if self.building is not None:
            self.building.drop()
        super().closeEvent(event)
        self.closed.emit()
