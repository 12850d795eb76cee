"""What to say and when: plain functions of a list, a moment, and whether the person is on duty.

No Qt and no clock of its own. The thresholds are those of the clock itself (``clocks.light``): for
the ten minutes of an acceptance yellow at five and orange at eight (domain 3.4, S134), red at the
end (S040). Called by :mod:`workbench.shell.alerts.alerts`; tested as a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from workbench.casework.ports import Session
from workbench.rules.case import POOL, State
from workbench.rules.case_view import (
    NO_FILTER,
    Worklist,
    WorklistOrder,
    WorklistQuery,
    WorklistRow,
)
from workbench.rules.clocks import ClockRun, Light, light
from workbench.rules.moment import Moment
from workbench.rules.people import Role, User
from workbench.rules.working_days import Calendar

CLOCK: Final = "acceptance_response"
"""The clock that calls: it runs from the push and decides by itself."""

FEW, MANY = 50, 200
"""Rows of the question that the desk puts by itself, and of those that it puts to know more."""

GRADES: Final = (Light.GREEN, Light.YELLOW, Light.ORANGE, Light.RED)
Push = tuple[int, int]
"""A case and the round of its clock: what is pushed a second time is new again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits for the person, as one answer of the centre told it.

    ``count`` is the counter of the group in the inbox, ``nearest`` the clock that ends first,
    ``pushed`` the running acceptance clocks of cases that are free or his own.
    """

    count: int = 0
    nearest: ClockRun | None = None
    pushed: Mapping[Push, ClockRun] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """One call: how many are new, and of those that wait how many stand at which light.

    ``nearest`` is the one whose time ends first, where one has not ended yet.
    """

    new: int
    waiting: Mapping[Light, int]
    nearest: ClockRun | None

    @property
    def urgent(self) -> bool:
        """Whether it may stay until somebody looks: eight of ten minutes are over."""
        return any(self.waiting.get(grade) for grade in (Light.ORANGE, Light.RED))


Told = Mapping[Push, Light]
"""Up to which light each push has been told."""


def is_called(who: User) -> bool:
    """Whether pushes are for this person at all: representatives have shifts and a pool."""
    return bool(who.department) and who.has(Role.REPRESENTATIVE)


def group_of(who: User) -> str:
    """The group of the inbox whose counter is on the tray: a pool has who takes shifts."""
    return "pool" if is_called(who) else "mine"


def standing(who: User, query: WorklistQuery, found: Worklist) -> Standing | None:
    """What an answer says of it; ``None`` where that question asks for too little to know."""
    rows = tuple(row for row in found.rows if _waits(who, row))
    pushed = sum(row.shown_state is State.PENDING_ACCEPTANCE for row in rows)
    known = bool(rows) or not found.counts.get(group_of(who))
    if is_called(who):
        known = known and pushed >= found.counts.get(State.PENDING_ACCEPTANCE.value, 0)
    return standing_of(who, found, rows) if known and _is_whole(who, query) else None


def standing_of(who: User, found: Worklist, rows: Iterable[WorklistRow]) -> Standing:
    """The counter of an answer and the clocks of these rows. What can still be reached in time is
    nearer than what is over."""
    waiting = tuple(row for row in rows if _waits(who, row))
    clocks = [row.clock for row in waiting if row.clock is not None and row.clock.running]
    nearest = min(clocks, key=lambda run: (run.due_at <= found.at, run.due_at), default=None)
    count = found.counts.get(group_of(who), 0)
    return Standing(count, nearest if count else None, dict(_pushes(who, waiting)))


def look(session: Session, who: User) -> tuple[Standing, Moment]:
    """In the store lane: one short question, or two where so much is overdue that the ten minutes
    of others do not stand on its page."""
    query = WorklistQuery(group=group_of(who), limit=FEW)
    found = session.worklist(query)
    known = standing(who, query, found)
    if known is None:
        pushed = WorklistQuery(group=State.PENDING_ACCEPTANCE.value, limit=MANY)
        more = session.worklist(pushed).rows if is_called(who) else ()
        known = standing_of(who, found, (*found.rows, *more))
    return known, found.at


def _is_whole(who: User, query: WorklistQuery) -> bool:
    """Whether nothing is left out of that list but what comes later, most urgent first."""
    narrowed = query.text.strip() or query.filter != NO_FILTER or query.cases is not None
    further = query.after is not None or query.offset
    turned = query.order is not WorklistOrder.DUE or query.descending
    return not (narrowed or further or turned) and query.group in ("all", group_of(who))


def _waits(who: User, row: WorklistRow) -> bool:
    if group_of(who) == "pool":
        return row.shown_state in POOL
    return who.login in (row.case.holder, row.case.reviewer)


def _pushes(who: User, rows: Iterable[WorklistRow]) -> list[tuple[Push, ClockRun]]:
    return [
        ((row.case.case_id, row.clock.round), row.clock)
        for row in rows
        if is_called(who)
        and row.clock is not None and row.clock.name == CLOCK and row.clock.running
        and row.case.holder in (None, who.login)
    ]  # fmt: skip


def what_to_say(
    told: Told | None, now: Standing, at: Moment, calendar: Calendar, on_duty: bool
) -> tuple[Told, Alert | None]:
    """What is told after this, and the call if there is one.

    ``told`` is ``None`` at the first look: what stands there then is seen in the inbox. Nobody off
    duty is called; what he has not been told is new to him when his shift begins.
    """
    if not on_duty:
        return {}, None
    lights = {push: light(run, at, calendar) for push, run in now.pushed.items()}
    if told is None:
        return lights, None
    new = sum(push not in told for push in lights)
    later = any(_passed(told[push], grade) for push, grade in lights.items() if push in told)
    if not new and not later:
        return lights, None
    waiting = {grade: sum(one is grade for one in lights.values()) for grade in GRADES}
    return lights, Alert(new, waiting, _first_to_end(now, at))


def _passed(before: Light, grade: Light) -> bool:
    """Whether a clock has come to its next colour; a longer limit gives time back silently."""
    known = before in GRADES and grade in GRADES
    return known and GRADES.index(grade) > GRADES.index(before)


def _first_to_end(now: Standing, at: Moment) -> ClockRun | None:
    left = [run for run in now.pushed.values() if run.due_at > at]
    return min(left, key=lambda run: run.due_at, default=None)
