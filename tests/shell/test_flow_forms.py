"""Steps with forms of their own on a real centre: transfer, form put right, notice, hearing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.shell import desk_kit, desks_kit
from tests.shell.desk_kit import SampleCentre
from tests.shell.desks_kit import session_of, settle
from tests.shell.test_case import case_screen, click, state
from workbench.casework.completing import carry_out
from workbench.casework.result import document_values
from workbench.rules.case import NewEntry, Part, State, TaskKind
from workbench.rules.case_flow import row_for
from workbench.rules.catalogue import CaseType
from workbench.rules.moment import DAY, MINUTE
from workbench.shell.case.form_editor import CorrectForm
from workbench.shell.case.item_change_form import ChangeItemForm
from workbench.shell.case.item_fields import for_item
from workbench.shell.case.screen import CaseScreen
from workbench.shell.case.step_card import StepCard
from workbench.shell.case.step_fields import HourField
from workbench.shell.case.step_words import fields_of
from workbench.shell.case.transfer_form import TransferForm
from workbench.shell.intake.case_panel import NOTICE, CasePanel

pytestmark = pytest.mark.long(7)

I07 = "11990101MB000222284000115902000"
I02 = "11990101MB000111174000131901002"

RECEIPT = desk_kit.NINE + MINUTE
"""After the catalogue was published, as in life: an item is in force from then on (E18)."""


@pytest.fixture(scope="module")
def taken(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A centre with a food licence and an allowance just pushed; copied for each test."""
    place = tmp_path_factory.mktemp("pushed")
    centre = desk_kit.copied(founded, place, RECEIPT)
    reports = {
        code: desks_kit.take_in(centre, place / code, (code,))[0].case_no for code in ("I04", "I12")
    }
    return centre.folder, reports


@pytest.fixture
def sample(taken: tuple[Path, dict[str, str]], tmp_path: Path) -> SampleCentre:
    return desk_kit.copied(taken[0], tmp_path, RECEIPT)


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


def test_the_window_puts_the_case_under_the_right_item(
    sample: SampleCentre, food: str, qtbot: Any
) -> None:
    """E18: items of the department alone, its papers and form asked for, then pushed anew."""
    with case_screen(sample, food, qtbot, "wang.fang") as screen:
        assert screen.view is not None
        before = screen.view.case
        card = begun(qtbot, screen, "change_item")
        form = card.form
        assert isinstance(form, ChangeItemForm)
        qtbot.waitUntil(lambda: form.item.count() > 0, timeout=5_000)
        offered = {str(form.item.itemData(n)) for n in range(form.item.count())}
        assert I02 in offered and before.item_code not in offered and I07 not in offered
        assert form.missing(), "nothing is chosen yet"
        form.item.setCurrentIndex(form.item.findData(I02))
        assert form.matches["M01"].accessibleName()
        assert form.missing(), "the item has situations"
        form.situation.setCurrentIndex(form.situation.findData("standard"))
        assert "filled in" in form.missing(), "the new item has fields of its own"
        for field in form.parts.values():
            if not field.value():
                choose_or_write(field)
        assert form.missing() == ""
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert screen.view is not None
        now = screen.view.case
        assert (now.case_no, now.received_at, now.item_code) == (food, before.received_at, I02)
        assert now.state is State.RECEIVED
        assert "change_item" in screen.view.moves and "push" in screen.view.moves
        assert set(screen.view.of(Part.FORM, "form")[-1].body["values"]) <= set(form.parts)
        assert begun(qtbot, screen, "push").form.missing(), "the check list is answered anew"


def choose_or_write(field: Any) -> None:
    """Some value of the field's own kind."""
    box = field.widget
    field.fill(str(box.itemData(0)) if hasattr(box, "itemData") else "1")


def step(sample: SampleCentre, login: str, number: str, name: str, **more: Any) -> None:
    """One step by anybody, without a screen; ``entry`` is one entry of the move."""
    entries = [NewEntry(*more.pop("entry"))] if "entry" in more else []
    with session_of(sample, login) as session:
        carry_out(session, session.case_view(number).case, name, more, entries)


def test_the_refusal_after_an_inspection_comes_with_its_standard(
    sample: SampleCentre, food: str, qtbot: Any
) -> None:
    """R28: two officers, their record, and the item's standard ready in the form of the refusal."""
    step(sample, "zhang.wei", food, "accept")
    step(sample, "zhang.wei", food, "assign_survey", surveyor="guo.tao", second_surveyor="he.xue")
    found = {"findings": "no sink", "conclusion": "fail"}
    step(sample, "guo.tao", food, "record_survey", entry=("survey_record", found))
    step(sample, "he.xue", food, "confirm_survey")
    step(sample, "zhang.wei", food, "release")
    opinion = {"conclusion": "refuse", "reasons": "no sink"}
    step(sample, "ma.chao", food, "submit_opinion", entry=("opinion", opinion))
    with case_screen(sample, food, qtbot) as screen:
        card = begun(qtbot, screen, "refuse")
        form: Any = card.form
        assert "GB 31654" in form.parts["decision.standard"].value()
        form.parts["decision.reason"].fill("no sink")
        form.parts["decision.standard"].fill("")
        assert "standard" in form.missing()
        form.parts["decision.standard"].fill("GB 31654-2021")
        click(qtbot, card.confirm)
        settle(qtbot, screen.work)
        assert screen.view is not None
        decision = screen.view.last(Part.OPINIONS, "decision")
        assert decision is not None and decision.body["standard"] == "GB 31654-2021"
        template = next(d for d in screen.view.item.documents if d.notice == "N12")
        with session_of(sample, "zhang.wei") as session:
            values = document_values(session, screen.view, "R-1")
        assert values["technical_standard"] == "GB 31654-2021"
        assert any("{technical_standard}" in block.text for block in template.blocks)


def test_a_form_keeps_to_what_its_item_allows(
    sample: SampleCentre, allowance: str, qtbot: Any
) -> None:
    """R19, R20, R28: ten days or fifteen; no standard where nothing is inspected."""
    with session_of(sample, "zhao.min") as session:
        item = session.case_view(allowance).item
    refusing, asking = (row_for("refuse", State.PENDING_DECISION),
                        row_for("request_extension", State.UNDER_REVIEW))  # fmt: skip
    assert refusing is not None and asking is not None
    assert "decision.standard" not in {one.path for one in for_item(fields_of(refusing), item)}
    joint = replace(item, case_type=CaseType.PARALLEL)
    days = [next(a.high for a in for_item(fields_of(asking), one) if a.path == "days")
            for one in (item, joint)]  # fmt: skip
    assert days == [10, 15]
