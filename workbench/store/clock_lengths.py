"""How long each clock runs for an item version (domain 3.4); what the item says goes first.

Called by ``carry_out``. ``None`` means that the clock does not run for this item at all.
"""

from __future__ import annotations

from workbench.rules.catalogue import CaseType, ItemVersion, ResultKind
from workbench.rules.clock_table import CLOCKS, JOINT_DAYS, SEAL_MINUTES_IMMEDIATE, WORKING_DAY
from workbench.rules.due_times import Length, Limit

OPINION_DAYS = 5
"""Where neither a promised nor a statutory limit gives a half."""


def limit_for(name: str, item: ItemVersion) -> Length | None:
    """Length and unit of the clock for the item."""
    kind = CLOCKS[name]
    if name == "promised":
        return _plain(item.promised_limit)
    if name == "statutory":
        return _statutory(item)
    if name == "assign_inspectors" and not item.inspection_standard:
        return None
    if name == "applicant_correction":
        return Length(max(item.correction_days, 1), WORKING_DAY)
    if name == "opinion":
        # Domain 3.4: the item's own, by default half of the promised limit.
        whole = _plain(item.promised_limit) or _statutory(item)
        return Length(max(whole.length // 2, 1), whole.unit) if whole else _days(OPINION_DAYS)
    if name == "seal" and item.case_type is CaseType.IMMEDIATE:
        return Length(SEAL_MINUTES_IMMEDIATE, kind.unit)
    return Length(kind.default_length, kind.unit) if kind.default_length else None


def _statutory(item: ItemVersion) -> Length | None:
    """The item's own; a licence of several departments without one has 45 working days (R20)."""
    own = _plain(item.statutory_limit)
    joint = item.case_type is CaseType.PARALLEL and item.result_kind is not ResultKind.CONFIRMATION
    return own or (_days(JOINT_DAYS) if joint else None)


def _plain(limit: Limit | None) -> Length | None:
    return Length(limit.length, str(limit.unit)) if limit else None


def _days(count: int) -> Length:
    return Length(count, WORKING_DAY)
