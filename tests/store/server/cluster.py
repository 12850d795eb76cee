"""A real PostgreSQL of our own: its own data folder, loopback only, never as root.

Started once a test process and stopped with it. Databases are made by copying a founded one.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

SUPERUSER = "cluster_admin"
QUIET = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}
"""For tests that kill no server; benches and fault tests start one with a real disk.

A centre's own database has no ``jit`` either, but a copy of it does not bring that along.
"""
ROOM = 6 << 30
"""Bytes that have to be free in memory for a server there: a million cases take half of it."""


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    folder: Path
    port: int
    runner: tuple[str, ...]

    def url(self, database: str, login: str = SUPERUSER) -> str:
        """For SQLAlchemy; no password is asked for on the socket of this cluster."""
        return f"postgresql+psycopg://{login}@127.0.0.1:{self.port}/{database}"

    def stop(self, mode: str = "fast") -> None:
        """``immediate`` is a crash."""
        run(self.runner, binary("pg_ctl"), "-D", f"{self.folder}/data", "-m", mode, "-w", "stop")

    def ask_passwords(self, installer: str) -> None:
        """From now on everybody signs in with a password; the superuser's is this one."""
        engine = create_engine(self.url("postgres"), poolclass=NullPool)
        with engine.begin() as sql:
            sql.exec_driver_sql(f"ALTER ROLE {SUPERUSER} PASSWORD '{installer}'")
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text("host all all 127.0.0.1/32 scram-sha-256")
        self.stop()
        self.start()

    def start(self) -> None:
        """Again after a stop."""
        run(self.runner, binary("pg_ctl"), "-D", f"{self.folder}/data", "-w", "-l",
            f"{self.folder}/log", "start")  # fmt: skip


def binary(name: str) -> str:
    """The program of the newest server that is installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parts[-2]))
    found = next((one / name for one in reversed(folders) if (one / name).exists()), None)
    return str(found or shutil.which(name) or name)


def run(runner: Sequence[str], *command: str) -> None:
    """Run it to its end. Its words stand in the error."""
    with tempfile.TemporaryFile() as said:
        # pg_ctl leaves a server behind that would keep a pipe open for ever.
        done = subprocess.run(
            [*runner, *command], stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged(folder: Path) -> tuple[str, ...]:
    """How to become somebody who is not root; the folder is made his."""
    if os.getuid() != 0:
        return ()
    person = pwd.getpwnam("postgres")
    os.chown(folder, person.pw_uid, person.pw_gid)
    return ("setpriv", "--reuid", str(person.pw_uid), "--regid", str(person.pw_gid),
            "--clear-groups")  # fmt: skip


def _place(options: dict[str, str]) -> str | None:
    """In memory what is not written through to the disk anyway: copies of a database are made ten
    times as fast there. None for the folder of temporary files."""
    memory = Path("/dev/shm")
    if options.get("fsync") != "off" or not os.access(memory, os.W_OK):
        return None
    return str(memory) if shutil.disk_usage(memory).free > ROOM else None


@contextmanager
def cluster(**options: str) -> Iterator[Cluster]:
    """A server from nothing to nothing. ``options`` are settings of postgresql.conf."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_place(options)))
    try:
        made = Cluster(folder, _free_port(), _unprivileged(folder))
        run(made.runner, binary("initdb"), "-D", f"{folder}/data", "-U", SUPERUSER, "-E", "UTF8",
            "--locale", "C.UTF-8", "-A", "trust", "--no-sync")  # fmt: skip
        lines = {"listen_addresses": "127.0.0.1", "port": str(made.port),
                 "unix_socket_directories": str(folder), "max_connections": "300",
                 "shared_buffers": "256MB", **options}  # fmt: skip
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in lines.items())
        made.start()
        try:
            yield made
        finally:
            made.stop("immediate")
    finally:
        shutil.rmtree(folder)
