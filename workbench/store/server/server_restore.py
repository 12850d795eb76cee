"""``workbench centre restore FILE postgresql://…``: a backup becomes a centre on a server again.

From the backup come tables and rows; roles, verbs, policies and rights are made anew by this
version, named after the new database, so nothing that was slipped into a copy becomes part of the
guard. Then the centre check and every stored file are looked at, and only then people get their
sign-ins back, with the passwords they had. Where anything fails nothing stays but group roles that
nobody is in. Needs the installer's login. Called by the command line.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from workbench.rules.moment import stamp
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _, listed
from workbench.store import schema
from workbench.store.centre_check import Finding, wanted_content
from workbench.store.encrypted_content import EncryptedContent
from workbench.store.engine import Unit
from workbench.store.restore import not_whole
from workbench.store.seeding import put_setting
from workbench.store.server import founding, install, server_check
from workbench.store.server.address import ServerAddress
from workbench.store.server.backup_file import (
    AboutBackup,
    SavedLogin,
    dump_of,
    newer_centre,
    read_about,
)
from workbench.store.server.connecting import plainly
from workbench.store.server.dump_tools import Tool, Way, find_tool, write_to
from workbench.store.server.role_names import RoleNames
from workbench.store.server.server_content import FOLDER

_TAKEN: Final = re.compile(
    rb"\d+; \d+ \d+ (TABLE|TABLE DATA|SEQUENCE|SEQUENCE OWNED BY|SEQUENCE SET|DEFAULT|CONSTRAINT|"
    rb"CHECK CONSTRAINT|FK CONSTRAINT|INDEX) wb (?!ix_applicant_grams )"
)
"""Lines of the dump's table of contents that are restored: tables and rows, nothing that acts, nor
the index that a function of the guard makes: it comes anew with that."""


@dataclass(frozen=True, slots=True)
class ServerRestoreReport:
    """What stands again. ``kept``: who had a login here already and keeps its password;
    ``without``: who needs a new first password; ``faults`` were accepted by the caller."""

    place: str
    made_at: str
    cases: int
    logins: int
    files: int
    kept: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = _("Restored to {place} as of {time}: {cases} cases, {logins} sign-ins, {files} "
                 "whole files.")  # fmt: skip
        lines = [text.format(place=self.place, time=self.made_at, cases=self.cases,
                             logins=self.logins, files=self.files)]  # fmt: skip
        if self.kept:
            told = _("These have a sign-in here already and keep its password: {names}.")
            lines.append(told.format(names=listed(self.kept)))
        if self.without:
            told = _("These need a new first password (workbench user password): {names}.")
            lines.append(told.format(names=listed(self.without)))
        lines.append(_("Who was revoked or changed after that time stands as before: look through "
                       "workbench user list."))  # fmt: skip
        return "\n".join([*lines, *self.faults])


def restore_on_server(
    file: str | Path, address: ServerAddress, login: str, password: str | None,
    content: Path | None = None, in_spite: bool = False,
) -> ServerRestoreReport:  # fmt: skip
    """A centre in an empty or new database from ``file``, or none.

    ``content``: where its files lie now; else where they lay. Refusal ``backup_missing``,
    ``backup_foreign``, ``backup_damaged``, ``backup_not_whole``, ``centre_exists``,
    ``server_older``, ``login_taken``, ``tool_missing``, ``tool_older``; Outage ``centre_newer``,
    ``disk_full`` and what else is in the way.
    """
    source = Path(file).expanduser().resolve()
    about = read_about(source)
    if about.revision not in schema.known():
        raise newer_centre()
    roles = RoleNames(address.database)
    tool = _tool(about, address, login, password)
    made = founding.make_database(address, login, password)
    try:
        with founding.installing(address, login, password) as sql:
            founding.refuse_full(sql, address)
            _refuse_foreign(sql, about)
        with _nothing_left(address, login, password):
            way = Way(address, login, password)
            _rows(source, tool, way, roles)
            return _finish(about, way, roles, content, in_spite)
    except BaseException:
        if made:
            founding.drop_database(address, login, password)
        raise


def _tool(about: AboutBackup, address: ServerAddress, login: str, password: str | None) -> Tool:
    first = replace(address, database=founding.FIRST_DATABASE)
    with founding.installing(first, login, password) as sql:
        there = int(sql.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    # A newer pg_dump writes what an older server does not take, whatever server it came from.
    came_from = max(about.server // 10_000, about.dump)
    if there < came_from:
        raise Refusal(
            "server_older",
            _("The backup comes from PostgreSQL {old}, this server is {new}.").format(
                old=came_from, new=there
            ),
            _("Restore on a server of the same or a newer version."),
        )
    return find_tool("pg_restore", there, about.dump)


def _refuse_foreign(sql: Connection, about: AboutBackup) -> None:
    """A name of the backup that is somebody else's here: an administrator, or no person at all."""
    asked = (
        "SELECT p.rolname FROM pg_roles p WHERE p.rolname = ANY (%s) AND (p.rolsuper OR"
        " p.rolcreaterole OR p.rolcreatedb OR p.rolreplication OR p.rolbypassrls OR NOT EXISTS ("
        "SELECT 1 FROM pg_auth_members m WHERE m.member = p.oid AND"
        " shobj_description(m.roleid, 'pg_authid') LIKE 'oneseal-workbench %%')) ORDER BY 1"
    )
    names = sql.exec_driver_sql(asked, ([one.login for one in about.logins],)).scalars().all()
    if names:
        raise Refusal(
            "login_taken",
            _("On this server these names are not persons of a centre: {names}.").format(
                names=listed(map(str, names))
            ),
            _("Restore on another server, or give those roles another name."),
        )


