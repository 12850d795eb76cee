"""What is wrong with an item version: one sentence per fault, in the language in use.

Asked by hosting at admission and by ``plugin publish``; an item with a fault is not published.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from workbench.rules.catalogue_records import (
    BLOCK_KINDS,
    FIELD_KINDS,
    NOT_FROM_APPLICANT,
    SEAL_KINDS,
    SYSTEM_VALUES,
    CaseType,
    DocumentTemplate,
    ItemState,
    ItemVersion,
    Limit,
    LimitUnit,
    MaterialSpec,
    NeedKind,
)
from workbench.rules.identifiers import parse_credit_code, parse_item_code
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

VAGUE_WORDS: Final = (
    "其他材料", "其它材料", "相关材料", "有关材料", "有关证明", "相关证明", "其他证明", "相关文件",
    "有关文件", "其他文件", "有关资料", "相关资料", "其他资料", "规定的材料", "认为需要", "等",
)  # fmt: skip
"""Catch-all wording that no material name may hold (S140)."""
SEAL_OF: Final = {
    "N19": "organ_official",
    "title_certificate": "real_estate_registration_special",
    "mortgage_proof": "real_estate_registration_special",
}
"""Documents whose seal is law, by row of 3.5 or by kind: never the approval seal (R51, 2.4 a)."""
_NOT_VAGUE: Final = ("等级", "等额", "平等", "对等", "同等", "等候", "高等", "中等", "初等")
_PLACEHOLDER: Final = re.compile(r"\{([a-z0-9_]*)\}")
_NOMINAL_DAYS: Final = {
    LimitUnit.OFFICE_MINUTE: 1 / 420,
    LimitUnit.WORKING_DAY: 1.0,
    LimitUnit.CALENDAR_DAY: 5 / 7,
    LimitUnit.MONTH: 21.0,
}


def validate(
    item: ItemVersion,
    *,
    vague_words: Sequence[str] = VAGUE_WORDS,
    owned_departments: Iterable[str] = (),
) -> tuple[str, ...]:
    """Every fault of ``item``; empty means it can be published.

    ``owned_departments`` are the department codes the asking plugin owns; empty asks nothing.
    An abolished item is kept for its name only, so limits and public elements are not demanded.
    """
    faults = [*_code_faults(item), *_name_faults(item), *_double_faults(item)]
    owned = tuple(owned_departments)
    if owned and item.department_code not in owned:
        faults.append(
            _("The department {code} does not belong to this plugin.").format(
                code=item.department_code
            )
        )
    faults += _material_faults(item, vague_words)
    faults += _reference_faults(item)
    faults += _field_faults(item)
    if item.state is ItemState.ABOLISHED:
        return tuple(faults + _abolished_faults(item))
    faults += _limit_faults(item)
    faults += _type_faults(item)
    faults += _element_faults(item)
    known = {field.code for field in (*item.form, *item.result_fields)}
    for template in item.documents:
        faults += validate_template(template, known)
    return tuple(faults)


def validate_template(template: DocumentTemplate, known: Iterable[str] = ()) -> list[str]:
    """Every fault of a document template; ``known`` are the form fields it may use besides
    :data:`SYSTEM_VALUES`."""
    faults = []
    code = template.code
    if template.seal_kind and template.seal_kind not in SEAL_KINDS:
        faults.append(
            _("Document {code} names the unknown seal kind {kind}.").format(
                code=code, kind=template.seal_kind
            )
        )
    wanted = SEAL_OF.get(template.notice) or SEAL_OF.get(template.kind)
    if wanted is not None and template.seal_kind != wanted:
        faults.append(
            _("Document {code} carries the seal kind {kind} and no other.").format(
                code=code, kind=wanted
            )
        )
    if bool(template.seal_kind) != (template.placement is not None):
        faults.append(_("Document {code}: seal kind and placement go together.").format(code=code))
    if not (50 <= template.page_width_mm <= 1200 and 50 <= template.page_height_mm <= 1200):
        faults.append(_("Document {code} has an impossible page size.").format(code=code))
    faults += _block_faults(template)
    allowed = {*SYSTEM_VALUES, *known}
    for name in sorted(used_names(template) - allowed):
        faults.append(
            _("Document {code} uses the unknown value {name}.").format(code=code, name=name)
        )
    return faults


def vague_word(name: str, vague_words: Sequence[str] = VAGUE_WORDS) -> str:
    """The first catch-all word in a material name, or an empty text (S140)."""
    cleaned = name
    for word in _NOT_VAGUE:
        cleaned = cleaned.replace(word, "")
    return next((word for word in vague_words if word in cleaned), "")


def used_names(template: DocumentTemplate) -> set[str]:
    """Every value name the template's blocks mention."""
    used: set[str] = set()
    for block in template.blocks:
        used |= {block.only_if} - {""}
        for text in (block.text, *(part for row in block.rows for part in (row.label, row.value))):
            used |= set(_PLACEHOLDER.findall(text))
    return used


