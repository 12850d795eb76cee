"""Loading a dossier: one case, its item and the people around it, as the rules see them.

Called inside a transaction by ``moves`` (to judge), ``case_room`` (to show), ``supervision_room``
(to explain). Only what a fact may ask for is loaded: shifts from the day before the case began.
The statements stand ready, because each step asks them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, bindparam, literal_column, select

from workbench.rules.case import Case, Part, Task, TaskKind
from workbench.rules.catalogue import ItemVersion
from workbench.rules.dossier import Dossier, Pressed, Step
from workbench.rules.moment import DAY, Moment
from workbench.rules.people import CustodyShift, Membership
from workbench.rules.refusals import Fault
from workbench.rules.seal_custody import LedgerState
from workbench.store import case_rows, people_rows
from workbench.store.engine import Unit
from workbench.store.shelf import Shelf
from workbench.store.tables import PART_TABLES, event, ledger_line, recusal

SIGNED_STATES = (LedgerState.SIGNED.value, LedgerState.RELEASED.value)
"""A press in one of these makes the fact ``ledger_signed`` true."""

_CASE: Final[Any] = bindparam("case_id")
_STEPS: Final = (
    select(event.c.seq, event.c.kind, event.c.actor, event.c.effective_at)
    .where(event.c.case_id == _CASE)
    .order_by(event.c.seq)
)
_KINDS: Final = [
    select(literal_column(f"'{part.value}'"), table.c.kind).where(table.c.case_id == _CASE)
    for part, table in PART_TABLES.items()
]
_ENTRIES: Final = _KINDS[0].union(*_KINDS[1:])
_PAPERS: Final = PART_TABLES[Part.MATERIALS].c
_MATERIAL_CODES: Final = select(_PAPERS.code).where(
    _PAPERS.case_id == _CASE, _PAPERS.kind == "material",
    _PAPERS.at >= case_rows.item_changed_at(_CASE).scalar_subquery(),
)  # fmt: skip
_RECUSED: Final = select(recusal.c.login).where(recusal.c.case_id == _CASE)
_PRESSES: Final = (
    select(ledger_line.c.state, ledger_line.c.manner)
    .where(ledger_line.c.case_id == _CASE, ledger_line.c.document_id == bindparam("document_id"),
           ledger_line.c.state != LedgerState.VOID.value)
)  # fmt: skip


def load(sql: Connection, shelf: Shelf, case: Case, logins: Iterable[str], at: Moment) -> Dossier:
    """Everything about the case, with the memberships and custody of the named persons."""
    return _with(_around(sql, shelf, case, at), *_people(sql, logins))


def current(unit: Unit, shelf: Shelf, case: Case, logins: Iterable[str]) -> Dossier:
    """As :func:`load` at the transaction's moment; what it has not changed is not read twice."""
    named = tuple(sorted(set(logins)))
    alone = unit.once("dossier", case, lambda: _around(unit.sql, shelf, case, unit.now))
    if not named:
        return alone
    return _with(alone, *unit.once("people", named, lambda: _people(unit.sql, named)))


def _with(
    alone: Dossier, memberships: tuple[Membership, ...], custody: tuple[CustodyShift, ...]
) -> Dossier:
    return replace(alone, memberships=memberships, custody=custody)


def _people(
    sql: Connection, logins: Iterable[str]
) -> tuple[tuple[Membership, ...], tuple[CustodyShift, ...]]:
    named = sorted(set(logins))
    if not named:
        return (), ()
    return people_rows.memberships(sql, *named), people_rows.custody_of(sql, named)


def _around(sql: Connection, shelf: Shelf, case: Case, at: Moment) -> Dossier:
    """The case with everybody around it but the one who asks."""
    item = _item(sql, shelf, case)
    tasks = case_rows.tasks_of(sql, case.case_id)
    involved = {case.department, *(one.department for one in tasks if one.department)}
    since = min(case.received_at or at, at) - DAY
    return Dossier(
        case=case,
        item=item,
        department=case.department,
        steps=_steps(sql, case.case_id),
        tasks=tasks,
        clocks=case_rows.clocks_of(sql, case.case_id),
        entries=_entries(sql, case.case_id),
        material_codes=_material_codes(sql, case.case_id),
        recused=frozenset(sql.execute(_RECUSED, {"case_id": case.case_id}).scalars()),
        roster=people_rows.roster(sql, involved, since),
        ledger=_presses(sql, tasks, case.case_id),
        calendar=shelf.calendar(sql),
    )


def of_case_alone(sql: Connection, shelf: Shelf, case: Case) -> Dossier:
    """Item, log, sub-tasks and clocks, nobody around it: for lists whose sight is judged."""
    return Dossier(
        case=case,
        item=_item(sql, shelf, case),
        department=case.department,
        steps=_steps(sql, case.case_id),
        tasks=case_rows.tasks_of(sql, case.case_id),
        clocks=case_rows.clocks_of(sql, case.case_id),
    )


def _item(sql: Connection, shelf: Shelf, case: Case) -> ItemVersion:
    item = shelf.item(sql, case.item_code, case.item_version)
    if item is None:
        raise Fault("item_lost", f"item {case.item_code} version {case.item_version} is not there")
    return item


def for_registering(sql: Connection, item: ItemVersion, login: str) -> Dossier:
    """What can be asked about a case that does not exist yet (T01)."""
    return Dossier(
        case=None,
        item=item,
        department=item.department_code,
        roster=people_rows.roster(sql, {item.department_code}),
        memberships=people_rows.memberships(sql, login),
    )


def _steps(sql: Connection, case_id: int) -> tuple[Step, ...]:
    return tuple(Step(*row) for row in sql.execute(_STEPS, {"case_id": case_id}).all())


def _entries(sql: Connection, case_id: int) -> frozenset[str]:
    rows = sql.execute(_ENTRIES, {"case_id": case_id})
    return frozenset(f"{part}:{kind}" for part, kind in rows)


def _material_codes(sql: Connection, case_id: int) -> frozenset[str]:
    return frozenset(sql.execute(_MATERIAL_CODES, {"case_id": case_id}).scalars())


def _presses(sql: Connection, tasks: tuple[Task, ...], case_id: int) -> Pressed:
    """How the document of the newest stamping request stands in the ledger."""
    requests = [one for one in tasks if one.kind is TaskKind.SEAL_REQUEST]
    if not requests:
        return Pressed()
    document_id = str(requests[-1].data.get("document_id") or "")
    found = sql.execute(_PRESSES, {"case_id": case_id, "document_id": document_id}).all()
    released = LedgerState.RELEASED.value
    return Pressed(
        signed=any(one.state in SIGNED_STATES for one in found),
        released=any(one.state == released for one in found),
        copies_out=any(one.manner == "physical" and one.state != released for one in found),
    )
