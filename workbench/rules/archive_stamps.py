"""When an archive copy needs another timestamp, and what is wrong with one (S058, seal design 1.5).

Pure; used by ``paper.archive_copy`` and ``casework.archive_copies``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.rules.moment import DAY, Moment
from workbench.rules.words import N_, _

#: So long before the newest authority's certificate ends the copy is renewed.
BEFORE: Final = 180 * DAY

FAULTS: Final = {
    "not_this_file": N_("The copy does not begin with the issued file."),
    "unreadable": N_("The copy cannot be read."),
    "more_than_stamps": N_("Something else than evidence and timestamps was appended."),
    "stamp_broken": N_("A timestamp of the copy does not hold."),
    "not_covered": N_("The newest timestamp does not cover the whole copy."),
    "no_stamp": N_("The copy has no timestamp."),
    "stamp_over": N_("The newest timestamp's certificate has ended."),
}
"""Code -> what is wrong, as its source."""


@dataclass(frozen=True, slots=True)
class ArchiveStamps:
    """The timestamps of a copy, oldest first; until when the newest one's certificate is valid."""

    moments: tuple[Moment, ...]
    good_until: Moment | None
    faults: tuple[str, ...] = ()


def is_due(stamps: ArchiveStamps, now: Moment) -> bool:
    """Whether a sound copy needs its next timestamp soon."""
    return stamps.good_until is not None and stamps.good_until - now < BEFORE


def fault_text(code: str) -> str:
    """The sentence for a fault."""
    return _(FAULTS[code])
