"""A centre on a server is saved while in use and stands again on another server: the drill.

The other server asks everybody for a password, so that what comes back are the old sign-ins.
"""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.journeys.hall import Said, run
from tests.store.server.accounts_world import FIRST, OWN, Accounts, accounts_of
from tests.store.server.centres import ServerCentre, ServerWorld, server_world
from tests.store.server.cluster import QUIET, SUPERUSER, Cluster, cluster
from workbench.rules.refusals import Outage, Refusal
from workbench.store.server import dump_tools
from workbench.store.server.accounts import must_change
from workbench.store.server.address import ServerAddress
from workbench.store.server.backup_file import dump_of, read_about, write_backup
from workbench.store.server.connecting import plainly, sign_in

pytestmark = pytest.mark.long(17)
INSTALLER = "installer-words-1"
_NUMBERS = count(1)


@dataclass(frozen=True)
class Other:
    """Another server, where only passwords open anything."""

    cluster: Cluster

    def address(self, database: str) -> ServerAddress:
        return ServerAddress("127.0.0.1", database, port=self.cluster.port, sslmode="disable",
                             channel_binding="disable")  # fmt: skip

    def engine(self, database: str) -> Engine:
        return sign_in(self.address(database), SUPERUSER, INSTALLER)

    def databases(self) -> set[str]:
        engine = self.engine("postgres")
        with engine.connect() as sql:
            found = set(sql.exec_driver_sql("SELECT datname FROM pg_database").scalars())
        engine.dispose()
        return found

    def restore(self, file: Path, database: str, *words: object, pin: str = INSTALLER) -> Said:
        return run("centre", "restore", file, self.address(database).shown, "--as", SUPERUSER,
                   *words, pin=pin)  # fmt: skip


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    with cluster(**QUIET) as made:
        made.ask_passwords(INSTALLER)
        yield Other(made)


@pytest.fixture
def place(other: Other) -> Iterator[str]:
    """The database to restore to; then the other server is as empty as a new one."""
    yield f"again_{next(_NUMBERS)}"
    engine = other.engine("postgres").execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as sql:
        for name in other.databases() - {"postgres", "template0", "template1"}:
            sql.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        ours = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> %s"
        for name in sql.exec_driver_sql(ours, (SUPERUSER,)).scalars().all():
            sql.exec_driver_sql(f'DROP OWNED BY "{name}"')  # what it gave away (PostgreSQL 16)
            sql.exec_driver_sql(f'DROP ROLE "{name}"')
    engine.dispose()


@dataclass
class Scene:
    """A centre with a case, a file and people, and where its backup goes."""

    world: ServerWorld
    accounts: Accounts
    folder: Path

    @property
    def server(self) -> ServerCentre:
        return self.accounts.server

    @property
    def share(self) -> Path:
        return self.folder / "share"

    @property
    def file(self) -> Path:
        return self.folder / "monday.backup"

    def backup(self, who: str = SUPERUSER, pin: str = INSTALLER) -> Said:
        return run("backup", self.file, "--centre", self.accounts.address.shown, "--as", who,
                   pin=pin)  # fmt: skip

    def saved(self) -> Path:
        said = self.backup()
        assert said.code == 0, said
        return self.file


@pytest.fixture
def scene(server: ServerCentre, tmp_path: Path) -> Iterator[Scene]:
    with server_world(server, tmp_path) as world, accounts_of(server) as accounts:
        world.accepted()
        yield Scene(world, accounts, tmp_path)


