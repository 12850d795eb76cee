"""Disorder beyond what moves can bring about: every state, every sub-task, mixed posts, odd hours.

Sight is judged from the rows as they are, so rows that no history would write are good questions
too. Used by the comparison of the policies with ``rules.visibility``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update

from tests.store.histories import PEOPLE
from tests.store.world import ITEMS, LONG_AGO, NINE, ORGANS, REPRESENTATIVES, leave
from workbench.rules.case import Case, Part, State, TaskKind
from workbench.rules.moment import DAY, HOUR, MINUTE, Moment
from workbench.rules.people import (
    Appointment,
    Authorisation,
    DutyShift,
    Membership,
    Post,
    Power,
    Recusal,
    Role,
)
from workbench.store import people_rows, seeding
from workbench.store.engine import Unit
from workbench.store.tables import (
    PART_TABLES,
    appointment,
    case_file,
    clock_run,
    custody_shift,
    event,
    task,
)

STEPS = ("claim", "release", "send_message", "note_overdue", "stamp")
TASKS = (*TaskKind, *(TaskKind.OPINION, TaskKind.TRANSFER, TaskKind.VOIDING, TaskKind.SURVEY,
                      TaskKind.HEARING) * 3)  # fmt: skip
SCENES: tuple[tuple[State, TaskKind], ...] = (
    (State.PENDING_ISSUE, TaskKind.VOIDING), (State.RECEIVED, TaskKind.TRANSFER),
    (State.UNDER_REVIEW, TaskKind.HEARING), (State.DRAFT, TaskKind.RELEASE),
    (State.AWAITING_OPINIONS, TaskKind.OPINION), (State.CLOSED, TaskKind.EXTENSION),
)
"""States with an open sub-task that one row of the table speaks of."""
SITES = ("hall", "branch", "village")
TASK_STATES = ("open", "open", "assigned", "closed", "answered", "told", "held", "fixed")
MIXED = {
    "zhang": (Role.SUPERVISOR, Role.ARCHIVIST), "ma": (Role.SURVEYOR,), "tang": (Role.REVIEWER,),
    "lin": (Role.ISSUING_CLERK,), "wang": (Role.INTAKE_AGENT,), "guo": (Role.WINDOW_ACCEPTOR,),
    "han": (Role.AUDIT_ADMIN,), "chen": (Role.REVIEWER,),
}  # fmt: skip
"""Second posts that some people hold for a while; every other one has ended."""


def perturb(unit: Unit, dice: random.Random, made: Sequence[Case], each: int) -> None:
    """Each case is copied so many times in other circumstances; people get odd letters."""
    _people(unit, dice)
    for one in made:
        for number in range(each):
            scene = SCENES[(number + one.case_id) % len(SCENES)] if number % 2 else None
            _copy(unit, dice, one.case_id, f"{one.case_id}-{number}", scene)
    for login in PEOPLE:
        ids = unit.sql.execute(select(case_file.c.case_id)).scalars().all()
        for case_id in dice.sample(ids, 3):
            seeding.add_recusal(unit, Recusal(login, str(case_id), "kin", "han"))


def _people(unit: Unit, dice: random.Random) -> None:
    for number, (login, roles) in enumerate(MIXED.items()):
        for role in roles:
            begins = NINE + dice.randrange(-5, 6) * DAY
            where = dice.choice(list(ORGANS)) if role is Role.REVIEWER else None
            site = dice.choice(SITES) if role is Role.WINDOW_ACCEPTOR else None
            time = (NINE - 4 * DAY, NINE - DAY) if number % 2 else (begins, begins + 20 * DAY)
            one = Membership(login, role, where, site, None, *time)
            people_rows.add_membership(unit.sql, one)
    # The post goes on, one of its places has ended.
    gone = [("wang", Role.WINDOW_ACCEPTOR, None, "branch")]
    gone += [("tang", Role.REVIEWER, one, None) for one in ORGANS]
    for login, role, where, site in gone:
        one = Membership(login, role, where, site, None, NINE - 4 * DAY, NINE - DAY)
        people_rows.add_membership(unit.sql, one)
    for number, login in enumerate(("dai", "sun", "zhao", "li")):
        start = unit.now - dice.randrange(1, 4) * HOUR
        where, until = dice.choice(("market", "estate")), unit.now + dice.randrange(1, 9) * HOUR
        # A stand-in for named items, one whose letter grants nothing, and two more by chance.
        post = (Post.TEMP, Post.B, Post.TEMP, Post.B)[number]
        letter = Appointment(login, where, post, f"P{number}", start - DAY, until + DAY)
        seeding.add_appointment(unit, letter)
        items = frozenset(one.item_code for one in ITEMS[:4])
        powers = frozenset({Power.ACCEPT}) if number != 1 else frozenset[Power]()
        seeding.add_authorisation(unit, Authorisation(
            login, where, items if number == 0 else dice.choice((None, items)), powers,
            f"P{number}", start, until,
        ))  # fmt: skip
        # A swap, published long before, late, or never.
        published = LONG_AGO if number < 2 else dice.choice((start + 2 * HOUR, None))
        people_rows.add_shift(unit.sql, DutyShift(
            f"swap-{number}", where, login, start, until, created_by="song",
            published_at=published,
        ))  # fmt: skip
        seeding.add_leave(unit, leave(login, until - HOUR // 2, until + HOUR))
    # A permanent letter beside a stand-in's in one department: it is the letter that counts (V22).
    odd = Appointment("li", "market", Post.TEMP, "P9", unit.now - DAY, unit.now + DAY)
    seeding.add_appointment(unit, odd)
    letters = appointment.c
    unit.sql.execute(
        update(appointment).where(letters.login == "liu").values(revoked_at=unit.now - HOUR)
    )
    gap = custody_shift.c
    unit.sql.execute(update(custody_shift).where(gap.login == "gao").values(end=NINE + 3 * DAY))


def _copy(
    unit: Unit, dice: random.Random, case_id: int, name: str,
    scene: tuple[State, TaskKind] | None,
) -> None:  # fmt: skip
    """The case once more, with its log and its parts, somewhere else in its life."""
    row = dict(unit.sql.execute(select(case_file).where(case_file.c.case_id == case_id))
               .one()._mapping)  # fmt: skip
    row.pop("case_id")
    row |= {"case_no": f"{row['case_no']}{name}", "short_no": f"{row['short_no']}{name}",
            "package_id": f"copy {name}", "origin_no": None} | _life(dice)  # fmt: skip
    if scene is not None:
        decided = {"decided_by": duty_of(row["department"]), "decided_at": NINE - DAY}
        row |= {"state": scene[0].value, "registrar": "agent"} | decided
    made = unit.sql.execute(insert(case_file).values(**row)).inserted_primary_key
    assert made is not None
    for table in (event, task, clock_run, *PART_TABLES.values()):
        keyed = next(iter(table.primary_key.columns)).name
        for old in unit.sql.execute(select(table).where(table.c.case_id == case_id)).all():
            values = dict(old._mapping) | {"case_id": made[0]}
            values.pop(keyed)
            unit.sql.execute(insert(table).values(**values))
    if scene is not None:
        wanted = _task(dice, 80) | {"kind": scene[1].value, "state": "open", "closed_at": None}
        unit.sql.execute(insert(task).values(case_id=made[0], **wanted))
    for number in range(dice.randrange(4)):
        unit.sql.execute(insert(task).values(case_id=made[0], **_task(dice, 90 + number)))
    for number in range(2):
        actor = dice.choice(PEOPLE[:8]) if number else dice.choice(("lin", "liu", "gao"))
        unit.sql.execute(insert(event).values(
            case_id=made[0], seq=900 + number, kind=dice.choice(STEPS), actor=actor,
            effective_at=NINE, recorded_at=NINE, payload="{}", prev_hash="", hash="",
        ))  # fmt: skip
    part = PART_TABLES[Part.OWN_TASK]
    for author in dice.sample(PEOPLE, 3):
        unit.sql.execute(insert(part).values(
            case_id=made[0], kind="co_opinion", author=author, code="", content_sha256="",
            at=NINE + dice.randrange(-3, 12) * DAY, body="{}", sha256="",
        ))  # fmt: skip


def duty_of(department: str) -> str:
    """Whoever has post A there."""
    return next(one for one, letter in REPRESENTATIVES.items() if letter == (department, Post.A))


def _life(dice: random.Random) -> dict[str, Any]:
    decided: Moment | None = dice.choice((None, NINE - dice.randrange(200) * DAY, NINE))
    return {
        "state": dice.choice(list(State)).value, "site": dice.choice(SITES),
        "registrar": dice.choice(("wang", "agent", "hu")),
        "holder": dice.choice((None, *PEOPLE[:6], "ma")),
        "reviewer": dice.choice((None, "ma", "tang", "chen")),
        "decided_at": decided, "decided_by": dice.choice(PEOPLE[:6]) if decided else None,
    }  # fmt: skip


def _task(dice: random.Random, number: int) -> dict[str, Any]:
    state = dice.choice(TASK_STATES)
    return {
        "kind": dice.choice(TASKS).value, "no": number, "state": state,
        "department": dice.choice((None, *ORGANS)),
        "login": dice.choice((None, "guo", "he", *PEOPLE)),
        "second_login": dice.choice((None, "guo", "he")), "opened_at": NINE - HOUR,
        "due_at": None, "closed_at": dice.choice((None, NINE - MINUTE)), "data": "{}",
        "unmet": 0, "planned_end": 0, "document_id": "",
    }  # fmt: skip
