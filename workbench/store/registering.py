"""T01: a new case with its numbers, and the same package twice as one case (S003).

Called by ``case_room``. The case number is the item's code, the day and a gap-free sequence (R65);
the short number is for speaking. Both counters roll back with everything else.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, true, update

from workbench.rules.case import Case, Move, State
from workbench.rules.catalogue import CaseType, ItemVersion
from workbench.rules.dossier import Dossier
from workbench.rules.events import genesis
from workbench.rules.flow_words import Transition
from workbench.rules.identifiers import compose_case_number
from workbench.rules.judge import judge
from workbench.rules.moment import Moment, to_local
from workbench.rules.people import Role
from workbench.rules.refusal_texts import refusal
from workbench.store import case_rows, dossiers
from workbench.store.engine import Unit
from workbench.store.entry_rows import check_content
from workbench.store.moves import (
    Books,
    known_operation,
    record,
    refuse_clock_back,
    remember_operation,
)
from workbench.store.tables import NO_DUE, applicant, case_counter, case_file

SPOKEN = "*"
"""The counter of short numbers, over all items of a day."""


def register(
    unit: Unit, books: Books, who: str, move: Move, masked_name: str, package_id: str
) -> Case:
    """The new case as a draft, or the case that the package already became."""
    if move.name != "register":
        raise refusal("unknown_move", move=move.name)
    known = known_operation(unit, move.operation_id, who, None) or _of_package(unit, package_id)
    if known is not None:
        return known
    refuse_clock_back(unit, true())
    item = published(unit, books, str(move.fields.get("item_code", "")))
    check_content(books.content, move)
    dossier = dossiers.for_registering(unit.sql, item, who)
    row = judge(dossier, who, move, unit.now)
    case = _new_row(unit, item, who, dossier, move, masked_name, package_id)
    _identity(unit.sql, case.case_id, move)
    case = _first_event(unit, books, case, row, move, who)
    remember_operation(unit, move.operation_id, case, who)
    return case


def _of_package(unit: Unit, package_id: str) -> Case | None:
    if not package_id:
        return None
    wanted = select(*case_rows.CASE_COLUMNS).where(case_file.c.package_id == package_id)
    found = unit.sql.execute(wanted).one_or_none()
    return case_rows.case_of(found) if found else None


def published(unit: Unit, books: Books, item_code: str) -> ItemVersion:
    """The newest version of the item. Refusal ``item_unknown``."""
    item = books.shelf.newest(unit.sql, item_code)
    if item is None:
        raise refusal("item_unknown", item=item_code)
    return item


def _new_row(
    unit: Unit, item: ItemVersion, who: str, dossier: Dossier, move: Move, masked_name: str,
    package_id: str,
) -> Case:  # fmt: skip
    text = move.fields.get
    return add_row(
        unit, item, new_number(unit, item), applicant_masked=masked_name,
        channel=str(text("channel") or "window"), site=_site(dossier, who, unit.now),
        registrar=who, situation=str(text("situation") or ""), exercise=bool(text("exercise")),
        package_id=package_id or None,
    )  # fmt: skip


def new_number(unit: Unit, item: ItemVersion) -> str:
    """The next case number of the item today (R65)."""
    day = to_local(unit.now).date()
    # Variants of an item (R64) share the 31 characters of the number, so they share its count.
    code = item.item_code[:31]
    return compose_case_number(code, day, next_number(unit.sql, code, f"{day:%Y%m%d}"))


def add_row(unit: Unit, item: ItemVersion, case_no: str, **more: Any) -> Case:
    """A row without a step yet, with its short number; its first event follows at once."""
    day = to_local(unit.now).date()
    spoken = next_number(unit.sql, SPOKEN, f"{day:%Y%m%d}")
    values: dict[str, Any] = {
        "case_no": case_no, "short_no": f"SJ-{day:%Y%m%d}-{spoken:04d}",
        "item_code": item.item_code, "item_version": item.version,
        "department": item.department_code, "state": State.DRAFT.value, "version": 0,
        "last_hash": genesis(case_no), "immediate": item.case_type is CaseType.IMMEDIATE,
        "sort_due": NO_DUE, "registered_at": unit.now,
    }  # fmt: skip
    unit.sql.execute(insert(case_file).values(**values, **more))
    case = case_rows.case_by_no(unit.sql, case_no)
    assert case is not None
    return case


def next_number(sql: Connection, item_code: str, day: str) -> int:
    """The next number of the item on that day, from 1 without a gap."""
    same = (case_counter.c.item_code == item_code) & (case_counter.c.day == day)
    last = sql.execute(select(case_counter.c.last).where(same)).scalar_one_or_none()
    if last is None:
        sql.execute(insert(case_counter).values(item_code=item_code, day=day, last=1))
        return 1
    sql.execute(update(case_counter).where(same).values(last=last + 1))
    return int(last) + 1


def _site(dossier: Dossier, who: str, at: Moment) -> str:
    """The registrar's own site: where he is a window officer, else any site he works at."""
    mine = [
        one for one in dossier.memberships if one.site and one.valid_from <= at < one.valid_to
    ]
    mine.sort(key=lambda one: one.role is not Role.WINDOW_ACCEPTOR)
    return str(mine[0].site) if mine else ""


def _identity(sql: Connection, case_id: int, move: Move) -> None:
    form = next((one.body for one in move.entries if one.kind == "form"), {})
    person = dict(form.get("applicant") or {})
    name, number = str(person.get("name") or ""), str(person.get("id_number") or "")
    if name or number:
        sql.execute(insert(applicant).values(case_id=case_id, name=name, id_number=number))


def _first_event(
    unit: Unit, books: Books, case: Case, row: Transition, move: Move, who: str
) -> Case:
    """The event of registration; nothing is known of the case before it."""
    dossier = dossiers.current(unit, books.shelf, case, (who,))
    return record(unit, books, dossier, row, move, who, unit.now)
