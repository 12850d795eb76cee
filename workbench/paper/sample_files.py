"""Making clean pages look scanned, and packing them into the files scanners write.

Called by ``sample_scans``. Colour and grey pages become JPEG in PDF, bilevel pages G4 TIFF. The
PDF is written by hand: it is small, has no dates, and gives the same bytes for the same pages.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageChops, ImageFilter

_PAPER: Final = (247, 246, 241)
_TILE: Final = 512


@dataclass(frozen=True, slots=True)
class Look:
    """How a page was scanned. ``mode`` is ``colour``, ``grey`` or ``bilevel``; ``skew`` in degrees
    counter-clockwise; ``turn`` 0, 90, 180 or 270: the sheet lay that way in the scanner."""

    mode: str = "grey"
    dpi: int = 200
    skew: float = 0.0
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Encoded:
    """One page as a JPEG stream."""

    data: bytes
    width: int
    height: int
    dpi: int
    grey: bool


@lru_cache(maxsize=8)
def _grain(seed: int) -> Image.Image:
    """A tile of sensor noise around middle grey."""
    raw = random.Random(seed).randbytes(_TILE * _TILE)
    tile = Image.frombytes("L", (_TILE, _TILE), raw).filter(ImageFilter.GaussianBlur(0.7))
    return tile.point(lambda level: 128 + (level - 128) // 9)


@lru_cache(maxsize=8)
def _noise(size: tuple[int, int], seed: int) -> Image.Image:
    sheet = Image.new("L", size)
    for x in range(0, size[0], _TILE):
        for y in range(0, size[1], _TILE):
            sheet.paste(_grain(seed), (x, y))
    return sheet


def scanned(page: Image.Image, look: Look, seed: int) -> Image.Image:
    """The page with skew, grain and the scanner's turn, in the mode of ``look``."""
    image = page if look.mode == "colour" else page.convert("L")
    paper = _PAPER if image.mode == "RGB" else 246
    if look.skew:
        image = image.rotate(look.skew, Image.Resampling.BILINEAR, fillcolor=paper)
    if look.mode == "bilevel":
        image = image.point(lambda level: 255 if level > 150 else 0).convert("1")
    else:
        grain = _noise(image.size, seed % 8)
        noise = Image.merge("RGB", (grain, grain, grain)) if image.mode == "RGB" else grain
        image = ImageChops.add(image, noise, scale=1, offset=-128)
    if look.turn:
        image = image.transpose(_TURNS[look.turn])
    return image


_TURNS: Final = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def encode(image: Image.Image, dpi: int, quality: int = 72) -> Encoded:
    """The page as JPEG; the resolution stands in it too."""
    out = BytesIO()
    image = image.convert("L") if image.mode == "1" else image
    image.save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
    return Encoded(out.getvalue(), image.width, image.height, dpi, image.mode == "L")


def pdf_of(pages: Sequence[Encoded]) -> bytes:
    """A PDF with one JPEG a page, as scanners write it."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for page in pages:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        width, height = (round(n * 72 / page.dpi, 2) for n in (page.width, page.height))
        space = "DeviceGray" if page.grey else "DeviceRGB"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Resources << /XObject"
            f" << /Im0 {number + 2} 0 R >> >> /Contents {number + 1} 0 R >>".encode()
        )
        draw = f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode()
        objects.append(_stream("", draw))
        entries = (
            f"/Type /XObject /Subtype /Image /Width {page.width} /Height {page.height}"
            f" /ColorSpace /{space} /BitsPerComponent 8 /Filter /DCTDecode "
        )
        objects.append(_stream(entries, page.data))
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return written(objects)


def _stream(entries: str, data: bytes) -> bytes:
    return f"<< {entries}/Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def written(objects: Sequence[bytes]) -> bytes:
    """PDF objects from number 1 with header, cross-reference table and trailer."""
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(out)


def tiff_of(pages: Sequence[Image.Image], dpi: int) -> bytes:
    """A TIFF of one or more pages: G4 where they are bilevel, LZW else."""
    out = BytesIO()
    pages = list(pages)
    compression = "group4" if pages[0].mode == "1" else "tiff_lzw"
    pages[0].save(
        out, "TIFF", save_all=True, append_images=pages[1:], compression=compression, dpi=(dpi, dpi)
    )
    return out.getvalue()


def jpeg_of(image: Image.Image, dpi: int) -> bytes:
    """A plain JPEG file, as a document camera gives it."""
    return encode(image, dpi, 80).data
