"""Archive packages of closed files, copied into a folder of the archive (S058).

A package is written whole or not at all under its case number; the same package again is passed
over, another one under the same number is never written over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.exchange.result_push import write_whole
from workbench.rules.disk_words import cause
from workbench.rules.outside import OutMessage
from workbench.rules.refusals import Outage
from workbench.rules.words import _


class ArchiveFolder:
    """The file-based adapter of the ``ArchiveSink`` slot."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(
        self, messages: Sequence[OutMessage], file_of: Callable[[OutMessage, str], Path]
    ) -> None:
        """Copy each package. Outage where the folder is gone or holds another one; Refusal where
        the package in the centre is not whole."""
        for one in messages:
            body = json.loads(one.body)
            self._copy(str(body["case_no"]), str(body["sha256"]), file_of(one, str(body["sha256"])))

    def _copy(self, case_no: str, sha256: str, source: Path) -> None:
        target = self.folder / f"{case_no}.zip"
        try:
            if not self.folder.is_dir():
                raise Outage(
                    "slot_folder_missing",
                    _("The folder {place} is not there.").format(place=self.folder),
                    _("Bring it back, or switch the slot to another folder."),
                )
            if not target.exists():
                write_whole(target, source.read_bytes())
            arrived = hashlib.sha256(target.read_bytes()).hexdigest()
        except OSError as error:
            raise Outage(
                "archive_not_written",
                _("{place} cannot be written: {why}.").format(place=target, why=cause(error)),
                _("Make room or rights for it; what waits is kept in order."),
            ) from error
        if arrived != sha256:
            raise Outage(
                "archive_differs",
                _("{place} holds another package than the centre's.").format(place=target),
                _("Ask the archive which one it took over, and move this one away."),
            )
