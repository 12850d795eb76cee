"""The flow of the result: document, seal, issue, closing, archive (T21-T27b)."""

from __future__ import annotations

from typing import Final

from workbench.rules.case import SHORT_ENDS, TaskKind
from workbench.rules.case import State as S
from workbench.rules.conditions import (
    Between,
    Fact,
    Given,
    Not,
    OneOf,
    TemplateSeal,
    either,
    every,
)
from workbench.rules.effects import AdvanceTask, GoOnClock, OpenTask, Put, StartClock, StopClock
from workbench.rules.flow_words import Guard, Transition
from workbench.rules.paper_copies import MOST_DUPLICATES, MOST_ORIGINALS
from workbench.rules.people import Power
from workbench.rules.separation import Duty

STAMPING_RETURN_REASONS: Final = (
    "wrong_organ_name", "wrong_date", "missing_field", "decision_not_found", "layout", "other",
)  # fmt: skip
"""Reason codes with which a custodian returns a stamping request (T24)."""

_COPIES_COUNTED: Final = Guard("copies_wrong", every(
    either(Between("originals", 1, MOST_ORIGINALS),
           every(Not(Given("originals")), Not(Fact("item", "wet_seal_only")))),
    either(Between("duplicates", 0, MOST_DUPLICATES), Not(Given("duplicates"))),
))  # fmt: skip
"""How many copies are pressed by hand; an item that is sealed on paper only says so (R44)."""
_VOID_ASKED: Final = Guard("no_void_asked", Fact("task_open", "voiding"))
_BY_ANOTHER: Final = Guard("void_same_person", Not(Fact("asked_by_me", "voiding")))
"""T23b takes two persons: custodian and approver. What one asks, another one answers."""

ROWS: Final = (
    Transition(
        "T21", "prepare_result", (S.GRANTED, S.REFUSED), S.PREPARING_RESULT, ("V", "D"),
        Power.REVIEW,
        guards=(Guard("template_missing", Given("template")),
                Guard("document_no_missing", Given("document_no"))),
        effects=(Put("document_no", "field:document_no"),),
        fields=("template", "document_no"),
    ),
    Transition(
        "T22", "request_seal", (S.PREPARING_RESULT,), S.PENDING_SEAL, ("V", "D"), Power.REVIEW,
        guards=(
            Guard("seal_kind_wrong", TemplateSeal("document.template", "seal_kind")),
            Guard("not_frozen", every(Given("document.sha256"), Given("document_id"))),
            Guard("proof_not_shown", OneOf("proof_shown", ("yes",))),
            _COPIES_COUNTED,
        ),
        effects=(OpenTask(TaskKind.SEAL_REQUEST, keep=("document_id", "document_no", "seal_kind",
                                                       "sha256", "originals", "duplicates")),
                 StartClock("seal")),
        fields=("document_id", "document_no", "seal_kind", "sha256", "proof_shown", "originals",
                "duplicates"),
        entries=("document",),
    ),
    Transition(
        "T23", "stamp", (S.PENDING_SEAL,), S.PENDING_ISSUE, ("C",), duty=Duty.STAMP,
        guards=(
            Guard("no_seal_request", Fact("task_open", "seal_request")),
            Guard("not_in_ledger", Fact("ledger_released")),
            Guard("sealed_hash_missing", Given("sealed_document.sha256")),
        ),
        effects=(AdvanceTask(TaskKind.SEAL_REQUEST, "stamped", closes=True), StopClock("seal"),
                 StopClock("promised")),
        fields=("document_id", "serial", "hash_before", "hash_after", "page", "x_mm", "y_mm",
                "level"),
        entries=("sealed_document", "sealed_copy"),
    ),
    Transition(
        "T24", "return_stamping", (S.PENDING_SEAL,), S.PREPARING_RESULT, ("C",), duty=Duty.STAMP,
        guards=(Guard("return_reason", OneOf("reason", STAMPING_RETURN_REASONS)),
                Guard("stamping_under_way", Not(Fact("ledger_signed"))),
                Guard("copies_out", Not(Fact("copies_out")))),
        effects=(AdvanceTask(TaskKind.SEAL_REQUEST, "returned", closes=True), StopClock("seal")),
        fields=("reason",), entries=("stamping_return",),
    ),
    Transition(
        "T23b", "propose_void", (S.PENDING_ISSUE,), None, ("C",), duty=Duty.STAMP,
        guards=(Guard("reason_missing", Given("void_reason.text")),
                Guard("void_open", Not(Fact("task_open", "voiding")))),
        effects=(OpenTask(TaskKind.VOIDING, login="actor"),), entries=("void_reason",),
    ),
    Transition(
        "T23b", "withdraw_void", (S.PENDING_ISSUE,), None, ("C",), duty=Duty.STAMP,
        guards=(_VOID_ASKED, Guard("void_not_yours", Fact("asked_by_me", "voiding"))),
        effects=(AdvanceTask(TaskKind.VOIDING, "withdrawn", closes=True),),
    ),
    Transition(
        "T23b", "confirm_void", (S.PENDING_ISSUE,), S.PREPARING_RESULT, ("A", "H_DECIDED"),
        Power.DECIDE, Duty.DECIDE, guards=(_VOID_ASKED, _BY_ANOTHER),
        effects=(AdvanceTask(TaskKind.VOIDING, "done", closes=True), GoOnClock("promised")),
    ),
    Transition(
        "T23b", "decline_void", (S.PENDING_ISSUE,), None, ("A", "H_DECIDED"),
        Power.DECIDE, Duty.DECIDE,
        guards=(_VOID_ASKED, _BY_ANOTHER, Guard("reason_missing", Given("void_answer.reason"))),
        effects=(AdvanceTask(TaskKind.VOIDING, "declined", closes=True),),
        entries=("void_answer",),
    ),
    Transition(
        "T25", "issue", (S.PENDING_ISSUE,), S.ISSUED, ("I",), duty=Duty.ISSUE,
        guards=(
            Guard("void_pending", Not(Fact("task_open", "voiding"))),
            Guard("receipt_incomplete",
                  every(Given("delivery.receiver"), Given("delivery.manner"),
                        either(Given("delivery.identity"), Given("delivery.tracking_no")))),
        ),
        effects=(OpenTask(TaskKind.DELIVERY, "delivered", keep=("manner",)), StopClock("delivery")),
        fields=("manner",), entries=("delivery",),
    ),
    Transition(
        "T26", "record_acknowledgement", (S.ISSUED,), None, ("I", "SYS"),
        guards=(Guard("acknowledgement_missing", Given("acknowledgement.reference")),),
        entries=("acknowledgement",),
    ),
    Transition(
        "T26", "close", (S.ISSUED,), S.CLOSED, ("I", "SYS"),
        guards=(Guard("not_delivered", Fact("task_state", "delivery:delivered")),
                Guard("not_acknowledged", either(Fact("decided_refusal"),
                                                 Fact("entry", "delivery:acknowledgement")))),
        effects=(StartClock("archive"),),
    ),
    Transition(
        "T27", "archive", (S.CLOSED,), S.ARCHIVED, ("R", "SYS"),
        guards=(Guard("package_failed", Given("package.sha256")),),
        effects=(StopClock("archive"),), entries=("package",),
    ),
    Transition(
        "T27b", "archive", SHORT_ENDS, S.ARCHIVED, ("R", "SYS"),
        guards=(Guard("package_failed", Given("package.sha256")),), entries=("package",),
    ),
)  # fmt: skip
"""Rows T21 to T27b of domain 3.3."""
