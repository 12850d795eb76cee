"""What one desk does is heard at the others; a line that breaks comes back, nothing is doubled."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.server.centres import ServerCentre, ServerWorld, server_world
from tests.store.world import PROMISED, duty_of
from workbench.rules.case import Move
from workbench.rules.refusals import Outage, Refusal


@pytest.fixture
def live(server: ServerCentre, tmp_path: Path) -> Iterator[ServerWorld]:
    with server_world(server, tmp_path) as world:
        yield world


class Hearing:
    """Counts what a session hears."""

    def __init__(self, world: ServerWorld, login: str) -> None:
        self.session = world.as_(login)
        self.heard = threading.Event()
        self.session.on_change(self.heard.set)
        assert self.heard.wait(10)  # It has connected and looks at everything once.
        self.heard.clear()

    def hears(self, seconds: float = 5.0) -> bool:
        """Whether something is told within that time; forgotten afterwards."""
        told = self.heard.wait(seconds)
        self.heard.clear()
        return told


def test_a_step_is_heard_by_the_department_and_by_who_watches_all(live: ServerWorld) -> None:
    partner, supervisor = Hearing(live, "li"), Hearing(live, "tang")
    stranger = Hearing(live, "chen")
    mark = partner.session.change_mark()
    case = live.pushed(PROMISED)
    assert partner.hears() and supervisor.hears()
    assert partner.session.change_mark() > mark
    assert not stranger.hears(0.3), "another department hears nothing of it"
    live.move(duty_of(PROMISED), case, "claim")
    assert partner.hears()


def test_a_refused_step_tells_nobody(live: ServerWorld) -> None:
    case = live.pushed(PROMISED)
    partner = Hearing(live, "li")
    with pytest.raises(Refusal):
        live.as_("chen").make_move(case.case_id, Move("claim"))
    assert not partner.hears(0.3)


def test_a_broken_line_is_said_and_comes_back_by_itself(live: ServerWorld) -> None:
    partner = Hearing(live, "li")
    assert live.server is not None
    ended = live.server.admin.exec_driver_sql(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'li'"
    ).scalar_one()
    assert ended >= 1
    assert partner.hears(10)
    limit = time.monotonic() + 10
    while True:
        try:
            partner.session.change_mark()
            break
        except Outage:
            assert time.monotonic() < limit
            time.sleep(0.05)
    live.pushed(PROMISED)
    assert partner.hears()


def test_a_step_on_a_line_that_was_cut_is_taken_once(live: ServerWorld) -> None:
    case = live.pushed(PROMISED)
    session = live.as_(duty_of(PROMISED))
    session.make_move(case.case_id, Move("claim"))
    assert live.server is not None
    live.server.admin.exec_driver_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
        (duty_of(PROMISED),),
    )
    before = session.case_view(case.case_no)
    assert before is not None
    after = live.move(duty_of(PROMISED), case, "release")
    assert after.version == before.case.version + 1
