"""Server, line and desk are killed at every step of a move: nothing acknowledged is lost, nothing
is doubled, every chain holds, a document has one line in the ledger.

A server of its own, because it is killed; its transactions are on the disk when they are answered.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre, ServerWorld, found, server_world
from tests.store.server.cluster import Cluster, cluster
from tests.store.server.cut_wire import ANSWERED, BEFORE, UNANSWERED, Wire, wire_to
from tests.store.world import PROMISED, document_of, duty_of, stamp_move
from workbench.casework.audit_verify import verify
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.seal_custody import LedgerState
from workbench.rules.seal_states import SealStepAsked
from workbench.store.server import connecting
from workbench.store.server.line import Line
from workbench.store.server.server_session import ServerSession
from workbench.vault.audit_key import signature_fits

pytestmark = [pytest.mark.long(9), pytest.mark.timeout(600)]

WHO = duty_of(PROMISED)
FORM = NewEntry("form", {"applicant": {"name": "王小明", "id_number": "990101198001010014"}})
CUTS = ((BEFORE, 0), (UNANSWERED, 0), (ANSWERED, 0), (ANSWERED, 1), (ANSWERED, 60))


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerWorld]:
    """The small centre; what dies is a process, never the machine, so files need no flush."""
    with cluster(fsync="off", full_page_writes="off") as made:
        server = ServerCentre(made, found(made, "founded"))
        try:
            with server_world(server, tmp_path_factory.mktemp("killed")) as world:
                yield world
        finally:
            server.close()


@contextmanager
def at_the_wire(world: ServerWorld, *logins: str) -> Iterator[Wire]:
    """These people's sessions go over a wire that can be cut."""
    assert world.server is not None
    with wire_to(world.server.cluster.port) as wire:
        address = replace(world.server.address, port=wire.port)
        for login in logins:
            engine = connecting.make_engine(address, login, None)
            books = world.centre.books  # type: ignore[attr-defined]
            kept, world.sessions[login] = (
                world.sessions.get(login), ServerSession(Line(address, engine), books, login))
            world.sessions[login].moment()
            if kept is not None:
                kept.close()
        try:
            yield wire
        finally:
            for login in logins:
                world.sessions.pop(login).close()


