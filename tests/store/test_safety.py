"""What must not be possible, and what must not be lost: triggers, chains, full disks, backups."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError

from tests.store.world import NINE, World, seed
from workbench.rules.case import Move, NewEntry, State
from workbench.rules.events import event_hash, genesis
from workbench.rules.moment import SetClock
from workbench.rules.refusals import Outage, Refusal
from workbench.store import (
    backup_centre,
    case_rows,
    check_centre,
    create_centre,
    open_centre,
    restore_centre,
    schema,
    upgrade_centre,
)
from workbench.store.columns import META
from workbench.store.content import ContentStore
from workbench.store.engine import make_engine
from workbench.store.tables import APPEND_ONLY

_OPEN: list[sqlite3.Connection] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Whatever a test opened beside the product."""
    yield
    while _OPEN:
        _OPEN.pop().close()


def raw(file_world: World) -> sqlite3.Connection:
    _OPEN.append(sqlite3.connect(file_world.path, isolation_level=None))
    return _OPEN[-1]


def codes(file_world: World) -> list[str]:
    return [one.code for one in check_centre(file_world.url) if one.wrong]


@pytest.mark.parametrize("verb", ["UPDATE {} SET rowid = rowid + 1000", "DELETE FROM {}"])
def test_what_only_grows_can_neither_be_changed_nor_deleted(file_world: World, verb: str) -> None:
    file_world.press(file_world.awaiting_seal())
    connection = raw(file_world)
    connection.execute("PRAGMA foreign_keys = OFF")
    guarded = [t for t in APPEND_ONLY if connection.execute(f"SELECT 1 FROM {t}").fetchone()]
    assert {"event", "ledger_step", "part_materials", "item_version"} <= set(guarded)
    for table in guarded:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(verb.format(table))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("REPLACE INTO event SELECT * FROM event LIMIT 1")
    connection.close()


def test_one_seq_cannot_be_written_twice(file_world: World) -> None:
    case = file_world.draft()
    with pytest.raises(IntegrityError), file_world.centre.administration() as unit:
        last = case_rows.last_event(unit.sql, case.case_id)
        assert last is not None
        case_rows.add_event(unit.sql, last)


def test_a_changed_log_is_found_and_named(file_world: World) -> None:
    case = file_world.pushed()
    connection = raw(file_world)
    connection.execute("DROP TRIGGER event_no_update")
    connection.execute("UPDATE event SET actor = 'li' WHERE kind = 'receive'")
    connection.close()
    found = {one.code: one.text for one in check_centre(file_world.url)}
    assert set(found) >= {"triggers_missing", "chain_broken"}
    assert case.case_no in found["chain_broken"]
    assert "step 2" in found["chain_broken"]


def test_a_row_that_says_more_than_the_log_is_found(file_world: World) -> None:
    file_world.pushed()
    connection = raw(file_world)
    connection.execute("UPDATE case_file SET version = 9")
    connection.close()
    assert codes(file_world) == ["row_differs"]


def test_the_chain_begins_with_the_case_number_and_hashes_as_written(file_world: World) -> None:
    """The bytes of rules.events, as they stand in the file."""
    case = file_world.draft()
    row = raw(file_world).execute("SELECT seq, kind, actor, effective_at, recorded_at, payload,"
                             " prev_hash, hash FROM event").fetchone()  # fmt: skip
    assert row[6] == genesis(case.case_no)
    assert row[7] == event_hash(row[6], *row[:6])
    assert '"entries":[{"kind":"form","part":"form","sha256":"' in row[5]
    assert "王小明" not in row[5]


def test_a_refused_move_leaves_nothing_behind(file_world: World) -> None:
    case = file_world.accepted()
    before = list(raw(file_world).iterdump())
    opinion = NewEntry("opinion", {"conclusion": "grant", "reasons": "fit"})
    with pytest.raises(Refusal):
        file_world.as_("zhang").make_move(case.case_id, Move("submit_opinion", {}, (opinion,)))
    assert list(raw(file_world).iterdump()) == before


def test_content_that_was_never_stored_cannot_be_pointed_to(file_world: World) -> None:
    case = file_world.draft()
    ghost = NewEntry("material", {"code": "id_card", "file": "a.pdf", "sha256": "ab" * 32})
    with pytest.raises(Refusal) as caught:
        file_world.move("wang", case, "attach_material", ghost)
    assert caught.value.code == "content_missing"


