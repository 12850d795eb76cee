"""The transition table (domain 3.3), separation (3.6), powers (3.8), the interpreter: by row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.cases import (
    CHANGE,
    DEP,
    MORNING,
    NOON,
    OTHER,
    a_case,
    a_clock,
    a_dossier,
    a_roster,
    a_task,
    an_item,
    promised_item,
    steps,
    without,
)
from workbench.rules.case import PUBLIC_STAGE, Move, NewEntry, State, TaskKind, public_stage
from workbench.rules.case_flow import MOVES, TRANSITIONS, row_for
from workbench.rules.catalogue import (
    Block,
    DecisionPath,
    DocumentTemplate,
    ItemState,
    SealPlacement,
)
from workbench.rules.dossier import Dossier, Pressed
from workbench.rules.flow_words import ACTORS, ENTRY_PARTS, SYSTEM
from workbench.rules.judge import check_version, judge, possible_moves, why_not
from workbench.rules.people import Authorisation, Power
from workbench.rules.refusal_texts import TEXTS
from workbench.rules.refusal_words import MOVES as MOVE_WORDS
from workbench.rules.refusal_words import STATES as STATE_WORDS
from workbench.rules.refusals import Refusal
from workbench.rules.separation import MATRIX, Duty, Rule, rule_between

S = State


def refused(dossier: Dossier, who: str, move: Move, at: int = NOON) -> str:
    with pytest.raises(Refusal) as told:
        judge(dossier, who, move, at)
    assert told.value.message and told.value.remedy
    return told.value.code


def entry(kind: str, **body: object) -> NewEntry:
    return NewEntry(kind, body)


ACCEPT = Move("accept", entries=(entry("acceptance_notice", item="x"),))
GRANT = Move("grant", {"decision_no": "1"}, (entry("decision", content="x"),))
REFUSE = Move("refuse", {"decision_no": "1"},
              (entry("decision", reason="r", basis="b", remedies="m"),))  # fmt: skip


def test_the_table_reaches_every_state_and_no_other() -> None:
    reached = {row.to for row in TRANSITIONS if row.to} | {S.DRAFT}
    assert reached == set(S)
    left = {one for row in TRANSITIONS if row.to for one in row.from_states}
    assert set(S) - left == {S.ARCHIVED, S.QUARANTINED}, "T31 returns to the state before"


def test_every_word_of_the_table_has_its_text() -> None:
    codes = {guard.code for row in TRANSITIONS for guard in row.guards}
    assert not codes - set(TEXTS)
    assert set(MOVE_WORDS) == MOVES
    assert {one.value for one in S} == set(STATE_WORDS)
    assert {kind for row in TRANSITIONS for kind in row.entries} <= set(ENTRY_PARTS)
    assert {letter for row in TRANSITIONS for letter in row.actors} <= set(ACTORS)


def test_the_public_stage_is_total() -> None:
    """S083: five stages, every state mapped."""
    assert set(PUBLIC_STAGE) == set(S)
    assert public_stage(a_case(S.UNDER_REVIEW), survey_open=True, review_begun=True) == "survey"
    assert public_stage(a_case(S.UNDER_REVIEW), survey_open=False, review_begun=False) == "accepted"
    assert public_stage(a_case(S.UNDER_REVIEW), survey_open=False, review_begun=True) == "review"
    frozen = a_case(S.QUARANTINED, state_before=S.GRANTED)
    assert public_stage(frozen, survey_open=False, review_begun=True) == "done"


@pytest.mark.parametrize("state", [one for one in S if one is not S.PENDING_ACCEPTANCE])
def test_t04_only_out_of_pending_acceptance(state: State) -> None:
    assert refused(a_dossier(a_case(state)), "zhang", ACCEPT) in ("wrong_state", "not_visible")
    assert judge(a_dossier(), "zhang", ACCEPT, NOON).to is S.UNDER_REVIEW


def test_t04_needs_materials_or_the_promise_of_r71() -> None:
    minor = a_dossier(material_codes=frozenset({"form"}))
    assert refused(minor, "zhang", ACCEPT) == "promise_missing"
    promised = Move("accept", entries=(*ACCEPT.entries, entry("promise", text="later")))
    assert judge(minor, "zhang", promised, NOON)
    none = a_dossier(material_codes=frozenset())
    assert refused(none, "zhang", promised) == "materials_incomplete"


def test_the_other_representative_and_strangers_are_told_why() -> None:
    """S015: the other one's call is refused by the service, not only hidden."""
    assert refused(a_dossier(), "li", ACCEPT) == "not_visible"
    handled = a_dossier(steps=steps(("claim", "li")))
    assert refused(handled, "li", ACCEPT) == "not_on_duty"
    assert refused(a_dossier(), "wang", ACCEPT) == "not_your_role"
    assert refused(a_dossier(recused=frozenset({"zhang"})), "zhang", ACCEPT) == "recused"


