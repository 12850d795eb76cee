"""Private drafts (E06, domain 4.6): what somebody has typed into a step's form and not yet made.

A draft belongs to one person, one case and one step. It is no part of the case: no visibility row
grants it, no event mentions it, and it ends with the state in which it was written. The store keeps
it, the case screen fills it; :func:`may_keep` says who may still save his own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workbench.rules import duty_roster
from workbench.rules.case import ENDED, Part
from workbench.rules.dossier import Dossier
from workbench.rules.facts import GRACE, Answers
from workbench.rules.moment import Moment
from workbench.rules.visibility import META_AND_OWN, visible_parts

MOST_LETTERS: Final = 100_000
"""A draft longer than this is no opinion any more; the form keeps it, the centre does not."""

CONTENT: Final = frozenset(Part) - META_AND_OWN
"""Who sees one of these parts works on the case; number and state alone are not enough (V04)."""


@dataclass(frozen=True, slots=True)
class PrivateDraft:
    """What one person typed for one step of one case: path of the field -> text."""

    case_no: str
    move: str
    texts: Mapping[str, str]
    at: Moment
    """When it was last saved."""


def may_keep(dossier: Dossier, who: str, at: Moment) -> bool:
    """Whether the person may save and read his own draft on the case at that moment.

    While he sees the case's content, and for the grace time after his shift, claim or no claim:
    what he typed is his (E06). Never on a case he is recused from, nor on one that has ended.
    """
    if dossier.state in ENDED or who in dossier.recused:
        return False
    return bool(visible_parts(Answers(dossier, who, at)) & CONTENT) or in_grace(dossier, who, at)


def in_grace(dossier: Dossier, who: str, at: Moment) -> bool:
    """Whether a shift of the person in the case's department ended less than 15 minutes ago."""
    department, code = dossier.department, dossier.item.item_code
    ended = duty_roster.shift_ended_within(dossier.roster, who, department, at, GRACE)
    return ended and duty_roster.item_authorised(dossier.roster, who, department, code, at)
