"""Voiding a sealed document before it is issued: two persons, two assents (T23b, E14).

The custodian asks with a reason, the approver on duty (or the head, where a meeting decided)
confirms or declines; until then nothing is issued and nothing is changed. Called by the seal desk;
the approver answers by a step of the case screen, and ``workbench move`` makes all four moves.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.rules.case import OPEN_TASK_STATES, Case, NewEntry, Part, PartEntry, Task, TaskKind
from workbench.rules.case_view import CaseView
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerLine, LedgerState


@dataclass(frozen=True, slots=True)
class Voiding:
    """How a sealed document stands: asked for and why, declined and why, or neither."""

    case: Case
    asked: Task | None
    reason: PartEntry | None
    declined: PartEntry | None
    moves: tuple[str, ...]
    blocked: Refusal | None


def ask(session: Session, case: Case, reason: str) -> Case:
    """The custodian's assent, with the reason. The case stays where it is."""
    return propose(session, case, "propose_void", {}, [NewEntry("void_reason", {"text": reason})])


def take_back(session: Session, case: Case) -> Case:
    """The custodian asks no more; the document can be issued."""
    return propose(session, case, "withdraw_void")


def standing(session: Session, line: LedgerLine) -> Voiding | None:
    """What can be asked about that line of the register; ``None`` where nothing can.

    Only a document that is out of the press and not yet issued is voided like this, and only its
    case's custodian sees it (V16).
    """
    if line.state is not LedgerState.RELEASED:
        return None
    view = session.case_view(line.case_no)
    if view is None or not _of_voiding(view):
        return None
    tasks = [one for one in view.tasks if one.kind is TaskKind.VOIDING]
    last = tasks[-1] if tasks else None
    return Voiding(
        case=view.case,
        asked=last if last is not None and last.state in OPEN_TASK_STATES else None,
        reason=view.last(Part.DOCUMENT, "void_reason"),
        declined=view.last(Part.DOCUMENT, "void_answer")
        if last is not None and last.state == "declined" else None,
        moves=view.moves,
        blocked=view.blocked.get("propose_void"),
    )  # fmt: skip


def _of_voiding(view: CaseView) -> bool:
    named = (*view.moves, *view.blocked)
    return "propose_void" in named or "withdraw_void" in named
