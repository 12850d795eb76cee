"""Changes of a seal in the store: asked for, confirmed by another, carried out, filed (R55, R57).

One transaction judges, writes and files; the history of a seal is append-only. The partial unique
indexes have the last word where two people are at it at once. Called through a session.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.rules.events import canonical
from workbench.rules.refusal_texts import refusal
from workbench.rules.seal_custody import Seal, SealStatus
from workbench.rules.seal_list import ListedSeal
from workbench.rules.seal_states import (
    STEPS,
    AskState,
    SealChange,
    SealMode,
    SealStep,
    SealStepAsked,
    after_step,
    form_fault,
    status_word,
    step_word,
    twin_in_use,
)
from workbench.store.engine import Unit
from workbench.store.seal_files import modes
from workbench.store.seal_queues import seal_of, seals
from workbench.store.seal_step_effects import (
    asked_with_certificate,
    carry_out,
    entry_form,
    file_certificate,
    judge,
    need_certificate,
)
from workbench.store.seat import Seat
from workbench.store.seeding import add_seal
from workbench.store.tables_seal import seal, seal_change

C: Final = seal_change.c


class SealStatesOf(Seat):
    """The register of seals as those see it who answer for a seal."""

    def enter_seal(self, made: Seal, reason: str, pem: str = "") -> SealChange:
        """A seal that has been made comes into the register; nobody presses it yet."""
        asked = SealStepAsked("enter", reason, (), entry_form(pem))
        with self._work.write() as unit:
            return self._enter(unit, made, asked)

    def import_seals(self, listed: Sequence[ListedSeal], reason: str) -> tuple[SealChange, ...]:
        """The seals of a list, all or none; those in use wait for the second person (R55)."""
        made: list[SealChange] = []
        with self._work.write() as unit:
            for one in listed:
                away = one.seal.status is SealStatus.SEALED_AWAY
                code = "enter_sealed_away" if away else "enter"
                asked = SealStepAsked(code, reason, one.witnesses, dict(one.form))
                made.append(self._enter(unit, one.seal, asked))
            step = STEPS["activate"]
            for one in listed:
                if one.seal.status is SealStatus.ACTIVE:
                    found = seal_of(unit, one.seal.seal_id)
                    asked = SealStepAsked("activate", reason)
                    after = _after(unit, step, found)
                    made.append(
                        self._file(unit, found.seal_id, step, asked, found.status, after)
                    )
        return tuple(made)

    def _enter(self, unit: Unit, made: Seal, asked: SealStepAsked) -> SealChange:
        step = STEPS[asked.step]
        self._need_role(unit, step.may_ask)
        self._need_form(step, asked)
        if any(one.seal_id == made.seal_id for one in seals(unit)):
            raise refusal("seal_entered", seal_id=made.seal_id)
        # Whether it is the organ's only one, the register says, not who enters it (S166).
        sole = modes(unit).get(made.organ_name, SealMode.ONE_SEAL) is SealMode.ONE_SEAL
        status = step.after or SealStatus.MADE
        add_seal(unit, replace(made, status=status, sole=sole))
        if "pem" in asked.form:
            filed = file_certificate(unit, need_certificate(unit, made.seal_id, asked.form))
            unit.sql.execute(update(seal).where(seal.c.seal_id == made.seal_id).values(filed))
        return self._file(unit, made.seal_id, step, asked, status, status)

    def ask_seal_change(self, seal_id: str, asked: SealStepAsked) -> SealChange:
        """Carried out at once where one person is enough, else waiting for another's answer."""
        step, asked = STEPS.get(asked.step), asked_with_certificate(asked)
        with self._work.write() as unit:
            if step is None or not step.before:
                raise refusal("seal_step_unknown", step=asked.step)
            self._need_role(unit, step.may_ask)
            self._need_form(step, asked)
            found = seal_of(unit, seal_id)
            after = _after(unit, step, found)
            judge(unit, found, step, asked.form)
            if not step.may_confirm:
                carry_out(unit, found, step, asked.form, after, self.login, self.login)
            try:
                return self._file(unit, seal_id, step, asked, found.status, after)
            except IntegrityError as taken:
                raise refusal("seal_change_open", seal_id=seal_id) from taken

    def decide_seal_change(self, change_id: int, *, confirm: bool, reason: str) -> SealChange:
        """The second person's answer. He is never the first, nor one of the witnesses (R55)."""
        with self._work.write() as unit:
            change = self._open(unit, change_id)
            step = STEPS[change.step]
            self._need_role(unit, step.may_confirm)
            if self.login == change.actor or self.login in change.witnesses:
                raise refusal("seal_second_person")
            if not confirm:
                return self._answer(unit, change, AskState.DECLINED, _need_reason(reason))
            found = seal_of(unit, change.seal_id)
            after = _after(unit, step, found)
            carry_out(unit, found, step, change.form, after, change.actor, self.login)
            fresh = replace(change, before=found.status, after=after)
            return self._answer(unit, fresh, AskState.DONE, reason)

    def withdraw_seal_change(self, change_id: int) -> SealChange:
        """What one asked for and nobody has answered yet."""
        with self._work.write() as unit:
            change = self._open(unit, change_id)
            if change.actor != self.login:
                raise refusal("seal_change_not_yours")
            return self._answer(unit, change, AskState.WITHDRAWN, "")

    def seal_changes(self, seal_id: str) -> tuple[SealChange, ...]:
        """Every filed change of that seal, oldest first."""
        with self._work.read() as unit:
            return changes(unit, C.seal_id == seal_id)

    def open_seal_changes(self) -> tuple[SealChange, ...]:
        """What waits for a second person, oldest first."""
        with self._work.read() as unit:
            return changes(unit, C.state == AskState.ASKED.value)

    def _need_form(self, step: SealStep, asked: SealStepAsked) -> None:
        fault = form_fault(step, asked, self.login)
        if fault is not None:
            raise refusal(fault)

    def _file(
        self, unit: Unit, seal_id: str, step: SealStep, asked: SealStepAsked, before: SealStatus,
        after: SealStatus,
    ) -> SealChange:  # fmt: skip
        done = not step.may_confirm
        change = SealChange(
            seal_id, before, after, self.login, unit.now, asked.reason.strip(), step.code, 0,
            AskState.DONE if done else AskState.ASKED, self.login if done else "",
            unit.now if done else None, tuple(asked.witnesses), dict(asked.form),
        )  # fmt: skip
        made = unit.sql.execute(insert(seal_change).values(_values(change))).inserted_primary_key
        assert made is not None
        self._audit(unit, f"seal_{step.code}_{change.state.value}", _detail(change))
        return replace(change, change_id=int(made[0]))

    def _open(self, unit: Unit, change_id: int) -> SealChange:
        found = changes(unit, C.change_id == change_id)
        if not found or found[0].state is not AskState.ASKED:
            raise refusal("seal_change_not_open")
        return found[0]

    def _answer(self, unit: Unit, change: SealChange, state: AskState, reason: str) -> SealChange:
        fresh = replace(change, state=state, decided_by=self.login, decided_at=unit.now)
        same = (C.change_id == change.change_id) & (C.state == AskState.ASKED.value)
        values = {**_values(fresh), "decision_reason": reason.strip()}
        if unit.sql.execute(update(seal_change).where(same).values(values)).rowcount != 1:
            raise refusal("seal_change_not_open")
        self._audit(unit, f"seal_{change.step}_{state.value}", _detail(fresh))
        return fresh


