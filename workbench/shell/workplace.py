"""Everything a screen is given, in one frozen record; nothing else is global.

``app`` builds one :class:`Workplace` after sign-in; the main window hands it to every screen. The
session is guarded: calling it on the UI thread raises, so use ``work.lanes``. A change of language
or look makes a new record with new signposts; session, lanes and services stay the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from workbench.casework.ports import Session
from workbench.rules.moment import Moment
from workbench.rules.people import Department, User
from workbench.rules.words import _, listed, pick
from workbench.rules.working_days import Calendar
from workbench.shell.centre_place import CentrePlace
from workbench.shell.doors import Doors
from workbench.shell.inbox.trail import CaseTrail
from workbench.shell.lanes import Lanes
from workbench.shell.notices import Notices
from workbench.shell.theme import Theme


class CentreClock:
    """The centre's moment for drawing seconds without asking the database each time.

    Set from the moment that came with an answer (``Worklist.at``, ``CaseView.at``); in between it
    advances by the machine's monotonic clock. For display only: rules use the session's moment.
    """

    def __init__(self, at: Moment) -> None:
        self._at = at
        self._read = time.monotonic_ns()

    def now(self) -> Moment:
        """The centre's moment, as well as this desk knows it."""
        return self._at + (time.monotonic_ns() - self._read) // 1000

    def set(self, at: Moment) -> None:
        """A newer moment from the centre."""
        self._at, self._read = at, time.monotonic_ns()


class Signposts(QObject):
    """How a screen asks for another one. The main window listens."""

    case_wanted = pyqtSignal(str)
    screen_wanted = pyqtSignal(str)
    title_changed = pyqtSignal()
    lock_wanted = pyqtSignal()
    """The desk is to be covered now: at noon the seal is locked away."""
    covered = pyqtSignal()
    """The desk is covered: nothing that opens anything stays open or typed."""
    listed = pyqtSignal(object, object)
    """The inbox had this :class:`WorklistQuery` answered with this :class:`Worklist`: whoever else
    wants to know what waits need not ask."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trail = CaseTrail(self)
        """From case to case along the inbox's list."""

    def open_case(self, case_no: str) -> None:
        """Open the case in the case screen."""
        self.case_wanted.emit(case_no)

    def open_screen(self, code: str) -> None:
        """Go to the screen of that code (``screens.SCREENS``); nothing where the role lacks it."""
        self.screen_wanted.emit(code)

    def retitle(self) -> None:
        """The current screen's title has changed."""
        self.title_changed.emit()


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a screen may use. See the module."""

    session: Session
    """Guarded: only inside ``lanes.ask`` and ``lanes.change``."""
    who: User
    lanes: Lanes
    notices: Notices
    theme: Theme
    calendar: Calendar
    clock: CentreClock
    signposts: Signposts
    centre: CentrePlace
    renderer: Callable[[bool], Any] | None = None
    """The page renderer's client, ``True`` for that of the lane *ahead*; call it, and use what it
    gives, in that lane of ``lanes.paper`` only. The child process starts with the first call."""
    hosting: Any = None
    """The admitted plugins (``workbench.hosting``); None at a custodian's desk."""
    people: Mapping[str, User] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    clock_note: str = ""
    """Said in the header while the centre runs on an exercise clock."""
    doors: Doors = field(default_factory=Doors)
    """Functions of the world outside for single screens; see :mod:`workbench.shell.doors`."""

    def name_of(self, login: str | None) -> str:
        """A person's name in the language in use; the login where he is not known."""
        person = self.people.get(login or "")
        return pick(person.name_zh, person.name_en) if person else (login or "")

    def opened_by(self, logins: Sequence[str]) -> str:
        """Who else has a case open at another desk now, in words."""
        names = listed([self.name_of(one) for one in logins])
        return _("open: {names}").format(names=names)

    def department_name(self, code: str | None) -> str:
        """A department's name in the language in use."""
        found = self.departments.get(code or "")
        return pick(found.name_zh, found.name_en) if found else (code or "")
