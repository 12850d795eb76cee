"""How long each of the eight special procedures may stop the clocks (R23, T14, domain 3.4).

The law names the kinds but a length for one only. The table says whose each figure is; why they are
what they are stands in ``docs/decisions/013-longest-special-procedures.md``. Read by the flow
(:mod:`workbench.rules.flow_back`), by :mod:`workbench.rules.facts` and by the refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from workbench.rules.moment import Moment, at_local, to_local
from workbench.rules.words import N_, _
from workbench.rules.working_days import ONE_DAY, Calendar


class Source(StrEnum):
    """Whose figure it is."""

    LAW = "law"
    DOMAIN = "domain"
    """A proposal of the requirements (domain 3.4) [decided: as proposed]."""
    OURS = "ours"
    """The requirements name none (decision 013)."""


@dataclass(frozen=True, slots=True)
class Longest:
    """At most so many working days; the day on which the procedure begins is not counted."""

    days: int
    source: Source
    word: str


LONGEST: Final[dict[str, Longest]] = {
    "hearing": Longest(20, Source.LAW, N_("hearing")),
    "bidding": Longest(30, Source.OURS, N_("bidding")),
    "auction": Longest(20, Source.OURS, N_("auction")),
    "inspection": Longest(15, Source.DOMAIN, N_("inspection")),
    "testing": Longest(15, Source.DOMAIN, N_("testing")),
    "quarantine": Longest(15, Source.DOMAIN, N_("quarantine inspection")),
    "appraisal": Longest(15, Source.DOMAIN, N_("appraisal")),
    "expert_review": Longest(20, Source.DOMAIN, N_("expert review")),
}
"""One row a kind: R24 for the hearing, domain 3.4 for inspections and expert review."""

SUSPENSION_KINDS: Final = tuple(LONGEST)
"""The eight kinds that stop the statutory clock, and nothing else does (R23)."""


def last_day(kind: str, begun: Moment, calendar: Calendar) -> date:
    """The last day on which a procedure of that kind, begun at that moment, may end."""
    return calendar.add_working_days(to_local(begun).date(), LONGEST[kind].days)


def latest_end(kind: object, begun: Moment, calendar: Calendar) -> Moment | None:
    """The last moment of that day; ``None`` where it is none of the eight kinds."""
    if not isinstance(kind, str) or kind not in LONGEST:
        return None
    return at_local(last_day(kind, begun, calendar) + ONE_DAY) - 1


def too_long(kind: str, begun: Moment, calendar: Calendar) -> dict[str, object]:
    """What the refusal of a later end says: the kind in words, its length, the last day."""
    row = LONGEST[kind]
    day = last_day(kind, begun, calendar)
    return {"kind": _(row.word), "days": row.days, "day": day.isoformat()}
