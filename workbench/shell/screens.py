"""Which screens there are, as data, and what a screen is.

The registration contract: a screen stands in :data:`SCREENS` as ``"module:Class"``; the main window
loads it when it is first opened and hands :class:`~workbench.shell.workplace.Workplace` to its
constructor. The navigation rail shows the screens of the signed-in person's roles. A screen that
cannot be loaded is shown as a fault in its place; the others go on.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from PyQt6.QtWidgets import QWidget

from workbench.casework.ports import Session
from workbench.rules.people import ADMINISTRATORS, Role, User
from workbench.rules.words import N_, _
from workbench.shell.building import at_once
from workbench.shell.workplace import Workplace


class Screen(QWidget):
    """Base of every screen. Build the widgets in the constructor, with ``_()``; ask in refresh.

    The main window calls :meth:`refresh` when the screen is first shown, when it is shown again
    after something changed, and while it is visible when something changes (by this desk or, found
    by the change mark, by another). It never needs a timer for that. Set an accessible name on
    every control that has no text of its own. Title and accessible names hold no personal data.
    """

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work

    @classmethod
    def first_question(cls, session: Session) -> None:
        """In the store lane: ask what the screen will ask first, and leave the answer.

        The first answer takes longest, because the question is put together then; asked ahead, it
        does not take half the processor from windows that are just being built.
        """

    def building(self) -> Iterator[None]:
        """What is still to be built, step by step: for who has time before it is wanted."""
        return iter(())

    def finish(self) -> None:
        """What is still to be built, at once: the screen is wanted now."""
        at_once(self.building())

    def title(self) -> str:
        """What the header shows; may change, then call ``self.work.signposts.retitle()``."""
        return ""

    def refresh(self) -> None:
        """Ask again for what is shown. Must keep what the user has typed and where he stands."""

    def open_case(self, case_no: str) -> None:
        """Show that case; screens that do not show cases leave this."""

    def may_leave(self) -> bool:
        """Whether the user may go elsewhere; a screen that would lose input asks here."""
        return True

    def keep(self) -> Mapping[str, Any]:
        """What a rebuilt screen needs to look as it did (language or look was switched)."""
        return {}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back what :meth:`keep` gave, after the first :meth:`refresh`."""

    def put_down(self) -> None:
        """The main window goes: close what stands in windows of its own, and its copies."""

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        """(keys, what they do) of this screen for the page behind ``?``."""
        return ()


@dataclass(frozen=True, slots=True)
class ScreenKind:
    """One entry of the navigation rail. ``roles`` empty means everybody but administrators' own.

    ``code`` is stable; ``shortcut`` as QKeySequence reads it; ``on_demand`` screens stand in the
    rail only once a case is open in them.
    """

    code: str
    title: str
    icon: str
    roles: frozenset[Role]
    factory: str
    shortcut: str
    on_demand: bool = False

    def label(self) -> str:
        """The title in the language in use."""
        return _(self.title)

    def open_to(self, who: User) -> bool:
        """Whether the person's roles include one of the screen's."""
        return bool(self.roles & who.roles)

    def load(self, session: Session) -> None:
        """In the store lane, while the sign-in window still stands there: import the screen's
        module and ask its first question. What goes wrong is told when the screen is opened."""
        with contextlib.suppress(Exception):
            self._class().first_question(session)

    def make(self, work: Workplace, parent: QWidget | None = None) -> Screen:
        """Load and build the screen where it will stand: to move a whole screen would have Qt style
        it twice. Raises what the module raises; the caller shows it."""
        return self._class()(work, parent)

    def _class(self) -> type[Screen]:
        module, _colon, name = self.factory.partition(":")
        found: type[Screen] = getattr(importlib.import_module(module), name)
        if not issubclass(found, Screen):
            raise TypeError(f"{self.factory} is not a Screen")
        return found


R = Role
CASE_WORKERS: Final = frozenset(
    {
        R.WINDOW_ACCEPTOR,
        R.REPRESENTATIVE,
        R.REVIEWER,
        R.SURVEYOR,
        R.APPROVER,
        R.ORGAN_HEAD,
        R.GOVERNMENT_HEAD,
        R.SUPERVISOR,
        R.ARCHIVIST,
    }
)
ROSTER_READERS: Final = frozenset(
    {
        R.ROSTER_MANAGER,
        R.REPRESENTATIVE,
        R.ORGAN_HEAD,
        R.GOVERNMENT_HEAD,
        R.SUPERVISOR,
        R.WINDOW_ACCEPTOR,
    }
)

SCREENS: Final = (
    ScreenKind(
        "inbox",
        N_("Inbox"),
        "inbox",
        CASE_WORKERS,
        "workbench.shell.inbox.screen:InboxScreen",
        "Ctrl+1",
    ),
    ScreenKind(
        "case",
        N_("Case"),
        "case",
        CASE_WORKERS | {R.ISSUING_CLERK},
        "workbench.shell.case.screen:CaseScreen",
        "Ctrl+2",
        on_demand=True,
    ),
    ScreenKind(
        "intake",
        N_("Intake"),
        "intake",
        frozenset({R.WINDOW_ACCEPTOR}),
        "workbench.shell.intake.screen:IntakeScreen",
        "Ctrl+3",
    ),
    ScreenKind(
        "seal_desk",
        N_("Seal desk"),
        "seal",
        frozenset({R.SEAL_CUSTODIAN}),
        "workbench.shell.seal_desk.screen:SealDeskScreen",
        "Ctrl+4",
    ),
    ScreenKind(
        "seals",
        N_("Seals"),
        "seal",
        frozenset({R.ORGAN_HEAD, R.SECURITY_ADMIN}),
        "workbench.shell.seal_desk.seals_screen:SealsScreen",
        "Alt+4",
    ),
    ScreenKind(
        "issuing",
        N_("Issuing"),
        "issue",
        frozenset({R.ISSUING_CLERK}),
        "workbench.shell.issuing.screen:IssuingScreen",
        "Ctrl+5",
    ),
    ScreenKind(
        "roster",
        N_("Duty roster"),
        "roster",
        ROSTER_READERS,
        "workbench.shell.roster.screen:RosterScreen",
        "Ctrl+6",
    ),
    ScreenKind(
        "handover",
        N_("Hand-over"),
        "handover",
        frozenset({R.REPRESENTATIVE}),
        "workbench.shell.handover.screen:HandoverScreen",
        "Ctrl+7",
    ),
    ScreenKind(
        "audit",
        N_("Audit days"),
        "archive",
        frozenset({R.AUDIT_ADMIN}),
        "workbench.shell.audit_days.screen:AuditDaysScreen",
        "Ctrl+0",
    ),
    ScreenKind(
        "plugins",
        N_("Plugins"),
        "plugin",
        CASE_WORKERS | ADMINISTRATORS | {R.ROSTER_MANAGER, R.ISSUING_CLERK},
        "workbench.shell.plugins_page.screen:PluginsScreen",
        "Ctrl+8",
    ),
    ScreenKind(
        "outside",
        N_("Outside systems"),
        "outside",
        frozenset({R.SYSTEM_ADMIN}),
        "workbench.shell.outside.screen:OutsideScreen",
        "Ctrl+9",
    ),
)
"""In the order of the rail. Custodians have no plugins page: no plugin code runs at their desk."""


def screens_for(who: User) -> tuple[ScreenKind, ...]:
    """The screens that the person's roles open, in the order of the rail."""
    return tuple(kind for kind in SCREENS if kind.open_to(who))
