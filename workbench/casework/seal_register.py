"""What those who answer for a seal do with it beside pressing: every step of its life (R54-R57).

Called by the command line and the page of seals. The store judges role, state and form in the same
transaction that files the change; steps of two persons wait there for the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from workbench import settings
from workbench.casework.ports import Session
from workbench.rules.refusal_texts import refusal
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import LedgerLine, LedgerState, Seal
from workbench.rules.seal_papers import Face
from workbench.rules.seal_states import SealChange, SealStepAsked

EVERY_LINE: Final = LedgerAsk()


def suspend(session: Session, seal_id: str, reason: str) -> SealChange:
    """From this second nobody presses it; a press in hand that is not signed yet is refused."""
    return ask(session, seal_id, "suspend", reason)


def resume(session: Session, seal_id: str, reason: str) -> SealChange:
    """Back to what the suspension interrupted. Refusal where a twin is in use meanwhile (S166)."""
    return ask(session, seal_id, "resume", reason)


def ask(
    session: Session, seal_id: str, step: str, reason: str, witnesses: tuple[str, ...] = (),
    form: Mapping[str, str] | None = None,
) -> SealChange:  # fmt: skip
    """Ask for a step of ``seal_states.STEPS``; carried out at once where one person is enough."""
    asked = SealStepAsked(step, reason, witnesses, dict(form or {}))
    return session.ask_seal_change(seal_id, asked)


def state_of(session: Session, seal_id: str) -> tuple[Seal, tuple[SealChange, ...]]:
    """The seal and every filed change of its state, oldest first. Refusal ``seal_unknown``."""
    for one in session.seals():
        if one.seal_id == seal_id:
            return one, session.seal_changes(seal_id)
    raise refusal("seal_unknown", seal_id=seal_id)


def file_picture(session: Session, mask_png: bytes) -> str:
    """Store a cleaned impression, encrypted; its SHA-256, for the form of ``new_face``."""
    with settings.plain_folder() as folder:
        mask = Path(folder) / "mask.png"
        mask.write_bytes(mask_png)
        return session.add_seal_face_picture(mask)


def filed_face(session: Session, seal: Seal) -> Face | None:
    """The newest filed impression of a seal; None where it has none and is drawn."""
    if not seal.face_sha256:
        return None
    return Face(session.seal_face_path(seal.seal_id).read_bytes(), seal.diameter_mm)


def waiting_face(session: Session, change: SealChange) -> Face:
    """The impression that waits for its second person. Refusal ``seal_face_unknown``."""
    newest = max((one.version for one in session.seal_faces(change.seal_id)), default=0)
    picture = session.seal_face_path(change.seal_id, newest + 1)
    return Face(picture.read_bytes(), int(change.form["diameter_mm"]))


def whole_ledger(session: Session, ask: LedgerAsk = EVERY_LINE) -> tuple[LedgerLine, ...]:
    """The register of use as far as the person sees it (V16b), oldest first, asked for by page."""
    found: list[LedgerLine] = []
    more = True
    while more:
        page = session.ledger_page(replace(ask, before=found[-1].serial if found else None))
        found += page.lines
        more = page.more
    return tuple(reversed(found))


def signed_by_key(session: Session, seal_id: str) -> int:
    """Lines of the register that the seal's key has signed, void ones too: its counter is never
    below that (seal design section 7)."""
    wanted = LedgerAsk(seal_id=seal_id, manner="electronic")
    kept = replace(wanted, states=(LedgerState.SIGNED, LedgerState.RELEASED), count=1)
    void = whole_ledger(session, replace(wanted, states=(LedgerState.VOID,)))
    return session.ledger_page(kept).total + sum(bool(line.sha256_after) for line in void)
