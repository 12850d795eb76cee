"""What the scenes share: the stage, hands, camera, and the cases they have met so far."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.rules.refusals import Fault
from workbench.shell.case.screen import CaseScreen
from workbench.shell.desk_parts import Look
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.tour.backstage import Backstage, Seen
from workbench.shell.tour.camera import Camera
from workbench.shell.tour.hands import Hands
from workbench.shell.tour.visit import Visit, opened_desk


@dataclass(slots=True)
class Story:
    """See the module."""

    stage: Backstage
    hands: Hands
    camera: Camera
    seen: Seen
    slowest_sign_in: float = 0.0
    """Seconds: how long this machine may need for the next one."""

    @property
    def cases(self) -> dict[str, str]:
        """From package to case number, read off the intake's report."""
        return self.seen.cases

    @contextmanager
    def desk_of(self, login: str, look: Look | None = None) -> Iterator[Visit]:
        """A desk with that person signed in."""
        with self.opened_desk(look) as visit:
            began = time.monotonic()
            visit.sign_in(login)
            self.slowest_sign_in = max(self.slowest_sign_in, time.monotonic() - began)
            yield visit

    @contextmanager
    def opened_desk(self, look: Look | None = None) -> Iterator[Visit]:
        """A desk with nobody signed in yet."""
        with opened_desk(self.stage, self.hands, self.camera, look) as visit:
            yield visit

    def need(self, true: bool, what: str) -> None:
        """Something the story cannot go on without. Fault ``tour_broken``."""
        if not true:
            raise Fault("tour_broken", f"{self.hands.step}: {what}")


def open_from_inbox(story: Story, visit: Visit, package: str) -> CaseScreen:
    """Open a case with a double click on its line in the inbox."""
    hands, number = story.hands, story.cases[package]
    inbox = visit.screen("inbox", InboxScreen)
    hands.wait(lambda: inbox.model.row_of(number) >= 0, f"{package} in the inbox")
    hands.choose_row(inbox.table, inbox.model.row_of(number), twice=True)
    return shown_case(story, visit, number)


def shown_case(story: Story, visit: Visit, number: str) -> CaseScreen:
    """The case screen once it shows that case and its first page is drawn."""
    window = visit.window

    def shown() -> bool:
        screen = window.opened("case")
        if not isinstance(screen, CaseScreen) or not screen.isVisible():
            return False
        return screen.view is not None and screen.view.case.case_no == number

    story.hands.wait(shown, f"the case {number}")
    screen = window.opened("case")
    assert isinstance(screen, CaseScreen)
    visit.settle()
    return screen
