"""The window clerk's scenes: signing in, taking in a folder of packages, answering a demand."""

from __future__ import annotations

from functools import partial

from workbench.casework.intake import Outcome
from workbench.shell.intake.case_panel import CasePanel
from workbench.shell.intake.screen import IntakeScreen
from workbench.shell.tour.backstage import CORRECTED
from workbench.shell.tour.story import Story
from workbench.shell.tour.visit import Visit

CLERK = "wang.fang"


def sign_in_and_take_in(story: Story) -> None:
    """Name and password, the folder of packages, the report of each of them (T01-T03)."""
    hands = story.hands
    hands.begin("sign in")
    with story.opened_desk() as visit:
        window = visit.room.sign_in
        assert window is not None
        window.resize(1440, 900)
        visit.type_name_and_password(CLERK)
        visit.camera.take("sign-in", window)
        visit.press_sign_in(CLERK)
        hands.begin("intake")
        screen = take_in(story, visit, late=False)
        refused = [one for one in screen.reports.reports if one.outcome is Outcome.REFUSED]
        story.need(len(refused) == 2, f"refused packages: {len(refused)}, not 2")
        visit.picture("intake-report")


def take_in(story: Story, visit: Visit, *, late: bool) -> IntakeScreen:
    """Take in one of the two folders, and remember which package became which case."""
    screen = visit.screen("intake", IntakeScreen)
    folder = story.stage.late_packages if late else story.stage.packages
    story.hands.choose_path(screen.begin, folder)
    story.hands.wait(lambda: screen.batch is None, "the intake to end", 90.0)
    visit.settle()
    story.cases.update({one.folder: one.case_no for one in screen.reports.reports if one.case_no})
    return screen


def answer_correction(story: Story) -> None:
    """T08 at the window: the file that was asked for, a word in the thread, back to the desk."""
    hands = story.hands
    hands.begin("answer the correction notice")
    with story.desk_of(CLERK) as visit:
        screen = visit.screen("intake", IntakeScreen)
        number = story.cases[CORRECTED]
        hands.choose_item(screen.cases.list, number)
        panel = screen.panel
        hands.wait(
            lambda: panel.view is not None and panel.view.case.case_no == number
            and bool(panel.attach_buttons), "the demands of the notice",
        )  # fmt: skip
        visit.settle()
        hands.reveal(panel.demands)
        visit.picture("demands-at-the-window")
        for no in sorted(panel.attach_buttons):
            hands.choose_path(panel.attach_buttons[no], story.stage.answer_file)
            hands.wait(partial(_answered, panel, no), f"demand {no} answered")
            visit.settle()
        hands.type(panel.message, "申请人已补交租赁合同，原件已核对。")
        hands.click(panel.send)
        hands.wait(lambda: not panel.message.toPlainText(), "the message to be sent")
        visit.settle()
        hands.click(panel.answer)
        hands.wait(lambda: not panel.answer.isVisible(), "the answer to be sent")
        visit.settle()
        hands.reveal(panel.talk)
        visit.picture("answered-at-the-window")


def _answered(panel: CasePanel, no: int) -> bool:
    return no not in panel.attach_buttons
