"""PostgreSQL's own ``pg_dump`` and ``pg_restore``: found, looked at, and run as the installer.

The password goes to them in the environment of that one process, never as a word of the call, and
they ask nobody. Called by ``server_backup`` and ``server_restore``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from workbench.rules.refusals import Outage, Refusal, Trouble
from workbench.rules.words import _
from workbench.store.server.address import ServerAddress
from workbench.store.server.connecting import CONNECT_SECONDS
from workbench.store.server.server_words import code_of, trouble_of

PROGRAMS: Final = Path("/usr/lib/postgresql")
"""Where Debian and Ubuntu keep every version side by side."""
BLOCK: Final = 1 << 20
_VERSION: Final = re.compile(r"\b(\d+)(?:\.|\b)")
_DISK_FULL: Final = re.compile(r"no space left on device|disk full|设备上没有空间", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tool:
    """One program of PostgreSQL. ``major``: its version."""

    path: str
    major: int


@dataclass(frozen=True, slots=True)
class Way:
    """Where the tools go, and as whom."""

    address: ServerAddress
    login: str
    password: str | None = field(repr=False)

    def environment(self) -> dict[str, str]:
        """The process's own surroundings; what others set for PostgreSQL does not count."""
        one = self.address
        told = {
            "PGHOST": one.host, "PGPORT": str(one.port), "PGDATABASE": one.database,
            "PGUSER": self.login, "PGPASSWORD": self.password, "PGSSLMODE": one.sslmode,
            "PGSSLROOTCERT": one.sslrootcert, "PGSSLCERT": one.sslcert, "PGSSLKEY": one.sslkey,
            "PGCHANNELBINDING": one.channel_binding, "PGGSSENCMODE": "disable",
            "PGCONNECT_TIMEOUT": str(CONNECT_SECONDS), "PGAPPNAME": one.application_name,
            "PGCLIENTENCODING": "UTF8", "LC_MESSAGES": "C",
        }  # fmt: skip
        kept = {name: text for name, text in os.environ.items() if not name.startswith("PG")}
        kept.pop("LC_ALL", None)
        return {**kept, **{name: text for name, text in told.items() if text}}


def find_tool(name: str, server: int, at_least: int = 0) -> Tool:
    """The program of the server's own version. ``server``: 15, 16 …

    Refusal ``tool_missing`` where there is none, ``tool_older`` where it is older than the server
    or than ``at_least``: it would not understand all that stands there; ``tool_newer`` where it is
    newer: what pg_dump 17 writes neither pg_restore 15 reads nor, by pg_restore 17, server 15.
    """
    needed = max(server, at_least)
    places = [str(PROGRAMS / str(needed) / "bin" / name), *_newest_first(name)]
    found = next((one for one in places if os.access(one, os.X_OK)), None) or shutil.which(name)
    if found is None:
        raise Refusal(
            "tool_missing",
            _("The program {name} is not on this computer.").format(name=name),
            _("Install the package postgresql-client-{major}.").format(major=needed),
        )
    tool = Tool(found, _major(found))
    if tool.major < needed:
        raise Refusal(
            "tool_older",
            _("The program {name} of version {mine} is older than what it has to read: PostgreSQL "
              "{major}.").format(name=name, mine=tool.major, major=needed),
            _("Install the package postgresql-client-{major}.").format(major=needed),
        )  # fmt: skip
    if tool.major > needed:
        raise Refusal(
            "tool_newer",
            _("The program {name} of version {mine} is newer than the server, PostgreSQL {major}: "
              "a backup of it could not be restored there.").format(
                name=name, mine=tool.major, major=needed),
            _("Install the package postgresql-client-{major}.").format(major=needed),
        )  # fmt: skip
    return tool


def _newest_first(name: str) -> list[str]:
    found = [one for one in PROGRAMS.glob(f"*/bin/{name}") if one.parts[-3].isdigit()]
    return [str(one) for one in sorted(found, key=lambda one: -int(one.parts[-3]))]


def _major(path: str) -> int:
    said = subprocess.run(
        [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    found = _VERSION.search(said.stdout)
    return int(found[1]) if found else 0


def read_from(tool: Tool, words: Sequence[str], way: Way) -> Generator[bytes, None, None]:
    """What the tool writes, block by block. After the last block: Trouble where it broke off.

    Close it (``contextlib.closing``): then a tool that is still running is ended.
    """
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            [tool.path, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said,
            env=way.environment(),
        )  # fmt: skip
        assert running.stdout is not None
        try:
            while block := running.stdout.read(BLOCK):
                yield block
        except BaseException:
            running.kill()
            raise
        finally:
            running.stdout.close()
            running.wait()
        _refuse_broken(running.returncode, said, way, tool)


def write_to(
    tool: Tool, words: Sequence[str], source: Iterator[bytes], way: Way | None
) -> bytes:
    """Give the tool these blocks; what it printed. Trouble where it broke off.

    Without ``way`` it goes to no server: it only looks at what it is given.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as out:
        running = subprocess.Popen(
            [tool.path, *words], stdin=subprocess.PIPE, stdout=out, stderr=said,
            env=way.environment() if way is not None else None,
        )  # fmt: skip
        assert running.stdin is not None
        try:
            # A broken pipe: it has heard enough, or broke off; its exit code says which.
            with suppress(BrokenPipeError):
                for block in source:
                    running.stdin.write(block)
        except BaseException:
            running.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                running.stdin.close()
            running.wait()
        _refuse_broken(running.returncode, said, way, tool)
        out.seek(0)
        return out.read()


def _refuse_broken(code: int, said: IO[bytes], way: Way | None, tool: Tool) -> None:
    if code == 0:
        return
    said.seek(0)
    raise _trouble(said.read().decode(errors="replace"), way, tool)


def _trouble(said: str, way: Way | None, tool: Tool) -> Trouble:
    """In our words; what the server says after ``ERROR:`` may repeat a row and is left out."""
    first = next((line for line in said.splitlines() if "error:" in line), said.strip()[:200])
    name = Path(tool.path).name
    if way is not None:
        known = "disk_full" if _DISK_FULL.search(said) else code_of(None, said, signing_in=True)
        if known != "store_failed":
            return trouble_of(known, way.address)
    shown = first.partition("ERROR:")[0].removeprefix(f"{name}: error: ").strip(" :.")
    return Outage(
        "tool_failed",
        _("{name} broke off: {said}.").format(name=name, said=shown or _("it did not say why")),
        _("Nothing of it was kept. Put right what is said, then do the step again."),
    )
