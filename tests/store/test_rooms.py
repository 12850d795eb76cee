"""Signing in, lists, the roster, publishing, explaining: what is no case move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from tests.store.world import (
    ABOLISHED,
    ITEMS,
    MONDAY,
    NINE,
    PASSWORD,
    PROMISED,
    World,
    new_world,
    shifts,
)
from workbench.casework.ports import Centre, Session
from workbench.rules.case import POOL, NewEntry, Part, State
from workbench.rules.case_view import WorklistQuery
from workbench.rules.catalogue import SealPlacement
from workbench.rules.moment import DAY, MINUTE, at_local
from workbench.rules.people import Membership, Recusal, Role, User
from workbench.rules.publication import Publication, StampingOffer
from workbench.rules.refusals import Refusal
from workbench.store import seeding
from workbench.store.publishing import publish_calendar


def refused(act) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value


def test_the_store_fills_the_ports(file_world: World) -> None:
    """A type checker proves the signatures; here that nothing is missing at run time."""
    centre: Centre = file_world.centre
    session: Session = centre.session_as("zhang")
    wanted = {n for proto in Session.__mro__ for n in vars(proto) if not n.startswith("_")}
    assert [name for name in sorted(wanted) if not hasattr(session, name)] == []
    assert session.who.has(Role.REPRESENTATIVE)
    session.close()


# -- signing in --------------------------------------------------------------------------------


def test_five_failures_lock_for_a_quarter_of_an_hour(tmp_path: Path) -> None:
    with new_world(tmp_path, passwords={"zhang": PASSWORD}) as world:
        world.centre.sign_in("zhang", PASSWORD).close()
        said = [refused(lambda: world.centre.sign_in("zhang", "no")).code for _ in range(5)]
        assert said == ["wrong_password"] * 4 + ["locked"]
        assert refused(lambda: world.centre.sign_in("zhang", PASSWORD)).code == "locked"
        world.clock.forward(15 * MINUTE - 1)
        assert refused(lambda: world.centre.sign_in("zhang", PASSWORD)).code == "locked"
        world.clock.forward(1)
        world.centre.sign_in("zhang", PASSWORD).close()
        assert refused(lambda: world.centre.sign_in("zhang", "no")).code == "wrong_password"


def test_an_unknown_name_and_an_empty_password_are_no_way_in(file_world: World) -> None:
    for login, password in (("nobody", PASSWORD), ("zhang", ""), ("system", "")):
        assert refused(lambda a=login, b=password: file_world.centre.sign_in(a, b)).code == (
            "wrong_password")  # fmt: skip
    assert refused(lambda: file_world.centre.session_as("nobody")).code == "person_unknown"


def test_roles_that_exclude_each_other_cannot_be_given(world: World) -> None:
    """R90 and 3.6, at the assignment itself."""
    for login, role in (("sys", Role.AUDIT_ADMIN), ("tang", Role.SYSTEM_ADMIN),
                        ("lin", Role.ISSUING_CLERK), ("zhang", Role.SEAL_CUSTODIAN)):  # fmt: skip
        def give(login: str = login, role: Role = role) -> None:
            with world.centre.administration() as unit:
                one = Membership(login, role, None, None, None, NINE)
                seeding.add_membership(unit, one)

        assert refused(give).code == "roles_exclude"
    with pytest.raises(Refusal), world.centre.administration() as unit:
        seeding.add_user(unit, User("system", "x", "x", frozenset()))


# -- lists -------------------------------------------------------------------------------------


def test_pages_follow_each_other_without_gap_or_double(world: World) -> None:
    made = [world.pushed() for _ in range(5)] + [world.accepted() for _ in range(4)]
    world.move("wang", world.draft(), "receive")
    query, seen = WorklistQuery(limit=3), []
    while True:
        page = world.as_("zhang").worklist(query)
        if not page.rows:
            break
        seen += [row.case.case_id for row in page.rows]
        query = WorklistQuery(limit=3, after=page.rows[-1].key)
    assert sorted(seen) == sorted([one.case_id for one in made] + [10])
    assert page.total == 10
    counts = page.counts
    assert (counts["all"], counts["mine"], counts["pool"]) == (10, 4, 10)
    assert (counts["pending_acceptance"], counts["under_review"], counts["received"]) == (5, 4, 1)
    # Most urgent first: the ten-minute clocks before the days.
    assert seen[:5] == [one.case_id for one in made[:5]]


def test_after_the_shift_the_pool_counts_nothing(world: World) -> None:
    """V03, V04: A still sees by its number what he has handled; the pool is B's alone."""
    handled, _other = world.accepted(), world.pushed()
    world.at(MONDAY, 14)
    for login, seen, pool in (("zhang", 1, 0), ("li", 2, 2)):
        found = world.as_(login).worklist(WorklistQuery())
        assert (found.counts["all"], found.counts["pool"]) == (seen, pool)
        group = world.as_(login).worklist(WorklistQuery(group="pool"))
        assert (group.total, len(group.rows)) == (pool, pool)
    assert world.as_("zhang").worklist(WorklistQuery()).rows[0].case.case_id == handled.case_id
    for login in ("ma", "tang", "wang"):
        counts = world.as_(login).worklist(WorklistQuery()).counts
        assert counts["pool"] == sum(counts.get(one.value, 0) for one in POOL), login