def _block_faults(template: DocumentTemplate) -> list[str]:
    faults = [
        _("Document {code} has the unknown block kind {kind}.").format(
            code=template.code, kind=block.kind
        )
        for block in template.blocks
        if block.kind not in BLOCK_KINDS
    ]
    by_signature = template.placement is not None and template.placement.anchor == "signature"
    if by_signature and not any(block.kind == "signature" for block in template.blocks):
        faults.append(
            _("Document {code} has no signature block for its seal.").format(code=template.code)
        )
    return faults


def _code_faults(item: ItemVersion) -> list[str]:
    """R63 for the item code; R62: a roof entry that ends in Y cannot be applied for."""
    faults = []
    try:
        if parse_item_code(item.item_code).has_parts:
            faults.append(_("An item whose code ends in Y has sub-items and cannot be published."))
    except Refusal as refusal:
        faults.append(
            _("The item code {code} is not valid: {why}").format(
                code=item.item_code, why=refusal.message
            )
        )
    if item.issuing_organ_code:
        try:
            parse_credit_code(item.issuing_organ_code)
        except Refusal as refusal:
            faults.append(
                _("The issuing organ's credit code is not valid: {why}").format(why=refusal.message)
            )
    return faults


def _name_faults(item: ItemVersion) -> list[str]:
    wanted = {
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "department_code": item.department_code,
        "organ_name_zh": item.organ_name_zh,
    }
    faults = [
        _("{field} is empty.").format(field=field)
        for field, text in wanted.items()
        if not text.strip()
    ]
    if item.version < 1:
        faults.append(_("The version must be 1 or more."))
    return faults


def _double_faults(item: ItemVersion) -> list[str]:
    groups = {
        _("material"): [m.code for m in item.materials],
        _("situation"): [s.code for s in item.situations],
        _("form field"): [f.code for f in (*item.form, *item.result_fields)],
        _("review point"): [p.code for p in item.review_points],
        _("document"): [d.code for d in item.documents],
    }
    return [
        _("The {what} code {code} is given twice.").format(what=what, code=code)
        for what, codes in groups.items()
        for code, times in Counter(codes).items()
        if times > 1
    ]


def _material_faults(item: ItemVersion, vague_words: Sequence[str]) -> list[str]:
    known = {situation.code for situation in item.situations}
    faults = []
    for material in item.materials:
        word = vague_word(material.name_zh, vague_words)
        if word:
            faults.append(
                _("The material name {name} holds the vague wording {word}.").format(
                    name=material.name_zh, word=word
                )
            )
        faults += _situation_faults(material, known)
    return faults


def _situation_faults(material: MaterialSpec, known: set[str]) -> list[str]:
    faults = [
        _("Material {code} names the unknown situation {situation}.").format(
            code=material.code, situation=situation
        )
        for situation in material.situations
        if situation not in known
    ]
    if material.need is NeedKind.SITUATION and not material.situations:
        faults.append(
            _("Material {code} is needed by situation but names none.").format(code=material.code)
        )
    return faults


