"""What a person is shown of cases: the worklist, one opened case, and why a list is empty.

Read-only frozen records. The store fills them with what the visibility rows grant and nothing
else; the shell draws them; the plugin interface re-exports them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from workbench.rules.case import Case, Part, PartEntry, State, Task
from workbench.rules.catalogue import ItemVersion
from workbench.rules.clocks import ClockRun
from workbench.rules.events import Event
from workbench.rules.moment import Moment
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerLine, Placement

SortKey = tuple[Moment | str, int]
"""What a row is sorted by, and its case id."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case as one person may see it at one moment.

    ``entries`` holds only granted parts. ``shown_state`` is the state with deemed results derived
    (domain 3.4, rule 1); ``moves`` are open to the person, ``blocked`` says of the other moves of
    the row table that concern his role why not. ``events`` is empty without the part ``log``:
    then ``steps`` still is, because it is never shown without it.
    """

    case: Case
    item: ItemVersion
    parts: frozenset[Part]
    shown_state: State
    at: Moment
    entries: Mapping[Part, tuple[PartEntry, ...]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    tasks: tuple[Task, ...] = ()
    clocks: tuple[ClockRun, ...] = ()
    moves: tuple[str, ...] = ()
    blocked: Mapping[str, Refusal] = field(default_factory=dict)
    open_by: tuple[str, ...] = ()
    """Who else has the case open at another desk now, by sign-in name (decision note 019)."""
    noted: bool = True
    """Whether the others know that it stands open here; always, where nobody is told."""

    def of(self, part: Part, kind: str) -> tuple[PartEntry, ...]:
        """The entries of that kind in that part, oldest first; empty where not granted."""
        return tuple(e for e in self.entries.get(part, ()) if e.kind == kind)

    def of_kind(self, kind: str) -> tuple[PartEntry, ...]:
        """The granted entries of that kind, oldest first, whatever their part."""
        return tuple(e for entries in self.entries.values() for e in entries if e.kind == kind)

    def last(self, part: Part, kind: str) -> PartEntry | None:
        """The newest entry of that kind, or ``None``."""
        found = self.of(part, kind)
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One line of the inbox: the part ``meta``, and the clock that runs out next."""

    case: Case
    item_zh: str
    item_en: str
    shown_state: State
    clock: ClockRun | None
    key: SortKey
    """Where the row stands in the list: what it is sorted by, and its case id."""
    asks: str = ""
    """Kind of the request that waits for an answer: ``voiding``, where its document is shown."""
    open_by: tuple[str, ...] = ()
    """Who else has it open at another desk now, by sign-in name."""


class WorklistOrder(StrEnum):
    """By what the list is sorted; equal ones by case id, which grows with the number."""

    DUE = "due"
    RECEIVED = "received"
    NUMBER = "number"
    ITEM = "item"
    HOLDER = "holder"


class DueWithin(StrEnum):
    """When the clock shown runs out, as seen from the moment of asking."""

    OVERDUE = "overdue"
    HOUR = "hour"
    TODAY = "today"
    SEVEN_DAYS = "seven_days"


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """What a row must also be; an empty field asks nothing, several values mean any of them."""

    items: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    due: DueWithin | None = None
    received_from: Moment | None = None
    received_to: Moment | None = None
    """The moment after the last one meant."""


NO_FILTER: Final = WorklistFilter()


@dataclass(frozen=True, slots=True)
class WorklistQuery:
    """What to list. ``group`` is ``all``, ``mine``, ``pool`` or a state; ``text`` finds numbers.

    ``after`` is the ``key`` of the last row of the page before; without it ``offset`` rows are
    passed over. Counts stand under ``filter``, ``text`` and ``cases`` as the rows do.
    """

    group: str = "all"
    text: str = ""
    after: SortKey | None = None
    limit: int = 200
    order: WorklistOrder = WorklistOrder.DUE
    descending: bool = False
    filter: WorklistFilter = NO_FILTER
    offset: int = 0
    cases: tuple[int, ...] | None = None
    """Only these: what a look-up by applicant has found."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Cases of an applicant that the person sees, newest first (R38, R83)."""

    cases: tuple[int, ...]
    more: bool = False
    """Whether there are more than are given."""


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page, most urgent first, with the count of everything visible in the group."""

    rows: tuple[WorklistRow, ...]
    total: int
    at: Moment
    counts: Mapping[str, int] = field(default_factory=dict)
    empty_because: str = ""
    """Said in words wherever ``rows`` is empty (fixed wording of the glossary)."""


@dataclass(frozen=True, slots=True)
class SealTask:
    """One frozen document awaiting the seal, as the custodian sees it (V16: never the scans)."""

    case: Case
    item_zh: str
    item_en: str
    document_id: str
    document_no: str
    title_zh: str
    title_en: str
    sha256: str
    seal_kind: str
    requested_by: str
    requested_at: Moment
    decided_by: str
    decided_at: Moment | None
    values: Mapping[str, str]
    """What stands on the document, for comparing; already what the page shows."""
    placement: Placement | None = None
    """Centre of the seal, from the frozen document's entry (``seal_at``)."""
    diameter_mm: float = 42.0
    clock: ClockRun | None = None
    ledger_state: str = ""
    ledger_holder: str = ""
    organ: str = ""
    """The organ that issues the document: its seal, and no other's, is pressed (R54)."""
    legacy: bool = False
    """Accepted before its department was transferred: the old seal until it is closed (S172)."""
    seam: bool = False
    """Whether a seam seal goes over the edges of its pages."""
    paper_only: bool = False
    """The item is sealed on paper only (R44): the copies are pressed by hand."""
    originals: int = 1
    duplicates: int = 0
    """How many copies on paper were asked for, where they are pressed by hand."""
    copies: tuple[LedgerLine, ...] = ()
    """Their lines in the register of use, spoiled ones too, by serial."""
