"""Reading the register of use page by page, in the store lane; and all of it, for paper and CSV.

Long reading is cut into short turns of the store lane, tells how far it is and can be called off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, Protocol, TypeVar

from workbench.casework.ports import Session
from workbench.rules.seal_balance import LEDGER_PAGE, LedgerAsk, LedgerPage
from workbench.rules.seal_custody import LedgerLine
from workbench.shell.lane_thread import checkpoint

T = TypeVar("T")
SERIAL_DIGITS: Final = 7
"""A number this short is a serial; numbers of cases and documents are longer."""


class InStore(Protocol):
    """``Lanes.in_store``: do this in the store lane and wait for it."""

    def __call__(self, work: Callable[[], T]) -> T: ...


def read_page(session: Session, ask: LedgerAsk, wanted: int = LEDGER_PAGE) -> LedgerPage:
    """At least that many lines, as far as there are; a serial is found by its number too."""
    page = session.ledger_page(ask)
    lines = list(page.lines)
    while page.more and len(lines) < wanted:
        page = replace(session.ledger_page(replace(ask, before=lines[-1].serial)),
                       total=page.total)  # fmt: skip
        lines += page.lines
    if ask.text.isdigit() and len(ask.text) <= SERIAL_DIGITS and ask.before is None:
        lines = _serial_first(session, ask, lines)
    return LedgerPage(tuple(lines), max(page.total, len(lines)), page.more)


def _serial_first(session: Session, ask: LedgerAsk, lines: list[LedgerLine]) -> list[LedgerLine]:
    """The line of that very serial on top of those whose numbers hold the digits."""
    serial = int(ask.text)
    found = session.ledger_page(replace(ask, text="", before=serial + 1, count=1)).lines
    first = [one for one in found if one.serial == serial]
    return [*first, *(one for one in lines if one not in first)]


def read_all(session: Session, ask: LedgerAsk, in_store: InStore) -> tuple[LedgerLine, ...]:
    """In *errands*: every line of the question, oldest first, as a paper register is written."""
    lines: list[LedgerLine] = []
    page = in_store(lambda: session.ledger_page(ask))
    lines += page.lines
    total = page.total
    while page.more:
        checkpoint(len(lines), total)
        page = in_store(partial(session.ledger_page, replace(ask, before=lines[-1].serial)))
        lines += page.lines
    return tuple(reversed(lines))
