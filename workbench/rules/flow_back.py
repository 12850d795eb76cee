"""The flow of the back office, from review to decision, and the extension (T12-T20, T30)."""

from __future__ import annotations

from typing import Final

from workbench.rules.case import AFTER_ACCEPTANCE, TaskKind
from workbench.rules.case import State as S
from workbench.rules.conditions import (
    Ahead,
    Between,
    Differ,
    Fact,
    Given,
    NoLater,
    Not,
    OneOf,
    Within,
    either,
    every,
)
from workbench.rules.effects import (
    AdvanceTask,
    ExtendClock,
    OpenTask,
    PauseClocks,
    Put,
    ResumeClocks,
    StartClock,
    StopClock,
    Supervise,
)
from workbench.rules.facts_assent import DISAGREED
from workbench.rules.flow_words import (
    BY_THE_MINUTES,
    BY_THE_STANDARD,
    NO_HEARING_LEFT,
    NO_OPINION_LEFT,
    NO_SURVEY_LEFT,
    Guard,
    Transition,
)
from workbench.rules.people import Power, Role
from workbench.rules.separation import Duty
from workbench.rules.suspension import SUSPENSION_KINDS

DECIDED: Final = (
    Put("decided_at", "effective_at"), Put("decided_by", "actor"),
    StopClock("statutory"), StartClock("delivery"),
)  # fmt: skip
WITH_REASON: Final = every(OneOf("co_opinion.conclusion", ("disagree",)),
                           Given("co_opinion.reason"))  # fmt: skip
"""E11: a disagreement without a reason counts as agreement."""
_GRANT_GUARDS: Final = (
    Guard("decision_incomplete", Given("decision.content")),
    Guard("disagreement_unanswered",
          either(Not(Fact("department_disagrees")), Given("decision.despite"))),
    NO_OPINION_LEFT, NO_HEARING_LEFT, BY_THE_MINUTES,
)
_REFUSE_GUARDS: Final = (
    Guard("reason_missing", Given("decision.reason")),
    Guard("basis_missing", Given("decision.basis")),
    Guard("remedies_missing", Given("decision.remedies")),
    BY_THE_STANDARD, NO_HEARING_LEFT, BY_THE_MINUTES,
)

JOINT: Final = Fact("item", "parallel")
EXTENSION_DAYS: Final = 10
EXTENSION_DAYS_JOINT: Final = 15
"""The longest extension in working days (R19), and of a matter of several departments (R20)."""
_APPROVER: Final = (
    Guard("government_head_approves", either(Not(JOINT), Fact("role", Role.GOVERNMENT_HEAD))),
    Guard("organ_head_approves", either(JOINT, Fact("role", Role.ORGAN_HEAD))),
)
"""R19: the head of the organ; R20: of a matter of several departments the head of government."""

_FREE_ON_DUTY: Final = Guard("held_by_other", either(Not(Fact("on_duty")),
                                                     Fact("claim_free_or_own")))  # fmt: skip
"""Two representatives wait for one another; the head of the organ holds no claim."""

