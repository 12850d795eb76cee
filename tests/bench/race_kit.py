"""Many people with logins and connections of their own who all want the same at the same second.

Used by ``test_server_races``: half of the crowd are representatives on one joint shift, the other
half custodians who have taken the seal over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.store.server.centres import ROLES, ServerCentre, ServerWorld
from tests.store.world import NINE
from workbench.casework.audit_verify import verify
from workbench.rules.moment import HOUR
from workbench.rules.refusals import Refusal
from workbench.vault.audit_key import signature_fits

FOR_EVER = 1 << 52
PEOPLE = """
INSERT INTO wb.app_user (login, name_zh, name_en, failures)
SELECT l, l, initcap(l), 0 FROM unnest(%s::text[]) l
"""
ON_DUTY = (
    "INSERT INTO wb.appointment (login, department, post, letter_no, valid_from, valid_to)"
    f" SELECT l, 'market', 'A', 'L', 0, {FOR_EVER} FROM unnest(%s::text[]) l",
    "WITH letter AS (INSERT INTO wb.authorisation (login, department, all_items, letter_no,"
    f" valid_from, valid_to) SELECT l, 'market', true, 'L', 0, {FOR_EVER}"
    " FROM unnest(%s::text[]) l RETURNING authorisation_id) INSERT INTO wb.authorisation_power"
    " SELECT authorisation_id, 'accept' FROM letter",
    "INSERT INTO wb.duty_shift (shift_id, department, login, start, \"end\", kind, joint,"
    " created_by, published_at, place)"
    f" SELECT 'race-' || l, 'market', l, {NINE - HOUR}, {NINE + 4 * HOUR}, 'shift', true, 'song',"
    " 0, '' FROM unnest(%s::text[]) l",
)
IN_CUSTODY = (
    "INSERT INTO wb.membership (login, role, valid_from, valid_to)"
    f" SELECT l, 'seal_custodian', 0, {FOR_EVER} FROM unnest(%s::text[]) l",
    "INSERT INTO wb.custody_shift (login, start, \"end\", taken_over_at)"
    f" SELECT l, 0, {FOR_EVER}, 0 FROM unnest(%s::text[]) l",
)


def crowd(server: ServerCentre, kind: str, count: int) -> list[str]:
    """So many new people with that post and a login each."""
    names = [f"{kind[:4]}{number:03d}" for number in range(count)]
    sql = server.admin
    sql.exec_driver_sql(PEOPLE, (names,))
    for text in IN_CUSTODY if kind == "seal_custodian" else ON_DUTY:
        sql.exec_driver_sql(text, (names,))
    for name in names:
        sql.exec_driver_sql(f"CREATE ROLE {name} LOGIN IN ROLE {ROLES.user}, {ROLES.kind(kind)}")
    return names


@contextmanager
def sessions_of(world: ServerWorld, names: Sequence[str]) -> Iterator[list[Any]]:
    """Everybody signed in at once; signed out, and the logins gone, at the end."""
    opened = at_once([lambda name=name: world.centre.session_as(name) for name in names])
    at_once([one.moment for one in opened])
    try:
        yield opened
    finally:
        at_once([one.close for one in opened])


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each answers, all begun in the same instant, a thread each; their errors are raised."""
    answers: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int) -> None:
        gate.wait()
        try:
            answers[place] = acts[place]()
        except BaseException as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for one in answers:
        if isinstance(one, BaseException):
            raise one
    return answers


@dataclass
class Runner:
    """One person in the race and everything that he was told. ``taken``: milliseconds a try."""

    login: str
    session: Any
    won: list[int] = field(default_factory=list)
    told: dict[int, Refusal] = field(default_factory=dict)
    taken: list[float] = field(default_factory=list)

    def run(self, aims: Sequence[int], act: Callable[[Any, int], None]) -> None:
        """Try each aim once."""
        for aim in aims:
            begun = time.perf_counter()
            try:
                act(self.session, aim)
                self.won.append(aim)
            except Refusal as refused:
                self.told[aim] = refused
            finally:
                self.taken.append((time.perf_counter() - begun) * 1000)


def broken_chains(world: ServerWorld) -> list[str]:
    """What ``audit verify`` finds wrong in this centre."""
    with world.as_("aud").audit_log() as log:
        return [one.text for one in verify(log, None, signature_fits).findings if one.wrong]


def nth(values: Sequence[float], share: float) -> float:
    """That share of the values is not larger: 0.5 the median, 0.99 all but one in a hundred."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