def test_s016_a_decision_needs_the_power() -> None:
    letter = Authorisation("zhang", DEP, None, frozenset({Power.ACCEPT}), "n", MORNING - 1)
    dossier = a_dossier(
        a_case(S.PENDING_DECISION), roster=without(a_roster(), authorisations=[letter])
    )
    assert refused(dossier, "zhang", GRANT) == "no_power"


def test_t07_r10_second_notice_is_blocked_and_t08b_may_add_nothing() -> None:
    demand = {"no": 1, "material": "place", "defect": "unreadable", "standard": "rescan"}
    fields = {"demands": [1], "unmet": [1], "materials": ["place"]}
    notice = Move("request_correction", fields, (entry("correction_notice", demands=[demand]),))
    assert judge(a_dossier(), "zhang", notice, NOON).to is S.AWAITING_CORRECTION
    vague = Move("request_correction", fields,
                 (entry("correction_notice", demands=[{**demand, "standard": " "}]),))  # fmt: skip
    assert refused(a_dossier(), "zhang", vague) == "demand_incomplete"
    shared = Move("request_correction", {**fields, "materials": ["tax"]}, notice.entries)
    assert refused(a_dossier(), "zhang", shared) == "demand_foreign", "S037"
    before = a_task(TaskKind.CORRECTION, "answered", data={"demands": [1, 2], "unmet": []})
    again = a_dossier(tasks=(before,))
    assert refused(again, "zhang", notice) == "second_notice"
    back = Move("return_correction", {"unmet": [2]}, (entry("correction_note", text="x"),))
    assert judge(again, "zhang", back, NOON).to is S.AWAITING_CORRECTION
    new = Move("return_correction", {"unmet": [3]}, (entry("correction_note", text="x"),))
    assert refused(again, "zhang", new) == "demand_new"


def test_t07_the_window_tells_what_the_department_delegated_to_it() -> None:
    """W within delegated check: only the named materials, only once, and never half a notice."""
    demand = {"no": 1, "material": "place", "defect": "unreadable", "standard": "rescan"}
    fields = {"demands": [1], "unmet": [1], "materials": ["place"]}
    told = (entry("correction_notice", demands=[demand]),)
    notice = Move("request_correction_at_window", fields, told)
    assert refused(a_dossier(), "wang", notice) == "check_not_delegated"
    blocked = why_not(a_dossier(), "wang", notice.name, NOON)
    assert blocked is not None and "delegated" in blocked.message
    ours = a_dossier(item=an_item(delegated_check=("place",)), steps=steps(("push", "wang")))
    assert judge(ours, "wang", notice, NOON).to is S.AWAITING_CORRECTION, "3.6: register and check"
    assert notice.name in possible_moves(ours, "wang", NOON)
    assert refused(ours, "zhang", notice) == "not_your_role", "D has a notice of his own"
    form = Move(notice.name, {**fields, "materials": ["place", "form"]}, told)
    assert refused(ours, "wang", form) == "demand_not_delegated"
    lacking = replace(ours, material_codes=frozenset({"place"}))
    assert refused(lacking, "wang", notice) == "gap_not_delegated", "R10: told once, told whole"
    before = a_task(TaskKind.CORRECTION, "answered", data={"demands": [1], "unmet": []})
    assert refused(replace(ours, tasks=(before,)), "wang", notice) == "second_notice"


