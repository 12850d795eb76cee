"""Setting type: which typeface draws a character, how wide it is, where a line may break.

Used by ``compose_layout``. Sizes are in points. Two serif faces come with the project; what they
lack is drawn by the face PyMuPDF carries; what that lacks too is reported, shown as 〓 and stops
freezing (3.5). Breaking follows the Chinese habit: no closing mark begins a line, no opening mark
ends one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final

import pymupdf
from fontTools import subset
from fontTools.ttLib import TTFont

from workbench.settings import resources_dir

REGULAR: Final = "R"
BOLD: Final = "B"
FALLBACK: Final = "F"
GETA: Final = "〓"
"""The printer's mark for a sort he does not have."""
_FONTS: Final = resources_dir() / "fonts"
_FILES: Final = {
    REGULAR: "NotoSerifSC-Regular-gb2312.otf",
    BOLD: "NotoSerifSC-Bold-gb2312.otf",
}
_NOT_FIRST: Final = frozenset("，。、；：？！）》」』】〕〉”’…—·％℃,.;:?!)]}%")
_NOT_LAST: Final = frozenset("（《「『【〔〈“‘([{￥$")
_UNUSED_TABLES: Final = ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG"]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one line that one face draws."""

    face: str
    text: str
    width: float


@cache
def face_bytes(face: str) -> bytes:
    """The whole font file of a face."""
    if face == FALLBACK:
        return bytes(pymupdf.Font("cjk").buffer)
    return (_FONTS / _FILES[face]).read_bytes()


@cache
def _font(face: str) -> pymupdf.Font:
    return pymupdf.Font(fontbuffer=face_bytes(face))


@cache
def _face_for(char: str, bold: bool) -> str:
    """The first face that has the character; an empty text when none has it."""
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return ""
    for face in (BOLD if bold else REGULAR, REGULAR, FALLBACK):
        if _font(face).has_glyph(ord(char)):
            return face
    return ""


@cache
def _advance(char: str, face: str) -> float:
    """Width of a character in ems."""
    return float(_font(face).glyph_advance(ord(char)))


def missing_in(text: str) -> list[str]:
    """The characters of ``text`` that no face can draw, in order of appearance."""
    return [c for c in dict.fromkeys(text) if c != "\n" and not _face_for(c, False)]


def runs_of(text: str, size: float, bold: bool) -> list[Run]:
    """One line split by face. A character nobody has becomes 〓."""
    runs: list[Run] = []
    for wanted in text:
        face = _face_for(wanted, bold) or REGULAR
        char = wanted if _face_for(wanted, bold) else GETA
        width = _advance(char, face) * size
        if runs and runs[-1].face == face:
            last = runs[-1]
            runs[-1] = Run(face, last.text + char, last.width + width)
        else:
            runs.append(Run(face, char, width))
    return runs


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Width of one line in points."""
    return sum(run.width for run in runs_of(text, size, bold))


def wrap(text: str, size: float, bold: bool, width: float, first_indent: float = 0.0) -> list[str]:
    """``text`` in lines no wider than ``width`` points; a line feed ends a line. Nothing is cut:
    a unit wider than the line is broken between characters."""
    lines: list[str] = []
    for part in text.split("\n"):
        lines += _wrap_part(part, size, bold, width, first_indent)
    return lines


def _wrap_part(text: str, size: float, bold: bool, width: float, indent: float) -> list[str]:
    lines: list[str] = []
    line, room = "", width - indent
    for unit in _units(text):
        if width_of(line + unit.rstrip(), size, bold) <= room:
            line += unit
            continue
        if line.strip():
            lines.append(line.rstrip())
            line, room = "", width
        *full, line = _split_wide(unit.lstrip(), size, bold, room)
        lines += full
        room = width if full else room
    return [*lines, line.rstrip()]


def _split_wide(unit: str, size: float, bold: bool, room: float) -> list[str]:
    """A unit broken between characters where it is wider than the line."""
    parts, part = [], ""
    for char in unit:
        if part and width_of(part + char, size, bold) > room:
            parts.append(part)
            part = ""
        part += char
    return [*parts, part]


def _units(text: str) -> list[str]:
    """What must stay on one line: a Latin word, or a character with the marks that cling to it."""
    units: list[str] = []
    for char in text:
        if units and _clings(units[-1], char):
            units[-1] += char
        else:
            units.append(char)
    return units


def _clings(before: str, char: str) -> bool:
    last = before[-1]
    if char in _NOT_FIRST or last in _NOT_LAST:
        return len(before) < 24
    narrow = ord(last) < 0x2000 and ord(char) < 0x2000
    return narrow and last != " "


@dataclass(frozen=True, slots=True)
class CutFace:
    """A face with a document's characters only; ``places`` are their glyph numbers in it."""

    data: bytes
    places: dict[str, int]


def cut_face(face: str, text: str) -> CutFace:
    """The face with only the characters of ``text``: same bytes for the same characters."""
    options = subset.Options()
    options.layout_features = []
    options.name_IDs = [1, 2, 4, 6]
    options.notdef_outline = True
    options.hinting = False
    options.recalc_timestamp = False
    options.drop_tables += _UNUSED_TABLES
    # Bounding boxes cost half a second and no reader of an embedded font asks for them.
    font = TTFont(BytesIO(face_bytes(face)), lazy=True, recalcTimestamp=False, recalcBBoxes=False)
    worker = subset.Subsetter(options)
    worker.populate(text="".join(sorted(set(text))))
    worker.subset(font)
    if "CFF " in font:
        _number_by_place(font)
    places = {chr(code): font.getGlyphID(name) for code, name in font.getBestCmap().items()}
    out = BytesIO()
    font.save(out)
    return CutFace(out.getvalue(), places)


def _number_by_place(font: TTFont) -> None:
    """Give every glyph its place as its character identifier.

    PyMuPDF writes places into the page, while readers look identifiers up in the font's own list;
    in a cut-down CID-keyed font the two differ and wrong characters would be drawn.
    """
    old = font.getGlyphOrder()
    new = [".notdef", *(f"cid{place:05d}" for place in range(1, len(old)))]
    renamed = dict(zip(old, new, strict=True))
    top = font["CFF "].cff.topDictIndex[0]
    strings = top.CharStrings
    strings.charStrings = {renamed[name]: value for name, value in strings.charStrings.items()}
    top.charset = new
    font["hmtx"].metrics = {renamed[name]: pair for name, pair in font["hmtx"].metrics.items()}
    for table in font["cmap"].tables:
        table.cmap = {code: renamed[name] for code, name in table.cmap.items()}
    font.setGlyphOrder(new)