def test_cases_are_found_by_whole_number_and_by_the_short_one(world: World) -> None:
    cases = [world.pushed() for _ in range(3)]
    session = world.as_("zhang")

    def found(text: str) -> list[int]:
        return [row.case.case_id for row in session.worklist(WorklistQuery(text=text)).rows]

    every = [one.case_id for one in cases]
    assert found(cases[1].case_no) == [every[1]]
    assert found("sj-20260302") == every
    assert found("0003") == [every[2]]
    assert found(PROMISED.item_code) == every
    assert found("%") == found("_") == []
    nothing = session.worklist(WorklistQuery(text="0099"))
    assert nothing.empty_because == "No case within your post has “0099” in its number."
    assert world.as_("chen").worklist(WorklistQuery(text=cases[0].case_no)).total == 0


def test_an_empty_list_says_why(world: World) -> None:
    said = {who: world.as_(who).worklist(WorklistQuery()).empty_because
            for who in ("zhang", "li", "gao", "lin")}  # fmt: skip
    assert said == {
        "zhang": "All done (0 today).",
        "li": "You are not on duty. Representative on duty: Zhang, until 13:30.",
        "gao": "You have not taken over the seal. Custodian: Lin, until 2026-05-31 09:00.",
        "lin": "All done (0 today).",
    }
    case = world.pushed()
    world.move("zhang", case, "refuse_acceptance",
               NewEntry("refusal_notice", {"reason": "r", "remedies": "m"}), reason="barred")
    assert world.as_("zhang").worklist(WorklistQuery()).empty_because == "All done (1 today)."
    assert world.as_("zhang").worklist(WorklistQuery(group="mine")).empty_because
    world.at(date(2026, 3, 7), 10)
    assert world.as_("zhang").worklist(WorklistQuery()).empty_because == (
        "You are not on duty. Nobody is on duty for market now.")  # fmt: skip


def test_the_change_mark_grows_with_every_change_of_anybody(file_world: World) -> None:
    watcher, marks = file_world.as_("tang"), []
    case = file_world.draft()
    step = partial(file_world.move, "wang", case, "receive")
    for act in (lambda: None, step, watcher.note_wrong_pin):
        act()
        marks.append(watcher.change_mark())
    assert marks[0] < marks[1] < marks[2]
    assert watcher.change_mark() == marks[2]


# -- views -------------------------------------------------------------------------------------


def test_the_window_sees_no_internal_opinion(world: World) -> None:
    """V14: materials, notices and thread; not opinions, not the log."""
    case = world.reviewed()
    view = world.as_("wang").case_view(case.short_no)
    assert view is not None
    assert view.parts == {Part.META, Part.FORM, Part.MATERIALS, Part.NOTICES, Part.THREAD}
    assert view.events == ()
    assert Part.OPINIONS not in view.entries
    assert world.as_("hu").case_view(case.case_no) is None


def test_what_stands_against_a_move_is_said_beside_it(world: World) -> None:
    case = world.reviewed()
    view = world.as_("zhang").case_view(case.case_no)
    assert view is not None
    assert "grant" in view.moves
    assert view.blocked["call_meeting"].code == "not_major"
    assert "stamp" not in view.blocked


def test_a_recused_person_sees_nothing_of_the_case(world: World) -> None:
    """V00."""
    case = world.pushed()
    with world.centre.administration() as unit:
        seeding.add_recusal(unit, Recusal("zhang", str(case.case_id), "kin", "han"))
    assert world.as_("zhang").case_view(case.case_no) is None
    assert refused(lambda: world.move("zhang", case, "claim")).code == "recused"


# -- roster ------------------------------------------------------------------------------------


def test_only_the_roster_manager_publishes_and_faults_need_a_reason(world: World) -> None:
    plan = [one for one in shifts() if one.department == "market" and one.start > NINE + DAY]
    assert refused(
        lambda: world.as_("zhang").publish_shifts("market", plan, "")
    ).code == "not_your_role"  # fmt: skip
    gap = [replace(one, shift_id=f"n-{one.shift_id}", published_at=None)
           for one in plan if one.login == "zhang"]  # fmt: skip
    said = refused(lambda: world.as_("song").publish_shifts("market", gap, " "))
    assert said.code == "roster_faults"
    before = len(world.as_("song").roster(["market"]).shifts)
    world.as_("song").publish_shifts("market", gap, "li is away all month")
    after = world.as_("song").roster(["market"]).shifts
    assert len(after) < before
    assert {one.created_by for one in after if one.shift_id.startswith("n-")} == {"song"}
    # What had begun stays; what was not yet begun is replaced.
    assert [one.shift_id for one in after if one.login == "li" and one.start > NINE] == []
    world.at(MONDAY, 14)
    assert world.as_("li").worklist(WorklistQuery()).empty_because.startswith("You are not on duty")


