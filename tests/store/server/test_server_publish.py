"""Publishing into PostgreSQL: what the verb makes of an item or a calendar, and what it refuses."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, create_engine, select
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre, server_world
from tests.store.world import MATERIALS, NINE, PROMISED, World, item
from workbench import settings
from workbench.hosting.host import open_host
from workbench.hosting.publishing import publications
from workbench.rules.catalogue import (
    CaseType,
    DecisionPath,
    ItemState,
    ItemVersion,
    Limit,
    LimitUnit,
    ResultKind,
    canonical,
    canonical_sha256,
)
from workbench.rules.moment import DAY
from workbench.rules.publication import Publication
from workbench.rules.refusals import Refusal
from workbench.store import publishing
from workbench.store.engine import Unit
from workbench.store.server.calendar_rows import calendar_rows
from workbench.store.server.tables_server import (
    calendar_day,
    calendar_frame,
    calendar_year,
    item_limit,
    office_span,
    working_day,
)
from workbench.store.shelf import calendar_of
from workbench.store.tables import (
    audit_line,
    calendar,
    item_material,
    item_material_situation,
    item_version,
    publication,
)

OF_ITEMS = (item_version, item_material, item_material_situation, item_limit, publication)
OF_CALENDARS = (calendar, calendar_frame, calendar_year, calendar_day, working_day, office_span)
GIVEN = {"publication_id", "calendar_id", "audit_id"}
"""Numbers that each writing gets anew."""


@pytest.fixture
def world(server: ServerCentre, tmp_path: Path) -> Iterator[World]:
    with server_world(server, tmp_path) as made:
        yield made


@contextmanager
def undone(server: ServerCentre) -> Iterator[Connection]:
    """The owner's connection in a transaction that leaves nothing behind."""
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    with engine.connect() as sql:
        sql.exec_driver_sql("SET search_path = wb, pg_catalog")
        yield sql
        sql.rollback()
    engine.dispose()


def rows(sql: Connection, *tables: Table) -> list[tuple[Any, ...]]:
    """All rows in order of what they say, without numbers that were only given."""
    found = []
    for table in (*tables, audit_line):
        kept = [one for one in table.c if one.name not in GIVEN]
        found += sorted((table.name, *map(str, row)) for row in sql.execute(select(*kept)))
    return found


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


def said(sql: Connection, statement: str, *values: Any) -> str:
    """The refusal or the SQLSTATE of a statement typed into ``psql``."""
    with pytest.raises(DBAPIError) as caught:
        sql.exec_driver_sql(statement, values)
    told: Any = caught.value.orig
    return str(told.diag.message_primary if told.sqlstate == "WB001" else told.sqlstate)


# -- items -------------------------------------------------------------------------------------


def any_limit(dice: random.Random) -> Limit | None:
    if dice.random() < 0.3:
        return None
    return Limit(dice.choice((1, 2, 9, 45)), dice.choice(tuple(LimitUnit)))


def any_item(dice: random.Random, number: int) -> ItemVersion:
    papers = tuple(dice.sample(MATERIALS, dice.randrange(len(MATERIALS) + 1)))
    doubled = tuple(replace(one, situations=one.situations * 2) for one in papers)
    return item(
        100 + number, dice.choice(("market", "estate")), version=dice.choice((1, 2, 7)),
        case_type=dice.choice(tuple(CaseType)), single_officer=dice.random() < 0.5,
        state=dice.choice(tuple(ItemState)), promised_limit=any_limit(dice),
        statutory_limit=any_limit(dice), correction_days=dice.choice((0, 1, 10)),
        decision_path=dice.choice(tuple(DecisionPath)), result_kind=dice.choice(tuple(ResultKind)),
        survey_required=dice.random() < 0.5, wet_seal_only=dice.random() < 0.5,
        inspection_standard=dice.choice(("", "GB 1")), materials=doubled,
        delegated_check=tuple(one.code for one in papers if dice.random() < 0.5),
        name_zh=dice.choice(("食品经营许可“新办”", "a\\u0041\n\"b\"")),
    )  # fmt: skip


