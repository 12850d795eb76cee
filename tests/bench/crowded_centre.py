"""A centre with many cases, filled by plain INSERTs through the store's own tables.

Twenty-four departments of very different size, two per cent of the cases open, a year of history:
what a district looks like after its first year. Moves would take hours; the rows written here are
what moves would have left, but for the hashes of the log, which nobody verifies in a bench.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table

from tests.store.world import (
    LONG_AGO,
    MONDAY,
    NINE,
    ORGAN,
    ORGANS,
    PASSWORD,
    item,
    seed,
)
from workbench.rules.case import TaskKind
from workbench.rules.moment import DAY, HOUR, MINUTE, Moment, SetClock, at_local
from workbench.rules.people import (
    Appointment,
    Authorisation,
    Department,
    Membership,
    Post,
    Power,
    Role,
    User,
)
from workbench.rules.publication import Publication
from workbench.store import StoreCentre, create_centre, open_centre
from workbench.store.engine import Unit
from workbench.store.session import StoreSession
from workbench.store.tables import NO_DUE, case_file, clock_run, duty_shift, event, task

DEPARTMENTS: Final = tuple(f"d{number:02d}" for number in range(24))
SIZES: Final = tuple(accumulate(1 / (number + 1) for number in range(len(DEPARTMENTS))))
SITES: Final = ("hall", "branch", "village")
OPEN_SHARE: Final = 0.02
YEAR: Final = 365 * DAY

OPEN_STATES: Final = (
    ("pending_acceptance", 10), ("awaiting_correction", 8), ("under_review", 34),
    ("pending_decision", 14), ("suspended", 4), ("awaiting_opinions", 4), ("granted", 5),
    ("preparing_result", 5), ("pending_seal", 8), ("pending_issue", 5), ("issued", 3),
)  # fmt: skip
ENDED_STATES: Final = (
    ("archived", 70), ("closed", 20), ("withdrawn", 4), ("not_accepted", 3), ("returned", 3),
)  # fmt: skip
FULL_PATH: Final = (
    ("register", "window"), ("receive", "window"), ("push", "window"), ("accept", "rep"),
    ("claim", "reviewer"), ("submit_opinion", "reviewer"), ("release", "reviewer"),
    ("grant", "rep"), ("prepare_result", "rep"), ("request_seal", "rep"), ("stamp", "seal"),
    ("hand_over", "clerk"), ("close", "system"),
)  # fmt: skip
STEPS_TAKEN: Final = {
    "pending_acceptance": 3, "awaiting_correction": 3, "under_review": 5, "pending_decision": 7,
    "suspended": 5, "awaiting_opinions": 5, "granted": 8, "preparing_result": 9,
    "pending_seal": 10, "pending_issue": 11, "issued": 12, "not_accepted": 4, "returned": 3,
    "withdrawn": 5,
}  # fmt: skip
CLOCK_OF: Final = {
    "pending_acceptance": "acceptance_response", "awaiting_correction": "applicant_correction",
    "pending_seal": "seal", "pending_issue": "delivery",
}  # fmt: skip


@dataclass
class Crowd:
    """The filled centre, its clock, and one open session a person."""

    path: Path
    size: int
    centre: StoreCentre
    sessions: dict[str, StoreSession] = field(default_factory=dict)

    def as_(self, login: str) -> StoreSession:
        """The person's session, opened once."""
        if login not in self.sessions:
            self.sessions[login] = self.centre.session_as(login)
        return self.sessions[login]

    def close(self) -> None:
        for one in self.sessions.values():
            one.close()
        self.centre.close()


@contextmanager
def crowded_centre(folder: Path, size: int) -> Iterator[Crowd]:
    """A centre with that many cases on a Monday at nine, the morning shifts on duty."""
    clock = SetClock(NINE)
    path = folder / "centre.db"
    create_centre(str(path), _seed(), clock)
    centre = open_centre(str(path), clock)
    crowd = Crowd(path, size, centre)
    try:
        with centre.administration() as unit:
            fill(unit, size)
        yield crowd
    finally:
        crowd.close()


# -- the people ---------------------------------------------------------------------------------


