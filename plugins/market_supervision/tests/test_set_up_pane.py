"""The pane of I01: accept, review and decide in one place, one confirmation each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from market_supervision.set_up_pane import SetUpPane
from workbench.api import CaseView, Part, PartEntry, Refusal, State, read_items
from workbench.api.testing import FakeDesk, sample_view
from workbench.rules import words

I01 = next(item for item in read_items("market_supervision") if item.short_code == "I01")
GOOD = "青云区清风文具店"
TAKEN = "青云区好味来小吃店"
VALUES = {"trade_name": TAKEN, "trade_name_2": GOOD, "scope": "文具用品零售、餐饮服务",
          "residence_used": "no"}  # fmt: skip


def opened(qtbot: QtBot, view: CaseView) -> tuple[SetUpPane, FakeDesk]:
    desk = FakeDesk(view)
    pane = SetUpPane(desk)
    qtbot.addWidget(pane)
    pane.resize(520, 800)
    pane.show()
    pane.show_case(view)
    return pane, desk


def view_at(state: State, *moves: str, **values: str) -> CaseView:
    return sample_view(I01, state, {**VALUES, **values}, moves=moves)


def take(pane: SetUpPane, step: str) -> None:
    """Press the step and confirm it."""
    pane.steps.buttons[step].click()
    assert pane.steps.asking.isVisible()
    pane.steps.yes.click()


def test_accepting_takes_one_confirmation(qtbot: QtBot) -> None:
    pane, desk = opened(qtbot, view_at(State.PENDING_ACCEPTANCE, "accept", "request_correction"))
    pane.steps.buttons["accept"].click()
    assert desk.proposals == []
    assert pane.steps.question.text() == "Accept this application now?"
    pane.steps.back.click()
    assert not pane.steps.asking.isVisible()
    take(pane, "accept")
    assert [p.name for p in desk.proposals] == ["accept"]
    pane.steps.yes.click()
    assert len(desk.proposals) == 1


def test_the_alternative_name_is_chosen_and_granted(qtbot: QtBot) -> None:
    pane, desk = opened(qtbot, view_at(State.PENDING_DECISION, "grant", "refuse"))
    first, second = pane.name_box.choices
    assert (first.isChecked(), second.isChecked()) == (False, True)
    take(pane, "grant")
    decision = desk.proposals[0].entry("decision")
    assert decision["values"] == {"trade_name": GOOD}
    assert GOOD in decision["content"]


def test_the_officer_may_choose_another_name(qtbot: QtBot) -> None:
    pane, desk = opened(qtbot, view_at(State.PENDING_DECISION, "grant", "refuse"))
    pane.name_box.choices[0].click()
    pane.steps.buttons["grant"].click()
    assert TAKEN in pane.steps.question.text()
    pane.steps.yes.click()
    assert desk.proposals[0].entry("decision")["values"] == {"trade_name": TAKEN}


def test_a_question_does_not_outlive_what_it_asked(qtbot: QtBot) -> None:
    """What is confirmed is what was read: another name chosen meanwhile takes the question away."""
    pane, desk = opened(qtbot, view_at(State.PENDING_DECISION, "grant", "refuse"))
    pane.steps.buttons["grant"].click()
    pane.name_box.choices[0].click()
    assert not pane.steps.asking.isVisible()
    pane.steps.yes.click()
    assert desk.proposals == []


def test_no_name_is_granted_that_nobody_chose(qtbot: QtBot) -> None:
    view = view_at(State.PENDING_DECISION, "grant", trade_name_2="国际商行")
    pane, desk = opened(qtbot, view)
    take(pane, "grant")
    assert desk.proposals == []
    assert "Choose the name" in pane.steps.reason.text()


def test_the_opinion_needs_reasons_and_carries_the_points(qtbot: QtBot) -> None:
    pane, desk = opened(qtbot, view_at(State.UNDER_REVIEW, "submit_opinion"))
    take(pane, "submit_opinion")
    assert desk.proposals == []
    assert "reasons" in pane.steps.reason.text()
    pane.reasons.setPlainText("材料齐全,符合法定形式。")
    assert pane.unsaved()
    pane.points.findings["R06"].setCurrentText("doubt")
    take(pane, "submit_opinion")
    opinion = desk.proposals[0].entry("opinion")
    assert opinion["conclusion"] == "grant"
    assert opinion["points"]["R07"]["reason"] == "✓ No residence is used"
    assert {code: point["result"] for code, point in opinion["points"].items()} == {
        "R01": "pass", "R02": "pass", "R04": "pass", "R06": "doubt", "R07": "pass",
    }  # fmt: skip
    assert not pane.unsaved()


def test_refusing_carries_reason_basis_and_remedies(qtbot: QtBot) -> None:
    pane, desk = opened(qtbot, view_at(State.PENDING_DECISION, "grant", "refuse"))
    pane.conclusion.setCurrentText("refuse")
    assert pane.steps.buttons["grant"].isHidden()
    pane.reasons.setPlainText("所填名称均不可用。")
    take(pane, "refuse")
    body = desk.proposals[0].entry("decision")
    assert (desk.proposals[0].name, body["reason"]) == ("refuse", "所填名称均不可用。")
    assert body["basis"] == I01.legal_basis
    assert "行政复议" in body["remedies"]


def test_a_residence_without_consent_is_a_correction(qtbot: QtBot) -> None:
    view = view_at(State.PENDING_ACCEPTANCE, "accept", "request_correction", residence_used="yes")
    pane, desk = opened(qtbot, view)
    assert pane.warning.isVisible()
    pane.ask_consent.click()
    asked = desk.proposals[0]
    assert (asked.name, asked.fields["materials"]) == ("request_correction", ["M03"])
    (demand,) = asked.entry("correction_notice")["demands"]
    assert all(demand[key] for key in ("no", "material", "defect", "standard"))


def test_no_warning_without_a_residence(qtbot: QtBot) -> None:
    pane, _desk = opened(qtbot, view_at(State.PENDING_ACCEPTANCE, "accept"))
    assert pane.warning.isHidden()
    assert pane.ask_consent.isHidden()


def test_what_is_forbidden_is_said_beside_the_button(qtbot: QtBot) -> None:
    why = Refusal("not_on_duty", "You are not on duty.", "The roster shows who is.")
    view = sample_view(I01, values=VALUES, blocked={"accept": why})
    pane, desk = opened(qtbot, view)
    assert not pane.steps.buttons["accept"].isEnabled()
    assert pane.steps.reason.text() == "You are not on duty. The roster shows who is."
    assert desk.proposals == []


@pytest.mark.parametrize(
    ("state", "moves", "said"),
    [
        (State.PENDING_ACCEPTANCE, ("accept",), "Accept first; then review and decide."),
        (State.UNDER_REVIEW, ("submit_opinion",), "Accepted. Record the review, then decide."),
        (State.AWAITING_CORRECTION, (), "The applicant has still to answer"),
        (State.PENDING_SEAL, (), "The case has gone on"),
    ],
)
def test_a_grey_step_has_its_reason_in_one_line_under_it(
    qtbot: QtBot, state: State, moves: tuple[str, ...], said: str
) -> None:
    pane, _desk = opened(qtbot, view_at(state, *moves))
    line = pane.steps.reason
    assert line.isVisible() and line.text().startswith(said) and "\n" not in line.text()
    shut = [one for one in pane.steps.buttons.values() if one.isVisible() and not one.isEnabled()]
    assert shut and all(one.y() < line.y() for one in shut)
    assert all(one.accessibleDescription() and one.toolTip() for one in shut)


def test_the_reasons_stay_whole_above_the_question(qtbot: QtBot) -> None:
    pane, _desk = opened(qtbot, view_at(State.UNDER_REVIEW, "submit_opinion"))
    side = 26 * pane.fontMetrics().lineSpacing()
    pane.resize(side, side)
    pane.steps.buttons["submit_opinion"].click()
    port = pane.area.viewport()
    assert port is not None

    def whole() -> bool:
        top = pane.reasons.mapTo(port, pane.reasons.rect().topLeft()).y()
        bottom = pane.reasons.mapTo(port, pane.reasons.rect().bottomLeft()).y()
        return top >= 0 and bottom <= port.height()

    qtbot.waitUntil(whole)


def test_a_lost_race_is_told_and_the_text_is_kept(qtbot: QtBot) -> None:
    pane, desk = opened(qtbot, view_at(State.UNDER_REVIEW, "submit_opinion"))
    pane.reasons.setPlainText("齐全。")
    desk.refuse_with = Refusal("changed_meanwhile", "li.na was faster.", "Look again.")
    take(pane, "submit_opinion")
    assert pane.steps.reason.text() == "li.na was faster. Look again."
    assert pane.reasons.toPlainText() == "齐全。"
    assert pane.steps.buttons["submit_opinion"].isEnabled()


def test_a_case_that_leaves_the_eyes_of_the_officer_does_no_harm(qtbot: QtBot) -> None:
    pane, desk = opened(qtbot, view_at(State.PENDING_ACCEPTANCE, "accept"))
    take(pane, "accept")
    then = desk.proposals[0].then
    assert then is not None
    then(None)
    assert pane.name_box.taken() == GOOD


def test_the_steps_follow_the_case(qtbot: QtBot) -> None:
    """I01 in one pane: accept, review, decide, each open when its turn has come."""
    pane, _desk = opened(qtbot, view_at(State.PENDING_ACCEPTANCE, "accept"))
    for state, step in (
        (State.PENDING_ACCEPTANCE, "accept"), (State.UNDER_REVIEW, "submit_opinion"),
        (State.PENDING_DECISION, "grant"),
    ):  # fmt: skip
        pane.show_case(view_at(state, step))
        opened_steps = [name for name, button in pane.steps.buttons.items() if button.isEnabled()]
        assert opened_steps == [step]


def test_a_review_point_leads_to_its_page(qtbot: QtBot) -> None:
    pane, desk = opened(qtbot, view_at(State.UNDER_REVIEW, "submit_opinion"))
    links = [b for b in pane.points.findChildren(QPushButton) if b.text() == "Page"]
    links[0].click()
    (shown,) = desk.pages
    assert (shown[0].body["code"], shown[1]) == ("M02", 1)


def test_a_finding_of_the_officer_is_not_overwritten(qtbot: QtBot) -> None:
    view = view_at(State.UNDER_REVIEW, "submit_opinion")
    pane, _desk = opened(qtbot, view)
    pane.points.findings["R04"].setCurrentText("fail")
    pane.show_case(view)
    assert pane.points.results()["R04"]["result"] == "fail"


def test_marks_come_from_the_checklist_and_go_to_it(qtbot: QtBot) -> None:
    pane, _desk = opened(qtbot, view_at(State.UNDER_REVIEW, "submit_opinion"))
    told: list[dict[str, dict[str, str]]] = []
    pane.marked.connect(lambda: told.append(pane.review_results()))
    pane.mark_point("R06", "fail", "another hand")
    assert told[-1]["R06"] == {"result": "fail", "reason": "another hand"}
    assert pane.points.findings["R06"].currentText() == "fail"
    assert pane.points.reasons["R06"].isVisible() and not pane.points.reasons["R06"].hasFocus()
    pane.points.reasons["R06"].setText("somebody else signed")
    assert told[-1]["R06"]["reason"] == "somebody else signed"
    assert told[-1]["R07"] == {"result": "pass", "reason": ""}, "the machine's word is not copied"
    pane.mark_point("R07", "")
    pane.show_case(view_at(State.UNDER_REVIEW, "submit_opinion"))
    assert "R07" not in pane.review_results(), "taken back; the machine does not suggest it again"
    assert pane.points.results()["R06"]["reason"] == "somebody else signed"


def test_points_are_marked_while_the_opinion_is_open_and_shown_as_recorded(qtbot: QtBot) -> None:
    pane, _desk = opened(qtbot, view_at(State.PENDING_ACCEPTANCE, "accept"))
    assert pane.review_results() == {}
    assert not any(box.isEnabled() for box in pane.points.findings.values())
    decided = view_at(State.PENDING_DECISION, "grant")
    points = {"R06": {"result": "doubt", "reason": "blurred"}, "R01": {"result": "fail"}}
    opinion = PartEntry(9, 1, Part.OPINIONS, "opinion", "li.na", 1, {"points": points}, "")
    recorded = replace(decided, entries={**decided.entries, Part.OPINIONS: (opinion,)})
    pane.show_case(recorded)
    assert pane.review_results() == {
        "R06": {"result": "doubt", "reason": "blurred"}, "R01": {"result": "fail", "reason": ""},
    }  # fmt: skip


def test_it_speaks_chinese_throughout(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_code", "zh_CN")
    pane, _desk = opened(qtbot, view_at(State.PENDING_ACCEPTANCE, "accept", residence_used="yes"))
    texts = [button.text() for button in pane.findChildren(QPushButton)]
    latin = [t for t in texts if not any("\u4e00" <= char <= "\u9fff" for char in t)]
    assert latin == []
    assert "住宅" in pane.warning.text()
