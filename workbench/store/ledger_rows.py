"""The ledger of presses as rows: lines, their chained steps, and the compare-and-set on them.

Called by ``seal_room`` inside its transactions. Every change of a line is one step of its history;
steps only grow and are chained by SHA-256 like the events of a case.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, insert, select, update

from workbench.rules.case import Move, Part
from workbench.rules.events import canonical, event_hash, sha256_text
from workbench.rules.moment import MINUTE
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import HalfPress, LedgerLine, LedgerState, Placement
from workbench.store.engine import Unit
from workbench.store.tables import PART_TABLES, case_file, ledger_line, ledger_step

LEASE_US: Final = 2 * MINUTE
"""How long a worker may be silent before anybody may recover its line; each step renews it."""

ELECTRONIC, PHYSICAL = "electronic", "physical"
L = ledger_line.c
LIVE: Final = (LedgerState.RESERVED, LedgerState.PREPARED, LedgerState.SIGNED)


def lines(unit: Unit, where: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Lines with the case's number and who decided it, newest last."""
    joined = ledger_line.join(case_file, case_file.c.case_id == L.case_id)
    columns = select(ledger_line, case_file.c.case_no, case_file.c.decided_by).select_from(joined)
    return unit.sql.execute(columns.where(where).order_by(L.serial)).all()


def line_of(row: Row[Any] | SimpleNamespace) -> LedgerLine:
    """The record that the register shows, from a row or from what a server's verb answers."""
    return LedgerLine(
        row.serial, row.document_id, row.case_no, row.seal_id, LedgerState(row.state),
        row.custodian, row.reserved_at, row.released_at, row.sha256_before, row.sha256_after,
        _placement(row), row.signature_level, row.void_reason, row.manner, row.copy_no,
        row.copy_kind, row.control_code, row.scan_sha256, getattr(row, "decided_by", None) or "",
    )  # fmt: skip


def half_of(row: Row[Any]) -> HalfPress:
    """The record that recovery works from."""
    return HalfPress(
        row.serial, LedgerState(row.state), row.document_id, row.case_id, row.case_no, row.seal_id,
        row.custodian, row.sha256_before, row.prepared_sha256, row.digest or b"", row.hole_start,
        row.hole_end, _placement(row), row.cms or b"", row.sha256_after, row.signature_level,
    )  # fmt: skip


def _placement(row: Row[Any] | SimpleNamespace) -> Placement | None:
    return Placement(row.page, row.x_mm, row.y_mm) if row.page else None


def new_line(unit: Unit, values: dict[str, Any], actor: str) -> int:
    """RESERVED: a serial that is burned from now on."""
    blank = {
        "prepared_sha256": "", "sha256_after": "", "hole_start": 0, "hole_end": 0, "page": 0,
        "signature_level": "", "void_reason": "", "state": LedgerState.RESERVED.value,
        "reserved_at": unit.now, "changed_at": unit.now, "lease_until": unit.now + LEASE_US,
    }  # fmt: skip
    made = unit.sql.execute(insert(ledger_line).values(**blank, **values)).inserted_primary_key
    assert made is not None
    serial = int(made[0])
    _add_step(unit, serial, LedgerState.RESERVED, actor, values)
    return serial


def change(
    unit: Unit, serial: int, owner: str, expected: Sequence[LedgerState], to: LedgerState,
    actor: str, **values: Any,
) -> None:  # fmt: skip
    """Compare-and-set on (serial, owner, state); Refusal ``ledger_moved_on`` where it fails."""
    same = and_(
        L.serial == serial, L.owner == owner, L.manner == ELECTRONIC,
        L.state.in_([one.value for one in expected]),
    )  # fmt: skip
    fresh = {"state": to.value, "changed_at": unit.now, "lease_until": unit.now + LEASE_US}
    if unit.sql.execute(update(ledger_line).where(same).values(**fresh, **values)).rowcount != 1:
        raise moved_on(unit, serial)
    _add_step(unit, serial, to, actor, values)


def take_over(unit: Unit, serial: int, owner: str, actor: str) -> bool:
    """A new owner for a line whose lease has expired; ``False`` where another was faster."""
    pressed = (L.serial == serial) & (L.manner == ELECTRONIC)
    row = unit.sql.execute(select(ledger_line).where(pressed)).one_or_none()
    if row is None or LedgerState(row.state) not in LIVE or row.lease_until > unit.now:
        return False
    fresh = {"owner": owner, "changed_at": unit.now, "lease_until": unit.now + LEASE_US}
    unit.sql.execute(update(ledger_line).where(L.serial == serial).values(**fresh))
    _add_step(unit, serial, LedgerState(row.state), actor, {"owner": owner})
    return True


