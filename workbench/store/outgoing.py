"""Keeping what a step tells the outside, in the step's own transaction (S005).

Called by ``moves.record``, so that a crash leaves both the step and its messages, or neither.
"""

from __future__ import annotations

from sqlalchemy import insert

from workbench.rules.case import Case
from workbench.rules.dossier import Dossier
from workbench.rules.events import Event, canonical, sha256_text
from workbench.rules.flow_words import SYSTEM
from workbench.rules.outside import Happened, messages
from workbench.store.carry_out import Doing
from workbench.store.tables import exchange_outbox

WAITING, SENT = "waiting", "sent"


def keep(doing: Doing, after: Case, done: Event) -> None:
    """Put the messages of this step into the outbox; whether a slot is on is asked later."""
    dossier = doing.dossier
    step = Happened(
        dossier.case if dossier.steps else None, after, dossier.tasks, tuple(doing.tasks),
        frozenset(one.kind for one in dossier.steps), done, _roles(dossier, doing), doing.move,
    )  # fmt: skip
    found = [
        {"slot": slot, "case_id": after.case_id, "seq": done.seq, "body": canonical(body),
         "sha256": sha256_text(canonical(body)), "state": WAITING, "tries": 0,
         "made_at": done.recorded_at}
        for slot, body in messages(step)
    ]  # fmt: skip
    if found:
        doing.sql.execute(insert(exchange_outbox), found)


def _roles(dossier: Dossier, doing: Doing) -> tuple[str, ...]:
    """What the actor was at that moment; never who."""
    if doing.actor == SYSTEM:
        return (SYSTEM,)
    at = doing.effective_at
    mine = {
        one.role.value
        for one in dossier.memberships
        if one.login == doing.actor and one.valid_from <= at < one.valid_to
    }
    return tuple(sorted(mine))


