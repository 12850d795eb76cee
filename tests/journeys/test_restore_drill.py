"""The drills of department IT by the real commands: all is lost and comes back, an older centre is
brought forward, and whatever would destroy something is refused before anything is written."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic import command

from tests.journeys.hall import SUPERVISOR, Hall, run
from workbench.store import schema
from workbench.store.engine import make_engine


def names(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def test_everything_is_lost_and_comes_back_with_its_sealed_document(
    sealing: Hall, tmp_path: Path
) -> None:
    """Create, press, back up, destroy, restore; the register knows the sealed file again."""
    case_no, waiting = sealing.waiting()
    sealing.press(case_no)
    sealed = tmp_path / "sealed.pdf"
    shutil.copyfile(sealing.fetch(case_no), sealed)
    cases = sealing.run("cases", "--as", SUPERVISOR).out
    backup = tmp_path / "kept" / "monday.db"
    sealing.run("backup", backup)
    shutil.rmtree(sealing.folder)
    assert run("verify", sealed, "--centre", sealing.url).code == 3

    before = names(backup.parent)
    said = run("centre", "restore", backup, sealing.url)
    assert said.code == 0, said
    assert "2 cases" in said.out
    assert "keys/seal-approval.p12" in said.out, "which keys must be brought is said"
    assert names(backup.parent) == before, "a backup is never written to"
    assert not [one for one in before if one.endswith(".p12")], "no key is in a backup"

    sealing.check()
    assert sealing.run("cases", "--as", SUPERVISOR).out == cases
    (found,) = run("verify", sealed, "--json", "--centre", sealing.url).records
    assert (found["verdict"], found["compared_with_register"]) == ("sealed-intact", True)
    assert "keys/seal-approval.p12" not in names(sealing.folder)
    refused = sealing.press(waiting, code=3)
    assert "seal-approval.p12 cannot be read" in refused.err


def test_work_goes_on_where_the_keys_were_kept(sealing: Hall, tmp_path: Path) -> None:
    """Only the database is lost; keys and files stand there still, and the seal is pressed."""
    backup = tmp_path / "monday.db"
    sealing.run("backup", backup)
    for ending in ("", "-wal", "-shm"):
        (sealing.folder / f"centre.db{ending}").unlink(missing_ok=True)
    said = run("centre", "restore", backup, sealing.url)
    assert (said.code, "keys/" in said.out) == (0, False)
    assert sealing.press(sealing.waiting()[0]).out.split()[-1] == "B-B"


def test_nothing_is_ever_restored_over(sealing: Hall, tmp_path: Path) -> None:
    backup = tmp_path / "monday.db"
    sealing.run("backup", backup)
    before = (sealing.folder / "centre.db").read_bytes()
    said = run("centre", "restore", backup, sealing.url)
    assert (said.code, "already a centre" in said.err) == (1, True)
    assert (sealing.folder / "centre.db").read_bytes() == before
    said = run("centre", "restore", tmp_path / "tuesday.db", tmp_path / "new" / "centre.db")
    assert (said.code, "no backup at" in said.err) == (1, True)
    assert not (tmp_path / "new").exists()


def test_the_log_of_a_lost_database_is_never_mixed_into_the_restored_one(
    sealing: Hall, tmp_path: Path
) -> None:
    """SQLite would write a log that stands beside the file over its pages."""
    backup = tmp_path / "monday.db"
    sealing.run("backup", backup)
    place = tmp_path / "new" / "centre.db"
    place.parent.mkdir()
    log = place.with_name("centre.db-wal")
    log.write_bytes(b"of the centre that was lost")
    said = run("centre", "restore", backup, place)
    assert (said.code, "centre.db-wal" in said.err) == (1, True)
    assert names(place.parent) == {"centre.db-wal"}


@pytest.mark.parametrize("damage", ["lost", "changed"])
def test_a_backup_that_is_not_whole_is_told_before_anything_is_written(
    sealing: Hall, tmp_path: Path, damage: str
) -> None:
    backup, place = tmp_path / "monday.db", tmp_path / "new" / "centre.db"
    sealing.run("backup", backup)
    stored = next(one for one in (tmp_path / "monday.db.content").glob("??/*"))
    stored.chmod(0o600)
    if damage == "lost":
        stored.unlink()
    else:
        stored.write_bytes(b"something else")
    said = run("centre", "restore", backup, place)
    assert said.code == 1
    assert "is not whole, 1 faults" in said.err
    assert not names(place.parent)
    said = run("centre", "restore", backup, place, "--in-spite")
    assert said.code == 1, "restored, and what is missing is named"
    assert "Restored to" in said.out
    assert "Bring it back from a backup." in said.out
    assert run("cases", "--as", SUPERVISOR, "--centre", place).code == 0


@pytest.mark.parametrize("what", ["torn", "foreign"])
def test_what_is_no_whole_database_is_no_backup(
    sealing: Hall, tmp_path: Path, what: str
) -> None:
    backup, place = tmp_path / "monday.db", tmp_path / "new" / "centre.db"
    if what == "torn":
        sealing.run("backup", backup)
        data = bytearray(backup.read_bytes())
        data[8192:16384] = bytes(8192)
        backup.write_bytes(data[: len(data) // 2])
    else:
        with contextlib.closing(sqlite3.connect(backup)) as other:
            other.execute("CREATE TABLE shopping (what TEXT)")
    for words in ((), ("--in-spite",)):
        said = run("centre", "restore", backup, place, *words)
        assert said.code != 0
        assert "damaged" in said.err or "not a centre" in said.err
        assert not names(place.parent)


def older(place: Path) -> None:
    """A centre as the first version left it, with one setting of its own."""
    engine = make_engine(place)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.commit()
        with connection.execution_options(writing=True).begin():
            command.upgrade(schema._config(connection), "0001")
            connection.exec_driver_sql("INSERT INTO setting VALUES ('clock_offset_us', '7')")
    engine.dispose()


def test_an_older_centre_is_brought_forward_with_a_copy(tmp_path: Path) -> None:
    place = tmp_path / "centre.db"
    older(place)
    is_older = schema.newest() != "0001"
    told = run("centre", "check", place)
    assert ("workbench centre upgrade" in told.out) is is_older
    for copies in (1, 2):
        said = run("centre", "upgrade", place)
        assert said.code == 0, said
        found = sorted(tmp_path.glob("centre-before-upgrade-*.db"))
        assert len(found) == copies, "the copy of an earlier upgrade is kept"
        assert any(str(one) in said.out for one in found)
    assert "upgrade" not in run("centre", "check", place).out
    with contextlib.closing(sqlite3.connect(place)) as base:
        kept = base.execute("SELECT value FROM setting WHERE name = 'clock_offset_us'").fetchone()
    assert kept == ("7",)


def test_a_backup_of_an_older_version_comes_back_as_this_one(tmp_path: Path) -> None:
    backup, place = tmp_path / "old.db", tmp_path / "new" / "centre.db"
    older(backup)
    before = backup.read_bytes()
    said = run("centre", "restore", backup, place, "--in-spite")
    assert "Restored to" in said.out
    assert "upgrade" not in run("centre", "check", place).out
    assert backup.read_bytes() == before


def test_a_file_that_is_no_centre_is_not_upgraded(tmp_path: Path) -> None:
    place = tmp_path / "shopping.db"
    with contextlib.closing(sqlite3.connect(place)) as other:
        other.execute("CREATE TABLE shopping (what TEXT)")
    said = run("centre", "upgrade", place)
    assert (said.code, "is not a centre" in said.err) == (3, True)
    with contextlib.closing(sqlite3.connect(place)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("shopping",)]
    assert run("centre", "upgrade", tmp_path / "missing.db").code == 3
    assert not list(tmp_path.glob("*before-upgrade*"))
