"""A centre on a server by the command line alone, as the person who installs it works.

The first call of each command is a process of its own, the password comes through a pipe; the later
ones save its start. Then ``centre check`` is held against a database in which somebody has opened
the guard, one thing at a time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from tests.journeys.hall import run
from tests.store.server.cluster import QUIET, SUPERUSER, Cluster, cluster
from workbench.store.server import accounts_ground, server_check

pytestmark = [pytest.mark.long(16), pytest.mark.timeout(240)]
INSTALLER = "installer-words-1"
DEPARTMENTS = (
    "code,name_zh,name_en,organ_name,credit_code,kind\n"
    "market,市场监督管理局,Market,青云区市场监督管理局,12990100MB0000001A,\n"
)


@dataclass(frozen=True)
class Desk:
    """A server that asks for passwords, and a folder to work in."""

    cluster: Cluster
    folder: Path
    called: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"postgresql://127.0.0.1:{self.cluster.port}/qingyun"

    @property
    def passwords(self) -> Path:
        return self.folder / "first.txt"

    def say(self, *words: object, lines: str = INSTALLER) -> subprocess.CompletedProcess[str]:
        """One call of the program."""
        home = {"XDG_DATA_HOME": str(self.folder)}
        command = tuple(map(str, words[:2]))
        if command in self.called:
            with patch.dict(os.environ, home):
                said = run(*words, pin=lines)
            return subprocess.CompletedProcess(words, said.code, said.out, said.err)
        self.called.add(command)
        return subprocess.run(
            [sys.executable, "-m", "workbench", "--language", "en", *map(str, words)],
            input=f"{lines}\n", capture_output=True, text=True, timeout=120, check=False,
            env={**os.environ, "PYTHONPATH": os.getcwd(), **home},
        )  # fmt: skip

    def done(self, *words: object, lines: str = INSTALLER) -> str:
        said = self.say(*words, lines=lines)
        assert said.returncode == 0, (words[:2], said.stdout, said.stderr)
        return said.stdout

    def engine(self) -> Engine:
        url = self.cluster.url("qingyun").replace(f"{SUPERUSER}@", f"{SUPERUSER}:{INSTALLER}@")
        return create_engine(url, poolclass=NullPool)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The centre ``qingyun``, made by the command."""
    folder = tmp_path_factory.mktemp("server")
    with cluster(**QUIET) as made:
        made.ask_passwords(INSTALLER)
        one = Desk(made, folder)
        (folder / "departments.csv").write_text(DEPARTMENTS, encoding="utf-8")
        one.done("centre", "create", one.url, "--as", SUPERUSER, "--content", folder / "share",
                 "--departments", folder / "departments.csv", "--passwords", one.passwords,
                 "--name", "青云区")  # fmt: skip
        yield one


def test_from_an_empty_server_to_a_running_centre(desk: Desk) -> None:
    assert desk.passwords.stat().st_mode & 0o777 == 0o600
    first = dict(line.split("\t") for line in desk.passwords.read_text().splitlines())
    assert list(first) == ["system.admin", "security.admin", "audit.admin"]
    said = desk.say("centre", "check", desk.url, "--as", SUPERUSER)
    assert (said.returncode, said.stdout) == (0, "The centre is whole.\n"), said
    own = {name: f"own-words-{number}" for number, name in enumerate(first)}
    for name, word in first.items():
        said = desk.say("user", "list", "--centre", desk.url, "--as", name, lines=word)
        assert said.returncode == 1 and "own-password" in said.stderr
        desk.done("user", "own-password", "--centre", desk.url, "--as", name,
                  lines=f"{word}\n{own[name]}")  # fmt: skip
    published = desk.done("plugin", "publish", "--centre", desk.url, "--as", "system.admin",
                          lines=own["system.admin"])  # fmt: skip
    assert len(published.splitlines()) >= 3
    people = desk.folder / "people.csv"
    people.write_text("login,name_zh,name_en,department,role\nli.na,李娜,Li Na,market,reviewer\n",
                      encoding="utf-8")  # fmt: skip
    out = desk.folder / "people.txt"
    desk.done("user", "import", people, "--passwords", out, "--centre", desk.url, "--as",
              "security.admin", lines=own["security.admin"])  # fmt: skip
    word = out.read_text().split()[1]
    desk.done("user", "own-password", "--centre", desk.url, "--as", "li.na",
              lines=f"{word}\nwords-of-mine")  # fmt: skip
    said = desk.say("cases", "--centre", desk.url, "--as", "li.na", "--json", lines="words-of-mine")
    assert (said.returncode, said.stdout) == (0, ""), said
    said = desk.say("user", "list", "--centre", desk.url, "--as", "li.na", lines="words-of-mine")
    assert said.returncode == 1
    assert desk.done("centre", "upgrade", desk.url, "--as", SUPERUSER)
    said = desk.say("centre", "check", desk.url, "--as", SUPERUSER)
    assert (said.returncode, said.stdout) == (0, "The centre is whole.\n"), said


