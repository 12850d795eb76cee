"""What an item alone makes of a step's form: fields it does not need, bounds that it sets.

Called by ``step_forms``. The flow's own row says what a step can carry; this leaves out what makes
no sense for the item in hand (R19, R20, R28).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from workbench.rules.catalogue import CaseType, ItemVersion
from workbench.rules.flow_back import EXTENSION_DAYS, EXTENSION_DAYS_JOINT
from workbench.shell.case.step_words import Asked

STANDARD: Final = "decision.standard"
"""The technical standard that a refusal after an inspection names (R28)."""


def for_item(asked: Sequence[Asked], item: ItemVersion) -> tuple[Asked, ...]:
    """The fields as that item asks for them."""
    fitting = (one for one in asked if item.inspection_standard or one.path != STANDARD)
    return tuple(_fitted(one, item) for one in fitting)


def _fitted(one: Asked, item: ItemVersion) -> Asked:
    if one.path == STANDARD:
        return replace(one, required=True)
    if one.path == "days":
        joint = item.case_type is CaseType.PARALLEL
        return replace(one, high=EXTENSION_DAYS_JOINT if joint else EXTENSION_DAYS)
    return one
