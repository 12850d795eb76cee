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
MOST_SEALS: Final = 12
"""As many are listed; a file with more is to be read where they can be checked."""


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
        return "\n".join([*(file.warnings or [_ofd()]), *_pages_and_seals(file)])
    if file.sizes:
        return ""
    return "\n".join(file.warnings) or _("The file holds no page that can be shown.")


def _pages_and_seals(file: Opened) -> list[str]:
    """How many pages the file has, and the seals as they are stated there, the first ones of many:
    nobody has checked them (R59)."""
    lines = [_("Pages: {n}").format(n=file.pages)] if file.pages else []
    for number, seal in enumerate(file.seals[:MOST_SEALS], start=1):
        name = seal.name or _("without a name")
        pages = ", ".join(map(str, seal.pages))
        told = [seal.maker, seal.made_at, _("page {pages}").format(pages=pages) if pages else ""]
        about = " · ".join(one for one in told if one)
        line = _("Seal {number}: {name}").format(number=number, name=name)
        lines.append(f"{line} · {about}" if about else line)
    more = len(file.seals) - MOST_SEALS
    return [*lines, _("and {n} more seals").format(n=more)] if more > 0 else lines


def _ofd() -> str:
    return _(
        "This is an OFD file. It was recognised, but its pages cannot be drawn here yet. "
        "Read it in an OFD reader, or ask for a PDF of the same document."
    )