def test_r09_the_window_puts_the_form_right_before_acceptance() -> None:
    move = Move("correct_form", entries=(entry("form", values={"trade_name": "x"}),))
    assert judge(a_dossier(), "wang", move, NOON).to is None
    assert refused(a_dossier(), "wang", Move("correct_form", entries=(entry("form"),))) == (
        "form_empty"
    )
    assert refused(a_dossier(a_case(S.UNDER_REVIEW)), "wang", move) == "wrong_state"


def test_t11_the_receiving_side_names_the_item_it_goes_on_under() -> None:
    open_one = a_task(TaskKind.TRANSFER, department=OTHER, data={"agreed_by": "applicant"})
    dossier = a_dossier(tasks=(open_one,))
    assert refused(dossier, "chen", Move("confirm_transfer")) == "item_missing"
    named = Move("confirm_transfer", {"item_code": "x"})
    assert judge(dossier, "chen", named, NOON).to is S.TRANSFERRED_OUT
    assert refused(dossier, "zhang", named) == "not_your_role"
    after = replace(dossier, case=a_case(S.UNDER_REVIEW))
    assert refused(after, "chen", named) in ("wrong_state", "not_visible"), "E19"


def test_t08_the_answer_waits_for_every_demand() -> None:
    waiting = a_task(TaskKind.CORRECTION, data={"demands": [1], "unmet": [1]})
    case = a_case(S.AWAITING_CORRECTION)
    assert refused(a_dossier(case, tasks=(waiting,)), "wang", Move("answer_correction")) == (
        "demands_open"
    )
    met = replace(waiting, data={"demands": [1], "unmet": []})
    answered = judge(a_dossier(case, tasks=(met,)), "wang", Move("answer_correction"), NOON)
    assert answered.to is S.PENDING_ACCEPTANCE


def test_t09_not_before_the_applicants_time_is_over() -> None:
    case = a_case(S.AWAITING_CORRECTION)
    move = Move("return_application", entries=(entry("return_notice", text="x"),))
    early = a_dossier(case, clocks=(a_clock("applicant_correction", NOON + 1),))
    assert refused(early, "wang", move) == "applicant_has_time"
    late = a_dossier(case, clocks=(a_clock("applicant_correction", NOON),))
    assert judge(late, "wang", move, NOON).to is S.RETURNED


def test_t09_t28_the_papers_go_back_against_a_signed_list() -> None:
    move = Move("hand_back", entries=(entry("return_notice", papers="form, plan"),))
    for state in (S.RETURNED, S.WITHDRAWN):
        assert refused(a_dossier(a_case(state)), "wang", move) == "list_unsigned"
        signed = Move("hand_back", entries=(entry("return_notice", papers="p", signed_by="s"),))
        assert judge(a_dossier(a_case(state)), "wang", signed, NOON).to is None
        done = a_dossier(a_case(state), entries=frozenset({"notices:return_notice"}))
        assert refused(done, "wang", signed) == "handed_back"


def test_t05_the_window_serves_the_notice_that_time_has_made_due() -> None:
    serve = Move("serve_acceptance_notice", entries=(entry("acceptance_notice", item="x"),))
    deemed = a_dossier(a_case(S.UNDER_REVIEW, acceptance_kind="deemed"))
    assert judge(deemed, "wang", serve, NOON).to is None
    express = replace(deemed, entries=deemed.entries | {"notices:acceptance_notice"})
    assert refused(express, "wang", serve) == "notice_served"


def test_t29_ending_a_case_is_proposed_with_the_power_to_decide() -> None:
    """3.8: `decide` covers T29."""
    letter = Authorisation("zhang", DEP, None, frozenset({Power.ACCEPT}), "n", MORNING - 1)
    weak = a_dossier(roster=without(a_roster(), authorisations=[letter]))
    end = Move("propose_termination", {"reason": "entity_ended"})
    assert refused(weak, "zhang", end) == "no_power"
    assert judge(a_dossier(), "zhang", end, NOON).to is None


