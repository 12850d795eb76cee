"""The centre of ``tests.store.world`` with its Python rooms working on PostgreSQL as the owner.

This is how no centre works: it is the reference that the functions written in SQL are compared
with, on the same rows. ``TwoWays`` does each act both ways and keeps what SQL has written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Table, create_engine, delete, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre
from tests.store.world import NINE, World
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.events import Event
from workbench.rules.moment import Moment, SetClock
from workbench.rules.outside import PROGRESS, Happened, messages
from workbench.store import carry_out, case_rows, draft_rows, moves, outgoing, registering
from workbench.store.carry_out import Doing
from workbench.store.centre import StoreCentre
from workbench.store.tables import (
    PART_TABLES,
    case_counter,
    event,
    exchange_outbox,
    private_draft,
    supervision_event,
)

DRAFTING: Final = ("zhang", "ma", "wang")
WRITE, ADD, END = moves.write_entries, case_rows.add_event, draft_rows.end
SUPERVISE, NUMBER, KEEP = carry_out.supervise, registering.next_number, outgoing.keep
"""How Python does it, while a test puts both ways in its place."""


@contextmanager
def owner_world(server: ServerCentre, folder: Path) -> Iterator[World]:
    """A world whose sessions all read and write the server's database past every guard."""
    engine = create_engine(
        server.cluster.url(server.name), poolclass=NullPool,
        connect_args={"options": "-csearch_path=wb"},
    )  # fmt: skip
    clock, path = SetClock(NINE), folder / "centre.db"
    world = World(path, clock, StoreCentre(path, engine, clock))
    try:
        yield world
    finally:
        world.close()


def ask(sql: Connection, call: str, *values: Any) -> Any:
    """What one function answers."""
    return sql.exec_driver_sql(f"SELECT {call}", values).scalar_one()


def refused(sql: Connection, call: str, *values: Any) -> tuple[str, dict[str, Any]] | None:
    """Code and values of the refusal, or ``None`` where there is none."""
    try:
        ask(sql, call, *values)
    except DBAPIError as trouble:
        told: Any = trouble.orig
        assert told.sqlstate == "WB001", trouble
        return told.diag.message_primary, json.loads(told.diag.message_detail)
    return None


def told_entries(entries: Sequence[NewEntry]) -> str:
    """The entries of a move as a verb is given them."""
    return json.dumps([{"kind": one.kind, "body": dict(one.body)} for one in entries])


def rows(sql: Connection, case_id: int | None, *tables: Table) -> list[tuple[Any, ...]]:
    """Every row of these tables, or the case's, without the number that the database gave it."""
    found = []
    for table in tables:
        kept = [column for column in table.c if not _given(column.name, table)]
        wanted = select(*kept).order_by(*table.primary_key)
        if case_id is not None:
            wanted = wanted.where(table.c.case_id == case_id)
        found += [(table.name, *row) for row in sql.execute(wanted)]
    return found


def _given(name: str, table: Table) -> bool:
    return [name] == [one.name for one in table.primary_key] and name.endswith("_id")


