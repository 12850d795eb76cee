"""What a case is: states, parts, and the frozen records that cross rooms (domain 3.2, 4.4).

Used by everybody. The case record holds the part ``meta`` only, already masked; everything else
about a case stands in part entries, each part in a table of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from workbench.rules.moment import Moment


class State(StrEnum):
    """The 23 states of domain 3.2: one machine for all departments (S073)."""

    DRAFT = "draft"
    RECEIVED = "received"
    PENDING_ACCEPTANCE = "pending_acceptance"
    AWAITING_CORRECTION = "awaiting_correction"
    NOT_ACCEPTED = "not_accepted"
    RETURNED = "returned"
    TRANSFERRED_OUT = "transferred_out"
    UNDER_REVIEW = "under_review"
    AWAITING_OPINIONS = "awaiting_opinions"
    SUSPENDED = "suspended"
    PENDING_DECISION = "pending_decision"
    COLLECTIVE_REVIEW = "collective_review"
    GRANTED = "granted"
    REFUSED = "refused"
    PREPARING_RESULT = "preparing_result"
    PENDING_SEAL = "pending_seal"
    PENDING_ISSUE = "pending_issue"
    ISSUED = "issued"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    QUARANTINED = "quarantined"


S = State

SHORT_ENDS: Final = (S.NOT_ACCEPTED, S.RETURNED, S.TRANSFERRED_OUT, S.WITHDRAWN, S.TERMINATED)
"""Ended before a decision; archived by the short package (T27b)."""

ENDED: Final = (*SHORT_ENDS, S.CLOSED, S.ARCHIVED)
"""Nobody owes a further step but the archivist; V04 speaks of cases *still open* outside these."""

POOL: Final = (
    S.RECEIVED, S.PENDING_ACCEPTANCE, S.AWAITING_CORRECTION, S.UNDER_REVIEW, S.AWAITING_OPINIONS,
    S.SUSPENDED, S.PENDING_DECISION, S.COLLECTIVE_REVIEW, S.GRANTED, S.REFUSED, S.PREPARING_RESULT,
)  # fmt: skip
"""States in the department's work pool (domain 4.3)."""

BEFORE_DECISION: Final = (
    S.RECEIVED, S.PENDING_ACCEPTANCE, S.AWAITING_CORRECTION, S.UNDER_REVIEW, S.AWAITING_OPINIONS,
    S.SUSPENDED, S.PENDING_DECISION, S.COLLECTIVE_REVIEW,
)  # fmt: skip

AFTER_ACCEPTANCE: Final = (
    S.UNDER_REVIEW, S.AWAITING_OPINIONS, S.SUSPENDED, S.PENDING_DECISION, S.COLLECTIVE_REVIEW,
)  # fmt: skip


class Part(StrEnum):
    """The parts of a case that a visibility row grants (domain 4.4)."""

    META = "meta"
    FORM = "form"
    MATERIALS = "materials"
    SURVEY = "survey"
    OPINIONS = "opinions"
    NOTICES = "notices"
    DOCUMENT = "document"
    DELIVERY = "delivery"
    LOG = "log"
    OWN_TASK = "own_task"
    THREAD = "thread"


FULL: Final = frozenset(Part)


class TaskKind(StrEnum):
    """Sub-task objects with small machines of their own (domain 3.2)."""

    CORRECTION = "correction"
    OPINION = "opinion"
    SURVEY = "survey"
    SUSPENSION = "suspension"
    SEAL_REQUEST = "seal_request"
    DELIVERY = "delivery"
    TRANSFER = "transfer"
    EXTENSION = "extension"
    VOIDING = "voiding"
    TERMINATION = "termination"
    RELEASE = "release"
    HEARING = "hearing"
    """A hearing: told, requested or ordered, fixed, held; or waived, lapsed (R24, R25)."""
    HANDOVER = "handover"
    """A claimed case on its way from one representative to the next (domain 4.6)."""


