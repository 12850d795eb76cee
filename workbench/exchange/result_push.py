"""Results to the supervising department and its acknowledgements, as files in two folders (S170).

``out/results/<case_no>.json`` goes out, ``in/acknowledgements/<case_no>.json`` comes in. Files are
written whole or not at all, so whoever watches the folder never reads half a record.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.rules.disk_words import cause
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.words import _


class FolderPush:
    """The file-based adapter of the ``DepartmentSystem`` slot."""

    def __init__(self, folder: Path) -> None:
        self.results = folder / "out" / "results"
        self.acknowledgements = folder / "in" / "acknowledgements"

    def push(self, record: Mapping[str, Any]) -> None:
        """Write the record; the same case number again replaces it. Outage where it cannot."""
        target = self.results / f"{record['case_no']}.json"
        try:
            self.results.mkdir(parents=True, exist_ok=True)
            self.acknowledgements.mkdir(parents=True, exist_ok=True)
            write_whole(target, json.dumps(record, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise Outage(
                "exchange_folder",
                _("The exchange folder cannot be written: {reason}.").format(reason=cause(error)),
                _("Make room or rights for it, then push again."),
            ) from error

    def acknowledgement(self, case_no: str) -> Mapping[str, Any] | None:
        """The acknowledgement of that case, or ``None``. Refusal where the file cannot be read."""
        source = self.acknowledgements / f"{case_no}.json"
        if not source.exists():
            return None
        try:
            loaded = json.loads(source.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            raise _unreadable(source.name) from error
        if not isinstance(loaded, dict) or loaded.get("case_no") != case_no:
            raise _unreadable(source.name)
        return loaded


def write_whole(target: Path, data: bytes) -> None:
    """Write beside, flush to disk, rename: readers see the old file or the new one."""
    beside = target.with_suffix(target.suffix + ".part")
    with beside.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(target)


def _unreadable(name: str) -> Refusal:
    return Refusal(
        "acknowledgement_unreadable",
        _("The acknowledgement file {name} is not a record of this case.").format(name=name),
        _("Ask the supervising department to send it again."),
    )
