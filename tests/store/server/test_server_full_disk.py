"""The disk of the server is full: its tables', then its log's. The desk is told, nothing is half
done, and with room again the same session goes on.

The disks are small file systems in memory; to mount them the test needs root, or ``sudo`` without a
password. What a full disk does to a centre on a file is in ``tests/store/test_safety.py`` and
``tests/faults/test_bad_moments.py``, the desk's own disk in ``test_server_content.py``.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.store.server.centres import ServerCentre, ServerWorld, found, server_world
from tests.store.server.cluster import Cluster, cluster
from tests.store.world import PROMISED, duty_of
from workbench.casework.audit_verify import verify
from workbench.rules.case import Move, NewEntry
from workbench.rules.case_view import WorklistQuery
from workbench.rules.refusals import Outage
from workbench.store.server.connecting import retryable
from workbench.vault.audit_key import signature_fits

pytestmark = [pytest.mark.long(10), pytest.mark.timeout(180)]

WHO = duty_of(PROMISED)
AS_ROOT = () if os.getuid() == 0 else ("sudo", "-n")


class SmallDisk:
    """A file system of its own. ``fill`` leaves no byte, ``empty`` gives the room back."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._filler = place / "filler"

    def fill(self) -> None:
        with self._filler.open("ab", buffering=0) as file:
            for block in (1 << 20, 1 << 12):
                try:
                    while True:
                        file.write(b"x" * block)
                except OSError:
                    continue

    def empty(self) -> None:
        self._filler.unlink()


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[SmallDisk]:
    place.mkdir()
    size = f"size={megabytes}m,mode=777"
    subprocess.run([*AS_ROOT, "mount", "-t", "tmpfs", "-o", size, "tmpfs", place], check=True)
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run([*AS_ROOT, "umount", "--lazy", place], check=True)
        place.rmdir()


@pytest.fixture(scope="module")
def made() -> Iterator[Cluster]:
    """A server with a centre in which nobody works; its log is on the disk at every commit."""
    with cluster(fsync="off", max_wal_size="48MB", min_wal_size="32MB") as one:
        found(one, "founded")
        yield one


def asked(made: Cluster, statement: str) -> None:
    engine = create_engine(made.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as sql:
        sql.exec_driver_sql(statement)


def events(world: ServerWorld) -> int:
    assert world.server is not None
    said = world.server.admin.exec_driver_sql("SELECT count(*) FROM wb.event").scalar_one()
    return int(said)


def whole(world: ServerWorld) -> None:
    """Every chain holds."""
    with world.as_("aud").audit_log() as log:
        found = verify(log, None, signature_fits).findings
    assert [one.text for one in found if one.wrong] == []


def test_no_room_for_a_row(made: Cluster, tmp_path: Path) -> None:
    """The step fails whole and says whose disk it is; reading goes on; then it is taken once."""
    with small_disk(made.folder / "tables-disk", 64) as disk:
        asked(made, f"CREATE TABLESPACE small LOCATION '{_folder(made, disk)}'")
        asked(made, "CREATE DATABASE tight TEMPLATE founded TABLESPACE small")
        server = ServerCentre(made, "tight")
        try:
            with server_world(server, tmp_path) as world:
                case = world.pushed()
                session, before = world.as_(WHO), events(world)
                text = "".join(chr(0x4E00 + n % 20_000) for n in range(0, 9_000_000, 7))
                step = Move("send_message", {}, (NewEntry("message", {"text": text}),),
                            operation_id="thick")  # fmt: skip
                disk.fill()
                with pytest.raises(Outage) as full:
                    session.make_move(case.case_id, step)
                assert (full.value.code, retryable(full.value)) == ("disk_full", False)
                assert full.value.message.startswith("The disk of the centre's server is full.")
                assert "system administrator" in full.value.remedy
                assert events(world) == before
                assert session.case_view(case.case_no) is not None, "reading needs no room"
                assert session.worklist(WorklistQuery()).total == 1
                disk.empty()
                done = session.make_move(case.case_id, step)
                assert session.make_move(case.case_id, step) == done
                assert events(world) == before + 1
                whole(world)
        finally:
            server.close()
            asked(made, "DROP DATABASE IF EXISTS tight WITH (FORCE)")
            asked(made, "DROP TABLESPACE IF EXISTS small")


def _folder(made: Cluster, disk: SmallDisk) -> Path:
    """A folder on the disk that belongs to whoever runs the server."""
    place = disk.place / "of-the-server"
    place.mkdir(mode=0o700)
    owner = (made.folder / "data").stat()
    os.chown(place, owner.st_uid, owner.st_gid)
    return place


def test_no_room_for_the_log(made: Cluster, tmp_path: Path) -> None:
    """PostgreSQL stops itself then. What it had acknowledged is there when it is back, the step
    under way is asked for again by the same session and taken once."""
    log = made.folder / "data" / "pg_wal"
    asked(made, "CREATE DATABASE roomy TEMPLATE founded STRATEGY file_copy")
    with small_disk(made.folder / "log-disk", 96) as disk:
        made.stop()
        place = _folder(made, disk)
        subprocess.run([*made.runner, "cp", "-r", f"{log}/.", place], check=True)
        log.rename(log.with_name("pg_wal.before"))
        log.symlink_to(place)
        made.start()
        server = ServerCentre(made, "roomy")
        try:
            with server_world(server, tmp_path) as world:
                _stops_and_goes_on(made, world, disk)
        finally:
            server.close()
            made.stop("immediate")
            log.unlink()
            subprocess.run([*made.runner, "cp", "-r", f"{place}/.", log], check=True)
            made.start()
            asked(made, "DROP DATABASE roomy WITH (FORCE)")


def _stops_and_goes_on(made: Cluster, world: ServerWorld, disk: SmallDisk) -> None:
    assert world.server is not None
    case, session = world.pushed(), world.as_(WHO)
    before, taken = events(world), 0
    disk.fill()
    trouble = None
    while trouble is None and taken < 200:
        step = Move(("claim", "release")[taken % 2], operation_id=f"step-{taken}")
        try:
            session.make_move(case.case_id, step)
            taken += 1
            asked(made, "SELECT pg_switch_wal()")
        except (Outage, DBAPIError) as stopped:
            trouble = stopped
    assert trouble is not None
    disk.empty()
    _back(made)
    world.server.reconnect()
    assert events(world) in (before + taken, before + taken + 1)
    step = Move(("claim", "release")[taken % 2], operation_id=f"step-{taken}")
    limit = time.monotonic() + 20
    while True:
        try:
            session.make_move(case.case_id, step)
            break
        except Outage as away:
            assert retryable(away) and time.monotonic() < limit, away
            time.sleep(0.2)
    assert events(world) == before + taken + 1
    whole(world)


def _back(made: Cluster) -> None:
    """The server again: by itself, or by whoever looks after it where it gave up."""
    limit = time.monotonic() + 30
    while True:
        try:
            asked(made, "SELECT 1")
            return
        except DBAPIError as away:
            assert time.monotonic() < limit
            if "refused" in str(away) and not _runs(made):
                made.start()
            time.sleep(0.2)


def _runs(made: Cluster) -> bool:
    return (made.folder / "data" / "postmaster.pid").exists()
