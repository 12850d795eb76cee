"""The facts of ``rules.facts_assent`` as SQL: own requests, and departments that disagree.

Called by ``facts_sql``, which holds the table of all facts.
"""

from __future__ import annotations

from sqlalchemy import and_, exists, select

from workbench.rules.case import OPEN_TASK_STATES, TaskKind
from workbench.rules.facts_assent import DISAGREED
from workbench.store.facts_people_sql import Asker, Truth
from workbench.store.tables import case_file, task

C, T = case_file.c, task.c


def asked_by_me(a: Asker, arg: str) -> Truth:
    mine = and_(T.login.is_not(None), T.login == a.who)
    still = T.state.in_(OPEN_TASK_STATES)
    return C.case_id.in_(select(T.case_id).where(T.kind == TaskKind(arg).value, still, mine))


def department_disagrees(a: Asker, arg: str) -> Truth:
    later = task.alias()
    answered_again = exists(
        select(1)
        .where(
            later.c.case_id == T.case_id, later.c.kind == T.kind,
            later.c.department == T.department, later.c.no > T.no,
        )
        .correlate(task)
    )  # fmt: skip
    against = select(T.case_id).where(
        T.kind == TaskKind.OPINION.value, T.state == DISAGREED, ~answered_again
    )
    return C.case_id.in_(against)
