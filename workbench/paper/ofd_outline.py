"""An OFD package inside the child: its pages and seals are counted, it is not drawn yet.

OFD is a zip of XML (GB/T 33190-2016; row R59 for its seals). Entries are read one by one by
``ofd_xml``; what a seal says of itself is read by ``ofd_seals``.
"""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from typing import Final

from workbench.paper.drawn import Box, Drawn, Found, Memory, Note, PageTrouble
from workbench.paper.ofd_seals import stated_seals
from workbench.paper.ofd_xml import elements, entry
from workbench.rules.materials import Clip, Kind, PageSize, PaperLimits, StatedSeal

_MOST_ENTRIES: Final = 100_000
_PT_PER_MM: Final = 72.0 / 25.4
_A4_MM: Final = (210.0, 297.0)


class OfdDocument:
    """An OFD package whose pages can be counted."""

    kind = Kind.OFD.value

    def __init__(self, path: Path, limits: PaperLimits) -> None:
        """Read its tables. Raises PageTrouble: ofd-damaged, no-pages, too-many-pages."""
        try:
            with zipfile.ZipFile(path) as box:
                self._pages, self._seals, self._area = _outline(box)
        except (MemoryError, PageTrouble):
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

    def draw(
        self, page: int, width_px: int, turn: int, clip: Clip, loosely: bool = False,
        into: Memory | None = None,
    ) -> Drawn:  # fmt: skip
        """Refused: a picture found inside must never pass for the page."""
        raise PageTrouble("ofd-not-drawn")

    def density(self, page: int) -> float:
        """Nothing is drawn of it."""
        return 0.0

    def search(self, words: str, first: int, last: int, most: int) -> list[tuple[int, Box]]:
        """Refused: an empty answer would claim that the words are not there."""
        raise PageTrouble("ofd-not-drawn")

    def examine(self, check_seconds: float) -> Found:
        """Pages, and a warning that nobody has seen them here."""
        return self.brief(check_seconds)

    def brief(self, seconds: float) -> Found:
        """The same: there is nothing more to be found without drawing."""
        found = Found(self._pages, [Note("ofd-not-drawn")], seals=self._seals)
        if self._seals:
            found.notes.append(Note("ofd-seals", {"number": len(self._seals)}))
        return found


def _outline(box: zipfile.ZipFile) -> tuple[int, list[StatedSeal], tuple[float, float]]:
    """Pages, stated seals and page area in millimetres of all documents in the package."""
    if len(box.infolist()) > _MOST_ENTRIES:
        raise PageTrouble("ofd-damaged")
    pages = 0
    numbers: dict[str, int] = {}
    seals: list[StatedSeal] = []
    area: tuple[float, float] | None = None
    for name, _attributes, text in elements(box, "OFD.xml"):
        if name == "DocRoot":
            marks, stated = _document(box, entry("", text))
            numbers = {mark: pages + number for number, mark in enumerate(marks, 1) if mark}
            pages += len(marks)
            area = area or stated
        elif name == "Signatures":
            seals += stated_seals(box, entry("", text), numbers)
    return pages, seals, area or _A4_MM


def _document(box: zipfile.ZipFile, place: str) -> tuple[list[str], tuple[float, float] | None]:
    """The identifiers of the pages that are listed and really there, and the common page area."""
    names = set(box.namelist())
    folder = posixpath.dirname(place)
    marks: list[str] = []
    area: tuple[float, float] | None = None
    for name, attributes, text in elements(box, place):
        if name == "Page":
            if entry(folder, attributes.get("BaseLoc", "")) not in names:
                raise PageTrouble("page-damaged", page=len(marks) + 1)
            marks.append(attributes.get("ID", ""))
        elif name == "PhysicalBox" and area is None:
            area = _box(text)
    return marks, area


def _box(text: str) -> tuple[float, float] | None:
    numbers = [float(word) for word in text.split()]
    if len(numbers) != 4 or not all(1.0 <= side <= 20_000.0 for side in numbers[2:]):
        return None
    return numbers[2], numbers[3]
