"""What the tests of the seal desk share: a worker without a key, documents that wait."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from tests.shell.desk_kit import SampleCentre, copied
from tests.shell.desks_kit import session_of, settle, take_in, to_the_seal
from workbench.paper.seal_art import draw_seal, preview_png
from workbench.rules.moment import DAY
from workbench.rules.people import Role
from workbench.rules.seal_custody import (
    DEMO_BOTTOM_TEXT,
    DEMO_RING_TEXT,
    Placement,
    Pressed,
    SealStatus,
)
from workbench.rules.seal_states import SealMode, SealStepAsked
from workbench.shell.doors import Doors
from workbench.shell.seal_desk.press import OnStep, Readiness, WorkerLine
from workbench.shell.seal_desk.screen import SealDeskScreen

FOOD = "seal-food"
USUAL = "seal-approval"


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


def many_seals(centre: SampleCentre) -> None:
    """The organ works with many seals from now on, and has a second one of 45 mm for food."""
    with session_of(centre, "lin.shu") as session:
        people, seals = session.people(), session.seals()
    head = next(one.login for one in people if one.has(Role.ORGAN_HEAD))
    other = next(one.login for one in people if one.has(Role.SECURITY_ADMIN))
    usual = next(one for one in seals if one.seal_id == USUAL)
    with session_of(centre, head) as session:
        session.set_seal_mode(usual.organ_name, SealMode.MANY_SEALS)
        made = replace(
            usual, seal_id=FOOD, status=SealStatus.MADE, category="食品经营", place="三楼",
            box="二号柜", diameter_mm=45, certificate_sha256="", sole=False,
            valid_to=usual.valid_from + 3650 * DAY,
        )  # fmt: skip
        session.enter_seal(made, "one for each trade", "")
        asked = session.ask_seal_change(FOOD, SealStepAsked("activate", "the trade has begun"))
    with session_of(centre, other) as session:
        session.decide_seal_change(asked.change_id, confirm=True, reason="")


def scanned(path: Path, dpi: int = 600) -> Path:
    """The seal on white paper, as a scanner brings it."""
    art = Image.open(io.BytesIO(preview_png(draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 45))))
    side = round(45 / 25.4 * dpi)
    page = Image.new("RGB", (side + 120, side + 120), "white")
    seal = art.resize((side, side))
    page.paste(seal, (60, 60), seal)
    page.save(path)
    return path
