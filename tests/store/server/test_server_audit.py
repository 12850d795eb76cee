"""Audit days on a server: closed by verbs, proven over several connections, and whatever somebody
changes who rules the database, its triggers off, is found and named (S084, R90)."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tests.journeys.hall import Said, run
from tests.store.audit_kit import AUDITOR, DAYS, PASSPHRASE, busy_days, close, signer
from tests.store.conftest import copied
from tests.store.server.accounts_world import OWN, accounts_of
from tests.store.server.centres import ServerCentre, ServerWorld, server_world
from tests.store.server.cluster import Cluster
from workbench.casework.audit_verify import verify
from workbench.exchange.anchor_file import AnchorFile
from workbench.rules.audit_days import SignedDay, Tally, bounds, fingerprint
from workbench.rules.audit_findings import AuditReport, Walk
from workbench.rules.events import event_hash, genesis, sha256_text
from workbench.rules.moment import DAY, HOUR
from workbench.rules.refusals import Refusal
from workbench.store import audit_rows, audit_walk
from workbench.store.server import audit_readers, versions
from workbench.store.server.server_centre import ServerCentre as OpenedCentre
from workbench.vault.audit_key import AuditSigner, make_key, open_key, signature_fits

pytestmark = [pytest.mark.long(14), pytest.mark.timeout(900)]

FRIDAY = DAYS[2] + timedelta(days=2)


@dataclass
class Audited:
    """A centre of this test beside its anchor; three days closed, a case on the open fourth."""

    world: ServerWorld
    server: ServerCentre
    anchor: AnchorFile
    keys: Path

    def walk(self) -> Walk:
        """What the audit administrator's connections find."""
        with self.world.as_(AUDITOR).audit_log() as log:
            found: Walk = log.walk(lambda _done: None)
            return found

    def report(self, anchored: bool = True) -> AuditReport:
        """The whole check, by the audit administrator."""
        with self.world.as_(AUDITOR).audit_log() as log:
            return verify(log, self.anchor.lines() if anchored else None, signature_fits)

    def wrong(self, anchored: bool = True) -> dict[str, str]:
        """Code and text of everything that is wrong; the first text of each code."""
        found: dict[str, str] = {}
        for one in self.report(anchored).findings:
            if one.wrong:
                found.setdefault(one.code, one.text)
        return found

    @property
    def key(self) -> AuditSigner:
        return open_key(self.keys, self.world.as_(AUDITOR).audit_standing().key.public_key,
                        PASSPHRASE)  # fmt: skip


def raw(server: ServerCentre) -> Connection:
    """The database as its superuser can change it: no triggers, no foreign keys."""
    server.admin.exec_driver_sql("SET session_replication_role = replica")
    return server.admin


@contextmanager
def looking(sql: Connection) -> Iterator[Connection]:
    """One transaction, for what the store's own code reads with a server's cursor."""
    sql.exec_driver_sql("BEGIN")
    try:
        yield sql
    finally:
        sql.exec_driver_sql("COMMIT")


def case_of(sql: Connection, place: int = 0) -> tuple[int, str]:
    rows = sql.exec_driver_sql("SELECT case_id, case_no FROM case_file ORDER BY case_id").all()
    return int(rows[place][0]), str(rows[place][1])


def last_of(sql: Connection, case_id: int) -> int:
    return int(sql.exec_driver_sql("SELECT max(seq) FROM event WHERE case_id = %s",
                                   (case_id,)).scalar_one())  # fmt: skip


def remake_chain(sql: Connection, case_id: int) -> None:
    """Give every event of the case the hash that fits, and the row its last: a careful forger."""
    case_no = sql.exec_driver_sql("SELECT case_no FROM case_file WHERE case_id = %s",
                                  (case_id,)).scalar_one()  # fmt: skip
    prev, last = genesis(case_no), 0
    rows = sql.exec_driver_sql(
        "SELECT event_id, seq, kind, actor, effective_at, recorded_at, payload FROM event"
        " WHERE case_id = %s ORDER BY seq", (case_id,),
    )  # fmt: skip
    for event_id, *said in rows.all():
        made = event_hash(prev, *said)
        sql.exec_driver_sql("UPDATE event SET prev_hash = %s, hash = %s WHERE event_id = %s",
                            (prev, made, event_id))  # fmt: skip
        prev, last = made, said[0]
    sql.exec_driver_sql("UPDATE case_file SET version = %s, last_hash = %s WHERE case_id = %s",
                        (last, prev, case_id))  # fmt: skip


