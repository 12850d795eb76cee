"""The quick way for the commonest page: a PDF page that is nothing but one scan.

Called by ``pdf_pages``. A JPEG or JPEG 2000 is decoded only as finely as it is shown, a fax image
(G4) as the TIFF it would be outside a PDF: a third to a half of what the page engine needs. The
page must pass every test below; anything else, and anything damaged, is left to the engine.
"""

from __future__ import annotations

import io
import re
from typing import IO, Any, Final

from PIL import Image

from workbench.paper.drawn import Drawn, Memory, Target
from workbench.paper.fax_images import fax_image
from workbench.paper.picture_parts import LastScan
from workbench.paper.pixels import fitted
from workbench.paper.raw_streams import RawStreams

Bytes = IO[bytes]
_NUMBER: Final = rb"(-?\d*\.?\d+)"
_ONLY_AN_IMAGE: Final = re.compile(
    rb"\s*(?:q\s+)*"
    + rb"\s+".join([_NUMBER] * 6)
    + rb"\s+cm\s+/([^\s/\[\]()<>{}%]+)\s+Do\s*(?:Q\s*)*"
)
"""A content stream that only places one image: a matrix, a name, ``Do``."""
_MOST_CONTENT: Final = 400
_EDGE_PT: Final = 0.75
"""The scan must reach the page's edges to this many points."""
_PLAIN_SPACES: Final = {1: "L", 3: "RGB"}
_LAID_OVER: Final = frozenset({"Mask", "SMask", "SMaskInData", "Matte"})
"""What lays something else over or under the picture."""
_SHORT: Final = frozenset({"D", "DP", "IM", "CS", "BPC", "W", "H", "F"})
"""Names of pictures inside a content stream: the engine obeys them here too, nobody writes them."""
_CHANGED: Final = frozenset({"Decode", "ImageMask", "DecodeParms"})
"""What makes other colours of a JPEG than those that stand in it."""
_BROKEN: Final = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
"""How Pillow tells damage, as far as the engine may still draw the part that is there."""


def draw_scan(
    file: Any, page: Any, want: Target, turn: int, most_pixels: int, last: LastScan | None = None,
    into: Memory | None = None, raw: RawStreams | None = None,
) -> Drawn | None:  # fmt: skip
    """The page drawn from its one scan, or None where it is not such a page. What ``last`` holds
    of it is used, where a part is wished; ``raw`` is the file that it stands in."""
    images = page.get_images(full=True)
    if len(images) != 1 or page.first_annot or page.first_widget or page.first_link:
        return None
    if images[0][2] * images[0][3] > most_pixels or not _fills_page(file, page, images[0]):
        return None
    whole_turn = (turn + int(page.rotation)) % 360
    wide, high = want.page_width, want.page_height
    if whole_turn in (90, 270):
        wide, high = high, wide
    last = last or LastScan()
    source = last.of(images[0][0], want)
    if source is None:
        source = _decoded(file, images[0], (wide, high), raw)
        if source is None:
            return None
        last.keep(images[0][0], want, source)
    return fitted(source, want, whole_turn, False, into)


def _fills_page(file: Any, page: Any, image: Any) -> bool:
    """Whether the content is one upright image placed over the whole visible page."""
    if len(page.get_contents()) != 1:
        return False
    content = page.read_contents()
    match = _ONLY_AN_IMAGE.fullmatch(content) if len(content) <= _MOST_CONTENT else None
    if match is None or match.group(7).decode("latin-1") != image[7]:
        return False
    a, b, c, d, e, f = (float(match.group(index)) for index in range(1, 7))
    box = page.cropbox
    media = page.mediabox
    low = media.y1 - box.y1
    return (
        file.xref_get_key(page.xref, "UserUnit")[0] == "null"
        and b == 0 == c
        and abs(e - box.x0) <= _EDGE_PT
        and abs(f - low) <= _EDGE_PT
        and abs(a - box.width) <= _EDGE_PT
        and abs(d - box.height) <= _EDGE_PT
    )


