"""The pre-flight list: what must hold before the seal is pressed, each with its remedy (A10).

What the desk knows by itself (custody, the seal's state, the end of its certificate) is judged at
every look; what only the worker can know (key, timestamp server, clock) it says when it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from workbench.rules.moment import DAY, Moment, stamp
from workbench.rules.seal_custody import LedgerLine, Seal, refusal_text, seal_refusal
from workbench.rules.words import _, listed
from workbench.shell.seal_desk.facts import DeskFacts, Frozen
from workbench.shell.seal_desk.press import Readiness

EXPIRY_WARNING: Final = 30 * DAY
"""From here on the pre-flight list warns that the certificate ends (annoyance A10)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the pre-flight list; ``remedy`` is empty where it is fine."""

    name: str
    text: str
    good: bool
    remedy: str = ""
    warning: bool = False


def preflight(
    facts: DeskFacts, seal: Seal | None, ready: Readiness | None, login: str,
    *, choose: bool = False,
) -> tuple[Check, ...]:
    """Seal state, certificate end, key, custody: each with what to do about it.

    ``choose``: several seals fit and the custodian has not said which one.
    """
    if choose and seal is None:
        chosen = Check(_("Seal"), _("not chosen yet"), False, _("Choose the one of the trade."))
        return chosen, _custody_check(facts, login)
    return (
        *_seal_checks(facts, seal),
        *_worker_checks(seal, ready),
        _custody_check(facts, login),
    )


def department_checks(frozen: Frozen) -> tuple[Check, ...]:
    """What the department published for this document and does not hold (7.3)."""
    remedy = _("Return the request: the document has to be made anew.")
    name = _("Check of the department")
    return tuple(Check(name, text, False, remedy) for text in frozen.comparison.faults())


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
    if frozen.comparison.failed:
        return _("A check of the department does not hold: {faults}.").format(
            faults=listed(frozen.comparison.faults())
        )
    return "" if ready else _("Not every check is passed yet.")


def ends_soon(seal: Seal, at: Moment) -> bool:
    """Whether the certificate ends within thirty days, and has not ended."""
    return at < seal.valid_to and seal.valid_to - at < EXPIRY_WARNING


def ending_notice(seal: Seal) -> str:
    """The banner's words on a certificate that ends soon."""
    return _(
        "The certificate of the seal {seal} ends on {day}. Have it renewed in time: "
        "after that day nothing can be sealed."
    ).format(seal=seal.seal_id, day=stamp(seal.valid_to)[:10])


def _seal_checks(facts: DeskFacts, seal: Seal | None) -> Iterator[Check]:
    if seal is None:
        text = _("no seal of the kind this document needs")
        yield Check(_("Seal"), text, False, _("Return the request: this desk cannot seal it."))
        return
    code = seal_refusal(seal, seal.kind, seal.organ_name, facts.at, legacy=True)
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


def _worker_checks(seal: Seal | None, ready: Readiness | None) -> tuple[Check, ...]:
    said = ready.said_of(seal.seal_id) if ready is not None and seal is not None else ()
    if not said:
        return (_key_check(ready),)
    return tuple(
        Check(line_name(one.code), one.text, one.good or one.warning, one.remedy, one.warning)
        for one in said
    )


def line_name(code: str) -> str:
    """What the list calls a question of the worker; a code that is not known stands as it is."""
    words = {
        "key": _("Key"), "counter": _("Counter of the key"),
        "revocation": _("Revocation lists"), "timestamp": _("Timestamp"),
        "clock": _("Clock"), "staging": _("Disk"),
    }  # fmt: skip
    return words.get(code, code)


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
