"""The life of a seal as a table of steps: from which state to which, who asks, who confirms (R55).

Stopping is a brake that everybody who answers for the seal may pull by himself; every other step
takes two persons, one who asks for it and another who confirms it, and sealing away or destroying
takes two witnesses on top of them (S165, S173). Entering a made seal takes one: it presses nothing
before two have brought it into use. "Who owns controls" (R57): the organ's head and the
security administrator bring a seal into use, the custodian never does. Called by
``casework.seal_register`` and both engines of the store.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from workbench.rules.moment import Moment
from workbench.rules.people import Role
from workbench.rules.seal_custody import (
    LARGEST_MM,
    MOST_IN_A_BATCH,
    SMALLEST_MM,
    Seal,
    SealKind,
    SealStatus,
)
from workbench.rules.words import N_, _

S = SealStatus
_KEEPERS: Final = (Role.SEAL_CUSTODIAN, Role.ORGAN_HEAD, Role.SECURITY_ADMIN)
_OWNERS: Final = (Role.ORGAN_HEAD, Role.SECURITY_ADMIN)
IN_USE: Final = (S.ACTIVE, S.ACTIVE_FOR_LEGACY)
KEPT: Final = (S.MADE, *IN_USE, S.SUSPENDED, S.RENEWED)
"""What lies in somebody's safe and can be collected."""
WORDS: Final = {
    S.MADE: N_("made, not in use yet"), S.ACTIVE: N_("in use"),
    S.SUSPENDED: N_("use suspended"), S.LOST: N_("reported lost"),
    S.RENEWED: N_("replaced by a new one"), S.SEALED_AWAY: N_("sealed away"),
    S.DESTROYED: N_("destroyed"),
    S.ACTIVE_FOR_LEGACY: N_("in use for cases from before the transfer only"),
}  # fmt: skip


class SealMode(StrEnum):
    """How an issuing organ works: one approval seal for everything, or one a trade (S020, S166)."""

    ONE_SEAL = "one_seal"
    MANY_SEALS = "many_seals"


@dataclass(frozen=True, slots=True)
class SealStep:
    """One row of :data:`STEPS`.

    ``after`` is ``None`` where the state stays, or where the history says what comes back
    (``resume``). An empty ``may_confirm`` means that one person is enough. ``witnesses`` is how
    many others must be named; ``needs`` are the fields of the form that must be filled.
    """

    code: str
    before: tuple[SealStatus, ...]
    after: SealStatus | None
    may_ask: tuple[Role, ...]
    may_confirm: tuple[Role, ...] = ()
    witnesses: int = 0
    needs: tuple[str, ...] = ()


STEPS: Final[Mapping[str, SealStep]] = {
    one.code: one
    for one in (
        SealStep("enter", (), S.MADE, _OWNERS),
        SealStep("enter_sealed_away", (), S.SEALED_AWAY, _OWNERS, (), 2, ("box", "sealed_on")),
        SealStep("activate", (S.MADE,), S.ACTIVE, _OWNERS, _OWNERS),
        SealStep("suspend", IN_USE, S.SUSPENDED, _KEEPERS),
        SealStep("resume", (S.SUSPENDED,), None, _OWNERS),
        SealStep("report_lost", (S.MADE, *IN_USE, S.SUSPENDED), S.LOST, _KEEPERS),
        SealStep("found", (S.LOST,), S.SUSPENDED, _KEEPERS, _OWNERS),
        SealStep("renew", (*IN_USE, S.SUSPENDED, S.LOST), S.RENEWED, _OWNERS, _OWNERS),
        SealStep("keep_for_legacy", (S.ACTIVE,), S.ACTIVE_FOR_LEGACY, _OWNERS, _OWNERS),
        SealStep("seal_away", KEPT, S.SEALED_AWAY, _KEEPERS, _OWNERS, 2,
                 ("box", "giver", "receiver")),
        SealStep("destroy", (S.SEALED_AWAY, S.RENEWED, S.LOST), S.DESTROYED, _OWNERS, _OWNERS, 2,
                 ("approval",)),
        SealStep("new_face", KEPT, None, _KEEPERS, _OWNERS, 0, ("sha256", "diameter_mm")),
        SealStep("new_certificate", KEPT, None, _OWNERS, _OWNERS, 0, ("sha256", "pem")),
        SealStep("new_policy", KEPT, None, _OWNERS, _OWNERS, 0,
                 ("daily_limit", "batch_limit", "needs_timestamp")),
    )
}  # fmt: skip
"""What may happen to a seal. ``sealed_away`` is never left but for destruction (S165)."""
YES_NO: Final = ("yes", "no")
"""How a form answers ``needs_timestamp``."""


