"""Reading the register of use page by page, in the store lane; and all of it, for paper and CSV.

Long reading is cut into short turns of the store lane, tells how far it is and can be called off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol, TypeVar

from workbench.casework.ports import Session
from workbench.rules.case import Part
from workbench.rules.seal_balance import LEDGER_PAGE, LedgerAsk, LedgerPage
from workbench.rules.seal_custody import LedgerLine
from workbench.rules.words import pick
from workbench.shell.lane_thread import checkpoint

T = TypeVar("T")
CASES_A_TURN: Final = 20
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


@dataclass(frozen=True, slots=True)
class UseLine:
    """One line for paper: with the document's title and who decided, where the person sees it."""

    line: LedgerLine
    title: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What a case adds to its lines: who decided, and the titles of its documents by number."""

    approver: str = ""
    titles: dict[str, str] = field(default_factory=dict)


def read_all(session: Session, ask: LedgerAsk, in_store: InStore) -> tuple[UseLine, ...]:
    """In *errands*: every line of the question, oldest first, as a paper register is written."""
    lines: list[LedgerLine] = []
    page = in_store(lambda: session.ledger_page(ask))
    total = page.total
    lines += page.lines
    while page.more:
        checkpoint(len(lines), 2 * total)
        before = replace(ask, before=lines[-1].serial)
        page = in_store(partial(session.ledger_page, before))
        lines += page.lines
    cases = _cases(session, lines, in_store)
    return tuple(_use(line, cases.get(line.case_no)) for line in reversed(lines))


def _cases(
    session: Session, lines: list[LedgerLine], in_store: InStore
) -> dict[str, CaseWords]:
    numbers = sorted({line.case_no for line in lines})
    known: dict[str, CaseWords] = {}
    for first in range(0, len(numbers), CASES_A_TURN):
        checkpoint(len(numbers) + first, 2 * len(numbers))
        turn = numbers[first : first + CASES_A_TURN]
        known |= in_store(partial(_all_words, session, turn))
    return known


def _all_words(session: Session, numbers: list[str]) -> dict[str, CaseWords]:
    return {number: _words(session, number) for number in numbers}


def _words(session: Session, case_no: str) -> CaseWords:
    """Nothing where the person does not see the case any more: the serial stands all the same."""
    view = session.case_view(case_no)
    if view is None:
        return CaseWords()
    titles = {
        str(one.body.get("document_no", "")): pick(
            str(one.body.get("title_zh", "")), str(one.body.get("title_en", ""))
        )
        for one in view.of(Part.DOCUMENT, "document")
    }
    return CaseWords(view.case.decided_by or "", titles)


def _use(line: LedgerLine, known: CaseWords | None) -> UseLine:
    if known is None:
        return UseLine(line)
    return UseLine(line, known.titles.get(line.document_id.rpartition("/")[2], ""), known.approver)
