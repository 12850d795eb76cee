"""Why a seal must not land where it was to land (R54, R56), in words.

``workbench.paper.place_checks`` finds the codes; the proof page and the press refuse with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workbench.rules.refusals import Refusal
from workbench.rules.words import N_, _, listed

PLACE_FAULTS: Final = {
    "no_page": N_("the page for the seal is not in the document"),
    "off_page": N_("the seal would reach over the edge of the page"),
    "blank_page": N_("the seal would stand on a page without text"),
    "beside_date": N_("the date does not stand in the lower middle of the seal"),
    "far_below_text": N_("the seal stands more than one line below the text"),
    "touches_seam": N_("the seal touches the seam seal"),
}
"""Code -> what is wrong, as its source."""


def refuse_misplaced(faults: Sequence[str]) -> None:
    """Refusal ``seal_misplaced`` with every reason; ``faults`` are codes of ``PLACE_FAULTS``."""
    if faults:
        raise Refusal(
            "seal_misplaced",
            _("The seal cannot land there: {faults}.").format(
                faults=listed([_(PLACE_FAULTS[code]) for code in faults])
            ),
            _("Have the seal's place in the document's template mended and compose it again."),
        )
