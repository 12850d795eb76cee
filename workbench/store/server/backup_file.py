"""The form of a server's backup: one file, for its owner alone, that proves itself whole.

First line: what it is. Second line: everything about the centre as one JSON object. Then what
``pg_dump`` wrote (custom format). The last line is the SHA-256 of all bytes before it, so a file
that was cut or changed is known before anything is done with it. Called by ``server_backup`` and
``server_restore``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from workbench.rules.moment import Moment
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _
from workbench.store.engine import outages

MAGIC: Final = b"OneSeal Workbench backup of a server, form 1\n"
_KIN: Final = b"OneSeal Workbench backup of a server, form "
_SEAL: Final = b"\nSHA-256 "
_TAIL: Final = len(_SEAL) + 64 + 1
BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class SavedLogin:
    """One person's sign-in. ``groups`` without the centre's prefix; ``verifier``: never a password,
    what the server compares one with (SCRAM); empty where there is none."""

    login: str
    verifier: str
    may_sign_in: bool
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AboutBackup:
    """What stands in the second line. ``content``: SHA-256 of every file that has a key."""

    made_at: Moment
    product: str
    revision: str
    server: int
    dump: int
    database: str
    cases: int
    content_folder: str
    content_mark: str
    content: tuple[str, ...]
    logins: tuple[SavedLogin, ...]


def write_backup(target: Path, about: AboutBackup, dump: Iterator[bytes]) -> None:
    """The whole file or none. Outage ``disk_full``."""
    passing = target.with_name(target.name + ".writing")
    with outages(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        passing.unlink(missing_ok=True)
        handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as out:
                digest = hashlib.sha256()
                for block in _blocks(about, dump):
                    digest.update(block)
                    out.write(block)
                out.write(_SEAL + digest.hexdigest().encode() + b"\n")
                out.flush()
                os.fsync(out.fileno())
            passing.rename(target)
        finally:
            passing.unlink(missing_ok=True)


def _blocks(about: AboutBackup, dump: Iterator[bytes]) -> Iterator[bytes]:
    yield MAGIC
    yield json.dumps(asdict(about), ensure_ascii=False).encode() + b"\n"
    yield from dump


def read_about(file: Path) -> AboutBackup:
    """The second line, once the whole file has been found unchanged.

    Refusal ``backup_missing``, ``backup_foreign``, ``backup_damaged``; Outage ``centre_newer``
    where a newer version of the product wrote it.
    """
    if not file.is_file():
        raise Refusal(
            "backup_missing",
            _("There is no backup at {place}.").format(place=file),
            _("Check the name: the file that workbench backup wrote."),
        )
    with outages(file), file.open("rb") as source:
        first = source.readline(200)
        if first != MAGIC:
            raise _newer() if first.startswith(_KIN) else _foreign(file)
        line = source.readline()
        if not _proven(file):
            raise _damaged(file)
    with suppress(ValueError, TypeError, KeyError):
        told: dict[str, Any] = json.loads(line)
        logins = tuple(
            SavedLogin(one["login"], one["verifier"], one["may_sign_in"], tuple(one["groups"]))
            for one in told.pop("logins")
        )
        return AboutBackup(**{**told, "content": tuple(told["content"])}, logins=logins)
    raise _damaged(file)


def _proven(file: Path) -> bool:
    """Whether the last line is the SHA-256 of everything before it."""
    digest, left = hashlib.sha256(), file.stat().st_size - _TAIL
    with file.open("rb") as source:
        while left > 0 and (block := source.read(min(BLOCK, left))):
            digest.update(block)
            left -= len(block)
        return source.read() == _SEAL + digest.hexdigest().encode() + b"\n"


def dump_of(file: Path) -> Iterator[bytes]:
    """What ``pg_dump`` wrote, block by block."""
    with file.open("rb") as source:
        source.readline()
        source.readline()
        left = file.stat().st_size - _TAIL - source.tell()
        while left > 0 and (block := source.read(min(BLOCK, left))):
            left -= len(block)
            yield block


def _foreign(file: Path) -> Refusal:
    return Refusal(
        "backup_foreign",
        _("{name} is no backup of a centre on a server.").format(name=file.name),
        _("Check the name: the file that workbench backup wrote."),
    )


def _damaged(file: Path) -> Refusal:
    return Refusal(
        "backup_damaged",
        _("The backup {name} was cut or changed after it was written.").format(name=file.name),
        _("Take an older backup that is whole."),
    )


def _newer() -> Outage:
    return Outage(
        "centre_newer",
        _("This centre was made or upgraded by a newer version of the workbench."),
        _("Ask the administrator to upgrade this computer; nothing was changed."),
    )


def newer_centre() -> Outage:
    """The backup's schema is of a version that this one does not know."""
    return _newer()
