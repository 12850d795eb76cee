"""A step on a file reads people and case once, and never what it has itself made untrue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.store.world import NINE, World, leave
from workbench.rules.case import Case, Move
from workbench.rules.duty_roster import on_leave
from workbench.rules.moment import HOUR
from workbench.rules.refusals import Refusal
from workbench.store import case_rows, dossiers, seeding
from workbench.store.engine import Unit

AWAY = leave("zhang", NINE - HOUR, NINE + 9 * HOUR)


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """Every statement that goes to the file meanwhile."""
    heard: list[str] = []

    def hear(_c: Any, _k: Any, text: str, *_more: Any) -> None:
        heard.append(text)

    engine = world.centre._engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def _away(world: World, unit: Unit, case: Case) -> bool:
    dossier = dossiers.current(unit, world.centre.books.shelf, case, ("zhang",))
    return on_leave(dossier.roster, "zhang", NINE)


@pytest.mark.parametrize("name", ["grant", "release"])
def test_a_refused_step_reads_people_and_case_once(file_world: World, name: str) -> None:
    case = file_world.pushed()
    session = file_world.as_("ma")
    with statements(file_world) as heard, pytest.raises(Refusal):
        session.make_move(case.case_id, Move(name))
    for table in ("duty_shift", "appointment", "membership", "task", "clock_run"):
        assert sum(f"FROM {table} " in text for text in map(_flat, heard)) == 1, table


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_what_a_transaction_writes_it_sees(file_world: World) -> None:
    case = file_world.pushed()
    with file_world.centre.administration() as unit:
        assert not _away(file_world, unit, case)
        seeding.add_leave(unit, AWAY)
        assert _away(file_world, unit, case)
        unit.sql.exec_driver_sql("DELETE FROM leave")
        assert not _away(file_world, unit, case)


def test_what_a_savepoint_takes_back_is_not_remembered(file_world: World) -> None:
    case = file_world.pushed()
    with file_world.centre.administration() as unit:
        assert not _away(file_world, unit, case)
        inner = unit.sql.begin_nested()
        seeding.add_leave(unit, AWAY)
        assert _away(file_world, unit, case)
        inner.rollback()
        assert not _away(file_world, unit, case)


def test_another_session_is_heard_in_the_next_transaction(file_world: World) -> None:
    case, session = file_world.pushed(), file_world.as_("zhang")
    with session._work.read() as unit:
        assert not _away(file_world, unit, case)
    with file_world.centre.administration() as unit:
        seeding.add_leave(unit, AWAY)
    with session._work.read() as unit:
        assert _away(file_world, unit, case)
        assert case_rows.case_now(unit, case.case_id) == case


def test_two_cases_in_one_transaction_are_two(file_world: World) -> None:
    first, second = file_world.pushed(), file_world.pushed()
    with file_world.centre.administration(writing=False) as unit:
        for case in (first, second, first):
            assert case_rows.case_now(unit, case.case_id) == case
            one = dossiers.current(unit, file_world.centre.books.shelf, case, ("ma",))
            assert one == dossiers.load(
                unit.sql, file_world.centre.books.shelf, case, ("ma",), unit.now
            )
