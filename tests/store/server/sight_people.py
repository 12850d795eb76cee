"""A crowd of every kind of post: letters, shifts, swaps, leaves, custody and powers by chance.

Thrown with one seed, much of it around one moment, the end of a shift: letters that end just then,
leaves that begin then, swaps that are published then. Nothing here asks whether a centre would let
all this be entered; sight is judged from the rows as they are. Called by ``test_sight_crowd``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from tests.store.world import LONG_AGO, MONDAY, ORGAN, ORGANS, item
from workbench.rules.catalogue import DecisionPath
from workbench.rules.moment import DAY, HOUR, MINUTE, Moment, at_local
from workbench.rules.people import NO_END, Department, Place, Post, Power, Role, ShiftKind, User
from workbench.rules.publication import Publication

END: Final = at_local(MONDAY, 13, 30)
"""The end of most morning shifts, and the beginning of most afternoons."""
MOMENTS: Final = (END - 1, END, END + 15 * MINUTE)
"""Both sides of it, and the end of the grace time."""
SITES: Final = ("hall", "branch", "village")
POSTS: Final = tuple(one for one in Role if one is not Role.REPRESENTATIVE)
"""Posts given by a membership; letters make the representatives."""
OFTEN: Final = (
    Role.REVIEWER, Role.REVIEWER, Role.WINDOW_ACCEPTOR, Role.SURVEYOR, Role.SEAL_CUSTODIAN,
    Role.INTAKE_AGENT,
)  # fmt: skip
GROUP: Final = {Role.GOVERNMENT_HEAD: "organ_head"}
VARIANT: Final = "01"
"""Two more characters make an item's variant, which the item's own letter covers (R64)."""

Values = dict[str, Any]


@dataclass
class Crowd:
    """The people, what they may be named for, and the rows about them."""

    dice: random.Random
    departments: tuple[str, ...]
    logins: tuple[str, ...]
    kinds: dict[str, set[str]] = field(default_factory=dict)
    """Sign-in name -> the kinds of post whose group it is in."""
    holding: dict[Role, list[str]] = field(default_factory=dict)
    letters: dict[str, list[str]] = field(default_factory=dict)
    """Department -> everybody who ever held a letter there."""
    rows: dict[str, list[Values]] = field(default_factory=dict)

    @cached_property
    def items(self) -> dict[str, tuple[str, ...]]:
        """Department -> an ordinary item, a major one, and the variant of the first."""
        found: dict[str, tuple[str, ...]] = {}
        for number, code in enumerate(self.departments):
            first, second = (_item(number, code, major).item_code for major in (False, True))
            found[code] = (first, second, first + VARIANT)
        return found

    def add(self, table: str, **values: Any) -> None:
        """One row of a table about people."""
        self.rows.setdefault(table, []).append(values)

    def one_of(self, *roles: Role) -> str:
        """Somebody who has or had such a post."""
        return self.dice.choice([who for role in roles for who in self.holding[role]])

    def seed_changes(self) -> Values:
        """What the small centre of ``tests.store.world`` is founded with instead of its own."""
        items = tuple(_item(number, code, major) for number, code in enumerate(self.departments)
                      for major in (False, True))  # fmt: skip
        return {
            "departments": tuple(
                Department(one, one, one, ORGAN, ORGANS["market"]) for one in self.departments
            ),
            "users": tuple(User(one, f"{one}某", one, frozenset()) for one in self.logins),
            "memberships": (), "appointments": (), "authorisations": (), "shifts": (),
            "custody": (),
            "publications": (Publication("standard", "1.0", "development", (), items),),
        }  # fmt: skip


def _item(number: int, department: str, major: bool) -> Any:
    path = DecisionPath.MAJOR if major else DecisionPath.ORDINARY
    return item(2 * number + major, "market", department_code=department, decision_path=path)


def crowd(dice: random.Random, many: int, departments: int) -> Crowd:
    """So many people in so many departments: one of each post at least, near half with letters."""
    made = Crowd(dice, tuple(f"d{number}" for number in range(departments)),
                 tuple(f"u{number:03d}" for number in range(many)))  # fmt: skip
    made.kinds = {one: set() for one in made.logins}
    _posts(made)
    first = len(POSTS)
    for number, login in enumerate(made.logins[first:]):
        if number % 5 < 3 or number < departments:
            _letters(made, login, made.departments[number % departments], Post.A)
    for login in dice.sample(made.logins, many // 6):
        _letters(made, login, dice.choice(made.departments), dice.choice((Post.TEMP, Post.B)))
    for code in made.departments:
        _shifts(made, code)
    for login in dice.sample(made.logins, many // 4):
        start, end = _span(dice, sure=0.3)
        made.add("leave", login=login, start=start, end=end, reason_kind="leave")
    return made


def _span(dice: random.Random, sure: float) -> tuple[Moment, Moment]:
    """A time that mostly holds at the end of the shift, else begins or ends close to it."""
    if dice.random() < sure:
        return LONG_AGO, dice.choice((NO_END, END + DAY))
    edges = (-30 * DAY, -DAY, -HOUR, -1, 0, 1, 14 * MINUTE, 15 * MINUTE, HOUR, DAY)
    first, last = sorted(dice.sample(edges, 2))
    return END + first, END + last


def _posts(crowd: Crowd) -> None:
    dice = crowd.dice
    for number, login in enumerate(crowd.logins):
        lettered = number >= len(POSTS) and (number - len(POSTS)) % 5 < 3
        wanted = [POSTS[number]] if number < len(POSTS) else [dice.choice((*OFTEN, *OFTEN, *POSTS))]
        if lettered and dice.random() < 0.8:
            continue
        if dice.random() < 0.2:
            wanted.append(dice.choice(POSTS))
        for role in wanted:
            _post(crowd, login, role, sure=0.8 if number >= len(POSTS) else 1.0)


def _post(crowd: Crowd, login: str, role: Role, sure: float) -> None:
    dice = crowd.dice
    start, end = _span(dice, sure)
    inside = role in (Role.REVIEWER, Role.ORGAN_HEAD, Role.GOVERNMENT_HEAD)
    at_site = role in (Role.WINDOW_ACCEPTOR, Role.INTAKE_AGENT, Role.ISSUING_CLERK)
    for department in dice.sample(crowd.departments, dice.choice((1, 2)) if inside else 1):
        crowd.add(
            "membership", login=login, role=role.value, department=department if inside else None,
            site=dice.choice(SITES) if at_site else None, window=None, valid_from=start,
            valid_to=end,
        )  # fmt: skip
    if role is Role.SEAL_CUSTODIAN:
        first, last = _span(dice, sure)
        taken = first if dice.random() < sure else dice.choice((None, END, END + 1, END - 1))
        crowd.add("custody_shift", login=login, start=first, end=last, taken_over_at=taken)
    crowd.kinds[login].add(GROUP.get(role, role.value) if role is not Role.APPROVER else "")
    crowd.holding.setdefault(role, []).append(login)


def _letters(crowd: Crowd, login: str, department: str, post: Post) -> None:
    """The appointment and what it allows: in force, ended, revoked, to come, empty."""
    dice = crowd.dice
    start, end = _span(dice, sure=0.75)
    lost = dice.choice((END - HOUR, END - 1, END, END + 1)) if dice.random() < 0.15 else None
    named = post if post is Post.TEMP or dice.random() < 0.5 else Post.B
    crowd.add("appointment", login=login, department=department, post=named.value,
              letter_no=f"A-{login}", valid_from=start, valid_to=end, revoked_at=lost)  # fmt: skip
    for _number in range(dice.choice((1, 1, 1, 2))):
        _power(crowd, login, department, post)
    crowd.letters.setdefault(department, []).append(login)
    crowd.kinds[login].add("representative")


def _power(crowd: Crowd, login: str, department: str, post: Post) -> None:
    dice, number = crowd.dice, len(crowd.rows.get("authorisation", ())) + 1
    start, end = _span(dice, sure=0.8)
    everything = dice.random() < (0.2 if post is Post.TEMP else 0.7)
    lost = dice.choice((END - 1, END, END + 1)) if dice.random() < 0.1 else None
    crowd.add("authorisation", authorisation_id=number, login=login, department=department,
              all_items=everything, letter_no=f"S-{login}", valid_from=start, valid_to=end,
              revoked_at=lost)  # fmt: skip
    if not everything:
        for code in dice.sample(crowd.items[department], dice.choice((0, 1, 1, 2))):
            crowd.add("authorisation_item", authorisation_id=number, item_code=code)
    if dice.random() < 0.9:
        for power in dice.sample(tuple(Power), dice.choice((1, 3))):
            crowd.add("authorisation_power", authorisation_id=number, power=power.value)


def _shifts(crowd: Crowd, department: str) -> None:
    """A week of half-days: turns, swaps, joint shifts, stand-ins, plans that nobody published."""
    dice, own = crowd.dice, sorted(set(crowd.letters.get(department, crowd.logins)))
    for number, (start, end) in enumerate(_half_days(dice)):
        turns = dice.sample(own, min(len(own), max(dice.choice((1, 1, 2, 3)), len(own) // 3)))
        if dice.random() < 0.1:
            turns.append(dice.choice(crowd.logins))
        for login in dict.fromkeys(turns):
            kind = dice.choice((*ShiftKind, ShiftKind.REGULAR))
            # A swap stands in the roster from the moment at which it was published on.
            late = dice.random() < (0.1 if kind is ShiftKind.REGULAR else 0.4)
            published = dice.choice((None, END - 1, END, END + 1)) if late else LONG_AGO
            crowd.add(
                "duty_shift", shift_id=f"{department}-{number}-{login}", department=department,
                login=login, start=start, end=end, kind=kind.value, joint=len(turns) > 1,
                created_by=dice.choice(crowd.logins), published_at=published,
                place=dice.choice(tuple(Place)).value,
            )  # fmt: skip


def _half_days(dice: random.Random) -> Iterator[tuple[Moment, Moment]]:
    for number in range(-3, 4):
        day = MONDAY + timedelta(days=number)
        noon = at_local(day, 13, 30)
        if dice.random() < 0.2:
            noon += dice.choice((-15 * MINUTE, -MINUTE, -1, 1, 10 * MINUTE))
        yield at_local(day, 8, 30), noon
        yield noon, at_local(day, 17, 30)
