"""Which adapter serves which slot that can be switched, and where its folder is by default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from workbench.exchange.archive_sink import ArchiveFolder
from workbench.exchange.line_feed import LineFeed
from workbench.rules.outside import ARCHIVE, NOTIFICATION, PROGRESS, SUPERVISION

FEEDS: Final[Mapping[str, str]] = {
    PROGRESS: "progress.jsonl", SUPERVISION: "supervision.jsonl", NOTIFICATION: "messages.jsonl",
}  # fmt: skip
"""Slot -> the file that its lines go into."""
FOLDERS: Final[Mapping[str, str]] = {
    PROGRESS: "progress", SUPERVISION: "supervision", NOTIFICATION: "messages", ARCHIVE: "archive",
}  # fmt: skip


def port_of(code: str, folder: str) -> LineFeed | ArchiveFolder:
    """The adapter of that slot for that folder. KeyError where no adapter is there."""
    if code == ARCHIVE:
        return ArchiveFolder(Path(folder))
    return LineFeed(Path(folder), FEEDS[code])


def own_folder(exchange: Path, code: str) -> Path:
    """The folder of a slot inside the centre's own exchange folder; KeyError for no such slot."""
    return exchange / "out" / FOLDERS[code]