@contextmanager
def world_of(server: ServerCentre, folder: Path) -> Iterator[Audited]:
    folder.mkdir(exist_ok=True)
    with server_world(server, folder) as world:
        yield Audited(world, server, AnchorFile(folder / "anchor.jsonl"), folder / "keys")


@pytest.fixture(scope="module")
def closed(
    postgres: Cluster, founded_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """A database with three closed days, and the folder of its auditor; tests copy both."""
    folder = tmp_path_factory.mktemp("audited")
    with copied(postgres, founded_server) as server:
        with world_of(server, folder) as made:
            busy_days(made.world)
            done = close(made.world, signer(made.world, made.keys), made.anchor)
            assert done == [one.isoformat() for one in DAYS]
            made.world.draft()
        server.close()
        server.connections.clear()
        yield server.name, folder


@pytest.fixture
def audited(
    postgres: Cluster, closed: tuple[str, Path], tmp_path: Path
) -> Iterator[Audited]:
    name, folder = closed
    (tmp_path / "anchor.jsonl").write_bytes((folder / "anchor.jsonl").read_bytes())
    with copied(postgres, name) as server, world_of(server, tmp_path) as made:
        made.keys, made.world.made = folder / "keys", 100
        made.world.at(DAYS[2] + timedelta(days=1), 10)
        yield made


def said(sql: Connection, statement: str, *values: Any) -> str:
    """The refusal or the SQLSTATE of a statement typed into ``psql``."""
    with pytest.raises(DBAPIError) as caught:
        sql.exec_driver_sql(statement, values)
    told: Any = caught.value.orig
    return str(told.diag.message_primary if told.sqlstate == "WB001" else told.sqlstate)


# -- closing ---------------------------------------------------------------------------------------


def test_days_are_closed_as_on_a_file_and_found_sound(audited: Audited) -> None:
    report = audited.report()
    assert (report.sound, report.days, report.anchored, report.cases) == (True, 3, 3, 5)
    assert [one.code for one in report.findings] == ["open_days"]
    assert "no_anchor" in [one.code for one in audited.report(anchored=False).findings]
    assert audited.wrong(anchored=False) == {}
    standing = audited.world.as_(AUDITOR).audit_standing()
    assert [one.day for one in standing.closed] == [one.isoformat() for one in reversed(DAYS)]
    assert standing.open_days == ()
    audited.world.at(FRIDAY)
    assert close(audited.world, audited.key, audited.anchor) == ["2026-03-05"]
    assert [one.code for one in audited.report().findings] == []


def test_what_the_database_counts_is_what_the_rules_count(
    audited: Audited, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Root and totals of a day in SQL and in Python, for any number of leaves and any text."""
    dice, sql = random.Random(6962), raw(audited.server)
    texts = ("", "a\tb\nc", "引号“”\"'\\", "\x7f\x01", "e\u0301 \U0001f4dc", "</script>", "0.10")
    first = date(2027, 1, 1)
    sizes = [*range(20), *(dice.randrange(20, 200) for _one in range(6 * depth))]
    for place, size in enumerate(sizes):
        low, high = bounds(first + timedelta(days=place))
        for one in range(size):
            at = (low, high - 1)[one] if one < 2 else dice.randrange(low, high)
            sql.exec_driver_sql("INSERT INTO audit_line (at, actor, act, detail) "
                                "VALUES (%s, %s, %s, %s)",
                                (at, dice.choice(texts), dice.choice(texts), "".join(
                                    dice.choice(texts) for _n in range(3))))  # fmt: skip
    with audited.world.as_(AUDITOR).audit_log() as log, looking(sql):
        for place, size in enumerate(sizes):
            day = first + timedelta(days=place)
            found = log._log.tally(day)
            assert found == audit_rows.tally(audit_rows.entries(sql, day))
            assert found.entries == size
            assert list(log._log.entries(day)) == list(audit_rows.entries(sql, day))
        for day in DAYS:
            found = log._log.tally(day)
            assert found == audit_rows.tally(audit_rows.entries(sql, day))
            kept = list(audit_rows.kept_list(sql, day))
            assert kept == list(log._log.entries(day))
        assert log._log.tally(DAYS[0]).steps == 4
    counted("days whose root SQL and Python agree on", len(sizes) + 3)


def test_a_record_that_says_anything_else_is_not_kept(audited: Audited) -> None:
    """Typed by the audit administrator himself, with his own key and a right signature."""
    audited.world.at(FRIDAY)
    room, key = audited.world.as_(AUDITOR), audited.key
    aud = audited.server.connection(AUDITOR)
    right = room.draft_day(DAYS[2] + timedelta(days=1))
    keep = "SELECT wb.keep_day(%s, %s, %s)"

    def typed(text: str, public_key: str = key.public_key) -> str:
        return said(aud, keep, text, key.sign(text), public_key)

    for change, code in (
        ({"root": "ab" * 32}, "day_changed"), ({"events": 0}, "day_changed"),
        ({"cases": right.cases - 1}, "day_changed"), ({"prev": "cd" * 32}, "day_changed"),
        ({"closed_by": "sys"}, "day_changed"), ({"key": "ef" * 32}, "audit_key_missing"),
        ({"closed_at": right.closed_at + HOUR}, "day_changed"),
        ({"closed_at": bounds(right.day)[1]}, "day_changed"),
        ({"day": FRIDAY}, "day_not_over"), ({"day": DAYS[2]}, "day_order"),
    ):
        assert typed(replace(right, **change).text()) == code, change  # type: ignore[arg-type]
    assert typed(right.text().replace(":", ": ", 1)) == "day_changed", "letter by letter"
    assert typed(right.text(), "ab" * 32) == "audit_key_missing"
    assert said(aud, keep, right.text(), "no signature", key.public_key) == "audit_key_missing"
    text = right.text()
    signed = SignedDay(right.day.isoformat(), text, sha256_text(text), key.sign(text),
                       key.public_key)  # fmt: skip
    room.keep_day(signed)
    room.keep_day(signed)  # the answer was lost: asked again, it is not done again
    assert room.signed_days()[-1] == signed
    with pytest.raises(Refusal) as caught:
        room.draft_day(right.day)
    assert caught.value.code == "day_order" and "2026-03-06" in caught.value.remedy


def test_a_changed_log_is_never_signed(audited: Audited) -> None:
    sql = raw(audited.server)
    case_id, case_no = case_of(sql, 4)
    sql.exec_driver_sql("UPDATE event SET actor = 'li' WHERE case_id = %s", (case_id,))
    audited.world.at(FRIDAY)
    with pytest.raises(Refusal) as caught:
        close(audited.world, audited.key, audited.anchor)
    assert caught.value.code == "log_unsound"
    assert f"case {case_no}, step 1" in caught.value.message


def test_a_newer_key_ends_the_older_and_is_filed(audited: Audited) -> None:
    room, old = audited.world.as_(AUDITOR), audited.key
    new = signer(audited.world, audited.keys.parent / "second")
    with audited.world.as_(AUDITOR).audit_log() as log:
        first, second = log.keys()
    assert (first.public_key, second.public_key) == (old.public_key, new.public_key)
    assert first.revoked_at == second.valid_from and second.filed
    with pytest.raises(Refusal) as caught:
        room.add_audit_key(new.public_key)
    assert caught.value.code == "audit_key_known"
    aud = audited.server.connection(AUDITOR)
    assert said(aud, "SELECT wb.add_audit_key('zz', 'one')") == "audit_key_form"
    again = "SELECT wb.add_audit_key(%s, 'two')"
    told = [aud.exec_driver_sql(again, ("ab" * 32,)).scalar_one() for _time in range(2)]
    assert told[0] == told[1] and told[0]["fingerprint"] == fingerprint("ab" * 32)


def test_nobody_else_and_not_more_than_hashes(audited: Audited) -> None:
    """With ``psql``: the audit administrator sees no event, others not even its hash."""
    aud = audited.server.connection(AUDITOR)
    assert aud.exec_driver_sql("SELECT count(*) FROM wb.event").scalar_one() == 0
    assert aud.exec_driver_sql("SELECT wb.audit_size()").scalar_one() > 30
    told = aud.exec_driver_sql("SELECT * FROM wb.audit_stretch('event', 0, 1000)").one()
    assert json.dumps([told[0], told[1], told[2]]) == "[5, 0, []]"
    assert aud.exec_driver_sql("SELECT count(*) FROM wb.audit_entries('2026-03-02')").scalar_one()
    calls = (
        "audit_size()", "audit_stretch('event', 0, 9)", "audit_bound('event', 0, 9)",
        "audit_entries('2026-03-02')", "audit_there('event', 'x', 1)", "audit_first_day()",
        "audit_day_said('2026-03-02')", "add_audit_key('ab', '')", "keep_day('{}', '', '')",
    )  # fmt: skip
    for login in ("sys", "tang", "zhang", "han"):
        for call in calls:
            assert said(audited.server.connection(login), f"SELECT wb.{call}") == "42501", call
        for ask in (
            lambda room: room.audit_standing(), lambda room: room.add_audit_key("ab" * 32),
            lambda room: room.signed_days(), lambda room: room.audit_log().__enter__(),
        ):  # fmt: skip
            with pytest.raises(Refusal) as caught:
                ask(audited.world.as_(login))
            assert caught.value.code == "not_your_role"
    for name in (
        "day_entries('2026-03-02')", "day_tally('2026-03-02')", "audit_break('event', 1)",
        "audit_told('event', 0, 9, false)", "audit_entries_of('event', 0, 9)",
    ):  # fmt: skip
        assert said(aud, f"SELECT wb.{name}") == "42501"
    raw(audited.server).exec_driver_sql("UPDATE membership SET valid_to = 1 WHERE login = 'aud'")
    for call in calls:
        assert said(aud, f"SELECT wb.{call}") == "not_your_role", "the post is over, the role stays"


# -- proving ---------------------------------------------------------------------------------------


def test_the_look_stays_the_same_while_others_work(
    audited: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All connections see one moment: steps made meanwhile are in none of the stretches."""
    monkeypatch.setattr(audit_readers, "STRETCH", 3)
    world, before, told = audited.world, audited.walk(), list[int]()

    def tick(done: int) -> None:
        told.append(done)
        if len(told) < 4:
            world.pushed()

    with world.as_(AUDITOR).audit_log() as log:
        assert log.size() == before.entries
        assert log.walk(tick) == before
    assert told == sorted(told) and told[-1] == before.entries
    after = audited.walk()
    assert after.cases == before.cases + 3 and not after.breaks


CHANGES = {
    "event": ("case_id", "seq", "kind", "actor", "effective_at", "recorded_at", "payload",
              "prev_hash", "hash"),
    "ledger_step": ("serial", "seq", "state", "actor", "at", "payload", "prev_hash", "hash"),
    "audit_line": ("audit_id", "at", "actor", "act", "detail"),
    "case_file": ("version", "last_hash", "case_no"),
    "ledger_line": ("changed_at",),
}  # fmt: skip
KEYS = {"event": "event_id", "ledger_step": "step_id", "audit_line": "audit_id",
        "case_file": "case_id", "ledger_line": "serial"}  # fmt: skip
FAR = 9_000_000_000_000_000_000


def tampered(sql: Connection, dice: random.Random) -> str:
    """One row changed, removed, or given anew under another number; what was done."""
    table = dice.choice(tuple(CHANGES))
    column = dice.choice(CHANGES[table])
    rows = sql.exec_driver_sql(f"SELECT {KEYS[table]}, {column} FROM {table}").all()
    if not rows:
        return ""
    row, was = dice.choice(rows)
    if dice.random() < 0.2:
        sql.exec_driver_sql(f"DELETE FROM {table} WHERE {KEYS[table]} = %s", (row,))
        return f"{table} removed"
    value: object = (
        dice.choice((was - 1, was + 1, was + DAY, -5, 0, FAR, -FAR)) if isinstance(was, int)
        else dice.choice((f"{was}x", str(was)[:-1], "", "ff" * 32, "zz" * 32))
    )  # fmt: skip
    try:
        sql.exec_driver_sql(f"UPDATE {table} SET {column} = %s WHERE {KEYS[table]} = %s",
                            (value, row))  # fmt: skip
    except DBAPIError:
        return ""  # such a number is there already
    return "" if value == was else f"{table}.{column}"


def test_the_database_judges_chains_as_the_rules_do(
    postgres: Cluster, closed: tuple[str, Path], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, depth: int, counted: Callable[[str, int], None],
) -> None:  # fmt: skip
    """After each of many changes: the same breaks, totals and roots as the walk in Python."""
    dice, done = random.Random(84), Counter[str]()
    for number in range(4 * depth):
        monkeypatch.setattr(audit_readers, "STRETCH", dice.choice((1, 2, 7, 20_000)))
        folder = tmp_path / str(number)
        with copied(postgres, closed[0]) as server, world_of(server, folder) as made:
            sql = raw(server)
            for _change in range(12):
                what = tampered(sql, dice)
                if not what:
                    continue
                done[what] += 1
                with looking(sql):
                    expected = audit_walk.LogWalk(sql, lambda _done: None).run()
                found = made.walk()
                assert (found.breaks, found.broken) == (expected.breaks, expected.broken), what
                assert (found.entries, found.cases) == (expected.entries, expected.cases), what
                # Where a link is no hash at all the walk in Python leaves the leaf out.
                odd = sql.exec_driver_sql("SELECT count(*) FROM event WHERE prev_hash !~ "
                                          "'^([0-9a-f]{2})*$'").scalar_one()  # fmt: skip
                odd += sql.exec_driver_sql("SELECT count(*) FROM ledger_step WHERE prev_hash !~ "
                                           "'^([0-9a-f]{2})*$'").scalar_one()  # fmt: skip
                assert odd or found.days == expected.days, what
    assert len(done) > 15, done
    counted("changed logs that SQL and Python judge alike", done.total())


# -- tampering, as the superuser -------------------------------------------------------------------


def test_a_changed_payload_is_named(audited: Audited) -> None:
    sql = raw(audited.server)
    case_id, case_no = case_of(sql)
    sql.exec_driver_sql("UPDATE event SET payload = '{}' WHERE case_id = %s AND seq = 4",
                        (case_id,))  # fmt: skip
    assert audited.wrong() == {
        "event_changed": f"case {case_no}, step 4: changed, it does not have the hash it was "
        "recorded with.",
    }


def test_a_removed_event_is_a_gap(audited: Audited) -> None:
    sql = raw(audited.server)
    case_id, case_no = case_of(sql)
    sql.exec_driver_sql("DELETE FROM event WHERE case_id = %s AND seq = 3", (case_id,))
    wrong = audited.wrong()
    assert wrong["event_gap"].startswith(f"case {case_no}, step 3: missing")
    assert wrong["day_removed"] == (
        f"2026-03-02: case {case_no}, step 3 was removed after the day was closed."
    )


def test_a_cut_tail_is_found_by_the_row_and_without_it_by_the_day(audited: Audited) -> None:
    sql = raw(audited.server)
    case_id, case_no = case_of(sql)
    last = last_of(sql, case_id)
    sql.exec_driver_sql("DELETE FROM event WHERE case_id = %s AND seq = %s", (case_id, last))
    assert f"case {case_no}, step {last - 1}: the log ends here" in audited.wrong()["event_tail"]
    remake_chain(sql, case_id)
    assert audited.wrong() == {
        "day_removed": f"2026-03-02: case {case_no}, step {last} was removed after the day was "
        "closed.",
    }


def forged(sql: Connection, case_id: int, seq: int) -> None:
    """An event that never was, with a right hash, and everything after it made to fit."""
    for change in ("-seq - 1 WHERE seq >= %s AND", "-seq WHERE seq < 0 AND"):
        values = (seq, case_id) if "%s" in change else (case_id,)
        sql.exec_driver_sql(f"UPDATE event SET seq = {change} case_id = %s", values)
    sql.exec_driver_sql(
        "INSERT INTO event (case_id, seq, kind, actor, effective_at, recorded_at, payload,"
        " prev_hash, hash) SELECT case_id, %s, 'comment', 'zhang', recorded_at, recorded_at, '{}',"
        " '', '' FROM event WHERE case_id = %s AND seq = %s", (seq, case_id, seq - 1),
    )  # fmt: skip
    remake_chain(sql, case_id)


def test_an_inserted_event_with_a_right_hash_is_named(audited: Audited) -> None:
    sql = raw(audited.server)
    (first, first_no), (second, second_no) = case_of(sql), case_of(sql, 1)
    last = last_of(sql, second)
    forged(sql, second, last + 1)
    assert audited.wrong() == {
        "day_inserted": f"2026-03-02: case {second_no}, step {last + 1} was inserted after the day "
        "was closed.",
    }
    forged(sql, first, 3)
    assert audited.wrong()["day_changed"] == (
        f"2026-03-02: case {first_no}, step 3 was changed after the day was closed."
    )


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_case_removed_with_everything_is_named(audited: Audited, place: int) -> None:
    sql = raw(audited.server)
    case_id, case_no = case_of(sql, place)
    sql.exec_driver_sql("DELETE FROM ledger_step WHERE serial IN (SELECT serial FROM ledger_line"
                        " WHERE case_id = %s)", (case_id,))  # fmt: skip
    tables = sql.exec_driver_sql(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE table_schema = 'wb' AND column_name = 'case_id'"
        " AND table_type = 'BASE TABLE'"
    ).scalars().all()  # fmt: skip
    for table in tables:
        sql.exec_driver_sql(f"DELETE FROM {table} WHERE case_id = %s", (case_id,))
    day = DAYS[0] if place < 2 else DAYS[1]
    assert audited.wrong() == {
        "day_case_removed": f"{day}: case {case_no} was removed with its whole log.",
    }


def test_rows_without_a_log_and_logs_without_a_row_are_found(audited: Audited) -> None:
    sql = raw(audited.server)
    (first, no), (second, _no) = case_of(sql), case_of(sql, 1)
    sql.exec_driver_sql("DELETE FROM event WHERE case_id = %s", (first,))
    sql.exec_driver_sql("DELETE FROM case_file WHERE case_id = %s", (second,))
    sql.exec_driver_sql("DELETE FROM ledger_line")
    wrong = audited.wrong(anchored=False)
    assert wrong["event_no_log"] == f"case {no}, step 1: the whole log is missing."
    assert wrong["event_no_row"].startswith(f"case #{second}, step 1: the log is there")
    assert wrong["ledger_no_row"].startswith("press #1, step 1: the log is there")


def test_presses_and_audit_lines_belong_to_it(audited: Audited) -> None:
    sql = raw(audited.server)
    sql.exec_driver_sql("UPDATE ledger_step SET actor = 'gao' WHERE seq = 2")
    number = sql.exec_driver_sql("SELECT max(audit_id) FROM audit_line "
                                 "WHERE act = 'publish_shifts'").scalar_one()  # fmt: skip
    sql.exec_driver_sql("UPDATE audit_line SET detail = 'nothing' WHERE audit_id = %s", (number,))
    wrong = audited.wrong()
    assert wrong["ledger_changed"].startswith("press 1, step 2: changed")
    assert f"audit line {number} was changed" in wrong["day_changed"]
    sql.exec_driver_sql("DELETE FROM audit_line WHERE audit_id = %s", (number,))
    assert f"audit line {number} was removed" in audited.wrong()["day_removed"]
    sql.exec_driver_sql("DELETE FROM ledger_step WHERE seq = 2")
    wrong = audited.wrong()
    assert "press 1, step 2: missing" in wrong["ledger_gap"]
    assert "press 1, step 2 was removed" in wrong["day_removed"]


def test_swapped_and_removed_days_are_named(audited: Audited) -> None:
    sql = raw(audited.server)
    for was, now in (("02", "xx"), ("03", "02"), ("xx", "03")):
        sql.exec_driver_sql(f"UPDATE audit_day SET day = '2026-03-{now}' "
                            f"WHERE day = '2026-03-{was}'")  # fmt: skip
    wrong = audited.wrong(anchored=False)
    assert "2026-03-02: the record of another day stands here" in wrong["record_swapped"]
    assert set(audited.wrong()) >= {"record_swapped", "anchor_differs"}
    with pytest.raises(Refusal) as caught:
        audited.world.at(FRIDAY)
        sql.exec_driver_sql("DELETE FROM audit_day WHERE day = '2026-03-04'")
        close(audited.world, audited.key, audited.anchor)
    assert caught.value.code in ("audit_days_unsound", "anchor_differs")
    assert audited.wrong()["day_not_in_centre"].startswith("2026-03-04: in the anchor, but missing")


def test_a_log_signed_anew_with_another_key_is_shown_by_the_anchor(
    audited: Audited, tmp_path: Path
) -> None:
    """Log, lists, records, key and its audit line made anew: only the anchor tells."""
    sql, folder = raw(audited.server), tmp_path / "other"
    folder.mkdir()
    key = open_key(folder, make_key(folder, "not the auditor").public_key, "not the auditor")
    named = fingerprint(key.public_key)
    case_id, _no = case_of(sql)
    sql.exec_driver_sql("UPDATE event SET actor = 'li' WHERE case_id = %s AND seq = 2", (case_id,))
    remake_chain(sql, case_id)
    sql.exec_driver_sql("UPDATE audit_line SET detail = %s WHERE act = 'audit_key_added'",
                        (named,))  # fmt: skip
    sql.exec_driver_sql("UPDATE audit_key SET fingerprint = %s, public_key = %s",
                        (named, key.public_key))  # fmt: skip
    old = [json.loads(text) for text in sql.exec_driver_sql(
        "SELECT record FROM audit_day ORDER BY day").scalars()]  # fmt: skip
    sql.exec_driver_sql("DELETE FROM audit_day")
    sql.exec_driver_sql("DELETE FROM audit_leaves")
    prev = old[0]["prev"]
    for one in old:
        day = date.fromisoformat(one["day"])
        with looking(sql):
            found: Tally = audit_rows.keep_list(sql, day, list(audit_rows.entries(sql, day)))
        text = json.dumps({**one, "root": found.root, "key": named, "prev": prev},
                          sort_keys=True, separators=(",", ":"))  # fmt: skip
        prev = sha256_text(text)
        sql.exec_driver_sql("INSERT INTO audit_day VALUES (%s, %s, %s, %s, %s)",
                            (one["day"], text, prev, key.sign(text), named))  # fmt: skip
    assert audited.wrong(anchored=False) == {}, "this is what only an anchor shows"
    wrong = audited.wrong()
    assert wrong["anchor_other_key"].startswith("2026-03-02: the centre's record is signed with")
    assert wrong["root_differs"].startswith("2026-03-02: the log is not the one that was signed")


# -- commands --------------------------------------------------------------------------------------


def test_the_commands_sign_in_as_the_audit_administrator(
    audited: Audited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The clock of this centre is the test's, so no desk would be allowed to act.
    monkeypatch.setattr(versions, "only_reads", lambda _hello, _now: None)
    with accounts_of(audited.server) as accounts:
        mine, url = accounts.name("aud"), accounts.address.shown
        accounts.found((mine, "audit_admin"), (accounts.name("sys"), "system_admin"))

        def audit(verb: str, *words: object, who: str = mine, code: int = 0) -> Said:
            done = run("--home", tmp_path / "own", "audit", verb, url, "--as", who, *words,
                       pin=f"{OWN}\n{PASSPHRASE}")  # fmt: skip
            assert done.code == code, done
            return done

        audited.world.at(FRIDAY)
        audited.server.set_moment(audited.world.clock.now())
        assert "another post" in audit("new-key", who=accounts.name("sys"), code=1).err
        assert "is registered from" in audit("new-key").out
        stick = tmp_path / "stick.jsonl"
        assert "2026-03-05 is closed and anchored." in audit("close-day", "--anchor", stick).out
        assert len(audit("days").lines) == 4
        told = audit("verify", "--anchor", stick)
        assert told.lines[-1].startswith("Nothing was changed, removed or inserted")
        raw(audited.server).exec_driver_sql("UPDATE event SET actor = 'li' WHERE seq = 2")
        told = audit("verify", "--anchor", stick, code=1)
        assert "step 2: changed" in told.lines[0]
        assert "another post" in audit("verify", who=accounts.name("sys"), code=1).err
        said_so = run("audit", "verify", url)
        assert said_so.code == 2 and "--as" in said_so.err
        with pytest.raises(Refusal) as caught:
            OpenedCentre(accounts.address).audit_log()
        assert caught.value.code == "password_needed"
