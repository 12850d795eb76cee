"""Changes of a seal's state in the store: judged, written and filed in one transaction (R57).

The history stands in the append-only audit lines of the centre. Called through a session.
"""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import select, update

from workbench.rules.events import canonical
from workbench.rules.refusal_texts import refusal
from workbench.rules.seal_custody import Seal, SealStatus
from workbench.rules.seal_states import (
    MAY_RESUME,
    MAY_SUSPEND,
    SealChange,
    resumed,
    status_word,
    suspended,
    twin_in_use,
)
from workbench.store import tables
from workbench.store.engine import Unit
from workbench.store.seal_queues import seals
from workbench.store.seat import Seat
from workbench.store.tables import audit_line

SUSPENDED, RESUMED = "seal_suspended", "seal_resumed"


class SealStatesOf(Seat):
    """The register of seals as those see it who answer for a seal."""

    def change_seal_state(self, seal_id: str, *, resume: bool, reason: str) -> SealChange:
        """Suspend or resume. Refusal ``not_your_role``, ``seal_unknown``, ``seal_not_in_use``,
        ``seal_not_suspended``, ``seal_twin``."""
        with self._work.write() as unit:
            self._need_role(unit, MAY_RESUME if resume else MAY_SUSPEND)
            found = _seal(unit, seal_id)
            after = _after(unit, found, resume)
            change = SealChange(seal_id, found.status, after, self.login, unit.now, reason)
            table = tables.seal
            unit.sql.execute(
                update(table).where(table.c.seal_id == seal_id).values(status=after.value)
            )
            self._audit(unit, RESUMED if resume else SUSPENDED, _detail(change))
            return change

    def seal_changes(self, seal_id: str) -> tuple[SealChange, ...]:
        """Every filed change of that seal's state, oldest first."""
        with self._work.read() as unit:
            return _changes(unit, seal_id)


def _seal(unit: Unit, seal_id: str) -> Seal:
    for one in seals(unit):
        if one.seal_id == seal_id:
            return one
    raise refusal("seal_unknown", seal_id=seal_id)


def _after(unit: Unit, found: Seal, resume: bool) -> SealStatus:
    state = status_word(found.status)
    if not resume:
        after = suspended(found.status)
        if after is None:
            raise refusal("seal_not_in_use", state=state)
        return after
    after = resumed(found.status, _changes(unit, found.seal_id))
    if after is None:
        raise refusal("seal_not_suspended", state=state)
    twin = twin_in_use(replace(found, status=after), seals(unit))
    if after is SealStatus.ACTIVE and twin is not None:
        raise refusal("seal_twin", other=twin.seal_id)
    return after


def _detail(change: SealChange) -> str:
    return canonical({
        "seal_id": change.seal_id, "before": change.before.value, "after": change.after.value,
        "reason": change.reason,
    })  # fmt: skip


def _changes(unit: Unit, seal_id: str) -> tuple[SealChange, ...]:
    a = audit_line.c
    filed = select(audit_line).where(a.act.in_((SUSPENDED, RESUMED))).order_by(a.audit_id)
    found = []
    for row in unit.sql.execute(filed):
        detail = json.loads(row.detail)
        if detail["seal_id"] == seal_id:
            before, after = SealStatus(detail["before"]), SealStatus(detail["after"])
            change = SealChange(seal_id, before, after, row.actor, row.at, detail["reason"])
            found.append(change)
    return tuple(found)
