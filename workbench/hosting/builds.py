"""What an installed plugin consists of, as one number: SHA-256 over its sorted RECORD entries.

The same on every desk that installed the same wheel. An editable install is called
``development``. Asked at admission and when publishing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from importlib import metadata
from typing import Final

DEVELOPMENT: Final = "development"
_OF_THE_INSTALLER: Final = ("INSTALLER", "REQUESTED", "direct_url.json", "RECORD")


def is_editable(distribution: metadata.Distribution) -> bool:
    """Whether the distribution only points to a checkout (PEP 610)."""
    text = distribution.read_text("direct_url.json")
    if not text:
        return False
    info = json.loads(text).get("dir_info", {})
    return bool(info.get("editable"))


def build_of(distribution: metadata.Distribution) -> str:
    """64 hex digits, or ``development``. What the installer adds is left out; so is bytecode."""
    if is_editable(distribution):
        return DEVELOPMENT
    lines = sorted(f"{file},{digest}" for file, digest in _entries(distribution))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def changed_files(distribution: metadata.Distribution) -> tuple[str, ...]:
    """Files that are not what RECORD says, or gone: somebody changed them after installation."""
    if is_editable(distribution):
        return ()
    changed = []
    for file, digest in _entries(distribution):
        place = distribution.locate_file(file)
        try:
            data = place.read_bytes()  # type: ignore[attr-defined]
        except OSError:
            changed.append(file)
            continue
        kind, _sep, wanted = digest.partition("=")
        if _digest(kind, data) != wanted:
            changed.append(file)
    return tuple(sorted(changed))


def _digest(kind: str, data: bytes) -> str:
    raw = hashlib.new(kind, data).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _entries(distribution: metadata.Distribution) -> Iterator[tuple[str, str]]:
    """Path and ``sha256=…`` of every file that belongs to the plugin itself."""
    for file in distribution.files or ():
        if file.hash is None or file.suffix == ".pyc":
            continue
        if file.parent.name.endswith(".dist-info") and file.name in _OF_THE_INSTALLER:
            continue
        yield file.as_posix(), f"{file.hash.mode}={file.hash.value}"