def test_t10_names_the_right_organ_and_the_remedies() -> None:
    notice = entry("refusal_notice", reason="r", remedies="m")
    foreign = Move("refuse_acceptance", {"reason": "not_competent"}, (notice,))
    assert refused(a_dossier(), "zhang", foreign) == "organ_missing"
    bare = Move("refuse_acceptance", {"reason": "not_required"}, (entry("refusal_notice"),))
    assert refused(a_dossier(), "zhang", bare) == "remedies_missing"
    fields = {"reason": "not_competent", "competent_organ": "x"}
    whole = Move("refuse_acceptance", fields, (notice,))
    assert judge(a_dossier(), "zhang", whole, NOON).to is S.NOT_ACCEPTED


def test_t16_promised_cases_need_another_persons_review() -> None:
    """S070, 3.6: an immediate single-officer case may be reviewed by its acceptor, others not."""
    opinion = Move("submit_opinion", entries=(entry("opinion", conclusion="grant", reasons="r"),))
    accepted = steps(("accept", "zhang"))
    quick = a_dossier(a_case(S.UNDER_REVIEW), steps=accepted)
    assert judge(quick, "zhang", opinion, NOON).to is S.PENDING_DECISION
    slow = replace(quick, item=promised_item())
    assert refused(slow, "zhang", opinion) == "separation"
    assert refused(replace(slow, steps=()), "zhang", opinion) == "review_by_reviewer"
    assert judge(slow, "ma", opinion, NOON).to is S.PENDING_DECISION
    empty = Move("submit_opinion", entries=(entry("opinion", conclusion="grant", reasons=" "),))
    assert refused(slow, "ma", empty) == "reason_missing", "a name alone is no opinion"


def test_t16_waits_for_the_confirmed_survey_of_two() -> None:
    """R13: two different surveyors; the second confirms what the first recorded."""
    item = promised_item(survey_required=True)
    case = a_case(S.UNDER_REVIEW)
    opinion = Move("submit_opinion", entries=(entry("opinion", conclusion="grant", reasons="r"),))
    assert refused(a_dossier(case, item=item), "ma", opinion) == "survey_missing"
    alone = Move("assign_survey", {"surveyor": "guo", "second_surveyor": "guo"})
    assert refused(a_dossier(case, item=item), "zhang", alone) == "two_surveyors"
    recorded = a_task(TaskKind.SURVEY, "recorded", login="guo", second_login="he")
    waiting = a_dossier(case, item=item, tasks=(recorded,), steps=steps(("record_survey", "guo")))
    assert refused(waiting, "guo", Move("confirm_survey")) == "second_surveyor_signs"
    assert judge(waiting, "he", Move("confirm_survey"), NOON)
    done = replace(waiting, tasks=(replace(recorded, state="confirmed", closed_at=NOON),))
    assert judge(done, "ma", opinion, NOON)


def test_t17_t18_who_reviewed_does_not_decide_a_promised_case() -> None:
    reviewed = steps(("accept", "li"), ("submit_opinion", "zhang"))
    dossier = a_dossier(a_case(S.PENDING_DECISION), item=promised_item(), steps=reviewed)
    assert refused(dossier, "zhang", GRANT) == "separation"
    assert judge(dossier, "li", GRANT, CHANGE), "4.6: B decides on A's review"
    own = a_dossier(a_case(S.PENDING_DECISION), item=promised_item(),
                    steps=steps(("accept", "zhang"), ("submit_opinion", "ma")))  # fmt: skip
    assert judge(own, "zhang", GRANT, NOON), "accept and decide: allowed once another reviewed"


