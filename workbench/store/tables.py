"""All tables of a centre under one roof, and which of them only grow.

Imported by everything in the store; the tables stand in ``tables_people``, ``tables_cases``,
``tables_desk``, ``tables_seal``, ``tables_audit`` and ``tables_outside``.
"""

from __future__ import annotations

from typing import Final

from workbench.store.columns import META, NO_DUE
from workbench.store.tables_audit import audit_day, audit_key, audit_leaves
from workbench.store.tables_cases import (
    PART_TABLES,
    applicant,
    case_counter,
    case_file,
    clock_run,
    event,
    operation,
    private_draft,
    recusal,
    supervision_event,
    task,
)
from workbench.store.tables_desk import material_mark, saved_view
from workbench.store.tables_outside import exchange_outbox, exchange_slot
from workbench.store.tables_people import (
    app_user,
    appointment,
    audit_line,
    authorisation,
    authorisation_item,
    authorisation_power,
    calendar,
    custody_shift,
    department,
    duty_shift,
    item_material,
    item_material_situation,
    item_version,
    leave,
    membership,
    publication,
    setting,
)
from workbench.store.tables_seal import (
    issuing_organ,
    ledger_line,
    ledger_step,
    pin_failure,
    seal,
    seal_balance,
    seal_certificate,
    seal_change,
    seal_face,
    seal_picture,
    special_account,
    token_use,
)

APPEND_ONLY: Final = (
    "event", "ledger_step", "audit_line", "supervision_event", "item_version", "item_material",
    "item_material_situation", "publication", "calendar", "operation", "audit_day",
    "audit_leaves",
    *(table.name for table in PART_TABLES.values()),
)  # fmt: skip
"""Tables whose rows are never changed and never deleted: triggers refuse it on every engine."""

__all__ = [
    "APPEND_ONLY",
    "META",
    "NO_DUE",
    "PART_TABLES",
    "app_user",
    "applicant",
    "appointment",
    "audit_day",
    "audit_key",
    "audit_leaves",
    "audit_line",
    "authorisation",
    "authorisation_item",
    "authorisation_power",
    "calendar",
    "case_counter",
    "case_file",
    "clock_run",
    "custody_shift",
    "department",
    "duty_shift",
    "event",
    "exchange_outbox",
    "exchange_slot",
    "issuing_organ",
    "item_material",
    "item_material_situation",
    "item_version",
    "leave",
    "ledger_line",
    "ledger_step",
    "material_mark",
    "membership",
    "operation",
    "pin_failure",
    "private_draft",
    "publication",
    "recusal",
    "saved_view",
    "seal",
    "seal_balance",
    "seal_certificate",
    "seal_change",
    "seal_face",
    "seal_picture",
    "setting",
    "special_account",
    "supervision_event",
    "task",
    "token_use",
]
