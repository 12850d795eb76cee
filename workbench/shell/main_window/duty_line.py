"""The line in the header that says who one is today: post, department, on duty until when.

Pure texts from roster records and a moment; the header asks for the roster in the store lane. The
wording never accuses (glossary: 您当前不在班, not 无权查看).
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.rules.duty_roster import (
    Roster,
    appointment,
    next_shift,
    on_duty,
    on_leave,
    representative_on_duty,
    shift_at,
)
from workbench.rules.moment import Moment, to_local
from workbench.rules.people import CustodyShift, Post, Role, User, role_label
from workbench.rules.words import _
from workbench.shell.workplace import Workplace


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """What the line is made of; read once and again after each change."""

    roster: Roster
    custody: tuple[CustodyShift, ...] = ()


def read_duty(work: Workplace) -> DutyFacts:
    """In the store lane: the roster of the person's department, the custody of a custodian."""
    who = work.who
    custody = work.session.custody() if who.has(Role.SEAL_CUSTODIAN) else ()
    if not (who.department and who.has(Role.REPRESENTATIVE)):
        return DutyFacts(Roster(), custody)
    return DutyFacts(work.session.roster([who.department]), custody)


def post_text(who: User, facts: DutyFacts, at: Moment) -> str:
    """``Chief representative, post A`` or the roles of the person."""
    if who.department and who.has(Role.REPRESENTATIVE):
        letter = appointment(facts.roster, who.login, who.department, at)
        if letter is not None:
            posts = {Post.A: _("post A"), Post.B: _("post B"), Post.TEMP: _("stand-in")}
            return _("{role}, {post}").format(
                role=role_label(Role.REPRESENTATIVE), post=posts[letter.post]
            )
    return _(", ").join(role_label(role) for role in Role if role in who.roles)


def duty_text(work: Workplace, facts: DutyFacts, at: Moment) -> str:
    """``You are on duty until 12:00``, or who is; empty for roles without shifts."""
    who = work.who
    if who.has(Role.SEAL_CUSTODIAN):
        return _custody_text(who, facts, at)
    if not (who.department and who.has(Role.REPRESENTATIVE)):
        return ""
    if on_leave(facts.roster, who.login, at):
        return _("You are on leave")
    if on_duty(facts.roster, who.login, who.department, at):
        shift = shift_at(facts.roster, who.login, who.department, at)
        return _("You are on duty until {time}").format(time=_clock(shift.end if shift else at))
    return _off_duty(work, facts, at)


def is_on_duty(who: User, facts: DutyFacts, at: Moment) -> bool:
    """Whether the mark beside the line is lit."""
    if who.has(Role.SEAL_CUSTODIAN):
        return any(turn.login == who.login and turn.in_force(at) for turn in facts.custody)
    return bool(who.department) and on_duty(facts.roster, who.login, who.department or "", at)


def _off_duty(work: Workplace, facts: DutyFacts, at: Moment) -> str:
    department = work.who.department or ""
    other = representative_on_duty(facts.roster, department, at)
    if other is not None:
        shift = shift_at(facts.roster, other, department, at)
        return _("You are not on duty. On duty: {name}, until {time}").format(
            name=work.name_of(other), time=_clock(shift.end if shift else at)
        )
    following = next_shift(facts.roster.shifts, department, at, work.who.login)
    if following is None:
        return _("You are not on duty")
    return _("You are not on duty. Your next shift: {time}").format(
        time=f"{to_local(following.start):%m-%d %H:%M}"
    )


def _custody_text(who: User, facts: DutyFacts, at: Moment) -> str:
    for turn in facts.custody:
        if turn.login == who.login and turn.in_force(at):
            return _("You keep the seal until {time}").format(time=_clock(turn.end))
    for turn in facts.custody:
        if turn.login == who.login and turn.start <= at < turn.end:
            return _("Your custody shift has begun: take over the seal")
    return _("You do not keep the seal now")


def _clock(at: Moment) -> str:
    return f"{to_local(at):%H:%M}"
