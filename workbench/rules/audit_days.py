"""The audit days: what is signed at the end of each day, and how such a record is written.

Each local day has a record: the Merkle root over everything recorded that day, totals, the hash of
the record before. The audit administrator signs its text with his own key; the same record stands
in an anchor file outside the database (decision 016). Pure records and texts; the store walks the
log, ``casework.audit`` closes days, ``casework.audit_verify`` judges (S084, R90); what can be found
stands in ``rules.audit_findings``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from workbench.rules.events import canonical, sha256_text
from workbench.rules.merkle import leaf_hash
from workbench.rules.moment import DAY, HOUR, MINUTE, Moment, at_local, to_local
from workbench.rules.refusals import Refusal
from workbench.rules.working_days import Calendar

FORM: Final = "oneseal-audit-day/1"
FIRST_PREV: Final = sha256_text(FORM)
"""What the record of the first day is chained to."""
KEY_ADDED: Final = "audit_key_added"
"""The act of the audit line that files a new key; its detail is the fingerprint."""
SETTLED: Final = 10 * MINUTE
"""A day can be closed so long after its end: whatever was begun before midnight is written then."""
LATE_AFTER: Final = 2
"""A day that is open for more working days than this shows red."""
ONE_DAY: Final = timedelta(days=1)
_LOCAL_US: Final = 8 * HOUR
_FIRST: Final = date(1970, 1, 1).toordinal()


class Book(StrEnum):
    """The three logs of a centre."""

    EVENT = "event"
    LEDGER = "ledger"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf: ``subject`` is the case number, the serial of a press, or empty; ``number`` its
    step, or the number of an audit line; ``hash`` the chained hash, or that of the line's text."""

    book: Book
    subject: str
    number: int
    hash: str

    def leaf(self) -> bytes:
        """The leaf's hash: :func:`leaf_hash` over the four fields, a line each."""
        return leaf_hash(f"{self.book}\n{self.subject}\n{self.number}\n{self.hash}".encode())

    @property
    def key(self) -> tuple[Book, str, int]:
        """What the entry is, without what it says."""
        return self.book, self.subject, self.number


def line_hash(number: int, at: Moment, actor: str, act: str, detail: str) -> str:
    """SHA-256 over the canonical text of an audit line, which has no chain of its own."""
    return sha256_text(canonical([number, at, actor, act, detail]))


# -- days ------------------------------------------------------------------------------------------


def day_number(at: Moment) -> int:
    """The local day of a moment as days since 1970-01-01."""
    return (at + _LOCAL_US) // DAY


def day_of(number: int) -> date:
    """The date of that day number; what lies outside all dates is at their first or last one."""
    return date.fromordinal(min(max(int(number) + _FIRST, 1), date.max.toordinal()))


def bounds(day: date) -> tuple[Moment, Moment]:
    """The moments ``[low, high)`` of that local day."""
    return at_local(day), at_local(day + ONE_DAY)


def open_days(following: date | None, now: Moment) -> tuple[date, ...]:
    """Every day that can be closed now, from the one that follows the last closed day."""
    last = to_local(now - SETTLED).date() - ONE_DAY
    count = (last - following).days + 1 if following is not None else 0
    return tuple(following + ONE_DAY * step for step in range(count)) if following else ()


def is_late(day: date, now: Moment, calendar: Calendar) -> bool:
    """Whether the day has been open for more than two working days."""
    today = to_local(now).date()
    try:
        return calendar.working_days_between(day, today) > LATE_AFTER
    except Refusal:
        # Beyond the calendar weekends are not known; five days hold at least three of work.
        return (today - day).days > 2 * LATE_AFTER


# -- records ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """What the log says of one day. ``cases``: registered on that day."""

    root: str
    events: int = 0
    steps: int = 0
    lines: int = 0
    cases: int = 0

    @property
    def entries(self) -> int:
        """How many leaves."""
        return self.events + self.steps + self.lines


