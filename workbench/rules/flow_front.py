"""The flow from registration to acceptance, and how a case ends before that (T01-T11)."""

from __future__ import annotations

from typing import Final

from workbench.rules.case import AFTER_ACCEPTANCE, TaskKind
from workbench.rules.case import State as S
from workbench.rules.conditions import EachGiven, Fact, Given, Not, OneOf, Within, either, every
from workbench.rules.effects import (
    AdvanceTask,
    OpenTask,
    Put,
    Relist,
    StartClock,
    StopClock,
    StrikeOff,
    Supervise,
)
from workbench.rules.flow_words import Guard, Transition
from workbench.rules.people import Power
from workbench.rules.separation import Duty

ACCEPTED: Final = (
    Put("accepted_at", "effective_at"),
    StopClock("acceptance_response"),
    StopClock("correction_notice"),
    StartClock("promised"),
    StartClock("statutory"),
    StartClock("assign_inspectors"),
    AdvanceTask(TaskKind.TRANSFER, "lapsed", closes=True),
)
"""What every way of being accepted does; the ways differ in kind and effective moment."""

_ONE_NOTICE: Final = (
    Guard("second_notice", Not(Fact("task_any", "correction"))),
    Guard("demand_incomplete",
          EachGiven("correction_notice.demands", ("no", "material", "defect", "standard"))),
    Guard("demand_foreign", Within("materials", "item:demandable")),
)  # fmt: skip
_NOTICE_SERVED: Final = (
    OpenTask(TaskKind.CORRECTION, keep=("demands", "unmet"), due_clock="applicant_correction"),
    StopClock("acceptance_response"), StopClock("correction_notice"),
    StartClock("applicant_correction"),
)  # fmt: skip

_ANOTHER_ITEM: Final = (
    Guard("transfer_open", Not(Fact("task_open", "transfer"))),
    Guard("new_item_missing", Given("item_code")),
)
_ITEM_CHANGED: Final = tuple(
    Put(name, f"field:{name}") for name in ("item_code", "item_version", "situation", "immediate")
)
_CHANGE_FIELDS: Final = (
    "item_code", "item_version", "situation", "immediate", "matches", "old_item_code",
    "old_item_version", "old_situation",
)  # fmt: skip

