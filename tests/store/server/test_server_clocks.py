"""The clocks of a case kept by PL/pgSQL: row by row what the store's own effects make of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre
from tests.store.server.test_server_due_times import publish_another
from tests.store.world import IMMEDIATE, NINE, PARALLEL, PROMISED, item
from workbench.rules import clocks
from workbench.rules.case import Case, Move, State, Task, TaskKind
from workbench.rules.catalogue import ItemVersion, Limit, LimitUnit
from workbench.rules.clock_table import CLOCKS
from workbench.rules.effects import (
    Effect,
    ExtendClock,
    GoOnClock,
    PauseClocks,
    ResumeClocks,
    StartClock,
    StopClock,
)
from workbench.rules.flow_words import Transition
from workbench.rules.moment import DAY, MINUTE, Moment, at_local
from workbench.rules.publication import Publication
from workbench.rules.refusals import Refusal
from workbench.store import case_rows, dossiers, publishing, registering
from workbench.store.carry_out import Doing, carry_out
from workbench.store.engine import Unit
from workbench.store.shelf import Shelf

pytestmark = pytest.mark.long(4)

MONTHS = item(
    9, statutory_limit=Limit(2, LimitUnit.MONTH), promised_limit=Limit(20, LimitUnit.CALENDAR_DAY)
)
KEPT: Final = (
    "name, round, started_at, unit, length, due_at, stopped_at, paused_at, paused_us, provisional,"
    " pauses, calendar_version"
)
HELD: Final = ("statutory", "promised")


@dataclass
class Twins:
    """Two cases of one item: PL/pgSQL keeps the clocks of the first, the store of the second."""

    sql: Connection
    cases: tuple[Case, Case]
    item: ItemVersion
    shelf: Shelf = field(default_factory=Shelf)

    def both(self, call: str, at: Moment, *values: Any, effect: Effect | None, days: int = 0,
             to: State | None = None) -> bool:  # fmt: skip
        """The operation on both; whether it was refused, which must be so on both or on none."""
        refused = self._refused(lambda: self._call(call, *values)), self._refused(
            lambda: self._carry_out(effect, at, days, to)
        )
        assert refused[0] == refused[1], (call, values, refused)
        return refused[0] is not None

    def _refused(self, done: Callable[[], None]) -> str | None:
        """The code of the refusal, after which nothing has changed."""
        turn = self.sql.begin_nested()
        try:
            done()
        except Refusal as no:
            turn.rollback()
            return no.code
        except DBAPIError as no:
            turn.rollback()
            diagnosed = getattr(no.orig, "diag", None)
            assert diagnosed is not None and diagnosed.sqlstate == "WB001", no
            return str(diagnosed.message_primary)
        turn.commit()
        return None

    def _call(self, call: str, *values: Any) -> None:
        places = ", ".join(["%s"] * (len(values) + 1))
        self.sql.exec_driver_sql(f"SELECT wb.{call}({places})", (self.cases[0].case_id, *values))

    def _carry_out(self, effect: Effect | None, at: Moment, days: int, to: State | None) -> None:
        case = self.cases[1]
        dossier = dossiers.load(self.sql, self.shelf, case, (), at)
        asked = Task(0, case.case_id, TaskKind.EXTENSION, 1, "granted", data={"days": days})
        doing = Doing(self.sql, dossier, self.shelf.calendar(self.sql), Move("any"), "sys", at, at,
                      case.case_id, {}, [asked], list(dossier.clocks))  # fmt: skip
        effects = (effect,) if effect else ()
        carry_out(doing, Transition("T00", "any", (), to, (), effects=effects))

    def recompute(self) -> None:
        """Every run under the calendar in force (E22)."""
        self.sql.exec_driver_sql(
            "SELECT wb.clock_recompute(c) FROM wb.clock_run c WHERE case_id = %s",
            (self.cases[0].case_id,),
        )
        case_id, calendar = self.cases[1].case_id, self.shelf.calendar(self.sql)
        for run in case_rows.clocks_of(self.sql, case_id):
            case_rows.save_clock(self.sql, case_id, clocks.recompute(run, calendar), new=False)

    def rows(self, which: int) -> list[tuple[Any, ...]]:
        """The clocks as they stand, oldest first."""
        found = self.sql.exec_driver_sql(
            f"SELECT {KEPT} FROM wb.clock_run WHERE case_id = %s ORDER BY run_id",
            (self.cases[which].case_id,),
        )
        return [tuple(row) for row in found]

    # -- the operations ----------------------------------------------------------------------

    def start(self, name: str, at: Moment) -> bool:
        key = (self.item.item_code, self.item.version)
        return self.both("clock_start", at, name, at, *key, effect=StartClock(name))

    def stop(self, name: str, at: Moment) -> bool:
        return self.both("clock_stop", at, name, at, effect=StopClock(name))

    def go_on(self, name: str, at: Moment) -> bool:
        return self.both("clock_go_on", at, name, effect=GoOnClock(name))

    def pause(self, at: Moment) -> bool:
        return self.both("clocks_pause", at, at, effect=PauseClocks())

    def resume(self, at: Moment) -> bool:
        return self.both("clocks_resume", at, at, effect=ResumeClocks())

    def stop_all(self, at: Moment) -> bool:
        return self.both("clocks_stop_all", at, at, effect=None, to=State.WITHDRAWN)

    def extend(self, name: str, at: Moment, days: int) -> bool:
        effect = ExtendClock(name, TaskKind.EXTENSION, "days")
        return self.both("clock_extend", at, name, days, effect=effect, days=days)


@pytest.fixture
def twins(server: ServerCentre) -> Iterator[Callable[[ItemVersion], Twins]]:
    """Makes two new cases of an item, in one transaction that is thrown away."""
    engine = create_engine(server.cluster.url(server.name), poolclass=NullPool)
    with engine.connect() as sql:
        sql.exec_driver_sql("SET search_path = wb, pg_catalog")
        unit = Unit(sql, NINE)
        publishing.publish(unit, Publication("more", "1.0", "development", (), (MONTHS,)), "sys")

        def made(wanted: ItemVersion) -> Twins:
            one, two = (
                registering.add_row(
                    unit, wanted, registering.new_number(unit, wanted), applicant_masked="王**",
                    channel="window", site="hall", registrar="wang", situation="", exercise=False,
                )
                for _which in range(2)
            )  # fmt: skip
            return Twins(sql, (one, two), wanted)

        yield made
        sql.rollback()
    engine.dispose()


def step(dice: random.Random, twins: Twins, at: Moment) -> bool:
    """One operation on both, now and then one that the rules refuse."""
    name = dice.choice((*HELD, *HELD, *CLOCKS))
    earlier = at - dice.choice((0, 0, 3 * DAY, 30 * DAY))
    days = dice.choice((0, 1, 2, 5, 10, 30, 2500, -1))
    return dice.choice((
        lambda: twins.start(name, at), lambda: twins.start(dice.choice(HELD), at),
        lambda: twins.stop(name, at), lambda: twins.go_on(name, at), lambda: twins.pause(earlier),
        lambda: twins.resume(at), lambda: twins.pause(at), lambda: twins.resume(earlier),
        lambda: twins.extend(name, at, days), lambda: twins.extend(dice.choice(HELD), at, days),
        lambda: twins.stop_all(at) if dice.random() < 0.3 else twins.start(name, at),
    ))()  # fmt: skip


@pytest.mark.parametrize("wanted", [PROMISED, IMMEDIATE, PARALLEL, MONTHS],
                         ids=["promised", "immediate", "parallel", "months"])  # fmt: skip
def test_random_lives_of_clocks_are_the_same(
    twins: Callable[[ItemVersion], Twins], wanted: ItemVersion, depth: int,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    dice = random.Random(wanted.short_code)
    steps, refused, held = 120, 0, 0
    for _case in range(depth):
        pair, at = twins(wanted), NINE + dice.randrange(200 * DAY)
        for _step in range(steps):
            at += dice.choice((1, 7 * MINUTE, dice.randrange(8 * 60 * MINUTE), DAY,
                               dice.randrange(6 * DAY)))  # fmt: skip
            refused += step(dice, pair, at)
            assert pair.rows(0) == pair.rows(1)
        held += sum(row[-2] != "[]" for row in pair.rows(0))
    counted("clock operations, alike in PL/pgSQL and Python", depth * steps)
    assert refused and held


def test_a_newer_calendar_moves_what_is_counted_again(
    twins: Callable[[ItemVersion], Twins],
) -> None:
    """E22; the expiry of a licence is a date of its own and stays (R26)."""
    pair = twins(PROMISED)
    begun = at_local(date(2026, 5, 28), 10)
    pair.start("promised", begun)
    until = date(2026, 9, 30)
    for case in pair.cases:
        calendar = pair.shelf.calendar(pair.sql)
        run = clocks.start_until("renewal_expiry", begun, until, calendar)
        case_rows.save_clock(pair.sql, case.case_id, run, new=True)
    before = pair.rows(0)
    publish_another(pair.sql)
    pair.recompute()
    after = pair.rows(0)
    assert after == pair.rows(1)
    assert after[1] == before[1]
    assert after[0][5] - before[0][5] == DAY


def test_two_pauses_are_kept_and_given_back(twins: Callable[[ItemVersion], Twins]) -> None:
    pair = twins(PROMISED)
    pair.start("promised", NINE)
    for number in (1, 8):
        pair.pause(NINE + number * DAY)
        pair.resume(NINE + (number + 2) * DAY)
    (kept,) = pair.rows(0)
    assert [kept] == pair.rows(1)
    assert kept[10] == "[" + ",".join(
        f"[{NINE + number * DAY},{NINE + (number + 2) * DAY}]" for number in (1, 8)
    ) + "]"


def test_what_is_refused_changes_neither_clock(twins: Callable[[ItemVersion], Twins]) -> None:
    pair = twins(PROMISED)
    pair.start("promised", NINE)
    pair.start("statutory", NINE + DAY)
    before = pair.rows(0)
    assert pair.pause(NINE + DAY - 1), "the statutory clock had not begun"
    assert pair.extend("promised", NINE + DAY, -1)
    assert pair.extend("promised", NINE + DAY, 5000), "beyond the calendar"
    assert pair.rows(0) == before == pair.rows(1)
    assert not pair.pause(NINE + DAY)
