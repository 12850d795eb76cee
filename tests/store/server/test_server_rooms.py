"""Drafts, hand-over lists and explaining on a server: the same answers as on a file, by verbs."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tests.store.histories import PEOPLE, history, one_step
from tests.store.server.centres import ServerCentre, ServerWorld, server_world
from tests.store.server.twins import Twins
from tests.store.test_facts_agree import moments
from tests.store.world import LONG_AGO, MONDAY, NINE, PROMISED, World, leave, new_world
from workbench.rules.case import Case, Move, NewEntry, State
from workbench.rules.moment import DAY, HOUR, MINUTE, at_local
from workbench.rules.people import Appointment, Authorisation, Post, Power, Recusal
from workbench.rules.refusals import Refusal
from workbench.rules.unseen import OF_CASE
from workbench.rules.visibility import Explained
from workbench.store import seeding
from workbench.store.server import connecting
from workbench.store.server.line import Line
from workbench.store.server.server_session import ServerSession
from workbench.store.tables import case_file, private_draft

pytestmark = pytest.mark.long(14)

TEXTS = {"opinion.reasons": "王小明的材料齐全", "opinion.conclusion": "grant"}
OPINION = "submit_opinion"
NOTE = NewEntry("note", {"text": "现场照片还缺一张"})


@pytest.fixture
def there(server: ServerCentre, tmp_path: Path) -> Iterator[ServerWorld]:
    """A fresh centre on a server, Monday at nine."""
    with server_world(server, tmp_path) as made:
        yield made


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    assert "{" not in str(caught.value)
    return caught.value.code


# -- both engines ------------------------------------------------------------------------------


@dataclass
class Rooms:
    """The same question to both centres, each person through his own login."""

    twins: Twins
    sessions: dict[str, ServerSession] = field(default_factory=dict)

    def there(self, login: str) -> ServerSession:
        if login not in self.sessions:
            server = self.twins.server
            engine = connecting.make_engine(server.address, login, None)
            line = Line(server.address, engine)
            self.sessions[login] = ServerSession(line, self.twins.world.centre.books, login)
        return self.sessions[login]

    def both(self, login: str, ask: Callable[[Any], Any]) -> tuple[Any, Any]:
        """What ``ask`` answers here and there, or the refusal in words."""
        self.twins.ready()
        return (answer(lambda: ask(self.twins.world.as_(login))),
                answer(lambda: ask(self.there(login))))  # fmt: skip

    def same(self, login: str, ask: Callable[[Any], Any]) -> Any:
        here, there = self.both(login, ask)
        assert here == there, login
        return here


def answer(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Refusal as trouble:
        return trouble.code, trouble.message, trouble.remedy


@contextmanager
def rooms(server: ServerCentre, world: World) -> Iterator[Rooms]:
    made = Rooms(Twins(world, server))
    try:
        yield made
    finally:
        for one in made.sessions.values():
            one.close()


@pytest.mark.histories(4, 9)
def test_drafts_are_kept_and_end_alike(
    server: ServerCentre, tmp_path: Path, founded: Path, seed: int, depth: int,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    dice, seen = random.Random(seed), Counter[str]()
    with new_world(tmp_path, founded) as world, rooms(server, world) as asked:
        made = history(world, dice, cases=5, steps=15 * depth)
        for _turn in range(10 * depth):
            one_step(world, dice, made)
            world.clock.forward(dice.choice((MINUTE, 9 * MINUTE, HOUR)))
            for login in dice.sample(PEOPLE, 8):
                case, move = dice.choice(made), dice.choice((OPINION, "grant", "hand_over"))
                no = dice.choice((case.case_no, case.short_no))
                said = asked.same(login, lambda room, no=no, move=move: room.keep_draft(
                    no, move, {**TEXTS, "n": str(world.clock.now())}))  # type: ignore[misc]
                seen["kept" if said is None else said[0]] += 1
                if dice.random() < 0.1:
                    asked.same(login, lambda room, no=no, move=move: room.drop_draft(no, move))  # type: ignore[misc]
                found = asked.same(login, lambda room, case=case, move=move: room.my_draft(
                    case.case_no, move))  # type: ignore[misc]
                seen["found"] += found is not None
            assert _drafts(asked) == _drafts(asked, there=True)
        for login in PEOPLE:
            seen["listed"] += len(asked.same(login, lambda room: sorted(
                room.my_drafts(), key=lambda one: (one.at, one.case_no, one.move))))
    assert seen["kept"] and seen["draft_not_kept"] and seen["found"] and seen["listed"], seen
    counted("drafts asked for alike in both engines", seen.total())


def _drafts(asked: Rooms, there: bool = False) -> list[tuple[Any, ...]]:
    d, c = private_draft.c, case_file.c
    wanted = select(c.case_no, d.author, d.move, d.texts, d.at).join(case_file)
    wanted = wanted.where(c.case_id == d.case_id).order_by(c.case_no, d.author, d.move)
    if there:
        return [tuple(row) for row in asked.twins.server.admin.execute(wanted)]
    with asked.twins.real_administration(writing=False) as unit:
        return [tuple(row) for row in unit.sql.execute(wanted)]


@pytest.mark.histories(3, 8)
def test_hand_over_lists_are_alike(
    server: ServerCentre, tmp_path: Path, founded: Path, seed: int, depth: int,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    """And what time has brought is written down alike by whoever looks first."""
    dice, lines, automatic, taken = random.Random(seed), 0, 0, 0
    with new_world(tmp_path, founded) as world, rooms(server, world) as asked:
        made = history(world, dice, cases=6, steps=15 * depth)
        for _turn in range(4 * depth):
            for case in dice.sample(made, 4):
                _pass_on(world, dice, case)
            world.clock.forward(dice.choice((10 * MINUTE, 3 * HOUR, 9 * HOUR)))
            for login in dice.sample(PEOPLE, 12 if depth > 1 else 9):
                here, there = asked.both(login, lambda room: room.handovers())
                assert _bare(here) == _bare(there), login
                lines += len(here)
                automatic += sum(one.automatic for one in here)
                taken += sum(bool(one.taken_by) for one in here)
            assert asked.twins.differences() == []
    assert lines and automatic and taken
    counted("lines of hand-over lists alike in both engines", lines)


def _pass_on(world: World, dice: random.Random, case: Case) -> None:
    """Somebody claims it, hands it over, or takes it, as far as the judge allows."""
    for login in ("zhang", "li", "chen", "liu", "ma"):
        to = dice.choice(("zhang", "li", "chen", "liu"))
        given = Move("hand_over", {"to": to, "papers": dice.choice(("yes", "no"))}, (NOTE,))
        for move in dice.sample((Move("claim"), given, Move("take_over")), 2):
            world.clock.forward(1_000_000)
            try:
                world.as_(login).make_move(case.case_id, move)
            except Refusal:
                continue


def _bare(lines: Any) -> Any:
    """Without the number that each database gives by itself; claims of several cases that ended
    are written down in any order."""
    bare = [replace(one, case_id=0) for one in lines]
    return sorted(bare, key=lambda one: (one.at, one.case_no, one.open))


@pytest.mark.histories(6, 13)
def test_what_is_explained_is_alike_now_and_at_every_moment(
    server: ServerCentre, tmp_path: Path, founded: Path, seed: int, depth: int,
    counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    """For everybody, by the supervisor: rows, parts, and every word of the reasons.

    Of moments that are over for half of them without ``--deep``.
    """
    dice, matched, reasons = random.Random(seed), Counter[str](), Counter[str]()
    with new_world(tmp_path, founded) as world, rooms(server, world) as asked:
        made = history(world, dice, cases=4, steps=30 * depth)
        begun = world.clock.now() - NINE
        past = sorted(NINE + dice.randrange(begun) for _one in range(2 * depth - 1))
        for at in (None, NINE + 2_000_000, *past, moments(world)[3]):
            for case in made:
                everybody = at not in (NINE + 2_000_000, *past) or depth > 1
                for login in PEOPLE if everybody else dice.sample(PEOPLE, len(PEOPLE) // 2):
                    found = asked.same("tang", lambda room, login=login, case=case, at=at:
                                       room.explain(login, case.case_no, at))  # type: ignore[misc]
                    if isinstance(found, Explained):
                        matched.update(one.row for one in found.rows)
                        reasons.update(one.row for one in found.reasons)
                    else:
                        reasons[found[0] if found else "none"] += 1
        for case in made:
            for login in PEOPLE:
                asked.same(login, lambda room, case=case: _log(room, case))  # type: ignore[misc]
    assert len(matched) >= 10, matched
    assert len(reasons) >= 12 and reasons["case_not_yet"], reasons
    counted("explanations alike in both engines", matched.total() + reasons.total())


def _log(room: Any, case: Case) -> Any:
    return [replace(one, case_id=0) for one in room.events_of(case.case_no)]


VERBS = {"keep_draft", "my_drafts", "drop_draft", "handovers", "explain", "case_log"}
INSIDE = {"case_numbered", "in_grace", "may_keep", "write_down_lapsed", "handover_line",
          "handover_note", "case_then", "events_then", "tasks_then", "about", "rows_of",
          "facts_of", "item_authorised"}  # fmt: skip


def test_persons_may_call_the_verbs_and_nothing_behind_them(server: ServerCentre) -> None:
    asked = """
        SELECT p.proname, has_function_privilege(%s, p.oid, 'EXECUTE') FROM pg_proc p
        WHERE p.pronamespace = 'wb'::regnamespace AND p.proname = ANY (%s)"""
    for login in ("zhang", "tang", "aud", "sys"):
        known = server.admin.exec_driver_sql(asked, (login, [*VERBS, *INSIDE])).all()
        assert {name for name, _may in known} == VERBS | INSIDE
        assert {name for name, may in known if may} == VERBS


def test_each_question_is_one_verb_and_reads_no_table(
    there: ServerWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = there.accepted(PROMISED)
    ma, tang = there.as_("ma"), there.as_("tang")
    asked: list[str] = []
    call = Line.call

    def counting(line: Line, verb: str, *values: Any) -> Any:
        asked.append(verb)
        return call(line, verb, *values)

    monkeypatch.setattr(Line, "call", counting)
    monkeypatch.setattr(Line, "read", lambda _line: pytest.fail("a table was read"))
    for ask in (
        lambda: ma.keep_draft(case.case_no, OPINION, TEXTS), ma.my_drafts,
        lambda: ma.my_draft(case.case_no, OPINION), ma.handovers,
        lambda: ma.drop_draft(case.case_no, OPINION), lambda: tang.events_of(case.case_no),
        lambda: tang.explain("xu", case.case_no, None),
    ):  # fmt: skip
        ask()
        assert len(asked) == 1 and asked.pop() in VERBS


# -- drafts ------------------------------------------------------------------------------------


def test_a_draft_is_its_authors_alone_on_a_server_too(there: ServerWorld) -> None:
    case = there.accepted(PROMISED)
    there.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    there.as_("ma").keep_draft(case.case_no, OPINION, {"opinion.reasons": "another"})
    found = there.as_("zhang").my_draft(case.case_no, OPINION)
    assert found is not None and (found.texts, found.at) == (TEXTS, there.clock.now())
    there.as_("li").drop_draft(case.case_no, OPINION)
    for login in ("li", "tang", "han", "song", "wang", "sys", "aud"):
        assert there.as_(login).my_drafts() == ()
        assert there.as_(login).my_draft(case.case_no, OPINION) is None
        assert there.server is not None
        rows = there.server.connection(login).exec_driver_sql("SELECT * FROM wb.private_draft")
        assert rows.all() == []
    there.as_("zhang").drop_draft(case.case_no, OPINION)
    assert there.as_("zhang").my_drafts() == ()
    (left,) = there.as_("ma").my_drafts()
    assert left.texts == {"opinion.reasons": "another"}


def test_a_draft_lasts_through_the_grace_and_to_the_next_shift(there: ServerWorld) -> None:
    case = there.accepted(PROMISED)
    there.at(MONDAY, 13, 44, 59)
    there.as_("zhang").keep_draft(case.case_no, OPINION, {"opinion.reasons": "in grace"})
    there.at(MONDAY, 13, 45)
    assert refused(lambda: there.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)) == (
        "draft_not_kept")  # fmt: skip
    assert there.as_("zhang").my_draft(case.case_no, OPINION) is None
    there.clock.set(at_local(MONDAY, 8, 30) + DAY)
    back = there.as_("zhang").my_draft(case.case_no, OPINION)
    assert back is not None and back.texts == {"opinion.reasons": "in grace"}


def test_what_is_no_draft_is_refused(there: ServerWorld) -> None:
    case = there.accepted(PROMISED)
    zhang = there.as_("zhang")
    assert refused(lambda: zhang.keep_draft(case.case_no, "scribble", TEXTS)) == "unknown_move"
    long = {"opinion.reasons": "长" * 100_001}
    assert refused(lambda: zhang.keep_draft(case.case_no, OPINION, long)) == "draft_too_long"
    assert refused(lambda: zhang.keep_draft("none", OPINION, TEXTS)) == "draft_not_kept"
    for wrong in ('[]', '{"a": {"b": "c"}}', '{"a": 1}', "null"):
        assert there.server is not None
        with pytest.raises(DBAPIError):
            there.server.connection("zhang").exec_driver_sql(
                "SELECT wb.keep_draft(%s, %s, %s)", (case.case_no, OPINION, wrong)
            )
    assert zhang.my_drafts() == ()


def test_recusal_and_the_end_of_the_case_end_drafts(there: ServerWorld) -> None:
    case = there.accepted(PROMISED)
    there.as_("zhang").keep_draft(case.case_no, OPINION, TEXTS)
    with there.centre.administration() as unit:
        seeding.add_recusal(unit, Recusal("zhang", str(case.case_id), "kin", "han"))
    assert there.as_("zhang").my_drafts() == ()
    there.as_("ma").keep_draft(case.case_no, OPINION, TEXTS)
    there.move("wang", case, "withdraw", NewEntry("ending_notice", {"request": "please"}))
    assert refused(lambda: there.as_("ma").keep_draft(case.case_no, OPINION, TEXTS)) == (
        "draft_not_kept")  # fmt: skip
    assert there.server is not None
    left = there.server.admin.exec_driver_sql("SELECT count(*) FROM private_draft").scalar_one()
    assert left == 0


# -- hand-over ---------------------------------------------------------------------------------


def test_a_list_reaches_the_next_one_when_his_shift_begins(there: ServerWorld) -> None:
    case = there.accepted(PROMISED)
    there.at(MONDAY, 13, 20)
    there.move("zhang", case, "hand_over", NOTE, to="li", list="N24-1", papers="yes")
    assert there.as_("li").handovers() == (), "off duty nothing of the pool is shown (V03)"
    assert len(there.as_("zhang").handovers()) == 1
    there.at(MONDAY, 13, 31)
    (line,) = there.as_("li").handovers()
    assert (line.from_login, line.to_login, line.list_id) == ("zhang", "li", "N24-1")
    assert (line.state, line.clock, line.due_at) == (State.UNDER_REVIEW, "promised", case.due_at)
    assert line.note == NOTE.body["text"] and line.papers and line.open and not line.automatic
    for other in ("chen", "ma", "song", "wang", "aud", "sys"):
        assert there.as_(other).handovers() == ()


def test_whoever_looks_first_writes_the_claim_that_is_over_once(there: ServerWorld) -> None:
    case = there.accepted(PROMISED)
    there.at(MONDAY, 15)
    (line,) = there.as_("li").handovers()
    assert (line.why, line.automatic, line.at) == (
        "shift_over", True, at_local(MONDAY, 13, 45))  # fmt: skip
    assert there.as_("li").handovers() == (line,)
    kinds = [one.kind for one in there.as_("tang").events_of(case.case_no)]
    assert kinds.count("lapse_claim") == 1
    view = there.as_("li").case_view(case.case_no)
    assert view is not None
    there.move("li", view.case, "take_over")
    (line,) = there.as_("li").handovers()
    assert (line.open, line.taken_by, line.taken_at) == (False, "li", there.clock.now())


# -- explaining --------------------------------------------------------------------------------


def rows(found: Explained | None) -> list[str]:
    assert found is not None
    return [one.row for one in found.rows]


def test_who_may_ask_about_whom(there: ServerWorld) -> None:
    """Domain 7.2: department IT and the supervisor ask about anybody, everybody about himself."""
    case = there.accepted(PROMISED)
    for login in ("tang", "sys", "aud"):
        assert rows(there.as_(login).explain("zhang", case.case_no, None)) == ["V01"]
        assert refused(lambda one=login: there.as_(one).explain("nobody", case.case_no, None)) == (  # type: ignore[misc]
            "person_unknown")  # fmt: skip
    for login in ("zhang", "li", "wang", "ma", "song", "han", "deng", "lin"):
        assert refused(lambda one=login: there.as_(one).explain("xu", case.case_no, None)) == (  # type: ignore[misc]
            "not_your_role")  # fmt: skip
        assert there.as_(login).explain(login, case.case_no, None) is not None
    assert there.as_("tang").explain("zhang", "none", None) is None
    assert there.as_("li").explain("li", "none", None) is None
    with there.centre.administration() as unit:
        seeding.add_recusal(unit, Recusal("tang", str(case.case_id), "kin", "han"))
    assert refused(lambda: there.as_("tang").explain("zhang", case.case_no, None)) == "recused"
    assert rows(there.as_("tang").explain("tang", case.case_no, None)) == ["V00"]


def test_how_a_case_stands_is_told_to_who_sees_it_alone(there: ServerWorld) -> None:
    """Not in a word of the reasons, and not in what the verb answers either."""
    case = there.accepted(PROMISED)
    secret = ("under review", "under_review", "unassigned")
    told = there.as_("tang").explain("li", case.case_no, None)
    assert told is not None
    text = " ".join(one.why for one in told.reasons)
    assert "held by zhang" in text and "li is not on duty" in text
    asking = (("li", "li"), ("aud", "li"), ("sys", "xu"), ("chen", "chen"), ("xu", "xu"))
    for asker, about in asking:
        found = there.as_(asker).explain(about, case.case_no, None)
        assert found is not None and found.reasons and not found.parts
        assert there.server is not None
        raw = there.server.connection(asker).exec_driver_sql(
            "SELECT wb.explain(%s, %s)", (about, case.case_no)
        ).scalar_one()
        assert not {"state", "holder", "reviewer"} & {k for k, v in raw["about"].items() if v}
        assert not OF_CASE & {key.partition(":")[0] for key in raw["facts"]}
        text = " ".join(one.why for one in found.reasons) + str(raw)
        assert not any(word in text for word in (*secret, "zhang"))
    (clerk, *_more) = there.as_("xu").explain("xu", case.case_no, None).reasons  # type: ignore[union-attr]
    assert clerk.row == "V17" and "how the case stands, which is not shown here" in clerk.why


def test_a_past_moment_is_read_off_the_log(there: ServerWorld) -> None:
    case = there.accepted()
    noon = at_local(MONDAY, 12)
    there.at(MONDAY, 14)
    gone = there.move("wang", case, "withdraw", NewEntry("ending_notice", {"request": "x"}))
    tang = there.as_("tang")
    assert rows(tang.explain("zhang", gone.case_no, noon)) == ["V01"]
    assert rows(tang.explain("zhang", gone.case_no, at_local(MONDAY, 13, 44))) == ["V04", "V06"]
    assert rows(tang.explain("deng", gone.case_no, noon)) == []
    assert rows(tang.explain("deng", gone.case_no, None)) == ["V25"]
    with pytest.raises(Refusal) as caught:
        tang.explain("zhang", gone.case_no, NINE - DAY)
    assert caught.value.code == "case_not_yet" and "2026-03-02 09:00:01" in caught.value.remedy


def test_how_it_stood_is_told_to_who_sees_the_log(there: ServerWorld) -> None:
    """The window officer sees the case now (V14), but never its log."""
    case = there.accepted()
    there.clock.forward(HOUR)
    registered = NINE + 1_000_000
    found = there.as_("wang").explain("wang", case.case_no, registered)
    assert rows(found) == ["V14"], "what he saw himself he may know"
    told = there.as_("tang").explain("xu", case.case_no, registered)
    assert told is not None and "the case is draft" in told.reasons[0].why
    hidden = there.as_("xu").explain("xu", case.case_no, registered)
    assert hidden is not None and "draft" not in " ".join(one.why for one in hidden.reasons)


def test_next_shift_after_a_leave_is_told_alike(
    server: ServerCentre, tmp_path: Path, founded: Path
) -> None:
    """Letters of several kinds, a leave in the middle of a shift, a letter that has ended."""
    with new_world(tmp_path, founded) as world, rooms(server, world) as asked:
        case = world.accepted()
        with world.centre.administration() as unit:
            seeding.add_leave(unit, leave("li", NINE, at_local(MONDAY, 15)))
            seeding.add_appointment(unit, Appointment(
                "sun", "market", Post.TEMP, "T", LONG_AGO, NINE + HOUR))  # fmt: skip
            seeding.add_authorisation(unit, Authorisation(
                "sun", "market", None, frozenset(Power), "T", LONG_AGO, NINE + HOUR))  # fmt: skip
        texts = []
        for at in (None, NINE + 30 * MINUTE, NINE + 6 * HOUR, NINE + 30 * DAY, NINE + 300 * DAY):
            for login in ("li", "sun", "chen", "zhang"):
                found = asked.same("tang", lambda room, login=login, at=at: room.explain(
                    login, case.case_no, at))  # type: ignore[misc]
                texts += [one.why for one in found.reasons]
        assert any("next shift: 2026-03-02 15:00–17:30" in one for one in texts)
        assert any("next shift: none published" in one for one in texts)
