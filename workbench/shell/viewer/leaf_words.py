"""What stands in a material's place when no page of it can be shown: why, and what helps.

Pure; called by :mod:`workbench.shell.viewer.bundle`, whose words the strip paints on the sheet.
"""

from __future__ import annotations

from typing import Final

from workbench.rules.materials import Opened
from workbench.rules.refusals import Outage, Refusal, Trouble
from workbench.rules.words import _
from workbench.shell.notices import wording

PASSWORD_CODES: Final = ("paper.needs-password", "paper.wrong-password", "paper.locked-or-damaged")


def asks_password(trouble: Trouble | None) -> bool:
    """Whether a password may open it."""
    return isinstance(trouble, Refusal) and trouble.code in PASSWORD_CODES


def may_be_tried_again(trouble: Trouble | None) -> bool:
    """Whether opening it once more may help: what was in the way was not the file."""
    return isinstance(trouble, Outage)


def why_not_shown(found: Opened | Trouble) -> str:
    """The words for a material that was opened and has no page to show, or was not opened; none
    where its pages can be shown."""
    if isinstance(found, Opened):
        return _of_file(found)
    if asks_password(found):
        return _("The file is locked.")
    if isinstance(found, Refusal) and found.code == "paper.ofd-not-drawn":
        return _ofd()
    return wording(found)


def _of_file(file: Opened) -> str:
    if file.kind == "ofd":
        # The renderer's own words name the seals that are stated in it.
        lines = [*file.warnings] or [_ofd()]
        if file.pages:
            lines.append(_("Pages: {n}").format(n=file.pages))
        return "\n".join(lines)
    if file.sizes:
        return ""
    return "\n".join(file.warnings) or _("The file holds no page that can be shown.")


def _ofd() -> str:
    return _(
        "This is an OFD file. It was recognised, but its pages cannot be drawn here yet. "
        "Read it in an OFD reader, or ask for a PDF of the same document."
    )
