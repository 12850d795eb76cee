"""An OFD package inside the child: its pages and seals are counted, it is not drawn yet.

OFD is a zip of XML (GB/T 33190-2016; row R59 for its seals). Entries are read one by one with a
size limit, and no document type is accepted, so neither a zip bomb nor an entity bomb works.
"""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from typing import Final
from xml.parsers import expat

from workbench.paper.drawn import Box, Drawn, Found, Note, PageTrouble
from workbench.rules.materials import Clip, Kind, PageSize, PaperLimits

_MOST_XML: Final = 8_000_000
"""Bytes of one description file: 5,000 pages are listed in 0.4 MB."""
_MOST_ENTRIES: Final = 100_000
_PT_PER_MM: Final = 72.0 / 25.4
_A4_MM: Final = (210.0, 297.0)
_Element = tuple[str, dict[str, str], str]


class OfdDocument:
    """An OFD package whose pages can be counted."""

    kind = Kind.OFD.value

    def __init__(self, path: Path, limits: PaperLimits) -> None:
        """Read its tables. Raises PageTrouble: ofd-damaged, no-pages, too-many-pages."""
        try:
            with zipfile.ZipFile(path) as box:
                self._pages, self._seals, self._area = _outline(box)
        except MemoryError:
            raise
        except PageTrouble:
            raise
        except Exception as err:
            raise PageTrouble("ofd-damaged") from err
        if self._pages < 1:
            raise PageTrouble("no-pages")
        if self._pages > limits.max_pages:
            raise PageTrouble("too-many-pages", limit=limits.max_pages)

    def close(self) -> None:
        """Nothing is held open."""

    def sizes(self) -> list[PageSize]:
        """The document's common page area for every page."""
        wide, high = self._area
        return [PageSize(wide * _PT_PER_MM, high * _PT_PER_MM)] * self._pages

    def draw(self, page: int, width_px: int, turn: int, clip: Clip) -> Drawn:
        """Refused: a picture found inside must never pass for the page."""
        raise PageTrouble("ofd-not-drawn")

    def search(self, words: str, first: int, last: int, most: int) -> list[tuple[int, Box]]:
        """Refused: an empty answer would claim that the words are not there."""
        raise PageTrouble("ofd-not-drawn")

    def examine(self, check_seconds: float) -> Found:
        """Pages, and a warning that nobody has seen them here."""
        return self.brief(check_seconds)

    def brief(self, seconds: float) -> Found:
        """The same: there is nothing more to be found without drawing."""
        found = Found(self._pages, [Note("ofd-not-drawn")])
        if self._seals:
            found.notes.append(Note("ofd-seals", {"number": self._seals}))
        return found


def _outline(box: zipfile.ZipFile) -> tuple[int, int, tuple[float, float]]:
    """Pages, stated seals and page area in millimetres of all documents in the package."""
    if len(box.infolist()) > _MOST_ENTRIES:
        raise PageTrouble("ofd-damaged")
    pages = seals = 0
    area: tuple[float, float] | None = None
    for name, _attributes, text in _elements(box, "OFD.xml"):
        if name == "DocRoot":
            count, stated = _document(box, _entry("", text))
            pages += count
            area = area or stated
        elif name == "Signatures":
            listed = _elements(box, _entry("", text))
            seals += sum(1 for element in listed if element[0] == "Signature")
    return pages, seals, area or _A4_MM


def _document(box: zipfile.ZipFile, entry: str) -> tuple[int, tuple[float, float] | None]:
    """Pages that are listed and really there, and the common page area."""
    names = set(box.namelist())
    folder = posixpath.dirname(entry)
    pages = 0
    area: tuple[float, float] | None = None
    for name, attributes, text in _elements(box, entry):
        if name == "Page":
            if _entry(folder, attributes.get("BaseLoc", "")) not in names:
                raise PageTrouble("page-damaged", page=pages + 1)
            pages += 1
        elif name == "PhysicalBox" and area is None:
            area = _box(text)
    return pages, area


def _entry(folder: str, place: str) -> str:
    """An OFD location: from the package root when it starts with a slash, else relative."""
    path = place.strip()
    joined = path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path)
    return posixpath.normpath(joined)


def _box(text: str) -> tuple[float, float] | None:
    numbers = [float(word) for word in text.split()]
    if len(numbers) != 4 or not all(1.0 <= side <= 20_000.0 for side in numbers[2:]):
        return None
    return numbers[2], numbers[3]


def _elements(box: zipfile.ZipFile, entry: str) -> list[_Element]:
    """The elements of one XML entry in order: local name, attributes, text."""
    with box.open(entry) as stream:
        data = stream.read(_MOST_XML + 1)
    if len(data) > _MOST_XML:
        raise PageTrouble("ofd-damaged")
    return _parse(data)


def _parse(data: bytes) -> list[_Element]:
    found: list[_Element] = []
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
