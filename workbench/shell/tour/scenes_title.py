"""I05: accepted, reviewed and decided by three hands, and a certificate that is pressed by hand.

A title certificate carries the registration seal (domain 2.4), which is of metal: the proof page
names that seal and asks how many originals and duplicates there shall be.
"""

from __future__ import annotations

from PyQt6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QPushButton

from workbench.rules.case import State
from workbench.rules.words import _
from workbench.shell.case.screen import CaseScreen
from workbench.shell.case.step_card import StepCard
from workbench.shell.case.step_forms import GeneralForm
from workbench.shell.tour.backstage import HOUSE
from workbench.shell.tour.scenes_department import logged, look_at_scan, open_proof, take_step
from workbench.shell.tour.story import Story, open_from_inbox
from workbench.shell.tour.visit import Visit

REPRESENTATIVE, REVIEWER = "chen.jing", "ma.chao"
PROMISE = "申请人承诺于五个工作日内补交经公证的委托书。"
OPINION = "经审核，登记材料齐全，权属清楚，登记簿无查封、抵押记载，建议准予登记。"


def title_certificate(story: Story) -> None:
    """The whole of it, at two desks."""
    story.hands.begin("title: accept")
    with story.desk_of(REPRESENTATIVE) as visit:
        screen = open_from_inbox(story, visit, HOUSE)
        look_at_scan(story, screen, 2)
        visit.picture("title-plan-beside-register-data")
        card = take_step(story, screen, _("Accept"))
        promise(story, card)
        visit.picture("tolerant-acceptance")
        confirm(story, visit, screen, card, "accept")
        card = take_step(story, screen, _("Assign reviewer"))
        choose_in(story, card, REVIEWER)
        confirm(story, visit, screen, card, "assign_reviewer")
    review(story)
    story.hands.begin("title: decide")
    with story.desk_of(REPRESENTATIVE) as visit:
        screen = open_from_inbox(story, visit, HOUSE)
        confirm(story, visit, screen, take_step(story, screen, _("Grant")), "grant")
        asked_by_hand(story, visit, screen)


def review(story: Story) -> None:
    """The reviewer's opinion: conclusion and reasons, point by point (T16)."""
    hands = story.hands
    hands.begin("title: review")
    with story.desk_of(REVIEWER) as visit:
        screen = open_from_inbox(story, visit, HOUSE)
        for button in screen.parts.pane.findChildren(QPushButton):
            if button.isVisible() and button.text() == _("Pass"):
                hands.click(button)
        card = take_step(story, screen, _("Submit opinion"))
        choose_in(story, card, "grant")
        write_in(story, card, "opinion.reasons", OPINION)
        visit.picture("opinion-of-the-reviewer")
        confirm(story, visit, screen, card, "submit_opinion")


def asked_by_hand(story: Story, visit: Visit, screen: CaseScreen) -> None:
    """The certificate is composed, and asked for in one original and one duplicate (T22)."""
    hands = story.hands
    hands.begin("title: by hand")
    page = open_proof(story, visit, screen)
    hands.wait(page.copies.isVisible, "the question for copies")
    page.copies.duplicates.setValue(1)
    hands.click(page.looked)
    visit.settle()
    visit.camera.take("title-to-be-pressed-by-hand", page)
    hands.click(page.request)
    hands.wait(
        lambda: screen.view is not None and screen.view.case.state is State.PENDING_SEAL,
        "the title to await the seal",
    )
    visit.settle()


def confirm(story: Story, visit: Visit, screen: CaseScreen, card: StepCard, move: str) -> None:
    """The confirmation of a step's card."""
    story.hands.click(card.confirm)
    logged(story, visit, screen, move)


def promise(story: Story, card: StepCard) -> None:
    """A paper that may follow is missing: accepted on the applicant's signed promise (R71)."""
    assert isinstance(card.form, GeneralForm)
    for field in card.form.parts.values():
        if isinstance(field.widget, QLineEdit | QPlainTextEdit):
            story.hands.type(field.widget, PROMISE)


def choose_in(story: Story, card: StepCard, code: str) -> None:
    """Choose in the first list of the card's form that knows the code."""
    for box in card.form.findChildren(QComboBox):
        if box.findData(code) >= 0:
            story.hands.choose(box, code)
            return
    story.need(False, f"no list of the form knows {code}")


def write_in(story: Story, card: StepCard, path: str, text: str) -> None:
    """Write into a field of the card's form, over what may stand there."""
    assert isinstance(card.form, GeneralForm)
    edit = card.form.parts[path].widget
    assert isinstance(edit, QPlainTextEdit)
    if edit.toPlainText() != text:
        edit.clear()
        story.hands.type(edit, text)
