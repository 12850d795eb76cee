"""The roster, leaves and stand-ins inside PostgreSQL: the faults of the rules, and what is refused
of somebody who sits there with ``psql``."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre, server_world
from tests.store.server.rosters import CODES, MARKET, Chance, coming, put
from tests.store.world import ITEMS, MONDAY, NINE, World
from workbench.rules.case_view import WorklistQuery
from workbench.rules.moment import DAY, HOUR
from workbench.rules.people import DutyShift, Power
from workbench.rules.roster_faults import RosterPlan, faults_of
from workbench.rules.stand_ins import StandIn, vacancies
from workbench.rules.working_days import Calendar

pytestmark = pytest.mark.long(11)


@pytest.fixture
def world(server: ServerCentre, tmp_path: Path) -> Iterator[World]:
    with server_world(server, tmp_path) as made:
        yield made


def said(sql: Connection, statement: str, *values: Any) -> str:
    """The refusal or the SQLSTATE of a statement typed into ``psql``."""
    with pytest.raises(DBAPIError) as caught:
        sql.exec_driver_sql(statement, values)
    told: Any = caught.value.orig
    return str(told.diag.message_primary if told.sqlstate == "WB001" else told.sqlstate)


# -- faults ------------------------------------------------------------------------------------


def test_the_database_finds_the_faults_that_the_rules_find(
    world: World, server: ServerCentre, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Which of the eleven kinds of fault a roster has: in SQL and in Python the same (4.5)."""
    chance, calendar = Chance(random.Random(45)), world.as_("song").calendar()
    seen: Counter[str] = Counter()
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    for number in range(100 * depth):
        wanted = (*sorted(CODES), None)[number % (len(CODES) + 1)]
        roster, fresh = chance.roster(wanted) if wanted else chance.roster()
        first = MONDAY + timedelta(days=chance.dice.choice((0, 0, 2, -1)))
        last = first + timedelta(days=chance.dice.choice((0, 4, 20, 20)))
        unpublished = tuple(
            replace(one, published_at=None) if one.shift_id in fresh else one
            for one in roster.shifts
        )
        expected = {one.code for one in faults_of(RosterPlan(
            replace(roster, shifts=unpublished), "market", first, last, calendar, MARKET, NINE
        ))}  # fmt: skip
        with engine.connect() as sql:
            sql.exec_driver_sql("SET search_path = wb, pg_catalog")
            put(sql, roster)
            found = sql.exec_driver_sql(
                "SELECT wb.roster_faults('market', %s, %s, %s, %s)",
                (first, last, sorted(fresh), NINE),
            ).scalar_one()
            sql.rollback()
        assert set(found) == expected, number
        assert found == sorted(expected)
        seen.update(expected or {"none"})
    engine.dispose()
    assert set(seen) == CODES | {"none"}, seen
    counted("rosters whose faults agree", 100 * depth)


