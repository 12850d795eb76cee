"""What a file is, by its content only. Called inside the child processes of this room.

The name is never trusted: it is only compared afterwards, so that a clerk can be told of a file
that is wrongly named. A zip is an OFD when it holds ``OFD.xml`` at its root and nothing else ever:
page engines take any zip for a comic book and show the first picture inside.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from workbench.rules.materials import SUFFIXES, Kind

_HEAD: Final = 2_048
_TAIL: Final = 4_096
_PDF_WITHIN: Final = 1_024
"""ISO 32000 readers look for ``%PDF-`` in the first 1,024 bytes; mail programs put junk before."""

_MAGIC: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\x89PNG", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"BM", Kind.BMP),
)

_OTHERS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"{\\rtf", "office"),
    (b"%!PS", "postscript"),
)


def recognise(path: Path) -> Kind | str:
    """The kind of the file at ``path``, or a word for what it is instead.

    Words for what is not taken: ``empty``, ``office``, ``program``, ``archive``, ``postscript``,
    ``web``, ``text``, ``unknown``. Raises OSError where the file cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - _TAIL))
        tail = stream.read(_TAIL)
    if not head:
        return "empty"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _inside_zip(path)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if b"%PDF-" in head[:_PDF_WITHIN] or _headless_pdf(head, tail):
        return Kind.PDF
    return _other(head)


def wrongly_named(path: Path, kind: Kind) -> bool:
    """Whether the name has an ending and it belongs to another kind of file."""
    suffix = path.suffix.lower().lstrip(".")
    return suffix != "" and suffix not in SUFFIXES[kind]


def _headless_pdf(head: bytes, tail: bytes) -> bool:
    """A PDF whose first line was spoiled in transfer still has objects and a trailer."""
    return b" obj" in head and b"startxref" in tail


def _inside_zip(path: Path) -> Kind | str:
    try:
        with zipfile.ZipFile(path) as box:
            names = set(box.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return "archive"
    if "OFD.xml" in names:
        return Kind.OFD
    if "[Content_Types].xml" in names or "mimetype" in names:
        return "office"
    return "archive"


def _other(head: bytes) -> str:
    for magic, word in _OTHERS:
        if head.startswith(magic):
            return word
    start = head.lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<svg")):
        return "web"
    return "text" if _is_text(head) else "unknown"


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head[: _HEAD - 4].decode("utf-8")
    except UnicodeDecodeError as err:
        return err.start >= len(head) - 4
    return True
