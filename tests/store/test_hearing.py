"""R24, R25 on a real file: two clocks, the right that lapses, the chair's sight, the minutes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.store.histories import PEOPLE
from tests.store.test_facts_agree import loaded
from tests.store.world import MONDAY, PARALLEL, World
from workbench.casework import review
from workbench.rules.case import Case, NewEntry, Part, State, TaskKind
from workbench.rules.case_view import CaseView
from workbench.rules.facts import Answers
from workbench.rules.moment import DAY, at_local
from workbench.rules.refusals import Refusal
from workbench.store.facts_sql import FACTS_SQL
from workbench.store.sight_sql import ASKER, asked_by
from workbench.store.supervision_rows import noted
from workbench.store.tables import case_file

TOLD = NewEntry("hearing_notice", {"text": "rights, five working days"})


def told(world: World) -> Case:
    return world.move("zhang", world.accepted(), "tell_hearing_rights", TOLD)


def seen(world: World, case: Case, who: str = "zhang") -> CaseView:
    view = world.as_(who).case_view(case.case_no)
    assert view is not None
    return view


def hearing_state(world: World, case: Case, who: str = "zhang") -> str:
    return next(t.state for t in seen(world, case, who).tasks if t.kind is TaskKind.HEARING)


def fixed(world: World, case: Case, at: int, chair: str = "chen") -> Case:
    return world.move("zhang", case, "fix_hearing", TOLD, chair=chair, held_at=at, place="room 1")


def test_a_right_that_nobody_uses_lapses_after_five_working_days(world: World) -> None:
    """R24: at the end of the fifth day, by itself, and the review goes on."""
    case = told(world)
    world.at(date(2026, 3, 9), 16, 59, 59)
    assert hearing_state(world, case, "li") == "told"
    world.at(date(2026, 3, 10), 9)
    assert hearing_state(world, case) == "lapsed"
    lapse = next(e for e in seen(world, case).events if e.kind == "lapse_hearing_right")
    assert (lapse.actor, lapse.effective_at) == ("system", at_local(date(2026, 3, 9), 17))
    assert world.check() == []


def test_from_the_request_to_the_decision_by_the_minutes(world: World) -> None:
    """R24, R25, T14, T15: the clocks stand still, the chair writes, the decision names it."""
    case = told(world)
    asked = NewEntry("hearing_request", {"text": "letter of today"})
    case = world.move("wang", case, "request_hearing", asked)
    due = next(c.due_at for c in seen(world, case).clocks if c.name == "hearing_hold")
    assert due == at_local(date(2026, 3, 30), 17), "twenty working days"
    hour = at_local(date(2026, 3, 10), 9)
    case = fixed(world, case, hour)
    assert world.as_("liu").case_view(case.case_no) is None
    assert Part.OPINIONS not in seen(world, case, "chen").parts
    notice = NewEntry("procedure_notice", {"text": "n"})
    case = world.move("zhang", case, "suspend", notice, kind="hearing", planned_end=hour + DAY)
    assert case.state is State.SUSPENDED
    world.at(date(2026, 3, 10), 9, 30)
    minutes = NewEntry("hearing_minutes", {"text": "said", "signed_by": "both parties"})
    case = world.move("chen", case, "hold_hearing", minutes, minutes_no="H-1")
    assert world.as_("chen").case_view(case.case_no) is None, "the chair's sight ends"
    case = world.move("zhang", case, "resume", world.paper("minutes"))
    case = world.move("zhang", case, "release")
    case = world.move("ma", case, "claim")
    opinion = NewEntry("opinion", {"conclusion": "grant", "reasons": "by the minutes"})
    case = world.move("ma", case, "submit_opinion", opinion)
    case = world.move("ma", case, "release")
    decision = NewEntry("decision", {"content": "granted"})
    with pytest.raises(Refusal) as caught:
        world.move("zhang", case, "grant", decision)
    assert caught.value.code == "hearing_minutes_missing"
    with pytest.raises(Refusal) as unsaid:
        world.move("zhang", case, "grant", decision, hearing_minutes="H-1")
    assert unsaid.value.code == "hearing_minutes_missing", "the decision itself says so too"
    case = review.grant(world.as_("zhang"), seen(world, case).case, "granted")
    view = seen(world, case)
    written = view.last(Part.OPINIONS, "decision")
    assert written is not None
    assert written.body["hearing_minutes"] == "H-1", "the verb says what the desk would have said"
    assert view.events[-1].fields()["hearing_minutes"] == "H-1"
    assert case.state is State.GRANTED


def test_a_hearing_not_held_in_twenty_working_days_is_an_event(world: World) -> None:
    """S008: once, with the clock's name."""
    notice = NewEntry("public_notice", {"text": "to the public"})
    case = world.move("zhang", world.accepted(), "order_hearing", notice)
    assert hearing_state(world, case) == "ordered"
    with pytest.raises(Refusal) as caught:
        world.move("wang", case, "waive_hearing", NewEntry("hearing_request", {"text": "x"}))
    assert caught.value.code == "hearing_not_told", "what the organ ordered, nobody waives"
    world.at(date(2026, 3, 31))
    world.settle(case)
    with world.centre.administration(writing=False) as unit:
        assert "hearing_hold:1" in noted(unit.sql, case.case_id)


def test_a_hearing_is_postponed_with_a_new_notice(world: World) -> None:
    notice = NewEntry("public_notice", {"text": "to the public"})
    case = world.move("zhang", world.accepted(), "order_hearing", notice)
    case = fixed(world, case, at_local(MONDAY, 9) + 8 * DAY)
    case = fixed(world, case, at_local(MONDAY, 9) + 9 * DAY, "liu")
    task = next(t for t in seen(world, case).tasks if t.kind is TaskKind.HEARING)
    assert (task.login, task.state) == ("liu", "fixed")
    assert world.as_("chen").case_view(case.case_no) is None


def test_both_engines_answer_alike_wherever_a_hearing_stands(world: World) -> None:
    """The new facts in Python and SQL, at each step, before and at the hour."""
    hour = at_local(date(2026, 3, 12), 9)
    notice = NewEntry("public_notice", {"text": "to the public"})
    bare, named = told(world), world.accepted()
    named = world.move("zhang", named, "order_hearing", notice)
    named = fixed(world, named, hour)
    over = fixed(world, world.move("zhang", world.accepted(), "order_hearing", notice), hour)
    lacking = world.pushed(PARALLEL, "site_plan", situation="sale")
    world.at(date(2026, 3, 12), 10)
    minutes = NewEntry("hearing_minutes", {"text": "said", "signed_by": "both"})
    over = world.move("chen", over, "hold_hearing", minutes, minutes_no="H-1")
    wanted = ("chairs_hearing", "chaired", "hearing_hour_come", "gaps_delegated")
    asking = select(case_file.c.case_id, *(FACTS_SQL[name](ASKER, "") for name in wanted))
    answered: set[tuple[str, bool]] = set()
    for at in (hour - 1, hour, world.clock.now()):
        with world.centre.administration(writing=False) as unit:
            dossiers = [loaded(world, unit, one, at) for one in (bare, named, over, lacking)]
            for who in PEOPLE:
                said = {row[0]: row[1:] for row in unit.sql.execute(asking, asked_by(who, at))}
                for dossier in dossiers:
                    assert dossier.case is not None
                    ours = [Answers(dossier, who, at).fact(name, "") for name in wanted]
                    assert [bool(x) for x in said[dossier.case.case_id]] == ours, (who, at)
                    answered |= set(zip(wanted, ours, strict=True))
    assert answered == {(name, yes) for name in wanted for yes in (True, False)}
