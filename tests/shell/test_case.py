"""The case screen on a real centre with real scans: an approver's day, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.shell import desk_kit, desks_kit
from tests.shell.desk_kit import SampleCentre
from tests.shell.screen_check import check
from workbench.casework import acceptance, review
from workbench.hosting.host import open_host
from workbench.rules.case import Part, State
from workbench.rules.case_flow import TRANSITIONS
from workbench.rules.moment import MINUTE, at_local
from workbench.shell.case import step_words
from workbench.shell.case.case_layout import CaseLayout
from workbench.shell.case.clock_page import ClockPage
from workbench.shell.case.screen import CaseScreen
from workbench.shell.case.standard_pane import StandardPane
from workbench.shell.case.step_words import fields_of
from workbench.shell.notices import Notice
from workbench.shell.workplace import Workplace

pytestmark = pytest.mark.long(21)

CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


@dataclass(frozen=True)
class Taken:
    """A centre with cases taken in: scanning them is slow, so it is done once and copied."""

    folder: Path
    scan: Path
    immediate: str
    promised: str


@pytest.fixture(scope="session")
def taken(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    place = tmp_path_factory.mktemp("taken")
    centre = desk_kit.copied(founded, place)
    packages = place / "packages"
    immediate = desks_kit.take_in(centre, packages / "a", ("I01",))[0].case_no
    promised = desks_kit.take_in(centre, packages / "b", ("I04",))[0].case_no
    scan = next(packages.rglob("*.pdf"))
    return Taken(centre.folder, scan, str(immediate), str(promised))


@pytest.fixture
def sample(taken: Taken, tmp_path: Path) -> SampleCentre:
    """A copy of that centre, at nine on a working morning."""
    return desk_kit.copied(taken.folder, tmp_path)


@pytest.fixture
def case_no(taken: Taken) -> str:
    """An immediate case with its scans, just pushed."""
    return taken.immediate


@contextmanager
def case_screen(
    sample: SampleCentre, case_no: str, qtbot: Any, login: str = "zhang.wei",
    plugins: bool = False, **look: Any,
) -> Iterator[CaseScreen]:  # fmt: skip
    """The screen of that person with the case open and everything drawn."""
    with desks_kit.workplace(sample, login, **look) as bare:
        work = replace(bare, hosting=open_host(None, without_plugins=not plugins))
        screen = CaseScreen(work)
        qtbot.addWidget(screen)
        screen.resize(1280, 800)
        screen.show()
        qtbot.waitExposed(screen)
        screen.activateWindow()
        screen.open_case(case_no)
        settle(qtbot, work)
        yield screen
        screen.hide()
        settle(qtbot, work)


def settle(qtbot: Any, work: Workplace) -> None:
    desks_kit.settle(qtbot, work)


def parts(screen: CaseScreen) -> CaseLayout:
    return screen.parts


def state(screen: CaseScreen) -> State:
    assert screen.view is not None
    return screen.view.case.state


def press(qtbot: Any, screen: CaseScreen, key: Qt.Key) -> None:
    qtbot.keyClick(screen, key, CTRL_SHIFT)


def click(qtbot: Any, widget: QWidget) -> None:
    """Click what a person can see; the layout is given its turn first."""
    qtbot.waitUntil(lambda: not widget.visibleRegion().isEmpty(), timeout=3_000)
    qtbot.wait(30)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_a_complete_case_is_accepted_with_two_keystrokes(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        assert state(screen) is State.PENDING_ACCEPTANCE
        press(qtbot, screen, KEY.Key_A)
        card = parts(screen).steps.card
        assert card is not None
        qtbot.keyClick(card.confirm, KEY.Key_Return)
        settle(qtbot, screen.work)
        assert state(screen) is State.UNDER_REVIEW
        assert screen.view is not None and screen.view.case.holder == "zhang.wei"
        notice = screen.view.last(Part.NOTICES, "acceptance_notice")
        assert notice is not None and notice.body["accepted_by"] == "zhang.wei"


@pytest.mark.parametrize("second", [CTRL, Qt.KeyboardModifier.NoModifier])
@pytest.mark.parametrize("plugins", [False, True])
def test_the_two_keystrokes_go_where_the_keyboard_is(
    sample: SampleCentre, case_no: str, qtbot: Any, second: Qt.KeyboardModifier, plugins: bool
) -> None:
    """Real key events to whatever has the focus: no field, no mouse, our pane or the plugin's."""
    with case_screen(sample, case_no, qtbot, plugins=plugins) as screen:
        qtbot.waitUntil(screen.isActiveWindow)
        parts(screen).frame.setFocus()
        for key, held in ((KEY.Key_A, CTRL_SHIFT), (KEY.Key_Return, second)):
            there = QApplication.focusWidget()
            assert there is not None
            qtbot.keyClick(there, key, held)
        settle(qtbot, screen.work)
        assert state(screen) is State.UNDER_REVIEW


