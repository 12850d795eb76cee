"""One desk of the tour: opened, signed in to and out of as a person does it, closed in order.

It is the very desk that ``workbench run`` opens. Used by the scenes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton

from workbench.rules.refusals import Fault, Trouble
from workbench.shell.desk_parts import Look
from workbench.shell.desk_room import DeskRoom
from workbench.shell.main_window.window import MainWindow
from workbench.shell.screens import Screen
from workbench.shell.tour.backstage import Backstage
from workbench.shell.tour.camera import SIZE, Camera
from workbench.shell.tour.hands import Hands

S = TypeVar("S", bound=Screen)
QUIET_TURNS = 4


class Visit:
    """One person's desk. ``room`` is the real one."""

    def __init__(self, stage: Backstage, hands: Hands, camera: Camera, look: Look) -> None:
        self.stage = stage
        self.hands = hands
        self.camera = camera
        self.room = DeskRoom(hands.app, stage.parts(), look)
        # Until the first window stands there, none can stand still.
        with hands.heart.resting():
            # Each desk of the story is a program of its own in real life, started without what the
            # desks before it left behind.
            gc.unfreeze()
            gc.collect()
            self.room.start()

    @property
    def window(self) -> MainWindow:
        """The main window that stands there now."""
        window = self.room.window
        if window is None:
            raise Fault("tour_no_window", f"{self.hands.step}: nobody is signed in")
        return window

    def sign_in(self, login: str) -> None:
        """Type name and password into the sign-in window and press Enter."""
        self.type_name_and_password(login)
        self.press_sign_in(login)

    def type_name_and_password(self, login: str) -> None:
        """What a person types before the button."""
        hands, window = self.hands, self.room.sign_in
        assert window is not None
        hands.write_over(window.login, login)
        hands.press_key(window.login, Qt.Key.Key_Return)
        hands.type(window.password, self.stage.passwords[login])

    def press_sign_in(self, login: str) -> None:
        """Enter, and the desk opens."""
        hands, window = self.hands, self.room.sign_in
        assert window is not None
        hands.press_key(window.password, Qt.Key.Key_Return)
        hands.wait(lambda: self.room.window is not None, f"the desk of {login}")
        # Drawn first in the size it comes in; that of the pictures is the tour's own wish.
        hands.turn()
        with hands.heart.resting():
            self.window.resize(SIZE)
            hands.turn()
        self.settle()

    def sign_out(self) -> None:
        """By the button of the rail."""
        self.hands.click(self.window.rail.sign_out)
        self.hands.wait(lambda: self.room.sign_in is not None, "the sign-in window")
        self.hands.wait(lambda: self.room.lanes.idle, "the lanes to be quiet")

    def screen(self, code: str, kind: type[S]) -> S:
        """Go to a screen by its button in the rail, unless it is shown already."""
        window = self.window
        button = self.hands.find(QPushButton, window.kinds[code].label(), window.rail)
        if not button.isChecked():
            self.hands.click(button)
        self.hands.wait(lambda: isinstance(window.opened(code), kind), f"the screen {code}")
        found = window.opened(code)
        assert isinstance(found, kind)
        self.settle()
        return found

    def settle(self) -> None:
        """Until no lane has anything under way and what came back has been drawn."""
        quiet = 0

        def still() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if self.room.lanes.idle else 0
            return quiet > QUIET_TURNS

        try:
            self.hands.wait(still, "the lanes to be quiet")
        except Fault as fault:
            doing = "; ".join(self.room.lanes.doing())
            raise Fault(fault.code, f"{fault.message} ({doing})") from fault
        self.fail_on_faults()

    def fail_on_faults(self) -> None:
        """A banner about a bug or an outage ends the tour: nobody would see it otherwise."""
        for notice in self.room.notices.standing():
            if notice.kind in ("fault", "outage"):
                text = f"{self.hands.step}: {notice.text}\n{notice.report}"
                raise Fault("tour_banner", text, "Look at the report, then run the tour again.")

    def picture(self, what: str) -> None:
        """A picture of the window once everything has settled; the mouse stands aside."""
        self.settle()
        self.camera.take(what, self.window)

    def end(self) -> None:
        """Close the desk; its windows go first, so nobody waits in front of them."""
        with self.hands.heart.resting():
            stuck = self.room.end()
        self.hands.turn()
        if stuck:
            raise Fault("tour_stuck", f"{self.hands.step}: did not end: {', '.join(stuck)}")


@contextmanager
def opened_desk(
    stage: Backstage, hands: Hands, camera: Camera, look: Look | None = None
) -> Iterator[Visit]:
    """A desk with its sign-in window; closed at the end, whatever happens."""
    visit = Visit(stage, hands, camera, look or Look())
    try:
        yield visit
    except Trouble:
        for window in (visit.room.window, visit.room.sign_in):
            if window is not None:
                camera.keep("stopped-here", window.grab())
        raise
    finally:
        visit.end()
