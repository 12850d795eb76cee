"""Whether this desk and the server it signed in to understand each other, and tell the same time.

An older desk than the server allows is refused with the place of the new one; a newer desk on an
older server only reads until the server is upgraded; so does one whose clock is wrong, because
people write down what its clock says. Called by ``server_centre.sign_in``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workbench.rules.moment import MINUTE, Moment, stamp
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _

API: Final = 1
"""Counts up with every change of a verb that an older desk would call wrongly."""
OLDEST_API: Final = 1
"""The oldest that the verbs of this version still understand: one release back."""
MOST_SKEW: Final = 2 * MINUTE


def refuse_old_desk(hello: Mapping[str, Any]) -> None:
    """Outage ``desk_older`` where the server no longer understands this desk."""
    if int(hello["oldest_api"]) > API:
        place = str(hello.get("download") or "")
        remedy = _("Install the new version from {place}.").format(place=place)
        raise Outage(
            "desk_older",
            _("The centre's server was upgraded and no longer understands this version."),
            remedy if place else _("Ask the system administrator for the new version."),
        )


def only_reads(hello: Mapping[str, Any], here: Moment) -> Refusal | None:
    """Why this desk may look but not act; ``None`` where it may act."""
    if int(hello["api"]) < API:
        return Refusal(
            "server_older",
            _("This version is newer than the centre's server: it can read, but not act."),
            _("Ask the system administrator to upgrade the server: workbench centre upgrade URL."),
        )
    there = int(hello["now"])
    if abs(here - there) > MOST_SKEW:
        return Refusal(
            "desk_clock_off",
            _("This computer's clock shows {here}, the centre's {there}: no step can be taken.")
            .format(here=stamp(here), there=stamp(there)),
            _("Set this computer's clock right, then sign in again."),
        )  # fmt: skip
    return None