def test_an_immediate_case_from_acceptance_to_the_seal_in_one_pane(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        confirm_step(qtbot, screen, "accept")
        pane = parts(screen).pane.pane
        assert isinstance(pane, StandardPane)
        for row in pane._points.values():
            row.buttons["pass"].click()
        confirm_step(qtbot, screen, "submit_opinion")
        view = screen.view
        assert view is not None
        opinion = view.last(Part.OPINIONS, "opinion")
        assert opinion is not None and opinion.body["conclusion"] == "grant"
        assert set(opinion.body["points"]) == {p.code for p in view.item.review_points}
        confirm_step(qtbot, screen, "grant")
        assert state(screen) is State.GRANTED
        press(qtbot, screen, KEY.Key_D)
        proof = screen.proof
        assert proof is not None
        qtbot.waitUntil(proof.looked.isEnabled, timeout=20_000)
        assert not proof.request.isEnabled()
        assert proof.frame.strip.marks and "mm" in proof.place.text()
        qtbot.keyClick(proof.looked, KEY.Key_Space)
        click(qtbot, proof.request)
        settle(qtbot, screen.work)
        assert state(screen) is State.PENDING_SEAL


def confirm_step(qtbot: Any, screen: CaseScreen, move: str) -> None:
    """Press the button of the step and its one confirmation."""
    steps = parts(screen).steps
    click(qtbot, steps.buttons[move])
    card = steps.card
    assert card is not None and card.move_name == move
    assert card.form.missing() == ""
    click(qtbot, card.confirm)
    settle(qtbot, screen.work)


def test_the_correction_notice_tells_everything_once_and_is_answered(
    sample: SampleCentre, taken: Taken, qtbot: Any
) -> None:
    number = taken.immediate
    with case_screen(sample, number, qtbot) as screen:
        press(qtbot, screen, KEY.Key_C)
        card = parts(screen).steps.card
        assert card is not None
        form: Any = card.form
        form.rows[0].material.setCurrentIndex(0)
        qtbot.keyClicks(form.rows[0].defect.lineEdit(), "unsigned")
        click(qtbot, card.confirm)
        assert card.lacking.isVisible() and state(screen) is State.PENDING_ACCEPTANCE
        form.rows[0].standard.setCurrentIndex(1)
        form.rows[0].standard.activated.emit(1)
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert state(screen) is State.AWAITING_CORRECTION
        assert screen.view is not None
        notice = screen.view.last(Part.NOTICES, "correction_notice")
        assert notice is not None
        assert notice.body["demands"][0]["no"] == 1
        assert notice.body["demands"][0]["standard"] == "提交有效期内的材料"
    with case_screen(sample, number, qtbot, "wang.fang") as screen:
        press(qtbot, screen, KEY.Key_N)
        card = parts(screen).steps.card
        assert card is not None
        answer: Any = card.form
        answer.chosen.choose(taken.scan)
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert screen.view is not None
        confirm_step(qtbot, screen, "answer_correction")
        assert state(screen) is State.PENDING_ACCEPTANCE


def test_who_comes_second_learns_who_was_faster_and_keeps_his_words(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with desks_kit.session_of(sample, "zhang.wei") as session:
        acceptance.accept(session, session.case_view(case_no).case)
    with case_screen(sample, case_no, qtbot) as screen:
        steps = parts(screen).steps
        steps.take("submit_opinion")
        card = steps.card
        assert card is not None
        form: Any = card.form
        form.parts["opinion.conclusion"].fill("grant")
        form.parts["opinion.reasons"].fill("my own careful words")
        with desks_kit.session_of(sample, "zhang.wei") as other:
            sample.clock.forward(MINUTE)
            case = other.case_view(case_no).case
            review.submit_opinion(other, case, "refuse", "the other desk was faster", {})
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert steps.card is card
        assert card.refusal.isVisible() and "Zhang Wei was faster" in card.refusal.text()
        assert "09:01" in card.refusal.text()
        assert form.parts["opinion.reasons"].value() == "my own careful words"
        assert not card.confirm.isEnabled()
        assert state(screen) is State.PENDING_DECISION


def test_the_shift_ends_the_content_closes_and_the_draft_stays(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        confirm_step(qtbot, screen, "accept")
        steps = parts(screen).steps
        steps.take("submit_opinion")
        assert steps.card is not None
        form: Any = steps.card.form
        form.parts["opinion.reasons"].fill("half an opinion")
        sample.clock.set(at_local(date(2026, 11, 23), 14, 0))
        screen._again.setInterval(50)
        screen._again.start()
        qtbot.waitUntil(lambda: parts(screen).frame.source is None, timeout=10_000)
        # A timer this fast leaves a busy machine no quiet moment to wait for.
        screen._again.stop()
        settle(qtbot, screen.work)
        assert parts(screen).pane.pane is None
        assert not parts(screen).frame.isVisible()
        assert parts(screen).pane.words.isVisible()
        assert "not on duty" in parts(screen).pane.words.text()
        assert form.parts["opinion.reasons"].value() == "half an opinion"
        assert steps.card is not None and not steps.card.confirm.isEnabled()


def test_a_case_that_is_not_visible_says_why(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot, "li.na") as screen:
        assert screen.view is None
        assert parts(screen).words.isVisible()
        assert "not on duty" in parts(screen).words.text()
        assert parts(screen).materials.count() == 0


def test_what_is_forbidden_stands_there_with_the_reason(
    sample: SampleCentre, taken: Taken, qtbot: Any
) -> None:
    number = taken.promised
    with desks_kit.session_of(sample, "zhang.wei") as session:
        acceptance.accept(session, session.case_view(number).case)
    with case_screen(sample, number, qtbot) as screen:
        steps = parts(screen).steps
        button = steps.buttons["submit_opinion"]
        assert not button.isEnabled()
        assert "may not do" in button.accessibleDescription()
        press(qtbot, screen, KEY.Key_O)
        assert steps.refusal.isVisible() and steps.refusal.code == "separation"
        assert steps.card is None


def test_surveyors_get_place_and_contact_but_no_form(
    sample: SampleCentre, taken: Taken, qtbot: Any
) -> None:
    with desks_kit.session_of(sample, "zhang.wei") as session:
        acceptance.accept(session, session.case_view(taken.promised).case)
    with case_screen(sample, taken.promised, qtbot) as screen:
        parts(screen).steps.take("assign_survey")
        card = parts(screen).steps.card
        assert card is not None
        card.form.restore({"surveyor": "guo.tao", "second_surveyor": "he.xue"})
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert screen.view is not None and screen.view.of(Part.SURVEY, "survey_task")
    with case_screen(sample, taken.promised, qtbot, "guo.tao") as screen:
        assert screen.view is not None and Part.FORM not in screen.view.parts
        pane = parts(screen).pane.pane
        assert pane is not None and not parts(screen).frame.isVisible()
        shown = "\n".join(label.text() for label in pane.findChildren(QLabel))
        assert "青云区" in shown and "Applicant" not in shown
        assert "record_survey" in parts(screen).steps.buttons


def test_the_thread_carries_words_both_ways(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        talk = parts(screen).talk
        parts(screen).tabs.setCurrentWidget(talk)
        qtbot.keyClicks(talk.box, "Is the ID card legible?")
        qtbot.keyClick(talk.box, KEY.Key_Return)
        settle(qtbot, screen.work)
        assert talk.box.text() == ""
    with case_screen(sample, case_no, qtbot, "wang.fang") as screen:
        assert screen.view is not None
        message = screen.view.last(Part.THREAD, "message")
        assert message is not None and message.body["text"] == "Is the ID card legible?"
        assert message.author == "zhang.wei"


def test_the_timeline_tells_every_step_to_the_second(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with desks_kit.session_of(sample, "zhang.wei") as session:
        sample.clock.forward(11 * MINUTE)
        assert session.case_view(case_no).case.acceptance_kind == "deemed"
    with case_screen(sample, case_no, qtbot) as screen:
        table = parts(screen).timeline.table
        rows = [
            [str(table.steps.data(table.steps.index(r, c))) for c in range(4)]
            for r in range(table.steps.rowCount())
        ]
        assert rows[0][2] == "register" and rows[0][1] == "Wang Fang"
        deemed = next(row for row in rows if row[2].startswith("deemed"))
        assert deemed[0] == "2026-11-23 09:10:00" and deemed[1] == "by lapse of time"
        assert "recorded" in deemed[3]


def test_the_clock_explains_itself(sample: SampleCentre, case_no: str, qtbot: Any) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        header = parts(screen).header
        left = header.clock.text().removesuffix(" left")
        assert left in ("10:00", "09:59", "09:58", "09:57", "09:56", "09:55")
        click(qtbot, header.clock)
        page = screen.findChild(ClockPage)
        assert page is not None
        assert "10 office minutes" in page.text.text()
        assert "2026-11-23 09:10:00" in page.text.text()
        page.close()


def test_sensitive_values_are_hidden_until_they_are_asked_for(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        pane = parts(screen).pane.pane
        assert isinstance(pane, StandardPane)
        def texts() -> str:
            return "\n".join(label.text() for label in pane.findChildren(QLabel))

        assert screen.view is not None
        form = screen.view.last(Part.FORM, "form")
        assert form is not None
        number = form.body["applicant"]["id_number"]
        assert number not in texts()
        reveal = next(b for b in pane.findChildren(QPushButton)
                      if b.accessibleName() == "Show ID number")  # fmt: skip
        click(qtbot, reveal)
        assert number in texts()
        assert number not in screen.title() + screen.windowTitle()


def test_a_department_pane_has_a_desk_with_nothing_behind_it(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot, plugins=True) as screen:
        pane: Any = parts(screen).pane.pane
        assert pane is not None and not isinstance(pane, StandardPane)
        held = [getattr(pane.desk, name) for name in pane.desk.__slots__]
        assert not any(hasattr(one, "make_move") or hasattr(one, "session") for one in held)
        assert not hasattr(pane.desk, "__dict__")
        pane.desk.propose("accept")
        settle(qtbot, screen.work)
        assert state(screen) is State.UNDER_REVIEW
        desk, told = pane.desk, []
        screen.open_case("99" + case_no[2:])
        settle(qtbot, screen.work)
        desk.propose("claim", then=told.append, otherwise=told.append)
        settle(qtbot, screen.work)
        assert told == []


def test_a_pane_that_fails_is_replaced_by_the_standard_pane(
    sample: SampleCentre, case_no: str, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from market_supervision.set_up_pane import SetUpPane

    def break_down(self: Any, view: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(SetUpPane, "show_case", break_down)
    with case_screen(sample, case_no, qtbot, plugins=True) as screen:
        assert isinstance(parts(screen).pane.pane, StandardPane)
        confirm_step(qtbot, screen, "accept")
        assert state(screen) is State.UNDER_REVIEW


def test_switching_language_keeps_case_draft_and_page(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        parts(screen).steps.take("refuse_acceptance")
        card = parts(screen).steps.card
        assert card is not None
        card.form.restore({"refusal_notice.reason": "not for us"})
        kept = screen.keep()
        again = CaseScreen(screen.work)
        qtbot.addWidget(again)
        again.show()
        again.refresh()
        again.restore(kept)
        settle(qtbot, screen.work)
        assert again.view is not None and again.view.case.case_no == case_no
        parts(again).steps.take("refuse_acceptance")
        assert "not for us" in parts(again).steps.draft_text()
        again.hide()
        settle(qtbot, screen.work)


def test_every_step_of_the_flow_can_be_reached_and_every_field_has_a_name() -> None:
    known = {*step_words.MAIN, *step_words.SIDE, *step_words.BY_OTHER_MEANS,
             *step_words.BY_ITSELF}  # fmt: skip
    for row in TRANSITIONS:
        assert row.move in known, row.move
        if row.move in step_words.ELSEWHERE or row.move in step_words.BY_ITSELF:
            continue
        for asked in fields_of(row):
            assert asked.path in step_words.HINTS, (row.move, asked.path)
            if asked.kind == "choice":
                assert all(code in step_words.CHOICES for code in asked.choices), asked
        if row.move not in step_words.BY_OTHER_MEANS:
            assert row.move in step_words.VERBS, row.move


@pytest.mark.parametrize(
    ("language", "dark", "scale"),
    [("zh_CN", False, 1.0), ("zh_CN", True, 2.0), ("en", True, 1.0), ("en", False, 2.0)],
)
def test_nothing_is_cut_off_and_everything_is_named(
    sample: SampleCentre, case_no: str, qtbot: Any, language: str, dark: bool, scale: float
) -> None:
    desk_kit.speak(language)
    with case_screen(sample, case_no, qtbot, dark=dark, scale=scale) as screen:
        screen.resize(round(1280 * scale), round(800 * scale))
        settle(qtbot, screen.work)
        findings = found_by(screen, language)
        for move in ("request_correction", "refuse_acceptance", "suspend"):
            parts(screen).steps.take(move)
            qtbot.wait(20)
            findings += found_by(screen, language)
        assert not findings, "\n".join(str(one) for one in findings)


def test_opening_a_case_never_stalls_the_desk(
    sample: SampleCentre, case_no: str, qtbot: Any, heartbeat: desk_kit.Heartbeat
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        heartbeat.reset()
        for _turn in range(5):
            parts(screen).materials.step(1)
            settle(qtbot, screen.work)
        screen.refresh()
        settle(qtbot, screen.work)
        print(f"longest gap in the case screen: {heartbeat.longest_ms:.1f} ms")
        assert heartbeat.longest_ms < desk_kit.BLOCKED_MS


def found_by(screen: CaseScreen, language: str) -> list[Any]:
    """The findings of the screen check, but for contrast of what is scrolled out of sight: the
    check looks at the pixels where a label would be."""
    hidden = {
        label.text()
        for label in screen.findChildren(QLabel)
        if label.isVisibleTo(screen) and label.visibleRegion().boundingRect() != label.rect()
    }
    found = check(screen, language)
    return [one for one in found if one.kind != "contrast" or one.text not in hidden]


def test_nothing_was_left_to_the_notices(
    sample: SampleCentre, case_no: str, qtbot: Any
) -> None:
    with case_screen(sample, case_no, qtbot) as screen:
        posted: list[Notice] = []
        screen.work.notices.posted.connect(posted.append)
        parts(screen).materials.step(1)
        settle(qtbot, screen.work)
        assert posted == []
