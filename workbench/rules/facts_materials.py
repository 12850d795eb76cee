"""Facts about the material list: what is missing, what may be, whose it is to say (R71, T07).

Called by :mod:`workbench.rules.facts`, which holds the table of all facts.
"""

from __future__ import annotations

from collections.abc import Sequence

from workbench.rules.catalogue import NOT_FROM_APPLICANT, NeedKind
from workbench.rules.dossier import Dossier
from workbench.rules.moment import Moment


def materials_complete(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    return not missing_materials(d, tolerable_too=True)


def tolerable_gap(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """Only minor materials are missing: tolerant acceptance is possible (R71)."""
    return not missing_materials(d, tolerable_too=False)


def gaps_delegated(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """Nothing required is missing but what the window checks for the department (T07, R10)."""
    return not set(missing_materials(d, tolerable_too=False)) - set(d.item.delegated_check)


def missing_materials(d: Dossier, tolerable_too: bool) -> tuple[str, ...]:
    """Codes that the item version demands in this situation and the case does not hold."""
    situation = d.case.situation if d.case else ""
    return tuple(
        m.code
        for m in d.item.materials
        if _demanded(m.need, m.situations, situation, tolerable_too)
        and m.source not in NOT_FROM_APPLICANT
        and m.code not in d.material_codes
    )


def _demanded(
    need: NeedKind, situations: Sequence[str], situation: str, tolerable_too: bool
) -> bool:
    if need is NeedKind.SITUATION:
        return situation in situations
    if need is NeedKind.TOLERABLE:
        return tolerable_too
    return not situations or situation in situations
