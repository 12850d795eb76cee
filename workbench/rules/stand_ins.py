"""Emergency authorisation (E05, V22): both representatives are away, the head names a stand-in.

A named person, named items, at most five working days. The stand-in gets shifts only where office
hours have nobody: until they begin the ten-minute rule runs on. Called by the store; the roster
shows the shifts like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from workbench.rules.duty_roster import Roster, is_published
from workbench.rules.moment import Moment, to_local
from workbench.rules.people import (
    NO_END,
    Appointment,
    Authorisation,
    DutyShift,
    Post,
    Power,
    Role,
    ShiftKind,
    role_conflicts,
)
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.roster_faults import EMERGENCY_WORKING_DAYS, Stretch, without
from workbench.rules.words import _
from workbench.rules.working_days import ONE_DAY, Calendar


@dataclass(frozen=True, slots=True)
class StandIn:
    """What the head of the organ signs: who, for which items and powers, from when to when."""

    department: str
    login: str
    item_codes: frozenset[str]
    powers: frozenset[Power]
    letter_no: str
    start: Moment
    end: Moment

    def appointment(self) -> Appointment:
        """The letter that makes him a representative for the time."""
        return Appointment(
            self.login, self.department, Post.TEMP, self.letter_no, self.start, self.end
        )

    def authorisation(self) -> Authorisation:
        """The named items and powers, and nothing else."""
        return Authorisation(
            self.login, self.department, self.item_codes, self.powers, self.letter_no, self.start,
            self.end,
        )  # fmt: skip


def refuse_unfit(one: StandIn, roles: frozenset[Role], calendar: Calendar) -> None:
    """Refusal ``stand_in_items``, ``stand_in_long`` or ``stand_in_conflict``."""
    if not one.item_codes or not one.powers or not one.letter_no.strip():
        raise refusal("stand_in_items")
    first, last = to_local(one.start).date(), to_local(one.end - 1).date()
    days = calendar.working_days_between(first - ONE_DAY, last) if one.end > one.start else 0
    if not 0 < days <= EMERGENCY_WORKING_DAYS:
        raise refusal("stand_in_long", n=EMERGENCY_WORKING_DAYS)
    for conflict in role_conflicts(roles | {Role.REPRESENTATIVE}):
        raise Refusal("stand_in_conflict", conflict, _("Name another person."))


def vacancies(roster: Roster, one: StandIn, calendar: Calendar, now: Moment) -> tuple[Stretch, ...]:
    """The office hours of that time in which nobody is on duty for the department."""
    covers = list(_on_duty_stretches(roster, one.department, now))
    found = []
    day, last = to_local(one.start).date(), to_local(one.end - 1).date()
    while day <= last:
        for span in calendar.day_spans(day):
            start, end = max(span.start, one.start), min(span.end, one.end)
            if start < end:
                found += list(without((start, end), covers))
        day += timedelta(days=1)
    return tuple(found)


def _on_duty_stretches(roster: Roster, department: str, now: Moment) -> Iterator[Stretch]:
    for shift in roster.shifts:
        if shift.department != department or not is_published(shift, now):
            continue
        away = [(one.start, one.end) for one in roster.leaves if one.login == shift.login]
        letters = [
            (a.valid_from, min(a.valid_to, a.revoked_at or NO_END))
            for a in roster.appointments
            if (a.login, a.department) == (shift.login, department)
        ]
        for start, end in without((shift.start, shift.end), away):
            for first, last in letters:
                if max(start, first) < min(end, last):
                    yield max(start, first), min(end, last)


def shifts_of(one: StandIn, stretches: tuple[Stretch, ...], by: str, now: Moment) -> tuple[
    DutyShift, ...
]:  # fmt: skip
    """Emergency shifts over the vacancies, published at once."""
    return tuple(
        DutyShift(
            f"emergency-{one.letter_no}-{start}", one.department, one.login, start, end,
            ShiftKind.EMERGENCY, created_by=by, published_at=now,
        )
        for start, end in stretches
    )  # fmt: skip
