"""The ledger of presses inside PostgreSQL: same answers, same rows, exactly once in every race."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert

from tests.store import test_seal_ledger as presses
from tests.store.server.busy_desks import Desks
from tests.store.server.centres import ServerCentre
from tests.store.server.twins import Twins
from tests.store.world import LONG_AGO, NINE, World, document_of, new_world, stamp_move
from workbench.casework.seal_register import whole_ledger
from workbench.rules.case import Case, NewEntry, State
from workbench.rules.moment import DAY, MINUTE
from workbench.rules.people import Recusal
from workbench.rules.refusals import Refusal
from workbench.rules.seal_custody import LedgerState
from workbench.store import ledger_rows, seeding
from workbench.store.engine import Unit
from workbench.store.tables import membership

pytestmark = [pytest.mark.long(14), pytest.mark.timeout(1500)]

SCENARIOS = (
    presses.test_a_second_press_of_the_same_document_is_impossible,
    presses.test_the_queue_shows_the_document_and_never_the_scans,
    presses.test_which_seal_may_be_pressed,
    presses.test_only_the_owner_moves_a_line_until_its_lease_is_over,
    presses.test_a_signed_press_is_finished_and_never_repeated,
    presses.test_release_and_stamp_are_one,
    presses.test_a_stamping_is_never_entered_by_hand,
    presses.test_a_request_returned_meanwhile_stops_the_press,
    presses.test_a_signed_press_cannot_be_returned,
    presses.test_taking_over_custody,
    presses.test_a_seal_suspended_in_the_middle_of_a_press_signs_nothing,
    presses.test_a_press_that_was_signed_is_finished_under_a_suspended_seal,
)


@pytest.fixture
def twins(server: ServerCentre, tmp_path: Path, founded: Path) -> Iterator[Twins]:
    """Both centres, empty."""
    with new_world(tmp_path, founded) as world:
        yield Twins(world, server)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
def test_a_scenario_goes_the_same_way_in_both(
    twins: Twins, scenario: Callable[[World], None]
) -> None:
    scenario(twins.world)
    assert twins.differences() == []
    assert unbroken(twins)


@pytest.mark.parametrize("state", [LedgerState.RESERVED, LedgerState.PREPARED])
def test_a_press_that_broke_off_gives_the_document_back(twins: Twins, state: LedgerState) -> None:
    presses.test_a_press_that_broke_off_gives_the_document_back(twins.world, state)
    assert twins.differences() == []
    assert unbroken(twins)


@pytest.mark.histories(*range(3))
def test_random_presses_go_the_same_way_in_both(
    twins: Twins, seed: int, depth: int, counted: Callable[[str, int], None]
) -> None:
    desks = Desks(twins.world, random.Random(seed))
    desks.open()
    acts = (desks.ask_for_the_seal, *[desks.press] * 8, *[desks.recover] * 3, desks.take_back,
            desks.wrong_pin, desks.brake)  # fmt: skip
    desks.ask_for_the_seal()
    for _step in range(40 * depth):
        desks.morning()
        desks.dice.choice(acts)()
    desks.morning()
    desks.finish()
    assert twins.differences() == []
    assert unbroken(twins)
    taken = Counter(desks.seen)
    assert taken["reserve"] and taken["take lease"] and taken["pending_issue"], taken
    counted("steps at the seal desk alike in both engines", len(desks.seen))


def unbroken(twins: Twins) -> bool:
    """Whether every line of the server's ledger proves itself by Python's own chain."""
    unit = Unit(twins.server.admin, NINE)
    serials = unit.sql.exec_driver_sql("SELECT serial FROM ledger_line").scalars().all()
    return all(ledger_rows.first_break(unit, one) is None for one in serials)


def test_a_voided_document_is_void_in_the_register_and_may_be_sealed_anew(twins: Twins) -> None:
    """E14: the register says so, with the reason; a new file gets a new line."""
    world = twins.world
    case = world.press(world.awaiting_seal())
    world.move("lin", case, "propose_void", NewEntry("void_reason", {"text": "wrong name"}))
    case = world.move("zhang", case, "confirm_void")
    assert case.state is State.PREPARING_RESULT
    (line,) = whole_ledger(world.as_("lin"))
    assert (line.state, line.void_reason) == (LedgerState.VOID, "wrong name")
    assert twins.differences() == []


def test_five_wrong_pins_lock_the_desk_until_it_is_unlocked(twins: Twins) -> None:
    world = twins.world
    session = world.as_("lin")
    for engine in (world.centre.administration, _server_administration(twins)):
        with engine() as unit:
            unit.sql.execute(insert(membership).values(
                login="deng", role="security_admin", valid_from=LONG_AGO, valid_to=NINE + DAY
            ))  # fmt: skip
    session.note_wrong_pin()
    session.clear_wrong_pins()
    assert [session.note_wrong_pin() for _ in range(5)] == [1, 2, 3, 4, 5]
    session.clear_wrong_pins()
    assert session.seal_desk_locked()
    for login, code in (("lin", "not_your_role"), ("deng", "")):
        if code:
            assert refused(lambda one=login: world.as_(one).unlock_seal_desk("lin")) == code
        else:
            world.as_(login).unlock_seal_desk("lin")
    assert not session.seal_desk_locked()
    assert refused(lambda: world.as_("deng").unlock_seal_desk("lin")) == "not_locked"
    assert twins.differences() == []


def _server_administration(twins: Twins) -> Callable[[], Any]:
    return lambda: nullcontext(Unit(twins.server.admin, NINE))


def test_a_recused_custodian_presses_nothing(twins: Twins) -> None:
    """V00: on both engines, and before a signature exists that nobody could release."""
    world = twins.world
    case = world.awaiting_seal()
    with world.centre.administration() as unit:
        seeding.add_recusal(unit, Recusal("lin", str(case.case_id), "kin", "han"))
    assert refused(lambda: presses.reserve(world, case)) == "recused"


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


# -- what only a server has to guard against -----------------------------------------------------


def told(server: ServerCentre, login: str, call: str, *values: Any) -> Any:
    """The verb's answer, or the code of its refusal, over the person's own connection."""
    try:
        return server.connection(login).exec_driver_sql(f"SELECT {call}", values).scalar_one()
    except Exception as trouble:
        said: Any = trouble.orig  # type: ignore[attr-defined]
        return said.diag.message_primary if said.sqlstate == "WB001" else said.sqlstate


def half(twins: Twins, state: LedgerState) -> tuple[Case, int, str]:
    case = twins.world.awaiting_seal()
    serial, sealed = presses.half_way(twins.world, case, state)
    twins.ready()
    return case, serial, sealed


def test_nobody_moves_a_line_with_a_name_that_he_read_in_the_register(twins: Twins) -> None:
    """The lease is a person's, not a word's: owner and who made the last step."""
    world, server = twins.world, twins.server
    world.as_("gao").take_over_custody()
    case, serial, _sealed = half(twins, LedgerState.PREPARED)
    for login, code in (("gao", "ledger_moved_on"), ("zhang", "not_your_role")):
        void = "wb.seal_void(%s, 'lin-worker', 'x')"
        assert told(server, login, void, serial) == code
        signed = "wb.seal_signed(%s, 'lin-worker', '\\x00'::bytea, 'a', 'B-B')"
        assert told(server, login, signed, serial) == code
    assert told(server, "tang", "wb.seal_take_lease(%s, 'x')", serial) == "not_your_role"
    assert told(server, "gao", "wb.seal_take_lease(%s, 'x')", serial) is False, "not over yet"
    world.clock.forward(3 * MINUTE)
    twins.ready()
    assert told(server, "gao", "wb.seal_take_lease(%s, 'x')", serial) is True
    assert told(server, "lin", "wb.seal_void(%s, 'x', 'y')", serial) == "ledger_moved_on"
    assert told(server, "gao", "wb.seal_void(%s, 'x', 'y')", serial)["line"]["state"] == "VOID"
    assert told(server, "gao", "wb.seal_reserve(%s, %s, 'approval', 'g')", document_of(case),
                twins.numbers[case.case_id])["line"]["serial"] == serial + 1  # fmt: skip


def test_the_stamp_says_what_the_ledger_says(twins: Twins) -> None:
    """A hand-made stamp cannot name another document, or bring a second file as the sealed one."""
    case, serial, sealed = half(twins, LedgerState.SIGNED)
    move = stamp_move(case, serial, sealed)
    entries = [{"kind": "sealed_document", "body": dict(move.entries[0].body)}]
    other = [{"kind": "sealed_document", "body": {"sha256": twins.world.file("other")}}]
    call = "wb.seal_release(%s, 'lin-worker', %s::jsonb, %s::jsonb)"
    right = dict(move.fields)
    for fields, brings in (
        (right | {"document_id": "another"}, entries), (right | {"serial": 7}, entries),
        (right | {"hash_after": "0" * 64}, entries), (right | {"hash_before": ""}, entries),
        (right | {"x_mm": 1}, entries), (right, entries + other), (right, other + entries),
        (right, []), (right, entries * 2),
    ):  # fmt: skip
        said = told(twins.server, "lin", call, serial, json.dumps(fields), json.dumps(brings))
        assert said == "ledger_differs", (fields, brings, said)
    full = right | {"page": 1, "x_mm": 105.0, "y_mm": 240, "level": "B-B"}
    done = told(twins.server, "lin", call, serial, json.dumps(full), json.dumps(entries))
    assert done["case"]["state"] == "pending_issue"


def test_a_transaction_that_looks_at_the_past_does_not_press(twins: Twins) -> None:
    """Else whoever lost the post could go on with what he saw before."""
    _case, serial, _sealed = half(twins, LedgerState.PREPARED)
    sql = twins.server.connection("lin")
    sql.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ")
    try:
        assert told(twins.server, "lin", "wb.seal_void(%s, 'lin-worker', 'x')", serial) == "25000"
    finally:
        sql.exec_driver_sql("ROLLBACK")


def test_the_index_has_the_last_word(twins: Twins) -> None:
    """Another transaction has written the line and not committed it: the loser is told who."""
    case = twins.world.awaiting_seal()
    twins.ready()
    number = twins.numbers[case.case_id]
    url = f"host=127.0.0.1 port={twins.server.cluster.port} dbname={twins.server.name}"
    answers: list[Any] = []
    with psycopg.connect(f"{url} user=cluster_admin") as first:
        first.execute(
            "INSERT INTO wb.ledger_line (document_id, case_id, seal_id, state, custodian, owner,"
            " lease_until, reserved_at, changed_at, sha256_before, prepared_sha256, sha256_after,"
            " hole_start, hole_end, page, signature_level, void_reason) VALUES (%s, %s,"
            " 'approval', 'RESERVED', 'gao', 'o', %s, %s, %s, '', '', '', 0, 0, 0, '', '')",
            (document_of(case), number, NINE + DAY, NINE, NINE),
        )
        call = "wb.seal_reserve(%s, %s, 'approval', 'w')"
        late = threading.Thread(target=lambda: answers.append(
            told(twins.server, "lin", call, document_of(case), number)))  # fmt: skip
        late.start()
        late.join(0.5)
        assert late.is_alive(), "it waits for the other transaction"
        first.commit()
        late.join(20)
    assert answers == ["being_stamped"]


def test_a_race_of_two_custodians_gives_one_line_a_document(
    twins: Twins, depth: int, counted: Callable[[str, int], None]
) -> None:
    """All press the same documents at once; everybody else is told who, since when and how."""
    desks, documents = (12, 8) if depth == 1 else (200, 20)
    world = twins.world
    world.as_("gao").take_over_custody()
    asked = [world.awaiting_seal() for _each in range(documents)]
    for each in range(documents):
        world.file(f"prepared {each}")
        world.file(f"sealed {each}")
    twins.ready()
    todo = [
        (document_of(case), twins.numbers[case.case_id], stamp_move(case, 0, "").operation_id)
        for case in asked
    ]
    outcomes = Racers(twins, todo, world.file("prepared"), world.file("sealed")).run(desks)
    rows = twins.server.admin.exec_driver_sql(
        "SELECT document_id, custodian, state FROM ledger_line ORDER BY serial").all()
    assert sorted(row[0] for row in rows) == sorted(one[0] for one in todo)
    assert {row[2] for row in rows} == {"RELEASED"}
    assert Counter(row[1] for row in rows) == Counter(
        login for login, done in outcomes if done == "released")
    others = [done for _login, done in outcomes if done != "released"]
    assert len(others) == documents * (desks - 1)
    holder = {row[0]: row[1] for row in rows}
    for refused_with in others:
        code, values, document = refused_with
        assert code in ("being_stamped", "already_stamped"), refused_with
        assert values["name"] == holder[document] and values["serial"] and values["time"]
        assert values["state"] == "RELEASED" or code == "being_stamped"
    assert unbroken(twins)
    states = twins.server.admin.exec_driver_sql("SELECT DISTINCT state FROM case_file").scalars()
    assert set(states) == {"pending_issue"}
    counted("racing presses", documents * desks)


class Racers:
    """Desks of two custodians, each with a connection of its own and an order of its own."""

    def __init__(
        self, twins: Twins, todo: list[tuple[str, int, str]], prepared: str, sealed: str
    ) -> None:
        self.url = f"host=127.0.0.1 port={twins.server.cluster.port} dbname={twins.server.name}"
        self.todo, self.prepared, self.sealed = todo, prepared, sealed
        self.outcomes: list[tuple[str, Any]] = []

    def run(self, desks: int) -> list[tuple[str, Any]]:
        """What each press came to."""
        start = threading.Barrier(desks)
        with ThreadPoolExecutor(desks) as pool:
            waiting = [pool.submit(self._desk, number, start) for number in range(desks)]
            for one in waiting:
                one.result()
        return self.outcomes

    def _desk(self, number: int, start: threading.Barrier) -> None:
        login, order = ("lin", "gao")[number % 2], list(self.todo)
        random.Random(number // 4).shuffle(order)
        with psycopg.connect(f"{self.url} user={login}", autocommit=True) as sql:
            start.wait(60)
            for document, case, _operation in order:
                self.outcomes.append((login, self._press(sql, document, case, f"desk-{number}")))

    def _press(self, sql: Any, document: str, case: int, owner: str) -> Any:
        try:
            line = _one(sql, "wb.seal_reserve(%s, %s, 'approval', %s)", document, case, owner)
        except psycopg.Error as trouble:
            assert trouble.sqlstate == "WB001", trouble
            values = json.loads(trouble.diag.message_detail or "{}")
            return trouble.diag.message_primary, values, document
        serial = line["line"]["serial"]
        _one(sql, "wb.seal_prepared(%s, %s, '\\x01', 1, 2, 1, 105, 240, %s)", serial, owner,
             self.prepared)  # fmt: skip
        _one(sql, "wb.seal_signed(%s, %s, '\\x02', %s, 'B-B')", serial, owner, self.sealed)
        entries = [{"kind": "sealed_document", "body": {"sha256": self.sealed}}]
        done = _one(sql, "wb.seal_release(%s, %s, %s::jsonb, %s::jsonb, %s)", serial, owner,
                    json.dumps({"serial": serial}), json.dumps(entries), f"{owner}-{serial}")
        assert done["case"]["state"] == "pending_issue"
        return "released"


def _one(sql: Any, call: str, *values: Any) -> Any:
    return sql.execute(f"SELECT {call}", values).fetchone()[0]