def step_copy(
    unit: Unit, serial: int, expected: Sequence[LedgerState], to: LedgerState, actor: str,
    said: dict[str, Any] | None = None, **values: Any,
) -> LedgerLine:  # fmt: skip
    """The same for a copy that is pressed by hand: it has no lease, whoever holds the seal goes on.

    ``said`` is kept in the step besides the values. Refusal ``copy_moved_on``.
    """
    same = and_(
        L.serial == serial, L.manner == PHYSICAL, L.state.in_([one.value for one in expected])
    )
    fresh = {"state": to.value, "changed_at": unit.now}
    if unit.sql.execute(update(ledger_line).where(same).values(**fresh, **values)).rowcount != 1:
        found = lines(unit, L.serial == serial)
        raise refusal("copy_moved_on", serial=serial, state=found[0].state if found else "-")
    _add_step(unit, serial, to, actor, values | (said or {}))
    return line_of(lines(unit, L.serial == serial)[0])


def moved_on(unit: Unit, serial: int) -> Refusal:
    """Somebody else has the line, or it has gone on: says who and how it stands."""
    found = lines(unit, L.serial == serial)
    state = found[0].state if found else "-"
    return refusal("ledger_moved_on", serial=serial, state=state)


def says_the_same(line: Row[Any], move: Move) -> bool:
    """Whether the stamp says of the press what the ledger says, and brings the sealed file once."""
    known = {
        "document_id": line.document_id, "serial": line.serial, "hash_before": line.sha256_before,
        "hash_after": line.sha256_after, "page": line.page, "x_mm": line.x_mm, "y_mm": line.y_mm,
        "level": line.signature_level,
    }  # fmt: skip
    sealed = [one.body for one in move.entries if one.kind == "sealed_document"]
    return (
        len(sealed) == 1
        and sealed[0].get("sha256") == line.sha256_after
        and sealed[0].get("serial", line.serial) == line.serial
        and all(known[name] == said for name, said in move.fields.items() if name in known)
    )


def void_sealed(unit: Unit, case_id: int, actor: str) -> None:
    """A released document taken back before issue (E14): the file stays, the register says void."""
    table = PART_TABLES[Part.DOCUMENT].c
    said = unit.sql.execute(
        select(table.body)
        .where(table.case_id == case_id, table.kind == "void_reason")
        .order_by(table.entry_id.desc())
        .limit(1)
    ).scalar_one_or_none()
    reason = str(json.loads(said).get("text", "")) if said else ""
    released = lines(unit, (L.case_id == case_id) & (L.state == LedgerState.RELEASED.value))
    for row in (one for one in released if one.document_id == released[-1].document_id):
        values = {"state": LedgerState.VOID.value, "changed_at": unit.now, "void_reason": reason}
        unit.sql.execute(update(ledger_line).where(L.serial == row.serial).values(**values))
        _add_step(unit, row.serial, LedgerState.VOID, actor, {"void_reason": reason})


def _add_step(
    unit: Unit, serial: int, state: LedgerState, actor: str, values: dict[str, Any]
) -> None:
    s = ledger_step.c
    last = unit.sql.execute(
        select(s.seq, s.hash).where(s.serial == serial).order_by(s.seq.desc()).limit(1)
    ).one_or_none()
    seq, prev = (last.seq + 1, last.hash) if last else (1, genesis(serial))
    payload = canonical({key: _shown(value) for key, value in values.items()})
    unit.sql.execute(insert(ledger_step).values(
        serial=serial, seq=seq, state=state.value, actor=actor, at=unit.now, payload=payload,
        prev_hash=prev,
        hash=event_hash(prev, seq, state.value, actor, unit.now, unit.now, payload),
    ))  # fmt: skip


def _shown(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def genesis(serial: int) -> str:
    """What the first step of a line is chained to."""
    return sha256_text(f"ledger:{serial}")


def first_break(unit: Unit, serial: int) -> int | None:
    """The seq of the first step that does not fit the chain, or ``None``."""
    s = ledger_step.c
    prev = genesis(serial)
    rows = unit.sql.execute(select(ledger_step).where(s.serial == serial).order_by(s.seq))
    for place, row in enumerate(rows, start=1):
        expected = event_hash(prev, row.seq, row.state, row.actor, row.at, row.at, row.payload)
        if (row.seq, row.prev_hash, row.hash) != (place, prev, expected):
            return int(row.seq)
        prev = row.hash
    return None
