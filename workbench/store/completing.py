"""What a step is asked before the store completes it: T11 and E18, where the store itself adds the
number, the papers and the lists that the step carries.

Whom the step does not concern learns nothing of items and departments from the answer: the judge
answers him. Called by ``transferring`` and ``item_changes``; on a server ``wb.may_begin``.
"""

from __future__ import annotations

from workbench.rules.case import Case
from workbench.rules.facts import Answers
from workbench.rules.judge import why_not
from workbench.rules.visibility import visible_parts
from workbench.store import case_rows, dossiers
from workbench.store.engine import Unit
from workbench.store.moves import Books, refuse_clock_back, settle
from workbench.store.tables import event


def open_to(unit: Unit, books: Books, case_id: int, who: str, move: str) -> Case | None:
    """The case as time has left it, where nothing but its own content stands against the step.
    Refusal ``clock_back``."""
    case = case_rows.case_now(unit, case_id)
    if case is None:
        return None
    refuse_clock_back(unit, event.c.case_id == case_id)
    case = settle(unit, books, case)
    dossier = dossiers.current(unit, books.shelf, case, (who,))
    seen = visible_parts(Answers(dossier, who, unit.now))
    return case if seen and why_not(dossier, who, move, unit.now) is None else None
