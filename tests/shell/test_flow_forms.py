"""Steps with forms of their own on a real centre: transfer, form put right, notice, hearing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.shell import desk_kit, desks_kit
from tests.shell.desk_kit import SampleCentre
from tests.shell.desks_kit import session_of, settle
from tests.shell.test_case import case_screen, click, state
from workbench.casework.completing import carry_out
from workbench.rules.case import NewEntry, Part, State, TaskKind
from workbench.rules.moment import DAY, MINUTE
from workbench.shell.case.form_editor import CorrectForm
from workbench.shell.case.screen import CaseScreen
from workbench.shell.case.step_card import StepCard
from workbench.shell.case.step_fields import HourField
from workbench.shell.case.transfer_form import TransferForm
from workbench.shell.intake.case_panel import NOTICE, CasePanel

I07 = "11990101MB000222284000115902000"


@pytest.fixture(scope="module")
def taken(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A centre with a food licence and an allowance just pushed; copied for each test."""
    place = tmp_path_factory.mktemp("pushed")
    centre = desk_kit.copied(founded, place)
    reports = {
        code: desks_kit.take_in(centre, place / code, (code,))[0].case_no for code in ("I04", "I12")
    }
    return centre.folder, reports


@pytest.fixture
def sample(taken: tuple[Path, dict[str, str]], tmp_path: Path) -> SampleCentre:
    return desk_kit.copied(taken[0], tmp_path)


@pytest.fixture
def food(taken: tuple[Path, dict[str, str]]) -> str:
    return taken[1]["I04"]


@pytest.fixture
def allowance(taken: tuple[Path, dict[str, str]]) -> str:
    return taken[1]["I12"]


def begun(qtbot: Any, screen: CaseScreen, move: str) -> StepCard:
    """The card of that step, wherever its button stands."""
    steps = screen.parts.steps
    if move not in steps.buttons:
        click(qtbot, steps.more)
    click(qtbot, steps.buttons[move])
    card = steps.card
    assert card is not None and card.move_name == move
    return card


def test_the_receiving_desk_takes_the_case_over_and_goes_on_with_its_own(
    sample: SampleCentre, food: str, qtbot: Any
) -> None:
    """T11: item and matches chosen on screen; the follow-up opens by itself."""
    with session_of(sample, "zhang.wei") as session:
        case = session.case_view(food).case
        asked = {"department": "real_estate", "agreed_by": "applicant"}
        carry_out(session, case, "propose_transfer", asked, [])
    with case_screen(sample, food, qtbot, "chen.jing") as screen:
        opened: list[str] = []
        screen.work.signposts.case_wanted.connect(opened.append)
        screen.work.signposts.case_wanted.connect(screen.open_case)
        card = begun(qtbot, screen, "confirm_transfer")
        form = card.form
        assert isinstance(form, TransferForm)
        qtbot.waitUntil(lambda: form.item.count() > 0, timeout=5_000)
        assert card.form.missing()
        form.item.setCurrentIndex(form.item.findData(I07))
        assert form.missing(), "the item has situations"
        form.situation.setCurrentIndex(form.situation.findData("granted"))
        assert form.matches["M01"].currentData() == "", "no line of that name"
        form.matches["M01"].setCurrentIndex(form.matches["M01"].findData("M01"))
        assert form.missing() == ""
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        view = screen.view
        assert view is not None and opened == [view.case.case_no]
        assert (view.case.origin_no, view.case.state) == (food, State.RECEIVED)
        assert food in screen.parts.header.quiet.text()
        papers = {str(e.body["carried_code"]): e.body for e in view.of_kind("material")}
        assert papers["M01"]["code"] == "M01" and papers["M03"]["code"] == "carried.M03"


