"""The two implementations of facts, rows and lists give the same answers on random histories."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, select

from tests.store.histories import PEOPLE, history
from tests.store.world import World, new_world
from workbench.rules.case import Case, Part, State, TaskKind
from workbench.rules.case_flow import TRANSITIONS
from workbench.rules.case_view import WorklistQuery
from workbench.rules.conditions import Fact, facts_in, holds
from workbench.rules.dossier import Dossier
from workbench.rules.facts import FACTS, ITEM_FLAGS, Answers
from workbench.rules.flow_words import ACTORS, CLAIM_OPEN
from workbench.rules.moment import DAY, MINUTE, Moment
from workbench.rules.people import Power
from workbench.rules.separation import Duty, separation_guards
from workbench.rules.visibility import ROWS, visible_parts
from workbench.store import case_rows, dossiers, moves
from workbench.store.engine import Unit
from workbench.store.facts_sql import FACTS_SQL
from workbench.store.sight_sql import ASKER, Known, asked_by, compiled, known_of, where_sees
from workbench.store.tables import NO_DUE, case_file
from workbench.store.worklist_orders import SHOWN, SHOWN_DUE

pytestmark = pytest.mark.long(5)


def every_fact() -> tuple[Fact, ...]:
    """Every fact with every argument that the tables use, and a few beside them."""
    conditions = [*ACTORS.values(), CLAIM_OPEN.condition, *(row.condition for row in ROWS)]
    conditions += [guard.condition for row in TRANSITIONS for guard in row.guards]
    conditions += [one for duty in Duty for _other, one in separation_guards(duty)]
    found = {fact for one in conditions for fact in facts_in(one)}
    found |= {Fact("item", flag) for flag in ITEM_FLAGS} | {Fact("power", p) for p in Power}
    found |= {Fact(name, kind) for name in ("task_open", "task_any") for kind in TaskKind}
    found |= {Fact("acted_as", duty) for duty in Duty}
    found |= {Fact("clock_over", name) for name in ("promised", "seal", "acceptance_response")}
    return tuple(sorted(found, key=lambda one: (one.name, one.arg)))


def test_no_fact_lacks_one_of_its_two_implementations() -> None:
    assert set(FACTS) == set(FACTS_SQL)
    assert {one.name for one in every_fact()} <= set(FACTS)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One random history; with ``--deep`` two."""
    if "lived" in metafunc.fixturenames:
        seeds = (11, 23) if metafunc.config.getoption("--deep") else (11,)
        metafunc.parametrize("lived", seeds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory,
          depth: int, counted: Callable[[str, int], None],
          ) -> Iterator[tuple[World, list[Case]]]:  # fmt: skip
    """A centre in which much has happened."""
    folder: Path = tmp_path_factory.mktemp("lived")
    with new_world(folder) as world:
        dice = random.Random(request.param)
        steps = 110 * depth
        counted("random histories, steps", steps)
        yield world, history(world, dice, cases=10 + 2 * depth, steps=steps)


def moments(world: World) -> tuple[Moment, ...]:
    """Now, boundaries of shifts, and moments at which time alone changes answers."""
    now = world.clock.now()
    noon = now - now % DAY + 330 * MINUTE
    return (now, noon - 1, noon, noon + 14 * MINUTE, noon + 15 * MINUTE, now + 3 * DAY,
            now + 40 * DAY, now - 2 * DAY)  # fmt: skip


def loaded(world: World, unit: Unit, one: Case, at: Moment) -> Dossier:
    """The case as it is now, with everybody around it."""
    case = case_rows.case_by_id(unit.sql, one.case_id)
    assert case is not None
    return dossiers.load(unit.sql, world.centre.books.shelf, case, PEOPLE, at)


def test_the_histories_reach_most_states(lived: tuple[World, list[Case]]) -> None:
    """A comparison on cases that all stand at the start would prove nothing."""
    world, _cases = lived
    with world.centre.administration(writing=False) as unit:
        states = Counter(unit.sql.execute(select(case_file.c.state)).scalars())
    assert len(states) >= 5, states


