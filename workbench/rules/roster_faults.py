"""What is wrong with a roster before it is published (domain 4.5, 4.1, E05).

``faults_of`` looks at the shifts of one department between two days as if they were published. An
empty answer may be published; with faults only "publish with open faults" by the roster manager,
who writes a reason. Called by the roster desk and by ``centre check``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from workbench.rules.duty_roster import Roster, item_authorised
from workbench.rules.moment import SECOND, Moment, at_local, stamp, to_local
from workbench.rules.people import DutyShift, Post, ShiftKind
from workbench.rules.words import _, listed
from workbench.rules.working_days import ONE_DAY, Calendar

MOST_DAYS_IN_A_ROW: Final = 10
EMERGENCY_WORKING_DAYS: Final = 5
SHOWN_ITEMS: Final = 3

Stretch = tuple[Moment, Moment]


@dataclass(frozen=True, slots=True)
class RosterFault:
    """One fault: a stable code, words, the stretch it concerns and whom."""

    code: str
    text: str
    start: Moment
    end: Moment
    logins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What is to be published: a department's shifts from ``first`` to ``last``, days included.

    ``item_codes`` are the items the department accepts; ``publish_at`` None leaves the lead time
    unchecked. The roster holds the department's shifts, planned ones included.
    """

    roster: Roster
    department: str
    first: date
    last: date
    calendar: Calendar
    item_codes: frozenset[str] = frozenset()
    publish_at: Moment | None = None

    @property
    def start(self) -> Moment:
        """The first moment of the plan."""
        return at_local(self.first)

    @property
    def end(self) -> Moment:
        """The first moment after the plan."""
        return at_local(self.last + ONE_DAY)

    @property
    def shifts(self) -> tuple[DutyShift, ...]:
        """The department's shifts that touch the plan, in order of time."""
        mine = (
            shift
            for shift in self.roster.shifts
            if shift.department == self.department
            and shift.start < self.end
            and shift.end > self.start
        )
        return tuple(sorted(mine, key=lambda shift: (shift.start, shift.login)))


def faults_of(plan: RosterPlan) -> tuple[RosterFault, ...]:
    """Every fault of the plan, in order of time."""
    found = [
        *_backwards(plan),
        *_gaps(plan),
        *_overlaps(plan),
        *_on_leave(plan),
        *_both_away(plan),
        *_too_many_days(plan),
        *_not_appointed(plan),
        *_not_authorised(plan),
        *_rostered_himself(plan),
        *_published_late(plan),
        *_emergencies(plan),
    ]
    return tuple(sorted(found, key=lambda fault: (fault.start, fault.code, fault.logins)))


def _backwards(plan: RosterPlan) -> Iterator[RosterFault]:
    for shift in plan.roster.shifts:
        if shift.department == plan.department and shift.end <= shift.start:
            text = _("The shift of {who} ends before it begins.").format(who=shift.login)
            yield RosterFault("backwards", text, shift.start, shift.end, (shift.login,))


def _gaps(plan: RosterPlan) -> Iterator[RosterFault]:
    """Nobody rostered while the office is open: the ten-minute rule then deems by itself."""
    covered = [(shift.start, shift.end) for shift in plan.shifts]
    for stretch in plan.calendar.open_between(plan.start, plan.end):
        for start, end in without(stretch, covered):
            text = _("Nobody on duty from {start} to {end}.")
            yield RosterFault("gap", text.format(start=_at(start), end=_at(end)), start, end)


def _overlaps(plan: RosterPlan) -> Iterator[RosterFault]:
    """Two at a time only if both shifts are marked joint (domain 4.2)."""
    shifts = plan.shifts
    for number, first in enumerate(shifts):
        for second in shifts[number + 1 :]:
            if second.start >= first.end:
                break
            if first.joint and second.joint and first.login != second.login:
                continue
            text = _("Shifts of {first} and {second} overlap and are not marked joint.").format(
                first=first.login, second=second.login
            )
            end = min(first.end, second.end)
            logins = (first.login, second.login)
            yield RosterFault("overlap", text, second.start, end, logins)


def _on_leave(plan: RosterPlan) -> Iterator[RosterFault]:
    for shift in plan.shifts:
        for leave in plan.roster.leaves:
            start, end = max(shift.start, leave.start), min(shift.end, leave.end)
            if leave.login == shift.login and start < end:
                text = _("{who} is rostered while on leave, from {start} to {end}.").format(
                    who=shift.login, start=_at(start), end=_at(end)
                )
                yield RosterFault("leave", text, start, end, (shift.login,))


def _both_away(plan: RosterPlan) -> Iterator[RosterFault]:
    """A and B must not be away together (4.1): a stretch of office hours with both on leave."""
    pair = tuple(sorted(_standing(plan)))
    if len(pair) < 2:
        return
    for stretch in plan.calendar.open_between(plan.start, plan.end):
        away: list[Stretch] = [stretch]
        for login in pair:
            leaves = [(one.start, one.end) for one in plan.roster.leaves if one.login == login]
            away = [piece for part in away for piece in within(part, leaves)]
        for start, end in away:
            text = _("Both representatives are away from {start} to {end}.").format(
                start=_at(start), end=_at(end)
            )
            yield RosterFault("both_away", text, start, end, pair)


def _standing(plan: RosterPlan) -> set[str]:
    return {
        letter.login
        for letter in plan.roster.appointments
        if letter.department == plan.department
        and letter.post is not Post.TEMP
        and letter.valid_from < plan.end
        and letter.valid_to > plan.start
        and letter.revoked_at is None
    }


