"""The roster room of a session: the duty roster and custody of the seal (``ports.RosterRoom``).

Only the roster manager publishes; with faults only with a reason, which is kept (domain 4.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, exists, select, true, update

from workbench.rules.duty_roster import Roster
from workbench.rules.moment import to_local
from workbench.rules.people import CustodyShift, DutyShift, Role, ShiftKind
from workbench.rules.refusal_texts import refusal
from workbench.rules.roster_faults import RosterFault, RosterPlan, faults_of
from workbench.store import people_rows
from workbench.store.engine import Unit
from workbench.store.seal_custody_room import received
from workbench.store.seat import Seat
from workbench.store.tables import app_user, custody_shift, duty_shift, item_version

SHOWN_FAULTS = 5


class RosterRoomOf(Seat):
    """Who is on duty, and who keeps the seal."""

    def roster(self, departments: Sequence[str]) -> Roster:
        """Letters, shifts and leaves of these departments."""
        with self._work.read() as unit:
            return people_rows.roster(unit.sql, departments)

    def publish_shifts(self, department: str, shifts: Sequence[DutyShift], reason: str) -> None:
        """Replace the unstarted shifts of the department; what began stays as it was."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.ROSTER_MANAGER,))
            before = people_rows.roster(unit.sql, (department,))
            coming = unstarted(before, unit.now)
            people = set(unit.sql.execute(select(app_user.c.login)).scalars())
            fresh = [self._planned(one, department, coming, people, unit) for one in shifts]
            if not reason.strip():
                refuse_faults(self._faults(unit, before, department, fresh))
            old = duty_shift.c
            unit.sql.execute(
                delete(duty_shift).where(old.department == department, old.start > unit.now)
            )
            for one in fresh:
                since = one.published_at if one.published_at is not None else unit.now
                people_rows.add_shift(unit.sql, replace(one, published_at=since))
            self._audit(unit, "publish_shifts", f"{department} {len(fresh)} {reason.strip()}")

    def _planned(
        self, one: DutyShift, department: str, coming: Sequence[DutyShift], people: set[str],
        unit: Unit,
    ) -> DutyShift:  # fmt: skip
        """The shift as it is to stand. When it was published is only believed of one that stood
        there before; a stand-in's shift comes from the head of the organ alone (E05)."""
        since = next((old.published_at for old in coming if same_shift(old, one)), None)
        named_now = one.kind is ShiftKind.EMERGENCY and since is None
        if one.department != department or one.start <= unit.now or named_now:
            raise refusal("shift_not_publishable")
        if one.login not in people:
            raise refusal("person_unknown", login=one.login)
        return replace(one, published_at=since, created_by=self.login)

    def _faults(
        self, unit: Unit, before: Roster, department: str, fresh: Sequence[DutyShift]
    ) -> tuple[RosterFault, ...]:
        """What would be wrong, on all days of what is published and of what it replaces."""
        coming = unstarted(before, unit.now)
        days = [to_local(one.start).date() for one in (*coming, *fresh)]
        if not days:
            return ()
        begun = [one for one in before.shifts if one.start <= unit.now]
        v, later = item_version.c, item_version.alias()
        codes = select(v.item_code).where(
            v.department == department, v.state == "active",
            ~exists().where(later.c.item_code == v.item_code, later.c.version > v.version),
        )  # fmt: skip
        return faults_of(RosterPlan(
            replace(before, shifts=(*begun, *fresh)), department, min(days), max(days),
            self._books.shelf.calendar(unit.sql), frozenset(unit.sql.execute(codes).scalars()),
            unit.now,
        ))  # fmt: skip

    def custody(self) -> tuple[CustodyShift, ...]:
        """The custody shifts of the seal, in order of time."""
        with self._work.read() as unit:
            return people_rows.custody_shifts(unit.sql, true())

    def take_over_custody(self) -> CustodyShift:
        """The custodian takes over his shift that runs now (V16)."""
        with self._work.write() as unit:
            self._need_role(unit, (Role.SEAL_CUSTODIAN,))
            c = custody_shift.c
            mine = (c.login == self.login) & (c.start <= unit.now) & (unit.now < c.end)
            found = people_rows.custody_shifts(unit.sql, mine)
            if not found:
                raise refusal("no_custody_shift")
            if found[0].taken_over_at is not None:
                return found[0]
            unit.sql.execute(update(custody_shift).where(mine).values(taken_over_at=unit.now))
            received(unit, self.login)
            self._audit(unit, "take_over_custody", "")
            return replace(found[0], taken_over_at=unit.now)


def unstarted(roster: Roster, now: int) -> tuple[DutyShift, ...]:
    """The shifts that a publication replaces."""
    return tuple(one for one in roster.shifts if one.start > now)


def refuse_faults(faults: Sequence[RosterFault]) -> None:
    """Refusal ``roster_faults`` with the first of them, where there are any."""
    if faults:
        shown = " ".join(fault.text for fault in faults[:SHOWN_FAULTS])
        raise refusal("roster_faults", count=len(faults), first=shown)


def same_shift(old: DutyShift, new: DutyShift) -> bool:
    wanted = (new.shift_id, new.login, new.start, new.end, new.kind)
    return (old.shift_id, old.login, old.start, old.end, old.kind) == wanted