def test_a_broken_file_is_named_and_its_case_frozen(file_world: World) -> None:
    """T31: the case is frozen by the system; nobody goes on with a file that does not match."""
    case = file_world.accepted()
    sha256 = file_world.file("scan")
    place = file_world.as_("zhang").content_path(sha256)
    assert place.read_bytes() == b"scan"
    place.chmod(0o600)
    place.write_bytes(b"scam")
    assert codes(file_world) == ["content_broken"]
    with pytest.raises(Refusal) as caught:
        file_world.as_("zhang").content_path(sha256)
    assert caught.value.code == "content_broken"
    assert "id_card" in caught.value.message
    with file_world.centre.administration(writing=False) as unit:
        frozen = case_rows.case_by_id(unit.sql, case.case_id)
        last = case_rows.events_of(unit.sql, case.case_id)[-1]
    assert frozen is not None
    assert (frozen.state, last.actor) == (State.QUARANTINED, "system")
    # The good bytes brought once more heal the store.
    assert file_world.file("scan") == sha256
    assert place.read_bytes() == b"scan"


def test_a_file_is_read_by_those_who_see_its_entry(file_world: World) -> None:
    """V03, V16: previews obey the rows too; the custodian never gets a scan."""
    case = file_world.awaiting_seal()
    view = file_world.as_("ma").case_view(case.case_no)
    scan, frozen = file_world.file("scan"), file_world.file(f"frozen {case.case_no}")
    assert view is None
    assert file_world.as_("lin").content_path(frozen).is_file()
    for login, sha256 in (("lin", scan), ("chen", scan), ("chen", frozen)):
        with pytest.raises(Refusal) as caught:
            file_world.as_(login).content_path(sha256)
        assert caught.value.code == "not_visible"


FULL = """
import resource, sys
from tests.store.world import PROMISED
from workbench.rules.case import Move, NewEntry
from workbench.rules.refusals import Outage
from workbench.store import open_centre
session = open_centre(sys.argv[1]).session_as("wang")
kind = sys.argv[2]
room = int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
try:
    if kind == "content":
        session.put_content(b"x" * 4_000_000)
    else:
        fields = {"item_code": PROMISED.item_code}
        entry = NewEntry("form", {"a": "x" * 4_000_000})
        session.register(Move("register", fields, (entry,)), "w", "full")
except Outage as outage:
    print(outage.code, outage.message)
else:
    print("taken")
"""


