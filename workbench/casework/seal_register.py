"""What those who answer for a seal do with it beside pressing: suspend, resume, look it up (R57).

Called by the command line. The store judges the role and the state in the same transaction that
files the change; here the reason is asked for, because a change without one cannot be answered for.
"""

from __future__ import annotations

from workbench.casework.ports import Session
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Seal
from workbench.rules.seal_states import SealChange
from workbench.rules.words import _


def suspend(session: Session, seal_id: str, reason: str) -> SealChange:
    """From this second nobody presses it; a press in hand that is not signed yet is refused."""
    return session.change_seal_state(seal_id, resume=False, reason=_reason(reason))


def resume(session: Session, seal_id: str, reason: str) -> SealChange:
    """Back to what the suspension interrupted. Refusal where a twin is in use meanwhile (S166)."""
    return session.change_seal_state(seal_id, resume=True, reason=_reason(reason))


def state_of(session: Session, seal_id: str) -> tuple[Seal, tuple[SealChange, ...]]:
    """The seal and every filed change of its state, oldest first. Refusal ``seal_unknown``."""
    for one in session.seals():
        if one.seal_id == seal_id:
            return one, session.seal_changes(seal_id)
    raise Refusal(
        "seal_unknown",
        _("The register has no seal {seal_id}.").format(seal_id=seal_id),
        _("workbench seal list --as USER names the seals of the register."),
    )


def _reason(text: str) -> str:
    if text.strip():
        return text.strip()
    raise Refusal(
        "reason_missing",
        _("A change of a seal's state is filed with its reason."),
        _("Say why, in a sentence that will be read later."),
    )
