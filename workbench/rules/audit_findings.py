"""What a check of the three logs can find, and how it is said (S084).

The store's walk makes :class:`Walk`, ``casework.audit_verify`` judges it together with the signed
days and the anchor; the command line prints the texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from workbench.rules.audit_days import Book, Entry, Tally
from workbench.rules.words import _

MOST_BREAKS: Final = 50
"""So many are kept; the others are counted."""


class BreakKind(StrEnum):
    """How a chain fails at one place."""

    CHANGED = "changed"
    """What the step says is not what its hash was made of."""
    UNCHAINED = "unchained"
    """It names another hash than that of the step before."""
    GAP = "gap"
    """Steps before it are missing."""
    ORDER = "order"
    """A number twice, or below one."""
    TIME = "time"
    """It is recorded before the step before it."""
    TAIL = "tail"
    """The row of the case or press says more, or another, last step than there is."""
    NO_LOG = "no_log"
    """A case or press without any step."""
    NO_ROW = "no_row"
    """Steps without their case or press."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain fails. ``number`` is the step meant: for a gap the first that is missing."""

    kind: BreakKind
    book: Book
    subject: str
    number: int


@dataclass(frozen=True, slots=True)
class Walk:
    """What one pass over all three logs has found."""

    days: Mapping[date, Tally]
    breaks: tuple[Break, ...]
    """The first of each chain, in order; at most :data:`MOST_BREAKS`."""
    broken: int
    """How many chains are broken in all."""
    events: int
    steps: int
    lines: int
    cases: int

    @property
    def entries(self) -> int:
        """How many entries were read."""
        return self.events + self.steps + self.lines


class DiffKind(StrEnum):
    """How a day differs from the list of leaves that was kept when it was closed."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    CASE_REMOVED = "case_removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference of a day. ``root`` is that of the kept list: it proves the list."""

    root: str
    kind: DiffKind | None = None
    entry: Entry | None = None


# -- how it is said --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One sentence of a report. Only ``wrong`` ones mean that something was changed."""

    code: str
    text: str
    wrong: bool = True


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The outcome of a check: findings in the order in which they count, and what was read."""

    findings: tuple[AuditFinding, ...]
    entries: int
    cases: int
    days: int
    anchored: int

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not any(one.wrong for one in self.findings)


def place_of(book: Book, subject: str, number: int) -> str:
    """A place in a log as people call it."""
    if book is Book.EVENT:
        return _("case {number}, step {step}").format(number=subject, step=number)
    if book is Book.LEDGER:
        return _("press {number}, step {step}").format(number=subject, step=number)
    return _("audit line {number}").format(number=number)


def break_finding(one: Break) -> AuditFinding:
    """A broken chain in words: case number, step, and what differs."""
    texts = {
        BreakKind.CHANGED: _("{place}: changed, it does not have the hash it was recorded with."),
        BreakKind.UNCHAINED: _("{place}: not chained to the step before it."),
        BreakKind.GAP: _("{place}: missing, though later steps are there."),
        BreakKind.ORDER: _("{place}: the numbers of the steps are out of order."),
        BreakKind.TIME: _("{place}: recorded before the step before it."),
        BreakKind.TAIL: _("{place}: the log ends here, its row says otherwise: the end was removed "
                          "or the row changed."),
        BreakKind.NO_LOG: _("{place}: the whole log is missing."),
        BreakKind.NO_ROW: _("{place}: the log is there, what it belongs to was removed."),
    }  # fmt: skip
    place = place_of(one.book, one.subject, one.number)
    return AuditFinding(f"{one.book}_{one.kind}", texts[one.kind].format(place=place))


def difference_finding(day: str, found: Difference) -> AuditFinding:
    """The first thing that differs in a closed day."""
    assert found.kind is not None and found.entry is not None
    texts = {
        DiffKind.CHANGED: _("{day}: {place} was changed after the day was closed."),
        DiffKind.REMOVED: _("{day}: {place} was removed after the day was closed."),
        DiffKind.INSERTED: _("{day}: {place} was inserted after the day was closed."),
        DiffKind.CASE_REMOVED: _("{day}: case {number} was removed with its whole log."),
    }
    entry = found.entry
    text = texts[found.kind].format(
        day=day, place=place_of(*entry.key), number=entry.subject
    )
    return AuditFinding(f"day_{found.kind}", text)
