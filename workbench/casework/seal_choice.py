"""What awaits the seal and which seal it carries, asked once more in the moment of the press.

Every refusal names the document, the organ or the seal. Called by the seal worker and the command
line before :func:`workbench.casework.sealing.press`.
"""

from __future__ import annotations

from collections.abc import Callable

from workbench.casework.ports import Session
from workbench.rules.case_view import SealTask
from workbench.rules.moment import stamp
from workbench.rules.refusal_texts import refusal
from workbench.rules.refusals import Refusal
from workbench.rules.seal_balance import LedgerAsk
from workbench.rules.seal_custody import (
    LedgerLine,
    LedgerState,
    Seal,
    SealKind,
    fitting_seals,
    seal_refusal,
)
from workbench.rules.words import _, pick


def task_of_case(session: Session, case_no: str) -> SealTask:
    """What awaits the seal in that case. Refusal that says why nothing does."""
    return _waiting(session, case_no, lambda one: one.case.case_no, lambda line: line.case_no)


def task_of(session: Session, document_id: str) -> SealTask:
    """The request for that document. Refusal: not on shift, sealed already, nothing asked."""
    return _waiting(
        session, document_id, lambda one: one.document_id, lambda line: line.document_id
    )


def _waiting(
    session: Session, wanted: str, of_task: Callable[[SealTask], str],
    of_line: Callable[[LedgerLine], str],
) -> SealTask:  # fmt: skip
    found = next((one for one in session.seal_queue(wanted) if of_task(one) == wanted), None)
    if found is not None:
        return found
    page = session.ledger_page(LedgerAsk(text=wanted, states=(LedgerState.RELEASED,)))
    done = [line for line in page.lines if of_line(line) == wanted]
    if done:
        raise _sealed_before(session, done[0])
    if not _on_shift(session):
        raise refusal("not_on_custody_shift")
    raise Refusal("no_seal_request", _("No document awaits the seal."), _("Refresh the queue."))


def _on_shift(session: Session) -> bool:
    login, at = session.who.login, session.moment()
    return any(one.login == login and one.in_force(at) for one in session.custody())


def _sealed_before(session: Session, line: LedgerLine) -> Refusal:
    names = {one.login: pick(one.name_zh, one.name_en) for one in session.people()}
    return Refusal(
        "already_stamped",
        _("{name} has sealed this document: serial {serial}, {time}.").format(
            name=names.get(line.custodian, line.custodian),
            serial=line.serial,
            time=stamp(line.released_at or line.reserved_at),
        ),
        _("Open the result; nothing has to be pressed."),
    )


def seal_for(session: Session, task: SealTask, named: str = "") -> Seal:
    """The seal that this document carries: of its kind and of its organ (R54, S166).

    ``named`` is the one that the custodian chose where an organ has several. Refusal
    ``no_active_seal``, ``seal_choice_needed``; the state of the only one where it is out of use.
    """
    seals, kind = session.seals(), SealKind(task.seal_kind)
    if named:
        return _chosen(session, task, named)
    fitting = fitting_seals(seals, kind, task.organ, legacy=task.legacy)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise Refusal(
            "seal_choice_needed",
            _("{organ} works with several seals of this kind: {seals}.").format(
                organ=task.organ, seals=", ".join(one.seal_id for one in fitting)
            ),
            _("Choose the one of the trade."),
        )
    own = [one for one in seals if one.kind is kind and one.organ_name == task.organ]
    if own:
        raise refusal(f"seal_{own[0].status.value}")
    if any(one.kind is kind for one in seals):
        raise refusal("seal_wrong_organ")
    raise Refusal(
        "no_active_seal",
        _("{organ} has no seal in use of the kind that the document needs.").format(
            organ=task.organ
        ),
        _("Ask the keeper of the register of seals."),
    )


def _chosen(session: Session, task: SealTask, seal_id: str) -> Seal:
    chosen = next((one for one in session.seals() if one.seal_id == seal_id), None)
    if chosen is None:
        raise refusal("seal_unknown", seal_id=seal_id)
    kind, at = SealKind(task.seal_kind), session.moment()
    fault = seal_refusal(chosen, kind, task.organ, at, legacy=task.legacy)
    if fault is not None:
        raise refusal(fault)
    return chosen
