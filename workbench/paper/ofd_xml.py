"""Reading one XML entry of an OFD package, with limits. Used by ``ofd_outline``, ``ofd_seals``.

No document type is accepted and no entry is read beyond its limit, so neither a zip bomb nor an
entity bomb works.
"""

from __future__ import annotations

import posixpath
import zipfile
from typing import Final
from xml.parsers import expat

from workbench.paper.drawn import PageTrouble

_MOST_XML: Final = 8_000_000
"""Bytes of one description file: 5,000 pages are listed in 0.4 MB."""
Element = tuple[str, dict[str, str], str]
"""Local name, attributes, text."""


def entry(folder: str, place: str) -> str:
    """An OFD location: from the package root when it starts with a slash, else relative."""
    path = place.strip()
    joined = path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path)
    return posixpath.normpath(joined)


def elements(box: zipfile.ZipFile, name: str) -> list[Element]:
    """The elements of one XML entry in order: local name, attributes, text."""
    with box.open(name) as stream:
        data = stream.read(_MOST_XML + 1)
    if len(data) > _MOST_XML:
        raise PageTrouble("ofd-damaged")
    return _parse(data)


def _parse(data: bytes) -> list[Element]:
    found: list[Element] = []
    open_at: list[int] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        open_at.append(len(found))
        found.append((name.rpartition(":")[2], attributes, ""))

    def text(words: str) -> None:
        name, attributes, before = found[open_at[-1]]
        found[open_at[-1]] = (name, attributes, before + words)

    def end(_name: str) -> None:
        open_at.pop()

    def refuse(*_stated: object) -> None:
        raise PageTrouble("ofd-damaged")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(data, True)
    return found
