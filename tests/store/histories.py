"""Random histories on the small centre: whoever may do something does it, in seeded disorder.

The recipes say what each move brings; the judge decides whether it is taken. Used by the tests
that compare the two implementations of facts, rows and lists.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.store.world import (
    IMMEDIATE,
    ITEMS,
    LONG_AGO,
    MAJOR,
    MONDAY,
    NINE,
    ORGANS,
    PARALLEL,
    PROMISED,
    World,
    document_of,
    leave,
    stamp_move,
)
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.dossier import Dossier
from workbench.rules.facts import Answers
from workbench.rules.hand_over import lapsed
from workbench.rules.judge import possible_moves
from workbench.rules.moment import DAY, HOUR, MINUTE, at_local, to_local
from workbench.rules.people import Appointment, Authorisation, Post, Power, Recusal, User
from workbench.rules.refusals import Refusal
from workbench.rules.settle import next_settlement, overdue
from workbench.rules.visibility import visible_parts
from workbench.store import case_rows, dossiers, seeding, supervision_rows

PEOPLE = (
    "zhang", "li", "chen", "liu", "zhao", "sun", "dai", "wang", "hu", "ma", "guo", "he", "lin",
    "gao", "xu", "tang", "deng", "song", "han", "peng", "agent", "sys", "aud",
)  # fmt: skip


def trouble(world: World, dice: random.Random) -> None:
    """Letters, leaves and stand-ins that make the people differ more than the seed does."""
    with world.centre.administration() as unit:
        seeding.add_user(unit, User("dai", "戴某", "Dai", frozenset()))
        until = NINE + 5 * DAY
        seeding.add_appointment(unit, Appointment("dai", "market", Post.TEMP, "T", NINE, until))
        items = frozenset({PROMISED.item_code})
        powers = frozenset({Power.ACCEPT, Power.DECIDE})
        seeding.add_authorisation(
            unit, Authorisation("dai", "market", items, powers, "T", NINE, until)
        )
        seeding.add_authorisation(
            unit, Authorisation("chen", "market", None, frozenset(), "E", LONG_AGO)
        )
        for login in dice.sample(("zhang", "li", "chen", "sun"), 2):
            start = at_local(MONDAY + timedelta(days=dice.randrange(9)), 10)
            seeding.add_leave(unit, leave(login, start, start + dice.randrange(1, 30) * HOUR))
        revoked = at_local(MONDAY + timedelta(days=3), 11)
        seeding.add_appointment(
            unit, Appointment("liu", "civil", Post.B, "R", LONG_AGO, revoked_at=revoked)
        )
    world.as_("gao").take_over_custody()


WITH_PAPER = frozenset({"attach_material", "answer_demand", "resume"})
"""Moves that bring a stored material; the others need not store one."""
WITH_FROZEN = frozenset({"request_seal", "archive"})
"""Moves that point to the frozen document."""


def contents(world: World, case: Case, dice: random.Random, name: str) -> Any:
    """The fields and entries which that move brings, mostly good ones."""
    text = {"text": "x", "reason": "x", "request": "x"}
    demands = [{"no": n, "material": "id_card", "defect": "d", "standard": "s"} for n in (1, 2)]
    code = dice.choice(("id_card", "site_plan", "sale_deed", "gift_deed"))
    paper = world.paper(code) if name in WITH_PAPER else None
    decision = {"content": "c", "reason": "r", "basis": "b", "remedies": "m", "despite": "d"}
    frozen = world.file(f"frozen {case.case_no} {case.version}") if name in WITH_FROZEN else ""
    planned = world.clock.now() + dice.randrange(1, 60) * HOUR
    others = sorted(set(ORGANS) - {case.department})
    receipt = {"receiver": "r", "manner": "direct", "identity": "i"}
    recipes = {
        "attach_material": ({}, [paper]),
        "receive": ({}, []),
        "push": ({}, [("checklist", {"answers": ["yes"]})]),
        "accept": ({}, [("acceptance_notice", text), ("promise", text)]),
        "request_correction": (
            {"demands": [1, 2], "unmet": [1, 2], "materials": ["id_card"]},
            [("correction_notice", {"demands": demands})],
        ),
        "request_correction_at_window": (
            {"demands": [1, 2], "unmet": [1, 2], "materials": ["id_card"]},
            [("correction_notice", {"demands": demands})],
        ),
        "correct_form": ({}, [("form", {"values": {"place": "x"}})]),
        "change_item": (
            {"item_code": dice.choice((PROMISED, IMMEDIATE, PARALLEL)).item_code},
            [("form", {"values": {}})],
        ),
        "confirm_transfer": ({"item_code": MAJOR.item_code}, []),
        "answer_demand": ({"demand": dice.choice((1, 2))}, [paper]),
        "return_correction": ({"unmet": [dice.choice((1, 2))]}, []),
        "refuse_acceptance": (
            {"reason": "barred"}, [("refusal_notice", {"reason": "r", "remedies": "m"})],
        ),
        "propose_transfer": (
            {"department": dice.choice(others), "agreed_by": "applicant"}, [],
        ),
        "decline_transfer": ({}, [("reason", text)]),
        "assign_reviewer": ({"reviewer": "ma"}, []),
        "assign_survey": ({"surveyor": "guo", "second_surveyor": "he"}, [("survey_task", text)]),
        "record_survey": ({}, [("survey_record", {"findings": "f", "conclusion": "c"})]),
        "ask_opinions": ({"departments": dice.choice((others, others[:1]))}, []),
        "answer_opinion": ({}, [("co_opinion", dice.choice((
            {"conclusion": "agree"}, {"conclusion": "disagree"},
            {"conclusion": "disagree", "reason": "x"},
        )))]),
        "suspend": ({"kind": "appraisal", "planned_end": planned}, [("procedure_notice", text)]),
        "resume": ({}, [paper]),
        "serve_acceptance_notice": ({}, [("acceptance_notice", {"item": "x"})]),
        "hand_back": ({}, [("return_notice", {"papers": "p", "signed_by": "s"})]),
        "tell_hearing_rights": ({}, [("hearing_notice", text)]),
        "request_hearing": ({}, [("hearing_request", text)]),
        "waive_hearing": ({}, [("hearing_request", text)]),
        "order_hearing": ({}, [("public_notice", text)]),
        "fix_hearing": (
            {"chair": dice.choice(("chen", "han")), "held_at": world.clock.now() + 8 * DAY,
             "place": "p"}, [("hearing_notice", text)],
        ),
        "hold_hearing": (
            {"minutes_no": "M-1"}, [("hearing_minutes", {"text": "x", "signed_by": "y"})],
        ),
        "submit_opinion": ({}, [("opinion", {"conclusion": "grant", "reasons": "r"})]),
        "grant": ({}, [("decision", decision)]),
        "refuse": ({}, [("decision", decision)]),
        "send_back": ({}, [("reason", text)]),
        "grant_by_meeting": ({}, [("decision", decision), ("minutes", text)]),
        "refuse_by_meeting": ({}, [("decision", decision), ("minutes", text)]),
        "request_extension": ({"days": dice.randrange(1, 9)}, [("reason", text)]),
        "approve_extension": ({}, [("extension_notice", text)]),
        "decline_extension": ({}, [("reason", text)]),
        "prepare_result": ({"template": "licence", "document_no": "D-1"}, []),
        "request_seal": (
            {"document_id": f"{case.case_no}/{case.version}", "document_no": "D-1",
             "seal_kind": "approval_special", "sha256": frozen, "proof_shown": "yes"},
            [("document", {"sha256": frozen, "template": "licence"})],
        ),
        "return_stamping": ({"reason": "layout"}, [("stamping_return", text)]),
        "propose_void": ({}, [("void_reason", text)]),
        "decline_void": ({}, [("void_answer", text)]),
        "issue": ({"manner": "direct"}, [("delivery", receipt)]),
        "record_acknowledgement": ({}, [("acknowledgement", {"reference": "a"})]),
        "archive": ({}, [("package", {"sha256": frozen})]),
        "withdraw": ({}, [("ending_notice", text)]),
        "propose_termination": ({"reason": "force_majeure"}, [("note", text)]),
        "terminate": ({}, [("ending_notice", text)]),
        "quarantine": ({"finding": "f"}, []),
        "propose_release": ({"reason_code": "r"}, []),
        "hand_over": ({"to": dice.choice(PEOPLE)}, []),
        "send_message": ({}, [("message", text)]),
    }  # fmt: skip
    return recipes.get(name, ({}, []))


SELDOM = ("quarantine", "withdraw", "terminate", "refuse_acceptance", "confirm_transfer",
          "send_message", "attach_material", "return_application", "propose_termination",
          "hand_over", "take_over")


def one_step(world: World, dice: random.Random, cases: list[Case]) -> str | None:
    """Somebody takes one of the moves that his view offers; the name of the move, if taken."""
    number, at = dice.choice(cases).case_id, world.clock.now()
    dossier, owed = _looked_at(world, number)
    if owed:
        world.as_("wang").settle_case(number)
        dossier, _owed = _looked_at(world, number)
    assert dossier.case is not None
    for login in dice.sample(PEOPLE, len(PEOPLE)):
        seldom = dice.random() >= 0.95
        asked = replace(
            dossier, memberships=tuple(one for one in dossier.memberships if one.login == login)
        )
        if not visible_parts(Answers(asked, login, at)):
            continue
        offered = [one for one in possible_moves(asked, login, at)
                   if one != "stamp" and (seldom or one not in SELDOM)]  # fmt: skip
        if offered:
            return _take(world, dice, login, dossier.case, dice.choice(offered))
    return None


def _looked_at(world: World, number: int) -> tuple[Dossier, bool]:
    """The case with everybody around it, and whether time has brought what nobody has written."""
    with world.as_("wang")._work.read() as unit:
        case = case_rows.case_by_id(unit.sql, number)
        assert case is not None
        dossier = dossiers.load(unit.sql, world.centre.books.shelf, case, PEOPLE, unit.now)
        late = overdue(dossier, unit.now, supervision_rows.noted(unit.sql, number))
        owed = next_settlement(dossier, unit.now) or lapsed(dossier, unit.now) or tuple(late)
        return dossier, bool(owed)


def _take(world: World, dice: random.Random, login: str, case: Case, name: str) -> str | None:
    fields, brings = contents(world, case, dice, name)
    entries = tuple(one if isinstance(one, NewEntry) else NewEntry(*one) for one in brings)
    try:
        world.as_(login).make_move(case.case_id, Move(name, fields, entries))
    except Refusal:
        return None
    return name


def press_one(world: World, dice: random.Random) -> str | None:
    """The custodian takes one task of the queue as far as chance lets him."""
    queue = world.as_("lin").seal_queue()
    if not queue:
        return None
    task, session = dice.choice(queue), world.as_("lin")
    try:
        line = session.reserve(task.document_id, task.case.case_id, "approval", "w")
        if dice.random() < 0.3:
            return "reserve"
        prepared, sealed = world.prepare(line.sha256_before, line.serial)
        session.mark_prepared(line.serial, "w", prepared, world.file(f"p{line.serial}"))
        session.mark_signed(line.serial, "w", b"cms", sealed, "B-B")
        if dice.random() < 0.3:
            return "sign"
        move = stamp_move(task.case, line.serial, sealed)
        fields = {**move.fields, "document_id": task.document_id}
        session.release(line.serial, "w", replace(move, fields=fields))
    except Refusal:
        return None
    return "stamp"


def pass_time(world: World, dice: random.Random) -> None:
    """Mostly seconds; at times hours, or the next working morning."""
    chance = dice.random()
    if chance < 0.94:
        world.clock.forward(dice.randrange(1, 40) * 1_000_000)
    elif chance < 0.985:
        world.clock.forward(dice.randrange(5, 200) * MINUTE)
    else:
        world.clock.forward(DAY)
    while not _open(world):
        world.clock.set(at_local(_next_day(world), 9))


def _open(world: World) -> bool:
    here = to_local(world.clock.now())
    return 8 <= here.hour < 17 and here.weekday() < 5


def _next_day(world: World) -> date:
    return to_local(world.clock.now()).date() + timedelta(days=1)


def history(world: World, dice: random.Random, cases: int, steps: int) -> list[Case]:
    """Cases in all stages of their lives, after so many steps."""
    trouble(world, dice)
    materials = ("id_card", "site_plan", "sale_deed")
    made = []
    for number in range(cases):
        wanted = ITEMS[number % 4]
        situation = dice.choice(("sale", "gift", "")) if wanted is PARALLEL else ""
        codes = dice.sample(materials, dice.randrange(1, 4))
        case = world.draft(wanted, *codes, situation=situation)
        if dice.random() < 0.8:
            case = world.move("wang", case, "receive")
            case = world.move("wang", case, "push", NewEntry("checklist", {"answers": ["y"]}))
        if wanted is IMMEDIATE and dice.random() < 0.5:
            case = _granted_at_once(world, case)
        made.append(case)
    with world.centre.administration() as unit:
        for login in ("zhang", "ma"):
            one = Recusal(login, str(dice.choice(made).case_id), "kin", "han")
            seeding.add_recusal(unit, one)
    for _step in range(steps):
        pass_time(world, dice)
        press_one(world, dice) if dice.random() < 0.1 else one_step(world, dice, made)
    return made


def _granted_at_once(world: World, case: Case) -> Case:
    """An immediate case brought to the seal by one officer, where the moment allows it."""
    try:
        case = world.move("zhang", case, "accept", NewEntry("acceptance_notice", {"n": 1}),
                          NewEntry("promise", {"text": "later"}))  # fmt: skip
        opinion = NewEntry("opinion", {"conclusion": "grant", "reasons": "r"})
        case = world.move("zhang", case, "submit_opinion", opinion)
        case = world.move("zhang", case, "grant", NewEntry("decision", {"content": "c"}))
        case = world.move("zhang", case, "prepare_result", template="licence", document_no="D-1")
        frozen = world.file(f"frozen {case.case_no}")
        return world.move(
            "zhang", case, "request_seal",
            NewEntry("document", {"sha256": frozen, "template": "licence"}),
            document_id=document_of(case), document_no="D-1", seal_kind="approval_special",
            sha256=frozen, proof_shown="yes",
        )  # fmt: skip
    except Refusal:
        return case
