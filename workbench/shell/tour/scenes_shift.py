"""The change of shift: A's and B's inboxes side by side, before and after 13:30:00 (domain 4.4)."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QPixmap

from workbench.rules.moment import SECOND, at_local, to_local
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.tour.backstage import LATE
from workbench.shell.tour.scenes_department import POST_A, POST_B
from workbench.shell.tour.scenes_window import CLERK, take_in
from workbench.shell.tour.story import Story
from workbench.shell.tour.visit import Visit

SPARE_SECONDS = 5
BESIDE: Final = QSize(1080, 560)
"""Four windows stand on one sheet: small ones, so that their text can be read there."""


def change_of_shift(story: Story) -> None:
    """A package comes in at twenty past one; ten minutes later the pool changes hands."""
    hands, stage = story.hands, story.stage
    hands.begin("late package")
    with hands.heart.resting():
        day = to_local(stage.now()).date()
    change = at_local(day, 13, 30)
    with hands.heart.resting():
        # The centre is opened by the tour for this, on this very thread.
        stage.move_clock_to(at_local(day, 13, 20))
    with story.desk_of(CLERK) as visit:
        take_in(story, visit, late=True)
    hands.begin("change of shift")
    # Both desks must stand there before the change, however slow this machine is.
    early = round(2 * story.slowest_sign_in + SPARE_SECONDS) * SECOND
    with hands.heart.resting():
        stage.move_clock_to(max(change - early, stage.now()))
    late = story.cases[LATE]
    with story.desk_of(POST_A) as left, story.desk_of(POST_B) as right:
        lists = [one.screen("inbox", InboxScreen) for one in (left, right)]
        story.need(lists[0].model.row_of(late) >= 0, "post A does not see the late case")
        story.need(lists[1].model.rowCount() == 0, "post B sees cases before the change")
        with hands.heart.resting():
            for one in (left, right):
                one.window.resize(BESIDE)
        before = pictures(story, left, right)
        with hands.heart.resting():
            now = stage.now()
        story.need(now < change, "the desks were not there before the change of shift")
        hands.wait(lambda: left.window.work.clock.now() >= change, "13:30:00")
        # What A has handled stays in his list by its number (V04, V06); the pool is B's now.
        hands.wait(
            lambda: lists[0].model.row_of(late) < 0 and lists[1].model.row_of(late) >= 0,
            "the pool to change hands",
        )
        story.seen.shift_seconds = (left.window.work.clock.now() - change) / SECOND
        after = pictures(story, left, right)
        ink = left.window.work.theme.ink
        story.camera.together(
            "change-of-shift", [titled(before, "13:30:00 前"), titled(after, "13:30:00 后")], ink
        )


def pictures(story: Story, left: Visit, right: Visit) -> tuple[QPixmap, QPixmap]:
    """Both windows as they stand now."""
    left.settle()
    right.settle()
    story.hands.turn()
    with story.hands.heart.resting():
        return left.window.grab(), right.window.grab()


def titled(pair: tuple[QPixmap, QPixmap], when: str) -> list[tuple[str, QPixmap]]:
    """With a heading each."""
    return [(f"A 岗 · {when}", pair[0]), (f"B 岗 · {when}", pair[1])]
