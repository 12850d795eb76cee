"""What a department's hooks return: frozen records, collected once at admission.

Plugin authors build these (or write them as TOML, see :mod:`workbench.api.manifest`); hosting
validates and keeps them; the shell asks hosting for them. Code is named as ``"module:Name"`` and
loaded when first needed, so a plugin's entry module never loads Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.rules.catalogue import DocumentTemplate, ItemVersion
from workbench.rules.publication import PressCheck, StampingOffer

__all__ = [
    "ANY_ITEM",
    "APPLICANT_VALUES",
    "CHECK_RULES",
    "COPY_SEPARATORS",
    "AdmissionFault",
    "CatalogueOffer",
    "CheckAnswer",
    "CheckOffer",
    "FieldGroup",
    "FieldRule",
    "PaneOffer",
    "PressCheck",
    "ResultOffer",
    "StampingOffer",
    "ViewerOffer",
]

ANY_ITEM: Final = "*"
"""In ``item_codes``: every item of the plugin's own departments."""

CHECK_RULES: Final = (
    "filled", "equals", "differs", "citizen_number", "credit_code", "at_least", "at_most",
    "age_reaches", "material_present",
)  # fmt: skip
"""What a check written as data may ask; see :class:`FieldRule`."""


COPY_SEPARATORS: Final = {"line": "\n", "tab": "\t"}
"""What may stand between two values of a copied block; see :class:`PaneOffer`."""

APPLICANT_VALUES: Final = (
    "applicant_name", "applicant_id", "applicant_phone", "applicant_address",
    "applicant_legal_representative", "agent_name", "agent_id",
)  # fmt: skip
"""The applicant block, as templates name its values: part of every form."""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Form fields shown together under one heading in the standard pane."""

    heading_zh: str
    heading_en: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaneOffer:
    """Hook ``approval_pane``: which pane opens for which items.

    ``pane`` is ``"module:Class"`` of a :class:`~workbench.api.panes.CasePane`; ``None`` is the
    standard form-first pane, which shows ``groups`` (and then every field not named there).

    ``copy_order``: the fields in the order in which the department's own system asks for them, for
    *copy fields*; empty means the order of the form. ``copy_separator`` stands between two values:
    ``line`` or ``tab``.
    """

    item_codes: tuple[str, ...]
    pane: str | None = None
    groups: tuple[FieldGroup, ...] = ()
    copy_order: tuple[str, ...] = ()
    copy_separator: str = "line"


@dataclass(frozen=True, slots=True)
class ViewerOffer:
    """Hook ``material_viewer``: how materials of these codes are shown.

    ``viewer`` is ``"module:Class"`` of a :class:`~workbench.api.panes.MaterialViewer`; ``None`` is
    the standard viewer, with the form fields ``beside`` next to the page. ``material_codes`` empty
    means every material of the items.
    """

    item_codes: tuple[str, ...]
    material_codes: tuple[str, ...] = ()
    viewer: str | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultOffer:
    """Hook ``result_document``: the template a decision is composed from (T21).

    ``decision`` is ``grant`` or ``refuse``; ``document_code`` one of the item's own templates or
    one of the plugin's or the core's common ones.
    """

    item_codes: tuple[str, ...]
    document_code: str
    decision: str = "grant"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A check as data. ``rule`` is one of :data:`CHECK_RULES`.

    ``filled`` · ``equals`` / ``differs`` compare with ``value`` · ``citizen_number``,
    ``credit_code`` test the check character · ``at_least`` / ``at_most`` compare numbers ·
    ``age_reaches``: on the first of the month the person whose ID number stands in ``other`` has
    reached the years in ``field`` · ``material_present``: the material ``value`` is there.
    """

    rule: str
    field: str = ""
    value: str = ""
    other: str = "applicant_id"


@dataclass(frozen=True, slots=True)
class CheckOffer:
    """Hook ``review_checks``: what the machine can say about one review point.

    Either ``check``, ``"module:function"`` taking a ``CaseView`` and returning a
    :class:`CheckAnswer`, or ``rule``. The reviewer decides; a check never does.
    """

    item_codes: tuple[str, ...]
    point_code: str
    check: str | None = None
    rule: FieldRule | None = None


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """``ok`` true or false; ``None`` where the machine cannot tell. Texts say why."""

    ok: bool | None
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class CatalogueOffer:
    """Hook ``catalogue``: the item versions of the department and its common templates."""

    items: tuple[ItemVersion, ...]
    templates: tuple[DocumentTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class AdmissionFault:
    """Why a plugin was not admitted, as the plugins page shows it.

    ``stage`` is ``api_range``, ``import``, ``hooks``, ``records`` or ``build``; ``code`` is stable;
    ``report`` holds the traceback where there is one.
    """

    plugin: str
    version: str
    stage: str
    code: str
    message: str
    remedy: str = ""
    report: str = ""