class AskState(StrEnum):
    """How a change that takes two persons stands."""

    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SealChange:
    """One filed change of a seal: append-only, never corrected, only followed.

    ``actor`` asked at ``at``; ``decided_by`` confirmed or declined at ``decided_at`` (for a step of
    one person he himself, at once). ``form`` holds what the step needs: ``box``, ``giver``,
    ``receiver``, ``approval``, ``sha256``, ``diameter_mm``, ``daily_limit``, ``batch_limit``,
    ``needs_timestamp``, and of a certificate ``pem``, ``valid_from``, ``valid_to``.
    """

    seal_id: str
    before: SealStatus
    after: SealStatus
    actor: str
    at: Moment
    reason: str
    step: str = "suspend"
    change_id: int = 0
    state: AskState = AskState.DONE
    decided_by: str = ""
    decided_at: Moment | None = None
    witnesses: tuple[str, ...] = ()
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SealStepAsked:
    """What somebody asks for: the step, why, who saw it, and the fields of its form."""

    step: str
    reason: str
    witnesses: tuple[str, ...] = ()
    form: Mapping[str, str] = field(default_factory=dict)


def step_record(step: SealStep) -> dict[str, object]:
    """The row as plain values, as a server gets it."""
    return {
        "code": step.code, "before": [one.value for one in step.before],
        "after": step.after.value if step.after else "",
        "may_ask": [one.value for one in step.may_ask],
        "may_confirm": [one.value for one in step.may_confirm],
        "witnesses": step.witnesses, "needs": list(step.needs),
    }  # fmt: skip


STEP_WORDS: Final = {
    "enter": N_("enter in the register"),
    "enter_sealed_away": N_("enter as sealed away"), "activate": N_("bring into use"),
    "suspend": N_("suspend its use"), "resume": N_("bring back into use"),
    "report_lost": N_("report lost"),
    "found": N_("found again"), "renew": N_("replace by a new one"),
    "keep_for_legacy": N_("keep for cases from before the transfer"),
    "seal_away": N_("seal away"), "destroy": N_("destroy"),
    "new_face": N_("new filed impression"), "new_certificate": N_("new certificate"),
    "new_policy": N_("new limits of use"),
}  # fmt: skip


def step_word(code: str) -> str:
    """What the register calls that step."""
    return _(STEP_WORDS[code]) if code in STEP_WORDS else code


def status_word(status: SealStatus) -> str:
    """What the register calls that state."""
    return _(WORDS[status])


def after_step(
    step: SealStep, status: SealStatus | None, history: tuple[SealChange, ...]
) -> SealStatus | None:
    """The state after a step, or ``None`` where it is not allowed from ``status``.

    ``status`` is ``None`` for a seal that is only being entered. ``resume`` gives back the state
    that the last suspension interrupted.
    """
    if status is None:
        return step.after if not step.before else None
    if status not in step.before:
        return None
    if step.code == "resume":
        done = [one for one in history if one.state is AskState.DONE]
        stops = [one.before for one in done if one.after is S.SUSPENDED and one.before in IN_USE]
        return stops[-1] if stops else S.ACTIVE
    return step.after or status


def form_fault(step: SealStep, asked: SealStepAsked, asker: str) -> str | None:
    """Why this form cannot be filed, as a code, or ``None`` (R55, S173).

    Witnesses are other persons than the asker, and each is named once.
    """
    if not asked.reason.strip():
        return "reason_missing"
    if any(not str(asked.form.get(name, "")).strip() for name in step.needs):
        return "seal_form_incomplete"
    seen = {one.strip() for one in asked.witnesses if one.strip()}
    if len(seen) < step.witnesses or len(seen) != len(asked.witnesses):
        return "seal_witnesses_missing"
    return "seal_witness_is_asker" if asker in seen else _values_fault(step, asked.form)


def _values_fault(step: SealStep, form: Mapping[str, str]) -> str | None:
    """Numbers outside of what a seal may have: R46 for the size, the issue's 50 for a batch."""
    if step.code == "new_face" and not SMALLEST_MM <= _number(form["diameter_mm"]) <= LARGEST_MM:
        return "seal_face_size"
    if step.code == "new_policy" and not (
        _number(form["daily_limit"]) >= 0
        and 1 <= _number(form["batch_limit"]) <= MOST_IN_A_BATCH
        and form["needs_timestamp"] in YES_NO
    ):
        return "seal_policy_values"
    return None


def _number(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,4}", text) else -1


def twin_in_use(seal: Seal, others: tuple[Seal, ...]) -> Seal | None:
    """Another seal in use that forbids this one: one approval seal an organ in one-seal mode
    (S166). In many-seal mode each trade has its own, so category and kind have to be the same."""
    def forbids(one: Seal) -> bool:
        same = (one.kind, one.organ_name) == (seal.kind, seal.organ_name)
        if one.seal_id == seal.seal_id or one.status is not S.ACTIVE or not same:
            return False
        sole = seal.kind is SealKind.APPROVAL_SPECIAL and seal.sole
        return sole or one.category == seal.category

    return next(filter(forbids, others), None)
