"""The lanes: answers on the UI thread, typed trouble, cancelling, the guard, no thread left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication, QWidget

from tests.shell.desk_kit import BLOCKED_MS, Heartbeat
from workbench.rules.refusals import Cancelled, Fault, Outage, Refusal, Trouble
from workbench.shell.lane_thread import assert_not_ui_thread, claim_ui_thread, guarded
from workbench.shell.lanes import Job, Lanes, checkpoint
from workbench.shell.notices import Notices, RefusalLine

NO = Refusal("no_power", "Your letter does not cover it.", "Ask the roster manager.")


def raising(trouble: Exception) -> Callable[[], Any]:
    def work() -> None:
        raise trouble

    return work


def test_an_answer_comes_on_the_ui_thread_from_the_one_thread_of_the_lane(
    qtbot: Any, lanes: Lanes
) -> None:
    told: list[tuple[str, bool]] = []
    for _number in range(5):
        lanes.ask(
            lambda: threading.current_thread().name,
            then=lambda name: told.append(
                (name, threading.current_thread() is threading.main_thread())
            ),
        )
    qtbot.waitUntil(lambda: len(told) == 5)
    assert set(told) == {("lane-store", True)}


def test_a_change_is_broadcast_once_after_its_success_and_a_refusal_never(
    qtbot: Any, lanes: Lanes
) -> None:
    heard: list[int] = []
    refused: list[Trouble] = []
    lanes.something_changed.connect(lambda: heard.append(1))
    lanes.change(lambda: 7)
    lanes.change(raising(NO), otherwise=refused.append)
    lanes.ask(lambda: 8)
    qtbot.waitUntil(lambda: lanes.idle)
    assert heard == [1]
    assert refused == [NO]


def test_changes_run_one_after_the_other_in_order(qtbot: Any, lanes: Lanes) -> None:
    log: list[str] = []

    def slow(name: str) -> Callable[[], None]:
        def work() -> None:
            log.append(f"{name} begins")
            time.sleep(0.02)
            log.append(f"{name} ends")

        return work

    for name in "abc":
        lanes.change(slow(name))
    qtbot.waitUntil(lambda: lanes.idle)
    assert log == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


def test_a_newer_question_of_the_same_key_cancels_the_answer_of_the_older(
    qtbot: Any, lanes: Lanes
) -> None:
    told: list[int] = []
    scope = QWidget()
    qtbot.addWidget(scope)
    for number in range(20):
        lanes.ask(lambda n=number: n, then=told.append, scope=scope, key="list")
    lanes.ask(lambda: 99, then=told.append, scope=scope, key="other")
    qtbot.waitUntil(lambda: lanes.idle)
    assert told == [19, 99]


def test_nobody_is_told_when_the_widget_that_asked_is_gone(qtbot: Any, lanes: Lanes) -> None:
    go = threading.Event()
    told: list[int] = []
    scope = QWidget()
    lanes.ask(lambda: go.wait(5) and 1, then=told.append, after=lambda: told.append(2), scope=scope)
    scope.deleteLater()
    QApplication.sendPostedEvents(scope, 52)  # QEvent.Type.DeferredDelete
    go.set()
    qtbot.waitUntil(lambda: lanes.idle)
    assert told == []


def test_a_refusal_stands_beside_the_control_in_the_fixed_words(qtbot: Any, lanes: Lanes) -> None:
    line = RefusalLine()
    qtbot.addWidget(line)
    lanes.change(raising(NO), otherwise=line.show_trouble, scope=line)
    qtbot.waitUntil(lambda: not line.isHidden())
    assert line.code == "no_power"
    assert line.text() == (
        "Not possible now: Your letter does not cover it. What you can do: Ask the roster manager."
    )
    line.clear_trouble()
    assert line.isHidden()


def test_an_outage_posts_a_banner_whose_try_again_repeats_the_very_same_work(
    qtbot: Any, lanes: Lanes, notices: Notices
) -> None:
    tries: list[int] = []
    told: list[str] = []

    def work() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise Outage("store_gone", "The centre does not answer.")
        return "there"

    lanes.ask(work, then=told.append)
    qtbot.waitUntil(lambda: bool(notices.standing()))
    notice = notices.standing()[0]
    assert (notice.kind, notice.text) == ("outage", "The centre does not answer.")
    assert notice.again is not None
    notice.again()
    qtbot.waitUntil(lambda: told == ["there"])
    assert len(tries) == 2


def test_a_bug_becomes_a_fault_with_its_traceback_and_names_the_plugin(
    qtbot: Any, lanes: Lanes, notices: Notices
) -> None:
    notices.blame = lambda report: "市场监管 1.2.0" if "ZeroDivisionError" in report else None
    seen: list[Trouble] = []
    lanes.errand(lambda: 1 // 0, otherwise=seen.append)
    qtbot.waitUntil(lambda: bool(notices.standing()))
    notice = notices.standing()[0]
    assert notice.kind == "fault"
    assert "Traceback" in notice.report and "ZeroDivisionError" in notice.report
    assert "市场监管 1.2.0" in notice.text
    assert isinstance(seen[0], Fault)


def test_cancelled_is_silent_but_after_is_called(
    qtbot: Any, lanes: Lanes, notices: Notices
) -> None:
    ended: list[str] = []
    lanes.paper(
        raising(Cancelled()),
        otherwise=lambda t: ended.append("told"),
        after=lambda: ended.append("after"),
    )
    qtbot.waitUntil(lambda: lanes.idle)
    assert ended == ["after"]
    assert notices.standing() == ()


def test_slow_work_with_a_label_shows_progress_and_can_be_called_off(
    qtbot: Any, lanes: Lanes
) -> None:
    began: list[Job] = []
    lanes.slow_began.connect(began.append)
    reached: list[int] = []

    def work() -> None:
        for step in range(1000):
            checkpoint(step, 1000, "page")
            reached.append(step)
            time.sleep(0.005)

    lanes.errand(work, label="Copying")
    lanes.errand(lambda: time.sleep(0.4))
    qtbot.waitUntil(lambda: bool(began))
    assert began[0].ticket.total == 1000 and began[0].ticket.done > 10
    with qtbot.waitSignal(lanes.slow_ended):
        began[0].cancel()
    assert len(reached) < 500
    qtbot.waitUntil(lambda: lanes.idle)
    assert [job.label for job in began] == ["Copying"], "work without a label shows no progress"


def test_a_change_that_went_through_counts_although_it_was_called_off(
    qtbot: Any, lanes: Lanes
) -> None:
    told: list[str] = []
    heard: list[int] = []
    lanes.something_changed.connect(lambda: heard.append(1))
    job = lanes.change(lambda: time.sleep(0.1) or "done", then=told.append)
    job.cancel()
    qtbot.waitUntil(lambda: lanes.idle)
    assert (told, heard) in ((["done"], [1]), ([], []))
    assert bool(told) == bool(heard)


def test_a_slow_lane_does_not_stall_the_event_loop(
    qtbot: Any, lanes: Lanes, heartbeat: Heartbeat
) -> None:
    heartbeat.reset()
    lanes.ask(lambda: time.sleep(0.4))
    lanes.paper(lambda: time.sleep(0.4))
    qtbot.waitUntil(lambda: lanes.idle)
    assert heartbeat.longest_ms < BLOCKED_MS


class Asked:
    """A session that would answer anything."""

    who = "nobody"

    def moment(self) -> int:
        return 5


def test_the_session_raises_on_the_ui_thread_and_answers_in_the_lane(
    qtbot: Any, lanes: Lanes
) -> None:
    claim_ui_thread()
    session = guarded(Asked())  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="UI thread"):
        session.moment()
    with pytest.raises(RuntimeError, match="UI thread"):
        _who = session.who
    with pytest.raises(RuntimeError, match="UI thread"):
        assert_not_ui_thread()
    told: list[int] = []
    lanes.ask(session.moment, then=told.append)
    qtbot.waitUntil(lambda: told == [5])


def test_an_errand_may_wait_for_the_store_lane(qtbot: Any, lanes: Lanes) -> None:
    told: list[str] = []
    lanes.errand(lambda: lanes.in_store(lambda: threading.current_thread().name), then=told.append)
    qtbot.waitUntil(lambda: told == ["lane-store"])


def test_closing_ends_the_threads_and_finishes_the_change_under_way(qapp: QApplication) -> None:
    claim_ui_thread()
    done: list[int] = []
    lanes = Lanes()
    lanes.change(lambda: time.sleep(0.05) or done.append(1))
    for _number in range(50):
        lanes.ask(lambda: done.append(2))
    assert lanes.close() == ()
    assert done[:1] == [1] and len(done) < 51
    assert not [t for t in threading.enumerate() if t.name == "lane-store"]
    late = lanes.ask(lambda: done.append(3))
    assert late.ticket.called_off and lanes.idle and 3 not in done
    with pytest.raises(RuntimeError, match="closed"):
        lanes.change(lambda: 1)


def test_closing_names_the_lane_that_hangs(qapp: QApplication) -> None:
    lanes = Lanes()
    begun, enough = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        enough.wait()

    lanes.errand(hang)
    assert begun.wait(10)
    assert lanes.close(seconds=0.1) == ("errands",)
    enough.set()