def test_a_shift_of_the_past_or_of_others_is_not_publishable(world: World) -> None:
    past = next(shifts())
    assert refused(
        lambda: world.as_("song").publish_shifts("market", [past], "x")
    ).code == "shift_not_publishable"  # fmt: skip


# -- catalogue ---------------------------------------------------------------------------------


def test_a_published_version_never_changes(world: World) -> None:
    """S023."""
    session = world.as_("sys")
    old = session.item(PROMISED.item_code)
    changed = replace(PROMISED, name_en="Other")
    publication = Publication("standard", "1.1", "ab" * 32, (), (changed,))
    assert refused(lambda: session.publish(publication)).code == "version_taken"
    assert session.published_build("standard") == "development"
    case = world.draft()
    offer = StampingOffer("licence", (PROMISED.item_code,), "approval_special",
                          SealPlacement(), ("organ_name",))  # fmt: skip
    newer = replace(publication, items=(replace(changed, version=2),), stamping=(offer,))
    assert "1 new" in session.publish(newer)
    assert session.item(PROMISED.item_code) == replace(changed, version=2)
    assert session.item(PROMISED.item_code, 1) == old == PROMISED
    assert session.published_build("standard") == "ab" * 32
    assert session.stamping_offers() == (offer,)
    view = world.as_("wang").case_view(case.case_no)
    assert view is not None
    assert view.item == PROMISED
    assert refused(lambda: world.as_("zhang").publish(newer)).code == "not_your_role"


def test_the_catalogue_shows_abolished_items_too(world: World) -> None:
    codes = [one.item_code for one in world.as_("wang").items()]
    assert codes == sorted(one.item_code for one in ITEMS)
    assert ABOLISHED.item_code in codes
    assert world.as_("wang").item("none") is None


def test_a_new_calendar_is_a_new_version(world: World) -> None:
    from workbench import settings

    before = world.as_("wang").calendar()
    plan = {"years": settings.load_calendar(), "office_hours": settings.load_office_hours(),
            "closures": [{"day": "2026-03-05", "zh": "台风", "en": "typhoon", "source": "x"}]}
    with world.centre.administration() as unit:
        publish_calendar(unit, plan, "sys")
    after = world.as_("wang").calendar()
    assert before.is_working_day(date(2026, 3, 5))
    assert not after.is_working_day(date(2026, 3, 5))
    case = world.accepted()
    assert case.due_at == at_local(date(2026, 3, 16), 17)


# -- explain -----------------------------------------------------------------------------------


def rows(world: World, login: str, case_no: str, at: int | None = None) -> list[str]:
    told = world.as_("tang").explain(login, case_no, at)
    assert told is not None
    return [one.row for one in told.rows]


def test_explain_names_the_row_for_a_person_a_case_and_a_moment(world: World) -> None:
    case = world.accepted()
    decided = at_local(MONDAY, 12)
    assert rows(world, "zhang", case.case_no) == ["V01"]
    assert rows(world, "li", case.case_no) == []
    world.at(MONDAY, 14)
    assert rows(world, "li", case.case_no) == ["V01"]
    assert rows(world, "zhang", case.case_no) == ["V04"]
    assert rows(world, "zhang", case.case_no, decided) == ["V01"]
    assert rows(world, "zhang", case.case_no, at_local(MONDAY, 13, 44)) == ["V04", "V06"]
    gone = world.move("wang", case, "withdraw", NewEntry("ending_notice", {"request": "x"}))
    assert rows(world, "deng", gone.case_no) == ["V25"]
    assert rows(world, "deng", gone.case_no, decided) == []
    session = world.as_("tang")
    early = refused(lambda: session.explain("zhang", gone.case_no, NINE - DAY))
    assert early.code == "case_not_yet" and "did not exist yet" in str(early)
    assert session.explain("zhang", "none", None) is None
    assert refused(lambda: session.explain("nobody", case.case_no, None)).code == "person_unknown"


def test_the_log_is_for_those_who_see_it(world: World) -> None:
    case = world.pushed()
    assert [one.kind for one in world.as_("tang").events_of(case.case_no)] == [
        "register", "receive", "push"]  # fmt: skip
    assert world.as_("wang").events_of(case.case_no) == ()
    assert world.as_("li").events_of(case.case_no) == ()


def test_a_case_deemed_accepted_shows_the_clock_of_the_state_shown(world: World) -> None:
    """S133: an untouched case is not hours late on its ten minutes; its promised limit runs."""
    case = world.pushed()
    world.clock.forward(30 * MINUTE)
    row = world.as_("zhang").worklist(WorklistQuery(text=case.case_no)).rows[0]
    assert row.case.state is State.PENDING_ACCEPTANCE, "nobody has written it yet"
    assert row.shown_state is State.UNDER_REVIEW
    assert row.clock is not None and case.pushed_at is not None
    assert (row.clock.name, row.clock.started_at) == ("promised", case.pushed_at + 10 * MINUTE)
    written = world.move("zhang", case, "claim")
    again = world.as_("zhang").worklist(WorklistQuery(text=written.case_no)).rows[0]
    assert again.clock is not None and again.clock.due_at == row.clock.due_at
