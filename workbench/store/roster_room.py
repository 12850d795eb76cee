"""The roster room of a session: the duty roster and custody of the seal (``ports.RosterRoom``).

Only the roster manager publishes; with faults only with a reason, which is kept (domain 4.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, select, true, update

from workbench.rules.duty_roster import Roster
from workbench.rules.moment import to_local
from workbench.rules.people import CustodyShift, DutyShift, Role
from workbench.rules.refusals import Refusal
from workbench.rules.roster_faults import RosterPlan, faults_of
from workbench.rules.words import _
from workbench.store import people_rows
from workbench.store.engine import Unit
from workbench.store.seat import Seat
from workbench.store.tables import custody_shift, duty_shift, item_version

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
            old = duty_shift.c
            coming = (old.department == department) & (old.start > unit.now)
            unit.sql.execute(delete(duty_shift).where(coming))
            fresh = [self._published(one, department, unit) for one in shifts]
            for one in fresh:
                people_rows.add_shift(unit.sql, one)
            self._refuse_faults(unit, department, fresh, reason)
            self._audit(unit, "publish_shifts", f"{department} {len(fresh)} {reason.strip()}")

    def _published(self, one: DutyShift, department: str, unit: Unit) -> DutyShift:
        if one.department != department or one.start <= unit.now:
            raise Refusal(
                "shift_not_publishable",
                _("A shift of another department, or one that has begun, cannot be published."),
                _("Take it off the plan."),
            )
        published = one.published_at if one.published_at is not None else unit.now
        return replace(one, published_at=published, created_by=self.login)

    def _refuse_faults(
        self, unit: Unit, department: str, fresh: Sequence[DutyShift], reason: str
    ) -> None:
        if not fresh or reason.strip():
            return
        days = [to_local(one.start).date() for one in fresh]
        codes = select(item_version.c.item_code).where(
            item_version.c.department == department, item_version.c.state == "active"
        )
        plan = RosterPlan(
            people_rows.roster(unit.sql, (department,)), department, min(days), max(days),
            self._books.shelf.calendar(unit.sql), frozenset(unit.sql.execute(codes).scalars()),
            unit.now,
        )  # fmt: skip
        faults = faults_of(plan)
        if faults:
            shown = " ".join(fault.text for fault in faults[:SHOWN_FAULTS])
            raise Refusal(
                "roster_faults",
                _("The roster has {count} open faults. {first}").format(
                    count=len(faults), first=shown
                ),
                _("Correct them, or publish with a written reason."),
            )

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
                raise Refusal(
                    "no_custody_shift",
                    _("No custody shift of yours runs now."),
                    _("Ask the roster manager to enter the shift."),
                )
            if found[0].taken_over_at is not None:
                return found[0]
            unit.sql.execute(update(custody_shift).where(mine).values(taken_over_at=unit.now))
            self._audit(unit, "take_over_custody", "")
            return replace(found[0], taken_over_at=unit.now)
