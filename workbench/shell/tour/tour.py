"""The order of the scenes, and what is measured around them. Called by ``commands.tour``."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Final

from workbench.rules.refusals import Fault
from workbench.shell.application import catch_everything, make_application
from workbench.shell.tour import scenes_department, scenes_window
from workbench.shell.tour.backstage import Backstage, Seen
from workbench.shell.tour.camera import Camera
from workbench.shell.tour.hands import Hands
from workbench.shell.tour.heartbeat import Heartbeat
from workbench.shell.tour.story import Story

SCENES: Final[tuple[Callable[[Story], None], ...]] = (
    scenes_window.sign_in_and_take_in,
    scenes_department.one_case_in_one_pane,
    scenes_department.the_other_post,
    scenes_window.answer_correction,
)


def drive(stage: Backstage, seen: Seen) -> None:
    """All scenes in order. Raises what stopped them; ``seen`` holds what was reached by then."""
    app = make_application()
    heart = Heartbeat()
    hands = Hands(app, heart)
    camera = Camera(hands, stage.screenshots)
    bugs: list[str] = []

    def caught(fault: Fault, report: str, _trace: TracebackType | None) -> None:
        bugs.append(f"{fault}\n{report}")

    forget = catch_everything(caught)
    try:
        with interruptible(hands):
            story = Story(stage, hands, camera, seen)
            for scene in SCENES:
                scene(story)
                if bugs:
                    raise Fault("tour_bug", f"{hands.step}: {bugs[0]}")
    finally:
        forget()
        heart.stop()
        seen.screenshots = camera.names
        seen.longest_ui_stall_ms = heart.longest_ms
        seen.longest_ui_work_ms = heart.longest_work_ms
        seen.median_gap_ms = heart.median_ms
        seen.stalls = [
            {
                "ms": round(one.gap.wall, 1), "of_our_work_ms": round(one.gap.work, 1),
                "step": one.step, "where": list(one.where),
            }
            for one in heart.stalls
        ]  # fmt: skip


@contextmanager
def interruptible(hands: Hands) -> Iterator[None]:
    """Ctrl+C and a termination signal end the wait in hand; the desks are closed in order."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        hands.interrupted = True

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