def _decoded(
    file: Any, image: Any, least: tuple[int, int], raw: RawStreams | None
) -> Image.Image | None:
    """The scan, decoded at least as large as ``least``; None where the engine has to do it."""
    xref, mask = image[0], image[1]
    keys = set(file.xref_get_keys(xref))
    if mask or keys & (_LAID_OVER | _SHORT):
        return None
    named = file.xref_get_key(xref, "Filter")[1].strip("[] ")
    way = {"/DCTDecode": _jpeg, "/JPXDecode": _jpx, "/CCITTFaxDecode": _fax}.get(named)
    if way is None:
        return None
    try:
        data = raw.of(file, xref) if raw is not None else io.BytesIO(file.xref_stream_raw(xref))
        source = way(file, xref, keys, least, data)
        if source is not None:
            source.load()
        return source
    except _BROKEN:
        return None


def _jpeg(
    file: Any, xref: int, keys: set[str], least: tuple[int, int], data: Bytes
) -> Image.Image | None:
    if keys & _CHANGED:
        return None
    source = _opened(file, xref, data, "JPEG", _components(file, xref))
    if source is not None:
        source.draft(source.mode, least)
    return source


def _jpx(
    file: Any, xref: int, keys: set[str], least: tuple[int, int], data: Bytes
) -> Image.Image | None:
    """JPEG 2000; its own colours count where the PDF names none."""
    if keys & _CHANGED:
        return None
    count = _components(file, xref) if "ColorSpace" in keys else 0
    source = _opened(file, xref, data, "JPEG2000", count, alone="ColorSpace" not in keys)
    if source is not None:
        source.reduce = _halvings(source.size, least)  # type: ignore[method-assign, assignment]
    return source


def _fax(
    file: Any, xref: int, keys: set[str], least: tuple[int, int], data: Bytes
) -> Image.Image | None:
    """Fax group 4, one bit a pixel, black or white: also as the mask that is filled with black."""
    del least  # a fax image has one size
    if "ImageMask" not in keys and file.xref_get_key(xref, "ColorSpace")[1] != "/DeviceGray":
        return None
    return fax_image(file, xref, data.read() or b"")


def _opened(
    file: Any, xref: int, data: Bytes, kind: str, components: int, alone: bool = False
) -> Image.Image | None:
    """The embedded file, not yet decoded, if nothing in the PDF changes its colours or size.

    ``alone``: the PDF leaves the colours to it.
    """
    source = Image.open(data, formats=[kind])
    stated = tuple(int(file.xref_get_key(xref, side)[1]) for side in ("Width", "Height"))
    plain = source.mode in ("L", "RGB") if alone else source.mode == _PLAIN_SPACES.get(components)
    if not plain or source.size != stated:
        source.close()
        return None
    return source


def _halvings(size: tuple[int, int], least: tuple[int, int]) -> int:
    """How often the sides may be halved. Pillow rounds a half where the decoder rounds up, so only
    halvings at which both agree count."""
    found = 0
    for times in (1, 2, 3, 4, 5):
        power = 1 << times
        sides = [-(-side // power) for side in size]
        if any(side < wanted for side, wanted in zip(sides, least, strict=True)):
            break
        if sides == [(side + power // 2) // power for side in size]:
            found = times
    return found


def _components(file: Any, xref: int) -> int:
    """1 for grey, 3 for RGB (also by ICC profile with so many colours), 0 for all others."""
    kind, value = file.xref_get_key(xref, "ColorSpace")
    if kind == "name":
        return {"/DeviceGray": 1, "/DeviceRGB": 3}.get(value, 0)
    profile = re.search(r"/ICCBased (\d+) 0 R", value)
    if profile is None and kind == "xref":
        profile = re.search(r"/ICCBased (\d+) 0 R", file.xref_object(int(value.split()[0])))
    if profile is None:
        return 0
    count = file.xref_get_key(int(profile.group(1)), "N")[1]
    return int(count) if count in ("1", "3") else 0
