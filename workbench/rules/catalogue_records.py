"""What an item is made of: the frozen records of the published catalogue (R61 to R71).

Defined here because they cross every room: hosting admits them, the store keeps them, casework
reads them, paper composes from their templates, the shell shows them. Import them through
:mod:`workbench.rules.catalogue`. A length on paper is in millimetres; texts come in pairs,
``…_zh`` being the one that counts in law and ``…_en`` the reference translation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SEAL_KINDS: Final = (
    "organ_official",
    "approval_special",
    "acceptance_special",
    "business_special",
    "inspection_special",
    "real_estate_registration_special",
    "steel",
)
"""Kinds of seal a document may name (consequences of 2.4); an empty text means no seal at all."""

FIELD_KINDS: Final = (
    "text", "id_number", "credit_code", "phone", "date", "choice", "number", "address",
    "long_text", "yes_no",
)  # fmt: skip
"""Kinds of form field a pane can draw and a check can read."""

BLOCK_KINDS: Final = (
    "heading", "line", "paragraph", "fields", "plain_fields", "list", "frame", "signature", "note",
    "space", "rule", "new_page",
)  # fmt: skip
"""Kinds of block a document page is built from; see :class:`Block`."""

SYSTEM_VALUES: Final = (
    "case_no", "short_no", "item_name", "item_code", "situation_name", "applicant_name",
    "applicant_id", "applicant_address", "applicant_phone", "agent_name", "agent_id",
    "organ_name", "department_name", "document_no", "issue_date", "received_at", "pushed_at",
    "accepted_on", "due_on", "deadline", "decided_on", "valid_from", "valid_until", "materials",
    "demands", "reason", "legal_basis", "remedies", "competent_organ", "conditions", "contact",
    "receiver_name", "receiver_relation", "delivery_manner", "delivered_at", "duty_person",
    "suspension_kind", "planned_end", "approver_name", "old_wording", "new_wording",
    "document_title", "credit_code_new", "registered_on", "certificate_no",
    "technical_standard",
)  # fmt: skip
"""Names a template may use besides the codes of the item's own form fields."""


class LimitUnit(StrEnum):
    """Unit of a length of time. I16 shows why a limit needs one."""

    OFFICE_MINUTE = "office_minute"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"


class CaseType(StrEnum):
    """即办件, 承诺件, 联办件 (R70)."""

    IMMEDIATE = "immediate"
    PROMISED = "promised"
    PARALLEL = "parallel"


