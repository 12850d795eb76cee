"""I01 from the pushed package to the hand-over within thirty minutes, and what the log proves."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.journeys.hall import ARCHIVIST, CLERK, CUSTODIAN, SUPERVISOR, WINDOW, Hall, run
from workbench.rules.case import State
from workbench.rules.moment import MINUTE, SECOND

pytestmark = pytest.mark.long(13)

OFFICER = "zhang.wei"
S = State


def test_an_immediate_case_is_handed_over_within_thirty_minutes(hall: Hall) -> None:
    """S156, issue point 4: every figure comes from the events, none from the test's own clock."""
    case_no = hall.frozen("I01")
    keeper = hall.keeper()
    hall.press(case_no, apart=True)
    hall.forward()
    hall.run("issue", case_no, "--receiver", "林青川", "--identity", "ID card", "--as", CLERK)
    assert hall.path(case_no) == [
        ("register", WINDOW, S.DRAFT),
        ("receive", WINDOW, S.RECEIVED),
        ("push", WINDOW, S.PENDING_ACCEPTANCE),
        ("accept", OFFICER, S.UNDER_REVIEW),
        ("submit_opinion", OFFICER, S.PENDING_DECISION),
        ("grant", OFFICER, S.GRANTED),
        ("prepare_result", OFFICER, S.PREPARING_RESULT),
        ("request_seal", OFFICER, S.PENDING_SEAL),
        ("stamp", keeper, S.PENDING_ISSUE),
        ("issue", CLERK, S.ISSUED),
    ]
    at = {one.kind: one.effective_at for one in hall.events(case_no)}
    assert at["issue"] - at["receive"] < 30 * MINUTE
    assert at["accept"] - at["push"] < 10 * MINUTE
    assert at["stamp"] - at["request_seal"] < 5 * MINUTE
    with hall.session(SUPERVISOR) as room:
        view = room.case_view(case_no)
    assert view is not None
    runs = {run.name: run for run in view.clocks}
    assert runs["promised"].length == 30
    assert runs["promised"].stopped_at == at["stamp"]
    assert not any(run.over(run.stopped_at or hall.now()) for run in runs.values())
    hall.check()


def test_the_steps_of_a_case_sum_up_to_the_whole(hall: Hall) -> None:
    """S007: the duration of each step, and their sum is the duration of the case."""
    case_no = hall.frozen("I01")
    hall.press(case_no)
    hall.handed_over(case_no)
    hall.run("archive", case_no, "--as", ARCHIVIST)
    events = hall.events(case_no)
    moments = [one.effective_at for one in events]
    steps = [after - before for before, after in pairwise(moments)]
    assert all(step >= 0 for step in steps)
    assert sum(steps) == moments[-1] - moments[0]
    # Each recorded act is shown to the second, in order, by whom.
    shown = hall.case(case_no)["events"]
    assert [one["seq"] for one in shown] == list(range(1, len(events) + 1))
    assert [one["time"] for one in shown] == sorted(one["time"] for one in shown)
    assert [one["actor"] for one in shown] == [one.actor for one in events]
    whole = round((moments[-1] - moments[0]) / SECOND)
    assert whole > 8 * 60, "eight minutes at least were let pass by the test itself"


def test_the_sealed_file_is_verified_with_and_without_the_centre(sealing: Hall) -> None:
    case_no = sealing.waiting()[0]
    pressed = sealing.press(case_no)
    sealed = sealing.fetch(case_no)
    assert pressed.out.split()[3] == sealing.ledger()[-1]["sha256_after"]
    (found,) = run("verify", sealed, "--centre", sealing.url, "--json").records
    assert (found["verdict"], found["compared_with_register"]) == ("sealed-intact", True)
    pem = sealing.folder / "keys" / "seal-approval.pem"
    (found,) = run("verify", sealed, "--trust", pem, "--json").records
    assert (found["verdict"], found["compared_with_register"]) == ("sealed-intact", False)
    other = sealing.another_key()
    said = run("verify", sealed, "--trust", other, "--json")
    assert (said.code, said.records[0]["verdict"]) == (1, "sealed-unknown-signer")


def test_what_each_person_is_shown_of_the_case(sealing: Hall) -> None:
    """`explain` says by which row; who is not on duty sees nothing and is told why."""
    case_no = sealing.waiting()[0]
    sealing.press(case_no)
    assert "V17" in sealing.run("explain", CLERK, case_no).out
    assert "V16" in sealing.run("explain", CUSTODIAN, case_no).out
    (found,) = sealing.run("explain", "chen.jing", case_no, "--json").records
    assert (found["rows"], found["parts"]) == ([], [])
    assert [one["row"] for one in found["reasons"]] == [""], "no row speaks of another department"
    assert "chen.jing" in found["reasons"][0]["why"]
    said = sealing.run("case", case_no, "--as", "chen.jing", code=1)
    assert "workbench explain" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("name", "department"), [("I07", "real_estate"), ("I12", "civil_affairs"),
                             ("S01", "qingshi_street")]
)  # fmt: skip
def test_the_items_of_other_departments_go_the_same_way(
    hall: Hall, name: str, department: str
) -> None:
    """I07 and I12 with a reviewer, the street's S01 by its one officer; no plugin code is asked."""
    case_no = hall.frozen(name, department)
    keeper = hall.keeper()
    hall.press(case_no)
    sealed = hall.fetch(case_no)
    assert run("verify", sealed, "--centre", hall.url).code == 0
    hall.handed_over(case_no)
    hall.run("archive", case_no, "--as", ARCHIVIST)
    path = hall.path(case_no)
    assert path[-1] == ("archive", ARCHIVIST, S.ARCHIVED)
    assert ("stamp", keeper, S.PENDING_ISSUE) in path
    reviewers = {actor for step, actor, _state in path if step == "submit_opinion"}
    assert reviewers == ({"wu.gang"} if name == "S01" else {"ma.chao"})
    hall.check()
