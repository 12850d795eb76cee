"""The sample centre Qingyun District 青云区: made up, complete, always the same but its keys.

``sample_seed`` turns the shipped people file into the records that the store writes. Called by the
command line (``run``, ``demo``, ``centre create``) and by tests.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from workbench.rules.centre_seed import CentreSeed
from workbench.rules.moment import Moment, at_local, to_local
from workbench.rules.people import (
    Appointment,
    Authorisation,
    CustodyShift,
    Department,
    DepartmentKind,
    DutyShift,
    Membership,
    Post,
    Power,
    Role,
    User,
)
from workbench.rules.publication import Publication
from workbench.rules.seal_balance import SealCertificate
from workbench.rules.seal_custody import Seal
from workbench.rules.working_days import Calendar

WEEKS: Final = 8
"""How far the sample roster is published ahead."""

_WORDS: Final = (
    "bamboo", "cedar", "cloud", "crane", "ferry", "ginkgo", "harbour", "jade", "lantern", "lotus",
    "maple", "meadow", "orchid", "osmanthus", "paper", "pebble", "pine", "plum", "rain", "reed",
    "river", "silk", "spring", "stone", "summer", "swallow", "tea", "valley", "willow", "winter",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """What the seed is put together from, beside the people file."""

    publications: Sequence[Publication]
    seals: Sequence[Seal]
    certificates: Sequence[SealCertificate]
    calendar: Calendar
    calendar_years: Sequence[Mapping[str, Any]]
    office_hours: Mapping[str, Any]


def password() -> str:
    """A sample password: three words and two digits; printed, never guessed (about 22 bits)."""
    words = "-".join(secrets.choice(_WORDS) for _ in range(3))
    return f"{words}-{secrets.randbelow(90) + 10}"


def exercise_morning(real_now: Moment, calendar: Calendar) -> Moment:
    """09:00 of the first working day from today on: where the sample centre's clock starts."""
    day = to_local(real_now).date()
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return at_local(day, 9)


def sample_seed(
    people: Mapping[str, Any], parts: Parts, start: Moment, settings: Mapping[str, str]
) -> CentreSeed:
    """The whole sample centre, its roster beginning with the day of ``start``."""
    centre = people["centre"]
    persons: list[Mapping[str, Any]] = people["person"]
    since = start - (start - at_local(to_local(start).date()))
    departments = tuple(_departments(people["department"], centre["organ_zh"]))
    return CentreSeed(
        settings={"name_zh": centre["name_zh"], "name_en": centre["name_en"], **settings},
        departments=departments,
        users=tuple(_user(p) for p in persons),
        passwords={p["login"]: password() for p in persons},
        memberships=tuple(m for p in persons for m in _memberships(p, centre["site"], since)),
        appointments=tuple(_appointment(p, since) for p in persons if "post" in p),
        authorisations=tuple(_authorisation(p, since) for p in persons if "post" in p),
        shifts=tuple(_shifts(persons, parts.calendar, start, since)),
        custody=tuple(_custody(persons, parts.calendar, start)),
        publications=tuple(parts.publications),
        seals=tuple(parts.seals),
        certificates=tuple(parts.certificates),
        calendar_years=tuple(parts.calendar_years),
        office_hours=parts.office_hours,
    )


def _departments(rows: Sequence[Mapping[str, Any]], organ: str) -> Iterator[Department]:
    for row in rows:
        yield Department(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            organ_name=organ,
            credit_code=row["credit_code"],
            kind=DepartmentKind(row["kind"]),
        )


def _roles(person: Mapping[str, Any]) -> frozenset[Role]:
    named = [Role(r) for r in person.get("roles", ())]
    return frozenset([*named, *([Role.REPRESENTATIVE] if "post" in person else [])])


def _user(person: Mapping[str, Any]) -> User:
    return User(
        login=person["login"],
        name_zh=person["name_zh"],
        name_en=person["name_en"],
        roles=_roles(person),
        department=person.get("department"),
        site=person.get("site"),
    )


def _memberships(person: Mapping[str, Any], site: str, since: Moment) -> Iterator[Membership]:
    departments = person.get("departments") or [person.get("department")]
    for role in sorted(_roles(person)):
        for department in departments:
            yield Membership(
                login=person["login"],
                role=role,
                department=department,
                site=person.get("site"),
                window="1" if person.get("site") == site else None,
                valid_from=since,
            )


def _appointment(person: Mapping[str, Any], since: Moment) -> Appointment:
    return Appointment(
        person["login"], person["department"], Post(person["post"]),
        f"任-{person['department']}-{person['post']}", since,
    )  # fmt: skip


def _authorisation(person: Mapping[str, Any], since: Moment) -> Authorisation:
    return Authorisation(
        person["login"], person["department"], None, frozenset(Power),
        f"授-{person['department']}-{person['post']}", since,
    )  # fmt: skip


def working_dates(calendar: Calendar, first: date, days: int) -> Iterator[date]:
    """The working days among the next ``days`` calendar days."""
    for step in range(days):
        day = first + timedelta(days=step)
        if calendar.is_working_day(day):
            yield day


def _shifts(
    persons: Sequence[Mapping[str, Any]], calendar: Calendar, start: Moment, published: Moment
) -> Iterator[DutyShift]:
    """Post A in the mornings, post B in the afternoons; together they leave no gap (4.5)."""
    halves = {"A": ((8, 30), (13, 30)), "B": ((13, 30), (17, 30))}
    first = to_local(start).date()
    for person in persons:
        if "post" not in person:
            continue
        begin, end = halves[person["post"]]
        for day in working_dates(calendar, first, WEEKS * 7):
            yield DutyShift(
                shift_id=f"{person['department']}-{day.isoformat()}-{person['post']}",
                department=person["department"],
                login=person["login"],
                start=at_local(day, *begin),
                end=at_local(day, *end),
                created_by="song.ning",
                published_at=published,
            )


def _custody(
    persons: Sequence[Mapping[str, Any]], calendar: Calendar, start: Moment
) -> Iterator[CustodyShift]:
    """First custodian and deputy by turns, week by week; the first has taken over already."""
    order = {p["custody"]: p["login"] for p in persons if "custody" in p}
    first = to_local(start).date()
    monday = first - timedelta(days=first.weekday())
    for day in working_dates(calendar, first, WEEKS * 7):
        weeks = (day - monday).days // 7
        keeper = order["first"] if weeks % 2 == 0 else order["deputy"]
        begin = at_local(day, 8)
        yield CustodyShift(keeper, begin, at_local(day, 18), taken_over_at=begin)