@pytest.mark.parametrize("kind", ["content", "case"])
def test_a_full_disk_keeps_nothing_half_done(file_world: World, kind: str) -> None:
    """A real limit of the system on file sizes, in a child process."""
    first = file_world.draft()
    before = sorted(p.name for p in file_world.centre.books.content.folder.rglob("*"))
    room = max(p.stat().st_size for p in file_world.path.parent.iterdir() if p.is_file()) + 200_000
    said = subprocess.run(
        [sys.executable, "-c", FULL, str(file_world.path), kind, str(room)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": os.getcwd()},
    ).stdout  # fmt: skip
    assert said.startswith(("disk_full", "disk_failed")), said
    assert "Nothing of this step was kept" in said
    assert sorted(p.name for p in file_world.centre.books.content.folder.rglob("*")) == before
    assert codes(file_world) in ([], ["clock_back"])
    assert file_world.draft().short_no == f"{first.short_no[:-4]}0002"


def test_sqlite_full_is_called_full(file_world: World) -> None:
    with pytest.raises(Outage) as caught, file_world.centre.administration() as unit:
        pages = unit.sql.exec_driver_sql("PRAGMA page_count").scalar_one()
        unit.sql.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        from workbench.store import seeding

        seeding.put_setting(unit, "long", "x" * 4_000_000)
    assert caught.value.code == "disk_full"


def test_a_backup_is_a_whole_centre_somewhere_else(file_world: World, tmp_path: Path) -> None:
    """The drill: back up while sessions are open, lose everything, restore, go on."""
    case = file_world.press(file_world.awaiting_seal())
    target = tmp_path / "kept" / "monday.db"
    report = backup_centre(file_world.url, target)
    assert report.files == 3
    assert report.missing == ()
    file_world.draft()
    lost = tmp_path / "elsewhere" / "centre.db"
    assert restore_centre(target, str(lost)).faults == ()
    centre = open_centre(str(lost), file_world.clock)
    session = centre.session_as("xu")
    view = session.case_view(case.case_no)
    assert view is not None
    assert view.case == case
    receipt = NewEntry("delivery", {"receiver": "self", "manner": "direct", "identity": "shown"})
    done = session.make_move(case.case_id, Move("issue", {"manner": "direct"}, (receipt,)))
    assert done.state is State.ISSUED
    session.close()
    centre.close()
    with pytest.raises(Refusal) as caught:
        backup_centre(file_world.url, target)
    assert caught.value.code == "backup_exists"


def test_a_backup_says_which_file_was_broken_already(file_world: World, tmp_path: Path) -> None:
    case = file_world.pushed()
    file_world.centre.books.content.place(file_world.file("scan")).unlink()
    report = backup_centre(file_world.url, tmp_path / "b.db")
    assert report.missing == (f"{case.case_no} id_card",)
    assert case.case_no in str(report)


def test_what_is_wrong_with_a_file_is_said_with_what_to_do(tmp_path: Path) -> None:
    def code(path: Path) -> str:
        with pytest.raises(Outage) as caught:
            open_centre(str(path))
        assert caught.value.remedy
        return caught.value.code

    assert code(tmp_path / "none.db") == "centre_missing"
    (tmp_path / "text.db").write_text("this is no database at all, but long enough " * 50)
    assert code(tmp_path / "text.db") == "centre_damaged"
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE a (b)")
    other.close()
    assert code(tmp_path / "other.db") == "centre_foreign"
    good = tmp_path / "good.db"
    create_centre(str(good), seed(), SetClock(NINE))
    for revision, wanted in (("9999", "centre_newer"), (schema.newest(), "")):
        connection = sqlite3.connect(good)
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()
        connection.close()
        if wanted:
            assert code(good) == wanted
    open_centre(str(good)).close()
    data = bytearray(good.read_bytes())
    data[4096 * 3 : 4096 * 40] = b"\x5a" * (4096 * 37)
    good.write_bytes(data)
    assert check_centre(str(good))[0].code == "centre_damaged"


def test_the_numbers_of_the_steps_are_the_revisions() -> None:
    """Opening a centre reads the numbers of the files; alembic goes by what stands in them."""
    script = ScriptDirectory.from_config(schema._config())
    assert schema.known() == {one.revision for one in script.walk_revisions()}
    assert schema.newest() == script.get_current_head()


def test_a_centre_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    wrong = seed(memberships=(*seed().memberships, seed().memberships[-1]))
    broken = seed(appointments=(*seed().appointments, seed().appointments[0].__class__(
        "nobody", "market", seed().appointments[0].post, "x", NINE)))  # fmt: skip
    with pytest.raises(IntegrityError):
        create_centre(str(path), broken, SetClock(NINE))
    assert not path.exists()
    assert [p.name for p in tmp_path.iterdir()] in ([], ["content"])
    create_centre(str(path), wrong, SetClock(NINE))
    with pytest.raises(Refusal) as caught:
        create_centre(str(path), seed(), SetClock(NINE))
    assert caught.value.code == "centre_exists"


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression")
def test_the_revisions_make_exactly_the_tables_of_the_code(file_world: World) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = make_engine(file_world.path)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), META) == []
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        said = [connection.exec_driver_sql(f"PRAGMA {one}").scalar_one() for one in pragmas]
    engine.dispose()
    assert said == ["wal", 2, 1]


def test_an_upgrade_makes_a_copy_and_keeps_the_triggers(file_world: World) -> None:
    connection = raw(file_world)
    connection.execute("DROP TRIGGER event_no_delete")
    connection.close()
    assert codes(file_world) == ["triggers_missing"]
    copy = upgrade_centre(file_world.url)
    assert copy.is_file()
    assert codes(file_world) == []


def test_what_a_killed_process_left_coming_in_is_swept_after_a_day(tmp_path: Path) -> None:
    content = ContentStore(tmp_path / "content")
    content.put(b"one")
    old, new = (content.folder / f"incoming-{name}" for name in ("old", "new"))
    for left in (old, new):
        left.write_bytes(b"half")
    os.utime(old, (0, 0))
    content.put(b"two")
    assert not old.exists()
    assert new.exists(), "somebody may still be writing it"
