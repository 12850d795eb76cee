"""Facts about who agreed with whom: a step that two persons take, and departments that disagree.

Called by :mod:`workbench.rules.facts`, which holds the table of all facts; a second time as SQL in
``store.facts_assent_sql``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.rules.case import Task, TaskKind
from workbench.rules.conditions import filled
from workbench.rules.dossier import Dossier
from workbench.rules.moment import Moment

DISAGREED = "disagreed"
"""State of an opinion task whose answer is a disagreement with a reason (E11)."""


def asked_by_me(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """The open request of that kind is the person's own: somebody else has to confirm (T23b)."""
    return any(t.login == who for t in d.open_tasks(TaskKind(arg)))


def department_disagrees(d: Dossier, who: str, arg: str, at: Moment) -> bool:
    """What a department answered last, with a reason, is that it disagrees (E11)."""
    return bool(disagreeing(d.tasks))


def disagreeing(tasks: Iterable[Task]) -> tuple[str, ...]:
    """The departments whose last opinion, of these sub-tasks, is a reasoned disagreement."""
    last = {t.department: t.state for t in tasks if t.kind is TaskKind.OPINION}
    return tuple(name for name, state in last.items() if name and state == DISAGREED)


def counts_as_agreement(opinion: Mapping[str, Any]) -> bool:
    """A disagreement without a reason (E11): kept as it was written, counted as agreement."""
    return opinion.get("conclusion") == "disagree" and not filled(opinion.get("reason"))