def _reference_faults(item: ItemVersion) -> list[str]:
    materials = {m.code for m in item.materials}
    form = {f.code for f in item.form}
    faults = _delegation_faults(item)
    for point in item.review_points:
        if point.material_code is not None and point.material_code not in materials:
            faults.append(
                _("Review point {code} names the unknown material {other}.").format(
                    code=point.code, other=point.material_code
                )
            )
        if point.field_code is not None and point.field_code not in form:
            faults.append(
                _("Review point {code} names the unknown field {other}.").format(
                    code=point.code, other=point.field_code
                )
            )
    return faults


def _delegation_faults(item: ItemVersion) -> list[str]:
    """T07: only what the applicant hands in can be checked at the window for the department."""
    asked = {m.code for m in item.materials if m.source not in NOT_FROM_APPLICANT}
    return [
        _("The check of material {code} cannot be delegated: the applicant does not hand it in.")
        .format(code=code)
        for code in item.delegated_check
        if code not in asked
    ]  # fmt: skip


def _field_faults(item: ItemVersion) -> list[str]:
    faults = []
    for field in (*item.form, *item.result_fields):
        if field.kind not in FIELD_KINDS:
            faults.append(
                _("Field {code} has the unknown kind {kind}.").format(
                    code=field.code, kind=field.kind
                )
            )
        if (field.kind == "choice") != bool(field.choices):
            faults.append(
                _("Field {code}: choices belong to a choice field, and it needs some.").format(
                    code=field.code
                )
            )
    return faults


def _abolished_faults(item: ItemVersion) -> list[str]:
    if item.abolished_reason.strip():
        return []
    return [_("An abolished item must say why it was abolished.")]


def _limit_faults(item: ItemVersion) -> list[str]:
    faults = []
    for limit in (item.statutory_limit, item.promised_limit):
        if limit is not None and limit.length < 1:
            faults.append(_("A limit must be at least 1."))
    statutory, promised = item.statutory_limit, item.promised_limit
    if statutory is not None and not item.limit_basis.strip():
        faults.append(_("A statutory limit needs its basis."))
    if statutory is not None and statutory.unit is LimitUnit.OFFICE_MINUTE:
        faults.append(_("A statutory limit is never in office minutes."))
    if statutory is not None and promised is not None and _longer(promised, statutory):
        faults.append(_("The promised limit is longer than the statutory one."))
    if item.correction_days < 1:
        faults.append(_("The applicant needs at least 1 working day for a correction."))
    return faults


def _longer(one: Limit, other: Limit) -> bool:
    if one.unit is other.unit:
        return one.length > other.length
    return one.length * _NOMINAL_DAYS[one.unit] > other.length * _NOMINAL_DAYS[other.unit]


def _type_faults(item: ItemVersion) -> list[str]:
    """Only an immediate case may be reviewed and decided by one officer (T17)."""
    faults = []
    if item.single_officer and item.case_type is not CaseType.IMMEDIATE:
        faults.append(_("Only an immediate item may be decided by a single officer."))
    if item.case_type is CaseType.IMMEDIATE and item.survey_required:
        faults.append(_("An immediate item cannot need a site survey."))
    if item.inspection_standard.strip() and not item.survey_required:
        faults.append(_("An item with inspection needs the survey in which it is done."))
    if (item.case_type is CaseType.PARALLEL) != bool(item.opinion_departments):
        faults.append(_("Opinion departments belong to a parallel item, and it needs some."))
    if item.fee_fen and not item.fee_basis.strip():
        faults.append(_("A fee needs a legal basis."))
    return faults


def _element_faults(item: ItemVersion) -> list[str]:
    """S024: where the power comes from, whom to ask, how, where, how long, how to complain."""
    elements = item.elements
    six = {
        _("where the power comes from"): item.legal_basis,
        _("whom to ask"): elements.ask_zh if elements else "",
        _("how"): elements.how_zh if elements else "",
        _("where"): elements.where_zh if elements else "",
        _("how long"): "given" if item.promised_limit else "",
        _("how to complain"): elements.complain_zh if elements else "",
    }
    return [
        _("A public element is empty: {element}.").format(element=element)
        for element, text in six.items()
        if not text.strip()
    ]
