"""What ``app`` hands to the shell so that the shell never imports the store: functions and places.

Read by :mod:`workbench.shell.desk_room`. Each entry names the lane in which it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from workbench.casework.ports import Centre, Session
    from workbench.rules.moment import Moment
    from workbench.rules.people import Department, User
    from workbench.rules.working_days import Calendar
    from workbench.shell.centre_place import CentrePlace
    from workbench.shell.doors import Doors

T = TypeVar("T")


class Look(NamedTuple):
    """How the desk looks: kept from start to start, but for the language."""

    language: str = "zh_CN"
    dark: bool = False
    scale: float = 1.0
    sound: bool = False
    """Whether alerts are heard."""


class InStore(Protocol):
    """``Lanes.in_store``: a door that works in another lane asks the session through it."""

    def __call__(self, work: Callable[[], T]) -> T:
        """Do it in the store lane and wait for the answer."""
        ...


class Keyring(Protocol):
    """Passwords kept by the system. Every method may wait for a person; Outage after a time."""

    def usable(self) -> bool:
        """Whether this machine has a keyring that keeps secrets."""
        ...

    def get(self, login: str) -> str | None:
        """The kept password, or ``None``."""
        ...

    def put(self, login: str, password: str) -> bool:
        """Keep it; ``False`` where it cannot be kept."""
        ...

    def forget(self, login: str) -> None:
        """Keep it no longer."""
        ...


class Parts(NamedTuple):
    """See the module."""

    place: CentrePlace
    open_centre: Callable[[], Centre]
    """*store*: loads the database library and opens the centre; once."""
    admit: Callable[[Session, User], Any]
    """*store*: the admitted plugins; for a custodian without any department's code."""
    new_renderer: Callable[[], Any]
    """*paper*: the client of the page renderer; its child starts with ``start``."""
    doors: Callable[[Session, User, InStore], Doors]
    """*store*: the doors of the person's screens; ``close_doors`` undoes it."""
    close_doors: Callable[[Doors], None]
    """*errands*: let a seal worker finish the press in hand and end."""
    speak: Callable[[str], None]
    """UI: make a language the language of the process."""
    keep_look: Callable[[Look], None]
    """UI: remember the look for the next start."""
    fonts: Path
    start_again: Callable[[], None] | None = None
    """UI: end this process and start a new one. Called at sign-out once department code has been
    loaded, because a custodian's desk must be a process that never saw any (house section 1)."""
    keyring: Callable[[], Keyring] | None = None
    """*errands*: passwords in the system keyring; used where the machine has one."""
    change_password: Callable[[str, str, str], None] | None = None
    """*store*: name, the password that was given, one's own in its place; at a server's centre."""


class Opened(NamedTuple):
    """What one trip to the store lane brings back after sign-in."""

    session: Session
    who: User
    at: Moment
    calendar: Calendar
    people: Mapping[str, User]
    departments: Mapping[str, Department]
    hosting: Any
    doors: Doors
    clock_note: str