def test_making_it_again_or_wrongly_is_refused(desk: Desk) -> None:
    words = ("--as", SUPERUSER, "--content", desk.folder / "other", "--departments",
             desk.folder / "departments.csv")  # fmt: skip
    again = desk.folder / "again.txt"
    said = desk.say("centre", "create", desk.url, *words, "--passwords", again)
    assert said.returncode == 1 and "already something" in said.stderr
    assert not again.exists() and not (desk.folder / "other").exists()
    said = desk.say("centre", "create", desk.url, "--as", SUPERUSER)
    assert said.returncode == 2 and "--content" in said.stderr
    said = desk.say("centre", "create", desk.url, *words, "--passwords", again, lines="wrong")
    assert said.returncode == 1 and "do not belong together" in said.stderr
    said = desk.say("centre", "create", desk.url.replace("qingyun", "Qing-Yun"), *words,
                    "--passwords", again)  # fmt: skip
    assert said.returncode == 1 and "cannot be named" in said.stderr, said
    bad = desk.folder / "bad.csv"
    bad.write_text(DEPARTMENTS + "street,,Street,x,y,\n", encoding="utf-8")
    said = desk.say("centre", "create", desk.url, "--as", SUPERUSER, "--content", desk.folder,
                    "--departments", bad, "--passwords", again)  # fmt: skip
    assert said.returncode == 1 and "row 3: name_zh" in said.stderr


HOLES = {
    "no_row_security": ("ALTER TABLE wb.part_form DISABLE ROW LEVEL SECURITY", "part_form"),
    "view_as_owner": (
        "CREATE VIEW wb.peep AS SELECT * FROM wb.case_file; "
        "ALTER VIEW wb.peep OWNER TO qingyun_owner", "peep"),
    "search_path_open": ("ALTER FUNCTION wb.content_key(text) RESET search_path", "content_key"),
    "write_granted": ("GRANT INSERT ON wb.event TO qingyun_user", "event: qingyun_user insert"),
    "policy_differs": (
        "DO $$ DECLARE v text; BEGIN SELECT policyname INTO v FROM pg_policies WHERE tablename = "
        "'part_form' LIMIT 1; EXECUTE format('ALTER POLICY %%I ON wb.part_form USING (true)', v); "
        "END $$", "part_form."),
    "clock_replaced": (
        "CREATE OR REPLACE FUNCTION wb.moment() RETURNS bigint LANGUAGE sql VOLATILE SECURITY "
        "DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT 1::bigint'", "wb.moment()"),
    "verb_differs": (
        "CREATE OR REPLACE FUNCTION wb.content_asked(p_who text) RETURNS void LANGUAGE plpgsql "
        "STABLE AS 'BEGIN END'", "content_asked"),
    "foreign_object": (
        "CREATE TABLE wb.mine (one int); ALTER TABLE wb.mine ENABLE ROW LEVEL SECURITY", "mine"),
    "definitions_open": ("ALTER EVENT TRIGGER wb_definitions DISABLE", "wb_definitions"),
    "verb_for_all": ("GRANT EXECUTE ON FUNCTION wb.refuse(text, jsonb) TO PUBLIC", "refuse"),
    "rules_differ": ("UPDATE wb.role_exclusion SET excludes = 'reviewer'"
                     " WHERE role = (SELECT min(role) FROM wb.role_exclusion)"
                     " AND excludes = (SELECT min(excludes) FROM wb.role_exclusion"
                     " WHERE role = (SELECT min(role) FROM wb.role_exclusion))", "role_exclusion"),
}  # fmt: skip


