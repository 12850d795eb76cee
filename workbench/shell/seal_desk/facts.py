"""What the seal desk shows at one moment, read at once in the store lane.

Pure records and functions of them; no widget. Called by :mod:`workbench.shell.seal_desk.screen`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.casework.ports import Session
from workbench.rules.case import Part
from workbench.rules.case_view import SealTask
from workbench.rules.moment import Moment
from workbench.rules.people import CustodyShift
from workbench.rules.refusals import Refusal
from workbench.rules.seal_balance import LedgerAsk, SealBalance
from workbench.rules.seal_custody import (
    LedgerLine,
    LedgerState,
    Placement,
    Seal,
    SealStatus,
    fitting_seals,
)
from workbench.shell.seal_desk.compare import NOTHING, Comparison, read_comparison


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """See the module. ``queue`` is empty off custody: then nothing awaiting the seal is shown.

    ``offered`` is the count with which the keeper before hands the seal over to this person.
    """

    at: Moment
    custody: tuple[CustodyShift, ...]
    seals: tuple[Seal, ...]
    queue: tuple[SealTask, ...]
    locked: bool
    offered: tuple[SealBalance, ...] = ()

    def held_until(self, login: str) -> Moment | None:
        """Until when the person holds the seal; ``None`` where he does not."""
        ends = [one.end for one in self.custody if one.login == login and one.in_force(self.at)]
        return max(ends, default=None)

    def own_shift(self, login: str) -> CustodyShift | None:
        """The person's shift that runs now, taken over or not."""
        return next((one for one in self._running() if one.login == login), None)

    def keeper(self) -> CustodyShift | None:
        """Whoever holds the seal now."""
        return next((one for one in self._running() if one.in_force(self.at)), None)

    def _running(self) -> Iterator[CustodyShift]:
        return (one for one in self.custody if one.start <= self.at < one.end)

    def coming_shift(self, login: str) -> CustodyShift | None:
        """The person's next shift."""
        later = (one for one in self.custody if one.login == login and one.start > self.at)
        return min(later, key=lambda one: one.start, default=None)

    def seals_in_use(self) -> tuple[Seal, ...]:
        """What the custodian may press with, cases from before a transfer included."""
        used = (SealStatus.ACTIVE, SealStatus.ACTIVE_FOR_LEGACY)
        return tuple(seal for seal in self.seals if seal.status in used)

    def fitting(self, task: SealTask) -> tuple[Seal, ...]:
        """The seals of the kind and organ that the document names (R54): those in use, else all.

        A case from before the transfer of its department keeps the old seal (S172). Where an organ
        has one for each trade there are several, and the custodian chooses (S020).
        """
        own = tuple(
            seal for seal in self.seals
            if seal.kind.value == task.seal_kind and task.organ in ("", seal.organ_name)
        )  # fmt: skip
        used = fitting_seals(own, own[0].kind, task.organ, legacy=task.legacy) if own else ()
        return used or own

    def seal_for(self, task: SealTask, chosen: str = "") -> Seal | None:
        """The one that is pressed: the only one that fits, of several the chosen one.

        Where none is in use the first is named, so that the desk can say how it stands.
        """
        fitting = self.fitting(task)
        if self.needs_choice(task):
            return next((one for one in fitting if one.seal_id == chosen), None)
        return next(iter(fitting), None)

    def needs_choice(self, task: SealTask) -> bool:
        """Whether several seals in use fit: the custodian says which (S020)."""
        fitting = self.fitting(task)
        return len(fitting) > 1 and fitting[0] in self.seals_in_use()


def _queue(
    session: Session, custody: tuple[CustodyShift, ...], at: Moment
) -> tuple[SealTask, ...]:
    holds = any(one.login == session.who.login and one.in_force(at) for one in custody)
    return session.seal_queue() if holds else ()


def ask_first(session: Session) -> None:
    """The queue and its first document, ahead of :func:`read_desk`."""
    for task in _queue(session, session.custody(), session.moment())[:1]:
        read_document(session, task)


def read_desk(session: Session) -> DeskFacts:
    """In the store lane. Off custody the queue is not even asked for (V16b)."""
    at = session.moment()
    custody = session.custody()
    seals = session.seals()
    return DeskFacts(
        at, custody, seals, _queue(session, custody, at), session.seal_desk_locked(),
        _offered(session, seals, custody, at),
    )  # fmt: skip


def _offered(
    session: Session, seals: tuple[Seal, ...], custody: tuple[CustodyShift, ...], at: Moment
) -> tuple[SealBalance, ...]:
    """Counts that wait for this person's signature; asked only where he has to take over."""
    me = session.who.login
    waits = any(one.login == me and one.start <= at < one.end and not one.in_force(at)
                for one in custody)  # fmt: skip
    if not waits:
        return ()
    last = (_last_balance(session, seal.seal_id) for seal in seals)
    return tuple(one for found in last for one in found
                 if one.receiver == me and one.received_at is None)  # fmt: skip


def _last_balance(session: Session, seal_id: str) -> tuple[SealBalance, ...]:
    """Nothing where the person may not see it yet: the take-over itself says what is missing."""
    try:
        return session.seal_balances(seal_id)[-1:]
    except Refusal:
        return ()


@dataclass(frozen=True, slots=True)
class Frozen:
    """The frozen document of one task: where the seal lands and what is compared with it.

    ``line`` is the line of the register that makes a second press impossible.
    """

    task: SealTask
    place: Placement | None
    at: Moment
    comparison: Comparison = NOTHING
    line: LedgerLine | None = None


def read_document(session: Session, task: SealTask) -> Frozen:
    """In the store lane: the place that was resolved when the document was composed."""
    view = session.case_view(task.case.case_no)
    entry = None if view is None else next(
        (e for e in reversed(view.of(Part.DOCUMENT, "document"))
         if e.body.get("sha256") == task.sha256), None)  # fmt: skip
    seal_at = entry.body.get("seal_at") if entry is not None else None
    place = None
    if isinstance(seal_at, dict):
        place = Placement(int(seal_at["page"]), float(seal_at["x_mm"]), float(seal_at["y_mm"]))
    item = view.item if view is not None else None
    comparison = read_comparison(session, task, item, entry)
    return Frozen(task, place, session.moment(), comparison, live_line(session, task))


def live_line(session: Session, task: SealTask) -> LedgerLine | None:
    """In the store lane: the line of a press that has begun and is not void."""
    if not task.ledger_state:
        return None
    lines = session.ledger_page(LedgerAsk(text=task.document_no)).lines
    return next((one for one in lines if one.document_id == task.document_id
                 and one.state is not LedgerState.VOID), None)  # fmt: skip
