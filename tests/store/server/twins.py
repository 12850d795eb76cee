"""One history through both engines: the Python judge on SQLite, the verbs inside PostgreSQL.

Every call of a session of the SQLite world is made a second time, by the same person at the same
moment, with the verbs of the server; what comes out is compared, and so is what is kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError

from tests.store.server.centres import ServerCentre
from tests.store.server.custody_twins import CustodyTwin
from tests.store.world import World
from workbench.rules.case import Case, Move
from workbench.rules.case_view import CaseView
from workbench.rules.events import canonical
from workbench.rules.moment import Moment
from workbench.rules.publication import Publication
from workbench.rules.refusals import Refusal
from workbench.rules.words import pick
from workbench.store import case_rows, people_rows, publishing
from workbench.store.engine import Unit
from workbench.store.server.answers import view_of
from workbench.store.session import StoreSession
from workbench.store.tables import (
    PART_TABLES,
    app_user,
    applicant,
    appointment,
    audit_line,
    authorisation,
    authorisation_item,
    authorisation_power,
    case_counter,
    case_file,
    clock_run,
    custody_shift,
    duty_shift,
    event,
    exchange_outbox,
    leave,
    ledger_line,
    ledger_step,
    operation,
    pin_failure,
    recusal,
    seal,
    supervision_event,
    task,
)

CALL = "SELECT wb.make_move(%s, %s, %s, %s, %s, %s)"
REGISTER = "SELECT wb.register(%s, %s, %s, %s, %s)"
KEPT = (case_file, event, task, clock_run, supervision_event, exchange_outbox,
        applicant, operation, *PART_TABLES.values())  # fmt: skip
PEOPLE_TABLES = (
    appointment, authorisation, authorisation_item, authorisation_power, duty_shift, leave,
    custody_shift, recusal,
)  # fmt: skip
WHOLE = (case_counter, ledger_line, ledger_step, pin_failure, seal)
"""Compared as they are, the numbers of cases and of presses with them."""
FILED = ("wrong_pin", "seal_desk_unlocked", "seal_suspended", "seal_resumed",
         "take_over_custody")  # fmt: skip
"""Acts in the audit lines that a verb has written."""
NOT_THE_SAME = frozenset({"case_id", "event_id", "task_id", "run_id", "supervision_id",
                          "message_id", "entry_id"})  # fmt: skip
"""Numbers that each database gives by itself."""


def told(move: Move) -> tuple[str, str]:
    """Fields and entries as the verb takes them."""
    entries = [{"kind": one.kind, "body": dict(one.body)} for one in move.entries]
    return canonical(dict(move.fields)), canonical(entries)


def answered(sql: Connection, call: str, values: tuple[Any, ...]) -> dict[str, Any]:
    """What a verb answers; a refusal that it raises as the data that it is."""
    try:
        answer: dict[str, Any] = sql.exec_driver_sql(call, values).scalar_one()
    except DBAPIError as trouble:
        said: Any = trouble.orig
        if said.sqlstate != "WB001":
            raise
        values_of = json.loads(said.diag.message_detail)
        return {"refused": {"code": said.diag.message_primary, **values_of}}
    return answer


@dataclass
class Twins:
    """Both centres under one history."""

    world: World
    server: ServerCentre
    numbers: dict[int, int] = field(default_factory=dict)
    """Number of a case in SQLite -> in PostgreSQL."""
    changes: dict[int, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    stale: bool = True
    """Whether people, letters or shifts have changed in SQLite alone."""
    shown: Moment | None = None
    """What the server's clock was set to last."""

    def __post_init__(self) -> None:
        twins = self

        class Twin(CustodyTwin):
            """A session whose steps are taken in both centres."""

            both = twins

            def make_move(self, case_id: int, move: Move) -> Case:
                return twins.both(
                    self, move, lambda: StoreSession.make_move(self, case_id, move), case_id
                )

            def register(self, move: Move, masked_name: str, package_id: str) -> Case:
                return twins.both(
                    self, move,
                    lambda: StoreSession.register(self, move, masked_name, package_id),
                    None, masked_name, package_id,
                )  # fmt: skip

            def settle_case(self, case_id: int) -> None:
                StoreSession.settle_case(self, case_id)
                twins._same_moment()
                twins.server.admin.exec_driver_sql(
                    "SELECT wb.settle(c, wb.moment()) FROM wb.case_file c WHERE c.case_id = %s",
                    (twins.numbers[case_id],),
                )

            def put_content(self, source: Any) -> str:
                sha256 = StoreSession.put_content(self, source)
                twins.server.admin.exec_driver_sql(
                    "INSERT INTO wb.content_blob (sha256, bytes, stored_at) VALUES (%s, 1, 0)"
                    " ON CONFLICT DO NOTHING", (sha256,),
                )  # fmt: skip
                return sha256

            def publish(self, publication: Publication) -> str:
                twins.ready()
                there = Unit(twins.server.admin, twins.world.clock.now())
                publishing.publish(there, publication, self.login)
                return StoreSession.publish(self, publication)

        centre = self.world.centre
        listen(centre._engine, "connect", _unhurt_by_power)
        self.real_administration = centre.administration

        def administration(writing: bool = True) -> Any:
            self.stale = self.stale or writing
            return self.real_administration(writing)

        centre.administration = administration  # type: ignore[method-assign]
        centre._session = lambda login: Twin(centre.work(), centre.books, login)  # type: ignore[method-assign]

    def both(
        self, session: StoreSession, move: Move, here: Any, case_id: int | None, *more: str
    ) -> Case:
        """Do it here and there; the answers must be the same."""
        self.ready()
        case: Case | None = None
        refused: Refusal | None = None
        try:
            case = here()
        except Refusal as trouble:
            refused = trouble
        answer = self._there(session.login, move, case_id, more)
        if refused is not None:
            assert answer.get("refused", {}).get("code") == refused.code, (move, refused, answer)
            self.counts[f"refused {refused.code}"] += 1
            raise refused
        assert case is not None and "case" in answer, (session.login, move, case, answer)
        self.counts[move.name] += 1
        return self.same_case(case, answer)

    def same_case(self, case: Case, answer: dict[str, Any]) -> Case:
        """The case as both answered it, alike in every column."""
        self.numbers[case.case_id] = answer["case"]["case_id"]
        if case.follow_up_no is not None:
            self._note_follow_up(case.follow_up_no)
        expected = {name: getattr(case, name) for name in case_rows.CASE_FIELDS}
        expected["case_id"] = answer["case"]["case_id"]
        assert answer["case"] == json.loads(canonical(expected)), (answer["case"], expected)
        return case

    def _note_follow_up(self, case_no: str) -> None:
        wanted = select(case_file.c.case_id).where(case_file.c.case_no == case_no)
        with self.real_administration(writing=False) as unit:
            here = unit.sql.execute(wanted).scalar_one()
        self.numbers[here] = self.server.admin.execute(wanted).scalar_one()

    def ready(self) -> None:
        """People and clock are the same in both."""
        self.copy_people()
        self._same_moment()

    def _same_moment(self) -> None:
        now = self.world.clock.now()
        if now != self.shown:
            self.server.set_moment(now)
            self.shown = now

    def asked(self, login: str, call: str, values: tuple[Any, ...]) -> Any:
        """What the server answers that person."""
        return answered(self.server.connection(login), call, values)

    def _there(
        self, login: str, move: Move, case_id: int | None, more: tuple[str, ...]
    ) -> dict[str, Any]:
        fields, entries = told(move)
        sql = self.server.connection(login)
        values: tuple[Any, ...]
        if case_id is None:
            call, values = REGISTER, (fields, entries, *more, move.operation_id)
        else:
            call = CALL
            values = (self.numbers[case_id], move.name, fields, entries, move.expected_version,
                      move.operation_id)  # fmt: skip
        return answered(sql, call, values)

    def differences(self) -> list[str]:
        """Rows of a case that the two centres do not keep alike."""
        found = self._wrong_marks()
        with self.world.centre.administration(writing=False) as unit:
            for here, there in self.numbers.items():
                for table in KEPT:
                    key = next(iter(table.primary_key))
                    mine = unit.sql.execute(
                        select(table).where(table.c.case_id == here).order_by(key)
                    ).mappings()
                    others = self.server.admin.execute(
                        select(table).where(table.c.case_id == there).order_by(key)
                    ).mappings()
                    one, two = [_bare(row) for row in mine], [_bare(row) for row in others]
                    if one != two:
                        found.append(f"{table.name} of case {here}: {_first(one, two)}")
            for wanted in (*(select(one).order_by(*one.primary_key) for one in WHOLE), _filed()):
                one, two = (
                    [{name: value for name, value in row.items() if name != "step_id"}
                     for row in sql.execute(wanted).mappings()]
                    for sql in (unit.sql, self.server.admin)
                )
                if one != two:
                    found.append(f"{wanted}: {_first(one, two)}")
        return found

    def _wrong_marks(self) -> list[str]:
        """Cases whose marks of sight are not those of their log and sub-tasks (V04)."""
        return [
            f"marks of case {row.case_id}: {row.handlers} {row.calls}"
            for row in self.server.admin.exec_driver_sql(
                "SELECT case_id, handlers, calls FROM wb.case_file WHERE NOT"
                " (handlers @> wb.handlers_of(case_id) AND handlers <@ wb.handlers_of(case_id)"
                " AND calls @> wb.calls_of(case_id) AND calls <@ wb.calls_of(case_id))"
            )
        ]

    def views(self, login: str, case_no: str) -> tuple[Any, Any]:
        """The case as the person opens it here and there."""
        self.ready()
        here = self.world.as_(login).case_view(case_no)
        answer = self.server.connection(login).exec_driver_sql(
            "SELECT wb.case_view(%s)", (case_no,)
        ).scalar_one()
        there = None
        if answer is not None:
            with self.real_administration(writing=False) as unit:
                item = self.world.centre.books.shelf.item(
                    unit.sql, answer["case"]["item_code"], answer["case"]["item_version"]
                )
                assert item is not None
                names = {one.login: one for one in people_rows.users(unit.sql, unit.now)}
            there = view_of(answer, item, lambda one: pick(names[one].name_zh, names[one].name_en))
        return comparable(here), comparable(there)

    def copy_people(self) -> None:
        """Whatever the history did to people, letters, shifts and recusals is so in both."""
        if not self.stale:
            return
        self.stale = False
        with self.real_administration(writing=False) as unit:
            for login in unit.sql.execute(select(app_user.c.login)).scalars():
                self.server.admit(login)
            for table in reversed(PEOPLE_TABLES):
                self.server.admin.execute(delete(table))
            for table in PEOPLE_TABLES:
                rows = [dict(row) for row in unit.sql.execute(select(table)).mappings()]
                if table is recusal:
                    rows = [row | {"case_id": self.numbers[row["case_id"]]} for row in rows]
                if rows:
                    self.server.admin.execute(insert(table), rows)
            self._copy_seals(unit)

    def _copy_seals(self, unit: Unit) -> None:
        """Seals that were added to the register here; what is in it stays as it is."""
        known = set(self.server.admin.execute(select(seal.c.seal_id)).scalars())
        for row in unit.sql.execute(select(seal)).mappings().all():
            if row["seal_id"] not in known:
                self.server.admin.execute(insert(seal), dict(row))