def test_vacant_hours_are_those_of_the_rules(
    world: World, server: ServerCentre, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Also where the office stays open over midnight: a shift for each stretch of office time."""
    hours = {"default": [["08:30", "12:00"], ["13:30", "17:00"]], "overrides": [
        {"day": "2026-03-04", "hours": [["00:00", "11:00"], ["11:30", "24:00"]]},
        {"day": "2026-03-05", "hours": [["00:00", "06:00"]]}]}  # fmt: skip
    years = json.loads(server.admin.exec_driver_sql("SELECT plan FROM calendar").scalar_one())
    world.as_("sys").publish_calendar({"years": years["years"], "office_hours": hours})
    chance, calendar = Chance(random.Random(5)), world.as_("song").calendar()
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    pieces = 0
    for _number in range(50 * depth):
        roster, _fresh = chance.roster()
        start, end = chance.span()
        one = StandIn("market", "guo", MARKET, frozenset(Power), "E", start, end)
        now = NINE + chance.dice.choice((-2 * DAY, 0))
        expected = vacancies(roster, one, calendar, now)
        with engine.connect() as sql:
            sql.exec_driver_sql("SET search_path = wb, pg_catalog")
            put(sql, roster)
            found = sql.exec_driver_sql(
                "SELECT lower(one), upper(one) FROM wb.vacancies('market', %s, %s, %s) AS one"
                " ORDER BY 1", (start, end, now),
            ).all()  # fmt: skip
            sql.rollback()
        assert [tuple(row) for row in found] == list(expected)
        pieces += len(expected)
    engine.dispose()
    assert pieces > 100
    counted("rosters whose vacancies agree", 50 * depth)


# -- publishing --------------------------------------------------------------------------------

PUBLISH = "SELECT wb.publish_shifts('market', %s::jsonb, %s)"


def told(*listed: DutyShift, **changes: Any) -> str:
    """The shifts as the verb takes them."""
    return json.dumps([
        {"shift_id": one.shift_id, "department": one.department, "login": one.login,
         "start": one.start, "end": one.end, "kind": one.kind.value, "joint": one.joint,
         "place": one.place.value, "published_at": one.published_at, **changes}
        for one in listed
    ])  # fmt: skip


def test_a_faulty_roster_needs_a_written_reason_from_whoever_publishes(
    world: World, server: ServerCentre
) -> None:
    """The roster manager with ``psql``, past the desk: what is left out is a gap, also at the end
    and where nothing at all is left."""
    song, plan = server.connection("song"), coming()
    before = server.admin.exec_driver_sql("SELECT count(*) FROM duty_shift").scalar_one()
    song.exec_driver_sql(PUBLISH, (told(*plan), ""))
    before += 2
    for faulty in (plan[1:], plan[:-1], []):
        assert said(song, PUBLISH, told(*faulty), " \n") == "roster_faults"
        assert said(server.connection("zhang"), PUBLISH, told(*faulty), "why") == "not_your_role"
    count = server.admin.exec_driver_sql("SELECT count(*) FROM duty_shift").scalar_one()
    assert count == before
    song.exec_driver_sql(PUBLISH, (told(*plan[1:]), "zhang is away"))
    kept = "SELECT detail FROM audit_line WHERE act = 'publish_shifts' ORDER BY audit_id DESC"
    assert server.admin.exec_driver_sql(kept).scalars().first() == (
        f"market {len(plan) - 1} zhang is away")  # fmt: skip
    assert said(song, "SELECT wb.roster_faults('market', '2026-03-02', '2026-03-03', '{}', 1)") == (
        "42501")  # fmt: skip


def test_when_a_shift_was_published_is_not_for_the_client_to_say(
    world: World, server: ServerCentre
) -> None:
    """A new shift for today is late however long ago it claims to have been published."""
    song = server.connection("song")
    song.exec_driver_sql(PUBLISH, (told(*coming()), ""))
    world.at(MONDAY + timedelta(days=1), 7)
    server.set_moment(world.clock.now())
    plan = [one for one in coming() if one.start > world.clock.now()]
    today = replace(plan[0], shift_id="moved")
    assert said(song, PUBLISH, told(today, *plan[1:]), "") == "roster_faults"
    song.exec_driver_sql(PUBLISH, (told(*plan), ""))
    song.exec_driver_sql(PUBLISH, (told(today, *plan[1:]), "agreed by both"))
    row = server.admin.exec_driver_sql(
        "SELECT published_at, created_by FROM duty_shift WHERE shift_id = 'moved'").one()
    assert tuple(row) == (world.clock.now(), "song")
    old = server.admin.exec_driver_sql(
        "SELECT max(published_at) FROM duty_shift WHERE shift_id <> 'moved'").scalar_one()
    assert old == NINE, "what stood there before keeps its moment"


@pytest.mark.parametrize("changes", [
    {"kind": "emergency"}, {"kind": "other"}, {"place": "home"}, {"department": "estate"},
    {"start": NINE}, {"start": None}, {"shift_id": "chen-2026-03-03"}, {"login": "nobody"},
    {"login": None},
])  # fmt: skip
def test_what_is_no_shift_of_the_roster(
    world: World, server: ServerCentre, changes: dict[str, Any]
) -> None:
    plan = coming()
    one = replace(plan[-1], shift_id="new")
    code = "person_unknown" if "login" in changes else "shift_not_publishable"
    song = server.connection("song")
    listed = json.loads(told(*plan[:-1])) + json.loads(told(one, **changes))
    assert said(song, PUBLISH, json.dumps(listed), "why") == code
    doubled = json.loads(told(*plan)) + json.loads(told(plan[-1]))
    assert said(song, PUBLISH, json.dumps(doubled), "why") == "shift_not_publishable"


# -- leaves and stand-ins ----------------------------------------------------------------------


def test_who_is_away_is_known_to_all_and_why_only_to_the_roster_manager(
    world: World, server: ServerCentre
) -> None:
    """Who is on duty is said to everybody, and depends on it; the reason is nobody's business."""
    world.as_("zhang").enter_leave("zhang", 0, NINE + DAY, "illness")
    world.as_("wang").enter_leave("wang", 0, NINE + DAY, "wedding")
    for login, reason in (("li", ""), ("wang", ""), ("song", "illness"), ("zhang", "illness")):
        (one,) = world.as_(login).roster(["market"]).leaves
        assert (one.login, one.start, one.reason_kind) == ("zhang", NINE, reason)
    li = server.connection("li")
    assert li.exec_driver_sql("SELECT count(*) FROM wb.leave").scalar_one() == 0
    names = "SELECT login FROM wb.absences(NULL)"
    assert li.exec_driver_sql(names).scalars().all() == ["zhang"], "no window officer's"
    assert world.as_("li").worklist(WorklistQuery()).empty_because == (
        "You are not on duty. Nobody is on duty for market now.")  # fmt: skip


def test_an_entry_that_is_asked_for_again_is_made_once(world: World, server: ServerCentre) -> None:
    """The line broke after the commit: a second stand-in would find nobody's hours vacant."""
    for login in ("zhang", "li"):
        call = "SELECT wb.enter_leave(%s, 0, %s, 'illness', %s)"
        answers = {str(server.connection(login).exec_driver_sql(
            call, (login, NINE + 9 * HOUR, f"leave-{login}")).scalar_one())
            for _twice in range(2)}  # fmt: skip
        world.clock.forward(1_000_000)
        server.set_moment(world.clock.now())
        assert len(answers) == 1
    letter = json.dumps({
        "department": "market", "login": "guo", "item_codes": sorted(MARKET), "letter_no": "E-1",
        "powers": ["accept"], "start": 0, "end": NINE + 9 * HOUR,
    })  # fmt: skip
    han = server.connection("han")
    for _twice in range(2):
        answer = han.exec_driver_sql("SELECT wb.name_stand_in(%s::jsonb, 'n-1')", (letter,))
        assert answer.scalar_one() == {"shifts": 2}
    counts = [server.admin.exec_driver_sql(f"SELECT count(*) FROM {what}").scalar_one()
              for what in ("leave", "appointment WHERE login = 'guo'",
                           "audit_line WHERE act IN ('enter_leave', 'name_stand_in')")]  # fmt: skip
    assert counts == [2, 1, 3]


@pytest.mark.parametrize(("changes", "code"), [
    ({"powers": ["everything"]}, "stand_in_items"), ({"item_codes": []}, "stand_in_items"),
    ({"end": None}, "stand_in_long"), ({"department": "nowhere"}, "not_your_role"),
    ({"login": None}, "person_unknown"), ({"login": "aud"}, "stand_in_conflict"),
])  # fmt: skip
def test_a_letter_typed_by_hand(
    server: ServerCentre, changes: dict[str, Any], code: str
) -> None:
    letter = {
        "department": "market", "login": "guo", "item_codes": sorted(MARKET), "letter_no": "E-1",
        "powers": ["accept"], "start": 0, "end": NINE + 9 * HOUR, **changes,
    }  # fmt: skip
    call = "SELECT wb.name_stand_in(%s::jsonb)"
    assert said(server.connection("han"), call, json.dumps(letter)) == code
    assert said(server.connection("song"), call, json.dumps(letter)) == "not_your_role"


def test_of_two_heads_at_once_one_finds_nothing_vacant(world: World, server: ServerCentre) -> None:
    for login in ("zhang", "li"):
        world.as_(login).enter_leave(login, 0, NINE + 9 * HOUR, "illness")
    start, found = Barrier(2), []

    def name(head: str, stand_in: str, sql: Connection) -> None:
        letter = json.dumps({
            "department": "market", "login": stand_in, "item_codes": sorted(MARKET),
            "letter_no": f"E-{head}", "powers": ["accept"], "start": 0, "end": NINE + 9 * HOUR,
        })  # fmt: skip
        start.wait()
        try:
            sql.exec_driver_sql("SELECT wb.name_stand_in(%s::jsonb)", (letter,))
            found.append("named")
        except DBAPIError as trouble:
            told_now: Any = trouble.orig
            found.append(told_now.diag.message_primary)

    threads = [Thread(target=name, args=(head, one, server.connection(head)))
               for head, one in (("han", "guo"), ("peng", "he"))]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["named", "not_vacant"]


def test_what_everybody_reads_is_whole(world: World) -> None:
    """Under the policies too: catalogue, calendar, people, departments, custody."""
    session = world.as_("wang")
    assert isinstance(session.calendar(), Calendar)
    assert {one.login for one in session.people()} >= {"zhang", "song", "sys"}
    assert {one.code for one in session.departments()} == {"market", "estate", "civil"}
    assert [one.login for one in session.custody()] == ["lin", "gao"]
    assert len(session.items()) == len(ITEMS)