def found_by_check(sql: Connection) -> dict[str, str]:
    sql.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
    roles = server_check.roles_of(sql)
    return {one.code: one.text for one in server_check.check_database(sql, roles)}


@pytest.mark.parametrize("code", HOLES)
def test_every_hole_in_the_guard_is_named(desk: Desk, code: str) -> None:
    """It alone: nothing else is found."""
    statement, named = HOLES[code]
    engine = desk.engine()
    with engine.connect() as sql, sql.begin() as work:
        sql.exec_driver_sql(statement)
        found = found_by_check(sql)
        work.rollback()
    assert list(found) == [code], found
    assert named in found[code]
    if code not in ("clock_replaced", "view_as_owner", "foreign_object"):
        assert "workbench centre upgrade" in found[code]


def test_a_server_with_the_known_hole_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.engine().connect() as sql, sql.begin():
        major = int(sql.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
        monkeypatch.setitem(server_check.FIRST_SAFE_MINOR, major, 999)  # type: ignore[arg-type]
        found = found_by_check(sql)
    assert list(found) == ["server_hole"]
    assert "CVE-2026-14666" in found["server_hole"] and f"{major}.999" in found["server_hole"]


def test_all_holes_at_once_by_command_and_the_upgrade_mends_them(desk: Desk) -> None:
    """All but the view, which the upgrade does not know; it stays named."""
    engine = desk.engine()
    with engine.begin() as sql:
        for statement, _named in HOLES.values():
            sql.exec_driver_sql(statement)
        sql.exec_driver_sql("DROP TABLE wb.mine")
    said = desk.say("centre", "check", desk.url, "--as", SUPERUSER)
    assert said.returncode == 1
    missing = [code for code, (_sql, named) in HOLES.items()
               if named not in said.stdout and code != "foreign_object"]
    assert missing == [], said.stdout
    desk.done("centre", "upgrade", desk.url, "--as", SUPERUSER)
    left = desk.say("centre", "check", desk.url, "--as", SUPERUSER)
    assert left.returncode == 1 and left.stdout.splitlines()[0].startswith("Views that ask")
    assert len(left.stdout.splitlines()) == 1, left.stdout
    with engine.begin() as sql:
        sql.exec_driver_sql("DROP VIEW wb.peep")
        sql.exec_driver_sql("CREATE TABLE wb.mine (one int)")
    said = desk.say("centre", "upgrade", desk.url, "--as", SUPERUSER)
    assert said.returncode == 1 and "not the centre's: mine." in said.stderr
    with engine.begin() as sql:
        sql.exec_driver_sql("DROP TABLE wb.mine")
    assert desk.done("centre", "check", desk.url, "--as", SUPERUSER) == "The centre is whole.\n"


def test_only_the_installer_may_check_and_a_foreign_database_is_told(desk: Desk) -> None:
    with desk.engine().connect() as sql:
        sql.execution_options(isolation_level="AUTOCOMMIT")
        sql.exec_driver_sql("CREATE ROLE guest LOGIN PASSWORD 'guest-words' IN ROLE qingyun_user")
        accounts_ground.take_in_hand(sql, server_check.roles_of(sql))
        sql.exec_driver_sql("CREATE DATABASE foreign_one")
    said = desk.say("centre", "check", desk.url, "--as", "guest", lines="guest-words")
    assert said.returncode == 1 and "may not install or check" in said.stderr
    said = desk.say("centre", "check", desk.url.replace("qingyun", "foreign_one"), "--as",
                    SUPERUSER)  # fmt: skip
    assert said.returncode == 3 and "is not a centre" in said.stderr
    said = desk.say("centre", "check", desk.url.replace("//", "//guest:geheim@"))
    assert said.returncode == 1 and "geheim" not in said.stderr
