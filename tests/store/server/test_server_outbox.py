"""What a move leaves behind, written by SQL and by Python on the same rows: no difference."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.store.histories import history
from tests.store.server.centres import ServerCentre
from tests.store.server.owner_world import TwoWays, ask, owner_world
from tests.store.world import NINE, PARALLEL, World
from workbench.rules.case import NewEntry, State
from workbench.rules.moment import DAY, stamp
from workbench.rules.outside import ARCHIVE, NOTIFICATION, PROGRESS, SUPERVISION, TEXTS
from workbench.rules.people import Membership, Role
from workbench.store import people_rows

pytestmark = pytest.mark.long(9)


@pytest.fixture
def owned(server: ServerCentre, tmp_path: Path) -> Iterator[World]:
    """The small centre inside PostgreSQL, worked by its owner."""
    with owner_world(server, tmp_path) as made:
        yield made


@pytest.fixture
def two_ways(monkeypatch: pytest.MonkeyPatch) -> TwoWays:
    """Whatever the store writes is written both ways and compared."""
    made = TwoWays()
    made.take(monkeypatch)
    return made


def _slots(server: ServerCentre, case_id: int) -> Counter[str]:
    found = server.admin.exec_driver_sql(
        "SELECT slot FROM wb.exchange_outbox WHERE case_id = %s", (case_id,)
    )
    return Counter(found.scalars())


def test_a_case_from_the_window_to_the_archive(
    server: ServerCentre, owned: World, two_ways: TwoWays
) -> None:
    case = owned.press(owned.awaiting_seal())
    receipt = NewEntry("delivery", {"receiver": "self", "manner": "direct", "identity": "shown"})
    case = owned.move("xu", case, "issue", receipt, manner="direct")
    known = NewEntry("acknowledgement", {"reference": "R-1"})
    case = owned.move("xu", case, "record_acknowledgement", known)
    case = owned.move("xu", case, "close")
    package = NewEntry("package", {"sha256": owned.file("package")})
    case = owned.move("deng", case, "archive", package)
    assert case.state is State.ARCHIVED
    assert _slots(server, case.case_id) == {
        SUPERVISION: case.version, PROGRESS: 4, NOTIFICATION: 2, ARCHIVE: 1,
    }  # fmt: skip


def test_an_exercise_tells_nobody(server: ServerCentre, owned: World, two_ways: TwoWays) -> None:
    case = owned.move("wang", owned.draft(exercise=True), "receive")
    assert case.exercise
    assert two_ways.done["events"] == 2
    assert _slots(server, case.case_id) == {}


def test_a_survey_under_way_is_told_as_a_survey(
    server: ServerCentre, owned: World, two_ways: TwoWays
) -> None:
    case = owned.accepted(PARALLEL, "id_card", "site_plan")
    case = owned.move("zhang", case, "assign_survey", NewEntry("survey_task", {"text": "x"}),
                      surveyor="guo", second_surveyor="he")  # fmt: skip
    assert ask(server.admin, "wb.stage_of(%s)", case.case_id) == "survey"


def test_only_what_somebody_is_at_that_moment_is_told(
    server: ServerCentre, owned: World, two_ways: TwoWays
) -> None:
    """The first second counts, the last one no longer; a role held twice is told once."""
    at = NINE + 1_000_000
    with owned.centre.administration() as unit:
        for role, since, until in (
            (Role.SURVEYOR, at - DAY, at), (Role.ISSUING_CLERK, at, at + 1),
            (Role.REVIEWER, at + 1, at + DAY), (Role.WINDOW_ACCEPTOR, at - DAY, at + DAY),
        ):  # fmt: skip
            people_rows.add_membership(
                unit.sql, Membership("wang", role, "market", "hall", None, since, until)
            )
    case = owned.draft()
    body = ask(server.admin, "body FROM wb.exchange_outbox WHERE case_id = %s", case.case_id)
    assert json.loads(body)["roles"] == ["issuing_clerk", "window_acceptor"]
    assert two_ways.done["messages"] == 1


@pytest.mark.timeout(900)
def test_random_histories_leave_the_same_rows(
    owned: World, two_ways: TwoWays, depth: int, counted: Callable[[str, int], None]
) -> None:
    history(owned, random.Random(330), 8, 70 * depth)
    for what, number in two_ways.done.items():
        counted(f"{what} written by SQL as by Python", number)
    assert min(two_ways.done.values()) > 5
    assert two_ways.done["messages"] > 100


def test_moments_are_stamped_alike(server: ServerCentre) -> None:
    dice = random.Random(7)
    moments = [0, -1, 1795396199999999, *(dice.randrange(-10**15, 10**16) for _ in range(500))]
    found = server.admin.exec_driver_sql(
        "SELECT wb.stamp(at) FROM unnest(%s::bigint[]) WITH ORDINALITY AS m (at, n) ORDER BY n",
        (moments,),
    ).scalars()
    assert list(found) == [stamp(one) for one in moments]


def test_the_texts_in_the_database_are_those_of_the_rules(server: ServerCentre) -> None:
    found = server.admin.exec_driver_sql("SELECT move, notice, text FROM wb.public_message").all()
    assert {move: (notice, text) for move, notice, text in found} == TEXTS