def test_facts_agree(
    lived: tuple[World, list[Case]], depth: int, counted: Callable[[str, int], None]
) -> None:
    world, cases = lived
    facts, answered = every_fact(), Counter[tuple[str, bool]]()
    asking = select(case_file.c.case_id, *(FACTS_SQL[one.name](ASKER, one.arg) for one in facts))
    for at in moments(world)[: None if depth > 1 else 5]:
        with world.centre.administration(writing=False) as unit:
            known = [loaded(world, unit, one, at) for one in cases]
            for login in (*PEOPLE, "system"):
                rows = {row[0]: row[1:] for row in unit.sql.execute(asking, asked_by(login, at))}
                for dossier in known:
                    case, answers = dossier.case, Answers(dossier, login, at)
                    assert case is not None
                    for fact, said in zip(facts, rows[case.case_id], strict=True):
                        ours = answers.fact(fact.name, fact.arg)
                        assert said is not None, (fact, login)
                        assert bool(said) is ours, (fact, login, at, case.state, case.case_id)
                        answered[fact.name, ours] += 1
    both = {name for name, _yes in answered if {(name, True), (name, False)} <= set(answered)}
    assert len(both) >= 32, sorted(set(FACTS) - both)
    counted("random histories, facts answered alike in Python and SQL", answered.total())


@lru_cache
def asking_rows(known: Known) -> Select[Any]:
    """Each row of the visibility table and each part, as columns over every case."""
    rows = [compiled(row.condition, known) for row in ROWS]
    return select(case_file.c.case_id, *rows, *(where_sees(part, known) for part in Part))


def test_rows_and_lists_agree(
    lived: tuple[World, list[Case]], counted: Callable[[str, int], None]
) -> None:
    """Each V row compiled to SQL, and the list of each part against ``visible_parts``."""
    world, cases = lived
    matched, compared = Counter[str](), 0
    for at in moments(world)[:4]:
        with world.centre.administration(writing=False) as unit:
            files = [loaded(world, unit, one, at) for one in cases]
            for login in PEOPLE:
                asking = asking_rows(known_of(unit.sql, login, at))
                said = {row[0]: row[1:] for row in unit.sql.execute(asking, asked_by(login, at))}
                for dossier in files:
                    case, answers = dossier.case, Answers(dossier, login, at)
                    assert case is not None
                    ours = [holds(row.condition, answers, {}) for row in ROWS]
                    granted = visible_parts(answers)
                    ours += [part in granted for part in Part]
                    compared += len(ours)
                    assert [bool(v) for v in said[case.case_id]] == ours, (login, at, case.state)
                    matched.update(row.row for row, yes in zip(ROWS, ours, strict=False) if yes)
    assert len(matched) >= 12, matched
    counted("random histories, visibility rows and parts alike in both", compared)


def test_the_worklist_holds_what_the_rows_give(lived: tuple[World, list[Case]]) -> None:
    world, cases = lived
    for login in PEOPLE:
        listed = world.as_(login).worklist(WorklistQuery())
        with world.centre.administration(writing=False) as unit:
            files = [loaded(world, unit, one, unit.now) for one in cases]
            seen = {
                one.case.case_id
                for one in files
                if one.case and visible_parts(Answers(one, login, unit.now))
            }
        assert {row.case.case_id for row in listed.rows} == seen
        assert listed.total == listed.counts["all"] == len(seen)
        assert bool(listed.empty_because) is not bool(seen)


UNTOUCHED = (State.RECEIVED, State.PENDING_ACCEPTANCE, State.AWAITING_CORRECTION)
"""Time alone moves these on within forty days."""


class Undo(Exception):
    """Takes a transaction back."""


def test_derived_states_are_what_settling_would_write(lived: tuple[World, list[Case]]) -> None:
    """The columns behind a list's states and order against ``rules.settle``, now and later."""
    world, cases = lived
    now, changed, waiting = world.clock.now(), 0, 0
    for days in (0, 1, 6, 12, 40):
        world.clock.set(now + days * DAY)
        with pytest.raises(Undo), world.centre.administration() as unit:
            columns = select(case_file.c.case_id, SHOWN, SHOWN_DUE)
            listed = {row[0]: row[1:] for row in unit.sql.execute(columns, {"at": unit.now})}
            for one in cases:
                case = case_rows.case_by_id(unit.sql, one.case_id)
                assert case is not None
                settled = moves.settle(unit, world.centre.books, case)
                due = settled.due_at if settled.due_at is not None else NO_DUE
                assert listed[case.case_id] == (settled.state, due), (case.state, days)
                changed += settled.state is not case.state
                waiting += case.state in UNTOUCHED
            raise Undo
    world.clock.set(now)
    assert bool(changed) >= bool(waiting)