@contextmanager
def little_room(size: int) -> Iterator[None]:
    """No file of this process becomes larger, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# -- the drill -----------------------------------------------------------------------------------


def test_the_drill_everybody_is_back_with_the_old_password(
    scene: Scene, other: Other, place: str
) -> None:
    accounts = scene.accounts
    reviewer, gone, fresh = (accounts.name(one) for one in ("rev", "gone", "fresh"))
    accounts.found((reviewer, "reviewer"), (gone, "reviewer"))
    office = accounts.office()
    office.revoke(gone, None)
    office.give_password(reviewer, FIRST)  # as good as new: he has to choose one again
    said = scene.backup()
    assert said.code == 0 and "1 cases" in said.out, said
    assert f"keep a copy of {scene.share}" in said.out
    assert scene.file.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in scene.folder.glob("monday*")) == ["monday.backup"]
    raw = scene.file.read_bytes()
    assert not any(word.encode() in raw for word in (OWN, FIRST, INSTALLER))

    moved = scene.folder / "brought"
    shutil.copytree(scene.share, moved)
    said = other.restore(scene.file, place, "--content", moved)
    assert said.code == 0, said
    assert "1 cases" in said.out and "need a new first password" in said.out
    url = other.address(place).shown
    said = run("centre", "check", url, "--as", SUPERUSER, pin=INSTALLER)
    assert (said.code, said.out) == (0, "The centre is whole.\n"), said
    security = sign_in(other.address(place), accounts.security, OWN)
    with plainly(other.address(place)), security.begin() as sql:
        listed = {row.login: row.standing for row in sql.exec_driver_sql(
            "SELECT * FROM wb.user_list()")}  # fmt: skip
    assert not must_change(security, other.address(place))
    security.dispose()
    assert (listed[accounts.security], listed[reviewer], listed[gone]) == (
        "user", "newcomer", "former")  # fmt: skip
    assert fresh not in listed
    newcomer = sign_in(other.address(place), reviewer, FIRST)
    assert must_change(newcomer, other.address(place))
    newcomer.dispose()
    with pytest.raises(Refusal) as caught:
        sign_in(other.address(place), gone, OWN)
    assert caught.value.code in ("account_locked", "wrong_password")


def test_what_people_see_and_the_log_are_the_same_after_it(
    scene: Scene, other: Other, place: str
) -> None:
    reviewer = scene.accounts.name("ma")
    scene.accounts.found((reviewer, "security_admin"))
    assert other.restore(scene.saved(), place).code == 0
    asked = ("SELECT count(*), string_agg(encode(hash::text::bytea, 'hex'), ',' ORDER BY seq) "
             "FROM wb.event")  # fmt: skip
    before = scene.server.admin.exec_driver_sql(asked).one()
    engine = other.engine(place)
    with engine.connect() as sql:
        assert tuple(sql.exec_driver_sql(asked).one()) == tuple(before)
        assert before[0] > 3
        members = sql.exec_driver_sql(
            "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
            "JOIN pg_roles p ON p.oid = m.member WHERE p.rolname = 'zhang' ORDER BY 1"
        ).scalars()
        # Roles are made anew, named after the new database.
        assert [str(one) for one in members] == [f"{place}_representative", f"{place}_user"]
        owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'wb'"
        assert sql.exec_driver_sql(owners).scalars().all() == [f"{place}_owner"]
    engine.dispose()


def test_what_was_slipped_into_the_database_does_not_come_back(
    scene: Scene, other: Other, place: str
) -> None:
    """Tables and rows come from the backup, the guard from this version."""
    for statement in (
        "CREATE FUNCTION wb.backdoor() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "CREATE POLICY everything ON wb.case_file FOR SELECT TO PUBLIC USING (true)",
        "GRANT INSERT ON wb.case_file TO PUBLIC",
        "ALTER TABLE wb.case_file DISABLE ROW LEVEL SECURITY",
    ):
        scene.server.admin.exec_driver_sql(statement)
    assert other.restore(scene.saved(), place).code == 0
    said = run("centre", "check", other.address(place).shown, "--as", SUPERUSER, pin=INSTALLER)
    assert said.out == "The centre is whole.\n"


# -- what is in the way --------------------------------------------------------------------------


def test_a_missing_file_is_named_and_nothing_is_made(
    scene: Scene, other: Other, place: str
) -> None:
    file = scene.saved()
    stored = next(one for one in scene.share.glob("??/*") if len(one.name) == 64)
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[:-1] + b"?")
    said = other.restore(file, place)
    assert said.code == 1 and "missing or broken" in said.err, said
    assert place not in other.databases()
    said = other.restore(file, place, "--content", scene.folder / "nowhere")
    assert said.code == 1 and "cannot be reached" in said.err
    said = other.restore(file, place, "--in-spite")
    assert said.code == 1 and "missing or broken" in said.out
    assert place in other.databases()


def test_a_backup_that_is_not_what_was_written_is_not_touched(
    scene: Scene, other: Other, place: str
) -> None:
    file = scene.saved()
    raw = file.read_bytes()
    for name, changed, told in (
        ("cut", raw[:-100], "cut or changed"),
        ("bit", raw[:-300] + bytes([raw[-300] ^ 1]) + raw[-299:], "cut or changed"),
        ("head", raw[:200] + bytes([raw[200] ^ 1]) + raw[201:], "cut or changed"),
        ("none", b"", "is no backup"),
        ("form", raw.replace(b"form 1\n", b"form 7\n", 1), "newer version"),
    ):
        other_file = scene.folder / name
        other_file.write_bytes(changed)
        said = other.restore(other_file, place)
        assert said.code in (1, 3) and told in said.err, (name, said)
    assert "There is no backup" in other.restore(scene.folder / "missing", place).err
    about = read_about(file)
    for name, changed_about, told in (
        ("schema", replace(about, revision="9999"), "newer version"),
        ("server", replace(about, server=990_001), "PostgreSQL 99"),
        ("dump", replace(about, dump=99), "PostgreSQL 99"),
    ):
        write_backup(scene.folder / name, changed_about, dump_of(file))
        said = other.restore(scene.folder / name, place)
        assert said.code in (1, 3) and told in said.err, (name, said)
    assert place not in other.databases()


def test_nothing_is_written_over(scene: Scene, other: Other, place: str) -> None:
    file = scene.saved()
    assert scene.backup().code == 1
    engine = other.engine("postgres")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as sql:
        sql.exec_driver_sql(f"CREATE DATABASE {place}")
    engine.dispose()
    engine = other.engine(place)
    with engine.begin() as sql:
        sql.exec_driver_sql("CREATE TABLE kept (one int)")
    said = other.restore(file, place)
    assert said.code == 1 and "already something in the database" in said.err
    with engine.begin() as sql:
        assert sql.exec_driver_sql("SELECT count(*) FROM kept").scalar_one() == 0
        sql.exec_driver_sql("DROP TABLE kept")
    engine.dispose()
    assert other.restore(file, place).code == 0


def test_a_name_that_is_an_administrator_there_stops_it(
    scene: Scene, other: Other, place: str
) -> None:
    head = scene.accounts.name("head")
    scene.accounts.found((head, "security_admin"))
    file = scene.saved()
    engine = other.engine("postgres")
    with engine.begin() as sql:
        sql.exec_driver_sql(f'CREATE ROLE "{head}" SUPERUSER')
    said = other.restore(file, place)
    assert said.code == 1 and head in said.err, said
    assert place not in other.databases()
    with engine.begin() as sql:
        sql.exec_driver_sql(f'DROP ROLE "{head}"')
    engine.dispose()


def test_who_may_not_and_a_wrong_password(scene: Scene, other: Other, place: str) -> None:
    said = scene.backup(who=scene.accounts.security, pin=OWN)
    assert said.code == 1 and "may not install" in said.err
    file = scene.saved()
    said = other.restore(file, place, pin="wrong")
    assert said.code == 1 and "do not belong together" in said.err
    assert place not in other.databases()


def test_a_full_disk_leaves_no_half_backup(scene: Scene) -> None:
    with little_room(40_000):
        said = scene.backup()
    assert said.code == 3 and "is full" in said.err, said
    assert list(scene.folder.glob("monday*")) == []
    assert scene.backup().code == 0


def test_an_old_or_missing_tool_is_named(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scene.folder / "tools" / "9" / "bin"
    folder.mkdir(parents=True)
    monkeypatch.setattr(dump_tools, "PROGRAMS", folder.parent.parent)
    monkeypatch.setenv("PATH", str(scene.folder))
    said = scene.backup()
    assert said.code == 1 and "pg_dump is not on this computer" in said.err
    tool = folder / "pg_dump"
    tool.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    tool.chmod(0o755)
    said = scene.backup()
    assert said.code == 1 and "of version 9 is older" in said.err
    assert "postgresql-client-" in said.err
    tool.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 99.1'\n")
    said = scene.backup()
    assert said.code == 1 and "of version 99 is newer than the server" in said.err
    assert "postgresql-client-" in said.err
    assert not scene.file.exists()


def test_the_password_is_no_word_of_the_call(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a tool that breaks off in the middle leaves no file that looks whole."""
    server = int(scene.server.admin.exec_driver_sql("SHOW server_version_num").scalar_one())
    real = dump_tools.find_tool("pg_dump", server // 10_000)
    folder, heard = scene.folder / "tools" / str(real.major) / "bin", scene.folder / "heard"
    folder.mkdir(parents=True)
    tool = folder / "pg_dump"
    tool.write_text(f'#!/bin/sh\necho "$* $PGPASSWORD" >>{heard}\nexec {real.path} "$@"\n')
    tool.chmod(0o755)
    monkeypatch.setattr(dump_tools, "PROGRAMS", folder.parent.parent)
    scene.saved()
    words = heard.read_text().splitlines()[-1]
    assert words.endswith(INSTALLER) and INSTALLER not in words.removesuffix(INSTALLER)
    tool.write_text(
        f'#!/bin/sh\ntest "$1" = --version && exec {real.path} "$@"\n'
        "echo half\necho 'pg_dump: error: query failed: ERROR:  Wang 13800000000' >&2\nexit 1\n"
    )
    scene.file.unlink()
    said = scene.backup()
    assert said.code == 3 and "pg_dump broke off: query failed." in said.err
    assert "Wang" not in said.err
    assert list(scene.folder.glob("monday*")) == []


def test_a_server_that_goes_away_is_an_outage(other: Other, place: str) -> None:
    tool = dump_tools.Tool("/bin/false", 99)
    way = dump_tools.Way(other.address(place), "nobody", None)
    with pytest.raises(Outage) as caught:
        dump_tools.write_to(tool, (), iter([b"x" * 200_000]), way)
    assert caught.value.code == "tool_failed"
    assert "PGPASSWORD" not in way.environment()
    assert os.environ.get("PGPASSWORD") is None
