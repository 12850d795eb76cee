"""The catalogue's front door: its records, how they are read, and what is wrong with one.

Called by hosting (admission), store (publishing), casework (intake, clocks, flow), paper
(composing) and the shell. The parts stand in ``catalogue_records``, ``catalogue_reading`` and
``catalogue_checks``.
"""

from __future__ import annotations

from workbench.rules.catalogue_checks import VAGUE_WORDS, validate, validate_template
from workbench.rules.catalogue_reading import (
    canonical,
    canonical_sha256,
    from_canonical,
    parse_item,
    parse_template,
    template_from_canonical,
)
from workbench.rules.catalogue_records import (
    BLOCK_KINDS,
    FIELD_KINDS,
    NOT_FROM_APPLICANT,
    SEAL_KINDS,
    SYSTEM_VALUES,
    Block,
    BlockRow,
    CaseType,
    Choice,
    DecisionPath,
    DocumentTemplate,
    FormField,
    ItemState,
    ItemVersion,
    Limit,
    LimitUnit,
    MaterialForm,
    MaterialSource,
    MaterialSpec,
    NeedKind,
    PublicElements,
    ResultKind,
    ReviewPoint,
    SealPlacement,
    Situation,
)

__all__ = [
    "BLOCK_KINDS",
    "FIELD_KINDS",
    "NOT_FROM_APPLICANT",
    "SEAL_KINDS",
    "SYSTEM_VALUES",
    "VAGUE_WORDS",
    "Block",
    "BlockRow",
    "CaseType",
    "Choice",
    "DecisionPath",
    "DocumentTemplate",
    "FormField",
    "ItemState",
    "ItemVersion",
    "Limit",
    "LimitUnit",
    "MaterialForm",
    "MaterialSource",
    "MaterialSpec",
    "NeedKind",
    "PublicElements",
    "ResultKind",
    "ReviewPoint",
    "SealPlacement",
    "Situation",
    "canonical",
    "canonical_sha256",
    "from_canonical",
    "parse_item",
    "parse_template",
    "template_from_canonical",
    "validate",
    "validate_template",
]
