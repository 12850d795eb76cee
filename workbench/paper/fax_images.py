"""A fax image (CCITT group 4) of a PDF, decoded as the TIFF file it would be by itself.

Called by ``scan_pages``. The bytes are the same in both; what a PDF says in ``DecodeParms`` stands
in tags of a TIFF. Only Pillow's decoder reads it: opening it as a file takes a twentieth longer.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Any, Final

from PIL import Image

_FLAGS: Final = ("EncodedByteAlign", "EndOfLine")
"""Parameters that a TIFF cannot say; the engine reads such images."""
_LONG: Final = 4
_HEAD: Final = struct.Struct("<2sHI")
_COUNT: Final = struct.Struct("<H")
_TAG: Final = struct.Struct("<HHII")


def fax_image(file: Any, xref: int, data: bytes) -> Image.Image | None:
    """The image, whose bytes are ``data``, or None where its parameters are out of the ordinary.
    Raises ValueError for damage."""
    value = _parameters(file, xref)
    wide, high = (int(file.xref_get_key(xref, side)[1]) for side in ("Width", "Height"))
    if _number(value("K")) >= 0 or any(value(flag) == "true" for flag in _FLAGS):
        return None
    if file.xref_get_key(xref, "BitsPerComponent")[1] not in ("1", "null"):
        return None
    if _number(value("Columns"), 1_728) != wide or _number(value("Rows"), high) != high:
        return None
    decode = re.sub(r"\s+", " ", file.xref_get_key(xref, "Decode")[1]).strip("[] ")
    if decode not in ("null", "0 1", "1 0", "0.0 1.0", "1.0 0.0"):
        return None
    # A run of the fax is black unless the PDF turns the bits round, once or twice.
    turned = (value("BlackIs1") == "true") != decode.startswith("1")
    image = Image.new("1", (wide, high), None)
    image.frombytes(_tiff(data, wide, high), "libtiff", ("1" if turned else "1;I", 0, _HEAD.size))
    return image


def _parameters(file: Any, xref: int) -> Callable[[str], str]:
    """Name -> text of one of the image's decoding parameters, ``null`` where there is none."""
    kind, value = file.xref_get_key(xref, "DecodeParms")
    if kind == "xref":
        number = int(value.split()[0])
        return lambda name: str(file.xref_get_key(number, name)[1])
    text = value if kind in ("dict", "array") else ""

    def found(name: str) -> str:
        match = re.search(rf"/{name}\s+(-?[\w.]+)", text)
        return match.group(1) if match else "null"

    return found


def _number(text: str, missing: int = 0) -> int:
    return int(float(text)) if re.fullmatch(r"-?\d+(\.0*)?", text) else missing


def _tiff(data: bytes, wide: int, high: int) -> bytes:
    """One strip of group 4 behind a directory of nine tags."""
    tags = (
        (256, wide), (257, high), (258, 1), (259, 4), (262, 0),
        (273, 0), (277, 1), (278, high), (279, len(data)),
    )  # fmt: skip
    begin = _HEAD.size + _COUNT.size + _TAG.size * len(tags) + 4
    parts = [_HEAD.pack(b"II", 42, _HEAD.size), _COUNT.pack(len(tags))]
    parts += [_TAG.pack(tag, _LONG, 1, begin if tag == 273 else value) for tag, value in tags]
    return b"".join([*parts, b"\0\0\0\0", data])
