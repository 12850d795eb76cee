"""Making and publishing a duty roster (domain 4.5), and reading it for the week grid.

Called by the roster screen and the command line. A draft is a plain tuple of shifts: what is laid
out by a pattern or changed by hand counts for nothing until the roster manager publishes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from workbench.casework.ports import Session
from workbench.rules.catalogue import ItemState, ItemVersion
from workbench.rules.duty_roster import Roster
from workbench.rules.moment import Moment, at_local, to_local
from workbench.rules.people import DutyShift, Post, ShiftKind
from workbench.rules.refusals import Refusal
from workbench.rules.roster_faults import RosterFault, RosterPlan, faults_of
from workbench.rules.rotation import Pair, alternate_days, alternate_half_days, alternate_weeks
from workbench.rules.words import _
from workbench.rules.working_days import ONE_DAY, Calendar

Pattern = Callable[[Pair, date, date, Calendar], tuple[DutyShift, ...]]
PATTERNS: Final[dict[str, Pattern]] = {
    "half_days": alternate_half_days,
    "days": alternate_days,
    "weeks": alternate_weeks,
}
"""The patterns of domain 4.5 that fill a roster, by code."""
MOST_WEEKS: Final = 26


@dataclass(frozen=True, slots=True)
class RosterDraft:
    """What would be published: every unstarted shift of the department, old and new.

    ``first`` and ``last`` are the first and last day on which faults are looked for.
    """

    department: str
    shifts: tuple[DutyShift, ...]
    first: date
    last: date
    manager: str


def monday_of(day: date) -> date:
    """The first day of that ISO week."""
    return day - timedelta(days=day.weekday())


def pair_of(roster: Roster, department: str, at: Moment, manager: str) -> Pair:
    """The two standing representatives. Refusal ``no_pair`` where a post is empty."""
    posts = {
        letter.post: letter.login
        for letter in roster.appointments
        if letter.department == department and letter.in_force(at)
    }
    if Post.A not in posts or Post.B not in posts:
        raise Refusal(
            "no_pair",
            _("Post A or post B of this department is empty."),
            _("File the appointment letter first."),
        )
    return Pair(department, posts[Post.A], posts[Post.B], manager)


def unstarted(roster: Roster, department: str, at: Moment) -> tuple[DutyShift, ...]:
    """The department's shifts that a publication would replace."""
    return tuple(s for s in roster.shifts if s.department == department and s.start > at)


def lay_out(
    roster: Roster,
    pair: Pair,
    pattern: str,
    first: date,
    weeks: int,
    calendar: Calendar,
    at: Moment,
) -> RosterDraft:
    """Fill ``weeks`` weeks from ``first`` with a pattern; shifts outside them stay as they are.

    Refusal ``roster_in_past`` or ``roster_span`` where the days cannot be laid out.
    """
    if first <= to_local(at).date():
        raise Refusal(
            "roster_in_past",
            _("The first day must be after today."),
            _("Choose a later first day; today's shifts are changed one by one."),
        )
    last = min(first + timedelta(days=7 * weeks - 1), calendar.last)
    if not 1 <= weeks <= MOST_WEEKS or last < first:
        raise Refusal(
            "roster_span",
            _("A roster can be laid out for 1 to {n} weeks of a loaded calendar year.").format(
                n=MOST_WEEKS
            ),
            _("Choose fewer weeks, or have the calendar of the next year loaded."),
        )
    start, end = at_local(first), at_local(last + ONE_DAY)
    kept = [s for s in unstarted(roster, pair.department, at) if s.end <= start or s.start >= end]
    made = PATTERNS[pattern](pair, first, last, calendar)
    shifts = tuple(sorted((*kept, *made), key=lambda s: (s.start, s.login)))
    return _spanning(RosterDraft(pair.department, shifts, first, last, pair.created_by))


def draft_of(roster: Roster, department: str, at: Moment, manager: str) -> RosterDraft:
    """A draft that changes nothing yet, for changing single shifts by hand."""
    today = to_local(at).date()
    return _spanning(
        RosterDraft(department, unstarted(roster, department, at), today, today, manager)
    )


def _spanning(draft: RosterDraft) -> RosterDraft:
    """Publishing replaces every unstarted shift, so faults are looked for on all their days."""
    days = [to_local(s.start).date() for s in draft.shifts]
    return replace(draft, first=min([draft.first, *days]), last=max([draft.last, *days]))


def give_to(draft: RosterDraft, shift_id: str, login: str) -> RosterDraft:
    """One shift passes to the other representative: a swap, logged as one (4.5)."""
    changed = tuple(
        replace(s, login=login, kind=ShiftKind.SWAP, created_by=draft.manager, published_at=None)
        if s.shift_id == shift_id
        else s
        for s in draft.shifts
    )
    return replace(draft, shifts=changed)


def take_out(draft: RosterDraft, shift_id: str) -> RosterDraft:
    """One shift is left out; a gap in office hours is then a fault."""
    return replace(draft, shifts=tuple(s for s in draft.shifts if s.shift_id != shift_id))


def planned(roster: Roster, draft: RosterDraft, at: Moment) -> Roster:
    """The roster as it would be if the draft were published now."""
    started = [s for s in roster.shifts if s.department != draft.department or s.start <= at]
    return replace(roster, shifts=(*started, *draft.shifts))


def faults(
    roster: Roster,
    draft: RosterDraft,
    calendar: Calendar,
    items: Iterable[ItemVersion],
    at: Moment,
) -> tuple[RosterFault, ...]:
    """What is wrong with the draft, in order of time; the office hours before now are not asked."""
    codes = frozenset(
        item.item_code
        for item in items
        if item.department_code == draft.department and item.state is ItemState.ACTIVE
    )
    plan = RosterPlan(
        planned(roster, draft, at), draft.department, draft.first, draft.last, calendar, codes, at
    )
    return tuple(fault for fault in faults_of(plan) if fault.end > at)


def publish(
    session: Session, draft: RosterDraft, found: Sequence[RosterFault], reason: str
) -> None:
    """Publish the draft. Open faults need a reason (4.5); nobody rosters himself (3.6), ever.

    Raises Refusal ``rostered_himself``, ``open_faults`` or what the store refuses.
    """
    if any(shift.login == session.who.login for shift in draft.shifts):
        raise Refusal(
            "rostered_himself",
            _("The roster manager cannot roster himself."),
            _("Another roster manager has to publish this roster."),
        )
    if found and not reason.strip():
        raise Refusal(
            "open_faults",
            _("The roster has {n} open faults.").format(n=len(found)),
            _("Mend them, or write why it is published with open faults."),
        )
    session.publish_shifts(draft.department, draft.shifts, reason.strip())
