"""Moves that stand beside the main line: ending early, freezing, holding, talking (T28-T32)."""

from __future__ import annotations

from typing import Final

from workbench.rules.case import BEFORE_DECISION, POOL, TaskKind
from workbench.rules.case import State as S
from workbench.rules.conditions import Fact, Given, Not, OneOf
from workbench.rules.effects import AdvanceTask, OpenTask, Put, Supervise
from workbench.rules.flow_words import CLAIM_OPEN, Guard, Transition
from workbench.rules.people import Power

TERMINATION_REASONS: Final = ("death_or_incapacity", "entity_ended", "item_abolished",
                              "force_majeure")  # fmt: skip

UNENDED: Final = tuple(
    one for one in S if one not in (S.ARCHIVED, S.QUARANTINED, S.DRAFT)
)  # fmt: skip

_MESSAGE: Final = (Guard("message_empty", Given("message.text")),)

_GIVEN_BACK: Final = (Put("holder", "none"), Put("held_since", "none"))
_TAKEN: Final = AdvanceTask(TaskKind.HANDOVER, "taken", closes=True)
_PASSED_ON: Final = AdvanceTask(TaskKind.HANDOVER, "passed_on", closes=True)
_AS_IT_STANDS: Final = ("state", "due_clock", "due_at")
"""What list N24 says of a case at the moment of giving (domain 4.6)."""

ROWS: Final = (
    Transition(
        "T28", "withdraw", BEFORE_DECISION, S.WITHDRAWN, ("W",),
        guards=(Guard("request_missing", Given("ending_notice.request")),),
        entries=("ending_notice",),
    ),
    Transition(
        "T29", "propose_termination", BEFORE_DECISION, None, ("D",), Power.DECIDE,
        holds_case=True,
        guards=(Guard("termination_reason", OneOf("reason", TERMINATION_REASONS)),
                Guard("termination_open", Not(Fact("task_open", "termination")))),
        effects=(OpenTask(TaskKind.TERMINATION, keep=("reason",)),), fields=("reason",),
        entries=("note",),
    ),
    Transition(
        "T29", "terminate", BEFORE_DECISION, S.TERMINATED, ("H",),
        guards=(Guard("no_termination_asked", Fact("task_open", "termination")),
                Guard("notice_missing", Given("ending_notice.reason"))),
        effects=(AdvanceTask(TaskKind.TERMINATION, "approved", closes=True),),
        entries=("ending_notice",),
    ),
    Transition(
        "T31", "quarantine", UNENDED, S.QUARANTINED, ("SYS", "M"),
        guards=(Guard("finding_missing", Given("finding")),),
        effects=(Put("state_before", "state"), Supervise("integrity")),
        fields=("finding",),
    ),
    Transition(
        "T31", "propose_release", (S.QUARANTINED,), None, ("M",),
        guards=(Guard("reason_missing", Given("reason_code")),),
        effects=(OpenTask(TaskKind.RELEASE),), fields=("reason_code",),
    ),
    Transition(
        "T31", "release_quarantine", (S.QUARANTINED,), None, ("X3",),
        guards=(Guard("no_release_asked", Fact("task_open", "release")),),
        effects=(AdvanceTask(TaskKind.RELEASE, "done", closes=True), Put("state", "state_before"),
                 Put("state_before", "none")),
    ),
    Transition(
        "T32", "claim", POOL, None, ("D", "V"), guards=(CLAIM_OPEN,),
        effects=(Put("holder", "actor"), Put("held_since", "effective_at"), _TAKEN),
    ),
    Transition(
        "T32", "release", POOL, None, ("D", "V", "HOLDER", "SYS"),
        guards=(Guard("not_held_by_you", Fact("claim_own_or_system")),),
        effects=(*_GIVEN_BACK, _PASSED_ON),
    ),
    Transition(
        "T32", "hand_over", POOL, None, ("D", "HOLDER"),
        guards=(Guard("not_held_by_you", Fact("claim_own_or_system")),
                Guard("person_missing", Given("to"))),
        effects=(Put("holder", "field:to"), Put("held_since", "effective_at"), _PASSED_ON,
                 OpenTask(TaskKind.HANDOVER, login="field:to", second_login="actor",
                          keep=("list", "papers"), stamped=_AS_IT_STANDS)),
        fields=("to", "list", "papers"), entries=("note",),
    ),
    Transition(
        "T32", "take_over", POOL, None, ("D",),
        guards=(Guard("nothing_handed_over", Fact("task_open", "handover")), CLAIM_OPEN),
        effects=(Put("holder", "actor"), Put("held_since", "effective_at"), _TAKEN),
        fields=("list",),
    ),
    Transition(
        "T32", "lapse_claim", POOL, None, ("SYS",),
        guards=(Guard("not_held_by_you", Fact("claim_own_or_system")),),
        effects=(*_GIVEN_BACK, _PASSED_ON,
                 OpenTask(TaskKind.HANDOVER, second_login="field:from", keep=("why",),
                          stamped=_AS_IT_STANDS)),
        fields=("from", "why"),
    ),
    Transition(
        "S118", "send_message", POOL, None, ("W", "D", "V", "HANDLER"), guards=_MESSAGE,
        entries=("message",),
    ),
    Transition(
        "V04", "send_message", (S.PENDING_SEAL, S.PENDING_ISSUE, S.ISSUED), None,
        ("W", "HANDLER"), guards=_MESSAGE, entries=("message",),
    ),
    Transition(
        "3.4", "note_overdue", tuple(one for one in S if one is not S.QUARANTINED), None, ("SYS",),
        effects=(Supervise("overdue"),), fields=("clock", "due_at", "responsible"),
    ),
)  # fmt: skip
"""Rows T28, T29, T31, T32, the thread of S118, and the one overdue event a clock (S008, S040)."""
