"""The order of the scenes, and what is measured around them. Called by ``commands.tour_act``."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Final

from workbench.rules.refusals import Fault
from workbench.shell.application import catch_everything, make_application
from workbench.shell.tour import (
    scenes_department,
    scenes_issue,
    scenes_looks,
    scenes_seal,
    scenes_shift,
    scenes_title,
    scenes_window,
)
from workbench.shell.tour.backstage import Backstage, Seen
from workbench.shell.tour.camera import Camera
from workbench.shell.tour.hands import Hands
from workbench.shell.tour.heartbeat import Heartbeat
from workbench.shell.tour.story import Story

Scene = Callable[[Story], None]

ACTS: Final[dict[str, tuple[Scene, ...]]] = {
    "department": (
        scenes_window.sign_in_and_take_in,
        scenes_department.one_case_in_one_pane,
        scenes_department.the_other_post,
        scenes_window.answer_correction,
    ),
    "seal": (scenes_seal.press_the_seal, scenes_seal.the_deputy),
    "issuing": (
        scenes_issue.hand_over,
        scenes_issue.whole_log,
        scenes_issue.roster,
        scenes_title.title_certificate,
        scenes_looks.other_looks,
        scenes_shift.change_of_shift,
    ),
    "copies": (scenes_seal.copies_to_press,),
}
"""In order. A custodian's desk is opened only by a process that has loaded no department's code, so
the acts ``seal`` and ``copies`` are played in processes of their own."""
APART: Final = frozenset({"seal", "copies"})


def drive(stage: Backstage, seen: Seen, act: str) -> None:
    """The scenes of an act in order. Raises what stopped them; ``seen`` holds what was reached."""
    app = make_application()
    heart = Heartbeat()
    hands = Hands(app, heart)
    story = Story(stage, hands, Camera(hands, stage.screenshots, seen.screenshots), seen)
    bugs: list[str] = []

    def caught(fault: Fault, report: str, _trace: TracebackType | None) -> None:
        bugs.append(f"{fault}\n{report}")

    forget = catch_everything(caught)
    try:
        with interruptible(hands):
            for scene in ACTS[act]:
                scene(story)
                if bugs:
                    raise Fault("tour_bug", f"{hands.step}: {bugs[0]}")
    finally:
        forget()
        heart.stop()
        _note(heart, seen)


def _note(heart: Heartbeat, seen: Seen) -> None:
    """The worst of all acts, and every stall."""
    seen.longest_ui_stall_ms = max(seen.longest_ui_stall_ms, heart.longest_ms)
    seen.longest_ui_work_ms = max(seen.longest_ui_work_ms, heart.longest_work_ms)
    seen.median_gap_ms = max(seen.median_gap_ms, heart.median_ms)
    seen.long_gap_share = max(seen.long_gap_share, heart.long_share)
    for one in heart.stalls:
        gap = {"ms": round(one.gap.wall, 1), "of_our_work_ms": round(one.gap.work, 1)}
        seen.stalls.append({**gap, "step": one.step, "where": list(one.where)})


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
