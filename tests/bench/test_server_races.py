"""Two hundred people at one server who want the same: one wins, everybody else is told by whom.

200 × 100 with ``--deep`` (issue 3), 10 × 5 without. Everybody has a login and a connection of his
own; the ledger has one row a document, and every chain holds afterwards. Nothing asserts a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from tests.bench.figures import FigureTable
from tests.bench.race_kit import Runner, at_once, broken_chains, crowd, nth, sessions_of
from tests.store.server.centres import ServerCentre, ServerWorld, found, server_world
from tests.store.server.cluster import QUIET, cluster
from tests.store.world import document_of, stamp_move
from workbench.rules.case import Case, Move
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import Placement, Prepared

pytestmark = [pytest.mark.timeout(900), pytest.mark.long(10)]

SIZES = {1: (10, 5), 10: (200, 100)}
"""Depth -> people and cases."""


@pytest.fixture(scope="module")
def racing(depth: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerWorld]:
    """A centre on a server of its own; where it is measured, with a real disk."""
    with cluster(**({} if depth > 1 else QUIET)) as made:
        server = ServerCentre(made, found(made, "founded"))
        try:
            with server_world(server, tmp_path_factory.mktemp("racing")) as world:
                yield world
        finally:
            server.close()


def raced(
    world: ServerWorld, names: Sequence[str], cases: Sequence[Case],
    act: Callable[[Any, Case], None],
) -> list[Runner]:  # fmt: skip
    """Everybody tries every case in the same order; the first case only wakes the connections."""
    with sessions_of(world, names) as sessions:
        runners = [Runner(name, one) for name, one in zip(names, sessions, strict=True)]
        places = range(len(cases))

        def tried(session: Any, place: int) -> None:
            act(session, cases[place])

        at_once([lambda one=one: one.run(places[:1], tried) for one in runners])
        for one in runners:
            one.taken.clear()
        at_once([lambda one=one: one.run(places[1:], tried) for one in runners])
        return runners


def judged(
    runners: list[Runner], cases: int, fits: Callable[[Refusal, Runner], bool]
) -> dict[str, int | float]:
    """Figures of a race: every case has one winner, and every loser's refusal names him."""
    winners = {place: one for one in runners for place in one.won}
    assert sum(len(one.won) for one in runners) == len(winners) == cases
    told = 0
    for one in runners:
        assert len(one.won) + len(one.told) == cases, "everybody got an answer to every try"
        for place, refused in one.told.items():
            assert fits(refused, winners[place]), refused
            told += 1
    taken = [each for one in runners for each in one.taken]
    return {"cases": cases, "tries": cases * len(runners), "winners": len(winners), "told": told,
            "lost": cases * len(runners) - len(winners) - told,
            "p50": nth(taken, 0.5), "p99": nth(taken, 0.99)}  # fmt: skip


def show(
    measured: Callable[[FigureTable], None], title: str, found: dict[str, int | float]
) -> None:
    table = FigureTable(title, (
        "what", "cases", "tries", "winners", "told who", "lost", "ms a try p50", "ms a try p99",
    ))  # fmt: skip
    table.add("all at once, no pause", *found.values())
    table.notes.append("One case more than is asked for: the first one wakes the connections.")
    measured(table)


def test_everybody_takes_the_same_cases(
    racing: ServerWorld, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    people, number = SIZES[depth]
    assert racing.server is not None
    names = crowd(racing.server, "representative", people)
    cases = [racing.pushed() for _number in range(number + 1)]

    def take(session: Any, case: Case) -> None:
        session.make_move(case.case_id, Move("claim", expected_version=case.version))

    def told_by(refused: Refusal, winner: Runner) -> bool:
        said = f"{winner.login.title()} was faster: claim at 2026-03-02 09:"
        return refused.code == "changed_meanwhile" and refused.message.startswith(said)

    found = judged(raced(racing, names, cases, take), len(cases), told_by)
    show(measured, f"{people} people take the same {number} cases", found)
    claims = racing.server.admin.exec_driver_sql(
        "SELECT count(*), count(DISTINCT case_id) FROM event WHERE kind = 'claim'"
        " AND case_id = ANY (%s)", ([one.case_id for one in cases],),
    ).one()  # fmt: skip
    assert tuple(claims) == (len(cases), len(cases))
    assert broken_chains(racing) == []


def test_everybody_seals_the_same_documents(
    racing: ServerWorld, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    people, number = SIZES[depth]
    assert racing.server is not None
    names = crowd(racing.server, "seal_custodian", people)
    cases = [racing.awaiting_seal() for _number in range(number + 1)]

    def seal(session: Any, case: Case) -> None:
        owner = f"{session.login}-worker"
        line = session.reserve(document_of(case), case.case_id, "approval", owner)
        kept = session.put_content(f"prepared {line.serial}".encode())
        prepared = Prepared(
            "x", "x.tail", b"digest", 10, 20, line.sha256_before, Placement(1, 105.0, 240.0)
        )
        session.mark_prepared(line.serial, owner, prepared, kept)
        sealed = session.put_content(f"sealed {line.serial}".encode())
        session.mark_signed(line.serial, owner, b"cms", sealed, "B-B")
        session.release(line.serial, owner, stamp_move(case, line.serial, sealed))

    def told_by(refused: Refusal, winner: Runner) -> bool:
        named = winner.login.title() in refused.message and "2026-03-02 09:" in refused.message
        return named and refused.code in ("being_stamped", "already_stamped")

    found = judged(raced(racing, names, cases, seal), len(cases), told_by)
    show(measured, f"{people} people seal the same {number} documents", found)
    lines = racing.server.admin.exec_driver_sql(
        "SELECT count(*), count(DISTINCT document_id), count(*) FILTER (WHERE state = 'RELEASED')"
        " FROM ledger_line"
    ).one()
    assert tuple(lines) == (len(cases),) * 3
    assert broken_chains(racing) == []
