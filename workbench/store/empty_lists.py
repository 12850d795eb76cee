"""Why a list is empty, in the fixed words of the glossary: an empty list never stands alone.

Called by ``worklists``. It names who is on duty and until when, or says that all is done and how
much that was today; never that somebody "has no right".
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import distinct, func, literal, select, true

from workbench.rules.case_view import NO_FILTER, WorklistQuery
from workbench.rules.duty_roster import next_shift, on_duty, on_leave, representatives_on_duty
from workbench.rules.facts import HandlerMoves
from workbench.rules.moment import Moment, at_local, to_local
from workbench.rules.people import Role
from workbench.rules.words import _, pick
from workbench.store import people_rows
from workbench.store.engine import Unit
from workbench.store.tables import (
    appointment,
    department,
    event,
)


def why_empty(unit: Unit, who: str, query: WorklistQuery, counts: Mapping[str, int]) -> str:
    """The sentence for the empty page."""
    if query.text.strip():
        return _("No case within your post has “{text}” in its number.").format(
            text=query.text.strip()
        )
    if counts.get("all"):
        return _("Nothing in this group.")
    if query.filter != NO_FILTER or query.cases is not None:
        return _("No case within your post fits what is filtered by.")
    return _not_on_duty(unit, who) or _without_the_seal(unit, who) or _all_done(unit, who)


def _not_on_duty(unit: Unit, who: str) -> str:
    """For a representative outside his shift: who is on duty, and until when."""
    letters = people_rows.appointments(unit.sql, appointment.c.login == who)
    mine = sorted({one.department for one in letters if one.in_force(unit.now)})
    if not mine:
        return ""
    roster = people_rows.roster(unit.sql, mine, unit.now)
    if any(on_duty(roster, who, code, unit.now) for code in mine):
        return ""
    code = mine[0]
    there = representatives_on_duty(roster, code, unit.now)
    first = _("You are on leave.") if on_leave(roster, who, unit.now) else _("You are not on duty.")
    if not there:
        text = _("{first} Nobody is on duty for {department} now.")
        return text.format(first=first, department=_department(unit, code))
    shift = next_shift(roster.shifts, code, unit.now, there[0])
    until = _time(unit, shift.end if shift else unit.now)
    return _("{first} Representative on duty: {name}, until {time}.").format(
        first=first, name=people_rows.shown_name(unit.sql, there[0]), time=until
    )


def _without_the_seal(unit: Unit, who: str) -> str:
    roles = people_rows.memberships(unit.sql, who)
    if not any(
        one.role is Role.SEAL_CUSTODIAN and one.valid_from <= unit.now < one.valid_to
        for one in roles
    ):
        return ""
    held = [
        one for one in people_rows.custody_shifts(unit.sql, true()) if one.in_force(unit.now)
    ]
    if any(one.login == who for one in held):
        return ""
    if not held:
        return _("Nobody has taken over the seal. Take over custody to see what awaits it.")
    return _("You have not taken over the seal. Custodian: {name}, until {time}.").format(
        name=people_rows.shown_name(unit.sql, held[0].login), time=_time(unit, held[0].end)
    )


def _all_done(unit: Unit, who: str) -> str:
    midnight = at_local(to_local(unit.now).date())
    wanted = select(func.count(distinct(event.c.case_id))).where(
        event.c.actor == literal(who),
        event.c.recorded_at >= midnight,
        event.c.kind.not_in(sorted(HandlerMoves)),
    )
    if unit.sql.dialect.name == "postgresql":
        # The log of a case that has gone on is no longer his to read, the number of them is.
        wanted = select(func.wb.my_cases_since(midnight))
    return _("All done ({count} today).").format(count=unit.sql.execute(wanted).scalar_one())


def _department(unit: Unit, code: str) -> str:
    columns = select(department.c.name_zh, department.c.name_en)
    row = unit.sql.execute(columns.where(department.c.code == code)).one_or_none()
    return pick(row.name_zh, row.name_en) if row else code


def _time(unit: Unit, until: Moment) -> str:
    """The hour, with the day before it where that is another one."""
    there, now = to_local(until), to_local(unit.now)
    return f"{there:%H:%M}" if there.date() == now.date() else f"{there:%Y-%m-%d %H:%M}"


