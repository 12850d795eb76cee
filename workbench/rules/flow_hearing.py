"""The hearing of R24 and R25: told or ordered, fixed, held by a chair who is not the reviewer.

Rows beside the back office's: the case stays where it is, or stands still by T14 (kind
``hearing``). Nothing is reviewed or decided while a hearing is open; a decision after one names its
minutes (``flow_words.BY_THE_MINUTES``).
"""

from __future__ import annotations

from typing import Final

from workbench.rules.case import AFTER_ACCEPTANCE, TaskKind
from workbench.rules.case import State as S
from workbench.rules.conditions import Ahead, Fact, Given, Not, Within, either, every
from workbench.rules.effects import AdvanceTask, OpenTask, StartClock, StopClock
from workbench.rules.flow_words import NO_HEARING_LEFT, Guard, Transition
from workbench.rules.people import Power

NOTICE_DAYS: Final = 7
"""How long before the hearing its notice is served, in days (R25)."""

AT: Final = (S.UNDER_REVIEW, S.SUSPENDED)
_TOLD: Final = Guard("hearing_not_told", Fact("task_state", "hearing:told"))
_IN_WRITING: Final = Guard("hearing_request_missing", Given("hearing_request.text"))

ROWS: Final = (
    Transition(
        "R24", "tell_hearing_rights", (S.UNDER_REVIEW,), None, ("D",), Power.REVIEW,
        holds_case=True,
        guards=(NO_HEARING_LEFT, Guard("notice_missing", Given("hearing_notice.text"))),
        effects=(OpenTask(TaskKind.HEARING, "told", due_clock="hearing_request"),
                 StartClock("hearing_request")),
        entries=("hearing_notice", "party_notice"),
    ),
    Transition(
        "R24", "request_hearing", AT, None, ("W",),
        guards=(_TOLD, Guard("hearing_late", Not(Fact("clock_over", "hearing_request"))),
                _IN_WRITING),
        effects=(AdvanceTask(TaskKind.HEARING, "requested"), StopClock("hearing_request"),
                 StartClock("hearing_hold")),
        entries=("hearing_request",),
    ),
    Transition(
        "R24", "waive_hearing", AT, None, ("W",),
        guards=(
            Guard("hearing_not_told", either(Fact("task_state", "hearing:told"),
                                             Fact("task_state", "hearing:requested"))),
            _IN_WRITING,
        ),
        effects=(AdvanceTask(TaskKind.HEARING, "waived", closes=True),
                 StopClock("hearing_request"), StopClock("hearing_hold")),
        entries=("hearing_request",),
    ),
    Transition(
        "R24", "lapse_hearing_right", AFTER_ACCEPTANCE, None, ("SYS",),
        guards=(_TOLD, Guard("applicant_has_time", Fact("clock_over", "hearing_request"))),
        effects=(AdvanceTask(TaskKind.HEARING, "lapsed", closes=True),
                 StopClock("hearing_request")),
    ),
    Transition(
        "R24", "order_hearing", AT, None, ("D",), Power.REVIEW, holds_case=True,
        guards=(NO_HEARING_LEFT, Guard("notice_missing", Given("public_notice.text"))),
        effects=(OpenTask(TaskKind.HEARING, "ordered", due_clock="hearing_hold"),
                 StartClock("hearing_hold")),
        entries=("public_notice", "party_notice"),
    ),
    Transition(
        "R25", "fix_hearing", AT, None, ("D",), Power.REVIEW, holds_case=True,
        guards=(
            Guard("hearing_not_asked", either(*(Fact("task_state", f"hearing:{one}")
                                                for one in ("requested", "ordered", "fixed")))),
            Guard("person_missing", Given("chair")),
            Guard("chair_reviews", Not(Within("chair", "case:reviewers"))),
            Guard("hearing_too_soon", Ahead("held_at", NOTICE_DAYS)),
            Guard("place_missing", Given("place")),
            Guard("notice_missing", Given("hearing_notice.text")),
        ),
        effects=(AdvanceTask(TaskKind.HEARING, "fixed", keep=("chair", "held_at"),
                             login="field:chair"),),
        fields=("chair", "held_at", "place"), entries=("hearing_notice",),
    ),
    Transition(
        "R25", "hold_hearing", AT, None, ("CHAIR",),
        guards=(
            Guard("hearing_not_fixed", Fact("task_state", "hearing:fixed")),
            Guard("hearing_not_yet", Fact("hearing_hour_come")),
            Guard("minutes_unsigned", every(Given("hearing_minutes.text"),
                                            Given("hearing_minutes.signed_by"),
                                            Given("minutes_no"))),
        ),
        effects=(AdvanceTask(TaskKind.HEARING, "held", closes=True, keep=("minutes_no",)),
                 StopClock("hearing_hold")),
        fields=("minutes_no",), entries=("hearing_minutes",),
    ),
)  # fmt: skip
"""The rows of R24 and R25; no row of domain 3.3 has them."""
