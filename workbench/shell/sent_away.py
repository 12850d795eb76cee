"""What the sign-in window says after a desk was closed because its person was shut out (V08).

An outage leaves the desk open under its banner; here the centre itself has answered that this
person does not come in any more. Called by ``desk_room``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from workbench.rules.refusals import Refusal
from workbench.rules.words import _

NEW_PASSWORD: Final = "wrong_password"


def sent_away_text(trouble: Refusal) -> str:
    """Why the desk was closed, whom to ask, and where drafts are kept."""
    if trouble.code == NEW_PASSWORD:
        return _("The desk was closed: the centre no longer takes the password it was opened with. "
                 "Sign in with the new one; if you did not change it, ask the security "
                 "administrator. Your drafts are kept in the centre, for you alone.")  # fmt: skip
    return _(
        "The desk was closed: your account can no longer sign in at this centre. Ask the "
        "security administrator. Your drafts are kept in the centre, for you alone."
    )


def kept_for(screens: Iterable[str], kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of what the closed window kept, what a window with these screens can take back: somebody who
    was let in again may have other roles."""
    codes = set(screens)
    return {
        **kept,
        "screens": {code: one for code, one in kept["screens"].items() if code in codes},
        "locked": False,
    }
