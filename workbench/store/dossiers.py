"""Loading a dossier: one case, its item and the people around it, as the rules see them.

Called inside a transaction by ``moves`` (to judge), ``case_room`` (to show), ``supervision_room``
(to explain). Only what a fact may ask for is loaded: shifts from the day before the case began.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, literal, select

from workbench.rules.case import Case, Part, Task, TaskKind
from workbench.rules.catalogue import ItemVersion
from workbench.rules.dossier import Dossier, Step
from workbench.rules.moment import DAY, Moment
from workbench.rules.people import CustodyShift, Membership
from workbench.rules.refusals import Fault
from workbench.rules.seal_custody import LedgerState
from workbench.store import case_rows, people_rows
from workbench.store.shelf import Shelf
from workbench.store.tables import PART_TABLES, custody_shift, event, ledger_line, recusal

SIGNED_STATES = (LedgerState.SIGNED.value, LedgerState.RELEASED.value)
"""A press in one of these makes the fact ``ledger_signed`` true."""


def load(sql: Connection, shelf: Shelf, case: Case, logins: Iterable[str], at: Moment) -> Dossier:
    """Everything about the case, with the memberships and custody of the named persons."""
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
        recused=frozenset(
            sql.execute(select(recusal.c.login).where(recusal.c.case_id == case.case_id)).scalars()
        ),
        roster=people_rows.roster(sql, involved, since),
        memberships=_memberships(sql, logins),
        custody=custody_of(sql, logins),
        ledger_signed=_ledger_signed(sql, tasks, case.case_id),
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


def _memberships(sql: Connection, logins: Iterable[str]) -> tuple[Membership, ...]:
    named = sorted(set(logins))
    return people_rows.memberships(sql, *named) if named else ()


def custody_of(sql: Connection, logins: Iterable[str]) -> tuple[CustodyShift, ...]:
    """The custody shifts of these persons, taken over or not."""
    return people_rows.custody_shifts(sql, custody_shift.c.login.in_(sorted(set(logins))))


def _steps(sql: Connection, case_id: int) -> tuple[Step, ...]:
    columns = (event.c.seq, event.c.kind, event.c.actor, event.c.effective_at)
    rows = sql.execute(select(*columns).where(event.c.case_id == case_id).order_by(event.c.seq))
    return tuple(Step(*row) for row in rows)


def _entries(sql: Connection, case_id: int) -> frozenset[str]:
    branches = [
        select(literal(part.value), table.c.kind).where(table.c.case_id == case_id)
        for part, table in PART_TABLES.items()
    ]
    everything = branches[0].union(*branches[1:])
    return frozenset(f"{part}:{kind}" for part, kind in sql.execute(everything))


def _material_codes(sql: Connection, case_id: int) -> frozenset[str]:
    table = PART_TABLES[Part.MATERIALS]
    since = case_rows.item_changed_at(case_id).scalar_subquery()
    wanted = select(table.c.code).where(
        table.c.case_id == case_id, table.c.kind == "material", table.c.at >= since
    )
    return frozenset(sql.execute(wanted).scalars())


def _ledger_signed(
    sql: Connection, tasks: tuple[Task, ...], case_id: int
) -> bool:
    """Whether the document of the newest stamping request has a signed press."""
    requests = [one for one in tasks if one.kind is TaskKind.SEAL_REQUEST]
    if not requests:
        return False
    document_id = str(requests[-1].data.get("document_id") or "")
    line = ledger_line.c
    wanted = select(line.serial).where(
        line.case_id == case_id, line.document_id == document_id, line.state.in_(SIGNED_STATES)
    )
    return sql.execute(wanted).first() is not None
