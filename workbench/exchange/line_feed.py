"""Messages as lines of JSON at the end of one file: progress, supervision, notifications.

The file itself is the memory: the last line's ``id`` says how far it came, so a crash between
writing and marking repeats nothing, and half a line at the end is taken away before the next one.
Whoever reads may move the file away at any time; a fresh one is begun.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from workbench.rules.disk_words import cause
from workbench.rules.events import canonical
from workbench.rules.outside import OutMessage
from workbench.rules.refusals import Outage
from workbench.rules.words import _

TAIL: Final = 1 << 16
"""The last line is looked for in so many bytes; a line of ours is far shorter."""


class LineFeed:
    """The file-based adapter of ``ProgressFeed``, ``SupervisionFeed`` and ``NotificationPort``."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name

    def send(
        self, messages: Sequence[OutMessage], _file_of: Callable[[OutMessage, str], Path]
    ) -> None:
        """Append what is new. Outage where the folder is gone, full, or the file is another's."""
        try:
            # Never made here: where a share is not mounted, lines would go into its empty place.
            if not self.path.parent.is_dir():
                raise _no_folder(self.path.parent)
            with self.path.open("r+b" if self.path.exists() else "w+b") as file:
                known = self._last_id(file)
                for one in messages:
                    if one.message_id > known:
                        file.write(_line(one))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Outage(
                "feed_not_written",
                _("{place} cannot be written: {why}.").format(place=self.path, why=cause(error)),
                _("Make room or rights for it; what waits is kept in order."),
            ) from error

    def _last_id(self, file: IO[bytes]) -> int:
        """The id of the last whole line; the file ends and stands after it then."""
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - TAIL)
        file.seek(start)
        tail = file.read()
        end = tail.rfind(b"\n") + 1
        torn = tail[end:]
        if torn and (not torn.startswith(b"{") or len(torn) == TAIL):
            raise self._foreign()
        known = self._id_of(tail[:end].splitlines()[-1]) if end else 0
        if torn:
            file.truncate(start + end)
        file.seek(start + end)
        return known

    def _id_of(self, line: bytes) -> int:
        try:
            return int(json.loads(line)["id"])
        except (ValueError, KeyError, TypeError) as error:
            raise self._foreign() from error

    def _foreign(self) -> Outage:
        return Outage(
            "feed_foreign",
            _("{place} holds something else than lines of this feed.").format(place=self.path),
            _("Move that file away; a fresh one is begun."),
        )


def _line(one: OutMessage) -> bytes:
    body = json.loads(one.body)
    return (canonical({"id": one.message_id, "sha256": one.sha256, **body}) + "\n").encode()


def _no_folder(folder: Path) -> Outage:
    return Outage(
        "slot_folder_missing",
        _("The folder {place} is not there.").format(place=folder),
        _("Bring it back, or switch the slot to another folder."),
    )