def _unhurt_by_power(connection: sqlite3.Connection, _record: object) -> None:
    """Nobody pulls the plug in these tests: no commit waits for the disk."""
    connection.execute("PRAGMA synchronous = OFF").close()


def _filed() -> Any:
    a = audit_line.c
    return select(a.at, a.actor, a.act, a.detail).where(a.act.in_(FILED)).order_by(a.audit_id)


def _bare(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in NOT_THE_SAME}


def _first(one: list[dict[str, Any]], two: list[dict[str, Any]]) -> str:
    if len(one) != len(two):
        return f"{len(one)} rows here, {len(two)} there"
    for mine, other in zip(one, two, strict=True):
        if mine != other:
            names = [name for name in mine if mine[name] != other[name]]
            return ", ".join(f"{name}: {mine[name]!r} / {other[name]!r}" for name in names)
    return ""


def comparable(view: CaseView | None) -> Any:
    """A view without the numbers that each database gives by itself."""
    if view is None:
        return None
    return {
        "case": replace(view.case, case_id=0), "parts": view.parts, "state": view.shown_state,
        "entries": {part: [replace(one, entry_id=0, case_id=0) for one in entries]
                    for part, entries in view.entries.items()},
        "events": [replace(one, case_id=0) for one in view.events],
        "tasks": [replace(one, task_id=0, case_id=0) for one in view.tasks],
        "clocks": view.clocks, "moves": view.moves,
        "blocked": {move: str(refused) for move, refused in view.blocked.items()},
    }  # fmt: skip
