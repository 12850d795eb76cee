"""What the seal desk shows at one moment, read at once in the store lane; and its pre-flight list.

Pure records and functions of them; no widget. Called by :mod:`workbench.shell.seal_desk.screen`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from workbench.casework.ports import Session
from workbench.rules.case import Part
from workbench.rules.case_view import SealTask
from workbench.rules.moment import DAY, Moment, stamp
from workbench.rules.people import CustodyShift
from workbench.rules.seal_custody import (
    LedgerLine,
    LedgerState,
    Placement,
    Seal,
    SealKind,
    SealStatus,
    refusal_text,
    seal_refusal,
)
from workbench.rules.words import _
from workbench.shell.seal_desk.press import Readiness

EXPIRY_WARNING: Final = 30 * DAY
"""From here on the pre-flight list warns that the certificate ends (annoyance A10)."""


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """See the module. ``queue`` is empty off custody: then nothing awaiting the seal is shown."""

    at: Moment
    custody: tuple[CustodyShift, ...]
    seals: tuple[Seal, ...]
    queue: tuple[SealTask, ...]
    ledger: tuple[LedgerLine, ...]
    locked: bool

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

    def lines_of(self, document_id: str) -> tuple[LedgerLine, ...]:
        """The ledger lines of one document, oldest first."""
        return tuple(line for line in self.ledger if line.document_id == document_id)

    def seal_for(self, task: SealTask) -> Seal | None:
        """The active seal of the kind the document names, else any of that kind, else ``None``."""
        kind = [seal for seal in self.seals if seal.kind.value == task.seal_kind]
        active = [seal for seal in kind if seal.status is SealStatus.ACTIVE]
        return next(iter((*active, *kind)), None)


def _queue(
    session: Session, custody: tuple[CustodyShift, ...], at: Moment
) -> tuple[SealTask, ...]:
    holds = any(one.login == session.who.login and one.in_force(at) for one in custody)
    return session.seal_queue() if holds else ()


def ask_first(session: Session) -> None:
    """The queue and its first document, ahead of :func:`read_desk`: without the register, which may
    be long and is read soon enough."""
    for task in _queue(session, session.custody(), session.moment())[:1]:
        read_document(session, task)


def read_desk(session: Session) -> DeskFacts:
    """In the store lane. Off custody the queue is not even asked for (V16b)."""
    at = session.moment()
    custody = session.custody()
    return DeskFacts(
        at,
        custody,
        session.seals(),
        _queue(session, custody, at),
        session.ledger(),
        session.seal_desk_locked(),
    )


@dataclass(frozen=True, slots=True)
class Frozen:
    """The frozen document of one task: where the seal lands, and how much room is kept free."""

    task: SealTask
    place: Placement | None
    at: Moment


def read_document(session: Session, task: SealTask) -> Frozen:
    """In the store lane: the place that was resolved when the document was composed."""
    view = session.case_view(task.case.case_no)
    entry = None if view is None else next(
        (e for e in reversed(view.of(Part.DOCUMENT, "document"))
         if e.body.get("sha256") == task.sha256), None)  # fmt: skip
    seal_at = entry.body.get("seal_at") if entry is not None else None
    if not isinstance(seal_at, dict):
        return Frozen(task, None, session.moment())
    place = Placement(int(seal_at["page"]), float(seal_at["x_mm"]), float(seal_at["y_mm"]))
    return Frozen(task, place, session.moment())


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the pre-flight list; ``remedy`` is empty where it is fine."""

    name: str
    text: str
    good: bool
    remedy: str = ""
    warning: bool = False


def preflight(
    facts: DeskFacts, seal: Seal | None, ready: Readiness | None, login: str
) -> tuple[Check, ...]:
    """Seal state, certificate end, key file, custody: each with what to do about it (A10)."""
    return (
        *_seal_checks(facts, seal),
        _key_check(ready),
        _custody_check(facts, login),
    )


def all_good(checks: Iterable[Check]) -> bool:
    """Whether nothing stands against pressing the seal."""
    return all(check.good for check in checks)


