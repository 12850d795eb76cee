"""The duty roster: who may act for a department at a moment (domain 4.3).

Predicates over the records of :mod:`workbench.rules.people`; every one takes the moment, every
interval is half-open. The same predicates exist in ``store/`` as SQL; a test compares them.
Patterns that fill a roster are in :mod:`workbench.rules.rotation`, what can be wrong with one in
:mod:`workbench.rules.roster_faults`. Called by facts, the worklist and the roster screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.rules.moment import Moment
from workbench.rules.people import (
    Appointment,
    Authorisation,
    CustodyShift,
    DutyShift,
    Leave,
    Place,
    Post,
    Power,
    Recusal,
)


@dataclass(frozen=True, slots=True)
class Roster:
    """The letters, shifts and leaves that the predicates read, of one or more departments."""

    appointments: tuple[Appointment, ...] = ()
    authorisations: tuple[Authorisation, ...] = ()
    shifts: tuple[DutyShift, ...] = ()
    leaves: tuple[Leave, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    custody_shifts: tuple[CustodyShift, ...] = ()


def appointed(roster: Roster, login: str, department: str, at: Moment) -> bool:
    """Some appointment of the person for the department is in force."""
    return appointment(roster, login, department, at) is not None


def appointment(roster: Roster, login: str, department: str, at: Moment) -> Appointment | None:
    """The appointment in force, the standing post before an emergency one."""
    found = [
        letter
        for letter in roster.appointments
        if letter.login == login and letter.department == department and letter.in_force(at)
    ]
    return min(found, key=lambda letter: letter.post is Post.TEMP, default=None)


def on_leave(roster: Roster, login: str, at: Moment) -> bool:
    """Some leave of the person covers the moment; leave beats every shift (V07)."""
    return any(leave.login == login and leave.start <= at < leave.end for leave in roster.leaves)


def shift_at(
    roster: Roster, login: str, department: str, at: Moment, place: Place | None = None
) -> DutyShift | None:
    """The published shift of the person there at that moment, of that place if one is asked for."""
    return next(
        (
            shift
            for shift in roster.shifts
            if shift.login == login
            and shift.department == department
            and shift.start <= at < shift.end
            and is_published(shift, at)
            and place in (None, shift.place)
        ),
        None,
    )


def is_published(shift: DutyShift, at: Moment) -> bool:
    """Whether the shift was already published at that moment; a plan gives no right."""
    return shift.published_at is not None and shift.published_at <= at


def on_duty(
    roster: Roster, login: str, department: str, at: Moment, place: Place | None = None
) -> bool:
    """``on_duty(U,D,t)``: appointed, not on leave, and on a published shift."""
    return (
        shift_at(roster, login, department, at, place) is not None
        and not on_leave(roster, login, at)
        and appointed(roster, login, department, at)
    )


def powers(
    roster: Roster, login: str, department: str, item_code: str, at: Moment
) -> frozenset[Power]:
    """``powers(U,C,t)``: what the authorisations in force allow the person for that item.

    Being on duty is another question: a power does not need it, acting does.
    """
    held: frozenset[Power] = frozenset()
    for letter in roster.authorisations:
        same = letter.login == login and letter.department == department
        if same and letter.in_force(at) and letter.covers(item_code):
            held |= letter.powers
    return held


def item_authorised(
    roster: Roster, login: str, department: str, item_code: str, at: Moment
) -> bool:
    """Whether any authorisation in force covers the item: V01 if so, V02 if not."""
    return bool(powers(roster, login, department, item_code, at))


def representatives_on_duty(roster: Roster, department: str, at: Moment) -> tuple[str, ...]:
    """The logins of all who are on duty there, in alphabetical order; empty is a vacancy (V23)."""
    candidates = {shift.login for shift in roster.shifts if shift.department == department}
    return tuple(login for login in sorted(candidates) if on_duty(roster, login, department, at))


def representative_on_duty(roster: Roster, department: str, at: Moment) -> str | None:
    """The one who answers for that second (T03). On a joint shift: post A, then B, then a stand-in.

    A joint shift holds two people on purpose; the clock still needs one responsible person.
    """

    def rank(login: str) -> tuple[int, str]:
        letter = appointment(roster, login, department, at)
        return (list(Post).index(letter.post) if letter else len(Post), login)

    return min(representatives_on_duty(roster, department, at), key=rank, default=None)


def shift_ended_within(
    roster: Roster, login: str, department: str, at: Moment, span_us: int
) -> bool:
    """Whether a published shift of the person there ended less than ``span_us`` ago (V06, E06).

    The grace time is for saving one's own work; a leave or a revoked letter ends it (V07, V08).
    """
    ended = any(
        shift.login == login
        and shift.department == department
        and shift.end <= at < shift.end + span_us
        and is_published(shift, at)
        for shift in roster.shifts
    )
    allowed = appointed(roster, login, department, at) and not on_leave(roster, login, at)
    return ended and allowed


def next_shift(
    shifts: Iterable[DutyShift], department: str, at: Moment, login: str | None = None
) -> DutyShift | None:
    """The next published shift there that has not ended: "on duty until", "on duty from"."""
    coming = (
        shift
        for shift in shifts
        if shift.department == department
        and login in (None, shift.login)
        and is_published(shift, at)
        and shift.end > at
    )
    return min(coming, key=lambda shift: (shift.start, shift.login), default=None)


def recused(roster: Roster, login: str, case_id: str) -> bool:
    """Whether the person declared an interest in the case (V00)."""
    return any(one.login == login and one.case_id == case_id for one in roster.recusals)


def custodian_on_shift(roster: Roster, login: str, at: Moment) -> bool:
    """Whether the custodian has taken the seal over and still holds it (V16)."""
    return any(shift.login == login and shift.in_force(at) for shift in roster.custody_shifts)
