"""The schema of a centre's file: making it, telling whether it fits, bringing an older one forward.

Alembic from the first table on. Called by ``centre`` and ``centre_check``. The mark in
``PRAGMA application_id`` tells a centre from any other SQLite file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect

from workbench.rules.refusals import Outage
from workbench.rules.words import _
from workbench.store.engine import outages
from workbench.store.writer_turn import writer_turn

if TYPE_CHECKING:
    from alembic.config import Config

APPLICATION_ID: Final = 0x4F534257
"""``OSBW`` in the file's header."""

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _go_to_newest(connection: Connection) -> None:
    from alembic import command

    command.upgrade(_config(connection), "head")


def newest() -> str:
    """The revision that this version of the program writes."""
    return max(known())


@cache
def known() -> frozenset[str]:
    """Every revision that this version knows: one after the other, by the numbers of their files.

    Alembic would say the same, and load itself and every step of them at each opening.
    """
    return frozenset(one.name[:4] for one in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def create(engine: Engine, path: Path) -> None:
    """All tables, indexes and triggers of the newest revision in an empty file."""
    with outages(path), engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.commit()
        with connection.execution_options(writing=True).begin():
            _go_to_newest(connection)


def bears_our_mark(path: Path) -> bool:
    """Whether the file is a centre's by its first bytes; it is not opened as a database."""
    with path.open("rb") as file:
        head = file.read(72)
    return head[:16] == b"SQLite format 3\0" and head[68:] == APPLICATION_ID.to_bytes(4, "big")


def revision_of(connection: Connection) -> str | None:
    """The revision of the file, or ``None`` where it is no centre."""
    mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if mark != APPLICATION_ID or not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found) if found is not None else None


def refuse_unfit(engine: Engine, path: Path) -> None:
    """Outage where the file is no centre, damaged, not writable, newer or older than this."""
    with outages(path), engine.connect() as connection:
        revision = _known_revision(connection, path)
        if revision != newest():
            raise Outage(
                "centre_older",
                _("This centre has to be upgraded before this version can work with it."),
                _("Ask the system administrator to upgrade it: workbench centre upgrade URL."),
            )
        with connection.execution_options(writing=True).begin():
            # Asks for the write lock and writes nothing: a read-only file is told at once.
            connection.exec_driver_sql("DELETE FROM alembic_version WHERE 0")


def _known_revision(connection: Connection, path: Path) -> str:
    """The revision of the file. Outage where it is no centre, or newer than this program."""
    with connection.begin():
        revision = revision_of(connection)
    if revision is None:
        raise Outage(
            "centre_foreign",
            _("The file {name} is not a centre.").format(name=path.name),
            _("Check the address; no file was changed."),
        )
    if revision not in known():
        raise Outage(
            "centre_newer",
            _("This centre was made or upgraded by a newer version of the workbench."),
            _("Ask the administrator to upgrade this computer; nothing was changed."),
        )
    return revision


def upgrade(engine: Engine, path: Path) -> Path:
    """Bring an older centre forward; the copy made before stands at the returned path.

    Outage where the file is no centre or a newer one; then nothing was written.
    """
    with outages(path), writer_turn(path):
        with engine.connect() as connection:
            revision = _known_revision(connection, path)
        copy = _free_name(path, revision)
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("VACUUM INTO ?", (str(copy),)).close()
        copy.chmod(0o600)
        bring_forward(engine, path)
    return copy


def bring_forward(engine: Engine, path: Path) -> None:
    """Every step to the newest revision, all or nothing, without a copy of the file."""
    with outages(path), engine.connect() as connection:
        _known_revision(connection, path)
        with connection.execution_options(writing=True).begin():
            _go_to_newest(connection)


def mark_newest(connection: Connection) -> None:
    """A server's tables were made as they are now: no step is owed."""
    from alembic import command

    command.stamp(_config(connection), "head")


def bring_server_forward(connection: Connection) -> None:
    """Every step to the newest revision, in the transaction of whoever upgrades a server."""
    _go_to_newest(connection)


def _free_name(path: Path, revision: str) -> Path:
    """A name for the copy that nothing has: the copy of an earlier upgrade is never lost."""
    number = 1
    while True:
        ending = f"-{number}" if number > 1 else ""
        copy = path.with_name(f"{path.stem}-before-upgrade-{revision}{ending}{path.suffix}")
        if not copy.exists():
            return copy
        number += 1