def _too_many_days(plan: RosterPlan) -> Iterator[RosterFault]:
    """More than ten duty days in a row; a day the office is shut neither adds nor breaks."""
    for login in sorted({shift.login for shift in plan.shifts}):
        run: list[date] = []
        for day in (*_office_days(plan), None):
            if day is not None and _is_duty_day(plan, login, day):
                run.append(day)
                continue
            if len(run) > MOST_DAYS_IN_A_ROW:
                text = _("{who} is on duty {n} days in a row, more than {most}.").format(
                    who=login, n=len(run), most=MOST_DAYS_IN_A_ROW
                )
                start, end = at_local(run[0]), at_local(run[-1] + ONE_DAY)
                yield RosterFault("too_many_days", text, start, end, (login,))
            run = []


def _is_duty_day(plan: RosterPlan, login: str, day: date) -> bool:
    """More than half of the office time: half-day turns every day are a pattern, not a burden."""
    mine = [(shift.start, shift.end) for shift in plan.shifts if shift.login == login]
    spans = [(span.start, span.end) for span in plan.calendar.day_spans(day)]
    there = sum(high - low for span in spans for low, high in within(span, mine))
    return 2 * there > sum(end - start for start, end in spans)


def _office_days(plan: RosterPlan) -> Iterator[date]:
    for step in range((plan.last - plan.first).days + 1):
        day = plan.first + timedelta(days=step)
        if plan.calendar.day_spans(day):
            yield day


def _not_appointed(plan: RosterPlan) -> Iterator[RosterFault]:
    for shift in plan.shifts:
        letters = [
            letter
            for letter in plan.roster.appointments
            if letter.login == shift.login and letter.department == plan.department
        ]
        for at in (shift.start, shift.end - 1):
            if not any(letter.in_force(at) for letter in letters):
                text = _("{who} has no appointment letter in force at {start}.").format(
                    who=shift.login, start=_at(at)
                )
                yield RosterFault("not_appointed", text, shift.start, shift.end, (shift.login,))
                break


def _not_authorised(plan: RosterPlan) -> Iterator[RosterFault]:
    """One fault a person: the items of the department that his letters do not cover (V02)."""
    for login in sorted({shift.login for shift in plan.shifts}):
        mine = [shift for shift in plan.shifts if shift.login == login]
        missing = sorted(
            code
            for code in plan.item_codes
            if not all(_covered(plan, shift, code) for shift in mine)
        )
        if missing:
            text = _("The authorisation of {who} does not cover {n} items: {codes}.").format(
                who=login, n=len(missing), codes=listed(missing[:SHOWN_ITEMS])
            )
            yield RosterFault("not_authorised", text, mine[0].start, mine[-1].end, (login,))


def _covered(plan: RosterPlan, shift: DutyShift, code: str) -> bool:
    # A stand-in is named for some items only (V22): that is no fault of the roster.
    if shift.kind is ShiftKind.EMERGENCY:
        return True
    ends = (shift.start, shift.end - 1)
    return all(item_authorised(plan.roster, shift.login, plan.department, code, at) for at in ends)


def _rostered_himself(plan: RosterPlan) -> Iterator[RosterFault]:
    """The roster manager cannot roster himself as representative (domain 3.6)."""
    for shift in plan.shifts:
        if shift.created_by == shift.login:
            text = _("{who} has rostered himself.").format(who=shift.login)
            yield RosterFault("rostered_himself", text, shift.start, shift.end, (shift.login,))


def _published_late(plan: RosterPlan) -> Iterator[RosterFault]:
    """A roster is published at least one working day ahead; swaps and emergencies may be later."""
    if plan.publish_at is None:
        return
    today = to_local(plan.publish_at).date()
    for shift in plan.shifts:
        if shift.kind is not ShiftKind.REGULAR or shift.published_at is not None:
            continue
        if today > plan.calendar.working_day_before(to_local(shift.start).date()):
            text = _("The shift of {who} at {start} is published less than one working day ahead.")
            text = text.format(who=shift.login, start=_at(shift.start))
            yield RosterFault("late", text, shift.start, shift.end, (shift.login,))


def _emergencies(plan: RosterPlan) -> Iterator[RosterFault]:
    """E05: a stand-in is named for at most five working days."""
    for letter in plan.roster.appointments:
        if letter.post is not Post.TEMP or letter.department != plan.department:
            continue
        if letter.valid_from >= plan.end or letter.valid_to <= plan.start:
            continue
        first, last = to_local(letter.valid_from).date(), to_local(letter.valid_to - 1).date()
        last = min(last, plan.calendar.last)
        if plan.calendar.working_days_between(first - ONE_DAY, last) > EMERGENCY_WORKING_DAYS:
            text = _("The emergency appointment of {who} is longer than {n} working days.").format(
                who=letter.login, n=EMERGENCY_WORKING_DAYS
            )
            span = (letter.valid_from, letter.valid_to)
            yield RosterFault("emergency_long", text, *span, (letter.login,))


def without(stretch: Stretch, covers: Sequence[Stretch]) -> Iterator[Stretch]:
    """The parts of a stretch that no cover touches; all half-open."""
    at, stop = stretch
    for start, end in sorted(covers):
        if start >= stop:
            break
        if start > at:
            yield at, start
        at = max(at, end)
    if at < stop:
        yield at, stop


def within(stretch: Stretch, covers: Sequence[Stretch]) -> Iterator[Stretch]:
    """The parts of a stretch that some cover touches: what ``without`` leaves out."""
    at = stretch[0]
    for start, end in without(stretch, covers):
        if at < start:
            yield at, start
        at = end
    if at < stretch[1]:
        yield at, stretch[1]


def _at(moment: Moment) -> str:
    """Date and time to the minute, as the roster shows it."""
    return stamp(moment // (60 * SECOND) * 60 * SECOND)[:16]
