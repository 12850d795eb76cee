"""The pass over the logs: it reads every row once, and its days are those that closing signs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from tests.store.audit_kit import DAYS, busy_days
from tests.store.server.centres import ServerWorld
from tests.store.world import World
from workbench.store import audit_look, audit_rows, audit_walk


@pytest.mark.parametrize("chunk", [1, 3, 7, 5_000])
def test_every_row_is_read_once_whatever_the_chunks(
    file_world: World, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = file_world
    busy_days(world)
    monkeypatch.setattr(audit_walk, "CHUNK", chunk)
    with world.centre.administration(writing=False) as unit:
        told: list[int] = []
        walk = audit_walk.LogWalk(unit.sql, told.append).run()
        assert walk.entries == audit_walk.size(unit.sql) == told[-1]
        assert told == sorted(told)
        assert (walk.breaks, walk.broken, walk.cases) == ((), 0, 4)
        for day in DAYS[:2]:
            assert walk.days[day] == audit_rows.tally(audit_rows.entries(unit.sql, day))
        assert DAYS[2] not in walk.days
        assert walk.days[DAYS[0]].cases == walk.days[DAYS[1]].cases == 2


def test_a_day_is_signed_as_the_walk_will_find_it(
    file_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list that is kept is the one that the walk counts, piece by piece."""
    world = file_world
    busy_days(world)
    monkeypatch.setattr(audit_rows, "PIECE", 5)
    with world.centre.administration() as unit:
        found = audit_rows.keep_list(unit.sql, DAYS[0], audit_rows.entries(unit.sql, DAYS[0]))
        again = list(audit_rows.kept_list(unit.sql, DAYS[0]))
        assert again == list(audit_rows.entries(unit.sql, DAYS[0]))
        assert found == audit_rows.tally(again)
        assert audit_look.difference(audit_look.DayLog(unit.sql), DAYS[0]).kind is None
        assert audit_rows.first_unsound(unit.sql, DAYS[0]) is None


@contextmanager
def owner(world: World) -> Iterator[Connection]:
    """One transaction of whoever sees everything, on a file or on a server."""
    if not isinstance(world, ServerWorld):
        with world.centre.administration() as unit:
            yield unit.sql
        return
    assert world.server is not None
    engine = create_engine(world.server.cluster.url(world.server.name), poolclass=NullPool)
    with engine.begin() as sql:
        sql.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
        yield sql
    engine.dispose()


def test_both_engines_walk_alike(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same selects on PostgreSQL, there through a server's cursor."""
    busy_days(world, sealed=False)
    monkeypatch.setattr(audit_walk, "CHUNK", 3)
    with owner(world) as sql:
        walk = audit_walk.LogWalk(sql, lambda _done: None).run()
        assert (walk.breaks, walk.entries, walk.cases) == ((), audit_walk.size(sql), 4)
        for day in DAYS[:2]:
            kept = audit_rows.keep_list(sql, day, audit_rows.entries(sql, day))
            assert walk.days[day] == kept
            assert audit_look.difference(audit_look.DayLog(sql), day).root == kept.root
            assert audit_rows.first_unsound(sql, day) is None
        assert audit_rows.first_day(sql) == DAYS[0]
        assert (audit_rows.signed_days(sql), audit_rows.keys(sql)) == ((), ())
