"""Judging the logs of a centre against its signed days and against an anchor (S084).

Three layers, from the inside outwards: every chain fits itself; every closed day has the root and
totals that were signed for it, in order and by a registered key; every line of the anchor stands in
the centre as it was written. Only the last one binds whoever rules the database. Called by the
command line; reads, writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from workbench.casework.audit import Check
from workbench.casework.ports import AuditLog
from workbench.rules.audit_days import (
    FIRST_PREV,
    ONE_DAY,
    AuditKey,
    DayRecord,
    SignedDay,
    Tally,
    anchored,
    fingerprint,
    open_days,
    record_of,
    short_print,
)
from workbench.rules.audit_findings import (
    AuditFinding,
    AuditReport,
    Difference,
    Walk,
    break_finding,
    difference_finding,
)
from workbench.rules.events import sha256_text
from workbench.rules.merkle import EMPTY
from workbench.rules.words import _

MOST_NAMED = 10
"""So many differing days are looked into for the first entry; of the others the day is named."""


def verify(
    log: AuditLog, lines: Sequence[str] | None, check: Check,
    tick: Callable[[int], None] = lambda _count: None,
) -> AuditReport:  # fmt: skip
    """Everything that can be found; ``lines`` are those of the anchor, ``None`` without one."""
    walk = log.walk(tick)
    kept = log.days()
    outside = _Anchored(lines or (), check)
    findings = [
        *(break_finding(one) for one in walk.breaks),
        *_more_breaks(walk),
        *_records(kept, log.keys(), check),
        *_contents(walk, kept, outside.days, log.difference),
        *outside.faults,
        *(_compared(kept, outside.days) if lines is not None else ()),
        *_unproven(walk, kept, lines, log.moment()),
    ]
    return AuditReport(
        tuple(findings), walk.entries, walk.cases, len(kept), len(outside.days)
    )


def _more_breaks(walk: Walk) -> Iterator[AuditFinding]:
    more = walk.broken - len(walk.breaks)
    if more:
        text = _("{count} more chains do not fit.").format(count=more)
        yield AuditFinding("more_breaks", text)


# -- the records in the centre ---------------------------------------------------------------------


def _records(
    kept: Sequence[SignedDay], keys: Sequence[AuditKey], check: Check
) -> Iterator[AuditFinding]:
    """Each record by itself, its place in the row of days, its key and its signature."""
    known = {one.public_key: one for one in keys}
    for one in keys:
        if not one.filed:
            text = _("The key {key} of {login} is registered, but no audit line tells of it.")
            yield AuditFinding(
                "key_unfiled", text.format(key=short_print(one.fingerprint), login=one.login)
            )
    prev, following = FIRST_PREV, ""
    for day in kept:
        if following and day.day != following:
            yield _of("day_missing", _("{day}: the record of this closed day is missing."),
                      following)  # fmt: skip
        yield from _record(day, prev, known, check)
        prev, following = day.hash, _after(day.day)


def _record(
    one: SignedDay, prev: str, known: Mapping[str, AuditKey], check: Check
) -> Iterator[AuditFinding]:
    said = record_of(one.record)
    if said is None or sha256_text(one.record) != one.hash:
        yield _of("record_changed", _("{day}: the record is not the one that was signed."), one.day)
        return
    if said.day.isoformat() != one.day:
        yield _of("record_swapped", _("{day}: the record of another day stands here: {other}."),
                  one.day, other=said.day.isoformat())  # fmt: skip
    if said.prev != prev:
        text = _("{day}: the record does not follow that of the day before.")
        yield _of("record_unchained", text, one.day)
    key = known.get(one.public_key)
    if key is None or {key.fingerprint, fingerprint(key.public_key)} != {said.key}:
        yield _of("key_unknown", _("{day}: signed with a key that is not registered."), one.day)
    elif key.login != said.closed_by or not key.in_force(said.closed_at):
        yield _of("key_not_in_force", _("{day}: signed with a key that was not in force, or is "
                                        "somebody else's."), one.day)  # fmt: skip
    elif not check(one.public_key, one.signature, one.record):
        yield _of("signature_wrong", _("{day}: the signature does not fit the record."), one.day)


# -- what the records say of the log ---------------------------------------------------------------


def _contents(
    walk: Walk, kept: Sequence[SignedDay], outside: Mapping[str, SignedDay],
    difference: Callable[[date], Difference],
) -> Iterator[AuditFinding]:  # fmt: skip
    """Every closed day against the log; where both differ the anchor's record is believed."""
    believed = {one.day: one for one in kept} | dict(outside)
    records = [said for one in believed.values() if (said := record_of(one.record)) is not None]
    records.sort(key=lambda one: one.day)
    cases = signed = named = 0
    for said in records:
        there = walk.days.get(said.day, Tally(EMPTY.hex()))
        cases += there.cases
        signed, fresh = said.cases, said.cases - signed
        if _same(said, there, fresh):
            continue
        named += 1
        found = difference(said.day) if named <= MOST_NAMED else None
        yield _day_differs(said, there, cases, found)
    yield from _outside_days(walk, records)


