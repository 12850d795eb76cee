"""The issuing window, the log of the case, and the duty roster."""

from __future__ import annotations

from PyQt6.QtCore import Qt

from workbench.rules.case import State
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.issuing.screen import IssuingScreen
from workbench.shell.roster.screen import RosterScreen
from workbench.shell.tour.backstage import MAIN
from workbench.shell.tour.story import Story, shown_case

ISSUER, SUPERVISOR, ROSTER_MANAGER = "xu.jie", "tang.bo", "song.ning"
RECEIVER_NUMBER = "990101198803129017"
"""The synthetic number of the sample applicant (domain 2.8)."""


def hand_over(story: Story) -> None:
    """Verdict, delivery receipt N15, hand-over, acknowledgement, closing (T25, T26)."""
    hands = story.hands
    hands.begin("issuing window")
    with story.desk_of(ISSUER) as visit:
        screen = visit.screen("issuing", IssuingScreen)
        hands.wait(lambda: screen.view is not None, "the result to hand over")
        hands.wait(lambda: screen.verdict.verification is not None, "the verdict", 180.0)
        visit.picture("verified-at-the-issuing-window")
        hands.begin("hand over")
        form = screen.receipt
        if not form.receiver.text():
            hands.type(form.receiver, "林青川")
        hands.type(form.identity, RECEIVER_NUMBER)
        hands.reveal(form.button)
        visit.picture("delivery-receipt")
        hands.click(form.button)
        in_state(story, screen, State.ISSUED)
        visit.settle()
        hands.begin("close")
        story.stage.acknowledge(story.cases[MAIN])
        hands.click(screen.take)
        hands.wait(screen.end.isEnabled, "the acknowledgement to be taken in")
        visit.settle()
        hands.reveal(screen.closing)
        visit.picture("acknowledged")
        hands.click(screen.end)
        hands.wait(
            lambda: story.cases[MAIN] not in [row.case.case_no for row in screen.rows],
            "the case to be closed",
        )
        visit.picture("closed")


def in_state(story: Story, screen: IssuingScreen, state: State) -> None:
    """Wait until the case in hand is in that state."""
    story.hands.wait(
        lambda: screen.view is not None and screen.view.case.state is state, f"state {state.value}"
    )


def whole_log(story: Story) -> None:
    """The supervisor finds the closed case by its number and reads every step to the second."""
    hands = story.hands
    hands.begin("timeline")
    with story.desk_of(SUPERVISOR) as visit:
        number = story.cases[MAIN]
        inbox = visit.screen("inbox", InboxScreen)
        hands.type(inbox.search, number)
        hands.press_key(inbox.search, Qt.Key.Key_Return)
        hands.wait(lambda: inbox.model.rowCount() == 1, "the case in the supervisor's list")
        visit.picture("found-by-its-number")
        hands.choose_row(inbox.table, 0, twice=True)
        screen = shown_case(story, visit, number)
        hands.wait(lambda: screen.view is not None and len(screen.view.events) >= 10, "the log")
        visit.picture("timeline")


def roster(story: Story) -> None:
    """The week of a department as its roster manager sees it (domain 4)."""
    hands = story.hands
    hands.begin("duty roster")
    with story.desk_of(ROSTER_MANAGER) as visit:
        screen = visit.screen("roster", RosterScreen)
        hands.wait(lambda: bool(screen.duty.text()), "the roster")
        visit.picture("duty-roster")