@pytest.mark.parametrize(
    ("missing", "code"),
    [("reason", "reason_missing"), ("basis", "basis_missing"), ("remedies", "remedies_missing")],
)
def test_t18_r16_a_refusal_states_reason_basis_and_remedies(missing: str, code: str) -> None:
    body = {"reason": "r", "basis": "b", "remedies": "m", missing: ""}
    move = Move("refuse", {"decision_no": "1"}, (NewEntry("decision", body),))
    assert refused(a_dossier(a_case(S.PENDING_DECISION)), "zhang", move) == code
    assert judge(a_dossier(a_case(S.PENDING_DECISION)), "zhang", REFUSE, NOON).to is S.REFUSED


def test_t20_a_major_matter_goes_through_the_meeting() -> None:
    item = an_item(decision_path=DecisionPath.MAJOR)
    dossier = a_dossier(a_case(S.PENDING_DECISION), item=item)
    assert refused(dossier, "zhang", GRANT) == "major_matter"
    assert judge(dossier, "zhang", Move("call_meeting"), NOON).to is S.COLLECTIVE_REVIEW


def carrying(code: str, seal_kind: str) -> DocumentTemplate:
    """A document that carries that kind of seal."""
    return DocumentTemplate(
        code, "licence", "N13", "证", "Licence", seal_kind, 210.0, 297.0,
        (Block("signature"),), SealPlacement(),
    )  # fmt: skip


DOCUMENTS = (
    carrying("licence", "approval_special"), carrying("title", "real_estate_registration_special"),
    carrying("revocation", "organ_official"),
)  # fmt: skip


def asking(template: str, seal_kind: str, **changes: object) -> Move:
    """A stamping request (T22)."""
    fields = {"document_id": "d", "document_no": "n", "sha256": "h", "proof_shown": "yes"}
    return Move("request_seal", {**fields, "seal_kind": seal_kind, **changes},
                (entry("document", sha256="h", template=template),))  # fmt: skip


@pytest.mark.parametrize("template", [one.code for one in DOCUMENTS])
@pytest.mark.parametrize("kind", [one.seal_kind for one in DOCUMENTS])
def test_t22_each_document_carries_the_kind_of_seal_that_it_names(
    template: str, kind: str
) -> None:
    """Domain 2.4 (a): a title certificate carries the registration seal, a revocation (N19, R51)
    the organ's own; the special seal is refused there, and theirs on a licence."""
    dossier = a_dossier(a_case(S.PREPARING_RESULT), item=an_item(documents=DOCUMENTS))
    right = next(one.seal_kind for one in DOCUMENTS if one.code == template)
    if kind == right:
        assert judge(dossier, "zhang", asking(template, kind), NOON).to is S.PENDING_SEAL
    else:
        assert refused(dossier, "zhang", asking(template, kind)) == "seal_kind_wrong"


def test_t22_asks_for_a_known_document_that_was_looked_at() -> None:
    dossier = a_dossier(a_case(S.PREPARING_RESULT), item=an_item(documents=DOCUMENTS))
    right = asking("licence", "approval_special")
    unseen = replace(right, fields={**right.fields, "proof_shown": ""})
    assert refused(dossier, "zhang", unseen) == "proof_not_shown"
    assert refused(dossier, "zhang", asking("made_up", "approval_special")) == "seal_kind_wrong"
    assert refused(dossier, "zhang", asking("made_up", "")) == "seal_kind_wrong"
    bare = replace(right, entries=(entry("document", sha256="h"),))
    assert refused(dossier, "zhang", bare) == "seal_kind_wrong"


def test_t22_what_is_sealed_on_paper_only_says_how_many_copies() -> None:
    """R44: 1 to 9 originals, at most 20 duplicates; where a key seals nobody needs to say."""
    licence = ("licence", "approval_special")
    keyed = a_dossier(a_case(S.PREPARING_RESULT), item=an_item(documents=DOCUMENTS))
    paper = replace(keyed, item=an_item(documents=DOCUMENTS, wet_seal_only=True))
    assert judge(keyed, "zhang", asking(*licence), NOON)
    assert refused(paper, "zhang", asking(*licence)) == "copies_wrong"
    assert judge(paper, "zhang", asking(*licence, originals=2, duplicates=3), NOON)
    assert judge(paper, "zhang", asking(*licence, originals=1), NOON)
    for dossier in (keyed, paper):
        for wrong in (
            {"originals": 0}, {"originals": 10}, {"originals": "2"},
            {"originals": 1, "duplicates": 21}, {"originals": 1, "duplicates": -1},
        ):  # fmt: skip
            assert refused(dossier, "zhang", asking(*licence, **wrong)) == "copies_wrong", wrong