def _after(unit: Unit, step: SealStep, found: Seal) -> SealStatus:
    after = after_step(step, found.status, changes(unit, C.seal_id == found.seal_id))
    if after is None:
        raise refusal(
            "seal_step_wrong_state", step=step_word(step.code), state=status_word(found.status)
        )
    twin = twin_in_use(replace(found, status=after), seals(unit))
    if after is SealStatus.ACTIVE and found.status is not SealStatus.ACTIVE and twin is not None:
        raise refusal("seal_twin", other=twin.seal_id)
    return after


def _need_reason(reason: str) -> str:
    if not reason.strip():
        raise refusal("reason_missing")
    return reason


def _values(change: SealChange) -> dict[str, Any]:
    return {
        "seal_id": change.seal_id, "step": change.step, "before": change.before.value,
        "after": change.after.value, "reason": change.reason,
        "witnesses": canonical(list(change.witnesses)), "form": canonical(dict(change.form)),
        "state": change.state.value, "actor": change.actor, "at": change.at,
        "decided_by": change.decided_by, "decided_at": change.decided_at, "decision_reason": "",
    }  # fmt: skip


def _detail(change: SealChange) -> str:
    return canonical({
        "seal_id": change.seal_id, "before": change.before.value, "after": change.after.value,
        "reason": change.reason, "witnesses": list(change.witnesses), "asked_by": change.actor,
    })  # fmt: skip


def changes(unit: Unit, where: ColumnElement[bool]) -> tuple[SealChange, ...]:
    """Lines of the register's history, oldest first."""
    rows: Sequence[Row[Any]] = unit.sql.execute(
        select(seal_change).where(where).order_by(C.change_id)
    ).all()
    return tuple(change_of(row) for row in rows)


def change_of(row: Any) -> SealChange:
    """The record of one line, from a row or from what a server's verb answers."""
    return SealChange(
        row.seal_id, SealStatus(row.before), SealStatus(row.after), row.actor, row.at, row.reason,
        row.step, row.change_id, AskState(row.state), row.decided_by, row.decided_at,
        tuple(json.loads(row.witnesses)), json.loads(row.form),
    )  # fmt: skip