@contextmanager
def _nothing_left(address: ServerAddress, login: str, password: str | None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with founding.installing(address, login, password) as sql:
            sql.exec_driver_sql("DROP SCHEMA IF EXISTS wb, wb_accounts CASCADE")
        raise


def _rows(source: Path, tool: Tool, way: Way, roles: RoleNames) -> None:
    """Ground, then tables and rows as the new owner's, in one transaction of ``pg_restore``."""
    with founding.installing(way.address, way.login, way.password) as sql:
        install.lay_foundation(sql, roles)
    wanted = [
        line for line in write_to(tool, ("--list",), dump_of(source), None).splitlines(True)
        if _TAKEN.match(line)
    ]  # fmt: skip
    with tempfile.NamedTemporaryFile() as chosen:
        chosen.write(b"".join(wanted))
        chosen.flush()
        words = (
            "--no-password", "--single-transaction", "--exit-on-error", "--no-owner", "--no-acl",
            "--no-comments", "--no-security-labels", f"--role={roles.owner}",
            f"--use-list={chosen.name}", f"--dbname={way.address.database}",
        )  # fmt: skip
        write_to(tool, words, dump_of(source), way)


def _finish(
    about: AboutBackup, way: Way, roles: RoleNames, content: Path | None, in_spite: bool
) -> ServerRestoreReport:
    folder = content or Path(about.content_folder)
    with founding.installing(way.address, way.login, way.password) as sql:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            sql.exec_driver_sql(f"SET LOCAL {limit} = 0")
        install.upgrade(sql, roles)
        put_setting(Unit(sql, about.made_at), FOLDER, str(folder))
    engine = founding.installer(way.address, way.login, way.password)
    try:
        with plainly(way.address):
            wrong = [one for one in server_check.check_server(engine) if one.wrong]
            files, missing = _files(engine, EncryptedContent(folder, about.content_mark))
            wrong += missing
            if wrong and not in_spite:
                raise not_whole(wrong)
            with engine.begin() as sql:
                kept = [one.login for one in about.logins if _give_back(sql, one)]
    finally:
        engine.dispose()
    without = [one.login for one in about.logins if not one.verifier and one.login not in kept]
    return ServerRestoreReport(
        way.address.shown, stamp(about.made_at), about.cases, len(about.logins), files,
        tuple(kept), tuple(without), tuple(one.text for one in wrong),
    )  # fmt: skip


def _files(engine: Engine, files: EncryptedContent) -> tuple[int, list[Finding]]:
    """How many stored files open with their keys, and a finding for each that does not."""
    with engine.begin() as sql:
        sql.exec_driver_sql("SET LOCAL search_path = wb, pg_catalog")
        sql.exec_driver_sql("SET LOCAL statement_timeout = 0")
        wanted = wanted_content(Unit(sql, 0))
        asked = "SELECT sha256, key FROM wb.content_blob WHERE sha256 = ANY (%s)"
        rows = sql.exec_driver_sql(asked, (list(wanted),)).all()
        keys = {row[0]: bytes(row[1]) for row in rows if row[1] is not None}
    if not wanted:
        return 0, []
    try:
        files.check()
    except Outage as trouble:
        return 0, [Finding(trouble.code, str(trouble))]
    text = _("The file of “{name}” is missing or broken. Bring it back from a copy of the folder.")
    lost = [
        name for sha256, name in wanted.items()
        if sha256 not in keys or not files.sound(sha256, keys[sha256])
    ]  # fmt: skip
    return len(wanted) - len(lost), [Finding("content_missing", text.format(name=n)) for n in lost]


def _give_back(sql: Connection, one: SavedLogin) -> bool:
    """The person's sign-in and groups; whether a login was there already and kept as it is."""
    asked = "SELECT wb_accounts.standing(%s) <> 'free'"
    there = bool(sql.exec_driver_sql(asked, (one.login,)).scalar_one())
    if not there:
        # By the centre's own verb: from PostgreSQL 16 on only who made a login may change it.
        made = "SELECT wb_accounts.make_login(%s, %s)"
        sql.exec_driver_sql(made, (one.login, one.verifier or "SCRAM-SHA-256$"))
    sql.exec_driver_sql("SELECT wb_accounts.belong(%s, %s)", (one.login, list(one.groups)))
    if not there and not one.verifier:
        # The verb has let through only small letters, digits, dots, low lines and hyphens.
        sql.exec_driver_sql(f'ALTER ROLE "{one.login}" PASSWORD NULL')
    if not there and not (one.may_sign_in and one.verifier):
        sql.exec_driver_sql("SELECT wb_accounts.lock_login(%s)", (one.login,))
    return there