@dataclass(frozen=True, slots=True)
class Case:
    """The part ``meta`` of one case: a projection of its events, never the truth itself."""

    case_id: int
    case_no: str
    short_no: str
    item_code: str
    item_version: int
    department: str
    state: State
    applicant_masked: str
    channel: str
    site: str
    registrar: str
    version: int
    last_hash: str
    situation: str = ""
    holder: str | None = None
    held_since: Moment | None = None
    reviewer: str | None = None
    acceptance_kind: str | None = None
    received_at: Moment | None = None
    pushed_at: Moment | None = None
    accepted_at: Moment | None = None
    decided_at: Moment | None = None
    decided_by: str | None = None
    document_no: str | None = None
    due_at: Moment | None = None
    due_clock: str | None = None
    immediate: bool = False
    exercise: bool = False
    state_before: State | None = None
    """The state to which a quarantined case returns (T31)."""
    origin_no: str | None = None
    """The case of another department from which this one was taken over (T11)."""
    follow_up_no: str | None = None
    """The case in which the receiving department goes on (T11)."""


@dataclass(frozen=True, slots=True)
class Task:
    """One sub-task object. ``data`` holds codes only, like an event's payload."""

    task_id: int
    case_id: int
    kind: TaskKind
    no: int
    state: str
    department: str | None = None
    login: str | None = None
    second_login: str | None = None
    opened_at: Moment = 0
    due_at: Moment | None = None
    closed_at: Moment | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


OPEN_TASK_STATES: Final = (
    "open", "assigned", "on_site", "recorded", "prepared", "sent", "told", "requested", "ordered",
    "fixed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartEntry:
    """One entry of one part: the content that events point to by SHA-256 of its canonical text.

    ``body`` is plain JSON. Materials carry ``code, file, sha256, bytes, kind, pages``; the bytes
    stand in the content store under that ``sha256``.
    """

    entry_id: int
    case_id: int
    part: Part
    kind: str
    author: str
    at: Moment
    body: Mapping[str, Any]
    sha256: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that a move brings along; the flow table says to which part its kind belongs."""

    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """A proposal to move a case: what the desk, a plugin or the command line asks the core for.

    ``fields`` are codes and go into the event's payload. ``entries`` are content and go into the
    parts; the payload keeps only their SHA-256. ``operation_id`` makes a retry safe: the same id
    is carried out once. ``expected_version`` is the version the user was looking at (E07).
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[NewEntry, ...] = ()
    expected_version: int | None = None
    operation_id: str = ""


def brought(move: Move) -> dict[str, Any]:
    """What conditions look at: the fields, and the first entry of each kind under its kind."""
    everything: dict[str, Any] = dict(move.fields)
    for entry in reversed(move.entries):
        everything[entry.kind] = entry.body
    return everything


PUBLIC_STAGE: Final[Mapping[State, str]] = {
    S.DRAFT: "",
    S.RECEIVED: "registered",
    S.PENDING_ACCEPTANCE: "registered",
    S.AWAITING_CORRECTION: "registered",
    S.TRANSFERRED_OUT: "registered",
    S.UNDER_REVIEW: "accepted",
    S.AWAITING_OPINIONS: "review",
    S.SUSPENDED: "review",
    S.PENDING_DECISION: "review",
    S.COLLECTIVE_REVIEW: "review",
    S.GRANTED: "done",
    S.REFUSED: "done",
    S.PREPARING_RESULT: "done",
    S.PENDING_SEAL: "done",
    S.PENDING_ISSUE: "done",
    S.ISSUED: "done",
    S.CLOSED: "done",
    S.ARCHIVED: "done",
    S.NOT_ACCEPTED: "done",
    S.RETURNED: "done",
    S.WITHDRAWN: "done",
    S.TERMINATED: "done",
    S.QUARANTINED: "",
}


def public_stage(case: Case, survey_open: bool, review_begun: bool) -> str:
    """One of the five public stages of S083; the mapping is total (domain 3.2)."""
    state = case.state_before if case.state is S.QUARANTINED and case.state_before else case.state
    if survey_open and state in AFTER_ACCEPTANCE:
        return "survey"
    if state is S.UNDER_REVIEW and review_begun:
        return "review"
    return PUBLIC_STAGE[state]