def test_the_window_puts_the_form_right_on_the_spot(
    sample: SampleCentre, allowance: str, qtbot: Any
) -> None:
    """R09: every field stands there as it is; what was there before is kept."""
    with case_screen(sample, allowance, qtbot, "wang.fang") as screen:
        card = begun(qtbot, screen, "correct_form")
        form = card.form
        assert isinstance(form, CorrectForm)
        before = form.values()
        form.parts["bank"].fill("青云农村银行")
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert screen.view is not None
        first, second = screen.view.of(Part.FORM, "form")
        assert second.body["values"] == {**before, "bank": "青云农村银行"}
        assert second.body["applicant"] == first.body["applicant"]


def test_the_window_is_offered_the_notice_only_where_it_is_delegated(
    sample: SampleCentre, food: str, allowance: str, qtbot: Any
) -> None:
    """T07 within delegated check: a way to write it, or the reason in words."""
    with desks_kit.workplace(sample, "wang.fang") as work:
        panel = CasePanel(work)
        qtbot.addWidget(panel)
        panel.show()
        views: dict[str, Any] = {}
        for number in (food, allowance):
            work.lanes.ask(lambda one=number: work.session.case_view(one),
                           then=lambda view: views.update({view.case.case_no: view}),
                           scope=panel)  # fmt: skip
            settle(qtbot, work)
        panel.show_case(views[food])
        assert not panel.notice.isVisible()
        assert "delegated" in panel.no_notice.text() and panel.no_notice.isVisible()
        panel.show_case(views[allowance])
        assert panel.notice.isVisible() and not panel.no_notice.isVisible()
        asked: list[str] = []
        work.signposts.case_wanted.connect(asked.append)
        click(qtbot, panel.notice)
        assert asked == [allowance]
    with case_screen(sample, allowance, qtbot, "wang.fang") as screen:
        card = begun(qtbot, screen, NOTICE)
        form: Any = card.form
        form.rows[0].fill({"material": "M03", "defect": "unreadable", "standard": "clear"})
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert state(screen) is State.AWAITING_CORRECTION


def test_a_hearing_from_the_right_to_the_minutes(
    sample: SampleCentre, food: str, qtbot: Any
) -> None:
    """R24, R25 on screen: told, asked for at the window, fixed, minutes by the chair."""
    with session_of(sample, "zhang.wei") as session:
        case = session.case_view(food).case
        case = carry_out(session, case, "accept", {}, [])
        told = NewEntry("hearing_notice", {"text": "rights"})
        carry_out(session, case, "tell_hearing_rights", {}, [told])
    with case_screen(sample, food, qtbot, "wang.fang") as screen:
        card = begun(qtbot, screen, "request_hearing")
        fields: Any = card.form
        fields.parts["hearing_request.text"].fill("letter of today")
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
    with case_screen(sample, food, qtbot) as screen:
        card = begun(qtbot, screen, "fix_hearing")
        fields = card.form
        hour = fields.parts["held_at"]
        assert isinstance(hour, HourField)
        at = hour.value()
        assert at > sample.clock.now() + 7 * DAY
        fields.parts["chair"].fill("liu.yang")
        fields.parts["place"].fill("room 1")
        fields.parts["hearing_notice.text"].fill("time, place, chair")
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert screen.view is not None
        task = next(t for t in screen.view.tasks if t.kind is TaskKind.HEARING)
        assert (task.state, task.login, task.data["held_at"]) == ("fixed", "liu.yang", at)
    sample.clock.set(at + 30 * MINUTE)
    with case_screen(sample, food, qtbot, "liu.yang") as screen:
        card = begun(qtbot, screen, "hold_hearing")
        fields = card.form
        fields.parts["hearing_minutes.text"].fill("what was said")
        assert card.form.missing(), "minutes are signed"
        fields.parts["hearing_minutes.signed_by"].fill("both parties")
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
    with session_of(sample, "tang.bo") as session:
        view = session.case_view(food)
    minutes = view.last(Part.OPINIONS, "hearing_minutes")
    assert minutes is not None and minutes.body["minutes_no"] == f"{view.case.short_no}-H1"
