"""The quick way for the commonest page: a PDF page that is nothing but one JPEG scan.

Called by ``pdf_pages``. Decoding the JPEG at a half, quarter or eighth takes a third of what the
page engine needs. The page must pass every test below; anything else is left to the engine.
"""

from __future__ import annotations

import io
import re
from typing import Any, Final

from PIL import Image

from workbench.paper.drawn import Drawn, Target
from workbench.paper.pixels import fitted

_NUMBER: Final = r"(-?\d*\.?\d+)"
_ONLY_AN_IMAGE: Final = re.compile(
    rb"\s*(?:q\s+)*"
    + rb"\s+".join([_NUMBER.encode()] * 6)
    + rb"\s+cm\s+/([^\s/\[\]()<>{}%]+)\s+Do\s*(?:Q\s*)*"
)
"""A content stream that only places one image: a matrix, a name, ``Do``."""
_MOST_CONTENT: Final = 400
_EDGE_PT: Final = 0.75
"""The scan must reach the page's edges to this many points."""
_PLAIN_SPACES: Final = {1: "L", 3: "RGB"}


def draw_scan(file: Any, page: Any, want: Target, turn: int, most_pixels: int) -> Drawn | None:
    """The page drawn from its JPEG, or None where it is not such a page."""
    images = page.get_images(full=True)
    if len(images) != 1 or page.first_annot or page.first_widget or page.first_link:
        return None
    if not _fills_page(file, page, images[0]):
        return None
    source = _decoder(file, images[0], most_pixels)
    if source is None:
        return None
    whole_turn = (turn + int(page.rotation)) % 360
    wide, high = want.page_width, want.page_height
    if whole_turn in (90, 270):
        wide, high = high, wide
    with source:
        source.draft(source.mode, (wide, high))
        try:
            source.load()
        except (OSError, SyntaxError, ValueError):
            return None  # damaged: the engine still draws the part that is there
        return fitted(source, want, whole_turn, dark_ground=False)


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


def _decoder(file: Any, image: Any, most_pixels: int) -> Image.Image | None:
    """The embedded JPEG, not yet decoded, if nothing in the PDF changes its colours."""
    xref, mask = image[0], image[1]
    keys = set(file.xref_get_keys(xref))
    if mask or keys & {"Mask", "SMask", "Decode", "ImageMask", "DecodeParms", "DP", "D", "Matte"}:
        return None
    if file.xref_get_key(xref, "Filter")[1] not in ("/DCTDecode", "[/DCTDecode]"):
        return None
    try:
        source = Image.open(io.BytesIO(file.xref_stream_raw(xref)), formats=["JPEG"])
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    mode = _PLAIN_SPACES.get(_components(file, xref))
    plain = mode == source.mode and source.width * source.height <= most_pixels
    if not plain or source.size != (image[2], image[3]):
        source.close()
        return None
    return source


def _components(file: Any, xref: int) -> int:
    """1 for grey, 3 for RGB (also by ICC profile with so many colours), 0 for all others."""
    kind, value = file.xref_get_key(xref, "ColorSpace")
    if kind == "name":
        return {"/DeviceGray": 1, "/DeviceRGB": 3}.get(value, 0)
    profile = re.search(r"/ICCBased (\d+) 0 R", value)
    if profile is None:
        return 0
    count = file.xref_get_key(int(profile.group(1)), "N")[1]
    return int(count) if count in ("1", "3") else 0
