"""The item's material list against what the case holds: one line each, and what is missing.

Pure; called by the list of materials, the demand editor, the check list and the accept form.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workbench.api.views import materials_of
from workbench.rules.case import PartEntry
from workbench.rules.case_view import CaseView
from workbench.rules.catalogue import MaterialSource, MaterialSpec, NeedKind
from workbench.rules.dossier import Dossier
from workbench.rules.facts_materials import missing_materials
from workbench.rules.words import _, pick


class Held(StrEnum):
    """How one line of the list stands."""

    GIVEN = "given"
    MISSING = "missing"
    MAY_FOLLOW = "may_follow"
    SHARED = "shared"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Line:
    """One material of the list and the files that stand for it, oldest first."""

    spec: MaterialSpec
    entries: tuple[PartEntry, ...]
    held: Held

    def name(self) -> str:
        """The material's name in the language in use."""
        return pick(self.spec.name_zh, self.spec.name_en)


def missing(view: CaseView, tolerable_too: bool) -> tuple[str, ...]:
    """Codes of materials that are demanded and not there (T04); as the core itself counts them."""
    codes = frozenset(str(e.body.get("code", "")) for e in materials_of(view))
    dossier = Dossier(view.case, view.item, view.case.department, material_codes=codes)
    return missing_materials(dossier, tolerable_too)


def lines_of(view: CaseView) -> tuple[Line, ...]:
    """Every line of the list, in its order; files of no line come last under their own code."""
    needed, must = missing(view, True), missing(view, False)
    lines = [Line(m, materials_of(view, m.code), _held(view, m, needed, must))
             for m in view.item.materials]  # fmt: skip
    return tuple(lines)


def extra_files(view: CaseView) -> tuple[PartEntry, ...]:
    """Files whose code stands on no line: results of special procedures, later additions."""
    known = {m.code for m in view.item.materials}
    return tuple(e for e in materials_of(view) if e.body.get("code") not in known)


def _held(
    view: CaseView, spec: MaterialSpec, needed: tuple[str, ...], must: tuple[str, ...]
) -> Held:
    if materials_of(view, spec.code):
        return Held.GIVEN
    if spec.code in must:
        return Held.MISSING
    if spec.code in needed:
        return Held.MAY_FOLLOW
    return Held.SHARED if spec.source is MaterialSource.SHARED else Held.NOT_NEEDED


def demandable(view: CaseView) -> tuple[MaterialSpec, ...]:
    """What an applicant may be asked for: not what is made here, not what is shared (R38)."""
    free = (MaterialSource.OFFICE, MaterialSource.SHARED)
    return tuple(m for m in view.item.materials if m.source not in free)


def held_word(held: Held) -> str:
    """The word beside the mark."""
    words = {
        Held.GIVEN: _("handed in"),
        Held.MISSING: _("missing"),
        Held.MAY_FOLLOW: _("may follow"),
        Held.SHARED: _("by data sharing"),
        Held.NOT_NEEDED: _("not needed"),
    }
    return words[held]


def need_word(spec: MaterialSpec) -> str:
    """How badly the material is needed."""
    words = {
        NeedKind.MUST: _("required"),
        NeedKind.SITUATION: _("in this situation"),
        NeedKind.TOLERABLE: _("tolerable gap"),
    }
    return words[spec.need]
