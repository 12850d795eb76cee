"""The other language, the dark look and the large type, each by its switch in the header."""

from __future__ import annotations

from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.main_window.window import MainWindow
from workbench.shell.tour.backstage import CORRECTED
from workbench.shell.tour.camera import SIZE
from workbench.shell.tour.scenes_department import POST_A
from workbench.shell.tour.story import Story, open_from_inbox, shown_case
from workbench.shell.tour.visit import Visit


def other_looks(story: Story) -> None:
    """Inbox and case in English and in the dark; everything stays where it stood."""
    hands = story.hands
    hands.begin("dark look")
    with story.desk_of(POST_A) as visit:
        visit.screen("inbox", InboxScreen)
        rebuilt(visit, "look")
        visit.screen("inbox", InboxScreen)
        visit.picture("inbox-in-the-dark")
        open_from_inbox(story, visit, CORRECTED)
        visit.picture("case-in-the-dark")
        hands.begin("English")
        rebuilt(visit, "language")
        shown_case(story, visit, story.cases[CORRECTED])
        visit.picture("case-in-English-in-the-dark")
        rebuilt(visit, "look")
        shown_case(story, visit, story.cases[CORRECTED])
        visit.picture("case-in-English")
        visit.screen("inbox", InboxScreen)
        visit.picture("inbox-in-English")
        rebuilt(visit, "language")


def rebuilt(visit: Visit, switch: str) -> None:
    """Press a switch of the header and wait for the window that takes the old one's place."""
    before: MainWindow = visit.window
    visit.hands.click(getattr(before.header, switch))
    visit.hands.wait(lambda: visit.room.window is not before, "the rebuilt window")
    visit.window.resize(SIZE)
    visit.settle()