def insist(act: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Behind *try again*: the very same step, until the server is back."""
    limit = time.monotonic() + seconds
    while True:
        try:
            return act()
        except Outage:
            if time.monotonic() > limit:
                raise
            time.sleep(0.1)


def sql(world: ServerWorld, text: str, *values: Any) -> list[Any]:
    """Asked as the superuser on a connection of its own."""
    assert world.server is not None
    engine = create_engine(world.server.cluster.url(world.server.name), poolclass=NullPool)
    with engine.connect() as asked:
        return list(asked.exec_driver_sql(text, values).all())


def kinds(world: ServerWorld, case: Case) -> list[str]:
    rows = sql(world, "SELECT kind FROM wb.event WHERE case_id = %s ORDER BY seq", case.case_id)
    return [str(kind) for (kind,) in rows]


def whole(world: ServerWorld) -> None:
    """Every case is as its log says, every chain holds, every number was used once."""
    wrong = "SELECT 1 FROM wb.case_file c WHERE (c.version, c.last_hash) <> ("
    last = "SELECT e.seq, e.hash FROM wb.event e WHERE e.case_id = c.case_id ORDER BY e.seq DESC"
    assert sql(world, f"{wrong}{last} LIMIT 1)") == []
    with world.as_("aud").audit_log() as log:
        found = verify(log, None, signature_fits).findings
    assert [one.text for one in found if one.wrong] == []


# -- the line ------------------------------------------------------------------------------------


def test_a_step_is_taken_once_wherever_the_line_is_cut(
    killed: ServerWorld, depth: int, counted: Callable[[str, int], None]
) -> None:
    case, dice = killed.pushed(), random.Random(7)
    with at_the_wire(killed, WHO) as wire:
        cuts = list(CUTS)
        if depth > 1:
            cuts += [(ANSWERED, dice.randrange(2, 2_000)) for _round in range(100)]
        for number, (when, after) in enumerate(cuts):
            step = Move(("claim", "release")[number % 2], operation_id=f"cut-{number}")
            wire.cut(when, after)
            case = killed.as_(WHO).make_move(case.case_id, step)
            assert killed.as_(WHO).make_move(case.case_id, step) == case, "the same answer again"
            counted("steps over a line that was cut", 1)
        assert wire.cuts >= len(CUTS)
    assert kinds(killed, case)[3:] == [("claim", "release")[n % 2] for n in range(len(cuts))]
    whole(killed)


def test_a_case_is_registered_once(killed: ServerWorld) -> None:
    before = sql(killed, "SELECT count(*) FROM wb.case_file")[0][0]
    killed.file()
    with at_the_wire(killed, "wang") as wire:
        wire.cut(ANSWERED)
        move = Move("register", {"item_code": PROMISED.item_code, "channel": "window"},
                    (FORM,))  # fmt: skip
        case = killed.as_("wang").register(move, "王**", "cut-package")
        assert wire.cuts == 1
    assert sql(killed, "SELECT count(*) FROM wb.case_file")[0][0] == before + 1
    assert kinds(killed, case) == ["register"]


def test_every_step_of_a_press_is_taken_once(
    killed: ServerWorld, depth: int, counted: Callable[[str, int], None]
) -> None:
    """The worker goes on as if nothing had been; the ledger has one line, sealed once."""
    for when, after in CUTS if depth > 1 else ((ANSWERED, 0),):
        case = killed.awaiting_seal()
        with at_the_wire(killed, "lin") as wire:
            session = killed.as_("lin")

            def cut_before(act: Callable[[], Any], wire: Wire = wire, when: str = when,
                           after: int = after) -> Any:  # fmt: skip
                wire.cut(when, after)
                counted("steps of a press over a line that was cut", 1)
                return act()

            line = cut_before(lambda session=session, case=case: session.reserve(
                document_of(case), case.case_id, "approval", "w"))  # fmt: skip
            prepared, sealed = killed.prepare(line.sha256_before, line.serial)
            kept = killed.file(f"prepared {line.serial}")
            cut_before(lambda s=session, at=line.serial, p=prepared, k=kept: s.mark_prepared(
                at, "w", p, k))  # fmt: skip
            cut_before(lambda s=session, at=line.serial, f=sealed: s.mark_signed(
                at, "w", b"cms", f, "B-B"))  # fmt: skip
            move = stamp_move(case, line.serial, sealed)
            cut_before(lambda s=session, at=line.serial, m=move: s.release(at, "w", m))
            assert wire.cuts == 4
        rows = sql(killed, "SELECT state FROM wb.ledger_line WHERE document_id = %s",
                   document_of(case))  # fmt: skip
        assert [state for (state,) in rows] == [LedgerState.RELEASED.value]
        steps = sql(killed, "SELECT count(*) FROM wb.ledger_step WHERE serial = %s", line.serial)
        assert steps[0][0] == 4
        assert kinds(killed, case).count("stamp") == 1
    whole(killed)


def test_what_is_done_at_the_seal_desk_is_done_once(killed: ServerWorld) -> None:
    """A wrong PIN counts once, a press is given up once, a seal is suspended once."""
    case = killed.awaiting_seal()
    with at_the_wire(killed, "lin", "han") as wire:
        lin, han = killed.as_("lin"), killed.as_("han")
        line = lin.reserve(document_of(case), case.case_id, "approval", "w")
        for act in (
            lambda: lin.void_line(line.serial, "w", "worker_gone"),
            lambda: han.ask_seal_change("approval", SealStepAsked("suspend", "look")),
            lambda: han.ask_seal_change("approval", SealStepAsked("resume", "found")),
        ):
            wire.cut(ANSWERED)
            act()
        wire.cut(ANSWERED)
        assert lin.note_wrong_pin() == 1
        lin.clear_wrong_pins()
        assert wire.cuts == 4
    assert len(killed.as_("lin").seal_changes("approval")) == 2
    whole(killed)


# -- the server ----------------------------------------------------------------------------------


def backend(world: ServerWorld, login: str) -> int:
    (found,) = sql(world, "SELECT pid FROM pg_stat_activity WHERE usename = %s", login)
    return int(found[0])


def end_session(world: ServerWorld, login: str) -> None:
    """As ``user revoke`` does."""
    sql(world, "SELECT pg_terminate_backend(%s)", backend(world, login))


def kill_backend(world: ServerWorld, login: str) -> None:
    """The server gives all sessions up and starts anew by itself."""
    os.kill(backend(world, login), signal.SIGKILL)


def kill_server(world: ServerWorld, _login: str) -> None:
    """Nothing starts anew by itself."""
    assert world.server is not None
    file = world.server.cluster.folder / "data" / "postmaster.pid"
    os.kill(int(file.read_text().split()[0]), signal.SIGKILL)
    start_again(world.server.cluster)


def start_again(made: Cluster) -> None:
    """As soon as the last of the old processes has let go of the memory."""
    limit = time.monotonic() + 30
    while True:
        try:
            made.start()
            return
        except AssertionError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.2)


KILLS = {"session": end_session, "backend": kill_backend, "server": kill_server}


@pytest.mark.parametrize("what", KILLS)
def test_a_step_outlives_the_server(
    killed: ServerWorld, what: str, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Killed before a step, while it waits for its turn in the verb, and right after its answer."""
    often = depth > 1 or what != "server"
    for turn in range(1 if depth == 1 else 5):
        case, kill, session = killed.pushed(), KILLS[what], killed.as_(WHO)
        moves = [Move(name, operation_id=f"{what}-{turn}-{name}") for name in
                 ("claim", "release")]  # fmt: skip
        session.moment()
        if often:
            kill(killed, WHO)
        case = insist(lambda s=session, c=case, m=moves: s.make_move(c.case_id, m[0]))
        back(killed)
        case = killed_inside(killed, case, moves[1], kill)
        assert kinds(killed, case)[3:] == ["claim", "release"]
        if often:
            kill(killed, WHO)
        again = insist(lambda s=session, c=case, m=moves: s.make_move(c.case_id, m[1]))
        assert again == case, "the answer that was given before"
        back(killed)
        counted(f"killed at a step: {what}", 3 if often else 1)
    whole(killed)


def killed_inside(
    world: ServerWorld, case: Case, move: Move, kill: Callable[[ServerWorld, str], None]
) -> Case:
    """The step waits for a lock that the test holds; then it is killed."""
    assert world.server is not None
    done: list[Case] = []
    engine = create_engine(world.server.cluster.url(world.server.name), poolclass=NullPool)
    session = world.as_(WHO)
    desk = threading.Thread(target=lambda: done.append(insist(
        lambda: session.make_move(case.case_id, move))))  # fmt: skip
    holding = engine.connect()
    holding.exec_driver_sql("SELECT 1 FROM wb.case_file WHERE case_id = %s FOR UPDATE",
                            (case.case_id,))  # fmt: skip
    desk.start()
    try:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE usename = %s AND wait_event_type = 'Lock'"
        while not sql(world, waiting, WHO):
            time.sleep(0.01)
        kill(world, WHO)
    finally:
        try:
            holding.rollback()
            holding.close()
        except DBAPIError:
            holding.invalidate()
        desk.join()
    back(world)
    return done[0]


def back(world: ServerWorld) -> None:
    """Until the server answers; the test's own connections are made anew."""
    assert world.server is not None
    limit = time.monotonic() + 30
    while True:
        try:
            sql(world, "SELECT 1")
            break
        except DBAPIError:
            assert time.monotonic() < limit
            time.sleep(0.05)
    for one in world.server.connections.values():
        one.invalidate()
    world.server.reconnect()
    for session in world.sessions.values():
        insist(session.moment)


# -- the desk ------------------------------------------------------------------------------------

DESK = """
import os, sys
from pathlib import Path
from tests.bench.live_kit import address_of
from workbench.rules.case import Move
from workbench.store.content import ContentStore
from workbench.store.moves import Books
from workbench.store.server import connecting
from workbench.store.server.line import Line
from workbench.store.server.server_session import ServerSession
from workbench.store.shelf import Shelf

port, database, login, case = sys.argv[1:]
address = address_of(int(port), database)
line = Line(address, connecting.make_engine(address, login, None))
session = ServerSession(line, Books(Shelf(), ContentStore(Path(os.devnull))), login)
while True:
    for name in ("claim", "release"):
        print(session.make_move(int(case), Move(name)).version, flush=True)
"""


def test_a_desk_that_is_killed_leaves_no_half_step(
    killed: ServerWorld, depth: int, counted: Callable[[str, int], None]
) -> None:
    assert killed.server is not None
    dice = random.Random(11)
    for _turn in range(depth * 2 if depth > 1 else 1):
        case = killed.pushed()
        child = subprocess.Popen(
            [sys.executable, "-c", DESK, str(killed.server.cluster.port), killed.server.name,
             WHO, str(case.case_id)],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip
        assert child.stdout is not None
        told = int(child.stdout.readline())
        time.sleep(dice.uniform(0.01, 0.3))
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        child.stdout.close()
        child.wait()
        told = int(rest[-1]) if rest else told
        gone(killed, case, WHO)
        steps = kinds(killed, case)[3:]
        assert steps == [("claim", "release")[n % 2] for n in range(len(steps))]
        assert told <= len(steps) + 3 <= told + 1, "the last one may not have been told"
        counted("desk processes killed", 1)
    whole(killed)


def gone(world: ServerWorld, case: Case, login: str) -> None:
    """Until the server has ended what the dead desk had asked: another can move the case."""
    limit = time.monotonic() + 10
    before = -1
    while (now := len(kinds(world, case))) != before or sql(
        world, "SELECT 1 FROM pg_stat_activity WHERE usename = %s AND state = 'active'", login
    ):
        assert time.monotonic() < limit
        before = now
        time.sleep(0.1)


def test_a_step_that_is_refused_stays_refused_when_its_line_was_cut(killed: ServerWorld) -> None:
    """Asked again on a new line: the same refusal, and nothing was written."""
    case = killed.pushed()
    with at_the_wire(killed, "chen") as wire:
        wire.cut(ANSWERED)
        with pytest.raises(Refusal) as said:
            killed.as_("chen").make_move(case.case_id, Move("claim"))
        assert (wire.cuts, said.value.code) == (1, "not_visible")
    assert len(kinds(killed, case)) == case.version