def _seed() -> Any:
    """The small world of the store's tests, its departments and people replaced by many."""
    reps = {
        f"{code}{post.value}": (code, post) for code in DEPARTMENTS for post in (Post.A, Post.B)
    }
    others = [
        *((f"rev{n}", Role.REVIEWER, n) for n in range(len(DEPARTMENTS))),
        *((f"win{n}", Role.WINDOW_ACCEPTOR, n) for n in range(len(SITES))),
    ]
    memberships = [
        *(Membership(who, role, DEPARTMENTS[n] if role is Role.REVIEWER else None,
                     SITES[n] if role is Role.WINDOW_ACCEPTOR else None, None, LONG_AGO)
          for who, role, n in others),
        *(Membership(who, role, None, None, None, LONG_AGO) for who, role in SINGLE.items()),
    ]  # fmt: skip
    people = [*reps, *(who for who, _role, _n in others), *SINGLE, "gao", "song"]
    letters = tuple(
        Appointment(who, code, post, f"A-{who}", LONG_AGO) for who, (code, post) in reps.items()
    )
    return seed(
        departments=tuple(Department(c, c, c, ORGAN, ORGANS["market"]) for c in DEPARTMENTS),
        users=tuple(User(one, f"{one}某", one, frozenset()) for one in people),
        passwords={"d00A": PASSWORD},
        memberships=tuple(memberships),
        appointments=letters,
        authorisations=tuple(
            Authorisation(x.login, x.department, None, frozenset(Power), "S", LONG_AGO)
            for x in letters
        ),
        shifts=(),
        publications=(Publication("standard", "1.0", "development", (), ITEMS),),
    )


SINGLE: Final = {
    "tang": Role.SUPERVISOR, "lin": Role.SEAL_CUSTODIAN, "xu": Role.ISSUING_CLERK,
    "deng": Role.ARCHIVIST,
}  # fmt: skip
ITEMS: Final = tuple(
    item(number, "market", department_code=code) for number, code in enumerate(DEPARTMENTS)
)


def _shifts() -> Iterator[dict[str, Any]]:
    """A year of half-days behind, eight weeks ahead: A the mornings, B the afternoons."""
    for number in range(-365, 56):
        day = MONDAY + timedelta(days=number)
        if day.weekday() >= 5:
            continue
        turns = {post: (at_local(day, *first), at_local(day, *last)) for post, first, last in TURNS}
        for code in DEPARTMENTS:
            for post, (start, end) in turns.items():
                yield {
                    "shift_id": f"{code}{post.value}-{day}", "department": code,
                    "login": f"{code}{post.value}", "start": start, "end": end, "kind": "regular",
                    "joint": 0, "created_by": "song", "published_at": LONG_AGO - YEAR,
                    "place": "back_office",
                }  # fmt: skip


TURNS: Final = ((Post.A, (8, 30), (13, 30)), (Post.B, (13, 30), (17, 30)))


# -- the cases ----------------------------------------------------------------------------------


def fill(unit: Unit, size: int) -> None:
    """Write the cases with their logs, clocks and open seal requests; the same each time."""
    chance = random.Random(20260302)
    rows: dict[str, list[dict[str, Any]]] = {"case": [], "event": [], "clock": [], "task": []}
    tables = {"case": case_file, "event": event, "clock": clock_run, "task": task}
    _insert(unit, duty_shift, list(_shifts()))
    for case_id in range(1, size + 1):
        _case(rows, chance, case_id)
        if len(rows["case"]) == 5_000 or case_id == size:
            for name, table in tables.items():
                _insert(unit, table, rows[name])
                rows[name].clear()


def _insert(unit: Unit, table: Table, rows: list[dict[str, Any]]) -> None:
    """Many rows of the same columns, by the driver's own loop: ten times the speed of moves."""
    if rows:
        names = ", ".join(f'"{name}"' for name in rows[0])
        places = ", ".join("?" * len(rows[0]))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({places})"
        unit.sql.exec_driver_sql(statement, [tuple(row.values()) for row in rows])