def why_not(facts: DeskFacts, frozen: Frozen, line: LedgerLine | None, ready: bool) -> str:
    """Why this document cannot be pressed now, in words; empty where it can."""
    if facts.locked:
        return _(
            "Five wrong PINs in a row have locked this seal desk. "
            "The security administrator unlocks it."
        )
    if line is not None:
        return _("This document has its line in the register; it is never pressed twice.")
    if frozen.place is None:
        return _("The document does not say where the seal belongs. Return the request.")
    return "" if ready else _("Not every check is passed yet.")


def _seal_checks(facts: DeskFacts, seal: Seal | None) -> Iterator[Check]:
    if seal is None:
        text = _("no seal of the kind this document needs")
        yield Check(_("Seal"), text, False, _("Return the request: this desk cannot seal it."))
        return
    code = seal_refusal(seal, seal.kind, seal.organ_name, facts.at)
    if code in (None, "seal_expired", "seal_not_yet_valid"):
        yield Check(_("Seal"), _("in use, {d} mm").format(d=seal.diameter_mm), True)
    else:
        remedy = _("Ask the security administrator; sealing waits until then.")
        yield Check(_("Seal"), refusal_text(code), False, remedy)
    over = code in ("seal_expired", "seal_not_yet_valid")
    soon = seal.valid_to - facts.at < EXPIRY_WARNING
    remedy = _("Have the certificate renewed in time.") if soon or over else ""
    text = _("until {day}").format(day=stamp(seal.valid_to)[:10])
    yield Check(_("Certificate"), text, not over, remedy, soon)


def _key_check(ready: Readiness | None) -> Check:
    name = _("Key file")
    if ready is None:
        remedy = _("Start the seal desk again; if it stays so, tell the system administrator.")
        return Check(name, _("the seal worker does not answer"), False, remedy)
    if not ready.key_file:
        remedy = _("Put the key file back into the centre's folder; it is never copied.")
        return Check(name, _("not there"), False, remedy)
    stamps = _("there, with timestamp") if ready.timestamps else _("there, without timestamp")
    return Check(name, stamps, True)


def _custody_check(facts: DeskFacts, login: str) -> Check:
    until = facts.held_until(login)
    if until is None:
        remedy = _("Take over custody with the keeper before you.")
        return Check(_("Custody"), _("not taken over"), False, remedy)
    return Check(_("Custody"), _("yours until {time}").format(time=stamp(until)[11:16]), True)


def kind_word(kind: str) -> str:
    """A kind of seal as the screen calls it (glossary 5.6)."""
    words = {
        SealKind.ORGAN_OFFICIAL.value: _("Organ seal"),
        SealKind.APPROVAL_SPECIAL.value: _("Approval seal"),
        SealKind.ACCEPTANCE_SPECIAL.value: _("Acceptance seal"),
        SealKind.BUSINESS_SPECIAL.value: _("Business seal"),
        SealKind.INSPECTION_SPECIAL.value: _("Inspection seal"),
        SealKind.REAL_ESTATE_REGISTRATION_SPECIAL.value: _("Real-estate registration seal"),
        SealKind.STEEL.value: _("Steel seal"),
    }
    return words.get(kind, kind)


def state_word(state: LedgerState) -> str:
    """A step of a press as the register calls it."""
    words = {
        LedgerState.RESERVED: _("number taken"),
        LedgerState.PREPARED: _("page prepared"),
        LedgerState.SIGNED: _("signed"),
        LedgerState.RELEASED: _("sealed"),
        LedgerState.VOID: _("void"),
    }
    return words[state]


def level_word(level: str) -> str:
    """A signature level in plain words."""
    words = {"B-B": _("without timestamp"), "B-T": _("with timestamp")}
    return words.get(level, level)


def place_text(at: Placement | None) -> str:
    """Where the centre of the seal lies, in millimetres."""
    if at is None:
        return _("not stated")
    text = _("page {page}, {x} mm from the left, {y} mm from the top").format(
        page=at.page if at.page > 0 else _("last"), x=f"{at.x_mm:.1f}", y=f"{at.y_mm:.1f}"
    )
    return text.replace(" mm", "\u00a0mm")  # a number and its unit stay on one line
