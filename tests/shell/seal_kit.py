"""What the tests of the seal desk share: a worker without a key, documents that wait."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.shell.desk_kit import copied
from tests.shell.desks_kit import settle, take_in, to_the_seal
from workbench.rules.seal_custody import Placement, Pressed
from workbench.shell.doors import Doors
from workbench.shell.seal_desk.press import OnStep, Readiness, WorkerLine
from workbench.shell.seal_desk.screen import SealDeskScreen


class PaperPress:
    """A seal worker without a key: says what it is told to, and remembers what it was given."""

    def __init__(self, trouble: Exception | None = None, ready: Readiness | None = None) -> None:
        self.trouble = trouble
        self.ready = ready or Readiness(True)
        self.lines: tuple[WorkerLine, ...] = ()
        self.pins: list[str] = []
        self.seals: list[str] = []
        self.opened: list[str] = []
        self.pressed: list[str] = []
        self.changed: list[tuple[str, str]] = []
        self.open = False
        self.go_on = threading.Event()
        self.go_on.set()

    def start(self) -> Readiness:
        return self.ready

    def preflight(self, seal_id: str) -> tuple[WorkerLine, ...]:
        return self.lines

    def open_key(self, seal_id: str, pin: str) -> None:
        self.opened.append(pin)
        self.open = True

    def press(
        self, document_id: str, case_no: str, pin: str, on_step: OnStep, seal_id: str = ""
    ) -> Pressed:
        self.pins.append(pin)
        self.seals.append(seal_id)
        on_step("reserved")
        self.go_on.wait(20)
        if self.trouble is not None:
            raise self.trouble
        assert pin or self.open, "a press without PIN and without an open key"
        self.pressed.append(document_id)
        place = Placement(1, 100.0, 200.0)
        return Pressed(len(self.pressed) + 6, document_id, "a" * 64, "b" * 64, "B-B", place)

    def close_key(self) -> None:
        self.open = False

    def change_pin(self, seal_id: str, old: str, new: str) -> None:
        self.changed.append((old, new))

    def close(self) -> None:
        self.go_on.set()


def opened_desk(qtbot: Any, work: Any) -> SealDeskScreen:
    """The seal desk of that workplace, shown and at rest."""
    screen = SealDeskScreen(work)
    screen.finish()
    qtbot.addWidget(screen)
    screen.resize(1360, 860)
    screen.show()
    screen.refresh()
    settle(qtbot, work)
    return screen


def with_press(work: Any, press: PaperPress) -> Any:
    """The same workplace with another seal worker."""
    return replace(work, doors=Doors(press=press, sign_again=work.doors.sign_again))


def stocked_centre(founded: Path, folder: Path, count: int = 2) -> Path:
    """A centre with business licences awaiting the seal; its folder."""
    centre = copied(founded, folder)
    for number, report in enumerate(take_in(centre, folder / "in")[:count]):
        to_the_seal(centre, report, folder / f"draft{number}")
    return centre.folder
