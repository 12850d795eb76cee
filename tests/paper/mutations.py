"""Our own seeded spoiler of files: one sound file of each kind, and six ways of damaging it.

The same kind and number give the same bytes for ever, so a file that did harm can be made again by
:func:`spoilt`. Nothing here knows what a reader should say of the outcome.
"""

from __future__ import annotations

import io
import random
import re
import struct
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image

from tests.paper import made_files
from workbench.rules.materials import Kind

SEED: Final = 20_261_122
_EXTREME: Final = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_LENGTHS: Final = re.compile(
    rb"/(?:Length|Width|Height|Count|Size|Columns|Rows|N|First|BitsPerComponent|Rotate|K|Kids|Prev"
    rb"|UserUnit|MediaBox)[ \[]*(-?\d+)"
)
_OBJECTS: Final = re.compile(rb"\d+ 0 obj\b.*?endobj", re.DOTALL)


@lru_cache(maxsize=1)
def sound_files() -> dict[str, tuple[bytes, ...]]:
    """Kind -> files of that kind that open and show something; small, so that damage strikes."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        page = made_files.corner_picture((240, 320))
        pdfs = [made_files.pdf(folder / "t.pdf"), made_files.active_pdf(folder / "a.pdf")]
        pdfs += [
            made_files.scan_pdf(folder / f"{kind}.pdf", page, 0, kind)
            for kind in ("colour", "grey", "jpx", "fax", "fax mask")
        ]
        made_files.ofd(folder / "o.ofd", 3)
        made_files.tiff(folder / "g4.tif", 2)
        page.save(folder / "lzw.tif", compression="tiff_lzw")
        page.save(folder / "jpeg.tif", compression="jpeg")
        kinds = {
            Kind.PDF: [one.read_bytes() for one in pdfs],
            Kind.OFD: [(folder / "o.ofd").read_bytes()],
            Kind.TIFF: [(folder / f"{one}.tif").read_bytes() for one in ("g4", "lzw", "jpeg")],
            Kind.JPEG: [_as(page, "JPEG"), _as(page, "JPEG", progressive=True),
                        _as(page.convert("CMYK"), "JPEG"),
                        made_files.turned_jpeg(folder / "t.jpg", 6).read_bytes()],
            Kind.PNG: [_as(page, "PNG"), _as(page.quantize(8), "PNG"),
                       _as(page.convert("RGBA"), "PNG"), _as(page.convert("1"), "PNG")],
            Kind.GIF: [_as(page.quantize(8), "GIF"),
                       _as(page.quantize(8), "GIF", save_all=True,
                           append_images=[page.rotate(90).quantize(4)])],
            Kind.WEBP: [_as(page, "WEBP"), _as(page.convert("RGBA"), "WEBP", lossless=True)],
            Kind.BMP: [_as(page, "BMP"), _as(page.quantize(16), "BMP")],
        }  # fmt: skip
    return {kind.value: tuple(files) for kind, files in kinds.items()}


def _as(image: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)  # type: ignore[arg-type]
    return out.getvalue()


def spoilt(kind: str, number: int) -> tuple[bytes, str]:
    """The ``number``-th damaged file of that kind, and what was done to it."""
    dice = random.Random(f"{SEED}/{kind}/{number}")
    files = sound_files()[kind]
    data = files[number % len(files)]
    done = []
    for _time in range(dice.choice((1, 1, 1, 2, 3))):
        name = dice.choice(tuple(WAYS))
        data = WAYS[name](data, dice)
        done.append(name)
    return data, " + ".join(done)


def flipped(data: bytes, dice: random.Random) -> bytes:
    """One to thirty bits turned over."""
    out = bytearray(data)
    for _bit in range(dice.choice((1, 2, 5, 30)) if out else 0):
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    return bytes(out)


def cut_off(data: bytes, dice: random.Random) -> bytes:
    """The end missing, or the beginning, or a hole in the middle."""
    first, last = sorted(dice.randrange(len(data) + 1) for _end in range(2))
    return dice.choice((data[:first], data[:last], data[first:], data[:first] + data[last:]))


def spliced(data: bytes, dice: random.Random) -> bytes:
    """A piece of another sound file laid over it or put in between."""
    other = dice.choice(sound_files()[dice.choice(tuple(sound_files()))])
    size = dice.choice((4, 40, 400, 4_000))
    begin = dice.randrange(len(other))
    piece, at = other[begin : begin + size], dice.randrange(len(data) + 1)
    return data[:at] + piece + data[at + (len(piece) if dice.random() < 0.5 else 0) :]


def stated_wrongly(data: bytes, dice: random.Random) -> bytes:
    """A length, size, count or offset that says something else: extreme, or off by a little."""
    found = [one.span(1) for one in _LENGTHS.finditer(data)]
    if found and dice.random() < 0.8:
        begin, end = dice.choice(found)
        number = int(data[begin:end])
        told = dice.choice((*_EXTREME, -1, number + 1, number - 1, number * 1_000))
        return data[:begin] + str(told).encode() + data[end:]
    if len(data) < 8:
        return data
    size = dice.choice((1, 2, 4))
    # the tables of all kinds of picture stand near the beginning or the end
    at = dice.choice((dice.randrange(min(64, len(data) - 4)), dice.randrange(len(data) - 4)))
    wide = {1: "B", 2: "H", 4: "I"}[size]
    told = dice.choice(_EXTREME) & ((1 << size * 8) - 1)
    packed = struct.pack(dice.choice("<>") + wide, told)
    return data[:at] + packed + data[at + size :]


def swapped(data: bytes, dice: random.Random) -> bytes:
    """Two parts in each other's place: objects of a PDF, segments, chunks, or any two stretches."""
    parts = [one.span() for one in _OBJECTS.finditer(data)] or _chunks(data)
    if len(parts) < 2:
        edges = sorted(dice.randrange(len(data) + 1) for _end in range(4))
        parts = [(edges[0], edges[1]), (edges[2], edges[3])]
    (a, b), (c, d) = sorted(dice.sample(parts, 2))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def doubled(data: bytes, dice: random.Random) -> bytes:
    """A stretch repeated, up to a thousand times."""
    size = dice.choice((1, 16, 256))
    at = dice.randrange(max(1, len(data)))
    return data[:at] + data[at : at + size] * dice.choice((2, 10, 1_000)) + data[at + size :]


def _chunks(data: bytes) -> list[tuple[int, int]]:
    """Where the chunks of a PNG, a WebP or the segments of a JPEG stand."""
    found: list[tuple[int, int]] = []
    at = {b"\x89PNG": 8, b"RIFF": 12, b"\xff\xd8\xff\xe0": 2, b"\xff\xd8\xff\xe1": 2}.get(
        data[:4], 0
    )
    while at and at + 8 <= len(data):
        if data[:4] == b"\x89PNG":
            size = int.from_bytes(data[at : at + 4], "big") + 12
        elif data[:4] == b"RIFF":
            size = int.from_bytes(data[at + 4 : at + 8], "little") + 8
        elif data[at] == 0xFF and data[at + 1] != 0xDA:
            size = int.from_bytes(data[at + 2 : at + 4], "big") + 2
        else:
            break
        found.append((at, min(at + size, len(data))))
        at += size
    return found


WAYS: Final[dict[str, Callable[[bytes, random.Random], bytes]]] = {
    "flipped": flipped,
    "cut off": cut_off,
    "spliced": spliced,
    "stated wrongly": stated_wrongly,
    "swapped": swapped,
    "doubled": doubled,
}
