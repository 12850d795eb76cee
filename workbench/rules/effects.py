"""What a move does besides changing the state: data, carried out by the store's one ``make_move``.

A *source* says where a value comes from: ``=text`` the text itself, ``actor``, ``effective_at``,
or ``field:name`` the move's field of that name.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.rules.case import TaskKind
from workbench.rules.conditions import Condition


@dataclass(frozen=True, slots=True)
class Put:
    """Set a column of the case row from a source; the source ``none`` empties it."""

    column: str
    source: str


@dataclass(frozen=True, slots=True)
class StartClock:
    """Start a clock at the effective moment, or at the case's moment named ``from_column``."""

    name: str
    from_column: str = ""


@dataclass(frozen=True, slots=True)
class StopClock:
    name: str


@dataclass(frozen=True, slots=True)
class GoOnClock:
    """The clock that was stopped goes on as if it had not been: its due moment stays (T23b)."""

    name: str


@dataclass(frozen=True, slots=True)
class PauseClocks:
    """Stop the statutory and the promised clock from counting, at this second (R23)."""


@dataclass(frozen=True, slots=True)
class ResumeClocks:
    """Let them count again, and give back what the pause took (domain 3.4, rule 5)."""


@dataclass(frozen=True, slots=True)
class ExtendClock:
    """Add as many working days as the last ``kind`` task's ``key`` says (R19)."""

    name: str
    kind: TaskKind
    key: str


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Open a sub-task. ``keep`` names the move's fields that become the task's data.

    ``each`` names a list field: one task is opened for each member, which becomes the department.
    ``stamped`` names columns of the case row that are kept with it as they stand then.
    """

    kind: TaskKind
    state: str = "open"
    department: str = ""
    login: str = ""
    second_login: str = ""
    keep: tuple[str, ...] = ()
    each: str = ""
    due_clock: str = ""
    stamped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdvanceTask:
    """Bring the open task of that kind into another state; ``of_mine`` picks the actor's own.

    ``keep`` names the move's fields that are added to the task's data; ``login`` says whose it is
    from now on. ``unless`` is a condition over what the move brings: where it holds, the task goes
    to ``instead``.
    """

    kind: TaskKind
    to: str
    closes: bool = False
    of_mine: bool = False
    keep: tuple[str, ...] = ()
    login: str = ""
    unless: Condition | None = None
    instead: str = ""


@dataclass(frozen=True, slots=True)
class StrikeOff:
    """Take the value of a field off list ``key`` of the open task of that kind."""

    kind: TaskKind
    key: str
    field: str


@dataclass(frozen=True, slots=True)
class Relist:
    """Make list ``key`` of the last task of that kind what the field says; open it again."""

    kind: TaskKind
    key: str
    field: str


@dataclass(frozen=True, slots=True)
class Supervise:
    """Write one supervision event, unique per case, kind and round (S008)."""

    kind: str


Effect = (
    Put | StartClock | StopClock | GoOnClock | PauseClocks | ResumeClocks | ExtendClock
    | OpenTask | AdvanceTask | StrikeOff | Relist | Supervise
)  # fmt: skip