@dataclass(frozen=True, slots=True)
class DayRecord:
    """What is signed. ``cases``: registered up to the end of that day, since the centre began."""

    day: date
    root: str
    events: int
    steps: int
    lines: int
    cases: int
    prev: str
    closed_at: Moment
    closed_by: str
    key: str

    def text(self) -> str:
        """The canonical text: what is hashed, signed, stored and anchored, verbatim."""
        return canonical({
            "form": FORM, "day": self.day.isoformat(), "root": self.root, "events": self.events,
            "steps": self.steps, "lines": self.lines, "cases": self.cases, "prev": self.prev,
            "closed_at": self.closed_at, "closed_by": self.closed_by, "key": self.key,
        })  # fmt: skip


def record_of(text: str) -> DayRecord | None:
    """The record that the text says, or ``None`` where it is none of ours."""
    try:
        said = json.loads(text)
        made = DayRecord(
            date.fromisoformat(said["day"]), said["root"], said["events"], said["steps"],
            said["lines"], said["cases"], said["prev"], said["closed_at"], said["closed_by"],
            said["key"],
        )  # fmt: skip
        return made if made.text() == text else None
    except (ValueError, TypeError, KeyError):
        return None


@dataclass(frozen=True, slots=True)
class SignedDay:
    """A closed day as it stands in a database or an anchor. All texts, so that each can be wrong.

    ``hash`` is SHA-256 of ``record``; ``signature`` Ed25519 over its UTF-8 bytes, 128 hex digits;
    ``public_key`` 64 hex digits.
    """

    day: str
    record: str
    hash: str
    signature: str
    public_key: str

    def fits_itself(self) -> bool:
        """Whether record, day, hash and key say the same; the signature is another question."""
        said = record_of(self.record)
        return said is not None and (said.day.isoformat(), sha256_text(self.record), said.key) == (
            self.day, self.hash, fingerprint(self.public_key)
        )  # fmt: skip

    def anchor_line(self) -> str:
        """One line of an anchor file, without its end. It proves itself: nothing else is needed."""
        said = record_of(self.record)
        return canonical({
            "day": self.day, "root": said.root if said else "", "hash": self.hash,
            "signature": self.signature, "key": fingerprint(self.public_key),
            "public_key": self.public_key, "record": self.record,
        })  # fmt: skip


def anchored(line: str) -> SignedDay | None:
    """The closed day of an anchor's line, or ``None`` where the line does not fit itself."""
    try:
        said: Mapping[str, Any] = json.loads(line)
        made = SignedDay(
            said["day"], said["record"], said["hash"], said["signature"], said["public_key"]
        )
        return made if made.fits_itself() and made.anchor_line() == line else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def fingerprint(public_key: str) -> str:
    """SHA-256 over the bytes of a public key given in hex: how a key is named; empty for no hex."""
    try:
        return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()
    except ValueError:
        return ""


def short_print(named: str) -> str:
    """A fingerprint for people: the first sixteen digits in groups of four."""
    return " ".join(named[place : place + 4] for place in range(0, 16, 4))


@dataclass(frozen=True, slots=True)
class AuditKey:
    """A public key in the centre's register. ``filed``: an audit line tells of its registration."""

    login: str
    public_key: str
    fingerprint: str
    valid_from: Moment
    revoked_at: Moment | None = None
    filed: bool = True

    def in_force(self, at: Moment) -> bool:
        """Whether it may sign at that moment."""
        return self.valid_from <= at and (self.revoked_at is None or at < self.revoked_at)


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day that can be closed; ``late`` shows red."""

    day: date
    late: bool


@dataclass(frozen=True, slots=True)
class AuditStanding:
    """How the days of a centre stand, for its audit administrator. ``closed``: newest first."""

    open_days: tuple[OpenDay, ...]
    closed: tuple[SignedDay, ...]
    key: AuditKey | None
    """His own key in force."""
