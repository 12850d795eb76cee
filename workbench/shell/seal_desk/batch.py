"""A batch: documents chosen from the queue, confirmed one by one, and what became of each.

No Qt and no clock: the order, what comes next, and the summary. An immediate case that comes in
meanwhile is next after the document in hand, and the batch goes on behind it (domain 3.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workbench.rules.case_view import SealTask
from workbench.rules.refusals import Refusal, Trouble
from workbench.rules.seal_custody import MOST_IN_A_BATCH
from workbench.rules.words import pick


class End(StrEnum):
    """How a document of the batch ended."""

    SEALED = "sealed"
    RETURNED = "returned"
    SKIPPED = "skipped"
    FAILED = "failed"
    LEFT = "left"


OF_ONE_DOCUMENT: Final = frozenset(
    {"seal_wrong_kind", "seal_wrong_organ", "seal_active_for_legacy", "seal_choice_needed",
     "sealed_file_faulty"}
)  # fmt: skip
"""Troubles that lie with the document alone, whatever they look like."""
OF_THE_DESK: Final = ("seal_", "token_", "key_", "not_on_custody_shift", "no_custody_shift",
                      "not_your_role")  # fmt: skip
"""Refusals that begin like this hold for the next document as well: they end the batch, and their
remedy is shown. So does every outage and every fault of ours."""
ASKS_AGAIN: Final = frozenset({"wrong_pin", "pin_again", "pin_needed_again", "pin_each_time"})
"""The document stays in hand and the PIN is asked for once more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the summary. ``why`` in words; ``serial`` 0 where nothing was sealed."""

    document_id: str
    document_no: str
    title: str
    end: End
    why: str = ""
    serial: int = 0


class Batch:
    """See the module. At most fifty begin; immediate cases that come in are on top of those."""

    def __init__(self, tasks: Sequence[SealTask], queue: Iterable[SealTask] = ()) -> None:
        self._waiting: list[SealTask] = list(tasks[:MOST_IN_A_BATCH])
        self._known = {one.document_id for one in (*tasks, *queue)}
        self.outcomes: list[Outcome] = []
        self.current: SealTask | None = None
        self.go_on()

    @property
    def total(self) -> int:
        """How many documents it has now."""
        return len(self.outcomes) + len(self._waiting) + (self.current is not None)

    @property
    def place(self) -> int:
        """Which of them is in hand, counted from 1."""
        return len(self.outcomes) + (self.current is not None)

    def count(self, end: End) -> int:
        """How many ended that way."""
        return sum(one.end is end for one in self.outcomes)

    def hear(self, queue: Iterable[SealTask]) -> tuple[SealTask, ...]:
        """What the queue holds now: new immediate cases come next. Returns those."""
        new = [one for one in queue if one.document_id not in self._known]
        self._known.update(one.document_id for one in new)
        urgent = [one for one in new if one.case.immediate]
        self._waiting[:0] = urgent
        return tuple(urgent)

    def note(self, end: End, why: str = "", serial: int = 0) -> SealTask | None:
        """What became of the document in hand; the next one, or ``None`` at the end."""
        if self.current is not None:
            self.outcomes.append(_outcome(self.current, end, why, serial))
        return self.go_on()

    def go_on(self) -> SealTask | None:
        """Take the next document in hand."""
        self.current = self._waiting.pop(0) if self._waiting else None
        return self.current

    def stop(self, why: str = "") -> tuple[Outcome, ...]:
        """End it here: what was not reached is named; the document in hand is one of them."""
        rest = [self.current] if self.current is not None else []
        self.outcomes += [_outcome(one, End.LEFT, why, 0) for one in (*rest, *self._waiting)]
        self.current, self._waiting = None, []
        return tuple(self.outcomes)


def _outcome(task: SealTask, end: End, why: str, serial: int) -> Outcome:
    title = pick(task.title_zh, task.title_en)
    return Outcome(task.document_id, task.document_no, title, end, why, serial)


def is_of_one_document(trouble: Trouble) -> bool:
    """Whether the batch notes this trouble and goes on with the next document."""
    if trouble.code in OF_ONE_DOCUMENT:
        return True
    return isinstance(trouble, Refusal) and not trouble.code.startswith(OF_THE_DESK)