ROWS: Final = (
    Transition(
        "3.8", "assign_reviewer", (S.UNDER_REVIEW,), None, ("D",), Power.REVIEW, holds_case=True,
        guards=(Guard("person_missing", Given("reviewer")),
                Guard("chair_reviews", Not(Within("reviewer", "task:hearing:chair")))),
        effects=(Put("reviewer", "field:reviewer"), Put("holder", "none"),
                 Put("held_since", "none")),
        fields=("reviewer",),
    ),
    Transition(
        "R13", "assign_survey", (S.UNDER_REVIEW,), None, ("D",), Power.REVIEW, holds_case=True,
        guards=(
            Guard("two_surveyors", Differ("surveyor", "second_surveyor")),
            Guard("survey_open", Not(Fact("task_open", "survey"))),
        ),
        effects=(OpenTask(TaskKind.SURVEY, "assigned", login="field:surveyor",
                          second_login="field:second_surveyor", due_clock="survey"),
                 StopClock("assign_inspectors"), StartClock("survey")),
        fields=("surveyor", "second_surveyor"), entries=("survey_task",),
    ),
    Transition(
        "R13", "record_survey", AFTER_ACCEPTANCE, None, ("S",), duty=Duty.SURVEY,
        guards=(
            Guard("survey_findings", every(Given("survey_record.findings"),
                                           Given("survey_record.conclusion"))),
            Guard("survey_recorded", Fact("task_state", "survey:assigned")),
        ),
        effects=(AdvanceTask(TaskKind.SURVEY, "recorded"),), entries=("survey_record",),
    ),
    Transition(
        "R13", "confirm_survey", AFTER_ACCEPTANCE, None, ("S",), duty=Duty.SURVEY,
        guards=(
            Guard("survey_not_recorded", Fact("task_state", "survey:recorded")),
            Guard("second_surveyor_signs", Not(Fact("survey_recorded_by_me"))),
        ),
        effects=(AdvanceTask(TaskKind.SURVEY, "confirmed", closes=True), StopClock("survey")),
    ),
    Transition(
        "T12", "ask_opinions", (S.UNDER_REVIEW,), S.AWAITING_OPINIONS, ("D",), Power.REVIEW,
        holds_case=True,
        guards=(
            Guard("not_parallel", Fact("item", "parallel")),
            Guard("department_missing", Given("departments")),
        ),
        effects=(OpenTask(TaskKind.OPINION, each="departments", due_clock="opinion"),
                 StartClock("opinion")),
        fields=("departments",),
    ),
    Transition(
        "T12", "answer_opinion", (S.AWAITING_OPINIONS,), None, ("D2",), duty=Duty.REVIEW,
        guards=(
            Guard("conclusion_missing", OneOf("co_opinion.conclusion", ("agree", "disagree"))),
        ),
        effects=(AdvanceTask(TaskKind.OPINION, "answered", closes=True, of_mine=True,
                             unless=WITH_REASON, instead=DISAGREED),),
        entries=("co_opinion",),
    ),
    Transition(
        "T13", "deem_opinion", (S.AWAITING_OPINIONS,), None, ("SYS",),
        effects=(AdvanceTask(TaskKind.OPINION, "overdue_deemed", closes=True),
                 Supervise("opinion_overdue")),
        fields=("department", "responsible"),
    ),
    Transition(
        "T13", "collect_opinions", (S.AWAITING_OPINIONS,), S.UNDER_REVIEW, ("SYS",),
        guards=(NO_OPINION_LEFT,), effects=(StopClock("opinion"),),
    ),
    Transition(
        "T14", "suspend", (S.UNDER_REVIEW,), S.SUSPENDED, ("D",), Power.REVIEW, holds_case=True,
        guards=(
            Guard("suspension_kind", OneOf("kind", SUSPENSION_KINDS)),
            Guard("no_hearing_asked",
                  either(Not(OneOf("kind", ("hearing",))), Fact("task_open", "hearing"))),
            Guard("notice_missing", Given("procedure_notice.text")),
            Guard("planned_end_missing", Given("planned_end")),
            Guard("planned_end_past", Ahead("planned_end", 0)),
            Guard("suspension_too_long", NoLater("planned_end", "kind")),
        ),
        effects=(OpenTask(TaskKind.SUSPENSION, keep=("kind", "planned_end")), PauseClocks()),
        fields=("kind", "planned_end"), entries=("procedure_notice",),
    ),
    Transition(
        "T15", "resume", (S.SUSPENDED,), S.UNDER_REVIEW, ("D", "SYS"), Power.REVIEW,
        guards=(Guard("result_missing",
                      either(Fact("is_system"), Given("material.sha256"),
                             Fact("suspension_over"))),),
        effects=(AdvanceTask(TaskKind.SUSPENSION, "ended", closes=True), ResumeClocks()),
        entries=("material",),
    ),
    Transition(
        "T16", "submit_opinion", (S.UNDER_REVIEW,), S.PENDING_DECISION, ("V", "D"), Power.REVIEW,
        Duty.REVIEW, holds_case=True,
        guards=(
            Guard("review_by_reviewer",
                  either(Not(Fact("on_duty")), Fact("item", "single_officer_immediate"))),
            Guard("conclusion_missing", OneOf("opinion.conclusion", ("grant", "refuse"))),
            Guard("reason_missing", Given("opinion.reasons")),
            Guard("chair_reviews", Not(Fact("chaired"))),
            NO_SURVEY_LEFT,
            NO_OPINION_LEFT,
            NO_HEARING_LEFT,
        ),
        entries=("opinion",),
    ),
    Transition(
        "T17", "grant", (S.PENDING_DECISION,), S.GRANTED, ("A",), Power.DECIDE, Duty.DECIDE,
        holds_case=True,
        guards=(Guard("major_matter", Not(Fact("item", "major"))), *_GRANT_GUARDS),
        effects=(*DECIDED, Put("document_no", "field:decision_no")),
        fields=("decision_no", "hearing_minutes"), entries=("decision",),
    ),
    Transition(
        "T18", "refuse", (S.PENDING_DECISION,), S.REFUSED, ("A",), Power.DECIDE, Duty.DECIDE,
        holds_case=True,
        guards=(Guard("major_matter", Not(Fact("item", "major"))), *_REFUSE_GUARDS),
        effects=(*DECIDED, Put("document_no", "field:decision_no")),
        fields=("decision_no", "hearing_minutes"), entries=("decision",),
    ),
    Transition(
        "T19", "send_back", (S.PENDING_DECISION,), S.UNDER_REVIEW, ("A",), Power.DECIDE,
        holds_case=True, guards=(Guard("reason_missing", Given("reason.text")),),
        entries=("reason",),
    ),
    Transition(
        "T20", "call_meeting", (S.PENDING_DECISION,), S.COLLECTIVE_REVIEW, ("A", "H"), Power.DECIDE,
        holds_case=True, guards=(Guard("not_major", Fact("item", "major")),),
    ),
    Transition(
        "T20", "grant_by_meeting", (S.COLLECTIVE_REVIEW,), S.GRANTED, ("A", "H"), Power.DECIDE,
        Duty.DECIDE,
        guards=(_FREE_ON_DUTY, Guard("minutes_missing", Given("minutes.text")), *_GRANT_GUARDS),
        effects=(*DECIDED, Put("document_no", "field:decision_no")),
        fields=("decision_no", "hearing_minutes"),
        entries=("decision", "minutes"),
    ),
    Transition(
        "T20", "refuse_by_meeting", (S.COLLECTIVE_REVIEW,), S.REFUSED, ("A", "H"), Power.DECIDE,
        Duty.DECIDE,
        guards=(_FREE_ON_DUTY, Guard("minutes_missing", Given("minutes.text")), *_REFUSE_GUARDS),
        effects=(*DECIDED, Put("document_no", "field:decision_no")),
        fields=("decision_no", "hearing_minutes"),
        entries=("decision", "minutes"),
    ),
    Transition(
        "T30", "request_extension", AFTER_ACCEPTANCE, None, ("D",), Power.EXTEND_REQUEST,
        holds_case=True,
        guards=(
            Guard("extension_once", Not(Fact("task_any", "extension"))),
            Guard("extension_late", Not(Fact("clock_over", "statutory"))),
            Guard("extension_days",
                  either(Between("days", 1, EXTENSION_DAYS),
                         every(JOINT, Between("days", 1, EXTENSION_DAYS_JOINT)))),
            Guard("reason_missing", Given("reason.text")),
        ),
        effects=(OpenTask(TaskKind.EXTENSION, keep=("days",)),),
        fields=("days",), entries=("reason",),
    ),
    Transition(
        "T30", "approve_extension", AFTER_ACCEPTANCE, None, ("H",),
        guards=(
            Guard("no_extension_asked", Fact("task_open", "extension")), *_APPROVER,
            Guard("extension_late", Not(Fact("clock_over", "statutory"))),
            Guard("notice_missing", Given("extension_notice.text")),
        ),
        effects=(AdvanceTask(TaskKind.EXTENSION, "approved", closes=True),
                 ExtendClock("statutory", TaskKind.EXTENSION, "days"),
                 ExtendClock("promised", TaskKind.EXTENSION, "days")),
        entries=("extension_notice",),
    ),
    Transition(
        "T30", "decline_extension", AFTER_ACCEPTANCE, None, ("H",),
        guards=(Guard("no_extension_asked", Fact("task_open", "extension")), *_APPROVER,
                Guard("reason_missing", Given("reason.text"))),
        effects=(AdvanceTask(TaskKind.EXTENSION, "declined", closes=True),), entries=("reason",),
    ),
)  # fmt: skip
"""Rows T12 to T20 and T30 of domain 3.3, and the two acts of R13 that they lean on."""