def test_the_verb_writes_the_rows_that_python_writes(
    world: World, server: ServerCentre, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Every item of the published plugins, and made-up ones with everything that an item can be."""
    dice = random.Random(83)
    made_up = tuple(any_item(dice, number) for number in range(60 * depth))
    wanted = [*publications(open_host(), ()), Publication(
        "made_up", "1.0", "ab" * 32, ("market", "estate"), made_up)]  # fmt: skip
    world.clock.forward(DAY)
    with undone(server) as sql:
        lines = [publishing.publish(Unit(sql, world.clock.now()), one, "sys") for one in wanted]
        expected = rows(sql, *OF_ITEMS)
    assert [world.as_("sys").publish(one) for one in wanted] == lines
    assert rows(server.admin, *OF_ITEMS) == expected
    counted("item versions published by the verb", sum(len(one.items) for one in wanted))
    assert world.as_("wang").item(made_up[0].item_code) == made_up[0]


def test_only_the_system_administrator_publishes(world: World, server: ServerCentre) -> None:
    newer = Publication("standard", "2.0", "cd" * 32, (), (replace(PROMISED, version=2),))
    plan = {"years": settings.load_calendar(), "office_hours": settings.load_office_hours()}
    for login in ("zhang", "song", "aud"):
        assert refused(lambda one=login: world.as_(one).publish(newer)) == "not_your_role"
        assert refused(lambda one=login: world.as_(one).publish_calendar(plan)) == "not_your_role"
        for table in OF_ITEMS:
            with pytest.raises(ProgrammingError):
                server.connection(login).exec_driver_sql(f"DELETE FROM wb.{table.name}")
    server.admin.exec_driver_sql("UPDATE membership SET valid_to = %s WHERE login = 'sys'", (NINE,))
    assert refused(lambda: world.as_("sys").publish(newer)) == "not_your_role"


def test_what_stands_beside_the_canonical_text_is_not_believed(server: ServerCentre) -> None:
    """The system administrator with ``psql``: another text under the same number, or under a hash
    that is not its own, changes nothing at all."""
    sql = server.connection("sys")
    before = rows(server.admin, *OF_ITEMS)
    call = "SELECT wb.publish(%s::jsonb, %s::jsonb)"
    frame = json.dumps({"plugin": "x", "version": "1", "build": "y", "departments": [],
                        "templates": [], "stamping": []})  # fmt: skip

    def one(wanted: ItemVersion, sha256: str | None = None) -> dict[str, str]:
        return {"canonical": canonical(wanted), "sha256": sha256 or canonical_sha256(wanted)}

    changed, newer = replace(PROMISED, name_en="other"), replace(PROMISED, version=2)
    for listed, code in (
        ([one(newer), one(changed)], "version_taken"),
        ([one(newer), one(changed, canonical_sha256(PROMISED))], "content_altered"),
        ([one(newer, "0" * 64)], "content_altered"),
    ):
        assert said(sql, call, frame, json.dumps(listed)) == code
    assert said(sql, "SELECT wb.add_item('{}', '', '', 1)") == "42501"
    assert rows(server.admin, *OF_ITEMS) == before


def test_a_publication_that_is_asked_for_again_is_made_once(server: ServerCentre) -> None:
    """The line broke after the commit: the desk asks once more with the same number."""
    call = "SELECT wb.publish(%s::jsonb, '[]', 'operation-1')"
    frame = json.dumps({"plugin": "x", "version": "1", "build": "y", "departments": [],
                        "templates": [], "stamping": []})  # fmt: skip
    answers = {str(server.connection("sys").exec_driver_sql(call, (frame,)).scalar_one())
               for _twice in range(2)}  # fmt: skip
    assert len(answers) == 1
    made = "SELECT count(*) FROM publication WHERE plugin = 'x'"
    assert server.admin.exec_driver_sql(made).scalar_one() == 1
    server.admin.exec_driver_sql(
        "INSERT INTO membership (login, role, valid_from, valid_to)"
        " SELECT 'hu', role, valid_from, valid_to FROM membership WHERE login = 'sys'"
    )
    assert said(server.connection("hu"), call, frame) == "operation_reused"


# -- calendars ---------------------------------------------------------------------------------


def plans() -> Iterator[dict[str, Any]]:
    """Closures, an open Saturday, a shut working day, a day open until midnight."""
    years, hours = settings.load_calendar(), settings.load_office_hours()
    usual = {"default": [["08:30", "12:00"], ["13:30", "17:00"]]}
    odd = {**usual, "overrides": [
        {"day": "2026-03-07", "hours": [["09:00", "12:00"]]}, {"day": "2026-03-10", "hours": []},
        {"day": "2026-03-11", "hours": [["00:00", "11:00"], ["11:30", "24:00"]]},
        {"day": "2026-03-12", "hours": [["00:00", "06:00"]]},
    ]}  # fmt: skip
    typhoon = [{"day": "2026-03-05", "zh": "台风", "en": "typhoon", "source": "x"},
               {"day": "2026-03-08", "zh": "台风", "en": "typhoon"}]  # fmt: skip
    yield {"years": years, "office_hours": hours, "closures": typhoon}
    yield {"years": years, "office_hours": odd}
    yield {"years": years[:1], "office_hours": usual, "closures": []}


def test_a_calendar_by_the_verb_is_the_one_that_python_lays_out(
    world: World, server: ServerCentre
) -> None:
    for plan in plans():
        world.clock.forward(DAY)
        with undone(server) as sql:
            version = publishing.publish_calendar(Unit(sql, world.clock.now()), plan, "sys")
            expected = rows(sql, *OF_CALENDARS)
        assert world.as_("sys").publish_calendar(plan) == version
        assert rows(server.admin, *OF_CALENDARS) == expected
        assert world.as_("wang").calendar() == calendar_of(plan)
    assert world.as_("sys").publish_calendar(plan) == version
    assert rows(server.admin, *OF_CALENDARS) == expected, "a known version stays as it is"


def _told(rows_of: dict[str, list[dict[str, Any]]]) -> str:
    return json.dumps(rows_of, default=str)


def test_a_calendar_that_does_not_agree_with_its_notices_is_refused(server: ServerCentre) -> None:
    """A working day too many would move every due date after it."""
    plan = next(plans())
    laid_out = calendar_of(plan)
    sql, before = server.connection("sys"), rows(server.admin, *OF_CALENDARS)

    def tampered(change: Callable[[dict[str, list[dict[str, Any]]]], Any]) -> str:
        told = {table.name: listed for table, listed in calendar_rows(laid_out)}
        change(told)
        return said(sql, "SELECT wb.publish_calendar(%s, %s::jsonb, %s::jsonb)",
                    laid_out.version, json.dumps(plan), _told(told))  # fmt: skip

    def shut(told: dict[str, list[dict[str, Any]]]) -> None:
        """A whole and sound calendar, but with one working day less."""
        lost = told["working_day"].pop(600)["day"]
        for one in told["calendar_day"]:
            one["worked"] &= one["day"] != lost
            one["ordinal"] -= one["day"] >= lost
        for number, one in enumerate(told["working_day"], start=1):
            one["ordinal"] = number

    changes: list[Callable[[dict[str, list[dict[str, Any]]]], Any]] = [
        shut,
        lambda told: told["calendar_day"].pop(),
        lambda told: told["calendar_day"][5].update(worked=True),
        lambda told: told["calendar_day"][9].update(ordinal=1),
        lambda told: told["calendar_day"][700].update(closes_at=1),
        lambda told: told["working_day"].pop(),
        lambda told: told["working_day"][3].update(ordinal=40_000),
        lambda told: told["office_span"][8].update(before_us=7),
        lambda told: told["office_span"][8].update(end_at=told["office_span"][8]["start_at"]),
        lambda told: told["office_span"].pop(20),
        lambda told: told["calendar_year"].pop(),
        lambda told: told["calendar_frame"][0].update(version="other"),
    ]
    assert {tampered(change) for change in changes[:-1]} == {"content_altered"}
    assert rows(server.admin, *OF_CALENDARS) == before