ROWS: Final = (
    Transition(
        "T01", "register", (), S.DRAFT, ("W", "G"), duty=Duty.REGISTER,
        guards=(
            Guard("item_abolished", Not(Fact("item", "abolished"))),
            Guard("item_not_active", Fact("item", "active")),
        ),
        effects=(Put("registrar", "actor"),),
        fields=("item_code", "situation", "channel", "package_id", "named_registrar", "exercise"),
        entries=("form", "material"),
    ),
    Transition(
        "T01", "attach_material", (S.DRAFT,), None, ("W", "G"),
        guards=(Guard("material_missing", Given("material.sha256")),), entries=("material",),
    ),
    Transition(
        "R09", "attach_material", (S.RECEIVED, S.PENDING_ACCEPTANCE), None, ("W",),
        guards=(Guard("material_missing", Given("material.sha256")),), entries=("material",),
    ),
    # On the spot, with trace; the applicant's identity stays as registered (the store sees to it).
    Transition(
        "R09", "correct_form", (S.RECEIVED, S.PENDING_ACCEPTANCE), None, ("W",),
        guards=(Guard("form_empty", Given("form.values")),), entries=("form",),
    ),
    # The wrong item of the same department, with trace. The number and the receipt stay, and with
    # them the five-day clock; form and papers are for the new item. A case that was pushed goes
    # back to the window: the check list is answered anew and the push begins new ten minutes.
    Transition(
        "E18", "change_item", (S.RECEIVED, S.PENDING_ACCEPTANCE), S.RECEIVED, ("W",),
        duty=Duty.REGISTER,
        guards=_ANOTHER_ITEM,
        effects=(*_ITEM_CHANGED, StopClock("acceptance_response"), Put("pushed_at", "none"),
                 Put("holder", "none"), Put("held_since", "none"),
                 AdvanceTask(TaskKind.HANDOVER, "passed_on", closes=True)),
        fields=_CHANGE_FIELDS, entries=("form", "material", "correction_notice"),
    ),
    Transition(
        "T02", "receive", (S.DRAFT,), S.RECEIVED, ("W",), duty=Duty.REGISTER,
        guards=(
            Guard("applicant_unknown", Fact("entry", "form:form")),
            Guard("no_page", Fact("entry", "materials:material")),
        ),
        effects=(Put("received_at", "effective_at"), StartClock("correction_notice")),
    ),
    Transition(
        "T03", "push", (S.RECEIVED,), S.PENDING_ACCEPTANCE, ("W",), duty=Duty.REGISTER,
        guards=(Guard("checklist_missing", Given("checklist.answers")),),
        effects=(Put("pushed_at", "effective_at"), StartClock("acceptance_response")),
        entries=("checklist",),
    ),
    Transition(
        "T04", "accept", (S.PENDING_ACCEPTANCE,), S.UNDER_REVIEW, ("D",), Power.ACCEPT, Duty.ACCEPT,
        holds_case=True,
        guards=(
            Guard("materials_incomplete",
                  either(Fact("materials_complete"), Fact("tolerable_gap"))),
            Guard("promise_missing", either(Fact("materials_complete"), Given("promise.text"))),
        ),
        effects=(Put("acceptance_kind", "=express"), Put("holder", "actor"),
                 Put("held_since", "effective_at"), *ACCEPTED),
        entries=("acceptance_notice", "promise"),
    ),
    Transition(
        "T05", "deem_accepted", (S.PENDING_ACCEPTANCE,), S.UNDER_REVIEW, ("SYS",),
        effects=(Put("acceptance_kind", "=deemed"), *ACCEPTED, Supervise("deemed")),
        fields=("responsible",),
    ),
    # N03 is due at once where time has accepted the case: the window serves it.
    Transition(
        "T05", "serve_acceptance_notice", AFTER_ACCEPTANCE, None, ("W",),
        guards=(Guard("notice_served", Not(Fact("entry", "notices:acceptance_notice"))),
                Guard("notice_missing", Given("acceptance_notice.item"))),
        entries=("acceptance_notice",),
    ),
    Transition(
        "T06", "accept_by_silence", (S.RECEIVED, S.PENDING_ACCEPTANCE), S.UNDER_REVIEW, ("SYS",),
        effects=(Put("acceptance_kind", "=statutory_silence"), *ACCEPTED, Supervise("silence")),
        fields=("responsible",),
    ),
    Transition(
        "T07", "request_correction", (S.PENDING_ACCEPTANCE,), S.AWAITING_CORRECTION, ("D",),
        Power.CORRECT, Duty.ACCEPT, holds_case=True, guards=_ONE_NOTICE, effects=_NOTICE_SERVED,
        fields=("demands", "unmet", "materials"), entries=("correction_notice",),
    ),
    # W within delegated check. A duty of the window (3.6: register W and accept W may be one),
    # and never half a notice: where the rest is wanting too, the representative tells it all (R10).
    Transition(
        "T07", "request_correction_at_window", (S.PENDING_ACCEPTANCE,), S.AWAITING_CORRECTION,
        ("W_CHECK",), duty=Duty.REGISTER, holds_case=True,
        guards=(
            *_ONE_NOTICE,
            Guard("demand_not_delegated", Within("materials", "item:delegated")),
            Guard("gap_not_delegated", Fact("gaps_delegated")),
        ),
        effects=_NOTICE_SERVED,
        fields=("demands", "unmet", "materials"), entries=("correction_notice",),
    ),
    Transition(
        "T08", "answer_demand", (S.AWAITING_CORRECTION,), None, ("W",),
        guards=(
            Guard("demand_unknown", Fact("task_open", "correction")),
            Guard("demand_unanswered", Given("demand")),
            Guard("material_missing", Given("material.sha256")),
        ),
        effects=(StrikeOff(TaskKind.CORRECTION, "unmet", "demand"),),
        fields=("demand",), entries=("material",),
    ),
    Transition(
        "T08", "answer_correction", (S.AWAITING_CORRECTION,), S.PENDING_ACCEPTANCE, ("W",),
        guards=(Guard("demands_open", Fact("demands_met")),),
        effects=(
            AdvanceTask(TaskKind.CORRECTION, "answered", closes=True),
            StopClock("applicant_correction"), StartClock("acceptance_response"),
            Put("pushed_at", "effective_at"),
        ),
    ),
    Transition(
        "T08b", "return_correction", (S.PENDING_ACCEPTANCE,), S.AWAITING_CORRECTION, ("D",),
        Power.CORRECT, Duty.ACCEPT, holds_case=True,
        guards=(
            Guard("no_first_notice", Fact("task_any", "correction")),
            Guard("demand_unanswered", Given("unmet")),
            Guard("demand_new", Within("unmet", "task:correction:demands")),
        ),
        effects=(
            Relist(TaskKind.CORRECTION, "unmet", "unmet"), StopClock("acceptance_response"),
            StartClock("applicant_correction"),
        ),
        fields=("unmet",), entries=("correction_note",),
    ),
    Transition(
        "T09", "return_application", (S.AWAITING_CORRECTION,), S.RETURNED, ("SYS", "W"),
        guards=(Guard("applicant_has_time", Fact("clock_over", "applicant_correction")),),
        effects=(AdvanceTask(TaskKind.CORRECTION, "lapsed", closes=True),
                 StopClock("applicant_correction")),
        entries=("return_notice",),
    ),
    # N02b and N16: time returns an application by itself; the papers are handed back by the window.
    Transition(
        "T09", "hand_back", (S.RETURNED, S.WITHDRAWN), None, ("W",),
        guards=(
            Guard("handed_back", Not(Fact("entry", "notices:return_notice"))),
            Guard("list_unsigned",
                  every(Given("return_notice.papers"), Given("return_notice.signed_by"))),
        ),
        entries=("return_notice",),
    ),
    Transition(
        "T10", "refuse_acceptance", (S.RECEIVED, S.PENDING_ACCEPTANCE), S.NOT_ACCEPTED, ("D",),
        Power.REFUSE_ACCEPTANCE, Duty.ACCEPT, holds_case=True,
        guards=(
            Guard("reason_code",
                  OneOf("reason", ("not_required", "not_competent", "false_material", "barred"))),
            Guard("organ_missing",
                  either(Not(OneOf("reason", ("not_competent",))), Given("competent_organ"))),
            Guard("remedies_missing",
                  every(Given("refusal_notice.reason"), Given("refusal_notice.remedies"))),
        ),
        effects=(StopClock("acceptance_response"), StopClock("correction_notice"),
                 AdvanceTask(TaskKind.TRANSFER, "lapsed", closes=True)),
        fields=("reason", "competent_organ"), entries=("refusal_notice",),
    ),
    Transition(
        "T11", "propose_transfer", (S.RECEIVED, S.PENDING_ACCEPTANCE), None, ("D",),
        Power.REFUSE_ACCEPTANCE, holds_case=True,
        guards=(
            Guard("department_missing", Given("department")),
            Guard("transfer_open", Not(Fact("task_open", "transfer"))),
            Guard("applicant_disagrees", OneOf("agreed_by", ("applicant", "organ_rule"))),
        ),
        effects=(OpenTask(TaskKind.TRANSFER, "open", department="field:department",
                          keep=("agreed_by",)),),
        fields=("department", "agreed_by"),
    ),
    Transition(
        "T11", "decline_transfer", (S.RECEIVED, S.PENDING_ACCEPTANCE), None, ("DR",),
        guards=(Guard("reason_missing", Given("reason.text")),),
        effects=(AdvanceTask(TaskKind.TRANSFER, "declined", closes=True),), entries=("reason",),
    ),
    Transition(
        "T11", "confirm_transfer", (S.RECEIVED, S.PENDING_ACCEPTANCE), S.TRANSFERRED_OUT, ("DR",),
        guards=(Guard("no_transfer", Fact("task_open", "transfer")),
                Guard("item_missing", Given("item_code"))),
        effects=(AdvanceTask(TaskKind.TRANSFER, "confirmed", closes=True),
                 StopClock("acceptance_response"), Put("follow_up_no", "field:follow_up")),
        fields=("item_code", "situation", "matches", "follow_up"), entries=("transfer_list",),
    ),
    # The same application goes on in the receiving department, as of its original receipt: the
    # five-day clock and the one correction round are carried over as they stand (T11, E19, R10).
    Transition(
        "T11", "begin_after_transfer", (), S.RECEIVED, ("DR",),
        effects=(Put("received_at", "field:received_at"), Put("origin_no", "field:origin")),
        fields=("item_code", "situation", "origin", "received_at"),
        entries=("form", "material", "correction_notice", "correction_note", "transfer_list"),
    ),
)  # fmt: skip
"""Rows T01 to T11 of domain 3.3."""
