"""Suspending and resuming a seal: who may, from which state, and the line that is filed (R57).

Stopping is a brake that everybody who answers for the seal may pull; setting free again belongs to
the organ that owns it ("who owns controls") or to the security administrator. Sealing away and
destroying need two persons (R55) and are not done here. Called by ``casework.seal_register`` and
the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.rules.moment import Moment
from workbench.rules.people import Role
from workbench.rules.seal_custody import Seal, SealStatus
from workbench.rules.words import N_, _

MAY_SUSPEND: Final = (Role.SEAL_CUSTODIAN, Role.ORGAN_HEAD, Role.SECURITY_ADMIN)
MAY_RESUME: Final = (Role.ORGAN_HEAD, Role.SECURITY_ADMIN)
IN_USE: Final = (SealStatus.ACTIVE, SealStatus.ACTIVE_FOR_LEGACY)
WORDS: Final = {
    SealStatus.MADE: N_("made, not in use yet"), SealStatus.ACTIVE: N_("in use"),
    SealStatus.SUSPENDED: N_("use suspended"), SealStatus.LOST: N_("reported lost"),
    SealStatus.RENEWED: N_("replaced by a new one"), SealStatus.SEALED_AWAY: N_("sealed away"),
    SealStatus.DESTROYED: N_("destroyed"),
    SealStatus.ACTIVE_FOR_LEGACY: N_("in use for cases from before the transfer only"),
}  # fmt: skip


def status_word(status: SealStatus) -> str:
    """What the register calls that state."""
    return _(WORDS[status])


@dataclass(frozen=True, slots=True)
class SealChange:
    """One filed change of a seal's state: append-only, never corrected, only followed."""

    seal_id: str
    before: SealStatus
    after: SealStatus
    actor: str
    at: Moment
    reason: str


def suspended(status: SealStatus) -> SealStatus | None:
    """The state after a suspension, or ``None`` where the seal is not in use."""
    return SealStatus.SUSPENDED if status in IN_USE else None


def resumed(status: SealStatus, history: tuple[SealChange, ...]) -> SealStatus | None:
    """The state that the last suspension interrupted; ``None`` where the seal is not suspended."""
    if status is not SealStatus.SUSPENDED:
        return None
    stops = [one.before for one in history if one.after is SealStatus.SUSPENDED]
    return stops[-1] if stops else SealStatus.ACTIVE


def twin_in_use(seal: Seal, others: tuple[Seal, ...]) -> Seal | None:
    """Another seal in use of the same kind and organ: two at once are refused (S166)."""
    same = (
        one for one in others
        if one.seal_id != seal.seal_id
        and (one.kind, one.organ_name, one.status) == (seal.kind, seal.organ_name, IN_USE[0])
    )  # fmt: skip
    return next(same, None)
