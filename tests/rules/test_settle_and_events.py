"""Deemed results (T05, T06, T09, T13, T15) and the bytes of events."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rules.cases import CASE_NO, MORNING, NOON, OTHER, a_case, a_clock, a_dossier, a_task
from workbench.rules.case import State, TaskKind
from workbench.rules.events import Event, chained, event_hash, first_break, genesis
from workbench.rules.moment import MINUTE, SECOND
from workbench.rules.settle import next_settlement, overdue

S = State
TEN = MORNING + 10 * MINUTE
VECTORS = json.loads((Path(__file__).parent / "event_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("at", "deemed"), [(TEN - SECOND, False), (TEN - 1, False), (TEN, True)])
def test_s133_ten_minutes_to_the_microsecond(at: int, deemed: bool) -> None:
    dossier = a_dossier(clocks=(a_clock("acceptance_response", TEN),))
    found = next_settlement(dossier, at)
    assert (found is not None) is deemed
    late = next_settlement(dossier, NOON)
    assert late is not None
    assert (late.move, late.effective_at) == ("deem_accepted", TEN), "the true moment, not ours"
    assert late.fields["responsible"] == "zhang"


def test_r10_silence_is_effective_from_the_receipt() -> None:
    dossier = a_dossier(a_case(S.RECEIVED, received_at=MORNING),
                        clocks=(a_clock("correction_notice", NOON),))  # fmt: skip
    assert next_settlement(dossier, NOON - 1) is None
    found = next_settlement(dossier, NOON)
    assert found is not None
    assert (found.move, found.effective_at) == ("accept_by_silence", MORNING)


def test_the_earlier_of_two_deemed_results_comes_first() -> None:
    clocks = (a_clock("acceptance_response", NOON), a_clock("correction_notice", TEN))
    found = next_settlement(a_dossier(clocks=clocks), NOON)
    assert found is not None and found.move == "accept_by_silence"


def test_a_stopped_or_paused_clock_deems_nothing() -> None:
    stopped = a_clock("acceptance_response", TEN, stopped_at=MORNING)
    assert next_settlement(a_dossier(clocks=(stopped,)), NOON) is None


def test_t13_silent_departments_agree_and_then_the_case_returns() -> None:
    case = a_case(S.AWAITING_OPINIONS)
    waiting = a_task(TaskKind.OPINION, department=OTHER, due_at=TEN)
    found = next_settlement(a_dossier(case, tasks=(waiting,)), NOON)
    assert found is not None and (found.move, found.fields["department"]) == ("deem_opinion", OTHER)
    done = replace(waiting, state="answered", closed_at=TEN)
    collected = next_settlement(a_dossier(case, tasks=(done,)), NOON)
    assert collected is not None and collected.move == "collect_opinions"


def test_t15_the_special_procedure_ends_at_its_planned_end() -> None:
    task = a_task(TaskKind.SUSPENSION, data={"kind": "testing", "planned_end": TEN})
    dossier = a_dossier(a_case(S.SUSPENDED), tasks=(task,))
    assert next_settlement(dossier, TEN - 1) is None
    found = next_settlement(dossier, NOON)
    assert found is not None and (found.move, found.effective_at) == ("resume", TEN)


def test_s008_one_overdue_event_a_clock_with_the_true_time() -> None:
    dossier = a_dossier(a_case(S.UNDER_REVIEW), clocks=(a_clock("promised", TEN),))
    owed = overdue(dossier, NOON, frozenset())
    assert [one.effective_at for one in owed] == [TEN]
    assert owed[0].fields["responsible"] == "zhang", "S100: one responsible person"
    assert overdue(dossier, NOON, frozenset({"promised:1"})) == ()
    assert overdue(dossier, TEN - 1, frozenset()) == ()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["what"])
def test_event_vectors(vector: dict[str, object]) -> None:
    """Both engines must give these bytes; the vectors were computed with another program."""
    fields = {key: vector[key] for key in vector if key not in ("what", "hash")}
    assert event_hash(**fields) == vector["hash"]  # type: ignore[arg-type]


def chain() -> list[Event]:
    events: list[Event] = []
    prev = genesis(CASE_NO)
    for seq in range(1, 6):
        one = chained(1, seq, "claim", "张维", MORNING, MORNING + seq, {"n": seq}, prev)
        events.append(one)
        prev = one.hash
    return events


def test_s084_a_changed_removed_or_inserted_event_is_found() -> None:
    events = chain()
    assert first_break(CASE_NO, events) is None
    changed = [*events[:2], replace(events[2], payload='{"n":9}'), *events[3:]]
    assert first_break(CASE_NO, changed) == 3
    assert first_break(CASE_NO, [*events[:2], *events[3:]]) == 4
    assert first_break(CASE_NO, [events[1], *events[1:]]) == 2
    assert first_break("another case", events) == 1
