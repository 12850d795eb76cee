"""The absence room of a session: leaves, and stand-ins for when both are away (E04, E05).

``ports.AbsenceRoom``. A leave ends its person's claims at its start: whoever looks next finds them
on the automatic hand-over list. Every entry is a line of the audit. Called through ``session``.
"""

from __future__ import annotations

from dataclasses import replace

from workbench.rules.moment import Moment, stamp
from workbench.rules.people import Leave, Role
from workbench.rules.refusal_texts import refusal
from workbench.rules.stand_ins import StandIn, refuse_unfit, shifts_of, vacancies
from workbench.store import people_rows, seeding
from workbench.store.engine import Unit
from workbench.store.seat import Seat
from workbench.store.tables import duty_shift


class AbsenceRoomOf(Seat):
    """Who is away, and who stands in."""

    def enter_leave(self, login: str, start: Moment, end: Moment, reason_kind: str) -> Leave:
        """See the port; a leave never begins in the past."""
        with self._work.write() as unit:
            self._still_here(unit)
            if login != self.login:
                self._need_role(unit, (Role.ROSTER_MANAGER,))
            self._person(unit, login)
            one = Leave(login, max(start, unit.now), end, reason_kind)
            if one.end <= one.start:
                raise refusal("leave_over")
            seeding.add_leave(unit, one)
            self._audit(unit, "enter_leave", f"{login} {stamp(one.start)} {stamp(one.end)}")
            return one

    def name_stand_in(self, one: StandIn) -> int:
        """See the port."""
        with self._work.write() as unit:
            self._still_here(unit)
            self._need_head_of(unit, one.department)
            calendar = self._books.shelf.calendar(unit.sql)
            one = replace(one, start=max(one.start, unit.now))
            refuse_unfit(one, self._person(unit, one.login), calendar)
            roster = people_rows.roster(unit.sql, (one.department,))
            open_hours = vacancies(roster, one, calendar, unit.now)
            if not open_hours:
                raise refusal("not_vacant")
            shifts = shifts_of(one, open_hours, self.login, unit.now)
            taken = duty_shift.c.shift_id.in_([shift.shift_id for shift in shifts])
            if people_rows.shifts(unit.sql, taken):
                raise refusal("letter_used", letter=one.letter_no)
            seeding.add_appointment(unit, one.appointment())
            seeding.add_authorisation(unit, one.authorisation())
            for shift in shifts:
                people_rows.add_shift(unit.sql, shift)
            detail = f"{one.department} {one.login} {one.letter_no} {stamp(one.end)}"
            self._audit(unit, "name_stand_in", detail)
            return len(open_hours)

    def _person(self, unit: Unit, login: str) -> frozenset[Role]:
        for user in people_rows.users(unit.sql, unit.now):
            if user.login == login:
                return user.roles
        raise refusal("person_unknown", login=login)

    def _need_head_of(self, unit: Unit, department: str) -> None:
        heads = (Role.ORGAN_HEAD, Role.GOVERNMENT_HEAD)
        mine = [m for m in self._memberships(unit) if m.role in heads]
        if all(m.department != department for m in mine):
            raise refusal("not_your_role")
