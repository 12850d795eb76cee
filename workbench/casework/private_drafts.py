"""Keeping what was typed into a step's form, privately, until the step is made (E06).

Called by the case screen a short while after typing stops and when the case leaves the screen. The
centre decides who may still keep a draft (``rules.private_drafts``).
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.casework.ports import DraftRoom


def keep(room: DraftRoom, case_no: str, move: str, texts: Mapping[str, str]) -> bool:
    """Save the draft, or forget it where nothing is left of it; whether there is one now.

    Raises Refusal (``draft_not_kept``, ``draft_too_long``): the text stays in the form.
    """
    written = {path: text for path, text in texts.items() if text.strip()}
    if written:
        room.keep_draft(case_no, move, written)
    else:
        room.drop_draft(case_no, move)
    return bool(written)
