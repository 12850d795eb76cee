"""The department's scenes: inbox, scans beside the pane, accepting, reviewing, deciding, the proof.

Also the one-time correction notice, a step that is refused beside its control, and the other
representative, who sees nothing of the pool and is told why.
"""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton

from workbench.rules.case import State
from workbench.rules.words import _
from workbench.shell.case.demand_editor import DemandForm
from workbench.shell.case.proof import ProofPage
from workbench.shell.case.screen import CaseScreen
from workbench.shell.case.step_card import StepCard
from workbench.shell.inbox.screen import InboxScreen
from workbench.shell.tour.backstage import CORRECTED, FOOD, MAIN
from workbench.shell.tour.story import Story, open_from_inbox
from workbench.shell.tour.visit import Visit

POST_A, POST_B = "zhang.wei", "li.na"
REASONS = "经审查，申请材料齐全，经营者身份与证件一致，经营场所合法使用，经营范围表述规范。"


def one_case_in_one_pane(story: Story) -> None:
    """I01 from the inbox to the request of the seal, by the representative on duty (T04-T22)."""
    hands = story.hands
    hands.begin("inbox of post A")
    with story.desk_of(POST_A) as visit:
        inbox = visit.screen("inbox", InboxScreen)
        hands.wait(lambda: inbox.model.rowCount() >= 4, "the pool in the inbox of post A")
        visit.picture("inbox-of-post-A")
        hands.begin("case opened")
        screen = open_from_inbox(story, visit, MAIN)
        look_at_scan(story, screen, 1)
        visit.picture("scans-beside-the-pane")
        hands.begin("accept")
        confirm_in_pane(story, visit, screen, "受理", "accept")
        visit.picture("accepted")
        hands.begin("review")
        pane = screen.parts.pane
        for box in pane.findChildren(QComboBox):
            if box.isVisible() and box.findData("pass") >= 0:
                hands.choose(box, "pass")
        reasons = hands.find(QPlainTextEdit, "理由", pane)
        hands.type(reasons, REASONS)
        ask_in_pane(story, screen, "提交审核意见")
        hands.turn()
        hands.reveal(reasons)
        visit.picture("opinion-to-confirm")
        answer_in_pane(story, visit, screen, "submit_opinion")
        hands.begin("decide")
        ask_in_pane(story, screen, "准予登记")
        visit.picture("decision-to-confirm")
        answer_in_pane(story, visit, screen, "grant")
        freeze(story, visit, screen, "proof-page")
        visit.picture("seal-requested")
        correction_notice(story, visit)
        forbidden_step(story, visit)


def look_at_scan(story: Story, screen: CaseScreen, row: int) -> None:
    """Choose a file, counted from 0, and wait until its first page is drawn."""
    materials = screen.parts.materials
    story.hands.choose_row(materials, materials.row_of_file(row))
    story.hands.wait(screen.parts.frame.drawn, "the pages of the scan")


def confirm_in_pane(story: Story, visit: Visit, screen: CaseScreen, button: str, move: str) -> None:
    """A step of the department's pane: its button, then the one confirmation."""
    ask_in_pane(story, screen, button)
    answer_in_pane(story, visit, screen, move)


def ask_in_pane(story: Story, screen: CaseScreen, button: str) -> None:
    """The button of the step: the pane asks for one confirmation."""
    story.hands.click(story.hands.find(QPushButton, button, screen.parts.pane))
    story.hands.find(QPushButton, "确认", screen.parts.pane)


def answer_in_pane(story: Story, visit: Visit, screen: CaseScreen, move: str) -> None:
    """The confirmation; waits until the step stands in the log of the case."""
    story.hands.click(story.hands.find(QPushButton, "确认", screen.parts.pane))
    logged(story, visit, screen, move)


def logged(story: Story, visit: Visit, screen: CaseScreen, move: str) -> None:
    """Wait until the case shown has that step in its log."""
    story.hands.wait(
        lambda: screen.view is not None and any(one.kind == move for one in screen.view.events),
        f"the step {move}",
    )
    visit.settle()


def freeze(story: Story, visit: Visit, screen: CaseScreen, picture: str) -> None:
    """The proof page: looked at, frozen, the seal asked for (T21, T22)."""
    hands = story.hands
    hands.begin("proof page")
    page = open_proof(story, visit, screen)
    hands.click(page.looked)
    visit.camera.take(picture, page)
    hands.click(page.request)
    # Awaiting the seal the case is out of the pool, so its log is not shown any more (V04).
    hands.wait(
        lambda: screen.view is not None and screen.view.case.state is State.PENDING_SEAL,
        "the case to await the seal",
    )
    visit.settle()


def open_proof(story: Story, visit: Visit, screen: CaseScreen) -> ProofPage:
    """Open the proof page and wait until the composed page is drawn."""
    hands = story.hands
    hands.click(hands.find(QPushButton, _("Result document"), screen.parts.steps))
    hands.wait(lambda: screen.proof is not None and screen.proof.isVisible(), "the proof page")
    page = screen.proof
    assert page is not None
    hands.wait(lambda: bool(page.place.text()) or bool(page.refusal.code), "the composed page")
    visit.settle()
    return page


def take_step(story: Story, screen: CaseScreen, text: str) -> StepCard:
    """Open the card of a step under the pane."""
    story.hands.click(story.hands.find(QPushButton, text, screen.parts.steps))
    story.hands.wait(lambda: screen.parts.steps.card is not None, f"the card of {text}")
    card = screen.parts.steps.card
    assert card is not None
    return card


def correction_notice(story: Story, visit: Visit) -> None:
    """T07 with one demand: material, defect, standard; ready phrases for the last two."""
    hands = story.hands
    hands.begin("correction notice")
    screen = open_from_inbox(story, visit, CORRECTED)
    card = take_step(story, screen, _("Correction notice"))
    assert isinstance(card.form, DemandForm)
    row = card.form.rows[0]
    hands.choose(row.material, "M03")
    for box in (row.defect, row.standard):
        line = box.lineEdit()
        assert line is not None
        hands.write_over(
            line, "租赁合同第三页未签字" if box is row.defect else "提交双方签字的租赁合同"
        )
    visit.picture("correction-notice")
    hands.click(card.confirm)
    logged(story, visit, screen, "request_correction")
    hands.begin("message to the window")
    hands.click_tab(screen.parts.tabs, screen.parts.talk)
    hands.type(screen.parts.talk.box, "请提醒申请人第三页需双方签字。")
    hands.press_key(screen.parts.talk.box, Qt.Key.Key_Return)
    hands.wait(lambda: not screen.parts.talk.box.text(), "the message to be sent")
    visit.picture("message-thread")


def forbidden_step(story: Story, visit: Visit) -> None:
    """I04 is no single-officer item: who accepted it may not review it, and is told so (3.6)."""
    hands = story.hands
    hands.begin("a step that is refused")
    screen = open_from_inbox(story, visit, FOOD)
    card = take_step(story, screen, _("Accept"))
    hands.click(card.confirm)
    logged(story, visit, screen, "accept")
    visit.picture("refused-beside-the-control")


def the_other_post(story: Story) -> None:
    """Post B is not on duty: nothing of the pool, and the empty list says why (V03)."""
    hands = story.hands
    hands.begin("inbox of post B")
    with story.desk_of(POST_B) as visit:
        inbox = visit.screen("inbox", InboxScreen)
        hands.wait(lambda: bool(inbox.empty.text()) and inbox.empty.isVisible(), "the empty list")
        story.need(inbox.model.rowCount() == 0, "post B sees cases while post A is on duty")
        visit.picture("post-B-sees-nothing")
