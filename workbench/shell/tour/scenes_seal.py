"""The custodian's scenes: queue, page with the place of the seal, PIN, the press; never twice.

Also the deputy, who holds no custody shift and therefore sees nothing of the queue (V16b), and the
copies of a title that are pressed by hand.
"""

from __future__ import annotations

from PyQt6.QtGui import QPixmap

from workbench.shell.seal_desk.pressing import StepBridge
from workbench.shell.seal_desk.screen import SealDeskScreen
from workbench.shell.tour.backstage import MAIN
from workbench.shell.tour.story import Story
from workbench.shell.tour.visit import Visit

CUSTODIAN, DEPUTY = "lin.shu", "gao.yun"
SIGNED = "signed"
PRESS_SECONDS = 180.0
"""A press takes two seconds; a machine under load may need many more."""


def press_the_seal(story: Story) -> None:
    """One document: compared, PIN, pressed (T23); afterwards it cannot be pressed again."""
    hands = story.hands
    hands.begin("seal desk")
    with story.desk_of(CUSTODIAN) as visit:
        desk = visit.screen("seal_desk", SealDeskScreen)
        hands.wait(lambda: bool(desk.queue.tasks), "the queue of the seal desk")
        story.need(len(desk.queue.tasks) == 1, "more than one document awaits the seal")
        hands.choose_row(desk.queue.list, 0)
        wait_for_checks(story, desk)
        visit.picture("where-the-seal-will-land")
        hands.begin("press")
        compare(story, desk)
        hands.type(desk.side.press.pin, story.stage.passwords["PIN"])
        visit.picture("compared-and-PIN")
        at_work = while_it_is_pressed(story, visit, desk)
        hands.click(desk.side.press.button)
        hands.wait(lambda: desk.result is not None, "the press", PRESS_SECONDS)
        visit.settle()
        story.need(len(at_work) == 1, "the press never said that it had signed")
        with hands.heart.resting():
            story.camera.keep("pressed", at_work[0])
        look_at_sealed_file(story, visit, desk)
        never_twice(story, visit, desk)


def while_it_is_pressed(story: Story, visit: Visit, desk: SealDeskScreen) -> list[QPixmap]:
    """Will hold the window as it stands when the worker says that it has signed: three steps of
    five are done. A press is over in two seconds, so nobody could wait for that moment."""
    seen: list[QPixmap] = []

    def look(step: str) -> None:
        if step == SIGNED and not seen:
            with story.hands.heart.resting():
                seen.append(visit.window.grab())

    bridge = desk.findChild(StepBridge)
    assert bridge is not None
    bridge.reached.connect(look)
    return seen


def look_at_sealed_file(story: Story, visit: Visit, desk: SealDeskScreen) -> None:
    """The sealed file on the page, as it went to the issuing window."""
    story.hands.begin("sealed file")
    story.hands.click(desk.side.open_result)
    story.hands.wait(lambda: bool(desk.page.strip.sizes), "the sealed page")
    visit.picture("sealed-file")


def never_twice(story: Story, visit: Visit, desk: SealDeskScreen) -> None:
    """The queue is empty, the register has the line, and the button cannot be pressed."""
    hands = story.hands
    hands.begin("no second press")
    hands.wait(lambda: not desk.queue.tasks, "the queue to be empty")
    story.need(not desk.side.press.button.isEnabled(), "the seal could be pressed twice")
    hands.click_tab(desk.tabs, desk.register)
    lines = desk.register.model
    hands.wait(lambda: bool(lines.lines), "the register of seal use")
    story.need(
        any(one.document_id.startswith(story.cases[MAIN]) for one in lines.lines),
        "the register has no line of the press",
    )
    visit.picture("register-of-seal-use")
    count_and_seals(story, visit, desk)


def count_and_seals(story: Story, visit: Visit, desk: SealDeskScreen) -> None:
    """The count of the day agrees; the register of seals says how each seal stands."""
    hands = story.hands
    hands.begin("count")
    hands.click_tab(desk.tabs, desk.count)
    hands.wait(lambda: desk.count.seal.count() > 0, "the seals to count")
    hands.click(desk.count.count)
    hands.wait(lambda: desk.count.table.rowCount() > 0, "the count of the day")
    visit.picture("count-of-the-day")
    hands.begin("seals")
    hands.click_tab(desk.tabs, desk.seals)
    hands.wait(lambda: desk.seals.table.rowCount() > 0, "the register of seals")
    visit.picture("register-of-seals")


def copies_to_press(story: Story) -> None:
    """A title in one original and one duplicate: compared, and each copy has its number (R53)."""
    hands = story.hands
    hands.begin("copies")
    with story.desk_of(CUSTODIAN) as visit:
        desk = visit.screen("seal_desk", SealDeskScreen)
        hands.wait(lambda: bool(desk.queue.tasks), "the title to await its seal")
        hands.choose_row(desk.queue.list, 0)
        wait_for_checks(story, desk)
        compare(story, desk)
        copies = desk.side.copies
        hands.click(copies.steps["number"])
        hands.wait(lambda: copies.next_step() == "print", "the copies to have their numbers")
        visit.picture("copies-to-press-by-hand")


def wait_for_checks(story: Story, desk: SealDeskScreen) -> None:
    """The frozen document, and what the department asks to compare with it."""
    compared = desk.side.press.compared
    story.hands.wait(
        lambda: bool(compared.boxes) and compared.isEnabled(), "the frozen document and its checks"
    )


def compare(story: Story, desk: SealDeskScreen) -> None:
    """Everything that the department asks to compare is ticked."""
    for box in desk.side.press.compared.boxes:
        story.hands.click(box)


def the_deputy(story: Story) -> None:
    """The deputy has no custody shift today: no queue, and the screen says so (V16b)."""
    hands = story.hands
    hands.begin("deputy")
    with story.desk_of(DEPUTY) as visit:
        desk = visit.screen("seal_desk", SealDeskScreen)
        hands.wait(lambda: desk.facts is not None, "the seal desk of the deputy")
        story.need(not desk.queue.tasks, "the deputy sees the queue")
        visit.picture("deputy-sees-nothing")
