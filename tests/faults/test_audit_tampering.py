"""Somebody rules the database file and changes it: each way is found, and named (S084)."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.audit_kit import DAYS, Audited, make_audited, remake_chain
from workbench.rules.audit_days import KEY_ADDED, SignedDay, fingerprint, record_of
from workbench.rules.events import sha256_text
from workbench.store import audit_rows
from workbench.store.engine import make_engine
from workbench.vault.audit_key import AuditSigner, make_key, open_key

pytestmark = pytest.mark.long(4)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    return make_audited(tmp_path_factory.mktemp("audited") / "one")


@pytest.fixture
def audited(sound: Audited, tmp_path: Path) -> Audited:
    return sound.copy(tmp_path / "audited")


def case_of(base: sqlite3.Connection, place: int = 0) -> tuple[int, str]:
    rows = base.execute("SELECT case_id, case_no FROM case_file ORDER BY case_id").fetchall()
    return rows[place]


def test_a_sound_centre_is_called_sound_and_what_is_open_is_said(audited: Audited) -> None:
    report = audited.verify()
    assert report.sound
    assert (report.days, report.anchored, report.cases) == (3, 3, 5)
    (note,) = report.findings
    assert note.code == "open_days"
    assert "Since 2026-03-05 nothing is signed" in note.text
    without = audited.verify(anchored=False)
    assert without.sound
    assert "no_anchor" in [one.code for one in without.findings]


# -- chains ----------------------------------------------------------------------------------------


def test_a_changed_payload_is_named_by_case_and_step(audited: Audited) -> None:
    with audited.raw() as base:
        case_id, case_no = case_of(base)
        base.execute("UPDATE event SET payload = '{}' WHERE case_id = ? AND seq = 4", (case_id,))
    assert audited.wrong(anchored=False) == {
        "event_changed": f"case {case_no}, step 4: changed, it does not have the hash it was "
        "recorded with.",
    }


def test_the_first_broken_event_comes_first(audited: Audited) -> None:
    with audited.raw() as base:
        case_no = case_of(base, 1)[1]
        base.execute("UPDATE event SET actor = 'li' WHERE case_id >= 2 AND seq >= 2")
    report = audited.verify()
    assert report.findings[0].text.startswith(f"case {case_no}, step 2: changed")


def test_a_deleted_event_is_a_gap(audited: Audited) -> None:
    with audited.raw() as base:
        case_id, case_no = case_of(base)
        base.execute("DELETE FROM event WHERE case_id = ? AND seq = 3", (case_id,))
    wrong = audited.wrong()
    assert wrong["event_gap"].startswith(f"case {case_no}, step 3: missing")
    assert wrong["day_removed"] == (
        f"2026-03-02: case {case_no}, step 3 was removed after the day was closed."
    )


def test_a_cut_tail_is_found_by_the_row_and_without_it_by_the_day(audited: Audited) -> None:
    with audited.raw() as base:
        case_id, case_no = case_of(base)
        last = base.execute("SELECT max(seq) FROM event WHERE case_id = ?", (case_id,)).fetchone()
        base.execute("DELETE FROM event WHERE case_id = ? AND seq = ?", (case_id, *last))
    assert f"case {case_no}, step {last[0] - 1}: the log ends here" in audited.wrong()["event_tail"]
    with audited.raw() as base:
        remake_chain(base, case_id)
    assert audited.wrong() == {
        "day_removed": f"2026-03-02: case {case_no}, step {last[0]} was removed after the day was "
        "closed.",
    }


def forged(base: sqlite3.Connection, case_id: int, seq: int) -> None:
    """An event that never was, with a right hash, and everything after it made to fit."""
    base.execute("UPDATE event SET seq = -seq - 1 WHERE case_id = ? AND seq >= ?", (case_id, seq))
    base.execute("UPDATE event SET seq = -seq WHERE case_id = ? AND seq < 0", (case_id,))
    (at,) = base.execute("SELECT recorded_at FROM event WHERE case_id = ? AND seq = ?",
                         (case_id, seq - 1)).fetchone()  # fmt: skip
    base.execute(
        "INSERT INTO event (case_id, seq, kind, actor, effective_at, recorded_at, payload,"
        " prev_hash, hash) VALUES (?, ?, 'comment', 'zhang', ?, ?, '{}', '', '')",
        (case_id, seq, at, at),
    )
    remake_chain(base, case_id)


def test_a_forged_event_at_the_end_is_named(audited: Audited) -> None:
    with audited.raw() as base:
        case_id, case_no = case_of(base, 1)
        (last,) = base.execute("SELECT max(seq) FROM event WHERE case_id = ?",
                               (case_id,)).fetchone()  # fmt: skip
        forged(base, case_id, last + 1)
    assert audited.wrong() == {
        "day_inserted": f"2026-03-02: case {case_no}, step {last + 1} was inserted after the day "
        "was closed.",
    }


def test_a_forged_event_in_the_middle_is_named(audited: Audited) -> None:
    with audited.raw() as base:
        case_id, case_no = case_of(base)
        forged(base, case_id, 3)
    assert audited.wrong()["day_changed"] == (
        f"2026-03-02: case {case_no}, step 3 was changed after the day was closed."
    )


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_case_removed_with_everything_is_named(audited: Audited, place: int) -> None:
    with audited.raw() as base:
        case_id, case_no = case_of(base, place)
        tables = [name for (name,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'")]  # fmt: skip
        serials = "SELECT serial FROM ledger_line WHERE case_id = ?"
        base.execute(f"DELETE FROM ledger_step WHERE serial IN ({serials})", (case_id,))
        for table in tables:
            columns = [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
            if "case_id" in columns:
                base.execute(f"DELETE FROM {table} WHERE case_id = ?", (case_id,))
    day = DAYS[0] if place < 2 else DAYS[1]
    assert audited.wrong() == {
        "day_case_removed": f"{day}: case {case_no} was removed with its whole log.",
    }


def test_rows_without_a_log_and_logs_without_a_row_are_found(audited: Audited) -> None:
    with audited.raw() as base:
        (first, no), (second, _no) = case_of(base), case_of(base, 1)
        base.execute("DELETE FROM event WHERE case_id = ?", (first,))
        base.execute("DELETE FROM case_file WHERE case_id = ?", (second,))
    wrong = audited.wrong(anchored=False)
    assert wrong["event_no_log"] == f"case {no}, step 1: the whole log is missing."
    assert wrong["event_no_row"].startswith(f"case #{second}, step 1: the log is there")


def test_an_event_dated_into_another_day_is_found(audited: Audited) -> None:
    """With a right chain: two days differ then."""
    with audited.raw() as base:
        case_id, _no = case_of(base, 1)
        base.execute("UPDATE event SET recorded_at = recorded_at + 86400000000 "
                     "WHERE case_id = ?", (case_id,))  # fmt: skip
        remake_chain(base, case_id)
    found = [one.text[:10] for one in audited.verify().findings if one.wrong]
    assert found == ["2026-03-02", "2026-03-03"]
    with audited.raw() as base:
        base.execute("UPDATE event SET recorded_at = recorded_at - 8640000000000 "
                     "WHERE case_id = ?", (case_id,))  # fmt: skip
        remake_chain(base, case_id)
    assert "entries stand in a day that was never closed" in audited.wrong()["entries_outside"]


def test_the_history_of_a_press_and_the_lines_of_the_audit_belong_to_it(audited: Audited) -> None:
    with audited.raw() as base:
        base.execute("UPDATE ledger_step SET actor = 'gao' WHERE seq = 2")
        (number,) = base.execute("SELECT max(audit_id) FROM audit_line "
                                 "WHERE act = 'publish_shifts'").fetchone()  # fmt: skip
        base.execute("UPDATE audit_line SET detail = 'nothing' WHERE audit_id = ?", (number,))
    wrong = audited.wrong()
    assert wrong["ledger_changed"].startswith("press 1, step 2: changed")
    assert wrong["day_changed"] == (
        f"2026-03-02: audit line {number} was changed after the day was closed."
    )
    with audited.raw() as base:
        base.execute("DELETE FROM audit_line WHERE audit_id = ?", (number,))
    assert f"audit line {number} was removed" in audited.wrong()["day_removed"]


# -- days, keys and the anchor ---------------------------------------------------------------------


def test_two_days_that_were_swapped_are_named(audited: Audited) -> None:
    with audited.raw() as base:
        base.execute("UPDATE audit_day SET day = 'x' WHERE day = '2026-03-02'")
        base.execute("UPDATE audit_day SET day = '2026-03-02' WHERE day = '2026-03-03'")
        base.execute("UPDATE audit_day SET day = '2026-03-03' WHERE day = 'x'")
    wrong = audited.wrong(anchored=False)
    assert "2026-03-02: the record of another day stands here" in wrong["record_swapped"]
    assert set(audited.wrong()) >= {"record_swapped", "anchor_differs"}


@pytest.mark.parametrize(("gone", "code"), [("2026-03-03", "day_missing"), ("2026-03-04", "")])
def test_a_removed_day_is_named(audited: Audited, gone: str, code: str) -> None:
    """The newest one is missed by the anchor alone."""
    with audited.raw() as base:
        base.execute("DELETE FROM audit_day WHERE day = ?", (gone,))
        base.execute("DELETE FROM audit_leaves WHERE day = ?", (gone,))
    without = audited.wrong(anchored=False)
    assert (code in without) if code else (without == {})
    assert audited.wrong()["day_not_in_centre"].startswith(f"{gone}: in the anchor, but missing")


def rewrite(audited: Audited, key: AuditSigner, careful: bool) -> None:
    """Change the log, then make every root, record and signature anew, with another key."""
    with audited.raw() as base:
        base.execute("UPDATE event SET actor = 'li' WHERE case_id = 1 AND seq = 2")
        remake_chain(base, 1)
        named = fingerprint(key.public_key)
        base.execute("INSERT INTO audit_key VALUES (?, 'aud', ?, 0, NULL)", (named, key.public_key))
        if careful:
            (number,) = base.execute("SELECT max(audit_id) FROM audit_line "
                                     "WHERE act = ?", (KEY_ADDED,)).fetchone()  # fmt: skip
            base.execute("UPDATE audit_line SET detail = ? WHERE audit_id = ?", (named, number))
            base.execute("UPDATE audit_key SET valid_from = (SELECT max(at) FROM audit_line)")
            base.execute("DELETE FROM audit_key WHERE fingerprint <> ?", (named,))
        days = base.execute("SELECT day, record FROM audit_day ORDER BY day").fetchall()
        base.execute("DELETE FROM audit_day")
        base.execute("DELETE FROM audit_leaves")
    engine = make_engine(audited.path)
    prev = ""
    with engine.connect() as connection, connection.begin():
        for day, text in days:
            old = record_of(text)
            assert old is not None
            found = audit_rows.keep_list(connection, old.day,
                                         list(audit_rows.entries(connection, old.day)))  # fmt: skip
            said = (text.replace(old.root, found.root).replace(old.key, named)
                    .replace(old.prev, prev or old.prev))  # fmt: skip
            prev = sha256_text(said)
            connection.exec_driver_sql(
                "INSERT INTO audit_day VALUES (?, ?, ?, ?, ?)",
                (day, said, prev, key.sign(said), named),
            )
    engine.dispose()


def other_key(folder: Path) -> AuditSigner:
    folder.mkdir()
    return open_key(folder, make_key(folder, "not the auditor").public_key, "not the auditor")


def test_a_log_signed_anew_with_another_key_is_shown_by_the_anchor(
    audited: Audited, tmp_path: Path
) -> None:
    rewrite(audited, other_key(tmp_path / "other"), careful=True)
    assert audited.wrong(anchored=False) == {}, "this is what only an anchor shows"
    wrong = audited.wrong()
    assert wrong["anchor_other_key"].startswith("2026-03-02: the centre's record is signed with")
    assert wrong["root_differs"].startswith("2026-03-02: the log is not the one that was signed")


def test_a_key_without_its_audit_line_is_told_even_without_an_anchor(
    audited: Audited, tmp_path: Path
) -> None:
    rewrite(audited, other_key(tmp_path / "other"), careful=False)
    assert "no audit line tells of it" in audited.wrong(anchored=False)["key_unfiled"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE audit_day SET signature = substr(signature, 3) || 'ab'", "signature_wrong"),
        ("UPDATE audit_day SET record = replace(record, '\"cases\":2', '\"cases\":1')",
         "record_changed"),
        ("UPDATE audit_day SET record = 'nonsense'", "record_changed"),
        ("UPDATE audit_day SET fingerprint = 'ab'", "key_unknown"),
        ("UPDATE audit_key SET public_key = 'not hex'", "key_unknown"),
        ("UPDATE audit_key SET login = 'sys'", "key_not_in_force"),
        ("UPDATE audit_key SET valid_from = valid_from * 2", "key_not_in_force"),
        ("UPDATE audit_key SET revoked_at = valid_from", "key_not_in_force"),
    ],
)  # fmt: skip
def test_records_and_keys_that_were_touched(audited: Audited, change: str, code: str) -> None:
    with audited.raw() as base:
        base.execute(change)
    assert code in audited.wrong(anchored=False)


def test_a_kept_list_that_was_falsified_too_is_not_believed(audited: Audited) -> None:
    """Then the totals tell what they can, and nobody is named for something he did not do."""
    with audited.raw() as base:
        case_id, _no = case_of(base, 1)
        forged(base, case_id, 2)
        base.execute("DELETE FROM audit_leaves")
    wrong = audited.wrong()
    assert set(wrong) == {"root_differs"}
    assert "and 2 cases up to then were signed" in wrong["root_differs"]


def test_an_anchor_that_was_touched_is_told_from_a_centre_that_was(audited: Audited) -> None:
    path = audited.anchor.path
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[1].replace('"events', '"evants'), lines[2], ""]))
    wrong = audited.wrong()
    assert wrong["anchor_damaged"].startswith("Line 2 of the anchor is damaged")
    path.write_text("\n".join([lines[0], lines[2], ""]))
    wrong = audited.wrong()
    assert set(wrong) == {"anchor_unchained", "day_not_in_anchor"}
    assert wrong["day_not_in_anchor"].startswith("2026-03-03:")
    path.write_text(f"{lines[0]}\n")
    report = audited.verify()
    assert report.sound
    assert "2 later days stand in the centre only" in report.findings[0].text


def test_an_anchor_made_with_another_key_does_not_pass(audited: Audited, tmp_path: Path) -> None:
    key = other_key(tmp_path / "other")
    days = [record_of(SignedDay(**row).record) for row in stored(audited)]
    made: list[SignedDay] = []
    for one in filter(None, days):
        prev = made[-1].hash if made else one.prev
        text = replace(one, key=fingerprint(key.public_key), prev=prev).text()
        made.append(SignedDay(one.day.isoformat(), text, sha256_text(text), key.sign(text),
                              key.public_key))  # fmt: skip
    audited.anchor.path.write_text("".join(f"{one.anchor_line()}\n" for one in made))
    assert "anchor_other_key" in audited.wrong()


def stored(audited: Audited) -> list[dict[str, str]]:
    with audited.raw() as base:
        base.row_factory = sqlite3.Row
        columns = "day, record, a.hash, signature, public_key"
        rows = base.execute(f"SELECT {columns} FROM audit_day a JOIN audit_key USING (fingerprint)")
        return [dict(row) for row in rows]


# -- anything at all -------------------------------------------------------------------------------

COLUMNS = {
    "event": ("case_id", "seq", "kind", "actor", "effective_at", "recorded_at", "payload",
              "prev_hash", "hash"),
    "ledger_step": ("serial", "seq", "state", "actor", "at", "payload", "prev_hash", "hash"),
    "audit_line": ("audit_id", "at", "actor", "act", "detail"),
    "audit_day": ("day", "record", "hash", "signature", "fingerprint"),
    "audit_key": ("public_key", "login", "valid_from"),
}  # fmt: skip
VALUES: tuple[Callable[[object, random.Random], object], ...] = (
    lambda was, dice: f"{was}x",
    lambda was, dice: was + dice.choice((-1, 1)) if isinstance(was, int) else str(was)[:-1],
    lambda was, dice: -5,
    lambda was, dice: "",
    lambda was, dice: b"\xff\x00",
    lambda was, dice: 1.5,
)


def test_whatever_is_changed_is_found(
    sound: Audited, tmp_path: Path, depth: int, counted: Callable[[str, int], None]
) -> None:
    """Any column of any row of a closed day, to any value, of a fitting kind or not."""
    dice = random.Random(20260302)
    audited = sound.copy(tmp_path / "audited")
    with audited.raw():
        pass  # the triggers are gone from here on
    original = audited.path.read_bytes()
    tried = 0
    while tried < 60 * depth:
        audited.path.write_bytes(original)
        table = dice.choice(tuple(COLUMNS))
        column = dice.choice(COLUMNS[table])
        with audited.raw() as base:
            closed = {"event": "recorded_at < 1772640000000000",
                      "audit_line": "at < 1772640000000000"}.get(table, "1")  # fmt: skip
            rows = base.execute(f"SELECT rowid, {column} FROM {table} WHERE {closed}").fetchall()
            rowid, was = dice.choice(rows)
            value = dice.choice(VALUES)(was, dice)
            try:
                base.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, rowid))
            except sqlite3.Error:
                continue
            now = base.execute(f"SELECT count(*) FROM {table} WHERE rowid = ? AND {column} IS ?",
                               (rowid, was)).fetchone()  # fmt: skip
        if now == (1,):
            continue
        tried += 1
        assert audited.wrong(), (table, column, was, value)
    counted("changed values found by the audit", tried)