def test_t23_nobody_stamps_past_the_ledger_and_no_decider_stamps() -> None:
    """S167: no result reaches pending_issue without a released ledger line and a decision; a press
    that is signed only is not enough, because its verb alone releases it."""
    request = a_task(TaskKind.SEAL_REQUEST)
    dossier = a_dossier(a_case(S.PENDING_SEAL), tasks=(request,))
    stamp = Move("stamp", {"document_id": "d"}, (entry("sealed_document", sha256="h"),))
    assert refused(dossier, "lin", stamp) == "not_in_ledger"
    assert refused(replace(dossier, ledger=Pressed(signed=True)), "lin", stamp) == "not_in_ledger"
    released = replace(dossier, ledger=Pressed(signed=True, released=True))
    assert judge(released, "lin", stamp, NOON).to is S.PENDING_ISSUE
    assert refused(released, "gao", stamp) == "not_visible", "V16b: no custody"
    decided = replace(released, steps=steps(("grant", "lin")))
    assert refused(decided, "lin", stamp) == "separation"


def test_t24_is_refused_while_a_press_or_a_copy_is_on_its_way() -> None:
    dossier = a_dossier(a_case(S.PENDING_SEAL), tasks=(a_task(TaskKind.SEAL_REQUEST),))
    back = Move("return_stamping", {"reason": "layout"})
    assert judge(dossier, "lin", back, NOON).to is S.PREPARING_RESULT
    for pressed, code in ((Pressed(signed=True), "stamping_under_way"),
                          (Pressed(copies_out=True), "copies_out")):  # fmt: skip
        assert refused(replace(dossier, ledger=pressed), "lin", back) == code


def test_t25_t26_hand_over_and_closing() -> None:
    bare = entry("delivery", receiver="r", manner="direct")
    issued = Move("issue", {"manner": "direct"}, (bare,))
    pending = a_dossier(a_case(S.PENDING_ISSUE))
    assert refused(pending, "xu", issued) == "receipt_incomplete"
    whole = Move("issue", {"manner": "direct"},
                 (entry("delivery", receiver="r", manner="direct", identity="x"),))  # fmt: skip
    assert judge(pending, "xu", whole, NOON).to is S.ISSUED
    mailed = Move("issue", {"manner": "post"},
                  (entry("delivery", receiver="r", manner="post", tracking_no="7"),))  # fmt: skip
    assert judge(pending, "xu", mailed, NOON), "S044"
    delivered = a_task(TaskKind.DELIVERY, "delivered")
    here = a_dossier(a_case(S.ISSUED), tasks=(delivered,))
    assert refused(here, "xu", Move("close")) == "not_acknowledged", "S170"
    known = replace(here, entries=here.entries | {"delivery:acknowledgement"})
    assert judge(known, "xu", Move("close"), NOON).to is S.CLOSED