def _same(said: DayRecord, there: Tally, fresh: int) -> bool:
    """``fresh``: cases registered on that day, so that one removed case marks one day only."""
    return Tally(said.root, said.events, said.steps, said.lines, fresh) == there


def _day_differs(
    said: DayRecord, there: Tally, cases: int, found: Difference | None
) -> AuditFinding:
    """Named where the kept list of leaves is proven by the signed root; else the totals tell."""
    day = said.day.isoformat()
    if found is not None and found.kind is not None and found.root == said.root:
        return difference_finding(day, found)
    entries = said.events + said.steps + said.lines
    text = _("{day}: the log is not the one that was signed: {entries} entries and {cases} cases "
             "up to then were signed, {entries_now} and {cases_now} are there.")  # fmt: skip
    return _of("root_differs", text, day, entries=entries, cases=said.cases,
               entries_now=there.entries, cases_now=cases)  # fmt: skip


def _outside_days(walk: Walk, records: Sequence[DayRecord]) -> Iterator[AuditFinding]:
    """Entries of a day that has no record, though later ones were closed."""
    if not records:
        return
    closed = {one.day for one in records}
    for day in sorted(walk.days):
        if day < records[-1].day and day not in closed:
            yield _of("entries_outside", _("{day}: entries stand in a day that was never closed, "
                                           "though later ones were."), day.isoformat())  # fmt: skip


# -- the anchor ------------------------------------------------------------------------------------


class _Anchored:
    """What an anchor says, and what is wrong with the anchor itself."""

    def __init__(self, lines: Sequence[str], check: Check) -> None:
        self.days: dict[str, SignedDay] = {}
        self.faults: list[AuditFinding] = []
        last: SignedDay | None = None
        for number, line in enumerate(lines, start=1):
            one = anchored(line)
            if one is None or not check(one.public_key, one.signature, one.record):
                text = _("Line {number} of the anchor is damaged: it does not fit itself.")
                self._fault("anchor_damaged", text.format(number=number))
                continue
            said = record_of(one.record)
            if last is not None and (said is None or said.prev != last.hash):
                text = _("Line {number} of the anchor does not follow the line before: {day}.")
                self._fault("anchor_unchained", text.format(number=number, day=one.day))
            self.days.setdefault(one.day, one)
            last = one

    def _fault(self, code: str, text: str) -> None:
        self.faults.append(AuditFinding(code, text))


def _compared(
    kept: Sequence[SignedDay], outside: Mapping[str, SignedDay]
) -> Iterator[AuditFinding]:
    """Line by line: the same record, the same signature, the same key."""
    inside = {one.day: one for one in kept}
    for day, one in outside.items():
        there = inside.get(day)
        if there is None:
            yield _of("day_not_in_centre", _("{day}: in the anchor, but missing in the centre."),
                      day)  # fmt: skip
        elif there.public_key != one.public_key:
            yield _of(
                "anchor_other_key",
                _("{day}: the centre's record is signed with another key than the anchored one."),
                day,
            )
        elif there != one:
            yield _of("anchor_differs", _("{day}: the centre's record is not the anchored one."),
                      day)  # fmt: skip
    if not outside:
        return
    last = max(outside)
    for day in (one for one in inside if min(outside) < one < last and one not in outside):
        yield _of("day_not_in_anchor", _("{day}: in the centre, but missing in the anchor."), day)
    after = [day for day in inside if day > last]
    if after:
        text = _("The anchor ends with {day}; {count} later days stand in the centre only.")
        yield _note("anchor_behind", text.format(day=last, count=len(after)))
    before = [day for day in inside if day < min(outside)]
    if before:
        text = _("The anchor begins with {day}; earlier days are proven by the records' chain.")
        yield _note("anchor_begins", text.format(day=min(outside)))


# -- what all of this leaves unproven --------------------------------------------------------------


def _unproven(
    walk: Walk, kept: Sequence[SignedDay], lines: Sequence[str] | None, now: int
) -> Iterator[AuditFinding]:
    if lines is None:
        yield _note("no_anchor", _(
            "Without an anchor this proves that the log fits itself and the records in the same "
            "database. Whoever can write that database could have made log, records and keys anew, "
            "or cut off the newest days: only an anchor kept elsewhere shows it."))  # fmt: skip
    elif not lines:
        yield _note("anchor_empty", _("The anchor is empty: it proves nothing yet."))
    last = record_of(kept[-1].record) if kept else None
    later = [day for day in walk.days if last is None or day > last.day]
    if later:
        text = _("Since {day} nothing is signed: a removed case, a removed end of a log or a "
                 "changed audit line of these days does not show.")  # fmt: skip
        yield _note("open_days", text.format(day=min(later)))
    waiting = open_days(last.day + ONE_DAY if last else min(later, default=None), now)
    if waiting:
        text = _("{count} days can be closed: workbench audit close-day.")
        yield _note("days_waiting", text.format(count=len(waiting)))


def _of(code: str, text: str, day: str, **more: object) -> AuditFinding:
    return AuditFinding(code, text.format(day=day, **more))


def _note(code: str, text: str) -> AuditFinding:
    return AuditFinding(code, text, wrong=False)


def _after(day: str) -> str:
    try:
        return (date.fromisoformat(day) + ONE_DAY).isoformat()
    except ValueError:
        return ""
