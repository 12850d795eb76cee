"""What a custodian is shown and told: the queue, the register, who was faster, what a seal lacks.

Called by ``seal_room``. The custodian sees the frozen document and what stands on it, never the
scans (V16).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, true

from workbench.rules.case import Case, Part, PartEntry, State, Task, TaskKind
from workbench.rules.case_view import SealTask
from workbench.rules.dossier import Dossier
from workbench.rules.moment import local_midnight, stamp
from workbench.rules.people import Role
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import (
    LedgerState,
    Placement,
    Seal,
    SealKind,
    SealStatus,
    seal_refusal,
)
from workbench.store import case_rows, dossiers, ledger_rows, people_rows
from workbench.store.engine import Unit
from workbench.store.ledger_rows import L
from workbench.store.moves import Books
from workbench.store.sight_sql import asked_by, known_of, where_sees
from workbench.store.tables import case_file, department, ledger_line, seal, task

SEES_REGISTER = (Role.SUPERVISOR, Role.ARCHIVIST, Role.AUDIT_ADMIN)


def seals(unit: Unit) -> tuple[Seal, ...]:
    """Every seal of the register."""
    return tuple(
        Seal(row.seal_id, SealKind(row.kind), row.organ_name, row.face_text, row.bottom_text,
             row.diameter_mm, SealStatus(row.status), row.valid_from, row.valid_to,
             row.certificate_sha256, row.sole, row.category, row.place, row.box, row.key_place,
             row.daily_limit, row.face_sha256, row.batch_limit, row.needs_timestamp)
        for row in unit.sql.execute(select(seal).order_by(seal.c.seal_id))
    )  # fmt: skip


def queue(unit: Unit, books: Books, login: str, of: str = "") -> tuple[SealTask, ...]:
    """What awaits the seal: immediate cases on top, then by the case's own remaining time.

    ``of``: of this document or in this case alone, so that a press need not read a long queue.
    """
    c = case_file.c
    waiting = (
        select(*case_rows.CASE_COLUMNS)
        .where(c.state == State.PENDING_SEAL.value)
        .where(where_sees(Part.DOCUMENT, known_of(unit.sql, login, unit.now)))
        .order_by(c.immediate.desc(), c.sort_due, c.case_id)
    )
    if of:
        his = exists().where(task.c.case_id == c.case_id, task.c.document_id == of)
        waiting = waiting.where(or_(c.case_no == of, his))
    found = []
    for row in unit.sql.execute(waiting, asked_by(login, unit.now)).all():
        case = case_rows.case_of(row)
        found.extend(_tasks(unit, case, dossiers.of_case_alone(unit.sql, books.shelf, case)))
    return tuple(one for one in found if of in ("", one.document_id, one.case.case_no))


def _tasks(unit: Unit, case: Case, dossier: Dossier) -> list[SealTask]:
    entries = case_rows.entries_of(unit.sql, case.case_id, Part.DOCUMENT)
    requests = [step for step in dossier.steps if step.kind == "request_seal"]
    requested_by = requests[-1].actor if requests else ""
    return [
        _seal_task(unit, case, dossier, task, _document(entries, task), requested_by)
        for task in dossier.open_tasks(TaskKind.SEAL_REQUEST)
    ]


def _document(entries: tuple[PartEntry, ...], task: Task) -> dict[str, Any]:
    """The frozen document that the request names, by its hash."""
    same = [
        one for one in entries
        if one.kind == "document" and one.body.get("sha256") == task.data.get("sha256")
    ]  # fmt: skip
    return dict(same[-1].body) if same else {}


def _seal_task(
    unit: Unit, case: Case, dossier: Dossier, task: Task, document: dict[str, Any],
    requested_by: str,
) -> SealTask:  # fmt: skip
    data = task.data
    document_id = str(data.get("document_id") or "")
    lines = ledger_rows.lines(unit, L.document_id == document_id)
    live = [
        row for row in lines
        if row.state != LedgerState.VOID.value and row.manner == ledger_rows.ELECTRONIC
    ]  # fmt: skip
    organ, legacy = issued_by(unit, dossier)
    return SealTask(
        case=case,
        item_zh=dossier.item.name_zh,
        item_en=dossier.item.name_en,
        document_id=document_id,
        document_no=str(data.get("document_no") or document.get("document_no") or ""),
        title_zh=str(document.get("title_zh") or ""),
        title_en=str(document.get("title_en") or ""),
        sha256=str(data.get("sha256") or ""),
        seal_kind=str(data.get("seal_kind") or ""),
        requested_by=requested_by,
        requested_at=task.opened_at,
        decided_by=case.decided_by or "",
        decided_at=case.decided_at,
        values={key: str(value) for key, value in dict(document.get("values") or {}).items()},
        placement=place_of(document),
        diameter_mm=float(document.get("diameter_mm") or 42.0),
        clock=dossier.clock("seal"),
        organ=organ,
        legacy=legacy,
        seam=bool(document.get("seam")),
        ledger_state=live[0].state if live else "",
        ledger_holder=live[0].custodian if live else "",
        paper_only=dossier.item.wet_seal_only,
        originals=int(data.get("originals", 1)),
        duplicates=int(data.get("duplicates", 0)),
        copies=tuple(
            ledger_rows.line_of(row) for row in lines if row.manner == ledger_rows.PHYSICAL
        ),
    )


def place_of(document: Mapping[str, Any]) -> Placement | None:
    """Where the frozen document says that the seal lands."""
    at = document.get("seal_at")
    return Placement(int(at["page"]), float(at["x_mm"]), float(at["y_mm"])) if at else None


def seen_lines(unit: Unit, login: str) -> ColumnElement[bool]:
    """Which lines the person sees: all of them, or his own (V16b)."""
    return true() if sees_register(unit, login) else L.custodian == login


def sees_register(unit: Unit, login: str) -> bool:
    """Whether the person holds the seal now, or watches over its register."""
    roles = {
        one.role
        for one in people_rows.memberships(unit.sql, login)
        if one.valid_from <= unit.now < one.valid_to
    }
    custody = people_rows.custody_of(unit.sql, (login,))
    return bool(roles & set(SEES_REGISTER)) or any(one.in_force(unit.now) for one in custody)


def already_pressed(unit: Unit, document_id: str) -> Refusal:
    """Who holds the document, since when, under which serial, and how it stands."""
    live = ledger_rows.lines(
        unit, (L.document_id == document_id) & (L.state != LedgerState.VOID.value)
    )
    if not live:
        return refusal("press_again")
    row = live[0]
    shown = {
        "name": people_rows.shown_name(unit.sql, row.custodian), "time": stamp(row.reserved_at),
        "serial": row.serial, "state": row.state,
    }  # fmt: skip
    released = row.state == LedgerState.RELEASED.value
    return refusal("already_stamped" if released else "being_stamped", **shown)


def refuse_seal(unit: Unit, seal_id: str, dossier: Dossier, request: Task) -> None:
    """Refusal where this seal may not be pressed on that document now (domain 2.4 a and d)."""
    found = seal_of(unit, seal_id)
    organ, legacy = issued_by(unit, dossier)
    kind = SealKind(str(request.data.get("seal_kind")))
    code = seal_refusal(found, kind, organ, unit.now, legacy=legacy)
    if code is not None:
        raise refusal(code)


def refuse_keyless(unit: Unit, seal_id: str) -> None:
    """Refusal where the seal has no key: it is pressed by hand."""
    if seal_of(unit, seal_id).key_place == "none":
        raise refusal("seal_has_no_key", seal_id=seal_id)


def refuse_limit(unit: Unit, seal_id: str) -> None:
    """Refusal where the seal has been pressed as often as it may be this day."""
    found = seal_of(unit, seal_id)
    begin = local_midnight(unit.now)
    today = (L.seal_id == seal_id) & (L.state != LedgerState.VOID.value) & (L.reserved_at >= begin)
    asked = select(func.count()).select_from(ledger_line).where(today)
    if found.daily_limit and unit.sql.execute(asked).scalar_one() >= found.daily_limit:
        raise refusal("seal_daily_limit", seal_id=seal_id, limit=found.daily_limit)


def issued_by(unit: Unit, dossier: Dossier) -> tuple[str, bool]:
    """The organ whose seal the document carries, and whether the case is from before the transfer
    of its department (S171, S172)."""
    d = department.c
    asked = select(d.organ_name, d.transferred_to, d.transferred_at)
    office = unit.sql.execute(asked.where(d.code == dossier.department)).one_or_none()
    organ = dossier.item.organ_name_zh or (office.organ_name if office else "")
    if office is None or office.transferred_to is None:
        return organ, False
    accepted = dossier.case.accepted_at if dossier.case is not None else None
    before = office.transferred_at is None or (
        accepted is not None and accepted < office.transferred_at
    )
    return organ, before


def seal_of(unit: Unit, seal_id: str) -> Seal:
    """The seal of that number. Refusal ``seal_unknown``."""
    found = next((one for one in seals(unit) if one.seal_id == seal_id), None)
    if found is None:
        raise refusal("seal_unknown", seal_id=seal_id)
    return found
