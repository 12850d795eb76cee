"""Lists and lengths of ``rules`` as constant functions, so that no SQL file repeats one.

The planner puts their values in, so they cost nothing. Called by ``install`` before the files of
``sql/`` are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from workbench.rules.case import AFTER_ACCEPTANCE, ENDED, OPEN_TASK_STATES, POOL
from workbench.rules.catalogue import NOT_FROM_APPLICANT
from workbench.rules.clock_table import CLOCKS, JOINT_DAYS, SEAL_MINUTES_IMMEDIATE
from workbench.rules.events import canonical
from workbench.rules.facts import GRACE, HandlerMoves
from workbench.rules.material_marks import MOST_LETTERS as MOST_MARK_LETTERS
from workbench.rules.material_marks import MOST_MARKS, MarkKind
from workbench.rules.outside import SWITCHED
from workbench.rules.paper_copies import SPOIL_REASONS
from workbench.rules.people import Place, Power, ShiftKind
from workbench.rules.private_drafts import CONTENT, MOST_LETTERS
from workbench.rules.roster_faults import EMERGENCY_WORKING_DAYS, MOST_DAYS_IN_A_ROW
from workbench.rules.saved_views import MOST_LETTERS as MOST_VIEW_LETTERS
from workbench.rules.saved_views import MOST_VIEWS
from workbench.rules.seal_balance import MOST_TOKEN_ERRORS, TOKEN_ERRORS_REASON
from workbench.rules.seal_states import IN_USE, STEPS, step_record
from workbench.rules.settle import WATCHED
from workbench.rules.unseen import MAY_ASK
from workbench.store.clock_lengths import OPINION_DAYS
from workbench.store.columns import NO_DUE
from workbench.store.handover_room import SHOWN_FOR, TAKING
from workbench.store.ledger_rows import LEASE_US, LIVE
from workbench.store.mark_rows import MOST_FIELD
from workbench.store.moves import TAKES_NOTHING
from workbench.store.outside_room import BATCH
from workbench.store.outside_room import LEASE_US as OUTSIDE_LEASE_US
from workbench.store.seal_queues import SEES_REGISTER
from workbench.store.seal_room import MOST_WRONG_PINS
from workbench.store.server.condition_text import quoted
from workbench.store.server.versions import API, OLDEST_API
from workbench.store.settled import BEGIN_ACCEPTED, BESIDE, END_BY_THEMSELVES
from workbench.store.time_travel import NULL_WHEN_NEW
from workbench.store.view_rows import MOST_BODY

CONSTANTS: Final[Mapping[str, int | tuple[str, ...]]] = {
    "api": API,
    "oldest_api": OLDEST_API,
    "grace": GRACE,
    "no_due": NO_DUE,
    "pool_states": tuple(POOL),
    "ended_states": tuple(ENDED),
    "after_acceptance": tuple(AFTER_ACCEPTANCE),
    "open_task_states": OPEN_TASK_STATES,
    "watched_clocks": WATCHED,
    "clocks_beside": tuple(sorted(BESIDE)),
    "clocks_ending": tuple(sorted(END_BY_THEMSELVES)),
    "clocks_of_acceptance": BEGIN_ACCEPTED,
    "takes_nothing": tuple(sorted(TAKES_NOTHING)),
    "no_handling": tuple(sorted(HandlerMoves)),
    "not_from_applicant": tuple(one.value for one in NOT_FROM_APPLICANT),
    "ledger_lease": LEASE_US,
    "live_lines": tuple(one.value for one in LIVE),
    "spoil_reasons": tuple(SPOIL_REASONS),
    "most_wrong_pins": MOST_WRONG_PINS,
    "most_token_errors": MOST_TOKEN_ERRORS,
    "token_errors_reason": (TOKEN_ERRORS_REASON,),
    "sees_register": tuple(one.value for one in SEES_REGISTER),
    "seal_in_use": tuple(one.value for one in IN_USE),
    "seal_steps": tuple(canonical(step_record(one)) for one in STEPS.values()),
    "clock_defaults": tuple(
        f"{one.name} {one.default_length or 0} {one.unit}" for one in CLOCKS.values()
    ),
    "joint_days": JOINT_DAYS,
    "opinion_days": OPINION_DAYS,
    "seal_minutes_immediate": SEAL_MINUTES_IMMEDIATE,
    "shift_kinds": tuple(one.value for one in ShiftKind),
    "shift_places": tuple(one.value for one in Place),
    "power_names": tuple(one.value for one in Power),
    "most_days_in_a_row": MOST_DAYS_IN_A_ROW,
    "emergency_working_days": EMERGENCY_WORKING_DAYS,
    "switched_slots": SWITCHED,
    "outside_lease": OUTSIDE_LEASE_US,
    "outside_batch": BATCH,
    "most_letters": MOST_LETTERS,
    "content_parts": tuple(sorted(part.value for part in CONTENT)),
    "handovers_shown_for": SHOWN_FOR,
    "taking_moves": tuple(sorted(TAKING)),
    "may_ask_of_anybody": tuple(role.value for role in MAY_ASK),
    "columns_of_log": NULL_WHEN_NEW,
    "mark_kinds": tuple(one.value for one in MarkKind),
    "most_mark_letters": MOST_MARK_LETTERS,
    "most_field_letters": MOST_FIELD,
    "most_marks": MOST_MARKS,
    "most_view_letters": MOST_VIEW_LETTERS,
    "most_view_body": MOST_BODY,
    "most_views": MOST_VIEWS,
}


def constant_functions() -> Iterator[str]:
    """One statement a constant."""
    for name, value in CONSTANTS.items():
        if isinstance(value, int):
            kind, text = "bigint", f"{value}::bigint"
        else:
            kind, text = "text[]", f"ARRAY[{', '.join(quoted(str(one)) for one in value)}]::text[]"
        yield (
            f"CREATE OR REPLACE FUNCTION wb.{name}() RETURNS {kind}"
            f" LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT {text} $$"
        )
