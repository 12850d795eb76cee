"""What a form field shows: choices by their label, yes and no as words, sensitive values masked.

Pure; called by the standard pane and by the fields beside a material.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from workbench.rules.catalogue import FormField
from workbench.rules.masking import (
    mask_address,
    mask_bank_card,
    mask_id_number,
    mask_name,
    mask_phone,
)
from workbench.rules.words import _, pick

APPLICANT_FIELDS: Final = (
    FormField("applicant_name", "申请人", "Applicant"),
    FormField("applicant_id", "证件号码", "ID number", "id_number", sensitive=True),
    FormField("applicant_phone", "电话", "Telephone", "phone", sensitive=True),
    FormField("applicant_address", "地址", "Address", "address", sensitive=True),
    FormField("applicant_legal_representative", "法定代表人", "Legal representative"),
    FormField("agent_name", "代理人", "Authorised agent"),
    FormField("agent_id", "代理人证件号码", "Agent's ID number", "id_number", sensitive=True),
)
"""The applicant block P or E of the catalogue, as templates name its values."""

_MASKS: Final[dict[str, Callable[[str], str]]] = {
    "id_number": mask_id_number,
    "phone": mask_phone,
    "address": mask_address,
}


def shown(field: FormField, value: str) -> str:
    """The value as a person reads it."""
    if field.kind == "choice":
        chosen = next((c for c in field.choices if c.code == value), None)
        return pick(chosen.label_zh, chosen.label_en) if chosen is not None else value
    if field.kind == "yes_no":
        return {"yes": _("yes"), "no": _("no")}.get(value, value)
    return value


def hidden(field: FormField, value: str) -> str:
    """The value with its middle hidden (R87); what has no form of its own is masked as a name."""
    if field.kind in _MASKS:
        return _MASKS[field.kind](value)
    digits = sum(char.isdigit() for char in value)
    return mask_bank_card(value) if digits >= 12 else mask_name(value)
