"""Random work at the desks that change whose case it is, and at the seal desk, on a twin centre.

Transfers and changes of item with right and wrong items, situations and matches; presses that stop
half-way, are taken over, voided, released by the wrong worker, while seals are suspended. Whatever
is refused is refused by both engines. Used by ``test_server_transfer`` and ``test_server_ledger``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.store.test_item_change import RIGHT, WRONG
from tests.store.world import (
    ABOLISHED,
    IMMEDIATE,
    LONG_AGO,
    MAJOR,
    MATERIALS,
    NINE,
    PARALLEL,
    PROMISED,
    World,
    duty_of,
    item,
    stamp_move,
)
from workbench.casework.seal_register import whole_ledger
from workbench.rules.case import Case, Move, NewEntry, State
from workbench.rules.case_view import SealTask
from workbench.rules.catalogue import ItemVersion, Situation
from workbench.rules.moment import DAY, MINUTE
from workbench.rules.people import Authorisation, Power, Recusal
from workbench.rules.publication import Publication
from workbench.rules.refusals import Refusal
from workbench.rules.seal_states import SealStepAsked
from workbench.store import case_rows, seeding

BOTH = tuple(Situation(one, one, one) for one in ("sale", "gift"))
OFFERED = (
    WRONG, RIGHT, item(31, "estate", materials=MATERIALS, situations=BOTH),
    item(32, "estate", situations=BOTH[:1]), item(33, "civil", materials=MATERIALS),
    item(34, case_type=PARALLEL.case_type, materials=MATERIALS, situations=BOTH),
)  # fmt: skip
ITEMS = (PROMISED, IMMEDIATE, PARALLEL, MAJOR, ABOLISHED, *OFFERED)
EARLY = (State.RECEIVED, State.PENDING_ACCEPTANCE, State.AWAITING_CORRECTION, State.UNDER_REVIEW)
CODES = ("id_card", "site_plan", "sale_deed", "M01", "M02", "loose")
KEEPERS = ("lin", "gao", "lin", "gao", "tang")
SEALS = ("approval",) * 6 + ("registration", "none")


@dataclass
class Desks:
    """A centre at work. ``seen``: what the store answered each step with."""

    world: World
    dice: random.Random
    cases: list[int] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def open(self) -> None:
        """More items, a letter without the power of T11, a recusal, a second keeper."""
        offered = Publication("more", "1.0", "development", (), OFFERED)
        self.world.as_("sys").publish(offered)
        with self.world.centre.administration() as unit:
            letter = Authorisation("liu", "estate", None, frozenset({Power.ACCEPT}), "N", LONG_AGO)
            seeding.add_authorisation(unit, letter)
        self.world.as_("gao").take_over_custody()

    def attempt(self, what: str, act: Callable[[], Any]) -> Any:
        """Do it; a refusal is an answer too."""
        try:
            done = act()
        except Refusal as refused:
            self.seen.append(f"{what}: {refused.code}")
            return None
        self.seen.append(what)
        return done

    def case(self, number: int) -> Case:
        with self.world.centre.administration(writing=False) as unit:
            found = case_rows.case_by_id(unit.sql, number)
        assert found is not None
        return found

    def step(self, login: str, case: Case, name: str, *brings: NewEntry, **fields: Any) -> Any:
        move = Move(name, fields, brings, operation_id=self.dice.choice(("", f"{len(self.seen)}")))
        session = self.world.as_(login)
        done = self.attempt(name, lambda: session.make_move(case.case_id, move))
        if done is not None and self.dice.random() < 0.1:
            self.attempt(f"{name} again", lambda: session.make_move(case.case_id, move))
        return done

    # -- whose case it is ----------------------------------------------------------------------

    def new_case(self) -> None:
        """Registered, most of the time taken in and pushed."""
        wanted = self.dice.choice((PROMISED, IMMEDIATE, PARALLEL, WRONG))
        codes = self.dice.sample(CODES, self.dice.randrange(1, 4))
        situation = self.dice.choice(("sale", "gift")) if wanted is PARALLEL else ""
        case = self.world.draft(wanted, *codes, situation=situation)
        self.cases.append(case.case_id)
        yes = NewEntry("checklist", {"answers": ["yes"]})
        if self.step("wang", case, "receive") and self.dice.random() < 0.8:
            self.step("wang", case, "push", yes)
        if self.dice.random() < 0.2:
            one = Recusal("wang", str(case.case_id), "kin", "han")
            with self.world.centre.administration() as unit:
                seeding.add_recusal(unit, one)

    def correct(self) -> None:
        """The one notice and its answer: a round that goes along."""
        case = self._early()
        demand = {"no": 1, "material": self.dice.choice(CODES), "defect": "d", "standard": "s"}
        notice = NewEntry("correction_notice", {"demands": [demand]})
        told: dict[str, Any] = {"demands": [1], "unmet": [1], "materials": ["id_card"]}
        self.step(self._duty(case), case, "request_correction", notice, **told)
        paper = self.world.paper(self.dice.choice(CODES), "new")
        self.step("wang", case, "answer_demand", paper, demand=1)
        self.step("wang", case, "answer_correction")

    def transfer(self) -> None:
        """Proposed, then mostly confirmed, by people with and without a part in it."""
        case, dice = self._early(), self.dice
        to = dice.choice(("estate", "estate", "civil", "market", "nowhere"))
        self.step(self._duty(case), case, "propose_transfer", department=to,
                  agreed_by=dice.choice(("applicant", "organ_rule", "nobody")))  # fmt: skip
        if dice.random() < 0.2:
            self.world.clock.forward(dice.randrange(1, 12) * MINUTE)
        who = {"estate": "chen", "civil": "zhao"}.get(to, "chen")
        who = dice.choice((who, who, who, "liu", "zhang", "wang"))
        if dice.random() < 0.1:
            self.step(who, case, "decline_transfer", NewEntry("reason", {"text": "no"}))
        fields = self._chosen(dice.choice([one for one in ITEMS if one.department_code == to] or
                                          [MAJOR, PROMISED]))  # fmt: skip
        done = self.step(who, case, "confirm_transfer", **fields)
        if done is not None and done.follow_up_no is not None:
            with self.world.centre.administration(writing=False) as unit:
                found = case_rows.case_by_no(unit.sql, done.follow_up_no)
            assert found is not None
            self.cases.append(found.case_id)
            self.step("wang", found, "push", NewEntry("checklist", {"answers": ["yes"]}))

    def change_item(self) -> None:
        """By the window, or by somebody whom it does not concern."""
        case = self._early()
        values = {name: self.dice.choice(("x", "12", "", " ")) for name in
                  self.dice.sample(("place", "area", "trade", "other"), 3)}  # fmt: skip
        brings = (NewEntry("form", {"values": values}),) if self.dice.random() < 0.8 else ()
        who = self.dice.choice(("wang",) * 6 + ("zhang", "hu"))
        near = [one for one in ITEMS if one.department_code == case.department]
        fields = self._chosen(self.dice.choice(near if self.dice.random() < 0.8 else ITEMS))
        self.step(who, case, "change_item", *brings, **fields)

    def _chosen(self, wanted: ItemVersion) -> dict[str, Any]:
        """An item, now and then none; situation and matches as somebody would name them."""
        dice = self.dice
        fields: dict[str, Any] = {"item_code": wanted.item_code}
        if dice.random() < 0.9 and wanted.situations:
            fields["situation"] = dice.choice(wanted.situations).code
        if dice.random() < 0.2:
            fields["matches"] = {dice.choice(CODES): dice.choice(CODES)}
        if dice.random() < 0.1:
            fields |= dice.choice(({"item_code": ""}, {"item_code": "X"}, {"situation": "no"},
                                   {"follow_up": "mine"}, {"made_up": 1}))  # fmt: skip
        return fields

    def _early(self) -> Case:
        """Mostly a case that is not accepted yet; a new one where there is none."""
        wanted = EARLY if self.dice.random() < 0.1 else EARLY[:2]
        for number in self.dice.sample(self.cases, len(self.cases)):
            case = self.case(number)
            if case.state in wanted:
                return case
        self.new_case()
        return self.case(self.cases[-1])

    def _duty(self, case: Case) -> str:
        return {"market": "zhang", "estate": "chen", "civil": "zhao"}[case.department]

    # -- the seal ------------------------------------------------------------------------------

    def ask_for_the_seal(self) -> None:
        """One more document that awaits it."""
        self.cases.append(self.world.awaiting_seal(PROMISED).case_id)

    def press(self) -> None:
        """One press by one of the keepers, as far as chance lets it."""
        world, dice = self.world, self.dice
        login = dice.choice(KEEPERS)
        queue = world.as_("lin").seal_queue() or world.as_("gao").seal_queue()
        if not queue:
            self.ask_for_the_seal()
            return
        task, session, owner = dice.choice(queue), world.as_(login), f"{login}-{dice.choice('ab')}"
        document = task.document_id if dice.random() < 0.95 else "another"
        line = self.attempt("reserve", lambda: session.reserve(
            document, task.case.case_id, dice.choice(SEALS), owner))  # fmt: skip
        if line is None or dice.random() < 0.15:
            return
        prepared, sealed = world.prepare(line.sha256_before, line.serial)
        if dice.random() < 0.5:
            at = replace(prepared.placement, x_mm=dice.choice((0.1, 33.3, 1e-7)), y_mm=7.25)
            prepared = replace(prepared, placement=at)
        kept = world.file(f"prepared {line.serial}") if dice.random() < 0.95 else "0" * 64
        self.attempt("prepare", lambda: session.mark_prepared(line.serial, owner, prepared, kept))
        self._between(task)
        self.attempt("sign", lambda: session.mark_signed(
            line.serial, dice.choice((owner, owner, owner, "x")), b"\x00cms", sealed, "B-B"))
        self._between(task)
        if dice.random() < 0.7:
            self._release(task, login, line.serial, owner, sealed)

    def _between(self, task: SealTask) -> None:
        """What may come between two steps of a press."""
        dice, case = self.dice, task.case
        chance = dice.random()
        if chance < 0.05:
            back = NewEntry("stamping_return", {"reason": "layout"})
            self.step("lin", case, "return_stamping", back, reason="layout")
        elif chance < 0.1:
            self.brake()
        elif chance < 0.25:
            self.world.clock.forward(dice.randrange(1, 4) * MINUTE)
        elif chance < 0.35:
            self.recover()

    def brake(self) -> None:
        """Suspend or resume a seal, by those who may and others; it seldom stays suspended."""
        dice, one = self.dice, self.dice.choice(SEALS)
        for resume, chance in ((False, 0.5), (True, 0.5), (True, 0.9)):
            who = "han" if chance == 0.9 else dice.choice(("lin", "han", "tang"))
            if dice.random() < chance:
                self.attempt("brake", lambda who=who, resume=resume: self.world.as_(
                    who).ask_seal_change(one, SealStepAsked(
                        "resume" if resume else "suspend", "r")))  # fmt: skip
        self.attempt("history", lambda: self.world.as_("lin").seal_changes(one))

    def recover(self) -> None:
        """Take over a line of the ledger; finish or void it, or leave it lying."""
        world, dice = self.world, self.dice
        ledger = whole_ledger(world.as_("tang"))
        if not ledger:
            return
        line, login = dice.choice(ledger), dice.choice(("lin", "gao"))
        session, owner = world.as_(login), f"{login}-{dice.choice('abc')}"
        self.attempt("take lease", lambda: session.take_lease(line.serial, owner))
        if dice.random() < 0.4:
            self.attempt("void", lambda: session.void_line(line.serial, owner, "worker_gone"))
        tasks = [one for one in session.seal_queue() if one.document_id == line.document_id]
        if tasks and line.sha256_after:
            self._release(tasks[0], login, line.serial, owner, line.sha256_after)

    def _release(
        self, task: SealTask, login: str, serial: int, owner: str, sealed: str
    ) -> None:
        dice, move = self.dice, stamp_move(task.case, serial, sealed)
        fields = {**move.fields, "document_id": task.document_id}
        if dice.random() < 0.15:
            fields |= dice.choice(({"serial": 99}, {"document_id": "x"}, {"made_up": 1},
                                   {"x_mm": 1.5}, {"level": "B-B"}))  # fmt: skip
        entries = move.entries * dice.choice((1,) * 9 + (2,))
        said = replace(move, fields=fields, entries=entries)
        session = self.world.as_(login)
        self.attempt("release", lambda: session.release(serial, owner, said))
        if dice.random() < 0.2:
            self.attempt("release again", lambda: session.release(serial, owner, said))

    def finish(self) -> None:
        """One press without any trouble, whatever was before."""
        self.attempt("brake", lambda: self.world.as_("han").ask_seal_change(
            "approval", SealStepAsked("resume", "end")))  # fmt: skip
        case = self.world.awaiting_seal()
        self.seen.append(self.world.press(case).state.value)

    def take_back(self) -> None:
        """A sealed document is voided before it is issued (E14)."""
        for number in self.dice.sample(self.cases, len(self.cases)):
            case = self.case(number)
            if case.state is State.PENDING_ISSUE:
                asked = NewEntry("void_reason", {"text": "wrong name"})
                self.step("lin", case, "propose_void", asked)
                self.step(duty_of(PROMISED), case, "confirm_void")
                if self.dice.random() < 0.5:
                    self._freeze_again(self.case(number))
                return

    def _freeze_again(self, case: Case) -> None:
        if case.state is State.PREPARING_RESULT:
            frozen, document = self.world.file(f"again {case.version}"), f"{case.case_no}/D-1"
            self.step(
                duty_of(PROMISED), case, "request_seal",
                NewEntry("document", {"sha256": frozen, "template": "licence"}),
                document_id=document, document_no="D-1", seal_kind="approval_special",
                sha256=frozen, proof_shown="yes",
            )  # fmt: skip

    def wrong_pin(self) -> None:
        """The PIN, mostly wrong."""
        session = self.world.as_(self.dice.choice(("lin", "gao")))
        self.attempt("PIN", self.dice.choice((
            session.note_wrong_pin, session.note_wrong_pin, session.clear_wrong_pins,
            session.seal_desk_locked)))  # fmt: skip

    def morning(self) -> None:
        """The clock stands in the morning, when those are on duty who are asked here."""
        since = (self.world.clock.now() - NINE) % DAY
        if since > 3 * 60 * MINUTE:
            self.world.clock.forward(DAY - since)
        self.world.clock.forward(self.dice.randrange(1, 20) * 1_000_000)
