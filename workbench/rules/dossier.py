"""Everything that facts may look at, loaded once: one case, its item, and the people around it.

The store loads a dossier inside the writing transaction (or for one question); facts in
:mod:`workbench.rules.facts` are pure functions of it, of a person and of a moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.rules.case import OPEN_TASK_STATES, Case, State, Task, TaskKind
from workbench.rules.catalogue import ItemVersion
from workbench.rules.clocks import ClockRun
from workbench.rules.duty_roster import Roster
from workbench.rules.moment import Moment
from workbench.rules.people import CustodyShift, Membership
from workbench.rules.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Step:
    """An event without its payload's meaning: enough for facts about who did what."""

    seq: int
    kind: str
    actor: str
    effective_at: Moment


@dataclass(frozen=True, slots=True)
class Pressed:
    """How the document of the newest stamping request stands in the register of use.

    ``signed``: a press is signed or released, or a copy scanned back. ``released``: one is
    released, which only the ledger's own verbs bring about (S167). ``copies_out``: paper copies
    are numbered or printed and not registered yet.
    """

    signed: bool = False
    released: bool = False
    copies_out: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """One case as the rules see it. ``case`` is ``None`` while it is being registered."""

    case: Case | None
    item: ItemVersion
    department: str
    steps: tuple[Step, ...] = ()
    tasks: tuple[Task, ...] = ()
    clocks: tuple[ClockRun, ...] = ()
    entries: frozenset[str] = frozenset()
    """``part:kind`` of every entry that is there."""
    material_codes: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    roster: Roster = field(default_factory=Roster)
    memberships: tuple[Membership, ...] = ()
    custody: tuple[CustodyShift, ...] = ()
    ledger: Pressed = Pressed()
    calendar: Calendar | None = None
    """The working days in force; without them no length in working days can be allowed."""

    @property
    def state(self) -> State | None:
        return self.case.state if self.case else None

    def open_tasks(self, kind: TaskKind) -> tuple[Task, ...]:
        """The sub-tasks of that kind which still wait for something."""
        return tuple(t for t in self.tasks if t.kind is kind and t.state in OPEN_TASK_STATES)

    def last_task(self, kind: TaskKind) -> Task | None:
        """The newest sub-task of that kind, open or not."""
        found = [t for t in self.tasks if t.kind is kind]
        return found[-1] if found else None

    def clock(self, name: str) -> ClockRun | None:
        """The newest run of the clock, running or stopped."""
        found = [c for c in self.clocks if c.name == name]
        return found[-1] if found else None
