"""Races on one file: threads, processes, retries, kill -9. One wins, the others are told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.store.world import MONDAY, World, document_of
from workbench.rules.case import Move, NewEntry
from workbench.rules.events import first_break
from workbench.rules.moment import at_local
from workbench.rules.people import DutyShift
from workbench.rules.refusals import Refusal
from workbench.store import case_rows, check_centre, people_rows
from workbench.store.writer_turn import writer_turn

NOTICE = NewEntry("acceptance_notice", {"n": 1})


def joint_shift(world: World) -> None:
    """Both representatives of the department on duty in the morning."""
    with world.centre.administration() as unit:
        people_rows.add_shift(unit.sql, DutyShift(
            "joint", "market", "li", at_local(MONDAY, 8), at_local(MONDAY, 13, 30), joint=True,
            published_at=at_local(MONDAY, 7),
        ))  # fmt: skip


def at_once(*acts) -> list[object]:
    """The answers of functions that are called in threads at the same time."""
    answers: list[object] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int) -> None:
        gate.wait()
        try:
            answers[place] = acts[place]()
        except Refusal as refused:
            answers[place] = refused

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def test_two_accept_at_once_and_the_second_is_told_who_and_when(
    world: World, depth: int, counted: Callable[[str, int], None]
) -> None:
    """E07: first commit wins; the other's screen names the winner and the second."""
    joint_shift(world)
    sessions = [world.as_(who) for who in ("zhang", "li")]
    for _round in range(4 * depth):
        case = world.pushed()
        move = Move("accept", {}, (NOTICE,), expected_version=case.version)
        answers = at_once(*(partial(s.make_move, case.case_id, move) for s in sessions))
        lost = [one for one in answers if isinstance(one, Refusal)]
        won = [one for one in answers if not isinstance(one, Refusal)]
        assert (len(won), len(lost)) == (1, 1)
        assert lost[0].code == "changed_meanwhile"
        winner = won[0].holder.title()
        assert lost[0].message.startswith(f"{winner} was faster: accept at 2026-03-02 09:")
        counted("two people accepting at once", 1)


def test_a_retry_of_the_same_operation_is_carried_out_once(world: World) -> None:
    case = world.pushed()
    move = Move("accept", {}, (NOTICE,), case.version, operation_id="op-1")
    first = world.as_("zhang").make_move(case.case_id, move)
    assert world.as_("zhang").make_move(case.case_id, move) == first
    for who, number in (("li", case.case_id), ("zhang", world.pushed().case_id)):
        try:
            world.as_(who).make_move(number, move)
            raise AssertionError("the number of another step was taken")
        except Refusal as refused:
            assert refused.code == "operation_reused"


def test_a_double_click_on_two_threads_is_one_event(world: World) -> None:
    case = world.pushed()
    second = world.centre.session_as("zhang")
    move = Move("accept", {}, (NOTICE,), case.version, operation_id="op-2")
    answers = at_once(
        lambda: world.as_("zhang").make_move(case.case_id, move),
        lambda: second.make_move(case.case_id, move),
    )
    second.close()
    assert answers[0] == answers[1]
    with world.centre.administration(writing=False) as unit:
        kinds = [one.kind for one in case_rows.events_of(unit.sql, case.case_id)]
    assert kinds.count("accept") == 1


def test_two_custodians_press_one_document(world: World) -> None:
    """Seal design 7: the second sees who holds it, since when, serial and state."""
    world.as_("gao").take_over_custody()
    case = world.awaiting_seal()
    answers = at_once(*(
        lambda who=who: world.as_(who).reserve(document_of(case), case.case_id, "approval", who)
        for who in ("lin", "gao")
    ))  # fmt: skip
    lost = [one for one in answers if isinstance(one, Refusal)]
    won = [one for one in answers if not isinstance(one, Refusal)]
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].code == "being_stamped"
    assert won[0].custodian.title() in lost[0].message
    assert f"serial {won[0].serial}, RESERVED" in lost[0].message


def test_numbers_have_no_gap_however_many_register(world: World) -> None:
    sessions = [world.centre.session_as("wang") for _ in range(4)]
    from tests.store.world import PROMISED

    move = Move("register", {"item_code": PROMISED.item_code}, (NewEntry("form", {"a": "b"}),))
    answers = at_once(*(lambda s=s, n=n: s.register(move, "王**", f"r{n}")
                        for n, s in enumerate(sessions)))  # fmt: skip
    for one in sessions:
        one.close()
    assert sorted(one.case_no[-4:] for one in answers) == ["0001", "0002", "0003", "0004"]


def test_a_waiting_writer_is_not_passed_by_a_busy_one(tmp_path: Path) -> None:
    """The turnstile: ten turns of a greedy writer cannot all come before the one that waits."""
    place, order = tmp_path / "x.db", []
    begun, ready = threading.Event(), threading.Event()

    def greedy() -> None:
        for _turn in range(10):
            with writer_turn(place):
                order.append("greedy")
                begun.set()
                ready.wait()
                time.sleep(0.01)

    def patient() -> None:
        begun.wait()
        ready.set()
        with writer_turn(place):
            order.append("patient")

    threads = [threading.Thread(target=greedy), threading.Thread(target=patient)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert order.index("patient") <= 5, order


WRITER = """
import sys
from tests.store.world import NINE
from workbench.rules.case import Move, NewEntry
from workbench.store import open_centre
session = open_centre(sys.argv[1]).session_as("wang")
number = int(sys.argv[2])
while True:
    message = NewEntry("message", {"text": "x" * 20000})
    case = session.make_move(number, Move("send_message", {}, (message,)))
    print(case.version, flush=True)
"""


def test_killed_while_writing_the_chain_stays_whole(
    file_world: World, depth: int, counted: Callable[[str, int], None]
) -> None:
    """kill -9 at any point: every acknowledged step is there, and no half of another."""
    case = file_world.pushed()
    for turn in range(3 * depth):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file_world.path), str(case.case_id)],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip
        assert child.stdout is not None
        told = int(child.stdout.readline())
        time.sleep(0.01 + 0.017 * turn)
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        child.stdout.close()
        child.wait()
        told = int(rest[-1]) if rest else told
        with file_world.centre.administration(writing=False) as unit:
            events = case_rows.events_of(unit.sql, case.case_id)
            row = case_rows.case_by_id(unit.sql, case.case_id)
        assert row is not None
        assert row.version == len(events) >= told
        assert first_break(case.case_no, events) is None
        counted("kill -9 of a writing process", 1)
    file_world.clock.set(events[-1].recorded_at)
    assert [one.text for one in check_centre(file_world.url) if one.wrong and
            one.code != "clock_back"] == []  # fmt: skip
