"""Rosters of one department made by chance, and the one of the small centre as it is published."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection, delete

from tests.store.world import ITEMS, MONDAY, NINE, shifts
from workbench.rules.duty_roster import Roster
from workbench.rules.moment import DAY, HOUR, Moment, at_local
from workbench.rules.people import (
    NO_END,
    Appointment,
    Authorisation,
    DutyShift,
    Leave,
    Post,
    Power,
    ShiftKind,
)
from workbench.store import people_rows, seeding
from workbench.store.engine import Unit
from workbench.store.tables import (
    appointment,
    authorisation,
    authorisation_item,
    authorisation_power,
    duty_shift,
    leave,
)

CODES = frozenset({
    "backwards", "gap", "overlap", "leave", "both_away", "too_many_days", "not_appointed",
    "not_authorised", "rostered_himself", "late", "emergency_long",
})  # fmt: skip
"""Every kind of fault."""
PEOPLE = ("zhang", "li", "guo")
SATURDAY = date(2026, 5, 9)
MARKET = frozenset(one.item_code for one in ITEMS if one.department_code == "market"
                   and one.state.value == "active")  # fmt: skip


def coming() -> list[DutyShift]:
    """The department's shifts that have not begun, and two for the Saturday of May on which the
    office is open: what the desk publishes again without any fault."""
    plan = [one for one in shifts() if one.department == "market" and one.start > NINE]
    saturday = {"zhang": (8, 13), "li": (13, 18)}
    return plan + [
        DutyShift(f"{login}-saturday", "market", login, at_local(SATURDAY, first),
                  at_local(SATURDAY, last))
        for login, (first, last) in saturday.items()
    ]  # fmt: skip


@dataclass
class Chance:
    """Rosters of one department, mostly in order, with a few things wrong in each."""

    dice: random.Random

    def roster(self, *wanted: str) -> tuple[Roster, frozenset[str]]:
        """Letters, shifts and leaves, and the shifts that are new. ``wanted`` faults are tried."""
        others = self.dice.sample(sorted(CODES), self.dice.choice((0, 0, 1, 3)))
        wrong = frozenset((*wanted, *others))
        laid_out = [one for day in range(20 if wanted else self.dice.choice((3, 8, 20)))
                    for one in self._day(day, "too_many_days" in wrong)]  # fmt: skip
        planned = [one for one in laid_out if "gap" not in wrong or self.dice.random() < 0.8]
        planned = [self._bent(one, wrong) for one in planned]
        if "overlap" in wrong and planned:
            one = self.dice.choice(planned)
            planned.append(replace(one, shift_id="double", login=self.dice.choice(PEOPLE),
                                   joint=self.dice.random() < 0.5))  # fmt: skip
        fresh = frozenset(one.shift_id for one in planned if "late" in wrong
                          or one.start > NINE + 9 * DAY)  # fmt: skip
        letters = tuple(self._letters(wrong))
        return Roster(letters, tuple(self._powers(wrong)), tuple(planned),
                      tuple(self._leaves(wrong))), fresh  # fmt: skip

    def _day(self, number: int, alone: bool) -> Iterator[DutyShift]:
        day = MONDAY + timedelta(days=number)
        if day.weekday() > 4:
            return
        for login, first, last in (("zhang", 8, 13), ("li", 13, 18)):
            yield DutyShift(
                f"{login}-{number}", "market", "zhang" if alone else login, at_local(day, first),
                at_local(day, last), created_by="song", published_at=NINE - DAY,
            )  # fmt: skip

    def _bent(self, one: DutyShift, wrong: frozenset[str]) -> DutyShift:
        if self.dice.random() > 0.2:
            return one
        if "backwards" in wrong:
            one = replace(one, end=one.start - self.dice.choice((0, 1, HOUR, 30 * HOUR)))
        if "rostered_himself" in wrong:
            one = replace(one, created_by=one.login)
        if self.dice.random() < 0.3:
            one = replace(one, kind=self.dice.choice(tuple(ShiftKind)))
        if "overlap" in wrong:
            one = replace(one, end=one.end + self.dice.choice((1, HOUR)), joint=True)
        return one

    def span(self) -> tuple[Moment, Moment]:
        start = NINE + self.dice.randrange(-3, 20) * DAY + self.dice.randrange(-4, 9) * HOUR
        return start, start + self.dice.choice((1, HOUR, 5 * HOUR, DAY, 9 * DAY))

    def _letters(self, wrong: frozenset[str]) -> Iterator[Appointment]:
        for login, post in (("zhang", Post.A), ("li", Post.B)):
            ends = NO_END if "not_appointed" not in wrong else self.span()[1]
            lost = self.span()[1] if "not_appointed" in wrong and self.dice.random() < 0.3 else None
            yield Appointment(login, "market", post, "A", NINE - 90 * DAY, ends, lost)
        start, end = self.span()
        long = self.dice.choice((6, 9)) * DAY if "emergency_long" in wrong else 0
        if long or self.dice.random() < 0.4:
            yield Appointment("guo", "market", Post.TEMP, "E", start, end + long)

    def _powers(self, wrong: frozenset[str]) -> Iterator[Authorisation]:
        for login in PEOPLE:
            codes = None if "not_authorised" not in wrong else self.dice.choice(
                (None, MARKET, frozenset(list(MARKET)[:1]), frozenset()))  # fmt: skip
            powers = frozenset() if "not_authorised" in wrong and self.dice.random() < 0.2 else (
                frozenset({Power.ACCEPT}))  # fmt: skip
            ends = self.span()[1] if "not_authorised" in wrong and self.dice.random() < 0.3 else (
                NO_END)  # fmt: skip
            yield Authorisation(login, "market", codes, powers, "S", NINE - 90 * DAY, ends)

    def _leaves(self, wrong: frozenset[str]) -> Iterator[Leave]:
        start, end = self.span()
        if "leave" in wrong:
            yield Leave(self.dice.choice(PEOPLE), start, end, "illness")
        if "both_away" in wrong:
            yield Leave("zhang", start, end)
            yield Leave("li", *(self.span() if self.dice.random() < 0.3 else (start, end)))


def put(sql: Connection, roster: Roster) -> None:
    """In place of everything the department had."""
    for table in (authorisation_item, authorisation_power, authorisation, appointment, leave,
                  duty_shift):  # fmt: skip
        sql.execute(delete(table))
    unit = Unit(sql, NINE)
    for letter in roster.appointments:
        seeding.add_appointment(unit, letter)
    for power in roster.authorisations:
        seeding.add_authorisation(unit, power)
    for shift in roster.shifts:
        people_rows.add_shift(sql, shift)
    for away in roster.leaves:
        seeding.add_leave(unit, away)
