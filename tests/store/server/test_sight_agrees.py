"""What a person's own statements see is what ``rules.visibility`` says, row by row."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from tests.store.histories import PEOPLE, history
from tests.store.server.centres import ServerCentre
from tests.store.server.copies import copy_rows, give_login
from tests.store.server.perturbed import MIXED, perturb
from tests.store.server.sight_judge import KEYS, Seen, Whole, granted, whole
from tests.store.test_facts_agree import moments
from tests.store.world import new_world
from workbench.rules.facts import FACTS
from workbench.rules.moment import Moment
from workbench.rules.visibility import ROWS
from workbench.store.shelf import Shelf
from workbench.store.tables import case_file

pytestmark = [pytest.mark.long(8), pytest.mark.timeout(900)]


@pytest.mark.histories(5, 17)
def test_everybody_sees_what_the_rows_grant(
    seed: int, server: ServerCentre, tmp_path: Path, depth: int,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    """No difference for all persons, all tables of cases, on both sides of shifts' ends."""
    dice = random.Random(seed)
    with new_world(tmp_path) as world:
        made = history(world, dice, cases=10 + 2 * depth, steps=80 * depth)
        with world.centre.administration() as unit:
            perturb(unit, dice, made, each=5 + depth)
        give_login(server, "dai", "representative")
        for login, roles in MIXED.items():
            give_login(server, login, *(role.value for role in roles))
        with world.centre.administration(writing=False) as unit:
            copy_rows(unit.sql, server)
            matched, answers = Counter[str](), 0
            for at in moments(world) if depth > 1 else moments(world)[1:3]:
                server.set_moment(at)
                cases = _cases(unit.sql, world.centre.books.shelf, at)
                for login in PEOPLE:
                    wanted = granted(cases, login, at, matched)
                    said = _read(server.connection(login))
                    assert _stands_in(cases, login, at) == _asked(server.connection(login))
                    for table, rows in wanted.items():
                        assert said[table] == rows, (login, at, table)
                    answers += len(cases) * len(KEYS)
    assert {row.row for row in ROWS} == set(matched)
    counted("answers of sight alike", answers)


def _cases(sql: Connection, shelf: Shelf, at: Moment) -> list[Whole]:
    ids = sql.execute(select(case_file.c.case_id)).scalars().all()
    return [whole(sql, shelf, one, PEOPLE, at) for one in ids]


def _stands_in(cases: list[Whole], login: str, at: Moment) -> set[str]:
    """Departments with cases where the person has an emergency letter alone (V22)."""
    return {
        one.dossier.department for one in cases if FACTS["temporary"](one.dossier, login, "", at)
    }


def _asked(sql: Connection) -> set[str]:
    """The same by the lookup, which no policy needs as long as V01 and V22 grant as much."""
    return set(sql.exec_driver_sql("SELECT unnest(wb.my_stand_ins())").scalars()) - {"civil"}


def _read(sql: Connection) -> Seen:
    """What the person's own plain statements give."""
    return {
        table: set(sql.exec_driver_sql(f"SELECT {key} FROM wb.{table}").scalars())
        for table, key in KEYS.items()
    }
