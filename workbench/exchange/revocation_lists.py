"""Revocation lists that an authority publishes, taken in from a folder where files are dropped.

How they get there is the centre's business: a download job, a stick, a share. A list is verified
before it is used and put in place whole; one that is damaged, foreign, older than the one in use or
from the future is named and left where it is. Nothing in the folder is changed or removed. Called
by ``workbench slot take-lists`` and by the seal worker when it starts.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from workbench.exchange.result_push import write_whole
from workbench.rules.disk_words import cause
from workbench.rules.refusals import Outage, Refusal
from workbench.rules.revocation_news import ListNews, ReadList
from workbench.rules.words import _

ENDINGS: Final = (".crl", ".pem", ".der")
MOST_BYTES: Final = 16_000_000
Reader = Callable[[bytes], ReadList]
"""Verifies a list; Refusal where it must not be used."""


def take_lists(drop: Path, keys: Path, read: Reader) -> tuple[ListNews, ...]:
    """What became of each file in ``drop`` that is not in use already, by name.

    A list in use lies in ``keys`` as ``*.crl``. A folder that is not there holds nothing. Outage
    ``list_unwritable`` where ``keys`` cannot be written, ``list_folder`` where ``drop`` cannot be
    read.
    """
    in_use = _in_use(keys, read)
    news = []
    for path in _dropped(drop):
        one = _taken(path, keys, read, in_use)
        if one is not None:
            news.append(one)
    return tuple(news)


def _taken(
    path: Path, keys: Path, read: Reader, in_use: dict[str, tuple[Path, ReadList]]
) -> ListNews | None:
    try:
        content = _content(path)
        found = read(content)
    except Refusal as refusal:
        return ListNews(path.name, str(refusal))
    place, before = in_use.get(found.authority, (keys / f"{found.authority[:16]}.crl", None))
    if found == before:
        return None
    if before is not None and found.older_than(before):
        return ListNews(path.name, _("It is older than the list in use."), found)
    try:
        write_whole(place, content)
    except OSError as trouble:
        raise Outage(
            "list_unwritable",
            _("{place} cannot be written: {why}.").format(place=place, why=cause(trouble)),
            _("Make room or rights for it; the list in use stays."),
        ) from trouble
    in_use[found.authority] = (place, found)
    return ListNews(path.name, "", found)


def _in_use(keys: Path, read: Reader) -> dict[str, tuple[Path, ReadList]]:
    """By authority. One that cannot be read any more is replaced by the next good one."""
    found: dict[str, tuple[Path, ReadList]] = {}
    for path in sorted(keys.glob("*.crl")):
        with contextlib.suppress(Refusal, OSError):
            one = read(path.read_bytes())
            found[one.authority] = (path, one)
    return found


def _dropped(drop: Path) -> list[Path]:
    try:
        if not drop.is_dir():
            return []
        return sorted(one for one in drop.iterdir() if one.suffix.lower() in ENDINGS)
    except OSError as trouble:
        raise Outage(
            "list_folder",
            _("{place} cannot be read: {why}.").format(place=drop, why=cause(trouble)),
            _("Give the folder back its rights; the lists in use stay."),
        ) from trouble


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as trouble:
        raise Refusal(
            "list_unreadable", _("It cannot be read: {why}.").format(why=cause(trouble))
        ) from trouble
    if len(content) > MOST_BYTES:
        raise Refusal("list_too_large", _("It is too large to be a revocation list."))
    return content