class ItemState(StrEnum):
    """Whether an item version can be applied for (R69, T01)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ABOLISHED = "abolished"


class NeedKind(StrEnum):
    """How badly a material is needed: M, S, T of the sample catalogue."""

    MUST = "must"
    """Without it acceptance is impossible (要件)."""
    SITUATION = "situation"
    """Needed in the situations it names only."""
    TOLERABLE = "tolerable"
    """May follow later against a signed promise (R71, N21)."""


class MaterialForm(StrEnum):
    """In what shape a material is handed in: O, C, F."""

    ORIGINAL = "original"
    COPY = "copy"
    FORM = "form"


class MaterialSource(StrEnum):
    """Where a material comes from: brought, e-licence, shared data (R38), or made in process."""

    APPLICANT = "applicant"
    LICENCE = "licence"
    SHARED = "shared"
    OFFICE = "office"


NOT_FROM_APPLICANT: Final = (MaterialSource.SHARED, MaterialSource.OFFICE)
"""What nobody may ask the applicant for (R38, S037): it is never missing and never demanded."""


class DecisionPath(StrEnum):
    """``major`` needs the head of the organ or a meeting (T20)."""

    ORDINARY = "ordinary"
    MAJOR = "major"


class ResultKind(StrEnum):
    """The four kinds of licence of R17, and the results that are not licences."""

    LICENCE = "licence"
    QUALIFICATION = "qualification"
    APPROVAL = "approval"
    OTHER = "other"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time: ``length`` whole ``unit`` s, at least 1."""

    length: int
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class Situation:
    """A case type that changes the material list (办理情形), such as sale or gift in I05."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class MaterialSpec:
    """One line of a material list. ``situations`` empty means: in every situation."""

    code: str
    name_zh: str
    name_en: str
    form: MaterialForm
    source: MaterialSource
    need: NeedKind
    situations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a ``choice`` field."""

    code: str
    label_zh: str
    label_en: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the application form. ``kind`` is one of :data:`FIELD_KINDS`.

    ``sensitive`` marks data of R84: masked by default wherever it is shown (R87).
    """

    code: str
    label_zh: str
    label_en: str
    kind: str = "text"
    required: bool = True
    sensitive: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewPoint:
    """One check of a department; it may point to the material or the form field that proves it."""

    code: str
    text_zh: str
    text_en: str
    material_code: str | None = None
    field_code: str | None = None


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One label and its value in a ``fields`` or ``plain_fields`` block.

    ``value`` is a template text such as ``{applicant_name}``; ``half`` puts two rows side by side.
    """

    label: str
    value: str
    half: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a page, from top to bottom.

    ``heading`` large centred text · ``line`` one aligned line (numbers, addressee) ·
    ``paragraph`` running text, ``indent`` characters in · ``fields`` a ruled table ·
    ``plain_fields`` label and value without rules (licences) · ``list`` one numbered line per
    line of the text · ``frame`` an empty ruled box ``height_mm`` high with ``text`` in it ·
    ``signature`` organ name over date, where the seal lands · ``note`` small print ·
    ``space`` ``height_mm`` of nothing · ``rule`` a line across · ``new_page`` ends the page.

    Texts hold ``{name}`` for values. The block is left out when ``only_if`` names an empty value.
    ``size_pt`` 0 means the usual size of the kind.
    """

    kind: str
    text: str = ""
    rows: tuple[BlockRow, ...] = ()
    size_pt: float = 0.0
    align: str = ""
    bold: bool = False
    indent: int = 0
    height_mm: float = 0.0
    label_mm: float = 0.0
    only_if: str = ""


@dataclass(frozen=True, slots=True)
class SealPlacement:
    """Where the seal lands (R56), resolved to millimetres when the document is composed.

    ``anchor`` is ``signature`` (the centre of organ name and date) or a text looked for on the
    last page. ``shift_…_mm`` move the centre right and down. ``x_mm``, ``y_mm`` give the centre
    from the top left corner of page ``page`` (1-based, 0 the last) where no anchor is found.
    ``diameter_mm`` is the room kept free; 45 takes both sizes of a district's seals (R46).
    ``seam``: a document of several pages carries a seam seal (骑缝章) over their edges too.
    """

    anchor: str = "signature"
    shift_x_mm: float = 0.0
    shift_y_mm: float = 0.0
    page: int = 0
    x_mm: float = 0.0
    y_mm: float = 0.0
    diameter_mm: float = 45.0
    seam: bool = False


@dataclass(frozen=True, slots=True)
class DocumentTemplate:
    """How a document of one kind looks and which seal it carries.

    ``notice`` is the row of 3.5 (``N13``); ``seal_kind`` one of :data:`SEAL_KINDS` or empty;
    ``border`` is ``none``, ``single`` or ``double``. Page sizes and margins in mm. ``one_page``
    lets long values shrink all type, to seven tenths at most, before a second page is begun.
    """

    code: str
    kind: str
    notice: str
    title_zh: str
    title_en: str
    seal_kind: str
    page_width_mm: float
    page_height_mm: float
    blocks: tuple[Block, ...]
    placement: SealPlacement | None
    margin_left_mm: float = 28.0
    margin_top_mm: float = 30.0
    margin_right_mm: float = 26.0
    margin_bottom_mm: float = 28.0
    border: str = "none"
    one_page: bool = False


@dataclass(frozen=True, slots=True)
class PublicElements:
    """Of the six public elements (S024) the four that are no fields of their own: whom to ask, how,
    where, how to complain. Where the power comes from is ``legal_basis``, how long is
    ``promised_limit``."""

    ask_zh: str
    ask_en: str
    how_zh: str
    how_en: str
    where_zh: str
    where_en: str
    complain_zh: str
    complain_en: str


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """One published version of an item: everything a case of it is handled by.

    ``item_code`` is the 31-character implementing code (R63) and starts with the credit code of the
    organ in whose name is decided; ``department_code`` is the short name of the department that
    handles it (``market_supervision``). Where the power was transferred (R02, one-seal model),
    ``issuing_organ_code`` names the organ that signs and seals; ``organ_name_…`` is that organ's
    name as printed. ``result_fields`` are what the department fills in before the document is
    composed (T21, T22). ``delegated_check`` names the materials whose check in form the department
    has delegated to the window (T07, decision 010). ``inspection_standard`` names the technical
    standard of an item with inspection: two officers are named within five working days, and a
    refusal names it (R28, decision 014). ``statutory_limit`` may be ``None``
    (what is no licence has no default of 20 + 10); ``fee_fen`` is in 1/100 yuan and needs a
    ``fee_basis`` (R31); ``validity_months`` 0 means without end.
    """

    item_code: str
    version: int
    name_zh: str
    name_en: str
    department_code: str
    case_type: CaseType
    single_officer: bool
    state: ItemState
    abolished_reason: str
    statutory_limit: Limit | None
    limit_basis: str
    promised_limit: Limit | None
    correction_days: int
    survey_required: bool
    opinion_departments: tuple[str, ...]
    decision_path: DecisionPath
    window_group: str
    agent_allowed: bool
    legal_basis: str
    fee_basis: str
    materials: tuple[MaterialSpec, ...]
    situations: tuple[Situation, ...]
    form: tuple[FormField, ...]
    review_points: tuple[ReviewPoint, ...]
    documents: tuple[DocumentTemplate, ...]
    supervising_department: str
    wet_seal_only: bool
    result_kind: ResultKind
    elements: PublicElements | None = None
    result_fields: tuple[FormField, ...] = ()
    issuing_organ_code: str = ""
    short_code: str = ""
    organ_name_zh: str = ""
    organ_name_en: str = ""
    abolished_reason_en: str = ""
    abolished_on: str = ""
    legal_basis_en: str = ""
    fee_fen: int = 0
    validity_months: int = 0
    retention: str = "30_years"
    delegated_check: tuple[str, ...] = ()
    inspection_standard: str = ""

    @property
    def organ_code(self) -> str:
        """Credit code of the organ that owns the item: the first 18 characters (R63)."""
        return self.item_code[:18]

    @property
    def issuing_organ(self) -> str:
        """Credit code of the organ that decides and seals (R02, R54)."""
        return self.issuing_organ_code or self.organ_code

    def materials_for(self, situation: str) -> tuple[MaterialSpec, ...]:
        """The material list of one situation (empty text: an item without situations)."""
        return tuple(m for m in self.materials if not m.situations or situation in m.situations)

    def document(self, code: str) -> DocumentTemplate | None:
        """The item's own template of that code, or ``None``."""
        return next((d for d in self.documents if d.code == code), None)