def test_r24_r25_a_hearing_is_told_asked_for_fixed_and_held() -> None:
    """Five days to ask, seven days of notice, a chair who is not the reviewer, signed minutes."""
    case, day = a_case(S.UNDER_REVIEW, reviewer="ma"), 24 * 60 * 60 * 1_000_000
    told = Move("tell_hearing_rights", entries=(entry("hearing_notice", text="n"),))
    assert judge(a_dossier(case), "zhang", told, NOON).to is None
    waiting = a_task(TaskKind.HEARING, "told")
    asked = Move("request_hearing", entries=(entry("hearing_request", text="letter"),))
    late = a_clock("hearing_request", NOON)
    assert refused(a_dossier(case), "wang", asked) == "hearing_not_told"
    assert refused(a_dossier(case, tasks=(waiting,), clocks=(late,)), "wang", asked) == (
        "hearing_late"
    )
    assert judge(a_dossier(case, tasks=(waiting,)), "wang", asked, NOON)
    opinion = Move("submit_opinion", entries=(entry("opinion", conclusion="grant", reasons="r"),))
    under_way = a_dossier(case, tasks=(waiting,), item=promised_item())
    assert refused(under_way, "ma", opinion) == "hearing_open"

    def fixed(chair: str, at: int) -> Move:
        return Move("fix_hearing", {"chair": chair, "held_at": at, "place": "room 1"},
                    (entry("hearing_notice", text="n"),))  # fmt: skip

    requested = a_dossier(case, tasks=(replace(waiting, state="requested"),))
    assert refused(requested, "zhang", fixed("ma", NOON + 8 * day)) == "chair_reviews"
    assert refused(requested, "zhang", fixed("li", NOON + 7 * day - 1)) == "hearing_too_soon"
    assert judge(requested, "zhang", fixed("li", NOON + 7 * day), NOON)


def test_r25_minutes_are_the_chairs_and_the_decision_names_them() -> None:
    case = a_case(S.UNDER_REVIEW)
    chair = a_task(TaskKind.HEARING, "fixed", login="chen",
                   data={"chair": "chen", "held_at": NOON})  # fmt: skip
    minutes = Move("hold_hearing", {"minutes_no": "H1"},
                   (entry("hearing_minutes", text="t", signed_by="all"),))  # fmt: skip
    ours = a_dossier(case, tasks=(chair,))
    assert refused(ours, "zhang", minutes) == "not_your_role"
    with pytest.raises(Refusal) as early:
        judge(ours, "chen", minutes, NOON - 1)
    assert early.value.code == "hearing_not_yet"
    unsigned = Move("hold_hearing", {"minutes_no": "H1"}, (entry("hearing_minutes", text="t"),))
    assert refused(ours, "chen", unsigned) == "minutes_unsigned"
    assert judge(ours, "chen", minutes, NOON).to is None
    assign = Move("assign_reviewer", {"reviewer": "chen"})
    assert refused(ours, "zhang", assign) == "chair_reviews"
    held = replace(chair, state="held", closed_at=NOON, data={"minutes_no": "H1"})
    decided = a_dossier(a_case(S.PENDING_DECISION), tasks=(held,))
    assert refused(decided, "zhang", GRANT) == "hearing_minutes_missing"
    wrong = replace(GRANT, fields={"decision_no": "1", "hearing_minutes": "H2"})
    assert refused(decided, "zhang", wrong) == "hearing_minutes_missing"
    silent = replace(GRANT, fields={"decision_no": "1", "hearing_minutes": "H1"})
    assert refused(decided, "zhang", silent) == "hearing_minutes_missing", "in the decision too"
    said = (entry("decision", content="x", hearing_minutes="H1"),)
    named = replace(silent, entries=said)
    assert judge(decided, "zhang", named, NOON).to is S.GRANTED
    later = a_task(TaskKind.HEARING, "waived", closed_at=NOON)
    again = replace(decided, tasks=(held, later))
    assert refused(again, "zhang", GRANT) == "hearing_minutes_missing", "a later one hides nothing"
    assert judge(again, "zhang", named, NOON).to is S.GRANTED
    open_one = a_dossier(a_case(S.PENDING_DECISION), tasks=(chair,))
    assert refused(open_one, "zhang", REFUSE) == "hearing_open"


def test_t14_the_clocks_stop_for_a_hearing_only_where_there_is_one() -> None:
    fields = {"kind": "hearing", "planned_end": NOON + 1}
    stop = Move("suspend", fields, (entry("procedure_notice", text="n"),))
    case = a_case(S.UNDER_REVIEW)
    assert refused(a_dossier(case), "zhang", stop) == "no_hearing_asked"
    asked = a_dossier(case, tasks=(a_task(TaskKind.HEARING, "ordered"),))
    assert judge(asked, "zhang", stop, NOON).to is S.SUSPENDED


