"""Questions to the register of seal use, by page: nobody reads the whole ledger (both engines).

Who sees which lines is decided elsewhere: on a file by ``seal_queues.seen_lines``, on a server by
the table's policy.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from workbench.rules.seal_balance import LedgerAsk, LedgerPage
from workbench.store import ledger_rows
from workbench.store.engine import Unit
from workbench.store.ledger_rows import L
from workbench.store.tables import case_file, ledger_line


def ledger_page(unit: Unit, ask: LedgerAsk, seen: ColumnElement[bool]) -> LedgerPage:
    """The newest lines that fit, how many there are, and whether older ones follow."""
    wanted = and_(seen, *_conditions(ask))
    joined = ledger_line.join(case_file, case_file.c.case_id == L.case_id)
    older = true() if ask.before is None else L.serial < ask.before
    columns = select(ledger_line, case_file.c.case_no, case_file.c.decided_by)
    lines = columns.select_from(joined).where(wanted, older)
    rows = unit.sql.execute(lines.order_by(L.serial.desc()).limit(ask.count + 1)).all()
    total = select(func.count()).select_from(joined).where(wanted)
    return LedgerPage(
        tuple(ledger_rows.line_of(row) for row in rows[: ask.count]),
        int(unit.sql.execute(total).scalar_one()),
        len(rows) > ask.count,
    )


def _conditions(ask: LedgerAsk) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if ask.text:
        found.append(or_(
            L.document_id.contains(ask.text, autoescape=True),
            case_file.c.case_no.contains(ask.text, autoescape=True),
        ))  # fmt: skip
    if ask.states:
        found.append(L.state.in_([one.value for one in ask.states]))
    same = {"seal_id": ask.seal_id, "custodian": ask.custodian, "manner": ask.manner}
    found += [L[name] == value for name, value in same.items() if value]
    if ask.since is not None:
        found.append(L.reserved_at >= ask.since)
    if ask.until is not None:
        found.append(L.reserved_at < ask.until)
    return found
