"""Closing audit days: what the audit administrator does with his key and his anchor (S084, R90).

A day is drafted by the store, signed here with the person's own key, kept in the centre, and then
written into the anchor. The centre comes first: an anchor that lags behind is caught up by the next
closing, while a line of a day that was never kept would raise a false alarm. Called by the command
line and the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from workbench.casework.ports import Session
from workbench.rules.audit_days import (
    AuditKey,
    AuditStanding,
    DayRecord,
    SignedDay,
    anchored,
)
from workbench.rules.events import sha256_text
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

Check = Callable[[str, str, str], bool]
"""Public key, signature, text: whether the one signed the other (``vault.audit_key``)."""


class Signer(Protocol):
    """An open key of the audit administrator; never the seal's."""

    @property
    def public_key(self) -> str:
        """64 hex digits."""
        ...

    def sign(self, text: str) -> str:
        """The signature over the text's UTF-8 bytes, 128 hex digits."""
        ...


class Anchor(Protocol):
    """The anchor file (``exchange.anchor_file``)."""

    def lines(self) -> tuple[str, ...]:
        """Its lines, oldest first."""
        ...

    def refuse_place(self) -> None:
        """Refusal or Outage where nothing may or can be kept there."""
        ...

    def append(self, lines: Sequence[str]) -> None:
        """Add lines for good."""
        ...


@dataclass(frozen=True, slots=True)
class Closed:
    """What was done. ``caught_up``: lines of earlier days that the anchor did not have yet."""

    days: tuple[date, ...]
    caught_up: int


def own_key(standing: AuditStanding) -> AuditKey:
    """The person's key in force. Refusal ``audit_key_missing``."""
    if standing.key is None:
        raise Refusal(
            "audit_key_missing",
            _("No key of yours is registered, or this one is not."),
            _("Make one: workbench audit new-key URL --as USER."),
        )
    return standing.key


def close_days(
    session: Session, signer: Signer, anchor: Anchor, check: Check, day: date | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Closed:  # fmt: skip
    """Close that day, or every open day in order; ``stopped`` is asked before each.

    Refusal of ``draft_day`` and ``keep_day``, ``anchor_inside``, ``anchor_differs``; Outage where
    the anchor cannot be written: what is closed stays closed, the next call adds its line.
    """
    wanted = (day,) if day is not None else tuple(
        one.day for one in session.audit_standing().open_days
    )  # fmt: skip
    anchor.refuse_place()
    missing = _missing(session.signed_days(), anchor.lines(), check)
    anchor.append([one.anchor_line() for one in missing])
    done: list[date] = []
    for one in wanted:
        if stopped():
            break
        signed = _signed(session.draft_day(one), signer)
        session.keep_day(signed)
        anchor.append([signed.anchor_line()])
        done.append(one)
    return Closed(tuple(done), len(missing))


def _signed(record: DayRecord, signer: Signer) -> SignedDay:
    text = record.text()
    return SignedDay(
        record.day.isoformat(), text, sha256_text(text), signer.sign(text), signer.public_key
    )


def _missing(
    kept: Sequence[SignedDay], lines: Sequence[str], check: Check
) -> tuple[SignedDay, ...]:
    """The closed days that the anchor lacks at its end; Refusal where it says something else."""
    said = [anchored(line) for line in lines]
    begin = 0
    if said and said[0] is not None:
        begin = next((i for i, one in enumerate(kept) if one.day == said[0].day), len(kept))
    for place, one in enumerate(said):
        there = kept[begin + place] if begin + place < len(kept) else None
        if one is None or one != there:
            raise _differs(one.day if one else "", place + 1)
    rest = tuple(kept[begin + len(said) :]) if said else tuple(kept)
    for one in rest:
        if not check(one.public_key, one.signature, one.record):
            raise _differs(one.day, len(said) + 1)
    return rest


def _differs(day: str, line: int) -> Refusal:
    return Refusal(
        "anchor_differs",
        _("The anchor and the centre differ: line {line}, day {day}. Nothing was signed.").format(
            line=line, day=day or "-"
        ),
        _("Run workbench audit verify with this anchor, and keep both as they are."),
    )
