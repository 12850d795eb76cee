"""The content room on a server (``ports.ContentRoom``): encrypted files, keys from the database.

The files lie in a folder that every desk reaches; the database releases the key of one to whoever
sees an entry that points to it now (``sql/87_content.sql``, decision note 018). Called through
``server_session``; ``found_content`` by whoever founds a centre.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import select

from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _
from workbench.store.content_room import broken
from workbench.store.encrypted_content import BrokenContentError, EncryptedContent
from workbench.store.engine import Unit, outages
from workbench.store.opened_content import OpenedContent
from workbench.store.seeding import put_setting
from workbench.store.server.server_seat import ServerSeat
from workbench.store.tables import setting

FOLDER: Final = "content_folder"
MARK: Final = "content_mark"
"""Settings of the centre: where its files lie, and what the marker in that folder says."""
OWN_WAY: Final = "ONESEAL_CONTENT"
"""In the environment: the way to that folder from this desk, where it is another one."""


class ServerContent(ServerSeat):
    """Put if absent, and read with a check of every byte."""

    content_given: Path | None = None
    """This desk's own way to the folder; it goes before the environment and the setting."""
    _files: EncryptedContent | None = None
    _opened: OpenedContent | None = None

    def put_content(self, source: Path | bytes) -> str:
        """Store if absent; the SHA-256. Outage where the disk is full or the folder away."""
        stored = self._folder().put(source)
        # The file first: an entry may point to it from the moment on when the key is known.
        self._call("content_put", stored.sha256, stored.size, stored.key)
        return stored.sha256

    def content_path(self, sha256: str) -> Path:
        """A readable file with exactly these bytes, until the session ends."""
        self._folder().place(sha256)
        try:
            key = bytes(self._call("content_key", sha256))
        except Refusal:
            if self._opened is not None:
                self._opened.drop(sha256)
            raise
        place = self._plain_copy(sha256, key)
        if place is not None:
            return place
        names = self._call("content_broken", sha256)
        raise broken(", ".join(names) or sha256[:12])

    def _plain_copy(self, sha256: str, key: bytes) -> Path | None:
        """The checked plain file until the session ends; ``None``: it is not what was stored."""
        if self._opened is None:
            self._opened = OpenedContent()
        known = self._opened.known(sha256)
        if known is not None:
            return known
        # A slip of the network must freeze no case: what is broken is broken twice.
        for _look in range(2):
            with suppress(BrokenContentError):
                return self._opened.keep(sha256, partial(self._folder().read_into, sha256, key))
        return None

    def close(self) -> None:
        """Give back the connection; nothing plain stays behind."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        super().close()

    def _folder(self) -> EncryptedContent:
        if self._files is None:
            with self._work.read() as unit:
                wanted = select(setting.c.name, setting.c.value)
                rows = unit.sql.execute(wanted.where(setting.c.name.in_((FOLDER, MARK))))
                told = {row.name: row.value for row in rows}
            given = content_way(self.content_given) or told.get(FOLDER)
            if not given or MARK not in told:
                raise Outage(
                    "content_not_set_up",
                    _("This centre has no folder for its files yet."),
                    _("Ask the system administrator to set it up."),
                )
            self._files = EncryptedContent(Path(given), told[MARK])
        return self._files


def content_way(given: Path | None, environ: Mapping[str, str] | None = None) -> Path | None:
    """This desk's own way to the folder: as given, else as the environment says, else none."""
    env = os.environ if environ is None else environ
    way = env.get(OWN_WAY, "")
    return given or (Path(way).expanduser() if way else None)


def found_content(unit: Unit, folder: Path) -> EncryptedContent:
    """Make the folder of a new centre and write down where it is, as the owner. Outage for disks.

    Called once; where a folder is set up already, its mark is kept and only the way is changed.
    """
    wanted = select(setting.c.value).where(setting.c.name == MARK)
    mark = unit.sql.execute(wanted).scalar_one_or_none() or uuid.uuid4().hex
    files = EncryptedContent(folder, mark)
    with outages(folder):
        files.found()
    files.check()
    put_setting(unit, MARK, mark)
    put_setting(unit, FOLDER, str(folder))
    return files
