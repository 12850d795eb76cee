"""``workbench backup FILE --centre postgresql://…``: a centre on a server in one file, in use.

``pg_dump`` and our own questions look through one snapshot, so tables, sign-ins and the list of
stored files belong to one moment. Sign-ins are written as SCRAM verifiers, which ``pg_dump`` leaves
out. The folder of the encrypted files is named and listed but not copied: whoever gets hold of one
of the two opens nothing (decision note 018), so it has a backup of its own in another place. Needs
the installer's login. Called by the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from workbench import __version__
from workbench.rules.refusals import Refusal
from workbench.rules.words import _
from workbench.store.server import founding, server_check
from workbench.store.server.accounts_ground import MARK as MARKED
from workbench.store.server.address import ServerAddress
from workbench.store.server.backup_file import AboutBackup, SavedLogin, write_backup
from workbench.store.server.connecting import plainly
from workbench.store.server.dump_tools import Way, find_tool, read_from
from workbench.store.server.role_names import RoleNames
from workbench.store.server.server_content import FOLDER, MARK

_LOGINS: Final = """
SELECT u.login, coalesce(a.rolpassword, ''), a.rolcanlogin,
    ARRAY(SELECT substr(g.rolname, length(%(prefix)s) + 2) FROM pg_auth_members m
          JOIN pg_authid g ON g.oid = m.roleid
          WHERE m.member = a.oid AND shobj_description(g.oid, 'pg_authid') = %(mark)s ORDER BY 1)
FROM wb.app_user u JOIN pg_authid a ON a.rolname = u.login
WHERE NOT a.rolsuper ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class ServerBackupReport:
    """What was written. ``folder`` holds ``files`` files that belong to it and are not in it."""

    file: Path
    cases: int
    logins: int
    files: int
    folder: str

    def __str__(self) -> str:
        text = _("Backup written: {file}, {cases} cases, {logins} sign-ins.").format(
            file=self.file, cases=self.cases, logins=self.logins
        )
        other = _("Its {files} files are not in it: keep a copy of {folder}, in another place than "
                  "this file.")  # fmt: skip
        return f"{text} {other.format(files=self.files, folder=self.folder)}"


def backup_on_server(
    address: ServerAddress, login: str, password: str | None, file: str | Path
) -> ServerBackupReport:
    """Write ``file``, which must be new. Refusal ``backup_exists``, ``tool_missing``,
    ``tool_older``, ``installer_only``; Outage for disk and server. Nothing is left where it fails.
    """
    target = Path(file).expanduser().resolve()
    if target.exists():
        raise Refusal(
            "backup_exists",
            _("The file {name} is there already.").format(name=target.name),
            _("Give another name; a backup is never written over."),
        )
    with _snapshot(address, login, password) as (sql, name):
        server = int(sql.exec_driver_sql("SHOW server_version_num").scalar_one())
        tool = find_tool("pg_dump", server // 10_000)
        about = _about(sql, address, server, tool.major)
        words = ("--format=custom", "--schema=wb", "--no-password", f"--snapshot={name}")
        with closing(read_from(tool, words, Way(address, login, password))) as dump:
            write_backup(target, about, dump)
    return ServerBackupReport(
        target, about.cases, len(about.logins), len(about.content), about.content_folder
    )


@contextmanager
def _snapshot(
    address: ServerAddress, login: str, password: str | None
) -> Iterator[tuple[Connection, str]]:
    """A look at one moment that ``pg_dump`` shares; it may last as long as the copy does."""
    engine = founding.installer(address, login, password)
    try:
        with plainly(address), engine.connect() as sql:
            sql.execution_options(isolation_level="REPEATABLE READ")
            with sql.begin():
                for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                    sql.exec_driver_sql(f"SET LOCAL {limit} = 0")
                asked = sql.exec_driver_sql("SELECT pg_export_snapshot()")
                yield sql, str(asked.scalar_one())
    finally:
        engine.dispose()


def _about(sql: Connection, address: ServerAddress, server: int, dump: int) -> AboutBackup:
    roles = server_check.roles_of(sql)
    revision = "SELECT version_num FROM wb.alembic_version"
    settings = sql.exec_driver_sql("SELECT name, value FROM wb.setting").all()
    told = {str(name): str(value) for name, value in settings}
    content = "SELECT sha256 FROM wb.content_blob WHERE key IS NOT NULL ORDER BY 1"
    return AboutBackup(
        made_at=int(sql.exec_driver_sql("SELECT wb.moment()").scalar_one()),
        product=__version__,
        revision=str(sql.exec_driver_sql(revision).scalar_one()),
        server=server, dump=dump, database=address.database,
        cases=int(sql.exec_driver_sql("SELECT count(*) FROM wb.case_file").scalar_one()),
        content_folder=told.get(FOLDER, ""), content_mark=told.get(MARK, ""),
        content=tuple(sql.exec_driver_sql(content).scalars()),
        logins=tuple(_logins(sql, roles)),
    )  # fmt: skip


def _logins(sql: Connection, roles: RoleNames) -> Iterator[SavedLogin]:
    """Everybody of the centre who has a login, with the groups that this centre gave him."""
    values = {"prefix": roles.prefix, "mark": f"{MARKED} {roles.prefix}"}
    for login, verifier, may_sign_in, groups in sql.exec_driver_sql(_LOGINS, values):
        if groups:
            yield SavedLogin(login, verifier, may_sign_in, tuple(groups))