def _case(rows: dict[str, list[dict[str, Any]]], chance: random.Random, case_id: int) -> None:
    """One case, open or ended, with what its moves would have left."""
    is_open = chance.random() < OPEN_SHARE
    states = OPEN_STATES if is_open else ENDED_STATES
    state = chance.choices([s for s, _w in states], [w for _s, w in states])[0]
    number = chance.choices(range(len(DEPARTMENTS)), cum_weights=SIZES)[0]
    begun = NINE - (chance.randrange(20 * DAY) if is_open else 20 * DAY + chance.randrange(YEAR))
    code = DEPARTMENTS[number]
    who = {"window": f"win{case_id % 3}", "rep": code + chance.choice("AB"), "seal": "lin",
           "reviewer": f"rev{number}", "clerk": "xu", "system": "system"}  # fmt: skip
    steps = FULL_PATH[: STEPS_TAKEN.get(state, len(FULL_PATH))]
    rows["event"] += _log(case_id, begun, steps, who)
    due = NINE + chance.randrange(-2 * HOUR, 12 * DAY) if is_open else None
    run = _clock(case_id, state, begun, due)
    rows["clock"].append(run)
    if state == "pending_seal":
        rows["task"].append(_seal_request(case_id, begun))
    rows["case"].append(_row(case_id, number, state, begun, due, run, who, steps, chance))


def _log(
    case_id: int, begun: Moment, steps: tuple[tuple[str, str], ...], who: dict[str, str]
) -> list[dict[str, Any]]:
    return [
        {"case_id": case_id, "seq": seq, "kind": kind, "actor": who[part],
         "effective_at": begun + seq * HOUR, "recorded_at": begun + seq * HOUR, "payload": "{}",
         "prev_hash": f"{case_id:032d}{seq - 1:032d}", "hash": f"{case_id:032d}{seq:032d}"}
        for seq, (kind, part) in enumerate(steps, start=1)
    ]  # fmt: skip


def _clock(case_id: int, state: str, begun: Moment, due: Moment | None) -> dict[str, Any]:
    return {
        "case_id": case_id, "name": CLOCK_OF.get(state, "promised"), "round": 1,
        "started_at": begun, "unit": "working_day", "length": 9, "due_at": due or begun + 12 * DAY,
        "stopped_at": None if due else begun + 9 * DAY, "paused_at": None, "paused_us": 0,
        "provisional": False, "pauses": "[]", "calendar_version": "",
    }  # fmt: skip


def _seal_request(case_id: int, begun: Moment) -> dict[str, Any]:
    data = json.dumps({"document_id": f"{case_id}/D", "seal_kind": "approval_special"})
    return {
        "case_id": case_id, "kind": TaskKind.SEAL_REQUEST.value, "no": 1, "state": "open",
        "department": None, "login": None, "second_login": None, "opened_at": begun,
        "due_at": None, "closed_at": None, "data": data, "unmet": 0, "planned_end": 0,
        "document_id": f"{case_id}/D",
    }  # fmt: skip


def _row(
    case_id: int, number: int, state: str, begun: Moment, due: Moment | None,
    run: dict[str, Any], who: dict[str, str], steps: tuple[tuple[str, str], ...],
    chance: random.Random,
) -> dict[str, Any]:  # fmt: skip
    """The projected row. A few pending cases are past their ten minutes: deemed accepted."""
    decided = begun + 8 * HOUR if len(steps) >= 8 else None
    waits = state == "pending_acceptance"
    reviewed = len(steps) >= 5
    held = state == "under_review" and chance.random() < 0.4
    code = ITEMS[number].item_code
    day = f"{MONDAY - timedelta(days=case_id % 300):%Y%m%d}"
    return {
        "case_id": case_id, "case_no": f"{code}{day}{case_id:06d}",
        "short_no": f"SJ-{day}-{case_id // 300 + 1:04d}", "item_code": code, "item_version": 1,
        "department": DEPARTMENTS[number], "state": state, "applicant_masked": "王**",
        "channel": "window", "site": SITES[case_id % 3], "registrar": who["window"],
        "version": len(steps), "last_hash": f"{case_id:032d}{len(steps):032d}", "situation": "",
        "holder": who["reviewer"] if held else None, "held_since": begun if held else None,
        "reviewer": who["reviewer"] if reviewed else None, "acceptance_kind": None,
        "received_at": begun, "pushed_at": begun + 10 * MINUTE,
        "accepted_at": begun + HOUR if len(steps) >= 4 else None, "decided_at": decided,
        "decided_by": who["rep"] if decided else None, "document_no": None, "due_at": due,
        "due_clock": run["name"] if due else None, "immediate": chance.random() < 0.1,
        "exercise": False, "state_before": None, "sort_due": due or NO_DUE,
        "settle_at": due if waits else None, "settle_to": "under_review" if waits else None,
        "settle_due": due + 9 * DAY if waits and due else None,
        "package_id": f"P-{case_id}", "registered_at": begun,
    }  # fmt: skip