def test_t30_extension_once_in_time_and_at_most_ten_days() -> None:
    """R19."""
    case = a_case(S.UNDER_REVIEW)

    def asked(days: int) -> Move:
        return Move("request_extension", {"days": days}, (entry("reason", text="r"),))

    assert judge(a_dossier(case), "zhang", asked(10), NOON)
    assert refused(a_dossier(case), "zhang", asked(11)) == "extension_days"
    before = a_dossier(case, tasks=(a_task(TaskKind.EXTENSION, "declined"),))
    assert refused(before, "zhang", asked(3)) == "extension_once"
    late = a_dossier(case, clocks=(a_clock("statutory", NOON),))
    assert refused(late, "zhang", asked(3)) == "extension_late"


def test_t32_a_claim_is_exclusive_until_fifteen_minutes_after_the_shift() -> None:
    """E04, E06: a claim lapses with its holder's duty."""
    held = a_dossier(a_case(holder="zhang"))
    assert refused(held, "li", ACCEPT, CHANGE) == "held_by_other"
    assert refused(held, "li", ACCEPT, CHANGE + 15 * 60 * 1_000_000 - 1) == "held_by_other"
    assert judge(held, "li", ACCEPT, CHANGE + 15 * 60 * 1_000_000)


def test_registration_of_an_abolished_item_is_refused() -> None:
    """S177, I09."""
    item = an_item(state=ItemState.ABOLISHED)
    dossier = replace(a_dossier(), case=None, item=item)
    assert refused(dossier, "wang", Move("register")) == "item_abolished"
    assert judge(replace(dossier, item=an_item()), "wang", Move("register"), NOON).to is S.DRAFT


def test_the_loser_of_a_race_learns_who_was_faster() -> None:
    """E07."""
    with pytest.raises(Refusal) as told:
        check_version(a_case(version=4), Move("accept", expected_version=3), "li", "accept", NOON)
    assert told.value.code == "changed_meanwhile"
    assert "li" in told.value.message and "12:00:00" in told.value.message


def test_a_move_carries_nothing_that_its_row_does_not_name() -> None:
    assert refused(a_dossier(), "zhang", Move("accept", {"name": "x"})) == "unknown_field"
    assert refused(a_dossier(), "zhang", Move("accept", entries=(entry("decision"),))) == (
        "unknown_entry"
    )
    assert refused(a_dossier(), "zhang", Move("fly")) == "unknown_move"


def test_the_desk_offers_what_is_possible_and_says_why_the_rest_is_not() -> None:
    offered = possible_moves(a_dossier(), "zhang", NOON)
    assert "accept" in offered and "refuse_acceptance" in offered and "claim" in offered
    assert "grant" not in offered
    assert possible_moves(a_dossier(), "li", NOON) == ()
    held = a_dossier(a_case(holder="li", reviewer="li"))
    told = why_not(held, "zhang", "accept", NOON)
    assert told is not None and told.code == "held_by_other" and "li" in told.message


def test_the_matrix_is_the_services_and_is_symmetric() -> None:
    """3.6, S168: nobody who keeps the seal did anything else on the case; ○ only where printed."""
    for other in Duty:
        if other is not Duty.STAMP:
            assert rule_between(Duty.STAMP, other) is Rule.NEVER
            assert rule_between(other, Duty.STAMP) is Rule.NEVER
    allowed = {pair for pair, rule in MATRIX.items() if rule is Rule.ALLOWED}
    assert allowed == {(Duty.REGISTER, Duty.ISSUE), (Duty.REVIEW, Duty.SURVEY)}
    assert len(MATRIX) == 28, "every pair of the eight duties is said"


def test_only_the_system_deems() -> None:
    assert judge(a_dossier(), SYSTEM, Move("deem_accepted", {"responsible": "zhang"}), NOON)
    assert refused(a_dossier(), "zhang", Move("deem_accepted")) == "not_your_role"
    assert row_for("deem_accepted", S.PENDING_ACCEPTANCE) is not None
