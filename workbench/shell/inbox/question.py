"""What the inbox asks for: group, order, filter, number, or certain cases; and its chips.

Held by the screen; every change of it ends in one question to the centre.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial

from workbench.rules.case_view import NO_FILTER, WorklistFilter, WorklistQuery
from workbench.rules.words import _
from workbench.shell.inbox.chips import Chip
from workbench.shell.inbox.filter_words import FIELDS, Choices, chip_text, without
from workbench.shell.workplace import Workplace


class Picked(Enum):
    """Why the list shows certain cases alone."""

    NEWS = "news"
    LOOK_UP = "look-up"


@dataclass(frozen=True, slots=True)
class Question:
    """``cases`` are shown alone where they are given: new ones, or those of an applicant."""

    filter: WorklistFilter = NO_FILTER
    cases: tuple[int, ...] | None = None
    picked: Picked | None = None
    more: bool = False
    """Whether the look-up found more than are shown."""

    def query(self, plain: WorklistQuery) -> WorklistQuery:
        """The question to the centre; ``plain`` has group, order and text."""
        return replace(plain, filter=self.filter, cases=self.cases)

    def pick(self, cases: tuple[int, ...], why: Picked, more: bool = False) -> Question:
        """These cases alone; the filter would hide some of them."""
        return Question(NO_FILTER, cases, why, more)

    def all_cases(self) -> Question:
        """No certain ones any more."""
        return replace(self, cases=None, picked=None, more=False)

    def chips(
        self, work: Workplace, known: Choices | None, change: Callable[[Question], None]
    ) -> list[Chip]:
        """A chip for everything that narrows the list."""
        chips = []
        if self.cases is not None:
            chips.append(Chip(self._picked_text(), partial(change, self.all_cases())))
        for field in FIELDS:
            text = chip_text(work, self.filter, field, known)
            if text:
                left = replace(self, filter=without(self.filter, field))
                chips.append(Chip(text, partial(change, left)))
        return chips

    def _picked_text(self) -> str:
        count = len(self.cases or ())
        if self.picked is Picked.NEWS:
            return _("New cases: {count}").format(count=count)
        if self.more:
            return _("Looked-up applicant: the newest {count} cases").format(count=count)
        return _("Looked-up applicant: {count}").format(count=count)