@dataclass
class TwoWays:
    """Does what the Python store does, takes it back, does it in SQL, and compares."""

    done: Counter[str] = field(default_factory=Counter)
    stages: dict[int, str] = field(default_factory=dict)
    """What SQL called the public stage of each case after its last step."""
    steps: list[Happened] = field(default_factory=list)

    def take(self, patch: pytest.MonkeyPatch) -> None:
        """From now on every act of the store is done both ways."""
        patch.setattr(moves, "write_entries", self.entries)
        patch.setattr(case_rows, "add_event", self.event)
        patch.setattr(draft_rows, "end", self.end_of_drafts)
        patch.setattr(carry_out, "supervise", self.supervised)
        patch.setattr(registering, "next_number", self.number)
        patch.setattr(outgoing, "keep", self.kept)
        patch.setattr(outgoing, "messages", self.seen)

    def same(
        self, what: str, sql: Connection, case_id: int | None, tables: Sequence[Table],
        python: Callable[[], Any], call: str, *values: Any,
    ) -> Any:  # fmt: skip
        """Both answers and both sets of rows are the same; SQL's are kept."""
        with sql.begin_nested() as first:
            expected, written = python(), rows(sql, case_id, *tables)
            first.rollback()
        # A function that answers nothing answers an empty text.
        assert (ask(sql, call, *values) or None) == (expected or None), what
        assert rows(sql, case_id, *tables) == written, what
        self.done[what] += 1
        return expected

    def entries(
        self, sql: Connection, case_id: int, move: Move, author: str, at: Moment
    ) -> list[dict[str, str]]:
        """The references of the entries."""
        tables = tuple(PART_TABLES.values()) if move.entries else ()
        found: list[dict[str, str]] = self.same(
            "entries", sql, case_id, tables, lambda: WRITE(sql, case_id, move, author, at),
            "wb.write_entries(%s, %s::jsonb, %s, %s)", case_id, told_entries(move.entries),
            author, at,
        )  # fmt: skip
        return found

    def event(self, sql: Connection, one: Event) -> None:
        """One event, its hash made from the payload as jsonb."""

        def add() -> str:
            ADD(sql, one)
            return one.hash

        self.same(
            "events", sql, one.case_id, (event,), add,
            "(wb.add_event(%s, %s, %s, %s, %s, %s, %s::jsonb, %s)).hash", one.case_id, one.seq,
            one.kind, one.actor, one.effective_at, one.recorded_at, one.payload, one.prev_hash,
        )  # fmt: skip

    def end_of_drafts(self, sql: Connection, doing: Doing, moved_on: bool) -> None:
        """The end of drafts of several persons for this step and for another one."""
        sql.execute(delete(private_draft).where(private_draft.c.case_id == doing.case_id))
        for author in {*DRAFTING, doing.actor} - {"system"}:
            for move in {doing.move.name, "send_message"}:
                sql.execute(insert(private_draft).values(
                    case_id=doing.case_id, author=author, move=move, texts="{}", at=1
                ))  # fmt: skip
        self.same(
            "ends of drafts", sql, doing.case_id, (private_draft,),
            lambda: END(sql, doing, moved_on),
            "wb.end_drafts(%s, %s, %s, %s)", doing.case_id, doing.actor, doing.move.name, moved_on,
        )  # fmt: skip

    def supervised(
        self, sql: Connection, case_id: int, kind: str, round: str, effective_at: Moment,
        now: Moment, responsible: str,
    ) -> None:  # fmt: skip
        """A supervision event, twice: it exists once."""
        every = (case_id, kind, round, effective_at, now, responsible)
        for _twice in range(2):
            self.same(
                "supervision events", sql, case_id, (supervision_event,),
                lambda: SUPERVISE(sql, *every),
                "wb.supervise(%s, %s, %s, %s, %s, %s)", *every,
            )  # fmt: skip

    def number(self, sql: Connection, item_code: str, day: str) -> int:
        """The next number of a counter."""
        found: int = self.same(
            "counted numbers", sql, None, (case_counter,), lambda: NUMBER(sql, item_code, day),
            "wb.next_number(%s, %s)", item_code, day,
        )  # fmt: skip
        return found

    def seen(self, step: Happened) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the store asks the rules, while :meth:`kept` listens."""
        self.steps.append(step)
        return messages(step)

    def kept(self, doing: Doing, after: Case, done: Event) -> None:
        """The messages of a step; SQL is told the stage that it named itself one step before."""
        sql, number, o = doing.sql, after.case_id, exchange_outbox.c
        KEEP(doing, after, done)
        step = self.steps.pop()
        stage = ask(sql, "wb.stage_of(%s)", number)
        assert after.exercise or [stage][: bool(stage)] == _public(step)
        mine = (o.case_id == number) & (o.seq == done.seq)
        wanted = select(*[one for one in o if one.name != "message_id"]).where(mine)
        expected = sql.execute(wanted.order_by(o.message_id)).all()
        sql.execute(delete(exchange_outbox).where(mine))
        ask(sql, "wb.keep_messages((SELECT c FROM wb.case_file c WHERE case_id = %s),"
            " (SELECT e FROM wb.event e WHERE case_id = %s AND seq = %s), %s, %s::jsonb)",
            number, number, done.seq, self.stages.get(number, ""),
            told_entries(doing.move.entries))  # fmt: skip
        assert sql.execute(wanted.order_by(o.message_id)).all() == expected
        self.stages[number] = stage
        self.done["messages"] += len(expected)


def _public(step: Happened) -> list[str]:
    """The stage after this step, as if nobody had been told of the case before."""
    alone = Happened(None, step.after, (), step.tasks_after, step.kinds_before, step.event,
                     step.roles, step.move)  # fmt: skip
    return [str(body["stage"]) for slot, body in messages(alone) if slot == PROGRESS]
